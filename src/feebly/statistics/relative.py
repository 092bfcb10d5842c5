"""A signal that must not exceed a multiple of one of its own parts, such as what the Standard Model gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance
from feebly.signals import Signal


@dataclass(frozen=True, slots=True)
class RelativeThreshold:
    """score = ln[signal / (factor part)], with the part of the signal that has the given name.

    >>> parts = {"standard model": np.ones(2), "new": np.array([0.0, 3.0])}
    >>> signal = Signal(np.ones(2), np.array([1.0, 4.0]), "time", "MeV^-1", np.ones(2, bool), parts)
    >>> RelativeThreshold("standard model", 2.0).score(signal).round(2).tolist()
    [-0.69, 0.69]
    """

    part: str
    factor: float
    level: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.factor) and self.factor > 0):
            raise InvalidValueError(f"The factor must be positive and finite, got {self.factor}.")

    def score(self, signal: Signal) -> Array:
        if self.part not in signal.parts:
            raise InvalidValueError(
                f"The criterion compares with '{self.part}'; the signal has: {', '.join(signal.parts) or 'no parts'}."
            )
        part = signal.parts[self.part]
        if np.any(part <= 0):
            raise InvalidValueError(f"The criterion compares with '{self.part}', which must be positive.")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(np.maximum(signal.value, 0.0) / (self.factor * part)))
