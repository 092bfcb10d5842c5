"""Everything that photons, electrons and muons do to a boson of one mass, as one table per unit coupling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS
from feebly.provenance import Provenance
from feebly.rates.plasma import mixing, photons
from feebly.rates.plasma.decays import PlasmaDecays
from feebly.rates.stellar.polarisation import Modes

_COLDEST: Final = 0.01  # MeV
_STEP: Final = 0.06  # of ln T, at most
_PER_CELL: Final = 8
_FLAT: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StrengthTable:
    """E Gamma of one state [MeV^2] per unit scale**2, averaged over states, at E = m + T nodes.

    (1 - exp(-E/T)) Gamma_abs, which for decays is m Gamma F / E.

    Parameters
    ----------
    start, step : ln(T / MeV) of the rows.
    value, slope : (L, I) and its derivative in ln T.
    """

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
    count = int(np.ceil(np.log(reach.hottest / _COLDEST) / _STEP))
    absorbs = reach.compton or ELECTRON_MASS in rates.masses  # without absorption there is nothing to mix
    per_cell = _PER_CELL if reach.medium and absorbs and charges[0] > 0 else 1
    fine = np.linspace(np.log(_COLDEST), np.log(reach.hottest), count * per_cell + 1)
    x = fine[::per_cell]
    by_electrons = _electrons(rates, float(charges[0]), np.exp(fine), nodes, reach)
    value = _others(rates, np.exp(x)[:, None], nodes)
    if reach.muons:
        found = photons.photon_processes("mu-", mass, reach.hottest)
        value += charges[1] ** 2 * found.at(np.exp(x), nodes).summed / 3
    sources = photons.SOURCES if reach.compton or reach.muons else frozenset()
    if per_cell == 1:
        value += by_electrons.summed / 3
    else:
        unit = charges[0] ** 2
        per_charge = Modes(by_electrons.transverse / unit, by_electrons.longitudinal / unit)
        screened = mixing.screened(fine, mass, per_charge, per_cell).summed
        plain = per_charge.summed[::per_cell]
        t = np.exp(x)[:, None]
        gain = _spread(np.maximum(screened - plain, 0.0), mass + t * nodes, mass, t, weights)
        value += unit / 3 * (np.minimum(screened, plain) + gain)
        sources = sources | mixing.SOURCES
    slope = np.asarray(PchipInterpolator(x, value)(x, 1))
    return StrengthTable(float(x[0]), float(x[1] - x[0]), value, slope, Provenance(sources=sources))


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
