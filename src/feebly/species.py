"""The one spelling of every particle, with its charges and PDG code.

A name is ``e-``, ``mu+``, ``nu_mu``, ``nu_mu~``, ``u``, ``p``, ``n``, ``pi-`` or a nucleus such as
``16O``. The Standard Model charges here are what vector currents are built from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from feebly.errors import UnknownNameError

LEPTONS: Final = ("e-", "mu-", "tau-")
NEUTRINOS: Final = ("nu_e", "nu_mu", "nu_tau")
QUARKS: Final = ("u", "d", "s", "c", "b", "t")
NUCLEONS: Final = ("p", "n")
FERMIONS: Final = (*LEPTONS, *NEUTRINOS, *QUARKS)


@dataclass(frozen=True, slots=True)
class Species:
    """A particle: electric charge in units of e, baryon number, lepton numbers (e, mu, tau).

    `pdg_id` is the PDG Monte Carlo code.
    """

    name: str
    pdg_id: int
    electric_charge: float
    baryon_number: float = 0.0
    lepton_numbers: tuple[int, int, int] = (0, 0, 0)
    latex: str = ""

    @property
    def b_minus_l(self) -> float:
        return self.baryon_number - sum(self.lepton_numbers)

    def conjugate(self, name: str) -> Species:
        """The antiparticle, under the given name."""
        e, mu, tau = self.lepton_numbers
        return Species(
            name, -self.pdg_id, -self.electric_charge, -self.baryon_number, (-e, -mu, -tau),
            rf"\bar{{{self.latex}}}",
        )  # fmt: skip


_PARTICLES: Final = (
    Species("e-", 11, -1, 0, (1, 0, 0), "e^-"),
    Species("mu-", 13, -1, 0, (0, 1, 0), r"\mu^-"),
    Species("tau-", 15, -1, 0, (0, 0, 1), r"\tau^-"),
    Species("nu_e", 12, 0, 0, (1, 0, 0), r"\nu_e"),
    Species("nu_mu", 14, 0, 0, (0, 1, 0), r"\nu_\mu"),
    Species("nu_tau", 16, 0, 0, (0, 0, 1), r"\nu_\tau"),
    Species("u", 2, 2 / 3, 1 / 3, latex="u"),
    Species("d", 1, -1 / 3, 1 / 3, latex="d"),
    Species("s", 3, -1 / 3, 1 / 3, latex="s"),
    Species("c", 4, 2 / 3, 1 / 3, latex="c"),
    Species("b", 5, -1 / 3, 1 / 3, latex="b"),
    Species("t", 6, 2 / 3, 1 / 3, latex="t"),
    Species("p", 2212, 1, 1, latex="p"),
    Species("n", 2112, 0, 1, latex="n"),
    Species("pi+", 211, 1, latex=r"\pi^+"),
)
_NEUTRAL: Final = (Species("pi0", 111, 0, latex=r"\pi^0"), Species("gamma", 22, 0, latex=r"\gamma"))


def anti(name: str) -> str:
    """Name of the antiparticle.

    >>> anti("mu-"), anti("nu_mu"), anti("nu_e~"), anti("gamma")
    ('mu+', 'nu_mu~', 'nu_e', 'gamma')
    """
    if any(name == neutral.name for neutral in _NEUTRAL):
        return name
    if name.endswith("~"):
        return name[:-1]
    if name.endswith("-"):
        return name[:-1] + "+"
    if name.endswith("+"):
        return name[:-1] + "-"
    return name + "~"


TABLE: Final = MappingProxyType(
    {particle.name: particle for particle in (*_PARTICLES, *_NEUTRAL)}
    | {anti(particle.name): particle.conjugate(anti(particle.name)) for particle in _PARTICLES}
)

_ELEMENTS: Final = (  # noqa: SIM905 - a table of names reads better as text
    "n H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br "
    "Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er "
    "Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U "
).split()


def find(name: str) -> Species:
    """The species of that name; nuclei such as ``16O`` are built on the fly.

    >>> find("16O").baryon_number, find("mu+").electric_charge
    (16, 1)

    Raises
    ------
    UnknownNameError
        if the name is no particle and no nucleus.
    """
    if name in TABLE:
        return TABLE[name]
    nucleus = re.fullmatch(r"(\d+)([A-Z][a-z]?)", name)
    if nucleus and nucleus.group(2) in _ELEMENTS:
        a, z = int(nucleus.group(1)), _ELEMENTS.index(nucleus.group(2))
        if a >= z:
            return Species(
                name, 1_000_000_000 + 10_000 * z + 10 * a, z, a, latex=rf"{{}}^{{{a}}}{nucleus.group(2)}"
            )
    raise UnknownNameError("particle", name, TABLE, "Nuclei are written like 16O or 133Cs.")
