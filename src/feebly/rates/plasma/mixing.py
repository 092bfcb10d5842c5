"""The photon in the early universe: what its polarisation does to a vector, and the resonance where photons become X."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from feebly.arrays import Array
from feebly.constants import E_CHARGE
from feebly.environments.universe_plasma import LogTable
from feebly.math.quadrature import gauss
from feebly.rates.stellar.polarisation import SOURCES, Modes, plasma_frequency, real_part

__all__ = ["SOURCES", "Crossing", "crossing", "crossing_energies", "resonance", "screened"]

_OFF: Final = 0.5  # |1 - Pi / m^2| off resonance
_WINGS: Final = 0.08  # of ln Pi, where the wings of the resonance end
_WIDTHS: Final = 12
_DELTA: Final = 1e-2
_HARDEST: Final = 12.0  # ln(E / m)
_COUNT: Final = 600


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Where transverse photons become X: ln Pi = ln m^2 + slope d + bend d^2 / 2 at high energy, d = ln T - centre.

    Parameters
    ----------
    centre : ln(T / MeV) at which the hardest X resonate, the last to do so.
    area : integral over t of E times the rate of a photon into X, times d ln Pi / dt, per unit |g x_e|^2, MeV^2.
    offset, portion : (J,) values of ln Pi / m^2, increasing, and the shares of the area there.
    """

    centre: float
    slope: float
    bend: float
    area: float
    offset: Array
    portion: Array


def crossing(centre: float, mass: float, strength: float) -> Crossing:
    """The resonance of X of this mass [MeV] at ln T = centre, with the strength [MeV^2] there per unit |g x_e|^2.

    Notes
    -----
    E Gamma = g^2 x_e^2 (m^4 / e^2) Im Pi / [(m^2 - Re Pi)^2 + (Im Pi)^2] has the area pi m^2 / e^2 in ln Pi. What is above
    |xi|^2 = 4 belongs to the resonance, the rest to `screened`: 4 on either side of |ln Pi / m^2| = 1/2. Wings beyond 0.08, some
    percent of the area, are counted within.
    Source: derived in ``docs/physics/early-universe.md``. Valid for: Im Pi far below m^2, the same at all energies.

    >>> found = crossing(float(np.log(resonance(0.5, 0.01, 20.0))), 0.5, 0.02)
    >>> round(found.slope, 1), round(float(found.portion.sum()), 12)
    (2.0, 1.0)
    """
    below, above = (_excess(centre + d, mass) for d in (-_DELTA, _DELTA))
    width = E_CHARGE**2 * strength / mass**2
    x, weight = gauss(-1.0, 1.0, _WIDTHS)
    offset = width * np.tan(np.arctan(_WINGS / width) * x)
    share = max(0.0, 1 - 4 * width / (np.pi * _OFF))
    return Crossing(
        centre=centre,
        slope=(above - below) / (2 * _DELTA),
        bend=(above + below) / _DELTA**2,
        area=share * np.pi * (mass / E_CHARGE) ** 2,
        offset=offset,
        portion=weight / 2,
    )


def resonance(mass: float, coldest: float, hottest: float) -> float | None:
    """Temperature [MeV] below which no photon becomes X of this mass [MeV]; None if it is not in that range [MeV].

    >>> round(resonance(0.5, 0.01, 20.0) / 0.5, 1)
    8.1
    """
    low, high = np.log([coldest, hottest])
    if not _excess(low, mass) < 0 < _excess(high, mass):
        return None
    return float(np.exp(brentq(_excess, low, high, args=(mass,), xtol=1e-13)))


def _excess(x: float, mass: float) -> float:
    """ln Pi_T / m^2 of hard photons at ln T = x."""
    return float(np.log(1.5 * plasma_frequency(np.exp(x), 0.0) ** 2 / mass**2))


@cache
def crossing_energies() -> LogTable:
    """ln(E / m) at the resonance, over ln of eta = ln(3 omega_p^2 / 2 m^2), (K, 1).

    Pi_T = omega_p^2 h(v) = m^2 gives h = (3/2) exp(-eta) from the hardest X (eta = 0) to those at rest, h = 1.
    """
    log = np.linspace(1e-3, np.sqrt(_HARDEST), 4 * _COUNT) ** 2
    shape = real_part(np.exp(log), 1.0, mass=1.0, mode="transverse")
    v2 = -np.expm1(-2 * log)
    # 1 - h/1.5 without cancellation: (1 - v^2) (artanh(v) / v - 1) / v^2
    v = np.sqrt(v2)
    artanh = np.log((1 + v) * np.exp(log))
    small = np.exp(-2 * log) * (artanh / v - 1) / v2
    eta = np.where(log > 1.0, -np.log1p(-small), -np.log(shape / 1.5))
    points = np.append(np.log(np.log(1.5)), np.log(eta))
    through = CubicSpline(points[::-1], np.append(0.0, log)[::-1])
    zeta = np.linspace(points[-1], points[0], _COUNT)
    return LogTable(
        float(zeta[0]), float(zeta[1] - zeta[0]), through(zeta)[:, None], through(zeta, 1)[:, None]
    )


def screened(temperature: Array, energy: Array, mass: float, strength: Modes) -> Modes:
    """Strength of each mode with |xi|^2 (L, I) [MeV^2], without the resonance.

    Parameters
    ----------
    temperature : (L,) MeV.
    energy : (L, I) of X, MeV.
    mass : of X, MeV.
    strength : of electrons, m Gamma + E Gamma_2 of one state of each mode (L, I), per unit |g x_e|^2, without mixing.

    Notes
    -----
    xi = m^2 / (m^2 - Pi): electrons keep xi x_e under any vector, because they make the polarisation themselves.
    |xi|^2 ends at 4; what lies above is the resonance, see `crossing`.
    Source: esseili-kribs-chargephobic, Eqs. (38)-(45). Differs from it: thermal plasma.
    Valid for: electrons only; muons change the plasma frequency above 30 MeV; soft longitudinal photons that become X without
    a resonance in time are left out.
    """
    plasma = plasma_frequency(temperature, np.zeros(temperature.shape))[:, None]
    squared = [
        np.minimum((1 - real_part(energy, plasma, mass=mass, mode=mode) / mass**2) ** -2.0, _OFF**-2.0)
        for mode in ("transverse", "longitudinal")
    ]
    return Modes(squared[0] * strength.transverse, squared[1] * strength.longitudinal)
