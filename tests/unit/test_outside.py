"""The way from the neutrinosphere to R_far: geometry, decays, gravity, matter beyond the surface."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.environments import StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.transport.outside import outside
from feebly.transport.rays import Resolution, chord_grid
from feebly.units import KM

COARSE = Resolution(knots=30, chords=8, energies=8)


@pytest.mark.parametrize(("surface", "far"), [(25.0, 26.0), (25.0, 1000.0), (18.0, 100.0), (18.0, 20.0)])
def test_weights_add_up_to_the_length_of_the_way(toy: StarProfile, surface: float, far: float) -> None:
    grid = chord_grid(toy, surface * KM, COARSE)
    way = outside(toy, grid, far * KM)
    b = np.append(grid.impact, 0.0)
    expected = np.sqrt((far * KM) ** 2 - b**2) - np.sqrt((surface * KM) ** 2 - b**2)
    assert (way.lower + way.upper).sum(axis=1) == pytest.approx(expected, rel=1e-10)
    assert way.radius[[0, -1]] / KM == pytest.approx([surface, far], rel=1e-12)


@pytest.mark.parametrize("far", [21.0, 100.0, 1000.0])
def test_depth_of_decays_by_quadrature(shells: StarProfile, far: float) -> None:
    """int dl m Gamma / k(r) with E / N(r), N of empty space: error of the linear interpolation."""
    grid = chord_grid(shells, 20 * KM, COARSE)
    way = outside(shells, grid, far * KM)
    mass, width, energy = 50.0, 1e-20, np.array([52.0, 60.0, 300.0])
    depth = way.decay_depth(energy, mass, width)
    horizon = 20 * KM * (1 - float(shells.lapse[-1]) ** 2)
    for n, b in enumerate(np.append(grid.impact, 0.0)):
        for w, e in enumerate(energy):

            def along(length: float, b: float = float(b), e: float = float(e)) -> float:
                local = e / np.sqrt(1 - horizon / np.hypot(length, b))
                return mass * width / np.sqrt(local**2 - mass**2)

            start, end = (np.sqrt((r * KM) ** 2 - b**2) for r in (20.0, far))
            expected = quad(along, start, end, epsrel=1e-9, epsabs=0.0, limit=200)[0]
            assert depth[w, n] == pytest.approx(expected, rel=3e-3)


def test_lapse_of_empty_space_joins_the_profile(shells: StarProfile) -> None:
    grid = chord_grid(shells, 20 * KM, COARSE)
    way = outside(shells, grid, 1000 * KM)
    assert way.lapse[0] == pytest.approx(float(shells.lapse[-1]), rel=1e-12)
    assert np.all(np.diff(way.lapse) > 0)
    # at a distance 1 - N^2 falls as 1/r
    assert (1 - way.lapse[-1] ** 2) * 1000 == pytest.approx((1 - way.lapse[0] ** 2) * 20, rel=1e-9)
    inside = chord_grid(shells, 15 * KM, COARSE)
    joined = outside(shells, inside, 40 * KM)
    jump = np.abs(np.diff(joined.lapse)) / np.maximum(np.diff(joined.radius), 1e-6 * KM)
    assert np.all(np.diff(joined.lapse)[np.diff(joined.radius) == 0] == pytest.approx(0.0, abs=1e-9))
    assert np.max(jump[np.diff(joined.radius) > 0]) < 0.02 / KM


def test_matter_beyond_the_surface_is_the_profile(toy: StarProfile) -> None:
    grid = chord_grid(toy, 20 * KM, COARSE)
    way = outside(toy, grid, 100 * KM)
    assert way.matter is not None
    assert way.matter.radius[[0, -1]] / KM == pytest.approx([20.0, 25.0], rel=1e-12)
    assert way.matter.temperature[0] == pytest.approx(grid.medium.temperature[-1], rel=1e-8)
    count = way.matter_interval.size
    assert way.radius[way.matter_interval[-1] + 1] / KM == pytest.approx(25.0, rel=1e-12)
    # a mean free path that is constant in the matter counts its length only
    depth = way.depth(np.ones((1, count)), np.ones((1, count)))
    b = np.append(grid.impact, 0.0)
    expected = np.sqrt((25 * KM) ** 2 - b**2) - np.sqrt((20 * KM) ** 2 - b**2)
    assert depth[0] == pytest.approx(expected, rel=1e-10)


def test_a_profile_that_ends_at_the_surface_has_no_matter_outside() -> None:
    star = raffelt()
    way = outside(star, chord_grid(star, 25 * KM, COARSE), 100 * KM)
    assert way.matter is None
    assert way.matter_interval.size == 0
