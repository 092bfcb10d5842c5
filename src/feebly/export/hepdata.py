"""Limits for HEPData: YAML written by hand, so that no YAML library is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from feebly.errors import InvalidValueError
from feebly.export.atomic import write_text
from feebly.export.text import confidence, format_float
from feebly.limits import Limit

_MISSING = "-"  # HEPData's mark for a value that is not there


def limit_yaml(limit: Limit) -> str:
    """One HEPData data table: a row per interval, masses in MeV; "-" where nothing is excluded."""
    mass: list[object] = []
    columns: dict[str, list[object]] = {
        name: [] for name in (*_edge_columns(limit), "Lower edge", "Upper edge", "Status")
    }
    for m, intervals, edges, status in zip(
        limit.mass.tolist(), limit.excluded, limit.edges, limit.status, strict=True
    ):
        rows = [(*ends, *pair) for ends, pair in zip(intervals.tolist(), edges, strict=True)] or [
            (_MISSING,) * 4
        ]
        for row in rows:
            mass.append(m)
            for column, value in zip(columns.values(), (*row, status), strict=True):
                column.append(value)
    table = {
        "independent_variables": [{"header": {"name": "Mass", "units": "MeV"}, "values": _values(mass)}],
        "dependent_variables": [
            {"header": {"name": name}, "qualifiers": _qualifiers(limit), "values": _values(column)}
            for name, column in columns.items()
        ],
    }
    return "\n".join(_yaml(table, 0)) + "\n"


def write_submission(limits: Sequence[Limit], folder: str | Path) -> Path:
    """Write ``submission.yaml`` and one table per limit into a folder, ready to be zipped for HEPData.

    Parameters
    ----------
    folder : made if it does not exist; other files in it are left alone.

    Returns
    -------
    Path of ``submission.yaml``, which is written last.

    Raises
    ------
    InvalidValueError
        if there is no limit, or the folder cannot be written.
    """
    if not limits:
        raise InvalidValueError("A HEPData submission needs at least one limit.")
    place = Path(folder)
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise InvalidValueError(
            f"The folder '{folder}' cannot be made: {error.strerror or error}.\n"
            "  Give the name of a new folder in one that exists."
        ) from error
    about = _about(limits)
    documents: list[dict[str, Any]] = [{"comment": about}]
    names = _unique([re.sub(r"[^\w.-]", "_", f"{limit.probe}_{limit.model}")[:60] for limit in limits], "_")
    titles = _unique([f"{limit.probe} on {limit.model}"[:60] for limit in limits], " ")
    for limit, name, title in zip(limits, names, titles, strict=True):
        write_text(place / f"{name}.yaml", limit_yaml(limit))
        documents.append(_entry(limit, title, f"{name}.yaml"))
    text = "".join("---\n" + "\n".join(_yaml(document, 0)) + "\n" for document in documents)
    return write_text(place / "submission.yaml", text)


def _entry(limit: Limit, title: str, file: str) -> dict[str, Any]:
    """The document of `submission.yaml` that announces a table."""
    low, high = (format_float(x) for x in limit.scale_range)
    phrases = sorted({limit.probe[:128], limit.model[:128], "feebly interacting particle"})
    what = {"excluded": "Excluded", "disfavoured": "Disfavoured", "indicative": "Indicatively excluded"}
    return {
        "name": title,
        "description": (
            f"{what[limit.verdict]} intervals of the coupling {limit.scale_name} of the model {limit.model} "
            f"by {limit.probe} ({limit.kind}, confidence level {confidence(limit.level)}). A mass may have "
            "several intervals, one per row. An edge is 'physical', 'validity' (an approximation ends) or "
            f"'grid' (the scanned range {low} to {high} ends)."
        ),
        "keywords": [{"name": "phrases", "values": phrases}],
        "data_file": file,
    }


def _about(limits: Sequence[Limit]) -> str:
    versions = ", ".join(sorted({limit.version for limit in limits}))
    keys = sorted({key for limit in limits for key in limit.provenance.keys})
    return f"Limits computed with feebly {versions}. Sources: {', '.join(keys) or 'none'}."


def _edge_columns(limit: Limit) -> tuple[str, str]:
    return f"{limit.scale_name} lower limit", f"{limit.scale_name} upper limit"


def _qualifiers(limit: Limit) -> list[dict[str, Any]]:
    level: dict[str, Any] = {"name": "CL", "value": "none (criterion without confidence level)"}
    if limit.level is not None:
        level = {"name": "CL", "value": round(100 * limit.level, 10), "units": "%"}
    named = {
        "Model": limit.model,
        "Probe": limit.probe,
        "Verdict": limit.verdict,
        "Kind": limit.kind,
        "Version": f"feebly {limit.version}",
        "Config": limit.config_sha256,
    }
    return [level, *({"name": name, "value": value} for name, value in named.items())]


def _values(column: Sequence[object]) -> list[dict[str, object]]:
    return [{"value": value} for value in column]


def _unique(names: Sequence[str], separator: str) -> list[str]:
    """Names with a number where one occurs again.

    >>> _unique(["a", "b", "a"], "_")
    ['a', 'b', 'a_2']
    """
    return [f"{x}{separator}{names[:n].count(x) + 1}" if x in names[:n] else x for n, x in enumerate(names)]


def _yaml(value: Any, depth: int) -> list[str]:
    """Lines of block YAML for nested lists and dictionaries; scalars stand on one line."""
    pad = "  " * depth
    lines: list[str] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                lines += [f"{pad}{name}:", *_yaml(inner, depth + 1)]
            else:
                lines.append(f"{pad}{name}: {_scalar(inner)}")
        return lines
    for inner in value:
        if isinstance(inner, dict | list) and inner:
            first, *rest = _yaml(inner, depth + 1)
            lines += [f"{pad}- {first.lstrip()}", *rest]
        else:
            lines.append(f"{pad}- {_scalar(inner)}")
    return lines


def _scalar(value: object) -> str:
    """A number or a double-quoted text as YAML.

    YAML 1.1 reads 1e-10 as a text, because its numbers need a point.

    >>> _scalar(1e-10), _scalar("no: 1")
    ('1.0e-10', '"no: 1"')
    """
    if isinstance(value, float):
        text = format_float(value)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    if isinstance(value, list):
        return "[]"
    quoted = json.dumps(str(value), ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda x: f"\\u{ord(x.group()):04x}", quoted)
