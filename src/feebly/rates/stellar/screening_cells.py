"""Means over cells of what the mixing with the photon does to a rate, exact across resonances.

A resonance is a shell of width Im Pi / |d Re Pi / dr|, often much thinner than any cell of a star; the integrals over a cell
in which Re Pi is linear are elementary, so that no grid has to find it. ``docs/physics/plasma.md`` has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array, ComplexArray
from feebly.errors import InvalidValueError
from feebly.math.quadrature import gauss

_FLAT: Final = 0.2  # relative change of m^2 - Pi below which a Gauss rule is exact to rounding
_NODES: Final = 10


@dataclass(frozen=True, slots=True)
class ScreeningCells:
    """Means of xi and |xi|^2 over cells, split between their two ends.

    The mean of xi f over a cell, f linear between f_1 and f_2, is (inner f_1 + outer f_2)/2 with the arrays `inner`,
    `outer`; that of |xi|^2 f has `inner_square`, `outer_square`. Without a plasma all are 1.
    """

    inner: ComplexArray
    outer: ComplexArray
    inner_square: Array
    outer_square: Array


def screening_cells(first: Array, last: Array, imaginary: Array, *, mass: float) -> ScreeningCells:
    """Exact means of xi = m^2/(m^2 - Pi) and |xi|^2 over cells, resonances included.

    Parameters
    ----------
    first, last : (...) real part of the polarisation at the two ends of each cell, linear between them, MeV^2.
    imaginary : (...) imaginary part, taken as constant in a cell, <= 0, MeV^2.
    mass : of X, MeV.

    Notes
    -----
    In a cell Pi = a + (b - a) s + i c with 0 < s < 1, and int ds / (m^2 - Pi) and int ds s / (m^2 - Pi) are logarithms;
    |m^2 - Pi|^-2 = Im[(m^2 - Pi)^-1] / c. The result does not depend on how narrow the resonance is, and the weight of
    a resonance inside the cell tends to pi m^4 / (|c| |b - a|), however small c.
    Source: derived in ``docs/physics/plasma.md``. Differs from it: nothing.
    Valid for: cells in which the real part is close to linear.

    Raises
    ------
    InvalidValueError
        if a resonance lies in a cell without absorption, where the integral does not exist.

    Examples
    --------
    >>> wide = screening_cells(np.array([90.0]), np.array([110.0]), np.array([-1e-9]), mass=10.0)
    >>> narrow = np.pi * 1e4 / (1e-9 * 20)
    >>> bool(abs((wide.inner_square + wide.outer_square)[0] / 2 / narrow - 1) < 1e-9)
    True
    """
    start, end = mass**2 - first, mass**2 - last
    if np.any((imaginary == 0) & (start * end <= 0)):
        raise InvalidValueError(
            f"The resonance at m = {mass:g} MeV has no width: the absorption of the photon is 0 there."
        )
    cell = np.broadcast_arrays(start, end, -np.asarray(imaginary))
    flat = np.abs(end - start) < _FLAT * np.hypot(start, imaginary)
    moments = np.empty((4, *flat.shape), dtype=complex)
    moments[:, flat] = _by_nodes(*(values[flat] for values in cell))
    moments[:, ~flat] = _by_logarithms(*(values[~flat] for values in cell))
    linear, square = 2 * mass**2, 2 * mass**4
    return ScreeningCells(
        linear * (moments[0] - moments[1]),
        linear * moments[1],
        square * (moments[2] - moments[3]).real,
        square * moments[3].real,
    )


def _by_logarithms(first: Array, last: Array, gap: Array) -> ComplexArray:
    """int_0^1 ds of 1/D, s/D, 1/|D|^2 and s/|D|^2 for D = first + (last - first) s + i gap (4, N)."""
    rise = last - first
    turn = gap * rise
    product = gap**2 + first * last
    # arctan2 of the difference: across a resonance it tends to pi
    square = np.where(turn == 0, 1 / product, np.arctan2(turn, product) / np.where(turn == 0, 1.0, turn))
    log = np.log(np.hypot(last, gap) / np.hypot(first, gap)) / rise
    square_outer = (log - first * square) / rise
    outer = (1 - gap**2 * square - first * log) / rise - 1j * gap * square_outer
    return np.stack([log - 1j * gap * square, outer, square, square_outer])


def _by_nodes(first: Array, last: Array, gap: Array) -> ComplexArray:
    """The same where D hardly changes and the logarithms would cancel."""
    s, weight = gauss(0.0, 1.0, _NODES)
    d = first[:, None] + (last - first)[:, None] * s + 1j * gap[:, None]
    reciprocal, square = 1 / d, 1 / (d.real**2 + d.imag**2)
    return np.stack([reciprocal @ weight, reciprocal @ (weight * s), square @ weight, square @ (weight * s)])
