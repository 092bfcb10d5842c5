"""What absorbs in hot nuclear matter: processes, responses, resonances, and that emission is their inverse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.constants import ALPHA, MUON_MASS, PION_MASS
from feebly.environments import Medium, StarProfile
from feebly.errors import OutOfDomainError
from feebly.math.fermi import bose, fermi
from feebly.rates.stellar import polarisation
from feebly.rates.stellar.charge_table import ELECTRIC, summed
from feebly.rates.stellar.medium_decay import pair_absorption
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS
from feebly.rates.stellar.plasma_rates import (
    MODES,
    PlasmaMatter,
    PlasmaOptions,
    mode_rates,
    plasma_matter,
    real_response,
    resonance_energies,
    resonance_width,
)
from feebly.units import KM

CHARGES = {"e-": -1.0, "mu-": -1.0, "p": 1.0, "n": 0.6, "nu_e": -1.0, "nu_mu": 0.5, "nu_tau": 0.2}
RADII = [2.0, 9.0, 10.5, 16.0, 24.0]
BARE = PlasmaOptions(pions="off")


@pytest.fixture(scope="module")
def medium(toy: StarProfile) -> Medium:
    return toy.sample(np.array(RADII) * KM)


@pytest.fixture(scope="module")
def matter(medium: Medium) -> PlasmaMatter:
    return plasma_matter(medium, BARE)


def energies(medium: Medium, mass: float) -> np.ndarray:
    return mass + medium.temperature[:, None] * np.array([0.2, 1.0, 4.0, 9.0])


# --- processes -----------------------------------------------------------------------------


@pytest.mark.parametrize("mass", [1.0, 30.0, 250.0])
@pytest.mark.parametrize("recipe", ["symmetric", "absorption", "one-pion"])
def test_emission_is_the_inverse_of_absorption(medium: Medium, recipe: str, mass: float) -> None:
    """Gamma_prod = exp(-E/T) Gamma_abs for every process and mode: both reduced rates are one table."""
    matter = plasma_matter(medium, replace(BARE, bremsstrahlung=recipe))  # type: ignore[arg-type]
    energy = energies(medium, mass)
    for rates in mode_rates(mass, energy, matter):
        assert set(rates.emitted) == set(rates.absorbed)
        for name, table in rates.absorbed.items():
            reduced, inverse = table.rate(CHARGES), rates.emitted[name].rate(CHARGES)
            ratio = energy / medium.temperature[:, None]
            absorbed = reduced / -np.expm1(-ratio)
            produced = inverse * bose(ratio)
            assert produced == pytest.approx(np.exp(-ratio) * absorbed, rel=1e-10)
            assert np.all(reduced >= 0)


def test_the_printed_recipe_breaks_detailed_balance(medium: Medium) -> None:
    """Eq. (42) with its production: a constant cross section would give 1 + z + z^2/2, z = E/T."""
    matter = plasma_matter(medium, replace(BARE, bremsstrahlung="paper"))
    energy = energies(medium, 30.0)
    z = energy / medium.temperature[:, None]
    name = "nucleon bremsstrahlung"
    for rates in mode_rates(30.0, energy, matter):
        charges = {"p": 1.0}
        absorbed, emitted = (side[name].rate(charges) for side in (rates.absorbed, rates.emitted))
        produced = emitted / np.expm1(z)
        plain = absorbed + produced  # Gamma_abs - Gamma_prod is the net rate
        violation = produced / (np.exp(-z) * plain)
        # cross sections that fall with the energy of the collision make it less
        assert np.all(violation > 1.2)
        assert np.all(violation < 1 + z + z**2 / 2)


@pytest.mark.parametrize(("mass", "daughter"), [(30.0, 0.0), (30.0, 8.0), (250.0, MUON_MASS)])
def test_pairs_annihilate_as_they_are_made(mass: float, daughter: float) -> None:
    """Production from f fbar, by its own quadrature, against the reduced absorption: 1e-6, that of the fast average."""
    t, mu, energy = 25.0, 60.0, 1.7 * mass
    beta = np.sqrt(1 - 4 * (daughter / mass) ** 2)
    k = np.sqrt(energy**2 - mass**2)
    reduced = pair_absorption(energy, mass, temperature=t, potential=mu, daughter_mass=daughter)
    for mode in MODES:

        def made(c: float, mode: str = mode) -> float:
            first = (energy + k * beta * c) / 2
            both = fermi((first - mu) / t) * fermi((energy - first + mu) / t)
            angle = (beta * c) ** 2
            element = (daughter / mass) ** 2 + (1 + angle) / 4 if mode == "transverse" else (1 - angle) / 2
            return float(element * both)

        mean = quad(made, -1, 1, epsabs=0.0, epsrel=1e-11)[0] / 2
        produced = mass**2 * beta / (4 * np.pi * energy) * mean
        expected = float(getattr(reduced, mode)) / np.expm1(energy / t)
        assert produced == pytest.approx(expected, rel=2e-6)


def test_processes_come_and_go_with_the_mass_and_the_options(medium: Medium) -> None:
    full = plasma_matter(medium, PlasmaOptions())

    def names(mass: float, matter: PlasmaMatter) -> set[str]:
        return set(mode_rates(mass, energies(medium, mass), matter)[0].absorbed)

    light = names(50.0, full)
    assert light == {
        "neutrino coalescence",
        "electron coalescence",
        "Compton on electrons",
        "semi-Compton",
        "pion conversion",
        "nucleon bremsstrahlung",
    }
    assert names(2 * MUON_MASS + 1, full) - light == {"muon coalescence"}
    assert light - names(2 * PION_MASS + 1, full) == {"pion conversion"}
    pairs = PlasmaOptions(bremsstrahlung="off", compton="off", pions="off")
    assert names(50.0, plasma_matter(medium, pairs)) == {"neutrino coalescence", "electron coalescence"}


def test_a_star_without_muons_has_none(medium: Medium) -> None:
    bare = replace(medium, potential={k: v for k, v in medium.potential.items() if k != "mu-"})
    matter = plasma_matter(bare, BARE)
    assert set(matter.plasma2) == {"e-", "p"}
    assert any("muon" in text for text in matter.omitted)
    assert not any("semi" in name for name in mode_rates(50.0, energies(bare, 50.0), matter)[0].absorbed)


def test_a_star_without_electrons_is_refused(medium: Medium) -> None:
    bare = replace(medium, potential={k: v for k, v in medium.potential.items() if k != "e-"})
    with pytest.raises(OutOfDomainError, match="mu:e-"):
        plasma_matter(bare, BARE)


# --- the photon ----------------------------------------------------------------------------


def test_the_imaginary_part_is_all_that_absorbs_photons(matter: PlasmaMatter, medium: Medium) -> None:
    energy = energies(medium, 30.0)
    for rates in mode_rates(30.0, energy, matter):
        total = summed(rates.absorbed.values()).rate(ELECTRIC)
        assert rates.photon(energy) == pytest.approx(-energy * 4 * np.pi * ALPHA * total, rel=1e-13)
        assert np.all(rates.photon(energy) < 0)


def test_responses_of_the_gases(medium: Medium) -> None:
    every = {
        name: plasma_matter(medium, replace(BARE, response=name, compton="off")).plasma2  # type: ignore[arg-type]
        for name in ("all", "electrons", "cold-electrons")
    }
    assert set(every["all"]) == {"e-", "mu-", "p"}
    assert set(every["electrons"]) == set(every["cold-electrons"]) == {"e-"}
    assert every["all"]["e-"] == pytest.approx(every["electrons"]["e-"], rel=1e-14)
    density = np.abs(medium.density["e-"])
    cold = polarisation.degenerate_plasma_frequency(density) ** 2
    assert every["cold-electrons"]["e-"] == pytest.approx(cold, rel=1e-14)
    protons = 4 * np.pi * ALPHA * medium.density["p"] / NUCLEON_MASS
    assert every["all"]["p"] == pytest.approx(protons, rel=1e-14)
    assert np.all((every["all"]["mu-"] > 0) & (every["all"]["mu-"] < every["all"]["e-"]))


@pytest.mark.parametrize("mode", MODES)
def test_real_parts_meet_at_rest_and_slow_charges_follow_the_velocity(mode: str) -> None:
    gas = {"e-": np.array([[100.0]]), "mu-": np.array([[20.0]]), "p": np.array([[10.0]])}
    rest = real_response(np.array([[7.0]]), 7.0, mode, gas)  # type: ignore[arg-type]
    assert [float(x[0, 0]) for x in rest.values()] == pytest.approx([100.0, 20.0, 10.0], rel=1e-12)
    fast = real_response(np.array([[7e5]]), 7.0, mode, gas)  # type: ignore[arg-type]
    expected = [150.0, 20.0, 10.0] if mode == "transverse" else [0.0, 0.0, 0.0]
    assert [float(x[0, 0]) for x in fast.values()] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_resonances_are_where_the_real_part_is_the_mass(
    matter: PlasmaMatter, medium: Medium, mode: str
) -> None:
    found_any = False
    for mass in (3.0, 6.0, 9.0, 12.0, 14.0):
        found = resonance_energies(mass, mode, matter.plasma2)  # type: ignore[arg-type]
        exists = np.isfinite(found)
        at_rest = np.asarray(sum(matter.plasma2.values())) - mass**2
        fast = at_rest + matter.plasma2["e-"] / 2 if mode == "transverse" else -(mass**2) + 0 * at_rest
        assert np.array_equal(exists, at_rest * fast < 0)
        for knot in np.flatnonzero(exists):
            found_any = True
            gas = {name: values[knot] for name, values in matter.plasma2.items()}
            real = sum(real_response(found[knot], mass, mode, gas).values())  # type: ignore[arg-type]
            assert float(real) == pytest.approx(mass**2, rel=1e-9)
    assert found_any


def test_width_of_a_resonance(matter: PlasmaMatter, medium: Medium) -> None:
    """Where Re Pi has moved by Im Pi, to the curvature of both; Compton scattering is left out of the width."""
    mass, knot, mode = 9.0, 2, MODES[1]
    energy = float(resonance_energies(mass, mode, matter.plasma2)[knot])
    width = resonance_width(mass, mode, energy, matter, knot)
    bare = plasma_matter(medium.at(slice(knot, knot + 1)), replace(BARE, compton="off"))
    rates = next(r for r in mode_rates(mass, np.array([[energy]]), bare) if r.mode == mode)
    imaginary = abs(float(rates.photon(np.array([[energy]]))[0, 0]))
    small = 0.01 * width
    gas = {name: values[:, None] for name, values in bare.plasma2.items()}
    ends = [
        float(sum(real_response(np.array([[energy + d]]), mass, mode, gas).values())[0, 0])
        for d in (-small, small)
    ]
    assert abs(ends[1] - ends[0]) / (2 * small) * width == pytest.approx(imaginary, rel=1e-3)
