"""Hadronic widths: the seam where channels below and above 2 GeV will be added.

Until then this module answers one question honestly: can the hadronic width be left out?
"""

from __future__ import annotations

from typing import Final

import numpy as np

from feebly import species as sp
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.leptonic import partial_widths
from feebly.errors import OutOfDomainError
from feebly.models import VectorCurrent
from feebly.provenance import Provenance

NEGLIGIBLE: Final = 1e-3
# Bounds on the hadronic width over (x_q)^2 m / (12 pi): the height of the rho, and X -> pi0 gamma below it.
_AT_MOST: Final = 15.0
_PI0_GAMMA_AT_MOST: Final = 1e-3
_HEAVY: Final = {"c": 3000.0, "b": 9000.0, "t": 3e5}  # MeV, roughly where they open


def check(model: VectorCurrent, name: str, mass: float) -> Provenance:
    """What is lost by leaving hadrons out, as provenance; refuses where they matter.

    The hadronic width is bounded by its charges and compared with the leptonic one. Below the neutral
    pion mass there are no hadrons; between it and the two- or three-pion threshold only X -> pi0 gamma,
    suppressed by alpha.

    Raises
    ------
    OutOfDomainError
        where the bound exceeds 1e-3 of the leptonic width.
    """
    quarks = [q for q in sp.QUARKS if mass > _HEAVY.get(q, 0.0)]
    charges = model.charges(quarks, mass**2)
    largest = float(np.abs(charges).max())
    if mass < NEUTRAL_PION_MASS or largest == 0:
        return Provenance()
    isovector = abs(charges[0] - charges[1]) > 1e-12 * largest
    threshold = 2 * PION_MASS if isovector else 2 * PION_MASS + NEUTRAL_PION_MASS
    bound = _AT_MOST if mass >= threshold else _PI0_GAMMA_AT_MOST
    leptonic = float(partial_widths(model, mass).sum()) * 12 * np.pi / mass
    if bound * largest**2 < NEGLIGIBLE * leptonic:
        return Provenance(omitted=frozenset({"hadronic decays: below 1e-3 of the width"}))
    if mass < threshold:
        opens, start = "pi0 gamma", NEUTRAL_PION_MASS
    else:
        opens, start = ("pi+ pi-" if isovector else "pi+ pi- pi0"), threshold
    raise OutOfDomainError(
        f"Widths of '{name}' at {mass:g} MeV need hadrons: {opens} opens at {start:.1f} MeV "
        f"and hadronic channels are not available yet.\n  Possible now: masses below {start:.1f} MeV."
    )
