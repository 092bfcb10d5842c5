"""The matter between a proto-neutron star and interstellar space, as neutrinos see it: electrons."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT
from feebly.errors import ProfileFormatError
from feebly.provenance import Provenance
from feebly.units import CM, GRAM


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Progenitor:
    """Density of electrons in the envelope of a collapsing star (units MeV^n).

    Between two knots, inside the first and beyond the last the density is a power of the radius; two
    knots thus make one power law.

    Parameters
    ----------
    name : how messages and provenance call it.
    radius : (K,) MeV^-1, increasing, at least two.
    electron_mass_density : (K,) mass density times electron fraction, rho Y_e, MeV^4, positive.

    Raises
    ------
    ProfileFormatError
        if the knots are not such.

    Notes
    -----
    Beyond the last knot the density goes on falling as in the last interval: a star with a surface ends in
    a steep last interval.
    Valid for: the star before the shock of the explosion has passed.
    """

    name: str
    radius: Array
    electron_mass_density: Array
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        r, density = self.radius, self.electron_mass_density
        if r.ndim != 1 or r.size < 2 or density.shape != r.shape:
            raise ProfileFormatError(
                f"Progenitor '{self.name}' needs at least two radii and a density for each; "
                f"it has {r.size} and {density.size}."
            )
        for what, values in (("radius", r), ("density", density)):
            wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
            if wrong.size:
                raise ProfileFormatError(
                    f"Progenitor '{self.name}': the {what} in row {wrong[0] + 1} is {values[wrong[0]]:g}; it must be "
                    "positive."
                )
        if np.any(np.diff(r) <= 0):
            row = int(np.flatnonzero(np.diff(r) <= 0)[0]) + 2
            raise ProfileFormatError(
                f"Progenitor '{self.name}': the radius must increase; row {row} breaks this."
            )

    def __repr__(self) -> str:
        return f"Progenitor({self.name!r}, {self.radius.size} knots)"

    @classmethod
    def from_table(
        cls, radius_cm: ArrayLike, rho_ye_g_per_cm3: ArrayLike, *, name: str = "table"
    ) -> Progenitor:
        """A profile from radii (K,) [cm] and densities times electron fraction (K,) [g/cm^3].

        Examples
        --------
        >>> star = Progenitor.from_table([1e8, 1e9, 1e10], [1e8, 1e5, 1e2])
        >>> round(float(star.slope(3e9 * CM)), 9)
        -3.0
        """
        return cls(
            name=name,
            radius=np.asarray(radius_cm, dtype=float) * CM,
            electron_mass_density=np.asarray(rho_ye_g_per_cm3, dtype=float) * GRAM / CM**3,
            provenance=Provenance(choices=frozenset({("progenitor", name)})),
        )

    @classmethod
    def from_file(cls, path: str | Path) -> Progenitor:
        """A profile from a text file of two columns: radius [cm] and rho Y_e [g/cm^3]; # starts a comment.

        Raises
        ------
        ProfileFormatError
            if the file does not hold two columns of numbers, or no profile.
        """
        try:
            table = np.loadtxt(path, ndmin=2)
        except ValueError as error:
            raise ProfileFormatError(f"'{path}' is no table of numbers: {error}.") from error
        if table.ndim != 2 or table.shape[1] != 2:
            raise ProfileFormatError(
                f"'{path}' has {table.shape[-1]} columns; it needs two: radius [cm] and rho Y_e [g/cm^3]."
            )
        return cls.from_table(table[:, 0], table[:, 1], name=Path(path).stem)

    def electron_density(self, radius: ArrayLike) -> Array:
        """Electrons per volume, electrons less positrons, at the radii (...) [MeV^3]."""
        at = np.log(np.asarray(radius, dtype=float))
        k = self._interval(at)
        x, y = np.log(self.radius), np.log(self.electron_mass_density / ATOMIC_MASS_UNIT)
        return np.asarray(np.exp(y[k] + self._slopes()[k] * (at - x[k])))

    def slope(self, radius: ArrayLike) -> Array:
        """d ln n_e / d ln r at the radii (...)."""
        return self._slopes()[self._interval(np.log(np.asarray(radius, dtype=float)))]

    def crossings(self, electron_density: float) -> Array:
        """Radii where the electron density takes a value [MeV^-1], increasing; none where it never does."""
        x, y = np.log(self.radius), np.log(self.electron_mass_density / ATOMIC_MASS_UNIT)
        slopes = self._slopes()
        falls = np.where(slopes == 0, np.inf, slopes)
        at = x[:-1] + (np.log(electron_density) - y[:-1]) / falls
        low, high = np.append(-np.inf, x[1:-1]), np.append(x[1:-1], np.inf)
        return np.asarray(np.exp(at[(at >= low) & (at < high) & (slopes != 0)]))

    def _slopes(self) -> Array:
        return np.asarray(np.diff(np.log(self.electron_mass_density)) / np.diff(np.log(self.radius)))

    def _interval(self, log_radius: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        inner = np.log(self.radius[1:-1])
        return np.asarray(np.searchsorted(inner, log_radius, side="right"))


def power_law() -> Progenitor:
    """The envelope of akita-high-energy-neutrinos: rho Y_e = 1e5 g/cm^3 (r / 1e9 cm)^-3.

    Notes
    -----
    Source: akita-high-energy-neutrinos, Eq. (3). Differs from it: nothing.
    Valid for: densities above about 1 g/cm^3 ahead of the shock, which hold the resonances of neutrinos below
    200 MeV. Used also further out, and down to the neutrinosphere, where conversion no longer depends on the density.

    Examples
    --------
    >>> f"{float(power_law().electron_density(1e9 * CM)) * CM**3:.2e} per cm^3"
    '6.02e+28 per cm^3'
    """
    file = embedded.load("progenitor/power_law.toml")
    entry = file.table()
    radius = float(entry["radius_cm"]) * CM * np.array([1.0, 10.0])
    density = float(entry["rho_ye_g_per_cm3"]) * GRAM / CM**3
    return Progenitor(
        name="power-law",
        radius=radius,
        electron_mass_density=density * np.array([1.0, 10.0 ** -float(entry["index"])]),
        provenance=file.provenance | Provenance(choices=frozenset({("progenitor", "power-law")})),
    )
