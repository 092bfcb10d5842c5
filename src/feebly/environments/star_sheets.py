"""Text of a star profile to cells: separator, header lines, names and units are found here.

Three kinds of text: ``csv`` (comma or semicolon), ``ecsv`` (with its YAML header) and ``table``
(white space). Lines that start with #, % or ! are comments.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from feebly.environments.star_columns import find_unit
from feebly.errors import ProfileFormatError

_COMMENT: Final = re.compile(r"^\s*[#%!]+")
_FORTRAN: Final = re.compile(r"([+-]?\d*\.?\d+)(?:[dD]([+-]?\d+)|([+-]\d{3}))")
_NO_ROWS: Final = (
    "no row with two or more numbers was found.\n  A profile needs at least a radius and a temperature."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table and its number in the file."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of a file with the names and units its header gives to the columns (none: empty)."""

    layout: str
    header_lines: int
    rows: list[Row]
    names: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0].cells)

    def label(self, index: int) -> str:
        """The name of a column, or its number, for messages."""
        return f"'{self.names[index]}'" if self.names else f"{index} (counted from 0)"


def read_text(file: Path) -> tuple[str, str]:
    """Text and SHA-256 of a file.

    Raises
    ------
    ProfileFormatError
        if there is no such file, or it holds no text.
    """
    if not file.exists():
        raise ProfileFormatError(f"There is no file '{file}'.\n  Check the path of the star profile.")
    if not file.is_file():
        raise ProfileFormatError(f"'{file}' is not a file.\n  Give the profile itself: one text file.")
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ProfileFormatError(f"'{file}' cannot be read: {error.strerror}.") from None
    if not raw.strip():
        raise ProfileFormatError(f"{file.name}: the file is empty.")
    packed = raw.startswith(b"\x1f\x8b")
    try:
        text = "" if b"\0" in raw or packed else raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text:
        hint = "Unpack it with gunzip first." if packed else "Save it as plain UTF-8 text, such as CSV."
        raise ProfileFormatError(f"{file.name}: this is not a text file.\n  {hint}")
    return text, hashlib.sha256(raw).hexdigest()


def number(cell: str) -> float | None:
    """A number as Python, Fortran (1.5D3) or truncated Fortran (1.5-120) write it, or None."""
    try:
        return float(cell)
    except ValueError:
        match = _FORTRAN.fullmatch(cell.strip())
    return float(f"{match.group(1)}e{match.group(2) or match.group(3)}") if match else None


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line; an empty separator is white space."""
    if not separator:
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])]


def _is_numeric(row: Row) -> bool:
    """Whether a line is two or more numbers and nothing else."""
    return len(row.cells) > 1 and all(number(cell) is not None for cell in row.cells)


def _looks_numeric(row: Row) -> bool:
    """Whether at least half of two or more cells are numbers: a row of data, even with a typing error."""
    return len(row.cells) > 1 and 2 * sum(number(cell) is not None for cell in row.cells) >= len(row.cells)


def read_sheet(text: str) -> Sheet:
    r"""Cells of a text, every row of the same length.

    Raises
    ------
    ProfileFormatError
        if there are no numbers, the rows differ in length, or the header contradicts them.

    Examples
    --------
    >>> sheet = read_sheet("# time_s = 1\nr_km, T_MeV\n0, 30\n20, 5\n")
    >>> sheet.layout, sheet.header_lines, sheet.names, len(sheet.rows)
    ('csv', 2, ('r_km', 'T_MeV'), 2)
    """
    sheet = _ecsv(text) if re.match(r"#\s*%ECSV", text) else _table(text)
    _check_width(sheet)
    return sheet


def _table(text: str) -> Sheet:
    """Cells and names of CSV, or of columns separated by white space."""
    lines = text.splitlines()
    plain = [(k, line) for k, line in enumerate(lines, 1) if line.strip() and not _COMMENT.match(line)]
    read = {s: [Row(k, _cells(line, s)) for k, line in plain if s in line] for s in (";", ",", "")}
    separator = max(read, key=lambda s: [sum(map(test, read[s])) for test in (_is_numeric, _looks_numeric)])
    numeric = [row for row in read[separator] if _looks_numeric(row)]
    if not any(map(_is_numeric, numeric)):
        pointed = [Row(k, line.replace(",", ".").replace(";", " ").split()) for k, line in plain]
        if any(map(_is_numeric, pointed)):
            raise ProfileFormatError("the numbers have decimal commas.\n  Replace them by points.")
    if not numeric:
        raise ProfileFormatError(_NO_ROWS)
    width = Counter(len(row.cells) for row in numeric).most_common(1)[0][0]
    first = next((row.line for row in numeric if _starts_table(row.cells, width)), numeric[0].line)
    rows = [Row(k, _cells(line, separator)) for k, line in plain if k >= first]
    names, units = _header(lines[: first - 1], separator, width)
    return Sheet("csv" if separator else "table", first - 1, rows, names, units)


def _starts_table(cells: list[str], width: int) -> bool:
    """Whether this is the first row: not column numbers, and not a count or a time above the table."""
    values = [number(cell) for cell in cells]
    if len(cells) == width:
        return width == 2 or not any(values == [k + start for k in range(width)] for start in (0, 1))
    return None not in values and (len(cells) > 2 or width <= 4)


def _header(lines: list[str], separator: str, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and units that the last header lines give to the columns, if they do."""
    last = [_COMMENT.sub("", line) for line in lines if _COMMENT.sub("", line).strip()][-2:]
    cells = [_cells(_glue(line, separator), separator) for line in last]
    units = ("",) * width
    if len(cells) == 2 and len(cells[1]) == width and all(_is_unit(cell) for cell in cells[1]):
        units = tuple(cell.strip("[]()") for cell in cells.pop())
    names = tuple(cells[-1]) if cells else ()
    if not names or any(number(cell) is not None for cell in names):
        return (), ()
    if len(names) == width:
        return names, units
    if separator and len(names) > 1:
        raise ProfileFormatError(f"the header names {len(names)} columns, the rows have {width} cells.")
    return (), ()


def _glue(line: str, separator: str) -> str:
    """Join a unit in brackets to the name before it where blanks separate the columns."""
    if separator:
        return line
    return re.sub(r"\s*([\[(])([^\])]*)([\])])", lambda m: m[1] + m[2].replace(" ", "") + m[3], line)


def _is_unit(cell: str) -> bool:
    return find_unit(cell.strip("[]()")) is not None


def _ecsv(text: str) -> Sheet:
    """Cells, names and units of an ECSV file; the YAML header is read as far as we need it."""
    lines = text.splitlines()
    header = "\n".join(line.lstrip("#") for line in lines if line.startswith("#"))
    delimiter = re.search(r"^\s*delimiter:\s*['\"]?([,;])", header, re.MULTILINE)
    separator = delimiter.group(1) if delimiter else " "
    section = re.split(r"^\s*(?:meta|schema):", header.partition("datatype:")[2], flags=re.MULTILINE)[0]
    entries = re.split(r"^\s*-\s", section, flags=re.MULTILINE)[1:]
    units = {_yaml(entry, "name"): _yaml(entry, "unit") for entry in entries}
    body = [(k, line.strip()) for k, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not units or not body:
        raise ProfileFormatError("the ECSV header is not complete.\n  Write it with astropy, or use CSV.")
    names = tuple(_cells(body[0][1], separator))
    if set(names) != set(units):
        raise ProfileFormatError(
            f"the ECSV header describes the columns {', '.join(units)}, but the table has {', '.join(names)}."
        )
    if len(body) == 1:
        raise ProfileFormatError(_NO_ROWS)
    rows = [Row(k, _cells(line, separator)) for k, line in body[1:]]
    return Sheet("ecsv", body[0][0], rows, names, tuple(units[name] for name in names))


def _yaml(entry: str, key: str) -> str:
    """The text of ``key: value`` in one flow or block mapping, or ''."""
    match = re.search(rf"\b{key}:\s*('(?:[^']|'')*'|\"[^\"]*\"|[^,}}\n]*)", entry)
    return match.group(1).strip().strip("'\"") if match else ""


def _check_width(sheet: Sheet) -> None:
    """Refuse rows of different length, saying where."""
    width = Counter(len(row.cells) for row in sheet.rows).most_common(1)[0][0]
    width = len(sheet.names) or width
    for row in sheet.rows:
        if len(row.cells) != width:
            raise ProfileFormatError(
                f"line {row.line} has {len(row.cells)} cells, the table has {width} columns.\n"
                "  Every row needs the same number of values; was the copy cut short?"
            )
