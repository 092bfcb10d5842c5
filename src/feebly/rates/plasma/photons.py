"""Processes with a photon in the early universe, l gamma <-> l X and l+ l- <-> gamma X, by polarisation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline, RectBivariateSpline

from feebly import embedded
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
TABLES: Final[dict[Lepton, str]] = {
    "e-": "cosmology/compton_electrons.csv",
    "mu-": "cosmology/compton_muons.csv",
}
_NODES: Final = (32, 60, 20)
_ENERGIES: Final = 12
_SPAN: Final = 45.0
_SHAPE: Final = 2.0  # of the map t = SHAPE y / (1 - y) of energies
_PAIR_NODES: Final = 20
_SOFTNESS: Final = 1.0


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
        soft = _soft(self.mass / inside[:, None] + nodes)
        found = [
            scale[:, None] * soft * np.exp(spline(np.log(inside), y, grid=True))
            for spline in (self.transverse, self.longitudinal)
        ]
        return Modes(*found)


def _soft(e: Array) -> Array:
    """What soft X of energy e = E/T have less, by which tables are divided before they are interpolated."""
    return np.asarray((e / (1 + e)) ** _SOFTNESS)


def compton_energies() -> Array:
    """(E - m) / T of the columns of the tables of l gamma <-> l X."""
    y = (1 - np.cos(np.pi * np.linspace(0.0, 1.0, _ENERGIES))) / 2 * (_SPAN / (_SPAN + _SHAPE))
    return np.asarray(_SHAPE * y / (1 - y) + 1e-9)


def compton_logarithms(lepton: Lepton, mass: float, temperature: Array) -> Array:
    """What the tables of l gamma <-> l X hold: (K, 2 J) at (K,) MeV, for one mass [MeV].

    ln[E Gamma exp(M/T) / T^2] of one transverse state at J energies, then of the longitudinal one with (E/m)^2 more.
    """
    lepton_mass, t = MASSES[lepton], temperature[:, None]
    energy = mass + t * compton_energies()
    modes = compton_absorption(
        energy, mass, temperature=t, potential=0.0, lepton=lepton, dressing="plasma", nodes=_NODES
    )
    parts = modes.transverse, modes.longitudinal * (energy / mass) ** 2
    return np.hstack([np.log(part * energy / t**2) + lepton_mass / t for part in parts])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ComptonTable:
    """Logarithms of `compton_logarithms` over masses (M,) and temperatures (K,), MeV; rows (M, K, 2 J)."""

    mass: Array
    temperature: Array
    through: CubicSpline
    sha256: str

    def at(self, lepton: Lepton, mass: float) -> Array:
        """(K, 2 J) at one mass; by quadrature outside the table."""
        if self.mass[0] <= mass <= self.mass[-1]:
            return np.asarray(self.through(np.log(mass)))
        return compton_logarithms(lepton, mass, self.temperature)


@cache
def compton_table(lepton: Lepton) -> ComptonTable:
    """As stored; made by ``docs/validation/make_universe_tables.py``."""
    file = embedded.load(TABLES[lepton])
    rows = np.array([[float(x) for x in row.values()] for row in file.rows()])
    mass, temperature = np.unique(rows[:, 0]), np.unique(rows[:, 1])
    values = rows[:, 2:].reshape(mass.size, temperature.size, -1)
    return ComptonTable(mass, temperature, CubicSpline(np.log(mass), values), file.sha256)


def photon_processes(lepton: Lepton, mass: float) -> PhotonProcesses:
    """E Gamma by l gamma <-> l X, and l+ l- <-> gamma X where X does not decay to l+ l-.

    Notes
    -----
    Source: esseili-kribs-b-minus-l. Differs from it: full statistics and matrix elements, by polarisation; l+ l- <-> gamma X
    only below threshold. Valid for: vector currents; photons without plasma mass; electrons have theirs, which cuts the
    collinear logarithm above a few MeV. Embedded tables, masses from 1e-4 to 300 MeV, good to 1 %, for soft X of E - m < 0.1 T to 10 %.

    Examples
    --------
    >>> table = photon_processes("e-", 0.5)
    >>> bool(table.at(np.array([1.0]), np.array([1.0])).summed > 0)
    True
    """
    lepton_mass = MASSES[lepton]
    table = compton_table(lepton)
    u = compton_energies()
    t = table.temperature[:, None]
    energy = mass + t * u
    logs = np.split(table.at(lepton, mass), 2, axis=-1)
    logs[1] = logs[1] - 2 * np.log(energy / mass)
    if mass < 2 * lepton_mass:
        pairs = pair_absorption(energy, mass, t, lepton_mass) * energy / t**2 * np.exp(lepton_mass / t)
        logs = [np.log(np.exp(log) + pairs) for log in logs]
    x, y = np.log(table.temperature), u / (u + _SHAPE)
    splines = [RectBivariateSpline(x, y, log - np.log(_soft(energy / t)), kx=3, ky=3) for log in logs]
    ends = float(table.temperature[0]), float(table.temperature[-1])
    return PhotonProcesses(mass, lepton_mass, *ends, *splines)
