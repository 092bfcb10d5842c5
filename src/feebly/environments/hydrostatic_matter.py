"""Matter of a hot star with given entropy and lepton number per baryon: its states, and how they respond to compression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT
from feebly.environments.mean_field import MeanField
from feebly.environments.nuclear import DenseMatter, Thermodynamics, dense_matter
from feebly.environments.nuclear_request import DENSITY_RANGE_FM3, FRACTION_RANGE, TEMPERATURE_RANGE
from feebly.units import CM, FM, GRAM

_STEP: Final = 1e-4  # of ln n, ln T and Y_p in differences, which only guide the search
_LONGEST: Final = np.array([[0.5], [0.1]])  # steps of ln T and Y_p


@dataclass(frozen=True, slots=True)
class Layers:
    """What layers of a star are made of; (N,) each, per baryon.

    `entropy` in units of k_B, of everything that is trapped; `lepton_fraction` counts electrons and the trapped share of
    electron neutrinos, so that it is Y_e where neutrinos have left. `muon_fraction` None means mu_nu_mu = 0; a given one
    fades with the trapped share. `trapping_density_g_per_cm3`: below it neutrinos leave, see `trapped_share`.
    """

    field: MeanField
    entropy: Array
    lepton_fraction: Array
    muon_fraction: Array | None
    trapping_density_g_per_cm3: float

    def matter(self, density: Array, temperature: Array, proton_fraction: Array) -> DenseMatter:
        """States of the layers at densities [MeV^3], temperatures [MeV] and proton fractions; arrays (..., N)."""
        muons = None if self.muon_fraction is None else self.muon_fraction * self.share(density)
        return dense_matter(
            self.field,
            baryon_density=density,
            temperature=temperature,
            proton_fraction=proton_fraction,
            muons=True,
            muon_fraction=muons,
            neutrino_flavours=3,
        )

    def share(self, density: Array) -> Array:
        """Trapped share of the neutrinos at densities [MeV^3]."""
        return trapped_share(density, self.trapping_density_g_per_cm3)

    def total(self, matter: DenseMatter) -> Thermodynamics:
        """Of matter, photons and the trapped share of the neutrinos."""
        share, parts = self.share(matter.baryon_density), matter.parts
        free = parts["neutrinos"]
        held = Thermodynamics(share * free.pressure, share * free.energy, share * free.entropy)
        return parts["baryons"] + parts["leptons"] + parts["photons"] + held

    def leptons(self, matter: DenseMatter) -> Array:
        """Electrons and trapped electron neutrinos per baryon."""
        return matter.fraction("e-") + self.share(matter.baryon_density) * matter.fraction("nu_e")


def trapped_share(density: Array, trapping_density_g_per_cm3: float) -> Array:
    """Share of thermal neutrinos, in number and energy, that matter of a baryon density [MeV^3] holds: exp(-rho_t / rho).

    >>> from feebly.units import FM
    >>> trapped_share(np.array([1e-6, 0.1]) / FM**3, 1e11).round(3).tolist()
    [0.0, 0.999]
    """
    threshold = trapping_density_g_per_cm3 * GRAM / CM**3 / ATOMIC_MASS_UNIT
    return np.asarray(np.exp(-threshold / density))


@dataclass(frozen=True, slots=True)
class Adiabats:
    """Layers near a state, at their entropies and lepton numbers; (N,) each, MeV^n.

    `missing` (2, N) is what ln T and the proton fraction lack. Along the adiabat, by ln n: `course` (2, N) is that of
    ln T and of the proton fraction, `stiffness` = d ln P/d ln n, `work` = de/d ln n.
    """

    pressure: Array
    energy: Array
    missing: Array
    course: Array
    stiffness: Array
    work: Array


def adiabats(layers: Layers, density: Array, temperature: Array, proton_fraction: Array) -> Adiabats:
    """Expand layers around densities [MeV^3], temperatures [MeV] and proton fractions, (N,).

    Notes
    -----
    By differences in ln n, ln T and Y_p. Entropy and lepton number are linear in (ln T, Y_p) at fixed density: two equations
    for what they lack, and for their course along the adiabat.
    """
    bounds = TEMPERATURE_RANGE, FRACTION_RANGE, DENSITY_RANGE_FM3
    middle = [np.sqrt(low * high) for low, high in bounds]
    state = temperature, proton_fraction, density * FM**3
    # each step away from the nearer end of its range
    steps = _STEP * np.stack([np.where(x < m, 1.0, -1.0) for x, m in zip(state, middle, strict=True)])
    warmer, richer, denser = (steps[k] * np.eye(4)[k + 1][:, None] for k in range(3))
    matter = layers.matter(density * np.exp(denser), temperature * np.exp(warmer), proton_fraction + richer)
    total = layers.total(matter)
    held = np.stack([total.entropy / matter.baryon_density, layers.leptons(matter)])  # (2, 4, N)
    slope = (held[:, 1:] - held[:, :1]) / steps
    p_slope = np.log(total.pressure[1:] / total.pressure[0]) / steps
    e_slope = (total.energy[1:] - total.energy[0]) / steps
    by_state = slope[:, :2].transpose(2, 0, 1)  # (N, 2, 2)
    wanted = np.stack([layers.entropy, layers.lepton_fraction])
    right = np.stack([wanted - held[:, 0], -slope[:, 2]], axis=-1).transpose(1, 0, 2)
    missing, course = np.linalg.solve(by_state, right).transpose(2, 1, 0)
    missing = np.clip(missing, -_LONGEST, _LONGEST)
    return Adiabats(
        pressure=total.pressure[0] * np.exp((p_slope[:2] * missing).sum(axis=0)),
        energy=total.energy[0] + (e_slope[:2] * missing).sum(axis=0),
        missing=missing,
        course=course,
        stiffness=p_slope[2] + (p_slope[:2] * course).sum(axis=0),
        work=e_slope[2] + (e_slope[:2] * course).sum(axis=0),
    )


def inside(values: Array, bounds: tuple[float, float], unit: float = 1.0) -> Array:
    """Values kept in the domain of dense matter while a solution is sought; the solution itself is checked."""
    return np.clip(values, bounds[0] * unit, bounds[1] * unit)
