"""Escape along the radius only, with a factor that stands for the average over directions."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.transport.cells import Cells
from feebly.transport.depths import depth_bins
from feebly.transport.rays import ChordGrid

_THIN: Final = 0.03  # depths that differ by less count as one


def radial_factor(radius: Array, peak: float, surface: float) -> Array:
    """a(r) = 1 - r (r - R_c) / (2 R^2), which stands for the average over directions.

    Parameters
    ----------
    radius : of emission, MeV^-1.
    peak, surface : radii of the highest temperature and of the neutrinosphere, MeV^-1.

    Notes
    -----
    Source: esseili-kribs-chargephobic, below Eq. (37). Differs from it: nothing.
    Valid for: a crude stand-in; it makes the optical depth at the surface smaller than the radial one.

    >>> radial_factor(np.array([0.0, 1.0]), 0.5, 1.0).tolist()
    [1.0, 0.75]
    """
    return np.asarray(1 - radius * (radius - peak) / (2 * surface**2))


def radial_moments(
    table: Cells, grid: ChordGrid, weight: Array, *, bins: int, by_energy: bool
) -> tuple[Array, Array]:
    """Depths (B,) and moments (E, B, P, 3), as `feebly.transport.ballistic.Emission` takes them.

    Parameters
    ----------
    table : rates in the cells; grid : the star.
    weight : (W,) weight of each energy.
    bins : per factor of two; by_energy : keep the energies apart.

    Notes
    -----
    A cell that emits e between the depths t_1 < t_2 adds e [exp(-s t_1) - exp(-s t_2)] / (t_2 - t_1) to the luminosity at
    the coupling s: two jumps. Where the depths hardly differ it is s e exp(-s t).
    """
    radius, interval = grid.medium.radius, grid.interval
    low, high = radius[interval], radius[interval + 1]
    kappa = (table.inner + table.outer) / 2
    steps = kappa * (high - low)
    ahead = np.zeros(weight.size) if table.ahead is None else table.ahead
    outside = ahead[:, None] + steps[:, ::-1].cumsum(axis=1)[:, ::-1] - steps
    peak = float(radius[np.argmax(grid.medium.temperature)])
    factor_low, factor_high = (radial_factor(r, peak, radius[-1]) for r in (low, high))
    near, far = factor_high * outside, factor_low * (outside + steps)
    near, far = np.minimum(near, far), np.maximum(near, far)
    inside, surface = table.source[:, interval], table.source[:, interval + 1]
    mean = (table.inner * inside + table.outer * surface) / 2 * table.bend
    emitted = weight[:, None] * 2 / 3 * (high**3 - low**3) * mean
    parts = emitted[..., None] * table.share

    shift, first, depth = depth_bins(float(far.max()), bins)
    thin = far - near < _THIN * far
    middle = (near + far) / 2
    jump = np.where(thin[..., None], 0.0, parts / np.where(thin, 1.0, far - near)[..., None])
    rows = weight.size if by_energy else 1
    moments = np.zeros((rows, depth.size, parts.shape[-1], 3))
    row = np.broadcast_to(np.arange(weight.size)[:, None] if by_energy else 0, near.shape)
    for tau, sign in ((near, -1.0), (far, 1.0)):
        index = _bins(tau, shift, first, depth.size)
        offset = (tau - depth[index])[..., None]
        np.add.at(moments[..., 0], (row, index), sign * jump)
        np.add.at(moments[..., 1], (row, index), sign * jump * offset)
        np.add.at(moments[..., 2], (row, index), sign * jump * offset**2 / 2)
    index = _bins(middle, shift, first, depth.size)
    once = np.where(thin[..., None], parts, 0.0)
    np.add.at(moments[..., 1], (row, index), once)
    np.add.at(moments[..., 2], (row, index), once * (middle - depth[index])[..., None])
    used = np.any(moments != 0, axis=(0, 2, 3))
    return depth[used], moments[:, used]


def _bins(depth: Array, shift: int, first: int, count: int) -> NDArray[np.intp]:
    """Number of the bin of each depth, see `depth_bins`."""
    number = (np.ascontiguousarray(depth).view(np.int64) >> shift) - first
    return np.asarray(np.clip(number, 0, count - 1), dtype=np.intp)
