"""Conversion of flavours for decays that are spread over a decay length, tabulated in its logarithm.

The energies of the neutrinos are fixed once; the decay length holds the coupling. A scan over couplings is
then a straight line between two tabulated lengths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from feebly.arrays import Array
from feebly.environments.progenitor import Progenitor
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance
from feebly.transport.mixing import Mixing
from feebly.transport.oscillation import (
    SOURCES,
    adiabatic,
    approximate,
    fixed,
    matter_term,
    vacuum,
)

Place = Literal["spread", "mean"]
RULES: Final = ("adiabatic", "approximate", "vacuum", "fixed:P")
_LENGTHS_PER_DECADE: Final = 12
_RADII_PER_DECADE: Final = 160  # the inner resonance spans a tenth of its radius
_TERMS_PER_DECADE: Final = 200
_DENSE, _THIN = 1e5, 1e-5  # A over a splitting where conversion has reached its limit
_RANK: Final = 1e-7  # moves probabilities by less than 1e-5
_NEAR, _FAR = 1 / 50, 3e3  # decay lengths from the first limit to the second, in units of those radii


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conversion:
    """P(a -> b) of neutrinos that are born at a distance with an exponential distribution.

    Parameters
    ----------
    energy : (N,) of the neutrinos, MeV.
    far : (2, 3, 3, N) at birth far outside the star: neutrinos and antineutrinos, flavour at birth, flavour at
        the Earth, energy.
    length : (L,) mean distances, MeV^-1, increasing; none if the distance does not matter.
    course : (L, K), modes : (K, 2, 3, 3, N), whose product is what the probabilities at these distances exceed `far`
        by. K is a dozen: a resonance is the same curve at each energy, shifted in the distance.
    """

    energy: Array
    far: Array
    length: Array
    course: Array
    modes: Array
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def excess(self) -> Array:
        """What the probabilities at the tabulated distances exceed `far` by (L, 2, 3, 3, N)."""
        return np.tensordot(self.course, self.modes, axes=1)

    def strength(self, length: ArrayLike) -> Array:
        """How much of each mode is in the excess (..., K) at mean distances (...) [MeV^-1]."""
        below, first, second = self.weights(length)
        return np.asarray(first[..., None] * self.course[below] + second[..., None] * self.course[below + 1])

    def weights(self, length: ArrayLike) -> tuple[NDArray[np.intp], Array, Array]:
        """Where lengths (...) stand in the table: number of the one below (...), weights of it and of the next (...).

        Straight lines in ln(length). Below the first length the table holds; beyond the last the excess falls
        as 1 / length, with the share of the decays inside the star.
        """
        asked = np.asarray(length, dtype=float)
        held = np.clip(asked, self.length[0], self.length[-1])
        position = np.interp(np.log(held), np.log(self.length), np.arange(self.length.size))
        below = np.minimum(position.astype(np.intp), self.length.size - 2)
        fade = np.minimum(self.length[-1] / np.maximum(asked, self.length[0]), 1.0)
        return below, (1 - (position - below)) * fade, (position - below) * fade

    def at(self, length: ArrayLike) -> Array:
        """P(a -> b) (..., 2, 3, 3, N) at mean distances (...) [MeV^-1]."""
        shape = np.shape(length)
        if not self.length.size:
            return np.broadcast_to(self.far, (*shape, *self.far.shape))
        return np.asarray(self.far + np.tensordot(self.strength(length), self.modes, axes=1))


def conversion(
    rule: str,
    energy: ArrayLike,
    mixing: Mixing,
    progenitor: Progenitor,
    *,
    start: float,
    place: Place = "spread",
) -> Conversion:
    """Table of the conversion of neutrinos from decays outside the radius `start` [MeV^-1].

    Parameters
    ----------
    rule : "adiabatic", "approximate" (effective angles), "vacuum", or "fixed:0.22", the probability of nu_mu and
        nu_tau to become nu_e.
    energy : (N,) of the neutrinos, MeV.
    place : "spread" averages over the exponential distribution of the decays, "mean" puts them all at the mean
        distance, as akita-high-energy-neutrinos does.

    Raises
    ------
    InvalidValueError
        for a rule or place that is not known, or energies that are not positive.

    Notes
    -----
    P(E, l) = int_start^inf dr/l exp(-(r - start)/l) P(E, n_e(r)), exact for P linear between radii.
    Source: akita-high-energy-neutrinos, Eqs. (4) and (24). Differs from it: average over the decays.
    Valid for: decays along the radius of the star; wherever the neutrino then flies, it leaves adiabatically.

    Examples
    --------
    >>> from feebly.environments.progenitor import power_law
    >>> from feebly.transport.mixing import nufit
    >>> from feebly.units import KM
    >>> table = conversion("adiabatic", [30.0], nufit(), power_law(), start=20 * KM)
    >>> [round(float(table.at(length * KM)[0, 1, 0, 0]), 2) for length in (1e2, 1e5, 1e9)]
    [0.51, 0.42, 0.23]
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    if not np.all(np.isfinite(e) & (e > 0)):
        raise InvalidValueError("Energies of neutrinos must be positive and finite, in MeV.")
    if place not in ("spread", "mean"):
        raise InvalidValueError(f"place = '{place}' is not known. Possible: spread, mean.")
    choices = Provenance(
        sources=SOURCES, choices=frozenset({("oscillation", rule), ("place of decay", place)})
    )
    if rule == "vacuum" or rule.startswith("fixed:"):
        constant = vacuum(mixing) if rule == "vacuum" else fixed(_number(rule))
        far = np.broadcast_to(constant[None, :, :, None], (2, 3, 3, e.size)).copy()
        used = mixing.provenance if rule == "vacuum" else Provenance()
        return Conversion(e, far, np.zeros(0), np.zeros((0, 0)), np.zeros((0, *far.shape)), choices | used)
    if rule not in RULES:
        raise InvalidValueError(f"oscillation = '{rule}' is not known. Possible: {', '.join(RULES)}.")
    terms, probability = _by_term(rule, mixing)
    near, distant = _scales(e, mixing, progenitor)
    length = _grid(_NEAR * near, _FAR * distant, _LENGTHS_PER_DECADE)
    if place == "mean":
        value = _read(terms, probability, e, progenitor.electron_density(np.maximum(length, start)))
        table = np.moveaxis(value, -1, 0)
    else:
        distance = np.concatenate([[0.0], _grid(_NEAR * near, _FAR * distant, _RADII_PER_DECADE)])
        value = _read(terms, probability, e, progenitor.electron_density(start + distance))
        table = np.tensordot(_averages(distance, length), value, axes=(1, -1))
    far = np.broadcast_to(probability[0][..., None], (2, 3, 3, e.size)).copy()
    course, modes = _modes((table - far).reshape(length.size, -1))
    used = mixing.provenance | progenitor.provenance
    return Conversion(e, far, length, course, modes.reshape(-1, *far.shape), choices | used)


def _modes(excess: Array) -> tuple[Array, Array]:
    """Factors (L, K) and (K, M) of a table (L, M): its singular value decomposition to _RANK of the largest value."""
    left, size, right = np.linalg.svd(excess, full_matrices=False)
    count = int(np.count_nonzero(size > _RANK * size[0]))
    return left[:, :count] * size[:count], right[:count]


def _number(rule: str) -> float:
    text = rule.removeprefix("fixed:")
    try:
        return float(text)
    except ValueError:
        raise InvalidValueError(f"oscillation = '{rule}' holds no number; write fixed:0.22.") from None


def _grid(low: float, high: float, per_decade: int) -> Array:
    return np.geomspace(low, high, int(np.ceil(per_decade * np.log10(high / low))) + 1)


def _by_term(rule: str, mixing: Mixing) -> tuple[Array, Array]:
    """ln A (T,), and P(a -> b) (T, 2, 3, 3) there, neutrinos and antineutrinos."""
    convert = adiabatic if rule == "adiabatic" else approximate
    terms = _grid(_THIN * mixing.dm2_21, _DENSE * abs(mixing.dm2_31), _TERMS_PER_DECADE)
    both = [convert(mixing, terms, antineutrinos=anti) for anti in (False, True)]
    return np.log(terms), np.stack(both, axis=1)


def _scales(energy: Array, mixing: Mixing, progenitor: Progenitor) -> tuple[float, float]:
    """Smallest and largest radius of a resonance [MeV^-1]; the table spans what lies around them."""
    found = []
    for e, splitting in ((energy.min(), abs(mixing.dm2_31)), (energy.max(), mixing.dm2_21)):
        found += list(progenitor.crossings(splitting / float(matter_term(e, 1.0))))
    if not found:
        found = [float(progenitor.radius[0]), float(progenitor.radius[-1])]
    return min(found), max(found)


def _read(terms: Array, probability: Array, energy: Array, density: Array) -> Array:
    """P(a -> b) (2, 3, 3, N, R) at energies (N,) and electron densities (R,), by straight lines in ln A."""
    asked = np.log(matter_term(energy[:, None], density))
    position = np.interp(asked, terms, np.arange(terms.size))
    below = np.minimum(position.astype(np.intp), terms.size - 2)
    share = position - below
    columns = probability.reshape(terms.size, -1).T
    value = np.stack([(1 - share) * column[below] + share * column[below + 1] for column in columns])
    return np.asarray(value.reshape(2, 3, 3, *asked.shape))


def _averages(distance: Array, length: Array) -> Array:
    """Weights (L, R) of values at distances (R,) in the mean over exp(-s/l) ds/l, for lengths (L,).

    Exact for straight lines between the distances, and constant beyond the last.
    """
    y = distance / length[:, None]
    step = np.diff(y)
    start = np.exp(-y[:, :-1])
    gone = -np.expm1(-step)
    upper = start * np.where(step > 1e-5, gone / step - np.exp(-step), step / 2)
    weight = np.zeros_like(y)
    weight[:, :-1] += start * gone - upper
    weight[:, 1:] += upper
    weight[:, -1] += np.exp(-y[:, -1])
    return weight
