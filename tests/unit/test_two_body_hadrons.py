"""Kernels of the two-body hadronic channels: what holds for any parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.constants import ALPHA, MUON_MASS, PION_MASS, TAU_MASS
from feebly.decays.hadrons import (
    kaon_pair,
    nucleon_pair,
    pion_pair,
    radiative,
    resonances,
    vector_pseudoscalar,
)
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, STRANGE, Channel, light_charges, ratio
from feebly.decays.hadrons.line_shapes import fixed_width, gounaris_sakurai, p_wave
from feebly.decays.hadrons.towers import Tower, compressed, dual_weights, fitted_tower
from feebly.errors import UnknownNameError

MODULES = (kaon_pair, radiative, vector_pseudoscalar, nucleon_pair)
CHANNELS = [channel for module in MODULES for channel in module.channels()]
PHOTON = np.ones(3, dtype=complex)


@pytest.fixture(params=CHANNELS, ids=lambda channel: channel.name)
def channel(request: pytest.FixtureRequest) -> Channel:
    return request.param


def _masses(channel: Channel) -> np.ndarray:
    return np.concatenate(
        [channel.opens * (1 + np.geomspace(1e-9, 0.1, 20)), np.linspace(1.1, 2.3, 30) * 1000]
    )


def _kernels(channel: Channel) -> list:
    return [kernel for kernel in (channel.kernel, channel.alternative) if kernel is not None]


def test_names() -> None:
    assert [c.name for c in CHANNELS] == [
        "K+ K-",
        "K0 K0~",
        "pi0 gamma",
        "eta gamma",
        "pi0 pi0 gamma",
        "phi pi0",
        "omega eta",
        "phi eta",
        "p p~",
        "n n~",
    ]
    assert all(0 < c.uncertainty < 0.6 for c in CHANNELS)
    assert all(c.provenance.keys for c in CHANNELS)


def test_kernels_are_hermitian_and_positive(channel: Channel) -> None:
    mass = _masses(channel)
    mass = mass[mass > channel.opens]
    for kernel in _kernels(channel):
        value = kernel(mass)
        assert value.shape == (mass.size, 3, 3)
        assert np.abs(value - value.conj().swapaxes(1, 2)).max() <= 1e-14 * np.abs(value).max()
        eigenvalues = np.linalg.eigvalsh(value)
        assert (eigenvalues >= -1e-12 * np.abs(value).max((1, 2))[:, None]).all()


def test_kernels_vanish_at_threshold(channel: Channel) -> None:
    """As p^3 of a P wave: momentum ~ sqrt(m - opens) for massive pairs, ~ m - opens with a photon."""
    power = {"pi0 gamma": 3.0, "eta gamma": 3.0, "p p~": 0.5, "n n~": 0.5}.get(channel.name, 1.5)
    mass = channel.opens * (1 + np.array([1e-6, 1e-5]))
    for kernel in _kernels(channel):
        low, high = ratio(kernel(mass), PHOTON)
        assert math.log10(high / low) == pytest.approx(power, abs=0.01)


def test_vectorised_is_scalar(channel: Channel) -> None:
    mass = np.linspace(channel.opens + 1, 2300, 7)
    for kernel in _kernels(channel):
        single = np.concatenate([kernel(mass[i : i + 1]) for i in range(mass.size)])
        assert kernel(mass) == pytest.approx(single, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("name", "currents"),
    [
        ("K+ K-", {ISOVECTOR, ISOSCALAR, STRANGE}),
        ("pi0 gamma", {ISOVECTOR, ISOSCALAR, STRANGE}),
        ("pi0 pi0 gamma", {ISOVECTOR}),
        ("phi pi0", {ISOVECTOR}),
        ("omega eta", {ISOSCALAR}),
        ("phi eta", {STRANGE}),
        ("p p~", {ISOVECTOR, ISOSCALAR}),
    ],
)
def test_currents(name: str, currents: set[int]) -> None:
    (channel,) = (c for c in CHANNELS if c.name == name)
    diagonal = channel.kernel(np.array([2000.0]))[0].diagonal().real
    assert {i for i in range(3) if diagonal[i] > 0} == currents


def test_kaon_charges() -> None:
    """Weights of each tower sum to 1: the form factors count x_u - x_s and x_d - x_s."""
    for tower in (
        kaon_pair._tower("rho"),
        kaon_pair._tower("omega"),
        kaon_pair._tower("phi", kaon_pair.measured_phi("K0 K0~")),
    ):
        assert tower.weight.sum() == pytest.approx(1, abs=1e-12)
    x = np.array([0.3, -0.7, 0.11])
    c = light_charges(*(np.array(v, dtype=complex) for v in x))
    assert (np.array([1 / 2, 1 / 6, 1 / 3]) @ c).real == pytest.approx(x[0] - x[2], abs=1e-12)
    assert (np.array([-1 / 2, 1 / 6, 1 / 3]) @ c).real == pytest.approx(x[1] - x[2], abs=1e-12)


def test_kaon_peak_is_the_measured_one() -> None:
    """The phi alone reaches 9 B(e+ e-) B(K K~) / alpha^2, without vacuum polarisation."""
    mass = np.array([resonances.mass_of("phi(1020)")])
    for final in ("K+ K-", "K0 K0~"):
        weight, m, width = kaon_pair.measured_phi(final)
        beta = math.sqrt(1 - (2 * resonances.mass_of(final.split()[0].rstrip("~")) / m) ** 2)
        alone = beta**3 / 4 * (weight / 3 * m / width) ** 2
        assert alone == pytest.approx(resonances.peak("phi(1020)", final), rel=1e-12)
        # what the rho and omega tails and the excited phi add at the peak
        assert ratio(kaon_pair.kernel(mass, final), PHOTON)[0] == pytest.approx(alone, rel=0.03)


@pytest.mark.parametrize("name", ["rho", "omega", "phi"])
def test_compressed_tower_is_the_tower(name: str) -> None:
    """1e-9 of the sum over 200 members up to 2.2 GeV, each with its line shape."""
    data = kaon_pair.parameters("hadrons/kaon_pair.toml")
    fit = data[name]
    full = fitted_tower(
        dual_weights(fit["beta"], data["tower"]),
        *(np.array(fit[key]) for key in ("magnitude", "mass_mev", "width_mev")),
        scale=fit["mass_mev"][0],
        width_over_mass=fit["width_over_mass"],
    )
    s = np.linspace(990.0, 2200.0, 15) ** 2

    def total(tower: Tower) -> np.ndarray:
        if name == "rho":
            return tower.total(gounaris_sakurai(s, tower.mass, tower.width, PION_MASS))
        if name == "omega":
            return tower.total(fixed_width(s[:, None], tower.mass, tower.width))
        return tower.total(p_wave(s[:, None], tower.mass, tower.width, 494.0, 494.0))

    assert total(compressed(full)) == pytest.approx(total(full), rel=1e-9)


def test_dual_weights_sum_to_one() -> None:
    """The sum converges as n^(1 - beta)."""
    sums = [dual_weights(2.5, n).sum() for n in (1000, 4000)]
    assert abs(sums[1] - 1) < 1e-5
    assert (sums[0] - 1) / (sums[1] - 1) == pytest.approx(4**1.5, rel=0.01)


def test_compression_of_few_members_is_exact() -> None:
    n = np.arange(14)
    tower = Tower(dual_weights(2.2, 14), 775 * np.sqrt(1 + 2 * n), 100 * np.sqrt(1 + 2 * n))
    small = compressed(tower, kept=12, nodes=2)
    assert np.sort(small.mass) == pytest.approx(tower.mass, rel=1e-12)
    assert np.sort(small.weight) == pytest.approx(np.sort(tower.weight), rel=1e-9)


@pytest.mark.parametrize("energy", [1.3, 6.0])
def test_leptonic_vacuum_polarisation_is_the_dispersion_integral(energy: float) -> None:
    """-s P int ds' R(s') / [s' (s' - s)] with R = b (3 - b^2) / 2, below and above threshold, lepton mass 1."""
    s, low, far = energy**2, 4.0, 100.0

    def spectrum(t: float) -> float:
        b = math.sqrt(max(1 - 4 / t, 0.0))
        return b * (3 - b**2) / 2 / t

    if s < low:
        near = quad(lambda t: spectrum(t) / (t - s), low, far)[0]
    else:
        near = quad(spectrum, low, far, weight="cauchy", wvar=s)[0]
    rest = quad(lambda u: spectrum(far / u) / (far / u - s) * far / u**2, 0, 1)[0]
    assert float(resonances._lepton(np.array(1 / s))) == pytest.approx(-s * (near + rest), rel=1e-6)


def test_rho_polarisation_is_that_of_a_narrow_resonance() -> None:
    """Far from the rho, D = (3 Gamma_ee / alpha m) s / (s - m^2)."""
    m, s = resonances.mass_of("rho0"), np.array([3000.0**2])
    width = resonances.branching("rho0", "e+ e-").value * resonances.width_of("rho0").value
    leptons = sum(
        float(resonances._lepton(mass**2 / s)[0]) for mass in (resonances.ELECTRON_MASS, MUON_MASS, TAU_MASS)
    )
    expected = ALPHA / (3 * math.pi) * leptons + 3 * width / (ALPHA * m) * s[0] / (s[0] - m**2)
    found = 1 - 1 / math.sqrt(float(resonances.vacuum_polarisation(s)[0]))
    assert found == pytest.approx(expected, rel=1e-3)


def test_a_resonance_alone_reaches_its_peak() -> None:
    for name, current in (("rho0", ISOVECTOR), ("omega(782)", ISOSCALAR), ("phi(1020)", STRANGE)):
        kernel = resonances.kernel("eta gamma", (resonances.Meson(name, current),), lambda s: s**0.7)
        value = kernel(np.array([resonances.mass_of(name)]))[0, current, current].real
        assert value == pytest.approx(resonances.peak(name, "eta gamma"), rel=1e-12)


def test_mixing_with_the_fit_above_the_phi() -> None:
    kernel = resonances.below_excited(resonances.pion_pair_alternative, pion_pair.kernel)
    low, middle, high = (np.array([m]) for m in (1000.0, 1110.0, 1200.0))
    assert (kernel(low) == resonances.pion_pair_alternative(low)).all()
    assert (kernel(high) == pion_pair.kernel(high)).all()
    mean = (resonances.pion_pair_alternative(middle) + pion_pair.kernel(middle)) / 2
    assert kernel(middle) == pytest.approx(mean, rel=1e-12)


def test_nucleon_form_factors() -> None:
    """They fall as 1 / s^2 and 1 / s^3 (rounding of the cancelling terms limits s), and G_M = G_E at threshold."""
    s = np.array([5e4, 1e5]) ** 2
    for isospin in ("isoscalar", "isovector"):
        for kind, power in (("dirac", 2), ("pauli", 3)):
            assert nucleon_pair._weights(isospin, kind).sum() == pytest.approx(1, abs=1e-12)
            low, high = np.abs(nucleon_pair._resonances(s, isospin, kind))
            assert math.log(low / high, 4) == pytest.approx(power, abs=0.01)
    magnetic, electric = nucleon_pair.form_factors(np.array([4 * nucleon_pair.NEUTRON_MASS**2]), "n n~")
    assert magnetic == pytest.approx(electric, rel=1e-12)


def test_isospin_of_nucleons() -> None:
    """A purely isoscalar vector makes both alike, but for their masses."""
    mass, c = np.array([2200.0]), np.array([0, 2, -1], dtype=complex)
    assert ratio(nucleon_pair.kernel(mass, "p p~"), c) == pytest.approx(
        ratio(nucleon_pair.kernel(mass, "n n~"), c), rel=0.02
    )


def test_unknown_product_names_the_known() -> None:
    with pytest.raises(UnknownNameError, match=r"K\+ K-"):
        resonances.product("phi(1020)", "K+ K")
