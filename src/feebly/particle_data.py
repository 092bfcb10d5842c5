"""Masses, widths and branching fractions of particles, as measured.

Names are those of the tables: ``pi+``, ``eta'(958)``, ``omega(782)``, ``rho0``; parents of branching
fractions are written ``omega``, ``phi``, ``eta``, ``etaprime``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from feebly import embedded
from feebly.errors import UnknownNameError
from feebly.provenance import Provenance

_MASSES: Final = "particles/masses.csv"
_BRANCHING: Final = "particles/branching.csv"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured number and its uncertainty."""

    value: float
    uncertainty: float


@lru_cache(maxsize=1)
def _masses() -> Mapping[str, dict[str, str]]:
    return MappingProxyType({row["name"]: row for row in embedded.load(_MASSES).rows()})


@lru_cache(maxsize=1)
def _branching() -> Mapping[tuple[str, str], Measured]:
    return MappingProxyType(
        {
            (row["parent"], row["mode"].partition("-->")[2].strip()): Measured(
                float(row["fraction"]), max(float(row["err_plus"]), float(row["err_minus"]))
            )
            for row in embedded.load(_BRANCHING).rows()
        }
    )


def mass(name: str) -> float:
    """Mass [MeV].

    >>> mass("pi+")
    139.57039
    """
    if name not in _masses():
        raise UnknownNameError("particle with a listed mass", name, tuple(_masses()))
    return float(_masses()[name]["mass_MeV"])


def width(name: str) -> Measured:
    """Total width [MeV] and its uncertainty.

    >>> width("omega(782)").value
    8.68
    """
    row = _masses().get(name)
    if row is None or not row["width_MeV"]:
        raise UnknownNameError(
            "particle with a listed width", name, tuple(k for k, v in _masses().items() if v["width_MeV"])
        )
    return Measured(float(row["width_MeV"]), float(row["width_err_MeV"]))


def branching(parent: str, mode: str) -> Measured:
    """Branching fraction and its uncertainty; `mode` as in the table, such as ``e+ e-``.

    >>> round(branching("omega", "pi0 gamma").value, 3)
    0.083
    """
    if (parent, mode) not in _branching():
        raise UnknownNameError(
            f"listed decay mode of {parent}", mode, tuple(m for p, m in _branching() if p == parent)
        )
    return _branching()[parent, mode]


def provenance() -> Provenance:
    """The tables these numbers come from."""
    return embedded.load(_MASSES).provenance | embedded.load(_BRANCHING).provenance
