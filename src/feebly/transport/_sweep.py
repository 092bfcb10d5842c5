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
    rows = energies if by_energy else 1
    zeroth, first, second = (
        np.zeros((rows, bins, processes)),
        np.zeros((rows, bins, processes)),
        np.zeros((rows, bins, processes)),
    )
    step, emitted = np.empty(interval.size), np.empty(interval.size)
    outside = np.empty(processes)
    last = interval.size - 1
    for w in range(energies):
        e = w if by_energy else 0
        for n in range(area.size):
            half = 0.0
            for m in range(innermost[n], interval.size):
                k = interval[m]
                at_low, at_high = lower[n, m] * inner[w, m], upper[n, m] * outer[w, m]
                step[m] = at_low + at_high
                emitted[m] = (at_low * source[w, k] + at_high * source[w, k + 1]) * bend[w, m]
                half += step[m]
            if half <= 0.0:
                continue
            factor = area[n] * weight[w]
            nearest, farthest = beyond[w, n], beyond[w, n] + 2 * half
            depth = 0.0
            outside[:] = 0.0
            for m in range(last, innermost[n] - 1, -1):
                inside, surface = source[w, interval[m]], source[w, interval[m] + 1]
                for p in range(processes):
                    # a jump between two intervals, or at the surface, where S rises from nothing
                    jump = (share[w, m, p] * surface - outside[p]) * factor
                    outside[p] = share[w, m, p] * inside
                    if jump != 0.0:
                        near, far = nearest + depth, farthest - depth
                        if near > 0.0:
                            b = _bin(near, shift, first_bin, bins)
                            off = near - middle[b]
                            zeroth[e, b, p] -= jump
                            first[e, b, p] -= jump * off
                            second[e, b, p] -= 0.5 * jump * off * off
                        b = _bin(far, shift, first_bin, bins)
                        off = far - middle[b]
                        zeroth[e, b, p] += jump
                        first[e, b, p] += jump * off
                        second[e, b, p] += 0.5 * jump * off * off
                if step[m] > 0.0:
                    near, far = nearest + depth + 0.5 * step[m], farthest - depth - 0.5 * step[m]
                    rise = (inside - surface) * factor
                    defect = (emitted[m] - 0.5 * (inside + surface) * step[m]) * factor
                    spread = step[m] * step[m] / 12
                    b_near, b = _bin(near, shift, first_bin, bins), _bin(far, shift, first_bin, bins)
                    off_near, off = near - middle[b_near], far - middle[b]
                    near_first, near_second = (
                        defect - rise * off_near,
                        defect * off_near - 0.5 * rise * (off_near * off_near + spread),
                    )
                    far_first, far_second = (
                        defect + rise * off,
                        defect * off + 0.5 * rise * (off * off + spread),
                    )
                    for p in range(processes):
                        part = share[w, m, p]
                        zeroth[e, b_near, p] -= rise * part
                        first[e, b_near, p] += near_first * part
                        second[e, b_near, p] += near_second * part
                        zeroth[e, b, p] += rise * part
                        first[e, b, p] += far_first * part
                        second[e, b, p] += far_second * part
                    depth += step[m]
    return np.stack((zeroth, first, second), axis=-1)


@njit(cache=True)
def sweep_total(
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
) -> Array:
    """The same as `sweep` for one process and the sum over energies, in half the time; (1, B, 1, 3).

    Flat arrays of moments are what makes it fast: scans over models spend most of their time here.
    """
    bins, last = middle.size, interval.size - 1
    zeroth, first, second = np.zeros(bins), np.zeros(bins), np.zeros(bins)
    step, emitted = np.empty(interval.size), np.empty(interval.size)
    for w in range(inner.shape[0]):
        for n in range(area.size):
            half = 0.0
            for m in range(innermost[n], interval.size):
                k = interval[m]
                at_low, at_high = lower[n, m] * inner[w, m], upper[n, m] * outer[w, m]
                step[m] = at_low + at_high
                emitted[m] = (at_low * source[w, k] + at_high * source[w, k + 1]) * bend[w, m]
                half += step[m]
            if half <= 0.0:
                continue
            factor = area[n] * weight[w]
            nearest, farthest = beyond[w, n], beyond[w, n] + 2 * half
            depth, outside = 0.0, 0.0
            for m in range(last, innermost[n] - 1, -1):
                inside, surface = source[w, interval[m]], source[w, interval[m] + 1]
                part = share[w, m, 0]
                jump = (part * surface - outside) * factor
                outside = part * inside
                if jump != 0.0:
                    near, far = nearest + depth, farthest - depth
                    if near > 0.0:
                        b = _bin(near, shift, first_bin, bins)
                        off = near - middle[b]
                        zeroth[b] -= jump
                        first[b] -= jump * off
                        second[b] -= 0.5 * jump * off * off
                    b = _bin(far, shift, first_bin, bins)
                    off = far - middle[b]
                    zeroth[b] += jump
                    first[b] += jump * off
                    second[b] += 0.5 * jump * off * off
                if step[m] > 0.0:
                    near, far = nearest + depth + 0.5 * step[m], farthest - depth - 0.5 * step[m]
                    rise = (inside - surface) * factor * part
                    defect = (emitted[m] - 0.5 * (inside + surface) * step[m]) * factor * part
                    spread = step[m] * step[m] / 12
                    b = _bin(near, shift, first_bin, bins)
                    off = near - middle[b]
                    zeroth[b] -= rise
                    first[b] += defect - rise * off
                    second[b] += defect * off - 0.5 * rise * (off * off + spread)
                    b = _bin(far, shift, first_bin, bins)
                    off = far - middle[b]
                    zeroth[b] += rise
                    first[b] += defect + rise * off
                    second[b] += defect * off + 0.5 * rise * (off * off + spread)
                    depth += step[m]
    return np.stack((zeroth, first, second), axis=-1).reshape(1, bins, 1, 3)


@njit(cache=True, inline="always")
def _bin(depth: float, shift: int, first_bin: int, bins: int) -> int:
    # exponent and leading bits of the mantissa: a piecewise linear logarithm, six times cheaper than log
    number = (int(np.float64(depth).view(np.int64)) >> shift) - first_bin
    return min(max(number, 0), bins - 1)
