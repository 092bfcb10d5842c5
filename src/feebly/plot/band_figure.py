"""One limit with the band that the uncertainty of the star makes of its edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

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
    together = [limit, *edges]
    for side in (0, 1):
        # the outermost edge of each star; masses at which one of them excludes nothing have no band
        values = np.array(
            [[row[-side][side] if len(row) else np.nan for row in each.excluded] for each in together]
        )
        axes.fill_between(limit.mass, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.35, lw=0)
    for number, other in enumerate(edges):
        dashes = ("--", ":", "-.")[number % 3]
        for mass, interval, _ in islands(other):
            for side in (0, 1):
                axes.plot(mass, interval[:, side], dashes, color=colour, lw=0.9)
    return figure
