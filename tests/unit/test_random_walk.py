"""Random walks: times, collisions, thermal numbers, and the walk of merging pairs against its double integral."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.special import kn, zeta

from feebly.arrays import Array
from feebly.decays import Fip
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.provenance import Provenance
from feebly.rates.stellar.coalescence import Kernel, pair_factor, printed_pair_factor
from feebly.rates.stellar.nu_nucleon import MediatorOpacity
from feebly.signals import Signal
from feebly.signals.burst_duration import (
    BurstDuration,
    burst_duration,
    is_opaque,
    new_path_collisions,
    new_walk_collisions,
)
from feebly.statistics.relative import RelativeThreshold
from feebly.statistics.shortfall import Shortfall
from feebly.transport import random_walk
from feebly.transport.random_walk import (
    PairWalk,
    diffusion_time,
    emission_time,
    low_energy_fraction,
    neutrino_density,
    pair_walk,
    path_collisions,
    thermal_energy,
    walk_collisions,
)

RADIUS = np.array([0.0, 2.0, 3.0])
WIDTH = 1 / (24 * np.pi)  # of one flavour, over g^2 m


def vector(mass: float, flavours: int = 2) -> Fip:
    names = ("nu_mu nu_mu~", "nu_tau nu_tau~")[:flavours]
    return Fip(mass, 1.0, names, np.full(flavours, WIDTH * mass), 2)


def test_times_by_hand() -> None:
    inverse = np.array([[1.0, 2.0], [10.0, 20.0]])
    assert diffusion_time(RADIUS, inverse).tolist() == [4 + 50, 8 + 100]
    assert walk_collisions(RADIUS, inverse[:, 0], inverse[:, 0]) == 4 + 500
    assert path_collisions(RADIUS, inverse).tolist() == [2 + 10, 4 + 20]


@given(cut=st.floats(0.1, 1.9))
def test_cutting_a_zone_changes_nothing(cut: float) -> None:
    finer, double = np.array([0.0, cut, 2.0, 3.0]), np.array([7.0, 7.0, 3.0])
    coarse = np.array([7.0, 3.0])
    assert diffusion_time(finer, double) == pytest.approx(diffusion_time(RADIUS, coarse), rel=1e-13)
    assert walk_collisions(finer, double, double) == pytest.approx(
        walk_collisions(RADIUS, coarse, coarse), rel=1e-13
    )
    assert path_collisions(finer, double) == pytest.approx(path_collisions(RADIUS, coarse), rel=1e-13)


@pytest.mark.parametrize(
    "call",
    [
        lambda: diffusion_time(RADIUS, np.ones(3)),
        lambda: walk_collisions(RADIUS, np.ones(2), np.ones(3)),
        lambda: path_collisions(RADIUS, np.ones(1)),
        lambda: thermal_energy(RADIUS, np.ones(1)),
    ],
)
def test_one_value_per_zone_is_demanded(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValueError, match="2 zones"):
        call()


def test_thermal_numbers() -> None:
    number = quad(lambda p: p**2 * fermi(p / 7.0) / (2 * np.pi**2), 0, 350)[0]
    assert neutrino_density(7.0) == pytest.approx(number, rel=1e-10)
    energy = quad(lambda p: p**3 * fermi(p / 7.0) / (2 * np.pi**2), 0, 350)[0]
    assert thermal_energy(np.array([0.0, 2.0]), np.array([7.0]), species=1) == pytest.approx(
        4 / 3 * np.pi * 8 * energy, rel=1e-10
    )


def test_fractions_below_an_energy() -> None:
    for bound in (0.2, 1.0, 30.0):
        below = quad(lambda x: x**2 * fermi(x), 0, bound)[0] / (1.5 * zeta(3))
        assert low_energy_fraction(bound) == pytest.approx(below, rel=1e-9)
        classical = 1 - np.exp(-bound) * (1 + bound + bound**2 / 2)
        found = low_energy_fraction(bound, statistics="maxwell-boltzmann")
        assert found == pytest.approx(classical, rel=1e-10)
    assert low_energy_fraction(np.inf) == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(InvalidValueError, match="maxwell-boltzmann"):
        low_energy_fraction(1.0, statistics="bose")
    with pytest.raises(InvalidValueError, match="negative"):
        low_energy_fraction(-1.0)


@pytest.mark.parametrize(("mass", "temperature"), [(10.0, 15.0), (50.0, 33.0), (1.0, 30.0), (200.0, 15.0)])
def test_rate_is_the_double_integral(mass: float, temperature: float) -> None:
    """Rate of one neutrino, R(E_1) = g^2 m^2 / (8 pi E_1^2) int dE_2 f(E_2), whose inner integral is a logarithm."""

    def weighted(e: float) -> float:
        pairs = temperature * np.log1p(np.exp(-(mass**2) / (4 * e * temperature)))
        return float(fermi(e / temperature)) * mass**2 / (8 * np.pi) * pairs

    scales = [mass**2 / (4 * temperature), mass / 2, temperature, 5 * temperature]
    total = quad(weighted, 0, 60 * temperature + mass, points=sorted(scales), limit=400, epsrel=1e-10)[0]
    norm = quad(lambda e: e**2 * fermi(e / temperature), 0, 60 * temperature)[0]
    walk = pair_walk(np.array([0.0, 1.0]), np.array([temperature]), vector(mass), channel="nu_mu nu_mu~")
    assert walk.rate[0] == pytest.approx(total / norm, rel=1e-6)


@pytest.mark.parametrize(("mass", "temperature"), [(10.0, 15.0), (100.0, 20.0)])
@pytest.mark.parametrize("kernel", ["detailed-balance", "printed"])
def test_rate_and_length_from_the_pairs(mass: float, temperature: float, kernel: str) -> None:
    """Both kernels and the mean momentum of X as integrals over the two neutrinos."""

    def density(e2: float, e1: float) -> float:
        extra = 1.0 if kernel == "detailed-balance" else mass**2 / (8 * e2 * (e1 + e2))
        return float(fermi(e1 / temperature) * fermi(e2 / temperature)) * extra

    def integral(weight) -> float:  # type: ignore[no-untyped-def]
        return dblquad(
            lambda y, x: (
                weight(np.exp(x), np.exp(y)) * density(np.exp(y), np.exp(x)) * np.exp(x + y)
            ),
            np.log(mass**2 / (240 * temperature)),
            np.log(60 * temperature),
            lambda x: np.log(mass**2 / 4) - x,
            np.log(60 * temperature),
            epsrel=1e-5,
            epsabs=0,
        )[0]  # fmt: skip

    pairs = integral(lambda a, b: 1.0)
    momentum = integral(lambda a, b: np.sqrt(max((a + b) ** 2 - mass**2, 0.0)))
    walk = pair_walk(
        np.array([0.0, 1.0]),
        np.array([temperature]),
        vector(mass),
        channel="nu_mu nu_mu~",
        kernel=kernel,  # type: ignore[arg-type]
    )
    rate = mass**2 / (16 * np.pi**3) * pairs / neutrino_density(temperature)
    assert walk.rate[0] == pytest.approx(rate, rel=2e-4)
    assert walk.length[0] == pytest.approx(momentum / pairs / (mass * 2 * WIDTH * mass), rel=2e-4)


@pytest.mark.parametrize("mass", [300.0, 400.0])
def test_detailed_balance_of_rare_pairs(mass: float) -> None:
    """Where occupations are small, pairs merge at the rate at which X in equilibrium decays."""
    temperature = 12.0
    walk = pair_walk(np.array([0.0, 1.0]), np.array([temperature]), vector(mass, 1), channel="nu_mu nu_mu~")
    merged = walk.rate[0] * neutrino_density(temperature)
    decayed = 3 * mass**2 * temperature * kn(1, mass / temperature) * WIDTH * mass / (2 * np.pi**2)
    assert merged == pytest.approx(decayed, rel=1e-3)


@pytest.mark.parametrize(
    ("mass", "temperature", "printed"), [(10.0, 15.0, 0.06), (50.0, 33.0, 0.11), (200.0, 15.0, 0.22)]
)
def test_detailed_balance_of_both_kernels(
    mass: float, temperature: float, printed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thin pairs merge at the rate at which X in equilibrium decays; with the printed kernel at a fraction of it.

    In a thin gas nothing is blocked, as at temperatures far below the energies of the pair (1e-4 MeV), and the pairs have
    exp(-E/T), so that the occupations of the walk, bose(E/T), lose a factor 1 - exp(-E/T).
    """

    def thin(kernel: Callable[..., Array]) -> Callable[..., Array]:
        def factor(energy: Array, m: float, t: Array, potential: Array) -> Array:
            return kernel(energy, m, np.full_like(t, 1e-4), potential) * -np.expm1(-energy / t)

        return factor

    monkeypatch.setattr(random_walk, "pair_factor", thin(pair_factor))
    monkeypatch.setattr(random_walk, "printed_pair_factor", thin(printed_pair_factor))
    decayed = 3 * mass**2 * temperature * kn(1, mass / temperature) * WIDTH * mass / (2 * np.pi**2)
    zone = (np.array([0.0, 1.0]), np.array([temperature]), vector(mass))
    merged = {
        kernel: pair_walk(*zone, channel="nu_mu nu_mu~", kernel=kernel).rate[0]
        * neutrino_density(temperature)
        for kernel in get_args(Kernel)
    }
    assert merged["detailed-balance"] / decayed == pytest.approx(1.0, abs=1e-3)
    assert merged["printed"] / decayed == pytest.approx(printed, abs=0.006)  # quoted to two digits


def test_time_of_emission() -> None:
    """Twice the heat takes twice as long, twice the neutrinos half as long."""
    base = emission_time(2.0, thermal=30.0, neutrinos=5.0)
    assert base == pytest.approx(18 / np.pi**2, rel=1e-14)
    assert emission_time(2.0, thermal=60.0, neutrinos=5.0) == pytest.approx(2 * base, rel=1e-14)
    assert emission_time(2.0, thermal=30.0, neutrinos=10.0) == pytest.approx(base / 2, rel=1e-14)
    with pytest.raises(InvalidValueError, match="thermal is 0"):
        emission_time(2.0, thermal=0.0, neutrinos=5.0)


def test_walk_scales_and_ends() -> None:
    walk = pair_walk(RADIUS, np.array([30.0, 15.0]), vector(50.0), channel="nu_mu nu_mu~")
    g = np.array([0.0, 1e-8, 2e-8])
    assert walk.time(g)[2] == pytest.approx(4 * walk.time(g)[1], rel=1e-12)
    assert walk.time(g)[0] == 0
    by_zone = np.diff(RADIUS**2) * g[1] ** 2 / (walk.length**2 * walk.rate)
    assert walk.time(g)[1] == pytest.approx(by_zone.sum(), rel=1e-12)


def test_walk_holds_between_two_lengths() -> None:
    walk = PairWalk(RADIUS, np.array([1.0, 1.0]), np.array([4.0, 9.0]))
    g = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    assert walk.within(g, 2.0, 20.0).tolist() == [False, False, True, False, False]
    assert walk.within(g, np.array([0.5, 2.0]), 37.0).tolist() == [False, True, True, True, True]


def test_walk_needs_its_channel() -> None:
    with pytest.raises(InvalidValueError, match="nu_tau nu_tau~"):
        pair_walk(RADIUS, np.ones(2), vector(10.0), channel="nu_e nu_e~")


# --- the duration as a polynomial -------------------------------------------------------------


def opacity(standard: list[float], interference: list[float], new: list[float]) -> MediatorOpacity:
    return MediatorOpacity(np.array(standard), np.array(interference), np.array(new), Provenance())


OPACITY = opacity([1.0, 2.0], [-1.0, 0.5], [3.0, 4.0])


def test_duration_is_the_time_of_the_summed_opacity() -> None:
    g = np.array([0.0, 0.3, 1.0, 4.0])
    burst = burst_duration(RADIUS, OPACITY)
    inverse = (
        OPACITY.standard[:, None]
        + OPACITY.interference[:, None] * g**2
        + OPACITY.new[:, None] * g**4
    )  # fmt: skip
    assert burst.time(g) == pytest.approx(diffusion_time(RADIUS, inverse), rel=1e-13)
    parts = burst.parts(g)
    assert sum(parts.values()) == pytest.approx(burst.time(g))
    assert set(parts) == {"standard model", "interference", "new interaction"}
    assert new_path_collisions(RADIUS, OPACITY, g) == pytest.approx(10 * g**4)
    assert new_walk_collisions(RADIUS, OPACITY, g) == pytest.approx((4 * 3 + 5 * 8) * g**4)


def test_alternating_duration() -> None:
    scalar = opacity([1.0, 2.0], [0.0, 0.0], [3.0, 4.0])
    burst = burst_duration(RADIUS, scalar, alternating=True)
    g = np.array([0.0, 2.0])
    assert burst.time(g)[0] == diffusion_time(RADIUS, scalar.standard)
    square = np.diff(RADIUS**2)
    assert burst.time(g)[1] == pytest.approx(square @ (2 * 16 * scalar.new + scalar.standard) / 2, rel=1e-14)
    assert burst.coupling(float(burst.time(g)[1])) == pytest.approx(2.0, rel=1e-12)
    with pytest.raises(InvalidValueError, match="interfere"):
        burst_duration(RADIUS, OPACITY, alternating=True)


@given(
    interference=st.floats(-3.0, 3.0),
    new=st.floats(1e-3, 1e3),
    coupling=st.floats(0.1, 10.0),
)
def test_coupling_is_the_larger_root(interference: float, new: float, coupling: float) -> None:
    burst = BurstDuration(2.0, interference, new)
    time = float(burst.time(np.array([coupling]))[0])
    found = burst.coupling(time)
    assert found >= coupling * (1 - 1e-7)
    assert burst.time(np.array([found]))[0] == pytest.approx(time, rel=1e-8)
    assert burst.time(np.array([1.01 * found]))[0] > time


def test_coupling_of_a_time_that_is_never_reached() -> None:
    assert np.isnan(BurstDuration(2.0, 0.0, 1.0).coupling(1.0))
    assert np.isnan(BurstDuration(2.0, 1.0, 1.0).coupling(1.9))
    assert np.isnan(BurstDuration(2.0, 0.0, 0.0).coupling(3.0))
    assert BurstDuration(2.0, -1.0, 1.0).coupling(1.8) == pytest.approx(np.sqrt(0.5 + np.sqrt(0.05)))


def test_opaque_stars() -> None:
    g = np.array([0.0, 0.5, 1.0])
    assert is_opaque(RADIUS, OPACITY, g).tolist() == [True, True, True]
    transparent = opacity([0.1, 0.1], [0.0, 0.0], [1.0, 1.0])
    assert is_opaque(RADIUS, transparent, g).tolist() == [False, False, True]
    negative = opacity([1.0, 1.0], [-3.0, 0.0], [1.0, 1.0])
    assert is_opaque(RADIUS, negative, np.array([0.0, 1.0, 2.0])).tolist() == [True, False, True]


# --- criteria -----------------------------------------------------------------------------------


def signal(values: list[float]) -> Signal:
    value = np.array(values)
    parts = {"standard model": np.ones(value.size), "rest": value - 1}
    return Signal(value, value, "time", "MeV^-1", np.ones(value.size, bool), parts)


def test_shortfall() -> None:
    rule = Shortfall(needed=2.0, unit="MeV^-1")
    assert rule.level is None
    assert rule.score(signal([0.0, 1.0, 4.0])) == pytest.approx([-np.inf, np.log(2), -np.log(2)])
    with pytest.raises(InvalidValueError, match=r"in s, the signal in MeV"):
        Shortfall(needed=2.0, unit="s").score(signal([1.0]))
    with pytest.raises(InvalidValueError, match="positive"):
        Shortfall(needed=np.nan, unit="s")


def test_relative_threshold() -> None:
    rule = RelativeThreshold("standard model", 2.0)
    assert rule.score(signal([1.0, 2.0, 4.0])) == pytest.approx([-np.log(2), 0.0, np.log(2)])
    assert rule.score(signal([-1.0]))[0] == -np.inf
    with pytest.raises(InvalidValueError, match="standard model, rest"):
        RelativeThreshold("new", 2.0).score(signal([1.0]))
    with pytest.raises(InvalidValueError, match="factor"):
        RelativeThreshold("standard model", 0.0)
    nothing = Signal(np.ones(1), np.ones(1), "time", "1", np.ones(1, bool), {"standard model": np.zeros(1)})
    with pytest.raises(InvalidValueError, match="must be positive"):
        rule.score(nothing)
