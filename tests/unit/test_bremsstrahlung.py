"""Soft radiation: against a direct integral with the full current, detailed balance, charges, options."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import kn

from feebly.arrays import Array
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.rates.stellar.bremsstrahlung import (
    NucleonMatter,
    Recipe,
    bremsstrahlung,
    pair_rate,
)
from feebly.rates.stellar.nucleon_averages import Kernel, thermal_averages
from feebly.rates.stellar.nucleon_blocking import blocking_factor, degeneracy
from feebly.rates.stellar.nucleon_phases import Pair
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS, differential, moments
from feebly.units import KM

SLOW = 1e-3  # velocity at which the current is evaluated, so that its leading order remains


def _matter(temperature: float = 30.0) -> NucleonMatter:
    one = np.ones(1)
    return NucleonMatter(temperature * one, 4e5 * one, 9e5 * one, NUCLEON_MASS * one)


def _radiated(cosine: float, ratio: float, first: float, second: float) -> tuple[float, float]:
    """Sum over polarisations (T, L) of |eps.J|^2, mean over directions, per v^2 or v^4; energy and mass 1.

    J = q1 (P1/P1.K - P3/P3.K) + q2 (P2/P2.K - P4/P4.K), Eq. (71), with exact four-momenta; the vector has
    energy 1 and mass `ratio`.
    """
    v, k = SLOW, np.sqrt(1 - ratio**2)
    gamma = 1 / np.sqrt(1 - v**2)
    before = np.array([0.0, 0.0, v])
    after = v * np.array([np.sqrt(1 - cosine**2), 0.0, cosine])
    nodes, weights = np.polynomial.legendre.leggauss(12)
    angles = 2 * np.pi * np.arange(12) / 12
    transverse = longitudinal = 0.0
    for c, weight in zip(nodes, weights, strict=True):
        for phi in angles:
            n = np.array([np.sqrt(1 - c**2) * np.cos(phi), np.sqrt(1 - c**2) * np.sin(phi), c])
            current = np.zeros(4)
            for q, velocity, sign in (
                (first, before, 1),
                (first, after, -1),
                (second, -before, 1),
                (second, -after, -1),
            ):
                four = gamma * np.concatenate([[1.0], velocity])
                current += sign * q * four / (gamma * (1 - k * velocity @ n))
            along = current[1:] @ n
            share = weight / 2 / 12
            transverse += share * (current[1:] @ current[1:] - along**2)
            longitudinal += share * ((k * current[0] - along) / ratio) ** 2
    power = 2 if first != second else 4
    return transverse / v**power, longitudinal / v**power


def _direct(
    pair: Pair,
    mass: float,
    energy: float,
    matter: NucleonMatter,
    kernel: Kernel,
    charges: tuple[float, float],
) -> tuple[float, float]:
    """Absorption of a T and an L state by a double integral over collision energy and angle [MeV].

    Gamma = n_1 n_2 / (2 energy S) < v_f int d sigma sum |eps.J|^2 >, with the factor 1/2 for each pair
    and each final state of identical nucleons.
    """
    t, m = float(matter.temperature[0]), NUCLEON_MASS
    root, weight = np.polynomial.legendre.leggauss(160)
    root, weight = (root + 1) * np.sqrt(40.0) / 2, weight * np.sqrt(40.0) / 2
    x = root**2
    z = energy / t
    collision = {"symmetric": x + z / 2, "absorption": x, "production": x + z}[kernel] * t
    final = {"symmetric": x + z, "absorption": x, "production": x + z}[kernel] * t
    initial = {"symmetric": x, "absorption": x, "production": x + z}[kernel] * t
    boltzmann = 2 / np.sqrt(np.pi) * weight * 2 * root * np.exp(-x)
    cosine, ring = np.polynomial.legendre.leggauss(20)
    shape = np.array([_radiated(c, mass / energy, *charges) for c in cosine])
    section = differential(pair, np.minimum(2 * collision, 350.0), cosine) * 2 * np.pi * ring
    speed = 2 * np.sqrt(final / m)
    density = {
        "np": matter.proton[0] * matter.neutron[0],
        "pp": matter.proton[0] ** 2 / 4,
        "nn": matter.neutron[0] ** 2 / 4,
    }[pair]
    power = 1 if charges[0] != charges[1] else 2
    kinematic = boltzmann * np.sqrt(initial / t) * speed * (collision / m) ** power
    found = density * kinematic @ section @ shape / (2 * energy * energy**2)
    return float(found[0] / 2), float(found[1])


@pytest.mark.parametrize("kernel", ["symmetric", "absorption", "production"])
@pytest.mark.parametrize(("mass", "energy"), [(1.0, 90.0), (10.0, 30.0), (100.0, 200.0)])
def test_equals_the_direct_double_integral(kernel: Kernel, mass: float, energy: float) -> None:
    matter = _matter()
    for pair, charges in (("np", (1.0, -1.0)), ("np", (1.0, 1.0)), ("nn", (1.0, 1.0)), ("pp", (1.0, 1.0))):
        rate = pair_rate(pair, mass, np.array([[energy]]), matter, kernel=kernel)
        expected = _direct(pair, mass, energy, matter, kernel, charges)
        found = [float(form.rate(*charges)[0, 0]) for form in (rate.transverse, rate.longitudinal)]
        np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_constant_cross_section_in_closed_form() -> None:
    """Above the end of the table the cross section is constant: Bessel functions and polynomials of z."""
    t, z = 20.0, 40.0
    frozen = moments("np", 350.0)
    a = z / 2
    mean = thermal_averages("np", t, z * t)
    np.testing.assert_allclose(mean.dipole, frozen.dipole[0] / 2 * np.exp(a) * a**2 * kn(2, a), rtol=1e-4)
    third = a**3 * kn(3, a) - a**2 * kn(2, a)
    np.testing.assert_allclose(mean.quadrupole, frozen.quadrupole[0] / 6 * np.exp(a) * third, rtol=1e-4)
    printed = thermal_averages("np", t, z * t, kernel="production")
    np.testing.assert_allclose(printed.dipole, frozen.dipole[0] * (1 + z + z**2 / 2), rtol=1e-4)
    rising = 1 + z + z**2 / 2 + z**3 / 6
    np.testing.assert_allclose(printed.quadrupole, frozen.quadrupole[0] * rising, rtol=1e-4)


@pytest.mark.parametrize("recipe", ["symmetric", "absorption"])
@pytest.mark.parametrize("blocking", [False, True])
def test_detailed_balance_is_exact(recipe: Recipe, blocking: bool) -> None:
    matter, energy = _matter(), np.array([[15.0, 80.0, 400.0]])
    down, up = (
        bremsstrahlung(direction, 10.0, energy, matter, recipe=recipe, blocking=blocking)
        for direction in ("production", "absorption")
    )
    for form, other in ((down.transverse, up.transverse), (down.longitudinal, up.longitudinal)):
        emitted, absorbed = form.rate(0.7, 0.2 - 0.4j), other.rate(0.7, 0.2 - 0.4j)
        np.testing.assert_allclose(emitted, np.exp(-energy / 30.0) * absorbed, rtol=1e-12)


def test_recipe_of_the_paper_breaks_detailed_balance() -> None:
    """Source: its Eqs. (77), (78) with the changed lower limit; 1 + z + z^2/2 for a constant section."""
    matter, energy = _matter(), np.array([[90.0]])
    down = bremsstrahlung("production", 1.0, energy, matter, recipe="paper").transverse.rate(1.0, 0.0)
    up = bremsstrahlung("absorption", 1.0, energy, matter, recipe="paper").transverse.rate(1.0, 0.0)
    excess = float(down[0, 0] / up[0, 0]) * np.exp(3.0)
    assert 4 < excess < 1 + 3 + 4.5


def test_recipes_agree_for_soft_vectors() -> None:
    matter, energy = _matter(), np.array([[0.02]])
    rates = [
        float(bremsstrahlung("absorption", 0.01, energy, matter, recipe=r).summed.rate(1.0, 0.3)[0, 0])
        for r in ("symmetric", "absorption")
    ]
    assert rates[0] == pytest.approx(rates[1], rel=2e-3)


def test_charges_recombine() -> None:
    matter, energy = _matter(), np.array([[40.0, 60.0]])
    form = bremsstrahlung("absorption", 5.0, energy, matter).summed
    p, n = 0.8 - 0.3j, 0.5 + 0.9j
    expected = form.proton * abs(p) ** 2 + form.neutron * abs(n) ** 2 + form.mixed * (p * np.conj(n)).real
    np.testing.assert_allclose(form.rate(p, n), expected, rtol=1e-14)
    np.testing.assert_allclose(form.rate(1j * p, 1j * n), form.rate(p, n), rtol=1e-12)
    np.testing.assert_allclose(form.rate(2 * p, 2 * n), 4 * form.rate(p, n), rtol=1e-12)
    split = [bremsstrahlung("absorption", 5.0, energy, matter, pairs=(pair,)).summed for pair in ("np", "pp")]
    alone = bremsstrahlung("absorption", 5.0, energy, matter, pairs=("nn",)).summed
    np.testing.assert_allclose((split[0] + split[1] + alone).rate(p, n), form.rate(p, n), rtol=1e-12)


def test_form_is_positive_for_all_charges() -> None:
    form = bremsstrahlung("absorption", 5.0, np.array([[40.0, 300.0]]), _matter()).summed
    assert np.all(form.mixed**2 <= 4 * form.proton * form.neutron)


def test_equal_charges_are_suppressed_to_a_quadrupole() -> None:
    form = bremsstrahlung("absorption", 1.0, np.array([[90.0]]), _matter(), pairs=("np",)).transverse
    assert 0.005 < float(form.rate(1.0, 1.0)[0, 0] / form.rate(1.0, -1.0)[0, 0]) < 0.05


def test_longitudinal_decouples_with_the_mass() -> None:
    light, heavy = (
        bremsstrahlung("absorption", m, np.array([[50.0]]), _matter()).longitudinal.rate(1.0, 0.0)[0, 0]
        for m in (0.5, 1.0)
    )
    assert heavy / light == pytest.approx(4.0, rel=1e-3)


def test_at_rest_a_dipole_makes_all_polarisations_alike() -> None:
    rate = bremsstrahlung("absorption", 20.0, np.array([[20.0]]), _matter(), pairs=("np",))
    np.testing.assert_allclose(rate.transverse.proton, rate.longitudinal.proton, rtol=1e-12)


def test_effective_mass_keeps_the_phase_shifts_at_the_momentum() -> None:
    """p^2 = m* T_CM = m (T_CM m*/m): the sections are read at the energy scaled by m*/m."""
    one = np.ones(1)
    matter, light = _matter(), NucleonMatter(30.0 * one, 4e5 * one, 9e5 * one, NUCLEON_MASS / 2 * one)
    energy = np.array([[60.0]])
    full = bremsstrahlung("absorption", 1.0, energy, matter, pairs=("np",)).transverse.rate(1, -1)
    half = bremsstrahlung("absorption", 1.0, energy, light, pairs=("np",)).transverse.rate(1, -1)
    scaled = thermal_averages("np", 15.0, 30.0).dipole / thermal_averages("np", 30.0, 60.0).dipole
    np.testing.assert_allclose(half / full, 2**1.5 * scaled, rtol=1e-12)


def test_one_pion_exchange_overestimates() -> None:
    for pair, low, high in (("np", 1.4, 1.8), ("nn", 1.8, 2.2)):
        born = thermal_averages(pair, 30.0, 0.0, scattering="one-pion").dipole  # type: ignore[arg-type]
        assert low < float(born / thermal_averages(pair, 30.0, 0.0).dipole) < high  # type: ignore[arg-type]


def test_blocking_against_monte_carlo() -> None:
    """Two momenta from Boltzmann, an isotropic final direction; weights f (1 - f) per Boltzmann factor."""
    rng, t, z = np.random.default_rng(7), 20.0, 1.5
    one = np.ones(1)
    densities = (4e5 * one, 9e5 * one)
    eta = [float(degeneracy(t * one, n, mass=NUCLEON_MASS * one)[0]) for n in densities]
    count = 400_000
    first, second = (rng.normal(size=(count, 3)) * np.sqrt(NUCLEON_MASS * t) for _ in range(2))
    half, relative = (first + second) / 2, (first - second) / 2
    before = np.sum(relative**2, axis=-1) / (NUCLEON_MASS * t)
    direction = rng.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    after = direction * np.sqrt(NUCLEON_MASS * t * (before + z))[:, None]

    def level(p: Array, k: int) -> Array:
        return np.asarray(np.sum(p**2, axis=-1) / (2 * NUCLEON_MASS * t) - eta[k])

    def occupied(x: Array) -> Array:
        return np.asarray(1 / (np.exp(x) + 1))

    free = np.sqrt(before + z) * (2 * before + z)
    weight = occupied(level(first, 0)) * np.exp(level(first, 0)) * occupied(level(second, 1))
    weight *= np.exp(level(second, 1))
    weight *= (1 - occupied(level(half + after, 0))) * (1 - occupied(level(half - after, 1)))
    filling = [2 * (NUCLEON_MASS * t / (2 * np.pi)) ** 1.5 * np.exp(e) for e in eta]
    scale = filling[0] * filling[1] / (densities[0][0] * densities[1][0])
    sample = free * weight * scale / free.mean()
    found = blocking_factor(t * one, np.array([[z]]), *densities, mass=NUCLEON_MASS * one)[0, 0]
    assert abs(found - sample.mean()) < 5 * sample.std() / np.sqrt(count) + 1e-3
    assert sample.std() / np.sqrt(count) < 3e-3


def test_blocking_vanishes_for_dilute_nucleons() -> None:
    one = np.ones(1)
    found = blocking_factor(30 * one, np.array([[0.1, 3.0]]), 10 * one, 10 * one, mass=NUCLEON_MASS * one)
    np.testing.assert_allclose(found, 1.0, atol=1e-3)


def test_degeneracy_of_a_cold_gas_is_the_fermi_energy() -> None:
    one, n, t = np.ones(1), 8e5, 1.0
    fermi = (3 * np.pi**2 * n) ** (2 / 3) / (2 * NUCLEON_MASS * t)
    eta = float(degeneracy(t * one, n * one, mass=NUCLEON_MASS * one)[0])
    assert eta == pytest.approx(fermi * (1 - np.pi**2 / (12 * fermi**2)), rel=1e-5)


def test_blocking_refuses_what_it_cannot_resolve() -> None:
    one = np.ones(1)
    with pytest.raises(OutOfDomainError, match="warmer radii"):
        blocking_factor(0.2 * one, np.ones((1, 1)), 8e5 * one, 8e5 * one, mass=NUCLEON_MASS * one)


def test_effective_masses_come_from_the_star() -> None:
    star = fischer18_1s()
    medium = star.sample(np.array([3.0]) * KM)
    matter = NucleonMatter.of(medium, effective_mass=True)
    assert matter.mass[0] == pytest.approx(
        float(np.interp(medium.radius[0], star.radius, star.mass_eff["n"]))
    )
    with pytest.raises(OutOfDomainError, match="does not state it"):
        NucleonMatter.of(raffelt().sample(np.array([KM])), effective_mass=True)


def test_refuses_unknown_choices() -> None:
    matter, energy = _matter(), np.array([[50.0]])
    with pytest.raises(InvalidValueError, match="Possible: symmetric, absorption, paper"):
        bremsstrahlung("absorption", 1.0, energy, matter, recipe="exact")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="'absorption' or 'production'"):
        bremsstrahlung("both", 1.0, energy, matter)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="less energy"):
        bremsstrahlung("absorption", 60.0, energy, matter)
    with pytest.raises(InvalidValueError, match="Possible: phase-shifts, one-pion"):
        bremsstrahlung("absorption", 1.0, energy, matter, scattering="two-pion")  # type: ignore[arg-type]
    with pytest.raises(OutOfDomainError, match="tabulated for temperatures"):
        thermal_averages("np", 1e-3, 1.0)


PAGE = Path(__file__).parents[2] / "docs" / "physics" / "bremsstrahlung.md"
MODELS = {"dark photon": (1.0, 0.0), "B-L": (1.0, 1.0), "chargephobic": (0.0, np.sqrt(0.5))}


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not part of this copy")
def test_numbers_of_the_documentation() -> None:
    star = raffelt()
    matter = NucleonMatter.of(star.sample(np.array([10.0]) * KM))
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.read_text().splitlines()]
    rows = [row for row in cells if row and row[0] in MODELS]
    assert len(rows) == 12
    for name, mass, energy, transverse, longitudinal in rows:
        rate = bremsstrahlung("absorption", float(mass), np.array([[float(energy)]]), matter)
        for form, printed in ((rate.transverse, transverse), (rate.longitudinal, longitudinal)):
            assert float(form.rate(*MODELS[name])[0, 0]) == pytest.approx(float(printed), rel=5e-4)
