"""Rates of heavy neutral leptons of one mass in one star, tabulated: a hundred states a second are too slow for scans.

Absorption of each reaction is smooth in radius and energy, and its logarithm is interpolated. Production follows from it by
detailed balance, Gamma_prod = Gamma_abs exp(c(r) - E/T), with c from the potentials at the same radii.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.environments import Medium, StarProfile
from feebly.models.base import SterileMixing
from feebly.rates.stellar.hnl_production import HnlProduction
from feebly.rates.stellar.state_rates import StateRates

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

_RADII: Final = 20  # nodes from centre to surface, shared among the smooth pieces of a star
_FEWEST: Final = 5  # nodes of a piece
_ENERGIES: Final = 20
_KEPT: Final = 512  # tables of 50 kB
_FLAT: Final = 1e-12
_STEEP: Final = 5.0  # a logarithm that changes more between two nodes
_CLOSED: Final = 1e-14  # of the largest rate; less than that is none


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A smooth piece of a star between two radii, with its medium at some of them; one if it is homogeneous."""

    low: float
    high: float
    medium: Medium


@dataclass(frozen=True, slots=True)
class _Job:
    """What a table is of: equal jobs have equal tables."""

    process: HnlProduction
    model: str
    matter: str
    mass: float
    top: float
    given: tuple[SterileMixing, tuple[_Piece, ...]] = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class HnlTable:
    """Logarithms of rates at nodes, for one mass.

    Parameters
    ----------
    energy_node : (E,) in y = [(energy - mass) / (top - mass)]^(1/2).
    absorption : reaction -> for each piece (R, E), ln(Gamma_abs).
    balance : reaction -> for each piece (R,), ln(Gamma_prod / Gamma_abs) + E/T.
    """

    mass: float
    top: float
    pieces: tuple[_Piece, ...]
    energy_node: Array
    absorption: Mapping[str, tuple[Array, ...]]
    balance: Mapping[str, tuple[Array, ...]]

    def at(self, medium: Medium, interval: NDArray[np.intp], energy: Array) -> dict[str, StateRates]:
        """Rates (K, W) of each reaction at the knots of a star and the local energies (K, W).

        Parameters
        ----------
        medium : of the star of the table, at knots (K,); a knot that stands twice belongs to the piece on either side.
        interval : (M,) knot below each interval of non-zero width.
        """
        piece = self._piece(medium.radius, interval)
        y = np.sqrt(np.maximum(energy - self.mass, 0.0) / (self.top - self.mass))
        found = {}
        for name in self.absorption:
            absorption, balance = np.zeros_like(energy), np.zeros(medium.radius.size)
            for number, one in enumerate(self.pieces):
                here = np.flatnonzero(piece == number)
                nodes, radius = one.medium.radius, medium.radius[here]
                logs = _along(nodes, self.absorption[name][number], radius)
                absorption[here] = np.exp(_apart(self.energy_node, logs, y[here]))
                balance[here] = _along(nodes, self.balance[name][number], radius)
            production = absorption * np.exp(balance[:, None] - energy / medium.temperature[:, None])
            found[name] = StateRates(production, absorption, production + absorption)
        return found

    def _piece(self, radius: Array, interval: NDArray[np.intp]) -> NDArray[np.intp]:
        """Piece (K,) of each knot."""
        highs = np.array([piece.high for piece in self.pieces])
        middle = (radius[interval] + radius[interval + 1]) / 2
        of_interval = np.minimum(np.searchsorted(highs, middle), highs.size - 1)
        found = np.zeros(radius.size, dtype=np.intp)
        found[interval + 1] = of_interval
        found[interval] = of_interval
        return found


def tabulated(
    process: HnlProduction,
    model: SterileMixing,
    fingerprint: str,
    mass: float,
    star: StarProfile,
    *,
    r_max: float,
    top: float,
) -> HnlTable:
    """Table of the rates per unit |U|^2 out to r_max [MeV^-1] and up to local energies `top` [MeV].

    The last tables are kept: equal stars, models and masses share them.

    Parameters
    ----------
    fingerprint : of the model.
    mass : of N, MeV.

    Notes
    -----
    Error of the luminosity below 1e-3 on the built-in stars.
    """
    pieces = tuple(_pieces(star, r_max))
    matter = hashlib.sha256()
    for piece in pieces:
        table = piece.medium
        matter.update(np.array([piece.low, piece.high]).tobytes())
        for columns in (table.potential, table.density, table.mass_eff, {"T": table.temperature}):
            for name, values in sorted(columns.items()):
                matter.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return _table(_Job(process, fingerprint, matter.hexdigest(), mass, top, (model, pieces)))


@lru_cache(maxsize=_KEPT)
def _table(job: _Job) -> HnlTable:
    model, pieces = job.given
    node = (1 - np.cos(np.pi * np.arange(_ENERGIES) / (_ENERGIES - 1))) / 2
    node[0] = node[1] / 10  # N at rest has no direction to be integrated over
    energy = job.mass + (job.top - job.mass) * node**2
    absorption: dict[str, list[Array]] = {}
    balance: dict[str, list[Array]] = {}
    for piece in pieces:
        states = np.repeat(energy[None, :], piece.medium.radius.size, axis=0)
        for name, rates in job.process.rates(model, job.mass, piece.medium, states).items():
            absorbed, made = rates.absorption, rates.production
            least = max(_CLOSED * float(absorbed.max()), np.finfo(float).tiny)
            absorption.setdefault(name, []).append(np.log(np.maximum(absorbed, least)))
            balance.setdefault(name, []).append(_balance(absorbed, made, states, piece.medium.temperature))
    return HnlTable(
        mass=job.mass,
        top=job.top,
        pieces=pieces,
        energy_node=node,
        absorption={name: tuple(logs) for name, logs in absorption.items()},
        balance={name: tuple(logs) for name, logs in balance.items()},
    )


def _balance(absorbed: Array, made: Array, energy: Array, temperature: Array) -> Array:
    """ln(Gamma_prod / Gamma_abs) + E/T (R,), where both are largest together; they do not depend on the energy."""
    both = np.where(made > 0, absorbed, 0.0)
    best = np.argmax(both, axis=1)[:, None]
    a, p, e = (np.take_along_axis(values, best, axis=1)[:, 0] for values in (absorbed, made, energy))
    return np.asarray(
        np.log(np.maximum(p, np.finfo(float).tiny))
        - np.log(np.maximum(a, np.finfo(float).tiny))
        + e / temperature
    )


def _pieces(star: StarProfile, r_max: float) -> list[_Piece]:
    """The smooth pieces of a star out to r_max, with nodes crowded at both ends."""
    edges = [0.0, *star.kinks[star.kinks < r_max * (1 - 1e-9)].tolist(), r_max]
    found = []
    for low, high in pairwise(edges):
        count = max(_FEWEST, round(_RADII * (high - low) / r_max))
        share = (1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2
        medium = star.sample(low + (high - low) * share, panel=(low, high))
        columns = [
            medium.temperature,
            *medium.potential.values(),
            *medium.density.values(),
            *medium.mass_eff.values(),
        ]
        if all(np.ptp(values) <= _FLAT * np.abs(values).max() for values in columns):
            medium = medium.at(slice(0, 1))
        found.append(_Piece(low, high, medium))
    return found


def _along(node: Array, values: Array, at: Array) -> Array:
    """Values (R, ...) at nodes (R,) interpolated to (N, ...); constant for a single node."""
    if node.size == 1:
        return np.repeat(values, at.size, axis=0)
    return np.asarray(_curve(node, values)(np.clip(at, node[0], node[-1])))


def _apart(node: Array, values: Array, at: Array) -> Array:
    """Rows of values (K, E) at nodes (E,), each interpolated to points of its own (K, W)."""
    curve = _curve(node, values.T)
    inside = np.clip(at, node[0], node[-1])
    below = np.clip(np.searchsorted(node, inside, side="right") - 1, 0, node.size - 2)
    step = inside - node[below]
    row = np.arange(values.shape[0])[:, None]
    found = np.zeros_like(at)
    for coefficients in curve.c:
        found = found * step + coefficients[below, row]
    return found


def _curve(node: Array, values: Array) -> PPoly:
    """Cubic spline along the first axis; monotone cubics where a reaction closes, which do not ring."""
    from scipy.interpolate import CubicSpline, PchipInterpolator

    steps = np.diff(values, axis=0)
    if np.abs(steps).max() > _STEEP:
        return PchipInterpolator(node, values, axis=0)
    return CubicSpline(node, values, axis=0)
