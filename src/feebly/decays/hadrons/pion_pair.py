"""The vector decaying to pi+ pi-: pion form factor with rho-omega mixing."""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import PION_MASS
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, Channel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import (
    fixed_width,
    gounaris_sakurai,
    gounaris_sakurai_function,
    gounaris_sakurai_terms,
)

_DATA: Final = "hadrons/pion_pair.toml"
_NEAR: Final = 60  # resonances kept one by one; the rest, above 8 GeV, is a series in s / m_n^2
_ORDER: Final = 3


@lru_cache(maxsize=1)
def _tower() -> tuple[ComplexArray, Array, Array]:
    """Weights, masses [MeV] and widths [MeV] (N,) of the tower.

    The dual tower has weights c_n = (-1)^n Gamma(beta - 1/2) Gamma(2 - beta + n) sin[pi (beta - 1 - n)] /
    [pi^(3/2) (n + 1/2) n!], masses m_0 sqrt(1 + 2 n) and constant width over mass. Its first members are
    replaced by the fitted resonances, with their common weight kept.
    """
    from scipy.special import gammaln

    data = parameters(_DATA)
    beta, count = data["beta"], data["tower"]
    n = np.arange(count)
    # Gamma(2 - beta + n) / n!: the argument is negative for n = 0 only
    growth = np.empty(count)
    growth[1:] = np.exp(gammaln(2 - beta + n[1:]) - gammaln(n[1:] + 1))
    growth[0] = math.gamma(2 - beta)
    weight = math.gamma(beta - 0.5) * math.sin(math.pi * (beta - 1)) / math.pi**1.5 * growth / (n + 0.5)
    fitted = len(data["rho_mass_mev"])
    magnitude, phase = np.array(data["rho_magnitude"]), np.array(data["rho_phase"])
    share = magnitude * np.exp(1j * phase)
    complex_weight = weight.astype(complex)
    complex_weight[1:fitted] = share[1:] * weight[1:fitted].sum() / share[1:].sum()
    mass = data["rho_mass_mev"][0] * np.sqrt(1 + 2 * n)
    width = mass * data["rho_width_mev"][0] / data["rho_mass_mev"][0]
    mass[:fitted], width[:fitted] = data["rho_mass_mev"], data["rho_width_mev"]
    for array in (complex_weight, mass, width):
        array.flags.writeable = False
    return complex_weight, mass, width


@lru_cache(maxsize=1)
def _far() -> ComplexArray:
    """Coefficients (order, order) of s^i F(s)^j of the heavy part of the tower.

    N / (a - s l + A F) = (N / a) sum_k [(s l - A F) / a]^k, summed over the resonances with their weights.
    """
    weight, mass, width = _tower()
    weight = weight[_NEAR:]
    numerator, constant, linear, scale = gounaris_sakurai_terms(mass[_NEAR:], width[_NEAR:], PION_MASS)
    coefficient = np.zeros((_ORDER + 1, _ORDER + 1), dtype=complex)
    for i in range(_ORDER + 1):
        for j in range(_ORDER + 1 - i):
            powers = (linear / constant) ** i * (-scale / constant) ** j
            coefficient[i, j] = math.comb(i + j, i) * np.sum(weight * numerator / constant * powers)
    coefficient.flags.writeable = False
    return coefficient


def _isovector(s: Array) -> tuple[ComplexArray, ComplexArray]:
    """The whole tower and its lightest member at s (M,)."""
    weight, mass, width = _tower()
    weight = weight[:_NEAR]
    shapes = gounaris_sakurai(s, mass[:_NEAR], width[:_NEAR], PION_MASS)
    far = np.polynomial.polynomial.polyval2d(
        np.asarray(s, dtype=complex), gounaris_sakurai_function(s, PION_MASS), _far()
    )
    return shapes @ weight + far, weight[0] * shapes[:, 0]


def form_factor(s: Array) -> ComplexArray:
    """Amplitudes (M, 3) of the pion form factor in the three currents at s (M,) [MeV^2].

    Notes
    -----
    F = sum_n c_n BW_n, with BW_0 -> BW_0 (1 + d BW_omega) / (1 + d) for the photon. The omega is an
    isoscalar that mixes into the rho: BW_0 of the isovector current and d (BW_omega - 1) / (1 + d) BW_0 of the
    isoscalar one, so that the charge of the pion, F(0), is x_u - x_d for any vector.
    Source: czyz-narrow-resonances. Differs from it: the split into currents.
    Valid for: 4 m_pi^2 < s < 4 GeV^2, and s = 0.

    Examples
    --------
    >>> amplitude = form_factor(np.array([775.0**2]))[0]
    >>> bool(6.0 < abs(amplitude.sum()) < 7.0)
    True
    """
    data = parameters(_DATA)
    tower, lightest = _isovector(s)
    mixing = cmath.rect(data["omega_magnitude"], data["omega_phase"])
    omega = fixed_width(s, data["omega_mass_mev"], data["omega_width_mev"])
    amplitude = np.zeros((s.size, 3), dtype=complex)
    amplitude[:, ISOVECTOR] = tower
    amplitude[:, ISOSCALAR] = lightest * mixing * (omega - 1) / (1 + mixing)
    return amplitude


def kernel(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of pi+ pi-: R = beta^3 |F|^2 / 4."""
    velocity = np.sqrt(1 - (2 * PION_MASS / mass) ** 2)
    return from_amplitude(velocity**3 / 4, form_factor(mass**2))


def channel() -> Channel:
    """The channel pi+ pi-."""
    return Channel(
        name="pi+ pi-",
        opens=2 * PION_MASS,
        kernel=kernel,
        uncertainty=0.01,
        provenance=embedded.load(_DATA).provenance,
    )
