"""Channels as sums of rho, omega and phi with their measured partial widths.

Two uses: a description independent of the fits, and the removal of the vacuum polarisation of the photon,
which is part of every measured e+ e- cross section but not of the decay of another vector.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS, PION_MASS, TAU_MASS
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, Kernel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import gounaris_sakurai
from feebly.errors import UnknownNameError
from feebly.particle_data import Measured, branching
from feebly.particle_data import mass as mass_of
from feebly.particle_data import width as width_of
from feebly.provenance import Provenance

_DATA: Final = "hadrons/resonances.csv"
_RHO: Final = "rho0"
_FADES: Final = (1060.0, 1160.0)  # MeV: above the phi, below the tails of the excited mesons

PhaseSpace = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Meson:
    """A vector meson that decays to the final state of a channel.

    Parameters
    ----------
    name : ``rho0``, ``omega(782)`` or ``phi(1020)``.
    current : number of the current that makes it.
    phase : of its amplitude relative to the others, rad.
    """

    name: str
    current: int
    phase: float = 0.0


@lru_cache(maxsize=1)
def _products() -> Mapping[tuple[str, str], Measured]:
    return MappingProxyType(
        {
            (row["meson"], row["final"]): Measured(float(row["product"]), float(row["error"]))
            for row in embedded.load(_DATA).rows()
        }
    )


def product(meson: str, final: str) -> Measured:
    """B(e+ e-) B(final) of a meson, and its uncertainty.

    >>> f"{product('phi(1020)', 'K+ K-').value:.3g}"
    '0.000148'
    """
    if (meson, final) not in _products():
        known = tuple(f for m, f in _products() if m == meson)
        raise UnknownNameError(f"final state of {meson} with a measured product", final, known)
    return _products()[meson, final]


def provenance() -> Provenance:
    """The table of products and those of masses and widths."""
    return embedded.load(_DATA).provenance | particle_data.provenance()


def vacuum_polarisation(s: Array) -> Array:
    """Factor |alpha(s) / alpha|^2 of measured over bare cross sections at s (...) [MeV^2].

    Notes
    -----
    1 / (1 - D)^2 with D = (alpha / 3 pi) sum_l {1/3 - (1 + 2 r)[2 + b ln((1 - b) / (1 + b))]}, r = m_l^2 / s,
    b^2 = 1 - 4 r (continued below threshold), plus the rho as a Breit-Wigner,
    (3 Gamma_ee / alpha m) s (s - m^2) / [(s - m^2)^2 + m^2 Gamma^2].
    Both follow from the dispersion relation D(s) = -(alpha s / 3 pi) P int ds' R(s') / [s' (s' - s)].
    Source: pdg-2026, masses and Gamma_ee. Differs from it: omega and phi are left out, since a fit absorbs the
    polarisation by a resonance in the mass and width of that same resonance.
    Valid for: 0.1 to 2 GeV, within about 0.5 %.

    Examples
    --------
    >>> float(vacuum_polarisation(np.array([1019.5**2]))[0].round(3))
    1.043
    """
    s = np.asarray(s, dtype=float)
    leptons = sum(_lepton(mass**2 / s) for mass in (ELECTRON_MASS, MUON_MASS, TAU_MASS))
    mass, width = mass_of(_RHO), width_of(_RHO).value
    strength = 3 * branching(_RHO, "e+ e-").value * width / (ALPHA * mass)
    rho = strength * s * (s - mass**2) / ((s - mass**2) ** 2 + (mass * width) ** 2)
    return np.asarray(1 / (1 - ALPHA / (3 * math.pi) * leptons - rho) ** 2)


def _lepton(r: Array) -> Array:
    """1/3 - (1 + 2 r)[2 + b ln((1 - b) / (1 + b))], continued below threshold."""
    shifted = 1 - 4 * r
    root = np.sqrt(np.abs(shifted))
    above = root * np.log(4 * r / (1 + root) ** 2 + (shifted <= 0))
    below = -2 * root * np.arctan2(1.0, root)
    return np.asarray(1 / 3 - (1 + 2 * r) * (2 + np.where(shifted > 0, above, below)))


def bare_peak(meson: str, branchings: float) -> float:
    """R at the peak of a meson for a measured B(e+ e-) B(final), without vacuum polarisation.

    Notes
    -----
    9 B(e+ e-) B(final) / alpha^2 / |alpha(m^2) / alpha|^2: measured widths to e+ e- contain the vacuum polarisation.
    Source: pdg-2026. Differs from it: nothing. Valid for: narrow mesons.

    >>> dressed = 9 * 4.6e-5 / ALPHA**2
    >>> round(dressed / bare_peak("phi(1020)", 4.6e-5), 3)
    1.043
    """
    return 9 * branchings / (ALPHA**2 * float(vacuum_polarisation(np.array(mass_of(meson) ** 2))))


def peak(meson: str, final: str) -> float:
    """R of a channel at the peak of a meson, bare, from the measured product of branching fractions.

    >>> 23 < peak("phi(1020)", "K+ K-") < 25
    True
    """
    return bare_peak(meson, product(meson, final).value)


def _shape(meson: str, s: Array) -> ComplexArray:
    """Line shape, of modulus 1 at the peak: Gounaris-Sakurai for the rho, constant width for the others."""
    mass, width = mass_of(meson), width_of(meson).value
    if meson == _RHO:
        at = np.append(s, mass**2)
        shape = gounaris_sakurai(at, np.array([mass]), np.array([width]), PION_MASS)[:, 0]
        return np.asarray(shape[:-1] / abs(shape[-1]))
    return np.asarray(mass * width / (mass**2 - s - 1j * np.sqrt(s) * width))


def kernel(final: str, mesons: tuple[Meson, ...], phase_space: PhaseSpace) -> Kernel:
    """Kernel of a sum of resonances with measured partial widths.

    Parameters
    ----------
    final : as in the table of products.
    phase_space : s (M,) [MeV^2] to the factor that multiplies |F|^2 in R.

    Notes
    -----
    R = phase_space(s) |sum_V c_V e^{i phase_V} sqrt[peak_V / phase_space(m_V^2)] shape_V(s)|^2, each resonance
    alone reaching `peak` at its mass.
    Source: pdg-2026, B(e+ e-) B(final) of its fits. Differs from it: vacuum polarisation removed.
    Valid for: below the excited mesons.
    """
    weights = [
        (m, math.sqrt(peak(m.name, final) / float(phase_space(np.array([mass_of(m.name) ** 2]))[0])))
        for m in mesons
    ]

    def evaluate(mass: Array) -> ComplexArray:
        s = mass**2
        amplitude = np.zeros((s.size, 3), dtype=complex)
        for meson, weight in weights:
            amplitude[:, meson.current] += weight * np.exp(1j * meson.phase) * _shape(meson.name, s)
        return from_amplitude(phase_space(s), amplitude)

    return evaluate


def below_excited(resonances: Kernel, fit: Kernel) -> Kernel:
    """`resonances` below 1.06 GeV, `fit` above 1.16 GeV, their linear mean between.

    The three mesons say nothing about the region of their excited states.
    """

    def evaluate(mass: Array) -> ComplexArray:
        low, high = _FADES
        share = np.clip((high - mass) / (high - low), 0, 1)[:, None, None]
        return np.asarray(share * resonances(mass) + (1 - share) * fit(mass))

    return evaluate


def pion_pair_alternative(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of pi+ pi- from the measured rho and omega.

    Notes
    -----
    The omega enters through the rho: its phase relative to the rho is that of the rho line shape at the omega
    mass plus the fitted phase of the mixing.
    Source: pdg-2026, products of branching fractions; czyz-narrow-resonances, phase of the mixing.
    Differs from it: vacuum polarisation removed. Valid for: masses below 1 GeV.

    Examples
    --------
    >>> r = pion_pair_alternative(np.array([500.0, 775.0])).sum((1, 2)).real
    >>> bool(0.5 < r[0] < 2.0 and 8.0 < r[1] < 10.0)
    True
    """
    at_omega = _shape(_RHO, np.array([mass_of("omega(782)") ** 2]))[0]
    phase = cmath.phase(at_omega) + parameters("hadrons/pion_pair.toml")["omega_phase"]
    mesons = (Meson(_RHO, ISOVECTOR), Meson("omega(782)", ISOSCALAR, phase))
    return kernel("pi+ pi-", mesons, _pion_velocity)(mass)


def _pion_velocity(s: Array) -> Array:
    return np.asarray(np.maximum(1 - 4 * PION_MASS**2 / s, 0) ** 1.5)
