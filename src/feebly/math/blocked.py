"""Moments of f (1 - f'): particles that scatter from one level of a Fermi gas to another.

With x the first level and d the energy gained, both in units of T,

    f(x) (1 - f(x + d)) = [f(x) - f(x + d)] / (1 - exp(-d)),

so every moment is a difference of complete Fermi-Dirac integrals, which are polylogarithms.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.math.quadrature import gauss

_TERMS: Final = 20  # the error of the series falls as 5.8^-terms
_LARGEST: Final = 600.0  # levels further up than this are empty
_SMALLEST_STEP: Final = 1e-9  # below it the limit of zero step is reached to rounding


@cache
def alternating_weights(order: int) -> Array:
    """Coefficients (terms,) of z^(k+1) in -Li_(order+1)(-z), made to converge for all z from 0 to 1.

    Notes
    -----
    Chebyshev weights for sum_k (-1)^k a_k, applied to a_k = z^(k+1) / (k+1)^(order+1).
    Source: cohen-alternating-series, Algorithm 1. Differs from it: the weights are kept as
    coefficients of a polynomial in z. Valid for: 0 <= z <= 1.
    """
    d = (3 + np.sqrt(8.0)) ** _TERMS
    d = (d + 1 / d) / 2
    b, c, found = -1.0, -d, []
    for k in range(_TERMS):
        c = b - c
        found.append(c / d / (k + 1) ** (order + 1))
        b *= (k + _TERMS) * (k - _TERMS) / ((k + 0.5) * (k + 1))
    weights = np.array(found)
    weights.setflags(write=False)
    return weights


def complete_fermi(eta: ArrayLike) -> Array:
    """Complete Fermi-Dirac integrals F_0, F_1, F_2 (3, ...) at eta (...), dimensionless.

    Notes
    -----
    F_n(eta) = 1/n! int_0^inf x^n dx / (exp(x - eta) + 1) = -Li_(n+1)(-exp(eta)); reflected for eta > 0:
    F_1(eta) + F_1(-eta) = eta^2/2 + pi^2/6, F_2(eta) - F_2(-eta) = eta^3/6 + pi^2 eta/6. Relative error 1e-14.

    >>> first, second = complete_fermi(0.0)[1:]  # pi^2 / 12 and 3 zeta(3) / 4
    >>> round(float(first * 12 / np.pi**2), 12), round(float(second), 6)
    (1.0, 0.901543)
    """
    x = np.asarray(eta, dtype=float)
    z = np.exp(-np.abs(x))
    below = [z * np.polynomial.polynomial.polyval(z, alternating_weights(order)) for order in (1, 2)]
    above = np.maximum(x, 0.0)
    return np.stack(
        [
            above + np.log1p(z),
            np.where(x > 0, above**2 / 2 + np.pi**2 / 6 - below[0], below[0]),
            np.where(x > 0, above**3 / 6 + np.pi**2 / 6 * above + below[1], below[1]),
        ]
    )


def _bose(step: Array) -> Array:
    """1 / (1 - exp(-step)) without overflow for either sign."""
    size = np.exp(-np.abs(step)) / -np.expm1(-np.abs(step))
    return np.where(step > 0, 1 + size, -size)


def _away_from_zero(step: Array) -> Array:
    return np.where(np.abs(step) < _SMALLEST_STEP, _SMALLEST_STEP, step)


def blocked_moments(start: ArrayLike, step: ArrayLike) -> Array:
    """Moments (3, ...) of the levels above `start` that scatter up by `step`, in units of T.

    Parameters
    ----------
    start, step : broadcastable arrays (...), (E_0 - mu) / T and the energy gained / T, any sign.

    Notes
    -----
    P_n = int_0^inf dv v^n f(start + v) [1 - f(start + v + step)], n = 0, 1, 2, f(x) = 1/(exp(x) + 1),
    = n! [F_n(-start) - F_n(-start - step)] / (1 - exp(-step)). Relative error 1e-7 for |step| > 1e-8.

    >>> no_blocking = blocked_moments(0.0, 50.0)
    >>> bool(np.allclose(no_blocking, complete_fermi(0.0) * [1, 1, 2], rtol=1e-12))
    True
    """
    d = _away_from_zero(np.asarray(step, dtype=float))
    x = np.asarray(start, dtype=float)
    found = _bose(d) * (complete_fermi(-x) - complete_fermi(-x - d))
    found[2] *= 2
    return np.asarray(found)


def blocked_nodes(start: ArrayLike, step: ArrayLike, count: int) -> tuple[Array, Array]:
    """Nodes v and weights (..., count) for int_0^inf dv f(start + v) [1 - f(start + v + step)] g(v).

    Notes
    -----
    The nodes are at given fractions of the integral with g = 1, which is known in closed form and can be
    inverted, so that sharp Fermi surfaces need no more nodes. For smooth g that grow at most like v.

    >>> v, w = blocked_nodes(-30.0, 2.0, 16)
    >>> bool(np.allclose([np.sum(w), w @ v], blocked_moments(-30.0, 2.0)[:2], rtol=1e-4))
    True
    """
    d = _away_from_zero(np.asarray(step, dtype=float))[..., None]
    x = np.minimum(np.asarray(start, dtype=float), _LARGEST)[..., None]
    u, weight = gauss(0.0, 1.0, count)
    share, slope = u**3 * (4 - 3 * u), 12 * u**2 * (1 - u)  # slow near share 0, where v grows like -ln
    span = np.logaddexp(0.0, -x) - np.logaddexp(0.0, -x - d)
    part = share * span
    v = -np.log(np.expm1(part) / -np.expm1(part - d)) - x
    return np.maximum(v, 0.0), weight * slope * span * _bose(d)
