"""Cold neutron stars of a mean field: masses and radii, the check of a parameter set and of the hydrostatic equations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import cumulative_simpson
from scipy.interpolate import CubicSpline

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, NEUTRON_MASS, NEWTON, PROTON_MASS, SOLAR_MASS
from feebly.environments.mean_field import MeanField
from feebly.environments.nuclear import dense_matter
from feebly.errors import InvalidValueError
from feebly.units import FM, KM

_TEMPERATURE: Final = 0.5  # MeV, the coldest that dense matter knows
_LARGEST: Final = 1.2  # fm^-3
_TABLE: Final = 241
_STEPS: Final = 400
_START: Final = 1e-5  # of the enthalpy between centre and surface, solved by series
_IRON: Final = 55.9349 / 56  # u per baryon at the surface. Source: mass of an atom of 56Fe
_PROTONS: Final = 26 / 56


@dataclass(frozen=True, slots=True)
class ColdStars:
    """Stars by central density; (K,) each: fm^-3, solar masses, km."""

    central_density_fm3: Array
    mass_msun: Array
    baryonic_mass_msun: Array
    radius_km: Array

    @property
    def heaviest(self) -> float:
        """Largest gravitational mass, of a parabola through the three stars around it [solar masses]."""
        k = int(np.clip(np.argmax(self.mass_msun), 1, self.mass_msun.size - 2))
        fit = np.polyfit(np.log(self.central_density_fm3[k - 1 : k + 2]), self.mass_msun[k - 1 : k + 2], 2)
        return float(fit[2] - fit[1] ** 2 / (4 * fit[0]))

    def at_mass(self, mass_msun: float) -> tuple[float, float, float]:
        """Radius [km], central density [fm^-3] and baryonic mass [solar masses] at a gravitational mass.

        Raises
        ------
        InvalidValueError
            for a mass that none of these stars has, from the lightest to the heaviest.
        """
        top = int(np.argmax(self.mass_msun)) + 1
        if not self.mass_msun[0] <= mass_msun <= self.mass_msun[top - 1]:
            raise InvalidValueError(
                f"No star of {mass_msun:g} solar masses: these reach from {self.mass_msun[0]:.3g} to {self.mass_msun[top - 1]:.3g}."
            )
        columns = (self.radius_km, self.central_density_fm3, self.baryonic_mass_msun)
        radius, density, baryonic = (
            float(CubicSpline(self.mass_msun[:top], values[:top])(mass_msun)) for values in columns
        )
        return radius, density, baryonic


def cold_stars(
    field: MeanField, central_density_fm3: ArrayLike, *, surface_fm3: float = 1e-3, crust: bool = False
) -> ColdStars:
    """Masses and radii of cold stars in weak equilibrium with muons and without neutrinos.

    Parameters
    ----------
    central_density_fm3 : (K,) increasing, up to 1.2.
    surface_fm3 : density where uniform matter ends.
    crust : whether a crust in equilibrium with it follows, down to iron; without it, the star ends there.

    Raises
    ------
    InvalidValueError
        for central densities that do not increase or lie outside, and for stars too light to hold a thin crust.

    Notes
    -----
    With h = int dP/(e + P): dr/dh = -r(r - 2Gm)/[G(m + 4 pi r^3 P)], dm/dh = 4 pi r^2 e dr/dh, from the centre to h = 0.
    Crust: see `_with_crust`; the density where it begins, some 0.06 fm^-3, moves the radius of 1.4 solar masses by 1e-3. Its
    energies are counted from the mass that the nucleons have in the field, 938 or 939 MeV, which moves the same radius by 5e-3.
    Source: oppenheimer-volkoff. Differs from it: enthalpy as coordinate; matter at 0.5 MeV. Valid for: stars of uniform
    matter; without their crust radii are too small by 5 %.

    Examples
    --------
    >>> from feebly.environments.mean_field import mean_field
    >>> stars = cold_stars(mean_field("tm1"), np.linspace(0.2, 1.1, 19))
    >>> round(stars.heaviest, 2)
    2.18
    >>> whole = cold_stars(mean_field("tm1"), np.linspace(0.2, 1.1, 19), surface_fm3=0.06, crust=True)
    >>> round(stars.at_mass(1.4)[0], 1), round(whole.at_mass(1.4)[0], 1)
    (13.6, 14.3)
    """
    centre = np.atleast_1d(np.asarray(central_density_fm3, dtype=float))
    if np.any(np.diff(centre) <= 0) or centre[0] <= surface_fm3 or centre[-1] > _LARGEST:
        raise InvalidValueError(
            f"Central densities must increase from above {surface_fm3:g} to {_LARGEST:g} fm^-3."
        )
    table = np.geomspace(surface_fm3, _LARGEST, _TABLE)
    n = table / FM**3
    matter = dense_matter(
        field, baryon_density=n, temperature=_TEMPERATURE, neutrinos="none", muons=True, photons=False
    )
    pressure, energy = matter.total.pressure, matter.total.energy
    log_n = np.log(n)
    by_density = CubicSpline(log_n, np.log(pressure)).derivative()(log_n)
    enthalpy = cumulative_simpson(by_density * pressure / (energy + pressure), x=log_n, initial=0.0)
    state = CubicSpline(enthalpy, np.log(np.stack([pressure, energy, n])), axis=1)
    h = np.asarray(CubicSpline(log_n, enthalpy)(np.log(centre / FM**3)))
    radius, mass, baryons = _integrate(state, h)
    if crust:
        potential = (energy[0] + pressure[0]) / n[0]
        radius, mass, baryons = _with_crust(
            radius, mass, baryons, pressure=pressure[0], potential=potential, surface=_iron(field)
        )
    return ColdStars(
        central_density_fm3=centre,
        mass_msun=mass / SOLAR_MASS,
        baryonic_mass_msun=baryons * ATOMIC_MASS_UNIT / SOLAR_MASS,
        radius_km=radius / KM,
    )


def _integrate(state: CubicSpline, centre: Array) -> tuple[Array, Array, Array]:
    """Radius, gravitational mass and baryon number of stars with central enthalpies (K,)."""

    def slope(h: Array, y: Array) -> Array:
        pressure, energy, density = np.exp(state(h))
        r, m = y[0], y[1]
        dr = -r * (r - 2 * NEWTON * m) / (NEWTON * (m + 4 * np.pi * r**3 * pressure))
        area = 4 * np.pi * r**2 * dr
        return np.stack([dr, area * energy, area * density / np.sqrt(1 - 2 * NEWTON * m / r)])

    pressure, energy, density = np.exp(state(centre))
    first = _START * centre
    r = np.sqrt(3 * first / (2 * np.pi * NEWTON * (energy + 3 * pressure)))
    volume = 4 * np.pi * r**3 / 3
    y = np.stack([r, volume * energy, volume * density])
    # even in sqrt(h_c - h), in which the radius is smooth at the centre
    root = np.linspace(np.sqrt(first), np.sqrt(centre), _STEPS + 1)
    for low, high in pairwise(root):
        step, middle = high - low, (low + high) / 2

        def by_root(u: Array, y: Array) -> Array:
            return -2 * u * slope(np.maximum(centre - u * u, 0.0), y)

        a = by_root(low, y)
        b = by_root(middle, y + step / 2 * a)
        c = by_root(middle, y + step / 2 * b)
        y = y + step / 6 * (a + 2 * b + 2 * c + by_root(high, y + step * c))
    return y[0], y[1], y[2]


def _iron(field: MeanField) -> float:
    """Energy per baryon of iron [MeV], bound as it is, made of nucleons with the mass of the field."""
    nucleon = _PROTONS * PROTON_MASS + (1 - _PROTONS) * NEUTRON_MASS
    return _IRON * ATOMIC_MASS_UNIT - nucleon + field.nucleon_mass


def _with_crust(
    radius: Array, mass: Array, baryons: Array, *, pressure: float, potential: float, surface: float
) -> tuple[Array, Array, Array]:
    """Radius, gravitational mass and baryon number (K,) of cores and their crusts.

    Parameters
    ----------
    pressure, potential : at the inner edge of the crust, MeV^4 and MeV; surface : energy per baryon at its outer edge, MeV.

    Notes
    -----
    In cold matter mu sqrt(1 - 2Gm/r) is the same everywhere, with the energy mu to add a baryon: that at the end of
    uniform matter inside, that of iron at the surface. So (1 - 2GM/R) mu_Fe^2 = (1 - 2GM/r) mu^2 with M constant; and
    dm = 4 pi r^4 (1 - 2Gm/r)/(Gm) (-dP), at the inner edge.
    Source: zdunik-crust, abstract. Differs from it: derived here; mass of the crust to first order. Valid for: thin crusts of
    cold matter, whatever they are made of.
    """
    open_ = 1 - 2 * NEWTON * mass / radius
    added = 4 * np.pi * radius**4 * open_ * pressure / (NEWTON * mass)
    whole = mass + added
    outer = 2 * NEWTON * whole / (1 - (1 - 2 * NEWTON * whole / radius) * (potential / surface) ** 2)
    if np.any((outer <= 0) | (outer > 2 * radius)):
        raise InvalidValueError(
            "The lightest of these stars cannot hold a thin crust; begin with a larger central density."
        )
    return outer, whole, baryons + added / (surface * np.sqrt(open_))
