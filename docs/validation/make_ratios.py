"""Figs. 5 and 6 of arXiv:2512.10916 from `feebly`: production of X over that of the dark photon.

Each figure has a function that gives its numbers and one that draws them:

    python docs/validation/make_ratios.py

writes ``_figures/production-ratios.png`` and ``_figures/meson-decay-ratios.png`` beside this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from feebly.models import em_bl
from feebly.plot import style
from feebly.rates import ratios

Array = NDArray[np.float64]
HERE = Path(__file__).parent

# Angles and colours of the compass of the paper, in colours that all readers can tell apart.
ANGLES = (
    (math.pi / 4, r"$\varphi = \pi/4$", "#0072B2"),
    (math.pi / 2, r"$B-L$", "#D55E00"),
    (math.pi - math.atan(2), r"$\pi - \arctan 2$", "#009E73"),
    (3 * math.pi / 4, "chargephobic", "black"),
    (math.pi - math.atan(1 / 2), r"$\pi - \arctan\frac{1}{2}$", "#E69F00"),
)
# Processes with equal ratios share a line.
LINES = (
    ("omega -> X", r"$\omega \to X$", "#E69F00", "-"),
    ("pZ -> pZ X", "$eZ$, $pZ$", "black", "-"),
    ("u u~ -> X", r"$u\bar u \to X$", "#009E73", "--"),
    ("rho -> X", r"$\rho \to X$", "#D55E00", "-"),
    ("phi -> X", r"$d\bar d$, $\phi \to X$,  $\phi \to \eta X$", "#0072B2", "--"),
)


@dataclass(frozen=True)
class Lines:
    """Ratios (L, N) of several lines over one axis (N,)."""

    axis: Array
    labels: tuple[str, ...]
    ratio: Array


def against_angle(count: int = 361) -> Lines:
    """P_X of the processes of Fig. 5 over the dark mixing angle [units of pi]."""
    phi_pi = np.linspace(0.0, 1.0, count)
    ratio = [
        [float(ratios.production_ratio(name, em_bl(phi_pi=float(x)), [10.0])[0]) for x in phi_pi]
        for name, _, _, _ in LINES
    ]
    return Lines(phi_pi, tuple(label for _, label, _, _ in LINES), np.array(ratio))


def against_mass(parent: str, mass: Array | None = None) -> Lines:
    """P_X of `parent` -> gamma X over the mass [MeV] for the angles of Fig. 6, beyond the end of the decay too."""
    axis = np.linspace(1.0, 1080.0, 2700) if mass is None else mass
    process = ratios.find(f"{parent} -> gamma X")
    ratio = [np.abs(process.amplitude(em_bl(phi=phi), axis)) ** 2 for phi, _, _ in ANGLES]
    return Lines(axis, tuple(label for _, label, _ in ANGLES), np.array(ratio))


def figure_5() -> Figure:
    """Production ratios over the dark mixing angle."""
    lines = against_angle()
    figure = Figure(figsize=style.SIZE, dpi=style.DPI, layout="constrained")
    axes = figure.add_subplot()
    places = ((0.09, 3.6), (0.335, 2.0), (0.185, 1.42), (0.195, 0.8), (0.66, 2.22))
    for (_, label, colour, dash), value, where in zip(LINES, lines.ratio, places, strict=True):
        axes.plot(lines.axis, value, color=colour, ls=dash, lw=1.7)
        axes.annotate(label, where, color=colour, fontsize=style.FONT - 1, ha="left", va="center")
    for x, text in ((0.0, "dark photon"), (0.5, "$B-L$"), (0.75, "chargephobic")):
        axes.axvline(x, color="#999999", lw=0.8, ls=":", zorder=0)
        at, size = (x + 0.012, 5.5), style.FONT - 2
        axes.annotate(text, at, color="#555555", fontsize=size, rotation=90, ha="left", va="top")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 5.6)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", r"$\pi/4$", r"$\pi/2$", r"$3\pi/4$", r"$\pi$"])
    axes.set_xlabel(r"dark mixing angle $\varphi$")
    axes.set_ylabel(r"$\mathbb{P}_X = \sigma_X / \sigma_{A'}$")
    style.frame(axes)
    return figure


def figure_6() -> Figure:
    """Ratios of the widths of pi0, eta -> gamma X over the mass; grey where the decay is closed."""
    figure = Figure(figsize=(10.5, 4.8), dpi=style.DPI, layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _panel(left, "pi0", r"$\pi^0 \to \gamma X$")
    _panel(right, "eta", r"$\eta \to \gamma X$")
    left.set_ylabel(r"$\Gamma_X / \Gamma_{A'}$")
    left.legend(frameon=False, fontsize=style.FONT - 2, loc="lower left")
    return figure


def _panel(axes: Axes, parent: str, title: str) -> None:
    lines = against_mass(parent)
    for (_, label, colour), value in zip(ANGLES, lines.ratio, strict=True):
        axes.semilogy(lines.axis, value, color=colour, lw=1.6, label=label)
    closes = ratios.find(f"{parent} -> gamma X").closes
    axes.axvspan(closes, lines.axis[-1], color="#f0f0f0", zorder=-1)
    axes.annotate("decay closed", (closes + 12, 2.5e1), color="#777777", fontsize=style.FONT - 2, va="center")
    axes.set_xlim(0, lines.axis[-1])
    axes.set_ylim(1e-4, 5e1)
    axes.set_xlabel(r"$m_X$ [MeV]")
    axes.set_title(title, fontsize=style.FONT)
    style.frame(axes)


def main() -> None:
    folder = HERE / "_figures"
    folder.mkdir(exist_ok=True)
    for name, figure in (("production-ratios", figure_5()), ("meson-decay-ratios", figure_6())):
        figure.savefig(folder / f"{name}.png", metadata={"Software": None})


if __name__ == "__main__":
    main()
