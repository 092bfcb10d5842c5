"""The usual quadrature of P0 Eqs. (B1)-(B3): Gauss nodes in emission radius and angle.

An independent, slower way to the luminosity of a star without lapse. It shares the rates with feebly
but no step of the transport, and fails where the mean free path is shorter than the depth of the
outermost node: that is what the validation page shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from feebly import decays
from feebly.environments import StarProfile
from feebly.models import VectorModel
from feebly.rates.balance import rate_table
from feebly.rates.base import RateTable
from feebly.rates.stellar.coalescence import MuonCoalescence, NeutrinoCoalescence
from feebly.rates.stellar.semi_compton import SemiCompton
from feebly.units import ERG, KM, SECOND

Array = NDArray[np.float64]
UNIT = ERG / SECOND


def gauss(low: float, high: float, count: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights."""
    x, weight = np.polynomial.legendre.leggauss(count)
    return low + (high - low) * (x + 1) / 2, (high - low) * weight / 2


def rates(star: StarProfile, model: VectorModel, mass: float, radius: Array, energy: Array) -> RateTable:
    """Emission and absorption (R, W) per unit g^2, with static muons (P0 Eq. B16)."""
    fip = decays.of(model, mass)
    medium = star.sample(radius)
    local = np.broadcast_to(energy, (radius.size, energy.size))
    processes = (NeutrinoCoalescence(), MuonCoalescence(), SemiCompton("nr"))
    reduced = {p.name: p.reduced_absorption(model, fip, medium, local) for p in processes}
    return rate_table(reduced, medium, local)


class NodeQuadrature:
    """L(g) as a sum over nodes of g^2 weight exp(-g^2 depth).

    Parameters
    ----------
    panels : (low, high, nodes) in km for the emission radius.
    angles, energies : numbers of Gauss nodes.
    cells : cells of constant absorption on the way out; 0 leaves the shells of the star.
    """

    def __init__(
        self,
        star: StarProfile,
        model: VectorModel,
        mass: float,
        panels: Sequence[tuple[float, float, int]],
        *,
        angles: int = 32,
        energies: int = 48,
        cells: int = 600,
    ) -> None:
        end = star.neutrinosphere
        y, y_weight = gauss(0.0, 1.0, energies)
        span = 30 * float(star.temperature.max())
        energy, energy_weight = mass + span * y**2, 2 * span * y * y_weight
        k = np.sqrt((energy - mass) * (energy + mass))
        nodes = [gauss(low * KM, high * KM, count) for low, high, count in panels]
        radius, radius_weight = (np.concatenate([pair[n] for pair in nodes]) for n in (0, 1))
        cosine, cosine_weight = gauss(-1.0, 1.0, angles)
        edges = np.unique(
            np.concatenate([np.linspace(0, end, cells + 1) if cells else [0.0, end], star.kinks])
        )
        way = rates(star, model, mass, (edges[1:] + edges[:-1]) / 2, energy)
        per_length = way.absorption * energy / k
        emitted = rates(star, model, mass, radius, energy).production
        depths, weights = [], []
        for r, dr, production in zip(radius, radius_weight, emitted, strict=True):
            b2 = (r * r * (1 - cosine**2))[:, None]
            full = np.diff(np.sqrt(np.maximum(edges**2 - b2, 0)))
            inner = np.diff(np.sqrt(np.maximum(np.minimum(edges, r) ** 2 - b2, 0)))
            path = np.where(cosine[:, None] > 0, full - inner, full + inner)
            depths.append(path @ per_length)
            phase_space = k * energy**2 * production * energy_weight / (2 * np.pi**2)
            weights.append(4 * np.pi * r * r * dr * np.outer(cosine_weight / 2, phase_space))
        self.depth = np.concatenate(depths).ravel()
        self.weight = np.concatenate(weights).ravel() / UNIT

    def luminosity(self, g: float) -> float:
        """L(g) in erg/s."""
        return float(np.sum(self.weight * np.exp(-g * g * self.depth)) * g * g)

    def edges(self, limit: float = 3e52) -> list[float]:
        """Couplings at which L(g) equals the limit in erg/s."""

        def score(log_g: float) -> float:
            return float(np.log(max(self.luminosity(np.exp(log_g)) / limit, 1e-300)))

        grid = np.linspace(np.log(1e-11), np.log(1e-3), 161)
        signs = np.sign([score(x) for x in grid])
        return [
            float(np.exp(brentq(score, grid[n], grid[n + 1], rtol=1e-12)))
            for n in np.flatnonzero(np.diff(signs))
        ]
