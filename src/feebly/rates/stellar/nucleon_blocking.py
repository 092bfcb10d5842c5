"""Pauli blocking of the nucleons that collide and radiate, for scattering that is isotropic."""

from __future__ import annotations

from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.errors import OutOfDomainError
from feebly.math.quadrature import gauss, panels

_NODES: Final = 32
_TAIL: Final = 40.0  # exp(-40) of the Boltzmann tail is left out
_LARGEST: Final = 40.0  # degeneracy; beyond, the nodes miss the Fermi surface by more than 2 %
_CLOSE: Final = 1e-6  # to the removable singularity of the closed form


def degeneracy(temperature: Array, density: Array, *, mass: Array) -> Array:
    """(mu - m) / T of a nonrelativistic Fermi gas of spin 1/2 with a given density (R,), dimensionless.

    Notes
    -----
    n = 2 (m T / 2 pi)^(3/2) (2 / sqrt(pi)) int_0^inf dx sqrt(x) / (exp(x - eta) + 1), solved for eta.

    >>> t, n, m = (np.array([value]) for value in (30.0, 1e3, 939.0))
    >>> bool(abs(np.exp(degeneracy(t, n, mass=m)) / (n / (2 * (m * t / (2 * np.pi)) ** 1.5)) - 1) < 1e-3)
    True
    """
    from feebly.math.roots import bracketed_root  # scipy.optimize is slow to import

    filling = density / _states(temperature, mass)
    high = np.log(filling) + (3 * np.sqrt(np.pi) / 4 * filling) ** (2 / 3) + 1
    return bracketed_root(
        lambda eta, wanted: np.log(_filling(eta)) - np.log(wanted),
        np.log(filling) - 1,
        high,
        (filling,),
        what="degeneracy of nucleons",
    )


def _states(temperature: Array, mass: Array) -> Array:
    return np.asarray(2 * (mass * temperature / (2 * np.pi)) ** 1.5)


def _filling(eta: Array) -> Array:
    """Density over 2 (m T / 2 pi)^(3/2)."""
    surface = np.sqrt(np.maximum(eta, 0.0))
    edges = [0 * eta, 0.7 * surface, surface, 1.3 * surface + 1, 1.3 * surface + 3, surface + 8]
    root, weight = panels(np.maximum.accumulate(np.stack(edges, axis=-1), axis=-1), 24)
    occupied = np.exp(-np.logaddexp(0.0, root**2 - eta[..., None]))
    return np.asarray(4 / np.sqrt(np.pi) * np.sum(weight * root**2 * occupied, axis=-1))


def blocking_factor(temperature: Array, ratio: Array, first: Array, second: Array, *, mass: Array) -> Array:
    """Absorption by a Fermi gas over that by a Boltzmann gas of the same density (R, W), dimensionless.

    Parameters
    ----------
    temperature : (R,) MeV; ratio : (R, W) energy of the vector over the temperature.
    first, second : (R,) densities of the two kinds of nucleons, MeV^3; mass : (R,) MeV.

    Raises
    ------
    OutOfDomainError
        if the nucleons are more degenerate than (mu - m) / T = 40.

    Notes
    -----
    With w, x the kinetic energies over T of the pair's motion and of its relative motion before the
    absorption, y = x + ratio after it:
    int dw dx sqrt(w x y) (x + y)/2 <f_1 f_2>_x <(1 - f_3)(1 - f_4)>_y, divided by the same with Boltzmann
    factors and nothing blocked. <> averages over the angle between the two motions in closed form:
    f(a + u) f(b - u) = [1 - f(a + u) - f(b - u)] / (exp(a + b) - 1).
    Source: own derivation. Differs from it: nothing. Valid for: isotropic scattering with a constant
    cross section, nonrelativistic nucleons; the same factor for emission, since f/(1 - f) is exponential.
    """
    etas = [degeneracy(temperature, n, mass=mass) for n in (first, second)]
    largest = max(float(eta.max()) for eta in etas)
    if largest > _LARGEST:
        raise OutOfDomainError(
            f"Blocking of nucleons is computed up to (mu - m)/T = {_LARGEST:g}; the star has {largest:.3g}. "
            "Leave it off, or use warmer radii."
        )
    norm = first * second / _states(temperature, mass) ** 2
    rows = [
        _blocked(float(a), float(b), z) / float(n)
        for a, b, z, n in zip(etas[0], etas[1], ratio, norm, strict=True)
    ]
    return np.stack(rows)


def _blocked(first: float, second: float, ratio: Array) -> Array:
    """The ratio (W,) of the integrals of `blocking_factor` at one place, times the Boltzmann filling."""
    z = ratio[:, None, None]
    edge = np.sqrt(max(first, 0.0) + max(second, 0.0) + _TAIL)
    root, weight = gauss(0.0, edge, _NODES)
    w, x = root[:, None] ** 2, root[None, :] ** 2
    y = x + z
    measure = weight[:, None] * w * weight[None, :] * x  # sqrt(w x) dw dx, with 4 dropped
    measure = measure * np.sqrt(y) * (x + y)
    before, blocked = _both_occupied(w, x, first, second), _both_empty(w, y, first, second)
    free = np.sum(measure * np.exp(-w - x), axis=(-2, -1))
    return np.asarray(np.sum(measure * before * blocked, axis=(-2, -1)) / free)


def _bracket(w: Array, x: Array, first: float, second: float) -> tuple[Array, Array]:
    """a + b and the average of 1 - f(a + u) - f(b - u) over the angle."""
    half, reach = (w + x) / 2, np.sqrt(w * x)
    a, b = half - first, half - second

    def log(u: Array) -> Array:
        return np.logaddexp(0.0, -u)

    filled = log(a - reach) - log(a + reach) + log(b - reach) - log(b + reach)
    total = a + b
    near = np.abs(total) < _CLOSE
    return np.where(near, _CLOSE, total), 1 - filled / (2 * reach)


def _both_occupied(w: Array, x: Array, first: float, second: float) -> Array:
    total, average = _bracket(w, x, first, second)
    return np.asarray(average / np.expm1(total))


def _both_empty(w: Array, y: Array, first: float, second: float) -> Array:
    total, average = _bracket(w, y, first, second)
    return np.asarray(average / -np.expm1(-total))
