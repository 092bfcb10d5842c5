"""Data files that travel with the code: numbers beside a sidecar that says where they come from.

``data/<topic>/<name>.csv`` (or ``.toml``) holds numbers only; ``<name>.sidecar.toml`` holds the
hash, units, source and how the numbers were obtained. `load` refuses a file whose sidecar
is missing or whose hash moved.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from feebly.errors import DataIntegrityError, UnknownNameError
from feebly.provenance import Provenance, Source, bibliography

HOW = ("transcribed", "digitised", "author-release", "computed-here", "defined-here")
_SIDECAR = ".sidecar.toml"
_CODE = (".py", ".pyc")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One embedded file with its checked sidecar."""

    name: str
    text: str
    sha256: str
    licence: str
    columns: Mapping[str, Mapping[str, str]]
    source: Source
    how: str
    note: str

    @property
    def provenance(self) -> Provenance:
        return Provenance(
            sources=frozenset({self.source}), data=frozenset({f"{self.name}@sha256:{self.sha256[:12]}"})
        )

    def rows(self) -> list[dict[str, str]]:
        """Rows of a CSV file as dictionaries of text."""
        return list(csv.DictReader(io.StringIO(self.text)))

    def table(self) -> dict[str, Any]:
        """Contents of a TOML file."""
        return tomllib.loads(self.text)


def _root() -> Traversable:
    return files("feebly") / "data"


def _walk(folder: Traversable, prefix: str = "") -> Iterator[str]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, f"{prefix}{entry.name}/")
        elif not entry.name.endswith((_SIDECAR, *_CODE)):
            yield prefix + entry.name


def names() -> tuple[str, ...]:
    """Names of all embedded data files, such as ``star/fischer18.csv``.

    They stand in folders by topic; beside these folders stand only the constants, whose entries carry
    their own sources, and the bibliography.
    """
    return tuple(name for name in _walk(_root()) if "/" in name)


def _sidecar_name(name: str) -> str:
    return name.rsplit(".", 1)[0] + _SIDECAR


@cache  # all of them together are less than 3 MB
def load(name: str) -> DataFile:
    """Read an embedded file and check it against its sidecar.

    Raises
    ------
    UnknownNameError
        if there is no such file.
    DataIntegrityError
        if the sidecar is missing or incomplete, its source is not in ``references.bib``, or the
        hash of the numbers moved.
    """
    path, sidecar_path = _root() / name, _root() / _sidecar_name(name)
    if not path.is_file():
        raise UnknownNameError("data file", name, names())
    if not sidecar_path.is_file():
        raise DataIntegrityError(f"Data file '{name}' has no sidecar '{_sidecar_name(name)}'.")
    raw = path.read_bytes()
    sidecar = tomllib.loads(sidecar_path.read_text(encoding="utf-8"))
    try:
        file, source = sidecar["file"], sidecar["source"]
        found = DataFile(
            name=name,
            text=raw.decode("utf-8"),
            sha256=hashlib.sha256(raw).hexdigest(),
            licence=file["licence"],
            columns=sidecar["columns"],
            source=Source(source["key"], source["where"]),
            how=source["how"],
            note=source.get("note", ""),
        )
        expected = file["sha256"]
    except KeyError as missing:
        raise DataIntegrityError(f"The sidecar of '{name}' lacks the field {missing}.") from missing
    if found.sha256 != expected:
        raise DataIntegrityError(
            f"The hash of '{name}' moved: its sidecar says {expected[:12]}, the file has {found.sha256[:12]}."
        )
    if found.how not in HOW:
        raise DataIntegrityError(
            f"The sidecar of '{name}' says how = '{found.how}'; known: {', '.join(HOW)}."
        )
    if found.source.key not in bibliography():
        raise DataIntegrityError(f"The source '{found.source.key}' of '{name}' is not in references.bib.")
    return found
