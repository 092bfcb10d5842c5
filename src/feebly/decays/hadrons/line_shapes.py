"""Resonance line shapes, all normalised to 1 at s = 0 up to the running of the width."""

from __future__ import annotations

import math

import numpy as np

from feebly.arrays import Array, ComplexArray


def momentum(s: Array | float, first: Array | float, second: Array | float) -> Array:
    """Momentum [MeV] of a pair with masses `first` and `second` [MeV] at s [MeV^2]; 0 below threshold.

    All three may be arrays; they broadcast.

    >>> momentum(np.array([4.0]), 0.0, 0.0).tolist()
    [1.0]
    """
    s = np.asarray(s, dtype=float)
    above = (s - (first + second) ** 2) * (s - (first - second) ** 2)
    inside = (above > 0) & (s > (first + second) ** 2)
    safe = np.where(inside, s, 1.0)
    return np.where(inside, np.sqrt(np.maximum(above, 0.0) / safe) / 2, 0.0)


def fixed_width(s: Array, mass: Array | float, width: Array | float) -> ComplexArray:
    """m^2 / (m^2 - s - i m Gamma)."""
    return np.asarray(mass**2 / (mass**2 - s - 1j * mass * width))


def running_width(s: Array, mass: Array | float, width: Array | float, first: float, second: float) -> Array:
    """sqrt(s) Gamma(s) [MeV^2] of a P-wave decay to masses `first` and `second`.

    Notes
    -----
    sqrt(s) Gamma(s) = Gamma (m^2 / sqrt(s)) [p(s) / p(m^2)]^3.
    """
    s = np.asarray(s, dtype=float)
    peak = momentum(np.array(mass**2), first, second)
    cube = (momentum(s, first, second) / peak) ** 3
    return np.asarray(width * mass**2 * cube / np.sqrt(np.where(s > 0, s, 1.0)))


def p_wave(s: Array, mass: Array | float, width: Array | float, first: float, second: float) -> ComplexArray:
    """m^2 / (m^2 - s - i sqrt(s) Gamma(s)) with the P-wave width of `running_width`."""
    return np.asarray(mass**2 / (mass**2 - s - 1j * running_width(s, mass, width, first, second)))


def gounaris_sakurai(s: Array, mass: Array, width: Array, pion: float) -> ComplexArray:
    """Gounaris-Sakurai line shapes (..., N) of N P-wave resonances at s (...) [MeV^2].

    Parameters
    ----------
    s : (...) above threshold, or 0 where each line shape is exactly 1.
    mass, width : (N,) MeV, each mass above 2 `pion`.
    pion : mass of the two equal decay products, MeV.

    Notes
    -----
    (m^2 + H(0)) / (m^2 - s + H(s) - i sqrt(s) Gamma(s)), where H is the dispersive partner of the P-wave
    width, subtracted twice at s = m^2. With f(s) = s beta^3 ln[(1 + beta) / (1 - beta)] / pi and
    A = Gamma / (m beta_m^3): sqrt(s) Gamma(s) = A s beta^3 and H(s) = A [f(s) - f(m^2) - (s - m^2) f'(m^2)].
    Source: czyz-narrow-resonances. Differs from it: written with one function f for all resonances.
    Valid for: two equal masses.

    Examples
    --------
    >>> gounaris_sakurai(np.array([0.0]), np.array([775.0]), np.array([149.0]), 139.57).real.round(9).tolist()
    [[1.0]]
    """
    s = np.asarray(s, dtype=float)
    mass, width = np.asarray(mass), np.asarray(width)
    scale = width / (mass * np.sqrt(1 - (2 * pion / mass) ** 2) ** 3)
    height, slope = _dispersive(mass**2, pion), _dispersive_slope(mass**2, pion)
    positive = np.where(s > 0, s, 1.0)
    velocity = np.sqrt(np.maximum(1 - 4 * pion**2 / positive, 0.0))
    common = np.where(s > 0, _dispersive(positive, pion), _at_zero(pion)) - 1j * s * velocity**3
    numerator = mass**2 + scale * (_at_zero(pion) - height + mass**2 * slope)
    constant = mass**2 + scale * (mass**2 * slope - height)
    return np.asarray(numerator / (constant - s[..., None] * (1 + scale * slope) + scale * common[..., None]))


def _at_zero(pion: float) -> float:
    """f(0)."""
    return -8 * pion**2 / math.pi


def _dispersive(s: Array, pion: float) -> Array:
    """f(s) = s beta^3 ln[(1 + beta) / (1 - beta)] / pi, continued to -2 s b^3 atan(1 / b) / pi below 4 pion^2."""
    shifted = 1 - 4 * pion**2 / s
    root = np.sqrt(np.abs(shifted))
    above = root**3 * np.log((1 + root) / np.where(root < 1, 1 - root, 1.0))
    below = -2 * root**3 * np.arctan2(1.0, root)
    return np.asarray(s * np.where(shifted >= 0, above, below) / math.pi)


def _dispersive_slope(s: Array, pion: float) -> Array:
    """f'(s) above threshold."""
    beta = np.sqrt(1 - 4 * pion**2 / s)
    logarithm = np.log((1 + beta) / (1 - beta))
    # s dbeta/ds = (1 - beta^2) / (2 beta), dln/dbeta = 2 / (1 - beta^2)
    return np.asarray((beta**3 * logarithm + 1.5 * beta * (1 - beta**2) * logarithm + beta**2) / math.pi)
