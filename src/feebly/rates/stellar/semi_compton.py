"""Semi-Compton scattering on muons, mu gamma -> mu X and back, as a process of a star."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.constants import ALPHA, MUON_MASS
from feebly.decays import Fip
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.models import VectorCurrent
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.coalescence import muon_obstacle
from feebly.rates.stellar.semi_compton_kernel import degenerate_density, rate_full
from feebly.rates.stellar.star_grid import chebyshev_matrix, chebyshev_nodes, energy_span

Compton = Literal["full", "nr", "off"]

_RADII: Final = 40  # rows of the table
_ENERGIES: Final = 12
_MASSES: Final = 14
_MASS_UNIT: Final = 100.0  # MeV; nodes in ln(1 + m / unit)
_MASS_END: Final = 1000.0  # MeV


def reduced_static(mass: float, density: Array, energy: Array) -> Array:
    """(exp(E/T) - 1) Gamma_prod (R, W) for muons at rest, per unit g^2 x_mu^2 [MeV].

    Parameters
    ----------
    mass : MeV.
    density : (R,) n_mu F_deg, MeV^3.
    energy : (R, W) MeV.

    Notes
    -----
    (4 alpha / 3 m_mu^2) n_mu F_deg (1 + m^2 / 2 E^2), Eq. (B16) without its Bose factor.
    Source: blinov-lmu-ltau, Eqs. (B14)-(B18). Differs from it: nothing. Valid for: E and T far below m_mu.
    """
    return np.asarray(4 * ALPHA / (3 * MUON_MASS**2) * density[:, None] * (1 + mass**2 / (2 * energy**2)))


@dataclass(frozen=True, slots=True)
class StaticMuons:
    """Muons at rest in a sampled star: the density that scatters (K,) [MeV^3], computed once."""

    medium: Medium
    density: Array

    def reduced(self, mass: float, energy: Array) -> Array:
        """(exp(E/T) - 1) Gamma_prod (K, W) per unit g^2 x_mu^2 [MeV] at the radii of `medium`."""
        return reduced_static(mass, self.density, energy)


def static_muons(medium: Medium) -> StaticMuons:
    """Muons at rest in a sampled star."""
    return StaticMuons(medium, degenerate_density(medium.temperature, medium.potential["mu-"], MUON_MASS))


@dataclass(frozen=True, slots=True)
class ComptonTable:
    """ln(full / static) of a star, tabulated once: radii, Chebyshev in energy and in mass.

    `medium` is the sample it was made for; `row` (K,) and `share` (K,) interpolate linearly between
    table rows; `values` (R, X, Y) stand at the nodes x in energy and y in mass.
    """

    medium: Medium
    row: NDArray[np.intp]
    share: Array
    density: Array
    values: Array
    temperature: Array
    potential: Array

    def reduced(self, mass: float, energy: Array) -> Array:
        """(exp(E/T) - 1) Gamma_prod (K, W) per unit g^2 x_mu^2 [MeV] at the radii of `medium`."""
        rows = self._at_mass(mass)
        coefficients = chebyshev_matrix(_ENERGIES) @ rows.T
        line = coefficients[:, self.row] * (1 - self.share) + coefficients[:, self.row + 1] * self.share
        z = (energy - mass) / energy_span(mass, self.medium)
        log_ratio = _clenshaw(line, np.clip(1.2 * z / (z + 0.2), 0.0, 1.0))
        return np.asarray(reduced_static(mass, self.density, energy) * np.exp(log_ratio))

    def _at_mass(self, mass: float) -> Array:
        """ln(full / static) (R, X) at one mass: interpolated, or computed above the end of the table."""
        if mass > _MASS_END:
            return _log_ratio(mass, self.medium, self.temperature, self.potential)
        x = np.log1p(mass / _MASS_UNIT) / np.log1p(_MASS_END / _MASS_UNIT)
        polynomials = np.cos(np.arange(_MASSES) * np.arccos(np.clip(2 * x - 1, -1, 1)))
        return np.asarray(self.values @ (polynomials @ chebyshev_matrix(_MASSES)))


def compton_table(medium: Medium) -> ComptonTable:
    """Tabulate the full semi-Compton rate of a sampled star (its knots; kinks stand twice)."""
    radius = medium.radius
    panel = np.concatenate([[0], np.cumsum(np.diff(radius) == 0)])
    position = radius + 2 * radius[-1] * panel
    ends = np.flatnonzero(np.diff(panel)).tolist()
    kept = np.unique(
        [
            *range(0, radius.size, max(1, radius.size // _RADII)),
            *ends,
            *(k + 1 for k in ends),
            radius.size - 1,
        ]
    )
    row = np.clip(np.searchsorted(position[kept], position, side="right") - 1, 0, kept.size - 2)
    gap = position[kept][row + 1] - position[kept][row]
    temperature, potential = medium.temperature[kept], medium.potential["mu-"][kept]
    masses = _MASS_UNIT * np.expm1(chebyshev_nodes(_MASSES) * np.log1p(_MASS_END / _MASS_UNIT))
    return ComptonTable(
        medium=medium,
        row=row,
        share=(position - position[kept][row]) / gap,
        density=degenerate_density(medium.temperature, medium.potential["mu-"], MUON_MASS),
        values=np.stack([_log_ratio(float(m), medium, temperature, potential) for m in masses], axis=-1),
        temperature=temperature,
        potential=potential,
    )


def _clenshaw(coefficients: Array, x: Array) -> Array:
    """Chebyshev series with coefficients (X, K) at the points x (K, W) in [0, 1]."""
    t = 2 * x - 1
    last, before = np.zeros_like(x), np.zeros_like(x)
    for c in coefficients[:0:-1]:
        last, before = c[:, None] + 2 * t * last - before, last
    return np.asarray(coefficients[0][:, None] + t * last - before)


def _log_ratio(mass: float, medium: Medium, temperature: Array, potential: Array) -> Array:
    """ln(full / static) (R, X) at the energy nodes, equal rows computed once."""
    states, which = np.unique(np.stack([temperature, potential], axis=1), axis=0, return_inverse=True)
    x = chebyshev_nodes(_ENERGIES)
    energy = np.broadcast_to(
        mass + energy_span(mass, medium) * 0.2 * x / (1.2 - x), (states.shape[0], _ENERGIES)
    )
    full = reduced_full(mass, states[:, 0], states[:, 1], energy)
    density = degenerate_density(states[:, 0], states[:, 1], MUON_MASS)
    return np.asarray(np.log(full / reduced_static(mass, density, energy)))[which.ravel()]


def reduced_full(mass: float, temperature: Array, potential: Array, energy: Array) -> Array:
    """(exp(E/T) - 1) Gamma_prod (R, W) with the full matrix element, per unit g^2 x_mu^2 [MeV]."""
    t, mu = temperature[:, None], potential[:, None]
    scaled = rate_full(energy, mass, t, mu, muon_mass=MUON_MASS, alpha=ALPHA, scaled=True)
    return np.asarray(scaled * -np.expm1(-energy / t))


@dataclass(frozen=True, slots=True)
class SemiCompton:
    """mu gamma <-> mu X: "full" matrix element with recoil and blocking, or "nr" for muons at rest.

    A `table` made for a sampled star speeds up the rate at its radii.
    """

    kind: Literal["full", "nr"] = "full"
    table: ComptonTable | StaticMuons | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("full", "nr"):
            raise InvalidValueError(f"compton = '{self.kind}' is not known. Possible: full, nr, off.")

    @property
    def name(self) -> str:
        return "semi-Compton"

    @property
    def provenance(self) -> Provenance:
        where = "Eqs. (B13)-(B19)" if self.kind == "full" else "Eqs. (B14)-(B19)"
        return Provenance(
            sources=sources(("blinov-lmu-ltau", where)), choices=frozenset({("compton", self.kind)})
        )

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        return muon_obstacle(model, provided)

    def reduced_absorption(self, model: VectorCurrent, fip: Fip, medium: Medium, energy: Array) -> Array:
        """(exp(E/T) - 1) Gamma_prod (R, W) per unit g^2, summed over three states [MeV]."""
        # Tree charge: in a plasma the photon that mixes is screened by m^2 / (m^2 - omega_p^2).
        x2 = float(abs(model.tree_charges(["mu-"])[0]) ** 2)
        if self.table is not None and medium is self.table.medium:
            return x2 * self.table.reduced(fip.mass, energy)
        if self.kind == "nr":
            return x2 * static_muons(medium).reduced(fip.mass, energy)
        return x2 * reduced_full(fip.mass, medium.temperature, medium.potential["mu-"], energy)
