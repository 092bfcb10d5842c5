"""Chords, path weights, and the Laplace form of ballistic transport against direct quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import plain_rates
from feebly.environments import StarProfile
from feebly.environments.pns_stars import pns_1s
from feebly.errors import InvalidValueError
from feebly.limits import solve
from feebly.models import VectorModel, lmu_ltau
from feebly.probes import SupernovaCooling
from feebly.testing.direct import direct_luminosity
from feebly.transport.ballistic import emission
from feebly.transport.cells import cells, energies
from feebly.transport.depths import depth_bins
from feebly.transport.rays import Resolution, chord_grid, interval_weights
from feebly.units import ERG, KM, SECOND

UNIT = ERG / SECOND


@given(st.floats(0.01, 9.99), st.lists(st.floats(0.1, 9.9), min_size=1, max_size=5))
def test_path_weights_integrate_linear_functions_exactly(impact: float, inner: list[float]) -> None:
    knots = np.array([0.0, *sorted(inner), 10.0])
    low, up = interval_weights(np.array([10.0]), np.array([impact]), knots)
    u = np.sqrt(100 - impact**2)
    for values, exact in (
        (np.ones_like(knots), u),
        (knots, 0.5 * (10 * u + impact**2 * np.log((10 + u) / impact))),
    ):
        assert (low @ values[:-1] + up @ values[1:])[0] == pytest.approx(exact, rel=1e-9)


def test_path_weights_through_the_centre_and_at_a_jump() -> None:
    knots = np.array([0.0, 4.0, 4.0, 10.0])
    low, up = interval_weights(np.array([10.0]), np.array([0.0]), knots)
    values = np.array([1.0, 1.0, 3.0, 3.0])
    assert (low @ values[:-1] + up @ values[1:])[0] == pytest.approx(4 + 18)


def test_chords_cover_the_disc(toy: StarProfile, shells: StarProfile) -> None:
    for star in (toy, shells):
        grid = chord_grid(star, star.neutrinosphere, Resolution())
        assert grid.area.sum() == pytest.approx(star.neutrinosphere**2 / 2, rel=1e-4)
        assert np.all(np.diff(grid.medium.radius) >= 0)
    with pytest.raises(InvalidValueError, match="25 km"):
        chord_grid(toy, 26 * KM, Resolution())


def test_resolution_is_checked() -> None:
    with pytest.raises(InvalidValueError, match="at least"):
        Resolution(knots=2)
    with pytest.raises(InvalidValueError, match="power of two"):
        Resolution(bins=6)


@given(st.floats(1e-12, 1e12), st.sampled_from([2, 4, 8, 16]))
def test_depth_bins_hold_what_they_say(top: float, per_octave: int) -> None:
    shift, first, middle = depth_bins(top, per_octave)
    tau = top * np.geomspace(1e-17, 1, 50)
    number = (tau.view(np.int64) >> shift) - first
    assert np.all((number >= 0) & (number < middle.size))
    assert np.abs(tau / middle[number] - 1).max() <= 1 / per_octave / 2 + 1e-12


@pytest.mark.parametrize(
    ("mass", "scale"), [(1.0, 1e-12), (10.0, 3e-9), (10.0, 1e-7), (10.0, 1e-6), (100.0, 1e-12), (100.0, 5e-9)]
)
@pytest.mark.parametrize("lapse", ["off", "on"])
def test_transport_is_the_direct_quadrature(
    mass: float, scale: float, lapse: str, shells: StarProfile, toy: StarProfile, model: VectorModel
) -> None:
    star = shells if lapse == "on" else toy
    place = star if lapse == "on" else star.without_lapse()
    probe = SupernovaCooling(star=star, compton="nr", lapse=lapse)  # type: ignore[arg-type]
    fast = probe.prepare(model, mass).evaluate([scale]).value[0] / UNIT
    rates = plain_rates(model, mass)
    nodes = {"radii": 20, "directions": 10, "steps": 5} if lapse == "on" else {"radii": 24, "steps": 8}
    slow = (
        direct_luminosity(rates, place, star.neutrinosphere, mass, scale, crowding=4.0, energies=32, **nodes)
        / UNIT
    )
    assert slow > 1e50 or scale < 1e-11
    assert fast == pytest.approx(slow, rel=1.5e-3)


def test_opaque_star_is_a_black_body(toy_nr: SupernovaCooling, model: VectorModel) -> None:
    """Kirchhoff: three polarisations at the surface temperature, whatever the rates."""
    star = toy_nr.star
    t, r = float(star.temperature[-1]), float(star.radius[-1])
    mass = 0.05
    k = np.geomspace(1e-4, 60 * t, 40000)
    w = np.sqrt(k**2 + mass**2)
    flux = 3 / (8 * np.pi**2) * np.trapezoid(k**3 / w * w / np.expm1(w / t) * w / w, k)
    black_body = 4 * np.pi * r**2 * flux
    assert black_body == pytest.approx(3 * np.pi**2 / 120 * t**4 * 4 * np.pi * r**2, rel=1e-3)
    light = toy_nr.prepare(model, mass).evaluate([1e-2]).value[0]
    assert light == pytest.approx(black_body, rel=4e-3)  # one knot below the surface


def test_transparent_star_is_proportional(toy_nr: SupernovaCooling, model: VectorModel) -> None:
    value = toy_nr.prepare(model, 30.0).evaluate([1e-16, 1e-14, 1e-13]).value
    assert value / value[0] == pytest.approx([1.0, 1e4, 1e6], rel=1e-7)


@pytest.mark.parametrize("star", ["toy", "shells"])
def test_grid_converges_at_second_order(
    star: str, request: pytest.FixtureRequest, model: VectorModel
) -> None:
    profile: StarProfile = request.getfixturevalue(star)
    scale = np.geomspace(1e-11, 1e-5, 13)

    def values(knots: int) -> np.ndarray:
        grid = Resolution(knots=knots, chords=48, energies=32, bins=32)
        probe = SupernovaCooling(star=profile, compton="nr", resolution=grid)
        return probe.prepare(model, 20.0).evaluate(scale).value

    exact = values(1600)
    coarse, fine = (np.abs(values(n) / exact - 1).max() for n in (60, 240))
    order = np.log(coarse / fine) / np.log(4)
    assert fine < 1e-3
    assert order > 1.6 or coarse < 2e-4  # second order; the shells are exact from the start


def test_lapse_redshifts(shells: StarProfile, model: VectorModel) -> None:
    """In a star of constant lapse N the transparent luminosity falls by N^2 (and gains the cut m/N)."""
    from dataclasses import replace

    flat = replace(shells, lapse=np.ones_like(shells.radius))
    deep = replace(shells, lapse=np.full_like(shells.radius, 0.8))
    values = [
        SupernovaCooling(star=s, compton="off").prepare(model, 0.5).evaluate([1e-13]).value[0]
        for s in (flat, deep)
    ]
    assert values[1] / values[0] == pytest.approx(0.64, rel=2e-3)


def test_absorption_at_the_emitted_energy(shells: StarProfile, model: VectorModel) -> None:
    """Without a lapse the two forms agree; with one they share the transparent limit."""
    flat = [
        SupernovaCooling(star=shells, compton="nr", lapse="off", absorption_energy=a)
        for a in ("local", "emitted")
    ]
    a, b = (p.prepare(model, 40.0).evaluate([1e-12, 1e-8]).value for p in flat)
    assert a == pytest.approx(b, rel=1e-5)  # more energies in the second
    bent = [SupernovaCooling(star=shells, compton="nr", absorption_energy=a) for a in ("local", "emitted")]
    for mass in (40.0, 100.0, 300.0):
        a, b = (p.prepare(model, mass).evaluate([1e-13]).value[0] for p in bent)
        assert a == pytest.approx(b, rel=6e-3)  # cells that a threshold cuts
    a, b = (p.prepare(model, 40.0).evaluate([1e-12, 2e-8]).value for p in bent)
    assert a[0] == pytest.approx(b[0], rel=5e-3)  # threshold cells
    assert abs(a[1] / b[1] - 1) < 0.3
    with pytest.raises(InvalidValueError, match="local"):
        bent[1].spectrum(model, 40.0, [1e-10])


def test_spectrum_integrates_to_the_luminosity(shells_nr: SupernovaCooling, model: VectorModel) -> None:
    from dataclasses import replace

    probe = replace(shells_nr, resolution=Resolution(energies=200))
    scale = np.array([1e-12, 1e-8])
    flux = probe.spectrum(model, 30.0, scale)
    total = np.trapezoid(flux.value * flux.energy, flux.energy, axis=1)
    assert total == pytest.approx(probe.prepare(model, 30.0).evaluate(scale).value, rel=2e-3)


def test_free_escape_and_unknown_choices(
    toy: StarProfile, toy_nr: SupernovaCooling, model: VectorModel
) -> None:
    free = SupernovaCooling(star=toy, compton="nr", escape="free")
    signal = free.prepare(model, 20.0).evaluate([1e-12, 1e-7, 1e-3])
    assert signal.value[1] / signal.value[0] == pytest.approx(1e10)
    assert signal.valid.tolist() == [True, False, False]
    assert signal.value[0] == pytest.approx(toy_nr.prepare(model, 20.0).evaluate([1e-12]).value[0], rel=1e-6)
    grid = chord_grid(toy, toy.neutrinosphere, Resolution())
    medium = grid.medium
    at = energies(5.0, medium, 8)
    cell = cells(plain_rates(model, 5.0)(medium, at.local), grid.interval, at, temperature=medium.temperature)
    with pytest.raises(InvalidValueError, match="Possible"):
        emission([cell], grid, at, 2, bins=4, escape="sideways")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="Possible"):
        energies(5.0, medium, 8, absorption_energy="other")  # type: ignore[arg-type]


def test_matter_beyond_the_neutrinosphere_does_not_blur_the_star() -> None:
    """Radii to which matter emits: the floor rises only by decays on the way, 1 % at 100 km."""
    found = [
        solve(SupernovaCooling(star=pns_1s(), compton="nr", r_max_km=r), lmu_ltau(), [50.0]).excluded[0][0]
        for r in (None, 25.0, 100.0)
    ]
    assert found[1][0] == pytest.approx(found[0][0], rel=2e-3)
    assert found[0][0] < found[2][0] < 1.02 * found[0][0]
    assert found[2][1] < found[1][1] < found[0][1]
