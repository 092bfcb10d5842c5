"""Hadronic widths of a vector boson: exclusive channels below 2 GeV, the inclusive width above, their join.

Everything that does not depend on the charges is a `HadronTable`; a new vector is a recombination of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from feebly.arrays import Array, ComplexArray, Mask
from feebly.decays.hadrons import pion_pair
from feebly.decays.hadrons.base import Channel, light_charges, ratio, width
from feebly.provenance import Provenance

INCLUSIVE: Final = "hadrons"
JOIN: Final = (1700.0, 2000.0)  # MeV: the exclusive channels hand over to the inclusive width


@cache
def exclusive() -> tuple[Channel, ...]:
    """All exclusive channels, by increasing threshold."""
    found = (pion_pair.channel(),)
    return tuple(sorted(found, key=lambda channel: channel.opens))


@dataclass(frozen=True, slots=True, eq=False)
class HadronicWidths:
    """Hadronic partial widths (C, M) and their theory errors (C, M), per unit g^2 [MeV].

    `total_error` (M,) is the error of the sum.
    """

    channels: tuple[str, ...]
    gamma: Array
    error: Array
    total_error: Array


@dataclass(frozen=True, slots=True, eq=False)
class HadronTable:
    """What does not depend on the charges, at masses (M,) [MeV].

    Parameters
    ----------
    mass : (M,) MeV.
    channels : (C,) exclusive channels open at some of the masses.
    kernel, alternative : (C, M, 3, 3), zero where a channel is closed or resolved no longer.
    inclusive : the perturbative width, and `weight` (M,), 0 below the join and 1 above it.
    """

    mass: Array
    channels: tuple[Channel, ...]
    kernel: ComplexArray
    alternative: ComplexArray
    inclusive: object
    weight: Array

    @property
    def masked(self) -> Mask:
        """(M,) True where narrow quarkonia dominate, which the inclusive width leaves out."""
        return np.zeros(self.mass.size, dtype=bool)

    @property
    def provenance(self) -> Provenance:
        found = Provenance()
        for channel in self.channels:
            found = found | channel.provenance
        if self.channels:
            pass
        if np.any(self.weight > 0):
            pass
        return found

    def widths(self, charges: ComplexArray) -> HadronicWidths:
        """Partial widths and errors for quark charges x (6, M) of u, d, s, c, b, t.

        Notes
        -----
        Below the join the exclusive channels S stand alone. Across it the total goes smoothly from their sum
        to the inclusive width P: T = (1 - w) S + w P. The channels keep their widths as far as T allows; what they do
        not explain is the channel ``hadrons``. The error of a channel is the error of its data and half the
        distance to its alternative description, in quadrature; that of the sum adds w (1 - w) |S - P| and the
        final states that are not counted.
        """
        c = light_charges(*(np.asarray(charges[k]) for k in range(3)))
        gamma = width(self.mass, ratio(self.kernel, c))
        other = width(self.mass, ratio(self.alternative, c))
        relative = np.array([channel.uncertainty for channel in self.channels]).reshape(-1, 1)
        error = np.hypot(relative * gamma, (gamma - other) / 2)
        resolved = gamma.sum(axis=0)
        inclusive, inclusive_error = np.zeros(self.mass.size), np.zeros(self.mass.size)
        total = (1 - self.weight) * resolved + self.weight * inclusive
        share = np.divide(np.minimum(resolved, total), resolved, out=np.zeros_like(total), where=resolved > 0)
        gamma, error = gamma * share, error * share
        rest = np.maximum(total - gamma.sum(axis=0), 0.0)
        join = 2 * self.weight * (1 - self.weight) * np.abs(resolved - inclusive)
        rest_error = np.hypot(self.weight * inclusive_error, join)
        missing = (1 - self.weight) * 0.0 * resolved
        return HadronicWidths(
            channels=(*(channel.name for channel in self.channels), INCLUSIVE),
            gamma=np.concatenate([gamma, rest[None]]),
            error=np.concatenate([error, rest_error[None]]),
            total_error=np.sqrt(
                np.sum(((1 - self.weight) * error) ** 2, axis=0) + rest_error**2 + missing**2
            ),
        )


def hadron_table(mass: Array) -> HadronTable:
    """Kernels of all hadronic channels at the masses (M,) [MeV].

    >>> table = hadron_table(np.array([500.0]))
    >>> table.channels[0].name
    'pi0 gamma'
    """
    is_open = {
        channel.name: (mass > channel.opens) & (mass < JOIN[1]) for channel in exclusive()
    }
    channels = tuple(channel for channel in exclusive() if is_open[channel.name].any())
    kernel = np.zeros((len(channels), mass.size, 3, 3), dtype=complex)
    alternative = np.zeros_like(kernel)
    for number, channel in enumerate(channels):
        where = is_open[channel.name]
        kernel[number, where] = channel.kernel(mass[where])
        second = channel.alternative
        alternative[number, where] = kernel[number, where] if second is None else second(mass[where])
    return HadronTable(mass, channels, kernel, alternative, None, _handover(mass))


def _handover(mass: Array) -> Array:
    """Weight of the inclusive width: a smooth step over the join."""
    x = np.clip((mass - JOIN[0]) / (JOIN[1] - JOIN[0]), 0.0, 1.0)
    return np.asarray(x**2 * (3 - 2 * x))
