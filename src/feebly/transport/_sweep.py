"""The hot loop of ballistic transport: one pass along every chord and energy (compiled).

Imported only when transport runs, since loading the compiler costs a second.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from feebly.arrays import Array


@njit(cache=True)
def sweep(
    inner: Array,
    outer: Array,
    source: Array,
    share: Array,
    bend: Array,
    beyond: Array,
    weight: Array,
    area: Array,
    lower: Array,
    upper: Array,
    interval: NDArray[np.intp],
    innermost: NDArray[np.intp],
    shift: int,
    first_bin: int,
    middle: Array,
    by_energy: bool,
) -> Array:
    """Moments of the jumps of the source function in bins of the optical depth.

    Parameters
    ----------
    inner, outer : (W, M) inverse mean free path at the two ends of each interval.
    source : (W, K) source function of a black body at the knots.
    share : (W, M, P) what each process emits in an interval, over what a black body would.
    bend : (W, M) factor on the linear integral of absorption times source over each interval, see `bend`.
    beyond : (W, N) optical depth between the surface and the end of absorption.
    weight : (W,) weight of each energy; area (N,) of each chord.
    lower, upper, interval, innermost : geometry, see ChordGrid.
    shift, first_bin, middle : which bits of tau number its bin, see `depth_bins`, and tau (B,) at
        the middles.
    by_energy : keep the energies apart instead of summing over them.

    Returns
    -------
    (E, B, P, 3) with E = W or 1: sums of dS, of dS (tau - middle) + defect, and of
    dS [(tau - middle)^2 + spread] / 2 + defect (tau - middle), in each bin.

    Notes
    -----
    Seen from the end of absorption, a chord has the near half at depths b + tau and the far half at b + T - tau, T being
    the depth of the whole chord and b that beyond the surface. A jump dS (inner minus outer) adds -dS (1 - exp(-b - tau))
    from the near and dS (1 - exp(-b - T + tau)) from the far half; within an interval it is spread evenly (mean and
    variance), and the defect is what the mean of the two ends misses of the emission.
    """
    energies, processes, bins = inner.shape[0], share.shape[2], middle.size
    moments = np.zeros((energies if by_energy else 1, bins, processes, 3))
    step = np.empty(interval.size)
    outside = np.empty(processes)
    last = interval.size - 1
    for w in range(energies):
        row = moments[w] if by_energy else moments[0]
        for n in range(area.size):
            half = 0.0
            for m in range(innermost[n], interval.size):
                step[m] = lower[n, m] * inner[w, m] + upper[n, m] * outer[w, m]
                half += step[m]
            if half <= 0.0:
                continue
            factor = area[n] * weight[w]
            nearest, depth = beyond[w, n], 0.0
            farthest = nearest + 2 * half
            outside[:] = 0.0
            for m in range(last, innermost[n] - 1, -1):
                inside, surface = source[w, interval[m]], source[w, interval[m] + 1]
                # a jump between two intervals, or at the surface, where S rises from nothing
                near, far = nearest + depth, farthest - depth
                b_near, b = _bin(near, shift, first_bin, bins), _bin(far, shift, first_bin, bins)
                for p in range(processes):
                    jump = (share[w, m, p] * surface - outside[p]) * factor
                    if jump != 0.0:
                        if near > 0.0:
                            _add(row, b_near, p, -jump, 0.0, near - middle[b_near], 0.0)
                        _add(row, b, p, jump, 0.0, far - middle[b], 0.0)
                    outside[p] = share[w, m, p] * inside
                if step[m] > 0.0:
                    near = nearest + depth + 0.5 * step[m]
                    far = farthest - depth - 0.5 * step[m]
                    b_near, b = _bin(near, shift, first_bin, bins), _bin(far, shift, first_bin, bins)
                    off_near, off = near - middle[b_near], far - middle[b]
                    spread = step[m] ** 2 / 12
                    emitted = lower[n, m] * inner[w, m] * inside + upper[n, m] * outer[w, m] * surface
                    defect = (emitted * bend[w, m] - 0.5 * (inside + surface) * step[m]) * factor
                    rise = (inside - surface) * factor
                    for p in range(processes):
                        part = share[w, m, p]
                        _add(row, b_near, p, -rise * part, defect * part, off_near, spread)
                        _add(row, b, p, rise * part, defect * part, off, spread)
                    depth += step[m]
    return moments


@njit(cache=True, inline="always")
def _bin(depth: float, shift: int, first_bin: int, bins: int) -> int:
    # exponent and leading bits of the mantissa: a piecewise linear logarithm, six times cheaper than log
    number = (int(np.float64(depth).view(np.int64)) >> shift) - first_bin
    return min(max(number, 0), bins - 1)


@njit(cache=True, inline="always")
def _add(row: Array, b: int, p: int, jump: float, defect: float, offset: float, spread: float) -> None:
    row[b, p, 0] += jump
    row[b, p, 1] += jump * offset + defect
    row[b, p, 2] += 0.5 * jump * (offset * offset + spread) + defect * offset
