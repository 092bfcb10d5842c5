"""Figures and pages; they read results and compute no physics."""

from feebly.plot.figures import islands, limit_figure, signal_figure
from feebly.plot.page import html_page
from feebly.plot.width_figure import width_figure

__all__ = ["html_page", "islands", "limit_figure", "signal_figure", "width_figure"]
