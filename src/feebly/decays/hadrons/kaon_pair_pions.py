"""The vector decaying to K K pi pi through K*(892) K pi: isovector and strange currents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.hadrons.base import ISOVECTOR, STRANGE, Channel, Kernel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import fixed_width, momentum

_DATA: Final = "hadrons/kaon_pair_pions.toml"
_NODES: Final = 24
# K0 stands for K_S and K_L, which are produced equally often beside a charged kaon; the fit is of K_S.
_BOTH_NEUTRAL_KAONS: Final = 2.0


def _decays() -> tuple[tuple[float, float, float], ...]:
    """(kaon mass, pion mass [MeV], relative sign of the strange current) of the three K* modes of [mixed]."""
    charged, neutral = particle_data.mass("K+"), particle_data.mass("K0")
    return (charged, PION_MASS, 1.0), (neutral, PION_MASS, -1.0), (charged, NEUTRAL_PION_MASS, -1.0)


def phase_space(mass: Array, kaon: float, pion: float) -> Array:
    """Phase space (M,) of K* with a K pi pair of unknown structure, at the masses (M,) [MeV].

    Notes
    -----
    (3 / 16 pi^2 m^3) int d q^2 p(q^2) P(m^2, q^2) [1 + P^2 / (3 m_K*^2)] / q between threshold and
    (m - m_K*)^2, with p the momentum in the pair and P that of the pair. Source: foguel-hadronic-vectors,
    K K pi pi. Differs from it: nothing. Valid for: a K* much narrower than the distance from threshold.
    """
    star = parameters(_DATA)["kstar_mass_mev"]
    low, high = (kaon + pion) ** 2, np.maximum(mass - star, kaon + pion) ** 2
    # q^2 = middle - half cos(theta): both momenta vanish like square roots at the ends
    angle = math.pi * (np.arange(_NODES) + 0.5) / _NODES
    half = (high[:, None] - low) / 2
    s = low + half * (1 - np.cos(angle))
    inner = momentum(s, kaon, pion)
    outer = momentum(mass[:, None] ** 2, np.sqrt(s), star)
    value = inner * outer / np.sqrt(s) * (1 + outer**2 / (3 * star**2)) * half * np.sin(angle)
    return np.asarray(3 / (16 * math.pi**2 * mass**3) * value.sum(-1) * math.pi / _NODES)


def _amplitudes(data: Mapping[str, Any], s: Array) -> tuple[ComplexArray, ComplexArray]:
    """Amplitudes (M,) of the isovector and of the strange current."""

    def tower(current: str) -> ComplexArray:
        columns = (data[f"{current}_{name}"] for name in ("mass_mev", "width_mev", "amplitude", "phase"))
        rows = zip(*columns, strict=True)
        terms = [a * np.exp(1j * phase) * fixed_width(s, m, width) for m, width, a, phase in rows]
        return np.asarray(sum(terms))

    return tower("isovector"), tower("strange")


def _charged(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of K+ K- pi+ pi-."""
    isovector, strange = _amplitudes(parameters(_DATA)["charged"], mass**2)
    amplitude = np.zeros((mass.size, 3), dtype=complex)
    amplitude[:, ISOVECTOR], amplitude[:, STRANGE] = isovector, strange
    return from_amplitude(2 / 9 * phase_space(mass, particle_data.mass("K+"), PION_MASS), amplitude)


def _mixed(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of K+- K0 pi-+ pi0: the three K* modes add without interference."""
    isovector, strange = _amplitudes(parameters(_DATA)["mixed"], mass**2)
    total = np.zeros((mass.size, 3, 3), dtype=complex)
    for kaon, pion, sign in _decays():
        amplitude = np.zeros((mass.size, 3), dtype=complex)
        amplitude[:, ISOVECTOR], amplitude[:, STRANGE] = isovector, sign * strange
        total += from_amplitude(_BOTH_NEUTRAL_KAONS / 18 * phase_space(mass, kaon, pion), amplitude)
    return total


def channels() -> tuple[Channel, ...]:
    """The channels K+ K- pi+ pi- and K+- K0 pi-+ pi0, through K*(892) only.

    Notes
    -----
    Amplitudes are sums of resonances in s with fitted phases; isospin gives the factors 2/9 and 1/18 and the
    sign of the strange current: + for K*0, - for K*+-. phi pi pi with phi -> K+ K- is another final state of
    this list and no part of the fit. Source: foguel-hadronic-vectors, K K pi pi. Differs from it: K_L
    beside K_S. Valid for: below 2.1 GeV; K0 K0~ pi pi and K+ K- 2pi0 are left out.
    """
    data = parameters(_DATA)
    star, kaon = data["kstar_mass_mev"], particle_data.mass("K+")
    kernels: dict[str, tuple[Kernel, float]] = {
        "charged": (_charged, star + kaon + PION_MASS),
        "mixed": (_mixed, star + kaon + NEUTRAL_PION_MASS),
    }
    return tuple(
        Channel(
            name=data[mode]["name"],
            opens=opens,
            kernel=kernel,
            uncertainty=data[mode]["uncertainty"],
            provenance=embedded.load(_DATA).provenance,
        )
        for mode, (kernel, opens) in kernels.items()
    )
