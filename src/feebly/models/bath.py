"""The capability of a particle that keeps the temperature of what surrounds it."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

Bath = Literal["electrons", "neutrinos"]


@runtime_checkable
class ThermalBath(Protocol):
    """Capability: in the early universe the particle stays in equilibrium with one bath, whatever its coupling."""

    @property
    def bath(self) -> Bath: ...

    @property
    def states(self) -> float:
        """Number of internal states."""
        ...
