"""Decays in the medium by polarisation: limits, sums and detailed balance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

from feebly.constants import ELECTRON_MASS
from feebly.decays.leptonic import charged_width, neutrino_width
from feebly.math.fermi import bose
from feebly.math.quadrature import panels
from feebly.rates.stellar.coalescence import pair_factor
from feebly.rates.stellar.medium_decay import (
    electron_absorption,
    neutrino_absorption,
    pair_absorption,
)
from feebly.rates.stellar.polarisation import Modes, electron_mass, plasma_frequency, real_part
from feebly.units import KM

CASES = [  # E, m, T, mu, m_f
    (300.0, 100.0, 30.0, 150.0, 0.0),
    (300.0, 100.0, 30.0, -150.0, 0.0),
    (90.0, 30.0, 20.0, 120.0, 11.0),
    (200.0, 100.0, 5.0, 118.0, 0.511),
    (60.0, 50.0, 10.0, 0.0, 20.0),
    (900.0, 1.0, 30.0, 100.0, 0.0),
    (100.0, 40.0, 2.0, 300.0, 5.0),  # f blocked everywhere
    (250.0, 40.0, 3.0, 20.0, 0.0),
]


def _panels(
    energy: np.ndarray, m: float, t: np.ndarray, mu: np.ndarray, mf: float
) -> tuple[np.ndarray, np.ndarray]:
    """Both modes (N,) by Gauss rules in the cosine on panels that follow the two Fermi steps."""
    beta = np.sqrt(1 - (2 * mf / m) ** 2)
    span = (np.sqrt((energy - m) * (energy + m)) * beta)[:, None]
    level, temperature, full = np.abs(mu)[:, None], t[:, None], energy[:, None]
    high = (full + span) / 2
    edges = np.concatenate(
        [
            np.minimum(level, high) + temperature * np.array([-40.0, -16, -6, -2, 2, 6, 16, 40]),
            high + temperature * np.array([-40.0, -16, -6, -2]),
        ],
        axis=1,
    )
    cosines = np.clip((2 * edges - full) / np.maximum(span, 1e-300), -1, 1)
    ends = np.broadcast_to([-1.0, 1.0], (energy.size, 2))
    c, weight = panels(np.sort(np.concatenate([cosines, ends], axis=1), axis=1), 20)
    first = (full + span * c) / 2
    free = expit((first - level) / temperature) * expit((full - first + level) / temperature)
    shapes = (mf / m) ** 2 + (1 + (beta * c) ** 2) / 4, (1 - (beta * c) ** 2) / 2
    unit = m**2 * beta / (4 * np.pi * energy) * -np.expm1(-energy / t)
    transverse, longitudinal = (np.vecdot(weight, shape * free) / 2 * unit for shape in shapes)
    return transverse, longitudinal


def _direct(energy: float, m: float, t: float, mu: float, mf: float) -> tuple[float, float]:
    """Eqs. (46), (47) of esseili-kribs-chargephobic as printed, absorption less production, by quad in E_1."""
    k = np.sqrt(energy**2 - m**2)
    root = np.sqrt((1 - 4 * mf**2 / m**2) * (1 - m**2 / energy**2))

    def integrand(first: float, mode: int) -> float:
        second = energy - first
        z = first * second / m**2 - (first * energy - m**2 / 2) * (second * energy - m**2 / 2) / (m**2 * k**2)
        shape = mf**2 / m**2 + z if mode == 0 else 1 - 2 * z
        forward = expit((first - mu) / t) * expit((second + mu) / t)
        backward = expit(-(first - mu) / t) * expit(-(second + mu) / t)
        return float(shape * (forward - backward)) / energy

    low, high = (energy * (1 + s * root) / 2 for s in (-1, 1))
    cuts = sorted(
        {
            low,
            high,
            *(
                float(np.clip(e, low, high))
                for e in (mu, mu - 6 * t, mu + 6 * t, energy + mu, high - 5 * t, low + 5 * t)
            ),
        }
    )
    pieces = [
        sum(quad(integrand, a, b, (mode,), epsabs=0, epsrel=1e-11, limit=200)[0] for a, b in pairwise(cuts))
        for mode in (0, 1)
    ]
    return tuple(m**2 / (4 * np.pi * k) * piece for piece in pieces)  # type: ignore[return-value]


@pytest.mark.parametrize("case", CASES)
def test_both_modes_against_the_printed_integral(case: tuple[float, ...]) -> None:
    """To the 1e-6 of the fast average; the printed z cancels to (m/E)^2, which limits it at E = 900 m."""
    energy, m, t, mu, mf = case
    found = pair_absorption(energy, m, temperature=t, potential=mu, daughter_mass=mf)
    tolerance = max(1e-6, 1e-15 * (energy / m) ** 4)
    for value, expected in zip((found.transverse, found.longitudinal), _direct(*case), strict=True):
        assert float(value) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("case", CASES)
def test_states_add_up_to_the_closed_form(case: tuple[float, ...]) -> None:
    """The sum over the states is 3 Gamma (m/E) (exp(E/T) - 1) I with the vacuum width of these daughters."""
    energy, m, t, mu, mf = case
    found = pair_absorption(energy, m, temperature=t, potential=mu, daughter_mass=mf)
    closed = (
        3
        * charged_width(m, mf)
        * m
        / energy
        * pair_factor(np.array(energy), m, np.array(t), np.array(mu), mf)
    )
    assert float(found.summed) == pytest.approx(float(closed), rel=1e-10)


def test_states_add_up_over_a_wide_range() -> None:
    """Blocked by up to exp(-400), slow and fast, hot and cold."""
    rng = np.random.default_rng(1)
    m = 20.0
    energy = m + 10 ** rng.uniform(-8, 3, 4000)
    t, mu = 10 ** rng.uniform(0.0, 1.7, 4000), rng.uniform(-400, 400, 4000)
    found = pair_absorption(energy, m, temperature=t, potential=mu, daughter_mass=4.0)
    closed = 3 * charged_width(m, 4.0) * m / energy * pair_factor(energy, m, t, mu, 4.0)
    np.testing.assert_allclose(found.summed, closed, rtol=1e-9)
    assert np.all(found.transverse > 0)
    assert np.all(found.longitudinal > 0)


@pytest.mark.parametrize(("m", "mf"), [(20.0, 0.0), (20.0, 4.0), (20.0, 9.99), (0.1, 0.0), (300.0, 105.7)])
@pytest.mark.parametrize("degenerate", [True, False])
def test_fast_average_against_panels(m: float, mf: float, degenerate: bool) -> None:
    """1e-6 for slow and fast vectors, mu/T up to 100, E/T up to 700; blocked by up to exp(-100)."""
    rng = np.random.default_rng(3)
    t = 10 ** rng.uniform(0.0, 1.8, 2000)
    mu = t * rng.uniform(-100, 100, 2000) if degenerate else t * rng.normal(size=2000)
    energy = m * (1 + 1e-14) + t * 10 ** rng.uniform(-8, 2.84, 2000)
    found = pair_absorption(energy, m, temperature=t, potential=mu, daughter_mass=mf)
    transverse, longitudinal = _panels(energy, m, t, mu, mf)
    np.testing.assert_allclose(found.transverse, transverse, rtol=1e-6)
    np.testing.assert_allclose(found.longitudinal, longitudinal, rtol=1e-6)


def test_vacuum_gives_each_state_its_third() -> None:
    energy = np.array([101.0, 300.0, 5000.0])
    found = pair_absorption(energy, 100.0, temperature=0.1, potential=0.0, daughter_mass=30.0)
    width = charged_width(100.0, 30.0) * 100.0 / energy
    np.testing.assert_allclose(found.transverse, width, rtol=1e-12)
    np.testing.assert_allclose(found.longitudinal, width, rtol=1e-12)
    neutrinos = neutrino_absorption(energy, 100.0, temperature=1e-3, potential=0.0)
    np.testing.assert_allclose(neutrinos.transverse, neutrino_width(100.0) * 100.0 / energy, rtol=1e-12)
    np.testing.assert_allclose(neutrinos.longitudinal, neutrino_width(100.0) * 100.0 / energy, rtol=1e-12)


def test_at_rest_the_modes_are_one() -> None:
    found = pair_absorption(50.0 * (1 + 1e-13), 50.0, temperature=10.0, potential=40.0, daughter_mass=3.0)
    assert float(found.transverse) == pytest.approx(float(found.longitudinal), rel=1e-6)


def test_in_degenerate_matter_transverse_states_decay_most() -> None:
    """Only fast, forward electrons find room, which the helicity +-1 favours."""
    found = pair_absorption(300.0, 30.0, temperature=3.0, potential=280.0)
    assert float(found.transverse) > 5 * float(found.longitudinal) > 0


def test_detailed_balance() -> None:
    energy, t = np.array([31.0, 90.0, 400.0]), 25.0
    reduced = electron_absorption(energy, 30.0, temperature=t, potential=100.0)
    for mode in ("transverse", "longitudinal"):
        emitted = getattr(reduced, mode) * bose(energy / t)
        absorbed = getattr(reduced, mode) + emitted
        np.testing.assert_allclose(emitted, np.exp(-energy / t) * absorbed, rtol=1e-13)


def test_production_by_direct_integration() -> None:
    """Gamma_prod = (m^2 / 4 pi k) int dx M f f with both occupations, against the reduced rate."""
    energy, m, t, mu = 80.0, 60.0, 12.0, 30.0
    k = np.sqrt(energy**2 - m**2)

    def integrand(c: float) -> float:
        first = (energy + k * c) / 2
        return float((1 - c**2) / 4 * expit(-(first - mu) / t) * expit(-(energy - first + mu) / t))

    direct = m**2 / (4 * np.pi * energy) * quad(integrand, -1, 1, epsabs=0, epsrel=1e-12)[0]
    reduced = pair_absorption(energy, m, temperature=t, potential=mu)
    assert float(reduced.longitudinal * bose(energy / t)) == pytest.approx(direct, rel=1e-11)


def test_threshold_is_at_twice_the_mass_in_the_plasma() -> None:
    dressed = float(electron_mass(30.0, 150.0))
    for factor, is_open in ((1.999, False), (2.0, False), (2.001, True)):
        rate = electron_absorption(400.0, factor * dressed, temperature=30.0, potential=150.0)
        assert (float(rate.transverse) > 0) is is_open
        assert (float(rate.longitudinal) > 0) is is_open
    assert dressed > ELECTRON_MASS


@pytest.mark.parametrize("mu", [5.0, 50.0, 250.0])
def test_electron_pairs_are_closed_at_the_resonance(mu: float) -> None:
    """2 m_e in the plasma exceeds sqrt(Re Pi) <= sqrt(3/2) omega_p, as esseili-kribs-chargephobic remarks."""
    plasma = float(plasma_frequency(20.0, mu))
    resonant = np.sqrt(float(real_part(1e4, plasma, mass=1.0, mode="transverse")))
    assert float(electron_absorption(1e3, resonant, temperature=20.0, potential=mu).transverse) == 0


def test_decay_length_of_a_trapped_dark_photon() -> None:
    """35.7 km for m = 100 MeV, g = 2.5e-9, E = 300 MeV: esseili-kribs-chargephobic, Eq. (49), prints 100/3 km.

    The paper takes the particle at the speed of light and rounds 107 km to 100 km.
    """
    rate = pair_absorption(300.0, 100.0, temperature=0.01, potential=0.0, daughter_mass=ELECTRON_MASS)
    assert 1 / (2.5e-9**2 * float(rate.transverse)) / KM == pytest.approx(35.7, abs=0.05)


def test_radii_and_energies_broadcast() -> None:
    t, mu = np.array([[5.0], [30.0]]), np.array([[50.0], [200.0]])
    energy = np.array([[40.0, 80.0, 200.0], [45.0, 90.0, 210.0]])
    found = electron_absorption(energy, 30.0, temperature=t, potential=mu)
    assert found.transverse.shape == (2, 3)
    one = electron_absorption(90.0, 30.0, temperature=30.0, potential=200.0)
    assert float(found.transverse[1, 1]) == float(one.transverse)
    assert isinstance(found, Modes)
