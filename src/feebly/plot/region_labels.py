"""Names inside excluded regions, where they cover neither each other nor, if possible, an edge; else a legend."""

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

_FRACTIONS: Final = (0.5, 0.35, 0.65, 0.2, 0.8)  # heights inside a region that are tried
_STEPS: Final = 60  # positions across the axes


@dataclass(frozen=True, slots=True)
class Region:
    """One excluded region with its name: strips of masses (n,) and intervals (n, 2) of the coupling."""

    label: str
    colour: str
    strips: tuple[tuple[Array, Array], ...]


@dataclass(frozen=True, slots=True)
class _Strip:
    """A strip in fractions of the axes: positions (n,), lower and upper heights (n,)."""

    x: Array
    low: Array
    high: Array

    def at(self, x: Array) -> tuple[Array, Array]:
        """Heights at positions (k,); NaN outside."""
        return (
            np.interp(x, self.x, self.low, left=np.nan, right=np.nan),
            np.interp(x, self.x, self.high, left=np.nan, right=np.nan),
        )


def label_regions(figure: Figure, axes: Axes, regions: Sequence[Region]) -> None:
    """Write the name of each region into it; names without room go into a legend.

    The limits of the (logarithmic) axes must be set. Narrow regions choose first.
    """
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.5, foreground="white", alpha=0.85)]
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)  # gives the axes their size
    frame = axes.get_window_extent()
    strips = [[_on_axes(axes, *strip) for strip in region.strips] for region in regions]
    placed: list[Box] = []
    homeless: list[Region] = []
    for number in sorted(range(len(regions)), key=lambda k: _area(strips[k])):
        region = regions[number]
        text = axes.text(0.5, 0.5, region.label, color=region.colour, fontsize=style.FONT, ha="center",
                         va="center", transform=axes.transAxes, path_effects=halo)  # fmt: skip
        extent = text.get_window_extent()
        size = extent.width / frame.width + GAP, extent.height / frame.height + GAP
        others = [strip for k, rows in enumerate(strips) if k != number for strip in rows]
        places = (
            (_quality(box, strip, others), box)
            for strip in strips[number]
            for box in _places(strip, size)
            if not any(box.overlaps(other) for other in placed)
        )
        best = max(places, key=lambda place: place[0], default=None)
        if best is None:
            text.remove()
            homeless.append(region)
        else:
            placed.append(best[1])
            text.set_position((best[1].x, best[1].y))
    if homeless:
        from matplotlib.patches import Patch

        handles = [Patch(facecolor=r.colour, alpha=0.5, label=r.label.replace("\n", " ")) for r in homeless]
        axes.legend(handles=handles, loc="lower left", frameon=False, fontsize=style.FONT - 2)


def _on_axes(axes: Axes, mass: Array, interval: Array) -> _Strip:
    """A strip in fractions of the axes, cut at their lower and upper ends."""
    left, right = np.log10(axes.get_xlim())
    bottom, top = np.log10(axes.get_ylim())
    heights = np.clip((np.log10(interval) - bottom) / (top - bottom), 0.0, 1.0)
    return _Strip((np.log10(mass) - left) / (right - left), heights[:, 0], heights[:, 1])


def _area(strips: Sequence[_Strip]) -> float:
    return float(sum(np.trapezoid(strip.high - strip.low, strip.x) for strip in strips))


def _places(strip: _Strip, size: tuple[float, float]) -> Iterator[Box]:
    """Boxes of the given size that lie wholly inside a strip and the axes."""
    width, height = size
    for x in np.linspace(width / 2 + GAP, 1 - width / 2 - GAP, _STEPS):
        low, high = strip.at(np.linspace(x - width / 2, x + width / 2, 9))
        if np.isnan(low).any():
            continue
        floor, ceiling = float(low.max()) + height / 2, float(high.min()) - height / 2
        if floor <= ceiling:
            for fraction in _FRACTIONS:
                yield Box(float(x), floor + fraction * (ceiling - floor), width, height)


def _quality(box: Box, own: _Strip, others: Sequence[_Strip]) -> float:
    """Better with fewer edges of other regions across the box, with room around it, and near the middle."""
    x = np.linspace(box.x - box.width / 2, box.x + box.width / 2, 9)
    crossed = sum(
        bool(np.any(np.abs(edge - box.y) < box.height / 2)) for other in others for edge in other.at(x)
    )
    covered = sum(bool(np.any((low < box.y) & (box.y < high))) for low, high in (o.at(x) for o in others))
    low, high = own.at(np.array([box.x]))
    room = min(float(high[0]) - box.y, box.y - float(low[0]))
    return -crossed - 0.3 * covered + min(room, 0.2) - 0.05 * abs(box.x - 0.5)
