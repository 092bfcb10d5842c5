"""Histories of the early universe with one particle over its coupling, and what probes read off them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, Mask
from feebly.models import Model
from feebly.probes.base import checked_scale
from feebly.probes.universe_curve import Curve, Tolerance, tabulated
from feebly.provenance import Provenance
from feebly.signals import Signal
from feebly.statistics import Criterion
from feebly.transport.boltzmann import Prepared
from feebly.transport.evolution import Evolution
from feebly.transport.history import History

STANDARD: Final = "standard model"
LEFT: Final = "particles left at 1 eV"
_MATTER: Final = 1e-6  # worth mentioning
_NOTHING: Final = 1e-30
_KEPT: Final = 64  # lines of a few MB


@dataclass(frozen=True, slots=True)
class Window:
    """score = ln(distance / allowed): excluded is what is too far from `centre` on either side.

    >>> signal = Signal(np.ones(3), np.array([0.0, -0.4, 0.8]), "", "1", np.ones(3, bool))
    >>> Window(0.0, 0.4, 0.4).score(signal).round(3).tolist()
    [-inf, 0.0, 0.693]
    """

    centre: float
    below: float
    above: float
    level: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def score(self, signal: Signal) -> Array:
        """(G,), positive where excluded."""
        away = np.asarray(signal.value, dtype=float) - self.centre
        away = np.where(signal.valid, away, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(np.abs(away) / np.where(away < 0, self.below, self.above)))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A quantity over the coupling, and what is left of the particle at the end of the histories behind it.

    Parameters
    ----------
    curve : the change of the quantity.
    scale : (K,) couplings of the histories that reached their end, increasing.
    matter : (K,) energy in the particle over that in radiation there.
    """

    curve: Curve
    scale: Array
    matter: Array

    def matter_at(self, scale: Array) -> Array:
        """The same at couplings (G,), between the histories."""
        if self.scale.size == 0:
            return np.zeros(scale.shape)
        at = np.log(np.maximum(scale, np.finfo(float).tiny))
        log = np.log(np.maximum(self.matter, _NOTHING))
        return np.asarray(np.exp(np.interp(at, np.log(self.scale), log)))


@dataclass(frozen=True, eq=False, repr=False)
class UniverseLine:
    """Histories of one particle of one mass, each calculated once.

    Parameters
    ----------
    source : what makes a history for a coupling.
    standard : the history without the particle.
    empty : whether nothing of the particle is there at first.
    """

    source: Prepared | ConstantHistory
    standard: History
    empty: bool
    provenance: Provenance
    _made: dict[float, History] = field(default_factory=dict)

    def history(self, scale: float) -> History:
        """The history at one coupling."""
        if scale not in self._made:
            self._made[scale] = self.source.evolve(scale)
        return self._made[scale]

    def excess(self, quantity: Callable[[History], float], scale: float) -> float | None:
        """By how much the particle changes a quantity of the history; None if that did not reach its end."""
        found = self.history(scale)
        return quantity(found) - quantity(self.standard) if found.status == "ok" else None

    def matter(self, scale: float) -> float | None:
        """Energy in the particle over that in radiation at the end of a history; None if that did not reach its end."""
        found = self.history(scale)
        return found.matter if found.status == "ok" else None

    def table(self, quantity: Callable[[History], float], tolerance: Tolerance) -> Table:
        """The change of a quantity over the coupling; the same whatever histories there are already."""
        used: set[float] = set()

        def change(scale: float) -> float | None:
            used.add(scale)
            return self.excess(quantity, scale)

        if isinstance(self.source, ConstantHistory):
            curve = _constant(change(1.0))
        else:
            curve = tabulated(change, tolerance, has_tail=self.empty)
        left = {g: found for g in sorted(used) if (found := self.matter(g)) is not None}
        return Table(curve, np.array(list(left)), np.array(list(left.values())))


def _constant(value: float | None) -> Curve:
    """The same value at all couplings."""
    ends = np.array([np.finfo(float).tiny, 1 / np.finfo(float).tiny])
    known = 0.0 if value is None else value
    return Curve(ends, np.full(2, known), np.full(2, value is not None), has_tail=False)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ConstantHistory:
    """The same history at each coupling: a particle in equilibrium."""

    only: History

    def evolve(self, scale: float) -> History:
        return self.only


class Lines:
    """The last lines that were asked for; probes that are given the same one share their histories.

    >>> from feebly.probes import EffectiveNeutrinos, Helium
    >>> neutrinos = EffectiveNeutrinos()
    >>> helium = Helium(lines=neutrinos.lines)
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[Evolution, str, Provenance, float], UniverseLine] = {}

    def get(
        self, evolution: Evolution, model: Model, mass: float, make: Callable[[], UniverseLine]
    ) -> UniverseLine:
        """The line of a model, by its fingerprint and sources, and mass [MeV]; made if it is not there."""
        key = evolution, model.fingerprint(), model.provenance, mass
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[key]


@dataclass(frozen=True, eq=False, repr=False)
class UniverseResponse:
    """A quantity of the early universe for one particle, at any coupling.

    Parameters
    ----------
    line : its histories.
    quantity : of a history.
    called : name of the quantity in the signal.
    tolerance : allowed error of the table at a change of the quantity.
    standard : part of the signal that is there without the particle; None if the signal is the change alone.
    exact : whether each coupling has its own history.
    stated : sources and choices, the same for all couplings.
    heaviest : energy in the particle over that in radiation at 1 eV, above which the signal means nothing.
    """

    line: UniverseLine
    quantity: Callable[[History], float]
    called: str
    tolerance: Tolerance
    standard: float | None
    exact: bool
    stated: Provenance
    heaviest: float = np.inf

    @cached_property
    def _table(self) -> Table:
        return self.line.table(self.quantity, self.tolerance)

    def evaluate(self, scale: ArrayLike) -> Signal:
        """The signal at the couplings (G,); invalid where the history did not reach its end."""
        g = checked_scale(scale)
        change, valid, matter = (
            self._each(g) if self.exact else (*self._table.curve(g), self._table.matter_at(g))
        )
        valid = valid & ~(matter > self.heaviest)
        change = np.where(valid, change, np.nan)
        plain = self.standard
        parts = {} if plain is None else {STANDARD: np.full(g.shape, plain), "new particle": change}
        return Signal(
            scale=g,
            value=change if plain is None else plain + change,
            quantity=self.called,
            unit="1",
            valid=valid,
            parts=parts,
            provenance=self.stated | self._left(matter),
        )

    def toward(self, rule: Criterion) -> UniverseResponse:
        """The same, with a table that is only as fine as the sign of a score asks; each edge is as good as before."""
        if not isinstance(rule, Window):
            return self
        centre = rule.centre - (self.standard or 0.0)
        edges = (centre - rule.below, centre + rule.above)
        return replace(self, tolerance=replace(self.tolerance, edges=edges))

    def history(self, scale: float) -> History:
        """The history of the universe at one coupling."""
        return self.line.history(float(checked_scale(scale)[0]))

    def _each(self, scale: Array) -> tuple[Array, Mask, Array]:
        """Change, whether the history reached its end, and what is left of the particle (G,), each by its own history."""
        found = [(self.line.excess(self.quantity, float(g)), self.line.matter(float(g))) for g in scale]
        change, matter = np.array(found, dtype=float).T  # None becomes NaN
        return change, np.array([one is not None for one, _ in found]), np.nan_to_num(matter)

    @property
    def provenance(self) -> Provenance:
        """Sources, choices, and what is left of the particle at some couplings of the table; without one, signals say it."""
        return self.stated if self.exact else self.stated | self._left(self._table.matter)

    def _left(self, matter: Array) -> Provenance:
        """That the particle is left, if that counts at some of the couplings; no choice, and not in the hash of them."""
        most = np.max(matter, initial=0.0)
        if most < _MATTER:
            return Provenance()
        size = "less than the radiation"
        if most > 1:
            size = "more than the radiation"
        if most > self.heaviest:
            size += ", where nothing is claimed (validity)"
        return Provenance(omitted=frozenset({f"{LEFT}: matter, not radiation; at some couplings {size}"}))
