"""The semi-Compton rate against a Monte Carlo that shares nothing with its reduction.

Initial momenta are drawn in the plasma frame, the final state uniformly in the centre-of-mass
frame and boosted back.  The number of vectors emitted per volume and time in a bin of energy,
Int d omega k omega / (2 pi^2) Gamma_prod(omega), is compared with the quadrature of `rate_full`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit

from feebly.constants import ALPHA, MUON_MASS
from feebly.rates.stellar.semi_compton_kernel import compton_matrix_element, rate_full

SPREAD = 1.8  # the proposals are this much wider than thermal
EVENTS = 500_000  # in one batch


@dataclass(frozen=True)
class Sample:
    """Energies of the vector and the weights of the events."""

    omega: np.ndarray
    weight: np.ndarray


def _initial(rng: np.random.Generator, n: int, m: float, t: float, mu: float) -> tuple[np.ndarray, ...]:
    """Energies and relative angle above threshold, with one over their density."""
    scale = SPREAD * t
    shift = max(mu - MUON_MASS, 0.0) / 2 + 0.4 * np.sqrt(m * t)
    kinetic = rng.gamma(2.0, scale + shift, n)
    e1 = MUON_MASS + kinetic
    p1 = np.sqrt(kinetic * (kinetic + 2 * MUON_MASS))
    density = kinetic * np.exp(-kinetic / (scale + shift)) / (scale + shift) ** 2
    least = (m**2 + 2 * m * MUON_MASS) / (2 * (e1 + p1))
    more = rng.gamma(2.0, scale, n)
    photon = least + more
    density *= more * np.exp(-more / scale) / scale**2
    width = np.minimum(2.0, (e1 + p1 - (m**2 + 2 * m * MUON_MASS) / (2 * photon)) / p1)
    cosine = -1.0 + width * rng.random(n)
    return e1, p1, photon, cosine, width / density


def monte_carlo(n: int, m: float, t: float, mu: float, seed: int) -> Sample:
    """Events of mu gamma -> mu V, both charges, per unit volume and time and per g^2."""
    rng = np.random.default_rng(seed)
    e1, p1, photon, cosine, weight = _initial(rng, n, m, t, mu)
    # photon along z, muon in the x-z plane
    total = np.stack([e1 + photon, p1 * np.sqrt(1 - cosine**2), np.zeros(n), p1 * cosine + photon])
    s_minus = 2 * photon * (e1 - p1 * cosine)
    s = s_minus + MUON_MASS**2
    root = np.sqrt(s)
    energy = (s + m**2 - MUON_MASS**2) / (2 * root)
    k = np.sqrt(np.maximum(energy**2 - m**2, 0.0))
    z, phi = rng.uniform(-1, 1, n), rng.uniform(0, 2 * np.pi, n)
    flat = np.sqrt(1 - z**2)
    vector = k * np.stack([flat * np.cos(phi), flat * np.sin(phi), z])
    omega = (total[0] * energy + np.sum(total[1:] * vector, axis=0)) / root
    along = vector[2] + total[3] * (energy + omega) / (total[0] + root)
    e2 = total[0] - omega
    u_minus = -2 * photon * (e2 - (total[3] - along))  # -2 p2.k1
    summed = 4 * np.pi * ALPHA * compton_matrix_element(s_minus, u_minus, m, muon_mass=MUON_MASS)
    occupied = sum(expit(-(e1 - c * mu) / t) * expit((e2 - c * mu) / t) for c in (1, -1))
    bose = 1 / np.expm1(photon / t)
    # d3p / ((2 pi)^3 2E) = p dE dcos / (8 pi^2); two-body phase space k* / (4 pi sqrt(s))
    phase = p1 * photon / (4 * np.pi**2 * 8 * np.pi**2) * k / (4 * np.pi * root)
    return Sample(omega, weight * phase * summed * occupied * bose)


def emission(low: float, high: float, m: float, t: float, mu: float, power: int) -> float:
    """Int d omega k omega^(1 + power) / (2 pi^2) Gamma_prod by quadrature in sqrt(omega - m)."""
    x, w = np.polynomial.legendre.leggauss(16)
    a, b = np.sqrt(low - m), np.sqrt(high - m)
    y, w = a + (b - a) * (x + 1) / 2, w * (b - a) / 2
    omega = m + y**2
    rate = rate_full(omega, m, t, mu, muon_mass=MUON_MASS, alpha=ALPHA, nodes=(12, 24, 8))
    k = np.sqrt(omega**2 - m**2)
    return float(np.sum(w * 2 * y * k * omega ** (1 + power) * rate) / (2 * np.pi**2))


def check(batches: int, m: float, t: float, mu: float, precision: float) -> None:
    """Compare four bins of the number and one of the energy within three standard errors."""
    edges = m + t * np.array([0.0, 2.0, 3.5, 6.0, 20.0])
    bins = [(a, b, 0) for a, b in pairwise(edges)] + [(m, m + 25 * t, 1)]
    sums = np.zeros((2, len(bins)))
    for seed in range(batches):
        sample = monte_carlo(EVENTS, m, t, mu, seed)
        for i, (low, high, power) in enumerate(bins):
            inside = (sample.omega >= low) & (sample.omega < high)
            w = sample.weight[inside] * sample.omega[inside] ** power
            sums[:, i] += w.sum(), np.sum(w * w)
    n = batches * EVENTS
    mean = sums[0] / n
    error = np.sqrt((sums[1] / n - mean**2) / n)
    expected = np.array([emission(low, high, m, t, mu, power) for low, high, power in bins])
    assert np.all(error < precision * mean)
    assert np.all(np.abs(expected - mean) < 3 * error), (expected / mean - 1, error / mean)


POINTS = [
    (0.0, 30.0, 118.0),
    (20.0, 30.0, 118.0),
    (100.0, 30.0, 118.0),
    (250.0, 30.0, 118.0),
    (50.0, 10.0, 90.0),
]


@pytest.mark.parametrize(("m", "t", "mu"), POINTS)
def test_bins_of_energy(m: float, t: float, mu: float) -> None:
    check(4, m, t, mu, 0.005)


@pytest.mark.slow
@pytest.mark.parametrize(("m", "t", "mu"), [*POINTS, (700.0, 40.0, 60.0), (5.0, 15.0, 250.0)])
def test_bins_of_energy_with_many_events(m: float, t: float, mu: float) -> None:
    check(60, m, t, mu, 0.002)
