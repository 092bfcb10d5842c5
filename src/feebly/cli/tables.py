"""Short tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from feebly.constants import E_CHARGE

if TYPE_CHECKING:
    from feebly.decays import Widths
    from feebly.limits import Limit
    from feebly.scan import SignalMap

_ROWS = 12


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
    shown = f"{limit.probe}, {limit.model}: {limit.verdict} values of {limit.scale_name}"
    if limit.mass.size > _ROWS:
        shown += f" ({len(rows)} of {limit.mass.size} masses)"
    _print(shown, ["mass [MeV]", limit.scale_name], rows)
    for text in dict.fromkeys(text for text in limit.message if text):
        print(f"  note: {text}")


def print_signal(table: SignalMap) -> None:
    rows = []
    for k in range(table.mass.size):
        for j, g in enumerate(table.scale):
            if table.status[k] != "ok":
                rows.append([f"{table.mass[k]:.4g}", f"{g:.4g}", table.status[k], "", ""])
                continue
            shares = ", ".join(
                f"{name} {part[k, j] / table.value[k, j]:.1%}"
                for name, part in table.parts.items()
                if part[k, j] > 0
            )
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


def print_widths(widths: Widths) -> None:
    total, branching = widths.total, widths.branching
    rows = [
        [f"{m:.4g}", f"{total[k]:.4e}", *(f"{share[k]:.4g}" for share in branching)]
        for k, m in enumerate(widths.mass)
    ]
    title = f"{widths.model}: total width per g^{widths.power} and branching ratios (g = 1; epsilon = 1 is g = {E_CHARGE:.4f})"
    _print(title, ["mass [MeV]", "width [MeV]", *widths.channels], rows)
