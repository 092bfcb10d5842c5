"""How histories of the early universe are computed, and the one without any new particle."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final, Literal

from feebly.arrays import Array
from feebly.environments.universe import Switch, Universe
from feebly.errors import InvalidValueError
from feebly.math.quadrature import gauss
from feebly.transport.history import History

Initial = Literal["empty", "thermal"]

START: Final = 20.0  # MeV: histories begin there, or hotter
_NODES: Final = 48
_SPAN: Final = 45.0  # of (E - m) / T


@dataclass(frozen=True)
class Evolution:
    """How to compute a history.

    Parameters
    ----------
    universe : the standard plasma.
    initial : "empty" lets the plasma make all of the particle, "thermal" starts with its equilibrium at the temperature
        max(20 MeV, min(12 m, 300 MeV)).
    neutrinos_per_decay : by how much the decay of one X changes the number of neutrinos and antineutrinos: 2 by lepton
        counting, 1 in esseili-kribs-chargephobic.
    compton : whether leptons scatter photons into X, and annihilate to a photon and X where X does not decay to them.
    medium : whether X mixes with the photon of the plasma.
    pairs : whether two neutrinos make two X, which forces their potentials to 0 at strong coupling.
    mediated : whether X is exchanged between neutrinos and electrons.
    tolerance : of each step, in ln T of the baths.

    Raises
    ------
    InvalidValueError
        for a choice or a number that is not possible.

    Examples
    --------
    >>> Evolution(compton="off").medium
    'on'
    """

    universe: Universe = field(default_factory=Universe)
    initial: Initial = "empty"
    neutrinos_per_decay: float = 2.0
    compton: Switch = "on"
    medium: Switch = "on"
    pairs: Switch = "on"
    mediated: Switch = "on"
    tolerance: float = 1e-6

    def __post_init__(self) -> None:
        for name in ("compton", "medium", "pairs", "mediated"):
            if getattr(self, name) not in ("on", "off"):
                raise InvalidValueError(f"{name} = '{getattr(self, name)}' is not known. Possible: on, off.")
        if self.initial not in ("empty", "thermal"):
            raise InvalidValueError(f"initial = '{self.initial}' is not known. Possible: empty, thermal.")
        if not 0 <= self.neutrinos_per_decay <= 2:
            raise InvalidValueError(
                f"neutrinos_per_decay = {self.neutrinos_per_decay:g} is not possible. Possible: 0 to 2."
            )
        if not 1e-10 <= self.tolerance <= 1e-3:
            raise InvalidValueError(
                f"tolerance = {self.tolerance:g} is not possible. Possible: 1e-10 to 1e-3."
            )

    @cached_property
    def standard(self) -> History:
        """The history without any new particle."""
        from feebly.transport import _march  # loads the compiler

        return _march.without_particle(self)


@cache
def default_evolution() -> Evolution:
    """All defaults, with tables that are made once.

    >>> default_evolution() is default_evolution()
    True
    """
    return Evolution()


def nodes() -> tuple[Array, Array]:
    """Nodes and weights of integrals over (E - m) / T.

    >>> import numpy as np
    >>> u, weight = nodes()
    >>> bool(abs(np.sum(weight * np.exp(-u)) - 1) < 1e-12)
    True
    """
    u, weight = gauss(0.0, 1.0, _NODES)
    return _SPAN * u**2, 2 * _SPAN * u * weight
