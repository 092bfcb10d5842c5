"""The hot loop of ballistic transport: one pass along every chord and energy (compiled).

Imported only when transport runs, since loading the compiler costs a second.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from feebly.arrays import Array


@njit(cache=True)
def deepest(kappa: Array, lower: Array, upper: Array, interval: NDArray[np.intp], innermost: NDArray[np.intp]) -> float:
    """Largest optical depth of a whole chord per unit scale**power."""
    top = 0.0
    for n in range(lower.shape[0]):
        for w in range(kappa.shape[1]):
            total = 0.0
            for m in range(innermost[n], interval.size):
                k = interval[m]
                total += lower[n, m] * kappa[k, w] + upper[n, m] * kappa[k + 1, w]
            top = max(top, 2 * total)
    return top


@njit(cache=True)
def sweep(
    kappa: Array,
    source: Array,
    weight: Array,
    area: Array,
    lower: Array,
    upper: Array,
    interval: NDArray[np.intp],
    innermost: NDArray[np.intp],
    log_low: float,
    per_log: float,
    middle: Array,
    by_energy: bool,
) -> Array:
    """Moments of the jumps of the source function in bins of the logarithm of the optical depth.

    Parameters
    ----------
    kappa : (K, W) inverse mean free path at the knots.
    source : (P, K, W) source function of each process.
    weight : (W,) weight of each energy; area (N,) of each chord.
    lower, upper, interval, innermost : geometry, see ChordGrid.
    log_low, per_log, middle : start and bins per unit of ln(tau), and tau (B,) at the middles.
    by_energy : keep the energies apart instead of summing over them.

    Returns
    -------
    (E, P, 3, B) with E = W or 1: sums of dS, of dS (tau - middle) + defect, and of
    dS (tau - middle)^2 / 2 + defect (tau - middle), in each bin.
    """
    processes, energies, bins = source.shape[0], kappa.shape[1], middle.size
    moments = np.zeros((energies if by_energy else 1, processes, 3, bins))
    step = np.empty(interval.size)
    last = interval.size - 1
    for n in range(area.size):
        for w in range(energies):
            row = moments[w] if by_energy else moments[0]
            half = 0.0
            for m in range(last, innermost[n] - 1, -1):
                k = interval[m]
                step[m] = lower[n, m] * kappa[k, w] + upper[n, m] * kappa[k + 1, w]
                half += step[m]
            factor = area[n] * weight[w]
            outer = 0.0
            for m in range(last, innermost[n] - 1, -1):
                k = interval[m]
                # the jump at the outer end: from outside, or across a kink
                if m == last or interval[m + 1] != k + 1:
                    far = 2 * half - outer
                    if far > 0.0:
                        b = min(max(int((math.log(far) - log_low) * per_log), 0), bins - 1)
                        b_near = b
                        if outer > 0.0:
                            b_near = min(max(int((math.log(outer) - log_low) * per_log), 0), bins - 1)
                        for p in range(processes):
                            rise = source[p, k + 1, w]
                            if m != last:
                                rise -= source[p, interval[m + 1], w]
                            rise *= factor
                            _add(row, p, b, rise, 0.0, far - middle[b])
                            if outer > 0.0:
                                _add(row, p, b_near, -rise, 0.0, outer - middle[b_near])
                near = outer + 0.5 * step[m]
                outer += step[m]
                if near > 0.0:
                    far = 2 * half - near
                    b_near = min(max(int((math.log(near) - log_low) * per_log), 0), bins - 1)
                    b = min(max(int((math.log(far) - log_low) * per_log), 0), bins - 1)
                    for p in range(processes):
                        inside, outside = source[p, k, w], source[p, k + 1, w]
                        low, high = lower[n, m] * kappa[k, w], upper[n, m] * kappa[k + 1, w]
                        rise = (inside - outside) * factor
                        # what the mean of the two ends misses of the emission in the interval
                        defect = 0.5 * (low - high) * (inside - outside) * factor
                        _add(row, p, b_near, -rise, defect, near - middle[b_near])
                        _add(row, p, b, rise, defect, far - middle[b])
    return moments


@njit(cache=True, inline="always")
def _add(row: Array, p: int, b: int, jump: float, defect: float, offset: float) -> None:
    row[p, 0, b] += jump
    row[p, 1, b] += jump * offset + defect
    row[p, 2, b] += (0.5 * jump * offset + defect) * offset
