"""A user's own published curves: two or three columns of text, DarkCast and AxionLimits files."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError, UnknownNameError

MassUnit = Literal["eV", "keV", "MeV", "GeV"]

# Numerator and denominator, so that decimal masses stay exact: 1e8 eV / 1e6 is 100 MeV.
_IN_MEV: Final = {
    "meV": (1.0, 1e9),
    "eV": (1.0, 1e6),
    "keV": (1.0, 1e3),
    "MeV": (1.0, 1.0),
    "GeV": (1e3, 1.0),
}
_LOWER_CASE: Final = {"ev": "eV", "kev": "keV", "mev": "MeV", "gev": "GeV"}
_UNIT: Final = re.compile(
    r"[\[(]\s*([mkMG]?eV)\s*[\])]"  # mass [eV]; the unit of a coupling such as [GeV^-1] does not match
    r"|\bm\w*\s*/\s*([mkMG]?eV)\b(?!\s*\^)"  # m/GeV
    r"|\bm\w*\s+in\s+([mkMG]?eV)\b(?!\s*\^)"  # mass in GeV
    r"|\bm[a-zA-Z]*_([mkMG]?eV|k?ev|mev|gev)\b"  # m_MeV, mass_mev
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One published curve: mass (N,) in MeV, coupling (N,), and its upper edge (N,) where there is one."""

    mass: Array
    coupling: Array
    upper: Array | None
    label: str


@dataclass(frozen=True, slots=True)
class _Lines:
    """A file taken apart: comments and names above the numbers, and blocks of numbered rows."""

    head: tuple[str, ...]
    names: tuple[str, ...]
    blocks: tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]


def read_curve(
    path: str | Path, mass_unit: MassUnit | None = None, *, label: str | None = None
) -> list[Curve]:
    r"""Curves of a text file, one per block of rows between empty lines.

    Parameters
    ----------
    path : two columns (mass, coupling) or three (mass, lower, upper), separated by commas, semicolons
        or blanks; or a CSV file that feebly wrote. Lines that start with #, % or ! are comments.
    mass_unit : unit of the masses; if not given: what the header says ("mass [eV]", "m_MeV",
        "mass in GeV"), else GeV for .lmt (DarkCast), eV for .axionlimits.txt, MeV for the rest.
    label : name in a figure; the name of the file if not given.

    Raises
    ------
    InvalidValueError
        with the number of the line, if the file is not such a table.

    Notes
    -----
    Couplings are kept as they stand: dark-photon collections hold epsilon = g/e.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.txt")
    ...     _ = path.write_text("# mass [eV]  g\n1e6 1e-8\n2e6 3e-8\n")
    ...     read_curve(path)[0].mass.tolist()
    [1.0, 2.0]
    """
    source = Path(path)
    lines = _take_apart(_text(source))
    name = label if label is not None else re.sub(r"(\.axionlimits)?\.\w+$", "", source.name)
    up, down = _factors(source, lines, mass_unit)
    if "interval" in lines.names:
        blocks = _own_intervals(source, lines)
    else:
        blocks = [
            np.array([_numbers(source, n, row) for n, row in _even(source, block)]) for block in lines.blocks
        ]
    if not blocks:
        raise InvalidValueError(f"'{path}' holds no points. Two columns are needed: mass and coupling.")
    return [
        Curve(
            mass=block[:, 0] * up / down,
            coupling=block[:, 1],
            upper=block[:, 2] if block.shape[1] == 3 else None,
            label=name,
        )
        for block in blocks
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidValueError(
            f"'{path}' cannot be read: {error.strerror or error}. Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidValueError(
            f"'{path}' is not a text file. Curves are two-column text, .lmt or .csv."
        ) from error


def _take_apart(text: str) -> _Lines:
    head: list[str] = []
    names: tuple[str, ...] = ()
    blocks: list[list[tuple[int, tuple[str, ...]]]] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.split("#")[0].strip()
        if line.lstrip().startswith(("#", "%", "!")):
            head += [line] if not any(blocks) else []
        elif not stripped:
            blocks.append([])
        elif not any(blocks) and not any(_is_number(x) for x in _split(stripped)):
            names = names or _split(stripped)
            head.append(line)
        else:
            blocks[-1].append((number, _split(stripped)))
    return _Lines(tuple(head), names, tuple(tuple(block) for block in blocks if block))


def _split(line: str) -> tuple[str, ...]:
    """Fields of a line; empty ones are kept only between commas or semicolons."""
    for separator in (";", ","):
        if separator in line:
            return tuple(x.strip() for x in next(csv.reader([line], delimiter=separator)))
    return tuple(line.split())


def _is_number(text: str) -> bool:
    return not math.isnan(_number(text))


def _number(text: str) -> float:
    """The number in a text, with Fortran exponents; NaN if there is none."""
    try:
        return float(re.sub(r"(?<=\d|\.)[dD](?=[+-]?\d)", "e", text))
    except ValueError:
        return math.nan


def _factors(path: Path, lines: _Lines, mass_unit: str | None) -> tuple[float, float]:
    """What a mass is multiplied with and divided by to be in MeV."""
    if mass_unit is not None:
        if mass_unit not in _IN_MEV:
            raise UnknownNameError("unit of mass", mass_unit, ("eV", "keV", "MeV", "GeV"))
        return _IN_MEV[mass_unit]
    for line in lines.head:
        match = _UNIT.search(line)
        if match is not None:
            unit = next(group for group in match.groups() if group)
            return _IN_MEV[_LOWER_CASE.get(unit, unit)]
    name = path.name.lower()
    return _IN_MEV["GeV" if name.endswith(".lmt") else "eV" if name.endswith(".axionlimits.txt") else "MeV"]


def _even(path: Path, block: Sequence[tuple[int, tuple[str, ...]]]) -> Sequence[tuple[int, tuple[str, ...]]]:
    """The block, refused if its rows are not two or three fields throughout."""
    width = len(block[0][1])
    wanted = width if width in (2, 3) else "2 or 3"
    for number, row in block:
        if len(row) not in (2, 3) or len(row) != width:
            raise InvalidValueError(
                f"{path.name}, line {number}: {len(row)} columns, but {wanted} are needed.\n"
                "  A curve has the columns mass, coupling; or mass, lower, upper."
            )
    return block


def _numbers(path: Path, number: int, row: Sequence[str]) -> list[float]:
    """The numbers of a row, refused if one is not positive and finite."""
    values = [_number(x) for x in row]
    for text, value in zip(row, values, strict=True):
        if not (math.isfinite(value) and value > 0):
            hint = " If these are logarithms, undo them first." if value < 0 else ""
            raise InvalidValueError(f"{path.name}, line {number}: '{text}' is not a positive number.{hint}")
    if len(values) == 3 and values[1] > values[2]:
        raise InvalidValueError(
            f"{path.name}, line {number}: the lower edge {row[1]} is above the upper edge {row[2]}.\n"
            "  The columns are mass, lower, upper."
        )
    return values


def _own_intervals(path: Path, lines: _Lines) -> list[Array]:
    """Pieces (N, 3) of a CSV file of feebly: the k-th interval over neighbouring masses."""
    low = next(
        (n for n, name in enumerate(lines.names) if name.endswith("_low") and name != "edge_low"), None
    )
    if low is None:
        raise InvalidValueError(f"'{path}' has a column 'interval' but none that ends with '_low'.")
    at = lines.names.index("interval")
    masses: dict[str, list[list[float]]] = {}
    for number, row in (line for block in lines.blocks for line in block):
        if len(row) != len(lines.names):
            raise InvalidValueError(
                f"{path.name}, line {number}: {len(row)} columns instead of {len(lines.names)}."
            )
        found = masses.setdefault(row[0], [])
        if row[at]:
            found.append(_numbers(path, number, (row[0], row[low], row[low + 1])))
    pieces: list[list[list[float]]] = []
    before = 0
    for intervals in (masses[m] for m in sorted(masses, key=_number)):
        if len(intervals) != before:
            pieces += [[] for _ in intervals]
        for piece, interval in zip(pieces[len(pieces) - len(intervals) :], intervals, strict=True):
            piece.append(interval)
        before = len(intervals)
    return [np.array(piece) for piece in pieces]
