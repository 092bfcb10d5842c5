"""Energies of the neutrinos of a decay, at rest and in flight.

At rest each neutrino has a distribution f(E*); it is a `Line` or a `Continuum`. The decay is isotropic, so that in
flight with energy E_X and momentum p each E* becomes a flat box, E*/(u m) < E < E* u / m with u = E_X + p. All that is needed
of f are its two integrals M_0(E) = int_0^E f dE* and M_-1(E) = int_0^E f dE*/E*, with which the box is exact:

    F(E) = M_0(a) + {E [M_-1(b) - M_-1(a)] - (m / u) [M_0(b) - M_0(a)]} m / (2 p),     a = E m / u, b = E u / m.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from feebly import species as sp
from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance

FLAVOURS: Final = (*sp.NEUTRINOS, *(sp.anti(nu) for nu in sp.NEUTRINOS))
_ROUNDING: Final = 1e-12
_SLOW: Final = 1e-6  # p / m; below, the width of the box is left out, an error of its square


class Shape(Protocol):
    """A distribution of energies at rest, normalised to one neutrino."""

    @property
    def mean(self) -> float:
        """Mean energy [MeV]."""
        ...

    def integrals(self, energy: Array) -> tuple[Array, Array]:
        """M_0 (...) and M_-1 (...) [1/MeV] up to energies (...) [MeV]."""
        ...

    def density(self, energy: Array) -> Array:
        """f (...) [1/MeV]; 0 for a line, which has none."""
        ...

    def lines(self, count: int) -> tuple[Array, Array]:
        """Energies (L,) [MeV] and weights (L,) of lines that stand for it, of sum 1 and with the same mean."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One energy [MeV], as in a decay to two particles."""

    energy: float

    @property
    def mean(self) -> float:
        return self.energy

    def integrals(self, energy: Array) -> tuple[Array, Array]:
        number = np.where(energy >= self.energy, 1.0, 0.0)
        return number, number / self.energy

    def density(self, energy: Array) -> Array:
        return np.zeros_like(energy)

    def lines(self, count: int) -> tuple[Array, Array]:
        return np.array([self.energy]), np.ones(1)


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """A distribution given on a grid, cubic between its points.

    Parameters
    ----------
    energy : (K,) MeV, increasing from 0.
    number, inverse, first : (K,) integrals of f, f/E [1/MeV] and E f [MeV] up to there; `number` ends at 1.
    value : (K,) f [1/MeV].
    """

    energy: Array
    number: Array
    inverse: Array
    first: Array
    value: Array

    @property
    def mean(self) -> float:
        return float(self.first[-1])

    def integrals(self, energy: Array) -> tuple[Array, Array]:
        slope = np.divide(self.value, self.energy, out=np.zeros_like(self.value), where=self.energy > 0)
        return (
            _cubic(self.energy, self.number, self.value, energy),
            _cubic(self.energy, self.inverse, slope, energy),
        )

    def density(self, energy: Array) -> Array:
        return np.asarray(np.interp(energy, self.energy, self.value, left=0.0, right=0.0))

    def lines(self, count: int) -> tuple[Array, Array]:
        """Lines of nearly equal number, each at the mean energy of its share."""
        edges = np.interp(np.linspace(0, 1, count + 1), self.number, self.energy)
        edges[0], edges[-1] = self.energy[0], self.energy[-1]
        number = np.diff(_cubic(self.energy, self.number, self.value, edges))
        first = np.diff(_cubic(self.energy, self.first, self.energy * self.value, edges))
        return first / number, number


def _cubic(x: Array, y: Array, slope: Array, at: Array) -> Array:
    """Cubic Hermite interpolation, constant beyond both ends."""
    from scipy.interpolate import CubicHermiteSpline

    return np.asarray(CubicHermiteSpline(x, y, slope)(np.clip(at, x[0], x[-1])))


@dataclass(frozen=True, slots=True)
class Part:
    """One shape, and how many neutrinos per decay of each of `FLAVOURS` (6,) follow it."""

    shape: Shape
    number: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DecaySpectrum:
    """Neutrinos per decay of a particle, by flavour and energy; flavours in the order of `FLAVOURS`.

    Parameters
    ----------
    mass : of the decaying particle, MeV.
    parts : shapes at rest and their numbers.

    Notes
    -----
    The decay is isotropic at rest: polarisation of the decaying particle is averaged.

    Examples
    --------
    >>> spectrum = DecaySpectrum(10.0, (Part(Line(5.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)),))
    >>> spectrum.cumulative(np.array([20.0]), np.array([10.0]))[:, 0, 0].round(12).tolist()
    [0.5, 0.0, 0.0, 0.5, 0.0, 0.0]
    """

    mass: float
    parts: tuple[Part, ...]
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def number(self) -> Array:
        """Neutrinos per decay (6,)."""
        return np.asarray(self._numbers().sum(axis=1))

    @property
    def mean(self) -> Array:
        """Energy per decay (6,) [MeV] that goes to each flavour at rest; in flight it grows by E_X / m."""
        return np.asarray(self._numbers() @ np.array([part.shape.mean for part in self.parts]))

    def _numbers(self) -> Array:
        """(6, P)."""
        return np.array([part.number for part in self.parts]).reshape(-1, len(FLAVOURS)).T

    def cumulative(self, parent_energy: Array, energy: Array) -> Array:
        """Neutrinos per decay (6, W, N) below energies (N,) [MeV], of particles of energies (W,) [MeV]."""
        below = np.stack([in_flight(part.shape, self.mass, parent_energy, energy) for part in self.parts])
        return np.asarray(np.einsum("fp,pwn->fwn", self._numbers(), below))

    def density(self, parent_energy: Array, energy: Array) -> Array:
        """dN/dE per decay (6, W, N) [1/MeV] at energies (N,) [MeV], of particles of energies (W,) [MeV].

        Zero for the lines of a particle at rest, which have no density.
        """
        value = np.stack(
            [in_flight(part.shape, self.mass, parent_energy, energy, derivative=True) for part in self.parts]
        )
        return np.asarray(np.einsum("fp,pwn->fwn", self._numbers(), value))

    def lines(self, count: int = 64) -> tuple[Array, Array]:
        """Lines at rest that stand for the spectrum: energies (L,) [MeV] and numbers per decay (6, L).

        For what depends on the angle of the neutrino, such as its delay: in flight each becomes a flat box, whose energy tells
        the angle. A continuum gives `count` lines.
        """
        found = [part.shape.lines(count) for part in self.parts]
        numbers = [np.outer(part.number, weight) for part, (_, weight) in zip(self.parts, found, strict=True)]
        return np.concatenate([energy for energy, _ in found]), np.concatenate(numbers, axis=1)

    def by_rest_energy(self, count: int = 8) -> list[tuple[float, DecaySpectrum]]:
        """Spectra of one energy at rest each [MeV], with that energy; a continuum gives `count` lines. Their sum stands for this.

        >>> spectrum = DecaySpectrum(10.0, (Part(Line(5.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)),))
        >>> [energy for energy, _ in spectrum.by_rest_energy()]
        [5.0]
        """
        found = []
        for part in self.parts:
            for energy, weight in zip(*part.shape.lines(count), strict=True):
                line = Part(Line(float(energy)), tuple(float(weight) * x for x in part.number))
                found.append((float(energy), DecaySpectrum(self.mass, (line,), self.provenance)))
        return found

    def conjugate(self) -> DecaySpectrum:
        """That of the antiparticle: neutrinos and antineutrinos exchanged."""
        half = len(sp.NEUTRINOS)
        parts = tuple(Part(part.shape, part.number[half:] + part.number[:half]) for part in self.parts)
        return DecaySpectrum(self.mass, parts, self.provenance)


def in_flight(
    shape: Shape, mass: float, parent_energy: Array, energy: Array, *, derivative: bool = False
) -> Array:
    """Share (W, N) of a shape below energies (N,) [MeV], of particles of this mass and energies (W,) [MeV].

    With `derivative` its density [1/MeV].

    Raises
    ------
    InvalidValueError
        for particles with less energy than their mass.
    """
    gamma = np.asarray(parent_energy, dtype=float)[:, None] / mass
    if not np.all(gamma >= 1 - _ROUNDING):
        raise InvalidValueError(f"An energy of {mass * gamma.min():g} MeV lies below the mass, {mass:g} MeV.")
    gamma = np.maximum(gamma, 1.0)
    momentum = np.sqrt((gamma - 1) * (gamma + 1))
    up, wide = gamma + momentum, 2 * np.maximum(momentum, _SLOW)
    is_moving = momentum > _SLOW
    if isinstance(shape, Line):
        ramp = (energy / shape.energy - 1 / up) / wide
        inside = (ramp > 0) & (ramp < 1)
        if derivative:
            return np.asarray(np.where(is_moving & inside, 1 / (shape.energy * wide), 0.0))
        return np.asarray(np.where(is_moving, np.clip(ramp, 0.0, 1.0), shape.integrals(energy)[0]))
    low, low_inverse = shape.integrals(energy / up)
    high, high_inverse = shape.integrals(energy * up)
    if derivative:
        return np.asarray(np.where(is_moving, (high_inverse - low_inverse) / wide, shape.density(energy)))
    boosted = low + (energy * (high_inverse - low_inverse) - (high - low) / up) / wide
    return np.asarray(np.where(is_moving, boosted, shape.integrals(energy)[0]))
