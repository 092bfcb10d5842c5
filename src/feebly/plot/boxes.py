"""The rectangle that a label takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GAP: Final = 0.012  # kept free around a label, in fractions of the axes


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its centre, in fractions of the axes."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two come closer than the gap."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + GAP
            and abs(self.y - other.y) < (self.height + other.height) / 2 + GAP
        )
