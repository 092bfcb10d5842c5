"""Ideal Fermi gases at any temperature: number, scalar density, pressure, energy and entropy.

Particles and antiparticles in equilibrium, potentials mu and -mu. With k = E - m and k = x^2 the phase
space p^2 dp = 2 x p E dx is smooth at rest, and panels follow the Fermi step, so that one rule serves
cold nucleons and hot electrons alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from feebly.arrays import Array
from feebly.math.quadrature import panels

_STEPS: Final = np.array([-36.0, -14.0, -4.0, 0.0, 4.0, 14.0, 40.0])  # edges of panels in (E - mu) / T
_NODES: Final = 16
_BLOCK: Final = 2000  # states whose nodes fit into the cache of a processor


@dataclass(frozen=True, slots=True)
class FermiGas:
    """Densities of a Fermi gas with its antiparticles; arrays of one shape.

    number : particles minus antiparticles, MeV^3.
    scalar : sum of m/E over both, MeV^3.
    pressure, energy : MeV^4, rest masses included.
    entropy : MeV^3.
    """

    number: Array
    scalar: Array
    pressure: Array
    energy: Array
    entropy: Array


@dataclass(frozen=True, slots=True)
class FermiResponse:
    """Number and scalar density [MeV^3] with their derivatives [MeV^2].

    d number / d mass is -scalar_by_potential, since both come from one pressure.
    """

    number: Array
    scalar: Array
    number_by_potential: Array
    scalar_by_potential: Array
    scalar_by_mass: Array


_Densities = TypeVar("_Densities", FermiGas, FermiResponse)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Nodes on the last axis: energy, momentum squared, weight of p^2 dp, occupations."""

    energy: Array
    momentum2: Array
    weight: Array
    above: Array
    particles: Array
    antiparticles: Array


def _sample(t: Array, size: Array, m: Array) -> _Sample:
    """Quadrature for |mu| = size; all (..., 1)."""
    step = np.maximum(size - m, 0.0) + t * _STEPS
    last = step[..., -1:]
    # E(p) changes its character at k ~ m: an edge there, for light particles
    edges = np.concatenate([np.zeros_like(t), np.minimum(m, last), np.maximum(step, 0.0)], axis=-1)
    x, weight = panels(np.sqrt(np.sort(edges, axis=-1)), _NODES)
    kinetic = x * x
    energy = np.maximum(kinetic + m, np.finfo(float).tiny)  # an empty panel at rest, for massless particles
    momentum2 = kinetic * (kinetic + 2 * m)
    above = (kinetic - (size - m)) / t
    hole = np.exp(-(energy + size) / t)
    return _Sample(
        energy,
        momentum2,
        weight * 2 * x * np.sqrt(momentum2) * energy,
        above,
        expit(-above),
        hole / (1 + hole),
    )


def _in_blocks(evaluate: Callable[[Array, Array, Array], _Densities], *values: ArrayLike) -> _Densities:
    """Evaluate columns (K, 1) of broadcast values, so many at a time as a processor holds well."""
    arrays = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in values))
    t, mu, m = (a.reshape(-1, 1) for a in arrays)
    if t.size <= _BLOCK:
        pieces = [evaluate(t, mu, m)]
    else:
        blocks = [slice(start, start + _BLOCK) for start in range(0, t.size, _BLOCK)]
        pieces = [evaluate(t[block], mu[block], m[block]) for block in blocks]
    kind, shape = type(pieces[0]), arrays[0].shape
    columns = ([getattr(piece, item.name) for piece in pieces] for item in fields(kind))
    return kind(*((c[0] if len(c) == 1 else np.concatenate(c)).reshape(shape) for c in columns))


def _net(sample: _Sample, t: Array, mu: Array) -> Array:
    """D (f - f') without cancellation, for D = 1 (K,)."""
    size = np.abs(mu)
    occupied = np.vecdot(sample.weight, sample.particles * (1 - sample.antiparticles))
    return np.asarray(occupied * -(np.sign(mu) * np.expm1(-2 * size / t))[:, 0])


def fermi_gas(temperature: ArrayLike, potential: ArrayLike, *, mass: ArrayLike, spins: int = 2) -> FermiGas:
    """Densities of an ideal Fermi gas with antiparticles [MeV^3 and MeV^4].

    Parameters
    ----------
    temperature, potential, mass : broadcastable arrays, MeV; T > 0, any sign of the potential, mass >= 0.
    spins : number of helicities of the particle (2 for e, mu, n, p; 1 for a neutrino).

    Notes
    -----
    With D = spins/(2 pi^2) int p^2 dp and f, f' the occupations at E - mu and E + mu:
    n = D (f - f'), n_s = D m/E (f + f'), P = D p^2/(3E) (f + f'), e = D E (f + f'), and
    s = D sum over both of ln(1 + exp(-y)) + y f with y = (E -+ mu)/T.
    Source: sugahara-toki-tm1, as used in cerdeno-medium-effects, Sec. III A. Differs from it: written for
    any particle. Valid for: ideal gases; relative accuracy 1e-11.

    Examples
    --------
    Massless closed form of the pressure, spins (mu^4 + 2 pi^2 T^2 mu^2 + 7 pi^4 T^4/15) / (24 pi^2):

    >>> gas = fermi_gas(30.0, 100.0, mass=0.0)
    >>> exact = (100**4 + 2 * np.pi**2 * 3000**2 + 7 * np.pi**4 * 30**4 / 15) / (12 * np.pi**2)
    >>> bool(abs(gas.pressure / exact - 1) < 1e-11)
    True
    """
    return _in_blocks(partial(_gas, spins), temperature, potential, mass)


def _gas(spins: int, t: Array, mu: Array, m: Array) -> FermiGas:
    sample, unit = _sample(t, np.abs(mu), m), spins / (2 * np.pi**2)
    both = sample.weight * (sample.particles + sample.antiparticles)
    disorder = _disorder(np.abs(sample.above)) + _disorder((sample.energy + np.abs(mu)) / t)
    return FermiGas(
        number=unit * _net(sample, t, mu),
        scalar=unit * np.vecdot(both, m / sample.energy),
        pressure=unit / 3 * np.vecdot(both, sample.momentum2 / sample.energy),
        energy=unit * np.vecdot(both, sample.energy),
        entropy=unit * np.vecdot(sample.weight, disorder),
    )


def _disorder(y: Array) -> Array:
    """-f ln f - (1 - f) ln(1 - f) with f = 1/(exp(y) + 1), even in y; y >= 0 here."""
    small = np.exp(-y)
    return np.asarray(np.log1p(small) + y * small / (1 + small))


def fermi_response(
    temperature: ArrayLike, potential: ArrayLike, *, mass: ArrayLike, spins: int = 2
) -> FermiResponse:
    """Number and scalar density of an ideal Fermi gas and how they respond to potential and mass.

    Parameters as for `fermi_gas`.

    Notes
    -----
    With g = f(1 - f)/T: dn/dmu = D (g + g'), dn_s/dmu = D m/E (g - g') = -dn/dm, and
    dn_s/dm = D [p^2/E^3 (f + f') - m^2/E^2 (g + g')].
    Source: derivatives of `fermi_gas`. Differs from it: nothing. Valid for: mass > 0.

    Examples
    --------
    >>> gas = fermi_response(20.0, 500.0, mass=400.0)
    >>> ahead, back = (fermi_response(20.0, 500.0 + h, mass=400.0).number for h in (0.01, -0.01))
    >>> bool(abs((ahead - back) / 0.02 / gas.number_by_potential - 1) < 1e-8)
    True
    """
    return _in_blocks(partial(_response, spins), temperature, potential, mass)


def _response(spins: int, t: Array, mu: Array, m: Array) -> FermiResponse:
    sample, unit, width = _sample(t, np.abs(mu), m), spins / (2 * np.pi**2), t[:, 0]
    both = sample.particles + sample.antiparticles
    surface = sample.particles * (1 - sample.particles)
    beyond = sample.antiparticles * (1 - sample.antiparticles)
    steps = surface + beyond
    slow = m / sample.energy
    slowed = sample.weight * slow
    fast = sample.momentum2 / sample.energy**3
    return FermiResponse(
        number=unit * _net(sample, t, mu),
        scalar=unit * np.vecdot(slowed, both),
        number_by_potential=unit * np.vecdot(sample.weight, steps) / width,
        scalar_by_potential=unit * np.sign(mu[:, 0]) * np.vecdot(slowed, surface - beyond) / width,
        scalar_by_mass=unit
        * (np.vecdot(sample.weight, fast * both) - np.vecdot(slowed, slow * steps) / width),
    )


def massless_gas(temperature: ArrayLike, potential: ArrayLike, *, spins: int = 1) -> FermiGas:
    """Densities of a massless Fermi gas with antiparticles, in closed form [MeV^3 and MeV^4].

    Notes
    -----
    n = spins (mu^3 + pi^2 T^2 mu)/(6 pi^2), P = spins (mu^4 + 2 pi^2 T^2 mu^2 + 7 pi^4 T^4/15)/(24 pi^2).

    >>> round(float(massless_gas(10.0, 0.0).pressure / (7 * np.pi**2 * 10**4 / 360)), 12)
    1.0
    """
    t, mu = np.broadcast_arrays(np.asarray(temperature, dtype=float), np.asarray(potential, dtype=float))
    heat = np.pi**2 * t**2
    pressure = spins * (mu**4 + 2 * heat * mu**2 + 7 * heat**2 / 15) / (24 * np.pi**2)
    return FermiGas(
        number=np.asarray(spins * (mu**3 + heat * mu) / (6 * np.pi**2)),
        scalar=np.zeros(t.shape),
        pressure=np.asarray(pressure),
        energy=np.asarray(3 * pressure),
        entropy=np.asarray(spins * t * (mu**2 + 7 * heat / 15) / 6),
    )


def massless_potential(temperature: ArrayLike, density: ArrayLike, *, spins: int = 1) -> Array:
    """Chemical potential of a massless Fermi gas with a given net density, of any sign [MeV].

    >>> gas = massless_gas(20.0, -35.0)
    >>> round(float(massless_potential(20.0, gas.number)), 10)
    -35.0
    """
    t, n = np.asarray(temperature, dtype=float), np.asarray(density, dtype=float)
    return real_root(np.pi**2 * t**2, 6 * np.pi**2 * n / spins)


def real_root(linear: ArrayLike, constant: ArrayLike) -> Array:
    """The real root of x^3 + linear x = constant for linear > 0.

    >>> round(float(real_root(2.0, 3.0)), 12)
    1.0
    """
    p, q = np.asarray(linear, dtype=float), np.asarray(constant, dtype=float)
    unit = np.sqrt(p / 3)
    return np.asarray(2 * unit * np.sinh(np.arcsinh(q / (2 * unit**3)) / 3))
