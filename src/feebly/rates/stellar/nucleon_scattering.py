"""Elastic nucleon-nucleon scattering from published phase shifts: what soft radiation needs.

The S-matrix is summed over partial waves with explicit spins and integrated over angle. Cross sections
are averaged over the spins of the initial pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import factorial, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.math.quadrature import gauss
from feebly.rates.stellar.nucleon_phases import ORBITALS, Pair, momentum, phase_shifts
from feebly.units import FM

NUCLEON_MASS: Final = (PROTON_MASS + NEUTRON_MASS) / 2
MILLIBARN: Final = 0.1 * FM**2  # MeV^-2

_ANGLES: Final = 16  # Gauss nodes, exact for l <= 6 and two powers of the cosine


@dataclass(frozen=True, slots=True)
class Block:
    """S - 1 between the waves of one total spin S and angular momentum J: orbitals (L,), matrix (N, L, L)."""

    spin: int
    total: int
    orbitals: tuple[int, ...]
    matrix: ComplexArray

    @property
    def unitarity(self) -> Array:
        """Largest deviation of S S^dagger from 1 (N,)."""
        one = np.eye(len(self.orbitals))
        s = self.matrix + one
        return np.asarray(np.abs(s @ s.conj().swapaxes(-1, -2) - one).max(axis=(-2, -1)))


def blocks(pair: Pair, kinetic_lab: ArrayLike) -> list[Block]:
    """The S-matrix minus one of a pair, block by block.

    Notes
    -----
    Coupled waves l = J -+ 1: S = [[cos 2e exp 2i d1, i sin 2e exp i(d1 + d2)], [same, cos 2e exp 2i d2]]
    (nuclear-bar). Source: stoks-partial-wave (convention of its table). Differs from it: nothing.
    Valid for: elastic scattering.
    """
    phase = phase_shifts(pair).at(kinetic_lab)
    return list(_blocks(phase))


def _blocks(phase: Mapping[str, Array]) -> Iterator[Block]:
    for wave, delta in phase.items():
        if wave[0] == "E":
            continue
        spin, orbital, total = (int(wave[0]) - 1) // 2, ORBITALS.index(wave[1]), int(wave[2:])
        coupled = spin == 1 and orbital != total and total > 0
        if not coupled:
            yield Block(spin, total, (orbital,), np.expm1(2j * delta)[:, None, None])
        elif orbital < total:
            upper = phase[f"3{ORBITALS[total + 1]}{total}"]
            mixing = phase.get(f"E{total}", np.zeros_like(delta))
            matrix = np.empty((delta.size, 2, 2), dtype=complex)
            matrix[:, 0, 0] = np.cos(2 * mixing) * np.exp(2j * delta) - 1
            matrix[:, 1, 1] = np.cos(2 * mixing) * np.exp(2j * upper) - 1
            matrix[:, 0, 1] = matrix[:, 1, 0] = 1j * np.sin(2 * mixing) * np.exp(1j * (delta + upper))
            yield Block(spin, total, (orbital, total + 1), matrix)


@cache
def clebsch_gordan(l: int, m: int, s: int, n: int, j: int, k: int) -> float:  # noqa: E741
    """Clebsch-Gordan coefficient <l m, s n | j k> of integer spins, by Racah's sum.

    >>> round(clebsch_gordan(1, 0, 1, 0, 0, 0) ** 2, 12)
    0.333333333333
    """
    if m + n != k or not abs(l - s) <= j <= l + s or abs(m) > l or abs(n) > s or abs(k) > j:
        return 0.0
    f = factorial
    size = (2 * j + 1) * f(j + l - s) * f(j - l + s) * f(l + s - j) / f(j + l + s + 1)
    size *= f(j + k) * f(j - k) * f(l - m) * f(l + m) * f(s - n) * f(s + n)
    total = 0.0
    for i in range(l + s - j + 1):
        parts = (i, l + s - j - i, l - m - i, s + n - i, j - s + m + i, j - l - n + i)
        if min(parts) >= 0:
            total += (-1) ** i / float(np.prod([f(part) for part in parts], dtype=float))
    return sqrt(size) * total


def amplitudes(pair: Pair, kinetic_lab: ArrayLike, cos_theta: ArrayLike) -> ComplexArray:
    """Scattering amplitudes in spin space (N, A, 4, 4) [MeV^-1] at energies (N,) and cosines (A,).

    Index 0 is the singlet, 1 to 3 are the triplet with projections 1, 0, -1 on the beam; the final spin
    comes first.

    Notes
    -----
    M(m', m) = (i p)^-1 sum_{J l l'} sqrt(pi (2l+1)) i^(l-l') <l' m-m', S m'|J m> <l 0, S m|J m>
    (S^J - 1)_{l'l} Y_{l', m-m'}(theta, 0), times 2 for two identical nucleons.
    Source: own derivation (standard). Differs from it: nothing. Valid for: short-range forces; no
    Coulomb scattering in pp.
    """
    from scipy.special import sph_harm_y

    parts = blocks(pair, kinetic_lab)
    p = momentum(pair, np.atleast_1d(np.asarray(kinetic_lab, dtype=float)))
    theta = np.arccos(np.clip(np.atleast_1d(np.asarray(cos_theta, dtype=float)), -1.0, 1.0))
    total = np.zeros((p.size, theta.size, 4, 4), dtype=complex)
    for block in parts:
        states = [(0, 0)] if block.spin == 0 else [(1, 1), (2, 0), (3, -1)]
        for row, after in states:
            for column, before in states:
                for i, out in enumerate(block.orbitals):
                    if abs(before - after) > out:
                        continue
                    harmonic = sph_harm_y(out, before - after, theta, 0.0)
                    for k, into in enumerate(block.orbitals):
                        weight = clebsch_gordan(out, before - after, block.spin, after, block.total, before)
                        weight *= clebsch_gordan(into, 0, block.spin, before, block.total, before)
                        weight *= sqrt(np.pi * (2 * into + 1))
                        strength = 1j ** (into - out) * weight * block.matrix[:, i, k] / (1j * p)
                        total[:, :, row, column] += strength[:, None] * harmonic
    return total if pair == "np" else 2 * total


def differential(pair: Pair, kinetic_lab: ArrayLike, cos_theta: ArrayLike) -> Array:
    """Cross section per solid angle (N, A) [MeV^-2], averaged over spins.

    Notes
    -----
    d sigma/d Omega = 1/4 sum |M|^2. For two identical nucleons it counts either of them at the angle, so
    that the number of collisions is half its integral over the sphere.

    Examples
    --------
    np at 50 MeV and 90 degrees [mb]:

    >>> round(float(differential("np", 50.0, 0.0)[0, 0] / MILLIBARN), 2)
    11.67
    """
    return np.asarray(np.sum(np.abs(amplitudes(pair, kinetic_lab, cos_theta)) ** 2, axis=(-2, -1)) / 4)


@dataclass(frozen=True, slots=True)
class Moments:
    """Angular moments of a cross section (N,) [MeV^-2]; for identical nucleons half the sphere counts.

    `total` has weight 1, `dipole` 1 - cos, `quadrupole` 1 - cos^2 of the scattering angle.
    """

    total: Array
    dipole: Array
    quadrupole: Array


def moments(pair: Pair, kinetic_lab: ArrayLike, *, frozen: bool = False) -> Moments:
    """sigma, sigma^(2) and sigma^(4) of elastic scattering [MeV^-2] at laboratory energies [MeV].

    Parameters
    ----------
    frozen : keep the values at the end of the table above it, instead of an error.

    Notes
    -----
    int d Omega {1, 1 - cos, 1 - cos^2} d sigma/d Omega over the sphere, times 1/2 for nn and pp: the
    final state of two identical nucleons is counted once.
    Source: esseili-kribs-chargephobic, Eqs. (74), (75). Differs from it: the factor 1/2 is explicit.
    Valid for: laboratory energies up to 350 MeV; frozen above, a stated choice.

    Examples
    --------
    >>> round(float(moments("np", 25.0).dipole[0] / MILLIBARN))
    387
    """
    t = np.atleast_1d(np.asarray(kinetic_lab, dtype=float))
    if frozen:
        t = np.minimum(t, phase_shifts(pair).end)
    return integrate(lambda cosine: differential(pair, t, cosine), identical=pair != "np")


def integrate(shape: Callable[[Array], Array], *, identical: bool) -> Moments:
    """Moments of a cross section per solid angle (N, A) [MeV^-2] given as a function of the cosine (A,)."""
    cosine, weight = gauss(-1.0, 1.0, _ANGLES)
    ring = shape(cosine) * (2 * np.pi * weight / (2 if identical else 1))
    return Moments(ring.sum(axis=-1), ring @ (1 - cosine), ring @ (1 - cosine**2))
