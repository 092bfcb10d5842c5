"""The photon in the early universe: what its polarisation does to the charge of electrons under a vector."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import brentq

from feebly.arrays import Array
from feebly.constants import E_CHARGE
from feebly.rates.stellar.polarisation import SOURCES, Modes, plasma_frequency, real_part

__all__ = ["SOURCES", "resonance", "screened"]

_TYPICAL: Final = 1.5  # kinetic energy over T of X from the resonance, whose probability falls as 1/E
_DELTA: Final = 1e-3


def resonance(mass: float, coldest: float, hottest: float) -> tuple[float, float] | None:
    """ln T at which transverse photons become X of this mass [MeV], and how fast Pi rises there, d ln Pi / d ln T.

    None if it is not between the temperatures `coldest` and `hottest` [MeV].

    >>> x, slope = resonance(0.5, 0.01, 20.0)
    >>> round(float(np.exp(x)) / 0.5, 1), round(slope, 1)
    (8.2, 2.0)
    """

    def excess(x: float) -> float:
        return float(np.log(_real(np.exp(x), mass)[0] / mass**2))

    low, high = np.log([coldest, hottest])
    if not excess(low) < 0 < excess(high):
        return None
    at = float(brentq(excess, low, high, xtol=1e-13))
    return at, (excess(at + _DELTA) - excess(at - _DELTA)) / (2 * _DELTA)


def screened(temperature: Array, mass: float, strength: Modes) -> Modes:
    """Strength of each mode with |xi|^2 (L, I) [MeV^2].

    Parameters
    ----------
    temperature : (L,) MeV.
    mass : of X, MeV.
    strength : of electrons, m Gamma + E Gamma_2 of one state of each mode (L, I), per unit |g x_e|^2, without mixing.

    Notes
    -----
    xi = m^2 / (m^2 - Pi): electrons keep xi x_e under any vector, because they make the polarisation themselves; its
    imaginary part is -e^2 times the same strength.
    Source: esseili-kribs-chargephobic, Eqs. (38)-(45). Differs from it: thermal plasma, real part at a typical energy
    (where it matters, X is relativistic, and the temperatures of resonance at different energies differ by a percent).
    Valid for: electrons only; muons change the plasma frequency above 30 MeV.
    """
    transverse, longitudinal = _real(temperature, mass)
    return Modes(
        _squared(transverse, mass, strength.transverse) * strength.transverse,
        _squared(longitudinal, mass, strength.longitudinal) * strength.longitudinal,
    )


def _real(temperature: Array | float, mass: float) -> tuple[Array, Array]:
    """Real parts of the polarisation of both modes at a typical energy [MeV^2]."""
    t = np.asarray(temperature, dtype=float)
    plasma = plasma_frequency(t, np.zeros(t.shape))
    energy = mass + _TYPICAL * t
    return (
        real_part(energy, plasma, mass=mass, mode="transverse"),
        real_part(energy, plasma, mass=mass, mode="longitudinal"),
    )


def _squared(real: Array, mass: float, strength: Array) -> Array:
    """|xi|^2 (L, I)."""
    distance = (mass**2 - real[:, None]) ** 2 + (E_CHARGE**2 * strength) ** 2
    return np.asarray(mass**4 / np.maximum(distance, np.finfo(float).tiny))
