"""The vector decaying to omega pi pi (isoscalar current) and phi pi pi (strange current)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons.base import ISOSCALAR, STRANGE, Channel, parameters
from feebly.decays.hadrons.dalitz import pair_rule
from feebly.decays.hadrons.line_shapes import momentum

_DATA: Final = "hadrons/vector_pions.toml"


@dataclass(frozen=True, slots=True)
class Mode:
    """One final state: the vector meson, its current, the pion, and 1/2 for two identical pions."""

    name: str
    meson: str
    current: int
    pion: str
    symmetry: float

    @property
    def opens(self) -> float:
        """Mass [MeV] where it opens."""
        return float(parameters(_DATA)[self.meson]["mass_mev"]) + 2 * particle_data.mass(self.pion)


MODES: Final = (
    Mode("omega pi+ pi-", "omega", ISOSCALAR, "pi+", 1.0),
    Mode("omega pi0 pi0", "omega", ISOSCALAR, "pi0", 0.5),
    Mode("phi pi+ pi-", "phi", STRANGE, "pi+", 1.0),
    Mode("phi pi0 pi0", "phi", STRANGE, "pi0", 0.5),
)


def kernel(mode: Mode, mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of a vector meson and two pions in S wave.

    Notes
    -----
    J^mu = F epsilon*^mu of the vector meson V:
    R = 3 S |F(s)|^2 / (16 pi^2 m^3) int dQ^2 k p (1 + p^2 / (3 m_V^2)) / Q, with Q the mass of the pion pair, k the
    momentum in it, p the momentum of V, S = 1/2 for two pi0, and
    F(s) = sum_n a_n e^{i phi_n} m_n^2 / (m_n^2 - s - i sqrt(s) Gamma_n).
    Source: plehn-hadronic-footprint, with parameters as in foguel-hadronic-vectors.
    Differs from it: the pi0 pair starts at twice the mass of the pi0 (there: of the pi+). As in the source the
    pair has no f0 shape.
    Valid for: threshold to 2 GeV; one resonance in omega pi pi, so no structure below it.

    Examples
    --------
    >>> float(kernel(MODES[0], np.array([1650.0]))[0, 1, 1].real.round(3))
    0.066
    """
    data = parameters(_DATA)[mode.meson]
    meson, pion = data["mass_mev"], particle_data.mass(mode.pion)
    pair, weight = pair_rule(mass, pion, pion, meson, count=24)
    p = momentum(mass[:, None] ** 2, pair, meson)
    phase_space = momentum(pair**2, pion, pion) * p * (1 + (p / meson) ** 2 / 3) / pair
    integral = (weight * phase_space).sum(axis=-1)
    s = mass**2
    shapes = [
        m**2 / (m**2 - s - 1j * mass * width)
        for m, width in zip(data["excited_mass_mev"], data["excited_width_mev"], strict=True)
    ]
    amplitude = np.array(data["coupling"]) * np.exp(1j * np.array(data["phase"])) @ np.stack(shapes)
    value = np.zeros((mass.size, 3, 3), dtype=complex)
    value[:, mode.current, mode.current] = (
        3 * mode.symmetry * integral * np.abs(amplitude) ** 2 / (16 * math.pi**2 * mass**3)
    )
    return value


def channels() -> tuple[Channel, ...]:
    """The channels omega pi+ pi-, omega pi0 pi0, phi pi+ pi- and phi pi0 pi0.

    >>> [round(channel.opens) for channel in channels()]
    [1062, 1053, 1299, 1289]
    """
    provenance = embedded.load(_DATA).provenance

    def of(mode: Mode) -> Channel:
        data = parameters(_DATA)[mode.meson]
        uncertainty = math.hypot(data["measured"], data["spread"])
        return Channel(mode.name, mode.opens, partial(kernel, mode), uncertainty, provenance)

    return tuple(of(mode) for mode in MODES)
