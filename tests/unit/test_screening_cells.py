"""Means of xi and |xi|^2 over cells: quadrature, narrow resonances, jumps, limits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.arrays import Array, ComplexArray
from feebly.errors import InvalidValueError
from feebly.rates.stellar.polarisation import screening
from feebly.rates.stellar.screening_cells import screening_cells

MASS = 10.0


@dataclass(frozen=True)
class Integrals:
    """int dr xi f and int dr |xi|^2 f (...) for f linear between the radii."""

    linear: ComplexArray
    square: Array


def integrals(radius: Array, rate: Array, real: Array, imaginary: Array) -> Integrals:
    """Sums over the cells; all but the radius may have a second axis."""
    cells = screening_cells(real[:-1], real[1:], imaginary, mass=MASS)
    half = np.diff(radius).reshape(-1, *(1,) * (real.ndim - 1)) / 2
    rate = rate.reshape(-1, *(1,) * (real.ndim - 1))
    return Integrals(
        np.sum(half * (cells.inner * rate[:-1] + cells.outer * rate[1:]), axis=0),
        np.sum(half * (cells.inner_square * rate[:-1] + cells.outer_square * rate[1:]), axis=0),
    )


@pytest.mark.parametrize("gap", [1e3, 30.0, 1.0, 1e-3])
@pytest.mark.parametrize(
    ("first", "last"), [(50.0, 260.0), (260.0, 50.0), (120.0, 121.0), (100.0, 100.0), (400.0, 900.0)]
)
def test_a_cell_against_quadrature(first: float, last: float, gap: float) -> None:
    """rate (2 + 3 r) over one cell, against quad split at the resonance."""
    radius = np.array([0.5, 2.5])
    found = integrals(radius, 2 + 3 * radius, np.array([first, last]), np.array([-gap]))

    def pi(r: float) -> complex:
        return first + (last - first) * (r - 0.5) / 2 - 1j * gap

    points = [0.5, 2.5]
    if (first - MASS**2) * (last - MASS**2) < 0:
        middle = 0.5 + 2 * (MASS**2 - first) / (last - first)
        width = gap / abs(last - first) * 2
        about = middle + width * np.array([-1e3, -30, -3, -0.3, 0, 0.3, 3, 30, 1e3])
        points = sorted({0.5, 2.5, *np.clip(about, 0.5, 2.5).tolist()})

    def integral(part: str) -> float:
        def f(r: float) -> float:
            xi = complex(screening(pi(r), MASS))
            return (2 + 3 * r) * {"real": xi.real, "imag": xi.imag, "square": abs(xi) ** 2}[part]

        return sum(quad(f, a, b, epsabs=0, epsrel=1e-11, limit=200)[0] for a, b in pairwise(points))

    assert float(found.square) == pytest.approx(integral("square"), rel=1e-8)
    linear = complex(found.linear)
    size = abs(linear)
    assert linear.real == pytest.approx(integral("real"), rel=1e-8, abs=1e-8 * size)
    assert linear.imag == pytest.approx(integral("imag"), rel=1e-8, abs=1e-8 * size)


def test_narrow_resonances_keep_their_strength() -> None:
    """int dr |xi|^2 |Im Pi| -> pi m^4 / |d Re Pi / dr|, independent of the width and of the cells."""
    for cells in (1, 3, 50):
        r = np.linspace(0.0, 4.0, cells + 1)
        for width in (1e-2, 1e-6, 1e-12):
            found = integrals(r, np.ones_like(r), 40.0 * r, np.full(cells, -width))
            assert width * float(found.square) == pytest.approx(np.pi * MASS**4 / 40.0, rel=5 * width)


@pytest.mark.parametrize(("first", "last"), [(50.0, 150.0), (300.0, 80.0), (99.0, 500.0)])
def test_narrow_resonances_are_where_the_real_part_is_the_mass(first: float, last: float) -> None:
    """The mean of s |xi|^2 over that of |xi|^2 is the place of Re Pi = m^2 in the cell."""
    cell = screening_cells(np.array([first]), np.array([last]), np.array([-1e-9]), mass=MASS)
    place = cell.outer_square / (cell.inner_square + cell.outer_square)
    assert float(place[0]) == pytest.approx((MASS**2 - first) / (last - first), rel=1e-8)


def test_a_resonance_on_a_knot_belongs_half_to_each_cell() -> None:
    real, width = np.array([20.0, 100.0, 180.0]), 1e-6
    cell = screening_cells(real[:-1], real[1:], np.full(2, -width), mass=MASS)
    strength = (cell.inner_square + cell.outer_square) / 2 * width
    assert strength == pytest.approx(np.pi * MASS**4 / 80.0 / 2, rel=1e-7)


def test_cells_add_up_and_jumps_count_nothing() -> None:
    real = np.array([20.0, 90.0, 90.0, 300.0])
    whole = integrals(np.array([0.0, 1.0, 1.0, 4.0]), np.ones(4), real, np.full(3, -2.0))
    again = integrals(np.array([0.0, 1.0, 4.0]), np.ones(3), real[[0, 1, 3]], np.full(2, -2.0))
    split = integrals(
        np.array([0.0, 1.0, 2.0, 4.0]), np.ones(4), np.array([20.0, 90.0, 160.0, 300.0]), np.full(3, -2.0)
    )
    for other in (again, split):
        assert float(whole.square) == pytest.approx(float(other.square), rel=1e-13)
        assert complex(whole.linear) == pytest.approx(complex(other.linear), rel=1e-13)


def test_many_energies_at_once_equal_one_by_one() -> None:
    r = np.linspace(0.0, 2.0, 7)
    real = np.outer(np.linspace(10.0, 300.0, 7), [0.5, 1.0, 2.0])
    imaginary = -np.outer(np.ones(6), [1e-4, 1.0, 50.0])
    together = integrals(r, 1 + r, real, imaginary)
    for column in range(3):
        alone = integrals(r, 1 + r, real[:, column], imaginary[:, column])
        assert together.square[column] == pytest.approx(float(alone.square), rel=1e-14)
        assert together.linear[column] == pytest.approx(complex(alone.linear), rel=1e-14)


def test_without_plasma_all_means_are_one() -> None:
    cells = screening_cells(np.zeros(2), np.zeros(2), np.zeros(2), mass=MASS)
    for part in (cells.inner, cells.outer, cells.inner_square, cells.outer_square):
        np.testing.assert_allclose(part, [1.0, 1.0], rtol=1e-14)


def test_a_resonance_without_width_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no width"):
        screening_cells(np.array([50.0]), np.array([150.0]), np.zeros(1), mass=MASS)
