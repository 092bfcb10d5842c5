"""Electroweak precision: measurements against the Standard Model, and their changes by a mixed Z."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ALPHA
from feebly.provenance import Provenance, sources
from feebly.signals.mixed_z import MixedZ, ZMixing
from feebly.signals.standard_model import (
    NAMES,
    W_FORMULA,
    Z_FORMULAS,
    Inputs,
    partial_widths,
    predicted,
    table,
    theory_errors,
)

Observables = Literal["all", "mw"]
_MEASUREMENTS: Final = "precision/electroweak_measurements.toml"
_INPUTS: Final = "precision/electroweak_inputs.toml"
SOURCES: Final = sources(
    ("aleph-z-resonance", "correlations of the Z line shape"),
    ("janot-luminosity", "update of the hadronic peak cross section"),
    ("aoki-flag-2021", "alpha_s"),
    ("steinhauser-leptonic-running", "leptons in alpha(m_Z)"),
    ("davier-hadronic-running", "hadrons in alpha(m_Z)"),
    ("hook-kinetic-mixing", "kinetic mixing with hypercharge"),
    ("Curtin:2014cca", "kinetic mixing with hypercharge"),
    ("lo-chiatto-degenerate", "overlap of X and Z"),
)
# charge, weak isospin, and how many of them, by the name of the partial width
_FERMIONS: Final = {
    "e": (-1.0, -0.5, 2),
    "tau": (-1.0, -0.5, 1),
    "nu": (0.0, 0.5, 3),
    "u": (2 / 3, 0.5, 1),
    "c": (2 / 3, 0.5, 1),
    "d": (-1 / 3, -0.5, 2),
    "b": (-1 / 3, -0.5, 1),
}
_QUARKS: Final = ("u", "c", "d", "b")


@dataclass(frozen=True, eq=False, slots=True)
class ElectroweakFit:
    """Measurements (N,) against the Standard Model, with the covariance (N, N) of their difference.

    `names` is a part of `standard_model.NAMES`; `y` and `sin2` are sin^2(2 theta) and sin^2(theta) of the
    tree level at alpha(m_Z).
    """

    names: tuple[str, ...]
    measured: Array
    standard: Array
    covariance: Array
    inputs: Inputs
    y: float
    z_width: float
    provenance: Provenance

    @property
    def sin2(self) -> float:
        return (1 - math.sqrt(1 - self.y)) / 2

    def mixing(self, mass: float) -> ZMixing:
        """The mixing of a vector of this mass [MeV] with the Z."""
        return ZMixing(mass=mass, z_mass=self.inputs.z_mass, z_width=self.z_width, y=self.y)

    def change(self, mixed: MixedZ) -> Array:
        """Change (G, N) of the predictions by the mixing, each in its unit.

        Notes
        -----
        Partial widths are scaled by the tree-level ratio of strength (g_L^2 + g_R^2), so that their radiative
        corrections are kept; the mass of the W and the angle are shifted by the tree-level change.
        Source: derived here, see `ZMixing`. Differs from it: nothing.
        Valid for: first order in the product of mixing^2 and radiative corrections.
        """
        widths = partial_widths(self.inputs)
        grown = {name: widths[name] * self._growth(name, mixed) for name in _FERMIONS}
        had, had_up = _total(widths, _QUARKS), _total(grown, _QUARKS)
        total, total_up = _total(widths, tuple(_FERMIONS)), _total(grown, tuple(_FERMIONS))
        lepton = grown["e"] / widths["e"]
        peak, ratio = self._standard("hadronic_peak_pb"), self._standard("hadrons_per_lepton")
        quotient = np.log1p(had_up / had) + np.log1p(lepton) - 2 * np.log1p(total_up / total)
        changes = {
            "w_mass": self._standard("w_mass") * mixed.w_mass,
            "z_width": total_up,
            "hadronic_peak_pb": peak * np.expm1(quotient),
            "hadrons_per_lepton": ratio * np.expm1(np.log1p(had_up / had) - np.log1p(lepton)),
            "leptonic_sine": mixed.sine,
        }
        return np.stack([changes[name] for name in self.names], axis=-1)

    def chi2_change(self, mixed: MixedZ) -> Array:
        """chi^2 (G,) minus that of the Standard Model."""
        change = self.change(mixed)
        weight = np.linalg.inv(self.covariance)
        pull = weight @ (self.measured - self.standard)
        return np.asarray(np.einsum("gi,ij,gj->g", change, weight, change) - 2 * change @ pull)

    def _standard(self, name: str) -> float:
        return float(predicted(self.inputs)[NAMES.index(name)])

    def _growth(self, name: str, mixed: MixedZ) -> Array:
        """Relative change (G,) of a partial width."""
        charge, isospin, _ = _FERMIONS[name]
        sine = self.sin2 + mixed.sine
        couplings = isospin**2 - 2 * isospin * charge * self.sin2 + 2 * (charge * self.sin2) ** 2
        change = mixed.sine * (2 * charge**2 * (sine + self.sin2) - 2 * isospin * charge) / couplings
        return np.asarray(mixed.strength + change + mixed.strength * change)


@cache
def electroweak_fit(observables: Observables = "all") -> ElectroweakFit:
    """The fit of all observables, or of the mass of the W alone.

    Notes
    -----
    Covariance = measurement (with the correlations of the line shape) + parametric errors, propagated with
    derivatives of `predicted`, + missing orders.

    Examples
    --------
    >>> fit = electroweak_fit("mw")
    >>> f"{fit.standard[0]:.0f} +- {(fit.covariance[0, 0] - 7.7**2) ** 0.5:.0f} MeV"
    '80356 +- 6 MeV'
    """
    measured = table(_MEASUREMENTS)["measured"]
    inputs, errors, fermi = _inputs()
    chosen = NAMES if observables == "all" else ("w_mass",)
    kept = [NAMES.index(name) for name in chosen]
    covariance = _measured_covariance() + _parametric(inputs, errors) + np.diag(theory_errors() ** 2)
    alpha_z = ALPHA / (1 - inputs.delta_alpha)
    provenance = Provenance(sources=SOURCES)
    for name in (_MEASUREMENTS, _INPUTS, W_FORMULA, Z_FORMULAS):
        provenance = provenance | embedded.load(name).provenance
    return ElectroweakFit(
        names=chosen,
        measured=np.array([measured[name][0] for name in chosen]),
        standard=predicted(inputs)[kept],
        covariance=covariance[np.ix_(kept, kept)],
        inputs=inputs,
        y=4 * math.pi * alpha_z / (math.sqrt(2) * fermi * inputs.z_mass**2),
        z_width=measured["z_width"][0],
        provenance=provenance,
    )


# --- parts of the fit ---------------------------------------------------------------------


def _total(widths: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return sum(_FERMIONS[name][2] * widths[name] for name in names)


def _inputs() -> tuple[Inputs, Array, float]:
    """Inputs, their standard errors in the order of `Inputs.vector`, and G_F [MeV^-2]."""
    masses, other = table(_MEASUREMENTS)["inputs"], table(_INPUTS)["inputs"]
    inputs = Inputs(
        z_mass=masses["z_mass"][0],
        higgs_mass=masses["higgs_mass"][0],
        top_mass=masses["top_mass"][0],
        strong_coupling=other["strong_coupling"][0],
        delta_alpha=other["alpha_leptons"][0] + other["alpha_hadrons"][0],
    )
    errors = np.array(
        [
            masses["z_mass"][1],
            masses["higgs_mass"][1],
            math.hypot(masses["top_mass"][1], other["top_mass_meaning"][1]),
            other["strong_coupling"][1],
            math.hypot(other["alpha_leptons"][1], other["alpha_hadrons"][1]),
        ]
    )
    return inputs, errors, float(table(_INPUTS)["fermi_constant"]["value"])


def _measured_covariance() -> Array:
    data = table(_MEASUREMENTS)
    errors = np.array([data["measured"][name][1] for name in NAMES])
    correlation = np.eye(len(NAMES))
    for first, row in data["correlation"].items():
        for second, value in row.items():
            i, j = NAMES.index(first), NAMES.index(second)
            correlation[i, j] = correlation[j, i] = value
    return np.asarray(correlation * np.outer(errors, errors))


def _parametric(inputs: Inputs, errors: Array) -> Array:
    """Covariance (5, 5) of the predictions from the errors of their inputs."""
    centre = inputs.vector()
    rows = []
    for k, error in enumerate(errors):
        step = np.zeros(centre.size)
        step[k] = error
        rows.append((predicted(Inputs(*(centre + step))) - predicted(Inputs(*(centre - step)))) / 2)
    moved = np.array(rows)
    return np.asarray(moved.T @ moved)
