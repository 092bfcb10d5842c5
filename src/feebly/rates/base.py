"""Rates on a grid: what a process returns, and what it must state about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from feebly.arrays import Array
from feebly.decays import Fip
from feebly.environments import Medium
from feebly.models import VectorCurrent
from feebly.provenance import Provenance

ENERGY_SPAN: Final = 24.0  # energies matter up to this many peak temperatures above the mass


@dataclass(frozen=True, slots=True)
class RateTable:
    """Emission and absorption of one particle in a star, per unit scale**power.

    Parameters
    ----------
    radius : (R,) MeV^-1.
    energy : (R, W) local energies, MeV (they differ between radii when there is a lapse).
    production : (R, W) spontaneous emission rate, MeV, summed over the spin states.
    absorption : (R, W) reduced absorption rate (1 - exp(-E/T)) Gamma_abs, MeV, of ONE state.
    exchange : process -> (R, W) its (exp(E/T) - 1) Gamma_prod, MeV, summed over the spin states.
    """

    radius: Array
    energy: Array
    production: Array
    absorption: Array
    exchange: Mapping[str, Array] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)


Rates = Callable[[Medium, Array], RateTable]


class StellarProcess(Protocol):
    """A process by which a star emits and absorbs the particle.

    To add one, write a frozen dataclass with these members (``coalescence.py`` is the pattern) and
    list it in the probe. `reduced_absorption` must be positive and finite for all energies.
    """

    @property
    def name(self) -> str: ...
    @property
    def provenance(self) -> Provenance: ...

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        """None if the process applies to the model in a star that provides this; else why not.

        An empty text means that the model simply has no such coupling: nothing is lost.
        """
        ...

    def reduced_absorption(self, model: VectorCurrent, fip: Fip, medium: Medium, energy: Array) -> Array:
        """(exp(E/T) - 1) Gamma_prod (R, W) per unit scale**power, summed over spin states [MeV].

        By detailed balance this is the reduced absorption rate summed over the states; emission
        follows from it by a Bose factor, so that the two can never disagree.
        """
        ...
