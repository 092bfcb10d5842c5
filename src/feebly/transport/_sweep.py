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
    kappa: Array,
    source: Array,
    bend_kappa: Array,
    bend_emission: Array,
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
    kappa : (W, K) inverse mean free path at the knots.
    source : (W, K, P) source function of each process.
    bend_kappa, bend_emission : (W, M) and (W, M, P) factors on the linear integrals of kappa and of kappa
        times source over each interval, see `bend`.
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
    Seen from the exit, a chord has the near half at depths tau and the far half at T - tau, T being the
    depth of the whole chord. A jump dS (inner minus outer) adds -dS (1 - exp(-tau)) from the near and
    dS (1 - exp(-T + tau)) from the far half; within an interval it is spread evenly (mean and variance),
    and the defect is what the mean of the two ends misses of the emission.
    """
    energies, processes, bins = kappa.shape[0], source.shape[2], middle.size
    moments = np.zeros((energies if by_energy else 1, bins, processes, 3))
    step = np.empty(interval.size)
    last = interval.size - 1
    for w in range(energies):
        row = moments[w] if by_energy else moments[0]
        for n in range(area.size):
            half = 0.0
            for m in range(innermost[n], interval.size):
                k = interval[m]
                step[m] = (lower[n, m] * kappa[w, k] + upper[n, m] * kappa[w, k + 1]) * bend_kappa[w, m]
                half += step[m]
            if half <= 0.0:
                continue
            factor = area[n] * weight[w]
            outer = 0.0
            for m in range(last, innermost[n] - 1, -1):
                k = interval[m]
                if m == last:
                    # the surface: S rises from nothing
                    b = _bin(2 * half, shift, first_bin, bins)
                    for p in range(processes):
                        _add(row, b, p, source[w, k + 1, p] * factor, 0.0, 2 * half - middle[b], 0.0)
                elif interval[m + 1] != k + 1:
                    # a kink: the knot stands twice
                    near, far = max(outer, 1e-300), 2 * half - outer
                    b_near, b = _bin(near, shift, first_bin, bins), _bin(far, shift, first_bin, bins)
                    for p in range(processes):
                        jump = (source[w, k + 1, p] - source[w, interval[m + 1], p]) * factor
                        _add(row, b_near, p, -jump, 0.0, near - middle[b_near], 0.0)
                        _add(row, b, p, jump, 0.0, far - middle[b], 0.0)
                if step[m] > 0.0:
                    near = outer + 0.5 * step[m]
                    far = 2 * half - near
                    b_near, b = _bin(near, shift, first_bin, bins), _bin(far, shift, first_bin, bins)
                    low, high = lower[n, m] * kappa[w, k], upper[n, m] * kappa[w, k + 1]
                    off_near, off = near - middle[b_near], far - middle[b]
                    spread = step[m] ** 2 / 12
                    for p in range(processes):
                        inside, outside = source[w, k, p], source[w, k + 1, p]
                        emitted = (low * inside + high * outside) * bend_emission[w, m, p]
                        defect = (emitted - 0.5 * (inside + outside) * step[m]) * factor
                        rise = (inside - outside) * factor
                        _add(row, b_near, p, -rise, defect, off_near, spread)
                        _add(row, b, p, rise, defect, off, spread)
                    outer += step[m]
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
