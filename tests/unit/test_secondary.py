"""Secondary neutrinos: conversion averaged over decays, delay, distance, and sums."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy.integrate import quad

from feebly import decays
from feebly.arrays import Array
from feebly.constants import NEWTON
from feebly.decays import Fip
from feebly.decays.spectra import DecaySpectrum, Line, Part
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.progenitor import Progenitor, power_law
from feebly.environments.sequence import StarSequence, fischer18_sequence
from feebly.environments.star import StarProfile, enclosed_mass
from feebly.errors import InvalidValueError
from feebly.math.quadrature import panels
from feebly.models import VectorModel
from feebly.probes import SupernovaCooling
from feebly.provenance import Provenance
from feebly.transport.conversion import Conversion, conversion
from feebly.transport.in_flight import decay_length
from feebly.transport.mixing import nufit
from feebly.transport.oscillation import adiabatic, fixed, matter_term, vacuum
from feebly.transport.secondary import (
    Observation,
    SecondaryNeutrinos,
    in_time,
    secondary_neutrinos,
)
from feebly.units import KM, SECOND

START = 25 * KM
FAR = 1e9 * SECOND


@dataclass
class Parents:
    """Particles of given energies, as many as given, whatever the coupling."""

    energy: Array
    weight: Array
    power: int = 2
    provenance: Provenance = field(default_factory=Provenance)

    def spectrum(self, scale: object) -> Array:
        return np.ones((np.atleast_1d(np.asarray(scale)).size, self.energy.size))


def two_neutrinos(mass: float, share: tuple[float, ...]) -> DecaySpectrum:
    return DecaySpectrum(mass, (Part(Line(mass / 2), share),))


def particle(mass: float, width: float) -> Fip:
    return Fip(mass, 1.0, ("nu_e nu_e~",), np.array([width]), 2)


def setup(
    energies: list[float],
    mass: float,
    width: float,
    *,
    rule: str = "fixed:0",
    share: tuple[float, ...] = (1.0, 0, 0, 0, 0, 0),
    window: float = np.inf,
    distance: float = FAR,
    edges: Array | None = None,
) -> SecondaryNeutrinos:
    bins = np.linspace(0, 400, 41) if edges is None else edges
    middle = (bins[1:] + bins[:-1]) / 2
    return secondary_neutrinos(
        Parents(np.array(energies), np.ones(len(energies))),
        particle(mass, width),
        two_neutrinos(mass, share),
        edges=bins,
        conversion=conversion(rule, middle, nufit(), power_law(), start=START),
        observation=Observation(distance, window),
        neutrinosphere=START,
        duration=1.0,
    )


def born(model: SecondaryNeutrinos) -> Array:
    """Neutrinos of a decay (6, W, N)."""
    return np.einsum("sf,wsn->fwn", model.share, model.shape)


# --- conversion averaged over the decays ----------------------------------------------------


@pytest.fixture(scope="module")
def table() -> Conversion:
    return conversion("adiabatic", [5.0, 60.0, 300.0], nufit(), power_law(), start=START)


@pytest.mark.parametrize("length_km", [1.0, 8e3, 1.3e5, 7e6, 1e9, 1e13])
def test_average_is_the_integral(table: Conversion, length_km: float) -> None:
    """Straight lines between lengths keep the average to half a thousandth."""
    length, star = length_km * KM, power_law()
    s, weight = panels(np.concatenate([[0.0], np.geomspace(1e-12, 45, 200)]), 6)
    weight = weight * np.exp(-s)
    found = table.at(length)
    for kind, anti in enumerate((False, True)):
        for j, energy in enumerate(table.energy):
            local = adiabatic(
                nufit(), matter_term(energy, star.electron_density(START + s * length)), antineutrinos=anti
            )
            exact = np.tensordot(weight, local, axes=(0, 0))
            assert found[kind, :, :, j] == pytest.approx(exact, abs=5e-4)


def test_average_is_dense_matter_or_vacuum_at_the_ends(table: Conversion) -> None:
    near, far = table.at(np.array([0.01, 1e15]) * KM)
    for kind, anti in enumerate((False, True)):
        dense = adiabatic(nufit(), 1.0, antineutrinos=anti)
        assert near[kind] == pytest.approx(np.repeat(dense[..., None], 3, axis=-1), abs=2e-4)
        assert far[kind] == pytest.approx(np.repeat(vacuum(nufit())[..., None], 3, axis=-1), abs=2e-5)
    assert table.at([[1e5 * KM, 1e6 * KM]]).shape == (1, 2, 2, 3, 3, 3)
    assert np.allclose(table.at(np.geomspace(1, 1e12, 30) * KM).sum(axis=3), 1, atol=1e-12)


def test_average_does_not_care_about_the_other_energies(table: Conversion) -> None:
    """The range of the table follows the energies; the values must not."""
    alone = conversion("adiabatic", [60.0], nufit(), power_law(), start=START)
    for length in np.geomspace(10, 1e10, 19) * KM:
        assert alone.at(length)[..., 0] == pytest.approx(table.at(length)[..., 1], abs=8e-4)


def test_decays_at_the_mean_distance() -> None:
    mean = conversion("adiabatic", [40.0], nufit(), power_law(), start=START, place="mean")
    for length in mean.length[[5, 25, 50]]:
        local = adiabatic(
            nufit(), matter_term(40.0, power_law().electron_density(length)), antineutrinos=False
        )
        assert mean.at(length)[0, :, :, 0] == pytest.approx(local, abs=5e-4)


def test_rules_without_matter() -> None:
    constant = conversion("fixed:0.22", [10.0, 20.0], nufit(), power_law(), start=START)
    assert constant.at([1.0, 1e30])[1, 1, :, :, 0] == pytest.approx(fixed(0.22))
    average = conversion("vacuum", [10.0], nufit("6.0"), power_law(), start=START)
    assert average.at(1.0)[0, ..., 0] == pytest.approx(vacuum(nufit("6.0")))


def test_approximate_rule_is_close() -> None:
    energy = [10.0, 100.0]
    exact, rough = (
        conversion(rule, energy, nufit(), power_law(), start=START) for rule in ("adiabatic", "approximate")
    )
    lengths = np.geomspace(1e3, 1e8, 40) * KM
    assert np.abs(exact.at(lengths) - rough.at(lengths)).max() < 0.003


def test_star_without_resonance() -> None:
    thin = Progenitor.from_table([1e8, 2e8], [1e-9, 1e-9])
    found = conversion("adiabatic", [50.0], nufit(), thin, start=START)
    assert found.at(1e4 * KM)[0, ..., 0] == pytest.approx(vacuum(nufit()), abs=1e-5)


# --- fluence --------------------------------------------------------------------------------


def test_every_decay_outside_the_neutrinosphere_arrives() -> None:
    mass, energy, width = 30.0, 200.0, 1e-16
    found = setup([energy], mass, width).fluence([1e-1, 1.0, 3.0])
    length = np.sqrt(energy**2 - mass**2) / (mass * width) / found.scale**2
    total = found.of("nu_e").sum(axis=-1) * 4 * np.pi * FAR**2
    assert total == pytest.approx(np.exp(-START / length), rel=1e-12)
    assert not found.value[:, 1:].any()
    assert found.per_energy.sum() * 10.0 == pytest.approx(found.value.sum(), rel=1e-12)


def test_flavours_convert_by_where_they_are_born() -> None:
    mass, energy, width = 30.0, 200.0, 1e-24
    share = (0.0, 1.0, 0.5, 0.25, 0.0, 2.0)
    model = setup([energy, 2 * energy], mass, width, rule="adiabatic", share=share)
    scale = np.array([0.0, 1e-2, 1.0, 1e2, 3e2])
    found = model.fluence(scale)
    parts = np.array(share)
    for i, g in enumerate(scale[1:], start=1):
        expected = np.zeros((6, 40))
        for w, length in enumerate(model.length / g**2):
            p = model.conversion.at(length)
            made = born(model)[:, w] * np.exp(-START / length) * -np.expm1(-(FAR - START) / length)
            expected += np.einsum("san,sabn->sbn", made.reshape(2, 3, -1), p).reshape(6, -1)
        assert found.value[i] * 4 * np.pi * FAR**2 == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert found.value[0].max() < 1e-150
    total = found.value[2].sum(axis=-1)
    assert total[:3].sum() / total[3:].sum() == pytest.approx(parts[:3].sum() / parts[3:].sum())


def test_spectrum_of_the_decays_is_the_box() -> None:
    """Of two massless neutrinos every energy between (E -+ k)/2 is alike."""
    parent, energy = np.array([21.0, 90.0]), np.linspace(0, 100, 23)
    k = np.sqrt(parent**2 - 20.0**2)[:, None]
    box = np.clip((energy - (parent[:, None] - k) / 2) / k, 0, 1)
    found = two_neutrinos(20.0, (0, 1.0, 0, 0, 0.5, 0)).cumulative(parent, energy)
    assert found[1] == pytest.approx(box, abs=1e-12)
    assert found[4] == pytest.approx(box / 2, abs=1e-12)
    assert not found[[0, 2, 3, 5]].any()


def test_equal_spectra_are_kept_once() -> None:
    model = setup([60.0, 100.0], 20.0, 1e-20, share=(0, 0.5, 0.25, 0, 0, 2.0))
    assert model.shape.shape == (2, 1, 40)
    assert np.flatnonzero(model.share).tolist() == [1, 2, 5]
    bins = np.diff(
        two_neutrinos(20.0, (0, 0.5, 0.25, 0, 0, 2.0)).cumulative(model.parents.energy, model.edges)
    )
    assert born(model) == pytest.approx(bins, rel=1e-12)


def test_couplings_are_independent() -> None:
    model = setup(
        [60.0, 100.0, 350.0], 20.0, 1e-20, rule="adiabatic", share=(1, 2, 3, 4, 5, 6), window=SECOND
    )
    scale = np.geomspace(1e-3, 1e3, 7)
    together = model.fluence(scale).value
    apart = np.concatenate([model.fluence([g]).value for g in scale])
    assert together == pytest.approx(apart, rel=1e-12)


def test_opaque_star_shows_nothing_but_its_exponential() -> None:
    model = setup([100.0], 20.0, 1e-17)
    length = float(model.length[0])
    scale = np.sqrt(np.array([30.0, 100.0, 600.0, 1e9]) * length / START)
    total = model.fluence(scale).of("nu_e").sum(axis=-1) * 4 * np.pi * FAR**2
    assert total == pytest.approx(np.exp([-30.0, -100.0, -600.0, -1e9]), rel=1e-9)


def test_decays_behind_the_earth_are_lost() -> None:
    distance = 1e3 * SECOND
    model = setup([100.0], 20.0, 1e-24, distance=distance)
    length = model.length[0] / np.array([1e-6, 1.0, 30.0]) ** 2
    total = model.fluence([1e-6, 1.0, 30.0]).of("nu_e").sum(axis=-1) * 4 * np.pi * distance**2
    exact = np.exp(-START / length) * -np.expm1(-(distance - START) / length)
    assert total == pytest.approx(exact, rel=1e-8)


def test_stable_particles_give_nothing() -> None:
    for window in (np.inf, SECOND):
        assert setup([100.0], 20.0, 0.0, rule="adiabatic", window=window).fluence([1.0]).value.max() < 1e-150


@pytest.mark.parametrize("lifetime_s", [1.0, 30.0])
def test_delay_is_that_of_a_simulation(lifetime_s: float) -> None:
    """Particles fly, decay at rest isotropically, and their neutrinos fly to a far sphere."""
    rng = np.random.default_rng(20)
    mass, energy, count, window = 100.0, 250.0, 400_000, 8.0
    start, distance = 1.5, 1e6  # light seconds
    gamma = energy / mass
    v = np.sqrt(1 - 1 / gamma**2)
    age = rng.exponential(gamma * lifetime_s, count)
    cosine = rng.uniform(-1, 1, count)
    e = gamma * mass / 2 * (1 + v * cosine)
    angle = (cosine + v) / (1 + v * cosine)
    place = v * age
    way = np.sqrt(distance**2 - place**2 * (1 - angle**2)) - place * angle
    seen = (place > start) & (age + way - distance < window)
    edges = np.linspace(0, 250, 26)
    counted, _ = np.histogram(e[seen], edges)

    model = secondary_neutrinos(
        Parents(np.array([energy]), np.ones(1)),
        particle(mass, 1 / (lifetime_s * SECOND)),
        two_neutrinos(mass, (1.0, 0, 0, 0, 0, 0)),
        edges=edges,
        conversion=conversion("fixed:0", (edges[1:] + edges[:-1]) / 2, nufit(), power_law(), start=START),
        observation=Observation(distance * SECOND, window * SECOND),
        neutrinosphere=start * SECOND,
        duration=1.0,
    )
    expected = model.fluence([1.0]).of("nu_e")[0] * 4 * np.pi * (distance * SECOND) ** 2 * count
    full = (counted > 0) & (edges[:-1] > e.min()) & (edges[1:] < e.max())
    assert full.sum() > 15
    pull = (counted[full] - expected[full]) / np.sqrt(expected[full])
    assert np.abs(pull).max() < 4
    # the published product of both shares starts the clock at the sphere and counts more
    middle = (edges[1:] + edges[:-1]) / 2
    inside = np.exp(-start / (gamma * v * lifetime_s))
    product = born(model)[0, 0] * inside * in_time(window, middle, mass / 2, lifetime_s) * count
    assert np.all(product[full] >= expected[full])
    assert product[full][0] > 1.015 * expected[full][0]


def test_published_delay_where_the_sphere_is_small() -> None:
    """Sphere of 25 km, window of seconds: the product of both shares is the same to a few 1e-5."""
    energies, mass, width = [50.0, 120.0], 10.0, 1 / (40 * SECOND)
    model = setup(energies, mass, width, window=10 * SECOND)
    scale = np.array([0.3, 1.0, 2.0])
    found = model.fluence(scale).of("nu_e") * 4 * np.pi * FAR**2
    middle = (model.edges[1:] + model.edges[:-1]) / 2
    late = in_time(10 * SECOND, middle, mass / 2, 40 * SECOND / scale[:, None] ** 2)
    expected = late * sum(
        born(model)[0, w] * np.exp(-START * scale[:, None] ** 2 / model.length[w]) for w in range(2)
    )
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-30)


def test_delay_of_a_long_life_is_the_first_seconds() -> None:
    share = in_time(10 * SECOND, np.array([20.0, 80.0]), 40.0, np.array([1e9, 1e9]) * SECOND)
    assert share == pytest.approx([0.5e-8, 2e-8], rel=1e-7)


def test_window_too_short_for_anything() -> None:
    """Slow particles that have not left the neutrinosphere in time."""
    model = setup([20.001], 20.0, 1 / SECOND, window=1e-9 * SECOND)
    assert not model.fluence([0.1, 1.0, 10.0]).value.any()


def test_light_particles_are_seen_from_behind_the_earth() -> None:
    """A boost of 1e8: the window is long enough for decays at any distance, which then ends the count."""
    mass, distance = 1e-6, 1e3 * SECOND
    model = setup([100.0], mass, 1e-29, window=10 * SECOND, distance=distance)
    assert model.behind.all()
    scale = np.array([1e-3, 1.0, 1e2])
    length = model.length[0] / scale**2
    total = model.fluence(scale).of("nu_e").sum(axis=-1) * 4 * np.pi * distance**2
    assert total == pytest.approx(-np.expm1(-distance / length), rel=1e-6)


def test_refusals() -> None:
    with pytest.raises(InvalidValueError, match="must be positive"):
        Observation(0.0)
    with pytest.raises(InvalidValueError, match="two energies in MeV that increase"):
        setup([100.0], 20.0, 1.0, edges=np.array([1.0, 1.0]))
    with pytest.raises(InvalidValueError, match="oscillation = 'fast' is not known"):
        conversion("fast", [10.0], nufit(), power_law(), start=START)
    with pytest.raises(InvalidValueError, match=r"holds no number; write fixed:0\.22"):
        conversion("fixed:a", [10.0], nufit(), power_law(), start=START)
    with pytest.raises(InvalidValueError, match="place = 'here'"):
        conversion("adiabatic", [10.0], nufit(), power_law(), start=START, place="here")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="positive and finite"):
        conversion("vacuum", [0.0], nufit(), power_law(), start=START)
    wrong = conversion("vacuum", [10.0, 20.0], nufit(), power_law(), start=START)
    for parents, match in (
        (Parents(np.array([50.0]), np.ones(1)), "2 energies for 3 bins"),
        (Parents(np.zeros(0), np.zeros(0)), "by_energy=True"),
    ):
        with pytest.raises(InvalidValueError, match=match):
            secondary_neutrinos(
                parents, particle(1.0, 1.0), two_neutrinos(1.0, (1.0, 0, 0, 0, 0, 0)), duration=1.0, neutrinosphere=START,
                edges=[0.0, 15.0, 30.0, 40.0] if parents.energy.size else [0.0, 15.0, 30.0],
                conversion=wrong, observation=Observation(FAR),
            )  # fmt: skip


def test_order_of_flavours() -> None:
    found = setup([60.0], 20.0, 1e-16, share=(1, 2, 3, 4, 5, 6)).fluence([1.0])
    assert found.flavours == ("nu_e", "nu_mu", "nu_tau", "nu_e~", "nu_mu~", "nu_tau~")
    for index, name in enumerate(found.flavours):
        assert found.of(name).shape == (1, 40)
        assert np.array_equal(found.of(name), found.value[:, index])
        assert found.of(name).sum() == pytest.approx((index + 1) * found.of("nu_e").sum())


# --- stars in time --------------------------------------------------------------------------


def test_snapshots_are_trapezoids() -> None:
    first, last = fischer18_1s(), fischer18_5s()
    plain = StarSequence.snapshots([first, last])
    assert plain.weight / SECOND == pytest.approx([2.0, 2.0])
    longer = StarSequence.snapshots([first, last], start=0.5 * SECOND, end=8 * SECOND)
    assert longer.weight / SECOND == pytest.approx([2.5, 5.0])
    assert longer.duration / SECOND == pytest.approx(7.5)
    value = longer.integrate(lambda star: np.array([star.time / SECOND, 1.0]))
    assert value / SECOND == pytest.approx([2.5 + 25.0, 7.5])
    assert "straight lines" in dict(longer.provenance.choices)["course of the emission"]
    assert fischer18_sequence().stars[1].name == "fischer18-5s"


@pytest.mark.parametrize(("alpha", "decay_s", "index"), [(1.0, 8.0, 2.0), (0.3, 3.0, 1.0), (0.0, 5.0, 0.5)])
def test_fading_star(alpha: float, decay_s: float, index: float) -> None:
    star = fischer18_1s()
    course = StarSequence.fading(star, alpha=alpha, decay_s=decay_s, index=index, start_s=0.5, end_s=60.0)
    exact, _ = quad(
        lambda t: t**-alpha * np.exp(-((t / decay_s) ** index)), 0.5, 60.0, epsabs=0, epsrel=1e-11, limit=200
    )
    assert course.duration / SECOND == pytest.approx(exact / np.exp(-((1 / decay_s) ** index)), rel=1e-9)
    assert "lucente-luminosity-fits" in course.provenance.keys


def test_sequences_are_checked() -> None:
    first, last = fischer18_1s(), fischer18_5s()
    with pytest.raises(InvalidValueError, match="at least two stars"):
        StarSequence.snapshots([last, first])
    with pytest.raises(InvalidValueError, match="must include the snapshots from 1 to 5 s"):
        StarSequence.snapshots([first, last], start=2 * SECOND)
    with pytest.raises(InvalidValueError, match="positive time"):
        StarSequence.constant(first, 0.0)
    with pytest.raises(InvalidValueError, match="end after the start"):
        StarSequence.fading(first, alpha=1, decay_s=1, index=1, start_s=0.0, end_s=1.0)


# --- gravity --------------------------------------------------------------------------------


def test_slow_particles_fall_back() -> None:
    """Energies at infinity above m mean m (1/N - 1) of kinetic energy at birth.

    akita-high-energy-neutrinos, Eq. (31), has G M m / r with the mass inside r: alike at the surface, but nothing
    at the centre, where the well is deepest.
    """
    star = fischer18_1s()
    needed = 1 / star.lapse - 1
    rho = star.baryonic_mass_density
    assert rho is not None
    published = NEWTON * enclosed_mass(star.radius, rho)[1:] / star.radius[1:]
    assert needed[-1] == pytest.approx(1 / np.sqrt(1 - 2 * published[-1]) - 1, rel=1e-12)
    assert needed[-1] == pytest.approx(published[-1], rel=0.25)
    assert needed[0] > 1.5 * published.max()
    assert published[0] < 1e-3
    assert np.all(needed[1:] > published)


# --- with a star ----------------------------------------------------------------------------


def test_energy_of_the_star_arrives(toy: StarProfile, model: VectorModel) -> None:
    """Invisible decays of a transparent star: the neutrinos hold what left, half of it each kind.

    2e-3: energies of neutrinos at the middle of bins of 2 MeV.
    """
    mass, scale = 50.0, np.array([1e-11])
    fip = decays.of(model, mass)
    emission = SupernovaCooling(star=toy, compton="off", lapse="off").emission(model, mass, by_energy=True)
    edges = np.linspace(0, 600, 301)
    middle = (edges[1:] + edges[:-1]) / 2
    half = 0.5 * fip.branching()[[c.startswith("nu") for c in fip.channels]].sum()
    arrived = secondary_neutrinos(
        emission, fip, two_neutrinos(mass, (0, half, half, 0, half, half)), edges=edges, duration=SECOND,
        conversion=conversion("adiabatic", middle, nufit(), power_law(), start=START),
        observation=Observation(FAR), neutrinosphere=START,
    ).fluence(scale)  # fmt: skip
    carried = (arrived.value[0] @ middle).reshape(2, 3).sum(axis=1) * 4 * np.pi * FAR**2
    number = emission.weight * emission.spectrum(scale)[0] * SECOND
    length = decay_length(fip, emission.energy) / scale**2
    expected = number @ (emission.energy * np.exp(-START / length)) * half
    assert carried == pytest.approx([expected, expected], rel=2e-3)
    sources = arrived.provenance.keys
    assert {"Esteban:2024eli", "akita-high-energy-neutrinos", "blinov-lmu-ltau"} <= set(sources)
