"""Four and six pions, K K pi pi: kernels, phase space, currents and the stored table."""

from __future__ import annotations

import math

import numpy as np
import pytest

from feebly.constants import ALPHA, NANOBARN, NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.hadrons import four_pion_current, four_pions, kaon_pair_pions, phase_space, six_pions
from feebly.decays.hadrons.base import Channel, ratio
from feebly.decays.hadrons.phase_space import dot
from feebly.errors import OutOfDomainError
from feebly.particle_data import mass as mass_of

CHANNELS = (*four_pions.channels(), *six_pions.channels(), *kaon_pair_pions.channels())
MODES: tuple[four_pion_current.Mode, ...] = ("charged", "neutral")
PHOTON = np.ones(3, dtype=complex)
BARYON = np.array([0.0, 2.0, -1.0], dtype=complex)
KAON_MASS, NEUTRAL_KAON_MASS = mass_of("K+"), mass_of("K0")


def _sample(mode: four_pion_current.Mode, mass: float, count: int, seed: int = 5) -> phase_space.Points:
    uniform = np.random.default_rng(seed).random((count, 5))
    pions = four_pion_current.masses(mode)
    low, high = pions[1:].sum() ** 2, (mass - pions[0]) ** 2
    return phase_space.points(mass, pions, low + (high - low) * uniform[:, 0], uniform[:, 1:])


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: c.name)
def test_kernel_is_hermitian_and_positive(channel: Channel) -> None:
    mass = np.linspace(channel.opens + 0.1, 2100.0, 200)
    for kernel in (channel.kernel, channel.alternative or channel.kernel):
        found = kernel(mass)
        np.testing.assert_allclose(found, found.conj().swapaxes(1, 2), atol=1e-15)
        assert np.linalg.eigvalsh(found).min() >= -1e-12 * np.abs(found).max()


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: c.name)
def test_starts_from_nothing_and_is_vectorised(channel: Channel) -> None:
    first = ratio(channel.kernel(np.array([channel.opens + 1e-3])), PHOTON)[0]
    assert first < 1e-9
    mass = np.linspace(channel.opens + 1, 2000.0, 7)
    alone = np.concatenate([channel.kernel(np.array([m])) for m in mass])
    np.testing.assert_allclose(channel.kernel(mass), alone, rtol=1e-12, atol=1e-18)


def test_pions_are_isovector() -> None:
    for channel in CHANNELS[:4]:
        kernel = channel.kernel(np.array([1700.0]))[0]
        assert kernel[0, 0].real > 0
        assert np.abs(kernel).sum() == np.abs(kernel[0, 0])
        assert ratio(channel.kernel(np.array([1700.0])), BARYON)[0] == 0


def test_kaon_modes_interfere_oppositely() -> None:
    """K*0 and K*+- see the strange current with opposite sign: isovector times strange changes sign."""
    flipped = np.array([1.0, 1.0, -1.0], dtype=complex)
    mass = np.array([1750.0])
    charged, mixed = (channel.kernel(mass) for channel in kaon_pair_pions.channels())
    assert ratio(charged, PHOTON)[0] != pytest.approx(ratio(charged, flipped)[0], rel=0.05)
    assert np.all(np.abs(charged[0, 1]) == 0)
    # one amplitude per current: the interference is as large as it can be, with its sign
    assert abs(charged[0, 0, 2]) ** 2 == pytest.approx((charged[0, 0, 0] * charged[0, 2, 2]).real, rel=1e-12)
    # of the three modes of the mixed final state one has the sign of K*0 and two the other: a third is left
    isovector, strange = kaon_pair_pions._amplitudes(
        kaon_pair_pions.parameters("hadrons/kaon_pair_pions.toml")["mixed"], mass**2
    )
    k_star_0 = kaon_pair_pions.phase_space(mass, KAON_MASS, PION_MASS)
    k_star_pi = kaon_pair_pions.phase_space(mass, NEUTRAL_KAON_MASS, PION_MASS)
    k_star_pi0 = kaon_pair_pions.phase_space(mass, KAON_MASS, NEUTRAL_PION_MASS)
    share = (mixed[:, 0, 2] / mixed[:, 0, 0] / (strange / isovector))[0]
    expected = ((k_star_0 - k_star_pi - k_star_pi0) / (k_star_0 + k_star_pi + k_star_pi0))[0]
    assert share == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx(-1 / 3, rel=0.1)


def test_momenta_are_on_shell_and_balance() -> None:
    sample = _sample("neutral", 1500.0, 500)
    pions = four_pion_current.masses("neutral")
    for p, mass in zip(sample.momenta, pions, strict=True):
        np.testing.assert_allclose(dot(p, p), mass**2, rtol=1e-8)
    total = sample.momenta.sum(axis=0)
    np.testing.assert_allclose(total, np.tile([1500.0, 0, 0, 0], (500, 1)), atol=1e-8)


def test_phase_space_volume_of_massless_particles() -> None:
    """Phi_4 = s^2 / (24576 pi^5) for four massless particles: (pi/2)^(n-1) s^(n-2) / [(n-1)! (n-2)!]."""
    mass, count = 1000.0, 200_000
    uniform = np.random.default_rng(1).random((count, 5))
    sample = phase_space.points(mass, np.full(4, 1e-6), mass**2 * uniform[:, 0], uniform[:, 1:])
    exact = (2 * math.pi) ** (4 - 12) * (math.pi / 2) ** 3 * mass**4 / (math.factorial(3) * math.factorial(2))
    assert sample.measure.mean() * mass**2 == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize("mode", MODES)
def test_current_is_transverse_and_symmetric(mode: four_pion_current.Mode) -> None:
    p = _sample(mode, 1500.0, 50).momenta
    currents = four_pion_current._currents(p, mode)
    total = p.sum(axis=0)
    # the omega drops out of four charged pions up to rounding
    for current in currents[[0, 2, 3]] if mode == "charged" else currents:
        assert np.abs(dot(current, total)).max() < 1e-9 * np.abs(current).max() * 1500.0
    if mode == "neutral":
        swapped = four_pion_current._currents(p[[1, 0, 2, 3]], mode)
        np.testing.assert_allclose(swapped, currents, rtol=1e-9, atol=1e-9 * np.abs(currents).max())
        conjugate = four_pion_current._currents(p[[0, 1, 3, 2]], mode)
        np.testing.assert_allclose(conjugate, -currents, rtol=1e-9, atol=1e-9 * np.abs(currents).max())
    else:
        for order in ([2, 1, 0, 3], [0, 3, 2, 1]):
            swapped = four_pion_current.squared_current(p[order], mode)
            np.testing.assert_allclose(swapped, four_pion_current.squared_current(p, mode), rtol=1e-9)


def test_omega_drops_out_of_four_charged_pions() -> None:
    p = _sample("charged", 1500.0, 50).momenta
    currents = np.abs(four_pion_current._currents(p, "charged")).max(axis=(1, 2))
    single = np.abs(four_pion_current._mixed(p)).max(axis=(1, 2))
    assert currents[1] < 1e-12 * single[1]


@pytest.mark.parametrize(("mode", "mass"), [("charged", 1437.0), ("neutral", 1187.0), ("neutral", 952.0)])
def test_table_against_plain_monte_carlo(mode: four_pion_current.Mode, mass: float) -> None:
    """Between nodes of the table; flat pseudo-random points instead of the stratified ones behind it."""
    sample = _sample(mode, mass, 60_000)
    pions = four_pion_current.masses(mode)
    span = (mass - pions[0]) ** 2 - pions[1:].sum() ** 2
    value = sample.measure * span * four_pion_current.squared_current(sample.momenta, mode)
    factor = 2 * math.pi / mass**2 / (4 if mode == "charged" else 2)
    error = value.std() / math.sqrt(value.size)
    assert four_pions.ratio(mode, np.array([mass]))[0] == pytest.approx(
        value.mean() * factor, abs=4 * error * factor + 0.004 * value.mean() * factor
    )
    assert error < 0.06 * value.mean()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("mass", [700.0, 930.0, 1300.0, 1800.0, 2200.0])
def test_table_rows(mode: four_pion_current.Mode, mass: float) -> None:
    again = four_pion_current.integrated_ratio(mode, mass, log_points=15, seed=77)
    assert four_pions.ratio(mode, np.array([mass]))[0] == pytest.approx(again, rel=6e-3)


def test_above_the_table() -> None:
    with pytest.raises(OutOfDomainError, match="inclusive"):
        four_pions.ratio("charged", np.array([3000.0]))


def test_measured_alternative_joins_the_fit_outside_its_range() -> None:
    mass = np.array([590.0, 2150.0])
    np.testing.assert_array_equal(
        four_pions.measured_ratio("charged", mass), four_pions.ratio("charged", mass)
    )


def test_kaon_phase_space_converges() -> None:
    mass = np.array([1600.0, 1800.0, 2000.0])
    kaon, pion, star = 493.677, PION_MASS, 891.66
    found = kaon_pair_pions.phase_space(mass, kaon, pion)
    node, weight = np.polynomial.legendre.leggauss(400)
    for m, value in zip(mass, found, strict=True):
        low, high = (kaon + pion) ** 2, (m - star) ** 2
        s = (low + high) / 2 + (high - low) / 2 * node
        q = np.sqrt(s)
        inner = np.sqrt((s - (kaon + pion) ** 2) * (s - (kaon - pion) ** 2)) / (2 * q)
        outer = np.sqrt((m**2 - (q + star) ** 2) * (m**2 - (q - star) ** 2)) / (2 * m)
        integral = (weight * inner * outer / q * (1 + outer**2 / (3 * star**2))).sum() * (high - low) / 2
        assert value == pytest.approx(3 / (16 * math.pi**2 * m**3) * integral, rel=1e-6)
    assert np.all(kaon_pair_pions.phase_space(np.array([1500.0]), kaon, pion) == 0)


def test_six_pions_start_as_phase_space() -> None:
    """(m - threshold)^(13/2) below 1.5 GeV, continuous there and small: 0.03 nb and less were seen below 1.3 GeV."""
    for mode, opens in (("charged", 6 * PION_MASS), ("neutral", 4 * PION_MASS + 2 * NEUTRAL_PION_MASS)):
        low, high = six_pions.ratio(mode, opens + np.array([100.0, 200.0]))
        assert high / low == pytest.approx(2**6.5, rel=1e-12)
        below, above = six_pions.ratio(mode, np.array([1500 - 1e-6, 1500 + 1e-6]))
        assert below == pytest.approx(above, rel=1e-6)
        r = six_pions.ratio(mode, np.array([1300.0]))[0]
        assert r * 4 * math.pi * ALPHA**2 / (3 * 1300.0**2) / NANOBARN < 0.03
        assert not six_pions.ratio(mode, np.array([opens])).any()
