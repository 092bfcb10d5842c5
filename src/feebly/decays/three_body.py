"""A heavy fermion decaying to a neutrino and two leptons: exact widths and energies with all masses.

For N -> nu l1 l2bar with the amplitude (4 G_F / sqrt 2) [nubar gamma P_L N] [l1bar gamma (g_L P_L + g_R P_R) l2] and
momenta p = k + k1 + k2, the square averaged over the spin of N is 64 G_F^2 T,

    T = g_L^2 (p k2)(k k1) + g_R^2 (p k1)(k k2) + g_L g_R m1 m2 (p k).

Each energy spectrum follows from the invariant mass squared s of the two others, over whose directions
k1^a k2^b -> A s g^ab + B Q^a Q^b, A = lambda / 12, B = (1 + a + b - 2 (a - b)^2) / 6 with a, b = m_i^2 / s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.math.quadrature import panels

Role = Literal["neutrino", "lepton", "antilepton"]
_NODES: Final = 64
_HALF: Final = 0.5
_NORM: Final = 1 / (4 * math.pi**3)


@dataclass(frozen=True, slots=True)
class LeptonPair:
    """What the neutrino goes with: masses [MeV] of l1 and l2bar, and the couplings of their current.

    With l2bar a neutrino and l1 another one, as in N -> nu nu' nubar', all masses are 0 and g_L = 1/2.
    """

    first: float
    second: float
    left: float
    right: float

    def energies(self, mass: float, role: Role) -> tuple[float, float]:
        """Lowest and highest energy [MeV] of one of the three in the rest frame of N."""
        own, rest = self._masses(role)
        return own, (mass**2 + own**2 - rest**2) / (2 * mass)

    def _masses(self, role: Role) -> tuple[float, float]:
        """Mass of the one, and the sum of those of the two others."""
        if role == "neutrino":
            return 0.0, self.first + self.second
        return (self.first, self.second) if role == "lepton" else (self.second, self.first)

    def per_invariant(self, mass: float | Array, s: Array, role: Role) -> Array:
        """dGamma/ds per G_F^2 [MeV^3], s the invariant mass squared [MeV^2] of the two others."""
        positive = np.maximum(s, np.finfo(float).tiny)  # s = 0 only where no mass is divided by it
        if role == "neutrino":
            return self._of_neutrino(mass, positive)
        return self._of_lepton(mass, positive, role)

    def _of_neutrino(self, mass: float | Array, s: Array) -> Array:
        a, b = self.first**2 / s, self.second**2 / s
        triangle = _triangle(a, b)
        tensor_g, tensor_q = triangle / 12, (1 + a + b - 2 * (a - b) ** 2) / 6
        chiral = (self.left**2 + self.right**2) * (tensor_g * s + tensor_q * (mass**2 + s) / 2)
        mixed = self.left * self.right * self.first * self.second
        square = (mass**2 - s) / 2 * (chiral + mixed)
        return np.asarray(_NORM / mass * (1 - s / mass**2) * np.sqrt(triangle) * square)

    def _of_lepton(self, mass: float | Array, s: Array, role: Role) -> Array:
        own, other = self._masses(role)
        near, far = (self.left, self.right) if role == "lepton" else (self.right, self.left)
        b = other**2 / s
        p_own, p_pair, pair_own = (
            (mass**2 + own**2 - s) / 2,
            (mass**2 + s - own**2) / 2,
            (mass**2 - s - own**2) / 2,
        )
        tensor = (1 - b) ** 2 / 12 * s * p_own + (1 - b) * (1 + 2 * b) / 6 * p_pair * pair_own
        contracted = near**2 * tensor + far**2 * p_own * s * (1 - b) / 2
        mixed = self.left * self.right * own * other * p_pair * (1 - b) / 2
        momentum = np.sqrt(_triangle(s / mass**2, own**2 / mass**2))
        return np.asarray(_NORM / mass * momentum * (1 - b) * (contracted + mixed))

    def width(self, mass: Array) -> Array:
        """Width (M,) per G_F^2 [MeV^5] of a particle of these masses (M,) [MeV]; 0 below threshold.

        Notes
        -----
        Without masses G_F^2 m^5 (g_L^2 + g_R^2) / (192 pi^3).
        Source: gorbunov-shaposhnikov-hnl, bondarenko-hnl. Differs from it: one quadrature for all masses of the leptons,
        from the traces. Valid for: momenta far below the W mass; unpolarised N; no radiative corrections.

        >>> pair = LeptonPair(0.0, 0.0, 1.0, 0.0)
        >>> round(float(pair.width(np.array([2.0]))[0] * 192 * math.pi**3 / 2**5), 12)
        1.0
        """
        is_open = mass > self.first + self.second
        heavy = np.where(is_open, mass, self.first + self.second + 1.0)[:, None]
        t = np.linspace(0, 1, 3) * np.ones_like(heavy)
        nodes, weights = panels(t, _NODES // 2)
        s, slope = self.invariant(heavy, nodes, "neutrino")
        total = np.sum(weights * slope * self.per_invariant(heavy, s, "neutrino"), axis=-1)
        return np.asarray(np.where(is_open, total, 0.0))

    def invariant(self, mass: float | Array, t: Array, role: Role) -> tuple[Array, Array]:
        """s [MeV^2] and ds/dt at t in (0, 1), chosen so that the spectra are smooth in t on both sides of 1/2.

        s = m1^2 + m2^2 + 2 m1 m2 cosh makes the square root of the phase space a sinh, and so does E = m1 cosh for the
        spectrum of l1. One massless particle among the two others leaves powers of s, which an exponential resolves.
        """
        own, rest = self._masses(role)
        if role == "neutrino" and self.first > 0 and self.second > 0:
            product = self.first * self.second
            low = self.first**2 + self.second**2
            top = np.arccosh((mass**2 - low) / (2 * product))
            return (
                np.asarray(low + 2 * product * np.cosh(top * t)),
                np.asarray(2 * product * np.sinh(top * t) * top),
            )
        middle = np.maximum(rest**2, (mass - own) ** 2 / 4)
        lower = _lower(rest, middle, np.minimum(2 * t, 1.0))
        upper = _upper(mass, own, middle, np.maximum(2 * t - 1, 0.0))
        return (
            np.where(t < _HALF, lower[0], upper[0]),
            np.where(t < _HALF, 2 * lower[1], 2 * upper[1]),
        )


def _lower(rest: float, middle: float | Array, t: Array) -> tuple[Array, Array]:
    """s and ds/dt from rest^2 to `middle`."""
    if rest == 0:
        return np.asarray(middle * t), np.asarray(middle * np.ones_like(t))
    top = np.log(middle / rest**2)
    s = np.asarray(rest**2 * np.exp(top * t))
    return s, np.asarray(s * top)


def _upper(mass: float | Array, own: float, middle: float | Array, t: Array) -> tuple[Array, Array]:
    """s and ds/dt from `middle` to (mass - own)^2."""
    if own == 0:
        return np.asarray(middle + (mass**2 - middle) * t), np.asarray((mass**2 - middle) * np.ones_like(t))
    top = np.arccosh((mass**2 + own**2 - middle) / (2 * mass * own))
    y = top * (1 - t)
    return (
        np.asarray(mass**2 + own**2 - 2 * mass * own * np.cosh(y)),
        np.asarray(2 * mass * own * np.sinh(y) * top),
    )


def _triangle(a: float | Array, b: float | Array) -> Array:
    """lambda(1, a, b), not below 0."""
    return np.asarray(np.maximum((1 - a - b) ** 2 - 4 * a * b, 0.0))
