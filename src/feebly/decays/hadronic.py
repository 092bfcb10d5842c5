"""Hadronic widths: the seam where channels below and above 2 GeV will be added.

Until then this module answers one question honestly: can the hadronic width be left out?
"""

from __future__ import annotations

from typing import Final

import numpy as np

from feebly import species as sp
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.errors import OutOfDomainError
from feebly.models import VectorCurrent
from feebly.provenance import Provenance

NEGLIGIBLE: Final = 1e-3


def check(model: VectorCurrent, name: str, mass: float) -> Provenance:
    """What is lost by leaving hadrons out, as provenance; refuses where they matter.

    Hadrons do not matter below the neutral pion mass; between it and the two- or three-pion
    threshold only X -> pi0 gamma is open, suppressed by alpha (P-wave, 1e-5 to 1e-3 of the width); and
    for models whose quarks couple through kinetic mixing alone the hadronic share stays below
    (eps e / g)^2 R, about 2e-4.

    Raises
    ------
    OutOfDomainError
        above the threshold where a tree-level coupling to quarks opens pi pi or 3 pi.
    """
    if mass < NEUTRAL_PION_MASS:
        return Provenance()
    light = list(sp.QUARKS[:3])
    tree, full = np.abs(model.tree_charges(light)), np.abs(model.charges(light, mass**2))
    if full.max() == 0:
        return Provenance()
    if full.max() ** 2 < NEGLIGIBLE and tree.max() == 0:
        return Provenance(
            omitted=frozenset({"hadronic decays: only through kinetic mixing, below 1e-3 of the width"})
        )
    up, down = model.charges(["u", "d"], mass**2)
    isovector = abs(up - down) > 1e-12 * full.max()
    threshold = 2 * PION_MASS if isovector else 2 * PION_MASS + NEUTRAL_PION_MASS
    if mass >= threshold:
        pions = "pi+ pi-" if isovector else "pi+ pi- pi0"
        raise OutOfDomainError(
            f"Widths of '{name}' at {mass:g} MeV need hadrons: {pions} opens at {threshold:.1f} MeV "
            f"and hadronic channels are not available yet.\n  Possible now: masses below {threshold:.1f} MeV."
        )
    return Provenance(
        omitted=frozenset({"decay to pi0 gamma: suppressed by alpha, at most 1e-3 of the width"})
    )
