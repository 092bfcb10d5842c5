"""Heavy-quark resonances: narrow ones listed and masked, broad ones part of the error of the hadronic width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, Mask
from feebly.constants import ALPHA
from feebly.decays.hadrons.base import parameters
from feebly.errors import UnknownNameError
from feebly.provenance import Provenance
from feebly.species import QUARKS, find

_DATA: Final = "hadrons/quarkonia.toml"


@dataclass(frozen=True, slots=True)
class Quarkonium:
    """A vector resonance of heavy quarks; masses and widths in MeV."""

    name: str
    mass: float
    width: float
    electron_width: float

    @property
    def peak(self) -> float:
        """R of the photon at the peak: 9 Gamma_ee / (alpha^2 Gamma)."""
        return 9 * self.electron_width / (ALPHA**2 * self.width)

    def ratio(self, mass: Array) -> Array:
        """R of the photon (M,) from this resonance alone at the masses (M,) [MeV].

        Notes
        -----
        9 Gamma_ee Gamma s / {alpha^2 [(s - m^2)^2 + m^2 Gamma^2]}.
        Source: pdg-2026, cross section of a Breit-Wigner resonance. Differs from it: written as R, constant
        width, all final states. Valid for: the photon, close to the peak; a vector with charge x_Q of the
        heavy quark has (x_Q / Q)^2 of it.
        """
        s, pole = mass**2, self.mass**2
        return np.asarray(self.peak * self.width**2 * s / ((s - pole) ** 2 + pole * self.width**2))


@dataclass(frozen=True, slots=True)
class Band:
    """A range of masses [MeV] around resonances; `is_quarkonium` where the width leaves them out."""

    name: str
    low: float
    high: float
    is_quarkonium: bool

    def contains(self, mass: Array) -> Mask:
        """Whether each mass (M,) [MeV] lies in the band."""
        return np.asarray((mass >= self.low) & (mass <= self.high))


def quarkonia() -> tuple[Quarkonium, ...]:
    """J/psi(1S) to Upsilon(4S), by mass.

    >>> [round(q.mass) for q in quarkonia()][:3]
    [3097, 3686, 3774]
    """
    return tuple(
        Quarkonium(row["name"], row["mass_mev"], row["width_mev"], row["electron_width_mev"])
        for row in parameters(_DATA)["resonance"]
    )


def broad() -> tuple[tuple[int, Quarkonium], ...]:
    """Broad resonances above open charm and bottom, each with the number of its quark among u, d, s, c, b, t.

    >>> [(number, q.name) for number, q in broad()][0]
    (3, 'psi(4040)')
    """
    return tuple(
        (
            QUARKS.index(row["quark"]),
            Quarkonium(row["name"], row["mass_mev"], row["width_mev"], row["electron_width_mev"]),
        )
        for row in parameters(_DATA)["broad"]
    )


def broad_ratio(mass: Array) -> Array:
    """R (M, 6) of the broad resonances per |x_q|^2 of each quark, alone at the masses (M,) [MeV]."""
    found = np.zeros((mass.size, len(QUARKS)))
    for number, resonance in broad():
        found[:, number] += resonance.ratio(mass) / find(QUARKS[number]).electric_charge ** 2
    return found


def quarkonium(name: str) -> Quarkonium:
    """The resonance of that name.

    Raises
    ------
    UnknownNameError
        if it is not listed.
    """
    known = {found.name: found for found in quarkonia()}
    if name not in known:
        raise UnknownNameError("narrow heavy-quark resonance", name, tuple(known))
    return known[name]


def bands() -> tuple[Band, ...]:
    """Bands around rho and omega, phi, J/psi, psi(2S) and psi(3770), and the Upsilon resonances.

    Notes
    -----
    Source: esseili-kribs-chargephobic, caption and text of Fig. 7. Differs from it: nothing.
    Valid for: an example of veto windows of searches for prompt decays.
    """
    return tuple(
        Band(row["name"], row["low_mev"], row["high_mev"], row["quarkonium"])
        for row in parameters(_DATA)["band"]
    )


def masked(mass: Array) -> Mask:
    """Whether heavy quarkonia, which the hadronic width leaves out, matter at the masses (M,) [MeV].

    >>> masked(np.array([2000.0, 3000.0, 5000.0, 9500.0])).tolist()
    [False, True, False, True]
    """
    mass = np.asarray(mass, dtype=float)
    found = np.zeros(mass.shape, dtype=bool)
    for band in bands():
        if band.is_quarkonium:
            found |= band.contains(mass)
    return found


def provenance() -> Provenance:
    """Where the resonances and bands come from, and that they are left out."""
    return embedded.load(_DATA).provenance | Provenance(
        omitted=frozenset({"narrow heavy quarkonia in the hadronic width"})
    )
