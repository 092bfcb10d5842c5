"""Compton scattering on the leptons of one star, tabulated once: any mass, both polarisations, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import ALPHA
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.rates.stellar.lepton_compton import Lepton, compton_absorption, lepton_mass
from feebly.rates.stellar.polarisation import Modes
from feebly.rates.stellar.semi_compton_kernel import degenerate_density
from feebly.rates.stellar.star_grid import (
    Rows,
    chebyshev_matrix,
    chebyshev_nodes,
    chebyshev_polynomials,
    energy_span,
    rows_of,
)

_RADII: Final = 18  # rows besides those of kinks
_DEGENERATE: Final = 0.2  # weight of mu / T beside ln T in their choice
_ENERGIES: Final = 24
_MASSES: Final = 14
_MASS_UNIT: Final = 10.0  # MeV; nodes in ln(1 + m / unit)
_MASS_END: Final = 500.0  # MeV; heavier vectors are computed
_SOFT: Final = 5.0  # MeV; nodes in ln(1 + (E - m) / unit) with the unit _SOFT + _MASSIVE m
_MASSIVE: Final = 0.25
_NODES: Final = (8, 20, 8)  # of the rates in the table
_FINE: Final = (8, 20, 16)  # and of those above the mass _HEAVY on electrons, whose collinear peaks are sharp
_HEAVY: Final = 40.0  # MeV


@dataclass(frozen=True, slots=True)
class LeptonComptonTable:
    """ln of the rates of both modes over simple forms, of one star: radii, Chebyshev in energy and in mass.

    `medium` is the sample it was made for; `values` (2, R, X, Y) stand at the nodes x in energy and y in mass.
    """

    medium: Medium
    lepton: Lepton
    rows: Rows
    density: Array
    lepton_mass: Array
    values: Array

    def reduced(self, mass: float, energy: Array) -> Modes:
        """Reduced absorption (K, W) of one state of each mode at the radii of `medium`, per unit |g x_l|^2 [MeV].

        Parameters
        ----------
        mass : of X, MeV.
        energy : (K, W) local energies, MeV, >= mass.

        Notes
        -----
        Valid for: energies up to `energy_span` above the mass; above, the logarithms of the last one hold.

        Raises
        ------
        InvalidValueError
            for an energy below the mass.
        """
        if np.any(energy < mass):
            raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")
        series = chebyshev_matrix(_ENERGIES) @ np.moveaxis(self._at_mass(mass), 0, -1)  # (R, X, 2)
        x = _place(mass, energy - mass, energy_span(mass, self.medium))
        logs = chebyshev_polynomials(x, _ENERGIES) @ self.rows.at_radii(series)
        form = _simple(energy, self.medium.temperature, self.density, self.lepton_mass)
        transverse = form * np.exp(logs[..., 0])
        return Modes(transverse, transverse * np.square(mass / energy) * np.exp(logs[..., 1]))

    def _at_mass(self, mass: float) -> Array:
        """The logarithms (2, R, X) at one mass: interpolated, or computed above the end of the table."""
        if mass > _MASS_END:
            return _logarithms(mass, self.medium, self.lepton, self.rows)
        y = np.log1p(mass / _MASS_UNIT) / np.log1p(_MASS_END / _MASS_UNIT)
        return np.asarray(self.values @ (chebyshev_polynomials(y, _MASSES) @ chebyshev_matrix(_MASSES)))


def lepton_compton_table(medium: Medium, lepton: Lepton) -> LeptonComptonTable:
    """Tabulate Compton scattering on one lepton of a sampled star (its knots; kinks stand twice).

    Parameters
    ----------
    medium : the sample.
    lepton : "e-" with its mass in the plasma, or "mu-".

    Notes
    -----
    What is interpolated is ln of the transverse rate over a simple form, and ln of (E/m)^2 L/T, which stays finite for
    light vectors; ``docs/physics/plasma.md`` has the errors.
    Valid for: T > 1 MeV; any mass (above 500 MeV the radii and energies of the table are computed for each mass).

    Examples
    --------
    >>> two, energy = np.ones(2), np.full((2, 1), 60.0)
    >>> medium = Medium(two * [0.0, 1.0], 30 * two, {"e-": 150 * two}, two)
    >>> table, exact = (
    ...     lepton_compton_table(medium, "e-").reduced(10.0, energy),
    ...     compton_absorption(energy, 10.0, temperature=30.0, potential=150.0),
    ... )
    >>> bool(np.allclose(table.transverse, exact.transverse, rtol=0.01))
    True
    """
    t, mu = medium.temperature, medium.potential[lepton]
    rows = rows_of(medium.radius, np.stack([np.log(t), _DEGENERATE * mu / t]), _RADII)
    masses = _MASS_UNIT * np.expm1(chebyshev_nodes(_MASSES) * np.log1p(_MASS_END / _MASS_UNIT))
    dressed = lepton_mass(lepton, t, mu)
    return LeptonComptonTable(
        medium=medium,
        lepton=lepton,
        rows=rows,
        density=degenerate_density(t, mu, dressed),
        lepton_mass=dressed,
        values=np.stack([_logarithms(float(m), medium, lepton, rows) for m in masses], axis=-1),
    )


def _unit(mass: float) -> float:
    return _SOFT + _MASSIVE * mass


def _place(mass: float, excess: Array, span: float) -> Array:
    """Coordinate in [0, 1] of an energy above the mass."""
    return np.asarray(np.log1p(excess / _unit(mass)) / np.log1p(span / _unit(mass)))


def _simple(energy: Array, temperature: Array, density: Array, mass: Array) -> Array:
    """A form (K, W) that has the size of the transverse rate: static leptons, and fewer hits at high energy."""
    return np.asarray(4 * ALPHA / 3 * density[:, None] / (mass[:, None] ** 2 + energy * temperature[:, None]))


def _logarithms(mass: float, medium: Medium, lepton: Lepton, rows: Rows) -> Array:
    """ln(T / simple) and ln(L E^2 / T m^2) (2, R, X) at the energy nodes, equal rows computed once."""
    pairs = np.stack([medium.temperature[rows.kept], medium.potential[lepton][rows.kept]])
    (t, mu), which = np.unique(pairs, axis=1, return_inverse=True)
    unit, span = _unit(mass), energy_span(mass, medium)
    nodes = mass + unit * np.expm1(chebyshev_nodes(_ENERGIES) * np.log1p(span / unit))
    energy = np.broadcast_to(nodes, (t.size, _ENERGIES))
    nodes = _FINE if lepton == "e-" and mass > _HEAVY else _NODES
    rate = compton_absorption(
        energy, mass, temperature=t[:, None], potential=mu[:, None], lepton=lepton, nodes=nodes
    )
    dressed = lepton_mass(lepton, t, mu)
    form = _simple(energy, t, degenerate_density(t, mu, dressed), dressed)
    ratio = rate.longitudinal * energy**2 / (rate.transverse * mass**2)
    logarithms = np.log(np.stack([rate.transverse / form, ratio]))
    return np.asarray(logarithms[:, which.ravel()])
