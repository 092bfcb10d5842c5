"""The vector decaying to four pions: through a1 pi, omega pi, f0 rho and rho rho, all isovector."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA, NANOBARN
from feebly.decays.hadrons.base import ISOVECTOR, Channel, Kernel, parameters
from feebly.decays.hadrons.four_pion_current import Mode, masses
from feebly.errors import OutOfDomainError

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

_DATA: Final = "hadrons/four_pions.toml"
_TABLE: Final = "hadrons/four_pions_table.csv"
_MEASURED: Final = "hadrons/four_pions_measured.csv"
_NAMES: Final[dict[Mode, str]] = {"charged": "2pi+ 2pi-", "neutral": "pi+ pi- 2pi0"}
_THRESHOLD_POWER: Final = 4.5  # 7/2 of four-body phase space, 1 of the squared current


def threshold_factor(mass: Array, opens: float) -> Array:
    """(1 - opens^2 / mass^2)^(9/2): how R of four pions starts."""
    return np.asarray(np.maximum(1 - (opens / mass) ** 2, 0.0) ** _THRESHOLD_POWER)


@lru_cache(maxsize=2)
def _spline(mode: Mode) -> CubicSpline:
    """Logarithm of R over its threshold behaviour, as a function of the mass [MeV]."""
    from scipy.interpolate import CubicSpline

    rows = [row for row in embedded.load(_TABLE).rows() if row["mode"] == mode]
    mass = np.array([float(row["mass_mev"]) for row in rows])
    return CubicSpline(mass, np.log([float(row["reduced_ratio"]) for row in rows]))


@lru_cache(maxsize=2)
def _measured(mode: Mode) -> tuple[Array, Array]:
    """Masses (N,) [MeV] and bare R (N,) of the measured cross section."""
    rows = [row for row in embedded.load(_MEASURED).rows() if row["mode"] == mode]
    mass = np.array([float(row["mass_mev"]) for row in rows])
    dressed = parameters(_DATA)["vacuum_polarisation_charged"] if mode == "charged" else 1.0
    bare = np.array([float(row["cross_section_nb"]) for row in rows]) / dressed * NANOBARN
    return mass, bare * 3 * mass**2 / (4 * math.pi * ALPHA**2)


def ratio(mode: Mode, mass: Array) -> Array:
    """R of the photon (M,) at the masses (M,) [MeV], from the integrated current.

    Raises
    ------
    OutOfDomainError
        above the last mass of the table, where nothing was fitted.

    Examples
    --------
    >>> peak = ratio("charged", np.array([1490.0]))[0]
    >>> 0.7 < peak < 0.8
    np.True_
    """
    spline = _spline(mode)
    first, last = float(spline.x[0]), float(spline.x[-1])
    if mass.size and mass.max() > last:
        raise OutOfDomainError(
            f"The {_NAMES[mode]} width is asked at {mass.max():g} MeV; its fit ends at {last:g} MeV.\n"
            "  Above 2 GeV use the inclusive width."
        )
    smooth = np.exp(spline(np.clip(mass, first, last)))
    return np.asarray(smooth * threshold_factor(mass, masses(mode).sum()))


def measured_ratio(mode: Mode, mass: Array) -> Array:
    """R of the photon (M,) interpolated between measured cross sections; the fit outside their range."""
    at, value = _measured(mode)
    inside = (mass >= at[0]) & (mass <= at[-1])
    return np.asarray(np.where(inside, np.interp(mass, at, value), ratio(mode, mass)))


def _isovector(r: Array) -> ComplexArray:
    kernel = np.zeros((r.size, 3, 3), dtype=complex)
    kernel[:, ISOVECTOR, ISOVECTOR] = r
    return kernel


def _kernels(mode: Mode) -> tuple[Kernel, Kernel]:
    def fit(mass: Array) -> ComplexArray:
        return _isovector(ratio(mode, mass))

    def measured(mass: Array) -> ComplexArray:
        return _isovector(measured_ratio(mode, mass))

    return fit, measured


def channels() -> tuple[Channel, ...]:
    """The channels 2pi+ 2pi- and pi+ pi- 2pi0; the second includes omega pi0 with omega -> 3 pi.

    The alternative description is the measured cross section itself.
    """
    found = []
    modes: tuple[Mode, ...] = ("charged", "neutral")
    for mode in modes:
        fit, measured = _kernels(mode)
        error = parameters(_DATA)["uncertainty"][mode]
        found.append(
            Channel(
                name=_NAMES[mode],
                opens=float(masses(mode).sum()),
                kernel=fit,
                uncertainty=math.hypot(error["measurement"], error["spread"]),
                provenance=embedded.load(_DATA).provenance | embedded.load(_MEASURED).provenance,
                alternative=measured,
            )
        )
    return tuple(found)
