"""The semi-Compton matrix element and rate against explicit amplitudes and known limits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

from feebly.constants import ALPHA, MUON_MASS
from feebly.rates.stellar.semi_compton_kernel import (
    DEFAULT_NODES,
    compton_matrix_element,
    degenerate_density,
    rate_full,
    rate_nr,
)

CONSTANTS = {"muon_mass": MUON_MASS, "alpha": ALPHA}
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])


def _gammas() -> np.ndarray:
    """Dirac matrices gamma^mu in the Dirac representation."""
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    first = np.kron(np.diag([1.0, -1.0]), np.eye(2))
    rest = [np.kron(np.array([[0.0, 1.0], [-1.0, 0.0]]), s) for s in pauli]
    return np.array([first, *rest], dtype=complex)


GAMMA = _gammas()
ONE = np.eye(4)


def _slash(p: np.ndarray) -> np.ndarray:
    return np.einsum("m,mab->ab", METRIC @ p, GAMMA)


def _boost(p: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Four-vector p of the rest frame of `total` in the frame of `total`."""
    root = np.sqrt(total @ METRIC @ total)
    energy = (total[0] * p[0] + total[1:] @ p[1:]) / root
    return np.r_[energy, p[1:] + total[1:] * (p[0] + energy) / (total[0] + root)]


def _point(rng: np.random.Generator, big: float, m: float) -> tuple[np.ndarray, ...]:
    """Random on-shell p1, k1, p2, k."""
    p, direction = rng.normal(size=3), rng.normal(size=3)
    p1 = np.r_[np.sqrt(big**2 + p @ p), p]
    light = direction / np.linalg.norm(direction)
    least = (m**2 + 2 * m * big) / (2 * (p1[0] - p @ light))
    k1 = (least + rng.exponential(2.0) + 0.01) * np.r_[1.0, light]
    total = p1 + k1
    s = total @ METRIC @ total
    energy = (s + m**2 - big**2) / (2 * np.sqrt(s))
    n = rng.normal(size=3)
    k = _boost(np.r_[energy, np.sqrt(energy**2 - m**2) * n / np.linalg.norm(n)], total)
    return p1, k1, total - k, k


def _amplitude(p1: np.ndarray, k1: np.ndarray, p2: np.ndarray, big: float) -> np.ndarray:
    """Matrices M^{mu nu} between the spinors, photon index mu and vector index nu, over e g."""
    s, u = 2 * p1 @ METRIC @ k1, -2 * p2 @ METRIC @ k1
    direct = np.einsum("nab,bc,mcd->mnad", GAMMA, _slash(p1 + k1) + big * ONE, GAMMA) / s
    crossed = np.einsum("mab,bc,ncd->mnad", GAMMA, _slash(p2 - k1) + big * ONE, GAMMA) / u
    return direct + crossed


def _summed(p1: np.ndarray, k1: np.ndarray, p2: np.ndarray, big: float) -> float:
    """Traces over all spins with -g^{mu nu} for both bosons (both currents are conserved)."""
    m = _amplitude(p1, k1, p2, big)
    bar = GAMMA[0] @ np.conj(np.swapaxes(m, -1, -2)) @ GAMMA[0]
    lowered = np.einsum("mr,ns,rsab->mnab", METRIC, METRIC, bar)
    inside = (_slash(p2) + big * ONE) @ m @ (_slash(p1) + big * ONE) @ lowered
    return float(np.einsum("mnaa->", inside).real)


@pytest.mark.parametrize("m", [0.0, 0.3, 1.0, 2.5])
def test_matrix_element_is_the_trace(m: float) -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        big = rng.uniform(0.3, 2.0)
        p1, k1, p2, _ = _point(rng, big, m)
        closed = compton_matrix_element(2 * p1 @ METRIC @ k1, -2 * p2 @ METRIC @ k1, m, muon_mass=big)
        assert float(closed) == pytest.approx(_summed(p1, k1, p2, big), rel=1e-10)


def test_both_currents_are_conserved() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        big, m = rng.uniform(0.3, 2.0), rng.uniform(0.0, 3.0)
        p1, k1, p2, k = _point(rng, big, m)
        amplitude = _amplitude(p1, k1, p2, big)
        for index, q in (("n", k), ("m", k1)):
            inner = np.einsum(f"mnab,{index}->{'m' if index == 'n' else 'n'}ab", amplitude, METRIC @ q)
            sandwich = (_slash(p2) + big * ONE) @ inner @ (_slash(p1) + big * ONE)
            assert np.abs(sandwich).max() < 1e-11 * np.abs(amplitude).max() * k[0] * p1[0] * p2[0]


def test_klein_nishina() -> None:
    """d sigma / d Omega at rest: r^2/2 (w'/w)^2 (w'/w + w/w' - sin^2), r = alpha / m_e."""
    w, cosine = np.meshgrid([1e-3, 0.5, 3.0], np.linspace(-1, 1, 9))
    after = w / (1 + w * (1 - cosine))
    summed = compton_matrix_element(2 * w, -2 * after, 0.0, muon_mass=1.0)
    known = 8 * (after / w + w / after - (1 - cosine**2))
    np.testing.assert_allclose(summed, known, rtol=1e-8)


@pytest.mark.parametrize("ratio", [0.0, 0.5, 0.9, 0.999])
def test_cross_section_of_a_heavy_muon(ratio: float) -> None:
    """sigma = 8 pi alpha alpha_V / (3 m_mu^2) (1 + m^2 / (2 w^2)) sqrt(1 - m^2 / w^2)."""
    big, w = 1e4, 1.0
    m = ratio * w
    cosine, weight = np.polynomial.legendre.leggauss(8)
    s = 2 * big * w
    u = -s + m**2 + 2 * w * (w - np.sqrt(w**2 - m**2) * cosine) - m**2  # -S + m^2 - t
    mean = compton_matrix_element(s, u, m, muon_mass=big) @ weight / 2
    # sigma = v <sum> / (4 spins) / (16 pi m_mu^2), e^2 g^2 = 16 pi^2 alpha alpha_V
    v = np.sqrt(1 - ratio**2)
    sigma = 16 * np.pi**2 * v * mean / 4 / (16 * np.pi * big**2)
    assert sigma == pytest.approx(8 * np.pi / (3 * big**2) * (1 + ratio**2 / 2) * v, rel=3e-4)


@pytest.mark.parametrize(("temperature", "mu"), [(1.0, 400.0), (10.0, 110.0), (30.0, 118.0), (80.0, -50.0)])
def test_degenerate_density(temperature: float, mu: float) -> None:
    def density(p: float) -> float:
        x = (np.hypot(p, MUON_MASS) - mu) / temperature
        return float(p * p * expit(x) * expit(-x) / np.pi**2)

    fermi = np.sqrt(max(mu**2 - MUON_MASS**2, 0.0))
    edges = [
        0.0,
        max(fermi - 12 * temperature, 0.0),
        fermi,
        fermi + 12 * temperature,
        fermi + 5000.0,
    ]
    expected = sum(
        quad(density, a, b, epsrel=1e-10, epsabs=0, limit=200)[0] if b > a else 0.0
        for a, b in pairwise(edges)
    )
    assert float(degenerate_density(temperature, mu, MUON_MASS)) == pytest.approx(expected, rel=1e-7)


def test_known_ratios_to_the_static_rate() -> None:
    omega = np.array([30.0, 90.0, 200.0, 45.0, 30.0])
    temperature = np.array([30.0, 30.0, 30.0, 15.0, 10.0])
    mu = np.array([118.0, 118.0, 118.0, 60.0, 40.0])
    point = (omega, 0.0, temperature, mu)
    ratio = rate_full(*point, **CONSTANTS) / rate_nr(*point, **CONSTANTS)
    np.testing.assert_allclose(ratio, [0.47, 0.38, 0.30, 0.56, 0.66], atol=0.006)


def test_dilute_cold_gas_approaches_the_static_rate() -> None:
    point = (np.array([1.0, 2.0, 5.0]), 0.0, np.array([0.5, 1.0, 2.0]), -20.0)
    full = rate_full(*point, **CONSTANTS, antimuons=False)
    np.testing.assert_allclose(full / rate_nr(*point, **CONSTANTS), [0.982, 0.965, 0.918], atol=6e-4)
    point = (np.array([1e-2, 1.0]), np.array([5e-3, 0.9]), np.array([1e-2, 1e-2]), 105.0)
    full = rate_full(*point, **CONSTANTS, antimuons=False, scaled=True)
    static = rate_nr(*point, **CONSTANTS, scaled=True)
    np.testing.assert_allclose(full / static, 1.0, atol=0.03)


def _supernova(n: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(2)
    temperature, mu = rng.uniform(8, 60, n), rng.uniform(-20, 200, n)
    m = rng.choice([0.0, 1.0, 30.0, 100.0, 250.0, 600.0], n)
    return m + 30 * temperature * rng.uniform(0.02, 0.9, n) ** 2, m, temperature, mu


def test_converges_under_refinement() -> None:
    point = _supernova(60)
    best = rate_full(*point, **CONSTANTS, nodes=(32, 64, 20), scaled=True)
    limits = {DEFAULT_NODES: (2e-4, 3e-3), (12, 24, 8): (1e-5, 3e-4), (20, 40, 12): (5e-7, 1e-5)}
    for nodes, (median, largest) in limits.items():
        error = np.abs(rate_full(*point, **CONSTANTS, nodes=nodes, scaled=True) / best - 1)
        assert np.median(error) < median, nodes
        assert error.max() < largest, nodes


def test_positive_muons_are_negative_muons_at_the_opposite_potential() -> None:
    omega, m, temperature, mu = _supernova(30)
    nodes = (16, 40, 12)
    both = rate_full(omega, m, temperature, mu, **CONSTANTS, nodes=nodes)
    np.testing.assert_allclose(
        both, rate_full(omega, m, temperature, -mu, **CONSTANTS, nodes=nodes), rtol=1e-14
    )
    single = [
        rate_full(omega, m, temperature, c * mu, **CONSTANTS, nodes=nodes, antimuons=False) for c in (1, -1)
    ]
    np.testing.assert_allclose(both, single[0] + single[1], rtol=1e-4)


def test_finite_positive_and_continuous_at_the_extremes() -> None:
    temperature = np.array([1.0, 8.0, 80.0])[:, None, None, None]
    mu = np.array([-50.0, 0.0, 105.7, 400.0])[:, None, None]
    m = np.array([0.0, 1e-6, 1.0, 2 * MUON_MASS, 1000.0])[:, None]
    above = np.array([0.0, 1e-9, 1e-3, 1.0, 40.0]) * temperature
    omega = np.maximum(m + above, 1e-6)
    rate = rate_full(omega, m, temperature, mu, **CONSTANTS, scaled=True)
    assert rate.shape == (3, 4, 5, 5)
    assert np.all(np.isfinite(rate) & (rate > 0))
    light = rate_full(30.0, np.array([0.0, 1e-9, 1e-3]), 30.0, 118.0, **CONSTANTS)
    np.testing.assert_allclose(light, light[0], rtol=1e-8)
    threshold = rate_full(20.0 + np.array([0.0, 1e-9, 1e-4]), 20.0, 30.0, 118.0, **CONSTANTS)
    np.testing.assert_allclose(threshold, threshold[0], rtol=2e-5)
    assert float(rate_full(19.9, 20.0, 30.0, 118.0, **CONSTANTS)) == 0.0
    assert rate_full(30.0, 0.0, 30.0, 118.0, **CONSTANTS).shape == ()


def test_blocks_do_not_change_the_result() -> None:
    point = _supernova(200)
    whole = rate_full(*point, **CONSTANTS)
    single = [float(rate_full(*(x[i] for x in point), **CONSTANTS)) for i in range(0, 200, 40)]
    np.testing.assert_allclose(whole[::40], single, rtol=1e-13)
