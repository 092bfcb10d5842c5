"""Pairs of bosons from pairs of neutrinos, nu nubar <-> X X: it changes the number of neutrinos and X together."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import kve

from feebly.arrays import Array
from feebly.environments.universe_plasma import LogTable
from feebly.math.quadrature import panels

_RANGE: Final = (1e-3, 1e4)  # T / m of the table
_COUNT: Final = 160
_EDGES: Final = np.array([0.0, 1.0, 4.0, 12.0, 40.0])  # of sqrt(s) above threshold, over T
_PER_PANEL: Final = 16
_NEAR: Final = 0.04  # (b / A)^2
_SERIES: Final = 10


def pair_creation(x: ArrayLike) -> Array:
    """Phase space times sum |M|^2 over g^4 of nu nubar -> X X of one left-handed neutrino, at x = m^2 / s.

    Notes
    -----
    Sum |M|^2 = 4 g^4 [t/u + u/t + 4 m^2 s/(t u) - m^4 (1/t^2 + 1/u^2)]; integrated, with a half for equal particles,

        W = (b / pi) {(1 + 4 x^2) / ((1 - 2x) b) artanh[b / (1 - 2x)] - 1},  b^2 = 1 - 4x.

    Source: derived in ``docs/physics/early-universe.md``; the tests compare it with explicit traces.
    Valid for: massless neutrinos without right-handed partners.

    >>> float(pair_creation(0.25))
    0.0
    """
    x = np.asarray(x, dtype=float)
    b = np.sqrt(np.maximum(1 - 4 * x, 0.0))
    safe = np.maximum(b, 1e-4)
    # artanh(r) = ln[(1 + r) / sqrt(1 - r^2)], and 1 - r^2 = 4 x^2 / (1 - 2x)^2 without cancellation
    log = np.log((1 - 2 * x + safe) / (2 * np.maximum(x, 1e-300)))
    return np.asarray(b / np.pi * ((1 + 4 * x**2) / ((1 - 2 * x) * safe) * log - 1))


def scalar_pair_creation(x: ArrayLike) -> Array:
    """Phase space times |M|^2 over g^4 of nu_a nubar_b -> phi phi with |(M M^+)_ab| = 1, at x = m^2 / s.

    Notes
    -----
    |M|^2 = g^4 (t u - m^4)(1/t - 1/u)^2 for L = -(1/2) phi g M_ab nu_a nu_b + h.c.; integrated, with a half for equal particles,

        W = (1 / 4 pi) {(1 - 4 x + 6 x^2) / (1 - 2x) artanh[b / (1 - 2x)] - 3 b / 2},  b^2 = 1 - 4x.

    Source: derived in ``docs/physics/early-universe.md``; the tests compare it with explicit traces.
    Valid for: massless neutrinos.

    >>> bool(abs(scalar_pair_creation(0.2499) / (8 * 0.02**5 / (15 * np.pi)) - 1) < 1e-2)
    True
    """
    x = np.asarray(x, dtype=float)
    b = np.sqrt(np.maximum(1 - 4 * x, 0.0))
    log = np.log((1 - 2 * x + b) / (2 * np.maximum(x, 1e-300)))
    closed = ((1 - 4 * x + 6 * x**2) / (1 - 2 * x) * log - 1.5 * b) / (4 * np.pi)
    # the terms cancel near threshold, where int y^2 (b^2 - y^2) / (A^2 - y^2)^2 is a series in r^2 = (b / A)^2
    a = 1 - 2 * x
    r2 = (b / a) ** 2
    near = sum((k + 1) * r2**k * (1 / (2 * k + 3) - 1 / (2 * k + 5)) for k in range(_SERIES))
    return np.asarray(np.where(r2 < _NEAR, b**5 / a**4 * near / (4 * np.pi), closed))


_CREATION: Final = {"vector": pair_creation, "scalar": scalar_pair_creation}


@cache
def pair_table(kind: Literal["vector", "scalar"]) -> LogTable:
    """ln of number and energy of reactions per volume and time over T^4 and T^5, times exp(2m/T), at ln(T/m): (L, 2).

    For sum over flavours of (g x)^4, or trace of (g M)^4, = 1, in equilibrium without potentials. `log_temperature` of the table is ln(T/m).

    Notes
    -----
    Number (T / 64 pi^4) int ds sqrt(s) K_1(sqrt(s)/T) W, energy with another sqrt(s) and K_2.
    Source: as `pair_creation`. Valid for: Maxwell-Boltzmann statistics.
    """
    log = np.linspace(np.log(_RANGE[0]), np.log(_RANGE[1]), _COUNT)
    rest = np.exp(-log)[:, None]
    w, weight = panels(2 * rest + _EDGES, _PER_PANEL)
    creation = weight * 2 * w * _CREATION[kind]((rest / w) ** 2) * np.exp(2 * rest - w)
    number = np.sum(creation * w * kve(1, w), axis=-1)
    energy = np.sum(creation * w**2 * kve(2, w), axis=-1)
    return LogTable.through(log, np.log(np.stack([number, energy], axis=-1) / (64 * np.pi**4)))
