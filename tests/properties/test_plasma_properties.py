"""Laws of vectors in a plasma: other models from the same tables, modes apart, resonances, what R_far changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feebly import models
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.errors import UnsupportedModelError
from feebly.limits import solve
from feebly.models import VectorModel
from feebly.probes import DiffusiveFlux, LowEnergySupernovae, SupernovaCooling
from feebly.rates.stellar.bremsstrahlung import NucleonMatter, bremsstrahlung
from feebly.rates.stellar.charge_table import charges_at
from feebly.rates.stellar.plasma_mixing import in_plasma
from feebly.rates.stellar.plasma_rates import MODES, PlasmaOptions, mode_rates, plasma_matter
from feebly.transport.rays import Resolution
from feebly.units import ERG, KM, SECOND

COARSE = Resolution(knots=40, chords=8, energies=8, bins=8)
G = np.geomspace(1e-13, 1e-6, 15)
CHARGEPHOBIC = models.chargephobic(running="off")


def make(**changes: object) -> SupernovaCooling:
    return SupernovaCooling(star=raffelt(), pions="off", compton="off", resolution=COARSE, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def probe() -> SupernovaCooling:
    return make()


# --- other models from the same tables -----------------------------------------------------


@settings(max_examples=12)
@given(st.floats(0.0, np.pi), st.floats(0.5, 260.0))
def test_along_is_a_fresh_prepare(phi: float, mass: float) -> None:
    probe = _CACHE.setdefault("inside", make())
    other = models.em_bl(phi=phi)
    fresh = probe.prepare(other, mass).evaluate(G).value
    again = probe.prepare(models.dark_photon(), mass).along(other).evaluate(G).value
    assert again == pytest.approx(fresh, rel=1e-10)


@settings(max_examples=6)
@given(st.floats(0.0, np.pi), st.floats(2.0, 200.0))
def test_along_knows_the_way_outside(phi: float, mass: float) -> None:
    probe = _CACHE.setdefault("outside", make(r_far_km=100.0, r_max_km=20.0))
    other = models.em_bl(phi=phi)
    fresh = probe.prepare(other, mass).evaluate(G).value
    again = probe.prepare(models.b_minus_l(), mass).along(other).evaluate(G).value
    assert again == pytest.approx(fresh, rel=1e-10)


_CACHE: dict[str, SupernovaCooling] = {}


@pytest.mark.parametrize("escape", ["angular", "radial-factor", "free"])
@pytest.mark.parametrize(
    ("start", "other"),
    [
        (models.b_minus_l(), models.dark_photon()),
        (models.lmu_ltau(), CHARGEPHOBIC),
        (models.dark_photon(), models.lmu_ltau()),
        (models.chargephobic(), models.em_bl(phi=1.0)),
    ],
    ids=[
        "b-l to dark-photon",
        "lmu-ltau to chargephobic",
        "dark-photon to lmu-ltau",
        "chargephobic to em-bl",
    ],
)
def test_along_between_named_models(escape: str, start: VectorModel, other: VectorModel) -> None:
    probe = make(plasma="on", escape=escape)
    response = probe.prepare(start, 12.0)
    again = response.along(other).evaluate(G)
    fresh = probe.prepare(other, 12.0).evaluate(G)
    assert again.value == pytest.approx(fresh.value, rel=1e-10)
    assert np.array_equal(again.valid, fresh.valid)
    assert again.parts == {}
    assert again.provenance.choices == fresh.provenance.choices
    assert again.provenance.sources == fresh.provenance.sources


# --- modes and processes -------------------------------------------------------------------


@settings(max_examples=10)
@given(st.floats(0.0, np.pi), st.floats(0.5, 260.0))
def test_positive_finite_and_below_transparent(phi: float, mass: float) -> None:
    probe = _CACHE.setdefault("inside", make())
    value = probe.prepare(models.em_bl(phi=phi), mass).evaluate(G).value
    assert np.all(np.isfinite(value) & (value > 0))
    assert np.all(value <= value[0] * (G / G[0]) ** 2 * (1 + 1e-9))


@pytest.mark.parametrize("mass", [3.0, 12.0, 100.0])
@pytest.mark.parametrize(
    "model", [models.dark_photon(), models.b_minus_l(), CHARGEPHOBIC], ids=lambda m: m.name
)
def test_modes_add(probe: SupernovaCooling, model: VectorModel, mass: float) -> None:
    """Each polarisation travels on its own."""
    parts = [
        replace(probe, polarisation=mode).prepare(model, mass).evaluate(G).value
        for mode in ("transverse", "longitudinal")
    ]
    response = probe.prepare(model, mass)
    # 1e-9: bins of an opaque star cancel
    assert response.evaluate(G).value == pytest.approx(parts[0] + parts[1], rel=1e-9)
    signal = response.evaluate(G)
    assert sum(signal.parts.values()) == pytest.approx(signal.value, rel=1e-9)


def test_spectrum_adds_up_to_the_luminosity(probe: SupernovaCooling) -> None:
    """3e-3: the spectrum has four times as many energies as the luminosity."""
    probe = replace(probe, resolution=replace(COARSE, energies=24))
    for model, mass in ((models.dark_photon(), 12.0), (models.b_minus_l(), 60.0)):
        flux = probe.spectrum(model, mass, G)
        emission = probe.emission(model, mass, by_energy=True)
        total = flux.value @ (emission.weight * emission.energy)
        assert total == pytest.approx(probe.prepare(model, mass).evaluate(G).value, rel=3e-3)


# --- the plane of dark photon and B-L ------------------------------------------------------


def luminosity(probe: SupernovaCooling, model: VectorModel, mass: float) -> float:
    return float(probe.prepare(model, mass).evaluate([1e-14]).value[0])


def test_equal_charges_radiate_as_quadrupoles(toy) -> None:  # type: ignore[no-untyped-def]
    """In vacuum B-L loses the dipole: T/M times a number is left, and less for slow vectors, which have v^2."""
    matter = NucleonMatter.of(toy.sample(np.array([10 * KM])))
    energy = np.array([[31.0, 60.0, 90.0]])
    for mode in ("transverse", "longitudinal"):
        form = getattr(bremsstrahlung("absorption", 30.0, energy, matter), mode)
        ratio = form.rate(1.0, 1.0) / form.rate(1.0, 0.0)
        assert np.all(ratio < 0.2)
        assert ratio[0, 0] < 0.2 * ratio[0, 1] < 0.2 * ratio[0, 2]


def test_the_plasma_lifts_the_suppression_of_b_l(probe: SupernovaCooling) -> None:
    """Above 20 MeV B-L is suppressed against the dark photon; far below the plasma screens protons but not neutrons."""
    ratio = {
        mass: luminosity(probe, models.b_minus_l(), mass) / luminosity(probe, models.dark_photon(), mass)
        for mass in (2.0, 5.0, 30.0)
    }
    assert ratio[30.0] < 0.35 < 2 < ratio[5.0] < ratio[2.0]
    light = luminosity(probe, models.b_minus_l(), 2.0)
    assert light / luminosity(probe, CHARGEPHOBIC, 2.0) == pytest.approx(
        2, rel=0.15
    )  # off neutrons: sin(phi)^2


def test_dark_photon_and_b_l_are_resonant_at_the_same_mass(probe: SupernovaCooling) -> None:
    """The peak of the transparent luminosity, and the same number there: photons that turn into X."""
    masses = np.geomspace(10.0, 25.0, 12)
    transverse = replace(probe, polarisation="transverse")
    dark, b_l, neutral = (
        np.array([luminosity(transverse, model, float(m)) for m in masses])
        for model in (models.dark_photon(), models.b_minus_l(), CHARGEPHOBIC)
    )
    peak = int(np.argmax(dark))
    assert peak == int(np.argmax(b_l))
    assert 0 < peak < masses.size - 1
    assert b_l[peak] == pytest.approx(dark[peak], rel=0.1)
    assert dark[peak] > 5 * dark[peak - 3]
    assert np.max(neutral) < 0.05 * dark[peak]


# --- R_far ---------------------------------------------------------------------------------


@pytest.mark.parametrize("running", ["off", "on"])
def test_chargephobic_does_not_know_how_far(probe: SupernovaCooling, running: str) -> None:
    """Decays to neutrinos outside are an escape; with running x_e = 5e-4 absorbs a part in 10^6."""
    found = [
        solve(replace(probe, r_far_km=far), models.chargephobic(running=running), [100.0]).excluded[0][0]
        for far in (25.0, 100.0, 1000.0)
    ]
    assert found[1] == pytest.approx(found[0], rel=1e-3)
    assert found[2] == pytest.approx(found[0], rel=1e-3)


def test_dark_photon_ceilings_fall_with_the_distance(probe: SupernovaCooling) -> None:
    """Decays to e+ e- absorb on the way: the floor stays, the ceiling goes as the distance to the power -1/2 at least."""
    floors, ceilings = np.transpose(
        [
            solve(replace(probe, r_far_km=far), models.dark_photon(), [100.0]).excluded[0][0]
            for far in (26.0, 60.0, 100.0)
        ]
    )
    assert floors == pytest.approx(floors[0], rel=0.2)
    assert ceilings[0] > 1.5 * ceilings[1]
    assert ceilings[1] > 1.2 * ceilings[2]


@pytest.mark.parametrize("plasma", ["on", "off"])
def test_outside_only_visible_decays_absorb(plasma: str) -> None:
    """In vacuum B-L loses 2/5 of the depth of its width; L_mu - L_tau below two muons next to nothing."""
    inside = make(plasma=plasma)
    far = replace(inside, r_far_km=1000.0)
    g = [1e-9, 3e-9, 1e-8]
    muonic = [p.prepare(models.lmu_ltau(), 60.0).evaluate(g).value for p in (inside, far)]
    assert muonic[0] == pytest.approx(muonic[1], rel=1e-2)  # most at 1e-8, where little escapes
    if plasma == "on":
        charged = [p.prepare(models.b_minus_l(), 60.0).evaluate(g).value for p in (inside, far)]
        assert np.all(charged[1] < 0.7 * charged[0])


def test_transparent_way_outside_is_no_way(probe: SupernovaCooling) -> None:
    thin = [
        p.prepare(models.dark_photon(), 60.0).evaluate([1e-14]).value[0]
        for p in (probe, replace(probe, r_far_km=1000.0))
    ]
    assert thin[1] == pytest.approx(thin[0], rel=1e-6)


def test_matter_beyond_the_surface_absorbs(toy: StarProfile) -> None:
    """raffelt cut at 20 km: neutrons of its outer 5 km absorb a chargephobic vector, vacuum does not."""
    cut = make(r_max_km=20.0, r_far_km=25.0)
    empty = replace(cut, star=replace_end(toy, 20.0))
    bare = replace(empty, r_far_km=None)
    g = [1e-13, 1e-8, 1e-7, 1e-6]
    matter, vacuum, none = (p.prepare(CHARGEPHOBIC, 10.0).evaluate(g).value for p in (cut, empty, bare))
    assert vacuum == pytest.approx(none, rel=1e-6)
    assert matter[0] == pytest.approx(vacuum[0], rel=1e-6)
    assert np.all(matter[1:] < vacuum[1:])
    assert matter[2] < 0.9 * vacuum[2]
    assert np.all(matter > 0)


def test_depth_of_the_matter_outside_by_quadrature(toy: StarProfile) -> None:
    """The radial depth between 20 and 25 km from rates at 400 radii; 5e-3, the knots of the way."""
    mass, model = 30.0, models.dark_photon()
    line = make(r_max_km=20.0, r_far_km=25.0).line(mass)
    dense = toy.sample(np.linspace(20.0, 25.0, 400) * KM, panel=(10 * KM, 25 * KM))
    matter = plasma_matter(dense, PlasmaOptions(pions="off", compton="off"))
    energy = np.broadcast_to(line.at.infinity, (400, line.at.infinity.size))
    charges = charges_at(model, mass)
    for mode, beyond in zip(MODES, line.beyond, strict=True):
        cell = beyond.of(charges, parts=False)
        assert line.outside is not None
        depth = line.outside.depth(cell.inner, cell.outer)[:, -1]
        rates = next(r for r in mode_rates(mass, energy, matter) if r.mode == mode)
        found = in_plasma(rates, charges, energy, mass, matter)
        kappa = sum(x for name, x in found.items() if "coalescence" not in name)
        kappa = kappa * energy / np.sqrt(energy**2 - mass**2)
        assert depth == pytest.approx(np.trapezoid(kappa, dense.radius, axis=0), rel=5e-3)


def replace_end(star: StarProfile, end: float) -> StarProfile:
    """The same star, its profile cut at a radius [km]."""
    keep = star.radius <= end * KM * (1 + 1e-9)
    assert star.radius[keep][-1] / KM == pytest.approx(end)

    def cut(table: object) -> dict[str, np.ndarray]:
        return {name: values[keep] for name, values in table.items()}  # type: ignore[attr-defined]

    return replace(
        star,
        radius=star.radius[keep],
        temperature=star.temperature[keep],
        potential=cut(star.potential),
        density=cut(star.density),
        mass_eff=cut(star.mass_eff),
        lapse=star.lapse[keep],
        neutrinosphere=end * KM,
    )


# --- the other probes ----------------------------------------------------------------------


def test_low_energy_supernovae_of_a_dark_photon(toy: StarProfile) -> None:
    """e+ e- below the pions, then pi+ pi-; a limit ten times lower excludes couplings sqrt(10) times smaller."""
    probe = LowEnergySupernovae(star=toy, pions="off", compton="off", resolution=COARSE)
    light = probe.prepare(models.dark_photon(), 100.0).evaluate([1e-11])
    assert {name for name, part in light.parts.items() if part[0] > 0} <= {"e- e+", "pi0 gamma"}
    heavy = probe.prepare(models.dark_photon(), 400.0).evaluate([1e-11])
    assert heavy.parts["pi+ pi-"][0] > 0
    assert heavy.parts["e- e+"][0] > heavy.parts["mu- mu+"][0] > 0
    floors = [
        solve(replace(probe, limit_erg=x), models.dark_photon(), [100.0]).excluded[0][0, 0]
        for x in (1e51, 1e50)
    ]
    assert floors[0] / floors[1] == pytest.approx(np.sqrt(10), rel=0.02)
    assert floors[0] < solve(make(), models.dark_photon(), [100.0]).excluded[0][0, 0]


def test_diffusive_flux_of_charged_vectors(toy: StarProfile) -> None:
    """Each mode diffuses on its own: the flux is at most that of all states with the longest mean free path."""
    probe = DiffusiveFlux(star=toy, window="off", compton="off")
    for model in (models.dark_photon(), models.b_minus_l()):
        flux = probe.prepare(model, 30.0).evaluate([1e-7, 2e-7]).value / (ERG / SECOND)
        assert flux[0] == pytest.approx(4 * flux[1], rel=1e-9)
        assert 1e40 < flux[0] < 1e60
    with pytest.raises(UnsupportedModelError):
        probe.prepare(models.scalar_lnc(), 30.0)
