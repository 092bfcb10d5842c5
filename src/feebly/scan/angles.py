"""Limits in the whole plane of electromagnetic and B-L currents: angles against masses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.limits import Limit, solve_family
from feebly.limits.progress import Progress
from feebly.models import em_bl
from feebly.probes.base import Probe

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AngleAtlas:
    """Limits of one probe on x = cos(phi) Q + sin(phi) (B-L) at angles (J,) and masses (M,) [MeV].

    `phi` is in radians: 0 is the dark photon, pi/2 is B-L, 3 pi/4 is chargephobic.
    """

    phi: Array
    limits: tuple[Limit, ...]

    @property
    def mass(self) -> Array:
        """Masses (M,) [MeV]."""
        return self.limits[0].mass

    def edge(self, side: int) -> Array:
        """Lowest (side 0) or highest (side -1) excluded coupling (J, M), NaN where nothing is excluded."""
        rows = [
            [intervals[side][side] if len(intervals) else np.nan for intervals in limit.excluded]
            for limit in self.limits
        ]
        return np.array(rows, dtype=float)

    def at(self, phi: float) -> Limit:
        """The limit at one of the angles [rad].

        Raises
        ------
        InvalidValueError
            if there is none within 1e-9.
        """
        nearest = int(np.argmin(np.abs(self.phi - phi)))
        if abs(self.phi[nearest] - phi) > 1e-9:
            raise InvalidValueError(
                f"phi = {phi:g} is not among the angles of this atlas; the nearest is {self.phi[nearest]:.6g}."
            )
        return self.limits[nearest]

    def to_xarray(self) -> xarray.Dataset:
        """Lowest and highest excluded coupling over angle and mass (needs xarray)."""
        from feebly.export.frames import angle_dataset

        return angle_dataset(self)

    def plot(self) -> Figure:
        """The lowest excluded coupling as a map of mass and angle (matplotlib)."""
        from feebly.plot.angles import angle_figure

        return angle_figure(self)


def angle_atlas(
    probe: Probe,
    *,
    phi: Sequence[float] | Array,
    mass: Sequence[float] | Array,
    scale_range: tuple[float, float] | None = None,
    progress: Progress = None,
) -> AngleAtlas:
    """Limits of a probe on the models between dark photon and B-L, at angles (J,) [rad] and masses (M,) [MeV].

    Charges do not run. A probe that can share tables makes them once per mass.

    Examples
    --------
    >>> from feebly.probes import SupernovaCooling
    >>> from feebly.transport.rays import Resolution
    >>> coarse = Resolution(knots=20, chords=4, energies=8)
    >>> probe = SupernovaCooling(compton="off", pions="off", resolution=coarse)
    >>> found = angle_atlas(probe, phi=[0.0, np.pi / 2], mass=[30.0])
    >>> found.edge(0).shape, found.at(np.pi / 2).model
    ((2, 1), 'em-bl')
    """
    angles = np.asarray(phi, dtype=float)
    if angles.ndim != 1 or angles.size == 0 or not np.all(np.isfinite(angles)):
        raise InvalidValueError("Angles must be a list of numbers in radians, for example [0, 0.785, 1.571].")
    models = [em_bl(phi=float(angle)) for angle in angles]
    return AngleAtlas(angles, solve_family(probe, models, mass, scale_range=scale_range, progress=progress))
