"""Figures of limits and signals, drawn without global state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from feebly import registry
from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.limits import Limit
from feebly.plot import style
from feebly.plot.region_labels import Region, label_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from feebly.export import Curve
    from feebly.scan import SignalMap

_FEW = 2  # choices that fit into a label
_CROWD = 4  # limits from which on names are short
OPEN = 30.0  # a strip that is still this high where it ends is cut, not closing
_FLAVOURS: Final = {"e": "e", "mu": r"\mu", "tau": r"\tau"}
MODEL_LABELS: Final = {
    "lmu-ltau": r"$L_\mu - L_\tau$",
    "b-l": r"$B-L$",
    "dark-photon": "dark photon",
    "em-bl": r"$\cos\varphi\,J_{\rm EM} + \sin\varphi\,J_{B-L}$",
    **{f"hnl-{name}": rf"heavy neutral lepton, $\nu_{sign}$" for name, sign in _FLAVOURS.items()},
    **{
        f"majoron-{first}{second}": rf"majoron, $g_{{{a} {b}}}$"
        for first, a in _FLAVOURS.items()
        for second, b in _FLAVOURS.items()
    },
}


def new_figure() -> tuple[Figure, Axes]:
    """An empty figure in the size of the house, and its axes."""
    from feebly.plot.notebook import NotebookFigure

    figure = NotebookFigure(figsize=style.SIZE, dpi=style.DPI, layout="constrained")
    return figure, figure.add_subplot()


def limit_figure(
    limits: Sequence[Limit], curves: Iterable[Curve] = (), *, axes: Axes | None = None
) -> Figure:
    """Excluded regions in the plane of mass and coupling, shaded and labelled directly.

    Parameters
    ----------
    limits : one or more, all in the same coupling.
    curves : a user's own published curves, drawn as lines.
    axes : to draw into, with their scales, ranges, labels and title; a new figure if not given.

    Raises
    ------
    InvalidValueError
        for no limit, or limits in different couplings.
    """
    if not limits:
        raise InvalidValueError("Nothing to draw: give at least one limit.")
    names = sorted({limit.scale_name for limit in limits})
    if len(names) > 1:
        raise InvalidValueError(
            f"These limits are in different couplings ({', '.join(names)}); draw them apart."
        )
    figure, axes = new_figure() if axes is None else (_root(axes), axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    models = list(dict.fromkeys(limit.model for limit in limits))
    labels: list[tuple[Limit, str]] = []
    for number, limit in enumerate(limits):
        alone = len({style.family(x.probe) for x in limits}) == len(limits)
        colour = (
            style.FAMILIES[style.family(limit.probe)]
            if alone
            else style.SEQUENCE[number % len(style.SEQUENCE)]
        )
        _draw_limit(axes, limit, colour, alpha=0.25 if len(limits) < _CROWD else 0.12)
        labels.append((limit, colour))
    for number, curve in enumerate(curves):
        _draw_curve(axes, curve, style.SEQUENCE[(number + 1) % len(style.SEQUENCE)])
    _set_ranges(axes, limits)
    for limit, colour in labels:
        _mark_open_top(axes, limit, colour)
    axes.set_xlabel("mass [MeV]")
    axes.set_ylabel(_scale_label(names[0]))
    axes.set_title(", ".join(MODEL_LABELS.get(name, name) for name in models), fontsize=style.FONT)
    style.frame(axes)
    if names[0] == "g" and not any(name.startswith("majoron") for name in models):
        style.epsilon_axis(axes)
    own = _own_choices(limits)
    regions = [
        Region(
            _name(limit, with_model=len(models) > 1, with_star=len(limits) < _CROWD) + own[number],
            colour,
            _strips(limit),
        )
        for number, (limit, colour) in enumerate(labels)
        if any(len(intervals) for intervals in limit.excluded)
    ]
    label_regions(figure, axes, regions)
    return figure


def _root(axes: Axes) -> Figure:
    """The figure that axes belong to, also in a part of it."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise InvalidValueError("These axes belong to no figure any more.")
    return figure


def _strips(limit: Limit) -> tuple[tuple[Array, Array], ...]:
    """Masses and intervals of the connected parts of a region that have a width."""
    return tuple((mass, interval) for mass, interval, _ in islands(limit) if mass.size > 1)


def _scale_label(name: str) -> str:
    return {"g": "coupling $g$", "epsilon": r"$\epsilon = g/e$", "|U|^2": r"$|U|^2$"}.get(name, name)


def islands(limit: Limit) -> list[tuple[Array, Array, list[tuple[str, str]]]]:
    """Connected strips (masses (n,), intervals (n, 2), edges) of the excluded region.

    Neighbouring masses belong together while their number of intervals is the same.
    """
    strips: list[tuple[list[float], list[Array], list[tuple[str, str]]]] = []
    open_strips: list[int] = []
    for number in np.argsort(limit.mass, kind="stable"):
        m, intervals, edges = limit.mass[number], limit.excluded[number], limit.edges[number]
        if len(intervals) != len(open_strips):
            open_strips = []
            for _ in intervals:
                open_strips.append(len(strips))
                strips.append(([], [], []))
        for strip, interval, edge in zip(open_strips, intervals, edges, strict=True):
            strips[strip][0].append(float(m))
            strips[strip][1].append(interval)
            strips[strip][2].append(edge)
    return [(np.array(m), np.array(g), e) for m, g, e in strips if m]


def _draw_limit(axes: Axes, limit: Limit, colour: str, *, alpha: float) -> None:
    strips = islands(limit)
    dashed = limit.kind == "projected"
    for mass, interval, edges in strips:
        if not dashed:
            axes.fill_between(mass, interval[:, 0], interval[:, 1], color=colour, alpha=alpha, lw=0)
        for side in (0, 1):
            for kind, line in (("physical", "--" if dashed else "-"), ("validity", ":")):
                shown = np.array([edge[side] == kind for edge in edges])
                axes.plot(mass, np.where(shown, interval[:, side], np.nan), line, color=colour, lw=1.5)
        if mass.size == 1:
            axes.plot(np.repeat(mass, 2), interval[0], color=colour, lw=3, solid_capstyle="butt")
        elif not dashed:
            _close_ends(axes, limit, mass, interval, colour, alpha)


def _close_ends(axes: Axes, limit: Limit, mass: Array, interval: Array, colour: str, alpha: float) -> None:
    for end, tip in tips(limit, mass, interval):
        corners = np.array([[mass[end], interval[end, 0]], tip, [mass[end], interval[end, 1]]])
        axes.fill(*corners.T, color=colour, alpha=alpha, lw=0)
        axes.plot(*corners.T, color=colour, lw=1.5)


def tips(limit: Limit, mass: Array, interval: Array) -> list[tuple[int, tuple[float, float]]]:
    """Where a strip ends between two masses, its end (0 or -1) and the point half way to the empty one that closes it."""
    ordered = np.sort(limit.mass)
    found = []
    for end, step in ((0, -1), (-1, 1)):
        at = int(np.searchsorted(ordered, mass[end]))
        if 0 <= at + step < ordered.size and interval[end, 1] <= OPEN * interval[end, 0]:
            tip = float(np.sqrt(mass[end] * ordered[at + step])), float(np.sqrt(np.prod(interval[end])))
            found.append((end, tip))
    return found


def _name(limit: Limit, *, with_model: bool, with_star: bool) -> str:
    """Name of the probe, with the star it stands for and the model where these tell limits apart."""
    known = limit.probe in registry.names("probe")
    lines = [registry.find("probe", limit.probe).title if known else limit.probe]
    star = dict(limit.provenance.choices).get("star")
    if star and with_star:
        lines.append(f"({star})")
    if with_model:
        lines.append(MODEL_LABELS.get(limit.model, limit.model))
    return "\n".join(lines)


def _own_choices(limits: Sequence[Limit]) -> list[str]:
    """A further line for limits of one probe on one model: the options in which they differ, if these are few."""
    lines = []
    for limit in limits:
        mates = [x for x in limits if (x.probe, x.model) == (limit.probe, limit.model)]
        given = [dict(x.provenance.choices) for x in mates]
        mine = dict(limit.provenance.choices)
        differ = sorted(
            key for key in mine if key != "star" and any(other.get(key) != mine[key] for other in given)
        )
        few = 0 < len(differ) <= _FEW
        lines.append("\n" + ", ".join(f"{key}={mine[key]}" for key in differ) if few else "")
    return lines


def _draw_curve(axes: Axes, curve: Curve, colour: str) -> None:
    axes.plot(curve.mass, curve.coupling, color=colour, lw=1.2)
    if curve.upper is not None:
        axes.plot(curve.mass, curve.upper, color=colour, lw=1.2)
    middle = curve.mass.size // 2
    axes.annotate(curve.label, (curve.mass[middle], curve.coupling[middle]), color=colour, fontsize=style.FONT - 2,
                  xytext=(0, 6), textcoords="offset points", ha="center")  # fmt: skip


def _set_ranges(axes: Axes, limits: Sequence[Limit]) -> None:
    """Whole mass range; couplings around all edges that are results rather than ends of the scan."""
    masses = np.concatenate([limit.mass for limit in limits])
    if masses.min() < masses.max():
        axes.set_xlim(masses.min(), masses.max())
    ends = [
        g[side]
        for limit in limits
        for intervals, edges in zip(limit.excluded, limit.edges, strict=True)
        for g, edge in zip(intervals, edges, strict=True)
        for side in (0, 1)
        if edge[side] != "grid"
    ]
    if ends:
        low, high = np.log10(min(ends)), np.log10(max(ends))
        margin = max(0.5, 0.15 * (high - low))
        axes.set_ylim(10 ** np.floor(low - margin), 10 ** np.ceil(high + margin))
    else:
        axes.set_ylim(*limits[0].scale_range)
        axes.text(0.5, 0.5, "nothing is excluded", transform=axes.transAxes, ha="center", fontsize=style.FONT)


def _mark_open_top(axes: Axes, limit: Limit, colour: str) -> None:
    """Arrows where a region runs on beyond the end of the scan."""
    masses = [m for m, row in zip(limit.mass, limit.edges, strict=True) if row and row[-1][1] == "grid"]
    if not masses:
        return
    low, high = np.log10(axes.get_ylim())
    tail, head = 10 ** (high - 0.09 * (high - low)), 10 ** (high - 0.02 * (high - low))
    for m in np.geomspace(min(masses), max(masses), 7)[1:-1:2] if len(masses) > 1 else masses:
        axes.annotate("", (m, head), (m, tail), arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.3})


def signal_figure(table: SignalMap) -> Figure:
    """The size of the signal against the coupling, one line per mass, with the level above which it is excluded."""
    figure, axes = new_figure()
    axes.set_xscale("log")
    axes.set_yscale("log")
    for row, m in enumerate(table.mass):
        if table.status[row] != "ok":
            continue
        colour = style.SEQUENCE[row % len(style.SEQUENCE)]
        label = f"{m:g} MeV"
        for sign, line in ((1.0, "-"), (-1.0, "--")):
            size = sign * table.value[row]
            if np.any(size > 0) or (sign > 0 and not np.any(size < 0)):
                shown = label if sign > 0 else label + ", negative"
                axes.plot(
                    table.scale, np.where(size > 0, size, np.nan), line, color=colour, lw=1.5, label=shown
                )
    seen = (table.value > 0) & np.isfinite(table.score)
    if np.any(seen):
        allowed = table.value[seen] / np.exp(table.score[seen])
        if np.allclose(allowed, allowed[0], rtol=1e-6):  # not so for likelihoods
            axes.axhline(float(allowed[0]), color="black", lw=1, ls="--", label="allowed")
    axes.set_xlabel(_scale_label(table.scale_name))
    axes.set_ylabel(f"{table.quantity} [{table.unit}]")
    axes.set_title(f"{table.probe}, {MODEL_LABELS.get(table.model, table.model)}", fontsize=style.FONT)
    axes.legend(frameon=False, fontsize=style.FONT - 2)
    style.frame(axes)
    return figure
