"""The figure of limits over masses and mixing angles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from feebly import registry
from feebly.plot import style
from feebly.plot.figures import MODEL_LABELS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from feebly.scan import AngleAtlas

_NAMED: Final = ((0.0, "dark-photon"), (0.5, "b-l"), (0.75, "chargephobic"), (1.0, "dark-photon"))  # phi / pi


def angle_figure(table: AngleAtlas) -> Figure:
    """The lowest excluded coupling as a map, with a line at each power of ten; white where nothing is excluded."""
    figure, axes = new_figure()
    share, lowest = table.phi / np.pi, np.log10(table.edge(0))
    axes.set_xscale("log")
    known = lowest[np.isfinite(lowest)]
    if known.size and table.mass.size > 1 and share.size > 1:
        shades = axes.pcolormesh(
            table.mass,
            share,
            lowest,
            cmap="viridis",
            shading="gouraud" if np.isfinite(lowest).all() else "nearest",
            rasterized=True,
        )
        bar = figure.colorbar(shades, ax=axes, pad=0.02)
        bar.set_label(r"lowest excluded $\log_{10} g$", fontsize=style.FONT)
        bar.ax.tick_params(labelsize=style.FONT - 1)
        powers = np.arange(np.ceil(known.min()), np.floor(known.max()) + 1)
        if powers.size:
            axes.contour(
                table.mass, share, lowest, levels=powers, colors="white", linewidths=0.8, linestyles="-"
            )
    else:
        axes.text(0.5, 0.5, "nothing to draw", transform=axes.transAxes, ha="center", fontsize=style.FONT)
    for value, model in _NAMED:
        if share.min() <= value <= share.max():
            axes.axhline(value, color="black", lw=0.8, ls=":")
            axes.annotate(MODEL_LABELS.get(model, model), (1.0, value), xycoords=("axes fraction", "data"), xytext=(-6, 3 if value < 0.9 else -12),
                          textcoords="offset points", ha="right", fontsize=style.FONT - 2)  # fmt: skip
    known_probe = table.limits[0].probe in registry.names("probe")
    name = table.limits[0].probe
    axes.set_title(registry.find("probe", name).title if known_probe else name, fontsize=style.FONT)
    axes.set_xlabel("mass [MeV]")
    axes.set_ylabel(r"$\varphi / \pi$")
    style.frame(axes)
    return figure
