"""Production and absorption of a particle that no single chemical potential describes.

Particles that are made by several baths, such as nu nu and nubar nubar, have no common factor exp(-E/T) between
production and absorption: both have to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from feebly.arrays import Array


@dataclass(frozen=True, slots=True)
class StateRates:
    """Rates of ONE spin state of a particle in a medium [MeV], arrays of one shape.

    Parameters
    ----------
    production : spontaneous emission rate Gamma_prod; n states emit d3N/(dV dt dE) = n k E/(2 pi^2) Gamma_prod.
    absorption : Gamma_abs.
    net : Gamma_abs - Gamma_prod of bosons, Gamma_abs + Gamma_prod of fermions; occupations change along a ray as
        df/ds = (Gamma_prod - net f)/v.

    Examples
    --------
    Two baths act independently:

    >>> import numpy as np
    >>> one = StateRates(np.array(1.0), np.array(3.0), np.array(2.0))
    >>> float((one + one).net)
    4.0
    """

    production: Array
    absorption: Array
    net: Array

    def __add__(self, other: StateRates) -> StateRates:
        return StateRates(
            self.production + other.production, self.absorption + other.absorption, self.net + other.net
        )

    def scaled(self, factor: float) -> StateRates:
        """The same times a coupling."""
        return StateRates(factor * self.production, factor * self.absorption, factor * self.net)


def combined(parts: Iterable[StateRates]) -> StateRates:
    """Rates of all processes together; there must be at least one.

    >>> import numpy as np
    >>> one = StateRates(np.array(1.0), np.array(3.0), np.array(2.0))
    >>> float(combined([one, one, one]).production)
    3.0
    """
    return reduce(StateRates.__add__, parts)
