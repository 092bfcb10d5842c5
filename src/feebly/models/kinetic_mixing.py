"""Kinetic mixing with the photon from muon and tau loops."""

from __future__ import annotations

import cmath
import math
from typing import Final

from feebly.constants import E_CHARGE
from feebly.errors import InvalidValueError
from feebly.provenance import sources

SOURCES: Final = sources(("blinov-lmu-ltau", "Eq. (3)"), ("kamada-yu-icecube", "loop mixing"))
_SERIES_BELOW: Final = 0.1  # in |q^2| / m^2; the closed form cancels as (q^2 / m^2)^-2
# ln(1 - y t) = - sum (y t)^n / n with y = x (1-x); int y^(n+1) dx = [(n+1)!]^2 / (2n+3)!; 11 terms give 1e-16
_SERIES: Final = tuple(-(math.factorial(n + 1) ** 2) / math.factorial(2 * n + 3) / n for n in range(1, 12))


def loop_function(q2: float, mass: float) -> complex:
    """int_0^1 dx x (1-x) ln[(m^2 - x (1-x) q^2 - i0) / m^2] for a fermion of the given mass.

    Parameters
    ----------
    q2 : momentum transfer squared, MeV^2; any sign.
    mass : mass of the fermion in the loop, MeV.

    Notes
    -----
    With z = 4 m^2 / q^2: -5/18 - z/6 + (1 + z/2)/6 * h, where h = 2 r atan(1/r), r = sqrt(z - 1)
    below threshold (z > 1); r ln[(1 + r)/|1 - r|] - i pi r, r = sqrt(1 - z) above it; and
    r ln[(r + 1)/(r - 1)] for q^2 < 0. A series is used for |q^2| < 0.1 m^2.
    Source: blinov-lmu-ltau, Eq. (3). Differs from it: closed form instead of the integral.
    Valid for: all real q^2.

    Examples
    --------
    >>> abs(loop_function(0.0, 105.66))
    0.0
    >>> loop_function(300.0**2, 105.66).imag < 0
    True
    """
    t = q2 / mass**2
    if abs(t) < _SERIES_BELOW:
        total = 0.0
        for coefficient in reversed(_SERIES):
            total = (total + coefficient) * t
        return complex(total)
    z = 4 / t
    if z > 1:
        r = math.sqrt(z - 1)
        h: complex = 2 * r * math.atan(1 / r)
    elif t > 0:
        r = math.sqrt(1 - z)
        h = r * math.log((1 + r) / (1 - r)) - 1j * math.pi * r
    else:
        r = math.sqrt(1 - z)
        h = r * math.log((r + 1) / (r - 1))
    return complex(-5 / 18 - z / 6 + (1 + z / 2) / 6 * h)


def mixing(q2: float, light_mass: float, heavy_mass: float) -> complex:
    """Loop-induced kinetic mixing eps(q^2) / g of a charge +1 light and -1 heavy lepton pair.

    Parameters
    ----------
    q2 : momentum transfer squared, MeV^2.
    light_mass, heavy_mass : lepton masses, MeV (muon and tau for L_mu - L_tau).

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
    if not (light_mass > 0 and heavy_mass > 0) or not cmath.isfinite(q2):
        raise InvalidValueError(
            f"Kinetic mixing needs positive masses and a finite q^2, got {light_mass}, {heavy_mass}, {q2}."
        )
    log_ratio = 2 * math.log(heavy_mass / light_mass) / 6
    integral = log_ratio + loop_function(q2, heavy_mass) - loop_function(q2, light_mass)
    return -E_CHARGE / (2 * math.pi**2) * integral
