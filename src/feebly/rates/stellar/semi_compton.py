"""Semi-Compton scattering on muons, mu gamma -> mu X and back, as a process of a star."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from feebly.arrays import Array
from feebly.constants import ALPHA, MUON_MASS
from feebly.decays import Fip
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.models import VectorCurrent
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.coalescence import muon_obstacle
from feebly.rates.stellar.semi_compton_kernel import degenerate_density, rate_full

Compton = Literal["full", "nr", "off"]


@dataclass(frozen=True, slots=True)
class SemiCompton:
    """mu gamma <-> mu X: "full" matrix element with recoil and blocking, or "nr" for muons at rest."""

    kind: Literal["full", "nr"] = "full"

    def __post_init__(self) -> None:
        if self.kind not in ("full", "nr"):
            raise InvalidValueError(f"compton = '{self.kind}' is not known. Possible: full, nr, off.")

    @property
    def name(self) -> str:
        return "semi-Compton"

    @property
    def provenance(self) -> Provenance:
        where = "Eqs. (B13)-(B19)" if self.kind == "full" else "Eqs. (B14)-(B19)"
        return Provenance(sources=sources(("blinov-lmu-ltau", where)), choices=frozenset({("compton", self.kind)}))

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        return muon_obstacle(model, provided)

    def reduced_absorption(self, model: VectorCurrent, fip: Fip, medium: Medium, energy: Array) -> Array:
        """(exp(E/T) - 1) Gamma_prod (R, W) per unit g^2, summed over three states [MeV]."""
        x2 = abs(model.charges(["mu-"], fip.mass**2)[0]) ** 2
        return np.asarray(x2 * self._per_charge(fip.mass, medium, energy))

    def _per_charge(self, mass: float, medium: Medium, energy: Array) -> Array:
        mu = medium.potential["mu-"]
        density = degenerate_density(medium.temperature, mu, MUON_MASS)
        static = 4 * ALPHA / (3 * MUON_MASS**2) * density[:, None] * (1 + mass**2 / (2 * energy**2))
        if self.kind == "nr":
            return np.asarray(static)
        t = medium.temperature[:, None]
        full = rate_full(energy, mass, t, mu[:, None], muon_mass=MUON_MASS, alpha=ALPHA)
        return np.asarray(full * np.expm1(energy / t))
