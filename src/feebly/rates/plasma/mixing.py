"""The photon in the early universe: what its polarisation does to the charge of electrons under a vector."""

from __future__ import annotations

from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import E_CHARGE
from feebly.rates.stellar.polarisation import (
    SOURCES,
    Modes,
    plasma_frequency,
    real_part,
    screening_weights,
)

__all__ = ["SOURCES", "screened"]

_TINY: Final = 1e-100
_TYPICAL: Final = 1.5  # kinetic energy over T of X from the resonance, whose probability falls as 1/E


def screened(log_temperature: Array, mass: float, strength: Modes, per_cell: int) -> Modes:
    """Strength of each mode with |xi|^2, averaged over hats of `per_cell` fine cells (L, I) [MeV^2].

    Parameters
    ----------
    log_temperature : (R,) even, R = (L - 1) per_cell + 1.
    mass : of X, MeV.
    strength : of electrons, m Gamma + E Gamma_2 of one state of each mode (R, I), per unit |g x_e|^2, without mixing.

    Notes
    -----
    xi = m^2 / (m^2 - Pi): electrons keep xi x_e under any vector, because they make the polarisation themselves; its
    imaginary part is -e^2 times the same strength. The average over a hat keeps the integral over ln T across a resonance
    however narrow it is.
    Source: esseili-kribs-chargephobic, Eqs. (38)-(45). Differs from it: thermal plasma, integrated in ln T, real part at a
    typical energy (where it matters, X is relativistic).
    Valid for: electrons only; muons change the plasma frequency above 30 MeV.
    """
    t = np.exp(log_temperature)[:, None]
    typical = mass + _TYPICAL * t
    plasma = plasma_frequency(t[:, 0], np.zeros(t.shape[0]))[:, None]
    found = []
    for mode, rate in (("transverse", strength.transverse), ("longitudinal", strength.longitudinal)):
        real = real_part(typical, plasma, mass=mass, mode=mode)  # type: ignore[arg-type]
        gap = E_CHARGE**2 * np.maximum(rate, _TINY)
        weights = screening_weights(
            log_temperature, np.broadcast_to(real, rate.shape), -np.sqrt(gap[1:] * gap[:-1]), mass=mass
        )
        found.append(
            _hats(weights.square * rate, per_cell) / _hats(_trapezoid(log_temperature), per_cell)[:, None]
        )
    return Modes(*found)


def _trapezoid(x: Array) -> Array:
    weight = np.full(x.size, x[1] - x[0])
    weight[[0, -1]] /= 2
    return weight


def _hats(weighted: Array, per_cell: int) -> Array:
    """Sums (L, ...) of (R, ...) under hats centred on every `per_cell`-th point."""
    count = (weighted.shape[0] - 1) // per_cell
    share = np.arange(per_cell) / per_cell
    cells = weighted[:-1].reshape(count, per_cell, *weighted.shape[1:])
    upward = np.tensordot(share, cells, axes=(0, 1))
    downward = np.tensordot(1 - share, cells, axes=(0, 1))
    found = np.zeros((count + 1, *weighted.shape[1:]))
    found[:-1] += downward
    found[1:] += upward
    found[-1] += weighted[-1]
    return found
