"""Pion conversion: the amplitude against explicit diagrams, its limits, and the rate against direct integrals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

from feebly.constants import E_CHARGE, PION_MASS
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.rates.stellar import pion_conversion as module
from feebly.rates.stellar.pion_conversion import (
    AXIAL_COUPLING,
    DECAY_CONSTANT,
    NUCLEON_MASS,
    PionMatter,
    nucleon_response,
    pion_conversion,
    pion_density,
    squared_amplitude,
)
from feebly.units import KM

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
ONE = np.eye(4)
COUPLING = AXIAL_COUPLING / (np.sqrt(2) * DECAY_CONSTANT)
CHARGES = [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.3, -0.8), (0.5 + 0.2j, 1.0 - 0.7j)]


def _gammas() -> np.ndarray:
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    return np.array(
        [np.kron(np.diag([1.0, -1.0]), np.eye(2)), *(np.kron([[0, 1], [-1, 0]], s) for s in pauli)],
        dtype=complex,
    )


GAMMA = _gammas()
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]


def _slash(p: np.ndarray) -> np.ndarray:
    return np.einsum("m,mab->ab", METRIC @ p, GAMMA)


def _kinematics(m: float, omega: float, e_pi: float, c: float) -> tuple[np.ndarray, ...]:
    """q, p1, p2, k as `squared_amplitude` takes them; the proton energy by bisection of energy conservation."""
    k, q = np.sqrt(omega**2 - m**2), np.sqrt(e_pi**2 - PION_MASS**2)
    boson = np.array([omega, 0.0, 0.0, k])
    pion = np.array([e_pi, q * np.sqrt(1 - c**2), 0.0, q * c])
    transfer = (pion - boson)[1:]

    def excess(a: float) -> float:
        first, second = (np.sqrt(NUCLEON_MASS**2 + (a + s) ** 2 * transfer @ transfer) for s in (0, 1))
        return float(first + e_pi - second - omega)

    low, high = -1e3, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) < 0 else (middle, high)
    momentum = low * transfer
    p1 = np.array([np.sqrt(NUCLEON_MASS**2 + momentum @ momentum), *momentum])
    return pion, p1, p1 + pion - boson, boson


def _diagrams(
    m: float, q: np.ndarray, p1: np.ndarray, p2: np.ndarray, k: np.ndarray, x_p: complex, x_n: complex
) -> np.ndarray:
    """Matrices T^mu between the spinors with pseudovector coupling: p, n, pion and contact (Kroll-Ruderman) terms."""
    x_pi = x_n - x_p

    def dot(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ METRIC @ b)

    vertex = _slash(q) @ GAMMA5
    inside_p = (_slash(p1 - k) + NUCLEON_MASS * ONE) / (m**2 - 2 * dot(p1, k))
    inside_n = (_slash(p2 + k) + NUCLEON_MASS * ONE) / (m**2 + 2 * dot(p2, k))
    pole = _slash(q - k) @ GAMMA5 / (m**2 - 2 * dot(q, k))
    return COUPLING * np.stack(
        [
            x_pi * GAMMA[mu] @ GAMMA5
            - x_p * vertex @ inside_p @ GAMMA[mu]
            - x_n * GAMMA[mu] @ inside_n @ vertex
            - x_pi * (2 * q - k)[mu] * pole
            for mu in range(4)
        ]
    )


def _spin_sum(matrix: np.ndarray, p1: np.ndarray, p2: np.ndarray) -> float:
    bar = GAMMA[0] @ matrix.conj().T @ GAMMA[0]
    trace = np.trace((_slash(p2) + NUCLEON_MASS * ONE) @ matrix @ (_slash(p1) + NUCLEON_MASS * ONE) @ bar)
    return float(trace.real)


POINTS = [
    (10.0, 200.0, 205.0, 0.3),
    (100.0, 180.0, 160.0, -0.7),
    (150.0, 151.0, 170.0, 0.9),
    (1.0, 300.0, 290.0, 0.0),
    (250.0, 400.0, 380.0, 0.5),
]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("charges", CHARGES)
def test_amplitude_is_the_trace_of_the_four_diagrams(
    point: tuple[float, ...], charges: tuple[complex, complex]
) -> None:
    m, omega, _, _ = point
    q, p1, p2, k = _kinematics(*point)
    t = _diagrams(m, q, p1, p2, k, *charges)
    form = squared_amplitude(m, *(np.array(x) for x in point[1:]))
    for state, expected in (
        (np.array([0.0, 1, 0, 0]), None),
        (np.array([k[3], 0, 0, omega]) / m, form.longitudinal),
    ):
        found = _spin_sum(np.einsum("m,mab->ab", METRIC @ state, t), p1, p2)
        if expected is None:
            other = _spin_sum(np.einsum("m,mab->ab", METRIC @ np.array([0.0, 0, 1, 0]), t), p1, p2)
            found, expected = (found + other) / 2, form.transverse
        assert float(expected.rate(*charges)) == pytest.approx(found / (8 * NUCLEON_MASS**2), rel=1e-6)


@pytest.mark.parametrize("point", POINTS)
def test_the_current_is_conserved(point: tuple[float, ...]) -> None:
    """k.M = 0 between spinors if the pion has the charge x_n - x_p."""
    q, p1, p2, k = _kinematics(*point)
    for charges in CHARGES:
        t = _diagrams(point[0], q, p1, p2, k, *charges)
        contracted = _spin_sum(np.einsum("m,mab->ab", METRIC @ k, t), p1, p2)
        along_time = _spin_sum(t[0], p1, p2)
        assert abs(contracted) < 1e-12 * abs(along_time) * k[0] ** 2


def test_longitudinal_and_transverse_states_agree_at_rest() -> None:
    """A boson at rest has no direction: averaged over the pion, the three states are equal."""
    c, w = np.polynomial.legendre.leggauss(20)
    m = 160.0
    form = squared_amplitude(m, np.array(m * (1 + 1e-12)), np.array(170.0), c)
    for charges in CHARGES:
        mean = [float(f.rate(*charges) @ w / 2) for f in (form.transverse, form.longitudinal)]
        assert mean[0] == pytest.approx(mean[1], rel=1e-5)


def test_photons_at_threshold_follow_the_low_energy_theorem() -> None:
    """E_0+ of gamma n -> pi- p: -(e g_A / 4 sqrt2 pi f)(1 - mu/2 + ...) with mu = m_pi/M; and the published value.

    bernard-kroll-ruderman gives -32.7(6) 1e-3/m_pi with loops; leading order lacks its corrections of order mu^2.
    In the centre of mass p1 = -q = 0; |E_0+|^2 = sum |M|^2 / (256 pi^2 s).
    """
    root_s = NUCLEON_MASS + PION_MASS
    photon = (root_s**2 - NUCLEON_MASS**2) / (2 * root_s)
    k = np.array([photon, 0.0, 0.0, photon])
    p1, q = np.array([NUCLEON_MASS, 0, 0, 0]), np.array([PION_MASS, 0, 0, 0])
    t = _diagrams(0.0, q, p1, p1 + q - k, k, E_CHARGE, 0.0)
    both = sum(_spin_sum(-t[mu], p1, p1 + q - k) for mu in (1, 2))
    multipole = np.sqrt(both / (256 * np.pi**2 * root_s**2)) * PION_MASS * 1e3
    ratio = PION_MASS / NUCLEON_MASS
    theorem = (
        E_CHARGE
        * AXIAL_COUPLING
        * PION_MASS
        / (4 * np.pi * np.sqrt(2) * DECAY_CONSTANT)
        * (1 - ratio / 2)
        * 1e3
    )
    assert multipole == pytest.approx(theorem, rel=ratio**2)
    assert multipole == pytest.approx(32.7, rel=0.08)
    here = squared_amplitude(1e-6, np.array(photon), np.array(PION_MASS * (1 + 1e-14)), np.array(0.0))
    boosted = 8 * NUCLEON_MASS**2 * 2 * float(here.transverse.rate(E_CHARGE, 0.0))
    # proton at threshold: the same kinematics, since its smallest momentum is 0 to the order of the pion velocity
    assert boosted == pytest.approx(both, rel=1e-5)


def test_static_nucleons_give_the_kroll_ruderman_and_pion_pole_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """M -> infinity: (g_A^2/2 f^2) |e - (2 q.e)(q - k)/((q - k)^2 + m_pi^2)|^2 for a photon, x_p = 1."""
    monkeypatch.setattr(module, "NUCLEON_MASS", 1e7)
    omega, c = 220.0, np.array([-0.8, 0.1, 0.6])
    form = squared_amplitude(1e-4, np.array(omega), np.array(omega), c)
    q = np.sqrt(omega**2 - PION_MASS**2)
    across, along = q * np.sqrt(1 - c**2), q * c - omega
    pole = 2 * across / (across**2 + along**2 + PION_MASS**2)
    in_plane = (1 - pole * across) ** 2 + (pole * along) ** 2
    expected = COUPLING**2 * (in_plane + 1) / 2
    np.testing.assert_allclose(form.transverse.rate(1.0, 0.0), expected, rtol=1e-4)
    # the isovector charge alone counts: equal charges do not radiate
    np.testing.assert_allclose(form.transverse.rate(0.0, 1.0), expected, rtol=1e-4)
    assert np.all(form.transverse.rate(1.0, 1.0) < 1e-7 * expected)


def test_slow_decoupling_of_the_longitudinal_state() -> None:
    """A conserved current emits it with (m/E)^2."""
    rates = [
        float(
            squared_amplitude(m, np.array(250.0), np.array(240.0), np.array(0.2)).longitudinal.rate(1.0, 0.3)
        )
        for m in (1.0, 0.1, 0.001)
    ]
    assert rates[0] / rates[1] == pytest.approx(100.0, rel=1e-3)
    assert rates[1] / rates[2] == pytest.approx(1e4, rel=1e-3)


def test_real_pion_exchange_is_refused() -> None:
    with pytest.raises(OutOfDomainError, match="Possible: masses below 279"):
        squared_amplitude(300.0, np.array(400.0), np.array(400.0), np.array(0.0))


RESPONSES = [
    (-20.0, 150.0, 30.0, -20.0, 25.0),
    (60.0, 300.0, 30.0, 10.0, 40.0),
    (5.0, 250.0, 5.0, 8.0, 60.0),
    (-45.0, 100.0, 30.0, 0.0, 45.0),
]


@pytest.mark.parametrize("case", RESPONSES)
def test_response_by_direct_integration(case: tuple[float, ...]) -> None:
    """int 2 d^3p/(2 pi)^3 f_n (1 - f_p) delta over the momentum of the proton, the angle done by the delta function."""
    gain, transfer, t, fill_p, fill_n = case
    mass = 900.0
    least = abs(mass * gain / transfer - transfer / 2)

    def integrand(p: float) -> float:
        e = p**2 / (2 * mass)
        return float(p * expit(-(e + gain - fill_n) / t) * expit((e - fill_p) / t))

    direct = (
        mass
        / (2 * np.pi**2 * transfer)
        * quad(integrand, least, 4000.0, epsabs=0, epsrel=1e-11, limit=500)[0]
    )
    arrays = {"temperature": t, "proton": fill_p, "neutron": fill_n, "mass": mass}
    found = nucleon_response(
        np.array(gain), np.array(transfer), **{n: np.array(v) for n, v in arrays.items()}
    )
    assert float(found) == pytest.approx(direct, rel=1e-9)


def test_response_of_static_matter_counts_neutrons() -> None:
    """Integrated over the energy, with no protons in the way, all neutrons respond."""
    t, mass, fill = 20.0, 939.0, -15.0
    density = 2 * (mass * t / (2 * np.pi)) ** 1.5 * np.exp(fill / t)
    gain = np.linspace(-600, 900, 60001)
    one = np.ones_like(gain)
    found = nucleon_response(
        gain, 200 * one, temperature=t * one, proton=-900 * one, neutron=fill * one, mass=mass * one
    )
    blocked = found.sum() * (gain[1] - gain[0])
    eta = np.exp(fill / t)
    fermi_gas = 1 - eta / 2**1.5 + eta**2 / 3**1.5 - eta**3 / 8 + eta**4 / 5**1.5 - eta**5 / 6**1.5
    assert blocked == pytest.approx(density * fermi_gas, rel=5e-3)


def _matter(t: float = 30.0, proton: float = -45.0, neutron: float = 20.0, gap: float = 1.3) -> PionMatter:
    return PionMatter(*(np.array([x]) for x in (t, proton, neutron, gap, 939.0)))


@pytest.mark.parametrize(
    ("m", "omega"), [(1.0, 120.0), (10.0, 200.0), (100.0, 260.0), (200.0, 205.0), (30.0, 450.0)]
)
@pytest.mark.parametrize("t", [30.0, 8.0])
def test_rate_is_converged(m: float, omega: float, t: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 1 % of forty times the nodes where most particles are made, 3 % in the far wings."""
    matter, energy = _matter(t), np.array([[omega]])
    standard = pion_conversion(m, energy, matter)
    monkeypatch.setattr(module, "_NODES", (160, 60))
    monkeypatch.setattr(module, "_REACH", 12.0)
    fine = pion_conversion(m, energy, matter)
    for charges in CHARGES:
        for mode in ("transverse", "longitudinal"):
            a, b = (float(getattr(x, mode).rate(*charges)[0, 0]) for x in (standard, fine))
            assert a == pytest.approx(b, rel=0.01 if omega > 150 else 0.03), (charges, mode)


def test_production_by_monte_carlo() -> None:
    """Gamma_prod from f_pi f_p (1 - f_n) over pions and protons, exp(-E/T) times the absorption.

    W with the proton at its smallest momentum, as in the rate; the delta function fixes the angle of the proton.
    """
    m, omega, matter = 20.0, 230.0, _matter()
    t, fill_p, fill_n, gap, mass = 30.0, -45.0, 20.0, 1.3, 939.0
    rng = np.random.default_rng(7)
    size = 400_000
    e_pi = PION_MASS + 500.0 * rng.random(size) ** 2
    jacobian = 2 * np.sqrt((e_pi - PION_MASS) * 500.0)
    c = rng.uniform(-1, 1, size)
    q, k = np.sqrt(e_pi**2 - PION_MASS**2), np.sqrt(omega**2 - m**2)
    transfer = np.sqrt(q**2 + k**2 - 2 * q * k * c)
    gain = e_pi - omega - gap
    p = 1500.0 * rng.random(size)
    is_open = p > np.abs(mass * gain / transfer - transfer / 2)
    kinetic = p**2 / (2 * mass)
    occupied = expit(-(kinetic - fill_p) / t) * expit((kinetic + gain - fill_n) / t)
    response = is_open * mass * p / (2 * np.pi**2 * transfer) * occupied * 1500.0
    pions = 1 / np.expm1((e_pi - matter.pion_potential[0]) / t)
    form = squared_amplitude(m, np.array(omega), e_pi, c)
    weight = jacobian * 2 * q * pions * response / (8 * np.pi * omega)
    absorbed = pion_conversion(m, np.array([[omega]]), matter)
    for mode in ("transverse", "longitudinal"):
        values = weight * getattr(form, mode).rate(1.0, 0.4)
        mean, error = values.mean(), values.std() / np.sqrt(size)
        expected = float(getattr(absorbed, mode).rate(1.0, 0.4)[0, 0]) / np.expm1(omega / t)
        assert error < 0.01 * mean
        assert mean == pytest.approx(expected, abs=4 * error)


def test_equal_charges_are_suppressed() -> None:
    """B-L in vacuum: the pion is neutral, and recoil makes the rest."""
    form = pion_conversion(10.0, np.array([[180.0, 220.0, 300.0]]), _matter()).summed
    ratio = form.rate(1.0, 1.0) / form.rate(1.0, 0.0)
    assert np.all((ratio > 1e-3) & (ratio < 0.1))


def test_rates_are_positive_forms() -> None:
    rng = np.random.default_rng(0)
    rate = pion_conversion(30.0, np.array([[31.0, 60.0, 150.0, 300.0, 800.0]]), _matter())
    for mode in (rate.transverse, rate.longitudinal):
        for _ in range(20):
            charges = rng.normal(size=4).view(complex)
            assert np.all(mode.rate(charges[0], charges[1]) > 0)
            assert np.all(np.isfinite(mode.rate(charges[0], charges[1])))


def test_pion_density_by_quadrature_up_to_condensation() -> None:
    for t, mu in ((30.0, 65.0), (5.0, 130.0), (30.0, 139.5)):
        direct = quad(
            lambda x, t=t, mu=mu: (
                2
                * x
                * t
                * np.sqrt(t * x**2 * (t * x**2 + 2 * PION_MASS))
                * (PION_MASS + t * x**2)
                / np.expm1(x**2 + (PION_MASS - mu) / t)
            ),
            0,
            6.4,
            epsabs=0,
            epsrel=1e-10,
            limit=500,
        )[0]
        assert float(pion_density(np.array([t]), np.array([mu]))[0]) == pytest.approx(
            direct / (2 * np.pi**2), rel=1e-5
        )


def test_condensed_pions_are_refused() -> None:
    with pytest.raises(OutOfDomainError, match=r"reaches 151.3 MeV at 1 of 1 radii"):
        _matter(neutron=105.0)


def test_radii_with_condensed_pions_can_be_left_out(shells: StarProfile) -> None:
    medium = shells.sample(np.array([2.0, 8.0, 12.0]) * KM)
    with pytest.raises(OutOfDomainError, match="condensed='omit'"):
        PionMatter.of(medium)
    with pytest.raises(InvalidValueError, match="Possible: refuse, omit"):
        PionMatter.of(medium, condensed="skip")  # type: ignore[arg-type]
    matter = PionMatter.of(medium, condensed="omit")
    assert matter.left_out is not None
    assert matter.left_out.tolist() == [True, False, False]
    rate = pion_conversion(10.0, np.tile([150.0, 250.0], (3, 1)), matter).transverse.rate(1.0, 0.0)
    assert np.all(rate[0] == 0)
    alone = matter.at(np.array([1, 2]))
    assert alone.present.all()
    np.testing.assert_array_equal(
        rate[1:], pion_conversion(10.0, np.tile([150.0, 250.0], (2, 1)), alone).transverse.rate(1.0, 0.0)
    )


def test_shells_keep_their_matter_at_their_edges(shells: StarProfile) -> None:
    """At a jump the two sides of a sample have their own densities."""
    edge = shells.radius[np.flatnonzero(np.diff(shells.radius) == 0)[-1]]
    inside = shells.sample([edge / 1.01, edge], panel=(edge / 1.02, edge))
    neutrons = PionMatter.of(inside, condensed="omit").neutron
    assert neutrons[0] == pytest.approx(neutrons[1], rel=1e-9)


def test_full_potentials_give_the_gap(shells: StarProfile) -> None:
    medium = shells.sample(np.array([8.0, 18.0]) * KM)
    matter = PionMatter.of(medium, full_potentials=True)
    stated = medium.potential["n"] - medium.potential["p"]
    np.testing.assert_allclose(matter.pion_potential, stated, rtol=1e-12)


def test_energies_below_the_mass_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="cannot have less energy"):
        pion_conversion(100.0, np.array([[90.0]]), _matter())


def test_matter_of_a_star() -> None:
    medium = raffelt().sample(np.array([2.0, 10.0, 15.0]) * KM)
    matter = PionMatter.of(medium)
    assert np.all(matter.neutron > matter.proton)
    assert np.all(matter.pion_potential < PION_MASS)
    rate = pion_conversion(10.0, np.tile([150.0, 250.0], (3, 1)), matter).summed.rate(1.0, 0.0)
    assert np.all(rate > 0)
    assert rate.shape == (3, 2)


def test_stars_without_densities_are_refused() -> None:
    star = raffelt()
    bare = replace(star, density={"B": star.density["B"]})
    with pytest.raises(OutOfDomainError, match="does not state it"):
        PionMatter.of(bare.sample(np.array([0.0])))
