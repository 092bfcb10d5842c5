"""Kinetic mixing with the photon from muon and tau loops."""

from __future__ import annotations

import math
from typing import Final, overload

import numpy as np

from feebly.arrays import Array, ComplexArray
from feebly.constants import E_CHARGE
from feebly.errors import InvalidValueError
from feebly.provenance import sources

SOURCES: Final = sources(("blinov-lmu-ltau", "Eq. (3)"), ("kamada-yu-icecube", "loop mixing"))
_SERIES_BELOW: Final = 0.1  # in |q^2| / m^2; the closed form cancels as (q^2 / m^2)^-2
# ln(1 - y t) = - sum (y t)^n / n with y = x (1-x); int y^(n+1) dx = [(n+1)!]^2 / (2n+3)!; 11 terms give 1e-16
_SERIES: Final = tuple(-(math.factorial(n + 1) ** 2) / math.factorial(2 * n + 3) / n for n in range(1, 12))


@overload
def loop_function(q2: float, mass: float) -> complex: ...
@overload
def loop_function(q2: Array, mass: float) -> ComplexArray: ...
def loop_function(q2: float | Array, mass: float) -> complex | ComplexArray:
    """int_0^1 dx x (1-x) ln[(m^2 - x (1-x) q^2 - i0) / m^2] for a fermion of the given mass.

    Parameters
    ----------
    q2 : momentum transfers squared, MeV^2; any sign; a number gives a number.
    mass : mass of the fermion in the loop, MeV.

    Notes
    -----
    With z = 4 m^2 / q^2: -5/18 - z/6 + (1 + z/2)/6 * h, where h = 2 r atan(1/r), r = sqrt(z - 1)
    below threshold (z > 1); else h = r ln[(1 + r)^2/|z|], r = sqrt(1 - z), minus i pi r above threshold
    (0 < z < 1). A series is used for |q^2| < 0.1 m^2.
    Source: blinov-lmu-ltau, Eq. (3). Differs from it: closed form instead of the integral.
    Valid for: all real q^2.

    Examples
    --------
    >>> abs(loop_function(0.0, 105.66))
    0.0
    >>> loop_function(300.0**2, 105.66).imag < 0
    True
    """
    t = np.asarray(q2, dtype=float) / mass**2
    is_small = np.abs(t) < _SERIES_BELOW
    found = np.where(is_small, _series(np.where(is_small, t, 0.0)), _closed(np.where(is_small, 1.0, t)))
    return complex(found) if found.ndim == 0 else found


def _series(t: Array) -> Array:
    total = np.zeros_like(t)
    for coefficient in reversed(_SERIES):
        total = (total + coefficient) * t
    return total


def _closed(t: Array) -> ComplexArray:
    z = 4 / t
    r = np.sqrt(np.abs(1 - z))
    is_below = z > 1
    # (1 + r) / |1 - r| = (1 + r)^2 / |z|, which does not cancel for small z
    h = np.where(is_below, 2 * r * np.arctan2(1.0, r), r * np.log((1 + r) ** 2 / np.abs(z)))
    absorptive = np.where(~is_below & (t > 0), -math.pi * r, 0.0)
    return np.asarray(-5 / 18 - z / 6 + (1 + z / 2) / 6 * (h + 1j * absorptive))


@overload
def mixing(q2: float, light_mass: float, heavy_mass: float) -> complex: ...
@overload
def mixing(q2: Array, light_mass: float, heavy_mass: float) -> ComplexArray: ...
def mixing(q2: float | Array, light_mass: float, heavy_mass: float) -> complex | ComplexArray:
    """Loop-induced kinetic mixing eps(q^2) / g of a charge +1 light and -1 heavy lepton pair.

    Parameters
    ----------
    q2 : momentum transfers squared, MeV^2; a number gives a number.
    light_mass, heavy_mass : lepton masses, MeV (muon and tau for L_mu - L_tau).

    Raises
    ------
    InvalidValueError
        for a mass that is not positive, or a q^2 that is not finite.

    Notes
    -----
    eps(q^2) = -(g e / 2 pi^2) int_0^1 dx x (1-x) ln[(m_heavy^2 - x (1-x) q^2)/(m_light^2 - x (1-x) q^2)].
    Source: blinov-lmu-ltau, Eq. (3). Differs from it: nothing. The value at q^2 = 0 is 1/69.29; akita-high-energy-neutrinos, Eq. (46), rounds it to 1/70.
    Valid for: masses above zero, one loop.

    Examples
    --------
    >>> from feebly.constants import MUON_MASS, TAU_MASS
    >>> round(1 / mixing(0.0, MUON_MASS, TAU_MASS).real, 2)
    -69.29
    """
    if not (light_mass > 0 and heavy_mass > 0) or not np.all(np.isfinite(q2)):
        raise InvalidValueError(
            f"Kinetic mixing needs positive masses and a finite q^2, got {light_mass}, {heavy_mass}, {q2}."
        )
    log_ratio = 2 * math.log(heavy_mass / light_mass) / 6
    integral = log_ratio + loop_function(q2, heavy_mass) - loop_function(q2, light_mass)
    return -E_CHARGE / (2 * math.pi**2) * integral
