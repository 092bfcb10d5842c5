"""What tables of a star share: the radii that are computed, and Chebyshev series in energy and mass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.environments import Medium
from feebly.rates.base import ENERGY_SPAN


@dataclass(frozen=True, slots=True)
class Rows:
    """Radii of a sample that a table holds, and linear interpolation between them.

    kept : (R,) indices into the sample. row, share : (K,) the row inside each radius and the weight of the next one.
    """

    kept: NDArray[np.intp]
    row: NDArray[np.intp]
    share: Array

    def at_radii(self, values: Array) -> Array:
        """Values (R, ...) of the rows at all radii of the sample (K, ...)."""
        share = self.share.reshape(-1, *(1,) * (values.ndim - 1))
        outer = np.minimum(self.row + 1, self.kept.size - 1)
        return np.asarray(values[self.row] * (1 - share) + values[outer] * share)


def rows_of(
    radius: Array, state: Array, limit: int, *, also: NDArray[np.intp] | None = None, tolerance: float = 3e-3
) -> Rows:
    """Rows of a sample between which its state is linear in the radius.

    Parameters
    ----------
    radius : (K,) MeV^-1; a repeated radius is a kink or a jump and keeps both its sides.
    state : (S, K) what rates depend on, such as ln T, scaled to the same importance.
    limit : rows besides those of kinks; they go where the state is missed most, while by more than the tolerance.
    also : indices of further rows.

    >>> radius = np.array([0.0, 1.0, 2.0, 2.0, 3.0, 4.0])
    >>> state = np.array([[1.0, 1.0, 1.0, 5.0, 6.0, 9.0]])
    >>> rows = rows_of(radius, state, 9)
    >>> rows.kept.tolist(), rows.at_radii(state[0, rows.kept]).tolist()
    ([0, 2, 3, 4, 5], [1.0, 1.0, 1.0, 5.0, 6.0, 9.0])
    """
    panel = np.concatenate([[0], np.cumsum(np.diff(radius) == 0)])
    position = radius + 2 * radius[-1] * panel
    ends = np.flatnonzero(np.diff(panel))
    further = np.empty(0, dtype=np.intp) if also is None else also
    kept = np.unique(np.concatenate([[0], ends, ends + 1, [radius.size - 1], further]))
    for _ in range(limit):
        missed = np.abs(state - np.stack([np.interp(position, position[kept], x[kept]) for x in state]))
        worst = int(np.argmax(missed.max(axis=0)))
        if missed[:, worst].max() <= tolerance:
            break
        kept = np.union1d(kept, [worst])
    row = np.clip(np.searchsorted(position[kept], position, side="right") - 1, 0, max(kept.size - 2, 0))
    gap = position[kept][np.minimum(row + 1, kept.size - 1)] - position[kept][row]
    return Rows(kept, row, (position - position[kept][row]) / np.where(gap > 0, gap, 1.0))


def energy_span(mass: float, medium: Medium) -> float:
    """Width of the range of local energies above the mass that matter in a star [MeV]."""
    lapse = float(medium.lapse.min())
    return (ENERGY_SPAN * float(medium.temperature.max()) + mass * (1 - lapse)) / lapse


def chebyshev_nodes(count: int) -> Array:
    """Chebyshev nodes on (0, 1).

    >>> chebyshev_nodes(2).round(3).tolist()
    [0.854, 0.146]
    """
    return np.asarray((1 + np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2)


@cache
def chebyshev_matrix(count: int) -> Array:
    """Matrix from values at the Chebyshev nodes to Chebyshev coefficients."""
    angle = np.pi * (np.arange(count) + 0.5) / count
    matrix = 2 / count * np.cos(np.outer(np.arange(count), angle))
    matrix[0] /= 2
    matrix.setflags(write=False)
    return np.asarray(matrix)


def chebyshev_polynomials(x: Array, count: int) -> Array:
    """Chebyshev polynomials (..., count) at points in [0, 1]; outside the values at the ends.

    >>> values = chebyshev_polynomials(np.array([0.2]), 3) @ chebyshev_matrix(3) @ chebyshev_nodes(3) ** 2
    >>> round(float(values[0]), 12)
    0.04
    """
    t = np.clip(2 * np.asarray(x, dtype=float) - 1, -1.0, 1.0)
    out = np.empty((*t.shape, count))
    out[..., 0] = 1.0
    out[..., 1] = t
    twice = 2 * t
    for n in range(2, count):
        out[..., n] = twice * out[..., n - 1] - out[..., n - 2]
    return out
