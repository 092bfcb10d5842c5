"""Detailed balance, and the only place where the number of spin states enters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.math.fermi import bose
from feebly.provenance import Provenance, sources
from feebly.rates.base import RateTable

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Eqs. (B4), (B10)"), ("weldon-discontinuities", "detailed balance")
)
VECTOR_STATES: Final = 3
Spin = Literal["physical", "printed"]


def rate_table(
    reduced: Mapping[str, Array],
    medium: Medium,
    energy: Array,
    *,
    spin: Spin = "physical",
    provenance: Provenance | None = None,
) -> RateTable:
    """Emission and absorption from the reduced absorption of each process.

    Parameters
    ----------
    reduced : process -> (R, W) MeV, (exp(E/T) - 1) Gamma_prod summed over the three states.
    medium : star sampled at the radii (R,).
    energy : (R, W) local energies, MeV.
    spin : "physical" gives the absorption of one state (the sum over states divided by 3);
        "printed" keeps the sum, as blinov-lmu-ltau prints it.

    Notes
    -----
    Gamma_prod = reduced / (exp(E/T) - 1); Gamma*_abs = (1 - exp(-E/T)) Gamma_abs = reduced / n.
    Source: blinov-lmu-ltau, Eqs. (B4), (B10). Differs from it: n = 3 in the absorption, since an
    optical depth belongs to one polarisation; the vacuum limit is then Gamma m / E.
    Valid for: a medium in thermal equilibrium, polarisations averaged.
    """
    if spin not in ("physical", "printed"):
        raise InvalidValueError(f"spin = '{spin}' is not known. Possible: physical, printed.")
    total = np.zeros_like(energy)
    for part in reduced.values():
        total = total + part
    occupation = bose(energy / medium.temperature[:, None])
    return RateTable(
        radius=medium.radius,
        energy=energy,
        production=total * occupation,
        absorption=total / (VECTOR_STATES if spin == "physical" else 1),
        exchange=dict(reduced),
        provenance=Provenance(sources=SOURCES, choices=frozenset({("spin", spin)}))
        | (provenance or Provenance()),
    )
