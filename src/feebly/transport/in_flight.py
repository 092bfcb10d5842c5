"""Decays on the way: how far a particle flies, and how many decay over a path."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.decays import Fip

_SHORTEST: Final = 1e-200  # MeV^-1


def decay_length(fip: Fip, energy: ArrayLike) -> Array:
    """Mean decay length (W,) in vacuum at the energies (W,) [MeV^-1 per unit scale**-power].

    Infinite without a width; zero at rest.

    Notes
    -----
    l = gamma v / Gamma = k / (m Gamma): the moving particle ages more slowly by E / m.
    Source: cerdeno-burst-duration, Eq. (20). Differs from it: nothing but the missing factor c.
    Valid for: far from the gravity of the star; energies at infinity.

    Examples
    --------
    >>> fip = Fip(3.0, 1.0, ("e- e+",), np.array([2.0]), 2)
    >>> float(decay_length(fip, 5.0))
    0.6666666666666666
    """
    e = np.asarray(energy, dtype=float)
    k = np.sqrt(np.maximum((e - fip.mass) * (e + fip.mass), 0.0))
    rate = fip.mass * float(fip.gamma.sum())
    return k / rate if rate > 0 else np.full_like(k, np.inf)


def decayed(path: float, length: ArrayLike, scale: ArrayLike, power: int) -> Array:
    """Share (G, W) of the particles that decay within a path, at the couplings (G,).

    Parameters
    ----------
    path : MeV^-1.
    length : (W,) decay lengths per unit scale**-power, see `decay_length`.
    power : rates go as scale**power.

    Notes
    -----
    1 - exp(-path scale**power / length), without cancellation for long lengths.

    Examples
    --------
    >>> decayed(1.0, [0.0, 1e20, np.inf], [1.0], 2).tolist()
    [[1.0, 1e-20, 0.0]]
    """
    strength = np.atleast_1d(np.asarray(scale, dtype=float))[:, None] ** power
    lengths = np.maximum(np.asarray(length, dtype=float), _SHORTEST)
    return np.asarray(-np.expm1(-strength * (path / lengths)))
