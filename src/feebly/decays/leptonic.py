"""Vector boson to lepton and neutrino pairs."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS, TAU_MASS
from feebly.provenance import sources

SOURCES: Final = sources(("blinov-lmu-ltau", "Eqs. (B8), (B12)"), ("cerdeno-burst-duration", "Eqs. (3), (4)"))
MASSES: Final = {"e-": ELECTRON_MASS, "mu-": MUON_MASS, "tau-": TAU_MASS}
CHANNELS: Final = (
    *(f"{lepton} {sp.anti(lepton)}" for lepton in sp.LEPTONS),
    *(f"{nu} {sp.anti(nu)}" for nu in sp.NEUTRINOS),
)


def charged_width(mass: Array | float, lepton_mass: float) -> Array:
    """Width (M,) of a vector to a charged lepton pair per unit (g x)^2 [MeV]; 0 below threshold.

    Notes
    -----
    Gamma = m / (12 pi) (1 + 2 r) sqrt(1 - 4 r), r = m_l^2 / m^2.
    Source: blinov-lmu-ltau, Eq. (B12). Differs from it: nothing.
    Valid for: vector couplings; without radiative corrections, of relative order alpha / pi.

    >>> charged_width(np.array([200.0]), 105.66).tolist()
    [0.0]
    """
    r = (lepton_mass / np.asarray(mass)) ** 2
    return np.asarray(mass / (12 * math.pi) * (1 + 2 * r) * np.sqrt(np.maximum(1 - 4 * r, 0.0)))


def neutrino_width(mass: Array | float) -> Array:
    """Width (M,) of a vector to one flavour of left-handed neutrinos per unit (g x)^2 [MeV].

    Notes
    -----
    Gamma = m / (24 pi). Source: blinov-lmu-ltau, Eq. (B8); cerdeno-burst-duration, Eq. (4).
    Differs from it: nothing. Valid for: massless neutrinos without right-handed partners.

    >>> (24 * math.pi * neutrino_width(np.array([10.0]))).round(12).tolist()
    [10.0]
    """
    return np.asarray(mass / (24 * math.pi))


def shapes(mass: Array) -> Array:
    """Widths (6, M) per unit (g x)^2 [MeV] to e, mu, tau pairs and the three neutrino flavours."""
    return np.stack(
        [charged_width(mass, MASSES[lepton]) for lepton in sp.LEPTONS] + [neutrino_width(mass)] * 3
    )
