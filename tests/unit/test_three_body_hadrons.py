"""Three-body hadronic channels: phase space, tables, structure of the kernels."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from feebly.arrays import Array
from feebly.decays.hadrons import eta_pions, kaon_pair_pion, three_pions, vector_pions
from feebly.decays.hadrons.base import Channel, ratio
from feebly.decays.hadrons.dalitz import (
    Masses,
    Points,
    overlaps,
    pair_rule,
    points,
    triangular,
)
from feebly.decays.hadrons.line_shapes import momentum
from feebly.errors import OutOfDomainError

CHANNELS = [
    three_pions.channel(),
    *kaon_pair_pion.channels(),
    *eta_pions.channels(),
    *vector_pions.channels(),
]
PHOTON = np.ones(3, dtype=complex)
BARYON = np.array([0, 2, -1], dtype=complex)


def named(channel: Channel) -> str:
    return channel.name


def monte_carlo(
    mass: float, masses: Masses, function: Callable[[Points], Array], count: int
) -> tuple[float, float]:
    """Integral over the Dalitz plot and its error: uniform squares of two pair masses, Kibble's function."""
    first, second, third = masses
    random = np.random.default_rng(7)
    s, total = mass**2, mass**2 + first**2 + second**2 + third**2
    edges12 = (first + second) ** 2, (mass - third) ** 2
    edges13 = (first + third) ** 2, (mass - second) ** 2
    s12, s13 = random.uniform(*edges12, count), random.uniform(*edges13, count)
    s23 = total - s12 - s13
    # Gram determinant of the three momenta from their products
    p12, p13 = (s12 - first**2 - second**2) / 2, (s13 - first**2 - third**2) / 2
    p23 = (s23 - second**2 - third**2) / 2
    a, b, c = first**2, second**2, third**2
    gram = a * b * c + 2 * p12 * p13 * p23 - a * p23**2 - b * p13**2 - c * p12**2
    inside = (gram > 0) & (s23 > (second + third) ** 2)
    area = (edges12[1] - edges12[0]) * (edges13[1] - edges13[0])
    weight = np.where(inside, gram, 0.0) * area / (64 * math.pi**2 * s**2)
    safe = np.where(inside, s23, (second + third + 1) ** 2)
    value = weight * function(Points(s12, s13, safe, weight))
    return float(value.mean()), float(value.std() / math.sqrt(count))


@pytest.mark.parametrize(
    ("mass", "masses"),
    [(1000.0, (139.6, 139.6, 135.0)), (1500.0, (139.6, 139.6, 547.9)), (1400.0, (493.7, 139.6, 497.6))],
)
def test_flat_current_in_two_ways(mass: float, masses: Masses) -> None:
    """For a constant F the angle is integrated by hand: R = int dQ^2 (q k)^3 / (24 pi^2 m Q)."""
    total = points(mass, masses, edges=[900.0]).weight.sum()
    pair, weight = pair_rule(np.array([mass]), *masses, count=60)
    momenta = momentum(pair**2, masses[0], masses[1]) * momentum(mass**2, pair, masses[2])
    assert total == pytest.approx((weight * momenta**3 / pair).sum() / (24 * math.pi**2 * mass), rel=1e-10)


def test_weights_against_monte_carlo() -> None:
    masses = (493.7, 139.6, 497.6)
    value, error = monte_carlo(1600.0, masses, lambda nodes: nodes.s12 / nodes.s23, 200_000)
    rule = points(1600.0, masses)
    assert float((rule.weight * rule.s12 / rule.s23).sum()) == pytest.approx(value, abs=4 * error)
    assert error < 0.01 * value


@pytest.mark.parametrize("mass", [425.3, 610.0, 782.7, 910.0, 918.5, 1019.5, 1333.0, 1990.0])
def test_table_of_three_pions_between_its_rows(mass: float) -> None:
    """Interpolated overlaps against a finer rule at masses that are not tabulated."""
    nodes = three_pions.rule(mass, pairs=60, angles=120)
    exact = overlaps(nodes, three_pions.structures(nodes))
    factor = three_pions._overlaps().factor(np.array([mass]))[0]
    scale = np.sqrt(np.outer(exact.diagonal().real, exact.diagonal().real))
    assert np.abs((factor @ factor.conj().T - exact) / scale).max() < 3e-4


@pytest.mark.parametrize("mode", kaon_pair_pion.MODES, ids=lambda mode: mode.key)
@pytest.mark.parametrize("mass", [1150.0, 1387.0, 1421.0, 1655.0, 1990.0])
def test_table_of_kaon_pair_pion_between_its_rows(mode: kaon_pair_pion.Mode, mass: float) -> None:
    nodes = kaon_pair_pion.rule(mode, mass, pairs=60, angles=300)
    exact = overlaps(nodes, kaon_pair_pion.structures(mode, nodes))
    factor = kaon_pair_pion._overlaps(mode).factor(np.array([mass]))[0]
    scale = np.sqrt(np.outer(exact.diagonal().real, exact.diagonal().real))
    assert np.abs((factor @ factor.conj().T - exact) / scale).max() < 3e-4


def test_table_rows_against_monte_carlo() -> None:
    """A row of each table, with nothing of the quadrature used."""
    mass = 1500.0
    mode = kaon_pair_pion.MODES[2]
    value, error = monte_carlo(
        mass, mode.masses(), lambda nodes: np.abs(sum(kaon_pair_pion.structures(mode, nodes))) ** 2, 400_000
    )
    factor = kaon_pair_pion._overlaps(mode).factor(np.array([mass]))[0]
    assert float((np.abs(np.ones(2) @ factor) ** 2).sum()) == pytest.approx(value, abs=4 * error)
    assert error < 0.01 * value
    value, error = monte_carlo(
        mass, three_pions.masses(), lambda nodes: np.abs(three_pions.structures(nodes)[0]) ** 2, 400_000
    )
    factor = three_pions._overlaps().factor(np.array([mass]))[0]
    assert abs(factor[0, 0]) ** 2 == pytest.approx(value, abs=4 * error)
    assert error < 0.01 * value


def test_triangular_factor_rebuilds_and_survives_a_null_direction() -> None:
    stack = np.array([[1, 2j, 1], [0.5, 1, -1], [1.5, 1 + 2j, 0]], dtype=complex)
    overlap = stack.conj() @ stack.T
    factor = triangular(overlap)
    assert np.allclose(factor @ factor.conj().T, overlap, atol=1e-12)
    assert np.allclose(factor[:, 2], 0, atol=1e-7)


@pytest.mark.parametrize("channel", CHANNELS, ids=named)
def test_kernels_are_hermitian_and_positive(channel: Channel) -> None:
    mass = np.linspace(channel.opens + 0.5, 2100, 300)
    for kernel in filter(None, (channel.kernel, channel.alternative)):
        value = kernel(mass)
        assert np.allclose(value, value.conj().swapaxes(-1, -2), rtol=1e-12)
        lowest = np.linalg.eigvalsh(value)[:, 0]
        assert (lowest >= -1e-12 * np.abs(value).max(axis=(1, 2))).all()


@pytest.mark.parametrize("channel", CHANNELS, ids=named)
def test_kernels_vanish_at_threshold_and_are_pointwise(channel: Channel) -> None:
    mass = np.array([channel.opens + 1e-6, 1450.0, 1801.0])
    value = channel.kernel(mass)
    assert np.abs(value[0]).max() < 1e-8 * np.abs(value[1]).max()
    for index in range(3):
        assert np.allclose(channel.kernel(mass[index : index + 1])[0], value[index], rtol=1e-12, atol=0)


@pytest.mark.parametrize("channel", [CHANNELS[0], *CHANNELS[1:4]], ids=named)
def test_above_the_table(channel: Channel) -> None:
    with pytest.raises(OutOfDomainError, match=r"was asked at 60000 MeV.*Use the inclusive width"):
        channel.kernel(np.array([60_000.0]))


def test_isospin_of_kaon_pair_pion() -> None:
    """A purely isoscalar current gives K+- K0 pi-+ twice the rate of both modes with a pi0 together, but for
    the masses of the pions and kaons."""
    strange = np.array([0, 0, 1], dtype=complex)
    charged, neutral, mixed = (ratio(c.kernel(np.array([1900.0])), strange)[0] for c in CHANNELS[1:4])
    assert mixed == pytest.approx(2 * (charged + neutral), rel=0.02)
    # K+ K- pi0 is suppressed for the photon by the isovector part
    charged, neutral = (ratio(c.kernel(np.array([1750.0])), PHOTON)[0] for c in CHANNELS[1:3])
    assert charged < 0.1 * neutral


def test_currents() -> None:
    mass = np.array([1700.0])
    for channel in CHANNELS[4:6]:
        assert ratio(channel.kernel(mass), BARYON)[0] == 0
    for channel, index in zip(CHANNELS[6:], (1, 1, 2, 2), strict=True):
        kernel = channel.kernel(mass)[0]
        assert kernel[index, index].real == pytest.approx(kernel.sum().real, rel=1e-12)
    for pair in (CHANNELS[6:8], CHANNELS[8:10]):
        charged, neutral = (ratio(c.kernel(mass), PHOTON)[0] for c in pair)
        assert neutral == pytest.approx(charged / 2, rel=0.05)


def test_names_and_uncertainties() -> None:
    assert [c.name for c in CHANNELS] == [
        "pi+ pi- pi0", "K+ K- pi0", "K0 K0~ pi0", "K+- K0 pi-+", "eta pi+ pi-", "eta' pi+ pi-",
        "omega pi+ pi-", "omega pi0 pi0", "phi pi+ pi-", "phi pi0 pi0",
    ]  # fmt: skip
    assert all(0.04 < c.uncertainty < 0.4 for c in CHANNELS)
