"""The current of the vector into four pions, and its integral over the phase space.

The integral is done once; `four_pions` interpolates it.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.hadrons.base import parameters
from feebly.decays.hadrons.line_shapes import p_wave
from feebly.decays.hadrons.phase_space import dot, measure, points

Mode = Literal["charged", "neutral"]

_DATA: Final = "hadrons/four_pions.toml"


def masses(mode: Mode) -> Array:
    """Masses (4,) of the pions [MeV]: two neutral and two charged ones, or four charged ones.

    >>> masses("charged").sum() > masses("neutral").sum()
    np.True_
    """
    first = NEUTRAL_PION_MASS if mode == "neutral" else PION_MASS
    return np.array([first, first, PION_MASS, PION_MASS])


# --- the current -----------------------------------------------------------------------------------------


def _resonances(s: Array, mass: list[float], width: list[float], weight: list[float]) -> ComplexArray:
    """Sum of P-wave resonances at s (...) [MeV^2], weights normalised to 1 in total."""
    shapes = [w * p_wave(s, m, g, PION_MASS, PION_MASS) for m, g, w in zip(mass, width, weight, strict=True)]
    return np.asarray(sum(shapes) / sum(weight))


def _pair(s: Array, weight: list[float]) -> ComplexArray:
    data = parameters(_DATA)
    return _resonances(s, data["pair_mass_mev"], data["pair_width_mev"], weight)


def _rho(s: Array) -> ComplexArray:
    return _pair(s, [1.0, 0.0, 0.0])


def _rho_difference(s: Array) -> ComplexArray:
    """Propagator of the rho less that of the first excited one [MeV^-2]."""
    first, second, _ = parameters(_DATA)["pair_mass_mev"]
    return np.asarray(_rho(s) / first**2 - _pair(s, [0.0, 1.0, 0.0]) / second**2)


def _a1(s: Array) -> ComplexArray:
    data = parameters(_DATA)
    mass = data["a1_mass_mev"]

    def growth(s: Array) -> Array:
        x = s / 1e6
        excess = np.maximum(x - 9 * (PION_MASS / 1e3) ** 2, 0.0)
        cubic, linear, quadratic = data["a1_low_gev"]
        low = cubic * excess**3 * (1 + linear * excess + quadratic * excess**2)
        slope, constant, inverse, square = data["a1_high_gev"]
        high = slope * x + constant + inverse / x + square / x**2
        return np.asarray(np.where(x > data["a1_switch_gev2"], high, low))

    share = growth(s) / growth(np.array(mass**2))
    return np.asarray(mass**2 / (mass**2 - s - 1j * mass * data["a1_width_mev"] * share))


def _f0(s: Array) -> ComplexArray:
    data = parameters(_DATA)
    mass, edge = data["f0_mass_mev"], 4 * PION_MASS**2
    share = np.sqrt(np.maximum((s - edge) / (mass**2 - edge), 0.0) / s) * mass
    return np.asarray(mass**2 / (mass**2 - s - 1j * mass * data["f0_width_mev"] * share))


def _transverse(vector: Array, total: Array) -> Array:
    return np.asarray(vector - total * (dot(vector, total) / dot(total, total))[..., None])


def _a1_term(total: Array, a: Array, b: Array, c: Array, d: Array) -> ComplexArray:
    s, difference = dot(total - a, total - a), c - d
    vector = difference + a * (dot(b, difference) / s)[:, None]
    shape = _a1(s) * _pair(dot(c + d, c + d), parameters(_DATA)["a1_pair_weight"])
    return np.asarray(shape[:, None] * _transverse(vector, total))


def _omega_term(total: Array, a: Array, b: Array, c: Array, d: Array) -> ComplexArray:
    data = parameters(_DATA)
    mass = data["omega_mass_mev"]
    pairs = (_rho(dot(x + y, x + y)) for x, y in ((b, c), (b, d), (c, d)))
    s = dot(total - a, total - a)
    shape = mass**2 / (mass**2 - s - 1j * mass * data["omega_width_mev"]) * sum(pairs)
    cyclic = ((b, c, d), (c, d, b), (d, b, c))
    vector = sum(x * (dot(a, z) * dot(y, total) - dot(a, y) * dot(z, total))[:, None] for x, y, z in cyclic)
    return np.asarray(shape[:, None] * vector)


def _rho_term(a: Array, b: Array, c: Array, d: Array) -> ComplexArray:
    inner = _rho_difference(dot(b + d, b + d)) * dot(a + b + 3 * c + d, b - d) + 2
    return np.asarray((_rho_difference(dot(a + c, a + c)) * inner)[:, None] * a)


def _mixed(p: Array) -> ComplexArray:
    """Currents (4, N, 4) of a1, omega, f0 and rho for pi0 pi0 pi+ pi- with momenta p (4, N, 4) [MeV].

    Each is symmetric in the neutral pions and odd under exchange of the charged ones.
    """
    data = parameters(_DATA)
    one, two, plus, minus = p
    total = p.sum(axis=0)
    a1 = sum(
        sign * _a1_term(total, first, y, x, second)
        for sign, first, second in ((1, plus, minus), (-1, minus, plus))
        for x, y in ((one, two), (two, one))
    )
    omega = _omega_term(total, one, two, plus, minus) + _omega_term(total, two, one, plus, minus)
    f0 = _pair(dot(plus + minus, plus + minus), data["f0_pair_weight"]) * _f0(dot(one + two, one + two))
    rho = sum(
        _rho_term(x, y, plus, minus)
        + _rho_term(minus, x, y, plus)
        - _rho_term(x, y, minus, plus)
        - _rho_term(plus, x, y, minus)
        for x, y in ((one, two), (two, one))
    )
    return np.stack(
        [a1, omega, f0[:, None] * _transverse(plus - minus, total), _transverse(np.asarray(rho), total)]
    )


def _currents(p: Array, mode: Mode) -> ComplexArray:
    """The four currents (4, N, 4) for momenta (4, N, 4) [MeV]; charged: pi+ pi- pi+ pi-."""
    if mode == "neutral":
        return _mixed(p)
    plus, minus, other_plus, other_minus = p
    orders = (
        (other_plus, other_minus, plus, minus),
        (plus, other_minus, other_plus, minus),
        (other_plus, minus, plus, other_minus),
        (plus, minus, other_plus, other_minus),
    )
    return np.asarray(sum(_mixed(np.stack(order)) for order in orders))


def _strengths(s: float) -> ComplexArray:
    """Strengths (4,) of the four currents at s [MeV^2]."""
    data = parameters(_DATA)
    at, coupling = np.array(s), data["rho_pi_pi"]

    def tower(weight: list[float]) -> complex:
        mass = [data["rho_mass_mev"], *data["excited_mass_mev"]]
        return complex(_resonances(at, mass, [data["rho_width_mev"], *data["excited_width_mev"]], weight))

    a1 = data["a1_coupling_per_mev2"] * tower([1.0, *data["a1_weight"]])
    omega = data["omega_coupling_per_mev"] * tower([1.0, *data["omega_weight"]])
    f0 = data["f0_coupling_per_mev2"] * tower([1.0, *data["f0_weight"]])
    rho = data["rho_coupling"] * coupling**3 * data["rho_photon_mev2"] * complex(_rho_difference(at))
    return np.array([a1, 2 * omega * data["omega_pi_rho_per_mev5"] * coupling, f0, rho])


def squared_current(p: Array, mode: Mode) -> Array:
    """-J J* (N,) [MeV^-2] of the photon at momenta p (4, N, 4) [MeV], all of one total mass.

    Notes
    -----
    J is the sum of four currents; each is a line shape in s times a1 -> rho pi, omega -> 3 pi (through rho
    in all three pairs), f0 -> 2 pi with rho -> 2 pi, and rho rho with the vertices of a Yang-Mills theory.
    2 pi+ 2 pi- follows from pi+ pi- 2 pi0 by isospin: the sum over the four ways to choose a pi+ pi- pair.
    Source: czyz-four-pions, Eqs. (3), (A.1)-(A.24); parameters: plehn-hadronic-footprint.
    Differs from it: nothing. Valid for: below 2.5 GeV, where it was fitted.
    """
    total = p[:, 0].sum(axis=0)
    current = np.einsum("i,inm->nm", _strengths(float(dot(total, total))), _currents(p, mode))
    return np.asarray(-dot(np.abs(current), np.abs(current)))


# --- its integral ----------------------------------------------------------------------------------------


def integrated_ratio(mode: Mode, mass: float, *, log_points: int = 16, seed: int = 1) -> float:
    """R of the photon at one mass [MeV], by quasi-Monte Carlo over the phase space.

    Parameters
    ----------
    log_points : logarithm to base 2 of the number of points per generator.

    Notes
    -----
    R = (2 pi / m^2) / n! int dPhi_4 (-J J*), n! = 4 for 2 pi+ 2 pi-, 2 for pi+ pi- 2 pi0. For the latter half
    of the points follow the omega line shape in the mass of pi0 pi+ pi-, for either pi0.
    """
    from scipy.stats import qmc

    pions = masses(mode)
    omega = (parameters(_DATA)["omega_mass_mev"], parameters(_DATA)["omega_width_mev"])
    edges = (pions[1:].sum() ** 2, (mass - pions[0]) ** 2)
    total = 0.0
    generators = (False, True) if mode == "neutral" else (False,)
    for number, resonant in enumerate(generators):
        uniform = qmc.Sobol(5, seed=seed + number).random_base2(log_points)
        s_three = _flat_or_omega(uniform[:, 0], edges, omega if resonant else None)
        sample = points(mass, pions, s_three, uniform[:, 1:])
        density = _density(mass, pions, sample.momenta, edges, omega, generators)
        total += float(np.mean(squared_current(sample.momenta, mode) / density)) / len(generators)
    return 2 * math.pi / mass**2 * total / (4 if mode == "charged" else 2)


def _flat_or_omega(u: Array, edges: tuple[float, float], omega: tuple[float, float] | None) -> Array:
    """Squared masses [MeV^2] between the edges from uniform u (N,): flat, or following the omega."""
    low, high = edges
    if omega is None:
        return np.asarray(low + (high - low) * u)
    mass, width = omega
    first, last = np.arctan((np.array(edges) - mass**2) / (mass * width))
    return np.asarray(mass**2 + mass * width * np.tan(first + (last - first) * u))


def _density(
    mass: float,
    pions: Array,
    p: Array,
    edges: tuple[float, float],
    omega: tuple[float, float],
    generators: tuple[bool, ...],
) -> Array:
    """Density (N,) of generated points per unit of phase space, averaged over generators and pi0's."""
    low, high = edges
    s_pair = dot(p[2] + p[3], p[2] + p[3])
    total = p.sum(axis=0)
    result = np.zeros(p.shape[1])
    orders = (0, 1) if len(generators) > 1 else (0,)
    for alone in orders:
        s = dot(total - p[alone], total - p[alone])
        for resonant in generators:
            line = np.full_like(s, 1 / (high - low))
            if resonant:
                m, width = omega
                first, last = np.arctan((np.array(edges) - m**2) / (m * width))
                line = m * width / ((s - m**2) ** 2 + (m * width) ** 2) / (last - first)
            result += line / measure(mass, pions, s, s_pair) / (len(orders) * len(generators))
    return result
