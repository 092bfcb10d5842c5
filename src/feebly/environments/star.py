"""A proto-neutron star at one moment: what it provides at each radius.

A profile is a set of knots. Between two knots every quantity is linear in the radius; a radius
that stands twice is a jump or a kink. Piecewise-constant shells are therefore knots that repeat at
each boundary, and smooth profiles are knots that do not: both are the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, NEWTON
from feebly.errors import InvalidValueError, ProfileFormatError
from feebly.provenance import Provenance
from feebly.units import ERG, FM, KM, SECOND

if TYPE_CHECKING:
    from pathlib import Path

    from feebly.environments.star_columns import ColumnMap


_SHARP = 4.0  # a kink bends this much more than the knots beside it
_VISIBLE = 0.3  # and changes ln T by this much over the star


@dataclass(frozen=True, slots=True)
class Medium:
    """A star sampled at given radii: what rates are computed from. All arrays are (R,).

    `potential` holds chemical potentials in MeV by species, `lapse` the gravitational lapse, `density` number
    densities in MeV^3 and `mass_eff` effective masses in MeV, as in `StarProfile`.
    """

    radius: Array
    temperature: Array
    potential: Mapping[str, Array]
    lapse: Array
    density: Mapping[str, Array] = field(default_factory=dict)
    mass_eff: Mapping[str, Array] = field(default_factory=dict)

    def mapped(self, read: Callable[[Array], Array]) -> Medium:
        """The same with every array read in another way, such as at some of the radii."""
        potential, density, mass_eff = (
            {name: read(values) for name, values in table.items()}
            for table in (self.potential, self.density, self.mass_eff)
        )
        return Medium(
            read(self.radius), read(self.temperature), potential, read(self.lapse), density, mass_eff
        )

    def at(self, index: slice) -> Medium:
        """The part of the sample at some of the radii."""
        return self.mapped(lambda values: values[index])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StarProfile:
    """Radial profile of a proto-neutron star (units MeV^n).

    Parameters
    ----------
    name : how files and provenance call it.
    time : after bounce, MeV^-1.
    radius : (R,) MeV^-1, starts at 0, non-decreasing; a repeated radius marks a jump or a kink.
    temperature : (R,) MeV.
    density : species -> (R,) MeV^3; ``B`` is the baryon number density, ``e-`` and ``mu-`` are net.
    potential : species -> (R,) MeV, chemical potentials with rest mass. For ``n`` and ``p`` either effective
        ones, to be used with `mass_eff`, or full ones, as the provenance says.
    mass_eff : species -> (R,) MeV, effective masses.
    lapse : (R,) gravitational lapse, in (0, 1].
    neutrinosphere : MeV^-1, within the profile.
    neutrino_luminosity : all flavours, MeV^2, or None if the profile does not state one.

    Raises
    ------
    ProfileFormatError
        if the numbers do not describe a star (length, order, sign, NaN).
    """

    name: str
    time: float
    radius: Array
    temperature: Array
    density: Mapping[str, Array]
    potential: Mapping[str, Array]
    mass_eff: Mapping[str, Array]
    lapse: Array
    neutrinosphere: float
    neutrino_luminosity: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        check_profile(self)

    def __repr__(self) -> str:
        end, count = self.radius[-1] / KM, self.radius.size
        return (
            f"StarProfile({self.name!r}, {count} knots to {end:g} km, {', '.join(sorted(self.provides()))})"
        )

    def provides(self) -> frozenset[str]:
        """What the profile holds: ``T``, ``lapse``, ``n:X``, ``mu:X``, ``m*:X``.

        A lapse of 1 everywhere does not count as one.
        """
        names = {"T"} | {f"n:{s}" for s in self.density} | {f"mu:{s}" for s in self.potential}
        names |= {f"m*:{s}" for s in self.mass_eff}
        return frozenset(names | ({"lapse"} if bool(np.any(self.lapse != 1.0)) else set()))

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        columns: ColumnMap | None = None,
        name: str | None = None,
        neutrinosphere_km: float | None = None,
        time_s: float | None = None,
        neutrino_luminosity_erg_per_s: float | None = None,
    ) -> StarProfile:
        """A user's own profile: Garching-archive text, CSV, ECSV or any table of numbers.

        Parameters
        ----------
        columns : names and units, ``{"r": "cm", "T": "MeV"}``, or zero-based column numbers,
            ``{"r_cm": 0, "T_MeV": 4}``; not needed for files that state them.
        neutrinosphere_km, time_s, neutrino_luminosity_erg_per_s : what the file does not say.

        Raises
        ------
        ProfileFormatError
            with one clear message, if the file cannot be understood or is no star.
        """
        from feebly.environments.star_files import profile_from_file  # it builds on this module

        return profile_from_file(
            path,
            columns=columns,
            name=name,
            neutrinosphere_km=neutrinosphere_km,
            time_s=time_s,
            neutrino_luminosity_erg_per_s=neutrino_luminosity_erg_per_s,
        )

    @property
    def kinks(self) -> Array:
        """Radii inside the profile where it jumps or has a kink, increasing.

        Jumps and kinks that stand twice, and knots where the slope of ln T changes much more than at
        the knots beside them.
        """
        repeated = self.radius[1:][np.diff(self.radius) == 0]
        found = np.concatenate([repeated, self._bends()])
        return np.unique(found[(found > 0) & (found < self.radius[-1])])

    def _bends(self) -> Array:
        width = np.diff(self.radius)
        rise = np.diff(np.log(self.temperature))
        slope = np.divide(rise, width, out=np.full_like(width, np.nan), where=width > 0)
        change = np.abs(np.diff(slope))
        beside = np.fmax(np.append(change[1:], np.nan), np.append(np.nan, change[:-1]))
        with np.errstate(invalid="ignore"):
            sharp = (change > _SHARP * beside) & (change * self.neutrinosphere > _VISIBLE)
        return np.asarray(self.radius[1:-1][sharp])

    @property
    def baryonic_mass_density(self) -> Array | None:
        """Baryon density times the atomic mass unit (R,) [MeV^4], or None."""
        return self.density["B"] * ATOMIC_MASS_UNIT if "B" in self.density else None

    def without_lapse(self) -> StarProfile:
        """The same star in flat space."""
        return replace(self, lapse=np.ones_like(self.radius))

    def sample(self, radius: ArrayLike, *, panel: tuple[float, float] | None = None) -> Medium:
        """Interpolate to radii (N,) [MeV^-1].

        At a jump the value outside it is taken; `panel` = (low, high) asks instead for the values
        inside that interval, also at its two ends.

        Raises
        ------
        InvalidValueError
            for radii outside the profile.
        """
        at = np.asarray(radius, dtype=float)
        if at.size and (at.min() < 0 or at.max() > self.radius[-1] * (1 + 1e-12)):
            raise InvalidValueError(
                f"Radius outside '{self.name}', which ends at {self.radius[-1] / KM:g} km: "
                f"asked for {at.min() / KM:g} to {at.max() / KM:g} km."
            )
        inside = at
        if panel is not None:
            nudge = 1e-9 * (panel[1] - panel[0])
            inside = np.clip(at, panel[0] + nudge, panel[1] - nudge)

        def read(values: Array) -> Array:
            return np.asarray(np.interp(inside, self.radius, values))

        knots = Medium(self.radius, self.temperature, self.potential, self.lapse, self.density, self.mass_eff)
        return replace(knots.mapped(read), radius=at)


def check_profile(star: StarProfile) -> None:
    """Refuse numbers that do not describe a star.

    Raises
    ------
    ProfileFormatError
        saying which, and in which row.
    """
    r = star.radius
    if r.ndim != 1 or r.size < 2:
        raise ProfileFormatError(f"Profile '{star.name}' needs at least two radii, it has {r.size}.")
    columns = {"radius": r, "temperature": star.temperature, "lapse": star.lapse}
    for prefix, table in (("density", star.density), ("potential", star.potential), ("mass", star.mass_eff)):
        columns |= {f"{prefix} of {name}": values for name, values in table.items()}
    for name, values in columns.items():
        if values.shape != r.shape:
            raise ProfileFormatError(
                f"Profile '{star.name}': {name} has {values.size} values for {r.size} radii."
            )
        if not np.all(np.isfinite(values)):
            row = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
            raise ProfileFormatError(f"Profile '{star.name}': {name} is not a finite number in row {row}.")
    if r[0] != 0 or np.any(np.diff(r) < 0):
        row = int(np.flatnonzero(np.diff(r) < 0)[0]) + 2 if np.any(np.diff(r) < 0) else 1
        raise ProfileFormatError(
            f"Profile '{star.name}': the radius must start at 0 and never decrease; row {row} breaks this."
        )
    if np.any(star.temperature <= 0):
        row = int(np.flatnonzero(star.temperature <= 0)[0]) + 1
        raise ProfileFormatError(
            f"Profile '{star.name}': the temperature is {star.temperature[row - 1]:g} MeV in row {row}; it must be positive."
        )
    if np.any(star.lapse <= 0) or np.any(star.lapse > 1 + 1e-9):
        raise ProfileFormatError(f"Profile '{star.name}': the lapse must lie between 0 and 1.")
    for name in ("B", "n", "p"):
        if name in star.density and np.any(star.density[name] < 0):
            raise ProfileFormatError(f"Profile '{star.name}': the density of {name} is negative somewhere.")
    for name, values in star.mass_eff.items():
        if np.any(values <= 0):
            row = int(np.flatnonzero(values <= 0)[0]) + 1
            raise ProfileFormatError(
                f"Profile '{star.name}': the effective mass of {name} is {values[row - 1]:g} MeV in row {row}; it must be positive."
            )
    if not np.isfinite(star.time):
        raise ProfileFormatError(
            f"Profile '{star.name}': the time after bounce is {star.time}; it must be a number."
        )
    light = star.neutrino_luminosity
    if light is not None and not 0 <= light < np.inf:
        raise ProfileFormatError(
            f"Profile '{star.name}': the neutrino luminosity is {light * SECOND / ERG:g} erg/s; it must be finite and not negative."
        )
    if not 0 < star.neutrinosphere <= r[-1] * (1 + 1e-12):
        raise ProfileFormatError(
            f"Profile '{star.name}': the neutrinosphere at {star.neutrinosphere / KM:g} km lies outside the profile."
        )


def enclosed_mass(radius: Array, mass_density: Array) -> Array:
    """Mass inside each knot (R,) [MeV] for a density that is linear between knots [MeV^4]."""
    low, high = radius[:-1], radius[1:]
    width = np.where(high > low, high - low, 1.0)
    slope = (mass_density[1:] - mass_density[:-1]) / width
    start = mass_density[:-1] - slope * low
    shell = 4 * np.pi * (start * (high**3 - low**3) / 3 + slope * (high**4 - low**4) / 4)
    return np.concatenate([[0.0], np.cumsum(np.where(high > low, shell, 0.0))])


def gravitational_lapse(radius: Array, mass_density: Array) -> Array:
    """Lapse N (R,) of a spherical mass distribution, pressure neglected.

    Parameters
    ----------
    radius : (R,) MeV^-1, from 0.
    mass_density : (R,) MeV^4, linear between the radii.

    Raises
    ------
    ProfileFormatError
        if the mass makes a black hole.

    Notes
    -----
    N = exp(phi), dphi/dr = G m / [r^2 (1 - 2 G m / r)], matched at the outer edge to the
    Schwarzschild value sqrt(1 - 2 G M / R). Trapezoids on the knots.
    Source: blinov-lmu-ltau, App. B (where the lapse enters). Differs from it: it reads the lapse of
    a simulation. Valid for: pressure small against energy density, weak time dependence.

    Examples
    --------
    A point far outside a small mass sees almost no potential:

    >>> r = np.linspace(0.0, 20.0 * KM, 401)
    >>> float(gravitational_lapse(r, np.zeros_like(r))[0])
    1.0
    """
    mass = enclosed_mass(radius, mass_density)
    compactness = np.divide(NEWTON * mass, radius, out=np.zeros_like(radius), where=radius > 0)
    if np.any(compactness >= 0.5):
        raise ProfileFormatError("The enclosed mass makes a black hole: check the unit of the density.")
    slope = np.divide(
        compactness / (1 - 2 * compactness), radius, out=np.zeros_like(radius), where=radius > 0
    )
    steps = 0.5 * (slope[1:] + slope[:-1]) * np.diff(radius)
    phi = np.concatenate([[0.0], np.cumsum(steps)])
    surface = 0.5 * np.log(1 - 2 * compactness[-1])
    return np.asarray(np.exp(phi - phi[-1] + surface))


def summary(star: StarProfile) -> dict[str, float]:
    """Central, peak and edge values in practical units, for tables and messages."""
    peak = int(np.argmax(star.temperature))
    found = {
        "time_s": star.time / SECOND,
        "radius_km": float(star.radius[-1]) / KM,
        "neutrinosphere_km": star.neutrinosphere / KM,
        "central_temperature_mev": float(star.temperature[0]),
        "peak_temperature_mev": float(star.temperature[peak]),
        "peak_temperature_at_km": float(star.radius[peak]) / KM,
        "edge_temperature_mev": float(star.temperature[-1]),
        "central_lapse": float(star.lapse[0]),
    }
    if "B" in star.density:
        found["central_baryon_density_fm3"] = float(star.density["B"][0]) * FM**3
    return found
