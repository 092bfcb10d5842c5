"""Bins of the optical depth, in which a Laplace transform over couplings is stored."""

from __future__ import annotations

from typing import Final

import numpy as np

from feebly.arrays import Array

_OCTAVES: Final = 60  # depths below 2**-60 of the largest count as transparent
_MANTISSA_BITS: Final = 52


def depth_bins(deepest: float, per_octave: int) -> tuple[int, int, Array]:
    """Bins of the optical depth, `per_octave` (a power of two) in each factor of two below the deepest.

    A bin is numbered by the exponent and the leading bits of the mantissa: bit shift, number of the first
    bin, and the middles (B,).

    >>> shift, first, middle = depth_bins(8.0, 4)
    >>> bool((np.array([8.0]).view(np.int64) >> shift)[0] - first == middle.size - 1)
    True
    """
    shift = _MANTISSA_BITS - (per_octave.bit_length() - 1)
    last = int(np.float64(max(deepest, np.finfo(float).tiny * 2.0**_OCTAVES)).view(np.int64)) >> shift
    first = last - _OCTAVES * per_octave
    edges = (np.arange(first, last + 2) << shift).view(np.float64)
    return shift, first, (edges[1:] + edges[:-1]) / 2
