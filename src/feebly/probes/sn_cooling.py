"""Supernova cooling: a new particle must not carry away more than the neutrinos do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, VectorCurrent
from feebly.probes.base import checked_scale
from feebly.probes.plasma_line import PlasmaLine
from feebly.probes.star_source import StarSource
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.coalescence import needs_plasma
from feebly.signals import Flux, Signal
from feebly.statistics import Threshold
from feebly.transport.ballistic import Emission
from feebly.units import ERG, SECOND

RAFFELT: Final = sources(("Raffelt:1996wa", "energy-loss criterion of SN 1987A"))


@dataclass(frozen=True, slots=True)
class CoolingResponse:
    """Luminosity of one star in one particle, for any coupling.

    Parameters
    ----------
    emission : of the star; `by_process` the same for each process, if it was kept apart.
    radius : free escape ends where the mean decay length falls below this, MeV^-1.
    line : tables of the star at this mass, if the particle was followed through its plasma.
    general : what any model has in its provenance; `always` whether the plasma was asked for any model.
    """

    emission: Emission
    by_process: Emission | None
    radius: float
    provenance: Provenance
    line: PlasmaLine | None = None
    general: Provenance = field(default_factory=Provenance)
    always: bool = False

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Luminosity at infinity at the couplings (G,), in MeV^2, with its share per process."""
        g = checked_scale(scale)
        return Signal(
            scale=g,
            value=np.asarray(sum(self.emission.luminosity(g).values())),
            quantity="luminosity",
            unit="MeV^2",
            valid=self.emission.escapes_freely(self.radius, g),
            parts={} if self.by_process is None else self.by_process.luminosity(g),
            provenance=self.provenance,
        )

    def serves(self, model: Model) -> bool:
        """Whether `along` gives what the probe would prepare for this model."""
        return (
            self.line is not None
            and isinstance(model, VectorCurrent)
            and (self.always or needs_plasma(model))
        )

    def along(self, model: Model) -> CoolingResponse:
        """The same star and mass for another model: a recombination of the tables, in milliseconds.

        The luminosity is that of a fresh `SupernovaCooling.prepare`; its share per process is left out.

        Raises
        ------
        UnsupportedModelError
            if this response was made without plasma, or the model is no vector.
        """
        if self.line is None or not isinstance(model, VectorCurrent):
            raise UnsupportedModelError(
                f"This response cannot serve '{model.name}': it was made without plasma, or the model is no vector.\n"
                "  Prepare the other model, or take a probe with plasma=on."
            )
        emitted = self.line.emission(model, parts=False)
        stated = self.general | emitted.provenance
        return replace(self, emission=emitted, by_process=None, provenance=stated)

    def __repr__(self) -> str:
        named = self.emission if self.by_process is None else self.by_process
        return f"CoolingResponse({', '.join(named.processes)})"


@dataclass(frozen=True, eq=False, repr=False)
class SupernovaCooling(StarSource):
    """Limit from the energy that vectors, majorons or heavy neutral leptons carry out of a proto-neutron star.

    Parameters
    ----------
    limit_erg_per_s : largest allowed luminosity; `at_s` the time after bounce it refers to (a label).
    criterion : "raffelt" uses `limit_erg_per_s`; "luminosity" the star's own neutrino luminosity.
    star, compton, spin, kernel, escape, ... : see `feebly.probes.star_source.StarSource`.

    Notes
    -----
    L(g) < L_max, with the luminosity at infinity of `feebly.transport.ballistic`.
    Source: Raffelt:1996wa, energy-loss criterion of SN 1987A; blinov-lmu-ltau, Eqs. (B1)-(B5). Differs from them: luminosity at infinity,
    with gravity; processes that the model has. Valid for: no feedback of the particle on the star.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = SupernovaCooling(compton="off", lapse="off")
    >>> luminosity = probe.prepare(lmu_ltau(), mass=100.0).evaluate([1e-10]).value / (ERG / SECOND)
    >>> bool(abs(luminosity[0] / 2.170e52 - 1) < 0.02)
    True
    """

    name: ClassVar[str] = "sn-cooling"
    particles: ClassVar[bool] = True
    title: ClassVar[str] = "SN 1987A cooling"
    quantity: ClassVar[str] = "luminosity"
    practical_unit: ClassVar[tuple[str, float]] = ("erg/s", ERG / SECOND)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    limit_erg_per_s: float = 3e52
    at_s: float = 1.0
    criterion: Literal["raffelt", "luminosity"] = "raffelt"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (np.isfinite(self.at_s) and self.at_s > 0):
            raise InvalidValueError(f"at_s is {self.at_s:g}; it must be positive and finite.")
        if not (np.isfinite(self.limit_erg_per_s) and self.limit_erg_per_s > 0):
            raise InvalidValueError(
                f"limit_erg_per_s is {self.limit_erg_per_s:g}; it must be positive and finite."
            )
        if self.criterion == "luminosity" and self.star.neutrino_luminosity is None:
            raise InvalidValueError(
                f"criterion = luminosity needs the neutrino luminosity of the star, and '{self.star.name}' states none.\n"
                "  Give it with neutrino_luminosity_erg_per_s=..., or use criterion=raffelt."
            )

    @property
    def rule(self) -> Threshold:
        """ln(L / L_allowed) > 0 is excluded; an argument without a confidence level."""
        own = self.star.neutrino_luminosity
        allowed = (
            own if self.criterion == "luminosity" and own is not None else self.limit_erg_per_s * ERG / SECOND
        )
        return Threshold(
            allowed=allowed,
            unit="MeV^2",
            provenance=Provenance(
                sources=RAFFELT,
                choices=frozenset(
                    {("allowed luminosity", f"{allowed / (ERG / SECOND):.4g} erg/s at {self.at_s:g} s")}
                ),
            ),
        )

    @property
    def provenance(self) -> Provenance:
        """Star, criterion and choices of this probe."""
        return (
            self.source_provenance
            | self.rule.provenance
            | Provenance(choices=frozenset({("criterion", self.criterion)}))
        )

    def prepare(self, model: Model, mass: float) -> CoolingResponse:
        """Tabulate the star for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star.
        InvalidValueError, OutOfDomainError
            for a mass that is not positive, or where the widths are not available.
        """
        vector, _ = self._supported(model)
        general = self.provenance
        if not self.in_plasma(vector):
            emitted = self.emission(model, mass)
            return CoolingResponse(emitted, emitted, self.surface, general | emitted.provenance)
        line = self.line(mass)
        apart = line.emission(vector)
        return CoolingResponse(
            emission=line.emission(vector, parts=False),
            by_process=apart,
            radius=self.surface,
            provenance=general | apart.provenance,
            line=line,
            general=general,
            always=self.plasma == "on",
        )

    def spectrum(self, model: Model, mass: float, scale: ArrayLike) -> Flux:
        """Differential emission d2N/dE dt at infinity at the couplings (G,), on four times as many energies.

        Raises
        ------
        InvalidValueError
            for absorption_energy="emitted", which knows only local energies.
        """
        return self.flux(model, mass, scale, self.provenance)
