"""One limit with the band that the uncertainty of the star makes of its edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.limits import Limit
from feebly.plot import style
from feebly.plot.figures import islands, limit_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def band_figure(limit: Limit, edges: Sequence[Limit]) -> Figure:
    """The limit of the reference star as a region, with bands between its edges and those of the other stars.

    Parameters
    ----------
    limit : of the reference star.
    edges : of the variants, at the same masses and in the same coupling.

    Raises
    ------
    InvalidValueError
        if masses or couplings differ.
    """
    for other in edges:
        if other.scale_name != limit.scale_name or not np.array_equal(other.mass, limit.mass):
            raise InvalidValueError("A band needs limits at the same masses and in the same coupling.")
    figure = limit_figure([limit])
    axes = figure.axes[0]
    colour = style.FAMILIES[style.family(limit.probe)]
    inner, outer = _sides([limit, *edges])
    for side in (0, 1):
        axes.fill_between(limit.mass, inner[:, side], outer[:, side], color=colour, alpha=0.35, lw=0)
    for number, other in enumerate(edges):
        dashes = ("--", ":", "-.")[number % 3]
        name = dict(other.provenance.choices).get("star", f"variant {number + 1}")
        for mass, interval, _ in islands(other):
            for side in (0, 1):
                axes.plot(mass, interval[:, side], dashes, color=colour, lw=0.9, label=name)
                name = "_"  # once in the legend
    axes.legend(fontsize=style.FONT - 2, frameon=False, loc="lower left")
    return figure


def _sides(limits: Sequence[Limit]) -> tuple[Array, Array]:
    """Lower and upper edge (M, 2) of what all limits exclude and of what any does, from the outermost edges of each.

    Where they exclude nothing together both edges of the first are in the middle of the second.
    """
    ends = np.full((len(limits), limits[0].mass.size, 2), np.nan)
    for number, each in enumerate(limits):
        for k, row in enumerate(each.excluded):
            if len(row):
                ends[number, k] = row[0][0], row[-1][1]
    low, high = ends[..., 0], ends[..., 1]
    empty = np.isnan(low)
    outer = np.stack(
        [np.where(empty, np.inf, low).min(axis=0), np.where(empty, 0.0, high).max(axis=0)], axis=1
    )
    outer[empty.all(axis=0)] = np.nan
    inner = np.stack([low.max(axis=0), high.min(axis=0)], axis=1)  # NaN if one of them excludes nothing
    apart = ~(inner[:, 0] <= inner[:, 1])
    inner[apart] = np.sqrt(np.prod(outer[apart], axis=1))[:, None]
    return inner, outer
