"""Charges of a vector in a plasma: the plane of the paper, what is not screened, and the exact absorption."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from feebly.constants import ALPHA
from feebly.rates.stellar.charge_table import ELECTRIC, ChargeTable, single
from feebly.rates.stellar.plasma_mixing import mixing
from feebly.rates.stellar.polarisation import imaginary_part, screening

ENERGY = 40.0
E2 = 4 * np.pi * ALPHA


def absorbing(species: str, imaginary: float) -> ChargeTable:
    """Absorption by one species that gives the photon this imaginary part [MeV^2]."""
    return single(species, np.array([[-imaginary / (ENERGY * E2)]]))


def in_medium(
    charges: Mapping[str, complex], real: Mapping[str, float], absorbed: ChargeTable, mass: float
) -> dict[str, complex]:
    """Charges of e-, p and n in the plasma, y_f + Q_f z xi, where these gases respond and absorb."""
    response = {name: np.array([[value]]) for name, value in real.items()}
    mixed = mixing(charges, absorbed, response, np.array([[ENERGY]]), mass)
    photon = imaginary_part(ENERGY, E2 * absorbed.rate(ELECTRIC))
    xi = screening(sum(real.values()) + 1j * photon, mass)
    shift = complex(np.ravel(mixed.coupling * xi)[0])
    return {name: mixed.left.get(name, 0.0) + ELECTRIC.get(name, 0.0) * shift for name in ("e-", "p", "n")}


@pytest.mark.parametrize(("cos", "sin"), [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (-0.5, 0.5)])
def test_charges_in_the_plane_are_those_of_the_paper(cos: float, sin: float) -> None:
    """Electrons and protons are screened by xi, neutrons not; Eq. (43) for the sum and difference of nucleons."""
    pi, m = 130.0 - 20.0j, 9.0
    charges = {"e-": -cos - sin, "p": cos + sin, "n": sin}
    found = in_medium(charges, {"e-": pi.real}, absorbing("e-", pi.imag), m)
    xi = complex(screening(pi, m))
    assert found["e-"] == pytest.approx(xi * charges["e-"], rel=1e-13, abs=1e-13)
    assert found["p"] == pytest.approx(xi * charges["p"], rel=1e-13, abs=1e-13)
    assert found["n"] == charges["n"]
    for sign in (1, -1):
        both = charges["p"] ** 2 + sign * 2 * charges["p"] * charges["n"] * (1 - pi.real / m**2)
        printed = charges["n"] ** 2 + abs(xi) ** 2 * both
        assert abs(found["p"] + sign * found["n"]) ** 2 == pytest.approx(printed, rel=1e-12)


def test_protons_of_a_vector_without_electron_charge_are_not_screened() -> None:
    absorbed = absorbing("e-", -1.0)
    assert in_medium({"p": 1.0}, {"e-": 1e6}, absorbed, 1.0) == {"e-": 0.0, "p": 1.0, "n": 0.0}
    # and electrons get a charge from protons that respond
    induced = in_medium({"p": 1.0}, {"e-": 1e6, "p": 1e5}, absorbed, 1.0)["e-"]
    assert induced.real == pytest.approx(0.1 / 1.1, rel=1e-5)


def test_rates_with_charges_in_the_medium_are_the_exact_absorption() -> None:
    """-Im[Pi_XX + Pi_x^2 / (m^2 - Pi)]: the whole, resonance included, for any charges and correlations."""
    rng = np.random.default_rng(3)
    m, names = 7.0, ("e-", "p", "n")
    q = np.array([ELECTRIC.get(name, 0.0) for name in names])
    for _ in range(20):
        x = rng.normal(size=3)
        a = rng.normal(size=(3, 3))
        spectral = a @ a.T  # any process absorbs |sum_s x_s A_s|^2: a positive matrix
        re = rng.uniform(0, 100, size=3)
        pi = np.sum(q**2 * re) - 1j * q @ spectral @ q
        mixed = np.sum(q * x * re) - 1j * q @ spectral @ x
        whole = -1j * x @ spectral @ x + mixed**2 / (m**2 - pi)  # Re Pi_XX is not needed
        effective = x + q * mixed / (m**2 - pi)

        unit = 1 / (ENERGY * E2)
        terms = {
            (names[i], names[j]): np.array([[spectral[i, j] * unit]]) for i in range(3) for j in range(i, 3)
        }
        table, charges = ChargeTable(terms), dict(zip(names, map(complex, x), strict=True))
        real = {name: value for name, value in zip(names, re, strict=True) if name != "n"}
        found = in_medium(charges, real, table, m)
        assert [found[name] for name in names] == pytest.approx(effective.tolist(), rel=1e-10)

        response = {name: np.array([[value]]) for name, value in real.items()}
        rate = mixing(charges, table, response, np.array([[ENERGY]]), m).smooth(table)
        xi = screening(np.array([[pi]]), m)
        absorbed = float(rate.at(slice(None), xi, np.abs(xi) ** 2)[0, 0])
        assert absorbed == pytest.approx(-whole.imag * unit, rel=1e-10)
