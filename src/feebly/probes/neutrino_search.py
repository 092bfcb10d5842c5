"""Detectors as they look for neutrinos of a supernova: made once, then a matrix from fluence to events and their likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.environments.detector import Detector, detector, high_energy_search
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.provenance import Provenance, sources
from feebly.rates.scattering.oxygen import Oxygen
from feebly.signals.neutrino_events import Response, response
from feebly.signals.supernova_burst import ALPHA, burst_templates, mean_energies, standard_fluence
from feebly.statistics import Criterion
from feebly.statistics.poisson import count_threshold
from feebly.statistics.unbinned import LikelihoodRise, ProfiledLikelihood
from feebly.units import ERG

SeenChannels = Literal["all", "ibd"]
SHORT: Final = {
    "imb": "imb",
    "k2": "kamiokande-2",
    "sk": "super-kamiokande",
    "hk": "hyper-kamiokande",
    "juno": "juno-like",
}
RISE: Final = 2.7  # of -2 ln L, akita-high-energy-neutrinos below Eq. (62)
GALACTIC_ENERGY: Final = 1.98e53 * ERG  # akita-high-energy-neutrinos, below Eq. (1)
GALACTIC_MEAN: Final = 12.7  # MeV, the same
BIN: Final = 10.0  # MeV
_MEANS: Final = 28  # energies of the burst between which the likelihood has one maximum
HIGH_ENERGY: Final = (75.0, 200.0)  # MeV, electrons; blinov-lmu-ltau, Sec. IV C
_SOURCES: Final = sources(("akita-high-energy-neutrinos", "Eqs. (57)-(62)"))
_POISSON: Final = sources(("blinov-lmu-ltau", "Sec. IV C"))


def energy_edges() -> Array:
    """Bins (N + 1,) of the energy of neutrinos on which all is computed [MeV]."""
    parts = (
        np.linspace(2, 60, 58, endpoint=False),
        np.linspace(60, 240, 90, endpoint=False),
        np.geomspace(240, 1030, 38),
    )
    return np.concatenate(parts)


def parse_detectors(text: str) -> tuple[Detector, ...]:
    """Detectors of a text such as ``imb,k2`` or ``imb:vissani-2015,hyper-kamiokande``.

    Raises
    ------
    UnknownNameError, InvalidValueError
        for a name that is not known, or given twice.

    >>> [found.name for found in parse_detectors("imb,k2")]
    ['imb', 'kamiokande-2']
    """
    found = []
    for word in text.split(","):
        name, _, variant = word.strip().partition(":")
        known = {**SHORT, **{full: full for full in SHORT.values()}}
        if name not in known:
            raise UnknownNameError("detector", name, known)
        found.append(detector(known[name], variant or "default"))
    if len({one.name for one in found}) < len(found):
        raise InvalidValueError(f"detectors = '{text}' names one of them twice.")
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NeutrinoSearch:
    """What a fluence of new neutrinos does to what detectors see.

    Parameters
    ----------
    names, responses : of the detectors.
    rule : criterion on its signals.
    likelihood : of what was seen, or is expected; None where events are only counted.
    binned : whether the likelihood is that of bins.
    """

    names: tuple[str, ...]
    responses: tuple[Response, ...]
    rule: Criterion
    likelihood: ProfiledLikelihood | None = None
    binned: bool = False

    @property
    def provenance(self) -> Provenance:
        found = self.rule.provenance
        for one in self.responses:
            found = found | one.provenance
        return found

    @property
    def reactions(self) -> tuple[str, ...]:
        """Detectors and their reactions, the columns of `by_reaction`."""
        return tuple(
            f"{name}: {reaction}"
            for name, one in zip(self.names, self.responses, strict=True)
            for reaction in one.total
        )

    def by_reaction(self) -> Array:
        """Maps (6, N, C) on a fluence per energy: events of each reaction."""
        return np.concatenate([one.by_reaction() for one in self.responses], axis=-1)

    def kernel(self) -> Array:
        """Maps (6, N, 1 + J) on a fluence per energy: all events, then what the likelihood needs."""
        parts = [self.by_reaction().sum(axis=-1, keepdims=True)]
        if self.likelihood is not None:
            parts += [one.merged(one.binned if self.binned else one.density) for one in self.responses]
        return np.concatenate(parts, axis=-1)

    def log_likelihood(self, counted: Array) -> Array:
        """ln L (G,) of what `kernel` gives (G, 1 + J), at the best burst; empty without likelihood."""
        if self.likelihood is None:
            return np.empty(0)
        return self.likelihood.log_likelihood(counted[:, 1:], counted[:, 0])


def sn1987a_likelihood(
    detectors: tuple[Detector, ...], energy: Array, *, channels: SeenChannels, oxygen: Oxygen, distance: float
) -> NeutrinoSearch:
    """Unbinned likelihood of the events of SN 1987A, energy and mean energy of the burst profiled.

    Parameters
    ----------
    energy : (N,) of the neutrinos, MeV; distance : MeV^-1.

    Raises
    ------
    InvalidValueError
        for a detector without events.
    """
    for one in detectors:
        if not one.events.energy.size:
            raise InvalidValueError(f"{one.name} saw nothing of SN 1987A. Possible: imb, k2.")
    found = tuple(
        response(one, energy, channels=channels, oxygen=oxygen, at=one.events.energy) for one in detectors
    )
    templates = burst_templates(found, mean_energies(count=_MEANS), distance=distance)
    return _likelihood(detectors, found, ProfiledLikelihood(templates, rise=RISE))


def galactic_likelihood(
    detectors: tuple[Detector, ...], energy: Array, *, channels: SeenChannels, oxygen: Oxygen, distance: float
) -> NeutrinoSearch:
    """Likelihood of bins of 10 MeV that hold what the standard burst is expected to give.

    Parameters
    ----------
    energy : (N,) of the neutrinos, MeV; distance : MeV^-1.
    """
    found = []
    for one in detectors:
        low, high = one.window
        edges = np.arange(low, min(high, energy[-1]) + BIN / 2, BIN)
        found.append(
            response(
                replace(one, window=(low, float(edges[-1]))),
                energy,
                channels=channels,
                oxygen=oxygen,
                edges=edges,
            )
        )
    templates = burst_templates(found, mean_energies(count=_MEANS), distance=distance, binned=True)
    fluence = _standard_burst(energy, distance)
    counts = np.concatenate([one.spectrum(fluence) for one in found])
    return _likelihood(
        detectors, tuple(found), ProfiledLikelihood(templates, counts=counts, rise=RISE), binned=True
    )


def _likelihood(
    detectors: tuple[Detector, ...],
    found: tuple[Response, ...],
    likelihood: ProfiledLikelihood,
    *,
    binned: bool = False,
) -> NeutrinoSearch:
    rule = LikelihoodRise(
        likelihood.rise,
        0.95,
        Provenance(sources=_SOURCES, choices=frozenset({("rise of -2 ln L", f"{RISE:g}")})),
    )
    return NeutrinoSearch(tuple(one.name for one in detectors), found, rule, likelihood, binned)


def sn1987a_counts(energy: Array, *, channels: SeenChannels, oxygen: Oxygen) -> NeutrinoSearch:
    """Neutrinos of 90-215 MeV in IMB, which saw none where three are excluded.

    Notes
    -----
    Source: blinov-lmu-ltau, Eq. (15). Differs from it: nothing with channels = "ibd"; oxygen above 100 MeV.
    """
    one = detector("imb", "high-energy-search")
    search = high_energy_search()
    seen = response(one, energy, channels="electron" if channels == "all" else "ibd", oxygen=oxygen)
    rule = count_threshold(search.observed, allowed=search.limit)
    return NeutrinoSearch(
        (one.name,), (seen,), replace(rule, provenance=rule.provenance | Provenance(sources=_POISSON))
    )


def galactic_counts(
    detectors: tuple[Detector, ...], energy: Array, *, channels: SeenChannels, oxygen: Oxygen, distance: float
) -> NeutrinoSearch:
    """Electrons of 75-200 MeV from a future supernova, beside what the standard burst gives there.

    As many as the burst gives (to the next integer) are taken as seen.
    """
    high = tuple(replace(one, window=HIGH_ENERGY) for one in detectors)
    found = tuple(response(one, energy, channels=channels, oxygen=oxygen) for one in high)
    background = float(sum(one.number(_standard_burst(energy, distance)) for one in found))
    rule = count_threshold(round(background), background)
    names = tuple(one.name for one in detectors)
    return NeutrinoSearch(
        names, found, replace(rule, provenance=rule.provenance | Provenance(sources=_POISSON))
    )


def _standard_burst(energy: Array, distance: float) -> Array:
    """Fluence per energy (6, N) [MeV] of the burst that a galactic supernova is taken to make."""
    one = standard_fluence(
        energy, GALACTIC_MEAN, total_energy=GALACTIC_ENERGY, distance=distance, alpha=ALPHA
    )
    return np.broadcast_to(one, (6, energy.size))
