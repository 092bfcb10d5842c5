"""Collision integral of heavy neutral leptons against a Monte Carlo, and its matrix element against traces."""

from __future__ import annotations

import numpy as np
import pytest
from hnl_monte_carlo import FERMI_CONSTANT, Setting, matrix_element, rates

from feebly.rates.stellar.hnl_production import Bath, Nucleons, StateRates, collision_rates

NEUTRAL, CHARGED = (-0.5, -0.635), (0.974, 1.237)
SETTINGS = {
    "nu n, warm": Setting(220.0, 100.0, 30.0, (0.0, 0.0), (600.0, 600.0), (600.0, 600.0), *NEUTRAL),
    "nubar n": Setting(130.0, 100.0, 30.0, (0.0, -100.0), (600.0, 600.0), (600.0, 600.0), -0.5, 0.635),
    "nu_e n, light N": Setting(120.0, 10.0, 28.0, (0.0, 80.0), (600.0, 656.0), (600.0, 656.0), *NEUTRAL),
    "e- p, degenerate": Setting(
        180.0, 50.0, 20.0, (0.511, 260.0), (385.0, 450.0), (385.0, 530.0), *CHARGED, shift=-80.0
    ),
    "mu- p": Setting(
        260.0, 150.0, 30.0, (105.66, 110.0), (590.0, 560.0), (600.0, 600.0), *CHARGED, shift=-30.0
    ),
    "e+ n": Setting(
        250.0, 150.0, 33.0, (0.511, -110.0), (800.0, 780.0), (786.0, 720.0), 0.974, -1.237, shift=20.0
    ),
}


def _ours(s: Setting) -> StateRates:
    one = np.ones(1)
    return collision_rates(
        np.array([[s.energy]]),
        s.mass,
        temperature=s.temperature * one,
        lepton=Bath(s.lepton[0], s.lepton[1] * one),
        first=Nucleons(s.first[0] * one, s.first[1] * one),
        second=Nucleons(s.second[0] * one, s.second[1] * one),
        vector=s.vector,
        axial=s.axial,
        shift=s.shift * one,
    )


# source: Monte Carlo of the full phase space in hnl_monte_carlo.py; tolerance: 0.3 %, its errors are below 0.1 %
@pytest.mark.parametrize("name", SETTINGS)
def test_collision_integral_against_monte_carlo(name: str) -> None:
    found, (expected, error) = _ours(SETTINGS[name]), rates(SETTINGS[name])
    assert np.all(error < 1e-3 * expected)
    assert float(found.production[0, 0]) == pytest.approx(expected[0], rel=3e-3, abs=0)
    assert float(found.absorption[0, 0]) == pytest.approx(expected[1], rel=3e-3, abs=0)


def _gammas() -> tuple[list[np.ndarray], np.ndarray]:
    """Dirac matrices with the index up, and gamma_5."""
    sigma = [np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
    one, zero = np.eye(2), np.zeros((2, 2))
    gammas = [np.block([[one, zero], [zero, -one]]).astype(complex)]
    gammas += [np.block([[zero, m], [-m, zero]]) for m in sigma]
    return gammas, np.block([[zero, one], [one, zero]]).astype(complex)


def test_matrix_element_against_traces() -> None:
    """Source: traces of the interaction, summed over the spins of N; tolerance: rounding."""
    gammas, gamma5 = _gammas()
    metric = np.diag([1.0, -1.0, -1.0, -1.0])
    rng = np.random.default_rng(5)

    def momentum(mass: float) -> np.ndarray:
        p = rng.normal(size=3) * 300
        return np.array([np.sqrt(mass**2 + p @ p), *p])

    def slash(p: np.ndarray) -> np.ndarray:
        return sum(metric[i, i] * p[i] * gammas[i] for i in range(4))

    for s in (SETTINGS["mu- p"], SETTINGS["nu n, warm"]):
        masses = (s.lepton[0], s.first[0], s.second[0], s.mass)
        p1, p2, p3, p4 = (momentum(m) for m in masses)
        lepton = np.empty((4, 4), dtype=complex)
        nucleon = np.empty((4, 4), dtype=complex)
        one = np.eye(4)
        for i in range(4):
            for j in range(4):
                weak = [g @ (one - gamma5) for g in (gammas[i], gammas[j])]
                strong = [g @ (s.vector * one - s.axial * gamma5) for g in (gammas[i], gammas[j])]
                # the bar of gamma (a - b gamma5) is itself
                lepton[i, j] = np.trace(
                    (slash(p4) + s.mass * one) @ weak[0] @ (slash(p1) + masses[0] * one) @ weak[1]
                )
                nucleon[i, j] = np.trace(
                    (slash(p3) + masses[2] * one) @ strong[0] @ (slash(p2) + masses[1] * one) @ strong[1]
                )
        full = np.einsum("ij,ik,jl,kl->", lepton, metric, metric, nucleon) / 2  # (G_F/sqrt2)^2
        assert full.real == pytest.approx(2 * float(matrix_element(s, p1, p2, p3, p4)), rel=1e-12)


def test_heavy_nucleons_at_rest() -> None:
    """Source: sigma = (G_F^2/pi) E^2 (V^2 + 3 A^2) on nucleons at rest; tolerance: nodes for a response this narrow."""
    m, t, energy, x = 1e5, 1.0, 30.0, -12.0
    one = np.ones(1)
    gas = Nucleons(m * one, (m + x * t) * one)
    found = collision_rates(
        np.array([[energy]]),
        1e-3,
        temperature=t * one,
        lepton=Bath(0.0, -1e3 * one),
        first=gas,
        second=gas,
        vector=-0.5,
        axial=-0.635,
    )
    density = 2 * (m * t / (2 * np.pi)) ** 1.5 * np.exp(x)
    expected = density * FERMI_CONSTANT**2 / np.pi * energy**2 * (0.25 + 3 * 0.635**2) / 2
    assert float(found.absorption[0, 0]) == pytest.approx(expected, rel=4e-3, abs=0)
