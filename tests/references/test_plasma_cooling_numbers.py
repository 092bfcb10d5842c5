"""Vectors in the plasma of a star against direct integrals and printed numbers.

Each number has its source, its tolerance and the reason for the tolerance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plasma_direct import direct_rates

from feebly import models
from feebly.arrays import Array
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.limits import solve
from feebly.math.fermi import bose
from feebly.models import VectorModel
from feebly.probes import DiffusiveFlux, SupernovaCooling, prescription
from feebly.rates.base import RateTable
from feebly.rates.stellar.charge_table import ELECTRIC, charges_at, summed
from feebly.rates.stellar.plasma_mixing import absorption_at, in_plasma
from feebly.rates.stellar.plasma_rates import (
    MODES,
    STATES,
    PlasmaOptions,
    mode_rates,
    plasma_matter,
    real_response,
)
from feebly.rates.stellar.polarisation import Mode
from feebly.testing.direct import direct_luminosity
from feebly.transport.cells import energies
from feebly.transport.rays import Resolution
from feebly.units import KM

MODELS = (models.dark_photon(), models.b_minus_l(), models.chargephobic())
POINTS = ((1.0, 90.0), (10.0, 30.0), (30.0, 90.0), (100.0, 200.0))


# --- rates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("mass", "energy"), POINTS)
def test_rates_at_10_km_by_direct_integrals(toy: StarProfile, mass: float, energy: float) -> None:
    """raffelt at 10 km. Required: 1 %. Bremsstrahlung 3e-4, its table; decays 1e-6; all 3e-3, those of Compton and pions."""
    medium = toy.sample(np.array([10.0, 10.0]) * KM, panel=(0.0, 10 * KM))
    matter = plasma_matter(medium, PlasmaOptions())
    at = np.full((2, 1), energy)
    for rates in mode_rates(mass, at, matter):
        for model in MODELS:
            found = {
                name: float(x[0, 0])
                for name, x in in_plasma(rates, charges_at(model, mass), at, mass, matter).items()
            }
            exact = direct_rates(model, mass, energy, medium, rates.mode)
            decays = sum(x for name, x in found.items() if "coalescence" in name)
            assert found["nucleon bremsstrahlung"] == pytest.approx(exact.bremsstrahlung, rel=3e-4)
            assert decays == pytest.approx(exact.decays, rel=1e-6)
            assert sum(found.values()) == pytest.approx(exact.total, rel=3e-3)


# --- transport -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quiet(toy: StarProfile) -> SupernovaCooling:
    """Without the tables of Compton scattering and pions, which the oracle would make at each radius."""
    return SupernovaCooling(star=toy, pions="off", compton="off")


def oracle(model: VectorModel, mode: Mode, mass: float, scale: float) -> float:
    charges = charges_at(model, mass)

    def rates(medium: Medium, energy: Array) -> RateTable:
        matter = plasma_matter(medium, PlasmaOptions(pions="off", compton="off"))
        absorbed = absorption_at(mode, charges, mass, energy, matter)
        produced = STATES[mode] * absorbed * bose(energy / medium.temperature[:, None])
        return RateTable(medium.radius, energy, produced, absorbed)

    return direct_luminosity(
        rates, raffelt(), 25 * KM, mass, scale, radii=16, directions=12, energies=24, steps=6, crowding=3.0
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("model", "mass", "scale"),
    [
        (models.dark_photon(), 100.0, 3e-9),
        pytest.param(models.dark_photon(), 30.0, 1e-11, marks=pytest.mark.slow),
        pytest.param(models.dark_photon(), 30.0, 3e-9, marks=pytest.mark.slow),
        pytest.param(models.b_minus_l(), 30.0, 3e-9, marks=pytest.mark.slow),
        pytest.param(models.b_minus_l(), 100.0, 1e-8, marks=pytest.mark.slow),
        pytest.param(models.chargephobic(), 30.0, 1e-8, marks=pytest.mark.slow),
    ],
    ids=lambda x: getattr(x, "name", str(x)),
)
def test_transport_off_resonance_by_direct_quadrature(
    quiet: SupernovaCooling, model: VectorModel, mode: Mode, mass: float, scale: float
) -> None:
    """2e-3 with twice the energies: nodes of the oracle. The default, at the worst point here, 2.6e-3."""
    exact = oracle(model, mode, mass, scale)
    for resolution, tolerance in ((Resolution(), 4e-3), (Resolution(energies=32), 2e-3)):
        probe = replace(quiet, polarisation=mode, resolution=resolution)
        assert probe.prepare(model, mass).evaluate([scale]).value[0] == pytest.approx(exact, rel=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("mass", [8.0, 12.0, 15.0])
def test_resonant_luminosity_by_brute_force(toy: StarProfile, mass: float) -> None:
    """1.5 % against 2e5 radii and 400 energies; the oracle takes knots four times as dense, linear between them."""
    probe = SupernovaCooling(star=toy, pions="off", compton="off", resolution=Resolution(knots=400))
    matter, model = probe._matter, models.dark_photon()
    edges = mass * np.array([1.001, 1.02, 1.1, 1.5, 3.0, 8.0])
    at = energies(mass, matter.medium, 400, edges=edges)
    gases = {name: x[:, None] for name, x in matter.plasma2.items()}
    for rates in mode_rates(mass, at.local, matter):
        real = np.asarray(sum(real_response(at.local, mass, rates.mode, gases).values()))
        own = summed(rates.absorbed.values()).rate(ELECTRIC)
        exact = rates.states * _brute(
            mass, at.infinity, at.weight, matter.medium, real, rates.photon(at.local), own
        )
        for resolution in (Resolution(), Resolution().refined(2)):
            fine = replace(probe, polarisation=rates.mode, resolution=resolution)
            got = fine.prepare(model, mass).evaluate([1e-13]).value[0]
            assert got == pytest.approx(exact * 1e-26, rel=1.5e-2)


def _brute(
    mass: float, energy: Array, weight: Array, medium: Medium, real: Array, imaginary: Array, own: Array
) -> float:
    """int dV int dE E^2 k / (2 pi^2) |xi|^2 S n_B with all but |xi|^2 and n_B linear between the knots, per g^2."""
    keep = np.append(True, np.diff(medium.radius) > 0)
    knots = medium.radius[keep]
    r = np.linspace(0.0, knots[-1], 200001)
    t = np.interp(r, knots, medium.temperature[keep])
    total = 0.0
    for w, e in enumerate(energy):
        re, im, s = (np.interp(r, knots, x[keep, w]) for x in (real, imaginary, own))
        produced = s * mass**4 / ((mass**2 - re) ** 2 + im**2) * bose(e / t)
        volume = float(np.trapezoid(4 * np.pi * r**2 * produced, r))
        total += weight[w] * e**2 * np.sqrt(e**2 - mass**2) / (2 * np.pi**2) * volume
    return total


def test_resonances_of_homogeneous_shells_are_integrated(shells: StarProfile) -> None:
    """Without gravity a shell is resonant at one energy, with the width of a line: more energies change nothing."""
    probe = SupernovaCooling(star=shells, lapse="off", pions="off", compton="off")
    g = np.geomspace(1e-13, 1e-5, 9)
    default, fine = (
        replace(probe, resolution=resolution).prepare(models.dark_photon(), 10.0).evaluate(g).value
        for resolution in (Resolution(), Resolution(energies=48))
    )
    assert np.all(np.isfinite(default) & (default > 0))
    assert default == pytest.approx(fine, rel=1e-4)


# --- what the paper says -------------------------------------------------------------------


def edges_at(probe: SupernovaCooling, model: VectorModel, mass: float) -> tuple[float, float]:
    low, high = solve(probe, model, [mass]).excluded[0][0]
    return float(low), float(high)


def test_ceilings_of_the_dark_photon_at_100_mev(shells: StarProfile) -> None:
    """esseili-kribs-chargephobic, below Eq. (49): 2.5e-9 (100 km) and 8e-10 (1000 km).

    A factor 1.5, since both are estimates, three decay lengths at 300 MeV, "roughly" those of their Fig. 13 on another
    star. Eq. (34) has no gravity, so none here. With it, or on the colder toy star, the ceiling at 1000 km is lower: it
    lies at the coupling whose decays leave the allowed luminosity of a given production.
    """
    probe = SupernovaCooling(star=shells, lapse="off", compton="off")  # 1 % of production and absorption
    found = {
        far: edges_at(replace(probe, r_far_km=far), models.dark_photon(), 100.0)[1]
        for far in (21.0, 100.0, 1000.0)
    }
    assert 1 / 1.5 < found[100.0] / 2.5e-9 < 1.5
    assert 1 / 1.5 < found[1000.0] / 8e-10 < 1.5
    assert found[21.0] > 2 * found[100.0] > 4 * found[1000.0]


def test_ceilings_on_the_toy_star(toy: StarProfile) -> None:
    """The same on raffelt: 4 % from the estimate at 100 km, and a third below it at 1000 km."""
    probe = SupernovaCooling(star=toy, compton="off")
    near, far = (
        edges_at(replace(probe, r_far_km=r), models.dark_photon(), 100.0)[1] for r in (100.0, 1000.0)
    )
    assert near == pytest.approx(2.5e-9, rel=0.06)
    assert 0.6 < far / 8e-10 < 0.7


def test_the_printed_recipe(toy: StarProfile) -> None:
    """Prescription of the paper: production in collisions beyond detailed balance, no pions, radial escape.

    Production with its own integral is too large by 1 + z + z^2/2 for constant cross sections, 8.5 at z = E/T = 3: the
    floor falls by less than its root. The ceiling at 100 km is within 1.5 of the 2.5e-9 of the text.
    """
    recipe = SupernovaCooling.prescribed("p2-esseili", star=toy)
    assert (recipe.label, recipe.r_far_km, recipe.lapse) == ("p2-esseili", 100.0, "off")
    assert prescription("p2-esseili").star is None
    quick = replace(recipe, compton="off")  # 5 % of the luminosity; its tables take seconds
    printed = edges_at(quick, models.dark_photon(), 100.0)
    balanced = edges_at(replace(quick, bremsstrahlung="symmetric"), models.dark_photon(), 100.0)
    assert 1.3 < balanced[0] / printed[0] < np.sqrt(8.5)
    assert 1 / 1.5 < printed[1] / 2.5e-9 < 1.5


def test_diffusive_flux_of_charged_vectors(toy: StarProfile) -> None:
    """Both modes with their own mean free path: more than either, and between the two paths."""
    probe = DiffusiveFlux(star=toy, window="off")
    for model in MODELS[:2]:
        whole = probe.prepare(model, 30.0).flow
        assert np.isfinite(whole.loss)
        bound = whole.coupling(probe.rule.allowed)
        assert probe.prepare(model, 30.0).evaluate([bound]).value[0] == pytest.approx(
            probe.rule.allowed, rel=1e-9
        )
        assert 1e-9 < bound < 1e-6
