"""The hot loop of the profiled likelihood: Newton's steps in the total energy at many mean energies (compiled).

Imported only when a likelihood is maximised, since loading the compiler costs a second.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from feebly.arrays import Array


@njit(cache=True)
def maximise(
    template: Array, shared: bool, other: Array, events: Array, counts: Array, tolerance: float, steps: int
) -> tuple[Array, Array, bool]:
    """ln L (G, P) at its maximum in the total energy A, A (G, P), and whether all were found.

    Parameters
    ----------
    template : (G, P, J + 1) densities d_j of the burst per A at P mean energies, the last its total D; (1, P, J + 1) if
        `shared` by all G.
    other : (G, J) what else is expected at the events; events : (G,) the same in total.
    counts : (J,) events seen.
    tolerance : on A dlnL/dA; steps : at most.
    """
    rows, places, size = events.size, template.shape[1], counts.size
    value, found = np.empty((rows, places)), np.empty((rows, places))
    seen = counts.sum()
    good = True
    for g in range(rows):
        for p in range(places):
            d = template[0 if shared else g, p]
            total = d[size]
            amount = seen / total
            done = False
            for _ in range(steps):
                slope, curve = -amount * total, -amount * total
                for j in range(size):
                    part = amount * d[j]
                    whole = part + other[g, j]
                    if whole > 0:
                        share = part / whole
                        slope += counts[j] * share
                        curve += counts[j] * share * (1 - share)
                if abs(slope) <= tolerance:
                    done = True
                    break
                amount = max(amount * (1 - slope / curve), 0.0)
            good = good and done
            log = -amount * total - events[g]
            for j in range(size):
                if counts[j] > 0:
                    whole = amount * d[j] + other[g, j]
                    log += counts[j] * (math.log(whole) if whole > 0 else -np.inf)
            value[g, p], found[g, p] = log, amount
    return value, found, good
