"""Hadronic widths of a vector boson: exclusive channels below 2 GeV, the inclusive width above, their join.

Everything that does not depend on the charges is a `HadronTable`; a new vector is a recombination of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray, Mask
from feebly.decays.hadrons import (
    eta_pions,
    four_pions,
    inclusive,
    kaon_pair,
    kaon_pair_pion,
    kaon_pair_pions,
    nucleon_pair,
    pion_pair,
    quarkonia,
    radiative,
    six_pions,
    three_pions,
    vector_pions,
    vector_pseudoscalar,
)
from feebly.decays.hadrons.base import (
    Channel,
    light_charges,
    packed,
    packed_ratio,
    parameters,
    products,
    width,
)
from feebly.decays.hadrons.inclusive import InclusiveRatio, Perturbative, perturbative
from feebly.provenance import Provenance

INCLUSIVE: Final = "hadrons"
JOIN: Final = (1700.0, 2000.0)  # MeV: the exclusive channels hand over to the inclusive width
HIGHEST: Final = 9e4  # MeV: beyond, the Z and W take part
_UNCOUNTED: Final = "hadrons/uncounted.toml"
_PHOTON: Final = 2 / 3  # sum of Q^2 over u, d, s
_FALL: Final = 4  # power of 1/m of what perturbation theory leaves out, as for the first condensates


@cache
def exclusive() -> tuple[Channel, ...]:
    """All exclusive channels, by increasing threshold."""
    found = (
        *radiative.channels(),
        pion_pair.channel(),
        three_pions.channel(),
        *four_pions.channels(),
        *six_pions.channels(),
        *kaon_pair.channels(),
        *kaon_pair_pion.channels(),
        *kaon_pair_pions.channels(),
        *eta_pions.channels(),
        *vector_pions.channels(),
        *vector_pseudoscalar.channels(),
        *nucleon_pair.channels(),
    )
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
    kernel : (C, M, 9) packed kernels, zero where a channel is closed or resolved no longer.
    others : (K, M, 9) packed kernels of the other descriptions of some channels.
    owner : (K,) numbers of the channels that these describe.
    perturbative : the inclusive width.
    weight : (M,) its share, 0 below the join and 1 above it.
    """

    mass: Array
    channels: tuple[Channel, ...]
    kernel: Array
    others: Array
    owner: tuple[int, ...]
    perturbative: Perturbative
    weight: Array

    @property
    def masked(self) -> Mask:
        """(M,) True where narrow quarkonia dominate, which the inclusive width leaves out."""
        return quarkonia.masked(self.mass)

    @property
    def provenance(self) -> Provenance:
        names = tuple(channel.name for channel in self.channels)
        is_missing = bool(np.any((self.mass > parameters(_UNCOUNTED)["opens_mev"]) & (self.weight < 1)))
        return _provenance(names, is_missing, bool(np.any(self.weight > 0)))

    def widths(self, charges: ComplexArray) -> HadronicWidths:
        """Partial widths and errors for quark charges x (6, M) of u, d, s, c, b, t.

        Notes
        -----
        Below the join the exclusive channels S stand alone. Across it the total goes smoothly from their sum
        to the inclusive width P: T = (1 - w) S + w P. The channels keep their widths as far as T allows; what they do
        not explain is the channel ``hadrons``.

        The error of a channel is the error of its data and the largest distance to its other descriptions, in
        quadrature. That of ``hadrons`` is the error of P and the distance of P to the channels, see `_distance`,
        both times w. The error of the sum adds, times 1 - w, the final states that are not counted.
        """
        if not self.channels and not self.weight.any():
            nothing = np.zeros((0, self.mass.size))
            return HadronicWidths((), nothing, nothing, np.zeros(self.mass.size))
        w, c = self.weight, products(light_charges(*(np.asarray(charges[k]) for k in range(3))))
        gamma = width(self.mass, packed_ratio(self.kernel, c))
        error = self._channel_error(gamma, c)
        resolved = gamma.sum(axis=0)
        total = (1 - w) * resolved + w * width(self.mass, self.perturbative.ratio(charges))
        share = np.divide(np.minimum(resolved, total), resolved, out=np.zeros_like(total), where=resolved > 0)
        rest = np.maximum(total - share * resolved, 0.0)
        beyond = np.hypot(self.perturbative.uncertainty(charges), self._distance(charges, c))
        rest_error = w * width(self.mass, beyond)
        missing = (1 - w) * width(self.mass, _uncounted(self.mass, charges))
        return HadronicWidths(
            channels=(*(channel.name for channel in self.channels), INCLUSIVE),
            gamma=np.concatenate([gamma * share, rest[None]]),
            error=np.concatenate([error * share, rest_error[None]]),
            total_error=np.sqrt((((1 - w) * error) ** 2).sum(axis=0) + rest_error**2 + missing**2),
        )

    def _channel_error(self, gamma: Array, c: Array) -> Array:
        """Errors (C, M) of the channels from their data and their other descriptions."""
        spread = np.zeros_like(gamma)
        for number, other in zip(self.owner, width(self.mass, packed_ratio(self.others, c)), strict=True):
            spread[number] = np.maximum(spread[number], np.abs(other - gamma[number]))
        relative = np.array([channel.uncertainty for channel in self.channels]).reshape(-1, 1)
        return np.asarray(np.hypot(relative * gamma, spread))

    def _distance(self, charges: ComplexArray, c: Array) -> Array:
        """Distance (M,) in R between the channels, uncounted ones included, and the inclusive width.

        Perturbation theory is tested by the photon. For other currents its distance to the channels at the end
        of the join is all that is known, and is carried on as 1 / m^4.
        """
        found = np.zeros(self.mass.size)
        if not self.weight.any():
            return found
        inside = self.mass < JOIN[1]
        known = packed_ratio(self.kernel.sum(axis=0), c) + _uncounted(self.mass, charges)
        found[inside] = np.abs(known - self.perturbative.ratio(charges))[inside]
        kernel, central = _end_of_join()
        there = charges[:, ~inside]
        known = packed_ratio(kernel, c[~inside]) + _uncounted(np.full(there.shape[1], JOIN[1]), there)
        fall = (JOIN[1] / self.mass[~inside]) ** _FALL
        found[~inside] = np.abs(known - central.ratio(there.T)) * fall
        return found


@cache
def _end_of_join() -> tuple[Array, InclusiveRatio]:
    """Packed kernel (9,) of all channels and the inclusive ratio of the light quarks at the end of the join."""
    mass = np.array([JOIN[1]])
    return np.sum([packed(channel.kernel(mass))[0] for channel in exclusive()], axis=0), inclusive.inclusive(
        mass
    )


def hadron_table(mass: Array, *, with_errors: bool = True) -> HadronTable:
    """Kernels of all hadronic channels at the masses (M,) [MeV].

    Without errors the other descriptions of the channels and the variants of the inclusive width are left out.

    >>> table = hadron_table(np.array([500.0]))
    >>> table.channels[0].name
    'pi0 gamma'
    """
    is_open = {channel.name: (mass > channel.opens) & (mass < JOIN[1]) for channel in exclusive()}
    channels = tuple(channel for channel in exclusive() if is_open[channel.name].any())
    kernel = np.zeros((len(channels), mass.size, 9))
    others, owner = [], []
    for number, channel in enumerate(channels):
        where = is_open[channel.name]
        kernel[number, where] = packed(channel.kernel(mass[where]))
        for other in (channel.alternative, channel.assigned):
            if with_errors and other is not None:
                described = np.zeros((mass.size, 9))
                described[where] = packed(other(mass[where]))
                others.append(described)
                owner.append(number)
    stacked = np.array(others).reshape(len(others), mass.size, 9)
    weight = _handover(mass)
    above = perturbative(mass, weight > 0, with_variants=with_errors)
    return HadronTable(mass, channels, kernel, stacked, tuple(owner), above, weight)


def no_hadrons(mass: Array) -> HadronTable:
    """The empty table at the masses (M,) [MeV]."""
    nothing = np.zeros((0, mass.size, 9))
    zero = np.zeros(mass.size)
    return HadronTable(mass, (), nothing, nothing, (), perturbative(mass, zero > 0), zero)


@cache
def _provenance(names: tuple[str, ...], is_missing: bool, is_inclusive: bool) -> Provenance:
    """Sources, data and omissions behind the channels of these names."""
    found = _uncounted_provenance() if names and is_missing else Provenance()
    for channel in exclusive():
        if channel.name in names:
            found = found | channel.provenance
    return found | inclusive.provenance() if is_inclusive else found


def _uncounted_provenance() -> Provenance:
    data = parameters(_UNCOUNTED)
    states = ", ".join(state["name"] for state in (*data["state"], *data.get("unmeasured", ())))
    text = f"final states counted in the theory error only: {states}"
    return embedded.load(_UNCOUNTED).provenance | Provenance(omitted=frozenset({text}))


def _uncounted(mass: Array, charges: ComplexArray) -> Array:
    """R (M,) of measured final states that are not among the channels, in proportion to light charges squared."""
    data = parameters(_UNCOUNTED)
    reach = np.maximum(mass - data["opens_mev"], 0.0) / (data["scale_mev"] - data["opens_mev"])
    strength = (np.abs(charges[:3]) ** 2).sum(axis=0) / _PHOTON
    return np.asarray(data["ratio_at_scale"] * reach ** data["power"] * strength)


def _handover(mass: Array) -> Array:
    """Weight of the inclusive width: a smooth step over the join."""
    x = np.clip((mass - JOIN[0]) / (JOIN[1] - JOIN[0]), 0.0, 1.0)
    return np.asarray(x**2 * (3 - 2 * x))
