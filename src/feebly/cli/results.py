"""The verbs that read results: plot, explain, cite, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feebly.cli.words import Columns, Star
from feebly.errors import InvalidValueError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from feebly.limits import Limit
    from feebly.scan import SignalMap


def plot(
    output: Annotated[Path, typer.Option("-o", "--output", help="Figure to write: .pdf .png .svg")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Limits, a signal or widths (JSON), or curves of your own (text)."
        ),
    ] = None,
    star: Star = None,
    columns: Columns = None,
    curves_in: Annotated[
        str, typer.Option("--curves-in", metavar="g|epsilon", help="Coupling of the curves; epsilon is g/e.")
    ] = "g",
    channels: Annotated[
        str | None,
        typer.Option(
            "--channels", metavar="A,B,...", help="Of widths: channels, or 'hadrons' for the largest."
        ),
    ] = None,
) -> None:
    """Draw limits together, with your own published curves on top; or a signal, branching ratios, or a star."""
    from feebly import export
    from feebly.decays import Widths
    from feebly.limits import Limit
    from feebly.scan import Atlas, SignalMap

    if star is not None:
        _plot_star(star, columns, output, files or [])
        return
    if not files:
        raise InvalidValueError("Nothing to draw: give files, or --star NAME.")
    loaded = [export.load(path) for path in files if path.suffix.lower() == ".json"]
    if len(files) > 1 and any(isinstance(x, SignalMap | Widths) for x in loaded):
        raise InvalidValueError("A signal or widths are drawn alone: give one file.")
    if channels is not None and not any(isinstance(x, Widths) for x in loaded):
        raise InvalidValueError("--channels is for a file of widths; leave it out.")
    match loaded:
        case [Widths() as found]:
            figure = found.plot(channels.split(",") if channels and channels != "hadrons" else channels)
        case [SignalMap() as found]:
            figure = found.plot()
        case _:
            limits = [x for x in loaded if isinstance(x, Limit)]
            limits += [y for x in loaded if isinstance(x, Atlas) for y in x.limits]
            texts = [path for path in files if path.suffix.lower() != ".json"]
            figure = _limits_and_curves(limits, texts, curves_in)
    export.save_figure(figure, output)
    print(f"wrote {output}")


def _plot_star(name: str, columns: str | None, output: Path, files: Sequence[Path]) -> None:
    from feebly import export
    from feebly.cli.parse import build_star
    from feebly.plot import star_figure

    if files:
        raise InvalidValueError("A star is drawn alone: leave out the files, or --star.")
    export.save_figure(star_figure(build_star(name, {}, columns)), output)
    print(f"wrote {output}")


def _limits_and_curves(limits: Sequence[Limit], texts: Sequence[Path], curves_in: str) -> Figure:
    """Figure of limits, with the curves of text files in the given coupling on top."""
    from dataclasses import replace

    from feebly.constants import E_CHARGE
    from feebly.export import read_curve
    from feebly.plot import limit_figure

    if not limits:
        raise InvalidValueError(
            "Nothing to draw on: give at least one limit as .json. Make one with: feebly limit ... -o limit.json"
        )
    in_g = {"g": 1.0, "epsilon": E_CHARGE}
    if curves_in not in in_g:
        raise InvalidValueError(f"--curves-in '{curves_in}' is not known. Possible: g, epsilon.")
    factor = in_g[curves_in] / in_g.get(limits[0].scale_name, 1.0)
    curves = [
        replace(c, coupling=c.coupling * factor, upper=None if c.upper is None else c.upper * factor)
        for path in texts
        for c in read_curve(path)
    ]
    return limit_figure(limits, curves)


def _load(path: Path) -> Limit | SignalMap | Any:
    from feebly.export import load

    return load(path)


def explain(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Assumptions, sources, data, choices and omissions behind a result."""
    found = _load(file)
    for one in getattr(found, "limits", (found,)):
        print(one.explain() if hasattr(one, "explain") else one.provenance.explain())


def cite(target: Annotated[str, typer.Argument(metavar="FILE|PROBE")]) -> None:
    """BibTeX of everything a result or a probe with its default choices uses."""
    from feebly import registry
    from feebly.provenance import Provenance

    if target in registry.names("probe"):
        probe = registry.find("probe", target)()
        provenance = probe.provenance
        for process in getattr(probe, "processes", tuple)():
            provenance = provenance | process.provenance
    elif Path(target).exists():
        found = _load(Path(target))
        provenance = Provenance()
        for one in getattr(found, "limits", (found,)):
            provenance = provenance | one.provenance
    else:
        raise UnknownNameError(
            "probe or file", target, registry.names("probe"), "Or give a JSON file made by feebly."
        )
    print(provenance.cite(), end="")


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    to: Annotated[str, typer.Option("--to", metavar="KIND", help="csv, hepdata, netcdf, lmt or axionlimits")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Default: beside FILE, with the ending of the kind.")
    ] = None,
) -> None:
    """Write a result in another format."""
    from feebly import export as formats

    path = formats.export(_load(file), to, output, beside=file)
    print(f"wrote {path}")
