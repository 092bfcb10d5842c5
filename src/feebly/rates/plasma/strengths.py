"""Everything that photons, electrons and muons do to a boson of one mass, as one table per unit coupling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from feebly.arrays import Array
from feebly.constants import E_CHARGE, ELECTRON_MASS
from feebly.provenance import Provenance
from feebly.rates.plasma import mixing, photons
from feebly.rates.plasma.decays import PlasmaDecays
from feebly.rates.stellar.polarisation import Modes

_COLDEST: Final = 0.01  # MeV
_STEP: Final = 0.06  # of ln T far from a resonance, at most
_CROWD: Final = 0.4  # of `Axis`: steps near a resonance are _STEP / _CROWD of the distance or width
_SOFT: Final = 0.1  # (E - m) / T of the narrowest resonance that is resolved
_NARROWEST: Final = 1e-7  # width of a resonance in ln T
_FLAT: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Axis:
    """A coordinate of temperatures that stretches a resonance: s = x + crowd arsinh[(x - centre) / width], x = ln T.

    >>> axis = Axis(1.0, 1e-4, 0.4)
    >>> bool(np.allclose(axis(axis.inverse(np.array([-3.0, 1.0, 5.0]))), [-3.0, 1.0, 5.0], rtol=1e-14))
    True
    """

    centre: float = 0.0
    width: float = 1.0
    crowd: float = 0.0

    def __call__(self, x: Array | float) -> Array:
        return np.asarray(x + self.crowd * np.arcsinh((np.asarray(x) - self.centre) / self.width))

    def inverse(self, s: Array) -> Array:
        """ln T at s."""
        if self.crowd == 0:
            return np.asarray(s, dtype=float)
        away = np.abs(s - self.centre)
        # convex in v with x = centre + width sinh v, from above
        v = np.minimum(away / self.crowd, np.arcsinh(away / self.width))
        for _ in range(60):
            slope = self.width * np.cosh(v) + self.crowd
            change = (self.width * np.sinh(v) + self.crowd * v - away) / slope
            v = v - change
            if np.all(np.abs(change) <= 1e-15 * (1 + v)):
                break
        return np.asarray(self.centre + np.sign(s - self.centre) * self.width * np.sinh(v))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StrengthTable:
    """E Gamma of one state [MeV^2] per unit scale**2, averaged over states, at E = m + T nodes.

    (1 - exp(-E/T)) Gamma_abs, which for decays is m Gamma F / E.

    Parameters
    ----------
    axis : coordinate of the rows, of ln(T / MeV).
    start, step : the rows on it.
    value, slope : (L, I) and its derivative along the axis.
    """

    axis: Axis

    start: float
    step: float
    value: Array
    slope: Array
    provenance: Provenance = field(default_factory=Provenance)


def blocking(energy: Array, mass: float, temperature: Array, product_mass: float) -> Array:
    """Average of 1 - f_1 - f_2 over the fermion pair from X, without potential.

    >>> round(float(blocking(np.array(10.0), 10.0, np.array(1e-3), 0.5)), 12)
    1.0
    """
    beta = np.sqrt(1 - (2 * product_mass / mass) ** 2)
    w = beta * np.sqrt((energy - mass) * (energy + mass)) / temperature
    x = energy / (2 * temperature)
    safe = np.maximum(w, _FLAT)
    ratio = np.log1p(np.exp(-x + safe / 2)) - np.log1p(np.exp(-x - safe / 2))
    return np.asarray(np.where(w < _FLAT, np.tanh(x / 2), 1 - 2 / safe * ratio))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which processes a table holds, and up to which temperature [MeV].

    compton : l gamma <-> l X and l+ l- <-> gamma X on electrons; muons : the same on muons; medium : mixing with the photon.
    """

    hottest: float
    compton: bool
    muons: bool
    medium: bool


def strength_table(
    rates: PlasmaDecays, charges: Array, nodes: Array, weights: Array, *, reach: Reach
) -> StrengthTable:
    """Strength of decays and, for vectors, of processes with photons, with mixing in the plasma.

    Parameters
    ----------
    charges : (2,) absolute charges of electrons and muons under a vector; 0 for others.
    nodes, weights : (I,) energies (E - m) / T and their weights in integrals.
    """
    mass = rates.mass
    absorbs = reach.compton or ELECTRON_MASS in rates.masses  # without absorption there is nothing to mix
    mixes = reach.medium and absorbs and charges[0] > 0
    axis = _axis(rates, float(charges[0]), nodes, reach) if mixes else Axis()
    low, high = (float(axis(np.log(t))) for t in (_COLDEST, reach.hottest))
    s = np.linspace(low, high, int(np.ceil((high - low) / _STEP)) + 1)
    temperature = np.exp(axis.inverse(s))
    t = temperature[:, None]
    by_electrons = _electrons(rates, float(charges[0]), temperature, nodes, reach)
    value = _others(rates, t, nodes)
    if reach.muons:
        found = photons.photon_processes("mu-", mass, reach.hottest)
        value += charges[1] ** 2 * found.at(temperature, nodes).summed / 3
    sources = photons.SOURCES if reach.compton or reach.muons else frozenset()
    if not mixes:
        value += by_electrons.summed / 3
    else:
        unit = charges[0] ** 2
        per_charge = Modes(by_electrons.transverse / unit, by_electrons.longitudinal / unit)
        screened = mixing.screened(temperature, mass, per_charge).summed
        plain = per_charge.summed
        gain = _spread(np.maximum(screened - plain, 0.0), mass + t * nodes, mass, t, weights)
        value += unit / 3 * (np.minimum(screened, plain) + gain)
        sources = sources | mixing.SOURCES
    slope = np.asarray(PchipInterpolator(s, value)(s, 1))
    return StrengthTable(axis, float(s[0]), float(s[1] - s[0]), value, slope, Provenance(sources=sources))


def _axis(rates: PlasmaDecays, charge: float, nodes: Array, reach: Reach) -> Axis:
    """Rows crowd around the resonance, whose width in ln T is Im Pi / m^2 over the logarithmic slope of Pi."""
    found = mixing.resonance(rates.mass, _COLDEST, reach.hottest)
    if found is None:
        return Axis()
    at, slope = found
    soft = nodes[[int(np.searchsorted(nodes, _SOFT))]]
    strength = _electrons(rates, charge, np.exp(np.array([at])), soft, reach).transverse[0, 0] / charge**2
    return Axis(at, max(float(E_CHARGE**2 * strength / (slope * rates.mass**2)), _NARROWEST), _CROWD)


def _electrons(rates: PlasmaDecays, charge: float, temperature: Array, nodes: Array, reach: Reach) -> Modes:
    """m Gamma F + E Gamma_2 of electrons for one state of each mode (R, I)."""
    t = temperature[:, None]
    energy = rates.mass + t * nodes
    decay = np.zeros(energy.shape)
    for width, product in zip(rates.widths, rates.masses, strict=True):
        if product == ELECTRON_MASS:
            decay += rates.mass * width * blocking(energy, rates.mass, t, product)
    if not (reach.compton and charge > 0):
        return Modes(decay, decay)
    found = photons.photon_processes("e-", rates.mass, reach.hottest).at(temperature, nodes)
    return Modes(decay + charge**2 * found.transverse, decay + charge**2 * found.longitudinal)


def _others(rates: PlasmaDecays, t: Array, nodes: Array) -> Array:
    """m Gamma F of muons and hadrons (L, I)."""
    energy = rates.mass + t * nodes
    value = np.zeros(energy.shape)
    for width, product in zip(rates.widths, rates.masses, strict=True):
        if product != ELECTRON_MASS:
            value += rates.mass * width * (blocking(energy, rates.mass, t, product) if product >= 0 else 1.0)
    return value


def _spread(strength: Array, energy: Array, mass: float, temperature: Array, weights: Array) -> Array:
    """The same number of X per time from a rate that does not depend on energy.

    The resonance favours soft X so much that no Bose-Einstein distribution has their number and energy; what counts
    later, when they are at rest, is the number.
    """
    occupied = np.exp(-(energy - mass) / temperature) / -np.expm1(-energy / temperature)  # times exp(m/T)
    measure = weights * np.sqrt((energy - mass) * (energy + mass)) * occupied
    share = np.sum(measure * strength, axis=-1) / np.sum(measure * energy, axis=-1)
    return np.asarray(share[:, None] * energy)
