"""The photon in a plasma: its polarisation, its frequency at rest, and by how much it screens charges.

A vector X of mass m mixes in a plasma with the photon of the same energy and momentum. With Pi the polarisation of
the photon and Pi_x that between the photon and X (both in units where the charges of X carry a factor g / e),

    x_f -> x_f + Q_f Pi_x / (m^2 - Pi)

for the transverse modes and the longitudinal one separately; ``docs/physics/plasma.md`` has the derivation, and
`feebly.rates.stellar.plasma_mixing` the charges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA, ELECTRON_MASS
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.math.quadrature import panels
from feebly.provenance import sources

Mode = Literal["transverse", "longitudinal"]

SOURCES: Final = sources(("esseili-kribs-chargephobic", "Eqs. (38)-(41), (48)"))
_SERIES: Final = 18  # terms: complete to rounding below the velocity _SLOW
_SLOW: Final = 0.3
_STEPS: Final = np.array([-36.0, -14.0, -4.0, 0.0, 4.0, 14.0, 40.0])  # edges of panels in (E - mu) / T


@dataclass(frozen=True, slots=True)
class Modes:
    """A quantity of one transverse state and of the longitudinal state."""

    transverse: Array
    longitudinal: Array

    @property
    def summed(self) -> Array:
        """The sum over the three states."""
        return 2 * self.transverse + self.longitudinal


def degenerate_plasma_frequency(density: ArrayLike, *, mass: float = ELECTRON_MASS) -> Array:
    """Plasma frequency of cold fermions with one elementary charge [MeV].

    Parameters
    ----------
    density : number density, MeV^3.
    mass : of the fermion, MeV.

    Notes
    -----
    omega_p^2 = 4 pi alpha n / sqrt(m^2 + (3 pi^2 n)^(2/3)).
    Source: esseili-kribs-chargephobic, below Eq. (38). Differs from it: nothing.
    Valid for: temperatures far below the Fermi energy.

    >>> round(float(degenerate_plasma_frequency(0.0)), 12)
    0.0
    """
    n = np.asarray(density, dtype=float)
    return np.asarray(np.sqrt(4 * np.pi * ALPHA * n / np.hypot(mass, np.cbrt(3 * np.pi**2 * n))))


def plasma_frequency(temperature: ArrayLike, potential: ArrayLike, *, mass: float = ELECTRON_MASS) -> Array:
    """Plasma frequency of a thermal gas of one charged fermion and its antiparticle [MeV].

    Parameters
    ----------
    temperature, potential : broadcastable arrays, MeV; the potential includes the rest mass.
    mass : of the fermion, MeV.

    Notes
    -----
    omega_p^2 = (4 alpha / pi) int_0^inf dp (p^2/E) (1 - p^2/(3 E^2)) [f(E - mu) + f(E + mu)].
    Source: derived in ``docs/physics/plasma.md``; the form of Braaten and Segel, quoted in chang-dark-photons.
    Differs from it: nothing. Valid for: free fermions, wavelengths and frequencies far below their energies.

    Examples
    --------
    Massless closed form, (4 alpha / 3 pi) (mu^2 + pi^2 T^2 / 3):

    >>> exact = 4 * ALPHA / (3 * np.pi) * (150.0**2 + np.pi**2 * 30.0**2 / 3)
    >>> bool(abs(plasma_frequency(30.0, 150.0, mass=0.0) ** 2 / exact - 1) < 1e-11)
    True
    """
    t, mu = np.broadcast_arrays(np.asarray(temperature, dtype=float), np.asarray(potential, dtype=float))
    size = np.abs(mu)[..., None]
    t = t[..., None]
    # E = m + x^2: smooth at rest, for light and heavy fermions alike
    levels = np.maximum(size - mass, 0.0) + t * _STEPS
    edges = np.concatenate([np.zeros_like(t), np.minimum(mass, levels[..., -1:]), levels], axis=-1)
    x, weight = panels(np.sqrt(np.sort(np.maximum(edges, 0.0), axis=-1)), 20)
    energy = np.maximum(x * x + mass, np.finfo(float).tiny)
    momentum = x * np.sqrt(x * x + 2 * mass)
    occupied = fermi((energy - size) / t) + fermi((energy + size) / t)
    integrand = 2 * x * momentum * (1 - (momentum / energy) ** 2 / 3) * occupied
    return np.asarray(np.sqrt(4 * ALPHA / np.pi * np.sum(weight * integrand, axis=-1)))


def real_part(energy: ArrayLike, plasma: ArrayLike, *, mass: float, mode: Mode) -> Array:
    """Real part of the polarisation of the photon at the energy and momentum of X [MeV^2].

    Parameters
    ----------
    energy : of X, MeV, at least its mass.
    plasma : plasma frequency, MeV; broadcasts with the energy.
    mass : of X, MeV.
    mode : "transverse" or "longitudinal".

    Notes
    -----
    With v = k/omega the velocity of X,
    Re Pi_L = 3 omega_p^2 (1 - v^2)/v^2 [artanh(v)/v - 1],
    Re Pi_T = (3 omega_p^2 / 2 v^2) [1 - (1 - v^2) artanh(v)/v].
    Both start as omega_p^2 at v = 0; at v = 1 Pi_T = 3 omega_p^2 / 2 and Pi_L = 0.
    Source: esseili-kribs-chargephobic, Eq. (38). Differs from it: the factor 3 of Pi_T, printed as 2, which would
    give 2/3 of the plasma frequency at rest; written with m/omega, so that nothing cancels.
    Valid for: relativistic charges, omega and k far below their energies.

    Examples
    --------
    >>> [round(float(real_part(w, 10.0, mass=5.0, mode="transverse")), 1) for w in (5.0, 5e6)]
    [100.0, 150.0]
    """
    if mode not in ("transverse", "longitudinal"):
        raise InvalidValueError(f"mode = '{mode}' is not known. Possible: transverse, longitudinal.")
    omega = np.asarray(energy, dtype=float)
    k = np.sqrt(np.maximum((omega - mass) * (omega + mass), 0.0))
    v = k / omega
    shape = _transverse(omega, k, v, mass) if mode == "transverse" else _longitudinal(omega, k, v, mass)
    return np.asarray(np.square(plasma) * shape)


def _excess(omega: Array, k: Array, v: Array, mass: float) -> Array:
    """[artanh(v)/v - 1] / v^2: the series 1/3 + v^2/5 + ... at small v."""
    series = np.polynomial.polynomial.polyval(v * v, 1 / (2 * np.arange(_SERIES) + 3))
    fast = np.maximum(v, _SLOW)
    return np.asarray(np.where(v < _SLOW, series, (np.log((omega + k) / mass) / fast - 1) / fast**2))


def _longitudinal(omega: Array, k: Array, v: Array, mass: float) -> Array:
    return np.asarray(3 * (mass / omega) ** 2 * _excess(omega, k, v, mass))


def _transverse(omega: Array, k: Array, v: Array, mass: float) -> Array:
    """3/2 (1 - (1 - v^2) excess): 1 - (1 - v^2)(1 + v^2 excess) = v^2 [1 - (1 - v^2) excess]."""
    return np.asarray(1.5 * (1 - (mass / omega) ** 2 * _excess(omega, k, v, mass)))


def imaginary_part(energy: ArrayLike, reduced: ArrayLike) -> Array:
    """Imaginary part of a polarisation from the rates of the same processes with photons [MeV^2].

    Parameters
    ----------
    energy : MeV.
    reduced : (1 - exp(-omega/T)) Gamma_abs = Gamma_abs - Gamma_prod of ONE state of the photon, e^2 included, MeV. For
        the mixed polarisation Pi_x: the part of the rate that is linear in the charges of X and of the photon.

    Notes
    -----
    Im Pi = -omega (Gamma_abs - Gamma_prod).
    Source: esseili-kribs-chargephobic, below Eq. (41); weldon-discontinuities. Differs from it: nothing.
    Valid for: thermal equilibrium.

    >>> float(imaginary_part(10.0, 0.5))
    -5.0
    """
    return np.asarray(-np.asarray(energy, dtype=float) * reduced)


def screening(polarisation: ArrayLike, mass: float) -> ComplexArray:
    """xi = m^2 / (m^2 - Pi): by how much a plasma changes charges that follow the electric ones.

    Notes
    -----
    Source: esseili-kribs-chargephobic, Eqs. (39), (41). Differs from it: complex; its xi^2 is |xi|^2.

    >>> complex(screening(50.0, 10.0))
    (2+0j)
    """
    return np.asarray(mass**2 / (mass**2 - np.asarray(polarisation, dtype=complex)))


def electron_mass(temperature: ArrayLike, potential: ArrayLike) -> Array:
    """Effective mass of electrons in a plasma [MeV].

    Parameters
    ----------
    temperature, potential : of the medium and the electrons, MeV.

    Notes
    -----
    m = m_e/2 + sqrt(m_e^2/4 + alpha (pi^2 T^2 + mu^2)/(2 pi)).
    Source: esseili-kribs-chargephobic, Eq. (48). Differs from it: nothing.
    Valid for: relativistic electrons, momenta of the order of T or mu.

    >>> bool(electron_mass(0.0, 0.0) == ELECTRON_MASS)
    True
    """
    heat = np.square(np.pi * np.asarray(temperature, dtype=float)) + np.square(potential)
    return np.asarray(ELECTRON_MASS / 2 + np.sqrt(ELECTRON_MASS**2 / 4 + ALPHA / (2 * np.pi) * heat))
