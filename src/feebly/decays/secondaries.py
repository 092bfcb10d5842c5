"""Neutrinos of the muons and charged pions that a particle decays to, which decay in flight.

pi+ -> mu+ nu_mu and mu+ -> e+ nu_e nubar_mu, as in vacuum. All decays are isotropic: the polarisation of the muons is
averaged.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from feebly import particle_data
from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS, PION_MASS, TAU_MASS
from feebly.decays.base import Fip
from feebly.decays.hadronic import INCLUSIVE
from feebly.decays.hnl import lepton_pair
from feebly.decays.neutrinos import three_body
from feebly.decays.spectra import Continuum, Line, Shape, in_flight
from feebly.decays.three_body import LeptonPair, Role
from feebly.math.quadrature import panels

_MASSES: Final = {"e": ELECTRON_MASS, "mu": MUON_MASS, "tau": TAU_MASS, "pi": PION_MASS}
_UNSTABLE: Final = ("mu-", "mu+", "pi-", "pi+")
_OTHER_UNSTABLE: Final = ("tau-", "tau+", "K-", "K+", "K0", "K0~", INCLUSIVE)
_MICHEL: Final = LeptonPair(ELECTRON_MASS, 0.0, 1.0, 0.0)
_KEPT: Final = 64
_PANELS: Final = 200
_NODES: Final = 8
_MUON_NODES: Final = 12

Found = tuple[
    Shape, str, float
]  # distribution in the rest frame of the first particle, flavour, number per decay


def secondary_neutrinos(fip: Fip) -> tuple[list[Found], frozenset[str]]:
    """Neutrinos of the muons and charged pions of all channels, and what is left out."""
    found: list[Found] = []
    skipped: list[str] = []
    for channel, branching in zip(fip.channels, fip.branching().tolist(), strict=True):
        words = channel.split()
        unstable = [k for k, word in enumerate(words) if word in _UNSTABLE]
        if branching == 0:
            continue
        if len(words) == 2:
            for k in unstable:
                energy = _two_body_energy(fip.mass, _mass(words[k]), _mass(words[1 - k]))
                found += _of(words[k], (energy,), (1.0,), branching)
        elif all(_is_lepton(word) for word in words):
            for k in unstable:
                # the pair is that of N: in the conjugate decay its first lepton is the positive one
                is_first = words[k].endswith("-") != words[2].endswith("~")
                role: Role = "lepton" if is_first else "antilepton"
                energies, weights = _three_body_energies(lepton_pair(channel), fip.mass, role)
                found += _of(words[k], energies, weights, branching)
        elif unstable:
            skipped.append(channel)
        if any(word in _OTHER_UNSTABLE for word in words):
            skipped.append(channel)
    omitted = {f"secondary neutrinos of {', '.join(dict.fromkeys(skipped))}"} if skipped else set()
    return found, frozenset(omitted)


def _mass(word: str) -> float:
    return _MASSES[word[:-1]] if word[:-1] in _MASSES else particle_data.mass(word)


def _is_lepton(word: str) -> bool:
    return word.startswith("nu") or word[:-1] in ("e", "mu", "tau")


def _two_body_energy(mass: float, own: float, other: float) -> float:
    return (mass**2 + own**2 - other**2) / (2 * mass)


def _three_body_energies(
    pair: LeptonPair, mass: float, role: Role
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Energies [MeV] and weights that stand for the spectrum of one lepton."""
    t, weight = panels(np.array([0.0, 0.5, 1.0]), _MUON_NODES)
    s, slope = pair.invariant(mass, t, role)
    weight = weight * slope * pair.per_invariant(mass, s, role)
    own = pair.first if role == "lepton" else pair.second
    energy = (mass**2 + own**2 - s) / (2 * mass)
    return tuple(energy.tolist()), tuple((weight / weight.sum()).tolist())


def _of(word: str, energies: tuple[float, ...], weights: tuple[float, ...], number: float) -> list[Found]:
    """Neutrinos of a muon or pion of these energies."""
    roles: tuple[tuple[str, Role], ...] = (("nu_mu~", "neutrino"), ("nu_e", "antilepton"))  # of mu+
    if word[:-1] == "mu":
        shapes: list[tuple[Shape, str]] = [(_from_muon(energies, weights, role), nu) for nu, role in roles]
    else:
        shapes = [(_from_pion_by_muon(energies, weights, role), nu) for nu, role in roles]
        shapes.append((_from_pion(energies, weights), "nu_mu"))
    is_positive = word.endswith("+")
    return [(shape, nu if is_positive else sp.anti(nu), number) for shape, nu in shapes]


@lru_cache(maxsize=_KEPT)
def _from_muon(energies: tuple[float, ...], weights: tuple[float, ...], role: Role) -> Continuum:
    return _moving(three_body(_MICHEL, MUON_MASS, role), MUON_MASS, energies, weights)


@lru_cache(maxsize=_KEPT)
def _from_pion(energies: tuple[float, ...], weights: tuple[float, ...]) -> Continuum:
    line = Line((PION_MASS**2 - MUON_MASS**2) / (2 * PION_MASS))
    return _moving(line, PION_MASS, energies, weights)


@lru_cache(maxsize=_KEPT)
def _from_pion_by_muon(energies: tuple[float, ...], weights: tuple[float, ...], role: Role) -> Continuum:
    muon = _two_body_energy(PION_MASS, MUON_MASS, 0.0)
    return _moving(_from_muon((muon,), (1.0,), role), PION_MASS, energies, weights)


def _moving(
    shape: Line | Continuum, mass: float, energies: tuple[float, ...], weights: tuple[float, ...]
) -> Continuum:
    """The distribution of the daughters of a particle of this mass, with several energies.

    M_-1 and M_1 follow from F by parts: M_-1 = F / E + int F / E^2 and M_1 = E F - int F.
    """
    parent, weight = np.array(energies), np.array(weights)
    gamma = np.maximum(parent / mass, 1.0)
    up = gamma + np.sqrt((gamma - 1) * (gamma + 1))
    span = _span(shape)
    borders = np.unique(np.concatenate([span[0] / up, span[1] * up]))
    top = borders[-1]
    edges = np.unique(np.concatenate([np.linspace(0, top, _PANELS + 1), borders[borders < top]]))
    nodes, rule = panels(edges, _NODES)

    def below(at: Array) -> Array:
        return np.asarray(weight @ in_flight(shape, mass, parent, at))

    number = below(edges)
    inside = below(nodes)
    by_panel = (rule * inside).reshape(-1, _NODES).sum(axis=1)
    inverse_by_panel = (rule * inside / nodes**2).reshape(-1, _NODES).sum(axis=1)
    ratio = np.divide(number, edges, out=np.zeros_like(number), where=edges > 0)
    inverse = ratio + np.concatenate([[0.0], np.cumsum(inverse_by_panel)])
    first = edges * number - np.concatenate([[0.0], np.cumsum(by_panel)])
    value = np.asarray(weight @ in_flight(shape, mass, parent, edges, derivative=True))
    return Continuum(edges, number, inverse, first, value)


def _span(shape: Line | Continuum) -> tuple[float, float]:
    """Lowest and highest energy at rest."""
    if isinstance(shape, Line):
        return shape.energy, shape.energy
    return 0.0, float(shape.energy[-1])
