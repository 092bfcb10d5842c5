"""A thermal history of the standard model in closed form: neutrinos that decouple at once, entropy of the rest conserved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, NEWTON
from feebly.math.fermi import fermi
from feebly.math.quadrature import panels


@dataclass(frozen=True)
class Universe:
    ln_a: Array
    t_gamma: Array
    t_nu_e: Array
    mu_nu_e: Array
    hubble: Array


def standard_universe(
    count: int = 300, neutrinos: float = 3.0, hottest: float = 20.0, coldest: float = 0.002
) -> Universe:
    """History from `hottest` to `coldest` (MeV) without radiative corrections of the plasma."""
    t = np.geomspace(hottest, coldest, count)
    momentum, weight = panels([0.0, 2.0, 6.0, 15.0, 40.0, 80.0], 24)  # in units of T
    energy = np.hypot(momentum, (ELECTRON_MASS / t)[:, None])
    occupied = fermi(energy)
    electrons = 2 / np.pi**2 * (occupied * energy * momentum**2) @ weight
    pressure = 2 / (3 * np.pi**2) * (occupied * momentum**4 / energy) @ weight
    entropy = 4 * np.pi**2 / 45 + electrons + pressure
    hot_entropy = 4 * np.pi**2 / 45 * 11 / 4
    t_nu = t * (entropy / hot_entropy) ** (1 / 3)
    density = t**4 * (np.pi**2 / 15 + electrons) + neutrinos * 7 / 4 * np.pi**2 / 30 * t_nu**4
    return Universe(-np.log(t_nu), t, t_nu, np.zeros(count), np.sqrt(8 * np.pi / 3 * NEWTON * density))
