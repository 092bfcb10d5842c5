"""Rates of a vector in the plasma of the early universe: matrix elements by traces, limits, tables."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import decays
from feebly.constants import E_CHARGE, ELECTRON_MASS
from feebly.environments.universe_weak import weak_couplings
from feebly.math.quadrature import gauss
from feebly.models import b_minus_l, chargephobic, dark_photon, lmu_ltau
from feebly.rates.plasma.decays import plasma_decays
from feebly.rates.plasma.mediated import mediated_factors
from feebly.rates.plasma.mixing import resonance
from feebly.rates.plasma.pairs import pair_creation, pair_table
from feebly.rates.plasma.photons import pair_absorption, pair_strength, photon_processes
from feebly.rates.plasma.strengths import Axis, Reach, blocking, strength_table
from feebly.rates.stellar.lepton_compton import compton_absorption

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
SIGMA = (np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.array([[1, 0], [0, -1]]))
GAMMA = [np.diag([1, 1, -1, -1]).astype(complex)]
GAMMA += [np.block([[np.zeros((2, 2)), s], [-s, np.zeros((2, 2))]]) for s in SIGMA]
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]


def slash(p: np.ndarray) -> np.ndarray:
    return sum(METRIC[m, m] * p[m] * GAMMA[m] for m in range(4))


def trace(
    after: np.ndarray, before: np.ndarray, vertex: np.ndarray, first: np.ndarray, second: np.ndarray
) -> float:
    """Sum over spins and both vectors of |ubar T^{ab} u|^2 with polarisation sums `first` and `second`."""
    total = 0.0
    barred = np.array([[GAMMA[0] @ vertex[a, b].conj().T @ GAMMA[0] for b in range(4)] for a in range(4)])
    lowered = np.einsum("ac,bd,cdij->abij", METRIC @ first @ METRIC, METRIC @ second @ METRIC, barred)
    for a in range(4):
        for b in range(4):
            total += np.trace(after @ vertex[a, b] @ before @ lowered[a, b]).real
    return total


def momenta(
    s: float, cosine: float, masses: tuple[float, float], along: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Two particles back to back in their centre of mass."""
    first = (s + masses[0] ** 2 - masses[1] ** 2) / (2 * np.sqrt(s))
    k = np.sqrt(first**2 - masses[0] ** 2)
    sine = 0.0 if along else np.sqrt(1 - cosine**2)
    direction = np.array([0.0, sine * k, 0.0, (1.0 if along else cosine) * k])
    time = np.array([1.0, 0.0, 0.0, 0.0])
    return direction + first * time, -direction + (np.sqrt(s) - first) * time


@pytest.mark.parametrize("s", [4.5, 10.0])
def test_neutrinos_to_two_vectors_by_traces(s: float) -> None:
    cosines, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for cosine, weight in zip(cosines, weights, strict=True):
        p1, p2 = momenta(s, cosine, (0.0, 0.0), True)
        k1, k2 = momenta(s, cosine, (1.0, 1.0), False)
        t, u = 1 - 2 * p1 @ METRIC @ k1, 1 - 2 * p1 @ METRIC @ k2
        vertex = np.array(
            [
                [
                    GAMMA[b] @ slash(p1 - k1) @ GAMMA[a] / t + GAMMA[a] @ slash(p1 - k2) @ GAMMA[b] / u
                    for b in range(4)
                ]
                for a in range(4)
            ]
        )
        left = (np.eye(4) - GAMMA5) / 2
        sums = [-METRIC + np.outer(k, k) for k in (k1, k2)]
        total += weight / 2 * trace(slash(p2), left @ slash(p1), vertex, *sums)
    b = np.sqrt(1 - 4 / s)
    assert pair_creation(1 / s) == pytest.approx(b / (16 * np.pi) * total, rel=1e-6)


def test_photon_and_vector_to_leptons_by_traces() -> None:
    s, m, big = 10.0, 1.0, 0.8
    cosines, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for cosine, weight in zip(cosines, weights, strict=True):
        k1, _ = momenta(s, cosine, (0.0, m), True)
        minus, plus = momenta(s, cosine, (big, big), False)
        one = big * np.eye(4)
        lower, upper = -2 * plus @ METRIC @ k1, -2 * minus @ METRIC @ k1
        vertex = np.array(
            [
                [
                    GAMMA[b] @ (slash(k1 - plus) + one) @ GAMMA[a] / lower
                    + GAMMA[a] @ (slash(minus - k1) + one) @ GAMMA[b] / upper
                    for b in range(4)
                ]
                for a in range(4)
            ]
        )
        total += weight / 2 * trace(slash(minus) + one, slash(plus) - one, vertex, -METRIC, -METRIC)
    b = np.sqrt(1 - 4 * big**2 / s)
    assert pair_strength(m, big, s) == pytest.approx(b / (8 * np.pi) * total, rel=1e-10)


def test_pair_table_is_the_integral() -> None:
    w, weight = gauss(2.0, 80.0, 400)
    from scipy.special import kv

    creation = weight * 2 * w * pair_creation(1 / w**2)
    exact = [np.sum(creation * w * kv(1, w)), np.sum(creation * w**2 * kv(2, w))]
    found = np.exp(pair_table()(np.array(1.0)) - 2.0)
    np.testing.assert_allclose(found, np.array(exact) / (64 * np.pi**4), rtol=1e-4)


def test_blocking_limits() -> None:
    energy, t = np.array([10.0, 10.0 + 1e-9]), np.array(2.0)
    # at rest each lepton has half the energy
    assert blocking(energy, 10.0, t, 0.5)[0] == pytest.approx(np.tanh(10.0 / 8.0), rel=1e-9)
    assert np.diff(blocking(energy, 10.0, t, 0.5))[0] == pytest.approx(0.0, abs=1e-8)
    slow = blocking(np.array([12.0, 15.0]), 10.0, t, 0.5)
    assert np.all((slow > 0) & (slow < 1))


def test_decays_are_sorted_by_bath() -> None:
    found = plasma_decays(decays.of(b_minus_l(), 15.0, hadrons=False))
    assert found.masses.tolist() == [ELECTRON_MASS]
    assert found.neutrinos.sum() == pytest.approx(3 * 15.0 / (24 * np.pi), rel=1e-12)
    silent = plasma_decays(decays.of(dark_photon(), 0.5, hadrons=False))
    assert silent.widths.size == 0
    assert not silent.neutrinos.any()


def _nodes() -> tuple[np.ndarray, np.ndarray]:
    u, w = gauss(0.0, 1.0, 48)
    return 45 * u**2, 90 * u * w


def test_strength_without_anything_but_decays_is_the_width() -> None:
    rates = plasma_decays(decays.of(b_minus_l(), 15.0, hadrons=False))
    reach = Reach(20.0, compton=False, muons=False, medium=False)
    table = strength_table(rates, np.ones(2), *_nodes(), reach=reach)
    np.testing.assert_allclose(table.value[0], 15.0 * rates.widths[0], rtol=1e-12)
    assert np.all(np.diff(table.value[:, 3]) <= 1e-9)  # blocking grows with temperature


def test_chargephobic_has_no_strength() -> None:
    rates = plasma_decays(decays.of(chargephobic(), 1.5, hadrons=False))
    reach = Reach(20.0, compton=True, muons=False, medium=True)
    assert not strength_table(rates, np.zeros(2), *_nodes(), reach=reach).value.any()


@pytest.mark.parametrize("charge", [1.0, 1e-3])
def test_resonance_has_its_area(charge: float) -> None:
    """Integral of S / (E H) over ln a: (g/e)^2 pi m^2 / (2 H E) for each transverse state."""
    mass = 0.5
    rates = plasma_decays(decays.of(dark_photon(), mass, hadrons=False))
    nodes, weights = _nodes()
    reach = Reach(20.0, compton=True, muons=False, medium=True)
    table = strength_table(rates, np.full(2, charge), nodes, weights, reach=reach)
    s = table.start + table.step * np.arange(table.value.shape[0])
    x = table.axis.inverse(s)
    near = np.abs(x - table.axis.centre) < 0.1
    # int d ln T S |xi|^2 = pi m^2 / (2 e^2) for two of three states, weighted with p n_B dE
    energy = mass + np.exp(x[near])[:, None] * nodes
    occupied = weights * np.sqrt(energy**2 - mass**2) / np.expm1(energy / np.exp(x[near])[:, None])
    mean = np.sum(occupied * table.value[near], axis=-1) / np.sum(occupied, axis=-1)
    exact = 2 / 3 * np.pi * (charge * mass) ** 2 / (2 * E_CHARGE**2)
    # 4 % lies outside, in the tails of hard X; the slope of Pi is 2.03 and not 2
    assert np.trapezoid(mean, x[near]) == pytest.approx(exact, rel=0.08)


def test_rows_crowd_around_the_resonance() -> None:
    at, slope = resonance(0.5, 0.01, 20.0)
    axis = Axis(at, 1e-3, 0.4)
    s = np.linspace(axis(np.log(0.01)), axis(np.log(20.0)), 241)
    x = axis.inverse(s)
    np.testing.assert_allclose(axis(x), s, atol=1e-12)
    assert x[0] == pytest.approx(np.log(0.01), abs=1e-12)
    assert np.diff(x)[np.argmin(np.abs(x - at))] < 3e-4
    assert np.diff(x).max() < 0.06
    assert slope == pytest.approx(2.0, abs=0.1)
    assert np.exp(at) == pytest.approx(np.sqrt(6) / E_CHARGE * 0.5, rel=0.02)
    assert resonance(30.0, 0.01, 20.0) is None


def test_photon_table_against_the_quadrature() -> None:
    table = photon_processes("e-", 0.4, 20.0)
    nodes = np.array([0.05, 1.0, 8.0])
    for t, tolerance in ((0.1, 0.02), (1.0, 0.02), (3.0, 0.05)):
        energy = 0.4 + t * nodes
        direct = compton_absorption(energy, 0.4, temperature=t, potential=0.0, nodes=(30, 60, 20))
        pairs = pair_absorption(energy, 0.4, np.full(3, t), ELECTRON_MASS)
        found = table.at(np.array([t]), nodes)
        np.testing.assert_allclose(found.transverse[0], energy * (direct.transverse + pairs), rtol=tolerance)


def test_mediated_scattering_becomes_a_contact_interaction() -> None:
    """For m far above T, g_L and g_R shift by g^2 x_e x_nu / (2 sqrt2 G_F m^2)."""
    m, weak = 1e4, weak_couplings()
    first, second = mediated_factors(b_minus_l(), m, np.array([1.0, 5.0]))
    shift = 1 / (2 * np.sqrt(2) * weak.fermi_constant * m**2)
    for k, (left, right) in enumerate((weak.electron, weak.other)):
        norm = left**2 + right**2
        block = slice(3 * k, 3 * k + 3)
        np.testing.assert_allclose(first[:, block], 2 * shift * (left + right) / norm, rtol=1e-3)
        np.testing.assert_allclose(second[:, block], 2 * shift**2 / norm, rtol=1e-3)


def test_interference_of_muon_and_tau_neutrinos_cancels() -> None:
    first, second = mediated_factors(lmu_ltau(), 20.0, np.array([2.0]))
    np.testing.assert_allclose(first, 0.0, atol=1e-12 * np.abs(second).max())
    assert np.all(second[:, 3:] > 0)
    assert not second[:, :3].any()
