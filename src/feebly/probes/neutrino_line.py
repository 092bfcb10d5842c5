"""From secondary neutrinos to events and their likelihood: made once per mass, then free in the coupling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.probes.base import checked_scale
from feebly.probes.neutrino_search import NeutrinoSearch
from feebly.provenance import Provenance
from feebly.signals.neutrino_events import EventSignal
from feebly.statistics import Criterion
from feebly.transport.ballistic import Emission
from feebly.transport.counted import CountedNeutrinos, counted
from feebly.transport.secondary import Fluence

_DECADES: Final = {1: 16, 2: 28}  # of scale**power below 1 in which the most likely coupling is searched
_FINER: Final = 8  # parts of a decade
_FEWEST: Final = 1e-2  # events between which it can lie
_MOST: Final = 1e2
_ROUNDINGS: Final = 64  # of ln L, a sum of as many terms


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reference:
    """The largest ln L among no new signal and the couplings below one, from values at some couplings.

    The statistic is one-sided: of couplings that give more events. Where the star traps the particle, a larger coupling gives
    fewer, from the surface with the energies of the burst itself, and may be preferred to none; that must speak neither
    against other couplings nor for them. So the reference stays what it was where events first stop rising.

    Parameters
    ----------
    scale : (K,) couplings, rising; largest : (K + 1,) the value below the first, and from each of them on.
    """

    scale: Array
    largest: Array

    def at(self, scale: Array) -> Array:
        """Its value (G,) at couplings (G,)."""
        return self.largest[np.searchsorted(self.scale, scale, side="right")]

    @property
    def best(self) -> float:
        """The most likely coupling, 0 for none."""
        place = int(np.argmax(self.largest))
        return float(self.scale[place - 1]) if place else 0.0


@dataclass(frozen=True, eq=False, repr=False)
class NeutrinoResponse:
    """Neutrino events from one particle of one star, for any coupling.

    Parameters
    ----------
    sources : secondary neutrinos, which add up: snapshots, particles and antiparticles; what `NeutrinoSearch.kernel` makes of
        them.
    search : the detectors.
    emissions : of the star; free escape ends where their mean decay length falls below `radius` [MeV^-1].
    reactions : (6, N, C) maps of neutrinos in the bins to the events of each reaction, the parts of signals; None for no parts.
    reference : what the likelihood is measured from; None without likelihood.
    """

    sources: tuple[CountedNeutrinos, ...]
    search: NeutrinoSearch
    emissions: tuple[Emission, ...]
    radius: float
    reactions: Array | None
    provenance: Provenance
    reference: Reference | None = None

    def fluence(self, scale: ArrayLike) -> Fluence:
        """Neutrinos per area, flavour and bin at the Earth at the couplings (G,)."""
        g = checked_scale(scale)
        found = [one.neutrinos.fluence(g) for one in self.sources]
        return replace(found[0], value=sum((one.value for one in found[1:]), start=found[0].value))

    def evaluate(self, scale: ArrayLike) -> EventSignal:
        """Expected events at the couplings (G,), by detector and reaction."""
        g = checked_scale(scale)
        seen = self.counted(g)
        parts = np.asarray(sum(one.at(g) for one in self._by_reaction)).T if self._by_reaction else ()
        log_likelihood = self.search.log_likelihood(seen)
        return EventSignal(
            scale=g,
            value=seen[:, 0],
            quantity="neutrino events",
            unit="1",
            valid=np.all([one.escapes_freely(self.radius, g) for one in self.emissions], axis=0),
            parts=dict(zip(self.search.reactions, parts, strict=True)) if len(parts) else {},
            provenance=self.provenance,
            rise=log_likelihood if self.reference is None else _rise(self.reference.at(g), log_likelihood),
        )

    def toward(self, rule: Criterion) -> NeutrinoResponse:
        """The same without the events of each reaction, which neither rule of these probes asks for."""
        return replace(self, reactions=None)

    def counted(self, scale: Array) -> Array:
        """What the detectors make of the neutrinos (G, 1 + J), see `NeutrinoSearch.kernel`."""
        return np.asarray(sum(one.at(scale) for one in self.sources))

    @cached_property
    def _by_reaction(self) -> tuple[CountedNeutrinos, ...]:
        if self.reactions is None:
            return ()
        return tuple(counted(one.neutrinos, self.reactions) for one in self.sources)


def smaller_couplings(response: NeutrinoResponse, power: int, *, only_none: bool) -> Reference | None:
    """Largest ln L of smaller couplings, looked for where a few events are expected and more with a larger coupling.

    Or that of no new signal.
    """
    likelihood = response.search.likelihood
    if likelihood is None:
        return None
    if only_none:
        return Reference(np.empty(0), np.array([likelihood.standard]))
    decades = _DECADES[power]
    coarse = np.logspace(-decades, 0, decades + 1)
    events = response.counted(coarse ** (1 / power))[:, 0]
    some = (events > _FEWEST) & (events < _MOST)
    some[_rising(events) :] = False
    around = some.copy()
    around[1:] |= some[:-1]
    around[:-1] |= some[1:]
    fine = np.logspace(-decades, 0, decades * _FINER + 1)
    scale = fine[np.repeat(around, _FINER)[: fine.size]] ** (1 / power)
    if not scale.size:
        return Reference(scale, np.array([likelihood.standard]))
    seen = response.counted(scale)
    scale = scale[: _rising(seen[:, 0])]
    found = response.search.log_likelihood(seen[: scale.size])
    return Reference(scale, np.maximum.accumulate(np.append(likelihood.standard, found)))


def _rise(reference: Array, log_likelihood: Array) -> Array:
    """Rise of -2 ln L (G,); none where only rounding makes one, so that it has no maxima there."""
    rise = 2 * (reference - log_likelihood)
    rounding = _ROUNDINGS * np.finfo(float).eps * np.abs(log_likelihood)
    return np.where(np.abs(rise) <= rounding, 0.0, rise)


def _rising(events: Array) -> int:
    """How many of these numbers of events there are up to the first from which they fall."""
    falls = np.flatnonzero(np.diff(np.maximum(events, _FEWEST)) < 0)
    return int(falls[0]) + 1 if falls.size else events.size
