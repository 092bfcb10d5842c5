"""High-energy neutrinos of a supernova: what decays outside the core would have shown, or will show."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
import scipy.constants

from feebly import decays
from feebly.arrays import Array, one_mass
from feebly.decays import Fip
from feebly.decays.neutrinos import neutrino_spectrum
from feebly.decays.spectra import DecaySpectrum
from feebly.environments import StarProfile
from feebly.environments.progenitor import Progenitor, power_law
from feebly.errors import InvalidValueError
from feebly.models import Model, VectorCurrent
from feebly.probes.base import Support
from feebly.probes.neutrino_line import NeutrinoResponse, smaller_couplings
from feebly.probes.neutrino_search import (
    NeutrinoSearch,
    SeenChannels,
    energy_edges,
    galactic_counts,
    galactic_likelihood,
    parse_detectors,
    sn1987a_counts,
    sn1987a_likelihood,
)
from feebly.probes.star_in_time import StarInTime
from feebly.provenance import Provenance
from feebly.rates.scattering.oxygen import Oxygen
from feebly.species import NEUTRINOS
from feebly.statistics import Criterion
from feebly.transport.ballistic import Emission
from feebly.transport.conversion import Conversion, Place, conversion
from feebly.transport.counted import CountedNeutrinos, counted
from feebly.transport.mixing import Ordering, Release, nufit
from feebly.transport.secondary import Observation, secondary_neutrinos
from feebly.units import METRE, SECOND

Leaving = tuple[tuple[Emission, DecaySpectrum], ...]

KILOPARSEC: Final = 1e3 * scipy.constants.parsec * METRE
RULES: Final = ("adiabatic-no", "adiabatic-io", "vacuum", "fixed:P")
_ORDERINGS: Final[dict[str, Ordering]] = {"no": "normal", "io": "inverted"}
_SEEN_IN_1987: Final = "imb,k2"
_NEAREST: Final = 1e-3  # kpc
_KEPT: Final = 128  # responses of masses and snapshots, 1 to 2 MB each
_FROM_MUONS: Final = "neutrinos from muons and pions among the products of decays"
_OMITTED: Final = (
    "decays inside the neutrinosphere, which make neutrinos as all others",
    "neutrinos above 1030 MeV",
    "helicity of the particle in its decay, up to half of the events for fast Dirac particles",
    "backgrounds of the detectors",
)


@dataclass(frozen=True, eq=False, repr=False)
class NeutrinoBurst(StarInTime):
    """What the probes of neutrinos from decays outside a proto-neutron star share.

    Parameters
    ----------
    statistic : "likelihood" of the energies that were seen, or "poisson", the number of events at high energy.
    channels : "all" reactions that a detector sees, or inverse beta decay alone, "ibd".
    energy : of the neutrinos: "infinity", or "local" where the particle is made, with gravity in the number only; it takes
        absorption_energy=emitted with it.
    conversion : of flavours on the way out of the progenitor: adiabatic in the normal (no) or inverted ordering (io),
        of "vacuum", or "fixed:0.22", the probability of nu_mu and nu_tau to arrive as nu_e.
    nufit : release of the mixing of neutrinos.
    place : of the decays for the conversion: "spread" over the decay length, or all at its end, "mean".
    distance_kpc, window_s : of the star, and how long one looks, from the begin of a sequence on; with a single one
        the time of emission is taken to be short against it.
    secondaries : neutrinos of the muons and charged pions among the products: left out, "off", which is conservative, or "on",
        as if they decayed in vacuum.
    detectors : by name, and variant after a colon; imb, k2, sk, hk, juno.
    oxygen : cross section above 100 MeV, see `rates.scattering.oxygen`.
    reference : what the likelihood is measured from: the most likely of the smaller couplings, "best", or no new signal,
        "none".
    progenitor : electrons of the envelope.
    emission_s, sequence : see `feebly.probes.star_in_time.StarInTime`.
    """

    particles: ClassVar[bool] = True
    quantity: ClassVar[str] = "neutrino events"
    practical_unit: ClassVar[tuple[str, float]] = ("events", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    statistic: Literal["likelihood", "poisson"] = "likelihood"
    channels: SeenChannels = "all"
    energy: Literal["infinity", "local"] = "infinity"
    conversion: str = "adiabatic-no"
    nufit: Release = "6.1"
    place: Place = "spread"
    secondaries: Literal["off", "on"] = "off"
    distance_kpc: float = 10.0
    window_s: float = 1000.0
    detectors: str = "hk"
    oxygen: Oxygen = "fermi-gas"
    reference: Literal["best", "none"] = "best"
    progenitor: Progenitor = field(default_factory=power_law)

    def __post_init__(self) -> None:
        # follows from another choice, and could only contradict it
        if self.energy == "local":
            object.__setattr__(self, "absorption_energy", "emitted")
        super().__post_init__()
        if self.energy == "infinity" and self.absorption_energy == "emitted":
            raise InvalidValueError("absorption_energy=emitted knows only local energies; add energy=local.")
        if self.r_far_km is not None:
            raise InvalidValueError(
                f"{self.name}: decays outside the neutrinosphere are the signal; leave r_far_km out."
            )
        for name in ("emission_s", "distance_kpc", "window_s"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise InvalidValueError(f"{name} is {value:g}; it must be positive and finite.")
        if self.distance_kpc < _NEAREST:
            raise InvalidValueError(
                f"distance_kpc is {self.distance_kpc:g}; it must be at least {_NEAREST:g}, far outside the star."
            )
        if self.sequence is not None and all(self._window(star) <= 0 for star in self.sequence.stars):
            raise InvalidValueError(
                f"window_s is {self.window_s:g}; all snapshots of the star are later than that after the begin of the emission."
            )
        parse_detectors(self.detectors)
        if self.statistic == "poisson" and self.reference != "best":
            raise InvalidValueError("reference is for statistic=likelihood; leave one of the two out.")
        _rule(self.conversion)

    @property
    def rule(self) -> Criterion:
        """By `statistic`: the rise of -2 ln L, or the number of events."""
        return self.search.rule

    @property
    def provenance(self) -> Provenance:
        """Star, detectors and choices of this probe."""
        names = ("statistic", "channels", "energy", "conversion", "window_s", "oxygen", "secondaries")
        chosen = {name: _text(getattr(self, name)) for name in (*names, "distance_kpc", "reference")}
        if self.sequence is None:
            chosen["emission_s"] = f"{self.emission_s:g}"
        course = Provenance() if self.sequence is None else self.sequence.provenance
        omitted = _OMITTED if self.secondaries == "on" else (_FROM_MUONS, *_OMITTED)
        stated = Provenance(choices=frozenset(chosen.items()), omitted=frozenset(omitted))
        return self.source_provenance | self.search.provenance | course | stated

    def supports(self, model: Model) -> Support:
        """As for cooling, if decays make neutrinos."""
        support = super().supports(model)
        if support.ok and isinstance(model, VectorCurrent) and not model.charges(NEUTRINOS, 0.0).any():
            return Support(False, "It does not decay to neutrinos.")
        return support

    def prepare(self, model: Model, mass: float) -> NeutrinoResponse:
        """Emission, decays and detection for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star, or it does not decay to neutrinos.
        InvalidValueError, OutOfDomainError
            for a mass that is not positive, or where the widths are not available.
        """
        self._supported(model)
        key = model.fingerprint(), model.provenance, one_mass(mass)
        if key not in self._kept:
            found = self._prepared(model, mass)
            while len(self._kept) >= max(1, _KEPT // len(self.moments)):
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key] = found
            return found
        return self._kept[key]

    def _prepared(self, model: Model, mass: float) -> NeutrinoResponse:
        sources: list[CountedNeutrinos] = []
        emissions: list[Emission] = []
        fip = decays.of(model, mass)
        for source, duration in self.moments:
            window = self._window(source.star)
            if window <= 0:
                continue
            for parents, decay in source._leaving(model, fip):
                emissions.append(parents)
                neutrinos = secondary_neutrinos(
                    parents,
                    fip,
                    decay,
                    edges=self._edges,
                    conversion=source.converted,
                    observation=Observation(self.distance, window),
                    # with absorption, parents are those that leave the surface; without, those that are made
                    neutrinosphere=source.surface if self.escape == "free" else 0.0,
                    duration=duration,
                )
                sources.append(counted(neutrinos, self._kernel))
        provenance = self.provenance | fip.provenance | sources[0].neutrinos.provenance
        found = NeutrinoResponse(
            tuple(sources), self.search, tuple(emissions), self.surface, self._reactions, provenance
        )
        return replace(
            found, reference=smaller_couplings(found, fip.power, only_none=self.reference == "none")
        )

    def _leaving(self, model: Model, fip: Fip) -> Leaving:
        """Particles and antiparticles are apart if they decay otherwise."""
        spectrum = neutrino_spectrum(fip, secondaries=self.secondaries == "on")
        if isinstance(model, VectorCurrent):
            return ((self.emission(model, fip.mass, by_energy=True), spectrum),)
        apart = self.particle_line(model, fip.mass, by_energy=True, fip=fip).apart()
        return tuple(zip(apart, (spectrum, spectrum.conjugate()), strict=False))

    # --- built once per probe ---------------------------------------------------------------

    @property
    def distance(self) -> float:
        """Distance of the star [MeV^-1]."""
        return self.distance_kpc * KILOPARSEC

    @property
    @abstractmethod
    def search(self) -> NeutrinoSearch:
        """The detectors, on one grid of energies."""

    @cached_property
    def converted(self) -> Conversion:
        """Conversion of flavours outside the neutrinosphere."""
        rule, ordering = _rule(self.conversion)
        return conversion(
            rule,
            self._centres,
            nufit(self.nufit, ordering=ordering),
            self.progenitor,
            start=self.surface,
            place=self.place,
        )

    def _window(self, star: StarProfile) -> float:
        """For how long one looks after a snapshot [MeV^-1]; the begin of the emission starts the clock."""
        late = 0.0 if self.sequence is None else self.sequence.age(star)
        return self.window_s * SECOND - late

    @cached_property
    def _kept(self) -> dict[tuple[str, Provenance, float], NeutrinoResponse]:
        """The last responses; they hold for all couplings."""
        return {}

    @cached_property
    def _edges(self) -> Array:
        return energy_edges()

    @cached_property
    def _kernel(self) -> Array:
        """That of the search on neutrinos in the bins."""
        return self.search.kernel() / np.diff(self._edges)[:, None]

    @cached_property
    def _reactions(self) -> Array:
        """Those of the search on neutrinos in the bins."""
        return self.search.by_reaction() / np.diff(self._edges)[:, None]

    @cached_property
    def _centres(self) -> Array:
        return np.asarray((self._edges[1:] + self._edges[:-1]) / 2)


@dataclass(frozen=True, eq=False, repr=False)
class SupernovaNeutrinos(NeutrinoBurst):
    """Limit from the neutrinos of SN 1987A, of which none had the energies of those from decays.

    Parameters
    ----------
    statistic, channels, energy, emission_s, conversion, ... : see `NeutrinoBurst`. statistic=poisson is the search for
        neutrinos of 90 to 215 MeV in IMB, whatever `detectors` says.
    star, compton, spin, kernel, escape, ... : see `feebly.probes.star_source.StarSource`.

    Notes
    -----
    Source: akita-high-energy-neutrinos, Sec. 5.1; blinov-lmu-ltau, Sec. IV C. Differs from them: conversion averaged over
    the decays, decays along the path of the particle, likelihood one-sided from its maximum.
    Valid for: no feedback on the star; a star that emits as the snapshot for the time stated.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = SupernovaNeutrinos(compton="off", statistic="poisson")
    >>> bool(probe.prepare(lmu_ltau(), 100.0).evaluate([1e-10]).value[0] > 3)
    True
    """

    name: ClassVar[str] = "sn-neutrinos"
    title: ClassVar[str] = "SN 1987A neutrinos"

    distance_kpc: float = 51.4
    window_s: float = 10.0
    detectors: str = _SEEN_IN_1987

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.statistic == "poisson" and self.detectors != _SEEN_IN_1987:
            raise InvalidValueError("statistic=poisson is the search in IMB; leave detectors out.")

    @cached_property
    def search(self) -> NeutrinoSearch:
        """The detectors of 1987, on one grid of energies."""
        if self.statistic == "poisson":
            return sn1987a_counts(self._centres, channels=self.channels, oxygen=self.oxygen)
        return sn1987a_likelihood(
            parse_detectors(self.detectors),
            self._centres,
            channels=self.channels,
            oxygen=self.oxygen,
            distance=self.distance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class GalacticNeutrinos(NeutrinoBurst):
    """Couplings that a supernova in the Galaxy would exclude, if it shows nothing but the standard burst.

    Parameters
    ----------
    statistic, channels, energy, emission_s, conversion, ... : see `NeutrinoBurst`. statistic=poisson counts electrons
        of 75 to 200 MeV.
    star, compton, spin, kernel, escape, ... : see `feebly.probes.star_source.StarSource`.

    Notes
    -----
    The burst is that of akita-high-energy-neutrinos, 1.98e53 erg with a mean energy of 12.7 MeV in all flavours, in
    bins of 10 MeV; what is seen is what is expected.
    Source: akita-high-energy-neutrinos, Sec. 5.1. Differs from it: as `SupernovaNeutrinos`.
    Valid for: as `SupernovaNeutrinos`; atmospheric neutrinos are left out.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = GalacticNeutrinos(compton="off", channels="ibd")
    >>> bool(probe.rule.score(probe.prepare(lmu_ltau(), 100.0).evaluate([1e-11]))[0] > 0)
    True
    """

    name: ClassVar[str] = "sn-neutrinos-galactic"
    title: ClassVar[str] = "neutrinos of a galactic supernova"
    projected: ClassVar[bool] = True

    @cached_property
    def search(self) -> NeutrinoSearch:
        """The detectors, on one grid of energies."""
        make = galactic_counts if self.statistic == "poisson" else galactic_likelihood
        return make(
            parse_detectors(self.detectors),
            self._centres,
            channels=self.channels,
            oxygen=self.oxygen,
            distance=self.distance,
        )


def _rule(text: str) -> tuple[str, Ordering]:
    """Rule of `transport.conversion` and ordering of the masses."""
    kind, _, ordering = text.partition("-")
    if kind == "adiabatic" and ordering in _ORDERINGS:
        return kind, _ORDERINGS[ordering]
    if text == "vacuum":
        return text, "normal"
    value = text.removeprefix("fixed:")
    try:
        good = text.startswith("fixed:") and 0 <= float(value) <= 0.5
    except ValueError:
        good = False
    if not good:
        raise InvalidValueError(
            f"conversion = '{text}' is not known. Possible: {', '.join(RULES)}, such as fixed:0.22 (0 to 0.5)."
        )
    return text, "normal"


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


__all__ = ["KILOPARSEC", "GalacticNeutrinos", "NeutrinoBurst", "NeutrinoResponse", "SupernovaNeutrinos"]
