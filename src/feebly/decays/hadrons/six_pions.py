"""The vector decaying to six pions: a resonance near 1.9 GeV over a continuum, isovector."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, Literal

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.hadrons import vector_pseudoscalar
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, Channel, parameters
from feebly.particle_data import branching
from feebly.provenance import Provenance

Mode = Literal["charged", "neutral"]

_DATA: Final = "hadrons/six_pions.toml"
_MODES: Final[tuple[Mode, ...]] = ("charged", "neutral")
_OPENS: Final = {"charged": 6 * PION_MASS, "neutral": 4 * PION_MASS + 2 * NEUTRAL_PION_MASS}
_PHASE_SPACE: Final = 6.5  # (3 n - 5) / 2 of n = 6 slow particles


def ratio(mode: Mode, mass: Array) -> Array:
    """R of the photon (M,) at the masses (M,) [MeV] above threshold, for 3pi+ 3pi- or 2pi+ 2pi- 2pi0.

    Notes
    -----
    R = (3 / m) |g M^2 e^(i phi) / (s - M^2 + i m Gamma) + c_0 + c_1 e^(-b / (m - m_0)) (m - m_0)^(a - 2)|^2,
    masses in GeV, so that sigma = 4 pi alpha^2 / m^3 times the square.
    Source: Aubert:2006jq, fit of the cross sections; parameters: foguel-hadronic-vectors.
    Differs from it: below 1.5 GeV, where a few events were seen and the constant of the fit keeps it from
    vanishing, six-body phase space, (m - threshold)^(13/2), goes on from the fit; omega eta with both mesons
    decaying to three pions, which the measured 2pi+ 2pi- 2pi0 contains, is subtracted: it is isoscalar and counted
    in the channel omega eta (16 % of the mode at 1.65 GeV, 2 % at 1.75 GeV).
    Valid for: up to 4.5 GeV; all that is left is isovector, by G parity.

    Examples
    --------
    >>> float(ratio("neutral", np.array([1812.5]))[0].round(2))
    0.21
    """
    data, opens = parameters(_DATA), _OPENS[mode]
    start = data["fit_from_mev"]
    at = np.maximum(mass, start)
    fitted = _fit(data[mode], at / 1e3)
    if mode == "neutral":
        fitted = fitted - _omega_eta(at)
    return np.asarray(
        fitted * (np.maximum(np.minimum(mass, start) - opens, 0.0) / (start - opens)) ** _PHASE_SPACE
    )


def _fit(data: Mapping[str, Any], m: Array) -> Array:
    pole = data["mass_gev"]
    strength = data["strength"] * pole**2 * cmath.exp(1j * math.radians(data["phase_deg"]))
    resonance = strength / (m**2 - pole**2 + 1j * m * data["width_gev"])
    above = m - data["start_gev"]
    rise = np.exp(-data["decay_gev"] / above) * above ** (data["power"] - 2)
    return np.asarray(3 / m * np.abs(resonance + data["constant"] + data["slope"] * rise) ** 2)


def _omega_eta(mass: Array) -> Array:
    """R (M,) of omega eta with both mesons decaying to pi+ pi- pi0."""
    share = branching("omega", "pi+ pi- pi0").value * branching("eta", "pi+ pi- pi0").value
    return np.asarray(share * vector_pseudoscalar.kernel(mass, "omega_eta")[:, ISOSCALAR, ISOSCALAR].real)


def kernel(mass: Array, mode: Mode) -> ComplexArray:
    """Kernel (M, 3, 3) of one mode."""
    found = np.zeros((mass.size, 3, 3), dtype=complex)
    found[:, ISOVECTOR, ISOVECTOR] = ratio(mode, mass)
    return found


def channels() -> tuple[Channel, ...]:
    """The channels 3pi+ 3pi- and 2pi+ 2pi- 2pi0, which includes eta with three more pions and omega with three
    more except omega eta."""
    data = parameters(_DATA)
    subtracted = embedded.load("hadrons/vector_pseudoscalar.toml").provenance | particle_data.provenance()
    return tuple(
        Channel(
            name=data[mode]["name"],
            opens=_OPENS[mode],
            kernel=partial(kernel, mode=mode),
            uncertainty=data[mode]["uncertainty"],
            provenance=embedded.load(_DATA).provenance | (subtracted if mode == "neutral" else Provenance()),
        )
        for mode in _MODES
    )
