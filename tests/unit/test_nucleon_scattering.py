"""Partial waves: algebra, unitarity, symmetry, thresholds, and what is refused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from feebly.constants import PROTON_MASS
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.rates.stellar.nucleon_phases import PAIRS, Pair, momentum, phase_shifts, scattering_length
from feebly.rates.stellar.nucleon_scattering import (
    amplitudes,
    blocks,
    clebsch_gordan,
    differential,
    integrate,
    moments,
)
from feebly.rates.stellar.one_pion_exchange import MEAN_PION_MASS, born_differential, born_moments

ENERGIES = np.array([0.01, 1.0, 7.0, 50.0, 180.0, 350.0])


def test_clebsch_gordan_is_orthogonal() -> None:
    for s, l in product(range(2), range(7)):  # noqa: E741
        for j, jj in product(range(abs(l - s), l + s + 1), repeat=2):
            for k in range(-min(j, jj), min(j, jj) + 1):
                total = sum(
                    clebsch_gordan(l, k - n, s, n, j, k) * clebsch_gordan(l, k - n, s, n, jj, k)
                    for n in range(-s, s + 1)
                )
                assert total == pytest.approx(float(j == jj), abs=1e-12)


def test_clebsch_gordan_known_values() -> None:
    assert clebsch_gordan(1, 1, 1, -1, 0, 0) == pytest.approx(1 / np.sqrt(3))
    assert clebsch_gordan(2, 0, 1, 1, 1, 1) == pytest.approx(np.sqrt(1 / 10))
    assert clebsch_gordan(1, 1, 1, 1, 1, 2) == 0.0


@pytest.mark.parametrize("pair", PAIRS)
def test_s_matrix_is_unitary_and_meets_the_optical_theorem(pair: Pair) -> None:
    assert max(block.unitarity.max() for block in blocks(pair, ENERGIES)) < 1e-13
    forward = np.trace(amplitudes(pair, ENERGIES, 1.0)[:, 0], axis1=-2, axis2=-1).imag / 4
    total = moments(pair, ENERGIES).total * (1 if pair == "np" else 2)  # over the sphere
    identical = 1 if pair == "np" else 2  # the amplitude counts both particles
    np.testing.assert_allclose(4 * np.pi * forward / momentum(pair, ENERGIES), total / identical, rtol=1e-12)


@pytest.mark.parametrize("pair", PAIRS)
def test_total_is_the_sum_over_waves(pair: Pair) -> None:
    total = np.zeros_like(ENERGIES)
    for block in blocks(pair, ENERGIES):
        total += (2 * block.total + 1) * np.sum(np.abs(block.matrix) ** 2, axis=(-2, -1))
    total *= np.pi / (4 * momentum(pair, ENERGIES) ** 2) * (1 if pair == "np" else 2)
    np.testing.assert_allclose(moments(pair, ENERGIES).total, total, rtol=1e-12)


@pytest.mark.parametrize("pair", ["pp", "nn"])
def test_identical_nucleons_scatter_symmetrically(pair: Pair) -> None:
    cosine = np.linspace(0.0, 1.0, 7)
    np.testing.assert_allclose(
        differential(pair, ENERGIES, cosine), differential(pair, ENERGIES, -cosine), rtol=1e-11
    )
    found = moments(pair, ENERGIES)
    np.testing.assert_allclose(found.dipole, found.total, rtol=1e-12)


def test_moments_are_exact_for_the_partial_wave_sum() -> None:
    cosine, weight = np.polynomial.legendre.leggauss(60)
    ring = 2 * np.pi * weight * differential("np", ENERGIES, cosine)
    found = moments("np", ENERGIES)
    np.testing.assert_allclose(found.dipole, ring @ (1 - cosine), rtol=1e-12)
    np.testing.assert_allclose(found.quadrupole, ring @ (1 - cosine**2), rtol=1e-12)


@pytest.mark.parametrize("pair", PAIRS)
def test_table_is_met_at_its_energies(pair: Pair) -> None:
    from feebly import embedded

    table = embedded.load("nucleon_scattering/pwa93.toml").table()
    found = phase_shifts(pair).at(table["kinetic_lab_mev"])
    for wave, row in table["np" if pair == "np" else "pp"].items():
        kept = np.abs(row) >= 1e-3
        np.testing.assert_allclose(np.degrees(found[wave])[kept], np.array(row)[kept], atol=1e-10)


@pytest.mark.parametrize(("wave", "power"), [("3P1", 3), ("3D2", 5), ("E1", 3), ("E2", 5), ("1F3", 7)])
def test_threshold_behaviour(wave: str, power: int) -> None:
    low, high = np.array([1e-4]), np.array([2e-4])
    shifts = phase_shifts("np")
    ratio = shifts.at(high)[wave] / shifts.at(low)[wave]
    expected = (momentum("np", high) / momentum("np", low)) ** power
    np.testing.assert_allclose(ratio, expected, rtol=1e-3)


def test_low_energy_limit_is_the_scattering_length() -> None:
    lengths = [scattering_length("np", wave)[0] for wave in ("1S0", "3S1")]
    limit = np.pi * (lengths[0] ** 2 + 3 * lengths[1] ** 2)
    found = moments("np", 1e-6)
    np.testing.assert_allclose(found.total, limit, rtol=1e-4)
    np.testing.assert_allclose(found.quadrupole / found.total, 2 / 3, rtol=1e-6)


def test_momentum_is_invariant_kinematics() -> None:
    t, m = 137.0, PROTON_MASS
    s = 2 * m * (t + 2 * m)
    assert momentum("pp", t) == pytest.approx(np.sqrt(s / 4 - m**2), rel=1e-12)


def test_frozen_above_the_table() -> None:
    np.testing.assert_array_equal(
        moments("np", 900.0, frozen=True).dipole, moments("np", 350.0, frozen=False).dipole
    )


@pytest.mark.parametrize("energy", [0.0, -1.0, 351.0, np.nan])
def test_refuses_energies_outside_the_table(energy: float) -> None:
    with pytest.raises(OutOfDomainError, match="up to 350 MeV"):
        moments("np", energy)


def test_refuses_unknown_names() -> None:
    with pytest.raises(InvalidValueError, match="Possible: np, pp, nn"):
        moments("pn", 10.0)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="Possible: 1S0, 3S1"):
        scattering_length("np", "3P0")
    with pytest.raises(InvalidValueError, match="no S wave of nn"):
        scattering_length("nn", "3S1")


def test_integrate_counts_the_sphere_or_half_of_it() -> None:
    flat = integrate(lambda cosine: np.ones((1, cosine.size)), identical=False)
    np.testing.assert_allclose([flat.total[0], flat.dipole[0]], 4 * np.pi, rtol=1e-13)
    half = integrate(lambda cosine: np.ones((1, cosine.size)), identical=True)
    np.testing.assert_allclose(half.quadrupole[0], 4 * np.pi / 3, rtol=1e-13)


PAULI = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.array([[1, 0], [0, -1]])]


def _tensor(k: np.ndarray) -> np.ndarray:
    """(s1.k)(s2.k) / (k^2 + mu^2) as a matrix."""
    one = sum(component * matrix for component, matrix in zip(k, PAULI, strict=True))
    return np.asarray(np.kron(one, one) / (k @ k + MEAN_PION_MASS**2))


@pytest.mark.parametrize(("pair", "direct", "exchange"), [("nn", 1.0, -1.0), ("np", -1.0, -2.0)])
def test_one_pion_exchange_against_spin_matrices(pair: Pair, direct: float, exchange: float) -> None:
    """Isospin: t1.t2 = 1 in T = 1; -1 for n p -> n p and 2 for n p -> p n, exchange antisymmetrised."""
    from feebly.constants import PION_MASS
    from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS

    swap = np.eye(4)[[0, 2, 1, 3]]
    energy, cosine = 40.0, -0.35
    p = np.sqrt(NUCLEON_MASS * energy)
    before = np.array([0, 0, p])
    after = p * np.array([np.sqrt(1 - cosine**2), 0, cosine])
    matrix = direct * _tensor(after - before) + exchange * _tensor(after + before) @ swap
    strength = NUCLEON_MASS * 0.075 / PION_MASS**2
    expected = strength**2 * np.sum(np.abs(matrix) ** 2) / 4
    np.testing.assert_allclose(born_differential(pair, energy, cosine)[0, 0], expected, rtol=1e-12)


def test_one_pion_exchange_of_identical_nucleons_is_symmetric() -> None:
    found = born_moments("pp", ENERGIES)
    np.testing.assert_allclose(found.dipole, found.total, rtol=1e-12)
