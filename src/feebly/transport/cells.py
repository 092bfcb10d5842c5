"""What a star emits and absorbs between its knots: the form in which rates enter transport.

A cell is the interval between two knots. Its two ends carry inverse mean free paths whose trapezoid is the integral over
the cell, so that steep rates and resonances narrower than a cell are integrated exactly, wherever they lie in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.math.fermi import bose
from feebly.math.quadrature import gauss
from feebly.provenance import Provenance
from feebly.rates.base import ENERGY_SPAN, RateTable

AbsorptionEnergy = Literal["local", "emitted"]

_COLD: Final = 0.15  # surfaces colder than this share of the peak get energies of their own
_FEWEST: Final = 6  # energies in each piece of a divided range
_CLOSE: Final = 1e-9  # edges closer than this share of the range are one
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Energies:
    """Energies of a particle of one mass, at infinity and at the knots of a star (MeV).

    Parameters
    ----------
    mass : of the particle.
    infinity, weight : (W,) energies at infinity and their weights in integrals.
    local : (K, W) at the knots.
    redshift : (K, 1) or (K, W) factor on the emission.
    """

    mass: float
    infinity: Array
    weight: Array
    local: Array
    redshift: Array

    @property
    def momentum(self) -> Array:
        """Local momenta (K, W)."""
        return np.asarray(np.sqrt((self.local - self.mass) * (self.local + self.mass)))

    def black_body(self, temperature: Array) -> Array:
        """Source function (K, W) of bosons at the temperatures (K,), k^2/pi over exp(E/T) - 1."""
        return self.redshift * self.momentum**2 / np.pi * bose(self.local / temperature[:, None])


def energy_range(mass: float, medium: Medium) -> tuple[float, float]:
    """Energies at infinity that matter: from the mass to 24 peak temperatures above it [MeV]."""
    return mass, mass + ENERGY_SPAN * float(medium.temperature.max())


def energies(
    mass: float,
    medium: Medium,
    count: int,
    *,
    absorption_energy: AbsorptionEnergy = "local",
    edges: Sequence[float] | Array = (),
) -> Energies:
    """Energies at infinity E = m + 24 T_max y^2 with Gauss nodes in y, and the local ones.

    Parameters
    ----------
    mass : MeV.
    medium : a star at its knots.
    count : number of energies.
    absorption_energy : "local" lets the energy rise inward as E / N(r); "emitted" keeps the local
        energy of the emission point along the ray, as blinov-lmu-ltau prints it.
    edges : energies at infinity at which a rate changes its form, MeV; each piece between them gets
        its share of `count`, but at least 6.

    Raises
    ------
    InvalidValueError
        for an unknown `absorption_energy`.

    Notes
    -----
    Starting at E = m is gravitational trapping: slower particles fall back. The square removes
    the root at threshold. A surface much colder than the peak doubles the energies, since it shines alone
    when the star is opaque.
    """
    start, end = energy_range(mass, medium)
    peak, surface = float(medium.temperature.max()), float(medium.temperature[-1])
    inner = np.asarray([e for e in edges if start < e < end])
    breaks = [0.0, 1.0, *np.sqrt((inner - start) / (end - start))]
    if surface < _COLD * peak:
        breaks.append(np.sqrt(surface / peak))
    ordered = np.sort(breaks)
    ordered = ordered[np.append(True, np.diff(ordered) > _CLOSE)]
    nodes = [max(_FEWEST, round(count * width)) if inner.size else count for width in np.diff(ordered)]
    rules = [gauss(low, high, n) for low, high, n in zip(ordered[:-1], ordered[1:], nodes, strict=True)]
    y, weight = (np.concatenate([rule[k] for rule in rules]) for k in (0, 1))
    infinity, weight = start + (end - start) * y**2, 2 * (end - start) * y * weight
    lapse = medium.lapse[:, None]
    if absorption_energy == "local":
        return Energies(mass, infinity, weight, infinity / lapse, np.ones_like(lapse))
    if absorption_energy == "emitted":
        local = np.repeat(infinity[None, :], lapse.size, axis=0)
        return Energies(
            mass, infinity, weight, local, lapse**2 * _above_threshold(weight, mass, mass / lapse)
        )
    raise InvalidValueError(
        f"absorption_energy = '{absorption_energy}' is not known. Possible: local, emitted."
    )


def _above_threshold(weight: Array, start: float, threshold: Array) -> Array:
    """Share of the cell of each energy (R, W) above a threshold (R, 1); cells as wide as their weights."""
    edges = start + np.concatenate([[0.0], np.cumsum(weight)])
    return np.asarray(np.clip((edges[1:] - threshold) / weight, 0.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cells:
    """Emission and absorption of one kind of states between the knots, per unit scale**power.

    Parameters
    ----------
    processes : names (P,).
    inner, outer : (W, M) inverse mean free path of one state at the two ends of each cell, MeV.
    source : (W, K) source function of a black body of one state at the knots.
    share : (W, M, P) what a process emits in a cell, over what one state of a black body would: summed over the
        processes it is the number of states, in thermal equilibrium.
    bend : (W, M) factor on the linear integral of absorption times source.
    beyond : (W, N) optical depth between the surface and the end of absorption on each chord, or None.
    ahead : (W,) the same along the radius, or None.
    """

    processes: tuple[str, ...]
    inner: Array
    outer: Array
    source: Array
    share: Array
    bend: Array
    beyond: Array | None = None
    ahead: Array | None = None
    provenance: Provenance = field(default_factory=Provenance)


def cells(table: RateTable, interval: NDArray[np.intp], at: Energies, *, temperature: Array) -> Cells:
    """The cells of rates that vary smoothly between the knots, as exponentials.

    Parameters
    ----------
    table : rates at the knots and the local energies.
    interval : (M,) knot below each cell.
    at : the energies.
    temperature : (K,) at the knots, MeV.
    """
    kappa = (table.absorption * at.local / at.momentum).T
    source = np.ascontiguousarray(at.black_body(temperature).T)
    bend_kappa = bend(kappa, interval)
    emitted = bend(kappa * source, interval)
    absorbed = (table.absorption[interval] + table.absorption[interval + 1]).T
    parts = np.stack([(part[interval] + part[interval + 1]).T for part in table.exchange.values()], axis=-1)
    share = np.divide(parts, absorbed[..., None], out=np.zeros_like(parts), where=absorbed[..., None] > 0)
    return Cells(
        processes=tuple(table.exchange),
        inner=kappa[:, interval] * bend_kappa,
        outer=kappa[:, interval + 1] * bend_kappa,
        source=source,
        share=share,
        bend=emitted / bend_kappa,
        provenance=table.provenance,
    )


def bend(values: Array, interval: NDArray[np.intp]) -> Array:
    """Integral of an exponential over that of a straight line between the ends of each interval.

    `values` (W, K) at the knots, not negative; returns (W, M): tanh(x/2) / (x/2), x the logarithm of
    the ratio of the two ends, so that steep emission is integrated to fourth order.

    >>> exact = (3.0 - 1.0) / np.log(3.0)
    >>> bool(np.isclose(bend(np.array([[1.0, 3.0]]), np.array([0]))[0, 0] * 2.0, exact))
    True
    """
    log = np.log(np.maximum(values, _TINY))
    x = (log[:, interval + 1] - log[:, interval]) / 2
    return np.asarray(np.divide(np.tanh(x), x, out=np.ones_like(x), where=np.abs(x) > 1e-8))
