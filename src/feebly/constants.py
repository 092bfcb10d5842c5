"""Physical constants by typed name, in MeV^n (hbar = c = k_B = 1, Heaviside-Lorentz).

The numbers live in ``data/constants.toml`` with unit, uncertainty and source; this module only
gives them names. `describe` returns the entry behind a name.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from feebly.errors import UnknownNameError
from feebly.provenance import Source


@dataclass(frozen=True, slots=True)
class Constant:
    """One entry of ``constants.toml``."""

    name: str
    value: float
    unit: str
    uncertainty: float
    source: Source
    how: str


@cache
def table() -> dict[str, Constant]:
    """All constants as stored, in the units of the file."""
    text = (files("feebly") / "data" / "constants.toml").read_text(encoding="utf-8")
    return {
        name: Constant(
            name=name,
            value=float(entry["value"]),
            unit=entry["unit"],
            uncertainty=float(entry["uncertainty"]),
            source=Source(entry["source"], entry["where"]),
            how=entry["how"],
        )
        for name, entry in tomllib.loads(text).items()
    }


def describe(name: str) -> Constant:
    """The stored entry of a constant, with its unit, uncertainty and source.

    >>> describe("muon_mass").unit
    'MeV'
    """
    entries = table()
    if name not in entries:
        raise UnknownNameError("constant", name, entries)
    return entries[name]


def _value(name: str) -> float:
    return table()[name].value


SPEED_OF_LIGHT_SI: Final = _value("speed_of_light")  # m/s
PLANCK_SI: Final = _value("planck")  # J s
ELEMENTARY_CHARGE_SI: Final = _value("elementary_charge")  # C
MEV_SI: Final = ELEMENTARY_CHARGE_SI * 1e6  # J
HBAR_SI: Final = PLANCK_SI / (2 * math.pi)  # J s

ALPHA: Final = _value("fine_structure")
E_CHARGE: Final = math.sqrt(4 * math.pi * ALPHA)
NANOBARN: Final = 1e-37 / (HBAR_SI * SPEED_OF_LIGHT_SI / MEV_SI) ** 2  # MeV^-2
NEWTON: Final = _value("newton") * MEV_SI**2 / (HBAR_SI * SPEED_OF_LIGHT_SI**5)  # MeV^-2
SOLAR_MASS: Final = _value("solar_mass_parameter") / _value("newton") * SPEED_OF_LIGHT_SI**2 / MEV_SI  # MeV

ATOMIC_MASS_UNIT: Final = _value("atomic_mass_unit")
ELECTRON_MASS: Final = _value("electron_mass")
MUON_MASS: Final = _value("muon_mass")
TAU_MASS: Final = _value("tau_mass")
PION_MASS: Final = _value("charged_pion_mass")
NEUTRAL_PION_MASS: Final = _value("neutral_pion_mass")
PROTON_MASS: Final = _value("proton_mass")
NEUTRON_MASS: Final = _value("neutron_mass")
