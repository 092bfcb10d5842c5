"""Rates of lepton + nucleon <-> nucleon + N by sampling the phase space: no reduction, no closed forms.

The nucleon 3 and its angle to N are sampled, and the direction of the lepton in the rest frame of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

FERMI_CONSTANT = 1.1663787e-11
_BATCHES, _BITS = 8, 15


@dataclass(frozen=True)
class Setting:
    """One place and one reaction, MeV."""

    energy: float
    mass: float
    temperature: float
    lepton: tuple[float, float]  # mass, potential
    first: tuple[float, float]
    second: tuple[float, float]
    vector: float
    axial: float
    shift: float = 0.0


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 0] - np.sum(a[..., 1:] * b[..., 1:], axis=-1)


def matrix_element(s: Setting, p1: np.ndarray, p2: np.ndarray, p3: np.ndarray, p4: np.ndarray) -> np.ndarray:
    """|M|^2 summed over the spins of 1, 2, 3 and averaged over those of N, per G_F^2."""
    v, a = s.vector, s.axial
    found = (v + a) ** 2 * dot(p1, p2) * dot(p3, p4) + (v - a) ** 2 * dot(p1, p3) * dot(p2, p4)
    return 16 * (found - (v**2 - a**2) * s.first[0] * s.second[0] * dot(p1, p4))


def rates(s: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Production and absorption of one spin state [MeV], and their statistical errors."""
    batches = np.array([_batch(s, seed) for seed in range(_BATCHES)])
    return batches.mean(axis=0), batches.std(axis=0, ddof=1) / np.sqrt(_BATCHES)


def _batch(s: Setting, seed: int) -> np.ndarray:
    u = qmc.Sobol(4, rng=np.random.default_rng(seed)).random_base2(_BITS)
    t, m1, m2, m3 = s.temperature, s.lepton[0], s.first[0], s.second[0]
    # kinetic energies from 0 to 30 T beyond the Fermi level, denser at low ones
    span = max(s.second[1] - m3, s.first[1] - m2, s.lepton[1], 0.0) + 30 * t
    kinetic = span * u[:, 0] ** 2
    e3 = m3 + kinetic
    k3 = np.sqrt(kinetic * (kinetic + 2 * m3))
    k4 = np.sqrt(s.energy**2 - s.mass**2)
    cosine = 2 * u[:, 1] - 1
    zero = np.zeros_like(e3)
    p3 = np.stack([e3, k3 * np.sqrt(1 - cosine**2), zero, k3 * cosine], axis=-1)
    p4 = np.stack([zero + s.energy, zero, zero, zero + k4], axis=-1)
    measure = k3 / (4 * np.pi**2) * 2 * span * u[:, 0]  # dE_3 k_3/(4 pi^2), half the cosine is the average

    total = p3 + p4
    total[:, 0] -= s.shift
    square = dot(total, total)
    is_open = square > (m1 + m2) ** 2
    root = np.sqrt(np.where(is_open, square, (m1 + m2 + 1) ** 2))
    k = np.sqrt((root**2 - (m1 + m2) ** 2) * (root**2 - (m1 - m2) ** 2)) / (2 * root)
    c, phi = 2 * u[:, 2] - 1, 2 * np.pi * u[:, 3]
    sine = np.sqrt(1 - c**2)
    direction = np.stack([sine * np.cos(phi), sine * np.sin(phi), c], axis=-1)
    p1 = _boosted(np.sqrt(k**2 + m1**2), k[:, None] * direction, total, root)
    p2 = total - p1
    measure = np.where(is_open, measure * k / (4 * np.pi * root), 0.0)

    value = measure * matrix_element(s, p1, p2, p3, p4) * FERMI_CONSTANT**2 / (2 * s.energy)
    x1, x2, x3 = ((p[:, 0] - mu) / t for p, mu in ((p1, s.lepton[1]), (p2, s.first[1]), (p3, s.second[1])))

    def filled(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(x))

    made = np.mean(value * filled(x1) * filled(x2) * filled(-x3))
    lost = np.mean(value * filled(-x1) * filled(-x2) * filled(x3))
    return np.array([made, lost])


def _boosted(energy: np.ndarray, momentum: np.ndarray, total: np.ndarray, root: np.ndarray) -> np.ndarray:
    along = np.sum(momentum * total[:, 1:], axis=-1)
    raised = (energy * total[:, 0] + along) / root
    moved = momentum + total[:, 1:] * ((along / (total[:, 0] + root) + energy) / root)[:, None]
    return np.concatenate([raised[:, None], moved], axis=1)
