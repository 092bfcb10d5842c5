"""How the scripts of this folder write numbers, tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HERE = Path(__file__).parent


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write one markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    folder = HERE / "_tables"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def power(value: float, digits: int = 3) -> str:
    """A number as powers of ten in mathematics."""
    head, _, exponent = f"{value:.{digits}e}".partition("e")
    return rf"${head}\times10^{{{int(exponent)}}}$"


def percent(value: float, reference: float) -> str:
    return f"{100 * (value / reference - 1):+.2f} %"


def figure(width: float = 6.4, height: float = 4.6) -> tuple[Figure, Axes]:
    """An empty figure with one pair of axes, ticks on all sides."""
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(width, height), layout="constrained")
    axes = drawing.add_subplot()
    ticks(axes)
    return drawing, axes


def panels(rows: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure of several panels with common axes."""
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(width, height), layout="constrained")
    found = list(drawing.subplots(rows, columns, sharex=True, sharey=True).ravel())
    for axes in found:
        ticks(axes)
    return drawing, found


def ticks(axes: Axes) -> None:
    axes.tick_params(which="both", direction="in", top=True, right=True)


def save(drawing: Figure, name: str) -> None:
    """Write a figure beside the tables, without the version of the plotting library."""
    folder = HERE / "_figures"
    folder.mkdir(exist_ok=True)
    drawing.savefig(folder / f"{name}.png", dpi=150, metadata={"Software": None})
