"""Diffusive flux: the integral, the slope of the temperature, the window, options and refusals."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from conftest import plain_rates
from feebly import models
from feebly.arrays import Array
from feebly.cli.app import main
from feebly.environments import Medium, StarProfile
from feebly.errors import (
    FeeblyWarning,
    InvalidValueError,
    OutOfDomainError,
    UnknownNameError,
    UnsupportedModelError,
)
from feebly.limits import solve
from feebly.probes import DiffusiveFlux, SupernovaCooling, configure, prescription, probe_options
from feebly.rates.base import Rates, RateTable
from feebly.transport.diffusive import Diffusion, diffusion, temperature_slope
from feebly.units import ERG, KM, SECOND

RADIUS = 20 * KM


def constant_path(mass: float, length: float) -> Rates:
    """Absorption that gives one mean free path at all energies."""

    def rates(medium: Medium, energy: Array) -> RateTable:
        k = np.sqrt(energy**2 - mass**2)
        return RateTable(medium.radius, energy, np.zeros_like(energy), k / energy / length)

    return rates


def state(star: StarProfile) -> tuple[float, float]:
    """Temperature [MeV] and minus its slope [MeV^2] at the radius."""
    return float(star.sample(np.array([RADIUS])).temperature[0]), -temperature_slope(star, RADIUS)


# --- the flux ------------------------------------------------------------------------------


@pytest.mark.parametrize("states", [1, 3])
def test_massless_flux_is_that_of_radiative_diffusion(toy: StarProfile, states: int) -> None:
    """F = -(lambda / 3) d(a T^4)/dr with a = pi^2 / 30 per state: the printed prefactor is one polarisation."""
    length, (t, slope) = 2 * KM, state(toy)
    flow = diffusion(constant_path(1e-4, length), toy, RADIUS, 1e-4, 2, states=states)
    expected = 4 * np.pi * RADIUS**2 * length / 3 * states * np.pi**2 / 30 * 4 * t**3 * slope
    assert flow.loss == pytest.approx(expected, rel=1e-9)
    assert flow.path == pytest.approx(length, rel=1e-12)


@pytest.mark.parametrize("mass", [1.0, 30.0, 200.0])
def test_massive_flux_is_the_moment_of_the_perturbed_distribution(toy: StarProfile, mass: float) -> None:
    """int d^3p/(2 pi)^3 E v cos(theta) of -lambda cos(theta) T' df/dT, with lambda = 1 / E."""

    def rates(medium: Medium, energy: Array) -> RateTable:
        return RateTable(medium.radius, energy, np.zeros_like(energy), np.sqrt(energy**2 - mass**2))

    t, slope = state(toy)

    def moment(p: float) -> float:
        e = np.hypot(p, mass)
        hotter, colder = (1 / np.expm1(e / (t * x)) for x in (1 + 1e-4, 1 - 1e-4))
        return p**2 / (2 * np.pi**2) * p * (1 / e) * (hotter - colder) / (2e-4 * t) / 3

    whole = quad(moment, 0, 40 * t + 8 * np.sqrt(mass * t), limit=200, epsabs=0.0)[0]
    expected = 4 * np.pi * RADIUS**2 * slope * whole
    flow = diffusion(rates, toy, RADIUS, mass, 2, states=1)
    assert flow.loss == pytest.approx(expected, rel=1e-5)


def test_mean_free_path_is_the_mean_of_the_flux(toy: StarProfile) -> None:
    """Twice the mean free path at all energies is twice the mean and twice the flux."""
    one, two = (diffusion(constant_path(50.0, x * KM), toy, RADIUS, 50.0, 2, states=3) for x in (1.0, 2.0))
    assert two.path / one.path == pytest.approx(2, rel=1e-12)
    assert two.loss / one.loss == pytest.approx(2, rel=1e-12)


def test_heavy_particles_underflow_to_no_flux(toy: StarProfile) -> None:
    flow = diffusion(constant_path(1e4, KM), toy, RADIUS, 1e4, 2, states=3)
    assert flow.loss == 0
    assert flow.path == pytest.approx(KM)
    assert not flow.applies(flow.coupling(1.0), 25 * KM)[0]


def test_nothing_that_absorbs_is_no_trapping(toy: StarProfile) -> None:
    with pytest.raises(OutOfDomainError, match="not trapped"):
        diffusion(constant_path(10.0, np.inf), toy, RADIUS, 10.0, 2, states=3)


# --- the slope of the temperature ----------------------------------------------------------


def test_slope_of_the_toy_star_is_its_power_law(toy: StarProfile) -> None:
    """T ~ r^(-5/3); knots every 0.05 km leave 5e-5."""
    for r in (10.5, 15.0, 20.0, 25.0):
        t = float(toy.sample(np.array([r * KM])).temperature[0])
        assert temperature_slope(toy, r * KM) * r * KM / t == pytest.approx(-5 / 3, rel=1e-4)


def test_slope_at_a_kink_is_that_of_its_inner_side(toy: StarProfile) -> None:
    """Inside 10 km the density falls by 0.2 per radius, outside as its fifth power."""
    inner, outer = (temperature_slope(toy, r * KM) * 10 * KM / 30 for r in (10.0, 10.01))
    assert inner == pytest.approx(-0.2 / 3, rel=1e-3)
    assert outer == pytest.approx(-5 / 3, rel=1e-2)


def test_shells_and_rising_temperatures_are_refused(toy: StarProfile, shells: StarProfile) -> None:
    with pytest.raises(InvalidValueError, match="Homogeneous shells"):
        temperature_slope(shells, 12 * KM)
    rising = replace(toy, temperature=toy.temperature[::-1].copy())
    with pytest.raises(InvalidValueError, match="does not fall outward at 20 km"):
        DiffusiveFlux(star=rising)


# --- the window ----------------------------------------------------------------------------


def test_the_window_is_that_of_the_mean_free_path() -> None:
    flow = Diffusion(radius=10.0, loss=1.0, path=6.0, power=2)
    g = np.sqrt(6.0 / np.array([20.0, 10.01, 9.99, 5.01, 4.99, 1.0]))
    assert flow.applies(g, 15.0).tolist() == [False, False, True, True, False, False]
    assert flow.mean_free_path([0.0])[0] == np.inf
    assert not flow.applies([0.0], 15.0)[0]


def test_a_bound_inside_the_window_ends_where_the_path_exceeds_the_radius(toy: StarProfile) -> None:
    probe = DiffusiveFlux(star=toy, limit_erg_per_s=4.4e52)
    response = probe.prepare(models.lmu_ltau(), 80.0)
    low, high = solve(probe, models.lmu_ltau(), [80.0]).excluded[0][0]
    assert response.flow.mean_free_path(low)[0] / KM == pytest.approx(20, rel=1e-6)
    assert response.evaluate([high]).value[0] / (ERG / SECOND) == pytest.approx(4.4e52, rel=1e-6)
    assert solve(probe, models.lmu_ltau(), [80.0]).edges[0] == (("validity", "physical"),)


def test_a_bound_outside_the_window_is_no_bound(toy: StarProfile) -> None:
    """At 10 MeV particles of the window carry far too much, but the bound lies at a path of 0.2 km."""
    probe = DiffusiveFlux(star=toy, limit_erg_per_s=4.4e52)
    response = probe.prepare(models.lmu_ltau(), 10.0)
    g = np.geomspace(1e-9, 1e-6, 200)
    signal = response.evaluate(g)
    inside = response.flow.applies(g, toy.neutrinosphere)
    assert inside.any()
    assert np.all(probe.rule.score(signal)[inside] > 0)
    assert not signal.valid.any()
    limit = solve(probe, models.lmu_ltau(), [10.0])
    assert limit.excluded[0].size == 0
    assert limit.status == ("out-of-domain",)
    assert limit.message[0].startswith("not valid at any coupling")
    off = replace(probe, window="off").prepare(models.lmu_ltau(), 10.0).evaluate(g)
    assert off.valid.all()
    assert np.array_equal(off.value, signal.value)


# --- the probe -----------------------------------------------------------------------------


def test_options_are_the_contract() -> None:
    known = {name: option.default for name, option in probe_options(DiffusiveFlux).items()}
    assert known == {
        "limit_erg_per_s": "3e+52",
        "radius_km": "20",
        "window": "on",
        "spin": "physical",
        "compton": "full",
        "plasma": "auto",
    }


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"window": "half"}, InvalidValueError, "on, off"),
        ({"radius_km": "26"}, InvalidValueError, "0 to 25 km"),
        ({"radius_km": "-1"}, InvalidValueError, "positive"),
        ({"limit_erg_per_s": "0"}, InvalidValueError, "positive"),
        ({"radius": "20"}, UnknownNameError, "radius_km"),
    ],
)
def test_bad_options_are_refused(options: dict[str, str], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        configure(DiffusiveFlux, options)


def test_spin_is_a_factor_of_three_in_the_flux(toy: StarProfile) -> None:
    flux = [
        DiffusiveFlux(star=toy, spin=spin).prepare(models.lmu_ltau(), 10.0).evaluate([1e-7]).value[0]
        for spin in ("physical", "printed")
    ]
    assert flux[0] / flux[1] == pytest.approx(3, rel=1e-12)


def test_scaling_zero_and_pickling(toy: StarProfile) -> None:
    response = DiffusiveFlux(star=toy, window="off").prepare(models.lmu_ltau(), 30.0)
    signal = response.evaluate([0.0, 1e-150, 1e-9, 2e-9])
    assert signal.value[0] == 0
    assert np.all(np.isfinite(signal.value))
    assert signal.value[2] / signal.value[3] == pytest.approx(4, rel=1e-12)
    again = pickle.loads(pickle.dumps(response)).evaluate([1e-9])
    assert again.value[0] == signal.value[2]


def test_the_same_processes_absorb_as_in_ballistic_cooling(toy: StarProfile) -> None:
    """The mean free path by a plain sum over energies; muon pairs, neutrino pairs and Compton at 220 MeV."""
    probe, model, mass = DiffusiveFlux(star=toy, compton="nr"), models.lmu_ltau(), 220.0
    cooling = SupernovaCooling(star=toy, compton="nr")
    assert probe.supports(model) == cooling.supports(model)
    assert probe.supports(models.b_minus_l()) == cooling.supports(models.b_minus_l())
    with pytest.raises(UnsupportedModelError, match="compton=nr"):
        probe.prepare(models.dark_photon(), 10.0)
    t, _ = state(toy)
    energy = mass + np.linspace(0.0, 30 * t, 40001)[1:]
    k = np.sqrt(energy**2 - mass**2)
    absorption = plain_rates(model, mass)(toy.sample(np.array([RADIUS])), energy[None, :]).absorption[0]
    weight = k**2 * energy**2 * np.exp(-energy / t) / np.expm1(-energy / t) ** 2
    mean = np.sum(weight * k / energy / absorption) / np.sum(weight)
    assert probe.prepare(model, mass).flow.path == pytest.approx(mean, rel=1e-4)


def test_default_star_and_prescription(toy: StarProfile) -> None:
    assert DiffusiveFlux().place.name == "raffelt"
    recipe = prescription("p0-blinov-diffusion")
    with pytest.warns(FeeblyWarning, match="not public"):
        assert recipe.public_star() is None
    probe = configure(DiffusiveFlux, recipe.options, star=toy, based_on=recipe)
    assert (probe.spin, probe.compton, probe.limit_erg_per_s) == ("printed", "nr", 4.4e52)
    chosen = dict(probe.provenance.choices)
    assert (chosen["prescription"], chosen["window"]) == ("p0-blinov-diffusion", "on")
    changed = configure(DiffusiveFlux, {**recipe.options, "window": "off"}, based_on=recipe)
    assert ("prescription", "p0-blinov-diffusion*") in changed.provenance.choices
    sources = probe.prepare(models.lmu_ltau(), 10.0).provenance
    assert {"blinov-lmu-ltau", "Raffelt:1996wa"} <= {source.key for source in sources.sources}
    assert dict(sources.choices)["spin"] == "printed"


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = "limit sn-diffusive-flux --model lmu-ltau --mass-mev 10,80 --option limit_erg_per_s=4.4e52 --json"
    assert main(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    assert [len(rows) for rows in document["excluded"]] == [0, 1]
    assert document["edges"][1] == [["validity", "physical"]]
    assert main([*words.split(), "--option", "window=off"]) == 0
    assert json.loads(capsys.readouterr().out)["excluded"][0][0][1] == pytest.approx(1.623e-7, rel=1e-3)
    assert main([*words.split(), "--star", "fischer18-1s"]) == 2
    assert "does not fall outward at 20 km" in capsys.readouterr().err
