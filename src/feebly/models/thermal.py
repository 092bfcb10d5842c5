"""Particles that stay in equilibrium with one bath of the early universe: a mass, states and a spin, no coupling that matters."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Final

from feebly.errors import InvalidValueError
from feebly.models.base import CouplingScale
from feebly.models.bath import Bath
from feebly.provenance import Provenance, sources

# Any coupling that keeps the particle in equilibrium does the same; the scale is there because every model has one.
G_SCALE: Final = CouplingScale(name="g", latex="g", power=2)
_NAMES: Final[dict[Bath, str]] = {"electrons": "thermal-e", "neutrinos": "thermal-nu"}


@dataclass(frozen=True, slots=True)
class ThermalSpecies:
    """A particle in equilibrium with electrons and photons, or with neutrinos, as long as it exists.

    Parameters
    ----------
    bath : "electrons" or "neutrinos".
    states : number of its internal states; 3 for a massive vector, 2 for a Majorana fermion.
    spin : 0, 1/2, 1, ...; whole numbers are bosons.

    Notes
    -----
    How strongly it couples does not enter, and it has no decays of its own.
    Source: escudero-thermodynamics. Valid for: rates far above the Hubble rate until the particle is gone.

    Raises
    ------
    InvalidValueError
        for a number of states or a spin that no particle has.

    Examples
    --------
    >>> thermal_nu(dof=2, spin=0.5).bath
    'neutrinos'
    """

    bath: Bath
    states: float
    spin: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.states) and self.states > 0):
            raise InvalidValueError(f"dof = {self.states:g} is not possible; it must be a positive number.")
        if not (math.isfinite(self.spin) and self.spin >= 0 and (2 * self.spin).is_integer()):
            raise InvalidValueError(f"spin = {self.spin:g} is not possible. Possible: 0, 0.5, 1, 1.5, ...")

    @property
    def name(self) -> str:
        return _NAMES[self.bath]

    @property
    def scale(self) -> CouplingScale:
        return G_SCALE

    @property
    def provenance(self) -> Provenance:
        chosen = {("bath", self.bath), ("dof", f"{self.states:g}"), ("spin", f"{self.spin:g}")}
        return Provenance(
            sources=sources(("escudero-thermodynamics", "particles in equilibrium")),
            choices=frozenset(chosen),
            omitted=frozenset({"the coupling: any that keeps the particle in equilibrium does the same"}),
        )

    def fingerprint(self) -> str:
        """Hash of the bath, the states and the spin."""
        text = repr(("thermal", self.bath, float(self.states), float(self.spin)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def thermal_e(*, dof: float = 3.0, spin: float = 1.0) -> ThermalSpecies:
    """A particle in equilibrium with electrons and photons, with `dof` states."""
    return ThermalSpecies("electrons", float(dof), float(spin))


def thermal_nu(*, dof: float = 3.0, spin: float = 1.0) -> ThermalSpecies:
    """A particle in equilibrium with neutrinos, with `dof` states."""
    return ThermalSpecies("neutrinos", float(dof), float(spin))
