"""What a star profile holds, what it lacks, and what cannot be computed because of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import SOLAR_MASS
from feebly.environments.star import StarProfile, enclosed_mass, summary
from feebly.environments.star_columns import ColumnMap
from feebly.environments.star_files import profile_from_table
from feebly.environments.star_tables import RawProfile, read_table
from feebly.units import FM, KM

_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """One column: quantity, its label in the file, unit, smallest and largest value in that unit."""

    quantity: str
    label: str
    unit: str
    low: float
    high: float

    def text(self) -> str:
        """One line for people."""
        unit = "" if self.unit == "1" else f" {self.unit}"
        label = "" if self.label == self.quantity else f"  (column {self.label})"
        return f"{self.quantity:<19} {self.low:.4g} to {self.high:.4g}{unit}{label}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the profile does not provide, the processes lost with it, and what would add it."""

    needs: str
    lost: str
    add: str


_NEEDS: Final = (
    *(
        Gap(f"mu:nu_{x}", f"neutrino-pair coalescence nu_{x} nu_{x}~", f"a column mu_nu_{x}_mev")
        for x in ("e", "mu", "tau")
    ),
    Gap(
        "mu:mu-",
        "muon-pair coalescence, semi-Compton on muons",
        "a column mu_mu_mev, or mu_nu_e_mev with mu_e_mev or density and Y_e",
    ),
    Gap("lapse", "gravitational redshift and trapping", "a column lapse, or a density"),
    Gap(
        "neutrino luminosity",
        "criterion=luminosity of sn-cooling",
        "a header line '# neutrino_luminosity_erg_per_s = ...' or that argument in Python",
    ),
)


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """The findings of `report`.

    `layout` is garching, csv, ecsv or table, and empty for a profile that is no file; `summary`
    has the unit in each name; `mass` is in solar masses, of the rest-mass density inside the
    neutrinosphere and inside the edge; `gaps` say what is lost.
    """

    name: str
    layout: str
    rows: int
    header_lines: int
    time_s: float
    columns: tuple[FoundColumn, ...]
    unused: tuple[str, ...]
    provides: tuple[str, ...]
    gaps: tuple[Gap, ...]
    summary: Mapping[str, float]
    mass: Mapping[str, float]
    choices: Mapping[str, str]
    notes: tuple[str, ...]
    data: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain dictionaries, lists, text and numbers, for JSON."""
        return {
            "name": self.name,
            "format": self.layout or None,
            "rows": self.rows,
            "header_lines": self.header_lines,
            "time_s": self.time_s,
            "columns": [asdict(column) for column in self.columns],
            "unused": list(self.unused),
            "provides": list(self.provides),
            "missing": [asdict(gap) for gap in self.gaps],
            "summary": dict(self.summary),
            "mass_solar": dict(self.mass),
            "choices": dict(self.choices),
            "notes": list(self.notes),
            "data": list(self.data),
        }

    def text(self) -> str:
        """The report for people, in lines of at most 100 characters."""
        kind = f"{self.layout} text, {self.header_lines} header lines, " if self.layout else ""
        lines = [
            *_wrap(f"{self.name}: {kind}{self.rows} rows, {self.time_s:g} s after bounce", ""),
            "Columns (numbers count from 0):" if self.layout else "Columns:",
        ]
        for column in self.columns:
            lines += _wrap(column.text(), "  ")
        lines += _wrap("Not used: " + ", ".join(self.unused), "") if self.unused else []
        lines += ["Star:"] + [f"  {key:<28} {value:.5g}" for key, value in self.summary.items()]
        lines += [
            f"  {'mass inside ' + key:<28} {value:.4g} solar masses" for key, value in self.mass.items()
        ]
        lines += _wrap("Provides: " + ", ".join(self.provides), "")
        lines += ["Filled in:"] if self.choices else []
        for key, value in self.choices.items():
            lines += _wrap(f"{key}: {value}", "  ")
        lines += ["Missing:"] if self.gaps else ["Missing: nothing"]
        for gap in self.gaps:
            lines += _wrap(f"{gap.needs}: without it no {gap.lost}. Add {gap.add}.", "  ")
        for note in self.notes:
            lines += _wrap(f"Note: {note}.", "")
        return "\n".join(lines)


def report(source: str | Path | StarProfile, *, columns: ColumnMap | None = None) -> ProfileReport:
    """Read a profile file, or take a profile, and say what it is good for.

    Parameters
    ----------
    source : path of a file, or a profile.
    columns : for a file, as in `feebly.environments.star_files.read_table`; counted from 0.

    Raises
    ------
    ProfileFormatError
        if the file does not describe a star.

    Examples
    --------
    >>> from feebly.units import SECOND
    >>> r = np.array([0.0, 10.0, 20.0]) * KM
    >>> one = np.ones(3)
    >>> star = StarProfile("toy", SECOND, r, 30 * one, {}, {"nu_e": 0 * one}, {}, one, 20 * KM)
    >>> [gap.needs for gap in report(star).gaps]
    ['mu:nu_mu', 'mu:nu_tau', 'mu:mu-', 'lapse', 'neutrino luminosity']
    """
    if isinstance(source, StarProfile):
        return _report(source, None)
    raw = read_table(source, columns)
    return _report(profile_from_table(raw), raw)


def _report(star: StarProfile, raw: RawProfile | None) -> ProfileReport:
    has = set(star.provides()) | ({"neutrino luminosity"} if star.neutrino_luminosity is not None else set())
    found = summary(star)
    return ProfileReport(
        name=star.name if raw is None else raw.name,
        layout="" if raw is None else raw.layout,
        rows=star.radius.size if raw is None else raw.rows,
        header_lines=0 if raw is None else raw.header_lines,
        time_s=found.pop("time_s"),
        columns=_of_profile(star) if raw is None else _of_file(raw),
        unused=() if raw is None else raw.unused,
        provides=tuple(sorted(has)),
        gaps=tuple(gap for gap in _NEEDS if gap.needs not in has),
        summary=found,
        mass=_mass(star),
        choices={key.removeprefix("profile."): value for key, value in sorted(star.provenance.choices)},
        notes=(() if raw is None else raw.notes) + tuple(sorted(star.provenance.omitted)),
        data=tuple(sorted(star.provenance.data)),
    )


def _of_file(raw: RawProfile) -> tuple[FoundColumn, ...]:
    """Columns as the file gives them, in its units."""
    return tuple(
        FoundColumn(
            name,
            column.title or str(column.index),
            column.unit.spelling,
            float(column.values.min()),
            float(column.values.max()),
        )
        for name, column in raw.columns.items()
    )


def _of_profile(star: StarProfile) -> tuple[FoundColumn, ...]:
    """Arrays of a profile in km, MeV and fm^-3."""
    arrays: list[tuple[str, str, Array]] = [
        ("radius", "km", star.radius / KM),
        ("temperature", "MeV", star.temperature),
        ("lapse", "1", star.lapse),
    ]
    arrays += [(f"n:{species}", "fm^-3", values * FM**3) for species, values in star.density.items()]
    arrays += [(f"mu:{species}", "MeV", values) for species, values in star.potential.items()]
    arrays += [(f"m*:{species}", "MeV", values) for species, values in star.mass_eff.items()]
    return tuple(FoundColumn(name, name, unit, float(v.min()), float(v.max())) for name, unit, v in arrays)


def _mass(star: StarProfile) -> dict[str, float]:
    """Mass of the baryon rest-mass density in flat volume elements [solar masses], as the lapse uses it."""
    rho = star.baryonic_mass_density
    if rho is None:
        return {}
    inside = enclosed_mass(star.radius, rho) / SOLAR_MASS
    at = float(np.interp(star.neutrinosphere, star.radius, inside))
    return {"neutrinosphere": at, "edge": float(inside[-1])}


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "    ", break_on_hyphens=False
    )
