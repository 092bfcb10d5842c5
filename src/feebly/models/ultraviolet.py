"""Mixing that a gauged B-L brings along from a high scale: how a dark mixing angle arises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from feebly import embedded
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance, sources

_FILE: Final = "running/electroweak.toml"
_LOWEST_SCALE: Final = 8e4  # MeV; at the W mass fields of the Standard Model start to drop out
_WEYL_LOOP: Final = 1 / (12 * math.pi**2)
# One generation of Weyl fermions: multiplicity, hypercharge, B-L. A right-handed neutrino (1, 0, -1) adds nothing.
_GENERATION: Final = (
    (6, 1 / 6, 1 / 3),
    (3, 2 / 3, 1 / 3),
    (3, -1 / 3, 1 / 3),
    (2, -1 / 2, -1),
    (1, -1, -1),
)


@dataclass(frozen=True, slots=True)
class HeavyFermion:
    """A fermion with equal charges of both chiralities, and so a mass [MeV] of its own.

    `copies` counts colours, members of a multiplet and generations.
    """

    hypercharge: float
    b_minus_l: float
    mass: float
    copies: int = 1

    def __post_init__(self) -> None:
        if not (self.mass > 0 and math.isfinite(self.hypercharge * self.b_minus_l) and self.copies >= 1):
            raise InvalidValueError(
                f"A heavy fermion needs a positive mass, finite charges and copies >= 1, got {self}."
            )


def standard_model_trace() -> float:
    """Sum of Y (B-L) over the Weyl fermions of the Standard Model: 8.

    Notes
    -----
    (4/3) of it is the coefficient of the leading logarithm, 32/3 with or without right-handed neutrinos.
    Source: esseili-kribs-chargephobic, Eq. (61). Differs from it: without right-handed neutrinos it
    prints 26/3, which is (2/3) sum (B-L)^2, the coefficient of the running of g_B-L itself.

    Examples
    --------
    >>> round(4 / 3 * standard_model_trace(), 12) == round(32 / 3, 12)
    True
    """
    return 3 * sum(copies * y * b_minus_l for copies, y, b_minus_l in _GENERATION)


def uv_mixing(
    high: float,
    low: float,
    *,
    heavy: Sequence[HeavyFermion] = (),
    weak_angle: Literal["photon", "printed"] = "photon",
) -> float:
    """epsilon e / g_B-L at the scale `low` of a vector that couples to B-L alone at the scale `high`.

    Parameters
    ----------
    high, low : scales [MeV], high >= low >= the W mass.
    heavy : further fermions; each contributes from `high` down to its mass. A set with sum of Y (B-L) = 0
        leaves a finite matching term, sum Y (B-L) ln(mass), that does not depend on `high`.
    weak_angle : "photon" takes the part of the hypercharge coupling that a light vector keeps for the photon,
        cos^2(theta_W); "printed" takes one power of cos(theta_W), as Eq. (61) does.

    Raises
    ------
    InvalidValueError
        if the scales are not ordered, or below the W mass.

    Notes
    -----
    The coupling to hypercharge is eta = -(g_Y^2 g_B-L / 12 pi^2) [sum_SM Y (B-L) ln(high/low)
    + 2 sum_heavy Y (B-L) ln(high/max(low, mass))]. A vector much lighter than the Z mixes with it, which turns
    eta J_Y into eta cos^2(theta_W) J_EM.
    Source: esseili-kribs-chargephobic, Eq. (61). Differs from it: 32/3 with or without right-handed
    neutrinos; cos^2 instead of cos, which joins on to (66) with all quarks; heavy fermions.
    Valid for: one loop, g_Y at M_Z. With g_Y at `low` and eta over g_B-L(low) it is exact at any size.

    Examples
    --------
    >>> round(uv_mixing(1e19, 91.2e3), 3), round(uv_mixing(1e19, 91.2e3, weak_angle="printed"), 3)
    (-0.214, -0.245)
    """
    if not (_LOWEST_SCALE <= low <= high < math.inf):
        raise InvalidValueError(
            f"Mixing from high scales needs {_LOWEST_SCALE / 1e3:g} GeV <= low <= high, got low = {low / 1e3:g}, high = {high / 1e3:g} GeV.\n"
            "  Below, continue with feebly.models.plane_running.run."
        )
    if weak_angle not in ("photon", "printed"):
        raise InvalidValueError(f"weak_angle = '{weak_angle}' is not known. Possible: photon, printed.")
    values = embedded.load(_FILE).table()
    cos2 = 1 - float(values["sin2_weak_angle"])
    hypercharge_coupling2 = 4 * math.pi / float(values["inverse_alpha"]) / cos2
    total = standard_model_trace() * math.log(high / low)
    for fermion in heavy:
        span = math.log(high / min(max(low, fermion.mass), high))
        total += 2 * fermion.copies * fermion.hypercharge * fermion.b_minus_l * span
    projection = cos2 if weak_angle == "photon" else math.sqrt(cos2)
    return -_WEYL_LOOP * hypercharge_coupling2 * projection * total


def provenance() -> Provenance:
    """Where the mixing from high scales and its inputs come from."""
    return (
        Provenance(
            sources=sources(
                ("esseili-kribs-chargephobic", "App. A, Eq. (61)"), ("erler-qed-coupling", "abstract")
            )
        )
        | embedded.load(_FILE).provenance
    )
