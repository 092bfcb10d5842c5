"""The figure of a star: what it is made of, against the radius."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.plot import style
from feebly.units import CM, GRAM, KM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE: Final = (9.6, 6.4)
_BEYOND: Final = 1.3  # neutrinospheres that are shown
_LEPTONS: Final = {
    "e-": r"$\mu_e$",
    "mu-": r"$\mu_\mu$",
    "nu_e": r"$\mu_{\nu_e}$",
    "nu_mu": r"$\mu_{\nu_\mu}$",
}
_FRACTIONS: Final = {"p": r"$Y_p$", "e-": r"$Y_e$", "mu-": r"$Y_\mu$"}
_TINY: Final = 1e-5


def star_figure(star: StarProfile) -> Figure:
    """Temperature, density, fractions, potentials, effective mass and lapse of a star against the radius.

    The dotted line is the neutrinosphere; far beyond it radii are logarithmic. Panels of what the star does not state stay
    empty.
    """
    from feebly.plot.notebook import NotebookFigure

    figure = NotebookFigure(figsize=_SIZE, dpi=style.DPI, layout="constrained")
    panels = figure.subplots(2, 3, sharex=True)
    radius = star.radius / KM
    end = min(_BEYOND * star.neutrinosphere / KM, float(radius[-1]))
    per_baryon = {s: n / star.density["B"] for s, n in star.density.items() if "B" in star.density}
    rho = star.baryonic_mass_density
    contents: tuple[tuple[str, dict[str, Array], bool], ...] = (
        ("temperature [MeV]", {"": star.temperature}, False),
        ("density [g/cm$^3$]", {} if rho is None else {"": rho / (GRAM / CM**3)}, True),
        ("number per baryon", {_FRACTIONS[s]: y for s, y in per_baryon.items() if s in _FRACTIONS}, True),
        ("potential [MeV]", {_LEPTONS[s]: mu for s, mu in star.potential.items() if s in _LEPTONS}, False),
        ("effective mass [MeV]", {f"$m^*_{s}$": m for s, m in star.mass_eff.items()}, False),
        ("lapse", {"": star.lapse}, False),
    )
    for axes, (label, lines, logarithmic) in zip(panels.ravel(), contents, strict=True):
        _draw(axes, radius, lines, logarithmic)
        axes.axvline(star.neutrinosphere / KM, color="black", lw=0.8, ls=":")
        axes.set_ylabel(label)
        style.frame(axes)
    for axes in panels[-1]:
        axes.set_xlabel("radius [km]")
        axes.set_xlim(0, radius[-1])
        if radius[-1] > 2 * end:
            _widen(axes, end)
    figure.suptitle(star.name, fontsize=style.FONT)
    return figure


def _widen(axes: Axes, end: float) -> None:
    """Linear radii to `end` [km], logarithmic beyond."""
    from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

    axes.set_xscale("symlog", linthresh=end, linscale=2.0)
    last = axes.get_xlim()[1]
    inside = np.arange(0.0, end, 10.0 if end > 20 else 5.0)
    axes.xaxis.set_major_locator(
        FixedLocator([*inside, *(x for x in (100.0, 1000.0, 1e4) if end < x <= 1.01 * last)])
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(ScalarFormatter())


def _draw(axes: Axes, radius: Array, lines: dict[str, Array], logarithmic: bool) -> None:
    for number, (name, values) in enumerate(lines.items()):
        shown = np.where(values > _TINY, values, np.nan) if logarithmic else values
        axes.plot(
            radius,
            shown,
            color=style.SEQUENCE[number % len(style.SEQUENCE)],
            ls="-" if number % 2 == 0 else "--",  # lines that lie on each other
            lw=1.5,
            label=name or None,
        )
    if logarithmic:
        axes.set_yscale("log")
    if len(lines) > 1:
        axes.legend(fontsize=style.FONT - 2, frameon=False)
