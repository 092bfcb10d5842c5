"""Cells of a star in its plasma: exact means across resonances, parts, and where energies and chords are placed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from feebly import models
from feebly.environments import StarProfile
from feebly.models import VectorModel
from feebly.rates.stellar.charge_table import ELECTRIC, aligned, charges_at, summed
from feebly.rates.stellar.plasma_rates import (
    MODES,
    STATES,
    PlasmaMatter,
    PlasmaOptions,
    plasma_matter,
    real_response,
    resonance_energies,
)
from feebly.transport.cells import bend, energies
from feebly.transport.plasma_cells import PlasmaCells, plasma_cells, resonance_edges, resonance_shells
from feebly.transport.rays import ChordGrid, Resolution, chord_grid
from feebly.units import KM

MODELS = [models.dark_photon(), models.b_minus_l(), models.chargephobic(), models.lmu_ltau()]
OPTIONS = PlasmaOptions(pions="off")
MASS = 12.0


@pytest.fixture(scope="module")
def grid(toy: StarProfile) -> ChordGrid:
    return chord_grid(toy, 25 * KM, Resolution(knots=24, chords=6, energies=8))


@pytest.fixture(scope="module")
def matter(grid: ChordGrid) -> PlasmaMatter:
    return plasma_matter(grid.medium, OPTIONS)


@pytest.fixture(scope="module")
def both(grid: ChordGrid, matter: PlasmaMatter) -> tuple[PlasmaCells, PlasmaCells]:
    return plasma_cells(MASS, matter, grid.interval, energies(MASS, grid.medium, 8))


def brute_mean(
    mode: PlasmaCells, model: VectorModel, matter: PlasmaMatter, interval: NDArray[np.intp], w: int
) -> np.ndarray:
    """Mean of the absorption rate over each cell (M,) by 4e4 points: smooth parts and Re Pi linear, Im Pi constant."""
    charges, energy = charges_at(model, MASS), mode.at.local
    left, own = aligned(charges), charges.get("e-", 0.0)
    plasma2 = {name: x[:, None] for name, x in matter.plasma2.items()}
    response = real_response(energy, MASS, mode.rates.mode, plasma2)
    table = summed(mode.rates.absorbed.values())
    mixed = sum((ELECTRIC[s] * left.get(s, 0.0) * x for s, x in response.items()), np.zeros_like(energy))
    crossed = np.asarray(table.between(ELECTRIC, left)) * np.ones_like(energy)
    photon = mode.rates.photon(energy)
    z = (mixed + 1j * photon * crossed / table.rate(ELECTRIC)) / MASS**2 - own
    plain = table.rate(left) * np.ones_like(energy)
    linear = 2 * np.conj(crossed) * z
    square = table.rate(ELECTRIC) * np.abs(z) ** 2
    s = (np.arange(40000) + 0.5) / 40000

    def between(values: np.ndarray, m: int) -> np.ndarray:
        return values[interval[m], w] * (1 - s) + values[interval[m] + 1, w] * s

    real = np.asarray(sum(response.values()))
    found = np.zeros(interval.size)
    for m in range(interval.size):
        gap = (photon[interval[m], w] + photon[interval[m] + 1, w]) / 2
        xi = MASS**2 / (MASS**2 - between(real, m) - 1j * gap)
        rate = between(plain, m) + (between(linear, m) * xi).real + between(square, m) * np.abs(xi) ** 2
        found[m] = rate.mean()
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
@pytest.mark.parametrize("k", [0, 1], ids=MODES)
def test_means_of_the_cells_are_exact_across_resonances(
    both: tuple[PlasmaCells, PlasmaCells], matter: PlasmaMatter, grid: ChordGrid, model: VectorModel, k: int
) -> None:
    """2e-5: the points of the brute force in the narrowest resonance."""
    mode = both[k]
    cell = mode.of(charges_at(model, MASS))
    per_speed = (mode.at.local / mode.at.momentum).T
    crossings = 0
    for w in (1, 4, 6):
        ends = [
            side[w] / per_speed[w, grid.interval + shift] / mode.bend[w]
            for side, shift in ((cell.inner, 0), (cell.outer, 1))
        ]
        expected = brute_mean(mode, model, matter, grid.interval, w)
        assert (ends[0] + ends[1]) / 2 == pytest.approx(expected, rel=2e-5)
        exists = np.isfinite(resonance_energies(MASS, mode.rates.mode, matter.plasma2))
        crossings += int(np.sum(exists[1:] != exists[:-1]))
    assert crossings > 0


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_every_cell_is_in_thermal_equilibrium(
    both: tuple[PlasmaCells, PlasmaCells], model: VectorModel
) -> None:
    """What a cell emits over a black body of one state is the number of states, to 1e-10."""
    for mode in both:
        cell = mode.of(charges_at(model, MASS))
        absorbs = cell.inner + cell.outer > 0
        assert absorbs.any()
        expected = np.where(absorbs, STATES[mode.rates.mode], 0.0)
        assert cell.share.sum(axis=-1) == pytest.approx(expected, rel=1e-10)


def test_summed_processes_are_the_sum(both: tuple[PlasmaCells, PlasmaCells]) -> None:
    for mode in both:
        apart = mode.of(charges_at(models.b_minus_l(), MASS))
        together = mode.of(charges_at(models.b_minus_l(), MASS), parts=False)
        assert together.processes == ("all",)
        assert np.array_equal(apart.inner, together.inner)
        assert together.share[..., 0] == pytest.approx(apart.share.sum(axis=-1), rel=1e-12)


def test_the_printed_recipe_emits_more_than_it_may(grid: ChordGrid) -> None:
    matter = plasma_matter(grid.medium, replace(OPTIONS, bremsstrahlung="paper", compton="off"))
    for mode in plasma_cells(MASS, matter, grid.interval, energies(MASS, grid.medium, 8)):
        cell = mode.of(charges_at(models.dark_photon(), MASS))
        excess = cell.share.sum(axis=-1) / STATES[mode.rates.mode]
        assert np.all(excess > 1)
        assert np.max(excess) > 5


def test_outside_decays_are_counted_apart(both: tuple[PlasmaCells, PlasmaCells]) -> None:
    neutrino = {"nu_mu": 1.0 + 0j}
    for mode in both:
        assert np.all(mode.of(neutrino).inner > 0)
        left = mode.without_decays()
        assert not any("coalescence" in name for name in left.rates.absorbed)
        assert np.all(left.of(neutrino).inner == 0)
        assert np.all(left.of(charges_at(models.dark_photon(), MASS)).inner > 0)


def test_photons_bend_the_cells(both: tuple[PlasmaCells, PlasmaCells], grid: ChordGrid) -> None:
    for mode in both:
        kappa = -(mode.rates.photon(mode.at.local) / mode.at.momentum).T
        assert mode.bend == pytest.approx(bend(kappa, grid.interval), rel=1e-12)
        assert np.all((mode.bend > 0) & (mode.bend <= 1))


# --- where energies and chords go ----------------------------------------------------------


@pytest.mark.parametrize("mass", [3.0, 8.0, 12.0])
def test_energies_break_where_a_resonance_leaves_a_smooth_piece(toy: StarProfile, mass: float) -> None:
    """On both sides of the kink at 10 km and at the surface; in between resonances run off to m or to infinity."""
    grid = chord_grid(toy, 25 * KM, Resolution())
    matter = plasma_matter(grid.medium, replace(OPTIONS, compton="off"))
    ends = toy.sample(np.array([1e-3, 10 * (1 - 1e-9), 25.0]) * KM)
    at_ends = plasma_matter(ends, replace(OPTIONS, compton="off"))
    expected = np.concatenate([resonance_energies(mass, mode, at_ends.plasma2) for mode in MODES])
    expected = expected[np.isfinite(expected)]
    edges = np.array(resonance_edges(mass, matter))
    assert edges.size > 0
    assert edges.tolist() == sorted(edges)
    for energy in expected:
        assert np.min(np.abs(edges / energy - 1)) < 1e-4
    # and no others, but wings
    assert all(np.min(np.abs(e / expected - 1)) < 1e-4 for e in edges)


def test_no_resonance_no_edges(toy: StarProfile, matter: PlasmaMatter) -> None:
    assert resonance_edges(100.0, matter) == []
    assert resonance_shells(100.0, matter) == []


def test_homogeneous_shells_have_wings(shells: StarProfile) -> None:
    """Without gravity all of a shell is resonant at one energy: wider and wider intervals about it are edges."""
    star = shells.without_lapse()
    grid = chord_grid(star, 20 * KM, Resolution())
    matter = plasma_matter(grid.medium, replace(OPTIONS, compton="off"))
    edges = np.array(resonance_edges(10.0, matter))
    lines = np.concatenate([resonance_energies(10.0, mode, matter.plasma2) for mode in MODES])
    lines = np.unique(lines[np.isfinite(lines)].round(6))
    assert 2 <= lines.size <= 12
    for line in lines:
        offset = edges - line
        assert any(
            all(np.any(np.isclose(offset, f * d, rtol=1e-3)) for f in (-6, -1, 6, 36))
            for d in offset[offset > 1e-6]
        )


def test_shells_that_shine_are_bracketed(toy: StarProfile) -> None:
    """A fast transverse state is resonant where 3/2 of the electrons' w_p^2 and the slow gases reach m^2."""
    grid = chord_grid(toy, 25 * KM, Resolution())
    matter = plasma_matter(grid.medium, replace(OPTIONS, compton="off"))
    radii = resonance_shells(8.0, matter)
    fast = np.asarray(sum(matter.plasma2.values())) + matter.plasma2["e-"] / 2
    exact = float(np.interp(-64.0, -fast[1:], grid.medium.radius[1:]))
    assert radii == sorted(radii)
    assert any(low <= exact <= high for low, high in pairwise(radii))
    width = max(b - a for a, b in pairwise(radii))
    assert 0 < width < 5 * KM
