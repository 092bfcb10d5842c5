"""Thermodynamics of the plasma of the early universe: photons, electrons, muons, and their interaction.

Everything as a share of T^4, on nodes that are even in ln T, with slopes for cubic interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from feebly.arrays import Array
from feebly.constants import E_CHARGE, ELECTRON_MASS, MUON_MASS
from feebly.math.fermi import fermi
from feebly.math.fermi_gas import fermi_gas
from feebly.math.quadrature import panels
from feebly.provenance import sources

SOURCES: Final = sources(
    ("bennett-qed-plasma", "pressure at e^2 and e^3"),
)
COLDEST: Final = 0.01  # MeV; below, electrons are gone to exp(-50)
HOTTEST: Final = 500.0  # MeV
_NODES: Final = 1100
_STEPS: Final = np.array([0.0, 1.0, 4.0, 12.0, 45.0])  # edges of panels in (E - m) / T
_PER_PANEL: Final = 24
_FLOOR: Final = 1e-30


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LogTable:
    """Columns (K, C) and their slopes d/d ln T on K temperatures even in ln T; constant below, cut off above.

    Parameters
    ----------
    start, step : ln(T / MeV) of the first node, and between nodes.
    value, slope : (K, C) columns and their derivatives with respect to ln T.
    """

    start: float
    step: float
    value: Array
    slope: Array

    @classmethod
    def through(cls, log_temperature: Array, columns: Array) -> LogTable:
        """Cubic spline through columns (K, C) at even ln T (K,)."""
        spline = CubicSpline(log_temperature, columns)
        step = float(log_temperature[1] - log_temperature[0])
        return cls(float(log_temperature[0]), step, columns, np.asarray(spline(log_temperature, 1)))

    def __call__(self, temperature: Array) -> Array:
        """Columns (..., C) at temperatures (...) [MeV].

        >>> x = np.linspace(0.0, 1.0, 21)
        >>> table = LogTable.through(x, np.exp(x)[:, None])
        >>> bool(abs(table(np.array(2.0))[0] - 2.0) < 1e-6)
        True
        """
        position = (np.log(temperature) - self.start) / self.step
        position = np.clip(position, 0.0, self.value.shape[0] - 1.0)
        node = np.minimum(position.astype(int), self.value.shape[0] - 2)
        s = (position - node)[..., None]
        left, right = self.value[node], self.value[node + 1]
        rise, fall = self.slope[node] * self.step, self.slope[node + 1] * self.step
        bend = s * (1 - s)
        return np.asarray(
            left + s * (right - left) + bend * ((1 - s) * (rise - right + left) - s * (fall - right + left))
        )


def log_temperatures() -> Array:
    """ln(T / MeV) of the nodes of all tables."""
    return np.linspace(np.log(COLDEST), np.log(HOTTEST), _NODES)


def _electron_moments(temperature: Array) -> tuple[Array, Array]:
    """A and B (K,) in units of T^2 and their slopes in ln T: (2, K) each.

    With N = 2 f(E): A = int dp p^2/E N, B = int dp (p^2 + E^2)/E N.
    """
    x, weight = panels(np.sqrt(_STEPS), _PER_PANEL)  # E = m + T x^2
    rest = (ELECTRON_MASS / temperature)[:, None]
    energy = rest + x**2
    momentum = x * np.sqrt(x**2 + 2 * rest)
    occupied = 2 * fermi(energy)
    measure = 2 * weight * x / momentum  # dp / E
    shapes = np.stack([measure * momentum**2, measure * (momentum**2 + energy**2)])
    value = np.sum(shapes * occupied, axis=-1)
    heated = np.sum(shapes * occupied * (1 - fermi(energy)) * energy, axis=-1)  # T d/dT at fixed momenta
    return value, heated - 2 * value


def interaction_pressure(temperature: Array) -> tuple[Array, Array]:
    """Pressure of the interaction of photons and electrons over T^4 at (K,) MeV, and its slope in ln T.

    Notes
    -----
    P_2 = -(e^2 T^2 / 12 pi^2) A - (e^2 / 8 pi^4) A^2, P_3 = e^3 T B^(3/2) / (12 pi^4), with the moments of `_electron_moments`.
    Source: bennett-qed-plasma, pressure at e^2 and e^3. Differs from it: without the small logarithm at e^2.
    Valid for: no chemical potential. Massless: -5 e^2 / 288 + e^3 / (36 sqrt(3) pi).

    >>> hot = float(interaction_pressure(np.array([400.0]))[0][0])
    >>> bool(abs(hot / (-5 * E_CHARGE**2 / 288 + E_CHARGE**3 / (36 * np.sqrt(3) * np.pi)) - 1) < 1e-4)
    True
    """
    (a, b), (da, db) = _electron_moments(temperature)
    e2, e3 = E_CHARGE**2, E_CHARGE**3
    pressure = -e2 * a / (12 * np.pi**2) - e2 * a**2 / (8 * np.pi**4) + e3 * b**1.5 / (12 * np.pi**4)
    slope = -e2 * da / (12 * np.pi**2) - e2 * a * da / (4 * np.pi**4) + e3 * np.sqrt(b) * db / (8 * np.pi**4)
    return np.asarray(pressure), np.asarray(slope)


def plasma_table(*, qed: bool) -> LogTable:
    """Energy density and pressure over T^4 of photons, electrons and muons: two columns.

    Parameters
    ----------
    qed : whether photons and electrons interact.

    Notes
    -----
    An interaction of pressure P has the energy density T dP/dT - P. Valid for: no chemical potential; without hadrons, which
    matter above 30 MeV.
    """
    x = log_temperatures()
    t = np.exp(x)
    photons = np.pi**2 / 15
    gases = [fermi_gas(1.0, 0.0, mass=mass / t) for mass in (ELECTRON_MASS, MUON_MASS)]
    energy = photons + sum(gas.energy for gas in gases)
    pressure = photons / 3 + sum(gas.pressure for gas in gases)
    if qed:
        extra, slope = interaction_pressure(t)
        energy, pressure = energy + slope + 3 * extra, pressure + extra
    return LogTable.through(x, np.stack([energy, pressure], axis=-1))
