"""The opposite of a threshold: a signal below a stated value is excluded."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance
from feebly.signals import Signal


@dataclass(frozen=True, slots=True)
class Shortfall:
    """score = ln(needed / signal), with `needed` in the unit of the signal; no signal is no effect, -inf.

    >>> signal = Signal(np.ones(3), np.array([0.0, 1.0, 2.0]), "time", "MeV^-1", np.ones(3, bool))
    >>> Shortfall(needed=2.0, unit="MeV^-1").score(signal).round(2).tolist()
    [-inf, 0.69, 0.0]
    """

    needed: float
    unit: str
    level: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.needed) and self.needed > 0):
            raise InvalidValueError(f"What is needed must be positive and finite, got {self.needed}.")

    def score(self, signal: Signal) -> Array:
        if signal.unit != self.unit:
            raise InvalidValueError(f"The criterion is in {self.unit}, the signal in {signal.unit}.")
        none = signal.value <= 0
        return np.where(none, -np.inf, np.log(self.needed / np.where(none, 1.0, signal.value)))
