"""Structure of hot stars: equations against closed forms and another integration, and bad input."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline

from feebly.constants import ATOMIC_MASS_UNIT, NEWTON, SOLAR_MASS
from feebly.environments.hydrostatic import structure
from feebly.environments.low_density import ideal_matter
from feebly.environments.neutrinosphere import neutrinosphere, optical_depth
from feebly.environments.pns_stars import standard_parameters
from feebly.environments.proto_neutron_star import ProtoNeutronStar, StarParameters, proto_neutron_star
from feebly.environments.proto_neutron_star_profile import profile
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError
from feebly.units import FM, KM


@cache
def star(knots: int = 120) -> ProtoNeutronStar:
    return proto_neutron_star(replace(standard_parameters(1.0), knots=knots))


@pytest.mark.parametrize(("knots", "tolerance"), [(101, 3e-4), (401, 2e-5)])
def test_incompressible_star(knots: int, tolerance: float) -> None:
    """The interior Schwarzschild solution; the error falls with the square of the grid."""
    energy, radius = 3e9, 11.0 * KM
    mass = 4 * np.pi / 3 * radius**3 * energy
    r = np.linspace(0.0, radius, knots)
    root, edge = np.sqrt(1 - 2 * NEWTON * mass * r**2 / radius**3), np.sqrt(1 - 2 * NEWTON * mass / radius)
    pressure = energy * (root - edge) / (3 * edge - root)
    n = np.full(knots, 1e6)
    # baryon number in the proper volume, closed form
    k = np.sqrt(2 * NEWTON * mass / radius**3)
    baryons = 4 * np.pi * n * (np.arcsin(k * r) - k * r * root) / (2 * k**3)
    found = structure(baryons, n, np.full(knots, energy), pressure)
    assert found.radius == pytest.approx(r, rel=tolerance, abs=1e-9)
    assert found.mass[-1] == pytest.approx(mass, rel=3 * tolerance)
    assert found.pull[0] - found.pull[-1] == pytest.approx(pressure[0], rel=3 * tolerance)
    lapse = (3 * edge - root[0]) / 2
    assert np.exp(found.potential[0]) == pytest.approx(lapse, rel=3 * tolerance)


def test_against_an_integration_in_the_radius() -> None:
    """The usual equations outward from the centre, with e(P) along the star from splines.

    The layers differ by their own error of 0.3 % at the surface (240 knots), the mass by less.
    """
    equilibrium = star(240).equilibrium
    log_p = np.log(equilibrium.pressure[::-1])
    state = CubicSpline(log_p, np.log(np.stack([equilibrium.energy, equilibrium.density]))[:, ::-1], axis=1)

    def slope(r: float, y: np.ndarray) -> list[float]:
        pressure, (energy, density) = np.exp(y[0]), np.exp(state(y[0]))
        pull = NEWTON * (energy + pressure) * (y[1] + 4 * np.pi * r**3 * pressure)
        open_ = 1 - 2 * NEWTON * y[1] / r
        return [
            -pull / (r**2 * open_ * pressure),
            4 * np.pi * r**2 * energy,
            4 * np.pi * r**2 * density / np.sqrt(open_),
        ]

    def surface(r: float, y: np.ndarray) -> float:
        return float(y[0] - log_p[0])

    surface.terminal = True  # type: ignore[attr-defined]
    start = 0.01 * KM
    volume = 4 * np.pi * start**3 / 3
    first = [log_p[-1], volume * equilibrium.energy[0], volume * equilibrium.density[0]]
    done = solve_ivp(
        slope, (start, 60 * KM), first, method="DOP853", rtol=1e-9, max_step=0.1 * KM, events=surface
    )
    deep = equilibrium.structure.radius > 3 * KM
    wanted = np.interp(-np.log(equilibrium.pressure[deep]), -done.y[0], done.t)
    assert wanted == pytest.approx(equilibrium.structure.radius[deep], rel=6e-3)
    assert done.y[1, -1] == pytest.approx(equilibrium.structure.mass[-1], rel=2e-3)
    assert done.y[2, -1] == pytest.approx(equilibrium.baryons[-1], rel=2e-3)


def test_entropy_and_leptons_are_as_asked() -> None:
    equilibrium, matter = star().equilibrium, star().matter
    layers = equilibrium.layers
    total = layers.total(matter)
    assert total.entropy / matter.baryon_density == pytest.approx(layers.entropy, rel=1e-7)
    leptons = matter.fraction("e-") + matter.fraction("nu_e")
    assert leptons == pytest.approx(layers.lepton_fraction, rel=1e-6)
    assert total.pressure == pytest.approx(equilibrium.structure.pull, rel=1e-7)
    assert equilibrium.residual < 1e-8


def test_thermodynamic_identity_along_the_star() -> None:
    """dP = s dT + sum n dmu of matter and photons between knots, by the mean of both ends."""
    matter = star(240).matter
    parts = [matter.parts[name] for name in ("baryons", "leptons", "photons")]
    pressure = sum(p.pressure for p in parts)
    entropy = sum(p.entropy for p in parts)

    def mean(values: np.ndarray) -> np.ndarray:
        return (values[1:] + values[:-1]) / 2

    right = mean(entropy) * np.diff(matter.temperature)
    for species in ("n", "p", "e-", "mu-"):
        right = right + mean(matter.density[species]) * np.diff(matter.potential[species])
    scale = np.abs(np.diff(pressure))
    assert np.max(np.abs(np.diff(pressure) - right) / scale) < 0.02
    assert np.sum(right) == pytest.approx(pressure[-1] - pressure[0], rel=1e-4)


def test_muon_number_of_the_cold_variant() -> None:
    cold = proto_neutron_star(replace(standard_parameters(1.0, variant="cold"), knots=80))
    number = cold.matter.fraction("mu-") + cold.matter.fraction("nu_mu")
    assert np.abs(number).max() < 1e-9
    assert cold.matter.fraction("mu-").max() < star().matter.fraction("mu-").max()


def test_join_of_envelope_and_star() -> None:
    """Ideal matter continues pressure, energy and entropy of the surface; the profile has no step."""
    matter = star().matter
    parts = [matter.parts[name] for name in ("baryons", "leptons", "photons")]
    thin = ideal_matter(
        matter.baryon_density[-1:],
        matter.temperature[-1:],
        matter.fraction("e-")[-1:],
        nucleon_mass=matter.field.nucleon_mass,
    )
    for name in ("pressure", "energy", "entropy"):
        dense = sum(getattr(p, name)[-1] for p in parts)
        assert getattr(thin, name)[0] == pytest.approx(dense, rel=1e-4)
    made = profile(star())
    last = star().parameters.knots - 1
    assert made.radius[-1] == pytest.approx(1000 * KM)
    fall = made.radius[last] / made.radius[last:]
    assert made.temperature[last:] == pytest.approx(made.temperature[last] * fall, rel=1e-12)
    for s in ("n", "p", "e-"):  # matter of the surface, in the mean field, and of the envelope
        bound = {"n": 938.0, "p": 938.0, "e-": 0.0}[s]
        eta = (made.potential[s][last - 1 : last + 2] - bound) / made.temperature[last - 1 : last + 2]
        assert np.abs(np.diff(eta)).max() < 0.2
    slope = np.diff(np.log(made.density["B"][last:])) / np.diff(np.log(made.radius[last:]))
    assert slope == pytest.approx(-3.0, abs=1e-9)
    assert np.all(np.diff(made.lapse) > 0)
    outer = made.lapse[-1] ** 2
    mass = star().equilibrium.structure.mass[-1]
    assert 1 - outer == pytest.approx(2 * NEWTON * mass / made.radius[-1], rel=0.01)


def test_neutrinosphere_of_uniform_matter() -> None:
    """tau = n sigma <E^2> (R - r)."""
    from feebly.environments.neutrinosphere import MEAN_SQUARE_ENERGY, cross_sections

    r, one = np.linspace(0.0, 20.0, 401) * KM, np.ones(401)
    n = 1e-4 / FM**3
    depth = optical_depth(r, one, n * one, 0 * one, 5.0 * one)
    per_length = cross_sections()[0] * MEAN_SQUARE_ENERGY * 25 * n
    assert depth == pytest.approx(per_length * (20 * KM - r), rel=1e-12, abs=1e-12)
    assert neutrinosphere(r, depth) == pytest.approx(20 * KM - 2 / 3 / per_length, rel=1e-3)
    with pytest.raises(OutOfDomainError, match="transparent"):
        neutrinosphere(r, 1e-3 * depth)


def test_baryonic_mass_is_that_asked() -> None:
    baryons = star().equilibrium.baryons[-1]
    assert baryons * ATOMIC_MASS_UNIT / SOLAR_MASS == pytest.approx(1.6, rel=1e-12)
    assert 1.45 < star().gravitational_mass_msun < 1.6


PLAIN = StarParameters("mine", 1.0, 1.5, (0.0, 0.5, 1.0), (1.0, 2.0, 50.0), (0.3, 0.2, 0.1))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"enclosed": (0.0, 0.5, 0.9)}, "enclosed must increase from 0 to 1"),
        ({"entropy": (1.0, 2.0)}, "entropy has 2 values for 3 places"),
        ({"entropy": (1.0, -2.0, 3.0)}, "it must be positive"),
        ({"baryonic_mass_msun": 5.0}, "must lie between 0.5 and 2.6"),
        ({"knots": 3}, "3 knots are too few"),
    ],
)
def test_refusals(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        replace(PLAIN, **changes)  # type: ignore[arg-type]


@pytest.mark.slow
def test_too_heavy_a_star_is_refused() -> None:
    with pytest.raises(ConvergenceError, match="Change mass or entropy"):
        proto_neutron_star(
            replace(standard_parameters(1.0), baryonic_mass_msun=2.6, entropy=(0.8,) * 9, knots=40)
        )
