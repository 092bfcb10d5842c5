"""Where a number comes from: sources, data, choices and omissions, merged along the line.

There is no global collector. Each process, environment and criterion carries its own
`Provenance`, and whoever combines two results combines their provenance with ``|``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files

from feebly.errors import DataIntegrityError, UnknownNameError


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One place in one publication: `key` is a BibTeX key of ``data/references.bib``."""

    key: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.key}, {self.where}" if self.where else self.key


@dataclass(frozen=True, slots=True)
class Provenance:
    """Sources, data files, choices and omissions behind a result.

    Examples
    --------
    >>> a = Provenance(sources=frozenset({Source("blinov-lmu-ltau", "Eq. (B1)")}))
    >>> b = Provenance(choices=frozenset({("lapse", "on")}))
    >>> dict((a | b).choices)
    {'lapse': 'on'}
    """

    sources: frozenset[Source] = frozenset()
    data: frozenset[str] = frozenset()
    choices: frozenset[tuple[str, str]] = frozenset()
    omitted: frozenset[str] = frozenset()

    def __or__(self, other: Provenance) -> Provenance:
        return Provenance(
            self.sources | other.sources,
            self.data | other.data,
            self.choices | other.choices,
            self.omitted | other.omitted,
        )

    def config_sha256(self, asked: Mapping[str, object], version: str) -> str:
        """Hash of a request with its choices, data and version of feebly; equal in all sessions for equal requests."""
        whole = {**asked, "choices": sorted(self.choices), "data": sorted(self.data), "version": version}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @property
    def keys(self) -> tuple[str, ...]:
        """BibTeX keys of all sources, sorted, each once."""
        return tuple(sorted({source.key for source in self.sources}))

    def explain(self) -> str:
        """The whole provenance as indented text for people."""
        blocks = {
            "Sources": [str(source) for source in sorted(self.sources)],
            "Data": sorted(self.data),
            "Choices": [f"{name} = {value}" for name, value in sorted(self.choices)],
            "Left out": sorted(self.omitted),
        }
        lines: list[str] = []
        for title, entries in blocks.items():
            lines.append(f"{title}:")
            lines += [f"  - {entry}" for entry in entries] or ["  (none)"]
        return "\n".join(lines)

    def cite(self) -> str:
        """BibTeX of every publication used."""
        return bibtex(self.keys)


def sources(*pairs: tuple[str, str]) -> frozenset[Source]:
    """A set of sources from (key, where) pairs.

    >>> sorted(sources(("Raffelt:1996wa", "Sec. 13")))
    [Source(key='Raffelt:1996wa', where='Sec. 13')]
    """
    return frozenset(Source(key, where) for key, where in pairs)


@cache
def bibliography() -> dict[str, str]:
    """All BibTeX entries: key -> text, verbatim.

    They stand in our ``references.bib`` and in those of the packages that register themselves in the
    entry-point group ``feebly.bibliographies``.
    """
    folders = [files("feebly") / "data"]
    folders += [files(import_module(point.value)) for point in entry_points(group="feebly.bibliographies")]
    text = "\n".join((folder / "references.bib").read_text(encoding="utf-8") for folder in folders)
    entries: dict[str, str] = {}
    for chunk in re.split(r"\n(?=@)", "\n" + text):
        head = re.match(r"@(\w+)\{([^,\s]+),", chunk.strip())
        if head is None:
            continue
        key = head.group(2)
        if key in entries:
            raise DataIntegrityError(f"references.bib holds the key '{key}' twice.")
        entries[key] = chunk.strip()
    return entries


def bibtex(keys: Iterable[str]) -> str:
    """BibTeX text of the given keys, sorted, each once.

    Raises
    ------
    UnknownNameError
        if a key is not in ``references.bib``.
    """
    known = bibliography()
    wanted = sorted(set(keys))
    for key in wanted:
        if key not in known:
            raise UnknownNameError("bibliography key", key, known)
    return "\n\n".join(known[key] for key in wanted) + ("\n" if wanted else "")
