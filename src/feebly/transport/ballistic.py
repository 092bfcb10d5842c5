"""Particles that leave a star without interacting again, for all couplings at once.

Along a chord, thermal emission and absorption obey dI/dtau = S - I with the source function S of a
black body. With tau = g^2 tau_hat the emitted intensity is a Laplace transform of dS in tau_hat, so
the jumps of S are sorted into bins of tau_hat once per mass, and every coupling is then free. The form has
both limits built in: volume emission of a transparent star, black body of an opaque one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from feebly.arrays import Array
from feebly.environments import Medium
from feebly.errors import ConvergenceError, InvalidValueError
from feebly.math.fermi import bose
from feebly.math.quadrature import gauss, panels
from feebly.provenance import Provenance, sources
from feebly.rates.base import ENERGY_SPAN, RateTable
from feebly.transport.rays import ChordGrid

Escape = Literal["angular", "free"]
AbsorptionEnergy = Literal["local", "emitted"]
Rates = Callable[[Medium, Array], RateTable]

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Eqs. (B1)-(B5)"), ("caputo-radiative-transfer", "reduced absorption along a ray")
)
_OCTAVES: Final = 60  # depths below 2**-60 of the largest count as transparent
_MANTISSA_BITS: Final = 52
_TINY: Final = 1e-300
_DEEP: Final = 700.0  # optical depth at which exp(-x) ends
_COLD: Final = 0.15  # surfaces colder than this share of the peak get energies of their own


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Emission:
    """Luminosity of a star in one particle, for any coupling (units MeV^n).

    Parameters
    ----------
    power : rates go as scale**power.
    processes : names (P,).
    energy, weight : (W,) energies at infinity and their weights in integrals, MeV, if the energies are kept
        apart; else empty.
    depth : (B,) optical depths tau_hat per unit scale**power at the middles of the bins.
    moments : (E, B, P, 3) moments of the jumps of the source function about `depth`, MeV^2 (or
        dimensionless, for d2N/dE dt, where the E = W energies are kept apart).
    decay_length : emission-weighted mean of v / Gamma*, per unit scale**-power, MeV^-1; only for free
        escape, which ends where it falls below the size of the star.

    Notes
    -----
    L(g) = sum_b M0 (1 - exp(-x)) + s M1 exp(-x) - s^2 M2 exp(-x), s = g^p, x = s depth_b: the Taylor
    series of 1 - exp(-s tau) about the middle of each bin.
    """

    power: int
    processes: tuple[str, ...]
    energy: Array
    weight: Array
    depth: Array
    moments: Array
    decay_length: float | None
    provenance: Provenance = field(default_factory=Provenance)

    def _at(self, scale: ArrayLike) -> Array:
        """Value of each energy and process at the couplings: (E, G, P)."""
        s = np.atleast_1d(np.asarray(scale, dtype=float))[:, None] ** self.power
        s = np.minimum(s, _DEEP / np.maximum(self.depth, _TINY))  # beyond, nothing of a bin escapes
        absorbed = -np.expm1(-s * self.depth)
        escaped = 1 - absorbed
        zeroth, first, second = np.moveaxis(self.moments, -1, 0)
        value = absorbed @ zeroth + (s * escaped) @ first - (s**2 * escaped) @ second
        return np.asarray(np.maximum(value, 0.0))  # rounding of an opaque star

    def luminosity(self, scale: ArrayLike) -> dict[str, Array]:
        """Luminosity at infinity of each process (G,) [MeV^2] at the couplings (G,)."""
        return dict(zip(self.processes, self._at(scale)[0].T, strict=True))

    def spectrum(self, scale: ArrayLike) -> Array:
        """Differential emission d2N/dE dt (G, W) [dimensionless] at infinity at the couplings (G,)."""
        return np.asarray(self._at(scale).sum(axis=-1).T)


def energy_grid(mass: float, medium: Medium, count: int) -> tuple[Array, Array]:
    """Energies at infinity (W,) and weights: E = m + 24 T_max y^2 with Gauss nodes in y.

    Starting at E = m is gravitational trapping: slower particles fall back. The square removes
    the root at threshold. A surface much colder than the peak doubles the energies, since it shines alone
    when the star is opaque.
    """
    peak, surface = float(medium.temperature.max()), float(medium.temperature[-1])
    span = ENERGY_SPAN * peak
    cold = surface < _COLD * peak
    y, weight = panels([0.0, np.sqrt(surface / peak), 1.0], count) if cold else gauss(0.0, 1.0, count)
    return mass + span * y**2, 2 * span * y * weight


def emission(
    rates: Rates,
    grid: ChordGrid,
    mass: float,
    power: int,
    *,
    energies: int,
    bins: int,
    escape: Escape = "angular",
    absorption_energy: AbsorptionEnergy = "local",
    by_energy: bool = False,
) -> Emission:
    """Emission of a star in particles of one mass, tabulated for every coupling.

    Parameters
    ----------
    rates : (medium at (R,), local energies (R, W)) -> RateTable per unit scale**power.
    grid : chords of the star.
    mass : MeV.
    power : rates go as scale**power.
    energies : number of energies; bins : of the optical depth per factor of two, a power of two.
    escape : "angular" averages exp(-tau) over all directions; "free" takes tau = 0, so that the luminosity
        is proportional to scale**power.
    absorption_energy : "local" lets the energy rise inward as E / N(r); "emitted" keeps the local
        energy of the emission point along the ray, as blinov-lmu-ltau prints it.
    by_energy : keep the energies apart, for `Emission.spectrum`.

    Notes
    -----
    d2N/dE dt = (1/pi) int b db int ds k w Gamma_prod exp(-tau) = int b db int dtau S exp(-tau), with
    S = (k^2 / pi) Gamma_prod / Gamma*_abs and dtau = Gamma*_abs ds / v, all local (w = E / N); the luminosity
    int dE E d2N/dE dt equals Eq. (B1). Gamma* / v and its product with S are exponentials between knots.
    Source: blinov-lmu-ltau, Eqs. (B1)-(B5). Differs from it: integrated along chords instead of over
    emission radius and angle, which is the same integral; energy along the ray (see above).
    Valid for: Gamma/E << 1, straight rays, coordinate volume element, no feedback on the star.
    """
    from feebly.transport import _sweep  # loads the compiler

    energy, energy_weight = energy_grid(mass, grid.medium, energies)
    lapse = grid.medium.lapse[:, None]
    if absorption_energy == "local":
        local, redshift = energy / lapse, np.ones_like(lapse)
    elif absorption_energy == "emitted":
        local = np.repeat(energy[None, :], lapse.size, axis=0)
        redshift = lapse**2 * _above_threshold(energy_weight, mass, mass / lapse)
    else:
        raise InvalidValueError(
            f"absorption_energy = '{absorption_energy}' is not known. Possible: local, emitted."
        )
    if escape not in ("angular", "free"):
        raise InvalidValueError(f"escape = '{escape}' is not known. Possible: angular, free.")
    table = rates(grid.medium, local)
    k = np.sqrt((local - mass) * (local + mass))
    kappa = table.absorption * local / k
    thermal = redshift * k**2 / np.pi * bose(local / grid.medium.temperature[:, None])
    thermal = np.divide(thermal, table.absorption, out=np.zeros_like(k), where=table.absorption > 0)
    source = np.stack([np.ascontiguousarray((thermal * part).T) for part in table.exchange.values()], axis=-1)
    half_chord = grid.lower @ kappa[grid.interval] + grid.upper @ kappa[grid.interval + 1]
    shift, first_bin, depth = depth_bins(2 * float(half_chord.max()), bins)
    weight = np.ones_like(energy) if by_energy else energy_weight * energy
    moments = _sweep.sweep(
        np.ascontiguousarray(kappa.T),
        source,
        bend(kappa.T, grid.interval),
        bend(kappa.T[:, :, None] * source, grid.interval),
        weight,
        grid.area,
        grid.lower,
        grid.upper,
        grid.interval,
        grid.innermost,
        shift,
        first_bin,
        depth,
        by_energy,
    )
    if not np.all(np.isfinite(moments)):
        raise ConvergenceError(
            "The emission of the star is not a number: the profile or mass is beyond double precision."
        )
    used = np.any(moments != 0, axis=(0, 2, 3))
    moments, depth = moments[:, used], depth[used]
    length = None
    if escape == "free":
        moments = _transparent(moments, depth)
        depth = np.zeros(1)
        length = _mean_length(grid.medium, local, k, table, kappa, energy_weight)
    return Emission(
        power=power,
        processes=tuple(table.exchange),
        energy=energy if by_energy else np.zeros(0),
        weight=energy_weight if by_energy else np.zeros(0),
        depth=depth,
        moments=moments,
        decay_length=length,
        provenance=table.provenance
        | Provenance(
            sources=SOURCES, choices=frozenset({("escape", escape), ("absorption_energy", absorption_energy)})
        ),
    )


def bend(values: Array, interval: NDArray[np.intp]) -> Array:
    """Integral of an exponential over that of a straight line between the ends of each interval.

    `values` (W, K, ...) at the knots, not negative; returns (W, M, ...): tanh(x/2) / (x/2), x the logarithm of
    the ratio of the two ends, so that steep emission is integrated to fourth order.

    >>> exact = (3.0 - 1.0) / np.log(3.0)
    >>> bool(np.isclose(bend(np.array([[1.0, 3.0]]), np.array([0]))[0, 0] * 2.0, exact))
    True
    """
    log = np.log(np.maximum(values, _TINY))
    x = (log[:, interval + 1] - log[:, interval]) / 2
    return np.asarray(np.divide(np.tanh(x), x, out=np.ones_like(x), where=np.abs(x) > 1e-8))


def depth_bins(deepest: float, per_octave: int) -> tuple[int, int, Array]:
    """Bins of the optical depth, `per_octave` (a power of two) in each factor of two below the deepest.

    A bin is numbered by the exponent and the leading bits of the mantissa: bit shift, number of the first
    bin, and the middles (B,).

    >>> shift, first, middle = depth_bins(8.0, 4)
    >>> bool((np.array([8.0]).view(np.int64) >> shift)[0] - first == middle.size - 1)
    True
    """
    shift = _MANTISSA_BITS - (per_octave.bit_length() - 1)
    last = int(np.float64(max(deepest, np.finfo(float).tiny * 2.0**_OCTAVES)).view(np.int64)) >> shift
    first = last - _OCTAVES * per_octave
    edges = (np.arange(first, last + 2) << shift).view(np.float64)
    return shift, first, (edges[1:] + edges[:-1]) / 2


def _transparent(moments: Array, depth: Array) -> Array:
    """Moments (E, 1, P, 3) that give the luminosity without absorption."""
    thin = np.zeros((moments.shape[0], 1, *moments.shape[2:]))
    thin[:, 0, :, 1] = np.einsum("ebp,b->ep", moments[..., 0], depth) + moments[..., 1].sum(axis=1)
    return thin


def _mean_length(
    medium: Medium, energy: Array, k: Array, table: RateTable, kappa: Array, weight: Array
) -> float:
    """Mean of v / Gamma* over the emitted particles."""
    volume = np.gradient(medium.radius**3)[:, None]
    emitted = volume * k * energy * table.production * weight
    total = float(emitted.sum())
    lengths = np.divide(emitted, kappa, out=np.zeros_like(kappa), where=kappa > 0)
    return float(lengths.sum()) / total if total > 0 else np.inf


def _above_threshold(weight: Array, start: float, threshold: Array) -> Array:
    """Share of the cell of each energy (R, W) above a threshold (R, 1); cells as wide as their weights."""
    edges = start + np.concatenate([[0.0], np.cumsum(weight)])
    return np.asarray(np.clip((edges[1:] - threshold) / weight, 0.0, 1.0))
