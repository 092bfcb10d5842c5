"""Cross sections on protons, oxygen and electrons: limits, sums, nodes and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from feebly import embedded
from feebly.constants import ELECTRON_MASS, MUON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError
from feebly.rates.scattering import channels, fermi_gas, ibd, michel, nu_electron, oxygen, quasielastic
from feebly.units import CM

UNIT = 1e-42 * CM**2


def _gamma() -> tuple[list[np.ndarray], np.ndarray]:
    """Dirac matrices (mu upper) and gamma5 in the Dirac representation."""
    zero, one = np.zeros((2, 2)), np.eye(2)
    pauli = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.array([[1, 0], [0, -1]])]
    found = [np.block([[one, zero], [zero, -one]]).astype(complex)]
    found += [np.block([[zero, s], [-s, zero]]) for s in pauli]
    return found, 1j * found[0] @ found[1] @ found[2] @ found[3]


@pytest.mark.parametrize("lepton", ["neutrino", "antineutrino"])
@pytest.mark.parametrize("seed", [3, 4])
def test_element_against_explicit_traces(lepton: str, seed: int) -> None:
    """Traces of 4 x 4 matrices, at random points where energy is not conserved, for unequal masses."""
    gamma, g5 = _gamma()
    metric = np.diag([1.0, -1, -1, -1])

    def slash(v: np.ndarray) -> np.ndarray:
        return sum(metric[m, m] * v[m] * gamma[m] for m in range(4))

    def dot(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ metric @ b)

    rng = np.random.default_rng(seed)
    m1, m2, ml = quasielastic.NUCLEON_MASS - 3, quasielastic.NUCLEON_MASS + 3, MUON_MASS
    k = np.array([300.0, 0.0, 0.0, 300.0])
    p3, l3 = rng.normal(size=3) * 100, rng.normal(size=3) * 120
    p, l4 = np.array([np.sqrt(m1**2 + p3 @ p3), *p3]), np.array([np.sqrt(ml**2 + l3 @ l3), *l3])
    q3 = k[1:] - l3 + p3
    q = np.array([np.sqrt(m2**2 + q3 @ q3), *q3])
    t = dot(q - p, q - p)
    f = quasielastic.form_factors(np.array(t))
    mass, step = quasielastic.NUCLEON_MASS, q - p
    sign = 1 if lepton == "neutrino" else -1

    def current(m: int) -> np.ndarray:
        sigma = sum(
            metric[n, n] * step[n] * 0.5j * (gamma[m] @ gamma[n] - gamma[n] @ gamma[m]) for n in range(4)
        )
        vector = f.f1 * gamma[m] + 1j * f.f2 * sigma / (2 * mass)
        return vector + f.g1 * gamma[m] @ g5 + f.g2 * step[m] / mass * g5

    total = 0.0
    for m in range(4):
        for n in range(4):
            left = gamma[m] @ (np.eye(4) - g5)
            right = gamma[0] @ (gamma[n] @ (np.eye(4) - g5)).conj().T @ gamma[0]
            ends = (
                (slash(l4) + ml * np.eye(4), slash(k)) if sign > 0 else (slash(k), slash(l4) - ml * np.eye(4))
            )
            lepton_part = np.trace(ends[0] @ left @ ends[1] @ right)
            bar = gamma[0] @ current(n).conj().T @ gamma[0]
            nucleon = (
                np.trace((slash(q) + m2 * np.eye(4)) @ current(m) @ (slash(p) + m1 * np.eye(4)) @ bar) / 2
            )
            total += (metric[m, m] * metric[n, n] * lepton_part * nucleon).real
    products = quasielastic.Products(
        *(np.array(x) for x in (dot(k, p), dot(k, q), dot(l4, p), dot(l4, q), dot(k, l4), dot(p, q)))
    )
    found = quasielastic.squared_element(products, np.array(t), lepton, initial_mass=m1, final_mass=m2)  # type: ignore[arg-type]
    assert float(found) == pytest.approx(total / 8, rel=1e-10)


def test_inverse_beta_decay_near_threshold_and_static() -> None:
    """Far below the nucleon mass: (G cos)^2/pi (1 + 3 g_A^2) E_e p_e, with recoil of a few E/m_p."""
    e = np.array([3.0])
    electron = e - (NEUTRON_MASS - PROTON_MASS)
    p = quasielastic.parameters()
    flat = (quasielastic.fermi_constant() * p.cabibbo) ** 2 / np.pi * (1 + 3 * p.axial**2)
    flat = flat * electron * np.sqrt(electron**2 - ELECTRON_MASS**2)
    ratio = ibd.cross_section(e, radiative=False) / flat
    assert 1 - 10 * e[0] / PROTON_MASS < ratio[0] < 1
    assert ibd.cross_section([ibd.threshold() * (1 - 1e-9), ibd.threshold() + 1e-6])[0] == 0
    assert ibd.cross_section([ibd.threshold() + 1e-3])[0] > 0


@pytest.mark.parametrize("lepton", ["e+", "mu+"])
def test_inverse_beta_decay_integral(lepton: str) -> None:
    low, high = ibd.lepton_energies(180.0, lepton)  # type: ignore[arg-type]
    direct, _ = quad(
        lambda x: float(ibd.differential(180.0, x, lepton)), float(low), float(high), epsrel=1e-11
    )  # type: ignore[arg-type]
    assert float(ibd.cross_section([180.0], lepton)[0]) == pytest.approx(direct, rel=1e-9)  # type: ignore[arg-type]
    assert float(low) >= {"e+": ELECTRON_MASS, "mu+": MUON_MASS}[lepton]


def test_muons_cut() -> None:
    every = ibd.spectrum([300.0], "mu+")[1].sum()
    seen = ibd.spectrum([300.0], "mu+", up_to=200.0)[1].sum()
    assert 0 < seen < every
    assert ibd.spectrum([300.0], "mu+", up_to=100.0)[1].sum() == 0


def test_fermi_gas_of_one_resting_nucleon_is_the_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny Fermi momentum and no removal energy; nucleon masses equal; quadrature of thin shells 2 %."""
    mass = quasielastic.NUCLEON_MASS
    monkeypatch.setattr(ibd, "PROTON_MASS", mass)
    monkeypatch.setattr(ibd, "NEUTRON_MASS", mass)
    gas = fermi_gas.FermiGas(momentum=3.0, removal=0.0, nucleons=1)
    for neutrino, lepton, energy in (("nu_e~", "e+", 150.0), ("nu_mu~", "mu+", 250.0)):
        bound = fermi_gas.lepton_spectrum(gas, neutrino, [energy])[1].sum()
        free = ibd.cross_section([energy], lepton, radiative=False)[0]  # type: ignore[arg-type]
        assert bound == pytest.approx(free, rel=0.02)


def test_fermi_gas_against_monte_carlo() -> None:
    """Nucleons thrown into the sea, leptons into phase space: nu_e at 250 MeV within four errors."""
    gas, energy, rng, count = fermi_gas.oxygen(), 250.0, np.random.default_rng(11), 200_000
    m, kf = quasielastic.NUCLEON_MASS, gas.momentum
    p_abs, cos = kf * rng.random(count) ** (1 / 3), 2 * rng.random(count) - 1
    phi = 2 * np.pi * rng.random(count)
    sin = np.sqrt(1 - cos**2)
    p = p_abs * np.stack([sin * np.cos(phi), sin * np.sin(phi), cos])
    ep = np.sqrt(m**2 + p_abs**2)
    # direction of the lepton at random; its momentum follows from energy conservation: bisection
    c, f = 2 * rng.random(count) - 1, 2 * np.pi * rng.random(count)
    s = np.sqrt(1 - c**2)
    way = np.stack([s * np.cos(f), s * np.sin(f), c])
    k = np.array([0.0, 0.0, energy])[:, None]

    def excess(kl: np.ndarray) -> np.ndarray:
        final = p + k - kl * way
        return (
            energy + ep - gas.removal - np.hypot(kl, ELECTRON_MASS) - np.sqrt(m**2 + np.sum(final**2, axis=0))
        )

    low, high = np.zeros(count), np.full(count, energy)
    for _ in range(60):
        middle = (low + high) / 2
        up = excess(middle) > 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    kl = (low + high) / 2
    final = p + k - kl * way
    eq = np.sqrt(m**2 + np.sum(final**2, axis=0))
    el = np.hypot(kl, ELECTRON_MASS)
    jacobian = np.abs(kl / el + np.sum(-final * way, axis=0) / eq)
    k_p, l_p = energy * (ep - p[2]), el * ep - kl * np.sum(p * way, axis=0)
    k_q, l_q = energy * (eq - final[2]), el * eq - kl * np.sum(final * way, axis=0)
    products = quasielastic.Products(
        k_p, k_q, l_p, l_q, energy * (el - kl * c), ep * eq - np.sum(p * final, axis=0)
    )
    t = 2 * m**2 - 2 * products.p_q
    element = quasielastic.squared_element(products, t, "neutrino", initial_mass=m, final_mass=m)
    weight = kl**2 * element / (jacobian * ep * eq * el) * (np.sum(final**2, axis=0) > kf**2)
    strength = 4 * (quasielastic.fermi_constant() * quasielastic.parameters().cabibbo) ** 2
    # sigma = int d3k' |M|^2 / (4 E E_p 2E' 2E_q (2 pi)^2) over directions, 4 pi of them
    value = gas.nucleons * strength * 4 * np.pi * weight / (16 * energy * (2 * np.pi) ** 2)
    error = value.std() / np.sqrt(count)
    found = fermi_gas.lepton_spectrum(gas, "nu_e", [energy])[1].sum()
    assert error / found < 4e-3
    assert abs(value.mean() - found) < 4 * error


def test_fermi_gas_table_and_cut() -> None:
    gas = fermi_gas.oxygen()
    energy = np.array([110.0, 215.0, 400.0])
    direct = fermi_gas.lepton_spectrum(gas, "nu_e", energy)[1].sum(axis=-1)
    assert fermi_gas.cross_section(gas, "nu_e", energy) == pytest.approx(direct, rel=1e-3)
    whole = fermi_gas.cross_section(gas, "nu_mu", 250.0)
    part = fermi_gas.cross_section(gas, "nu_mu", 250.0, up_to=160.0)
    assert 0 < part < whole
    assert float(fermi_gas.cross_section(gas, "nu_mu", 120.0)) == 0
    with pytest.raises(OutOfDomainError, match="1500 MeV"):
        fermi_gas.cross_section(gas, "nu_e", 2000.0)
    with pytest.raises(UnknownNameError):
        fermi_gas.lepton_spectrum(gas, "nu_tau", [200.0])


@pytest.mark.parametrize("neutrino", oxygen.ELECTRON_NEUTRINOS)
def test_oxygen_nodes_are_met(neutrino: str) -> None:
    energy, sigma = oxygen.nodes(neutrino)
    assert oxygen.cross_section(neutrino, energy) == pytest.approx(sigma, rel=1e-12, abs=0)
    between = oxygen.cross_section(neutrino, np.linspace(12.0, 100.0, 200))
    assert np.all(np.diff(between) >= 0)


@pytest.mark.parametrize("neutrino", oxygen.ELECTRON_NEUTRINOS)
@pytest.mark.parametrize("kind", ["fermi-gas", "nakazato"])
def test_oxygen_is_continuous_where_it_is_matched(neutrino: str, kind: oxygen.Oxygen) -> None:
    below, above = oxygen.cross_section(neutrino, [100.0, 100.0 + 1e-6], oxygen=kind)
    assert above == pytest.approx(below, rel=1e-6)


@pytest.mark.parametrize("neutrino", oxygen.ELECTRON_NEUTRINOS)
def test_spread_holds_every_choice(neutrino: str) -> None:
    energy = np.array([40.0, 90.0, 120.0, 200.0])
    low, high = oxygen.spread(neutrino, energy)
    for kind in ("fermi-gas", "extrapolated", "nakazato"):
        found = oxygen.cross_section(neutrino, energy, oxygen=kind)
        assert np.all((low <= found) & (found <= high))


@pytest.mark.parametrize("final_state", ["ground", "groups"])
def test_oxygen_spectrum_sums_to_the_cross_section(final_state: oxygen.FinalState) -> None:
    energy = np.array([10.0, 30.0, 80.0, 150.0])
    electrons, parts = oxygen.spectrum("nu_e", energy, final_state=final_state)
    whole = oxygen.cross_section("nu_e", energy)
    assert parts.sum(axis=-1)[1:] == pytest.approx(whole[1:], rel=1e-12)
    assert np.all(electrons <= energy[:, None])
    mean = (electrons * parts).sum(axis=-1)[1:] / whole[1:]
    assert np.all(mean <= energy[1:] - 15.21 + 1e-9)


def test_elastic_total_against_the_integral() -> None:
    """Sum of the nodes against the closed integral of the formula."""
    e, m = 25.0, ELECTRON_MASS
    a1, a2 = nu_electron.weak_sine() + 0.5, nu_electron.weak_sine()
    top = 2 * e**2 / (m + 2 * e)
    bracket = a1**2 * top + a2**2 * e / 3 * (1 - (1 - top / e) ** 3) - a1 * a2 * m * top**2 / (2 * e**2)
    expected = 2 * quasielastic.fermi_constant() ** 2 * m / np.pi * bracket
    electrons, parts = nu_electron.spectrum("nu_e", [e])
    assert parts.sum() == pytest.approx(expected, rel=1e-12)
    assert electrons.max() <= top + m
    assert float(nu_electron.differential("nu_e", e, top * 1.001)) == 0


def test_michel_is_normalised() -> None:
    assert quad(lambda x: float(michel.michel_spectrum(x)), 0, michel.ENDPOINT)[0] == pytest.approx(
        1, rel=1e-12
    )
    assert float(michel.michel_spectrum(-1.0)) == 0


def test_channels_cover_what_they_name() -> None:
    for name in channels.ALL:
        found = channels.channel(name)
        assert found.flavour in channels.FLAVOURS
        electrons, parts = found.spectrum(np.array([5.0, 140.0]))
        assert np.broadcast_shapes(electrons.shape, parts.shape) == parts.shape
        assert np.all(parts >= 0)
        assert found.provenance.keys
    static, _ = channels.channel("nu_e~ p", positron="static").spectrum(np.array([20.0]))
    assert float(static[0, 0]) == pytest.approx(20 - (NEUTRON_MASS - PROTON_MASS), rel=1e-12)


def test_visible_muons_are_not_counted() -> None:
    """At 115 MeV every muon on a proton is below 160 MeV; at 300 MeV none is."""
    low, high = channels.channel("nu_mu~ p").spectrum(np.array([115.0, 300.0]))[1].sum(axis=-1)
    assert low == pytest.approx(float(ibd.cross_section([115.0], "mu+")[0]), rel=1e-9)
    assert high == 0


def test_refusals() -> None:
    with pytest.raises(UnknownNameError, match="reaction"):
        channels.channel("nu_e 12C")
    with pytest.raises(InvalidValueError, match="positron"):
        channels.channel("nu_e~ p", positron="fast")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="oxygen"):
        oxygen.cross_section("nu_e", [50.0], oxygen="table")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="final_state"):
        oxygen.spectrum("nu_e", [50.0], final_state="all")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        oxygen.cross_section("nu_mu", [50.0])
    with pytest.raises(UnknownNameError):
        ibd.threshold("tau+")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        nu_electron.differential("nu_x", 10.0, 1.0)
    products = quasielastic.Products(*[np.array(1.0)] * 6)
    with pytest.raises(InvalidValueError, match="lepton"):
        quasielastic.squared_element(products, np.array(0.0), "both", initial_mass=1.0, final_mass=1.0)  # type: ignore[arg-type]


def test_other_fermi_gases_follow_their_parameters() -> None:
    """More binding and a larger sea leave less phase space at low energy."""
    gas = fermi_gas.oxygen()
    here = fermi_gas.lepton_spectrum(gas, "nu_e", [120.0])[1].sum()
    assert fermi_gas.lepton_spectrum(replace(gas, removal=43.0), "nu_e", [120.0])[1].sum() < here
    assert fermi_gas.lepton_spectrum(replace(gas, nucleons=4), "nu_e", [120.0])[1].sum() == pytest.approx(
        here / 2
    )


def test_embedded_quasielastic_nodes_are_complete() -> None:
    table = embedded.load("detectors/oxygen_above.toml").table()["quasielastic"]
    assert all(len(table[name]) == len(table["energy_mev"]) for name in ("nu_e", "nu_mu", "nu_e~", "nu_mu~"))
