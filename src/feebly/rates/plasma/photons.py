"""Processes with a photon in the early universe, l gamma <-> l X and l+ l- <-> gamma X, by polarisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import RectBivariateSpline

from feebly.arrays import Array
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.math.fermi import bose, fermi
from feebly.math.quadrature import gauss
from feebly.provenance import sources
from feebly.rates.stellar.lepton_compton import Lepton, compton_absorption
from feebly.rates.stellar.polarisation import Modes

SOURCES: Final = sources(
    ("esseili-kribs-b-minus-l", "e gamma <-> e X and e+ e- <-> gamma X"),
)
MASSES: Final[dict[Lepton, float]] = {"e-": ELECTRON_MASS, "mu-": MUON_MASS}
COLDEST: Final = 1 / 24  # of the lepton mass, where its scattering ends
_NODES: Final = (16, 30, 10)
_TEMPERATURES: Final = 14
_ENERGIES: Final = 12
_SPAN: Final = 45.0
_SHAPE: Final = 2.0  # of the map t = SHAPE y / (1 - y) of energies
_PAIR_NODES: Final = 20


def pair_strength(mass: float, lepton_mass: float, s: ArrayLike) -> Array:
    """Phase space times sum |M|^2 over e^2 g^2 of X gamma -> l+ l- at s [MeV^2]; all states and photons.

    Notes
    -----
    With L = artanh(b) / b, b^2 = 1 - 4 M^2/s and D = (s - m^2)/2,

        W = (b / pi) {2 (2 L - 1) + 2 (2 M^2 + m^2)/D^2 [(s - 2 M^2) L - s/2]}.

    Source: derived in ``docs/physics/early-universe.md`` by crossing from l gamma -> l X. Valid for: s > 4 M^2, s > m^2.

    Examples
    --------
    Without mass of X it is pair creation by two photons, of cross section W e^4 / (4 * 2 s):

    >>> b = np.sqrt(1 - 4 / 9.0)
    >>> breit_wheeler = b / np.pi * (4 * (1 + 4 / 9 - 8 / 81) * np.arctanh(b) / b - 2 * (1 + 4 / 9))
    >>> bool(abs(pair_strength(0.0, 1.0, 9.0) / breit_wheeler - 1) < 1e-12)
    True
    """
    s = np.asarray(s, dtype=float)
    b = np.sqrt(np.maximum(1 - 4 * lepton_mass**2 / s, 0.0))
    small = np.maximum(b, 1e-4)
    log = np.where(b > 1e-4, np.arctanh(np.minimum(small, 1 - 1e-16)) / small, 1.0)
    d = (s - mass**2) / 2
    inner = (s - 2 * lepton_mass**2) * log - s / 2
    return np.asarray(b / np.pi * (2 * (2 * log - 1) + 2 * (2 * lepton_mass**2 + mass**2) / d**2 * inner))


def pair_absorption(energy: Array, mass: float, temperature: Array, lepton_mass: float) -> Array:
    """Reduced absorption by X gamma -> l+ l- of one state, averaged, per unit |g x|^2 [MeV].

    Parameters
    ----------
    energy, temperature : broadcastable arrays, MeV.
    mass, lepton_mass : m < 2 M, MeV. Above, this is a correction to X -> l+ l- of order alpha, with soft photons that only
        virtual ones cancel.

    Notes
    -----
    (1 - exp(-E/T)) / (32 pi^2 E k) int ds W(s) e^2 / 3 int dw f_gamma(w) (1 - f)^2, w > (s - m^2) / 2 (E + k), with the occupation
    f of the leptons at the mean energy (E + w)/2.
    Source: derived in ``docs/physics/early-universe.md``. Valid for: photons without plasma mass; blocking on average.
    """
    w_, t = np.broadcast_arrays(energy, temperature)
    e, t = w_[..., None, None], t[..., None, None]
    k = np.sqrt(np.maximum((e - mass) * (e + mass), 1e-24))
    # w from threshold: s = m^2 + 2 w (E - k c)
    least = (4 * lepton_mass**2 - mass**2) / (2 * (e + k))
    y, weight = gauss(0.0, 1.0, _PAIR_NODES)
    w = least + t * (30 * y**2)[:, None]
    low, high = mass**2 + 2 * w * (e - k), mass**2 + 2 * w * (e + k)
    low = np.maximum(low, 4 * lepton_mass**2)
    z, z_weight = gauss(0.0, 1.0, _PAIR_NODES)
    s = low * (high / low) ** z
    ds = s * np.log(high / low) * z_weight
    inner = np.sum(ds * pair_strength(mass, lepton_mass, s), axis=-1)
    occupied = (1 - fermi((e + w) / (2 * t)))[..., 0] ** 2 * bose(w / t)[..., 0]
    total = np.sum(60 * t[..., 0] * y * weight * occupied * inner, axis=-1)
    reduced = -np.expm1(-w_ / temperature) * 4 * np.pi * ALPHA / 3
    return np.asarray(reduced * total / (32 * np.pi**2 * w_ * k[..., 0, 0]))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PhotonProcesses:
    """E Gamma of one lepton over temperatures and energies: ln of it over T^2, without exp(-M/T).

    `at` interpolates; zero below `COLDEST` of the lepton mass and never above `hottest`.
    """

    mass: float
    lepton_mass: float
    coldest: float
    hottest: float
    transverse: RectBivariateSpline
    longitudinal: RectBivariateSpline

    def at(self, temperature: Array, nodes: Array) -> Modes:
        """E Gamma (K, I) of one state of each mode [MeV^2] at (K,) MeV and E = m + T nodes (I,), per unit |g x|^2."""
        inside = np.clip(temperature, self.coldest, self.hottest)
        y = nodes / (nodes + _SHAPE)
        scale = inside**2 * np.exp(-self.lepton_mass / inside) * (temperature >= self.coldest)
        found = [
            scale[:, None] * np.exp(spline(np.log(inside), y, grid=True))
            for spline in (self.transverse, self.longitudinal)
        ]
        return Modes(*found)


def photon_processes(lepton: Lepton, mass: float, hottest: float) -> PhotonProcesses:
    """Tabulate l gamma <-> l X, and l+ l- <-> gamma X where X does not decay to l+ l-, up to `hottest` [MeV].

    Notes
    -----
    Source: esseili-kribs-b-minus-l. Differs from it: full statistics and matrix elements, by polarisation; l+ l- <-> gamma X
    only below threshold. Valid for: vector currents; photons without plasma mass; electrons have theirs, which cuts the
    collinear logarithm above a few MeV. Error of the quadrature 1 % up to 3 MeV, 5 % at 15 MeV.

    Examples
    --------
    >>> table = photon_processes("e-", 0.5, 5.0)
    >>> bool(table.at(np.array([1.0]), np.array([1.0])).summed > 0)
    True
    """
    lepton_mass = MASSES[lepton]
    coldest = COLDEST * lepton_mass
    x = np.linspace(np.log(coldest), np.log(max(hottest, 4 * coldest)), _TEMPERATURES)
    y = (1 - np.cos(np.pi * np.linspace(0.0, 1.0, _ENERGIES))) / 2 * (_SPAN / (_SPAN + _SHAPE))
    t = np.exp(x)[:, None]
    energy = mass + t * (_SHAPE * y / (1 - y) + 1e-9)
    modes = compton_absorption(
        energy, mass, temperature=t, potential=0.0, lepton=lepton, dressing="plasma", nodes=_NODES
    )
    parts = [modes.transverse, modes.longitudinal]
    if mass < 2 * lepton_mass:
        pairs = pair_absorption(energy, mass, t, lepton_mass)
        parts = [part + pairs for part in parts]
    logs = [np.log(np.maximum(part * energy, 1e-300) / t**2) + lepton_mass / t for part in parts]
    splines = [RectBivariateSpline(x, y, log, kx=3, ky=3) for log in logs]
    return PhotonProcesses(mass, lepton_mass, coldest, float(np.exp(x[-1])), *splines)
