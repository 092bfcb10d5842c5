"""Labels beside the lines of a figure, where they cover nothing; a legend for those without room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from feebly.arrays import Array
from feebly.plot import style
from feebly.plot.boxes import GAP, Box

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SAMPLES: Final = 801  # across the axes
_FAR: Final = 0.06  # a label further from the middle of its piece of line is not read as belonging to it
_CLEAR: Final = 0.12  # distance to other lines beyond which more room gains nothing
_SEEN: Final = 0.03  # height above which a line is more than a stub at the bottom
_CENTRE: Final = 0.02  # what a place at the rim of the axes loses against one in the middle


@dataclass(frozen=True, slots=True)
class Line:
    """One line: masses (N,), ascending, and values (N,), zero where there is nothing to draw."""

    label: str
    colour: str
    dashes: str
    x: Array
    y: Array

    @property
    def drawn(self) -> Array:
        """The values with NaN where there is nothing to draw."""
        return np.where(self.y > 0, self.y, np.nan)


def label_lines(figure: Figure, axes: Axes, lines: Sequence[Line]) -> None:
    """Write the label of each line on the axes, in its colour, where it covers no line and no other label.

    The limits of the (logarithmic) axes must be set. Lines without such a place go into a legend.
    """
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)  # gives the axes their size
    frame = axes.get_window_extent()
    heights = np.array([_heights(axes, line) for line in lines])
    placed: list[Box] = []
    homeless: list[Line] = []
    for number, line in enumerate(lines):
        text = axes.text(0.5, 0.5, line.label, color=line.colour, fontsize=style.FONT, ha="center", va="center",
                         transform=axes.transAxes)  # fmt: skip
        extent = text.get_window_extent()
        size = extent.width / frame.width, extent.height / frame.height
        best = max(_places(heights, number, size, placed), key=lambda place: place[0], default=None)
        if best is None:
            text.remove()
            homeless.append(line)
        else:
            placed.append(best[1])
            text.set_position((best[1].x, best[1].y))
    if homeless:
        handles = [
            axes.plot([], [], line.dashes, color=line.colour, label=line.label)[0] for line in homeless
        ]
        axes.legend(handles=handles, frameon=False, fontsize=style.FONT - 2)


def _heights(axes: Axes, line: Line) -> Array:
    """Heights (S,) of a line in fractions of the axes, at evenly spread positions; NaN where there is none."""
    low, high = np.log10(axes.get_xlim())
    x = np.linspace(low, high, _SAMPLES)
    bottom, top = np.log10(axes.get_ylim())
    height = (np.log10(line.drawn) - bottom) / (top - bottom)
    sampled = np.interp(x, np.log10(line.x), height)
    # Narrow peaks keep their tips.
    nearest = np.rint((np.log10(line.x) - low) / (high - low) * (_SAMPLES - 1)).astype(int)
    on_axes = (nearest >= 0) & (nearest < _SAMPLES)
    np.fmax.at(sampled, nearest[on_axes], height[on_axes])
    return np.asarray(sampled)


def _places(
    heights: Array, number: int, size: tuple[float, float], placed: Sequence[Box]
) -> Iterator[tuple[float, Box]]:
    """Places for a label beside one line that cover nothing, each with its quality."""
    width, height = size
    half = int(np.ceil((width / 2 + GAP) * (_SAMPLES - 1)))
    others = np.arange(len(heights)) != number
    for k in range(half, _SAMPLES - half, 4):
        here, around = heights[number, k], heights[:, k - half : k + half + 1]
        if not _SEEN < here < 1:
            continue
        own = around[number]
        above, below = np.nanmax(own) + GAP + height / 2, own.min() - GAP - height / 2
        for y in (above, below):  # below is NaN where the line ends beside the label, and then no place
            box = Box(k / (_SAMPLES - 1), float(y), width, height)
            distance = abs(y - here) - height / 2
            inside = height / 2 + GAP < y < 1 - height / 2 - GAP
            if not (inside and distance < _FAR) or any(box.overlaps(other) for other in placed):
                continue
            clear = _clearance(around[others], box)
            if clear > 0:
                quality = min(clear, _CLEAR) - distance - _CENTRE * abs(box.x - 0.5)
                yield round(quality, 6), box  # so that rounding errors do not move a label


def _clearance(around: Array, box: Box) -> float:
    """Smallest vertical distance of the lines (L, S) to the box; negative if one crosses it."""
    # A steep piece of line between two samples spans all heights between them.
    low = np.fmin(around[:, 1:], around[:, :-1])
    high = np.fmax(around[:, 1:], around[:, :-1])
    gap = np.fmax(low - (box.y + box.height / 2), (box.y - box.height / 2) - high)
    return float(np.min(gap[~np.isnan(gap)], initial=1.0))
