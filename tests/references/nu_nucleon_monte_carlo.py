"""Neutrino-nucleon scattering rates by sampling four-momenta, as an oracle for the kernels.

Nothing is shared with `feebly.rates.stellar.nu_nucleon`: the incoming nucleon and the angles in the frame of its collision are
sampled, the momenta boosted back, and the matrix elements written in their products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import qmc

from feebly.arrays import Array


@dataclass(frozen=True)
class Zone:
    """State of a zone, MeV: `mass` in the kinematics, `level_mass` in the number of nucleons."""

    temperature: float
    mass: float
    level_mass: float
    potential: float
    energy: float
    neutrino_potential: float
    blocked: bool = True


@dataclass(frozen=True)
class Collisions:
    """Sampled collisions: products of momenta, MeV^2, and what multiplies |M|^2 in 1/lambda (EE flux)."""

    pk: Array
    pk_out: Array  # p.k'
    p_out_k: Array  # p'.k
    kk: Array  # k.k'
    pp: Array  # p.p'
    weight: Array
    flux_ratio: Array  # 4 E E_N / (4 p.k)


def _dot(a: Array, b: Array) -> Array:
    return a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3]


def _boost(v: Array, frame: Array) -> Array:
    """Momenta v (4, N) of the rest frame of `frame` (4, N), in the frame where it has that momentum."""
    mass = np.sqrt(_dot(frame, frame))
    along = np.sum(frame[1:] * v[1:], axis=0)
    energy = (frame[0] * v[0] + along) / mass
    return np.vstack([energy[None], v[1:] + frame[1:] * (v[0] + along / (frame[0] + mass)) / mass])


def _direction(cosine: Array, phi: Array) -> Array:
    sine = np.sqrt(np.maximum(1 - cosine**2, 0.0))
    return np.stack([sine * np.cos(phi), sine * np.sin(phi), cosine])


def _momentum(zone: Zone, u: Array) -> tuple[Array, Array]:
    """Nucleon momenta and the inverse of their density: half of them uniform, half near the Fermi surface."""
    t, m = zone.temperature, zone.level_mass
    middle, width = max(zone.potential, m + t), 1.5 * t
    p_max = np.sqrt((max(zone.potential, m) + 40 * t) ** 2 - m**2)
    level = middle + width * logit(np.clip(2 * u - 1, 1e-12, 1 - 1e-12))
    p = np.where(u < 0.5, 2 * u * p_max, np.sqrt(np.maximum(level**2 - m**2, 0.0)))
    x = (np.sqrt(p**2 + m**2) - middle) / width
    near = expit(x) * expit(-x) / width * p / np.sqrt(p**2 + m**2)
    return p, 1 / (0.5 * (p < p_max) / p_max + 0.5 * near + (p == 0))


def _angle(u: Array) -> tuple[Array, Array]:
    """Cosines, more of them forward, and the inverse of their density relative to uniform."""
    least = 1e-3
    below = least * ((1 + 2 / least) ** u - 1)
    return 1 - below, np.log(1 + 2 / least) * (below + least) / 2


def collide(zone: Zone, power: int = 17, seed: int = 1) -> Collisions:
    """2^power collisions of one neutrino along z with the nucleons of a zone."""
    u = qmc.Sobol(5, seed=seed).random_base2(power).T
    t = zone.temperature
    p, p_weight = _momentum(zone, u[0])
    level = np.sqrt(p**2 + zone.level_mass**2)
    e = np.sqrt(p**2 + zone.mass**2)
    nucleon = np.vstack([e[None], p * _direction(2 * u[1] - 1, 2 * np.pi * u[2])])
    zero = np.zeros_like(p)
    neutrino = np.stack([zero + zone.energy, zero, zero, zero + zone.energy])
    total = nucleon + neutrino
    s = _dot(total, total)
    k_star = (s - zone.mass**2) / (2 * np.sqrt(s))
    rest = np.stack([total[0], *(-total[1:])])
    axis = _boost(neutrino, rest)[1:] / k_star
    cosine, angle_weight = _angle(u[3])
    out_star = np.vstack([k_star[None], k_star * _turned(axis, cosine, 2 * np.pi * u[4])])
    k_out = _boost(out_star, total)
    p_out = total - k_out
    # 2 d^3p/(2 pi)^3 f / (4 E E_N) times the two-body phase space (s - m^2)/(8 pi s)
    weight = p_weight * angle_weight * p**2 / np.pi**2 * expit((zone.potential - level) / t)
    weight *= (s - zone.mass**2) / (8 * np.pi * s * 4 * zone.energy * e)
    if zone.blocked:
        weight *= expit((p_out[0] - zone.potential) / t) * expit((k_out[0] - zone.neutrino_potential) / t)
    pk = _dot(nucleon, neutrino)
    return Collisions(
        pk=pk,
        pk_out=_dot(nucleon, k_out),
        p_out_k=_dot(p_out, neutrino),
        kk=_dot(neutrino, k_out),
        pp=_dot(nucleon, p_out),
        weight=weight / p.size,
        flux_ratio=zone.energy * e / pk,
    )


def _turned(axis: Array, cosine: Array, phi: Array) -> Array:
    """Unit vectors (3, N) at an angle to the axes (3, N)."""
    other = np.where(np.abs(axis[0]) < 0.7, np.array([[1.0], [0.0], [0.0]]), np.array([[0.0], [1.0], [0.0]]))
    first = np.cross(axis, other, axis=0)
    first /= np.sqrt(np.sum(first**2, axis=0))
    second = np.cross(axis, first, axis=0)
    sine = np.sqrt(np.maximum(1 - cosine**2, 0.0))
    return axis * cosine + sine * (first * np.cos(phi) + second * np.sin(phi))


def standard(c: Collisions, mass: float, left: float, right: float) -> Array:
    """|M|^2 / G_F^2 of (V - A gamma5) with left = V + A, right = V - A; p'.k' = p.k."""
    return 16 * (left**2 * c.pk**2 + right**2 * c.pk_out * c.p_out_k - left * right * mass**2 * c.kk)


def vector(c: Collisions, mass: float, mediator: float) -> Array:
    """|M|^2 / g^4 of a vector with unit charges."""
    return standard(c, mass, 1.0, 1.0) / 2 / (2 * c.kk + mediator**2) ** 2


def scalar(c: Collisions, mass: float, mediator: float) -> Array:
    """|M|^2 / Y^4 of a scalar."""
    return 4 * c.kk * (c.pp + mass**2) / (2 * c.kk + mediator**2) ** 2
