"""JSON documents back to results, with a clear refusal of what cannot be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np

from feebly.arrays import Array
from feebly.decays import Widths
from feebly.errors import InvalidValueError
from feebly.export.documents import DOCUMENT_VERSION
from feebly.export.fields import Fields
from feebly.limits import EDGES, STATUSES, Limit
from feebly.limits.limit import Kind, Verdict
from feebly.provenance import Provenance, Source
from feebly.scan import Atlas, SignalMap
from feebly.units import SECOND

DocumentKind = Literal["limit", "signal", "widths", "atlas"]

_MARKS: Final[tuple[tuple[str, DocumentKind], ...]] = (
    ("limits", "atlas"),
    ("excluded", "limit"),
    ("score", "signal"),
    ("branching", "widths"),
)


def document_kind(document: object, where: str) -> DocumentKind:
    """Which document this is by its fields: "atlas", "limit", "signal" or "widths".

    Raises
    ------
    InvalidValueError
        if it is none of them, or was written by a newer feebly.

    Examples
    --------
    >>> document_kind({"excluded": []}, "the file")
    'limit'
    """
    names = sorted(document) if isinstance(document, dict) else []
    if isinstance(document, dict):
        written = document.get("document_version", DOCUMENT_VERSION)
        if not isinstance(written, int) or written > DOCUMENT_VERSION:
            raise InvalidValueError(
                f"{where} has document version {written}; this feebly reads up to {DOCUMENT_VERSION}.\n"
                "  Get a newer one: python -m pip install --upgrade feebly"
            )
        for mark, kind in _MARKS:
            if mark in document:
                return kind
    found = f"its fields are {', '.join(names[:8])}" if names else "it holds no fields"
    raise InvalidValueError(
        f"{where} is no limit, signal, atlas or widths of feebly: {found}.\n"
        "  Make one with: feebly limit PROBE --model M --mass-mev 1:300:60 -o limit.json"
    )


def limit_from_document(document: Mapping[str, object], where: str = "The document") -> Limit:
    """The limit of a JSON document; `where` names it in messages.

    Raises
    ------
    InvalidValueError
        if a field is missing or cannot be understood.
    """
    fields = Fields(document, where)
    mass = fields.numbers("mass_mev")
    excluded = tuple(_intervals(x, fields) for x in fields.items("excluded", mass.size))
    provenance, version = _provenance(fields.inner("provenance"))
    level = fields.get("level")
    if isinstance(level, bool) or not (level is None or isinstance(level, int | float)):
        raise fields.wrong("level", "a number or null")
    low, high = (
        fields.numbers("scale_range", (2,)).tolist() if "scale_range" in document else _range(excluded)
    )
    kind: Kind = fields.text("kind", get_args(Kind))  # type: ignore[assignment]
    verdict: Verdict = fields.text("verdict", get_args(Verdict))  # type: ignore[assignment]
    return Limit(
        probe=fields.text("probe"),
        model=fields.text("model"),
        scale_name=fields.text("scale_name"),
        mass=mass,
        excluded=excluded,
        edges=_edges(fields, [len(x) for x in excluded]),
        status=fields.texts("status", mass.size, STATUSES),
        message=_messages(fields, mass.size),
        scale_range=(low, high),
        kind=kind,
        verdict=verdict,
        level=None if level is None else float(level),
        provenance=provenance,
        version=version,
    )


def signal_from_document(document: Mapping[str, object], where: str = "The document") -> SignalMap:
    """The signal of a JSON document; null becomes minus infinity (score), infinity (value) or NaN (not "ok").

    Raises
    ------
    InvalidValueError
        if a field is missing or cannot be understood.
    """
    fields = Fields(document, where)
    mass, scale = fields.numbers("mass_mev"), fields.numbers("scale")
    shape = (mass.size, scale.size)
    status = fields.texts("status", mass.size, STATUSES) if "status" in document else ("ok",) * mass.size
    ok = np.array([state == "ok" for state in status])[:, np.newaxis]

    def table(owner: Fields, name: str, null: float) -> Array:
        numbers = owner.numbers(name, shape)
        return np.where(np.isnan(numbers) & ok, null, numbers)

    parts = fields.inner("parts")
    provenance, version = _provenance(fields.inner("provenance"))
    energy, spectrum = _spectrum(fields.inner("spectrum"), shape) if "spectrum" in document else (None, None)
    return SignalMap(
        probe=fields.text("probe"),
        model=fields.text("model"),
        scale_name=fields.text("scale_name"),
        mass=mass,
        scale=scale,
        quantity=fields.text("quantity"),
        unit=fields.text("unit"),
        value=table(fields, "value", np.inf),
        score=table(fields, "score", -np.inf),
        valid=fields.numbers("valid", shape) == 1.0,
        parts={name: table(parts, name, np.inf) for name in parts.values},
        status=status,
        message=_messages(fields, mass.size),
        provenance=provenance,
        version=version,
        spectrum_energy=energy,
        spectrum=spectrum,
    )


def atlas_from_document(document: Mapping[str, object], where: str = "The document") -> Atlas:
    """The atlas of a JSON document.

    Raises
    ------
    InvalidValueError
        if a field is missing or cannot be understood.
    """
    fields = Fields(document, where)
    limits = tuple(limit_from_document(x.values, x.where) for x in fields.objects("limits"))
    refused = fields.objects("refused") if "refused" in document else []
    return Atlas(limits, tuple((x.text("probe"), x.text("model"), x.text("why")) for x in refused))


def widths_from_document(document: Mapping[str, object], where: str = "The document") -> Widths:
    """The partial widths of a JSON document; its total and branching ratios follow from them.

    Raises
    ------
    InvalidValueError
        if a field is missing or cannot be understood, or the document has no theory errors.
    """
    if "error_mev_per_scale" not in document:
        raise InvalidValueError(
            f"{where} holds widths without theory errors, as feebly wrote them once.\n"
            "  Compute them again: feebly widths --model M --mass-mev 1:1000:300 -o widths.json"
        )
    fields = Fields(document, where)
    mass = fields.numbers("mass_mev")
    if not mass.size:
        raise fields.wrong("mass_mev", "at least one mass")
    channels = tuple(fields.inner("channels").values)
    power = fields.get("power")
    if not isinstance(power, int) or isinstance(power, bool):
        raise fields.wrong("power", "a whole number")
    provenance, version = _provenance(fields.inner("provenance"))
    return Widths(
        model=fields.text("model"),
        mass=mass,
        channels=channels,
        gamma=_rows(fields.inner("channels"), channels, mass.size),
        error=_rows(fields.inner("error_mev_per_scale"), channels, mass.size),
        total_error=fields.numbers("total_error_mev_per_scale", (mass.size,)),
        masked=fields.numbers("masked", (mass.size,)) == 1.0,
        power=power,
        provenance=provenance,
        version=version,
        scale_name=fields.text("scale_name") if "scale_name" in document else "g",
    )


def _rows(owner: Fields, names: Sequence[str], size: int) -> Array:
    """Numbers (N, size) of the named fields, none of them negative or missing."""
    rows = np.array([owner.numbers(name, (size,)) for name in names]).reshape(len(names), size)
    if not np.all(rows >= 0):
        bad = names[int(np.argmin(np.all(rows >= 0, axis=1)))]
        raise owner.wrong(bad, "numbers that are zero or positive")
    return rows


def _intervals(rows: object, fields: Fields) -> Array:
    """Intervals (n, 2) of one mass."""
    array = (
        Fields({"excluded": rows}, fields.where).numbers(
            "excluded", (len(rows) if isinstance(rows, list) else 0, 2)
        )
        if rows
        else np.zeros((0, 2))
    )
    if not np.all(np.isfinite(array)) or np.any(array[:, 0] > array[:, 1]):
        raise fields.wrong("excluded", "intervals [low, high] of finite numbers with low <= high")
    return array


def _edges(fields: Fields, counts: Sequence[int]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Kinds of the edges of `counts` intervals per mass."""
    found: list[tuple[tuple[str, str], ...]] = []
    for rows, count in zip(fields.items("edges", len(counts)), counts, strict=True):
        pairs = [(x[0], x[1]) for x in rows if _is_pair(x)] if isinstance(rows, list) else []
        if not isinstance(rows, list) or len(pairs) != count or len(rows) != count:
            raise fields.wrong("edges", f"one pair per interval out of {', '.join(EDGES)}")
        found.append(tuple(pairs))
    return tuple(found)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(edge in EDGES for edge in value)


def _messages(fields: Fields, size: int) -> tuple[str, ...]:
    return fields.texts("status_message", size) if "status_message" in fields.values else ("",) * size


def _range(excluded: Sequence[Array]) -> tuple[float, float]:
    """The range that the intervals span, where the document does not tell what was scanned."""
    ends = np.concatenate([x.ravel() for x in excluded if x.size] or [np.array([1e-14, 1.0])])
    return float(ends.min()), float(ends.max())


def _spectrum(fields: Fields, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Energies (M, W) [MeV] and differential emission (M, G, W) in natural units."""
    rows = fields.items("energy_mev", shape[0])
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    energy = fields.numbers("energy_mev", (shape[0], width))
    return energy, fields.numbers("d2n_de_dt_per_mev_s", (*shape, width)) / SECOND


def _provenance(fields: Fields) -> tuple[Provenance, str]:
    """Provenance and version of feebly."""
    choices: set[tuple[str, str]] = set()
    for name, value in fields.inner("choices").values.items():
        choices |= {(name, str(entry)) for entry in (value if isinstance(value, list) else [value])}
    provenance = Provenance(
        sources=frozenset(Source(x.text("key"), x.text("where")) for x in fields.objects("sources")),
        data=frozenset(fields.texts("data")),
        choices=frozenset(choices),
        omitted=frozenset(fields.texts("omitted")),
    )
    return provenance, fields.text("version")
