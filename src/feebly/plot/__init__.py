"""Figures and pages; they read results and compute no physics."""

from feebly.plot.figures import islands, limit_figure, signal_figure
from feebly.plot.page import html_page

__all__ = ["html_page", "islands", "limit_figure", "signal_figure"]
