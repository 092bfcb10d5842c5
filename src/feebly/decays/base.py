"""The particle with its widths: what a model becomes once its mass is given."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Fip:
    """A feebly interacting particle of given mass with its partial widths.

    Parameters
    ----------
    mass : MeV.
    spin : 0, 1/2 or 1.
    channels : names (C,) such as ``e- e+``, ``nu_mu nu_mu~``.
    gamma : (C,) rest-frame partial widths per unit scale**power, MeV.
    power : rates go as scale**power.
    """

    mass: float
    spin: float
    channels: tuple[str, ...]
    gamma: Array
    power: int
    provenance: Provenance = field(default_factory=Provenance)

    def width(self, scale: ArrayLike) -> Array:
        """Total width (G,) [MeV] at the couplings (G,)."""
        return np.asarray(np.asarray(scale, float) ** self.power * self.gamma.sum())

    def branching(self) -> Array:
        """Branching ratios (C,); zero if nothing is open."""
        total = self.gamma.sum()
        return self.gamma / total if total > 0 else np.zeros_like(self.gamma)

    def partial(self, channel: str) -> float:
        """Partial width per unit scale**power [MeV]; 0 for a channel that is not open."""
        return float(self.gamma[self.channels.index(channel)]) if channel in self.channels else 0.0
