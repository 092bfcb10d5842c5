"""Figures of the early universe: densities over time, and a change of either sign over mass and coupling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.plot import style
from feebly.plot.figures import MODEL_LABELS, new_figure

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from feebly.environments.universe import Universe
    from feebly.scan import SignalMap
    from feebly.transport.history import History

_PHOTONS: Final = np.pi**2 / 15
_NEUTRINOS: Final = 7 * np.pi**2 / 40  # three flavours
_LINES: Final = ("-", ":", "-.", "--")
_SPECIES: Final = {"neutrinos": "#D55E00", "electrons": "#0072B2", "photons": "#009E73", "$X$": "#000000"}
_COMMON: Final = 5.0  # MeV, after muons and before neutrinos decouple
_UNKNOWN: Final = "#CCCCCC"
_LEVELS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


def reference_temperature(history: History, universe: Universe | None = None) -> Array:
    """Temperature (S,) [MeV] of massless particles that decoupled when all had the same.

    Notes
    -----
    Falls as 1/a, and is that of the plasma at 5 MeV if entropy was kept from the start of the history until then.
    Source: esseili-kribs-chargephobic, Sec. 5.1. Differs from it: starts where muons still count.
    Valid for: histories that start without X.

    Examples
    --------
    >>> from feebly.transport.evolution import default_evolution
    >>> history = default_evolution().standard
    >>> [round(float((history.t_gamma / reference_temperature(history))[k]), 2) for k in (0, -1)]
    [0.99, 1.4]
    """
    from feebly.environments.universe import Universe

    chosen = universe if universe is not None else Universe()
    start = float(history.t_gamma[0])
    entropy = [_entropy(chosen, temperature) for temperature in (start, _COMMON)]
    return np.asarray(start * (entropy[0] / entropy[1]) ** (1 / 3) * np.exp(-history.ln_a))


def _entropy(universe: Universe, temperature: float) -> float:
    """Entropy density over T^3."""
    energy, pressure = universe.plasma(np.asarray(temperature))[:2]
    return float(energy + pressure + 4 / 3 * _NEUTRINOS)


def draw_evolution(axes: Axes, histories: Mapping[str, History], universe: Universe | None = None) -> None:
    """Energy densities over the fourth power of the reference temperature, one line style per history."""
    if not 0 < len(histories) <= len(_LINES):
        raise InvalidValueError(f"Give one to {len(_LINES)} histories by name, not {len(histories)}.")
    for line, history in zip(_LINES, histories.values(), strict=False):
        reference = reference_temperature(history, universe)
        photons = _PHOTONS * history.t_gamma**4
        energies = {
            "neutrinos": history.rho_nu_e + history.rho_nu_mu,
            "electrons": history.rho_plasma - photons,
            "photons": photons,
            "$X$": history.rho_x,
        }
        for name, energy in energies.items():
            share = energy / reference**4
            axes.plot(reference, np.where(share > 0, share, np.nan), line, color=_SPECIES[name], lw=1.3)
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.frame(axes)


def evolution_figure(histories: Mapping[str, History], universe: Universe | None = None) -> Figure:
    """Energy densities of neutrinos, electrons, photons and X over time, for up to four histories by name.

    Parameters
    ----------
    histories : name -> history, such as that without X first.
    universe : of the histories, for their reference temperature; the default one if not given.
    """
    figure, axes = new_figure()
    draw_evolution(axes, histories, universe)
    axes.set_xlim(20.0, 0.02)
    axes.set_ylim(1e-2, 1e1)
    axes.set_xlabel(r"reference temperature $T_\xi$ [MeV]")
    axes.set_ylabel(r"$\rho/T_\xi^4$")
    marks = [axes.plot([], [], "-", color=colour, label=name)[0] for name, colour in _SPECIES.items()]
    marks += [
        axes.plot([], [], line, color="#777777", label=name)[0]
        for line, name in zip(_LINES, histories, strict=False)
    ]
    axes.legend(handles=marks, frameon=False, fontsize=style.FONT - 2, ncols=2)
    return figure


def draw_change(axes: Axes, table: SignalMap, levels: Sequence[float] = _LEVELS) -> None:
    """Filled contours of the size of a change: orange where it is positive, blue where it is negative; grey if unknown."""
    if table.mass.size < 2 or table.scale.size < 2:
        raise InvalidValueError("Contours need at least two masses and two couplings.")
    known = table.valid & np.isfinite(table.value)
    value = np.where(known, table.value, np.nan).T
    unknown = np.where(known, 0.0, 1.0).T
    axes.contourf(table.mass, table.scale, unknown, levels=[1e-6, 1.5], colors=[_UNKNOWN])
    for sign in (1.0, -1.0):
        shown = _shades(sign, len(levels))
        axes.contourf(table.mass, table.scale, sign * value, levels=[*levels, np.inf], colors=shown)
        axes.contour(
            table.mass,
            table.scale,
            sign * value,
            levels=[levels[0]],
            colors="black",
            linestyles="--",
            linewidths=0.8,
        )
        axes.contour(
            table.mass, table.scale, sign * value, levels=[levels[-2]], colors="black", linewidths=1.2
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.frame(axes)


def _shades(sign: float, count: int) -> list[tuple[float, float, float, float]]:
    """Colours of the steps of a change of one sign, from the smallest."""
    from matplotlib.colors import LinearSegmentedColormap

    colour = style.SEQUENCE[1 if sign > 0 else 0]
    shades = LinearSegmentedColormap.from_list("change", ["#FFFFFF", colour])
    return [shades((k + 1) / count) for k in range(count)]


def change_key(levels: Sequence[float] = _LEVELS, *, unknown: str | None = None) -> list[Artist]:
    """Entries of a legend for `draw_change`: steps of either sign, the two lines, and what grey means if anything does.

    >>> [entry.get_label() for entry in change_key((0.1, 0.4, 0.5))][:2]
    ['> 0.5', '0.4 to 0.5']
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ends = [*levels, np.inf]
    steps = list(pairwise(ends))
    up, down = _shades(1.0, len(levels)), _shades(-1.0, len(levels))
    entries: list[Artist] = []
    for sign, shades in ((1.0, up[::-1]), (-1.0, down)):
        for (low, high), shade in zip(steps[::-1] if sign > 0 else steps, shades, strict=True):
            mark = "" if sign > 0 else "\N{MINUS SIGN}"
            label = (
                f"{mark}{low:g} to {mark}{high:g}"
                if np.isfinite(high)
                else f"{'>' if sign > 0 else '<'} {mark}{low:g}"
            )
            entries.append(Patch(facecolor=shade, label=label))
    entries.append(Line2D([], [], color="black", lw=1.2, label=f"\N{PLUS-MINUS SIGN}{levels[-2]:g}"))
    entries.append(Line2D([], [], color="black", lw=0.8, ls="--", label=f"\N{PLUS-MINUS SIGN}{levels[0]:g}"))
    if unknown is not None:
        entries.append(Patch(facecolor=_UNKNOWN, label=unknown))
    return entries


def change_figure(table: SignalMap, levels: Sequence[float] = _LEVELS) -> Figure:
    """The change that a particle makes, such as that of N_eff, over mass and coupling.

    Parameters
    ----------
    table : a signal of either sign.
    levels : sizes of the change, increasing; the first is drawn dashed, the last but one solid.
    """
    figure, axes = new_figure()
    draw_change(axes, table, levels)
    axes.set_xlabel("mass [MeV]")
    axes.set_ylabel(f"coupling ${table.scale_name}$")
    axes.set_title(f"{table.quantity}, {MODEL_LABELS.get(table.model, table.model)}", fontsize=style.FONT)
    unknown = None if bool(np.all(table.valid)) else "not valid"
    figure.legend(
        handles=change_key(levels, unknown=unknown),
        loc="outside right center",
        frameon=False,
        fontsize=style.FONT - 2,
        title="change",
    )
    return figure
