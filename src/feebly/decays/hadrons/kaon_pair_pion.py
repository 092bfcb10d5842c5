"""The vector decaying to two kaons and a pion through K* K~ and its conjugate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons.base import ISOVECTOR, STRANGE, Channel, parameters
from feebly.decays.hadrons.dalitz import Masses, OverlapTable, Points, overlap_table, points
from feebly.decays.hadrons.line_shapes import fixed_width, p_wave

_DATA: Final = "hadrons/kaon_pair_pion.toml"
_TABLE: Final = "hadrons/kaon_pair_pion_overlaps.csv"


@dataclass(frozen=True, slots=True)
class Mode:
    """One charge mode K pi K~.

    Parameters
    ----------
    name : of the channel.
    key : of its columns in the table of overlaps, and of its spread.
    particles : kaon, pion, antikaon, as in the tables of particles.
    signs : of the isovector amplitude in K* -> K pi and in K~* -> K~ pi, relative to the isoscalar one.
    weight : of |F|^2: isospin factor times number of charge conjugates.
    """

    name: str
    key: str
    particles: tuple[str, str, str]
    signs: tuple[int, int]
    weight: int

    def masses(self) -> Masses:
        """Masses [MeV] of kaon, pion, antikaon."""
        kaon, pion, antikaon = (particle_data.mass(name) for name in self.particles)
        return kaon, pion, antikaon


MODES: Final = (
    Mode("K+ K- pi0", "charged", ("K+", "pi0", "K+"), (-1, -1), 1),
    Mode("K0 K0~ pi0", "neutral", ("K0", "pi0", "K0"), (1, 1), 1),
    # K+ pi- from K*0 beside K0~, K0~ pi- from K*- beside K+; each rate is twice that with a pi0
    Mode("K+- K0 pi-+", "mixed", ("K+", "pi+", "K0"), (1, -1), 4),
)


def rule(mode: Mode, mass: float, *, pairs: int = 40, angles: int = 120) -> Points:
    """Nodes over the Dalitz plot of K pi K~, dense where the pair K pi is a K*."""
    data = parameters(_DATA)
    near = [data["kstar_mass_mev"] + shift * data["kstar_width_mev"] for shift in (-2.0, 0.0, 2.0, 6.0)]
    return points(mass, mode.masses(), edges=near, pairs=pairs, angles=angles)


def structures(mode: Mode, nodes: Points) -> list[ComplexArray]:
    """K* in the pair K pi, and in the pair K~ pi, each (N,)."""
    data = parameters(_DATA)
    kaon, pion, antikaon = mode.masses()
    shape = data["kstar_mass_mev"], data["kstar_width_mev"]
    return [p_wave(nodes.s12, *shape, kaon, pion), p_wave(nodes.s23, *shape, antikaon, pion)]


@cache
def _overlaps(mode: Mode) -> OverlapTable:
    return overlap_table(_TABLE, mode.name, sum(mode.masses()), prefix=f"{mode.key}_")


def _resonances(mass: Array, part: str) -> ComplexArray:
    """Sum (M,) of the fixed-width resonances of the ``isoscalar`` or ``isovector`` part [MeV^-1]."""
    data = parameters(_DATA)
    terms = np.array(data[f"{part}_amplitude_per_gev"]) * np.exp(1j * np.array(data[f"{part}_phase"]))
    shapes = [
        fixed_width(mass**2, m, width)
        for m, width in zip(data[f"{part}_mass_mev"], data[f"{part}_width_mev"], strict=True)
    ]
    return np.asarray(1e-3 * terms @ np.stack(shapes))


def kernel(mode: Mode, mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of one charge mode.

    Notes
    -----
    J^mu = epsilon^{mu a b c} p_a p_b p_c F with
    F = (2 g / sqrt 6) [(A_0 + sign_1 A_1) BW(K pi) + (A_0 + sign_2 A_1) BW(K~ pi)] / m_K*^2.
    Source: plehn-hadronic-footprint; parameters as in foguel-hadronic-vectors.
    Differs from it: isospin gives K+- K0 pi-+ four times the weight of a mode with a pi0 (a factor 2 from
    K* -> K pi+- over K pi0, and two charge conjugates). The public implementation has 2, which is the measured
    final state with a K0_S, so that its total lacks the K0_L half.
    The isoscalar part belongs to the strange current, the isovector one to the isovector current.
    phi pi0 with phi -> K K~ is not part of this fit; it is a channel of its own.
    Valid for: threshold to 2 GeV.

    Examples
    --------
    >>> kernel(MODES[2], np.array([1650.0])).shape
    (1, 3, 3)
    """
    data = parameters(_DATA)
    isoscalar, isovector = _resonances(mass, "isoscalar"), _resonances(mass, "isovector")
    scale = 2 * data["kstar_coupling"] * math.sqrt(mode.weight / 6) / data["kstar_mass_mev"] ** 2
    coefficients = np.zeros((mass.size, 3, 2), dtype=complex)
    coefficients[:, STRANGE] = scale * isoscalar[:, None]
    coefficients[:, ISOVECTOR] = scale * isovector[:, None] * np.array(mode.signs)
    return _overlaps(mode).kernel(mass, coefficients)


def channels() -> tuple[Channel, ...]:
    """The channels K+ K- pi0, K0 K0~ pi0 and K+- K0 pi-+ (both charges, K0_S and K0_L).

    >>> [channel.name for channel in channels()]
    ['K+ K- pi0', 'K0 K0~ pi0', 'K+- K0 pi-+']
    """
    data = parameters(_DATA)
    provenance = embedded.load(_DATA).provenance | embedded.load(_TABLE).provenance

    def of(mode: Mode) -> Channel:
        uncertainty = math.hypot(data["measured"], data["spread"][mode.key])
        return Channel(mode.name, sum(mode.masses()), partial(kernel, mode), uncertainty, provenance)

    return tuple(of(mode) for mode in MODES)
