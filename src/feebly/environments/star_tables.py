"""Files of star profiles: from text to named columns with units, nothing but parsing.

Formats: the ``hydro-*.txt`` text of the Garching archive, CSV with a line of names, ECSV, and any
table whose columns a map names. The number of header lines is detected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.environments.star_columns import (
    MAP_HELP,
    UNITS,
    Assignment,
    ColumnMap,
    Naming,
    Unit,
    by_number,
    example,
    is_named,
    looked_for,
    read_map,
    read_name,
)
from feebly.environments.star_sheets import Sheet, number, read_sheet, read_text
from feebly.errors import ProfileFormatError

LAYOUT_FILE: Final = "star/garching_columns.toml"
_TIME: Final = re.compile(r"hydro-.*T=(\d+(?:\.\d+)?)")
_STATED: Final = ("time_s", "neutrinosphere_km", "neutrino_luminosity_erg_per_s")
_FEW: Final = 14  # columns a Garching table has at least: up to the muon potentials
_ALL: Final = 25  # columns from which on a table without names is taken for a Garching one
_Chosen = dict[str, tuple[int, Unit]]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as it stands in the file: its number, its name ('' if none), `values` (N,) in `unit`."""

    quantity: str
    index: int
    title: str
    unit: Unit
    values: Array

    @property
    def label(self) -> str:
        """Name or number of the column, for messages."""
        return f"'{self.title}'" if self.title else f"{self.index} (counted from 0)"

    @property
    def natural(self) -> Array:
        """The values (N,) in MeV^n."""
        return self.values * self.unit.factor


@dataclass(frozen=True, slots=True)
class RawProfile:
    """A profile file, parsed: columns by quantity, and what was found around them.

    `lines` (N,) are line numbers of the rows; `stated` holds ``time_s``, ``neutrinosphere_km`` and
    ``neutrino_luminosity_erg_per_s`` where the header or the file name gives them; `unused` are
    columns nobody named.
    """

    name: str
    sha256: str
    layout: str
    header_lines: int
    lines: tuple[int, ...]
    columns: Mapping[str, RawColumn]
    unused: tuple[str, ...]
    stated: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows with numbers."""
        return len(self.lines)


def read_table(path: str | Path, columns: ColumnMap | None = None) -> RawProfile:
    r"""Parse a profile file into named columns with units.

    Parameters
    ----------
    path : text file; see the module for the formats.
    columns : what the file does not say: ``{"r": "cm", "T": "MeV"}`` gives units to named columns
        (to columns in that order if the file has no names); ``{"r_cm": 0, "T_MeV": 4}`` names
        columns by number, counted from 0; ``{"T_MeV": "my T"}`` by the name they have in the file.

    Raises
    ------
    ProfileFormatError
        if the file cannot be understood; the message names the line or column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my_star.dat")
    ...     _ = path.write_text("0 7 30\n2e6 7 5\n")
    ...     raw = read_table(path, {"r_cm": 0, "T_MeV": 2})
    >>> raw.layout, raw.rows, sorted(raw.columns), raw.unused
    ('table', 2, ['radius', 'temperature'], ('1',))
    """
    file = Path(path).expanduser()
    text, sha256 = read_text(file)
    try:
        entries = read_map(columns or {})
        sheet = _without_prose(read_sheet(text), entries)
        chosen, layout, notes = _choose(sheet, file.name, entries)
        found = {
            name: RawColumn(
                name, index, sheet.names[index] if sheet.names else "", unit, _numbers(sheet, index)
            )
            for name, (index, unit) in chosen.items()
        }
    except ProfileFormatError as error:
        raise ProfileFormatError(f"{file.name}: {error}") from None
    used = {index for index, _ in chosen.values()}
    time = _TIME.match(file.name)
    return RawProfile(
        name=file.name,
        sha256=sha256,
        layout=layout,
        header_lines=sheet.header_lines,
        lines=tuple(row.line for row in sheet.rows),
        columns=found,
        unused=tuple(sheet.names[k] if sheet.names else str(k) for k in range(sheet.width) if k not in used),
        stated=({"time_s": float(time.group(1))} if time else {}) | _stated(text, sheet.header_lines),
        notes=notes,
    )


def _without_prose(sheet: Sheet, entries: tuple[Assignment, ...]) -> Sheet:
    """The sheet, less the words above a table that are no names of columns."""
    wanted = {str(entry.column if entry.column is not None else entry.key) for entry in entries}
    if sheet.layout != "table" or any(is_named(name) or name in wanted for name in sheet.names):
        return sheet
    return replace(sheet, names=(), units=())


def _numbers(sheet: Sheet, index: int) -> Array:
    """One column (N,), refusing what is not a finite number."""
    values = np.empty(len(sheet.rows))
    for k, row in enumerate(sheet.rows):
        value = number(row.cells[index])
        if value is None or not np.isfinite(value):
            cell = row.cells[index]
            raise ProfileFormatError(
                f"line {row.line}, column {sheet.label(index)}: "
                + (f"'{cell}' is not a finite number." if cell else "the cell is empty.")
            )
        values[k] = value
    return values


def _stated(text: str, header_lines: int) -> dict[str, float]:
    """Numbers about the whole star that header lines give, such as ``# time_s = 1.0``."""
    header = "\n".join(text.splitlines()[:header_lines])
    found = {key: re.search(rf"\b{key}\s*[:=]\s*([^\s,}}]+)", header) for key in _STATED}
    values = {key: number(match.group(1)) for key, match in found.items() if match}
    return {key: value for key, value in values.items() if value is not None}


def _choose(sheet: Sheet, name: str, entries: tuple[Assignment, ...]) -> tuple[_Chosen, str, tuple[str, ...]]:
    """Which column holds which quantity: the map first, then the Garching layout or the names."""
    chosen = _mapped(sheet, entries)
    complete = {"radius", "temperature"} <= set(chosen)
    archive = name.startswith("hydro-") and sheet.width >= _FEW
    notes: tuple[str, ...] = ()
    layout = sheet.layout
    if layout == "table" and not complete and (archive or (not sheet.names and sheet.width >= _ALL)):
        layout = "garching"
        if not archive:
            notes = (f"read as a Garching table because it has {sheet.width} columns without names",)
        chosen = _garching(sheet) | chosen
    elif sheet.names:
        chosen = _by_names(sheet, chosen)
    elif not entries:
        raise ProfileFormatError(f"the {sheet.width} columns have no names.\n  {MAP_HELP}")
    for quantity in ("radius", "temperature"):
        if quantity not in chosen:
            raise _missing(sheet, quantity)
    return chosen, layout, notes


def _missing(sheet: Sheet, quantity: str) -> ProfileFormatError:
    columns = ", ".join(sheet.names) if sheet.names else f"{sheet.width} without names"
    spelling = {"radius": "radius_km", "temperature": "temperature_mev"}[quantity]
    return ProfileFormatError(
        f"no column gives the {quantity}, without which nothing can be computed "
        f"(looked for: {looked_for(quantity)}; columns: {columns}).\n"
        f"  Call it {spelling}, or give its number, counted from 0: --columns {example(quantity)}=<number>"
    )


def _garching(sheet: Sheet) -> _Chosen:
    """The columns of the archive's layout that the table has."""
    layout = embedded.load(LAYOUT_FILE).table()["columns"]
    return {
        entry["quantity"]: (int(index), UNITS[entry["unit"]])
        for index, entry in layout.items()
        if int(index) < sheet.width
    }


def _mapped(sheet: Sheet, entries: tuple[Assignment, ...]) -> _Chosen:
    """The columns that a map names."""
    in_order = [entry for entry in entries if entry.column is None]
    if in_order and not sheet.names and len(entries) != sheet.width:
        raise ProfileFormatError(
            f"the {sheet.width} columns have no names, the map has {len(entries)} entries.\n  {MAP_HELP}"
        )
    if in_order and not sheet.names and len(in_order) != len(entries):
        raise ProfileFormatError(f"the column map mixes units and column numbers.\n  {MAP_HELP}")
    found = {entry.quantity.name: (_position(sheet, entry, k), entry.unit) for k, entry in enumerate(entries)}
    for entry in in_order if sheet.names else ():
        index, unit = found[entry.quantity.name]
        naming = read_name(sheet.names[index], sheet.units[index])
        if naming is not None and naming.unit not in (None, unit):
            raise ProfileFormatError(
                f"the column map says {unit.spelling}, but column {sheet.label(index)} says otherwise.\n"
                f"  Leave '{entry.key}' out of the map, or give {by_number(entry.quantity.name, index)}."
            )
    _refuse_shared(sheet, found)
    return found


def _refuse_shared(sheet: Sheet, found: _Chosen) -> None:
    """Refuse a map that takes two quantities from one column."""
    owner: dict[int, str] = {}
    for name, (index, _) in found.items():
        if owner.setdefault(index, name) != name:
            raise ProfileFormatError(
                f"the map reads {owner[index]} and {name} from column {sheet.label(index)}.\n  {MAP_HELP}"
            )


def _position(sheet: Sheet, entry: Assignment, order: int) -> int:
    """Zero-based column of a map entry."""
    if isinstance(entry.column, int):
        if not 0 <= entry.column < sheet.width:
            raise ProfileFormatError(
                f"there is no column {entry.column} for '{entry.key}', only columns 0 to {sheet.width - 1}.\n"
                f"  {MAP_HELP}"
            )
        return entry.column
    if entry.column is None and not sheet.names:
        return order
    wanted = entry.key if entry.column is None else entry.column
    hits = [k for k, name in enumerate(sheet.names) if name == wanted]
    hits = hits or [k for k, name in enumerate(sheet.names) if name.casefold() == wanted.casefold()]
    if not hits and entry.column is None:
        hits = [k for k, n in enumerate(_namings(sheet, frozenset())) if n and n.quantity == entry.quantity]
    if len(hits) != 1:
        columns = ", ".join(sheet.names) or f"0 to {sheet.width - 1}, without names"
        found = "two columns are" if hits else "no column is"
        raise ProfileFormatError(f"{found} called '{wanted}' (columns: {columns}).\n  {MAP_HELP}")
    return hits[0]


def _namings(sheet: Sheet, taken: frozenset[int]) -> list[Naming | None]:
    """What each column's name says, None for columns that are taken or unknown."""
    return [
        None if k in taken else read_name(name, unit)
        for k, (name, unit) in enumerate(zip(sheet.names, sheet.units, strict=True))
    ]


def _by_names(sheet: Sheet, chosen: _Chosen) -> _Chosen:
    """Add the columns whose names say quantity and unit."""
    found = dict(chosen)
    for k, naming in enumerate(_namings(sheet, frozenset(index for index, _ in chosen.values()))):
        if naming is None or naming.quantity.name in chosen:
            continue
        name = naming.quantity.name
        if name in found:
            raise ProfileFormatError(
                f"the columns {sheet.label(found[name][0])} ({found[name][0]}) and {sheet.label(k)} ({k}) "
                f"both give the {name}.\n  Choose one: {by_number(name, k)}."
            )
        if naming.unit is None and not chosen:
            raise ProfileFormatError(
                f"column {sheet.label(k)} states no unit for the {name}.\n"
                f"  Call it {example(name)}, or give {by_number(name, k)}."
            )
        if naming.unit is not None:
            found[name] = (k, naming.unit)
    return found
