"""Semi-Compton scattering on leptons by polarisation: the longitudinal element and the rates."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.errors import InvalidValueError
from feebly.rates.stellar import lepton_compton as module
from feebly.rates.stellar.lepton_compton import compton_absorption, lepton_mass, longitudinal_element
from feebly.rates.stellar.polarisation import electron_mass
from feebly.rates.stellar.semi_compton import reduced_full
from feebly.rates.stellar.semi_compton_kernel import compton_matrix_element, rate_full

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
ONE = np.eye(4)


def _gammas() -> np.ndarray:
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    rest = [np.kron([[0, 1], [-1, 0]], s) for s in pauli]
    return np.array([np.kron(np.diag([1.0, -1.0]), np.eye(2)), *rest], dtype=complex)


GAMMA = _gammas()


def _slash(p: np.ndarray) -> np.ndarray:
    return np.einsum("m,mab->ab", METRIC @ p, GAMMA)


def _point(rng: np.random.Generator, m: float, big: float) -> tuple[np.ndarray, ...]:
    """Random p1, k1, p2, k on shell; k along the third axis."""
    omega = m + rng.exponential(30.0)
    k = np.array([omega, 0.0, 0.0, np.sqrt(omega**2 - m**2)])
    while True:
        p, direction = 60 * rng.normal(size=3), rng.normal(size=3)
        p1 = np.r_[np.sqrt(big**2 + p @ p), p]
        light = np.r_[1.0, direction / np.linalg.norm(direction)]
        energy = (2 * p1 @ METRIC @ k - m**2) / (2 * (p1 - k) @ METRIC @ light)
        if energy > 0 and (p1 + energy * light - k)[0] > 0:
            return p1, energy * light, p1 + energy * light - k, k


def _trace(p1: np.ndarray, k1: np.ndarray, p2: np.ndarray, state: np.ndarray, big: float) -> float:
    """Sum over spins and photons of the two diagrams for one polarisation vector of X."""
    s, u = 2 * p1 @ METRIC @ k1, -2 * p2 @ METRIC @ k1
    total = 0.0
    for mu in range(4):
        matrix = _slash(state) @ (_slash(p1 + k1) + big * ONE) @ GAMMA[mu] / s
        matrix = matrix + GAMMA[mu] @ (_slash(p2 - k1) + big * ONE) @ _slash(state) / u
        bar = GAMMA[0] @ matrix.conj().T @ GAMMA[0]
        inside = (_slash(p2) + big * ONE) @ matrix @ (_slash(p1) + big * ONE) @ bar
        total -= METRIC[mu, mu] * float(np.trace(inside).real)
    return total


@pytest.mark.parametrize("m", [2.0, 5.0, 40.0])
def test_longitudinal_element_is_the_trace(m: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(10):
        big = rng.uniform(0.5, 12.0)
        p1, k1, p2, k = _point(rng, m, big)
        s, u = 2 * p1 @ METRIC @ k1, -2 * p2 @ METRIC @ k1
        found = longitudinal_element(s, u, m, energies=(p1[0], p2[0], k[0]), lepton_mass=big)
        states = [np.array([k[3], 0, 0, k[0]]) / m, np.array([0.0, 1, 0, 0]), np.array([0.0, 0, 1, 0])]
        traces = [_trace(p1, k1, p2, state, big) for state in states]
        assert float(found) == pytest.approx(traces[0], rel=1e-6)
        assert float(compton_matrix_element(s, u, m, muon_mass=big)) == pytest.approx(sum(traces), rel=1e-7)


def test_averages_over_the_azimuth() -> None:
    """S = a + b cos(phi), -U = a - c + b cos(phi), far from and close to grazing."""
    phi = (np.arange(20000) + 0.5) * np.pi / 20000
    for a, b, c in ((50.0, 20.0, 3.0), (50.0, 49.0 * 0.9, 3.0), (10.0, 1e-3, 5.0), (100.0, 30.0, 1e-4)):
        s = a + b * np.cos(phi)
        u = c - s
        y, d = -1 / (s * u), s - u
        found = module._averages(np.array(a), np.array(b**2), np.array(c))
        for name, values in (("y", y), ("yy", y * y), ("dy", d * y), ("dyy", d * y * y)):
            assert float(getattr(found, name)) == pytest.approx(values.mean(), rel=1e-9), name


def test_states_add_up_to_the_full_rate() -> None:
    """The two kernels share the element but not the nodes; many of them, since light electrons have collinear peaks."""
    t, mu, m = 20.0, 120.0, 10.0
    energy = np.array([10.5, 20.0, 60.0, 200.0])
    rate = compton_absorption(energy, m, temperature=t, potential=mu, nodes=(16, 40, 20))
    full = rate_full(
        energy, m, t, mu, muon_mass=electron_mass(t, mu), alpha=ALPHA, nodes=(40, 80, 40), scaled=True
    )
    np.testing.assert_allclose(rate.summed, full * -np.expm1(-energy / t), rtol=1e-3)
    assert np.all(rate.longitudinal > 0)
    assert np.all(rate.transverse > 0)


@pytest.mark.parametrize(("t", "mu"), [(30.0, 125.0), (12.0, 60.0), (33.0, 230.0)])
@pytest.mark.parametrize("m", [0.5, 30.0, 200.0])
def test_muons_are_those_of_the_semi_compton_process(t: float, mu: float, m: float) -> None:
    energy = m + t * np.array([[0.2, 1.0, 3.0, 8.0]])
    rate = compton_absorption(energy, m, temperature=t, potential=mu, lepton="mu-")
    full = reduced_full(m, np.array([t]), np.array([mu]), energy)
    np.testing.assert_allclose(rate.summed, full, rtol=2e-3)


def test_only_electrons_are_dressed() -> None:
    rates = [
        float(
            compton_absorption(60.0, 5.0, temperature=20.0, potential=120.0, lepton="mu-", dressing=d).summed
        )
        for d in ("plasma", "vacuum")
    ]
    assert rates[0] == rates[1]
    assert float(lepton_mass("mu-", 20.0, 120.0)) == MUON_MASS
    assert lepton_mass("e-", np.ones(3), 2.0, dressing="vacuum").tolist() == [ELECTRON_MASS] * 3


def test_slow_bosons_are_not_polarised() -> None:
    m = 30.0
    energy = m * np.array([1 + 1e-10, 1 + 1e-6, 1 + 1e-4])
    rate = compton_absorption(energy, m, temperature=20.0, potential=120.0, nodes=(10, 48, 10))
    np.testing.assert_allclose(rate.longitudinal / rate.summed, 1 / 3, rtol=3e-3)


def test_static_electrons_radiate_the_longitudinal_state_with_half_the_mass_squared() -> None:
    """Thomson limit: both transverse states 1, the longitudinal one m^2 / (2 E^2)."""
    m, energy = 1e-3, np.array([1.1e-3, 2e-3, 5e-3])
    rate = compton_absorption(
        energy, m, temperature=1e-3, potential=0.49, dressing="vacuum", nodes=(16, 96, 12)
    )
    np.testing.assert_allclose(rate.longitudinal / (2 * rate.transverse), m**2 / (2 * energy**2), rtol=0.02)


def test_fast_bosons_are_transverse() -> None:
    energy = 60.0
    rates = [compton_absorption(energy, m, temperature=20.0, potential=120.0) for m in (1.0, 0.1, 0.01)]
    ratio = [float(r.longitudinal / r.transverse) for r in rates]
    assert ratio[0] < 5e-3
    # (m/E)^2 times a logarithm of the electron mass, which no longer changes
    assert ratio[0] / ratio[1] == pytest.approx(100.0, rel=0.1)
    assert ratio[1] / ratio[2] == pytest.approx(100.0, rel=0.01)


def test_plasma_mass_and_vacuum_mass() -> None:
    """Lighter electrons scatter more, by a logarithm."""
    plasma, vacuum = (
        float(compton_absorption(60.0, 5.0, temperature=20.0, potential=120.0, dressing=d).summed)
        for d in ("plasma", "vacuum")
    )
    assert 1.05 < vacuum / plasma < 4


@pytest.mark.parametrize(("t", "mu"), [(30.0, 150.0), (10.0, 60.0), (5.0, 20.0)])
def test_default_nodes_are_good_enough(t: float, mu: float) -> None:
    m = 10.0
    energy = m + t * np.array([1.0, 3.0])
    standard = compton_absorption(energy, m, temperature=t, potential=mu)
    fine = compton_absorption(energy, m, temperature=t, potential=mu, nodes=(20, 50, 24))
    np.testing.assert_allclose(standard.transverse, fine.transverse, rtol=0.01)
    np.testing.assert_allclose(standard.longitudinal, fine.longitudinal, rtol=0.01)


def test_radii_and_energies_broadcast() -> None:
    t, mu = np.array([[10.0], [30.0]]), np.array([[60.0], [150.0]])
    rate = compton_absorption(np.array([[20.0, 50.0], [30.0, 90.0]]), 10.0, temperature=t, potential=mu)
    one = compton_absorption(90.0, 10.0, temperature=30.0, potential=150.0)
    assert float(rate.transverse[1, 1]) == pytest.approx(float(one.transverse), rel=1e-13)


def test_bad_input_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Possible: plasma, vacuum"):
        compton_absorption(20.0, 5.0, temperature=10.0, potential=50.0, dressing="none")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="Possible: e-, mu-"):
        compton_absorption(20.0, 5.0, temperature=10.0, potential=50.0, lepton="tau-")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="cannot have less energy"):
        compton_absorption(4.0, 5.0, temperature=10.0, potential=50.0)
