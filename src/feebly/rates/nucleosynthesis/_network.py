"""The hot loop of nucleosynthesis: implicit steps of six abundances (compiled).

Imported only when a network runs, since loading the compiler costs a second.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from feebly.arrays import Array

Indices = NDArray[np.intp]


@njit(cache=True)
def evolve(
    start: Array, step: float, weak: Array, forward: Array, backward: Array, before: Indices, after: Indices
) -> Array:
    """Abundances per baryon (K + 1, N) after steps of ln a, third order and stable for any stiffness.

    Parameters
    ----------
    start : (N,) abundances per baryon, neutron and proton first.
    step : in ln a.
    weak : (4 K + 1, 2) rates of n -> p and p -> n per Hubble rate, at the quarters of the steps.
    forward, backward : (4 K + 1, R) rates per Hubble rate, times the baryon density for each nucleus beyond the first.
    before, after : (R, 2) positions of the nuclei of each reaction; -1 for a photon.

    Notes
    -----
    Linearly implicit Euler, y <- y + (1 - h J)^-1 h f(y), with one, two and four steps, extrapolated to none.
    The number of baryons is a linear invariant and kept to rounding.
    """
    count = weak.shape[0] // 4
    out = np.empty((count + 1, start.size))
    out[0] = start
    for k in range(count):
        one = _walk(out[k], step, 4 * k, 1, weak, forward, backward, before, after)
        two = _walk(out[k], step, 4 * k, 2, weak, forward, backward, before, after)
        four = _walk(out[k], step, 4 * k, 4, weak, forward, backward, before, after)
        for i in range(start.size):
            # an abundance far below its neighbours may be extrapolated below zero
            value = (8 * four[i] - 6 * two[i] + one[i]) / 3
            out[k + 1, i] = value if value > 0 else four[i]
    return out


@njit(cache=True)
def _walk(
    y: Array,
    step: float,
    first: int,
    parts: int,
    weak: Array,
    forward: Array,
    backward: Array,
    before: Indices,
    after: Indices,
) -> Array:
    """One step from the row `first` of the rates, in `parts` equal parts."""
    stride = 4 // parts
    for i in range(parts):
        row = first + (i + 1) * stride
        y = _euler(y, step / parts, weak[row], forward[row], backward[row], before, after)
    return y


@njit(cache=True)
def _euler(
    y: Array, step: float, weak: Array, forward: Array, backward: Array, before: Indices, after: Indices
) -> Array:
    size = y.size
    change = np.zeros(size)
    matrix = np.eye(size)
    flow = weak[0] * y[0] - weak[1] * y[1]
    change[0] -= flow
    change[1] += flow
    matrix[0, 0] += step * weak[0]
    matrix[1, 0] -= step * weak[0]
    matrix[0, 1] -= step * weak[1]
    matrix[1, 1] += step * weak[1]
    for r in range(before.shape[0]):
        a, b, c, d = before[r, 0], before[r, 1], after[r, 0], after[r, 1]
        there = forward[r] * (0.5 if a == b else 1.0)
        back = backward[r] * (0.5 if c == d else 1.0)
        flow = there * y[a] * y[b] - back * y[c] * (y[d] if d >= 0 else 1.0)
        _react(change, a, b, c, d, flow)
        _column(matrix, a, b, c, d, a, step * there * y[b])
        _column(matrix, a, b, c, d, b, step * there * y[a])
        _column(matrix, a, b, c, d, c, -step * back * (y[d] if d >= 0 else 1.0))
        if d >= 0:
            _column(matrix, a, b, c, d, d, -step * back * y[c])
    _solve(matrix, change)
    return y + step * change


@njit(cache=True)
def _solve(matrix: Array, vector: Array) -> None:
    """Replace the vector by the solution of matrix x = vector, by elimination with row pivots.

    Much faster for six unknowns than a call of a library.
    """
    size = vector.size
    for k in range(size):
        best = k
        for i in range(k + 1, size):
            if abs(matrix[i, k]) > abs(matrix[best, k]):
                best = i
        if best != k:
            for j in range(k, size):
                matrix[k, j], matrix[best, j] = matrix[best, j], matrix[k, j]
            vector[k], vector[best] = vector[best], vector[k]
        for i in range(k + 1, size):
            factor = matrix[i, k] / matrix[k, k]
            if factor != 0.0:
                for j in range(k + 1, size):
                    matrix[i, j] -= factor * matrix[k, j]
                vector[i] -= factor * vector[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            vector[k] -= matrix[k, j] * vector[j]
        vector[k] /= matrix[k, k]


@njit(cache=True)
def _react(change: Array, a: int, b: int, c: int, d: int, flow: float) -> None:
    """Add one reaction a b -> c d at the rate `flow` to the change of the abundances."""
    change[a] -= flow
    change[b] -= flow
    change[c] += flow
    if d >= 0:
        change[d] += flow


@njit(cache=True)
def _column(matrix: Array, a: int, b: int, c: int, d: int, by: int, slope: float) -> None:
    """Subtract d(change)/d(y_by) of one reaction, whose flow has this slope, from the matrix."""
    matrix[a, by] += slope
    matrix[b, by] += slope
    matrix[c, by] -= slope
    if d >= 0:
        matrix[d, by] -= slope
