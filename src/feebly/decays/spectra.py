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
from feebly.arrays import Array, Mask
from feebly.errors import InvalidValueError
from feebly.math.quadrature import gauss
from feebly.provenance import Provenance

FLAVOURS: Final = (*sp.NEUTRINOS, *(sp.anti(nu) for nu in sp.NEUTRINOS))
_ROUNDING: Final = 1e-12
_ALIKE: Final = 0.95  # of one end of a spectrum, the other
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

    @property
    def end(self) -> float:
        """Largest energy [MeV]."""
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

    @property
    def end(self) -> float:
        return self.energy


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

    @property
    def end(self) -> float:
        return float(self.energy[-1])

    def weights(self, energy: Array, weight: Array) -> Array:
        """Weights (L,) of lines at the nodes (L,) of a rule: they hold its number and mean energy, and its shape as the rule can."""
        found = weight * self.density(energy)
        total, first, second = (float(found @ energy**k) for k in range(3))
        slope = (total * self.mean - first) / (second - first**2 / total)
        return np.asarray(found * (1 + slope * (energy - first / total)) / total)


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

    def lines(self, count: int = 32) -> tuple[Array, Array]:
        """Lines at rest that stand for the spectrum: energies (L,) [MeV] and numbers per decay (6, L).

        For what depends on the angle of the neutrino, such as its delay: in flight each becomes a flat box, whose energy tells
        the angle. Continua become `count` lines at Gauss nodes, which those share that end at nearly the same energy.

        >>> spectrum = DecaySpectrum(10.0, (Part(Line(5.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)),))
        >>> [values.tolist() for values in spectrum.lines()]
        [[5.0], [[1.0], [0.0], [0.0], [1.0], [0.0], [0.0]]]
        """
        energies: list[Array] = []
        numbers: list[Array] = []
        end = np.inf
        for part in sorted(self.parts, key=lambda part: -part.shape.end):
            if isinstance(part.shape, Continuum):
                if part.shape.end < _ALIKE * end:
                    end = part.shape.end
                    nodes, rule = gauss(0.0, end, count)
                    energies.append(nodes)
                    numbers.append(np.zeros((len(FLAVOURS), count)))
                    shared = numbers[-1]
                shared += np.outer(part.number, part.shape.weights(nodes, rule))
        for part in self.parts:
            if isinstance(part.shape, Line):
                energies.append(np.array([part.shape.energy]))
                numbers.append(np.array(part.number)[:, None])
        return np.concatenate(energies), np.concatenate(numbers, axis=1)

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
    up, wide, is_moving = _flight(mass, parent_energy)
    if isinstance(shape, Line):
        if not derivative:
            return lines_in_flight(np.array([shape.energy]), mass, parent_energy, energy)[:, 0]
        ramp = (energy / shape.energy - 1 / up) / wide
        inside = (ramp > 0) & (ramp < 1)
        return np.asarray(np.where(is_moving & inside, 1 / (shape.energy * wide), 0.0))
    low, low_inverse = shape.integrals(energy / up)
    high, high_inverse = shape.integrals(energy * up)
    if derivative:
        return np.asarray(np.where(is_moving, (high_inverse - low_inverse) / wide, shape.density(energy)))
    boosted = low + (energy * (high_inverse - low_inverse) - (high - low) / up) / wide
    return np.asarray(np.where(is_moving, boosted, shape.integrals(energy)[0]))


def lines_in_flight(rest_energy: Array, mass: float, parent_energy: Array, energy: Array) -> Array:
    """Share (W, L, N) of lines at rest (L,) [MeV] below energies (N,) [MeV], of particles of this mass and energies (W,) [MeV].

    Raises
    ------
    InvalidValueError
        for particles with less energy than their mass.
    """
    up, wide, is_moving = (values[:, None] for values in _flight(mass, parent_energy))
    ratio = energy / rest_energy[:, None]
    return np.asarray(np.where(is_moving, np.clip((ratio - 1 / up) / wide, 0.0, 1.0), ratio >= 1))


def _flight(mass: float, parent_energy: Array) -> tuple[Array, Array, Mask]:
    """(E + p) / m, 2 p / m, and whether the particle moves, all (W, 1), for energies (W,) [MeV]."""
    gamma = np.asarray(parent_energy, dtype=float)[:, None] / mass
    if not np.all(gamma >= 1 - _ROUNDING):
        raise InvalidValueError(f"An energy of {mass * gamma.min():g} MeV lies below the mass, {mass:g} MeV.")
    gamma = np.maximum(gamma, 1.0)
    momentum = np.sqrt((gamma - 1) * (gamma + 1))
    return gamma + momentum, 2 * np.maximum(momentum, _SLOW), momentum > _SLOW
