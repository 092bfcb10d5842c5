"""Mixing, adiabatic conversion, resonances and the progenitor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from feebly.constants import ATOMIC_MASS_UNIT
from feebly.environments.progenitor import Progenitor, power_law
from feebly.errors import InvalidValueError, ProfileFormatError, UnknownNameError
from feebly.transport.mixing import Mixing, nufit
from feebly.transport.oscillation import (
    adiabatic,
    approximate,
    fixed,
    levels,
    matter_term,
    resonances,
    vacuum,
)
from feebly.units import CM, EV, GRAM, KM

DENSITY = GRAM / CM**3
FITS = [
    nufit(release, ordering=ordering, super_kamiokande=sk)
    for release in ("5.2", "6.0", "6.1")
    for ordering in ("normal", "inverted")
    for sk in (True, False)
]


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.name)
def test_matrix_is_unitary_and_holds_the_angles(fit: Mixing) -> None:
    u = fit.matrix()
    assert np.allclose(u @ u.conj().T, np.eye(3), atol=1e-15)
    assert abs(u[0, 2]) ** 2 == pytest.approx(fit.sin2_13, rel=1e-12)
    assert abs(u[0, 1] / u[0, 0]) ** 2 == pytest.approx(fit.sin2_12 / (1 - fit.sin2_12), rel=1e-12)
    assert abs(u[1, 2] / u[2, 2]) ** 2 == pytest.approx(fit.sin2_23 / (1 - fit.sin2_23), rel=1e-12)
    jarlskog = (u[0, 0] * u[1, 1] * u[0, 1].conj() * u[1, 0].conj()).imag
    s12, s13, s23 = (np.sqrt(s) for s in (fit.sin2_12, fit.sin2_13, fit.sin2_23))
    c12, c13, c23 = (np.sqrt(1 - s**2) for s in (s12, s13, s23))
    assert jarlskog == pytest.approx(s12 * c12 * s13 * c13**2 * s23 * c23 * np.sin(fit.delta), rel=1e-12)


def test_splitting_of_the_inverted_ordering_is_counted_from_the_second_mass() -> None:
    fit = nufit("6.1", ordering="inverted")
    assert (fit.dm2_31 - fit.dm2_21) / EV**2 == pytest.approx(-2.483e-3, rel=1e-12)
    assert fit.ordering == "inverted"
    assert fit.sin2_12 == 0.3088


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.name)
@pytest.mark.parametrize("antineutrinos", [False, True])
def test_conversion_loses_nothing(fit: Mixing, antineutrinos: bool) -> None:
    matter = np.geomspace(1e-8, 1e12, 101) * fit.dm2_21
    for values in (
        adiabatic(fit, matter, antineutrinos=antineutrinos),
        approximate(fit, matter, antineutrinos=antineutrinos),
        vacuum(fit),
        fixed(0.22),
    ):
        assert values.min() >= 0
        assert np.allclose(values.sum(axis=-1), 1, atol=1e-13)
        assert np.allclose(values.sum(axis=-2), 1, atol=1e-13)


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.name)
@pytest.mark.parametrize("antineutrinos", [False, True])
def test_starts_in_vacuum(fit: Mixing, antineutrinos: bool) -> None:
    thin = 1e-9 * fit.dm2_21
    assert np.allclose(adiabatic(fit, thin, antineutrinos=antineutrinos), vacuum(fit), atol=1e-8)
    assert np.allclose(approximate(fit, thin, antineutrinos=antineutrinos), vacuum(fit), atol=1e-8)


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.name)
def test_dense_matter_puts_nu_e_into_one_mass(fit: Mixing) -> None:
    """The highest level of neutrinos, the lowest of antineutrinos."""
    u2 = np.abs(fit.matrix()[0]) ** 2
    highest, lowest = (2, 0) if fit.ordering == "normal" else (1, 2)
    dense = 1e6 * abs(fit.dm2_31)
    neutrino, antineutrino = (adiabatic(fit, dense, antineutrinos=anti)[0, 0] for anti in (False, True))
    assert neutrino == pytest.approx(u2[highest], abs=1e-6)
    assert antineutrino == pytest.approx(u2[lowest], abs=1e-6)


def test_one_energy_and_density_are_one_number() -> None:
    fit = nufit()
    n = 100 * DENSITY / ATOMIC_MASS_UNIT
    assert matter_term(20.0, n) == matter_term(40.0, n / 2) == pytest.approx(2 * float(matter_term(10.0, n)))
    grid = levels(fit, matter_term(np.array([5.0, 50.0])[:, None], n * np.ones(3)), antineutrinos=False)
    assert grid.shape == (2, 3, 3, 3)
    one = levels(fit, matter_term(50.0, n), antineutrinos=False)
    assert np.array_equal(grid[1, 2], one)


@given(st.floats(0.0, 2 * np.pi), st.floats(-3, 6), st.booleans())
def test_electron_neutrinos_do_not_feel_the_phase(delta: float, log_matter: float, anti: bool) -> None:
    """P_ee and the sum over mu and tau: only e interacts with matter."""
    fit = nufit()
    other = Mixing("other", fit.sin2_12, fit.sin2_13, 0.9, delta, fit.dm2_21, fit.dm2_31)
    a = 10**log_matter * fit.dm2_21
    one, two = (adiabatic(mixing, a, antineutrinos=anti) for mixing in (fit, other))
    assert one[0, 0] == pytest.approx(two[0, 0], abs=1e-9)
    assert one[1:, 0].sum() == pytest.approx(two[1:, 0].sum(), abs=1e-9)


def test_evolution_through_slow_resonances_is_adiabatic() -> None:
    """Levels against the Schroedinger equation through a falling density, in units of dm2_21 / E."""
    fit = Mixing("wide", 0.3, 0.1, 0.4, 1.0, 7e-17, 2e-16)
    u, dense, height = fit.matrix(), 40, 15
    empty = (u * (fit.masses / fit.dm2_21 / 2)) @ u.conj().T

    def change(t: float, psi: np.ndarray) -> np.ndarray:
        h = empty.copy()
        h[0, 0] += dense / 2 * np.exp(-t / height)
        return (-1j * (h @ psi.reshape(3, 3))).ravel()

    end, start = height * np.log(4e3), np.eye(3, dtype=complex).ravel()
    solved = solve_ivp(change, (0, end), start, rtol=1e-6, atol=1e-8, method="DOP853")
    arrived = np.abs(u.conj().T @ solved.y[:, -1].reshape(3, 3)) ** 2  # mass by flavour at the start
    expected = (np.abs(u) ** 2 @ arrived).T
    assert adiabatic(fit, dense * fit.dm2_21, antineutrinos=False) == pytest.approx(expected, abs=2e-3)


def test_resonances_lie_where_the_levels_are_closest() -> None:
    star = power_law()
    for ordering in ("normal", "inverted"):
        fit = nufit(ordering=ordering)
        for found in resonances(fit, star, 30.0):
            assert float(star.electron_density(found.radius)) == pytest.approx(found.electron_density)
            assert found.hop < 1e-30
            lower = 1 if found.rho_ye > 50 * DENSITY else 0  # gap of levels 1 and 2, or 0 and 1
            lower = 0 if ordering == "inverted" and found.antineutrinos else lower
            lower = 1 if ordering == "inverted" and not found.antineutrinos else lower
            near = matter_term(30.0, found.electron_density * np.geomspace(0.7, 1.4, 401))
            u = fit.matrix()
            sign = -1 if found.antineutrinos else 1
            u = u.conj() if found.antineutrinos else u
            h = np.broadcast_to((u * fit.masses) @ u.conj().T, (401, 3, 3)).copy()
            h[:, 0, 0] += sign * near
            value = np.linalg.eigvalsh(h)
            closest = int(np.argmin(value[:, lower + 1] - value[:, lower]))
            assert near[closest] == pytest.approx(float(matter_term(30.0, found.electron_density)), rel=0.04)


def test_adiabaticity_falls_with_energy_and_slope() -> None:
    fit = nufit()
    gamma = [resonances(fit, power_law(), energy)[0].gamma for energy in (10.0, 80.0)]
    assert gamma[1] / gamma[0] == pytest.approx(8 ** (-2 / 3), rel=1e-12)  # r goes with E^(1/3)
    wall = Progenitor.from_table([1e9, 1e10, 1.0001e10], [1e5, 1e3, 1e-9])
    steep = resonances(fit, wall, 50.0)
    assert steep[-1].gamma < 5
    assert steep[-1].hop > 1e-4


def test_progenitor_between_and_beyond_its_knots() -> None:
    star = Progenitor.from_table([1e8, 1e9, 1e10], [1e8, 1e5, 1e1])
    r = np.array([1e7, 1e8, 3e8, 1e9, 1e10, 1e11]) * CM
    expected = np.array([1e11, 1e8, 1e8 / 27, 1e5, 1e1, 1e-3])
    assert star.electron_density(r) * ATOMIC_MASS_UNIT / DENSITY == pytest.approx(expected, rel=1e-10)
    assert star.slope(np.array([1e7, 5e8, 2e9, 1e12]) * CM) == pytest.approx([-3, -3, -4, -4], rel=1e-12)
    for density in (1e11, 1e5, 1e-3):
        found = star.crossings(density * DENSITY / ATOMIC_MASS_UNIT)
        assert star.electron_density(found) * ATOMIC_MASS_UNIT / DENSITY == pytest.approx(
            [density], rel=1e-10
        )
    bump = Progenitor.from_table([1e8, 2e8, 3e8, 4e8], [1e5, 1e3, 1e4, 1e2])
    assert bump.crossings(3e3 * DENSITY / ATOMIC_MASS_UNIT).size == 3
    assert Progenitor.from_table([1.0, 2.0], [5.0, 5.0]).crossings(1.0).size == 0


def test_progenitor_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "star.txt"
    path.write_text("# r rho_ye\n1e8 1e8\n1e9 1e5\n")
    star = Progenitor.from_file(path)
    assert (star.name, repr(star)) == ("star", "Progenitor('star', 2 knots)")
    at = np.array([20 * KM, 1e5 * KM])
    assert star.electron_density(at) == pytest.approx(power_law().electron_density(at), rel=1e-9)
    path.write_text("1e8 1e8 3\n")
    with pytest.raises(ProfileFormatError, match="3 columns; it needs two"):
        Progenitor.from_file(path)
    path.write_text("r rho\n")
    with pytest.raises(ProfileFormatError, match="no table of numbers"):
        Progenitor.from_file(path)


def test_refusals() -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown NuFIT release '7\.0'"):
        nufit("7.0")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="Known: inverted, normal"):
        nufit(ordering="up")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"sin2_13 is 1\.2"):
        Mixing("x", 0.3, 1.2, 0.5, 0.0, 1.0, 2.0)
    with pytest.raises(InvalidValueError, match="mass splittings"):
        Mixing("x", 0.3, 0.1, 0.5, 0.0, 1.0, 0.5)
    with pytest.raises(InvalidValueError, match=r"fixed:0\.22"):
        fixed(0.7)
    for radius, density, message in (
        ([1.0], [1.0], "at least two radii"),
        ([1.0, 1.0], [1.0, 1.0], "row 2"),
        ([1.0, 2.0], [1.0, -1.0], "density in row 2 is"),
        ([0.0, 2.0], [1.0, 1.0], "radius in row 1 is 0"),
    ):
        with pytest.raises(ProfileFormatError, match=message):
            Progenitor.from_table(radius, density)
