"""Four-body phase space by nested two-body decays, 0 -> 1 (234), (234) -> 2 (34), (34) -> 3 4."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from feebly.arrays import Array
from feebly.decays.hadrons.line_shapes import momentum

METRIC = np.array([1.0, -1.0, -1.0, -1.0])


def dot(first: Array, second: Array) -> Array:
    """Product of four-vectors (..., 4), metric + - - -.

    >>> dot(np.array([2.0, 1.0, 0.0, 0.0]), np.array([2.0, 1.0, 0.0, 0.0])).tolist()
    3.0
    """
    return np.asarray((first * second) @ METRIC)


@dataclass(frozen=True, slots=True)
class Points:
    """Phase-space points of one ordering of four particles, up to rotations of the whole event.

    Parameters
    ----------
    momenta : (4, N, 4) four-momenta [MeV] in the rest frame of the decaying particle.
    measure : (N,) d Phi_4 / (d s_234 du_2 ... du_5) [MeV^2], where u_2 ... u_5 are uniform in (0, 1).
    """

    momenta: Array
    measure: Array


def measure(mass: float, masses: Array, s_three: Array, s_pair: Array) -> Array:
    """d Phi_4 / (d s_234 du_2 ... du_5) [MeV^2] at the squared masses (N,) [MeV^2] of (234) and (34).

    Notes
    -----
    d Phi_4 = (d s_234 / 2 pi) (d s_34 / 2 pi) p_1 / (4 pi m) p_2 / (4 pi m_234) p_3 / (4 pi m_34) per unit
    of each uniform angle variable; s_34 is uniform between its limits.
    """
    first, second, third, fourth = masses
    three, pair = np.sqrt(s_three), np.sqrt(s_pair)
    span = (three - second) ** 2 - (third + fourth) ** 2
    decays = (
        momentum(mass**2, first, three)
        / (4 * math.pi * mass)
        * momentum(s_three, second, pair)
        / (4 * math.pi * three)
        * momentum(s_pair, third, fourth)
        / (4 * math.pi * pair)
    )
    return np.asarray(span * decays / (2 * math.pi) ** 2)


def points(mass: float, masses: Array, s_three: Array, uniform: Array) -> Points:
    """Momenta of a particle at rest with `mass` [MeV] that decays to four `masses` (4,) [MeV].

    Parameters
    ----------
    s_three : (N,) squared mass of (234), MeV^2.
    uniform : (N, 4) numbers in (0, 1): s_34, the two polar angles and one azimuth.
    """
    first, second, third, fourth = masses
    three = np.sqrt(s_three)
    low = (third + fourth) ** 2
    s_pair = low + ((three - second) ** 2 - low) * uniform[:, 0]
    pair = np.sqrt(s_pair)
    axis = np.zeros((s_three.size, 3))
    axis[:, 2] = 1.0
    alone, trio = _back_to_back(momentum(mass**2, first, three), -axis, first, three)
    cosine = 2 * uniform[:, 1] - 1
    direction = _direction(cosine, np.zeros_like(cosine))
    two, couple = _back_to_back(momentum(s_three, second, pair), direction, second, pair)
    direction = _direction(2 * uniform[:, 2] - 1, 2 * math.pi * uniform[:, 3])
    one, other = _back_to_back(momentum(s_pair, third, fourth), direction, third, np.full_like(pair, fourth))
    one, other = _boost(one, couple, pair), _boost(other, couple, pair)
    momenta = np.stack([alone, *(_boost(p, trio, three) for p in (two, one, other))])
    return Points(momenta, measure(mass, masses, s_three, s_pair))


def _direction(cosine: Array, azimuth: Array) -> Array:
    sine = np.sqrt(1 - cosine**2)
    return np.stack([sine * np.cos(azimuth), sine * np.sin(azimuth), cosine], axis=-1)


def _back_to_back(p: Array, direction: Array, first: float, second: Array) -> tuple[Array, Array]:
    """Four-momenta (N, 4) along +direction with mass `first` and along -direction with masses `second`."""
    space = p[:, None] * direction
    one = np.concatenate([np.sqrt(first**2 + p**2)[:, None], space], axis=1)
    two = np.concatenate([np.sqrt(second**2 + p**2)[:, None], -space], axis=1)
    return one, two


def _boost(p: Array, frame: Array, mass: Array) -> Array:
    """Momenta p (N, 4), given in the rest frame of `frame` (N, 4) with `mass` (N,), seen from outside."""
    energy = (frame[:, 0] * p[:, 0] + (frame[:, 1:] * p[:, 1:]).sum(-1)) / mass
    along = (p[:, 0] + energy) / (frame[:, 0] + mass)
    return np.concatenate([energy[:, None], p[:, 1:] + frame[:, 1:] * along[:, None]], axis=1)
