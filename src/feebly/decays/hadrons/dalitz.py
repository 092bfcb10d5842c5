"""Three-body phase space: rules over the Dalitz plot, and tabulated overlaps of its structures.

The current of three pseudoscalars is J^mu = epsilon^{mu a b c} p_a p_b p_c F. With F = sum_k C_k(s) X_k, where X_k
depends on the pair masses only, the kernel is sum_kl conj(C_ik) G_kl C_jl with the overlaps
G_kl = sum over the Dalitz plot of weight conj(X_k) X_l. The overlaps are smooth in the total mass, so that they
are tabulated once; the narrow resonances of s stay analytic. What is tabulated is the triangular L of
G = L L^dagger, which keeps every kernel positive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons.line_shapes import momentum
from feebly.errors import OutOfDomainError
from feebly.math.quadrature import gauss, panels

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

Masses = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Points:
    """Nodes (N,) of a rule over the Dalitz plot of 1, 2, 3.

    Parameters
    ----------
    s12, s13, s23 : squared pair masses, MeV^2.
    weight : so that R of the current epsilon p1 p2 p3 F is sum(weight |F|^2), MeV^6.
    """

    s12: Array
    s13: Array
    s23: Array
    weight: Array


def points(
    mass: float, masses: Masses, *, edges: Sequence[float] = (), pairs: int = 60, angles: int = 60
) -> Points:
    """Nodes over the Dalitz plot of a vector of `mass` decaying to `masses` [MeV].

    Parameters
    ----------
    edges : masses of the pair 12 where panels meet [MeV], such as around a narrow resonance.
    pairs, angles : nodes per panel of the pair mass, and of the cosine of its decay angle.

    Notes
    -----
    R = int ds12 ds13 D |F|^2 / (64 pi^2 s^2), D = s p3^2 k^2 sin^2(theta), where k is the momentum of 1 in the
    pair 12, theta its angle to 3 there, and p3 the momentum of 3 in the rest frame of the vector.
    Source: czyz-three-pions, Eq. (1), for the current; the contraction is derived.
    Differs from it: nothing. Valid for: three pseudoscalars of any mass.

    Examples
    --------
    >>> rule = points(1000.0, (140.0, 140.0, 135.0), pairs=8, angles=8)
    >>> total = rule.s12 + rule.s13 + rule.s23
    >>> bool(np.allclose(total, 1000.0**2 + 2 * 140.0**2 + 135.0**2))
    True
    """
    first, second, third = masses
    low, high = first + second, mass - third
    inner = sorted(edge for edge in edges if low < edge < high)
    # pair = a + (b - a)(1 - cos(phi)) / 2 on the whole range takes the square roots of both ends away
    span = high - low
    angle = np.arccos(1 - 2 * (np.array([low, *inner, high]) - low) / span)
    phi, share = panels(angle, pairs)
    pair = low + span * (1 - np.cos(phi)) / 2
    share = share * span * np.sin(phi) / 2
    k = momentum(pair**2, first, second)
    p3 = momentum(mass**2, pair, third)
    boosted = p3 * mass / pair  # momentum of 3 in the rest frame of the pair
    energies = [np.hypot(k, first), np.hypot(k, second), np.hypot(boosted, third)]
    cosine, cosine_share = gauss(-1.0, 1.0, angles)
    along = 2 * (k * boosted)[:, None] * cosine
    s13 = first**2 + third**2 + 2 * (energies[0] * energies[2])[:, None] - along
    s23 = second**2 + third**2 + 2 * (energies[1] * energies[2])[:, None] + along
    # ds12 ds13 = 2 pair dpair * 2 k boosted dcos
    jacobian = share * 4 * pair * k * boosted
    weight = (jacobian * (mass * p3 * k) ** 2)[:, None] * cosine_share * (1 - cosine**2)
    weight = weight / (64 * math.pi**2 * mass**4)
    s12 = np.broadcast_to((pair**2)[:, None], weight.shape)
    return Points(s12.ravel(), s13.ravel(), s23.ravel(), weight.ravel())


def pair_rule(
    mass: Array, first: float, second: float, spectator: float, *, count: int = 40
) -> tuple[Array, Array]:
    """Masses of the pair (M, N) [MeV] and weights (M, N) of a rule in d(pair^2) [MeV^2].

    Square roots at both ends of the phase space are integrated exactly to the order of the rule.

    >>> pair, weight = pair_rule(np.array([1000.0]), 140.0, 140.0, 500.0)
    >>> round(float(weight.sum()), 6) == 500.0**2 - 280.0**2
    True
    """
    phi, share = gauss(0.0, math.pi, count)
    low = first + second
    span = np.asarray(mass, dtype=float)[:, None] - spectator - low
    pair = low + span * (1 - np.cos(phi)) / 2
    return pair, 2 * pair * share * span * np.sin(phi) / 2


def overlaps(rule: Points, structures: Sequence[ComplexArray]) -> ComplexArray:
    """G (K, K) of K structures (N,) on the nodes of a rule."""
    stack = np.stack(structures)
    return np.asarray((rule.weight * stack.conj()) @ stack.T)


def triangular(overlap: ComplexArray) -> ComplexArray:
    """L (K, K), lower triangular, with G = L L^dagger; directions lost in rounding get 0."""
    size = len(overlap)
    factor = np.zeros((size, size), dtype=complex)
    for column in range(size):
        rest = overlap[column:, column] - factor[column:, :column] @ factor[column, :column].conj()
        pivot = rest[0].real
        if pivot > 1e-14 * overlap[column, column].real:
            factor[column:, column] = rest / math.sqrt(pivot)
    return factor


@dataclass(frozen=True, slots=True)
class OverlapTable:
    """Overlaps of K structures of one channel: splines of L / (m - opens)^2 in the mass."""

    channel: str
    opens: float
    upper: float
    splines: Mapping[tuple[int, int], CubicSpline]

    def factor(self, mass: Array) -> ComplexArray:
        """L (M, K, K) [MeV^3] at masses (M,) [MeV].

        Raises
        ------
        OutOfDomainError
            if a mass lies above the table.
        """
        mass = np.asarray(mass, dtype=float)
        if mass.size and mass.max() > self.upper:
            raise OutOfDomainError(
                f"The exclusive channel {self.channel} was asked at {mass.max():.6g} MeV; its table ends at "
                f"{self.upper:.6g} MeV. Use the inclusive width above."
            )
        size = 1 + max(row for row, _ in self.splines)
        value = np.zeros((mass.size, size, size), dtype=complex)
        for (row, column), spline in self.splines.items():
            value[:, row, column] = spline(mass) @ np.array([1.0, 1.0j])
        return np.asarray(value * (np.maximum(mass - self.opens, 0.0) ** 2)[:, None, None])

    def kernel(self, mass: Array, coefficients: ComplexArray) -> ComplexArray:
        """Kernels (M, 3, 3) from coefficients C (M, 3, K) of the structures in the three currents [MeV^-3]."""
        half = coefficients.conj() @ self.factor(mass)
        return np.asarray(half @ half.conj().swapaxes(-1, -2))


def overlap_table(name: str, channel: str, opens: float, *, prefix: str = "") -> OverlapTable:
    """Read the columns ``<prefix><row><column>_re`` and ``_im`` of an embedded table of L / (m - opens)^2."""
    from scipy.interpolate import CubicSpline

    rows = embedded.load(name).rows()
    mass = opens + np.array([float(row["excess_mev"]) for row in rows])
    elements = [key[len(prefix) : -3] for key in rows[0] if key.startswith(prefix) and key.endswith("_re")]
    splines = {
        (int(element[0]), int(element[1])): CubicSpline(
            mass,
            np.array([[float(row[f"{prefix}{element}_{part}"]) for part in ("re", "im")] for row in rows]),
        )
        for element in elements
    }
    return OverlapTable(channel, opens, float(mass[-1]), splines)
