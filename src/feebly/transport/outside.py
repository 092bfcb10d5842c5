"""Beyond the neutrinosphere: what still absorbs a particle on its way out to a given radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.environments import Medium, StarProfile
from feebly.transport.rays import ChordGrid, interval_weights, panels, sampled

_PER_OCTAVE: Final = 8  # knots at least


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outside:
    """Straight ways from the surface of a chord grid out to a larger radius (lengths MeV^-1).

    Parameters
    ----------
    radius, lapse : (J,) knots from the surface outward, a jump stands twice.
    matter : the profile of the star at the first knots, as far as it reaches; None if it ends at the surface.
    interval : (I,) knot below each interval of non-zero width.
    lower, upper : (N + 1, I) weights of the two ends of each interval on each chord; the last one is radial.
    """

    radius: Array
    lapse: Array
    matter: Medium | None
    interval: NDArray[np.intp]
    lower: Array
    upper: Array

    @property
    def matter_interval(self) -> NDArray[np.intp]:
        """The intervals with matter; they come first."""
        end = 0 if self.matter is None else self.matter.radius.size
        return self.interval[self.interval + 1 < end]

    def depth(self, inner: Array, outer: Array) -> Array:
        """Optical depth (W, N + 1) for inverse mean free paths (W, I') at the ends of the first I' intervals."""
        count = inner.shape[1]
        return np.asarray(inner @ self.lower[:, :count].T + outer @ self.upper[:, :count].T)

    def decay_depth(self, energy: Array, mass: float, width: float) -> Array:
        """Optical depth (W, N + 1) by decays with a width [MeV] in the rest frame, at energies at infinity (W,).

        Notes
        -----
        int dl m Gamma / k with k local.
        """
        local = energy[:, None] / self.lapse
        kappa = mass * width / np.sqrt((local - mass) * (local + mass))
        return self.depth(kappa[:, self.interval], kappa[:, self.interval + 1])


def outside(star: StarProfile, grid: ChordGrid, r_far: float) -> Outside:
    """The ways from the surface of a grid out to the radius r_far [MeV^-1].

    Beyond the profile the lapse is that of empty space, sqrt(1 - r_s / r), joined to the profile.

    Examples
    --------
    >>> from feebly.environments.embedded_stars import raffelt
    >>> from feebly.transport.rays import Resolution, chord_grid
    >>> from feebly.units import KM
    >>> star = raffelt()
    >>> way = outside(star, chord_grid(star, 25 * KM, Resolution()), 100 * KM)
    >>> bool(np.isclose(way.lower[-1].sum() + way.upper[-1].sum(), 75 * KM))  # along the radius
    True
    """
    surface, end = float(grid.medium.radius[-1]), float(star.radius[-1])
    matter = None
    radius, lapse = np.zeros(0), np.zeros(0)
    reach = min(end, r_far)
    if reach > surface * (1 + 1e-9):
        pieces = [
            (max(low, surface), high) for low, high in panels(star, reach) if high > surface * (1 + 1e-9)
        ]
        matter = sampled(star, pieces, [_knots(star, low, high) for low, high in pieces])
        radius, lapse = matter.radius, matter.lapse
    start = max(surface, reach)
    if r_far > start * (1 + 1e-12):
        empty = _geometric(start, r_far)
        horizon = end * (1 - float(star.lapse[-1]) ** 2)
        radius = np.concatenate([radius, empty])
        lapse = np.concatenate([lapse, np.sqrt(1 - horizon / np.maximum(empty, end))])
    impact = np.append(grid.impact, 0.0)
    lower, upper = interval_weights(np.full_like(impact, r_far), impact, radius)
    interval = np.flatnonzero(np.diff(radius) > 0)
    return Outside(radius, lapse, matter, interval, lower[:, interval], upper[:, interval])


def _geometric(start: float, end: float) -> Array:
    count = max(3, int(np.ceil(_PER_OCTAVE * np.log2(end / start))) + 1)
    return np.geomspace(start, end, count)


def _knots(star: StarProfile, low: float, high: float) -> Array:
    """Knots between two kinks: those of the profile, and a geometric sequence."""
    own = star.radius[(star.radius > low) & (star.radius < high)]
    merged = np.union1d(_geometric(low, high), own)
    merged = merged[np.append(np.diff(merged) > 1e-9 * (high - low), True)]
    merged[[0, -1]] = low, high
    return np.asarray(merged)
