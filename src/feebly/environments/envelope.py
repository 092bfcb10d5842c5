"""What surrounds a proto-neutron star: the progenitor that a particle has to cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feebly.errors import InvalidValueError
from feebly.units import KM


@dataclass(frozen=True, slots=True)
class Envelope:
    """Matter between a proto-neutron star and the surface of the progenitor (lengths MeV^-1).

    It stops charged particles and photons, and lets neutrinos and the new particle pass.

    Parameters
    ----------
    inner : where it begins: the sphere from which the particles leave.
    outer : radius of the progenitor.

    Raises
    ------
    InvalidValueError
        unless 0 <= inner < outer.

    Notes
    -----
    Source: blinov-lmu-ltau, Sec. IV D. Differs from it: nothing; it states no radius.
    Valid for: decays where the matter is dense enough to stop a muon before it decays in turn.

    Examples
    --------
    >>> round(Envelope(25 * KM, 3e8 * KM).path / KM)
    299999975
    """

    inner: float
    outer: float

    def __post_init__(self) -> None:
        if not (0 <= self.inner < self.outer and np.isfinite(self.outer)):
            raise InvalidValueError(
                f"The progenitor ends at {self.outer / KM:g} km; it must reach beyond the {self.inner / KM:g} km "
                "from which the particles leave."
            )

    @property
    def path(self) -> float:
        """Radial way through it [MeV^-1]; other directions are longer by less than `inner`."""
        return self.outer - self.inner
