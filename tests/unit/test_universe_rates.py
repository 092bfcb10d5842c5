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
from feebly.rates.plasma.mixing import crossing, crossing_energies, resonance
from feebly.rates.plasma.pairs import pair_creation, pair_table, scalar_pair_creation
from feebly.rates.plasma.photons import (
    compton_logarithms,
    compton_table,
    pair_absorption,
    pair_strength,
    photon_processes,
)
from feebly.rates.plasma.strengths import Reach, blocking, strength_table
from feebly.rates.stellar.lepton_compton import compton_absorption
from feebly.rates.stellar.polarisation import plasma_frequency, real_part

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
    found = np.exp(pair_table("vector")(np.array(1.0)) - 2.0)
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
    table = strength_table(rates, np.ones(2), _nodes()[0], reach=reach)
    np.testing.assert_allclose(table.value[0], 15.0 * rates.widths[0], rtol=1e-12)
    assert np.all(np.diff(table.value[:, 3]) <= 1e-9)  # blocking grows with temperature


def test_chargephobic_has_no_strength() -> None:
    rates = plasma_decays(decays.of(chargephobic(), 1.5, hadrons=False))
    reach = Reach(20.0, compton=True, muons=False, medium=True)
    assert not strength_table(rates, np.zeros(2), _nodes()[0], reach=reach).value.any()


@pytest.mark.parametrize("s", [4.02, 4.5, 10.0])
def test_neutrinos_to_two_scalars_by_traces(s: float) -> None:
    """v(p2) [(p1 - k1)-slash / t + (p1 - k2)-slash / u] P_L u(p1), which the closed form and its series must give."""
    cosines, weights = np.polynomial.legendre.leggauss(80)
    total = 0.0
    for cosine, weight in zip(cosines, weights, strict=True):
        p1, p2 = momenta(s, cosine, (0.0, 0.0), True)
        k1, k2 = momenta(s, cosine, (1.0, 1.0), False)
        t, u = 1 - 2 * p1 @ METRIC @ k1, 1 - 2 * p1 @ METRIC @ k2
        vertex = slash(p1 - k1) / t + slash(p1 - k2) / u
        left = (np.eye(4) - GAMMA5) / 2
        barred = GAMMA[0] @ vertex.conj().T @ GAMMA[0]
        total += weight / 2 * np.trace(slash(p2) @ vertex @ left @ slash(p1) @ barred).real
    b = np.sqrt(1 - 4 / s)
    assert scalar_pair_creation(1 / s) == pytest.approx(b / (16 * np.pi) * total, rel=1e-8)


def test_scalar_pairs_at_high_energy() -> None:
    """int (t/u + u/t - 2) / (32 pi) cut at m^2: (ln s/m^2 - 3/2) / 4 pi."""
    assert scalar_pair_creation(1e-8) == pytest.approx((8 * np.log(10) - 1.5) / (4 * np.pi), rel=1e-6)


def test_energies_at_the_resonance() -> None:
    """ln(E / m) over ln eta gives Pi_T = m^2 back: 3 omega_p^2 / 2 = m^2 exp(eta)."""
    for eta in (1e-6, 1e-3, 0.05, 0.3, 0.4):
        energy = float(np.exp(crossing_energies_at(eta)))
        plasma = np.sqrt(2 / 3 * np.exp(eta))
        assert real_part(energy, plasma, mass=1.0, mode="transverse") == pytest.approx(1.0, abs=2e-7)


def crossing_energies_at(eta: float) -> float:
    table = crossing_energies()
    position = (np.log(eta) - table.start) / table.step
    k = int(position)
    x = np.array([0.0, 1.0])
    from scipy.interpolate import CubicHermiteSpline

    spline = CubicHermiteSpline(x, table.value[k : k + 2, 0], table.slope[k : k + 2, 0] * table.step)
    return float(spline(position - k))


@pytest.mark.parametrize("node", [0.5, 1.5, 4.0])
def test_resonance_and_the_rest_have_the_area_of_both(node: float) -> None:
    """At one E/T: int |xi|^2 E Gamma d ln T of the Lorentzian, against pi m^2 / e^2 slope and the screened rest."""
    mass, energies = 0.5, np.array([node])
    place = resonance(mass, 0.01, 20.0)
    x = np.log(place) + np.linspace(-0.5, 0.5, 20_001)
    t = np.exp(x)
    energy = mass + t * node
    plasma = plasma_frequency(t, np.zeros(t.shape))
    y = real_part(energy, plasma, mass=mass, mode="transverse") / mass**2
    strength = photon_processes("e-", mass).at(t, energies).transverse[:, 0]
    at = float(np.interp(0.0, np.log(y), x))
    there = float(photon_processes("e-", mass).at(np.array([np.exp(at)]), energies).transverse[0, 0])
    w = E_CHARGE**2 * strength / mass**2
    exact = np.trapezoid(strength / ((1 - y) ** 2 + w**2), x)
    rest = np.trapezoid(strength * np.minimum((1 - y) ** -2.0, 4.0), x)
    found = crossing(float(np.log(place)), mass, there)
    slope = np.gradient(np.log(y), x)[np.argmin(np.abs(x - at))]
    # per unit ln T along the comoving path; first order in the width, which is 0.01
    assert rest + found.area / slope == pytest.approx(exact, rel=5e-3)


def test_resonance_is_where_hard_photons_weigh_as_much() -> None:
    place = resonance(0.5, 0.01, 20.0)
    assert place == pytest.approx(np.sqrt(6) / E_CHARGE * 0.5, rel=0.02)
    assert 1.5 * plasma_frequency(place, 0.0) ** 2 == pytest.approx(0.25, rel=1e-10)
    assert resonance(30.0, 0.01, 20.0) is None
    found = crossing(float(np.log(place)), 0.5, 0.02)
    assert found.portion.sum() == pytest.approx(1.0, rel=1e-12)
    assert np.all(np.diff(found.offset) > 0)


@pytest.mark.parametrize("mass", [0.013, 0.4])
def test_photon_table_against_the_quadrature(mass: float) -> None:
    """Between the masses and temperatures of the embedded table, at electrons and pairs."""
    table = photon_processes("e-", mass)
    nodes = np.array([0.05, 1.0, 8.0])
    for t in (0.1, 1.0, 3.0, 15.0):
        energy = mass + t * nodes
        direct = compton_absorption(energy, mass, temperature=t, potential=0.0, nodes=(30, 60, 20))
        pairs = pair_absorption(energy, mass, np.full(3, t), ELECTRON_MASS)
        found = table.at(np.array([t]), nodes)
        error = np.abs(found.summed[0] / (energy * (direct.summed + 3 * pairs)) - 1)
        assert np.all(error < [0.1, 0.01, 0.015])  # soft X weigh nothing


@pytest.mark.parametrize("lepton", ["e-", "mu-"])
def test_embedded_table_is_what_the_code_makes(lepton: str) -> None:
    table = compton_table(lepton)
    k = np.array([3, table.temperature.size - 2])
    mass = float(table.mass[17])
    stored = table.at(lepton, mass)[k]
    np.testing.assert_allclose(stored, compton_logarithms(lepton, mass, table.temperature[k]), atol=1e-4)


def test_outside_the_embedded_table_the_quadrature_is_done() -> None:
    table = compton_table("mu-")
    found = table.at("mu-", 400.0)
    assert found.shape == (table.temperature.size, 24)
    assert np.all(np.abs(found[-1] - table.at("mu-", 299.0)[-1]) < 2.0)


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
