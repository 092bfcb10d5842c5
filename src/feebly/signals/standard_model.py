"""The Standard Model at the Z pole: parameterised two-loop predictions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array

NAMES: Final = ("w_mass", "z_width", "hadronic_peak_pb", "hadrons_per_lepton", "leptonic_sine")
UNITS: Final = ("MeV", "MeV", "pb", "1", "1")
W_FORMULA: Final = "precision/w_mass_formula.toml"
Z_FORMULAS: Final = "precision/z_pole_formulas.toml"
SPECIES: Final = ("e", "tau", "nu", "u", "c", "d", "b")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the Standard Model needs; masses in MeV."""

    z_mass: float
    higgs_mass: float
    top_mass: float
    strong_coupling: float
    delta_alpha: float  # of leptons and five quarks, at the Z mass

    def vector(self) -> Array:
        return np.array([self.z_mass, self.higgs_mass, self.top_mass, self.strong_coupling, self.delta_alpha])


def predicted(inputs: Inputs) -> Array:
    """Standard Model values (5,) of `NAMES`, in `UNITS`.

    Notes
    -----
    Source: awramik-w-mass, Eqs. (6)-(9); dubovyk-z-pole, parameterisation formulas.
    Differs from it: nothing.
    Valid for: inputs near the measured ones; complete two-loop electroweak and leading higher orders.
    """
    z_pole = table(Z_FORMULAS)
    return np.array(
        [
            _w_mass(inputs),
            _z_formula(z_pole["width_mev"]["total"], inputs),
            _z_formula(z_pole["peak_pb"]["hadrons"], inputs),
            _z_formula(z_pole["ratio_1e-3"]["hadrons_per_lepton"], inputs) / 1000,
            _sine(z_pole["sine_1e-4"]["lepton"], inputs) / 10000,
        ]
    )


def partial_widths(inputs: Inputs) -> dict[str, float]:
    """Standard Model widths of the Z into one species [MeV]: e, tau, nu, u, c, d, b; mu as e and s as d."""
    widths = table(Z_FORMULAS)["width_mev"]
    return {name: _z_formula(widths[name], inputs) for name in SPECIES}


def theory_errors() -> Array:
    """Errors (5,) of `predicted` from missing orders, in `UNITS`."""
    z_pole = table(Z_FORMULAS)["theory_error"]
    w_mass = 1000 * table(W_FORMULA)["theory_error"]["w_mass_gev"]
    return np.array([w_mass, z_pole["z_width_mev"], *(z_pole[name] for name in NAMES[2:])])


@cache
def table(name: str) -> dict[str, Any]:
    """Contents of an embedded TOML file, read once."""
    return embedded.load(name).table()


def _relative(inputs: Inputs, reference: Mapping[str, float]) -> tuple[float, float, float, float, float]:
    """Higgs mass over its reference, and deviations t, A, s, z of m_t^2, Delta alpha, alpha_s and m_Z."""
    return (
        inputs.higgs_mass / 1000 / reference["higgs_mass_gev"],
        (inputs.top_mass / 1000 / reference["top_mass_gev"]) ** 2 - 1,
        inputs.delta_alpha / reference["delta_alpha"] - 1,
        inputs.strong_coupling / reference["strong_coupling"] - 1,
        inputs.z_mass / 1000 / reference["z_mass_gev"] - 1,
    )


def _w_mass(inputs: Inputs) -> float:
    """Mass of the W in MeV."""
    formula = table(W_FORMULA)
    c = formula["coefficients"]
    higgs, t, a, s, z = _relative(inputs, formula["reference"])
    log, square = math.log(higgs), higgs**2
    gev = c["m0"] - c["c1"] * log - c["c2"] * log**2 + c["c3"] * log**4 + c["c4"] * (square - 1)
    gev += -c["c5"] * a + c["c6"] * t - c["c7"] * t**2 - c["c8"] * log * t + c["c9"] * square * t
    return float(1000 * (gev - c["c10"] * s + c["c11"] * z))


def _z_formula(row: list[float], inputs: Inputs) -> float:
    """One width, ratio or peak cross section, in the unit of its row."""
    higgs, t, a, s, z = _relative(inputs, table(Z_FORMULAS)["reference"])
    log, h = math.log(higgs), higgs - 1
    terms = (
        1.0, log, log**2, log**4, h, t, t**2, t * log, t * log**2, s, s**2, s * h, s * t, a, a * h, a * t, z,
    )  # fmt: skip
    return math.fsum(x * y for x, y in zip(row, terms, strict=True))


def _sine(row: list[float], inputs: Inputs) -> float:
    """10^4 sin^2 of an effective angle."""
    higgs, t, a, s, z = _relative(inputs, table(Z_FORMULAS)["reference"])
    log = math.log(higgs)
    terms = (1.0, log, log**2, log**4, a, t, t**2, t * log, s, s * t, z)
    return math.fsum(x * y for x, y in zip(row, terms, strict=True))
