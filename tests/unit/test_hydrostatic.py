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
from feebly.environments.hydrostatic_matter import adiabats
from feebly.environments.low_density import ideal_matter
from feebly.environments.neutrinosphere import neutrinosphere, optical_depth
from feebly.environments.pns_parameters import Course, standard_parameters
from feebly.environments.pns_stars import STORED, stored
from feebly.environments.proto_neutron_star import ProtoNeutronStar, StarParameters, proto_neutron_star
from feebly.environments.proto_neutron_star_energy import loss_of_mass
from feebly.environments.proto_neutron_star_profile import profile
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError
from feebly.units import FM, KM, SECOND


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
    radius, layers = equilibrium.structure.radius, -np.log(equilibrium.pressure)
    wanted = np.interp(layers, -done.y[0], done.t)
    core = (radius > 3 * KM) & (radius < 18 * KM)
    assert wanted[core] == pytest.approx(radius[core], rel=1e-3)
    assert wanted[~core][-40:] == pytest.approx(radius[~core][-40:], rel=6e-3)
    assert done.y[1, -1] == pytest.approx(equilibrium.structure.mass[-1], rel=2e-3)
    assert done.y[2, -1] == pytest.approx(equilibrium.baryons[-1], rel=2e-3)


@pytest.mark.slow
def test_grid() -> None:
    """Second order: each doubling of the knots divides the change of mass, radius, temperature and lapse by about four."""
    rows = []
    for knots in (60, 120, 240, 480):
        found = star(knots).equilibrium
        rows.append(
            [
                found.structure.mass[-1],
                np.interp(0.99 * found.baryons[-1], found.baryons, found.structure.radius),
                found.temperature[0],
                np.exp(found.structure.potential[0]),
            ]
        )
    steps = np.abs(np.diff(np.array(rows), axis=0))
    ratio = steps[:-1] / steps[1:]
    assert np.all((ratio > 2.5) & (ratio < 6.5)), ratio
    assert np.all(steps[-1] < 2e-3 * np.abs(rows[-1]))


def test_entropy_and_leptons_are_as_asked() -> None:
    equilibrium, matter = star().equilibrium, star().matter
    layers = equilibrium.layers
    total = layers.total(matter)
    assert total.entropy / matter.baryon_density == pytest.approx(layers.entropy, rel=1e-7)
    assert layers.leptons(matter) == pytest.approx(layers.lepton_fraction, rel=1e-6)
    assert total.pressure == pytest.approx(equilibrium.structure.pull, rel=1e-7)
    assert equilibrium.residual < 1e-8
    net = matter.fraction("mu-") + matter.fraction("nu_mu")
    assert np.abs(net).max() < 1e-9


def test_electrons_of_the_atmosphere_are_those_given() -> None:
    """Where neutrinos have left, Y_e is the lepton number: nobody waits for weak equilibrium there."""
    layers, matter = star().equilibrium.layers, star().matter
    gone = layers.share(matter.baryon_density) < 0.01
    assert gone.sum() > 3
    assert matter.fraction("e-")[gone] == pytest.approx(layers.lepton_fraction[gone], rel=0.02)
    made = profile(star())
    outside = made.radius > 1.5 * made.neutrinosphere
    for species in ("nu_e", "nu_mu"):
        assert np.abs(made.potential[species][outside]).max() < 1e-3


def test_euler_relation_along_the_star() -> None:
    """e + P = T s + sum mu n with all species: baryons, leptons and all neutrinos."""
    matter = star().matter
    total, t = matter.total, matter.temperature
    right = t * total.entropy
    for species, number in matter.density.items():
        right = right + matter.potential[species] * number
    assert total.energy + total.pressure == pytest.approx(right, rel=1e-9)


def test_first_law_along_the_star() -> None:
    """n d(e/n)/dn = P/n at given entropy and leptons, neutrinos included.

    Where neutrinos leave, compression holds back more of them, d ln(share)/d ln n = rho_t/rho, which helps it: the work is
    less than that of P by share (rho_t/rho) P_nu, by 6 % at most, and less than 2e-3 above 1e13 g/cc.
    """
    equilibrium, matter = star(240).equilibrium, star(240).matter
    layers, n, t, y = (
        equilibrium.layers,
        equilibrium.density,
        equilibrium.temperature,
        equilibrium.proton_fraction,
    )
    course = adiabats(layers, n, t, y).course
    h = 1e-3
    ends = []
    for sign in (-1, 1):
        dense = n * np.exp(sign * h)
        state = layers.matter(dense, t * np.exp(sign * h * course[0]), y + sign * h * course[1])
        total = layers.total(state)
        ends.append((total.energy / dense, total.entropy / dense, layers.leptons(state)))
    energy, entropy, leptons = (after - before for before, after in zip(*ends, strict=True))
    # the small changes of entropy and leptons along the straight course
    work = (energy - t * entropy - matter.potential["nu_e"] * leptons) / (2 * h) * n
    share = layers.share(n)
    escape = share * np.log(share) * matter.parts["neutrinos"].pressure / equilibrium.pressure
    assert work / equilibrium.pressure - 1 == pytest.approx(escape, abs=2e-4)
    assert 0.01 < np.abs(escape).max() < 0.06
    thick = n * FM**3 > 1e13 / 1.66e15
    assert np.abs(escape[thick]).max() < 2e-3


def test_thermodynamic_identity_along_the_star() -> None:
    """dP = s dT + sum n dmu of everything between knots, by the mean of both ends."""
    matter = star(240).matter
    pressure, entropy = matter.total.pressure, matter.total.entropy

    def mean(values: np.ndarray) -> np.ndarray:
        return (values[1:] + values[:-1]) / 2

    right = mean(entropy) * np.diff(matter.temperature)
    for species, number in matter.density.items():
        right = right + mean(number) * np.diff(matter.potential[species])
    scale = np.abs(np.diff(pressure))
    assert np.max(np.abs(np.diff(pressure) - right) / scale) < 0.03
    assert np.sum(right) == pytest.approx(pressure[-1] - pressure[0], rel=1e-4)


@pytest.mark.parametrize("given", [0.02, -0.02])
def test_given_muon_number(given: float) -> None:
    """It lies where neutrinos are trapped."""
    plain = standard_parameters(1.0)
    made = proto_neutron_star(replace(plain, muon_fraction=(given,) * len(plain.enclosed), knots=60))
    held = made.equilibrium.layers.share(made.matter.baryon_density)
    number = made.matter.fraction("mu-") + made.matter.fraction("nu_mu")
    assert number == pytest.approx(given * held, abs=1e-9)
    more = made.matter.fraction("mu-").max() > star().matter.fraction("mu-").max()
    assert more == (given > 0)


def test_free_muon_neutrinos_make_more_muons() -> None:
    free = proto_neutron_star(replace(standard_parameters(1.0, muons="free"), knots=60))
    assert free.matter.fraction("mu-").max() > 1.5 * star().matter.fraction("mu-").max()
    assert free.matter.fraction("mu-").min() >= 0


def test_loss_of_mass_is_the_difference_of_two_stars() -> None:
    """-dM = int (T ds + mu dY) x lapse dN: the mass of an equilibrium is stationary against displacements."""
    course = Course()

    def at(time_s: float) -> StarParameters:
        return replace(course(time_s), knots=120)

    early, middle, late = (proto_neutron_star(at(2.0 * np.exp(h))) for h in (-0.02, 0.0, 0.02))
    lost = (early.gravitational_mass_msun - late.gravitational_mass_msun) * SOLAR_MASS
    rate = lost / (4.0 * np.sinh(0.02) * SECOND)
    # the layers where neutrinos leave are not in thermal equilibrium, and the grid counts 1e-3
    assert loss_of_mass(middle, at) == pytest.approx(rate, rel=0.02)


def test_surface_joins_the_envelope() -> None:
    """Ideal matter continues that of the star, and density and temperature have no jump, also none of the slope."""
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
        assert getattr(thin, name)[0] == pytest.approx(dense, rel=1e-3)
    made = profile(star())
    assert made.radius[-1] == pytest.approx(1000 * KM)
    last = star().parameters.knots - 1
    for s in ("n", "p", "e-"):  # matter of the surface, in the mean field, and of the envelope
        bound = {"n": 938.0, "p": 938.0, "e-": 0.0}[s]
        eta = (made.potential[s][last - 1 : last + 2] - bound) / made.temperature[last - 1 : last + 2]
        assert np.abs(np.diff(eta)).max() < 0.4
    assert np.all(np.diff(made.lapse) > 0)
    mass = star().equilibrium.structure.mass[-1]
    assert 1 - made.lapse[-1] ** 2 == pytest.approx(2 * NEWTON * mass / made.radius[-1], rel=0.01)


@pytest.mark.parametrize("name", STORED)
def test_no_contact_in_the_atmosphere(name: str) -> None:
    """Outside the neutrinosphere density falls by scale heights, T does not rise, and the join is no step.

    The scale height T r^2/(G M u) of an isothermal atmosphere is 1/30 of the radius at 1 s and 1/80 at 10 s.
    """
    made = stored(name)
    r, t = made.radius, made.temperature
    slope = np.diff(np.log(made.density["B"][1:])) / np.diff(np.log(r[1:]))
    outside = r[1:-1] > made.neutrinosphere
    heights = (1 / made.lapse**2 - 1)[1:-1] / 2 * 938.0 / t[1:-1]  # G M u/(r N^2 T)
    assert np.all(slope[outside] < -1)
    assert np.all(-slope[outside] < 3 + 1.1 * heights[outside])
    join = standard_parameters(1.0).knots - 1  # where T begins to fall as 1/r
    assert np.abs(np.diff(slope[join - 3 : join + 3])).max() < 20
    assert np.abs(np.diff(np.log(made.density["B"][join - 3 : join + 3]))).max() < 0.5
    assert np.all(np.diff(t)[1:][outside] < 0)
    far = np.interp([0.3 * r[-1], r[-2]], r[1:-1], slope)
    assert far == pytest.approx(-3.0, abs=0.7)  # the power law; pairs annihilate on the way


def test_envelope_bears_itself() -> None:
    """-dP/dr of the matter of the profile against its weight, by differences between knots."""
    made = profile(star(240))
    out = slice(star(240).parameters.knots, None)
    r, n, t = made.radius[out], made.density["B"][out], made.temperature[out]
    shares = made.density["e-"][out] / n
    matter = ideal_matter(n, t, shares, nucleon_mass=938.0)
    mass = star().equilibrium.structure.mass[-1]
    pull = NEWTON * mass * (matter.energy + matter.pressure) / (r - 2 * NEWTON * mass)
    fall = -np.diff(matter.pressure) / np.diff(np.log(r))
    near = np.diff(np.log(r)) < 0.02
    assert fall[near] == pytest.approx(np.sqrt(pull[1:] * pull[:-1])[near], rel=0.05)


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


def test_baryons_are_those_of_the_profile() -> None:
    """The number in the proper volume of the profile, inside the surface, is the baryonic mass asked for."""
    made = profile(star(240))
    inside = slice(0, star(240).parameters.knots)
    r, n = made.radius[inside], made.density["B"][inside]
    mass = star(240).equilibrium.structure.mass
    stretch = np.ones_like(r)
    stretch[1:] = (1 - 2 * NEWTON * mass[1:] / r[1:]) ** -0.5
    number = np.trapezoid(4 * np.pi * r**2 * n * stretch, r)
    assert number * ATOMIC_MASS_UNIT / SOLAR_MASS == pytest.approx(1.6, rel=1e-3)


PLAIN = StarParameters("mine", 1.0, 1.5, (0.0, 0.5, 1.0), (1.0, 2.0, 50.0), (0.3, 0.2, 0.1))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"enclosed": (0.0, 0.5, 0.9)}, "enclosed must increase from 0 to 1"),
        ({"entropy": (1.0, 2.0)}, "entropy has 2 values for 3 places"),
        ({"entropy": (1.0, -2.0, 3.0)}, "entropy is -2; it must lie between"),
        ({"entropy": (1.0, float("nan"), 3.0)}, "entropy is nan"),
        ({"lepton_fraction": (0.3, float("nan"), 0.1)}, "lepton_fraction is nan"),
        ({"lepton_fraction": (0.3, 0.7, 0.1)}, "between 0.01 and 0.5"),
        ({"muon_fraction": (0.0, 0.2, 0.0)}, "muon_fraction is 0.2"),
        ({"baryonic_mass_msun": 5.0}, "must lie between 0.5 and 2.6"),
        ({"trapping_density_g_per_cm3": -1e11}, "trapping_density_g_per_cm3 is -1e"),
        ({"reach_km": float("nan")}, "reach_km is nan"),
        ({"knots": 3}, "knots is 3; it must lie between 40"),
        ({"knots": 60.5}, "must be a whole number"),
    ],
)
def test_refusals(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        replace(PLAIN, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{"entropy": 2.0}, {"mass": 2.6}])
def test_star_that_does_not_hold_is_refused(changes: dict[str, float]) -> None:
    plain = replace(standard_parameters(1.0), knots=40)
    entropy = tuple(np.array(plain.entropy) * changes.get("entropy", 1.0))
    mass = changes.get("mass", plain.baryonic_mass_msun)
    if "mass" in changes:
        entropy = (0.8,) * len(entropy)
    with pytest.raises(ConvergenceError, match="Change mass or entropy"):
        proto_neutron_star(replace(plain, entropy=entropy, baryonic_mass_msun=mass))


def test_envelope_must_lie_outside_the_star() -> None:
    short = replace(standard_parameters(1.0), knots=60, reach_km=10.0)
    with pytest.raises(InvalidValueError, match="reach_km is 10, but the star alone reaches"):
        profile(proto_neutron_star(short))
