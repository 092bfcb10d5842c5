"""Two-body hadronic channels against measured cross sections and published parts of the muon anomaly.

Each number has its source, its tolerance and the reason for the tolerance.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from anomaly import contribution, cross_section

from feebly.arrays import Array
from feebly.constants import ALPHA, NANOBARN
from feebly.decays.hadrons import kaon_pair, nucleon_pair, pion_pair, radiative, vector_pseudoscalar
from feebly.decays.hadrons.base import Channel, light_charges, parameters, ratio
from feebly.decays.hadrons.line_shapes import momentum
from feebly.decays.hadrons.resonances import (
    below_excited,
    pion_pair_alternative,
    product,
)
from feebly.particle_data import branching
from feebly.particle_data import mass as mass_of

MODULES = (kaon_pair, radiative, vector_pseudoscalar, nucleon_pair)
CHANNELS = {channel.name: channel for module in MODULES for channel in module.channels()}
PHOTON = np.ones(3, dtype=complex)


def _cross_section(name: str, mass: Array) -> Array:
    """Measured cross section [nb], vacuum polarisation included, at masses [MeV]."""
    return cross_section(CHANNELS[name].kernel, mass, dressed=True)


# Parts of the muon anomaly [1e-10]: channel, upper mass [MeV], value, error.
# K K~: stamen-kaon-form-factors, abstract. pi0 gamma: hoid-pi0-gamma, abstract. phi eta: ivanov-phi-eta, abstract.
ANOMALY = [
    ("K+ K-", 1050, 18.45, 0.20),
    ("K0 K0~", 1050, 11.83, 0.15),
    ("pi0 gamma", 1350, 4.38, 0.06),
    ("phi eta", 1800, 0.32, 0.028),
    ("phi eta", 2000, 0.44, 0.028),
]


DATA = {
    "K+ K-": "kaon_pair",
    "K0 K0~": "kaon_pair",
    "pi0 gamma": "radiative",
    "phi eta": "vector_pseudoscalar",
}


@pytest.mark.parametrize(("name", "upper", "value", "error"), ANOMALY)
def test_part_of_the_muon_anomaly(name: str, upper: float, value: float, error: float) -> None:
    """Two standard deviations: of the published value and of the measurement behind the channel, in quadrature."""
    stated = parameters(f"hadrons/{DATA[name]}.toml")["uncertainty"]
    measured = stated["phi_eta" if name == "phi eta" else name]["measured"]
    found = contribution(CHANNELS[name], upper)
    assert abs(found - value) < 2 * math.hypot(error, measured * value)


@pytest.mark.parametrize(("name", "upper", "value", "error"), ANOMALY)
def test_uncertainty_covers_the_published_part(name: str, upper: float, value: float, error: float) -> None:
    """One standard deviation, with the whole uncertainty of the channel."""
    found = contribution(CHANNELS[name], upper)
    assert abs(found - value) < math.hypot(error, CHANNELS[name].uncertainty * value)


def test_pion_pair_part_of_the_muon_anomaly() -> None:
    """385.1 +- 2.9 between 0.592 and 0.975 GeV (babusci-pion-pair, abstract): one standard deviation."""
    pions = pion_pair.channel()
    assert contribution(pions, 975) - contribution(pions, 592) == pytest.approx(385.1, abs=2.9)


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        # 2 % and 0.8 % of the products; the tails of rho and omega and the excited phi add up to 1 %
        ("K+ K-", 0.02),
        ("K0 K0~", 0.01),
        # the fitted experiment is 2 % above the PDG fit, which has 1.8 % itself
        ("eta gamma", 0.03),
    ],
)
def test_phi_peak_against_measured_branching_fractions(name: str, tolerance: float) -> None:
    """sigma = 12 pi B(e+ e-) B(F) / m^2; source: pdg-2026, products of branching fractions.

    K K~ is no independent test: its phi is made from these products. What is tested there is how much the tails of
    the other resonances add; independent are `test_neutral_kaons_at_the_phi` and the muon anomaly.
    """
    m = mass_of("phi(1020)")
    expected = 12 * math.pi * product("phi(1020)", name).value / m**2 / NANOBARN
    found = _cross_section(name, np.linspace(m - 3, m + 3, 601)).max()
    assert found == pytest.approx(expected, rel=tolerance)


def test_pi0_gamma_at_the_omega_alone() -> None:
    """B(e+ e-) B(pi0 gamma) = (6.336 +- 0.105)e-6 of the fitted experiment, M001G4 of pdg-2026: 0.5 %, its digits."""
    fit = parameters("hadrons/radiative.toml")["pi0"]
    m, width, amplitude = fit["mass_mev"][1], fit["width_mev"][1], fit["amplitude_per_gev"][1] * 1e-3
    p = momentum(np.array(m**2), mass_of("pi0"), 0.0)
    assert p**3 / m * (amplitude * m / width) ** 2 * ALPHA**2 / 9 == pytest.approx(6.336e-6, rel=5e-3)


def test_neutral_kaons_at_the_phi() -> None:
    """1367 +- 26 nb: CMD-2, 300 000 K0L K0S events, public abstract; two standard deviations."""
    found = _cross_section("K0 K0~", np.linspace(1018, 1021, 301)).max()
    assert found == pytest.approx(1367, abs=52)


def test_omega_pi0_near_its_maximum() -> None:
    """e+ e- -> omega pi0 -> 4 pi reaches 18 nb (achasov-omega-pi0-four-pions, abstract); 6 %: two digits, 3 % errors."""
    found = _cross_section("pi0 pi0 gamma", np.linspace(1200, 1600, 401)).max()
    to_four_pions = branching("omega", "pi+ pi- pi0").value / branching("omega", "pi0 gamma").value
    assert found * to_four_pions == pytest.approx(18, rel=0.06)


@pytest.mark.parametrize(
    ("pair", "resonance", "low", "high"),
    [
        # five measurements of omega(1650), 4.4(5) to 6.4(9): M126G5 of pdg-2026
        ("omega_eta", 1, 3.9e-7, 7.3e-7),
        # three measurements of phi(1680), 4.3(1.3) to 5.6(1.7): M067G7 of pdg-2026
        ("phi_eta", 0, 3.0e-7, 7.4e-7),
    ],
)
def test_excited_mesons(pair: str, resonance: int, low: float, high: float) -> None:
    """B(e+ e-) B(F) of the fitted resonance within the measurements, errors included."""
    fit = parameters("hadrons/vector_pseudoscalar.toml")[pair]
    m, width = fit["mass_mev"][resonance], fit["width_mev"][resonance]
    p = momentum(np.array(m**2), mass_of(fit["vector"]), mass_of(fit["pseudoscalar"]))
    r = p**3 / m * (fit["amplitude_per_gev"][resonance] * 1e-3 * m / width) ** 2
    assert low < r * ALPHA**2 / 9 < high


def test_phi_pi0_maximum() -> None:
    """Gamma(e+ e-) B(phi pi) = 3.5 +- 0.95 eV, m = 1570 MeV, Gamma = 144 MeV (M188 of pdg-2026): one sigma."""
    expected = 12 * math.pi / 1570**2 * (3.5e-6 / 144) / NANOBARN
    found = _cross_section("phi pi0", np.linspace(1500, 1700, 201)).max()
    assert found == pytest.approx(expected, rel=0.95 / 3.5)


def test_protons() -> None:
    """0.87 +- 0.07 nb at 1.92 GeV (akhmetshin-protons, read in a public data file): one standard deviation, with 6 %.

    With proton and neutron exchanged it would be 1.09 nb. Above 1.95 GeV the fit is up to 20 % below these data.
    """
    found = float(_cross_section("p p~", np.array([1920.0]))[0])
    assert abs(found - 0.87) < math.hypot(0.07, 0.06 * found)


def test_nucleons() -> None:
    """n n~: 0.5 to 0.35 nb between 1.894 and 2 GeV (achasov-neutrons), half of the fit, inside its uncertainty."""
    for mass, value in ((1894.0, 0.5), (2000.0, 0.35)):
        found = float(_cross_section("n n~", np.array([mass]))[0])
        assert abs(found - value) < CHANNELS["n n~"].uncertainty * found


def test_low_energy_limit_of_the_radiative_channels() -> None:
    """F(0) = e F_Pgg from Gamma(P -> gamma gamma) = pi alpha^2 m^3 F_Pgg^2 / 4, two independent fits: 10 %.

    Widths: 7.8 eV and 0.515 keV (pdg-2026: tau(pi0) and B, width and B of the eta).
    """
    for meson, width in (("pi0", 7.8e-6), ("eta", 1.3078e-3 * 0.3936)):
        expected = math.sqrt(4 * math.pi * ALPHA * 4 * width / (math.pi * ALPHA**2 * mass_of(meson) ** 3))
        found = abs(radiative.form_factor(np.array([1.0]), meson)[0].sum())
        assert found == pytest.approx(expected, rel=0.10)


def test_pion_pair_alternative() -> None:
    """The measured rho and omega against the fit: 7.5 % between 0.65 and 0.9 GeV, where the rho dominates."""
    mass = np.linspace(650, 900, 101)
    found = ratio(pion_pair_alternative(mass), PHOTON) / ratio(pion_pair.kernel(mass), PHOTON)
    assert np.abs(found - 1).max() < 0.075
    whole = Channel(
        "pi+ pi-",
        pion_pair.channel().opens + 1e-6,
        below_excited(pion_pair_alternative, pion_pair.kernel),
        0.0,
        pion_pair.channel().provenance,
    )
    assert contribution(whole) == pytest.approx(contribution(pion_pair.channel()), rel=0.06)


def test_baryon_number() -> None:
    """x_q = 1/3: pi0 gamma at the omega is four times the isoscalar part of the photon's."""
    third = np.array(1 / 3, dtype=complex)
    c = light_charges(third, third, third)
    assert c == pytest.approx([0, 2, -1])
    mass = np.array([mass_of("omega(782)")])
    kernel = CHANNELS["pi0 gamma"].kernel(mass)
    assert ratio(kernel, c)[0] == pytest.approx(4 * kernel[0, 1, 1].real, rel=0.01)
