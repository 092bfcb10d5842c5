"""Pion tables of a star against the direct rates, also where the charges nearly cancel."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.constants import PION_MASS
from feebly.environments import Medium
from feebly.environments.embedded_stars import raffelt
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.rates.stellar.pion_conversion import PionMatter, pion_conversion
from feebly.rates.stellar.pion_table import PionTable, pion_table
from feebly.units import KM

CHARGES = [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0), (1.0, 0.7), (0.4 + 0.2j, 1.0 - 0.3j)]
RADIUS = np.array([0.0, 5.0, 10.0, 10.0, 20.0])


def _matter(left_out: np.ndarray | None = None) -> PionMatter:
    """Two homogeneous shells, hot and cold."""
    parts = [np.array([a] * 3 + [b] * 2) for a, b in ((32.0, 7.0), (-20.0, -18.0), (25.0, 1.0), (1.3, 1.3))]
    return PionMatter(*parts, np.full(5, 939.0), left_out)


@pytest.fixture(scope="module")
def medium() -> Medium:
    return Medium(RADIUS, _matter().temperature, {}, np.ones(5))


@pytest.fixture(scope="module")
def table(medium: Medium) -> PionTable:
    return pion_table(_matter(), medium)


def _compare(table: PionTable, m: float, energy: np.ndarray, at: np.ndarray, tolerance: float) -> None:
    """All charges and modes, where the rate is more than 1 % of that far above the threshold."""
    found, direct = table.reduced(m, energy), pion_conversion(m, energy[at], table.matter.at(at))
    plateau = pion_conversion(m, np.full((at.size, 1), 400.0), table.matter.at(at)).transverse
    matters = direct.transverse.rate(1.0, 0.0) > 0.01 * plateau.rate(1.0, 0.0)
    assert matters.any()
    for charges in CHARGES:
        for mode in ("transverse", "longitudinal"):
            a, b = getattr(found, mode).rate(*charges)[at], getattr(direct, mode).rate(*charges)
            np.testing.assert_allclose(
                a[matters], b[matters], rtol=tolerance, err_msg=f"{m} {mode} {charges}"
            )


@pytest.mark.parametrize("m", [1e-3, 10.0, 60.0, 100.0, 150.0, 250.0, 278.0])
def test_table_follows_the_direct_rate(table: PionTable, m: float) -> None:
    energy = m + np.outer(np.ones(5), [5.0, 20.0, 40.0, 80.0, 110.0, 140.0, 200.0, 350.0, 600.0])
    _compare(table, m, energy, np.arange(5), 0.03)


def test_threshold_region_is_followed(table: PionTable) -> None:
    """Just above rest, where a vector of 130 MeV needs fast neutrons in the cold shell."""
    _compare(table, 130.0, 130.0 + np.outer(np.ones(5), [0.1, 1.0, 3.0]), np.arange(5), 0.15)


def test_rates_are_positive_forms(table: PionTable) -> None:
    rng = np.random.default_rng(0)
    rate = table.reduced(30.0, np.outer(np.ones(5), [110.0, 160.0, 300.0, 700.0]))
    for mode in (rate.transverse, rate.longitudinal):
        for _ in range(20):
            charges = rng.normal(size=4).view(complex)
            assert np.all(mode.rate(charges[0], charges[1]) > 0)


def test_far_below_threshold_there_is_nothing(table: PionTable) -> None:
    rate = table.reduced(1.0, np.full((5, 1), 20.0)).summed
    assert np.all(rate.rate(1.0, -1.0) == 0)


def test_light_vectors_scale(table: PionTable) -> None:
    energy = np.full((5, 1), 200.0)
    light, lighter = (table.reduced(m, energy) for m in (1e-3, 1e-6))
    np.testing.assert_allclose(light.transverse.rate(1.0, 0.3), lighter.transverse.rate(1.0, 0.3), rtol=1e-3)
    ratio = light.longitudinal.rate(1.0, 0.3) / lighter.longitudinal.rate(1.0, 0.3)
    np.testing.assert_allclose(ratio, 1e6, rtol=1e-3)


def test_left_out_radii_have_no_rate(medium: Medium) -> None:
    """The hot shell beyond its first knot; the others are as without it."""
    left_out = np.array([False, True, True, False, False])
    some = pion_table(_matter(left_out), medium)
    energy = np.full((5, 2), 250.0)
    rate = some.reduced(10.0, energy).transverse.rate(1.0, 0.2)
    assert np.all(rate[left_out] == 0)
    _compare(some, 10.0, energy, np.array([0, 3, 4]), 0.03)
    none = pion_table(_matter(np.ones(5, dtype=bool)), medium)
    assert np.all(none.reduced(10.0, energy).transverse.rate(1.0, 0.2) == 0)


def test_bad_input_is_refused(table: PionTable) -> None:
    with pytest.raises(OutOfDomainError, match="Possible: masses below 279"):
        table.reduced(2 * PION_MASS, np.full((5, 1), 500.0))
    with pytest.raises(InvalidValueError, match="cannot have less energy"):
        table.reduced(100.0, np.full((5, 1), 90.0))


@pytest.mark.slow
def test_smooth_star() -> None:
    """Between the rows of a star with a gradient, B-L included."""
    medium = raffelt().sample(np.linspace(0.0, 25.0, 120) * KM)
    table = pion_table(PionMatter.of(medium), medium)
    for m in (1.0, 60.0, 150.0):
        energy = m + medium.temperature[:, None] * np.array([2.0, 4.0, 6.0])
        _compare(table, m, energy, np.arange(4, 120, 14), 0.04)
