"""Vectors from thermal pions in one star, tabulated once: any mass and any charges at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import PION_MASS
from feebly.environments import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.fermi import fermi
from feebly.rates.stellar.bremsstrahlung import ChargeForm, Polarised
from feebly.rates.stellar.pion_conversion import PionMatter, pion_conversion
from feebly.rates.stellar.star_grid import (
    Rows,
    chebyshev_matrix,
    chebyshev_nodes,
    chebyshev_polynomials,
    energy_span,
    rows_of,
)

_RADII: Final = 18  # rows besides those of kinks
_DEGENERATE: Final = 0.5  # weight of potentials over T beside ln T in their choice
_ENERGIES: Final = (14, 10)  # near the threshold and above
_MASSES: Final = (9, 6, 7)  # of vectors at rest that no neutron, fast ones, slow ones turn into a pion
_MASS_END: Final = 2 * PION_MASS
_STARTS: Final = (0, *accumulate(_MASSES[:-1]))
_NEAR: Final = 90.0  # MeV above the lowest energy, where the rate rises steeply
_UNIT: Final = 60.0  # MeV; nodes above in ln(1 + (E - edge) / unit)
_REACH: Final = 7.0  # neutrons up to this many T above their Fermi surface: below, 1e-5 of the plateau
_FASTEST: Final = 0.8  # of the nucleons, which are nonrelativistic
_LEAST: Final = 1e-9  # least P / D, above rounding
_FULL: Final = 1 - 1e-9  # largest correlation


@dataclass(frozen=True, slots=True)
class PionTable:
    """Pion conversion in one star: radii, Chebyshev in energy and in mass.

    With the charges x_p = s + d, x_n = s - d the rate of a mode is D d^2 + P s^2 + 2 M s d. ln D, ln(P/D) and
    artanh(M / sqrt(P D)) of both modes are tabulated, so that equal charges, for which the coefficients of x_p^2,
    x_n^2 and x_p x_n almost cancel, come out as exactly as unequal ones, and no rate is negative.

    `medium` is the sample it was made for. `values` (R, X, 6, Y) are coefficients in the energy (those of its two
    panels, one after the other) at nodes y in the mass (those of three panels between the `edges` (R, 4), MeV).
    """

    medium: Medium
    matter: PionMatter
    rows: Rows
    edges: Array
    values: Array

    def reduced(self, mass: float, energy: Array) -> Polarised:
        """Reduced absorption of one state (K, W) at the radii of `medium`, per charges squared [MeV].

        Parameters
        ----------
        mass : of X, MeV, < 2 m_pi.
        energy : (K, W) local energies, MeV, >= mass.

        Raises
        ------
        InvalidValueError
            for an energy below the mass.
        OutOfDomainError
            for m >= 2 m_pi.
        """
        if not mass < _MASS_END:
            raise OutOfDomainError(
                f"pi- p -> n X at m = {mass:g} MeV is not available: the exchanged pion can be real.\n"
                f"  Possible: masses below {_MASS_END:g} MeV."
            )
        if np.any(energy < mass):
            raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")
        series = self.rows.at_radii(self._at_mass(mass))  # (K, X, 6)
        excess = energy - _lowest(mass, self.matter)[:, None]
        near, far = _places(excess, energy_span(mass, self.medium))
        split = _ENERGIES[0]
        values = np.where(
            (excess < _NEAR)[..., None],
            chebyshev_polynomials(near, split) @ series[:, :split],
            chebyshev_polynomials(far, _ENERGIES[1]) @ series[:, split:],
        )
        open_states = (excess >= 0) & self.matter.present[:, None]
        dipole = np.exp(values[..., 0]) * np.where(open_states, _form(mass, energy, self.matter), 0.0)
        long = dipole * np.square(mass / energy) * np.exp(values[..., 3])
        return Polarised(
            _charge_form(dipole, values[..., 1], values[..., 2]),
            _charge_form(long, values[..., 4], values[..., 5]),
        )

    def _at_mass(self, mass: float) -> Array:
        """Coefficients in the energy (R, X, 6) at one mass."""
        out = np.empty(self.values.shape[:3])
        for panel, (count, start) in enumerate(zip(_MASSES, _STARTS, strict=True)):
            low, high = self.edges[:, panel], self.edges[:, panel + 1]
            part = (low <= mass) & (mass < high)
            y = (mass - low[part]) / (high[part] - low[part])
            weights = chebyshev_polynomials(y, count) @ chebyshev_matrix(count)
            out[part] = np.einsum("rxcy,ry->rxc", self.values[part, ..., start : start + count], weights)
        return out


def pion_table(matter: PionMatter, medium: Medium) -> PionTable:
    """Tabulate pion conversion in a sampled star (its knots; kinks stand twice).

    Parameters
    ----------
    matter : nucleons and pions at the radii of the sample; where it leaves the process out, the rate is 0.
    medium : the sample.

    Notes
    -----
    Valid for: m < 2 m_pi. Energies to which only neutrons help that are 7 T above their Fermi surface have no rate: it
    is 1e-5 of that above the threshold. Nor have those that need neutrons faster than 0.8, which dense matter with
    small effective masses has, but no nonrelativistic gas.

    Examples
    --------
    >>> one, energy = np.ones(2), np.full((2, 1), 200.0)
    >>> matter = PionMatter(30 * one, -40 * one, 20 * one, 1.3 * one, 939 * one)
    >>> table = pion_table(matter, Medium(one * [0.0, 1.0], 30 * one, {}, one)).reduced(10.0, energy)
    >>> exact = pion_conversion(10.0, energy, matter)
    >>> equal = [x.transverse.rate(1.0, 1.0) for x in (table, exact)]
    >>> bool(np.allclose(*equal, rtol=0.02))
    True
    """
    edges = np.flatnonzero(np.diff(matter.present))
    t = matter.temperature
    filling = [_DEGENERATE * x / t for x in (matter.proton, matter.neutron, matter.gap)]
    state = np.stack([np.log(t), *filling, np.log(matter.mass)])
    rows = rows_of(medium.radius, state, _RADII, also=np.concatenate([edges, edges + 1]))
    return PionTable(medium, matter, rows, _edges(matter.at(rows.kept)), _coefficients(matter, medium, rows))


def _charge_form(dipole: Array, log_share: Array, angle: Array) -> ChargeForm:
    """The form of D, ln(P / D) and artanh(M / sqrt(P D))."""
    share = np.exp(log_share)
    mixed = 2 * np.sqrt(share) * np.tanh(angle)
    quarter = dipole / 4
    return ChargeForm(quarter * (1 + share + mixed), quarter * (1 + share - mixed), 2 * quarter * (share - 1))


def _squared_speed(matter: PionMatter) -> Array:
    """Of the fastest neutrons (R,), by _REACH."""
    kinetic = np.maximum(matter.neutron, 0.0) + _REACH * matter.temperature
    return np.minimum(2 * kinetic / matter.mass, _FASTEST**2)


def _level(matter: PionMatter) -> Array:
    """Energy (R,) that a vector at rest needs to make a pion that flies along with the fastest neutrons [MeV]."""
    level = PION_MASS * np.sqrt(1 - _squared_speed(matter)) - matter.gap
    return np.clip(level, 1.0, _MASS_END - 2.0)


def _edges(matter: PionMatter) -> Array:
    """Edges (R, 4) of the panels in the mass [MeV]."""
    level = _level(matter)
    slow = np.clip(PION_MASS - matter.gap, level + 1.0, _MASS_END - 1.0)
    return np.stack([np.zeros_like(level), level, slow, np.full_like(level, _MASS_END)], axis=-1)


def _lowest(mass: float, matter: PionMatter) -> Array:
    """Least energy (R,) from which the fastest neutrons make a pion; at least the mass [MeV].

    A neutron of speed v gives v (q + k) to pion and vector: E + v k + gap >= m_pi sqrt(1 - v^2).
    """
    v2, level = _squared_speed(matter), _level(matter)
    below = (level - np.sqrt(v2 * np.maximum(level**2 - mass**2 * (1 - v2), 0.0))) / (1 - v2)
    return np.where(level > mass, below, mass)


def _form(mass: float, energy: Array, matter: PionMatter) -> Array:
    """Occupation (R, W) of the slowest neutrons that suffice: the threshold of the rate."""
    t, neutron, gap, nucleon = (
        x[:, None] for x in (matter.temperature, matter.neutron, matter.gap, matter.mass)
    )
    k = np.sqrt(np.maximum((energy - mass) * (energy + mass), 0.0))
    level = np.minimum(energy + gap, PION_MASS)
    whole = k**2 + PION_MASS**2
    speed = (PION_MASS * np.sqrt(np.maximum(whole - level**2, 0.0)) - level * k) / whole
    return fermi((nucleon * np.maximum(speed, 0.0) ** 2 / 2 - neutron) / t)


def _places(excess: Array, span: float) -> tuple[Array, Array]:
    """Coordinates in the two panels of an energy above the lowest one."""
    above = np.maximum(excess - _NEAR, 0.0)
    return excess / _NEAR, np.asarray(np.log1p(above / _UNIT) / np.log1p(span / _UNIT))


def _energies(span: float) -> Array:
    """Nodes (X,) of both panels, above the lowest energy."""
    near = _NEAR * chebyshev_nodes(_ENERGIES[0])
    far = _NEAR + _UNIT * np.expm1(chebyshev_nodes(_ENERGIES[1]) * np.log1p(span / _UNIT))
    return np.concatenate([near, far])


def _coefficients(matter: PionMatter, medium: Medium, rows: Rows) -> Array:
    """`PionTable.values`; equal rows are computed once, left out ones repeat a neighbour."""
    shape = sum(_ENERGIES), 6, sum(_MASSES)
    live = rows.kept[matter.present[rows.kept]]
    if live.size == 0:
        return np.zeros((rows.kept.size, *shape))
    states = np.stack([matter.temperature, matter.proton, matter.neutron, matter.gap, matter.mass])[:, live]
    _, first, which = np.unique(states, axis=1, return_index=True, return_inverse=True)
    nodes = np.concatenate([panel + chebyshev_nodes(count) for panel, count in enumerate(_MASSES)])
    values = np.empty((first.size, *shape))
    for row, index in enumerate(live[first]):
        part = matter.at(np.array([index]))
        for y, mass in enumerate(np.interp(nodes, range(len(_MASSES) + 1), _edges(part)[0])):
            values[row, ..., y] = _series(float(mass), part, medium)
    nearest = np.argmin(np.abs(rows.kept[:, None] - live), axis=1)
    return np.asarray(values[which.ravel()[nearest]])


def _series(mass: float, part: PionMatter, medium: Medium) -> Array:
    """Coefficients in the energy (X, 6) of the six functions at one radius and mass."""
    energy = _lowest(mass, part)[:, None] + _energies(energy_span(mass, medium))
    rate = pion_conversion(mass, energy, part)
    dipole = _dipole(rate.transverse)
    functions = np.concatenate(
        [
            _shape(rate.transverse, 1 / _form(mass, energy, part)),
            _shape(rate.longitudinal, np.square(energy / mass) / dipole),
        ]
    )[:, 0].T
    split = _ENERGIES[0]
    return np.concatenate(
        [
            chebyshev_matrix(n) @ f
            for n, f in zip(_ENERGIES, (functions[:split], functions[split:]), strict=True)
        ]
    )


def _dipole(form: ChargeForm) -> Array:
    return form.proton + form.neutron - form.mixed


def _shape(form: ChargeForm, scale: Array) -> Array:
    """ln(D scale), ln(P / D), artanh(M / sqrt(P D)) (3, R, X)."""
    dipole = _dipole(form)
    share = np.maximum((form.proton + form.neutron + form.mixed) / dipole, _LEAST)
    correlation = np.clip((form.proton - form.neutron) / (dipole * np.sqrt(share)), -_FULL, _FULL)
    return np.stack([np.log(dipole * scale), np.log(share), np.arctanh(correlation)])
