"""Anomalous magnetic moments of charged leptons from one vector in the loop."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.errors import InvalidValueError

_STEP: Final = 0.25
_LOGIT: Final = np.arange(-45.0, 45.0 + _STEP / 2, _STEP)
_Z: Final = 1 / (1 + np.exp(-_LOGIT))
_REST: Final = 1 / (1 + np.exp(_LOGIT))  # 1 - z without cancellation


def anomalous_moment(mass: ArrayLike, lepton_mass: float) -> Array:
    """Anomalous magnetic moment per coupling squared, a / (g x)^2 [dimensionless].

    Parameters
    ----------
    mass : (M,) masses of the vector, MeV.
    lepton_mass : mass of the lepton, MeV.

    Raises
    ------
    InvalidValueError
        for masses that are not positive and finite.

    Notes
    -----
    a / (g x)^2 = (1 / 4 pi^2) int_0^1 dz z^2 (1 - z) / [z^2 + (1 - z) M^2 / m^2]: 1 / 8 pi^2 for a light vector,
    m^2 / (12 pi^2 M^2) for a heavy one. The trapezoidal rule in t = ln z / (1 - z) converges exponentially, as the
    integrand is analytic for |Im t| < pi/2 and falls as exp(-|t|); relative error 1e-13 for 1e-6 < M/m < 1e6.
    Source: pospelov-secluded.
    Differs from it: for any charge of the lepton.
    Valid for: a vector coupling, one loop.

    Examples
    --------
    >>> light = anomalous_moment([1e-3], 105.66)
    >>> bool(abs(light[0] * 8 * np.pi**2 - 1) < 1e-4)
    True
    """
    masses = np.atleast_1d(np.asarray(mass, dtype=float))
    if not (np.isfinite(lepton_mass) and lepton_mass > 0):
        raise InvalidValueError(f"The mass of the lepton is {lepton_mass:g} MeV; it must be positive.")
    if not np.all(np.isfinite(masses) & (masses > 0)):
        raise InvalidValueError("The mass of the vector must be positive and finite, in MeV.")
    ratio = (masses[..., None] / lepton_mass) ** 2
    integrand = _Z**3 * _REST**2 / (_Z**2 + _REST * ratio)
    return np.asarray(_STEP * integrand.sum(axis=-1) / (4 * np.pi**2))
