"""What a particle decays to: mass and model give partial widths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feebly.arrays import Array
from feebly.decays import hadronic, leptonic
from feebly.decays.base import Fip
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, VectorCurrent, offers
from feebly.provenance import Provenance

__all__ = ["Fip", "Widths", "of", "widths"]


def of(model: Model, mass: float) -> Fip:
    """The particle of this model and mass [MeV] with its partial widths.

    Raises
    ------
    InvalidValueError
        for a mass that is not positive and finite.
    UnsupportedModelError
        for a model whose decays nobody can compute.
    OutOfDomainError
        where hadronic channels would matter and are not available.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> fip = of(lmu_ltau(), 10.0)
    >>> dict(zip(fip.channels, fip.branching().round(3).tolist()))["nu_mu nu_mu~"]
    0.5
    """
    if not (math.isfinite(mass) and mass > 0):
        raise InvalidValueError(f"The mass is {mass} MeV; it must be positive and finite.")
    if not isinstance(model, VectorCurrent):
        raise UnsupportedModelError(
            f"Decays of '{model.name}' are not available: it offers {', '.join(offers(model)) or 'no capability'}.\n"
            "  Decays need: VectorCurrent."
        )
    gamma = leptonic.partial_widths(model, mass)
    is_open = gamma > 0
    return Fip(
        mass=float(mass),
        spin=model.spin,
        channels=tuple(name for name, keep in zip(leptonic.CHANNELS, is_open, strict=True) if keep),
        gamma=gamma[is_open],
        power=model.scale.power,
        provenance=model.provenance
        | Provenance(sources=leptonic.SOURCES)
        | hadronic.check(model, model.name, mass),
    )


@dataclass(frozen=True, slots=True)
class Widths:
    """Partial widths of one model over an array of masses.

    `channels` (C,) are all channels open somewhere; `gamma` (C, M) in MeV per unit scale**power.
    """

    model: str
    mass: Array
    channels: tuple[str, ...]
    gamma: Array
    power: int
    provenance: Provenance

    @property
    def total(self) -> Array:
        """Total width (M,) per unit scale**power [MeV]."""
        return np.asarray(self.gamma.sum(axis=0))

    @property
    def branching(self) -> Array:
        """Branching ratios (C, M)."""
        total = self.total
        return np.divide(self.gamma, total, out=np.zeros_like(self.gamma), where=total > 0)


def widths(model: Model, mass: Sequence[float] | Array) -> Widths:
    """Partial widths of a model at several masses [MeV].

    >>> from feebly.models import lmu_ltau
    >>> table = widths(lmu_ltau(), [10.0, 200.0])
    >>> ee = table.branching[table.channels.index("e- e+")]
    >>> [f"{x:.3e}" for x in ee]
    ['1.911e-05', '3.026e-05']
    """
    fips = [of(model, float(m)) for m in np.atleast_1d(np.asarray(mass, dtype=float))]
    channels = tuple(name for name in leptonic.CHANNELS if any(name in fip.channels for fip in fips))
    provenance = model.provenance
    for fip in fips:
        provenance = provenance | fip.provenance
    return Widths(
        model=model.name,
        mass=np.array([fip.mass for fip in fips]),
        channels=channels,
        gamma=np.array([[fip.partial(name) for fip in fips] for name in channels]).reshape(
            len(channels), len(fips)
        ),
        power=model.scale.power,
        provenance=provenance,
    )
