"""Majorons and heavy neutral leptons from a star: thin and opaque limits, tables of rates, refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from feebly import decays
from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.math.quadrature import panels
from feebly.models import Model, hnl_e, hnl_mu, majoron_ee, majoron_emu, majoron_mumu, scalar_lnc
from feebly.models.hnl import hnl
from feebly.probes import LowEnergySupernovae, SupernovaCooling, SupernovaNeutrinos
from feebly.rates.stellar import hnl_table
from feebly.rates.stellar.hnl_production import HnlProduction
from feebly.rates.stellar.majoron_coalescence import MajoronCoalescence
from feebly.rates.stellar.state_rates import StateRates, combined
from feebly.transport.rays import Resolution
from feebly.units import KM

COARSE = Resolution(knots=40, chords=12, energies=12)


def ball(temperature: float, radius: float = 10 * KM, *, end: float | None = None) -> StarProfile:
    """A star without chemical potentials of its neutrinos, homogeneous or with another temperature at its surface."""
    t = np.array([temperature, temperature if end is None else end])
    flat = np.ones(2)
    return StarProfile(
        name="ball",
        time=0.0,
        radius=np.array([0.0, radius]),
        temperature=t,
        density={"B": 1.3e6 * flat, "n": 1e6 * flat, "p": 3e5 * flat, "e-": 3e5 * flat},
        potential={
            "nu_e": 0 * flat,
            "nu_mu": 0 * flat,
            "nu_tau": 0 * flat,
            "e-": 100 * flat,
            "mu-": 100 * flat,
        },
        mass_eff={},
        lapse=flat,
        neutrinosphere=radius,
    )


def probe(star: StarProfile) -> SupernovaCooling:
    return SupernovaCooling(star=star, mean_field="none", resolution=COARSE)


def luminosity(one: SupernovaCooling, model: Model, mass: float, scale: float) -> float:
    return float(one.prepare(model, mass).evaluate([scale]).value[0])


def volume_emission(
    star: StarProfile, rates: StateRates, energy: Array, weight: Array, mass: float, n: int
) -> float:
    """int dV int dE n k E^2/(2 pi^2) Gamma_prod of a homogeneous star."""
    k = np.sqrt(energy**2 - mass**2)
    per_volume = n * (k * energy**2 * rates.production[0] / (2 * np.pi**2)) @ weight
    return float(4 / 3 * np.pi * star.radius[-1] ** 3 * per_volume)


def thin_emission(
    star: StarProfile,
    process: MajoronCoalescence | HnlProduction,
    model: Model,
    mass: float,
    *,
    trapped: bool = True,
) -> tuple[float, float]:
    """Particles and energy at infinity per time, per unit of the rates, with nodes in radius and local energy.

    int dV N int dE n k E/(2 pi^2) Gamma_prod, and the same with N E; local energies begin at m/N if slow particles are
    trapped by gravity, else at m.
    """
    states = 1 if isinstance(process, MajoronCoalescence) else 2
    ends = [0.0, *(k for k in star.kinks if 0 < k < star.neutrinosphere * (1 - 1e-9)), star.neutrinosphere]
    root, step = panels(np.linspace(0, 5, 3), 6)
    number = energy = 0.0
    for low, high in pairwise(ends):
        radius, width = panels(np.array([low, high]), 4)
        medium = star.sample(radius, panel=(low, high))
        n, t = medium.lapse[:, None], medium.temperature[:, None]
        e = (mass / n if trapped else mass) + t * root**2
        rate = combined(process.rates(model, mass, medium, e).values()).production  # type: ignore[arg-type]
        made = states * np.sqrt(e**2 - mass**2) * e / (2 * np.pi**2) * rate * 2 * t * root * step
        volume = 4 * np.pi * radius**2 * width * medium.lapse
        number += float(volume @ made.sum(axis=1))
        energy += float(volume @ (n * e * made).sum(axis=1))
    return number, energy


@pytest.mark.parametrize(
    ("model", "mass"), [(majoron_emu(), 50.0), (majoron_ee(), 200.0), (hnl_mu(), 200.0), (hnl_e(), 400.0)]
)
def test_thin_star_emits_what_its_shells_make(shells: StarProfile, model: Model, mass: float) -> None:
    """Number and energy at infinity against direct quadrature: 2e-4, interpolation in radius and of the tabulated rates."""
    process = MajoronCoalescence() if model.scale.power == 2 else HnlProduction()
    number, energy = thin_emission(shells, process, model, mass)
    scale = 1e-14
    strength = scale**model.scale.power
    (emitted,) = SupernovaNeutrinos(star=shells).prepare(model, mass).emissions
    spectrum = emitted.spectrum([scale])[0] * emitted.weight / strength
    assert spectrum.sum() == pytest.approx(number, rel=2e-4)
    assert spectrum @ emitted.energy == pytest.approx(energy, rel=2e-4)
    cooling = luminosity(SupernovaCooling(star=shells), model, mass, scale)
    assert cooling / strength == pytest.approx(energy, rel=2e-4)


def test_slow_particles_fall_back(shells: StarProfile) -> None:
    """Local energies between m and m/N would make a majoron of 200 MeV four times as luminous."""
    process, mass = MajoronCoalescence(), 200.0
    leaving, everything = (
        thin_emission(shells, process, majoron_ee(), mass, trapped=trapped)[1] for trapped in (True, False)
    )
    assert 3.5 < everything / leaving < 4.5
    (emitted,) = SupernovaNeutrinos(star=shells).prepare(majoron_ee(), mass).emissions
    assert emitted.energy.min() > mass


@pytest.mark.parametrize(("model", "states"), [(majoron_ee(), 1), (majoron_mumu(), 1), (hnl_mu(), 2)])
def test_transparent_star_emits_from_its_volume(model: Model, states: int) -> None:
    """Weak coupling: the luminosity is the integral of the production rate. 3e-3: energies of the coarse grid."""
    mass, star = 60.0, ball(25.0)
    energy, weight = panels(mass + np.linspace(0, 30, 61) ** 2, 6)
    medium = star.sample(np.array([5 * KM]))
    if states == 1:
        rates = combined(MajoronCoalescence().rates(model, mass, medium, energy[None]).values())  # type: ignore[arg-type]
    else:
        process = HnlProduction(mean_field="none")
        rates = combined(process.rates(model, mass, medium, energy[None]).values())  # type: ignore[arg-type]
    direct = volume_emission(star, rates, energy, weight, mass, states)
    scale = 1e-16
    found = luminosity(probe(star), model, mass, scale)
    assert found / scale**model.scale.power == pytest.approx(direct, rel=3e-3)


def test_opaque_star_is_a_black_body() -> None:
    """Strong coupling: pi R^2 times the flux of one boson without chemical potential, whatever the core. 1 %: the surface layer."""
    mass, star = 60.0, ball(40.0, end=20.0)
    energy, weight = panels(mass + np.linspace(0, 25, 61) ** 2, 6)
    flux = weight @ (energy * (energy**2 - mass**2) / (8 * np.pi**2) / np.expm1(energy / 20.0))
    plain = replace(probe(star), potential="none", resolution=COARSE.refined(4))
    found = luminosity(plain, majoron_ee(), mass, 1e-3)
    assert found == pytest.approx(4 * np.pi * star.radius[-1] ** 2 * flux, rel=1e-2)


def test_dirac_particles_and_antiparticles_together_are_as_many_as_majorana_particles() -> None:
    """Both are made alike; each kind decays and is absorbed half as fast, which is seen in an opaque star only."""
    one = probe(ball(25.0))
    both = hnl(fraction={"mu": 1.0}, nature="dirac")
    assert luminosity(one, both, 60.0, 1e-14) == pytest.approx(
        luminosity(one, hnl_mu(), 60.0, 1e-14), rel=1e-9
    )
    assert luminosity(one, both, 60.0, 1e-3) > 1.2 * luminosity(one, hnl_mu(), 60.0, 1e-3)
    apart = one.particle_line(both, 60.0).apart()
    assert len(apart) == 2
    whole = sum(sum(e.luminosity([1e-8]).values()) for e in apart)
    together = sum(one.particle_line(both, 60.0).emission().luminosity([1e-8]).values())
    assert together == pytest.approx(whole, rel=1e-9)


def test_decays_in_the_star_count_for_heavy_leptons() -> None:
    """A heavy neutral lepton that lives shorter than its way out leaves the star from a layer only."""
    star, mass, scale = ball(25.0), 250.0, 1e-3
    width = float(decays.of(hnl_e(), mass).gamma.sum()) * scale
    assert 400.0 / mass / width < star.radius[-1] / 10
    one = probe(star)
    thin = luminosity(one, hnl_e(), mass, 1e-12) / 1e-12 * scale
    assert luminosity(one, hnl_e(), mass, scale) < 0.2 * thin


def test_energies_apart_sum_to_the_luminosity() -> None:
    """5e-3: reactions with muons have a threshold, at which few energies converge slowly."""
    one = probe(ball(25.0, end=8.0))
    for model in (majoron_ee(), hnl_mu()):
        emitted = one.emission(model, 60.0, by_energy=True)
        assert len(emitted.processes) == 1
        total = emitted.spectrum([1e-11])[0] @ (emitted.weight * emitted.energy)
        assert total == pytest.approx(luminosity(one, model, 60.0, 1e-11), rel=5e-3)


def test_table_of_rates(shells: StarProfile, toy: StarProfile) -> None:
    """Against the rates themselves, weighted as they shine: 1e-3."""
    model, process = hnl_e(), HnlProduction(mean_field="none")
    for star in (shells, toy):
        one = SupernovaCooling(star=star, mean_field="none", resolution=Resolution(12, 4, 4, 4), lapse="off")
        grid = one._grid
        energy = np.repeat(100.0 + np.geomspace(3, 400, 9)[None], grid.medium.radius.size, axis=0)
        table = hnl_table.tabulated(
            process, model, model.fingerprint(), 100.0, star, r_max=float(grid.medium.radius[-1]), top=900.0
        )
        exact = combined(process.rates(model, 100.0, grid.medium, energy).values())
        found = combined(table.at(grid.medium, grid.interval, energy).values())
        weight = grid.medium.radius[:, None] ** 2 * energy**3
        for name in ("production", "absorption"):
            a, b = getattr(found, name), getattr(exact, name)
            assert np.sum(a * weight) == pytest.approx(np.sum(b * weight), rel=1e-3)
        assert found.net == pytest.approx(exact.net, rel=5e-2)


def test_equal_stars_share_their_tables(shells: StarProfile) -> None:
    arguments = (HnlProduction(mean_field="none"), hnl_mu(), hnl_mu().fingerprint(), 77.0)
    r_max = shells.neutrinosphere
    first = hnl_table.tabulated(*arguments, shells, r_max=r_max, top=900.0)
    assert hnl_table.tabulated(*arguments, replace(shells, name="same"), r_max=r_max, top=900.0) is first
    hotter = replace(shells, temperature=1.01 * shells.temperature)
    assert hnl_table.tabulated(*arguments, hotter, r_max=r_max, top=900.0) is not first


def test_refusals(toy: StarProfile) -> None:
    with pytest.raises(UnsupportedModelError, match="NeutrinoMatrix or SterileMixing"):
        SupernovaCooling(star=toy).prepare(scalar_lnc(), 10.0)
    with pytest.raises(UnsupportedModelError, match="VectorCurrent"):
        LowEnergySupernovae(star=toy).prepare(hnl_mu(), 10.0)
    with pytest.raises(UnsupportedModelError, match="r_far_km"):
        SupernovaCooling(star=toy, r_far_km=100.0).prepare(majoron_ee(), 10.0)
    bare = replace(toy, potential={"nu_mu": toy.potential["nu_mu"]})
    support = SupernovaCooling(star=bare).supports(majoron_ee())
    assert not support.ok
    assert "nu_e" in support.why
    assert SupernovaCooling(star=bare).supports(majoron_mumu()).ok
    for wrong in (0.0, -1.0, np.nan):
        with pytest.raises(InvalidValueError):
            SupernovaCooling(star=toy).prepare(majoron_ee(), wrong)
