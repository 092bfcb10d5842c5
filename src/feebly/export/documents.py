"""Results as JSON documents: the field names of the file contract.

Every document is strict JSON: no NaN, no infinity. Fields beyond the contract (``status_message``,
``scale_range``, ``spectrum``, ``document``, ``document_version``) may grow; the others do not change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from feebly.arrays import Array
from feebly.decays import Widths
from feebly.errors import InvalidValueError
from feebly.limits import Limit
from feebly.provenance import Provenance
from feebly.scan import Atlas, SignalMap
from feebly.units import SECOND

DOCUMENT_VERSION: Final = 1
Document = dict[str, Any]


def json_text(document: Mapping[str, Any]) -> str:
    """A document as strict JSON text, one field per line.

    Raises
    ------
    InvalidValueError
        if a number is NaN or infinite.

    Examples
    --------
    >>> print(json_text({"mass_mev": [1.0, 10.0], "level": None}), end="")
    {
     "mass_mev": [1.0, 10.0],
     "level": null
    }
    """
    try:
        lines = [f" {_dumps(name)}: {_dumps(value)}" for name, value in document.items()]
    except ValueError as error:
        raise InvalidValueError(
            f"A number that is NaN or infinite cannot be written as JSON ({error})."
        ) from error
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dumps(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def provenance_document(provenance: Provenance, version: str, config_sha256: str) -> Document:
    """Sources, data, choices, omissions, version of feebly and hash of what was asked for.

    A choice that was made in two ways (in merged results) holds the sorted list of its values.

    Examples
    --------
    >>> provenance_document(Provenance(choices=frozenset({("lapse", "on")})), "0.1.0", "ab")["choices"]
    {'lapse': 'on'}
    """
    choices: dict[str, str | list[str]] = {}
    for name in sorted({name for name, _ in provenance.choices}):
        values = sorted(value for other, value in provenance.choices if other == name)
        choices[name] = values[0] if len(values) == 1 else values
    return {
        "sources": [{"key": source.key, "where": source.where} for source in sorted(provenance.sources)],
        "data": sorted(provenance.data),
        "choices": choices,
        "omitted": sorted(provenance.omitted),
        "version": version,
        "config_sha256": config_sha256,
    }


def limit_document(limit: Limit) -> Document:
    """The JSON document of a limit; masses in MeV, couplings dimensionless."""
    return {
        "document": "limit",
        "document_version": DOCUMENT_VERSION,
        "probe": limit.probe,
        "model": limit.model,
        "scale_name": limit.scale_name,
        "mass_mev": limit.mass.tolist(),
        "excluded": [intervals.tolist() for intervals in limit.excluded],
        "edges": [[list(pair) for pair in pairs] for pairs in limit.edges],
        "status": list(limit.status),
        "status_message": list(limit.message),
        "kind": limit.kind,
        "verdict": limit.verdict,
        "level": limit.level,
        "scale_range": list(limit.scale_range),
        "provenance": provenance_document(limit.provenance, limit.version, limit.config_sha256),
    }


def signal_document(table: SignalMap) -> Document:
    """The JSON document of a signal over masses [MeV] and couplings.

    `value` and `parts` are null at masses whose status is not "ok", and where infinite; `score` is
    null where it is minus infinity; plus infinity becomes the largest double. The spectrum, if there
    is one, is per MeV and second.
    """
    ok = [state == "ok" for state in table.status]
    document: Document = {
        "document": "signal",
        "document_version": DOCUMENT_VERSION,
        "probe": table.probe,
        "model": table.model,
        "scale_name": table.scale_name,
        "mass_mev": table.mass.tolist(),
        "scale": table.scale.tolist(),
        "quantity": table.quantity,
        "unit": table.unit,
        "value": _rows(table.value, ok),
        "score": _rows(np.where(table.score == np.inf, sys.float_info.max, table.score), ok),
        "valid": table.valid.tolist(),
        "parts": {name: _rows(part, ok) for name, part in table.parts.items()},
        "status": list(table.status),
        "status_message": list(table.message),
        "provenance": provenance_document(table.provenance, table.version, signal_config_sha256(table)),
    }
    if table.spectrum_energy is not None and table.spectrum is not None:
        rates = per_mev_and_second(table.spectrum)
        document["spectrum"] = {
            "energy_mev": _rows(table.spectrum_energy, ok),
            "d2n_de_dt_per_mev_s": [
                _rows(row, [good] * len(row)) for row, good in zip(rates, ok, strict=True)
            ],
        }
    return document


def per_mev_and_second(spectrum: Array) -> Array:
    """Differential emission d2N/dE dt from natural units [dimensionless] to [MeV^-1 s^-1].

    A natural d2N/dE dt counts particles per MeV of energy and per MeV^-1 of time; one second is
    SECOND [MeV^-1], so that a second holds SECOND times as many.

    >>> bool(per_mev_and_second(np.array([1.0]))[0] == SECOND)
    True
    """
    return np.asarray(spectrum * SECOND)


def widths_document(widths: Widths) -> Document:
    """The JSON document of partial widths [MeV per scale**power] and branching ratios.

    `masked` is true near narrow quarkonia, which the widths leave out; `scale_name` is the coupling that is 1.
    """
    return {
        "document": "widths",
        "document_version": DOCUMENT_VERSION,
        "model": widths.model,
        "scale_name": widths.scale_name,
        "mass_mev": widths.mass.tolist(),
        "total_mev_per_scale": widths.total.tolist(),
        "total_error_mev_per_scale": widths.total_error.tolist(),
        "masked": widths.masked.tolist(),
        "channels": dict(zip(widths.channels, widths.gamma.tolist(), strict=True)),
        "error_mev_per_scale": dict(zip(widths.channels, widths.error.tolist(), strict=True)),
        "branching": dict(zip(widths.channels, widths.branching.tolist(), strict=True)),
        "power": widths.power,
        "provenance": provenance_document(widths.provenance, widths.version, widths_config_sha256(widths)),
    }


def atlas_document(atlas: Atlas) -> Document:
    """The JSON document of an atlas: its limits, and who could not answer."""
    return {
        "document": "atlas",
        "document_version": DOCUMENT_VERSION,
        "limits": [limit_document(limit) for limit in atlas.limits],
        "refused": [{"probe": probe, "model": model, "why": why} for probe, model, why in atlas.refused],
    }


def signal_config_sha256(table: SignalMap) -> str:
    """Hash of what was asked for: probe, model, masses, couplings, choices, data and version."""
    asked = {
        "probe": table.probe,
        "model": table.model,
        "mass": table.mass.tolist(),
        "scale": table.scale.tolist(),
    }
    return table.provenance.config_sha256(asked, table.version)


def widths_config_sha256(widths: Widths) -> str:
    """Hash of what was asked for: model, coupling, masses, choices, data and version."""
    asked = {"model": widths.model, "scale_name": widths.scale_name, "mass": widths.mass.tolist()}
    return widths.provenance.config_sha256(asked, widths.version)


def _rows(values: Array, ok: Sequence[bool]) -> list[list[float | None]]:
    """Rows of numbers with null where they are not finite, or where the row is not available."""
    return [
        [x if good and np.isfinite(x) else None for x in row]
        for good, row in zip(ok, values.tolist(), strict=True)
    ]
