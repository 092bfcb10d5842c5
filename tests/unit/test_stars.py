"""The star profile and the embedded stars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate

from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS, NEWTON, SOLAR_MASS
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s, raffelt
from feebly.environments.star import enclosed_mass, gravitational_lapse, summary
from feebly.errors import InvalidValueError, ProfileFormatError
from feebly.math.fermi import net_density
from feebly.units import FM, KM

SHELLS = ((0, 5), (5, 7.5), (7.5, 10), (10, 15), (15, 17.5), (17.5, 20))


def _middles(star: StarProfile, name: str) -> np.ndarray:
    return star.sample(np.array([(a + b) / 2 for a, b in SHELLS]) * KM).potential[name]


def test_fischer_muons(shells: StarProfile) -> None:
    assert _middles(shells, "mu-") == pytest.approx([207.48, 159.73, 111.83, 85.47, 61.63, 28.91], abs=0.006)
    medium = shells.sample(np.array([2.0, 12.0]) * KM)
    electrons = net_density(medium.temperature, medium.potential["e-"], ELECTRON_MASS)
    assert electrons * FM**3 == pytest.approx([0.3 * 0.5, 0.2 * 0.06], rel=1e-9)


def test_fischer_muons_in_beta_equilibrium() -> None:
    star = fischer18_1s(muons="beta-equilibrium")
    muons = _middles(star, "mu-")
    # mu_mu = mu_n - mu_p with the isovector field; within 10 % of the printed-fraction reading
    assert muons / _middles(fischer18_1s(), "mu-") == pytest.approx(np.ones(6), abs=0.1)
    medium = star.sample(np.array([2.5]) * KM)
    n_p = net_density(medium.temperature, medium.potential["e-"], ELECTRON_MASS)[0]
    n_b = 0.5 / FM**3
    field = 2 * (4.6322 / 770.0) ** 2 * (n_b - 2 * n_p)
    assert muons[0] == pytest.approx(496.6 - 405.4 + field, abs=1e-6)
    with pytest.raises(InvalidValueError, match="beta-equilibrium"):
        fischer18_1s(muons="none")  # type: ignore[arg-type]


def test_fischer_lapse_and_mass(shells: StarProfile) -> None:
    assert shells.sample(np.array([0.0, 10.0, 20.0]) * KM).lapse == pytest.approx(
        [0.693, 0.778, 0.873], abs=1e-3
    )
    rho = shells.baryonic_mass_density
    assert rho is not None
    # exact integration over the shells, independent of the knots
    edges = np.array([0, 5, 7.5, 10, 15, 17.5, 20.0]) * KM
    level = np.array([0.5, 0.3, 0.15, 0.06, 0.03, 0.008]) / FM**3 * ATOMIC_MASS_UNIT
    inner = np.concatenate([[0.0], np.cumsum(4 / 3 * np.pi * level * np.diff(edges**3))])

    def slope(r: float) -> float:
        k = min(int(np.searchsorted(edges, r, side="right")) - 1, 5)
        m = inner[k] + 4 / 3 * np.pi * level[k] * (r**3 - edges[k] ** 3)
        return float(NEWTON * m / r**2 / (1 - 2 * NEWTON * m / r))

    depth = integrate.quad(slope, 10 * KM, 20 * KM, points=[15 * KM, 17.5 * KM], epsabs=0, epsrel=1e-10)[0]
    exact = np.sqrt(1 - 2 * NEWTON * inner[-1] / edges[-1]) * np.exp(-depth)
    assert shells.sample(np.array([10.0]) * KM).lapse[0] == pytest.approx(exact, rel=1e-5)
    assert enclosed_mass(shells.radius, rho)[-1] / SOLAR_MASS == pytest.approx(1.614, abs=6e-4)
    assert shells.kinks / KM == pytest.approx([5, 7.5, 10, 15, 17.5])
    assert fischer18_5s().radius[-1] == pytest.approx(15 * KM)
    assert "lapse" in shells.provides()
    assert "lapse" not in shells.without_lapse().provides()


def test_lapse_of_a_uniform_sphere_against_quadrature() -> None:
    r = np.linspace(0, 12 * KM, 2001)
    rho = np.full_like(r, 0.9 * SOLAR_MASS / (4 / 3 * np.pi * (12 * KM) ** 3))
    fine = np.linspace(1e-6, 12 * KM, 200001)
    m = 4 / 3 * np.pi * fine**3 * rho[0]
    slope = NEWTON * m / fine**2 / (1 - 2 * NEWTON * m / fine)
    depth = np.trapezoid(slope, fine)
    surface = np.sqrt(1 - 2 * NEWTON * m[-1] / fine[-1])
    assert gravitational_lapse(r, rho)[0] == pytest.approx(surface * np.exp(-depth), rel=1e-6)
    with pytest.raises(ProfileFormatError, match="black hole"):
        gravitational_lapse(r, 10 * rho)


def test_raffelt_numbers_and_parameters(toy: StarProfile) -> None:
    at = toy.sample(np.array([0, 10, 15, 20, 25.0]) * KM)
    assert at.potential["mu-"] == pytest.approx([125.63, 118.22, 60.15, 37.24, 25.67], abs=0.006)
    assert at.temperature[1] == pytest.approx(30.0)
    assert toy.kinks / KM == pytest.approx([10.0])
    hot = raffelt(core_temperature_mev=40.0)
    assert hot.sample(np.array([10.0]) * KM).temperature[0] == pytest.approx(40.0)
    assert "core_temperature_mev" in hot.name
    assert ("raffelt.core_temperature_mev", "40") in hot.provenance.choices
    assert raffelt(radius_km=8.0).radius[-1] == pytest.approx(8 * KM)
    for bad in ({"core_temperature_mev": -1.0}, {"electron_fraction": 1.5}, {"radius_km": float("nan")}):
        with pytest.raises(InvalidValueError):
            raffelt(**bad)


def test_sampling_sees_the_right_side_of_a_jump(shells: StarProfile) -> None:
    inner = shells.sample(np.array([5.0]) * KM, panel=(0.0, 5 * KM)).temperature[0]
    outer = shells.sample(np.array([5.0]) * KM, panel=(5 * KM, 7.5 * KM)).temperature[0]
    assert (inner, outer) == (15.0, 20.0)
    with pytest.raises(InvalidValueError, match="20 km"):
        shells.sample(np.array([21.0]) * KM)
    part = shells.sample(np.array([1.0, 6.0]) * KM).at(slice(1, 2))
    assert part.temperature.tolist() == [20.0]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"radius": np.array([0.0, 1.0])}, "values"),
        ({"temperature": np.array([1.0, -1.0, 1.0])}, "temperature is -1"),
        ({"temperature": np.array([1.0, np.nan, 1.0])}, "row 2"),
        ({"radius": np.array([0.0, 2.0, 1.0])}, "never decrease"),
        ({"radius": np.array([1.0, 2.0, 3.0])}, "start at 0"),
        ({"lapse": np.array([1.0, 1.2, 1.0])}, "lapse"),
        ({"neutrinosphere": 9.0}, "neutrinosphere"),
        ({"density": {"B": np.array([1.0, -1.0, 0.0])}}, "negative"),
        ({"potential": {"mu-": np.ones(2)}}, "mu-"),
        ({"radius": np.zeros(1)}, "two radii"),
        ({"mass_eff": {"n": np.array([900.0, 0.0, 939.0])}}, "effective mass of n is 0 MeV in row 2"),
        ({"time": np.nan}, "time after bounce is nan"),
        ({"time": np.inf}, "time after bounce is inf"),
        ({"neutrino_luminosity": -1.0}, "luminosity is -.* erg/s"),
        ({"neutrino_luminosity": np.nan}, "luminosity is nan"),
    ],
)
def test_impossible_profiles_are_refused(change: dict, match: str) -> None:  # type: ignore[type-arg]
    ones = np.ones(3)
    good = StarProfile("test", 1.0, np.array([0.0, 1.0, 2.0]), ones, {}, {}, {}, ones, 2.0)
    with pytest.raises(ProfileFormatError, match=match):
        replace(good, **change)


def test_summary_is_in_practical_units(shells: StarProfile) -> None:
    found = summary(shells)
    assert found["time_s"] == pytest.approx(1.0)
    assert found["peak_temperature_mev"] == 33.0
    assert found["central_baryon_density_fm3"] == pytest.approx(0.5)
