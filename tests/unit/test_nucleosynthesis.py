"""Weak rates, nuclear reactions and the network of the early universe."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import spence, zeta

from feebly.constants import ALPHA, ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError
from feebly.rates.nucleosynthesis.neutron import GAP, coulomb_factor, neutron, radiative_factor
from feebly.rates.nucleosynthesis.nuclear import BILLION_KELVIN, NUCLEI, PER_MOLE, fusions, nuclei
from feebly.rates.nucleosynthesis.weak import WeakRates
from feebly.signals.light_nuclei import END, START, baryons_per_photon, light_nuclei
from feebly.units import SECOND
from standard_universe import standard_universe


def born(t: float, t_nu: float, z: float, flavour: int) -> float:
    """n -> p (flavour 1) or p -> n (-1) by adaptive integration over neutrino energies, one process at a time."""

    def lepton(energy: float, enters: bool) -> float:
        occupied = 1 / (np.exp(energy / t) + 1)
        return occupied if enters else 1 - occupied

    def nu(energy: float, enters: bool) -> float:
        occupied = 1 / (np.exp(energy / t_nu - z) + 1)
        return occupied if enters else 1 - occupied

    def electron(energy: float) -> float:
        return energy * np.sqrt(energy**2 - ELECTRON_MASS**2)

    top = GAP + 60 * max(t, t_nu)
    capture = quad(
        lambda e: electron(e) * (e - GAP) ** 2 * lepton(e, flavour < 0) * nu(e - GAP, flavour > 0),
        GAP,
        top,
        epsrel=1e-11,
        limit=200,
    )
    decay = quad(
        lambda e: electron(e) * (GAP - e) ** 2 * lepton(e, flavour < 0) * nu(GAP - e, flavour < 0),
        ELECTRON_MASS,
        GAP,
        epsrel=1e-11,
    )
    positron = quad(
        lambda e: electron(e) * (e + GAP) ** 2 * lepton(e, flavour > 0) * nu(e + GAP, flavour < 0),
        ELECTRON_MASS,
        top,
        epsrel=1e-11,
        limit=200,
    )
    vacuum = quad(lambda e: electron(e) * (GAP - e) ** 2, ELECTRON_MASS, GAP, epsrel=1e-12)
    return float((capture[0] + decay[0] + positron[0]) / vacuum[0])


@pytest.mark.parametrize(
    ("t", "ratio", "z"), [(5.0, 1.0, 0.0), (0.9, 1.0, -0.3), (0.3, 0.8, 0.2), (0.08, 0.72, 0.0)]
)
def test_born_rates_are_the_integrals_of_each_process(t: float, ratio: float, z: float) -> None:
    rates = WeakRates(lifetime_s=900.0, radiative=False, recoil=False)(t, ratio * t, z)
    for rate, flavour in zip(rates, (1, -1), strict=True):
        assert rate[0] * 900.0 * SECOND == pytest.approx(born(t, ratio * t, z, flavour), rel=2e-7)


@pytest.mark.parametrize("t_nu", [0.2, 1.0, 2.0])
def test_recoil_agrees_with_finite_differences(t_nu: float) -> None:
    """The derivatives of the occupation in 1 / m_N, against numerical ones of the printed expression."""
    t, g, f_wm = 1.3, 1.27, neutron().magnetism
    mean = (PROTON_MASS + NEUTRON_MASS) / 2

    def derivative(x: float, n: int, order: int) -> float:
        def f(y: float) -> float:
            return y**n / (np.exp(y / t_nu) + 1)

        h = 2e-3 * t_nu
        if order == 0:
            return f(x)
        if order == 1:
            return (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)
        return (16 * (f(x + h) + f(x - h)) - f(x + 2 * h) - f(x - 2 * h) - 30 * f(x)) / (12 * h * h)

    def chi(energy: float, sign: int) -> float:
        """The function of the source for n -> p (sign 1) or p -> n (sign -1) at a signed energy."""
        a = sign * g
        unit = 4 / (1 + 3 * a * a)
        ll, rr = unit * ((1 + a) ** 2 / 4 + f_wm * a), unit * ((1 - a) ** 2 / 4 - f_wm * a)
        lr = unit * (a * a - 1) / 4
        x, p2, d = energy - sign * GAP, energy**2 - ELECTRON_MASS**2, derivative
        total = ll + rr + lr
        value = x**2 / (np.exp(x / t_nu) + 1)
        value += (ll * p2 / energy - rr * x) / mean * d(x, 2, 0)
        value += (ll + rr) * t / mean * (d(x, 2, 1) * p2 / energy - d(x, 3, 1))
        value += total * t / (2 * mean) * (d(x, 4, 2) + d(x, 2, 2) * p2)
        value += total / (2 * mean) * (d(x, 4, 1) + d(x, 2, 1) * p2)
        value -= total * 1.5 * t * (1 - (NEUTRON_MASS / PROTON_MASS) ** sign) * d(x, 2, 1)
        value += lr / mean * (-3 * t * d(x, 2, 0) + p2 / (3 * energy) * (d(x, 3, 1) + t * d(x, 3, 2)))
        return float(value / (np.exp(-energy / t) + 1))

    def rate(sign: int) -> float:
        def both(energy: float) -> float:
            p = np.sqrt(energy**2 - ELECTRON_MASS**2)
            return float(p * energy * (chi(energy, sign) + chi(-energy, sign)))

        parts = [quad(both, a, b, epsrel=1e-9)[0] for a, b in ((ELECTRON_MASS, GAP), (GAP, 8.0), (8.0, 80.0))]
        return float(np.sum(parts))

    with_recoil = WeakRates(axial=g, radiative=False)(t, t_nu)
    found = with_recoil[1][0] / with_recoil[0][0]
    assert found == pytest.approx(rate(-1) / rate(1), rel=3e-7)


def test_radiative_factor_has_the_universal_function() -> None:
    """Written out once more at one point, with L(x) = -spence(1 - x)."""
    p, k = 0.8, 0.4
    e = float(np.hypot(p, ELECTRON_MASS))
    beta = p / e
    r = np.arctanh(beta) / beta
    g = (
        3 * np.log(PROTON_MASS / ELECTRON_MASS)
        - 0.75
        - 4 / beta * spence(1 - 2 * beta / (1 + beta))
        + 4 * (r - 1) * (k / (3 * e) - 1.5 + np.log(2 * k / ELECTRON_MASS))
        + r * (2 * (1 + beta**2) + k**2 / (6 * e**2) - 4 * beta * r)
    )
    ratio = radiative_factor(np.array(p), np.array(k)) / radiative_factor(np.array(p), np.array(2 * k))
    change = 4 * (r - 1) * (k / (3 * e) + np.log(2.0)) + r * k**2 / (2 * e**2)
    outer = 1 + ALPHA / (2 * np.pi) * (g - 3 * np.log(PROTON_MASS / (2 * GAP)))
    assert float(ratio) == pytest.approx(outer / (outer + ALPHA / (2 * np.pi) * change), rel=1e-12)


def test_coulomb_factor_tends_to_the_simple_one() -> None:
    p = np.array([0.1, 0.5, 1.0])
    y = 2 * np.pi * ALPHA * np.hypot(p, ELECTRON_MASS) / p
    assert coulomb_factor(p) == pytest.approx(y / -np.expm1(-y), rel=6e-4)


@pytest.mark.parametrize("compilation", ["recent", "smith"])
def test_nuclear_rates_are_positive_where_nuclei_are_made(compilation: str) -> None:
    t = np.geomspace(END, START, 200)
    for reaction in fusions(compilation):  # type: ignore[arg-type]
        assert np.all(reaction.forward(t) > 0), reaction.name


def test_two_compilations_agree_within_the_errors_of_the_older() -> None:
    t9 = np.linspace(0.3, 1.0, 8)
    for new, old in zip(fusions("recent"), fusions("smith"), strict=True):
        assert new.name == old.name
        assert new.forward(t9 * BILLION_KELVIN) == pytest.approx(old.forward(t9 * BILLION_KELVIN), rel=0.12)


def test_reverse_ratio_of_two_bodies_and_of_a_photon() -> None:
    by_name = {x.name: x for x in fusions()}
    t = np.array([0.07])
    m = {name: x.mass for name, x in nuclei().items()}
    dd = by_name["d d -> t p"]
    expected = 9 / 4 * (m["d"] ** 2 / (m["t"] * m["p"])) ** 1.5 * np.exp(-dd.energy / t) / 2
    assert dd.reverse_ratio(t) == pytest.approx(expected, rel=1e-12)
    capture = by_name["p n -> d"]
    phase = (m["p"] * m["n"] * t / (2 * np.pi * m["d"])) ** 1.5
    assert capture.reverse_ratio(t) == pytest.approx(4 / 3 * phase * np.exp(-capture.energy / t), rel=1e-12)
    assert capture.energy == pytest.approx(2.2246, abs=1e-4)


def test_reactions_keep_baryons_and_charge() -> None:
    charge = dict(zip(NUCLEI, (0, 1, 1, 1, 2, 2), strict=True))
    for x in fusions():
        for number in (charge, {name: n.baryons for name, n in nuclei().items()}):
            assert sum(number[i] for i in x.before) == sum(number[i] for i in x.after)


def test_smith_rate_of_capture_on_hydrogen() -> None:
    capture = fusions("smith")[0]
    value = capture.forward(np.array([BILLION_KELVIN]))[0] / PER_MOLE
    assert value == pytest.approx(4.742e4 * (1 - 0.8504 + 0.4895 - 0.09623 + 8.471e-3 - 2.8e-4), rel=1e-6)


def test_network_agrees_with_an_independent_integrator() -> None:
    """The same rates with the solver of SciPy, right-hand side written out reaction by reaction."""
    universe = standard_universe()
    weak = WeakRates()
    x = np.linspace(-np.log(START * 1.02), -np.log(END / 1.4), 400)
    spline = CubicSpline(
        universe.ln_a, np.log(np.stack([universe.t_gamma, universe.t_nu_e, universe.hubble], 1))
    )
    state = np.exp(spline(x))
    weak_at = CubicSpline(x, np.log(np.stack(weak(state[:, 0], state[:, 1]), 1)))
    reactions = fusions()
    forward_at = CubicSpline(x, np.log(np.stack([r.forward(state[:, 0]) for r in reactions], 1)))
    today = baryons_per_photon() * 2 * float(zeta(3)) / np.pi**2 * universe.t_gamma[-1] ** 3

    def right(ln_a: float, y: np.ndarray) -> np.ndarray:
        t, _, hubble = np.exp(spline(ln_a))
        n_b = today * np.exp(3 * (universe.ln_a[-1] - ln_a))
        out = np.zeros(6)
        n_to_p, p_to_n = np.exp(weak_at(ln_a))
        out[0] = p_to_n * y[1] - n_to_p * y[0]
        out[1] = -out[0]
        for r, sigma in zip(reactions, np.exp(forward_at(ln_a)), strict=True):
            a, b = (NUCLEI.index(i) for i in r.before)
            there = n_b * sigma * y[a] * y[b] / (1 + (a == b))
            back = sigma * float(r.reverse_ratio(np.array(t)))
            for i in r.after:
                back *= y[NUCLEI.index(i)]
            back *= n_b if len(r.after) == 2 else 1.0
            for i in r.before:
                out[NUCLEI.index(i)] -= there - back
            for i in r.after:
                out[NUCLEI.index(i)] += there - back
        return out / hubble

    def slopes(ln_a: float, y: np.ndarray) -> np.ndarray:
        # exact for polynomials of second order
        return np.stack([(right(ln_a, y + e) - right(ln_a, y - e)) / 2 for e in np.eye(6)], axis=1)

    found = light_nuclei(universe, weak)
    begin, end = np.interp([-np.log(START), -np.log(END)], -np.log(universe.t_gamma), universe.ln_a)
    start = np.zeros(6)
    start[:2] = found.per_baryon[0, :2]
    solved = solve_ivp(right, (begin, end), start, method="Radau", jac=slopes, rtol=1e-7, atol=1e-13)
    assert solved.success
    last = solved.y[:, -1]
    assert found.helium_fraction == pytest.approx(4 * last[5], rel=2e-5)
    assert found.deuterium == pytest.approx(last[2] / last[1], rel=1e-3)
    assert found.helium3 == pytest.approx((last[3] + last[4]) / last[1], rel=1e-3)


def test_baryons_are_kept() -> None:
    numbers = np.array([x.baryons for x in nuclei().values()])
    assert light_nuclei(standard_universe(100)).per_baryon @ numbers == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"t_gamma": -1.0}, "must be positive"),
        ({"mu_nu_e": np.nan}, "must be positive and finite"),
        ({"ln_a": 0.0}, "must not fall"),
    ],
)
def test_impossible_histories_are_refused(change: dict[str, float], message: str) -> None:
    universe = standard_universe(50)
    (name, value), *_ = change.items()
    broken = getattr(universe, name).copy()
    broken[7] = value
    with pytest.raises(InvalidValueError, match=message):
        light_nuclei(dataclasses.replace(universe, **{name: broken}))


def test_an_entry_that_stands_twice_is_no_problem() -> None:
    universe = standard_universe(60)
    twice = {
        f.name: np.repeat(getattr(universe, f.name), np.r_[1, 2, np.ones(58, int)])
        for f in dataclasses.fields(universe)
    }
    doubled = light_nuclei(dataclasses.replace(universe, **twice))
    assert doubled.helium_fraction == light_nuclei(universe).helium_fraction


def test_a_history_that_stops_early_is_continued() -> None:
    """Below 10 keV temperatures fall as 1 / a."""
    whole, short = standard_universe(300), standard_universe(240, coldest=0.0095)
    assert light_nuclei(short).helium_fraction == pytest.approx(light_nuclei(whole).helium_fraction, abs=1e-7)
    assert light_nuclei(short).deuterium == pytest.approx(light_nuclei(whole).deuterium, rel=1e-5)


@pytest.mark.parametrize(("hottest", "coldest"), [(3.0, 0.002), (20.0, 0.02)])
def test_short_histories_are_refused(hottest: float, coldest: float) -> None:
    with pytest.raises(OutOfDomainError, match=r"needs a history from 6 to 0.01 MeV"):
        light_nuclei(standard_universe(50, hottest=hottest, coldest=coldest))


def test_bad_options_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="lifetime_s must be positive"):
        WeakRates(lifetime_s=-1.0)
    with pytest.raises(InvalidValueError, match="available from"):
        WeakRates()(20.0, 1.0)
    with pytest.raises(InvalidValueError, match="Omega_b h"):
        baryons_per_photon(0.0)
    with pytest.raises(UnknownNameError, match="recent"):
        fusions("recnt")  # type: ignore[arg-type]


def test_provenance_names_the_choices() -> None:
    made = light_nuclei(standard_universe(60), WeakRates(lifetime_s=880.0, magnetism=False)).provenance
    assert dict(made.choices)["neutron lifetime in s"] == "880"
    assert dict(made.choices)["weak magnetism"] == "off"
    assert {"pitrou-helium", "pisanti-deuterium", "planck-parameters-2018", "pdg-2026"} <= set(made.keys)
