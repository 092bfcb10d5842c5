"""A quantity of the early universe over the coupling of a particle: calculated where it bends, interpolated between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from feebly.arrays import Array, Mask
from feebly.errors import ConvergenceError

RANGE: Final = (1e-14, 1.0)  # couplings of the table
_COARSE: Final = 1.0  # of log10 of the coupling
_FINE: Final = 1 / 16
_TAIL: Final = 0.2  # of the tolerance: below, the signal is taken to go as the coupling
_LEAST: Final = 2  # points of a spline
_SIDE: Final = 0.1  # of the distance to an edge


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Allowed error of a value: `error` up to a size of `linear`, above in proportion.

    With `edges`, values matter only by the side of each edge on which they lie, and a tenth of the distance is allowed.

    >>> Tolerance(1e-3, 0.4)(0.8), Tolerance(1e-3, 0.4, edges=(-0.4, 0.4))(2.4)
    (0.002, 0.2)
    """

    error: float
    linear: float = np.inf
    edges: tuple[float, ...] = ()

    def __call__(self, value: float) -> float:
        away = min((abs(value - edge) for edge in self.edges), default=0.0)
        return max(self.fine(value), _SIDE * away)

    def fine(self, value: float) -> float:
        """Next to an edge."""
        return self.error * max(1.0, abs(value) / self.linear)

    def between(self, left: float, middle: float, right: float) -> float:
        """In the middle of an interval with these values: fine if an edge lies in it."""
        values = (left, middle, right)
        crossed = any(min(values) <= edge <= max(values) for edge in self.edges)
        return self.fine(middle) if crossed else min(self(value) for value in values)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A quantity over the coupling: a cubic spline in its logarithm, through calculated values.

    Parameters
    ----------
    scale : (K,) couplings.
    value : (K,) at them, minus the value without the particle.
    ok : (K,) whether the calculation reached its end there.
    has_tail : whether the quantity goes as the coupling below the first one; else it is not known there.
    """

    scale: Array
    value: Array
    ok: Mask
    has_tail: bool

    def __call__(self, scale: Array) -> tuple[Array, Mask]:
        """Values (G,), not a number where they are not known, and whether they are."""
        x, known = np.log(self.scale), self.ok
        at = np.log(np.maximum(scale, np.finfo(float).tiny))
        inside = np.clip(at, x[known][0], x[known][-1])
        value = np.asarray(CubicSpline(x[known], self.value[known])(inside))
        left = np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)
        valid = known[left] & known[left + 1] & (at <= x[-1])
        tail = at < x[0]
        value = np.where(tail, self.value[0] * scale / self.scale[0] if self.has_tail else value, value)
        valid = np.where(tail, self.has_tail & known[0], valid)
        return np.where(valid, value, np.nan), valid


def tabulated(quantity: Callable[[float], float | None], tolerance: Tolerance, *, has_tail: bool) -> Curve:
    """A quantity over the couplings of `RANGE`, calculated where it bends.

    Parameters
    ----------
    quantity : of a coupling; None where it cannot be calculated.
    tolerance : allowed error.
    has_tail : whether it goes as the coupling, or faster, where it is small.

    Notes
    -----
    Each interval between neighbours is halved until the value in its middle agrees with the spline through all
    others. The table starts at the last of the coarse couplings below which the quantity is a fifth of its tolerance.

    Raises
    ------
    ConvergenceError
        if it can be calculated nowhere.

    Examples
    --------
    >>> curve = tabulated(lambda g: g / (1e-8 + g), Tolerance(1e-3), has_tail=True)
    >>> bool(np.all(np.abs(curve(np.array([3e-9, 7e-8]))[0] - [3 / 13, 7 / 8]) < 1e-3)), curve.scale.size < 60
    (True, True)
    """
    low, high = np.log10(RANGE)
    coarse = np.linspace(low, high, round((high - low) / _COARSE) + 1)
    known: dict[float, float | None] = {}

    def at(x: float) -> float | None:
        if x not in known:
            known[x] = quantity(float(10**x))
        return known[x]

    if has_tail:
        while coarse.size > 3 and _is_small(at(float(coarse[1])), tolerance):
            coarse = coarse[1:]
        known = {x: value for x, value in known.items() if x >= coarse[0]}
    for x in coarse:
        at(float(x))
    waiting = list(zip(coarse[:-1].tolist(), coarse[1:].tolist(), strict=True))
    while waiting:
        x = np.array(sorted(k for k, v in known.items() if v is not None))
        spline = CubicSpline(x, [known[k] for k in x]) if x.size > 2 else None
        following: list[tuple[float, float]] = []
        for left, right in waiting:
            middle = (left + right) / 2
            found = at(middle)
            first, last = known[left], known[right]
            bends = True
            if found is not None and first is not None and last is not None and spline is not None:
                bends = bool(abs(spline(middle) - found) > tolerance.between(first, found, last))
            if bends and right - left > 2 * _FINE:
                following += [(left, middle), (middle, right)]
        waiting = following
    x = np.array(sorted(known))
    values = [known[k] for k in x]
    ok = np.array([v is not None for v in values])
    if np.count_nonzero(ok) < _LEAST:
        raise ConvergenceError("The early universe could not be followed to its end at any coupling.")
    return Curve(10**x, np.array([0.0 if v is None else v for v in values]), ok, has_tail)


def _is_small(value: float | None, tolerance: Tolerance) -> bool:
    return value is not None and abs(value) < _TAIL * tolerance.error
