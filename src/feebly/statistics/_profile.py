"""The hot loop of the profiled likelihood: the best total and mean energy of a burst, for many signals (compiled).

Imported only when a likelihood is maximised, since loading the compiler costs a second.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from feebly.arrays import Array

_NEWTON_STEPS = 60
_ROUGH = 1e-5  # on A dlnL/dA, per event; enough to see which node is best
_TOLERANCE = 1e-9
_STEPS = 80
_FEW = 0.1  # of the events seen; with fewer in the burst A dlnL/dA vanishes without a maximum
_PRECISION = 1e-9  # on ln E_0 in units of a step between nodes; ln L is flat there


@njit(cache=True)
def fit(
    nodes: Array, curve: Array, other: Array, events: Array, counts: Array
) -> tuple[Array, Array, Array, bool]:
    """ln L (G,) at its maximum, ln E_0 (G,) and A (G,) there, and whether all were found.

    Parameters
    ----------
    nodes : (P,) of ln E_0.
    curve : (4, P - 1, J + 1) cubics, highest power first, from each node of ln d_j, the densities of the burst per A; the last
        column is that of its total ln D.
    other : (G, J) what else is expected at the events; events : (G,) the same in total.
    counts : (J,) events seen.
    """
    rows, places, size = events.size, nodes.size, counts.size
    value, where, amount = np.empty(rows), np.empty(rows), np.empty(rows)
    templates = np.empty((places, size + 1))
    for p in range(places):
        _template(nodes, curve, nodes[p], templates[p])
    d, slopes = np.empty(size + 1), np.empty(size + 1)
    seen = counts.sum()
    rough, tolerance = _ROUGH * max(seen, 1.0), _TOLERANCE * max(seen, 1.0)
    good = True
    for g in range(rows):
        best, top = 0, -np.inf
        burst = seen  # events of it, alike at neighbours
        for p in range(places):
            found, a, done = _total_energy(templates[p], other[g], events[g], counts, burst, rough)
            burst = max(a * templates[p, size], _FEW * seen)
            good = good and done
            if found > top:
                best, top = p, found
        low = nodes[best]
        low_value, a, done = _total_energy(templates[best], other[g], events[g], counts, seen, tolerance)
        good = good and done
        value[g], where[g], amount[g] = low_value, low, a
        _template_slope(nodes, curve, low, templates[best], slopes)
        low_slope = _slope(templates[best], slopes, other[g], counts, a)
        neighbour = best + 1 if low_slope > 0 else best - 1
        if low_slope == 0 or neighbour < 0 or neighbour == places:
            continue
        sign = (
            1.0 if low_slope > 0 else -1.0
        )  # towards the neighbour ln L rises from the node, and falls to the other
        high, high_slope = nodes[neighbour], np.nan
        precision = _PRECISION * abs(high - low)
        closed = False
        for _ in range(_STEPS):
            if abs(high - low) <= precision:
                closed = True
                break
            x = (low + high) / 2
            if high_slope * sign < 0:
                x = (low * high_slope - high * low_slope) / (high_slope - low_slope)
            _template(nodes, curve, x, d)
            burst = max(a * d[size], _FEW * seen)
            found, a, done = _total_energy(d, other[g], events[g], counts, burst, tolerance)
            good = good and done
            _template_slope(nodes, curve, x, d, slopes)
            slope = _slope(d, slopes, other[g], counts, a)
            if found > value[g]:
                value[g], where[g], amount[g] = found, x, a
            if slope == 0:
                closed = True
                break
            if slope * sign > 0 and found >= low_value:
                if high_slope * sign < 0:  # Illinois: an end that stays counts half
                    high_slope = high_slope / 2
                low, low_value, low_slope = x, found, slope
            else:
                if high_slope * sign < 0:
                    low_slope = low_slope / 2
                high, high_slope = x, slope if slope * sign < 0 else np.nan
        good = good and closed
    return value, where, amount, good


@njit(cache=True)
def _template(nodes: Array, curve: Array, x: float, d: Array) -> None:
    """d_j and D at ln E_0 = x."""
    place = min(max(int(np.searchsorted(nodes, x, side="right")) - 1, 0), nodes.size - 2)
    t = x - nodes[place]
    for j in range(d.size):
        c = curve[:, place, j]
        d[j] = math.exp(((c[0] * t + c[1]) * t + c[2]) * t + c[3])


@njit(cache=True)
def _template_slope(nodes: Array, curve: Array, x: float, d: Array, slopes: Array) -> None:
    """Derivatives of d_j and D by ln E_0."""
    place = min(max(int(np.searchsorted(nodes, x, side="right")) - 1, 0), nodes.size - 2)
    t = x - nodes[place]
    for j in range(d.size):
        c = curve[:, place, j]
        slopes[j] = d[j] * ((3 * c[0] * t + 2 * c[1]) * t + c[2])


@njit(cache=True)
def _slope(d: Array, slopes: Array, other: Array, counts: Array, amount: float) -> float:
    """Derivative of ln L by ln E_0 at the best A, where that by A does not count."""
    slope = -amount * float(slopes[counts.size])
    for j in range(counts.size):
        whole = amount * d[j] + other[j]
        if whole > 0:
            slope += counts[j] * amount * slopes[j] / whole
    return slope


@njit(cache=True)
def _total_energy(
    d: Array, other: Array, events: float, counts: Array, burst: float, tolerance: float
) -> tuple[float, float, bool]:
    """ln L at its maximum in A, A, and whether it was found; from a guess of the events of the burst."""
    size = counts.size
    total = d[size]
    amount = burst / total
    done = False
    for _ in range(_NEWTON_STEPS):
        slope, curvature = -amount * total, -amount * total
        for j in range(size):
            part = amount * d[j]
            whole = part + other[j]
            if whole > 0:
                share = part / whole
                slope += counts[j] * share
                curvature += counts[j] * share * (1 - share)
        if abs(slope) <= tolerance:
            done = True
            break
        if slope > 0 and curvature > -slope / 2:  # far below the root, which lies below this
            amount = counts.sum() / total
        else:
            amount = max(amount * (1 - slope / curvature), 0.0)
    log = -amount * total - events
    for j in range(size):
        if counts[j] > 0:
            whole = amount * d[j] + other[j]
            log += counts[j] * (math.log(whole) if whole > 0 else -np.inf)
    return log, amount, done
