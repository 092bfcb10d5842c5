"""Everything that photons, electrons and muons do to a boson of one mass, as one table per unit coupling."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS
from feebly.provenance import Provenance
from feebly.rates.plasma import mixing, photons
from feebly.rates.plasma.decays import PlasmaDecays
from feebly.rates.plasma.mixing import Crossing
from feebly.rates.stellar.polarisation import Modes

_COLDEST: Final = 0.01  # MeV
_STEP: Final = 0.06  # of ln T
_TYPICAL: Final = 1.5  # (E - m) / T of X from the resonance, whose probability falls as 1/E
_FLAT: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StrengthTable:
    """E Gamma of one state [MeV^2] per unit scale**2, averaged over states, at E = m + T nodes.

    (1 - exp(-E/T)) Gamma_abs, which for decays is m Gamma F / E.

    Parameters
    ----------
    start, step : the rows, in ln(T / MeV).
    value, slope : (L, I) and its derivative with respect to ln T.
    crossing : the resonance with photons, which is not in the rows, its area per unit scale**2.
    """

    start: float
    step: float
    value: Array
    slope: Array
    crossing: Crossing | None
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


def strength_table(rates: PlasmaDecays, charges: Array, nodes: Array, *, reach: Reach) -> StrengthTable:
    """Strength of decays and, for vectors, of processes with photons, with mixing in the plasma.

    Parameters
    ----------
    charges : (2,) absolute charges of electrons and muons under a vector; 0 for others.
    nodes : (I,) energies (E - m) / T.
    """
    mass = rates.mass
    absorbs = reach.compton or ELECTRON_MASS in rates.masses  # without absorption there is nothing to mix
    mixes = reach.medium and absorbs and charges[0] > 0
    low, high = np.log([_COLDEST, reach.hottest])
    x = np.linspace(low, high, int(np.ceil((high - low) / _STEP)) + 1)
    temperature = np.exp(x)
    t = temperature[:, None]
    table = photons.photon_processes("e-", mass) if reach.compton and charges[0] > 0 else None
    by_electrons = _electrons(rates, float(charges[0]), temperature, nodes, table)
    value = _others(rates, t, nodes)
    if reach.muons:
        found = photons.photon_processes("mu-", mass)
        value += charges[1] ** 2 * found.at(temperature, nodes).summed / 3
    sources = photons.SOURCES if reach.compton or reach.muons else frozenset()
    met = None
    if mixes:
        place = mixing.resonance(mass, _COLDEST, reach.hottest)
        if place is not None:
            unit, there = float(charges[0] ** 2), np.array([place])
            typical = _electrons(rates, float(charges[0]), there, np.array([_TYPICAL]), table).transverse[
                0, 0
            ]
            met = mixing.crossing(float(np.log(place)), mass, float(typical / unit))
            met = replace(met, area=unit * met.area)
        by_electrons = mixing.screened(temperature, mass + t * nodes, mass, by_electrons)
        sources = sources | mixing.SOURCES
    value += by_electrons.summed / 3
    slope = np.asarray(PchipInterpolator(x, value)(x, 1))
    return StrengthTable(float(x[0]), float(x[1] - x[0]), value, slope, met, Provenance(sources=sources))


def _electrons(
    rates: PlasmaDecays,
    charge: float,
    temperature: Array,
    nodes: Array,
    table: photons.PhotonProcesses | None,
) -> Modes:
    """m Gamma F + E Gamma_2 of electrons for one state of each mode (R, I)."""
    t = temperature[:, None]
    energy = rates.mass + t * nodes
    decay = np.zeros(energy.shape)
    for width, product in zip(rates.widths, rates.masses, strict=True):
        if product == ELECTRON_MASS:
            decay += rates.mass * width * blocking(energy, rates.mass, t, product)
    if table is None:
        return Modes(decay, decay)
    found = table.at(temperature, nodes)
    return Modes(decay + charge**2 * found.transverse, decay + charge**2 * found.longitudinal)


def _others(rates: PlasmaDecays, t: Array, nodes: Array) -> Array:
    """m Gamma F of muons and hadrons (L, I)."""
    energy = rates.mass + t * nodes
    value = np.zeros(energy.shape)
    for width, product in zip(rates.widths, rates.masses, strict=True):
        if product != ELECTRON_MASS:
            value += rates.mass * width * (blocking(energy, rates.mass, t, product) if product >= 0 else 1.0)
    return value
