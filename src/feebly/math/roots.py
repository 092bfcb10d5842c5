"""Batched root finding: many brackets at once, one call of the function per step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import elementwise

from feebly.arrays import Array
from feebly.errors import ConvergenceError


def bracketed_root(
    function: Callable[..., Array],
    low: ArrayLike,
    high: ArrayLike,
    args: tuple[ArrayLike, ...] = (),
    *,
    what: str = "root",
    relative: float = 1e-13,
) -> Array:
    """Roots of an elementwise function in brackets that enclose a sign change (Chandrupatla).

    Parameters
    ----------
    function : elementwise function of (x, *args).
    low, high : (N,) arrays with opposite signs of the function.
    what : what is being solved, for the error message.
    relative : relative tolerance on x.

    Raises
    ------
    ConvergenceError
        if any bracket does not enclose a root or does not converge.

    Examples
    --------
    >>> [round(float(x), 10) for x in bracketed_root(lambda x, a: x**2 - a, [0, 0], [3, 3], ([4.0, 2.25],))]
    [2.0, 1.5]
    """
    result = elementwise.find_root(
        function,
        (np.asarray(low, float), np.asarray(high, float)),
        args=tuple(np.asarray(a, float) for a in args),
        tolerances={"xrtol": relative},
        maxiter=200,
    )
    if not np.all(result.success):
        failed = int(np.sum(~np.asarray(result.success)))
        raise ConvergenceError(f"The {what} was not found in {failed} of {np.size(result.success)} cases.")
    return np.asarray(result.x, dtype=float)


def refine_maximum(
    function: Callable[[Array], Array], low: float, high: float, *, tolerance: float
) -> tuple[float, float]:
    """Position and value of the maximum of a unimodal function in (low, high), batch by batch.

    Each round evaluates 9 interior points at once and keeps the neighbourhood of the best,
    which shrinks the bracket five times per call of a vectorised function.

    >>> x, y = refine_maximum(lambda x: -(x - 0.3) ** 2, 0.0, 1.0, tolerance=1e-6)
    >>> round(x, 4)
    0.3
    """
    best_x, best_y = low, -np.inf
    while high - low > tolerance:
        x = np.linspace(low, high, 11)[1:-1]
        y = function(x)
        k = int(np.argmax(y))
        best_x, best_y = float(x[k]), float(y[k])
        step = (high - low) / 10
        low, high = best_x - step, best_x + step
    return best_x, best_y
