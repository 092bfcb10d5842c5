"""The photon in a plasma: shapes, mixing and the integral over a resonance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.errors import InvalidValueError
from feebly.math.fermi import net_density
from feebly.rates.stellar.polarisation import (
    Modes,
    degenerate_plasma_frequency,
    electron_mass,
    imaginary_part,
    in_medium_charge,
    mixed_polarisation,
    plasma_frequency,
    real_part,
    resonance_radii,
    screening,
    screening_weights,
)

MASS = 10.0
VELOCITIES = [1e-8, 1e-3, 0.1, 0.2999, 0.3001, 0.6, 0.95, 1 - 1e-6]


def _energy(velocity: float) -> float:
    return MASS / float(np.sqrt((1 - velocity) * (1 + velocity)))


@pytest.mark.parametrize("v", VELOCITIES)
def test_real_parts_are_the_angular_integrals_of_a_relativistic_plasma(v: float) -> None:
    """Pi_T = 3/2 w_p^2 <(1 - c^2)/(1 - v c)>, Pi_L = 3 w_p^2 (1 - v^2) <c^2/(1 - v c)>, averages over directions."""
    transverse, _ = quad(lambda c: 0.75 * (1 - c**2) / (1 - v * c), -1, 1, epsabs=0, epsrel=1e-12, limit=400)
    longitudinal, _ = quad(
        lambda c: 1.5 * (1 - v**2) * c**2 / (1 - v * c), -1, 1, epsabs=0, epsrel=1e-12, limit=400
    )
    omega = _energy(v)
    assert float(real_part(omega, 1.0, mass=MASS, mode="transverse")) == pytest.approx(transverse, rel=2e-9)
    assert float(real_part(omega, 1.0, mass=MASS, mode="longitudinal")) == pytest.approx(
        longitudinal, rel=2e-9
    )


def test_real_parts_at_rest_and_at_the_speed_of_light() -> None:
    for mode in ("transverse", "longitudinal"):
        assert float(real_part(MASS, 3.0, mass=MASS, mode=mode)) == pytest.approx(9.0, rel=1e-14)
    assert float(real_part(1e9, 3.0, mass=MASS, mode="transverse")) == pytest.approx(13.5, rel=1e-12)
    assert 0 < float(real_part(1e9, 3.0, mass=MASS, mode="longitudinal")) < 1e-10


def test_series_and_closed_form_meet() -> None:
    for mode in ("transverse", "longitudinal"):
        below, above = (
            float(real_part(_energy(0.3 + d), 1.0, mass=MASS, mode=mode)) for d in (-1e-13, 1e-13)
        )
        assert below == pytest.approx(above, rel=1e-12)


def test_the_printed_factor_two_would_miss_the_plasma_frequency() -> None:
    at_rest = float(real_part(MASS, 1.0, mass=MASS, mode="transverse"))
    assert at_rest * 2 / 3 == pytest.approx(2 / 3, rel=1e-14)
    assert at_rest == pytest.approx(1.0, rel=1e-14)


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Possible: transverse, longitudinal"):
        real_part(20.0, 1.0, mass=MASS, mode="scalar")  # type: ignore[arg-type]


def test_plasma_frequency_in_three_limits() -> None:
    cold = float(plasma_frequency(0.05, 150.0))
    n = float(net_density(0.05, 150.0, ELECTRON_MASS))
    assert cold == pytest.approx(float(degenerate_plasma_frequency(n)), rel=1e-6)
    hot = float(plasma_frequency(30.0, 150.0, mass=0.0)) ** 2
    assert hot == pytest.approx(4 * ALPHA / (3 * np.pi) * (150.0**2 + (np.pi * 30.0) ** 2 / 3), rel=1e-11)
    # dilute and slow muons: e^2 n / m, first correction -5 T / (2 m)
    t = 0.01
    n = 2 * (MUON_MASS * t / (2 * np.pi)) ** 1.5 * np.exp(-5.0)
    slow = float(plasma_frequency(t, MUON_MASS - 5 * t, mass=MUON_MASS)) ** 2
    assert slow == pytest.approx(4 * np.pi * ALPHA * n / MUON_MASS, rel=5e-3)


@pytest.mark.parametrize(("t", "mu", "mass"), [(30.0, 118.0, MUON_MASS), (5.0, 3.0, ELECTRON_MASS)])
def test_plasma_frequency_by_direct_quadrature(t: float, mu: float, mass: float) -> None:
    def integrand(p: float) -> float:
        e = np.hypot(p, mass)
        return float(
            p**2 / e * (1 - p**2 / (3 * e**2)) * sum(1 / (np.exp((e - s * mu) / t) + 1) for s in (1, -1))
        )

    direct = quad(integrand, 0, 60 * t + 4 * mu, epsabs=0, epsrel=1e-11, limit=400)[0]
    assert float(plasma_frequency(t, mu, mass=mass)) ** 2 == pytest.approx(
        4 * ALPHA / np.pi * direct, rel=1e-10
    )
    assert float(plasma_frequency(t, -mu, mass=mass)) == float(plasma_frequency(t, mu, mass=mass))


def test_effective_electron_mass() -> None:
    """11.3 MeV at sqrt(pi^2 T^2 + mu^2) = 324 MeV: the largest value esseili-kribs-chargephobic states."""
    assert float(electron_mass(0.0, 324.0)) == pytest.approx(11.3, abs=0.05)
    relativistic = np.sqrt(ALPHA / (2 * np.pi)) * 1e5
    assert float(electron_mass(0.0, 1e5)) == pytest.approx(relativistic + ELECTRON_MASS / 2, rel=1e-6)


def test_screening_is_the_printed_square() -> None:
    pi, m = 60.0 - 15.0j, 10.0
    printed = 1 / ((1 - pi.real / m**2) ** 2 + (pi.imag / m**2) ** 2)
    assert abs(complex(screening(pi, m))) ** 2 == pytest.approx(printed, rel=1e-14)


@pytest.mark.parametrize(("cos", "sin"), [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (-0.5, 0.5)])
def test_charges_in_the_plane_are_those_of_the_paper(cos: float, sin: float) -> None:
    """Electrons and protons are screened by xi, neutrons and neutrinos not; Eq. (43) for their sum and difference."""
    pi, m = 130.0 - 20.0j, 9.0
    x_e, x_p, x_n = -cos - sin, cos + sin, sin
    mixed = complex(mixed_polarisation([x_e], [-1.0], [pi]))
    xi = complex(screening(pi, m))
    electron, proton, neutron = (
        complex(in_medium_charge(x, q, mixed=mixed, polarisation=pi, mass=m))
        for x, q in ((x_e, -1.0), (x_p, 1.0), (x_n, 0.0))
    )
    assert electron == pytest.approx(xi * x_e, rel=1e-13, abs=1e-13)
    assert proton == pytest.approx(xi * x_p, rel=1e-13, abs=1e-13)
    assert neutron == x_n
    for sign in (1, -1):
        printed = x_n**2 + abs(xi) ** 2 * (x_p**2 + sign * 2 * x_p * x_n * (1 - pi.real / m**2))
        assert abs(proton + sign * neutron) ** 2 == pytest.approx(printed, rel=1e-12)


def test_protons_of_a_vector_without_electron_charge_are_not_screened() -> None:
    pi, m = 1e6 - 1.0j, 1.0
    mixed = complex(mixed_polarisation([0.0], [-1.0], [pi]))
    assert complex(in_medium_charge(1.0, 1.0, mixed=mixed, polarisation=pi, mass=m)) == 1.0
    # and electrons get a charge from protons that respond
    mixed = complex(mixed_polarisation([0.0, 1.0], [-1.0, 1.0], [pi, 0.1 * pi]))
    induced = complex(in_medium_charge(0.0, -1.0, mixed=mixed, polarisation=1.1 * pi, mass=m))
    assert induced.real == pytest.approx(0.1 / 1.1, rel=1e-5)


def test_effective_charges_give_the_exact_absorption() -> None:
    """-Im[Pi_XX + Pi_x^2 / (m^2 - Pi)] equals the sum of |in-medium charges|^2 times the parts of every process."""
    rng = np.random.default_rng(3)
    m, q = 7.0, np.array([-1.0, 1.0, 0.0])
    for _ in range(20):
        x = rng.normal(size=3)
        a = rng.normal(size=(3, 3))
        spectral = a @ a.T  # any process absorbs |sum_s x_s A_s|^2: a positive matrix
        re = rng.uniform(0, 100, size=3)
        pi = np.sum(q**2 * re) - 1j * q @ spectral @ q
        mixed = np.sum(q * x * re) - 1j * q @ spectral @ x
        whole = -1j * x @ spectral @ x + mixed**2 / (m**2 - pi)  # Re Pi_XX is not needed
        effective = x + q * mixed / (m**2 - pi)
        assert in_medium_charge(x[0], q[0], mixed=mixed, polarisation=pi, mass=m) == pytest.approx(
            effective[0]
        )
        assert -whole.imag == pytest.approx(float((effective.conj() @ spectral @ effective).real), rel=1e-10)


def test_imaginary_part_of_an_absorbing_medium_is_negative() -> None:
    assert imaginary_part([10.0, 20.0], np.array([0.1, 0.2])).tolist() == [-1.0, -4.0]


def test_modes_sum_over_three_states() -> None:
    assert float(Modes(np.array(2.0), np.array(3.0)).summed) == 7.0


def test_resonance_radii() -> None:
    r = np.array([0.0, 1.0, 1.0, 2.0, 3.0])
    real = np.array([50.0, 150.0, 300.0, 100.0, 80.0])  # crosses 100 upwards, jumps, comes back on a knot
    assert resonance_radii(r, real, mass=10.0).tolist() == [0.5, 2.0]
    assert resonance_radii(r, real, mass=100.0).size == 0


@pytest.mark.parametrize("gap", [1e3, 30.0, 1.0, 1e-3])
@pytest.mark.parametrize(
    ("first", "last"), [(50.0, 260.0), (260.0, 50.0), (120.0, 121.0), (100.0, 100.0), (400.0, 900.0)]
)
def test_weights_of_a_cell_against_quadrature(first: float, last: float, gap: float) -> None:
    """rate (2 + 3 r) over one cell, against quad split at the resonance."""
    radius, m = np.array([0.5, 2.5]), 10.0
    weights = screening_weights(radius, np.array([first, last]), np.array([-gap]), mass=m)
    rate = 2 + 3 * radius

    def pi(r: float) -> complex:
        return first + (last - first) * (r - 0.5) / 2 - 1j * gap

    points = [0.5, 2.5]
    if (first - m**2) * (last - m**2) < 0:
        middle = 0.5 + 2 * (m**2 - first) / (last - first)
        step = gap / abs(last - first) * 2
        points = sorted(
            {
                0.5,
                2.5,
                *(
                    float(np.clip(middle + s * step, 0.5, 2.5))
                    for s in (-1e3, -30, -3, -0.3, 0, 0.3, 3, 30, 1e3)
                ),
            }
        )

    def integral(part: str) -> float:
        def f(r: float) -> float:
            xi = complex(screening(pi(r), m))
            return (2 + 3 * r) * {"real": xi.real, "imag": xi.imag, "square": abs(xi) ** 2}[part]

        return sum(quad(f, a, b, epsabs=0, epsrel=1e-11, limit=200)[0] for a, b in pairwise(points))

    assert float(weights.square @ rate) == pytest.approx(integral("square"), rel=1e-8)
    linear = complex(weights.linear @ rate)
    size = abs(linear)
    assert linear.real == pytest.approx(integral("real"), rel=1e-8, abs=1e-8 * size)
    assert linear.imag == pytest.approx(integral("imag"), rel=1e-8, abs=1e-8 * size)


def test_narrow_resonances_keep_their_strength() -> None:
    """int dr |xi|^2 |Im Pi| -> pi m^4 / |d Re Pi / dr|, independent of the width and of the cells."""
    m = 10.0
    for cells in (1, 3, 50):
        r = np.linspace(0.0, 4.0, cells + 1)
        for width in (1e-2, 1e-6, 1e-12):
            weights = screening_weights(r, 40.0 * r, np.full(cells, -width), mass=m)
            assert width * weights.square.sum() == pytest.approx(np.pi * m**4 / 40.0, rel=5 * width)


def test_cells_add_up_and_jumps_count_nothing() -> None:
    real = np.array([20.0, 90.0, 90.0, 300.0])
    whole = screening_weights(np.array([0.0, 1.0, 1.0, 4.0]), real, np.full(3, -2.0), mass=10.0)
    again = screening_weights(np.array([0.0, 1.0, 4.0]), real[[0, 1, 3]], np.full(2, -2.0), mass=10.0)
    assert whole.square.sum() == pytest.approx(again.square.sum(), rel=1e-13)
    assert whole.linear.sum() == pytest.approx(again.linear.sum(), rel=1e-13)


def test_many_energies_at_once_equal_one_by_one() -> None:
    r = np.linspace(0.0, 2.0, 7)
    real = np.outer(np.linspace(10.0, 300.0, 7), [0.5, 1.0, 2.0])
    imaginary = -np.outer(np.ones(6), [1e-4, 1.0, 50.0])
    together = screening_weights(r, real, imaginary, mass=10.0)
    for column in range(3):
        alone = screening_weights(r, real[:, column], imaginary[:, column], mass=10.0)
        np.testing.assert_allclose(together.square[:, column], alone.square, rtol=1e-14)
        np.testing.assert_allclose(together.linear[:, column], alone.linear, rtol=1e-14)


def test_without_plasma_the_weights_are_trapezoids() -> None:
    r = np.array([0.0, 1.0, 3.0])
    weights = screening_weights(r, np.zeros(3), np.zeros(2), mass=10.0)
    np.testing.assert_allclose(weights.square, [0.5, 1.5, 1.0], rtol=1e-14)
    np.testing.assert_allclose(weights.linear, [0.5, 1.5, 1.0], rtol=1e-14)


def test_a_resonance_without_width_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no width"):
        screening_weights(np.array([0.0, 1.0]), np.array([50.0, 150.0]), np.zeros(1), mass=10.0)
