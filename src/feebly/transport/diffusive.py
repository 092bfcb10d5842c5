"""Trapped particles that diffuse outward along the gradient of the temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, Mask
from feebly.environments import StarProfile
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math import quadrature
from feebly.provenance import sources
from feebly.rates.base import Rates
from feebly.transport.rays import panels
from feebly.units import KM

SOURCES: Final = sources(("blinov-lmu-ltau", "Eqs. (6)-(9)"))
_PANELS: Final = (0.0, 0.1, 0.3, 1.0)  # light particles need nodes near the threshold
_NODES: Final = 20
_SPAN: Final = 40.0  # temperatures above the mass, where exp(-E/T) is negligible
_FLAT: Final = 1e-9  # smaller logarithmic slopes are rounding
_WEAKEST: Final = 1e-200  # scale**power below which the mean free path is not followed


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Energy flux of a trapped particle through a sphere, for any coupling (units MeV^n).

    Parameters
    ----------
    radius : of the sphere, MeV^-1.
    loss : energy per time through it, per unit scale**-power, MeV^2.
    path : mean free path of the particles that carry it, per unit scale**-power, MeV^-1.
    power : rates go as scale**power.

    Examples
    --------
    A coupling twice as large makes the mean free path and the flux four times smaller:

    >>> flow = Diffusion(radius=10.0, loss=8.0, path=4.0, power=2)
    >>> flow.luminosity(np.array([0.0, 1.0, 2.0])).tolist(), flow.coupling(2.0)
    ([0.0, 8.0, 2.0], 2.0)
    >>> flow.applies(np.array([0.5, 1.0, 2.0]), 12.0).tolist()
    [False, True, False]
    """

    radius: float
    loss: float
    path: float
    power: int

    def __add__(self, other: Diffusion) -> Diffusion:
        """Both kinds of states together; the mean free path is the mean over what carries the energy."""
        carriers = self.loss / self.path + other.loss / other.path
        loss = self.loss + other.loss
        return Diffusion(self.radius, loss, loss / carriers, self.power)

    def luminosity(self, scale: ArrayLike) -> Array:
        """Energy per time (G,) through the sphere at the couplings (G,) [MeV^2]; zero without coupling."""
        strength = np.atleast_1d(np.asarray(scale, dtype=float)) ** self.power
        return np.where(strength > 0, self.loss / np.maximum(strength, _WEAKEST), 0.0)

    def mean_free_path(self, scale: ArrayLike) -> Array:
        """Mean free path (G,) at the couplings (G,) [MeV^-1]; infinite without coupling."""
        strength = np.atleast_1d(np.asarray(scale, dtype=float)) ** self.power
        return np.where(strength > 0, self.path / np.maximum(strength, _WEAKEST), np.inf)

    def coupling(self, luminosity: float) -> float:
        """The coupling at which a given energy per time [MeV^2] passes; below it more does."""
        return float((self.loss / luminosity) ** (1 / self.power))

    def applies(self, scale: ArrayLike, outer: float) -> Mask:
        """Whether (G,) the mean free path is shorter than the radius, and long enough to reach `outer` [MeV^-1].

        Source: blinov-lmu-ltau, Eq. (9). Differs from it: for the mean of the particles, which it does not define.
        """
        path = self.mean_free_path(scale)
        return np.asarray((path < self.radius) & (path > outer - self.radius))


def temperature_slope(star: StarProfile, radius: float) -> float:
    """Radial derivative of the temperature where it falls outward [MeV^2], on the inner side of a kink.

    Second order in the distance of the knots.

    Raises
    ------
    InvalidValueError
        where the temperature is flat, as inside a homogeneous shell, or rises.

    >>> from feebly.environments.embedded_stars import raffelt
    >>> star, r = raffelt(), 20 * KM
    >>> slope = temperature_slope(star, r) * r / float(star.sample([r]).temperature[0])
    >>> round(slope, 3)
    -1.667
    """
    low, high = panel_of(star, radius)
    inside = star.radius[(star.radius > low) & (star.radius < high)]
    knots = np.unique(np.concatenate([[low], inside, [high]]))
    temperature = star.sample(knots, panel=(low, high)).temperature
    slopes = np.gradient(temperature, knots, edge_order=2 if knots.size > 2 else 1)
    slope = float(np.interp(radius, knots, slopes))
    if not -slope * radius > _FLAT * float(np.interp(radius, knots, temperature)):
        raise InvalidValueError(
            f"The temperature of '{star.name}' does not fall outward at {radius / KM:g} km, so nothing diffuses there.\n"
            "  Homogeneous shells have no gradient: take a smooth profile, for example --star raffelt."
        )
    return slope


def diffusion(
    rates: Rates, star: StarProfile, radius: float, mass: float, power: int, *, states: int
) -> Diffusion:
    """Flux of a trapped boson through a sphere in a star, for any coupling.

    Parameters
    ----------
    rates : (medium at (R,), local energies (R, W)) -> RateTable per unit scale**power.
    radius : of the sphere, MeV^-1.
    mass : MeV.
    power : rates go as scale**power.
    states : spin states that carry energy and are absorbed alike: 3 for a massive vector whose polarisations are averaged;
        1 is the formula as printed. Kinds of states that are absorbed differently are added.

    Raises
    ------
    InvalidValueError
        where the temperature does not fall outward.
    OutOfDomainError
        if nothing in the star absorbs the particle.

    Notes
    -----
    dE/dt = -4 pi R^2 n / (6 pi^2 T^2) dT/dr int dw lambda k^2 w^2 e^(-w/T) / (1 - e^(-w/T))^2,
    lambda = v / Gamma*_abs of one state, all at R. The mean free path of the flux is the mean of lambda with the
    rest of the integrand as weight, so that dE/dt is proportional to it.
    Source: blinov-lmu-ltau, Eqs. (6)-(8). Differs from it: n = 3, where it prints the flux of one polarisation.
    Valid for: `Diffusion.applies`; flat space.
    """
    slope = temperature_slope(star, radius)
    medium = star.sample(np.array([radius]), panel=panel_of(star, radius))
    t = float(medium.temperature[0])
    y, weight = quadrature.panels(_PANELS, _NODES)
    energy = mass + _SPAN * t * y**2
    k = np.sqrt((energy - mass) * (energy + mass))
    absorption = rates(medium, energy[None, :]).absorption[0]
    if not np.all(absorption > 0):
        raise OutOfDomainError(
            f"Nothing in '{star.name}' absorbs a particle of {mass:g} MeV: it is not trapped."
        )
    # without exp(-mass / T), which may underflow
    carried = 2 * y * weight * (k * energy) ** 2 * np.exp((mass - energy) / t) / np.expm1(-energy / t) ** 2
    path = float(carried @ (k / (energy * absorption)) / carried.sum())
    integral = _SPAN * t * float(carried.sum()) * np.exp(-mass / t)
    loss = -4 * np.pi * radius**2 * states * slope / (6 * np.pi**2 * t**2) * integral * path
    return Diffusion(radius, float(loss), path, power)


def panel_of(star: StarProfile, radius: float) -> tuple[float, float]:
    """The interval between two kinks that holds the radius, the inner one at a kink."""
    return next(piece for piece in panels(star, float(star.radius[-1])) if radius <= piece[1])
