"""The vector decaying to six pions: a resonance near 1.9 GeV over a continuum, isovector."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons.base import ISOVECTOR, Channel, Kernel, parameters

Mode = Literal["charged", "neutral"]

_DATA: Final = "hadrons/six_pions.toml"


def ratio(mode: Mode, mass: Array) -> Array:
    """R of the photon (M,) at the masses (M,) [MeV], for 3pi+ 3pi- or 2pi+ 2pi- 2pi0; 0 below 1.3 GeV.

    Notes
    -----
    R = (3 / m) |g M^2 e^(i phi) / (s - M^2 + i m Gamma) + c_0 + c_1 e^(-b / (m - m_0)) (m - m_0)^(a - 2)|^2,
    masses in GeV, so that sigma = 4 pi alpha^2 / m^3 times the square.
    Source: Aubert:2006jq, fit of the cross sections; parameters: foguel-hadronic-vectors.
    Differs from it: nothing; below 1.3 GeV, where less than 0.03 nb were seen, it is cut. Valid for: 1.3 to
    4.5 GeV; all of the decay is isovector, by G parity.

    Examples
    --------
    >>> float(ratio("neutral", np.array([1812.5]))[0].round(2))
    0.21
    """
    data = parameters(_DATA)
    opens = data["opens_mev"]
    return np.asarray(np.where(mass > opens, _fit(data[mode], np.maximum(mass, opens) / 1e3), 0.0))


def _fit(data: Mapping[str, Any], m: Array) -> Array:
    pole = data["mass_gev"]
    strength = data["strength"] * pole**2 * cmath.exp(1j * math.radians(data["phase_deg"]))
    resonance = strength / (m**2 - pole**2 + 1j * m * data["width_gev"])
    above = m - data["start_gev"]
    rise = np.exp(-data["decay_gev"] / above) * above ** (data["power"] - 2)
    return np.asarray(3 / m * np.abs(resonance + data["constant"] + data["slope"] * rise) ** 2)


def _kernel(mode: Mode) -> Kernel:
    def kernel(mass: Array) -> ComplexArray:
        found = np.zeros((mass.size, 3, 3), dtype=complex)
        found[:, ISOVECTOR, ISOVECTOR] = ratio(mode, mass)
        return found

    return kernel


def channels() -> tuple[Channel, ...]:
    """The channels 3pi+ 3pi- and 2pi+ 2pi- 2pi0, which includes omega and eta with three more pions."""
    data = parameters(_DATA)
    modes: tuple[Mode, ...] = ("charged", "neutral")
    return tuple(
        Channel(
            name=data[mode]["name"],
            opens=data["opens_mev"],
            kernel=_kernel(mode),
            uncertainty=data[mode]["uncertainty"],
            provenance=embedded.load(_DATA).provenance,
        )
        for mode in modes
    )
