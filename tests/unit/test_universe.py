"""The standard plasma of the early universe."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.constants import E_CHARGE, ELECTRON_MASS, MUON_MASS
from feebly.environments.universe import Universe, fermi_polynomials
from feebly.environments.universe_plasma import LogTable, interaction_pressure, plasma_table
from feebly.environments.universe_weak import annihilation_factors, scattering_factor
from feebly.errors import InvalidValueError
from feebly.math.fermi_gas import fermi_gas
from standard_universe import standard_universe


@pytest.mark.parametrize("name", ["weak", "electron_mass", "qed", "neutrinos", "potential"])
def test_unknown_choice_is_refused_with_the_possible_ones(name: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{name} = 'no' is not known. Possible: "):
        Universe(**{name: "no"})


def test_table_reproduces_gases_between_its_nodes() -> None:
    t = np.array([0.05, 0.3, 1.7, 40.0])
    energy, pressure = plasma_table(qed=False)(t).T
    gases = [fermi_gas(1.0, 0.0, mass=mass / t) for mass in (ELECTRON_MASS, MUON_MASS)]
    np.testing.assert_allclose(energy, np.pi**2 / 15 + gases[0].energy + gases[1].energy, rtol=1e-7)
    np.testing.assert_allclose(pressure, np.pi**2 / 45 + gases[0].pressure + gases[1].pressure, rtol=1e-7)


def test_only_photons_are_left_below_the_table() -> None:
    np.testing.assert_allclose(
        plasma_table(qed=True)(np.array([1e-6]))[0], [np.pi**2 / 15, np.pi**2 / 45], rtol=1e-12
    )


def test_hot_plasma_expands_as_the_history_in_closed_form() -> None:
    """4e-4: at 4 to 8 MeV annihilation has made the photons of that history 1e-4 to 3e-4 hotter than its neutrinos."""
    known = standard_universe(hottest=8.0, coldest=4.0, count=5)
    hot = Universe(qed="off")
    found = [float(hot.hubble(np.array(hot.energy_density(float(t))))) for t in known.t_gamma]
    np.testing.assert_allclose(found, known.hubble, rtol=4e-4)


def test_energy_follows_from_the_pressure_with_interactions() -> None:
    """rho = T dP/dT - P holds for the table as a whole."""
    t, h = np.array([0.2, 0.6, 3.0]), 1e-4
    table = plasma_table(qed=True)
    low, high = (table(t * np.exp(x))[:, 1] * np.exp(4 * x) for x in (-h, h))
    energy, pressure = table(t).T
    np.testing.assert_allclose((high - low) / (2 * h) - pressure, energy, rtol=2e-6)


def test_interaction_lowers_the_pressure_by_the_massless_amount() -> None:
    value, slope = interaction_pressure(np.array([300.0]))
    exact = -5 * E_CHARGE**2 / 288 + E_CHARGE**3 / (36 * np.sqrt(3) * np.pi)
    assert value[0] == pytest.approx(exact, rel=1e-4)
    assert abs(slope[0]) < 1e-4 * abs(exact)


def test_weak_factors_vanish_for_cold_and_are_one_for_hot_electrons() -> None:
    t = np.array([0.02, 50.0])
    for left, right in ((0.727, 0.233), (-0.273, 0.233)):  # Source: cosmology/weak_rates.toml
        found = np.column_stack([annihilation_factors(t, left, right), scattering_factor(t, left, right)])
        assert np.all(found[0] < 1e-3)
        np.testing.assert_allclose(found[1], 1.0, atol=2e-3)


def test_pure_axial_pairs_are_suppressed_more_than_vector_pairs() -> None:
    t = np.array([0.3])
    assert np.all(annihilation_factors(t, 0.5, -0.5) < annihilation_factors(t, 0.5, 0.5))


def test_fermi_polynomials_against_the_series() -> None:
    k = np.arange(1, 400)
    w = 0.6
    for row, order in zip(fermi_polynomials(), (2, 3, 4), strict=True):
        exact = np.sum(-((-w) ** k) / k**order)
        assert w * np.polynomial.polynomial.polyval(w, row) == pytest.approx(exact, rel=1e-12)


def test_log_table_is_exact_for_cubics() -> None:
    x = np.linspace(-1.0, 2.0, 31)
    table = LogTable.through(x, np.stack([x**3, 1 - x], axis=-1))
    y = np.array([-0.77, 0.333, 1.9])
    np.testing.assert_allclose(table(np.exp(y)), np.stack([y**3, 1 - y], axis=-1), atol=1e-12)
