"""Tables of the plasma rates of a star: building them once, and a mass at 120 knots and 40 energies."""

from __future__ import annotations

import time

import numpy as np
import pytest

from feebly.environments import Medium
from feebly.environments.embedded_stars import raffelt
from feebly.rates.stellar.lepton_compton import Lepton, compton_absorption
from feebly.rates.stellar.lepton_compton_table import lepton_compton_table
from feebly.rates.stellar.medium_decay import pair_absorption
from feebly.rates.stellar.pion_conversion import PionMatter, pion_conversion
from feebly.rates.stellar.pion_table import pion_table
from feebly.units import KM

pytestmark = pytest.mark.benchmark(group="star-tables")
MASS = 20.0


@pytest.fixture(scope="module")
def medium() -> Medium:
    return raffelt().sample(np.linspace(0.0, 25.0, 120) * KM)


@pytest.fixture(scope="module")
def energy(medium: Medium) -> np.ndarray:
    return MASS + medium.temperature[:, None] * np.geomspace(0.1, 20.0, 40)


@pytest.mark.parametrize("lepton", ["e-", "mu-"])
def test_building_a_compton_table(benchmark, medium: Medium, lepton: Lepton) -> None:  # type: ignore[no-untyped-def]
    """Budget: 3 s."""
    benchmark.pedantic(lepton_compton_table, args=(medium, lepton), rounds=2)
    assert benchmark.stats.stats.min < 3


def test_compton_rates_of_one_mass(benchmark, medium: Medium, energy: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """Budget: 2 ms; 300 times faster than the direct rate."""
    table = lepton_compton_table(medium, "e-")
    benchmark(table.reduced, MASS, energy)
    t, mu = medium.temperature[:, None], medium.potential["e-"][:, None]
    start = time.perf_counter()
    compton_absorption(energy, MASS, temperature=t, potential=mu)
    direct = time.perf_counter() - start
    assert benchmark.stats.stats.median < 2e-3
    assert direct / benchmark.stats.stats.median > 300


def test_building_a_pion_table(benchmark, medium: Medium) -> None:  # type: ignore[no-untyped-def]
    """Budget: 3 s."""
    benchmark.pedantic(pion_table, args=(PionMatter.of(medium), medium), rounds=2)
    assert benchmark.stats.stats.min < 3


def test_pion_rates_of_one_mass(benchmark, medium: Medium, energy: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """Budget: 3 ms for six coefficients; 50 times faster than the direct rate."""
    matter = PionMatter.of(medium)
    table = pion_table(matter, medium)
    benchmark(table.reduced, MASS, energy)
    start = time.perf_counter()
    pion_conversion(MASS, energy, matter)
    direct = time.perf_counter() - start
    assert benchmark.stats.stats.median < 3e-3
    assert direct / benchmark.stats.stats.median > 50


def test_decays_in_the_medium(benchmark, medium: Medium, energy: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """Budget: 4 ms for 4800 states."""
    t, mu = medium.temperature[:, None], medium.potential["nu_e"][:, None]
    benchmark(pair_absorption, energy, MASS, temperature=t, potential=mu)
    assert benchmark.stats.stats.min < 4e-3
