"""The simplest criterion: a signal above a stated threshold is excluded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance
from feebly.signals import Signal


class Criterion(Protocol):
    """What turns a signal into a score."""

    @property
    def level(self) -> float | None:
        """Confidence level, or None for an argument such as Raffelt's."""
        ...

    @property
    def provenance(self) -> Provenance: ...
    def score(self, signal: Signal) -> Array:
        """(G,), positive where excluded; -inf where there is no signal."""
        ...


@dataclass(frozen=True, slots=True)
class Threshold:
    """score = ln(signal / allowed), with `allowed` in the unit of the signal.

    >>> signal = Signal(np.ones(2), np.array([0.0, 2.0]), "luminosity", "MeV^2", np.ones(2, bool))
    >>> Threshold(allowed=2.0, unit="MeV^2").score(signal).tolist()
    [-inf, 0.0]
    """

    allowed: float
    unit: str
    level: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.allowed) and self.allowed > 0):
            raise InvalidValueError(f"A threshold must be positive and finite, got {self.allowed}.")

    def score(self, signal: Signal) -> Array:
        if signal.unit != self.unit:
            raise InvalidValueError(f"The criterion is in {self.unit}, the signal in {signal.unit}.")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(np.maximum(signal.value, 0.0) / self.allowed))
