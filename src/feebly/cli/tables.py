"""Short tables on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from feebly.constants import E_CHARGE
from feebly.decays.partial_widths import is_neutrino

if TYPE_CHECKING:
    from feebly.decays import Widths
    from feebly.limits import Limit
    from feebly.scan import SignalMap

_ROWS = 12
_CHANNELS = 8
_PARTS, _SMALL = 6, 0.01  # of a signal that are shown
_EXACT = 5e-5  # errors below are not seen in four digits
_PLAIN = (-3, 4)  # powers of ten written out


def _print(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    print(title)
    for row in [columns, *rows]:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _sample(count: int) -> list[int]:
    """At most a dozen rows, evenly spread, both ends included."""
    if count <= _ROWS:
        return list(range(count))
    return sorted({round(k * (count - 1) / (_ROWS - 1)) for k in range(_ROWS)})


def print_limit(limit: Limit) -> None:
    rows = []
    for k in _sample(limit.mass.size):
        parts = []
        for (low, high), (first, last) in zip(limit.excluded[k], limit.edges[k], strict=True):
            marks = ["" if edge == "physical" else f" ({edge})" for edge in (first, last)]
            parts.append(f"{low:.3e}{marks[0]} to {high:.3e}{marks[1]}")
        text = ", ".join(parts) or ("nothing" if limit.status[k] == "ok" else limit.status[k])
        rows.append([f"{limit.mass[k]:.4g}", text])
    kind = "" if limit.kind == "computed" else f"{limit.kind}, "
    shown = f"{limit.probe}, {limit.model}: {kind}{limit.verdict} values of {limit.scale_name}"
    if limit.mass.size > _ROWS:
        shown += f" (shown at {len(rows)} of {limit.mass.size} masses)"
    _print(shown, ["mass [MeV]", limit.scale_name], rows)
    for text in dict.fromkeys(text for text in limit.message if text):
        masses = [f"{m:.4g}" for m, found in zip(limit.mass, limit.message, strict=True) if found == text]
        where = (
            f"{masses[0]} MeV"
            if len(masses) == 1
            else f"{len(masses)} masses from {masses[0]} to {masses[-1]} MeV"
        )
        print(f"  note on {where}: {text}")


def print_signal(table: SignalMap) -> None:
    rows = []
    for k in range(table.mass.size):
        for j, g in enumerate(table.scale):
            if table.status[k] != "ok":
                rows.append([f"{table.mass[k]:.4g}", f"{g:.4g}", table.status[k], "", ""])
                continue
            parts = {name: float(part[k, j]) for name, part in table.parts.items() if part[k, j] > 0}
            shares = _shares({name: value / table.value[k, j] for name, value in parts.items()})
            excluded = (
                "yes"
                if table.score[k, j] > 0 and table.valid[k, j]
                else "no"
                if table.valid[k, j]
                else "not valid"
            )
            rows.append([f"{table.mass[k]:.4g}", f"{g:.4g}", f"{table.value[k, j]:.4e}", excluded, shares])
    columns = ["mass [MeV]", table.scale_name, f"{table.quantity} [{table.unit}]", "excluded", "shares"]
    _print(f"{table.probe}, {table.model}", columns, rows)
    for text in dict.fromkeys(text for text in table.message if text):
        print(f"  note: {text}")


def _shares(share: dict[str, float]) -> str:
    """The largest parts; what is below one per cent, or beyond the first few, is added up."""
    large = sorted((name for name in share if share[name] >= _SMALL), key=lambda name: -share[name])[:_PARTS]
    text = [f"{name} {share[name]:.1%}" for name in large]
    others = len(share) - len(large)
    if others:
        text.append(f"{others} more {sum(share.values()) - sum(share[name] for name in large):.1%}")
    return ", ".join(text)


def print_widths(widths: Widths) -> None:
    branching = widths.branching
    peak = branching.max(axis=1)
    largest = sorted(sorted(range(peak.size), key=lambda row: -peak[row])[:_CHANNELS])
    sample = _sample(widths.mass.size)
    rows = [
        [
            f"{widths.mass[k]:.4g}" + ("*" if widths.masked[k] else " "),
            with_error(widths.total[k], widths.total_error[k]),
            *(f"{branching[row, k]:.4g}" for row in largest),
        ]
        for k in sample
    ]
    at = f"{widths.scale_name} = 1"
    if widths.scale_name == "g" and not all(map(is_neutrino, widths.channels)):
        at += f"; epsilon = 1 is g = {E_CHARGE:.4f}"
    elif widths.scale_name == "epsilon":
        at += f", g = {E_CHARGE:.4f}"
    title = f"{widths.model}: total width per {widths.per_scale} and branching ratios ({at})"
    if widths.mass.size > _ROWS:
        title += f" (shown at {len(rows)} of {widths.mass.size} masses)"
    _print(title, ["mass [MeV] ", "width [MeV]", *(widths.channels[row] for row in largest)], rows)
    if peak.size > _CHANNELS:
        print(f"  {peak.size - _CHANNELS} more channels, smaller everywhere; all of them: --json")
    if widths.masked[sample].any():
        print("  * near narrow quarkonia, which the width leaves out")


def with_error(value: float, error: float) -> str:
    """A value and its error, rounded to the digits that the error leaves.

    >>> with_error(33.03, 0.52), with_error(288.2, 11.7), with_error(2.0e-7, 3.1e-9), with_error(0.5, 0.0)
    ('33.0 +- 0.5', '288 +- 12', '(2.00 +- 0.03)e-07', '0.5')
    """
    if not error > _EXACT * value:
        return f"{value:.4g}"
    exponent = math.floor(math.log10(max(value, error)))
    power = exponent if not _PLAIN[0] <= exponent <= _PLAIN[1] else 0
    value, error = value / 10.0**power, error / 10.0**power
    first = math.floor(math.log10(error))
    decimals = (1 if error < 1.95 * 10.0**first else 0) - first  # two digits of an error that starts with 1
    shown = max(decimals, 0)
    text = f"{round(value, decimals):.{shown}f} +- {round(error, decimals):.{shown}f}"
    return f"({text})e{power:+03d}" if power else text
