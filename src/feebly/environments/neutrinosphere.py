"""Where neutrinos leave a star: radius of an optical depth of two thirds, and the black-body luminosity there."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from scipy.special import zeta

from feebly import embedded
from feebly.arrays import Array
from feebly.errors import OutOfDomainError

_DEPTH: Final = 2 / 3
# <E^2>/T^2 of thermal neutrinos without degeneracy: F_4(0)/F_2(0)
MEAN_SQUARE_ENERGY: Final = float(15 / 16 * 24 * zeta(5) / (3 / 4 * 2 * zeta(3)))
_SPECIES: Final = 6  # nu and antinu of three flavours


@cache
def cross_sections() -> tuple[float, float]:
    """Cross-sections of an electron neutrino on n and on p over E^2 [MeV^-4]: absorption, and transport by scattering.

    Notes
    -----
    Nucleons at rest: (2 G_F^2/3 pi)(V^2 + 5 A^2) for the transport of momentum, V = -1/2 or 1/2 - 2 sin^2 theta_W,
    A = g_A/2; (G_F^2/pi)(1 + 3 g_A^2) on neutrons. Recoil, blocking, weak magnetism and V_ud are left out.
    """
    fermi = float(embedded.load("precision/electroweak_inputs.toml").table()["fermi_constant"]["value"])
    vector = embedded.load("nuclear/form_factors.toml").table()["vector"]
    axial = float(embedded.load("nucleosynthesis/neutron.toml").table()["axial_coupling"][0])
    scattering = [2 * fermi**2 / (3 * np.pi) * (float(vector[n]) ** 2 + 5 * axial**2 / 4) for n in "np"]
    absorption = fermi**2 / np.pi * (1 + 3 * axial**2)
    return scattering[0] + absorption, scattering[1]


def optical_depth(
    radius: Array, stretch: Array, neutrons: Array, protons: Array, temperature: Array
) -> Array:
    """Optical depth (N,) of the matter outside each radius for electron neutrinos that are thermal there.

    Parameters
    ----------
    radius : (N,) areal, MeV^-1; `stretch` is the proper length per areal radius, 1/sqrt(1 - 2Gm/r).
    neutrons, protons : (N,) densities, MeV^3.
    temperature : (N,) MeV.

    Notes
    -----
    tau(r) = <E^2>(T(r)) int_r^R (sigma_n n_n + sigma_p n_p) dl, with cross-sections over E^2 and <E^2> = 12.9 T^2: a
    neutrino keeps its energy on the way out.
    """
    on_n, on_p = cross_sections()
    # exponential between knots
    matter = on_n * neutrons + on_p * protons
    ratio = np.log(matter[:-1] / matter[1:])
    small = np.abs(ratio) < 1e-6
    mean = np.where(small, matter[1:], (matter[:-1] - matter[1:]) / np.where(small, 1.0, ratio))
    cells = mean * np.diff(radius) * (stretch[1:] + stretch[:-1]) / 2
    beyond = np.concatenate([np.cumsum(cells[::-1])[::-1], [0.0]])
    return np.asarray(MEAN_SQUARE_ENERGY * temperature**2 * beyond)


def neutrinosphere(radius: Array, depth: Array) -> float:
    """Outermost radius at which the optical depth is two thirds [MeV^-1].

    >>> round(neutrinosphere(np.array([0.0, 1.0, 2.0]), np.array([4.0, 1.0, 4 / 9])), 6)
    1.5
    """
    above = np.flatnonzero(depth >= _DEPTH)
    if above.size == 0 or above[-1] == depth.size - 1:
        raise OutOfDomainError("The star is transparent to neutrinos, or not all of it is given.")
    k = int(above[-1])
    share = np.log(depth[k] / _DEPTH) / np.log(depth[k] / depth[k + 1])
    return float(radius[k] + share * (radius[k + 1] - radius[k]))


def black_body_luminosity(radius: float, temperature: float, lapse: float) -> float:
    """Luminosity at infinity of all neutrinos of a black sphere [MeV^2], an estimate.

    Notes
    -----
    L = 6 (7/16)(pi^2/60) T^4 4 pi R^2 N^2.

    >>> from feebly.units import ERG, KM, SECOND
    >>> f"{black_body_luminosity(20 * KM, 4.0, 0.9) / (ERG / SECOND):.1e}"
    '2.8e+52'
    """
    return _SPECIES * 7 / 16 * np.pi**2 / 60 * temperature**4 * 4 * np.pi * radius**2 * lapse**2
