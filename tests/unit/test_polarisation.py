"""The photon in a plasma: shapes, frequencies and screening."""

from __future__ import annotations

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
    plasma_frequency,
    real_part,
    screening,
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


def test_imaginary_part_of_an_absorbing_medium_is_negative() -> None:
    assert imaginary_part([10.0, 20.0], np.array([0.1, 0.2])).tolist() == [-1.0, -4.0]


def test_modes_sum_over_three_states() -> None:
    assert float(Modes(np.array(2.0), np.array(3.0)).summed) == 7.0
