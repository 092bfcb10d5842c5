"""Matter of a hot star with given entropy and lepton number per baryon: its states, and how they respond to compression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT
from feebly.environments.mean_field import MeanField
from feebly.environments.nuclear import DenseMatter, Thermodynamics, dense_matter
from feebly.environments.nuclear_request import DENSITY_RANGE_FM3, TEMPERATURE_RANGE
from feebly.units import CM, FM, GRAM

_STEP: Final = 1e-4  # of ln n and ln T in differences, which only guide the search


@dataclass(frozen=True, slots=True)
class Layers:
    """What layers of a star are made of; (N,) each, per baryon.

    `entropy` in units of k_B, of everything that is trapped; `muon_fraction` None means mu_nu_mu = 0.
    `trapping_density_g_per_cm3`: below it neutrinos leave, see `trapped_share`.
    """

    field: MeanField
    entropy: Array
    lepton_fraction: Array
    muon_fraction: Array | None
    trapping_density_g_per_cm3: float

    def matter(self, density: Array, temperature: Array) -> DenseMatter:
        """States of the layers at these densities [MeV^3] and temperatures [MeV]; arrays (..., N)."""
        return dense_matter(
            self.field,
            baryon_density=density,
            temperature=temperature,
            lepton_fraction=self.lepton_fraction,
            muons=True,
            muon_fraction=self.muon_fraction,
            neutrino_flavours=3,
        )

    def total(self, matter: DenseMatter) -> Thermodynamics:
        """Of matter, photons and the trapped share of the neutrinos."""
        share = trapped_share(matter.baryon_density, self.trapping_density_g_per_cm3)
        parts = matter.parts
        free = parts["neutrinos"]
        held = Thermodynamics(share * free.pressure, share * free.energy, share * free.entropy)
        return parts["baryons"] + parts["leptons"] + parts["photons"] + held


def trapped_share(density: Array, trapping_density_g_per_cm3: float) -> Array:
    """Share of thermal neutrinos that matter of a baryon density [MeV^3] holds, exp(-rho_t / rho).

    >>> from feebly.units import FM
    >>> trapped_share(np.array([1e-6, 0.1]) / FM**3, 1e11).round(3).tolist()
    [0.0, 0.999]
    """
    threshold = trapping_density_g_per_cm3 * GRAM / CM**3 / ATOMIC_MASS_UNIT
    return np.asarray(np.exp(-threshold / density))


@dataclass(frozen=True, slots=True)
class Adiabats:
    """Layers near a state, at their entropies: P and e as functions of the density; (N,) each, MeV^n.

    `temperature_step` is what ln T lacks to reach the entropy, `cooling` = d ln T / d ln n and `stiffness` =
    d ln P / d ln n along the adiabat.
    """

    pressure: Array
    energy: Array
    temperature_step: Array
    cooling: Array
    stiffness: Array


def adiabats(layers: Layers, density: Array, temperature: Array) -> Adiabats:
    """Expand layers around densities [MeV^3] and temperatures [MeV], (N,).

    Notes
    -----
    With s, P of (n, T) and their slopes: d ln P/d ln n at constant s = P_n - P_T s_n / s_T; the shift to the wanted
    entropy adds P_T d ln T to ln P and n T ds to e, since the composition is in equilibrium.
    """
    n = density * np.exp(_STEP * np.array([[0.0], [0.0], [1.0]]))
    t = temperature * np.exp(_STEP * np.array([[0.0], [1.0], [0.0]]))
    total = layers.total(layers.matter(inside(n, DENSITY_RANGE_FM3, FM**-3), inside(t, TEMPERATURE_RANGE)))
    entropy, pressure = total.entropy / n, np.log(total.pressure)
    s_t, s_n = (entropy[1:] - entropy[0]) / _STEP
    p_t, p_n = (pressure[1:] - pressure[0]) / _STEP
    missing = layers.entropy - entropy[0]
    step = np.clip(missing / s_t, -0.5, 0.5)
    return Adiabats(
        pressure=np.exp(pressure[0] + p_t * step),
        energy=total.energy[0] + density * temperature * s_t * step,
        temperature_step=step,
        cooling=-s_n / s_t,
        stiffness=p_n - p_t * s_n / s_t,
    )


def inside(values: Array, bounds: tuple[float, float], unit: float = 1.0) -> Array:
    """Values kept in the domain of dense matter while a solution is sought; the solution itself is checked."""
    return np.clip(values, bounds[0] * unit, bounds[1] * unit)
