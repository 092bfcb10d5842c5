"""Phase space of neutrino scattering on nucleons in homogeneous matter, kept as a function of t = q^2.

The nodes are momentum transfers q^mu = (q0, q); on each stand the moments <a^j> of a = p.k over the nucleons, and over
the neutrino energies if these are averaged. With the distance of a level from the lowest one allowed,

    E_N + q0/2 = U,   E - q0/2 = V,   s^2 = 1 + 4 m^2/(-t),   sigma = 1 - q0^2/q^2,
    a = sigma {V U + q^2/4 + [(V^2 - q^2/4) (U^2 - s^2 q^2/4)]^(1/2) cos phi},   U >= s q/2,   V >= q/2,

so that both sums are moments of Fermi functions, in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.math.blocked import blocked_moments, blocked_nodes, complete_fermi
from feebly.math.fermi import fermi
from feebly.math.quadrature import gauss, panels

Flux = Literal["ee", "pk"]
_SLOPES, _MOMENTA, _THERMAL_MOMENTA = 64, 48, 64  # nodes: relative error below 1e-4
_LEAST: Final = 1e-5  # momentum transfer, MeV
_LOSS: Final = 60.0  # largest energy from the matter, in units of T
_TAIL: Final = 40.0  # thermal energies end here
_INNER: Final = 16  # levels of each particle where the average over them has no closed form
_NARROW: Final = 1.5
_FLAT: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Matter:
    """Nucleons of one zone: temperature, mass and the effective potentials (2,) of n and p, MeV."""

    temperature: float
    mass: float
    potential: Array


@dataclass(frozen=True, slots=True)
class Neutrino:
    """The incoming neutrino: one energy, or thermal energies f E^2 with the potential `spread` [MeV].

    `blocking` is the chemical potential of the neutrinos that fill the final states, MeV.
    """

    energy: float
    blocking: float
    spread: float | None = None


@dataclass(frozen=True, slots=True)
class _Transfer:
    """Nodes of the momentum transfer, (X, Y)."""

    slope: Array  # q0 / q
    timelike: Array  # sigma = 1 - slope^2
    momentum: Array  # q
    weight: Array  # of dq0 dq

    @property
    def energy(self) -> Array:
        return self.slope * self.momentum

    @property
    def square(self) -> Array:
        return -self.timelike * self.momentum**2


def _transfers(matter: Matter, neutrino: Neutrino) -> _Transfer:
    """Nodes in q0/q and ln q.

    The nodes in q0/q gather at the light cone, where t is small and mediators are close to their shell, and at
    the centre, where recoils off slow nucleons are.
    """
    top, momenta = neutrino.energy, _MOMENTA
    if neutrino.spread is not None:
        top, momenta = max(neutrino.spread, 0.0) + _TAIL * matter.temperature, _THERMAL_MOMENTA
    y, weight = gauss(-1.0, 1.0, _SLOPES)
    kinetic = matter.temperature + max(float(matter.potential.max()) - matter.mass, 0.0)
    pinch = np.arccosh(max(1 / (_NARROW * np.sqrt(kinetic / matter.mass)), 1 + _FLAT**2))
    g = np.sinh(pinch * y) / np.sinh(pinch)
    # 1 - g without cancellation; y is symmetric
    gap = 2 * np.cosh(pinch * (1 + y) / 2) * np.sinh(pinch * (1 - y) / 2) / np.sinh(pinch)
    rise = gap[::-1]
    below, above = gap**2 * (2 + g) / 2, rise**2 * (2 - g) / 2  # 1 -+ x with x = (3 g - g^3)/2
    weight = weight * pinch * np.cosh(pinch * y) / np.sinh(pinch) * 1.5 * gap * rise
    largest = np.minimum(2 * top / above, 2 * top + _LOSS * matter.temperature)
    share, step = gauss(0.0, 1.0, momenta)
    decades = np.log(largest / _LEAST)[:, None]
    q = _LEAST * np.exp(share * decades)
    return _Transfer(
        slope=(g * (3 - g * g) / 2)[:, None],
        timelike=(below * above)[:, None],
        momentum=q,
        weight=weight[:, None] * step * decades * q**2,
    )


def in_medium(matter: Matter, neutrino: Neutrino, flux: Flux) -> tuple[Array, Array]:
    """Nodes t (Q,) [MeV^2] and weights (2, 3, Q): 1/lambda = sum_q (c_0 w_0 + c_1 w_1 + c_2 w_2) for n and p [MeV].

    Parameters
    ----------
    flux : "ee" for |M|^2/(4 E E_N), the cross-section times the Moeller velocity; "pk" for |M|^2/(4 p.k).

    Notes
    -----
    1/lambda = 1/(8 (2 pi)^3 E^2) int dq0 dq [1 - f_nu(E - q0)] int dE_N f_N(E_N) [1 - f_N(E_N + q0)] <|M|^2>_phi,
    averaged with f_nu E^2 for thermal energies.
    Source: cerdeno-medium-effects, Eq. (19); cerdeno-burst-duration, Eqs. (7)-(9). Differs from them: uniform in
    the azimuth of p about q instead of that of k' (a Jacobian is missing there, and their equation for theta_12 has no
    solution in part of the range); flux "ee" in place of the 4 p.k of the first.
    Valid for: free nucleons of effective mass, no correlations; mediators heavier than 1 keV to 1e-3.
    """
    q = _transfers(matter, neutrino)
    v = _neutrino_moments(q, neutrino, matter.temperature)
    weights = []
    for potential in matter.potential:
        u = _nucleon_moments(q, matter, potential)
        if flux == "ee":
            moments = _product_moments(q, u, v, matter.mass)
        else:
            inverse = _inverse_moment(q, matter, potential, neutrino)
            moments = _flux_moments(q, u, v, inverse)
        weights.append(q.weight / (8 * (2 * np.pi) ** 3) * moments)
    return q.square.ravel(), np.stack(weights).reshape(2, 3, -1)


def _shifted(moments: Array, scale: float, offset: Array) -> Array:
    """Moments (3, ...) of offset + scale * v from those of v, times scale."""
    zeroth, first, second = moments * np.array([scale, scale**2, scale**3]).reshape(3, 1, 1)
    return np.stack([zeroth, first + offset * zeroth, second + 2 * offset * first + offset**2 * zeroth])


def _spacelike(q: _Transfer, mass: float) -> Array:
    """s q = (q^2 + 4 m^2/sigma)^(1/2): twice the smallest U."""
    return np.sqrt(q.momentum**2 + 4 * mass**2 / q.timelike)


def _nucleon_moments(q: _Transfer, matter: Matter, potential: float) -> Array:
    """int dE_N f_N (1 - f_N') U^j (3, X, Y)."""
    t, lowest = matter.temperature, _spacelike(q, matter.mass) / 2
    start = (lowest - q.energy / 2 - potential) / t
    return _shifted(blocked_moments(start, q.energy / t), t, lowest)


def _neutrino_moments(q: _Transfer, neutrino: Neutrino, temperature: float) -> Array:
    """(1 - f_nu') V^j/E^2 (3, X, Y), or their thermal average."""
    if neutrino.spread is None:
        v = neutrino.energy - q.energy / 2
        free = fermi((neutrino.blocking - neutrino.energy + q.energy) / temperature) / neutrino.energy**2
        return np.stack([free, free * v, free * v**2])
    start = (q.momentum + q.energy) / 2 - neutrino.spread
    step = neutrino.spread - neutrino.blocking - q.energy
    moments = blocked_moments(start / temperature, step / temperature)
    return _shifted(moments, temperature, q.momentum / 2) / _norm(neutrino.spread, temperature)


def _norm(spread: float, temperature: float) -> float:
    """int dE E^2 f(E) [MeV^3]."""
    return float(2 * temperature**3 * complete_fermi(spread / temperature)[2])


def _product_moments(q: _Transfer, u: Array, v: Array, mass: float) -> Array:
    """Moments <a^j> (3, X, Y) over the azimuth and both energies."""
    quarter = q.momentum**2 / 4
    sides = (u[2] - (quarter + mass**2 / q.timelike) * u[0]) * (v[2] - quarter * v[0]) / 2
    square = u[2] * v[2] + 2 * quarter * u[1] * v[1] + quarter**2 * u[0] * v[0] + sides
    return np.stack([u[0] * v[0], q.timelike * (u[1] * v[1] + quarter * u[0] * v[0]), q.timelike**2 * square])


def _flux_moments(q: _Transfer, u: Array, v: Array, inverse: Array) -> Array:
    """Moments <a^(j-1) E E_N> (3, X, Y), with that of j = 0 given."""
    half = q.energy / 2
    nucleon, neutrino = u[1] - half * u[0], v[1] + half * v[0]  # E_N and E
    both = (u[2] - half * u[1]) * (v[2] + half * v[1])
    mean = q.timelike * (both + q.momentum**2 / 4 * nucleon * neutrino)
    return np.stack([inverse, nucleon * neutrino, mean])


def _inverse_moment(q: _Transfer, matter: Matter, potential: float, neutrino: Neutrino) -> Array:
    """Moment <E E_N/a> (X, Y), by a rule over the levels.

    <1/a> = 1/{sigma (q/2) [(U + V)^2 + (s^2 - 1) (V^2 - q^2/4)]^(1/2)}.
    """
    t, lowest = matter.temperature, _spacelike(q, matter.mass) / 2
    start = (lowest - q.energy / 2 - potential) / t
    u, u_weight = blocked_nodes(start, q.energy / t, _INNER)
    u, u_weight = (lowest[..., None] + t * u)[..., None], (t * u_weight)[..., None]
    v, v_weight = _neutrino_nodes(q, neutrino, t)
    half, quarter = (q.energy / 2)[..., None, None], (q.momentum**2 / 4)[..., None, None]
    recoil = (4 * matter.mass**2 / -q.square)[..., None, None]
    root = np.sqrt((u + v) ** 2 + recoil * np.maximum(v**2 - quarter, 0.0))
    sums = np.sum(u_weight * v_weight * (u - half) * (v + half) / root, axis=(-2, -1))
    return np.asarray(sums / (q.timelike * q.momentum / 2))


def _neutrino_nodes(q: _Transfer, neutrino: Neutrino, temperature: float) -> tuple[Array, Array]:
    """V and weights (X, Y, 1, J): one level, or thermal ones."""
    if neutrino.spread is None:
        free, first, _ = _neutrino_moments(q, neutrino, temperature)
        v = np.divide(first, free, out=np.ones_like(free), where=free > 0)
        return v[..., None, None], free[..., None, None]
    start = (q.momentum + q.energy) / 2 - neutrino.spread
    step = neutrino.spread - neutrino.blocking - q.energy
    v, weight = blocked_nodes(start / temperature, step / temperature, _INNER)
    v = q.momentum[..., None] / 2 + temperature * v
    return v[..., None, :], (temperature * weight / _norm(neutrino.spread, temperature))[..., None, :]


def without_blocking(matter: Matter, energy: float, vacuum_mass: float, flux: Flux) -> tuple[Array, Array]:
    """As `in_medium` at one energy for free final states and nucleons of the vacuum mass.

    Only the number of nucleons knows the medium: f_N at E* = (p^2 + m*^2)^(1/2).

    Notes
    -----
    1/lambda_0 = 1/(128 pi^3 E^2) int dy D(y) int_{t_1}^0 dt |M|^2(a, t), with a = m E exp(y),
    D(y) = int_{m cosh y}^inf dE_N f_N(E*) {1 if "ee", E_N exp(-y)/m if "pk"}, t_1 = -4 a^2/(m^2 + 2 a).
    Source: cerdeno-medium-effects, Sec. IV (lambda_k^0, described in words). Differs from it: written in a and t.
    Valid for: as `in_medium`.
    """
    edges = _rapidity_edges(matter, vacuum_mass)
    half, half_weight = panels(edges, _INNER)
    y, weight = np.concatenate([-half[::-1], half]), np.concatenate([half_weight[::-1], half_weight])
    share, step = gauss(0.0, 1.0, _MOMENTA)
    a = vacuum_mass * energy * np.exp(y)
    decades = np.log(4 * a**2 / (vacuum_mass**2 + 2 * a) / _LEAST**2)[:, None]
    t = -(_LEAST**2) * np.exp(share * decades)
    nodes = -t * step * decades * weight[:, None] / (128 * np.pi**3 * energy**2)
    powers = np.stack([np.ones_like(t), a[:, None] * np.ones_like(t), a[:, None] ** 2 * np.ones_like(t)])
    weights = [
        _levels_above(y, edges, matter, potential, vacuum_mass, flux)[:, None] * nodes * powers
        for potential in matter.potential
    ]
    return t.ravel(), np.stack(weights).reshape(2, 3, -1)


def _rapidity_edges(matter: Matter, mass: float) -> Array:
    """Panels (P + 1,) of the nucleon rapidity that follow both Fermi surfaces."""
    steps = np.array([-8.0, -2.0, 2.0, 8.0, _TAIL])
    levels = (matter.potential[:, None] + matter.temperature * steps).ravel()
    levels = np.append(levels, matter.mass + matter.temperature * steps[2:])
    momentum = np.sqrt(np.maximum(levels**2 - matter.mass**2, 0.0) * (levels > matter.mass))
    return np.sort(np.append(np.arcsinh(momentum / mass), 0.0))


def _levels_above(y: Array, edges: Array, matter: Matter, potential: float, mass: float, flux: Flux) -> Array:
    """D (Y,) of `without_blocking` [MeV]."""
    eta, weight = panels(np.maximum(edges, np.abs(y)[:, None]), _INNER)
    momentum = mass * np.sinh(eta)
    level = np.sqrt(momentum**2 + matter.mass**2)
    if flux == "pk":
        weight = weight * np.cosh(eta) * np.exp(-y)[:, None]
    return np.asarray(np.sum(weight * momentum * fermi((level - potential) / matter.temperature), axis=-1))
