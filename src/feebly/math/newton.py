"""Newton's method for many small systems of equations at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.errors import ConvergenceError

Places = NDArray[np.intp]
System = Callable[[Array, Places], tuple[Array, Array]]
_STEPS: Final = 80
_SHRINK: Final = 0.25  # a positive unknown keeps this part of itself in one step


def newton(
    system: System,
    start: Array,
    *,
    what: str,
    tolerance: float = 1e-11,
    positive: int = 0,
) -> tuple[Array, Array]:
    """Roots (N, V) of N systems of V equations, and their largest residuals (N,).

    Parameters
    ----------
    system : of unknowns (K, V) and the places (K,) of these systems among the N; gives the residuals (K, V)
        and the Jacobian (K, V, V), with rows for equations. Scaled so that `tolerance` is meant relative.
    start : (N, V) where the search begins.
    what : what is being solved, for the error message.
    positive : so many unknowns, the first ones, are positive; steps are shortened to keep them so.

    Raises
    ------
    ConvergenceError
        if any system does not reach the tolerance.

    Notes
    -----
    A step is taken if it lowers the largest residual, and otherwise shortened four times. Systems that have
    converged are no longer evaluated.

    Examples
    --------
    >>> def system(x, place):
    ...     return x**2 - np.array([[4.0], [9.0]])[place], 2 * x[..., None]
    >>> root, residual = newton(system, np.ones((2, 1)), what="square root")
    >>> [round(float(x), 10) for x in root[:, 0]], bool(residual.max() < 1e-11)
    ([2.0, 3.0], True)
    """
    x = np.array(start, dtype=float)
    active = np.arange(x.shape[0])
    values, jacobian = system(x, active)
    residual = np.max(np.abs(values), axis=-1)
    norm = residual.copy()
    step = _step(x, values, jacobian, positive)
    for _ in range(_STEPS):
        open_ = ~(norm <= tolerance)
        active, norm, step = active[open_], norm[open_], step[open_]
        if active.size == 0:
            return x, residual
        trial = x[active] + step
        values, jacobian = system(trial, active)
        size = np.max(np.abs(values), axis=-1)
        better = size < norm
        x[active[better]] = trial[better]
        norm = np.where(better, size, norm)
        residual[active] = norm
        step = np.where(better[:, None], 0.0, step / 4)
        step[better] = _step(trial[better], values[better], jacobian[better], positive)
    raise ConvergenceError(
        f"The {what} was not found in {active.size} of {x.shape[0]} cases; the largest residual is {norm.max():.1e}."
    )


def _step(x: Array, values: Array, jacobian: Array, positive: int) -> Array:
    step = -np.linalg.solve(jacobian, values[..., None])[..., 0]
    fall = np.max(-step[:, :positive] / x[:, :positive], axis=-1, initial=0.0)
    return np.asarray(step * np.minimum(1.0, (1 - _SHRINK) / np.maximum(fall, 1 - _SHRINK))[:, None])
