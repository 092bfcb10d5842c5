"""Compton tables of a star against the direct rates."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.constants import MUON_MASS
from feebly.environments import Medium
from feebly.environments.embedded_stars import raffelt
from feebly.errors import InvalidValueError
from feebly.rates.stellar.lepton_compton import Lepton, compton_absorption
from feebly.rates.stellar.lepton_compton_table import LeptonComptonTable, lepton_compton_table
from feebly.rates.stellar.semi_compton import reduced_full
from feebly.units import KM

TEMPERATURE = np.array([33.0, 33.0, 33.0, 7.0, 7.0])
POTENTIAL = {"e-": np.array([115.0] * 3 + [41.0] * 2), "mu-": np.array([110.0] * 3 + [41.0] * 2)}
FINE = (14, 36, 18)


@pytest.fixture(scope="module")
def shells_medium() -> Medium:
    """Two homogeneous shells: the radius of the jump stands twice."""
    return Medium(np.array([0.0, 5.0, 10.0, 10.0, 20.0]), TEMPERATURE, POTENTIAL, np.ones(5))


@pytest.fixture(scope="module")
def tables(shells_medium: Medium) -> dict[Lepton, LeptonComptonTable]:
    return {
        "e-": lepton_compton_table(shells_medium, "e-"),
        "mu-": lepton_compton_table(shells_medium, "mu-"),
    }


@pytest.mark.parametrize("lepton", ["e-", "mu-"])
@pytest.mark.parametrize("m", [1e-3, 1.0, 12.0, 70.0, 300.0])
def test_table_follows_the_direct_rate(
    tables: dict[Lepton, LeptonComptonTable], lepton: Lepton, m: float
) -> None:
    """At energies of particles that the shells make; also on both sides of the jump."""
    energy = m + TEMPERATURE[:, None] * np.array([0.5, 1.0, 2.0, 3.0, 5.0, 7.0])
    rate = tables[lepton].reduced(m, energy)
    t, mu = TEMPERATURE[:, None], POTENTIAL[lepton][:, None]
    direct = compton_absorption(energy, m, temperature=t, potential=mu, lepton=lepton, nodes=FINE)
    transverse = 0.02 if m < 50 else 0.05
    np.testing.assert_allclose(
        rate.transverse, direct.transverse, rtol=transverse if lepton == "e-" else 0.005
    )
    longitudinal = 0.02 if m > 5 else 0.08  # of light vectors it hardly counts
    np.testing.assert_allclose(
        rate.longitudinal,
        direct.longitudinal,
        rtol=max(longitudinal, transverse) if lepton == "e-" else 0.01,
    )


def test_equal_states_have_equal_rates(tables: dict[Lepton, LeptonComptonTable]) -> None:
    rate = tables["e-"].reduced(10.0, np.full((5, 1), 50.0)).transverse[:, 0]
    np.testing.assert_allclose(rate[:3], rate[0], rtol=1e-12)
    np.testing.assert_allclose(rate[3:], rate[3], rtol=1e-12)
    assert rate[0] > 2 * rate[3]


def test_muons_add_up_to_the_semi_compton_rate(tables: dict[Lepton, LeptonComptonTable]) -> None:
    m = 40.0
    energy = m + TEMPERATURE[:, None] * np.array([0.5, 2.0, 5.0])
    full = reduced_full(m, TEMPERATURE, POTENTIAL["mu-"], energy)
    np.testing.assert_allclose(tables["mu-"].reduced(m, energy).summed, full, rtol=5e-3)


def test_light_vectors_scale(tables: dict[Lepton, LeptonComptonTable]) -> None:
    """The transverse rate has a limit, the longitudinal one goes with the mass squared."""
    energy = np.full((5, 1), 60.0)
    light, lighter = (tables["e-"].reduced(m, energy) for m in (1e-3, 1e-6))
    np.testing.assert_allclose(light.transverse, lighter.transverse, rtol=1e-3)
    np.testing.assert_allclose(light.longitudinal / lighter.longitudinal, 1e6, rtol=1e-3)


def test_states_of_slow_vectors_are_alike(tables: dict[Lepton, LeptonComptonTable]) -> None:
    for m in (20.0, 200.0):
        rate = tables["mu-"].reduced(m, np.full((5, 1), m * (1 + 1e-9)))
        np.testing.assert_allclose(rate.longitudinal, rate.transverse, rtol=0.01)


def test_heavy_vectors_are_computed(tables: dict[Lepton, LeptonComptonTable]) -> None:
    """Above the end of the table; continuous there."""
    energy = np.full((5, 1), 600.0)
    below, above = (tables["mu-"].reduced(m, energy) for m in (499.999, 500.001))
    np.testing.assert_allclose(below.transverse, above.transverse, rtol=5e-3)
    np.testing.assert_allclose(below.longitudinal, above.longitudinal, rtol=1e-2)
    beyond = tables["mu-"].reduced(2 * MUON_MASS + 500, np.full((5, 1), 800.0))
    direct = compton_absorption(
        800.0, 2 * MUON_MASS + 500, temperature=33.0, potential=110.0, lepton="mu-", nodes=FINE
    )
    assert float(beyond.transverse[0, 0]) == pytest.approx(float(direct.transverse), rel=0.01)


def test_energies_below_the_mass_are_refused(tables: dict[Lepton, LeptonComptonTable]) -> None:
    with pytest.raises(InvalidValueError, match="cannot have less energy"):
        tables["e-"].reduced(70.0, np.full((5, 1), 60.0))


@pytest.mark.slow
@pytest.mark.parametrize("lepton", ["e-", "mu-"])
def test_smooth_star(lepton: Lepton) -> None:
    """Between the rows of a star with a gradient: 120 knots, a sixth of them in the table."""
    medium = raffelt().sample(np.linspace(0.0, 25.0, 120) * KM)
    table = lepton_compton_table(medium, lepton)
    at = np.arange(4, 120, 14)
    t, mu = medium.temperature[at, None], medium.potential[lepton][at, None]
    for m in (0.5, 5.0, 30.0):
        energy = m + medium.temperature[:, None] * np.array([0.7, 1.5, 3.0, 5.0])
        rate = table.reduced(m, energy)
        direct = compton_absorption(energy[at], m, temperature=t, potential=mu, lepton=lepton, nodes=FINE)
        np.testing.assert_allclose(rate.transverse[at], direct.transverse, rtol=0.03)
        np.testing.assert_allclose(rate.longitudinal[at], direct.longitudinal, rtol=0.02 if m > 1 else 0.05)
