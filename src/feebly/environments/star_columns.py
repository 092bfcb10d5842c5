"""What the columns of a star profile may be called, their units, and the map that names them.

A column carries its unit as the last word of its name (``radius_km``) or in brackets (``r[cm]``).
A map tells what a file does not say; column numbers in it count from zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from feebly import constants
from feebly.errors import ProfileFormatError
from feebly.units import CM, EV, FM, GEV, GRAM, KEV, KM, METRE, MEV

ColumnMap = Mapping[str, str | int]
MAP_HELP: Final = (
    "Say which column is which, counted from 0: columns={'r_cm': 0, 'T_MeV': 4}, or --columns r_cm=0,T_MeV=4."
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a column: how it is printed, what it measures, its value in MeV^n."""

    spelling: str
    dimension: str
    factor: float


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something a profile can hold: name, dimension, and other names people give it."""

    name: str
    dimension: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """What a column name says: the quantity, and the unit if it states one."""

    quantity: Quantity
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One entry of a column map. `column` is a zero-based number, a name, or None (next in order)."""

    key: str
    quantity: Quantity
    unit: Unit
    column: int | str | None


def _plain(text: str) -> str:
    """Spelling without case, blanks and decoration: ``mu_{nu_e}`` and ``Mu_nu_e`` become ``munue``."""
    return re.sub(r"[\s_{}$\\^-]", "", text.replace("*", "star")).lower()


def _plain_unit(text: str) -> str:
    """As `_plain`, but the minus of ``fm^-3`` stays and ``**`` is a power."""
    return re.sub(r"[\s_{}$\\^.]", "", text.replace("**", "")).lower()


_UNITS: Final = (
    (Unit("km", "length", KM), "km"),
    (Unit("m", "length", METRE), "m"),
    (Unit("cm", "length", CM), "cm"),
    (Unit("MeV", "energy", MEV), "mev"),
    (Unit("GeV", "energy", GEV), "gev"),
    (Unit("keV", "energy", KEV), "kev"),
    (Unit("eV", "energy", EV), "ev"),
    (Unit("g/cm3", "mass density", GRAM / CM**3), "g/cm3 gcm-3 gpercm3 gcm3 g/cc"),
    (Unit("MeV/fm3", "mass density", MEV / FM**3), "mev/fm3 mevfm-3 mevperfm3 mevfm3"),
    (Unit("fm^-3", "number density", 1 / FM**3), "fm-3 1/fm3 perfm3 fm3"),
    (Unit("cm^-3", "number density", 1 / CM**3), "cm-3 1/cm3 percm3 cm3"),
    (Unit("1", "pure number", 1.0), "1 - none dimensionless"),
)
UNITS: Final = MappingProxyType({unit.spelling: unit for unit, _ in _UNITS})
_UNIT_BY_SPELLING: Final = MappingProxyType({word: unit for unit, words in _UNITS for word in words.split()})

_POTENTIALS: Final = (
    Quantity("mu_e", "energy", ("mu_electron", "electron_potential")),
    Quantity("mu_mu", "energy", ("mu_muon", "muon_potential")),
    Quantity("mu_nu_e", "energy", ("mu_nu", "mu_nue")),
    Quantity("mu_nu_mu", "energy", ("mu_numu",)),
    Quantity("mu_nu_tau", "energy", ("mu_nutau",)),
    Quantity("mu_n", "energy", ("mu_neutron",)),
    Quantity("mu_p", "energy", ("mu_proton",)),
    Quantity("mu_n_minus_mass", "energy", ("mu_n_minus_m_n", "mu_n_kinetic")),
    Quantity("mu_p_minus_mass", "energy", ("mu_p_minus_m_p", "mu_p_kinetic")),
    Quantity("mu_n_star", "energy", ("mu_n_eff",)),
    Quantity("mu_p_star", "energy", ("mu_p_eff",)),
)
QUANTITIES: Final = (
    Quantity("radius", "length", ("r", "rad")),
    Quantity("temperature", "energy", ("T", "temp", "kT")),
    Quantity("mass_density", "mass density", ("rho", "density", "rho_b")),
    Quantity(
        "baryon_density", "number density", ("n_b", "n_baryon", "density", "rho_b", "rho", "number_density")
    ),
    Quantity("electron_fraction", "pure number", ("Y_e",)),
    Quantity("muon_fraction", "pure number", ("Y_mu",)),
    Quantity("lapse", "pure number", ("alpha",)),
    *_POTENTIALS,
    Quantity("m_star_n", "energy", ("m_n_star", "m_n_eff")),
    Quantity("m_star_p", "energy", ("m_p_star", "m_p_eff")),
    Quantity("m_nucleon_star", "energy", ("m_star", "m_n_star_common")),
    Quantity("U_n", "energy", ()),
    Quantity("U_p", "energy", ()),
)
BY_NAME: Final = MappingProxyType({quantity.name: quantity for quantity in QUANTITIES})


def looked_for(name: str) -> str:
    """The names under which a quantity is found, for messages.

    >>> looked_for("radius")
    'radius, r, rad'
    """
    return ", ".join((name, *BY_NAME[name].aliases))


def _named(text: str) -> tuple[Quantity, ...]:
    """Quantities that go by this name (several where only the unit can tell)."""
    word = _plain(text)
    return tuple(q for q in QUANTITIES if word in {_plain(q.name), *map(_plain, q.aliases)})


def is_named(text: str) -> bool:
    """Whether a column name is one of a quantity, whatever its unit.

    >>> is_named("T [keV]"), is_named("entropy")
    (True, False)
    """
    return bool(_named(_split(text.strip())[0]))


def find_unit(text: str) -> Unit | None:
    """The unit of that spelling, or None.

    >>> find_unit("g cm^-3").spelling, find_unit("parsec")
    ('g/cm3', None)
    """
    if text.strip() in ("K", "k", "kelvin"):
        return Unit("K", "energy", _kelvin())
    return _UNIT_BY_SPELLING.get(_plain_unit(text))


def _kelvin() -> float:
    """k_B in MeV per kelvin, or 0 if the constants do not hold it (in J/K)."""
    entry = constants.table().get("boltzmann")
    return 0.0 if entry is None else entry.value / constants.MEV_SI


def _split(text: str) -> tuple[str, str | None]:
    """Base name and the text of its unit: in brackets, after a slash, or as the last words."""
    bracket = re.fullmatch(r"(.+?)[\s_]*[\[(](.*)[\])]", text)
    if bracket:
        return bracket.group(1), bracket.group(2)
    if _named(text):
        return text, None
    slash = re.fullmatch(r"([^/]+)/\s*([A-Za-z].*)", text)
    if slash and find_unit(slash.group(2)):
        return slash.group(1), slash.group(2)
    breaks = [match.start() for match in re.finditer(r"[_\s]", text)]
    for cut in breaks:
        if _plain(text[:cut]) and find_unit(text[cut + 1 :]) is not None:
            return text[:cut], text[cut + 1 :]
    return text, None


def read_name(text: str, unit: str | None = None) -> Naming | None:
    """What a column name says, or None if it names no known quantity.

    `unit` is what another line of the file states, if it does.

    Raises
    ------
    ProfileFormatError
        for an unknown unit, or one that cannot belong to the quantity.

    Examples
    --------
    >>> naming = read_name("rho [g/cm^3]")
    >>> naming.quantity.name, naming.unit.spelling
    ('mass_density', 'g/cm3')
    """
    base, own = _split(text.strip())
    stated = own if own is not None else unit
    candidates = _named(base)
    if not candidates:
        return None
    if base == "t" and (stated is None or find_unit(stated) is None):  # more often a time
        return None
    if stated is None or not stated.strip():
        only = candidates[0]
        return Naming(only, UNITS["1"] if only.dimension == "pure number" else None)
    return Naming(*_with_unit(text, candidates, stated))


def _with_unit(text: str, candidates: tuple[Quantity, ...], stated: str) -> tuple[Quantity, Unit]:
    found = find_unit(stated)
    for candidate in candidates:
        if found is None or candidate.dimension != found.dimension:
            continue
        if not found.factor:
            raise ProfileFormatError(
                f"column '{text}' is in kelvin, which cannot be read.\n  Multiply it by k_B: give MeV."
            )
        return candidate, found
    possible = [u for u in UNITS.values() if u.dimension in {c.dimension for c in candidates}]
    raise ProfileFormatError(
        f"column '{text}': '{stated}' is no unit of {' or '.join(c.name for c in candidates)}.\n"
        f"  Possible: {', '.join(unit.spelling for unit in possible)}."
    )


def parse_columns(text: str) -> dict[str, str | int]:
    """Read a map written as ``name_unit=column``, columns counted from zero, or ``name=unit``.

    Raises
    ------
    ProfileFormatError
        if an entry has no equals sign, or a name stands twice.

    Examples
    --------
    >>> parse_columns("r_cm=0,T_MeV=4,Ye=6")
    {'r_cm': 0, 'T_MeV': 4, 'Ye': 6}
    >>> parse_columns("r=cm, T=MeV")
    {'r': 'cm', 'T': 'MeV'}
    """
    found: dict[str, str | int] = {}
    for entry in (part.strip() for part in text.split(",")):
        name, equals, value = (piece.strip() for piece in entry.partition("="))
        if not (name and equals and value):
            raise ProfileFormatError(f"'{entry}' is no entry of a column map.\n  {MAP_HELP}")
        if name in found:
            raise ProfileFormatError(f"The column map names '{name}' twice.\n  {MAP_HELP}")
        found[name] = int(value) if re.fullmatch(r"[+-]?\d+", value) else value
    return found


def read_map(columns: ColumnMap) -> tuple[Assignment, ...]:
    """The entries of a column map, understood.

    Raises
    ------
    ProfileFormatError
        if a name is no quantity, or a unit is missing or unknown.
    """
    entries = tuple(_entry(key, value) for key, value in columns.items())
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.quantity.name in seen:
            raise ProfileFormatError(
                f"the column map gives {entry.quantity.name} twice: "
                f"'{seen[entry.quantity.name]}' and '{entry.key}'.\n  {MAP_HELP}"
            )
        seen[entry.quantity.name] = entry.key
    return entries


def _entry(key: str, value: str | int) -> Assignment:
    base, own = _split(key.strip())
    candidates = _named(base)
    if not candidates:
        raise ProfileFormatError(
            f"'{key}' in the column map is no known quantity.\n"
            f"  Known: {', '.join(q.name for q in QUANTITIES)}; short forms r, T, rho, n_b, Ye."
        )
    if own is None and isinstance(value, str) and find_unit(value) is not None:
        return Assignment(key, *_with_unit(key, candidates, value), None)
    stated = read_name(key)
    if stated is None or stated.unit is None:
        raise ProfileFormatError(
            f"'{key}' in the column map needs a unit; '{value}' is none.\n"
            f"  Such as columns={{'{key}': '{_UNIT_EXAMPLE[candidates[0].dimension]}'}}, "
            f"or {example(candidates[0].name)}=<column counted from 0>."
        )
    if isinstance(value, str) and value.isdigit():
        return Assignment(key, stated.quantity, stated.unit, int(value))
    return Assignment(key, stated.quantity, stated.unit, value)


_UNIT_EXAMPLE: Final = MappingProxyType(
    {"length": "cm", "energy": "MeV", "mass density": "g/cm3", "number density": "fm^-3", "pure number": "1"}
)
_SUFFIX: Final = MappingProxyType(
    {"length": "_cm", "energy": "_MeV", "mass density": "_g_per_cm3", "number density": "_per_fm3"}
)
_SHORT: Final = MappingProxyType(
    {"radius": "r", "temperature": "T", "mass_density": "rho", "baryon_density": "n_b"}
)


def by_number(name: str, index: int) -> str:
    """How to name one column by its number, for messages.

    >>> by_number("radius", 3)
    "columns={'r_cm': 3} or --columns r_cm=3 (counted from 0)"
    """
    return f"columns={{'{example(name)}': {index}}} or --columns {example(name)}={index} (counted from 0)"


def example(name: str) -> str:
    """How a map entry for a quantity may be spelt.

    >>> example("temperature"), example("mu_nu_e")
    ('T_MeV', 'mu_nu_e_MeV')
    """
    return _SHORT.get(name, name) + _SUFFIX.get(BY_NAME[name].dimension, "")
