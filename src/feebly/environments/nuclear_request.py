"""What may be asked of dense matter: its domain, and options that go together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.units import FM

Neutrinos = Literal["trapped", "majorana", "none"]
DENSITY_RANGE_FM3: Final = (1e-9, 1.2)
TEMPERATURE_RANGE: Final = (0.5, 80.0)  # MeV
FRACTION_RANGE: Final = (0.01, 0.5)
MUON_RANGE: Final = (-0.1, 0.1)
_ROUNDING: Final = 1e-12  # of a density given in fm^-3


def check_options(
    lepton_fraction: ArrayLike | None, proton_fraction: ArrayLike | None, neutrinos: str, helicities: int
) -> None:
    """Refuse unknown options, and ones that contradict each other."""
    if neutrinos not in get_args(Neutrinos):
        raise InvalidValueError(
            f"neutrinos = '{neutrinos}' is not known. Possible: {', '.join(get_args(Neutrinos))}."
        )
    if isinstance(helicities, bool) or not isinstance(helicities, int) or helicities not in (1, 2):
        raise InvalidValueError(f"neutrino_helicities is {helicities!r}; it must be 1 or 2.")
    if lepton_fraction is not None and proton_fraction is not None:
        raise InvalidValueError("Give a lepton fraction or a proton fraction, not both.")
    if lepton_fraction is not None and neutrinos != "trapped":
        raise InvalidValueError(
            f"A lepton fraction counts trapped neutrinos, but neutrinos = '{neutrinos}'.\n"
            "  Leave the fraction out (mu_nu = 0 and weak equilibrium), or give a proton fraction."
        )
    if lepton_fraction is None and proton_fraction is None and neutrinos == "trapped":
        raise InvalidValueError(
            "Trapped neutrinos need a lepton fraction or a proton fraction.\n"
            "  Without either, choose neutrinos = 'majorana' or 'none' (mu_nu = 0 and weak equilibrium)."
        )


def check_flavours(neutrinos: str, muons: bool, muon_number: bool, flavours: int) -> None:
    """Refuse a muon lepton number without muons and trapped neutrinos, and other than 1 or 3 flavours."""
    if muon_number and not (muons and neutrinos == "trapped"):
        raise InvalidValueError(
            "A muon lepton number needs muons=True and trapped neutrinos.\n"
            "  Without it, muons have mu_nu_mu = 0."
        )
    if isinstance(flavours, bool) or flavours not in (1, 3):
        raise InvalidValueError(f"neutrino_flavours is {flavours!r}; it must be 1 or 3.")
    if flavours == 3 and neutrinos == "none":
        raise InvalidValueError("neutrino_flavours=3 counts trapped neutrinos, but neutrinos = 'none'.")


def request_arrays(asked: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """What is asked as arrays of one common shape."""
    found: dict[str, Array] = {}
    for name, value in asked.items():
        try:
            found[name] = np.array(value, dtype=float)
        except (TypeError, ValueError) as error:
            raise InvalidValueError(
                f"Dense matter: the {name} is {value!r}; it must be a number, or an array of numbers."
            ) from error
    try:
        return dict(zip(found, np.broadcast_arrays(*found.values()), strict=True))
    except ValueError as error:
        shapes = ", ".join(f"{name} {values.shape}" for name, values in found.items())
        raise InvalidValueError(f"Dense matter: these shapes do not fit together: {shapes}.") from error


def check_domain(given: Mapping[str, Array]) -> None:
    """Refuse densities, temperatures and fractions outside the domain."""
    ranges = {
        "baryon density": (*DENSITY_RANGE_FM3, FM**-3, "fm^-3"),
        "temperature": (*TEMPERATURE_RANGE, 1.0, "MeV"),
        "lepton fraction": (*FRACTION_RANGE, 1.0, ""),
        "proton fraction": (*FRACTION_RANGE, 1.0, ""),
        "muon fraction": (*MUON_RANGE, 1.0, ""),
    }
    for name, values in given.items():
        low, high, unit, label = ranges[name]
        scaled = values / unit
        outside = ~((scaled >= low * (1 - _ROUNDING)) & (scaled <= high * (1 + _ROUNDING)))
        if np.any(outside):
            worst = float(scaled[outside].flat[0])
            # a number that makes no sense is bad input; a sensible one beyond the model is out of domain
            kind = OutOfDomainError if math.isfinite(worst) and (worst > 0 or low < 0) else InvalidValueError
            raise kind(
                f"Dense matter: the {name} is {worst:g} {label}".rstrip()
                + f"; available from {low:g} to {high:g} {label}".rstrip()
                + "."
            )
