"""Fermi and Bose distributions and the densities built from them, stable at all arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from feebly.arrays import Array
from feebly.errors import ConvergenceError
from feebly.math.quadrature import panels


def fermi(x: ArrayLike) -> Array:
    """Fermi-Dirac occupation 1 / (exp(x) + 1) of x = (E - mu) / T.

    >>> float(fermi(0.0)), float(fermi(1e4))
    (0.5, 0.0)
    """
    return np.asarray(expit(-np.asarray(x, dtype=float)))


def bose(x: ArrayLike) -> Array:
    """Bose-Einstein occupation 1 / (exp(x) - 1) of x = E / T > 0.

    >>> round(float(bose(np.log(2.0))), 12)
    1.0
    """
    y = np.asarray(x, dtype=float)
    return np.asarray(np.exp(-y) / -np.expm1(-y))


def net_density(temperature: ArrayLike, potential: ArrayLike, mass: float, spins: int = 2) -> Array:
    """Particles minus antiparticles of an ideal Fermi gas [MeV^3].

    Parameters
    ----------
    temperature, potential : broadcastable arrays, MeV; T > 0, any sign of the potential.
    mass : MeV, >= 0.
    spins : number of helicities of the particle (2 for e and mu, 1 for a neutrino).

    Notes
    -----
    n = spins / (2 pi^2) int_0^inf p^2 dp [f(E - mu) - f(E + mu)]; panels follow the Fermi step.
    Relative accuracy 1e-10 for 0.01 < |mu| / T < 300.

    Examples
    --------
    Massless closed form, spins (mu^3 + pi^2 T^2 mu) / (6 pi^2):

    >>> n = net_density(30.0, 100.0, 0.0)
    >>> exact = 2 * (100.0**3 + np.pi**2 * 30.0**2 * 100.0) / (6 * np.pi**2)
    >>> bool(abs(n / exact - 1) < 1e-10)
    True
    """
    t, mu = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(potential, float))
    step = np.sqrt(np.maximum(mu**2 - mass**2, 0.0))
    edges = [np.maximum(step + k * t, 0.0) for k in (-20.0, -6.0, 6.0, 20.0, 45.0)]
    edges = [np.zeros_like(t), *edges, edges[-1] + np.sqrt(t * mass) * 6.0 + 10 * t]
    p, weight = panels(np.stack(edges, axis=-1), 32)
    energy = np.sqrt(p**2 + mass**2)
    t, mu = t[..., None], mu[..., None]
    # sinh form: f(E - mu) - f(E + mu) without cancellation at small mu
    small = np.clip(mu / t, -1.0, 1.0)
    occupied = np.where(
        np.abs(mu) < t,
        np.sinh(small) / (np.cosh(np.minimum(energy / t, 700.0)) + np.cosh(small)),
        fermi((energy - mu) / t) - fermi((energy + mu) / t),
    )
    return np.asarray(spins / (2 * np.pi**2) * np.sum(weight * p**2 * occupied, axis=-1))


def chemical_potential(temperature: ArrayLike, density: ArrayLike, mass: float, spins: int = 2) -> Array:
    """Chemical potential of an ideal Fermi gas with a given net density [MeV].

    Parameters
    ----------
    temperature, density : broadcastable arrays, MeV and MeV^3 (particles minus antiparticles).
    mass : MeV.

    Raises
    ------
    ConvergenceError
        if no potential reproduces the density (NaN input).

    Examples
    --------
    >>> mu = chemical_potential(30.0, net_density(30.0, 218.0, 0.511), 0.511)
    >>> round(float(mu), 8)
    218.0
    """
    from feebly.math.roots import bracketed_root  # scipy.optimize is slow to import

    t, n = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(density, float))
    fermi_momentum = np.cbrt(6 * np.pi**2 * np.abs(n) / spins)
    bound = np.sqrt(fermi_momentum**2 + mass**2) + 5 * t + 2 * np.sqrt(fermi_momentum * t)
    if not np.all(np.isfinite(bound)):
        raise ConvergenceError("No chemical potential for a density or temperature that is not finite.")
    return bracketed_root(
        lambda mu, tt, nn: net_density(tt, mu, mass, spins) - nn,
        -bound,
        bound,
        (t, n),
        what="chemical potential",
    )
