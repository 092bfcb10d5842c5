"""One limit with the band that the uncertainty of the star makes of its edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.limits import Limit
from feebly.plot import style
from feebly.plot.figures import OPEN, islands, limit_figure, tips

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
    mass, inner, outer = _sides([limit, *edges])
    for side in (0, 1):
        axes.fill_between(mass, inner[:, side], outer[:, side], color=colour, alpha=0.35, lw=0)
    for number, other in enumerate(edges):
        dashes = ("--", ":", "-.")[number % 3]
        name = dict(other.provenance.choices).get("star", f"variant {number + 1}")
        for strip, interval, _ in islands(other):
            lines = [np.column_stack([strip, interval[:, side]]) for side in (0, 1)]
            for end, tip in tips(other, strip, interval):
                lines = [np.insert(line, 0 if end == 0 else len(line), tip, axis=0) for line in lines]
            for line in lines:
                axes.plot(*line.T, dashes, color=colour, lw=0.9, label=name)
                name = "_"  # once in the legend
    axes.legend(fontsize=style.FONT - 2, frameon=False, loc="lower left")
    return figure


def _sides(limits: Sequence[Limit]) -> tuple[Array, Array, Array]:
    """Masses (K,), lower and upper edge (K, 2) of what all limits exclude and of what any does, from the outermost edges of each.

    Half way between two masses stand the means of the edges, or the tip of what ends there. Where the limits exclude nothing
    together both edges of the first are in the middle of the second.
    """
    order = np.argsort(limits[0].mass)
    ends = np.full((len(limits), order.size, 2), np.nan)
    for number, each in enumerate(limits):
        for k, at in enumerate(order):
            if len(row := each.excluded[at]):
                ends[number, k] = row[0][0], row[-1][1]
    mass, ends = _with_halves(limits[0].mass[order], ends)
    low, high = ends[..., 0], ends[..., 1]
    empty = np.isnan(low)
    outer = np.stack(
        [np.where(empty, np.inf, low).min(axis=0), np.where(empty, 0.0, high).max(axis=0)], axis=1
    )
    outer[empty.all(axis=0)] = np.nan
    inner = np.stack([low.max(axis=0), high.min(axis=0)], axis=1)  # NaN if one of them excludes nothing
    apart = ~(inner[:, 0] <= inner[:, 1])
    inner[apart] = np.sqrt(np.prod(outer[apart], axis=1))[:, None]
    return mass, inner, outer


def _with_halves(mass: Array, ends: Array) -> tuple[Array, Array]:
    """Masses (2M - 1,) and edges (L, 2M - 1, 2) with those half way between neighbours."""
    before, after = ends[:, :-1], ends[:, 1:]
    one = np.where(np.isnan(before), after, before)
    tip = np.where(one[..., 1:] <= OPEN * one[..., :1], np.sqrt(np.prod(one, axis=-1, keepdims=True)), np.nan)
    both = np.sqrt(before * after)
    half = np.where(np.isnan(both), tip, both)
    places = np.arange(1, mass.size)
    return (
        np.insert(mass, places, np.sqrt(mass[:-1] * mass[1:])),
        np.insert(ends, places, half, axis=1),
    )
