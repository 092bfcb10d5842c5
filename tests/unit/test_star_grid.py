"""Rows and Chebyshev series that the tables of a star share."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.environments import Medium
from feebly.rates.base import ENERGY_SPAN
from feebly.rates.stellar.star_grid import (
    chebyshev_matrix,
    chebyshev_nodes,
    chebyshev_polynomials,
    energy_span,
    rows_of,
)


def test_a_jump_keeps_both_sides() -> None:
    radius = np.concatenate([np.linspace(0, 4, 41), np.linspace(4, 9, 51)])
    values = np.where(np.arange(92) < 41, radius, 100 - radius)
    rows = rows_of(radius, values[None], 6)
    np.testing.assert_allclose(rows.at_radii(values[rows.kept]), values, rtol=1e-12)
    assert rows.kept.tolist() == [0, 40, 41, 91]


def test_rows_go_where_the_state_bends() -> None:
    radius = np.linspace(0, 1, 200)
    state = np.exp(-np.maximum(radius - 0.6, 0) * 8)[None]
    rows = rows_of(radius, state, 20, tolerance=0.01)
    assert 6 < rows.kept.size < 20
    assert np.sum(radius[rows.kept] < 0.55) <= 2
    assert np.abs(rows.at_radii(state[0, rows.kept]) - state[0]).max() < 0.01
    assert rows_of(radius, state, 2, tolerance=0.01).kept.size == 4


def test_further_rows_are_kept() -> None:
    rows = rows_of(np.linspace(0, 1, 50), np.zeros((1, 50)), 4, also=np.array([17, 18]))
    assert rows.kept.tolist() == [0, 17, 18, 49]


def test_values_may_have_more_dimensions() -> None:
    radius = np.linspace(0, 1, 20)
    rows = rows_of(radius, np.stack([radius**2, radius]), 3)
    values = radius[:, None, None] * np.arange(1.0, 7.0).reshape(2, 3)
    np.testing.assert_allclose(rows.at_radii(values[rows.kept]), values, atol=1e-14)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_few_radii(size: int) -> None:
    radius = np.arange(float(size))
    rows = rows_of(radius, radius[None] ** 2, 16)
    np.testing.assert_array_equal(rows.at_radii(radius[rows.kept]), radius)


def test_span_grows_with_the_mass_where_there_is_gravity() -> None:
    medium = Medium(np.array([0.0, 2.0]), np.array([10.0, 12.0]), {}, np.array([0.5, 1.0]))
    assert energy_span(0.0, medium) == pytest.approx(ENERGY_SPAN * 12 / 0.5)
    assert energy_span(30.0, medium) - energy_span(0.0, medium) == pytest.approx(30.0)


def test_chebyshev_series_converge() -> None:
    x = np.linspace(0, 1, 30)
    for count, tolerance in ((6, 1e-4), (12, 1e-11)):
        series = chebyshev_matrix(count) @ np.exp(chebyshev_nodes(count))
        assert np.abs(chebyshev_polynomials(x, count) @ series - np.exp(x)).max() < tolerance


def test_beyond_the_ends_series_are_constant() -> None:
    ends = chebyshev_polynomials(np.array([0.0, 1.0]), 5)
    np.testing.assert_array_equal(chebyshev_polynomials(np.array([-3.0, 2.0]), 5), ends)
