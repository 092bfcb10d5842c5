"""The oracle of ballistic transport: the printed double integral, done directly and slowly.

It shares nothing with `feebly.transport` but the rates: emission radius, direction, energy and path
are integrated one after the other by Gauss rules, for one coupling at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from feebly.arrays import Array
from feebly.environments import Medium, StarProfile
from feebly.math.quadrature import gauss, panels
from feebly.rates.base import RateTable


def direct_luminosity(
    rates: Callable[[Medium, Array], RateTable],
    star: StarProfile,
    r_max: float,
    mass: float,
    scale: float,
    *,
    power: int = 2,
    radii: int = 24,
    directions: int = 24,
    energies: int = 40,
    steps: int = 12,
    crowding: float = 2.0,
) -> float:
    """Luminosity at infinity [MeV^2] at one coupling, by direct quadrature.

    Parameters
    ----------
    rates : (medium (R,), local energies (R, W)) -> RateTable per unit scale**power.
    r_max : sphere of escape, MeV^-1.
    radii, directions, energies, steps : Gauss nodes per radial panel, per half sphere, in energy, and per
        piece of a path.
    crowding : emission radii crowd towards the outer end of each panel with this power; 1 is plain Gauss.

    Notes
    -----
    L = int dr 4 pi r^2 int dE N k w / (2 pi^2) Gamma_prod <exp(-tau)> E / N, w = E / N(r); tau integrates
    Gamma*_abs(r', E / N(r')) / v along the straight ray.
    Source: blinov-lmu-ltau, Eqs. (B1)-(B5). Differs from it: energy at infinity as variable.
    Valid for: mean free paths that the radii resolve.
    """
    strength = scale**power
    edges = [0.0, *star.kinks[star.kinks < r_max].tolist(), r_max]
    y, y_weight = gauss(0.0, 1.0, energies)
    span = 30.0 * float(star.temperature.max())
    energy, energy_weight = mass + span * y**2, 2 * span * y * y_weight
    cosines = [gauss(-1.0, 0.0, directions), gauss(0.0, 1.0, directions)]
    c, c_weight = (np.concatenate([pair[k] for pair in cosines]) for k in (0, 1))
    total = 0.0
    for low, high in pairwise(edges):
        x, x_weight = gauss(0.0, 1.0, radii)
        r = high - (high - low) * x**crowding
        r_weight = (high - low) * crowding * x ** (crowding - 1) * x_weight
        medium = star.sample(r, panel=(low, high))
        local = energy / medium.lapse[:, None]
        k = np.sqrt((local - mass) * (local + mass))
        emitted = k * local / (2 * np.pi**2) * rates(medium, local).production * energy
        for i, radius in enumerate(r):
            tau = _depth(rates, star, edges, float(radius), c, energy, mass, steps)
            escape = 0.5 * c_weight @ np.exp(-strength * tau)
            total += 4 * np.pi * radius**2 * r_weight[i] * float(np.sum(energy_weight * emitted[i] * escape))
    return strength * total


def _depth(
    rates: Callable[[Medium, Array], RateTable],
    star: StarProfile,
    edges: list[float],
    radius: float,
    cosine: Array,
    energy: Array,
    mass: float,
    steps: int,
) -> Array:
    """Optical depth (J, W) per unit scale**power from a radius in the directions (J,) to the last edge."""
    impact = radius * np.sqrt(1 - cosine**2)
    ends = np.sqrt(np.maximum(np.asarray(edges)[:, None] ** 2 - impact**2, 0.0))
    along = -radius * cosine
    breaks = np.sort(np.concatenate([along - ends, along + ends, np.zeros((1, cosine.size))]), axis=0).T
    s, weight = panels(np.clip(breaks, 0.0, (along + ends[-1])[:, None]), steps)
    at = np.sqrt(radius**2 + s**2 + 2 * radius * s * cosine[:, None]).ravel()
    used = weight.ravel() > 0
    medium = star.sample(np.minimum(at[used], edges[-1]))
    local = energy / medium.lapse[:, None]
    inverse_length = rates(medium, local).absorption * local / np.sqrt((local - mass) * (local + mass))
    values = np.zeros((at.size, energy.size))
    values[used] = inverse_length * weight.ravel()[used][:, None]
    return np.asarray(values.reshape(*s.shape, -1).sum(axis=1))
