"""Weak processes that keep neutrinos and electrons of the early universe in equilibrium.

Rates of massless particles with Maxwell-Boltzmann statistics, times what statistics and the mass of the electron change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.special import kve

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS
from feebly.environments.universe_plasma import LogTable, log_temperatures
from feebly.math.quadrature import panels
from feebly.provenance import Provenance

_EDGES: Final = np.array([0.0, 2.0, 8.0, 20.0, 60.0])  # of sqrt(s) above threshold, over T
_PER_PANEL: Final = 24
_SIXTH: Final = 384.0  # int_0^inf w^6 K_1(w) dw; w^7 K_2 gives eight times that


@dataclass(frozen=True, slots=True)
class WeakCouplings:
    """Fermi constant [MeV^-2], couplings to electrons and statistical factors."""

    fermi_constant: float
    electron: tuple[float, float]  # g_L, g_R of nu_e
    other: tuple[float, float]  # g_L, g_R of nu_mu and nu_tau
    annihilation_energy: float
    scattering_energy: float
    annihilation_number: float
    provenance: Provenance


@cache
def weak_couplings() -> WeakCouplings:
    """As stored."""
    file = embedded.load("cosmology/weak_rates.toml")
    table = file.table()
    g, statistics = table["couplings"], table["fermi_dirac"]
    return WeakCouplings(
        fermi_constant=float(table["fermi_constant"]),
        electron=(float(g["left_electron"]), float(g["right_electron"])),
        other=(float(g["left_other"]), float(g["right_other"])),
        annihilation_energy=float(statistics["annihilation_energy"]),
        scattering_energy=float(statistics["scattering_energy"]),
        annihilation_number=float(statistics["annihilation_number"]),
        provenance=file.provenance,
    )


def annihilation_factors(temperature: Array, left: float, right: float) -> Array:
    """Number and energy by e+ e- <-> nu nubar over those of massless electrons, (K, 2) at (K,) MeV.

    Notes
    -----
    sigma s beta ~ C_V^2 (s + 2 m^2) + C_A^2 (s - 4 m^2) with C_V = g_L + g_R, C_A = g_L - g_R, and
    int ds sqrt(s) (s beta^2 sigma) K_1(sqrt(s) / T) for the number, another sqrt(s) and K_2 for the energy.
    Source: derived in ``docs/physics/early-universe.md``. Valid for: Maxwell-Boltzmann statistics.

    >>> annihilation_factors(np.array([1e3]), 0.7, 0.2).round(5).tolist()
    [[1.0, 1.0]]
    """
    rest = (ELECTRON_MASS / temperature)[:, None]
    w, weight = panels(2 * rest + _EDGES, _PER_PANEL)  # sqrt(s) / T
    r2 = (rest / w) ** 2
    beta = np.sqrt(np.maximum(1 - 4 * r2, 0.0))
    vector, axial = (left + right) ** 2, (left - right) ** 2
    shape = beta * (vector * (1 + 2 * r2) + axial * (1 - 4 * r2)) / (vector + axial)
    number = np.sum(weight * shape * w**6 * kve(1, w) * np.exp(-w), axis=-1)
    energy = np.sum(weight * shape * w**7 * kve(2, w) * np.exp(-w), axis=-1)
    return np.stack([number / _SIXTH, energy / (8 * _SIXTH)], axis=-1)


def scattering_factor(temperature: Array, left: float, right: float) -> Array:
    """Energy by e nu <-> e nu over that of massless electrons, (K,) at (K,) MeV.

    Notes
    -----
    To first order in the difference of temperatures the transfer is that difference times
    int ds (s - m^2)^2 / s K_2(sqrt(s) / T) sigma <-t>, with d sigma / dy ~ (s - m^2) [(g_L^2 + g_R^2)(1 + (1 - y)^2) / 2 -
    g_L g_R 2 m^2 y / (s - m^2)], -t = (s - m^2) y, y < 1 - m^2/s, summed over neutrinos and antineutrinos.
    Source: derived in ``docs/physics/early-universe.md``. Valid for: Maxwell-Boltzmann statistics, nearly equal temperatures.

    >>> scattering_factor(np.array([1e3]), 0.7, 0.2).round(5).tolist()
    [1.0]
    """
    rest = (ELECTRON_MASS / temperature)[:, None]
    w, weight = panels(rest + _EDGES, _PER_PANEL)
    excess = w**2 - rest**2
    top = excess / w**2
    both = top**2 - 2 * top**3 / 3 + top**4 / 4  # int y (1 + (1 - y)^2) dy
    mixed = 2 * left * right / (left**2 + right**2)
    shape = excess**2 * (both - mixed * 2 * rest**2 * top**3 / (3 * excess))
    found = np.sum(weight * 2 * w * excess**2 / w**2 * kve(2, w) * np.exp(-w) * shape, axis=-1)
    return np.asarray(found / (2 * 7 / 12 * 8 * _SIXTH))  # int y (1 + (1 - y)^2) dy = 7/12 without mass


def weak_factors(*, electron_mass: bool) -> LogTable:
    """Six columns: number, energy and scattering of nu_e and of nu_mu, over those of massless electrons."""
    x = log_temperatures()
    couplings = weak_couplings()
    if not electron_mass:
        return LogTable.through(x, np.ones((x.size, 6)))
    t = np.exp(x)
    columns = [
        np.column_stack([annihilation_factors(t, *pair), scattering_factor(t, *pair)])
        for pair in (couplings.electron, couplings.other)
    ]
    return LogTable.through(x, np.concatenate(columns, axis=-1))
