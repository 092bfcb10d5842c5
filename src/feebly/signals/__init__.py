"""What is predicted: one number per coupling, with a validity mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from feebly.arrays import Array, Mask
from feebly.provenance import Provenance

__all__ = ["Flux", "Signal"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A prediction at the couplings `scale` (G,).

    `value` (G,) in `unit`, a power of MeV, NaN only where `valid` is False; `valid` (G,) is False where an approximation
    ends; `parts` is a breakdown by process.
    """

    scale: Array
    value: Array
    quantity: str
    unit: str
    valid: Mask
    parts: Mapping[str, Array] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Flux:
    """Differential emission d2N/dE dt (G, W) [dimensionless] at the energies at infinity (W,) [MeV]."""

    scale: Array
    energy: Array
    value: Array
    valid: Mask
    provenance: Provenance = field(default_factory=Provenance)
