"""Pair coalescence, detailed balance, the semi-Compton table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from conftest import plain_rates
from feebly import decays, models
from feebly.constants import ALPHA, MUON_MASS
from feebly.environments import StarProfile
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.rates.balance import rate_table
from feebly.rates.stellar.coalescence import (
    MuonCoalescence,
    NeutrinoCoalescence,
    pair_factor,
    printed_pair_factor,
)
from feebly.rates.stellar.semi_compton import SemiCompton, compton_table, reduced_full, static_muons
from feebly.rates.stellar.semi_compton_kernel import rate_full, rate_nr
from feebly.transport.rays import Resolution, chord_grid
from feebly.units import KM


def _by_quadrature(
    energy: float, mass: float, t: float, mu: float, daughter: float = 0.0, weight: bool = False
) -> float:
    k = np.sqrt(energy**2 - mass**2) * np.sqrt(1 - (2 * daughter / mass) ** 2)

    def integrand(e: float) -> float:
        # (exp(E/T) - 1) f f = (1 - exp(-E/T)) (1 - f)(1 - f)
        blocking = float(fermi((mu - e) / t) * fermi((e - energy - mu) / t)) * -np.expm1(-energy / t)
        return blocking * (mass**2 / (16 * e * (energy - e)) if weight else 1.0)

    low, high = (energy - k) / 2, (energy + k) / 2
    cuts = [
        x
        for x in (mu - 8 * t, mu, mu + 8 * t, energy + mu - 8 * t, energy + mu, energy + mu + 8 * t)
        if low < x < high
    ]
    cuts += [low + (high - low) * x for x in (1e-4, 1e-2, 0.99, 1 - 1e-4)] if weight else []
    return integrate.quad(integrand, low, high, points=cuts or None, epsrel=1e-12, epsabs=0, limit=500)[0] / k


@pytest.mark.parametrize(
    ("energy", "mass", "t", "mu"),
    [
        (30.0, 10.0, 20.0, 0.0),
        (300.0, 1.0, 10.0, 100.0),
        (50.0, 49.9, 5.0, -30.0),
        (400.0, 200.0, 30.0, 250.0),
        (20.0, 0.1, 30.0, 5.0),
    ],
)
def test_pair_factor_is_the_phase_space_integral(energy: float, mass: float, t: float, mu: float) -> None:
    got = pair_factor(np.array(energy), mass, np.array(t), np.array(mu))
    assert got == pytest.approx(_by_quadrature(energy, mass, t, mu), rel=1e-11)


def test_massive_pair_factor_is_the_phase_space_integral() -> None:
    got = pair_factor(np.array(320.0), 230.0, np.array(25.0), np.array(118.0), MUON_MASS)
    assert got == pytest.approx(_by_quadrature(320.0, 230.0, 25.0, 118.0, MUON_MASS), rel=1e-11)


def test_pair_factor_against_the_printed_form() -> None:
    """Eq. (B9) as printed, where it does not overflow."""
    rng = np.random.default_rng(1)
    b, v, a = rng.uniform(1, 30, 200), rng.uniform(0.05, 0.98, 200), rng.uniform(-6, 6, 200)
    up = np.exp(b * (v + 1) / 2)
    inner = (
        (np.exp(a) + up)
        * (np.exp(a) * up + 1)
        / (np.exp(a + b) + (np.exp(2 * a) + 1) * up + np.exp(a + b * v))
    )
    printed = np.log(inner) / (np.expm1(b) * b * v)
    energy, t = b * 10.0, np.full(200, 10.0)
    mass = energy * np.sqrt(1 - v**2)
    mine = np.array(
        [pair_factor(e, m, np.array(10.0), x * 10.0) for e, m, x in zip(energy, mass, a, strict=True)]
    )
    assert mine / np.expm1(energy / t) == pytest.approx(printed, rel=2e-9)


def test_pair_factor_extremes_are_finite() -> None:
    b, v = np.array([700.0, 1e-3, 5.0, 5.0]), np.array([0.5, 0.5, 1e-10, 1 - 1e-12])
    for alpha in (-300.0, 0.0, 40.0, 300.0):
        for x, speed in zip(b, v, strict=True):
            mass = x * np.sqrt((1 - speed) * (1 + speed))
            value = pair_factor(np.array(x), mass, np.array(1.0), np.array(alpha))
            assert np.isfinite(value)
            assert value >= 0
    massless = pair_factor(np.array(5.0), 1e-9, np.array(1.0), np.array(0.0))
    assert massless == pytest.approx(2 * np.log(np.cosh(2.5)) / 5.0, rel=1e-9)


def test_printed_kernel_of_the_burst_duration_paper() -> None:
    """Its ratio to equilibrium, as found by an independent calculation: 0.06, 0.11, 0.22."""
    for mass, t, expected in ((10.0, 15.0, 0.06), (50.0, 33.0, 0.11), (200.0, 15.0, 0.22)):
        energy = mass + 40 * t * np.linspace(1e-3, 1, 4000) ** 2
        weight = np.sqrt(energy**2 - mass**2) * np.exp(-energy / t)
        # that comparison used Boltzmann statistics: nothing is blocked, as far below the energies of the pair
        cold = np.full_like(energy, 1e-4)
        thin = {f: f(energy, mass, cold, 0 * cold) for f in (pair_factor, printed_pair_factor)}
        assert thin[pair_factor] == pytest.approx(1.0, abs=1e-3)
        ratio = np.trapezoid(weight * thin[printed_pair_factor], energy) / np.trapezoid(weight, energy)
        assert ratio == pytest.approx(expected, abs=0.006)  # quoted to two digits
        one = _by_quadrature(2 * mass, mass, t, 0.0, weight=True)
        assert printed_pair_factor(np.array([2 * mass]), mass, np.array([t]), np.zeros(1)) == pytest.approx(
            one, rel=1e-6
        )


@given(st.floats(1, 80), st.floats(0.5, 250), st.floats(1.0001, 20), st.floats(-200, 300))
def test_detailed_balance(t: float, mass: float, ratio: float, mu: float) -> None:
    """Gamma_prod = exp(-E/T) Gamma_abs, with Gamma_abs from its own integral with blocking."""
    energy = min(mass * ratio, 600 * t)
    if energy <= mass:
        return
    factor = float(pair_factor(np.array(energy), mass, np.array(t), np.array(mu)))
    production = factor / np.expm1(energy / t)
    absorption = factor / -np.expm1(-energy / t)
    assert production == pytest.approx(np.exp(-energy / t) * absorption, rel=1e-10, abs=1e-300)
    k = np.sqrt(energy**2 - mass**2)
    nodes, weights = np.polynomial.legendre.leggauss(300)
    e = (energy + k * nodes) / 2
    direct = 0.5 * weights @ (fermi((mu - e) / t) * fermi((e - energy - mu) / t))
    assert absorption == pytest.approx(direct, rel=1e-3)  # steps of the occupations against 300 nodes


def test_vacuum_limit_is_the_boosted_width(model: models.VectorModel, toy: StarProfile) -> None:
    """Without a medium the reduced absorption of one state is Gamma m / E."""
    medium = toy.sample(np.array([24.9]) * KM)
    fip = decays.of(model, 50.0)
    energy = np.array([[4000.0]])  # far above T: no blocking
    reduced = {"nu": NeutrinoCoalescence().reduced_absorption(model, fip, medium, energy)}
    neutrinos = fip.partial("nu_mu nu_mu~") + fip.partial("nu_tau nu_tau~")
    physical = rate_table(reduced, medium, energy).absorption[0, 0]
    assert physical == pytest.approx(neutrinos * 50.0 / 4000.0, rel=2e-2)
    printed = rate_table(reduced, medium, energy, spin="printed").absorption[0, 0]
    assert printed == pytest.approx(3 * physical)
    with pytest.raises(InvalidValueError, match="physical"):
        rate_table(reduced, medium, energy, spin="none")  # type: ignore[arg-type]


def test_flavours_with_different_potentials_add_up(model: models.VectorModel, shells: StarProfile) -> None:
    fip = decays.of(models.b_minus_l(), 20.0)
    medium = shells.sample(np.array([2.0, 12.0]) * KM)
    energy = np.array([[30.0, 100.0], [30.0, 100.0]])
    got = NeutrinoCoalescence().reduced_absorption(models.b_minus_l(), fip, medium, energy)
    expected = sum(
        3 * fip.partial(f"{nu} {nu}~") * 20.0 / energy
        * pair_factor(energy, 20.0, medium.temperature[:, None], medium.potential[nu][:, None])
        for nu in ("nu_e", "nu_mu", "nu_tau")
    )  # fmt: skip
    assert got == pytest.approx(expected, rel=1e-13)
    assert np.all(MuonCoalescence().reduced_absorption(models.b_minus_l(), fip, medium, energy) == 0)


def test_unknown_kernel_and_compton_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="detailed-balance"):
        NeutrinoCoalescence("wrong")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="full, nr, off"):
        SemiCompton("wrong")  # type: ignore[arg-type]


@pytest.mark.parametrize("star", ["toy", "shells"])
def test_compton_table_is_the_full_rate(star: str, request: pytest.FixtureRequest) -> None:
    profile: StarProfile = request.getfixturevalue(star)
    medium = chord_grid(profile, profile.neutrinosphere, Resolution()).medium
    table = compton_table(medium)
    some = slice(3, None, 41)
    few = medium.at(some)
    for mass in (0.3, 7.0, 50.0, 400.0, 1500.0):
        energy = mass * 1.0001 + np.outer(np.ones(medium.radius.size), np.geomspace(0.5, 500, 24))
        exact = reduced_full(mass, few.temperature, few.potential["mu-"], energy[some])
        weight = (
            energy[some] ** 2
            * np.sqrt(energy[some] ** 2 - mass**2)
            * np.exp(-energy[some] / few.temperature[:, None])
        )
        got = table.reduced(mass, energy)[some]
        # integrated emission of each radius; single energies in degenerate shells to 1 %
        assert (got * weight).sum(axis=1) == pytest.approx((exact * weight).sum(axis=1), rel=4e-3)
        assert (got * weight).sum() == pytest.approx((exact * weight).sum(), rel=3e-4)


def test_table_is_used_only_where_it_was_made(model: models.VectorModel, toy: StarProfile) -> None:
    medium = toy.sample(np.array([5.0, 12.0]) * KM)
    energy = np.array([[30.0], [30.0]])
    fip = decays.of(model, 5.0)
    free = SemiCompton("nr").reduced_absorption(model, fip, medium, energy)
    held = SemiCompton("nr", static_muons(medium)).reduced_absorption(model, fip, medium, energy)
    assert held == pytest.approx(free, rel=1e-14)
    other = toy.sample(np.array([5.0, 12.0]) * KM)
    assert SemiCompton("nr", static_muons(medium)).reduced_absorption(
        model, fip, other, energy
    ) == pytest.approx(free)
    expected = rate_nr(
        30.0, 5.0, medium.temperature, medium.potential["mu-"], muon_mass=MUON_MASS, alpha=ALPHA
    )
    assert free[:, 0] / np.expm1(30.0 / medium.temperature) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("energy", "t", "mu", "ratio"),
    [(30, 30, 118, 0.47), (90, 30, 118, 0.38), (200, 30, 118, 0.30), (45, 15, 60, 0.56), (30, 10, 40, 0.66)],
)
def test_full_over_static_compton(energy: float, t: float, mu: float, ratio: float) -> None:
    """Reference: an independent Monte Carlo for a massless vector, quoted to two digits."""
    args = {"muon_mass": MUON_MASS, "alpha": ALPHA}
    got = rate_full(energy, 1e-3, t, mu, **args) / rate_nr(energy, 1e-3, t, mu, **args)
    assert got == pytest.approx(ratio, abs=0.005)


def test_rate_table_shares(model: models.VectorModel, toy: StarProfile) -> None:
    medium = toy.sample(np.array([5.0, 12.0]) * KM)
    energy = np.array([[300.0, 400.0], [250.0, 300.0]])
    table = plain_rates(model, 220.0)(medium, energy)
    assert set(table.exchange) == {"neutrino coalescence", "muon coalescence", "semi-Compton"}
    assert all(np.all(part > 0) for part in table.exchange.values())
    assert sum(table.exchange.values()) == pytest.approx(3 * table.absorption)
