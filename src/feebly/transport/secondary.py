"""Neutrinos at the Earth from decays of particles that left a star, for any coupling.

Particles that decay outside the neutrinosphere give neutrinos that nothing holds back. Each arrives later
than light by a time that depends on its energy alone, and converts by where it was born. With the spectrum of
the decay tabulated, a scan over couplings is a product of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, Mask
from feebly.decays import Fip
from feebly.decays.spectra import FLAVOURS, DecaySpectrum, lines_in_flight
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance, sources
from feebly.transport.conversion import Conversion
from feebly.transport.in_flight import decay_length

SOURCES: Final = sources(
    ("akita-high-energy-neutrinos", "Eqs. (26), (34)-(36)"), ("blinov-lmu-ltau", "Eqs. (10)-(12)")
)
_SHORTEST: Final = 1e-200  # MeV^-1
_SMALL: Final = 1e-5


class ParentSpectrum(Protocol):
    """Particles that leave a star, such as `ballistic.Emission` with its energies kept apart."""

    @property
    def power(self) -> int: ...
    @property
    def energy(self) -> Array: ...
    @property
    def weight(self) -> Array: ...
    @property
    def provenance(self) -> Provenance: ...
    def spectrum(self, scale: ArrayLike) -> Array: ...


@dataclass(frozen=True, slots=True)
class Observation:
    """From where and for how long one looks (units MeV^n).

    Parameters
    ----------
    distance : of the star, MeV^-1.
    window : after light of the moment of emission, MeV^-1; infinite if everything that comes later counts too. For a
        snapshot at t, the time of observation less t.

    Raises
    ------
    InvalidValueError
        unless both are positive.
    """

    distance: float
    window: float = np.inf

    def __post_init__(self) -> None:
        if not (self.distance > 0 and np.isfinite(self.distance) and self.window > 0):
            raise InvalidValueError(
                f"The distance and the time window must be positive; they are {self.distance:g} and {self.window:g} "
                "MeV^-1."
            )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fluence:
    """Neutrinos per area at the Earth (units MeV^n).

    Parameters
    ----------
    scale : (G,) couplings.
    edges : (N + 1,) of the bins of energy, MeV.
    value : (G, 6, N) neutrinos per area in each bin, MeV^2, in the order of `flavours`.
    """

    scale: Array
    edges: Array
    value: Array
    flavours: tuple[str, ...] = FLAVOURS
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def per_energy(self) -> Array:
        """Mean fluence per energy in each bin (G, 6, N) [MeV]."""
        return np.asarray(self.value / np.diff(self.edges))

    def of(self, flavour: str) -> Array:
        """Fluence of one flavour (G, N) [MeV^2]."""
        return np.asarray(self.value[:, self.flavours.index(flavour)])


def in_time(window: float, energy: ArrayLike, rest_energy: float, lifetime: ArrayLike) -> Array:
    """Share of the neutrinos of an energy (...) that arrive within a time after light.

    Parameters
    ----------
    window : MeV^-1.
    energy : of the neutrino, MeV.
    rest_energy : its energy in the rest frame of the parent, MeV; half the mass for two massless products.
    lifetime : of the parent at rest (...), MeV^-1.

    Notes
    -----
    A parent of age t (in the frame of the star) has flown v t when it decays, and the neutrino leaves at an angle
    theta to its path: it is late by t (1 - v cos theta) = t omega / (gamma E), omega the energy at rest. t is
    exponential with mean gamma tau, so at given E the delay is exponential with mean tau omega / E, whatever the
    energy of the parent: 1 - exp(-E window / (omega tau)).
    Source: akita-high-energy-neutrinos, Eqs. (34), (39), (50). Differs from it: nothing; derived anew.
    Valid for: decays much closer than the Earth; isotropic decays, also to three bodies at given omega.

    Examples
    --------
    >>> round(float(in_time(10.0, 50.0, 50.0, 10.0)), 6)
    0.632121
    """
    ratio = np.asarray(energy, dtype=float) / rest_energy
    return np.asarray(-np.expm1(-ratio * window / np.asarray(lifetime, dtype=float)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Born:
    """Neutrinos of decays before their conversion, at the couplings (G,).

    seen : (G, S, N) in each shape and bin, that arrive in time; outside : (G, W) parents that decay outside the
        neutrinosphere; length : (G, W) their decay lengths, MeV^-1.
    """

    scale: Array
    seen: Array
    outside: Array
    length: Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecondaryNeutrinos:
    """Secondary neutrinos of one particle from one star, for any coupling (units MeV^n).

    Parameters
    ----------
    parents : emission of the star per time, energies (W,) at infinity.
    duration : of the emission, MeV^-1.
    length : (W,) decay lengths l per unit scale**-power, MeV^-1.
    neutrinosphere : only decays outside count, MeV^-1.
    edges : (N + 1,) bins of the energy of the neutrinos, MeV.
    shape : (W, S, N) neutrinos of a decay in each bin, in spectra of different shape.
    share : (S, 6) how much of each shape is in each flavour.
    delay : (S, N) way within which decays are seen in time, in units of l, per unit scale**power.
    behind : (W, S, N) whether decays would be seen in time even from behind the Earth; empty if none would.
    conversion : at the N energies of the bins.
    distance : of the star, MeV^-1.

    Notes
    -----
    F_b(E) = t/(4 pi D^2) int dW d2N/dWdt sum_a dn_a/dE(W, E) [exp(-r_nu/l) P_ab(E, l) - exp(-d/l) P_ab(E, far)],
    l(W) = gamma v tau, d = min(D, T gamma v E/omega) the way within which decays are seen in the time T.
    Source: akita-high-energy-neutrinos, Eqs. (23), (26), (36); blinov-lmu-ltau, Eq. (10). Differs from them: P
    averaged over the decays; decays inside r_nu and beyond d are parts of one exponential, not factors.
    Valid for: decays beyond d outside the dense envelope (T of seconds); particles that leave along the radius;
    no feedback on the star.
    """

    parents: ParentSpectrum
    duration: float
    length: Array
    neutrinosphere: float
    edges: Array
    shape: Array
    share: Array
    delay: Array
    behind: Mask
    conversion: Conversion
    distance: float
    provenance: Provenance = field(default_factory=Provenance)

    def fluence(self, scale: ArrayLike) -> Fluence:
        """Neutrinos per area, bin and flavour at the couplings (G,), with conversion."""
        born = self.born(scale)
        arrived = np.einsum("gsn,sfn->gfn", born.seen, mixed_flavours(self.share, self.conversion.far))
        if self.conversion.length.size:
            arrived += self._excess(born.outside, born.length)
        value = np.maximum(arrived, 0.0) / (4 * np.pi * self.distance**2)  # rounding where nothing arrives
        return Fluence(born.scale, self.edges, value, provenance=self.provenance)

    def born(self, scale: ArrayLike) -> Born:
        """Neutrinos before their conversion, at the couplings (G,)."""
        g = np.atleast_1d(np.asarray(scale, dtype=float))
        strength = g**self.parents.power
        number = self.duration * self.parents.weight * self.parents.spectrum(g)
        inverse = strength[:, None] / self.length  # 1 / l
        return Born(
            scale=g,
            seen=self._seen(number, strength, inverse),
            outside=number * np.exp(-self.neutrinosphere * inverse),
            length=1 / np.maximum(inverse, _SHORTEST),
        )

    def _seen(self, number: Array, strength: Array, inverse: Array) -> Array:
        """Neutrinos (G, S, N) of decays outside the neutrinosphere that are seen in time.

        exp(-x) - exp(-d/l), x = r_nu/l, is a sum of terms that depend on the parent or on the neutrino; written
        with 1 - exp of both where x is small.
        """
        x, y = self.neutrinosphere * inverse, self.distance * inverse
        deep = x > 1
        late = strength[:, None, None] * self.delay
        shape = self.shape if not self.behind.size else self.shape * ~self.behind
        seen = _product(number * ~deep, shape)
        seen *= _decayed(late)
        if deep.any():
            seen -= _product(number * deep, shape) * np.exp(-late)
        if self.behind.size:
            seen += _product(number * np.where(deep, -np.exp(-y), -np.expm1(-y)), self.shape * self.behind)
        if self.neutrinosphere > 0:
            seen += _product(number * np.where(deep, np.exp(-x), np.expm1(-x)), self.shape)
        return seen

    def _excess(self, outside: Array, length: Array) -> Array:
        """What decays inside the star add to conversion far away (G, 6, N), of parents (G, W) outside r_nu."""
        mixed = mixed_flavours(self.share, self.conversion.modes)
        strength = outside[..., None] * self.conversion.strength(length)
        return np.asarray(
            sum(
                np.einsum("gsn,sfn->gfn", _product(strength[..., k], self.shape), mixed[k])
                for k in range(mixed.shape[0])
            )
        )


def secondary_neutrinos(
    parents: ParentSpectrum,
    fip: Fip,
    decay: DecaySpectrum,
    *,
    edges: ArrayLike,
    conversion: Conversion,
    observation: Observation,
    neutrinosphere: float,
    duration: float,
    lines: int = 6,
) -> SecondaryNeutrinos:
    """Secondary neutrinos of a particle with this emission and these decays.

    Parameters
    ----------
    decay : the neutrinos of one decay.
    edges : (N + 1,) bins of the energy of the neutrinos, MeV; every bin is an integral, however narrow the spectrum.
    conversion : at N energies, one in each bin.
    neutrinosphere : MeV^-1, measured from where the parents are counted: 0 if these are the parents that leave it.
    duration : for which the star emits as it does, MeV^-1.
    lines : energies at rest that stand for a continuum, since the energy at rest sets the delay.

    Raises
    ------
    InvalidValueError
        for edges that do not increase, energies of `conversion` outside their bins, or parents without energies.

    Notes
    -----
    See `SecondaryNeutrinos`. Energies are those at infinity. The redshift between the place of the decay and infinity
    is not followed: the particle and its neutrinos share it, so that a decay outside 20 km is as one in flat space.
    """
    bins = np.asarray(edges, dtype=float)
    if bins.ndim != 1 or bins.size < 2 or np.any(np.diff(bins) <= 0) or bins[0] < 0:
        raise InvalidValueError("Edges of the bins must be at least two energies in MeV that increase.")
    e = conversion.energy
    if e.shape != (bins.size - 1,) or np.any((e < bins[:-1]) | (e > bins[1:])):
        raise InvalidValueError(
            f"The conversion holds {e.size} energies for {bins.size - 1} bins; make it at one energy in each bin."
        )
    if parents.energy.size == 0:
        raise InvalidValueError("The emission has no energies; make it with by_energy=True.")
    width = float(fip.gamma.sum())
    distance = observation.distance
    omega, number = decay.lines(lines)
    boost = np.sqrt(np.maximum((parents.energy / fip.mass) ** 2 - 1, 0.0))  # gamma v
    per_time = boost[:, None, None] * (
        e / omega[:, None]
    )  # way of decays that are seen after a time, (W, S, N)
    # a window of twice the time within which all is seen does as one without end
    slowest = np.min(per_time, axis=(0, 2), where=per_time > 0, initial=np.inf)
    window = np.minimum(observation.window, 2 * distance / slowest)[:, None]
    born = np.diff(lines_in_flight(omega, fip.mass, parents.energy, bins), axis=-1)
    born *= window * per_time > neutrinosphere
    behind = window * per_time > distance
    return SecondaryNeutrinos(
        parents=parents,
        duration=duration,
        length=np.clip(decay_length(fip, parents.energy), _SHORTEST, 1 / _SHORTEST),
        neutrinosphere=neutrinosphere,
        edges=bins,
        shape=born,
        share=number.T,
        delay=width * window * e / omega[:, None],
        behind=behind if behind.any() else np.zeros((0, 0, 0), dtype=bool),
        conversion=conversion,
        distance=distance,
        provenance=parents.provenance | fip.provenance | conversion.provenance | Provenance(sources=SOURCES),
    )


def mixed_flavours(share: Array, probability: Array) -> Array:
    """Flavours at the Earth (..., S, 6, N) of shapes with shares (S, 6) at birth, for conversion (..., 2, 3, 3, N)."""
    mixed = np.einsum("ska,...kabn->...skbn", share.reshape(-1, 2, 3), probability)
    return np.asarray(mixed.reshape(*mixed.shape[:-3], 6, mixed.shape[-1]))


def merged_shapes(shape: Array, share: Array) -> tuple[Array, Array]:
    """Spectra (W, K, N) of the flavours whatever the line (W, S, N) with shares (S, 6), and their shares (K, 6).

    Flavours with the same lines in proportion have one spectrum.
    """
    size = share.sum(axis=0)
    kinds: list[Array] = []
    found = np.zeros((len(FLAVOURS), len(FLAVOURS)))
    for flavour in np.flatnonzero(size > 0).tolist():
        lines = share[:, flavour] / size[flavour]
        alike = [k for k, kind in enumerate(kinds) if np.allclose(lines, kind, rtol=1e-9, atol=1e-15)]
        if not alike:
            kinds.append(lines)
        found[alike[0] if alike else len(kinds) - 1, flavour] = size[flavour]
    return np.reshape(kinds, (-1, len(share))) @ shape, found[: len(kinds)]


def _decayed(x: Array) -> Array:
    """1 - exp(-x) to 1e-11; several times faster than expm1 for large arrays."""
    return np.asarray(np.where(x > _SMALL, 1 - np.exp(-x), x * (1 - x / 2)))


def _product(parents: Array, shape: Array) -> Array:
    """Neutrinos (G, S, N) of parents (G, W) with these spectra (W, S, N)."""
    return np.asarray((parents @ shape.reshape(len(shape), -1)).reshape(len(parents), *shape.shape[1:]))
