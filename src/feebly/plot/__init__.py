"""Figures and pages; they read results and compute no physics."""

from feebly.plot.band_figure import band_figure
from feebly.plot.figures import islands, limit_figure, signal_figure
from feebly.plot.page import html_page
from feebly.plot.star_figure import star_figure
from feebly.plot.universe_figure import change_figure, evolution_figure
from feebly.plot.width_figure import width_figure

__all__ = [
    "band_figure",
    "change_figure",
    "evolution_figure",
    "html_page",
    "islands",
    "limit_figure",
    "signal_figure",
    "star_figure",
    "width_figure",
]
