"""Masses as arrays, and as one number."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from feebly.arrays import mass_array, one_mass
from feebly.errors import InvalidValueError


@pytest.mark.parametrize("mass", [10, 10.0, [10.0], np.array(10.0), np.array([10])], ids=repr)
def test_one_mass_is_a_number(mass: ArrayLike) -> None:
    assert one_mass(mass) == 10.0
    assert type(one_mass(mass)) is float


@pytest.mark.parametrize(
    ("mass", "message"),
    [
        ([10.0, 20.0], "One mass in MeV is needed here, for example 10.0; 2 were given"),
        ([], "at least one mass"),
        ([[10.0]], "at least one mass"),
        (-1.0, "must be positive and finite"),
        (0.0, "must be positive and finite"),
        (np.nan, "must be positive and finite"),
    ],
    ids=repr,
)
def test_anything_else_is_refused(mass: ArrayLike, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        one_mass(mass)


def test_zero_is_a_mass_only_where_it_is_asked_for() -> None:
    assert mass_array(0.0, zero=True).tolist() == [0.0]
    with pytest.raises(InvalidValueError, match="must be positive"):
        mass_array([1.0, 0.0])
