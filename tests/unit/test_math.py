"""Quadrature, Fermi functions and roots against independent evaluations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

from feebly.errors import ConvergenceError
from feebly.math.fermi import bose, chemical_potential, fermi, net_density
from feebly.math.quadrature import gauss, panels
from feebly.math.roots import bracketed_root, refine_maximum


def test_gauss_is_exact_for_polynomials() -> None:
    x, w = gauss(-1.0, 3.0, 6)
    assert w @ x**11 == pytest.approx((3.0**12 - 1) / 12, rel=1e-13)


def test_panels_broadcast_and_vanish() -> None:
    x, w = panels(np.array([[0.0, 1.0, 1.0, 2.0], [1.0, 2.0, 3.0, 5.0]]), 4)
    assert x.shape == (2, 12)
    assert np.sum(w * x, axis=1) == pytest.approx([2.0, 12.0])


def test_fermi_and_bose_limits() -> None:
    assert fermi(np.array([-1e3, 0.0, 1e3])).tolist() == [1.0, 0.5, 0.0]
    assert bose(1e-8) == pytest.approx(1e8, rel=1e-7)
    assert bose(800.0) == 0.0 or bose(800.0) < 1e-300


@pytest.mark.parametrize(
    ("t", "mu", "m"),
    [
        (30.0, 200.0, 0.511),
        (7.0, 61.0, 0.511),
        (33.0, 85.0, 105.7),
        (1.0, 250.0, 105.7),
        (20.0, -3.0, 0.511),
        (0.02, 5.0, 0.511),
    ],
)
def test_net_density_against_adaptive_quadrature(t: float, mu: float, m: float) -> None:
    def integrand(p: float) -> float:
        e = np.hypot(p, m)
        return p**2 * float(fermi((e - mu) / t) - fermi((e + mu) / t)) / np.pi**2

    step = np.sqrt(max(mu**2 - m**2, 0))
    points = [x for x in (step - 5 * t, step, step + 5 * t) if x > 0]
    top = step + 60 * t + 10 * np.sqrt(t * m)
    exact = integrate.quad(integrand, 0, top, points=points or None, limit=400, epsrel=1e-12, epsabs=0)[0]
    assert net_density(t, mu, m) == pytest.approx(exact, rel=1e-9)


def test_chemical_potential_inverts_and_refuses() -> None:
    t, mu = np.array([0.5, 7.0, 30.0, 60.0]), np.array([100.0, -20.0, 300.0, 5.0])
    again = chemical_potential(t, net_density(t, mu, 0.511), 0.511)
    assert again == pytest.approx(mu, rel=1e-9)
    with pytest.raises(ConvergenceError):
        chemical_potential(10.0, np.nan, 0.511)


def test_roots_report_failure() -> None:
    with pytest.raises(ConvergenceError, match="my root"):
        bracketed_root(lambda x: x**2 + 1, -1.0, 1.0, what="my root")


def test_refine_maximum_finds_a_narrow_peak() -> None:
    x, y = refine_maximum(lambda x: -np.abs(x - 0.123456), 0.0, 1.0, tolerance=1e-8)
    assert x == pytest.approx(0.123456, abs=1e-7)
    assert y == pytest.approx(0.0, abs=1e-7)
