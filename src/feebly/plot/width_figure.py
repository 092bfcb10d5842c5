"""The figure of branching ratios, with its lines labelled where there is room for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from feebly.arrays import Array, Mask
from feebly.decays.hadronic import INCLUSIVE
from feebly.decays.partial_widths import CHARGED_LEPTONS, is_hadronic
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.plot import style
from feebly.plot.figures import MODEL_LABELS, new_figure
from feebly.plot.line_labels import Line, label_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from feebly.decays import Widths

HADRONS: Final = "hadrons"
_MOST: Final = 6  # hadronic channels drawn one by one
_VISIBLE: Final = 1e-6  # groups that stay below are left out
_NARROW: Final = 30.0  # a range of masses too short for labels at powers of ten only
_GREY: Final = "#555555"
_GREEK: Final = ("pi", "rho", "eta", "mu", "nu", "tau", "omega", "phi", "gamma")


@dataclass(frozen=True, slots=True)
class _Share:
    """One line of the figure: widths (M,) and their errors (M,), with a name and how it is drawn."""

    name: str
    gamma: Array
    error: Array
    colour: str
    dashes: str = "-"


def width_figure(
    widths: Widths, channels: str | Sequence[str] | None = None, *, errors: bool = True
) -> Figure:
    """Branching ratios against the mass, with bands of theory error; grey where quarkonia are left out.

    Parameters
    ----------
    channels : charged leptons, neutrinos and hadrons if not given; "hadrons" for the six hadronic channels
        that are largest somewhere, and the sum of the others; or names of channels.
    errors : whether to draw the theory errors.

    Raises
    ------
    InvalidValueError
        for a single mass, or if nothing is open at any of them.
    UnknownNameError
        for a channel that the widths do not have.
    """
    from matplotlib.ticker import LogLocator, NullFormatter

    if np.unique(widths.mass).size < 2:
        raise InvalidValueError(
            "Branching ratios are drawn against the mass, and there is only one mass.\n"
            "  Give a range, for example --mass-mev 1:60000:400."
        )
    shares = [share for share in _shares(widths, channels) if share.gamma.any()]
    if not shares:
        raise InvalidValueError(
            f"Nothing to draw: {widths.model} has no such decays at these masses.\n"
            f"  Open channels: {', '.join(widths.channels) or 'none'}."
        )
    order = np.argsort(widths.mass, kind="stable")
    mass = widths.mass[order]
    figure, axes = new_figure()
    axes.set_xscale("log")
    axes.set_yscale("log")
    lines: list[Line] = []
    for share in shares:
        line = Line(share.name, share.colour, share.dashes, mass, widths.share(share.gamma)[order])
        axes.plot(mass, line.drawn, line.dashes, color=line.colour, lw=1.5)
        if errors:
            error = widths.share_error(share.gamma, share.error)[order]
            band = np.maximum(line.y - error, 1e-300), np.minimum(line.y + error, 1.0)
            axes.fill_between(mass, *band, where=line.y > 0, color=line.colour, alpha=0.25, lw=0)
        lines.append(line)
    shown = np.array([line.y for line in lines])
    bottom = min(10 ** np.floor(np.log10(shown.max(axis=1).min() / 10)), 1e-2)
    visible = mass[(shown > bottom).any(axis=0)]
    axes.set_xlim(visible[0], visible[-1])
    axes.set_ylim(bottom, shown.max() * (shown.max() / bottom) ** 0.12)  # room for labels above the lines
    if visible[-1] < _NARROW * visible[0]:
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("mass [MeV]")
    axes.set_ylabel("branching ratio")
    axes.set_title(MODEL_LABELS.get(widths.model, widths.model), loc="left", fontsize=style.FONT)
    style.frame(axes)
    _shade(axes, mass, widths.masked[order])
    label_lines(figure, axes, lines)
    return figure


def _shares(widths: Widths, channels: str | Sequence[str] | None) -> Iterator[_Share]:
    """The lines that were asked for."""
    if channels is None:
        return (x for x in _groups(widths) if widths.share(x.gamma).max() > _VISIBLE)
    if channels == HADRONS:
        return _largest_hadrons(widths)
    return _chosen(widths, [channels] if isinstance(channels, str) else channels)


def _groups(widths: Widths) -> Iterator[_Share]:
    """Each pair of charged leptons, all neutrinos, and all hadrons."""
    exact = np.zeros(widths.mass.size)
    # Above their thresholds universal charges give equal widths: dashes let the line below shine through.
    for name, colour, dashes in zip(CHARGED_LEPTONS, style.SEQUENCE, ("-", "--", ":"), strict=False):
        yield _Share(channel_label(name), widths.partial(name), exact, colour, dashes)
    pairs = sum(widths.partial(name) for name in CHARGED_LEPTONS)
    yield _Share("charged leptons", widths.leptonic - pairs, exact, style.SEQUENCE[4])
    yield _Share("neutrinos", widths.neutrinos, exact, style.SEQUENCE[3])
    yield _Share("hadrons", widths.hadronic, widths.total_error, style.SEQUENCE[5])


def _largest_hadrons(widths: Widths) -> Iterator[_Share]:
    """The largest hadronic channels and the sum of the others."""
    peak = widths.branching.max(axis=1)
    rows = [row for row, name in enumerate(widths.channels) if is_hadronic(name) and peak[row] > 0]
    rows.sort(key=lambda row: -peak[row])
    most = _MOST if len(rows) > _MOST + 1 else len(rows)
    yield from _chosen(widths, [widths.channels[row] for row in rows[:most]])
    others = rows[most:]
    if others:
        error = np.sqrt(np.sum(widths.error[others] ** 2, axis=0))
        yield _Share(f"{len(others)} others", widths.gamma[others].sum(axis=0), error, _GREY, ":")


def _chosen(widths: Widths, names: Sequence[str]) -> Iterator[_Share]:
    """Single channels by name."""
    for number, name in enumerate(names):
        if name not in widths.channels:
            raise UnknownNameError(f"channel of {widths.model} at these masses", name, widths.channels)
        row = widths.channels.index(name)
        turn, place = divmod(number, len(style.SEQUENCE))
        dashes = ("-", "--", "-.", ":")[turn % 4]
        yield _Share(channel_label(name), widths.gamma[row], widths.error[row], style.SEQUENCE[place], dashes)


def _shade(axes: Axes, mass: Array, masked: Mask) -> None:
    """Grey bands over runs of masked masses (M,), half way to their neighbours."""
    if not masked.any():
        return
    borders = np.concatenate([mass[:1], np.sqrt(mass[1:] * mass[:-1]), mass[-1:]])
    change = np.flatnonzero(np.diff(np.concatenate([[False], masked, [False]])))
    for first, last in change.reshape(-1, 2):
        axes.axvspan(borders[first], borders[last], color="0.88", lw=0, zorder=0)
    note = "grey: narrow quarkonia, left out"
    axes.set_title(note, loc="right", fontsize=style.FONT - 3, color=_GREY)


def channel_label(channel: str) -> str:
    r"""A channel as mathematics, or as it is where it holds words.

    >>> channel_label("pi+ pi- pi0"), channel_label("nu_e nu_e~"), channel_label("hadrons")
    ('$\\pi^{+}\\pi^{-}\\pi^{0}$', '$\\nu_{e}\\bar{\\nu}_{e}$', 'unresolved hadrons')
    """
    if channel == INCLUSIVE:
        return "unresolved hadrons"
    matches = [_PARTICLE.fullmatch(word) for word in channel.split()]
    if not all(matches):
        return channel
    return f"${''.join(_latex(match) for match in matches if match)}$"


_PARTICLE: Final = re.compile(
    rf"(?P<count>\d*)(?P<name>{'|'.join(sorted(_GREEK, key=len, reverse=True))}|K|p|n|e|D|B)"
    r"(?P<prime>'?)(?:_(?P<flavour>\w+))?(?P<charge>\+-|-\+|[+\-0]?)(?P<bar>~?)"
)


def _latex(match: re.Match[str]) -> str:
    name, flavour = match["name"], match["flavour"]
    text = rf"\{name}" if name in _GREEK else name
    text = rf"\bar{{{text}}}" if match["bar"] else text
    text += match["prime"]
    text += f"_{{{_tex(flavour)}}}" if flavour else ""
    charge = {"+-": r"\pm", "-+": r"\mp"}.get(match["charge"], match["charge"])
    text += f"^{{{charge}}}" if charge else ""
    return rf"{match['count']}{text}"


def _tex(name: str) -> str:
    return rf"\{name}" if name in _GREEK else name
