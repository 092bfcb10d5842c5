"""Limits, signals and widths as text tables: CSV, DarkCast and AxionLimits.

Numbers are written with the fewest digits that read back to the same double. No file holds a date
unless one is given, so that equal requests give equal files.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from feebly.arrays import Array
from feebly.constants import E_CHARGE
from feebly.decays import Widths
from feebly.export.documents import signal_config_sha256, widths_config_sha256
from feebly.limits import EDGES, Limit
from feebly.provenance import Provenance
from feebly.scan import SignalMap

_MEANING = {
    "physical": "the limit itself",
    "validity": "an approximation ends there",
    "grid": "the scanned range ends there, the limit may go on",
}


def format_float(value: float) -> str:
    """The shortest text that reads back to the same double.

    >>> format_float(0.1), format_float(1e-10), format_float(100)
    ('0.1', '1e-10', '100.0')
    """
    return repr(float(value))


def scale_word(scale_name: str) -> str:
    """The name of the scale as one word for column names.

    >>> scale_word("g"), scale_word("|U|^2")
    ('g', 'U2')
    """
    return re.sub(r"\W", "", scale_name) or "scale"


@dataclass(frozen=True, slots=True)
class Island:
    """One connected piece of a limit: the k-th interval over neighbouring masses.

    `mass` (N,) in MeV, ascending; `low`, `high` (N,) couplings.
    """

    mass: Array
    low: Array
    high: Array


def islands(limit: Limit) -> list[Island]:
    """Pieces of a limit: runs of masses with equally many intervals, and the k-th interval in each."""
    order = np.argsort(limit.mass, kind="stable")
    pieces: list[Island] = []
    for count, run in groupby(order, key=lambda n: len(limit.excluded[n])):
        chosen = list(run)
        for k in range(count):
            ends = np.array([limit.excluded[n][k] for n in chosen])
            pieces.append(Island(limit.mass[chosen], ends[:, 0], ends[:, 1]))
    return pieces


def limit_csv(limit: Limit, *, date: str | None = None) -> str:
    """A limit as CSV: comment lines, then one row per interval; masses in MeV.

    A mass without intervals has one row with empty fields; `date` is written as given.
    """
    head = [
        ("probe", limit.probe),
        ("model", limit.model),
        ("scale", limit.scale_name),
        ("kind", limit.kind),
        ("verdict", limit.verdict),
        ("level", "none" if limit.level is None else format_float(limit.level)),
        ("cl", confidence(limit.level)),
        ("scale_range", ":".join(format_float(x) for x in limit.scale_range)),
        *_origin(limit.provenance, limit.version, limit.config_sha256, date),
        *(("note", text) for text in sorted(set(limit.message) - {""})),
    ]
    word = scale_word(limit.scale_name)
    rows = [["m_MeV", "interval", f"{word}_low", f"{word}_high", "edge_low", "edge_high", "status"]]
    for mass, intervals, edges, status in zip(
        limit.mass, limit.excluded, limit.edges, limit.status, strict=True
    ):
        for k, ((low, high), pair) in enumerate(zip(intervals, edges, strict=True), start=1):
            rows.append([format_float(mass), str(k), format_float(low), format_float(high), *pair, status])
        if not len(intervals):
            rows.append([format_float(mass), *[""] * 5, status])
    return _comments(head) + _table(rows)


def signal_csv(table: SignalMap, *, date: str | None = None) -> str:
    """A signal as CSV: comment lines, then one row per mass [MeV] and coupling, with its parts."""
    head = [
        ("probe", table.probe),
        ("model", table.model),
        ("scale", table.scale_name),
        ("quantity", table.quantity),
        ("unit", table.unit),
        *_origin(table.provenance, table.version, signal_config_sha256(table), date),
        *(("note", text) for text in sorted(set(table.message) - {""})),
    ]
    rows = [["m_MeV", scale_word(table.scale_name), "value", "score", "valid", *table.parts, "status"]]
    for m, mass in enumerate(table.mass):
        ok = table.status[m] == "ok"
        for n, scale in enumerate(table.scale):
            numbers = [part[m, n] for part in (table.value, table.score, *table.parts.values())]
            value, score, *parts = [format_float(x) if ok and not np.isnan(x) else "" for x in numbers]
            valid = str(bool(table.valid[m, n])).lower()
            rows.append(
                [format_float(mass), format_float(scale), value, score, valid, *parts, table.status[m]]
            )
    return _comments(head) + _table(rows)


def widths_csv(widths: Widths, *, date: str | None = None) -> str:
    """Partial widths as CSV: comment lines, then one row per mass [MeV] with every channel and its error."""
    head = [
        ("model", widths.model),
        ("quantity", "width"),
        ("unit", f"MeV per unit {widths.per_scale}"),
        ("masked", "near narrow quarkonia, which the widths leave out"),
        *_origin(widths.provenance, widths.version, widths_config_sha256(widths), date),
    ]
    names = [text for channel in widths.channels for text in (channel, f"{channel} error")]
    rows = [["m_MeV", "total", "total error", "masked", *names]]
    numbers = np.stack([widths.gamma, widths.error], axis=1).reshape(-1, widths.mass.size)
    for m, mass in enumerate(widths.mass):
        first = [format_float(x) for x in (mass, widths.total[m], widths.total_error[m])]
        masked = str(bool(widths.masked[m])).lower()
        rows.append([*first, masked, *(format_float(x) for x in numbers[:, m])])
    return _comments(head) + _table(rows)


def limit_lmt(limit: Limit) -> str:
    """A limit for DarkCast: mass [GeV], lower and upper coupling, piece by piece.

    The first line holds the names of the columns, because DarkCast reads them from there. DarkCast
    keeps one interval per mass; a limit with more is written in full, pieces separated by an empty line.
    """
    unit, name = _coupling(limit)
    lines = ["# mass lower upper", f"# mass in GeV; lower and upper edge of {name}"]
    pieces = islands(limit)
    if len(pieces) > 1:
        lines.append(
            f"# {len(pieces)} pieces, separated by empty lines; DarkCast keeps one interval per mass"
        )
    blocks = [
        "".join(
            f"{format_float(m / 1e3)} {format_float(a)} {format_float(b)}\n"
            for m, a, b in zip(piece.mass, piece.low / unit, piece.high / unit, strict=True)
        )
        for piece in pieces
    ]
    return "\n".join([*lines, *_remarks(limit)]) + "\n" + "\n".join(blocks)


def limit_axionlimits(limit: Limit) -> str:
    """A limit as closed curves of mass [eV] and coupling, in two columns, as AxionLimits keeps them.

    Each piece runs along its lower edges from left to right, back along its upper edges, and ends at
    its first point; an empty line separates pieces.
    """
    unit, name = _coupling(limit)
    head = [*_remarks(limit), f"# mass [eV]  {name} [dimensionless]"]
    blocks = []
    for piece in islands(limit):
        mass = np.concatenate([piece.mass, piece.mass[::-1], piece.mass[:1]]) * 1e6
        edge = np.concatenate([piece.low, piece.high[::-1], piece.low[:1]]) / unit
        blocks.append(
            "".join(f"{format_float(m)} {format_float(g)}\n" for m, g in zip(mass, edge, strict=True))
        )
    return "\n".join(head) + "\n" + "\n".join(blocks)


def confidence(level: float | None) -> str:
    """The confidence level for people.

    >>> confidence(0.95), confidence(None)
    ('95%', 'none')
    """
    return "none" if level is None else f"{100 * level:.10g}%"


def edge_counts(limit: Limit) -> dict[str, int]:
    """How often each kind of edge occurs."""
    found = [edge for pairs in limit.edges for pair in pairs for edge in pair]
    return {kind: found.count(kind) for kind in EDGES if kind in found}


def one_line(text: str) -> str:
    """Text without line breaks, so that it stays a comment."""
    return " ".join(text.split())


def _coupling(limit: Limit) -> tuple[float, str]:
    """What a coupling is divided by for other collections, and the name of the result.

    Collections of dark-photon limits hold the kinetic mixing, where we have g = epsilon e.
    """
    if limit.model == "dark-photon" and limit.scale_name == "g":
        return E_CHARGE, "epsilon = g/e"
    return 1.0, limit.scale_name


def _remarks(limit: Limit) -> list[str]:
    """Comment lines that tell what the limit is."""
    texts = [
        f"{limit.probe} on {limit.model}: {limit.verdict}, {limit.kind}, CL {confidence(limit.level)}",
        f"sources: {', '.join(limit.provenance.keys) or 'none'}",
        f"feebly {limit.version}, config_sha256 {limit.config_sha256}",
    ]
    texts += [f"{count} edges are {kind}: {_MEANING[kind]}" for kind, count in edge_counts(limit).items()]
    if not any(len(intervals) for intervals in limit.excluded):
        texts.append("nothing is excluded")
    return [f"# {one_line(text)}" for text in texts]


def _origin(provenance: Provenance, version: str, digest: str, date: str | None) -> Iterator[tuple[str, str]]:
    yield "sources", ", ".join(provenance.keys)
    for text in sorted(provenance.data):
        yield "data", text
    for name, value in sorted(provenance.choices):
        yield "choices", f"{name} = {value}"
    for text in sorted(provenance.omitted):
        yield "omitted", text
    yield "feebly", version
    yield "config_sha256", digest
    if date is not None:
        yield "date", date


def _comments(pairs: list[tuple[str, str]]) -> str:
    return "".join(f"# {name}: {one_line(text)}".rstrip() + "\n" for name, text in pairs)


def _table(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
