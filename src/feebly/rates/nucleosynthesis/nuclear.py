"""Fusion of nuclei up to helium-4 and its inverse: thermal averages of the cross section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, get_args

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, MEV_SI, NEUTRON_MASS, PROTON_MASS, table
from feebly.errors import UnknownNameError
from feebly.provenance import Provenance, sources
from feebly.units import CM, GRAM, SECOND

Compilation = Literal["recent", "smith"]
NUCLEI: Final = ("n", "p", "d", "t", "he3", "he4")
_NUCLEI_FILE: Final = "nucleosynthesis/nuclei.toml"
_FILES: Final[dict[Compilation, str]] = {
    "recent": "nucleosynthesis/nuclear_rates.toml",
    "smith": "nucleosynthesis/nuclear_rates_smith.toml",
}
BILLION_KELVIN: Final = 1e9 * table()["boltzmann"].value / MEV_SI  # MeV
PER_MOLE: Final = ATOMIC_MASS_UNIT / GRAM * CM**3 / SECOND  # cm^3/s/mol in MeV^-2


@dataclass(frozen=True, slots=True)
class Nucleus:
    """Mass in MeV, number of nucleons and of spin states."""

    mass: float
    baryons: int
    spin_states: int


@lru_cache(maxsize=1)
def nuclei() -> dict[str, Nucleus]:
    """The nuclei of the network by name.

    >>> d = nuclei()["d"]
    >>> round(PROTON_MASS + NEUTRON_MASS - d.mass, 3)  # binding energy
    2.225
    """
    light = {"n": NEUTRON_MASS, "p": PROTON_MASS}
    entries = embedded.load(_NUCLEI_FILE).table()
    return {
        name: Nucleus(
            light[name] if name in light else float(entry["mass_mev"]), entry["baryons"], entry["spin_states"]
        )
        for name, entry in entries.items()
    }


@dataclass(frozen=True, slots=True)
class Block:
    """exp(-cube_root / T9^(1/3) - inverse / T9 - square T9^2) sum_i coefficient_i T9^power_i."""

    cube_root: float
    inverse: float
    square: float
    coefficient: Array
    power: Array

    def __call__(self, t9: Array) -> Array:
        exponent = -self.cube_root * t9 ** (-1 / 3) - self.inverse / t9 - self.square * t9**2
        return np.asarray(np.exp(exponent) * (t9[..., None] ** self.power @ self.coefficient))


@dataclass(frozen=True, slots=True)
class Fusion:
    """One reaction a b -> c (with a photon) or a b -> c d.

    Parameters
    ----------
    before, after : names of the nuclei, two and one or two.
    blocks : terms of N_A <sigma v> in cm^3/s/mol.
    upper : T / 1e9 K above which it is kept constant.
    source : key of its publication.
    """

    before: tuple[str, str]
    after: tuple[str, ...]
    blocks: tuple[Block, ...]
    upper: float
    source: str

    @property
    def name(self) -> str:
        return f"{' '.join(self.before)} -> {' '.join(self.after)}"

    @property
    def energy(self) -> float:
        """Energy that is set free, MeV."""
        masses = nuclei()
        return sum(masses[x].mass for x in self.before) - sum(masses[x].mass for x in self.after)

    def forward(self, temperature: Array) -> Array:
        """Thermal average <sigma v> (S,) at the temperatures (S,) in MeV [MeV^-2]."""
        t9 = np.minimum(np.asarray(temperature, float) / BILLION_KELVIN, self.upper)
        return np.asarray(sum(block(t9) for block in self.blocks) * PER_MOLE)

    def reverse_ratio(self, temperature: Array) -> Array:
        """Inverse over forward <sigma v> (S,), dimensionless; if a photon splits the nucleus, rate over <sigma v> [MeV^3].

        Notes
        -----
        <sigma v>_cd / <sigma v>_ab = (g_a g_b / g_c g_d) (m_a m_b / m_c m_d)^(3/2) e^(-Q/T) (1 + delta_cd) / (1 + delta_ab),
        and with one nucleus after (g_a g_b / g_c) (m_a m_b T / 2 pi m_c)^(3/2) e^(-Q/T) / (1 + delta_ab).
        Source: pitrou-helium, section on the general form of the network. Differs from it: nothing.
        Valid for: nuclei in kinetic equilibrium, e^(-E/T) << 1 for the photon.
        """
        t = np.asarray(temperature, float)
        known = nuclei()
        states, mass = 1.0, 1.0
        for x in self.before:
            states, mass = states * known[x].spin_states, mass * known[x].mass
        for x in self.after:
            states, mass = states / known[x].spin_states, mass / known[x].mass
        twins = (1 + (self.after[0] == self.after[-1] and len(self.after) == 2)) / (
            1 + (self.before[0] == self.before[1])
        )
        phase = mass**1.5 if len(self.after) == 2 else (mass * t / (2 * np.pi)) ** 1.5
        return np.asarray(states * twins * phase * np.exp(-self.energy / t))


@lru_cache(maxsize=2)
def fusions(compilation: Compilation = "recent") -> tuple[Fusion, ...]:
    """The eight reactions that make helium-4.

    Parameters
    ----------
    compilation : `recent` measurements of d(p,gamma)3He and d + d; `smith`, older analytic rates of all reactions.

    Raises
    ------
    UnknownNameError
        for another compilation.

    Examples
    --------
    >>> [f.name for f in fusions()][:4]
    ['p n -> d', 'd p -> he3', 'd d -> he3 n', 'd d -> t p']
    """
    if compilation not in get_args(Compilation):
        raise UnknownNameError("compilation of nuclear rates", compilation, get_args(Compilation))
    return tuple(_fusion(entry) for entry in embedded.load(_FILES[compilation]).table()["reaction"])


def _fusion(entry: Mapping[str, Any]) -> Fusion:
    before, _, after = entry["name"].partition(" -> ")
    first, second = before.split()
    return Fusion(
        before=(first, second),
        after=tuple(after.split()),
        blocks=tuple(
            Block(
                cube_root=float(block.get("cube_root", 0.0)),
                inverse=float(block.get("inverse", 0.0)),
                square=float(block.get("square", 0.0)),
                coefficient=np.array([term[0] for term in block["terms"]]),
                power=np.array([term[1] for term in block["terms"]]),
            )
            for block in entry["block"]
        ),
        upper=float(entry["upper"]),
        source=entry["source"],
    )


@lru_cache(maxsize=2)
def provenance(compilation: Compilation = "recent") -> Provenance:
    """Sources of the reactions and of the masses."""
    made = Provenance(
        sources=sources(*((fusion.source, fusion.name) for fusion in fusions(compilation)))
        | sources(("pitrou-helium", "detailed balance of nuclear reactions")),
        choices=frozenset({("nuclear rates", compilation)}),
        omitted=frozenset({"nuclei beyond helium-4 (1e-9 of the nucleons)"}),
    )
    return made | embedded.load(_NUCLEI_FILE).provenance | embedded.load(_FILES[compilation]).provenance
