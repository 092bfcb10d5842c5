"""Models and widths of majorons."""

from __future__ import annotations

import math

import numpy as np
import pytest

from feebly import decays, registry
from feebly.errors import InvalidValueError
from feebly.models import NeutrinoMatrix, majoron, majoron_emu, majoron_mumu, offers

NAMES = ("ee", "emu", "etau", "mumu", "mutau", "tautau")


def test_models_offer_their_matrix() -> None:
    total = np.zeros((3, 3))
    for name in NAMES:
        model = registry.find("model", f"majoron-{name}")()
        assert model.name == f"majoron-{name}"
        assert offers(model) == ("NeutrinoMatrix",)
        assert isinstance(model, NeutrinoMatrix)
        assert (model.scale.name, model.scale.power, model.spin) == ("g", 2, 0.0)
        total += model.flavour_matrix()
    assert np.array_equal(total, np.ones((3, 3)))


def test_models_refuse_what_is_no_coupling() -> None:
    with pytest.raises(InvalidValueError, match="symmetric"):
        majoron([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    for wrong in (np.zeros((3, 3)), np.eye(2), np.full((3, 3), np.nan)):
        with pytest.raises(InvalidValueError, match="three rows of three"):
            majoron(wrong)


def test_general_matrix_is_the_sum_of_its_entries() -> None:
    matrix = np.array([[1.0, 0.5, 0.0], [0.5, 0.0, 2.0], [0.0, 2.0, 3.0]])
    fip = decays.of(majoron(matrix), 10.0)
    unit = 10.0 / (16 * math.pi)
    assert fip.partial("nu_e nu_e") == pytest.approx(0.5 * unit)
    assert fip.partial("nu_e~ nu_mu~") == pytest.approx(0.25 * unit)
    assert fip.partial("nu_mu nu_tau") == pytest.approx(4 * unit)
    assert "nu_mu nu_mu" not in fip.channels
    # the trace form: sum over all a, b of g_ab^2 m / (16 pi)
    assert fip.width(1.0) == pytest.approx(np.sum(matrix**2) * unit, rel=1e-13)
    assert fip.width(1e-6) == pytest.approx(1e-12 * fip.width(1.0), rel=1e-13)


def test_width_does_not_depend_on_the_basis() -> None:
    angle = 0.7
    turn = np.array(
        [[math.cos(angle), math.sin(angle), 0], [-math.sin(angle), math.cos(angle), 0], [0, 0, 1]]
    )
    rotated = turn @ np.diag([1.0, 2.0, 0.5]) @ turn.T
    rotated = (rotated + rotated.T) / 2
    plain = decays.of(majoron(np.diag([1.0, 2.0, 0.5])), 7.0).width(1.0)
    assert decays.of(majoron(rotated), 7.0).width(1.0) == pytest.approx(plain, rel=1e-13)


def test_two_flavours_are_wider_than_one() -> None:
    assert decays.of(majoron_emu(), 5.0).width(1.0) == pytest.approx(
        2 * decays.of(majoron_mumu(), 5.0).width(1.0), rel=1e-13
    )
