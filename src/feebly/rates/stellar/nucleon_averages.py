"""Thermal averages of nucleon-nucleon cross sections, as soft radiation weights them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.quadrature import panels
from feebly.rates.stellar.nucleon_phases import Pair, phase_shifts
from feebly.rates.stellar.nucleon_scattering import moments
from feebly.rates.stellar.one_pion_exchange import born_moments

if TYPE_CHECKING:
    from scipy.interpolate import NdBSpline

Kernel = Literal["symmetric", "absorption", "production"]
Scattering = Literal["phase-shifts", "one-pion"]

_SCATTERING: Final = ("phase-shifts", "one-pion")
_TEMPERATURES: Final = (0.1, 200.0, 60)  # MeV, from, to, nodes
_LARGEST_RATIO: Final = 1e5  # energy over temperature
_RATIOS: Final = 120
_ENERGIES: Final = (1e-3, 400)  # lowest laboratory energy [MeV], nodes
_PANELS: Final = (0.0, 0.03, 0.3, 1.0, 2.0, 4.0, 7.0)  # of the square root of x; exp(-49) is nothing
_NODES: Final = 16
_ORDER: Final = 3  # of splines


@dataclass(frozen=True, slots=True)
class Averages:
    """Thermal averages <sigma^(2)> and <sigma^(4)> [MeV^-2]."""

    dipole: Array
    quadrupole: Array


def thermal_averages(
    pair: Pair,
    temperature: ArrayLike,
    energy: ArrayLike,
    *,
    kernel: Kernel = "symmetric",
    scattering: Scattering = "phase-shifts",
) -> Averages:
    """Thermal averages of the angular moments, (R, W) [MeV^-2], from a table made once per pair.

    Parameters
    ----------
    temperature, energy : broadcastable arrays [MeV]: of the nucleons, and of the vector.
    kernel : "symmetric": cross sections at the mean of initial and final energy; "absorption": at the
        initial energy of an absorption; "production": at the initial energy of an emission, times
        exp(energy/T).

    Raises
    ------
    OutOfDomainError
        outside the table, see below.
    InvalidValueError
        for an unknown scattering.

    Notes
    -----
    <sigma^(2)> = 1/2 int dx exp(-x) w (x + s), <sigma^(4)> = 1/6 int dx exp(-x) w (x + s)^2 of the moment at
    T_CM = (x + s) T, x from 0. With z = energy/T: symmetric w = sqrt(x (x + z)), s = z/2; absorption
    w = x, s = 0; production w = x + z, s = z. All agree at z = 0. Interpolation error below 3e-4.
    Source: esseili-kribs-chargephobic, Eqs. (77), (78). Differs from it: symmetric kernel, see the docs.
    Valid for: T from 0.1 to 200 MeV; Boltzmann nucleons.

    Examples
    --------
    A constant cross section gives 1 for z = 0:

    >>> value = thermal_averages("np", 30.0, 0.0).dipole
    >>> other = thermal_averages("np", 30.0, 0.0, kernel="absorption").dipole
    >>> bool(abs(value / other - 1) < 1e-3)
    True
    """
    return averages_of_pairs((pair,), temperature, energy, kernel=kernel, scattering=scattering)[0]


def averages_of_pairs(
    pairs: tuple[Pair, ...],
    temperature: ArrayLike,
    energy: ArrayLike,
    *,
    kernel: Kernel = "symmetric",
    scattering: Scattering = "phase-shifts",
) -> tuple[Averages, ...]:
    """`thermal_averages` of several pairs at once, which takes little longer than one."""
    t, omega = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(energy, float))
    low, high, _ = _TEMPERATURES
    if not np.all((t >= low) & (t <= high) & (omega >= 0) & (omega <= _LARGEST_RATIO * t)):
        raise OutOfDomainError(
            f"Averages over nucleon collisions are tabulated for temperatures from {low:g} to {high:g} MeV and "
            f"energies from 0 to {_LARGEST_RATIO:g} T; asked for T = {t.min():g} to {t.max():g} MeV."
        )
    found = np.exp(_spline(pairs, kernel, scattering)(np.stack([np.log(t), np.log1p(omega / t)], axis=-1)))
    return tuple(Averages(found[..., 2 * k], found[..., 2 * k + 1]) for k in range(len(pairs)))


@cache
def _spline(pairs: tuple[Pair, ...], kernel: Kernel, scattering: Scattering) -> NdBSpline:
    """Logarithms of both averages of each pair over ln T and ln(1 + energy/T), the dipole first."""
    from scipy.interpolate import NdBSpline, RectBivariateSpline

    log_t, log_z, tables = zip(*(_table(pair, kernel, scattering) for pair in pairs), strict=True)
    each = [RectBivariateSpline(log_t[0], log_z[0], table) for both in tables for table in both]
    knots = each[0].get_knots()
    shape = tuple(knot.size - _ORDER - 1 for knot in knots)
    return NdBSpline(knots, np.stack([one.get_coeffs().reshape(shape) for one in each], axis=-1), _ORDER)


@cache
def _table(pair: Pair, kernel: Kernel, scattering: Scattering) -> tuple[Array, Array, tuple[Array, Array]]:
    """ln T, ln(1 + energy/T), and logarithms of the two averages on their grid."""
    sections = _sections(pair, scattering)
    low, high, count = _TEMPERATURES
    log_t = np.linspace(np.log(low), np.log(high), count)
    log_z = np.linspace(0.0, np.log1p(_LARGEST_RATIO), _RATIOS)
    t, z = np.exp(log_t)[:, None, None], np.expm1(log_z)[None, :, None]
    root, weight = panels(_PANELS, _NODES)
    x, weight = root**2, weight * 2 * root * np.exp(-(root**2))
    phase_space, shift = {
        "symmetric": (np.sqrt(x * (x + z)), z / 2),
        "absorption": (x + 0 * z, 0 * z),
        "production": (x + z, z),
    }[kernel]
    collision = x + shift
    found = []
    for power, (section, norm) in enumerate(zip(sections, (2, 6), strict=True), start=1):
        integrand = weight * phase_space * collision**power * section(t * collision)
        found.append(np.log(integrand.sum(axis=-1) / norm))
    return log_t, log_z, (found[0], found[1])


def _sections(
    pair: Pair, scattering: Scattering
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """sigma^(2) and sigma^(4) [MeV^-2] as fast functions of T_CM, constant outside the table."""
    from scipy.interpolate import CubicSpline

    if scattering not in _SCATTERING:
        raise InvalidValueError(
            f"scattering = '{scattering}' is not known. Possible: {', '.join(_SCATTERING)}."
        )
    lab = np.geomspace(_ENERGIES[0], phase_shifts(pair).end, _ENERGIES[1])
    found = moments(pair, lab) if scattering == "phase-shifts" else born_moments(pair, lab / 2)
    low, high = np.log(lab[0] / 2), np.log(lab[-1] / 2)

    def fast(values: Array) -> Callable[[Array], Array]:
        spline = CubicSpline(np.log(lab / 2), np.log(values))
        return lambda energy: np.asarray(np.exp(spline(np.clip(np.log(energy), low, high))))

    return fast(found.dipole), fast(found.quadrupole)
