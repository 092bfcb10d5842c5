"""Quadratic forms in the charges: algebra, symmetry, what is aligned with the electric charge."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import models
from feebly.constants import E_CHARGE
from feebly.rates.stellar.bremsstrahlung import ChargeForm
from feebly.rates.stellar.charge_table import (
    ELECTRIC,
    SPECIES,
    ChargeTable,
    aligned,
    charges_at,
    nucleons,
    single,
    summed,
)

RANDOM = np.random.default_rng(3)
PAIRS = [("e-", "e-"), ("p", "p"), ("n", "n"), ("p", "n"), ("mu-", "mu-"), ("nu_e", "nu_e")]
TABLE = ChargeTable({pair: RANDOM.normal(size=(3, 2)) for pair in PAIRS})


def some_charges() -> dict[str, complex]:
    real, imaginary = RANDOM.normal(size=(2, len(SPECIES)))
    return dict(zip(SPECIES, map(complex, real, imaginary), strict=True))


def matrix() -> np.ndarray:
    """The table as a symmetric matrix (S, S, 3, 2)."""
    full = np.zeros((len(SPECIES), len(SPECIES), 3, 2))
    for (a, b), values in TABLE.terms.items():
        i, j = SPECIES.index(a), SPECIES.index(b)
        full[i, j] = full[j, i] = values
    return full


def test_a_rate_is_the_quadratic_form() -> None:
    charges = some_charges()
    x = np.array([charges[s] for s in SPECIES])
    expected = np.einsum("a,abkw,b->kw", x.conj(), matrix(), x)
    assert np.max(np.abs(expected.imag)) < 1e-12
    assert TABLE.rate(charges) == pytest.approx(expected.real, rel=1e-12)


def test_between_is_sesquilinear() -> None:
    left, right = some_charges(), some_charges()
    x, y = (np.array([c[s] for s in SPECIES]) for c in (left, right))
    expected = np.einsum("a,abkw,b->kw", x.conj(), matrix(), y)
    assert np.asarray(TABLE.between(left, right)) == pytest.approx(expected, rel=1e-12)
    assert np.asarray(TABLE.between(right, left)) == pytest.approx(expected.conj(), rel=1e-12)
    assert TABLE.between({"nu_tau": 1.0}, right) == 0.0


def test_tables_add_and_select_and_a_species_without_charge_counts_nothing() -> None:
    charges = some_charges()
    twice = summed([TABLE, TABLE, ChargeTable({})])
    assert twice.rate(charges) == pytest.approx(2 * TABLE.rate(charges), rel=1e-14)
    assert np.array_equal(TABLE.at(np.array([2])).rate(charges), TABLE.rate(charges)[[2]])
    neutral = {name: 0.0 if name == "p" else x for name, x in charges.items()}
    others = ChargeTable({pair: values for pair, values in TABLE.terms.items() if "p" not in pair})
    assert TABLE.rate(neutral) == pytest.approx(others.rate(charges), rel=1e-12)
    assert float(summed([]).rate(charges)) == 0.0


def test_forms_of_nucleons_and_single_species() -> None:
    form = ChargeForm(np.array(2.0), np.array(3.0), np.array(-1.5))
    p, n = 0.3 + 0.7j, -1.1 + 0.2j
    assert float(nucleons(form).rate({"p": p, "n": n})) == pytest.approx(float(form.rate(p, n)), rel=1e-14)
    assert float(single("e-", np.array(4.0)).rate({"e-": 2j, "p": 1.0})) == 16.0


@pytest.mark.parametrize(
    ("model", "left"),
    [
        (models.dark_photon(), set()),
        (models.b_minus_l(), {"n", "nu_e", "nu_mu", "nu_tau"}),
        (models.chargephobic(running="off"), {"n", "nu_e", "nu_mu", "nu_tau"}),
        (models.vector(charge={"mu": 1.0}, mixing="none"), {"mu-"}),
        (models.vector(charge={"e": 1.0}, mixing="none"), {"mu-", "p"}),
    ],
    ids=["dark-photon", "b-l", "chargephobic", "muon", "electron"],
)
def test_what_no_electron_screens(model: models.VectorModel, left: set[str]) -> None:
    """Charges are what is left plus -x_e times the electric ones; in the plane of P2 only neutral species are left."""
    charges = charges_at(model, 10.0)
    found = aligned(charges)
    assert {name for name, x in found.items() if abs(x) > 1e-12} == left
    for name in SPECIES:
        again = found.get(name, 0.0) - ELECTRIC.get(name, 0.0) * charges.get("e-", 0.0)
        assert again == pytest.approx(charges.get(name, 0.0), abs=1e-14)


def test_loop_mixing_gives_electrons_a_charge() -> None:
    """L_mu - L_tau: epsilon(0)/g = -0.0144329 by blinov-lmu-ltau, Eq. (3), which prints 1/70."""
    charges = charges_at(models.lmu_ltau(), 1.0)
    assert abs(charges["e-"]) == pytest.approx(abs(charges["p"]), rel=1e-12)
    assert -charges["e-"].real == pytest.approx(E_CHARGE * 0.0144329, rel=1e-3)
    assert "n" not in charges
