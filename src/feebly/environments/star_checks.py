"""Whether the numbers of a profile file can be a star: order, sign, and orders of magnitude.

The ranges are wide: they are there to find a wrong unit, not to judge a simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from feebly.arrays import Array, Mask
from feebly.constants import ATOMIC_MASS_UNIT, SOLAR_MASS
from feebly.environments.star import enclosed_mass
from feebly.environments.star_columns import UNITS, find_unit
from feebly.environments.star_tables import RawColumn, RawProfile
from feebly.errors import ProfileFormatError
from feebly.units import KM

ZERO_IS_ABSENT: Final = frozenset(
    {"lapse", "mu_e", "mu_mu", "mu_n", "mu_p", "mu_n_minus_mass", "mu_p_minus_mass", "mu_n_star", "mu_p_star"}
    | {"m_star_n", "m_star_p", "m_nucleon_star"}
)
_INNERMOST: Final = 30.0  # km, by where the first row must stand
_MASS: Final = (1e-2, 200.0)  # solar masses inside the edge


@dataclass(frozen=True, slots=True)
class _Range:
    """What a number of a column must lie between [in `unit`], and the units it is mistaken for."""

    quantity: str
    what: str
    pick: Callable[[Array], float]
    low: float
    high: float
    unit: str
    others: tuple[str, ...]


def _centre(values: Array) -> float:
    return float(values[0])


def _edge(values: Array) -> float:
    return float(values[-1])


def _largest(values: Array) -> float:
    return float(np.max(np.abs(values)))


def _inner(values: Array) -> float:
    """Largest size in the inner half of the rows: tables may hold anything far outside the star."""
    return _largest(values[: (values.size + 1) // 2])


_DENSITIES: Final = ("g/cm3", "fm^-3", "cm^-3", "MeV/fm3")
_ENERGIES: Final = ("MeV", "GeV")
_RANGES: Final = (
    _Range("radius", "the radius at the edge", _edge, 5.0, 1e6, "km", ("cm", "km", "m")),
    _Range(
        "temperature",
        "the temperature at the centre",
        _centre,
        0.1,
        200.0,
        "MeV",
        (*_ENERGIES, "keV", "eV", "K"),
    ),
    _Range("temperature", "the largest temperature", _largest, 0.1, 300.0, "MeV", ()),
    _Range("mass_density", "the density at the centre", _centre, 1e12, 1e16, "g/cm3", _DENSITIES),
    _Range("mass_density", "the largest density", _largest, 1e12, 1e17, "g/cm3", ()),
    _Range("baryon_density", "the baryon density at the centre", _centre, 6e-4, 6.0, "fm^-3", _DENSITIES),
    _Range("baryon_density", "the largest baryon density", _largest, 6e-4, 60.0, "fm^-3", ()),
    _Range("mu_e", "the largest mu_e in the inner rows", _inner, 2.0, 2e3, "MeV", _ENERGIES),
    *(
        _Range(name, f"the largest {name} in the inner rows", _inner, 0.0, 2e3, "MeV", _ENERGIES)
        for name in ("mu_mu", "mu_nu_e", "mu_nu_mu", "mu_nu_tau")
    ),
    *(_Range(f"mu_{x}", f"mu_{x} at the centre", _centre, 700.0, 3e3, "MeV", _ENERGIES) for x in "np"),
    *(
        _Range(f"mu_{x}_minus_mass", f"mu_{x}_minus_mass at the centre", _centre, -800.0, 800.0, "MeV", ())
        for x in "np"
    ),
    *(_Range(f"m_star_{x}", f"m_star_{x} at the centre", _centre, 50.0, 1e3, "MeV", _ENERGIES) for x in "np"),
    _Range("m_nucleon_star", "m_nucleon_star at the centre", _centre, 50.0, 1e3, "MeV", _ENERGIES),
)
_OFTEN: Final = MappingProxyType(
    {
        "temperature": "Check the column; a temperature in kelvin must be multiplied by k_B to be in MeV.",
        "mu_n": "Without the rest mass it is called mu_n_minus_mass, an effective one mu_n_star.",
        "mu_p": "Without the rest mass it is called mu_p_minus_mass, an effective one mu_p_star.",
        "mu_n_minus_mass": "With the rest mass included it is called mu_n.",
        "mu_p_minus_mass": "With the rest mass included it is called mu_p.",
    }
)


def check_values(raw: RawProfile) -> None:
    """Refuse a table that cannot be a star.

    Raises
    ------
    ProfileFormatError
        naming the line or the quantity, and the unit it looks like.
    """
    try:
        _order(raw)
        _signs(raw)
        for allowed in _RANGES:
            column = raw.columns.get(allowed.quantity)
            if column is not None and (np.any(column.values) or column.quantity not in ZERO_IS_ABSENT):
                _magnitude(column, allowed)
        _core(raw)
    except ProfileFormatError as error:
        raise ProfileFormatError(f"{raw.name}: {error}") from None


def _order(raw: RawProfile) -> None:
    """The radius starts at or above 0 and never decreases."""
    column = raw.columns["radius"]
    radius = column.values
    if radius.size < 2:
        raise ProfileFormatError("there is only one row of numbers.\n  A profile needs at least two radii.")
    steps = np.diff(radius)
    if np.all(steps <= 0) and np.any(steps < 0):
        raise ProfileFormatError(
            "the rows run from the edge to the centre.\n  Reverse them (on Linux: tac), header lines first."
        )
    if radius[0] < 0 or np.any(steps < 0):
        row = int(np.flatnonzero(steps < 0)[0]) + 1 if radius[0] >= 0 else 0
        before = f" after {radius[row - 1]:g}" if row else ""
        raise ProfileFormatError(
            f"line {raw.lines[row]}: the radius is {radius[row]:g} {column.unit.spelling}{before}.\n"
            "  Radii must not be negative and must never decrease; check the column or sort the rows."
        )


def _signs(raw: RawProfile) -> None:
    """Temperature positive, density not negative, lapse and fractions between 0 and 1."""
    for name, column in raw.columns.items():
        values = column.values
        bad: Mask = np.zeros(values.shape, dtype=bool)
        need = ""
        if name == "temperature":
            bad, need = values <= 0, "must be positive"
        elif name in ("mass_density", "baryon_density"):
            bad, need = values < 0, "must not be negative"
        elif name == "lapse" and np.any(values):
            bad, need = (values <= 0) | (values > 1 + 1e-9), "must lie above 0 and not above 1"
        elif name in ("electron_fraction", "muon_fraction"):
            bad, need = (values < 0) | (values > 1), "must lie between 0 and 1"
        if np.any(bad):
            row = int(np.flatnonzero(bad)[0])
            unit = "" if column.unit.spelling == "1" else f" {column.unit.spelling}"
            raise ProfileFormatError(
                f"line {raw.lines[row]}: the {name.replace('_', ' ')} is {values[row]:g}{unit}; it {need}.\n"
                f"  Check that column {column.label} is the right one."
            )


def _magnitude(column: RawColumn, allowed: _Range) -> None:
    """Refuse a wrong unit by orders of magnitude, saying which unit it looks like."""
    unit = UNITS[allowed.unit]
    found = allowed.pick(column.natural) / unit.factor
    if allowed.low <= found <= allowed.high:
        return
    message = (
        f"{allowed.what} would be {found:.3g} {allowed.unit}; "
        f"expected between {allowed.low:g} and {allowed.high:g}.\n"
    )
    for other in (find_unit(spelling) for spelling in allowed.others):
        if other is None or other == column.unit:
            continue
        value = allowed.pick(column.values) * other.factor / unit.factor
        value *= _to_dimension(other.dimension, unit.dimension)
        if allowed.low <= value <= allowed.high and value:
            raise ProfileFormatError(
                f"{message}  It looks like {other.spelling} given as {column.unit.spelling} "
                f"(then it would be {value:.3g} {allowed.unit}): change the unit of column {column.label}."
            )
    hint = _OFTEN.get(allowed.quantity) or f"Check that column {column.label} and its unit are right."
    raise ProfileFormatError(f"{message}  {hint}")


def _to_dimension(have: str, want: str) -> float:
    """Factor between a number density and the mass density of that many baryons."""
    if have == want:
        return 1.0
    return ATOMIC_MASS_UNIT if want == "mass density" else 1 / ATOMIC_MASS_UNIT


def _core(raw: RawProfile) -> None:
    """The rows reach into the core, and the mass is that of a star."""
    radius = raw.columns["radius"].natural
    first = float(radius[radius > 0][0]) / KM
    if first > _INNERMOST:
        raise ProfileFormatError(
            f"the innermost radius is {first:.3g} km, outside a proto-neutron star.\n"
            f"  Check the unit of column {raw.columns['radius'].label}, or add the rows of the core."
        )
    density = raw.columns.get("mass_density")
    rho = None if density is None else density.natural
    if rho is None and "baryon_density" in raw.columns:
        rho = raw.columns["baryon_density"].natural * ATOMIC_MASS_UNIT
    if rho is not None:
        _mass(raw, np.concatenate([[0.0], radius]), np.concatenate([rho[:1], rho]))


def _mass(raw: RawProfile, radius: Array, rho: Array) -> None:
    """The mass is that of a star, also between rows, where the density is taken as linear."""
    volume = 4 * np.pi / 3 * np.diff(radius**3) / SOLAR_MASS
    least = float(np.sum(volume * np.minimum(rho[1:], rho[:-1])))
    most = float(np.sum(volume * np.maximum(rho[1:], rho[:-1])))
    if least > _MASS[1] or most < _MASS[0]:
        raise ProfileFormatError(
            f"the mass inside the edge would be {least if least > _MASS[1] else most:.2g} solar masses.\n"
            "  Check the units of the radius and of the density."
        )
    linear = enclosed_mass(radius, rho) / SOLAR_MASS
    if linear[-1] > _MASS[1] and "lapse" not in raw.columns:
        row = max(int(np.argmax(np.diff(linear))), 1)
        raise ProfileFormatError(
            f"lines {raw.lines[row - 1]} and {raw.lines[row]} are too far apart for the steep density.\n"
            "  Add rows or end the file earlier, or give the column lapse."
        )
