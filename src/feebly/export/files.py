"""Save and load results by the ending of the path."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feebly.decays import Widths
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.export.atomic import check_path, write_atomically
from feebly.export.document_reader import (
    atlas_from_document,
    document_kind,
    limit_from_document,
    signal_from_document,
    widths_from_document,
)
from feebly.export.documents import (
    atlas_document,
    json_text,
    limit_document,
    signal_document,
    widths_document,
)
from feebly.export.frames import write_netcdf
from feebly.export.hepdata import limit_yaml
from feebly.export.text import limit_axionlimits, limit_csv, limit_lmt, signal_csv, widths_csv
from feebly.limits import Limit
from feebly.scan import Atlas, SignalMap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Result = Limit | SignalMap | Widths | Atlas

# Longer endings first: the first one that fits is taken.
ENDINGS: Final = (
    (".hepdata.yaml", "hepdata"),
    (".axionlimits.txt", "axionlimits"),
    (".json", "json"),
    (".csv", "csv"),
    (".yaml", "hepdata"),
    (".yml", "hepdata"),
    (".nc", "netcdf"),
    (".lmt", "lmt"),
    (".pdf", "pdf"),
    (".png", "png"),
    (".svg", "svg"),
    (".html", "html"),
)
EXPORT_KINDS: Final = ("csv", "hepdata", "netcdf", "lmt", "axionlimits")
_FIGURES: Final = ("pdf", "png", "svg")
_POSSIBLE: Final = {
    "limit": ("json", *EXPORT_KINDS, *_FIGURES, "html"),
    "signal": ("json", "csv", "netcdf", *_FIGURES),
    "widths": ("json", "csv", "netcdf", *_FIGURES),
    "atlas": ("json", *_FIGURES, "html"),
}
_HINT: Final = {
    "limit": "",
    "signal": "  A limit from it is another calculation: feebly.solve(probe, model, mass)",
    "widths": "",
    "atlas": "  Save its limits one by one (atlas.limits); for HEPData: feebly.export.write_submission(atlas.limits, folder)",
}


def save(obj: Result, path: str | Path) -> Path:
    """Write a limit, signal, widths or an atlas in the format of the path's ending; returns the path.

    Parameters
    ----------
    path : .json; .csv; .hepdata.yaml or .yaml; .nc (netCDF); .lmt (DarkCast); .axionlimits.txt;
        .pdf, .png, .svg (a figure); .html (a page). An existing file is replaced in one step.

    Raises
    ------
    InvalidValueError
        if the ending is unknown or does not suit the result, or the path cannot be written.
    MissingExtraError
        if netCDF is asked for and xarray or netCDF4 is not installed.
    """
    return write_atomically(path, _writer(obj, check_output(path, _sort(obj))))


def check_output(path: str | Path, sort: str) -> str:
    """Kind of file that a path asks for, before anything is computed for it.

    Parameters
    ----------
    sort : "limit", "signal", "widths" or "atlas": what is to be saved.

    Raises
    ------
    InvalidValueError
        if the ending is unknown or does not suit, or the path cannot be a new file.

    Examples
    --------
    >>> check_output("cooling.hepdata.yaml", "limit")
    'hepdata'
    """
    name = Path(path).name.lower()
    kind = next((kind for ending, kind in ENDINGS if name.endswith(ending)), None)
    if kind is None:
        raise InvalidValueError(
            f"The ending of '{path}' tells no format. {_possible(sort)}\n"
            f"  Type for example: {Path(path).with_suffix('.json')}"
        )
    _suits(kind, sort, path)
    check_path(path)
    return kind


def export(
    obj: Result, kind: str, path: str | Path | None = None, *, beside: str | Path | None = None
) -> Path:
    """Write a limit, signal or widths as csv, hepdata, netcdf, lmt or axionlimits, whatever the path is called.

    Parameters
    ----------
    path : the file; if not given, `beside` with the ending of the kind.

    Raises
    ------
    UnknownNameError
        for another kind.
    InvalidValueError
        if the kind does not suit the result, no path is given, or it cannot be written.
    """
    if kind not in EXPORT_KINDS:
        raise UnknownNameError("export format", kind, EXPORT_KINDS)
    if path is None and beside is None:
        raise InvalidValueError(f"Exporting as {kind} needs a path, for example limit{_ending(kind)}.")
    return _write(obj, kind, path if path is not None else Path(str(beside)).with_suffix(_ending(kind)))


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a matplotlib figure as .pdf, .png or .svg, in one step and without a date.

    Raises
    ------
    InvalidValueError
        for another ending, or if the path cannot be written.
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in _FIGURES:
        raise InvalidValueError(f"'{path}' is no figure. Possible: .{', .'.join(_FIGURES)}.")
    return write_atomically(path, _figure_writer(figure, kind))


def load(path: str | Path) -> Result:
    """Read a limit, signal, widths or an atlas from the JSON that `save` or ``--json`` wrote.

    Raises
    ------
    InvalidValueError
        if the file cannot be read, is no such document, lacks a field or comes from a newer feebly.
    """
    where = f"'{path}'"
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as error:
        raise InvalidValueError(
            f"{where} cannot be read: {error.strerror or error}. Check the path."
        ) from error
    except ValueError as error:
        raise InvalidValueError(
            f"{where} is not JSON ({error}).\n"
            "  feebly reads the .json files that it saves; for published curves use feebly.export.read_curve."
        ) from error
    except RecursionError as error:
        raise InvalidValueError(f"{where} is not a document of feebly: it is nested too deeply.") from error
    match document_kind(document, where):
        case "limit":
            return limit_from_document(document, where)
        case "signal":
            return signal_from_document(document, where)
        case "widths":
            return widths_from_document(document, where)
        case "atlas":
            return atlas_from_document(document, where)


def document_text(obj: Result) -> str:
    """The JSON text of a limit, signal, widths or atlas."""
    match obj:
        case Limit():
            return json_text(limit_document(obj))
        case SignalMap():
            return json_text(signal_document(obj))
        case Widths():
            return json_text(widths_document(obj))
        case Atlas():
            return json_text(atlas_document(obj))


def _ending(kind: str) -> str:
    return next(ending for ending, known in ENDINGS if known == kind)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _sort(obj: Result) -> str:
    for name, kind in (("limit", Limit), ("signal", SignalMap), ("widths", Widths), ("atlas", Atlas)):
        if isinstance(obj, kind):
            return name
    raise InvalidValueError(
        f"A {type(obj).__name__} cannot be saved; a Limit, SignalMap, Widths or Atlas can."
    )


def _possible(sort: str) -> str:
    endings = [ending for ending, kind in ENDINGS if kind in _POSSIBLE[sort]]
    return f"Possible for {'' if sort == 'widths' else 'this '}{sort}: {', '.join(endings)}."


def _suits(kind: str, sort: str, path: str | Path) -> None:
    if kind not in _POSSIBLE[sort]:
        raise InvalidValueError(
            "\n".join(x for x in (f"'{path}': {kind} is not possible. {_possible(sort)}", _HINT[sort]) if x)
        )


def _write(obj: Result, kind: str, path: str | Path) -> Path:
    _suits(kind, _sort(obj), path)
    return write_atomically(path, _writer(obj, kind))


def _writer(obj: Result, kind: str) -> Callable[[Path], object]:
    """What fills a draft; all that can fail before a file is opened is done first."""
    if kind in _FIGURES:
        return _figure_writer(obj.plot(), kind)
    if kind == "netcdf" and not isinstance(obj, Atlas):
        dataset = obj.to_xarray()
        return lambda draft: write_netcdf(dataset, draft)
    content = _text(obj, kind).encode()
    return lambda draft: draft.write_bytes(content)


def _figure_writer(figure: Figure, kind: str) -> Callable[[Path], object]:
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
    return lambda draft: figure.savefig(draft, format=kind, metadata=metadata)


def _text(obj: Result, kind: str) -> str:
    if kind == "json":
        return document_text(obj)
    if isinstance(obj, SignalMap):
        return signal_csv(obj)
    if isinstance(obj, Widths):
        return widths_csv(obj)
    if kind == "html" or isinstance(obj, Atlas):
        from feebly.plot import html_page

        return html_page(_limits(obj))
    return _LIMIT_TEXTS[kind](obj)


_LIMIT_TEXTS: Final[dict[str, Callable[[Limit], str]]] = {
    "csv": limit_csv,
    "hepdata": limit_yaml,
    "lmt": limit_lmt,
    "axionlimits": limit_axionlimits,
}


def _limits(obj: Limit | Atlas) -> Sequence[Limit]:
    return [obj] if isinstance(obj, Limit) else obj.limits
