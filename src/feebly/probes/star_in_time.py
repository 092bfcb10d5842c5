"""A star as a source for a while: one moment that lasts, or snapshots of its course."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self

from numpy.typing import ArrayLike

from feebly.environments.sequence import StarSequence
from feebly.errors import InvalidValueError
from feebly.models import Model
from feebly.probes.star_source import StarSource
from feebly.provenance import Provenance
from feebly.signals import Flux
from feebly.units import SECOND


@dataclass(frozen=True, eq=False, repr=False)
class StarInTime(StarSource, ABC):
    """What the probes share that add up the emission of a star over time.

    Parameters
    ----------
    emission_s : how long the star emits as at that moment.
    sequence : snapshots of the star in time, in place of `star` and `emission_s`.
    """

    emission_s: float = 1.0
    sequence: StarSequence | None = None

    def __post_init__(self) -> None:
        if self.sequence is not None:
            object.__setattr__(self, "star", self.sequence.stars[0])
        super().__post_init__()
        usual = next(f.default for f in fields(self) if f.name == "emission_s")
        if self.sequence is not None and self.emission_s != usual:
            raise InvalidValueError(
                "emission_s is for one moment of a star; leave it out with a sequence, which has its own times."
            )

    @property
    @abstractmethod
    def provenance(self) -> Provenance:
        """Star and choices of the probe."""

    def spectrum(self, model: Model, mass: float, scale: ArrayLike) -> Flux:
        """Differential emission d2N/dE dt of the proto-neutron star at the couplings (G,), at one moment.

        Raises
        ------
        InvalidValueError
            for a star in time.
        """
        if self.sequence is not None:
            raise InvalidValueError(
                "A spectrum is of one moment, and the star is one in time.\n  For example: --star pns-1s, star=pns_1s()"
            )
        return self.flux(model, mass, scale, self.provenance)

    @cached_property
    def moments(self) -> tuple[tuple[Self, float], ...]:
        """Probes of single stars and the times for which they stand [MeV^-1]."""
        if self.sequence is None:
            return ((self, self.emission_s * SECOND),)
        return tuple((replace(self, star=star, sequence=None), time) for star, time in self.sequence.moments)
