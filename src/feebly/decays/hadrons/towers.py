"""Towers of equally spaced resonances (dual QCD), and how to sum them with few terms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from feebly.arrays import Array, ComplexArray


@dataclass(frozen=True, slots=True)
class Tower:
    """Resonances of one current.

    Parameters
    ----------
    weight : (N,) each multiplies a line shape that is 1 at s = 0; complex where a fit has phases.
    mass, width : (N,) MeV.
    """

    weight: Array | ComplexArray
    mass: Array
    width: Array

    def total(self, shapes: ComplexArray) -> ComplexArray:
        """Sum (M,) of the line shapes (M, N) of the members with their weights."""
        # einsum: a product of this size is too small for the threads of a linear algebra library
        return np.asarray(np.einsum("mn,n->m", shapes, self.weight))


def dual_weights(beta: float, count: int) -> Array:
    """Weights (count,) of the resonances of dual QCD; they sum to 1 for an infinite tower.

    Notes
    -----
    c_n = (-1)^n Gamma(beta - 1/2) Gamma(2 - beta + n) sin[pi (beta - 1 - n)] / [pi^(3/2) (n + 1/2) n!].
    Source: czyz-narrow-resonances. Differs from it: nothing. Valid for: 1 < beta < 3.

    Examples
    --------
    >>> float(dual_weights(2.1968, 1)[0].round(4))
    1.1149
    """
    from scipy.special import gammaln

    n = np.arange(count)
    growth = np.empty(count)
    growth[0] = math.gamma(2 - beta)  # of a negative argument, beyond gammaln
    growth[1:] = np.exp(gammaln(2 - beta + n[1:]) - gammaln(n[1:] + 1))
    return np.asarray(
        math.gamma(beta - 0.5) * math.sin(math.pi * (beta - 1)) / math.pi**1.5 * growth / (n + 0.5)
    )


def fitted_tower(
    weights: Array, magnitude: Array, mass: Array, width: Array, *, scale: float, width_over_mass: float
) -> Tower:
    """Tower whose first members are fitted and whose charge is kept.

    Parameters
    ----------
    weights : (N,) of dual QCD.
    magnitude : fitted weights of the first members.
    mass, width : of the first members, MeV.
    scale : m of the masses m sqrt(1 + 2 n) of the others, MeV.
    width_over_mass : of the others.

    Notes
    -----
    The first member after the fitted ones takes what is missing to the sum 1.
    Source: czyz-narrow-resonances. Differs from it: nothing. Valid for: sums over all members.
    """
    weight = weights.copy()
    count = len(magnitude)
    weight[:count] = magnitude
    weight[count] += 1 - weight.sum()
    masses = scale * np.sqrt(1 + 2 * np.arange(weights.size))
    widths = width_over_mass * masses
    masses[: len(mass)], widths[: len(width)] = mass, width
    return Tower(weight, masses, widths)


def compressed(tower: Tower, *, kept: int = 12, nodes: int = 8) -> Tower:
    """The same sum with `kept` members and `nodes` that stand for all heavier ones.

    Notes
    -----
    Far below its mass a resonance is a smooth function of x = 1 / m^2, given width over mass. The sum over
    the heavy members, whose weights are real and of one sign, is an integral of that function over a discrete
    measure in x, and its Gauss rule needs few nodes: the error falls as a power of s / m_kept^2.

    Examples
    --------
    >>> n = np.arange(200)
    >>> full = Tower(dual_weights(2.2, 200), 775 * np.sqrt(1 + 2 * n), 100 * np.sqrt(1 + 2 * n))
    >>> small = compressed(full)
    >>> small.mass.size, bool(abs(small.weight.sum() - full.weight.sum()) < 1e-12)
    (20, True)
    """
    x, measure = 1 / tower.mass[kept:] ** 2, tower.weight[kept:].real
    diagonal, off = np.empty(nodes), np.empty(nodes)
    scale = x[0]
    before, now, norm_before = np.zeros_like(x), np.ones_like(x), 1.0
    for k in range(nodes):
        norm = float((measure * now**2).sum())
        diagonal[k] = float((measure * x / scale * now**2).sum()) / norm
        off[k] = norm / norm_before if k else 0.0
        before, now = now, (x / scale - diagonal[k]) * now - off[k] * before
        norm_before = norm
    jacobi = np.diag(diagonal) + np.diag(np.sqrt(off[1:]), 1) + np.diag(np.sqrt(off[1:]), -1)
    node, vectors = np.linalg.eigh(jacobi)
    mass = 1 / np.sqrt(node * scale)
    ratio = tower.width[-1] / tower.mass[-1]
    return Tower(
        np.concatenate([tower.weight[:kept], measure.sum() * vectors[0] ** 2]),
        np.concatenate([tower.mass[:kept], mass]),
        np.concatenate([tower.width[:kept], ratio * mass]),
    )
