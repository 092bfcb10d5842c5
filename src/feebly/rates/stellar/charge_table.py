"""Rates as quadratic forms in the charges of a vector, for every species of a star."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array, ComplexArray
from feebly.models import VectorCurrent
from feebly.rates.stellar.bremsstrahlung import ChargeForm
from feebly.species import NEUTRINOS

SPECIES: Final = ("e-", "mu-", "p", "n", *NEUTRINOS)
ELECTRIC: Final[Mapping[str, float]] = {"e-": -1.0, "mu-": -1.0, "p": 1.0}

Charges = Mapping[str, complex]


def charges_at(model: VectorCurrent, mass: float) -> dict[str, complex]:
    """Charges of all species of a star under a vector of this mass [MeV], loop mixing included."""
    values = model.charges(SPECIES, mass**2)
    return {name: complex(x) for name, x in zip(SPECIES, values, strict=True) if x != 0}


def aligned(charges: Charges) -> dict[str, complex]:
    """What is left of the charges when -x_e times the electric ones is taken away: x_f + Q_f x_e.

    >>> aligned({"e-": -1.0, "mu-": -1.0, "p": 1.0, "nu_e": -1.0})
    {'nu_e': (-1+0j)}
    """
    own = complex(charges.get("e-", 0.0))
    left = {name: complex(x) + ELECTRIC.get(name, 0.0) * own for name, x in charges.items()}
    left |= {name: q * own for name, q in ELECTRIC.items() if name not in charges}
    return {name: x for name, x in left.items() if x != 0}


@dataclass(frozen=True, slots=True)
class ChargeTable:
    """A rate sum_ab S_ab Re(x_a* x_b) with real symmetric arrays S [MeV]; each pair a <= b is stored once.

    >>> table = ChargeTable({("p", "p"): np.array(1.0), ("p", "n"): np.array(-1.0), ("n", "n"): np.array(1.0)})
    >>> float(table.rate({"p": 1.0, "n": 1.0})), float(table.rate({"p": 1.0}))
    (0.0, 1.0)
    """

    terms: Mapping[tuple[str, str], Array]

    def __add__(self, other: ChargeTable) -> ChargeTable:
        joined = dict(self.terms)
        for pair, values in other.terms.items():
            joined[pair] = joined[pair] + values if pair in joined else values
        return ChargeTable(joined)

    def between(self, left: Charges, right: Charges) -> ComplexArray | Array | float:
        """sum_ab S_ab left_a* right_b; real if all charges are, 0.0 if no term has both."""
        total: ComplexArray | Array | float = 0.0
        for (a, b), values in self.terms.items():
            weight = np.conj(left.get(a, 0.0)) * right.get(b, 0.0)
            if a != b:
                weight = weight + np.conj(left.get(b, 0.0)) * right.get(a, 0.0)
            if weight != 0:
                total = total + values * (weight if weight.imag else weight.real)
        return total

    def rate(self, charges: Charges) -> Array:
        """The rate for these charges."""
        return np.asarray(np.real(self.between(charges, charges)), dtype=float)

    def at(self, index: NDArray[np.intp] | slice) -> ChargeTable:
        """The table at some of the radii."""
        return ChargeTable({pair: values[index] for pair, values in self.terms.items()})


def nucleons(form: ChargeForm) -> ChargeTable:
    """The table of a form in the charges of proton and neutron."""
    return ChargeTable({("p", "p"): form.proton, ("n", "n"): form.neutron, ("p", "n"): form.mixed / 2})


def single(species: str, rate: Array) -> ChargeTable:
    """A rate by one species, per its charge squared."""
    return ChargeTable({(species, species): rate})


def summed(tables: Iterable[ChargeTable]) -> ChargeTable:
    """The sum of tables; an empty one if there are none."""
    return reduce(lambda a, b: a + b, tables, ChargeTable({}))
