"""Stars in time: several snapshots, or one snapshot with a stated course of its emission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.environments.embedded_stars import Muons, fischer18_1s, fischer18_5s
from feebly.environments.star import StarProfile
from feebly.errors import InvalidValueError
from feebly.math.quadrature import panels
from feebly.provenance import Provenance, sources
from feebly.units import SECOND

_PANELS: Final = 24
_NODES: Final = 8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StarSequence:
    """Snapshots of one star with the time for which each stands (units MeV^n).

    Parameters
    ----------
    stars : (T,) snapshots.
    weight : (T,) times, MeV^-1: the integral of a quantity over time is the sum of weight times quantity.
    course : what is assumed about the time, for provenance.
    start : when the emission begins, MeV^-1 after bounce; with the first snapshot if None.

    Raises
    ------
    InvalidValueError
        for no star, weights that are not positive, one for each star, or times of snapshots that do not rise.

    Examples
    --------
    >>> star = StarSequence.constant(fischer18_1s(), 3 * SECOND)
    >>> round(float(star.integrate(lambda snapshot: 2.0)) / SECOND)
    6
    """

    stars: tuple[StarProfile, ...]
    weight: Array
    course: str
    sources: Provenance = field(default_factory=Provenance)
    start: float | None = None

    def __post_init__(self) -> None:
        good = self.weight.shape == (len(self.stars),) and np.all(
            np.isfinite(self.weight) & (self.weight > 0)
        )
        if not (self.stars and good):
            raise InvalidValueError(
                "A sequence needs at least one star, and a positive time for each of them."
            )
        if not np.all(np.diff([star.time for star in self.stars]) > 0):
            raise InvalidValueError("The snapshots of a sequence must be in the order of their times.")

    def __repr__(self) -> str:
        return f"StarSequence({', '.join(star.name for star in self.stars)}; {self.course})"

    @classmethod
    def constant(cls, star: StarProfile, duration: float) -> StarSequence:
        """One star that emits for a time [MeV^-1] as in its snapshot, and not at all before and after."""
        return cls(
            (star,), np.array([duration], dtype=float), f"as in the snapshot for {duration / SECOND:g} s"
        )

    @classmethod
    def snapshots(
        cls, stars: Sequence[StarProfile], *, start: float | None = None, end: float | None = None
    ) -> StarSequence:
        """Several stars at their times, straight lines in between.

        Parameters
        ----------
        stars : at least two, in the order of their times.
        start, end : when the emission begins and ends [MeV^-1]; as in the first snapshot before it, as in the last
            after it. Not given: it begins with the first and ends with the last.

        Raises
        ------
        InvalidValueError
            unless start <= first time < ... < last time <= end.

        Notes
        -----
        Trapezoids in time. They overestimate what falls like an exponential between two snapshots: by 8 % where it
        falls by e, by 31 % where it falls by e^2.
        """
        time = np.array([star.time for star in stars])
        if time.size < 2 or np.any(np.diff(time) <= 0):
            raise InvalidValueError(
                "Snapshots must be at least two stars with increasing times after bounce."
            )
        first, last = time[0] if start is None else start, time[-1] if end is None else end
        if not 0 <= first <= time[0] < time[-1] <= last:
            raise InvalidValueError(
                f"The emission from {first / SECOND:g} to {last / SECOND:g} s must include the snapshots from "
                f"{time[0] / SECOND:g} to {time[-1] / SECOND:g} s."
            )
        half = np.diff(time) / 2
        weight = np.append(half, 0.0) + np.append(0.0, half)
        weight[0] += time[0] - first
        weight[-1] += last - time[-1]
        course = f"straight lines in time from {first / SECOND:g} to {last / SECOND:g} s, constant outside the snapshots"
        return cls(tuple(stars), weight, course, start=float(first))

    @classmethod
    def fading(
        cls, star: StarProfile, *, alpha: float, decay_s: float, index: float, start_s: float, end_s: float
    ) -> StarSequence:
        """One star whose emission follows its neutrino luminosity, t^-alpha exp(-(t/decay)^index).

        Parameters
        ----------
        alpha, decay_s, index : of the luminosity of your model; the published fits give them per mass and equation of
            state.
        start_s, end_s : of the emission after bounce.

        Raises
        ------
        InvalidValueError
            unless 0 < start < end, and decay time and index are positive.

        Notes
        -----
        weight = int dt L(t) / L(t of the snapshot).
        Source: lucente-luminosity-fits, abstract. Differs from it: a stated choice that the emission of another
        particle, which goes with a high power of the temperature, follows the neutrinos.
        Valid for: t of about 1 s and later.
        """
        if not (0 < start_s < end_s < np.inf and decay_s > 0 and index > 0 and np.isfinite(alpha)):
            raise InvalidValueError(
                f"The emission runs from {start_s:g} to {end_s:g} s with decay time {decay_s:g} s and index {index:g}; "
                "times and index must be positive, and the end after the start."
            )
        t, width = panels(np.geomspace(start_s, end_s, _PANELS + 1), _NODES)

        def luminosity(at: Array) -> Array:
            return np.asarray(at**-alpha * np.exp(-((at / decay_s) ** index)))

        weight = width @ luminosity(t) / luminosity(np.array([star.time / SECOND])) * SECOND
        course = f"t^-{alpha:g} exp(-(t/{decay_s:g} s)^{index:g}) from {start_s:g} to {end_s:g} s around the snapshot"
        found = Provenance(sources=sources(("lucente-luminosity-fits", "form of the luminosity, abstract")))
        return cls((star,), weight, course, found)

    @property
    def moments(self) -> tuple[tuple[StarProfile, float], ...]:
        """Snapshots, each with its time [MeV^-1]."""
        return tuple(zip(self.stars, self.weight.tolist(), strict=True))

    def age(self, star: StarProfile) -> float:
        """How long after the begin of the emission a snapshot stands [MeV^-1]; 0 for what stands for a time before it."""
        return max(star.time - (self.stars[0].time if self.start is None else self.start), 0.0)

    @property
    def duration(self) -> float:
        """Sum of the times [MeV^-1]."""
        return float(self.weight.sum())

    @property
    def provenance(self) -> Provenance:
        """Sources of all snapshots, and the course in time."""
        found = self.sources | Provenance(choices=frozenset({("course of the emission", self.course)}))
        for star in self.stars:
            found = found | star.provenance
        return found

    def integrate(self, rate: Callable[[StarProfile], Array | float]) -> Array:
        """Integral over time of what a function gives for each snapshot, such as a luminosity (G,)."""
        parts = [weight * np.asarray(rate(star)) for star, weight in self.moments]
        return np.asarray(sum(parts[1:], start=parts[0]))


def fischer18_sequence(
    *, muons: Muons = "printed-ye", start_s: float = 1.0, end_s: float = 5.0
) -> StarSequence:
    """The 18 solar-mass star of Fischer et al. from 1 to 5 s, two snapshots.

    By default it emits neither before 1 s nor after 5 s, which is less than the star does.

    Examples
    --------
    >>> (fischer18_sequence().weight / SECOND).round(9).tolist()
    [2.0, 2.0]
    """
    stars = (fischer18_1s(muons=muons), fischer18_5s(muons=muons))
    return StarSequence.snapshots(stars, start=start_s * SECOND, end=end_s * SECOND)
