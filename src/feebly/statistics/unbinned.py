"""Likelihood of supernova events with the burst of the explosion profiled out, for many couplings at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from feebly.arrays import Array, Mask
from feebly.errors import ConvergenceError, InvalidValueError
from feebly.provenance import Provenance
from feebly.signals import Signal
from feebly.signals.neutrino_events import EventSignal
from feebly.signals.supernova_burst import BurstTemplates

_SOME: Final = 1e-3  # events: a burst of fewer has no mean energy
_NOTHING: Final = 1e-15  # of all events


@dataclass(frozen=True, slots=True)
class LikelihoodRise:
    """score = ln(rise / allowed) of signals that carry the rise of -2 ln L.

    >>> signal = EventSignal(
    ...     np.ones(2), np.ones(2), "events", "1", np.ones(2, bool), rise=np.array([0.0, 2.7])
    ... )
    >>> LikelihoodRise().score(signal).tolist()
    [-inf, 0.0]
    """

    allowed: float = 2.7
    level: float | None = 0.95
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.allowed) and self.allowed > 0):
            raise InvalidValueError(f"The rise of -2 ln L must be positive and finite, not {self.allowed:g}.")

    def score(self, signal: Signal) -> Array:
        """(G,), positive where excluded; -inf where nothing speaks against the new events."""
        if not isinstance(signal, EventSignal) or signal.rise.shape != signal.value.shape:
            raise InvalidValueError("This criterion needs a signal with its likelihood.")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(np.maximum(signal.rise, 0.0) / self.allowed))


@dataclass(frozen=True, slots=True, eq=False)
class ProfiledFit:
    """Maximum over the burst at each coupling, all (G,).

    log_likelihood : up to a constant that depends on the data only.
    mean_energy, total_energy : of the burst, MeV.
    at_edge : whether the mean energy ran to the end of its range although there is a burst.
    """

    log_likelihood: Array
    mean_energy: Array
    total_energy: Array
    at_edge: Mask


class ProfiledLikelihood:
    """Extended likelihood of events, or of counts in bins, with E_tot and E_0 of the burst profiled.

    Parameters
    ----------
    templates : of the burst, at the energies of the events, or in the bins.
    counts : (J,) events in the bins, which need not be integers; None for one each.
    background : (J,) at the events or in the bins, in the unit of the template times E_tot.
    background_total : expected in the windows; constant, so that it matters for the value only.
    rise : of -2 ln L that excludes.

    Notes
    -----
    ln L = -(E_tot D(E_0) + S + B) + sum_j n_j ln[E_tot d_j(E_0) + s_j + b_j], new signal s_j with S in all.
    At fixed E_0 it is concave in E_tot: with A = E_tot, h(A) = A dlnL/dA is concave and zero at the origin, so that
    Newton's steps from where h <= 0, such as A = sum_j n_j / D, fall monotonically to its other root, or to zero. The mean
    energy is searched on all nodes of the template, then as the root of the derivative of the profile.
    Source: akita-high-energy-neutrinos, Eqs. (60)-(62). Differs from it: another reference than no new signal on request.
    Valid for: the asymptotic distribution of -2 ln L; 2.7 holds 95 % for a one-sided test.

    Examples
    --------
    One event and a flat template: the best burst has one event, and one new event more costs ln L = 1.

    >>> burst = BurstTemplates(np.array([10.0, 11.0, 12.0]), np.ones((3, 1)), np.full(3, 2.0))
    >>> found = ProfiledLikelihood(burst).fit(np.zeros((2, 1)), np.array([0.0, 1.0]))
    >>> found.total_energy.round(9).tolist(), round(float(np.diff(found.log_likelihood)[0]), 9)
    ([0.5, 0.5], -1.0)
    """

    __slots__ = ("_background", "_background_total", "_counts", "_seen", "_spline", "rise")

    def __init__(
        self,
        templates: BurstTemplates,
        *,
        counts: ArrayLike | None = None,
        background: ArrayLike = 0.0,
        background_total: float = 0.0,
        rise: float = 2.7,
    ) -> None:
        size = templates.value.shape[1]
        self._counts = np.ones(size) if counts is None else np.asarray(counts, dtype=float)
        self._background = np.broadcast_to(np.asarray(background, dtype=float), size)
        self._background_total = background_total
        self.rise = rise
        if self._counts.shape != (size,) or not np.all(np.isfinite(self._counts) & (self._counts >= 0)):
            raise InvalidValueError(
                f"The counts must be {size} finite numbers that are not negative, one per bin or event."
            )
        if templates.mean_energy.size < 3 or np.any(templates.total <= 0) or np.any(templates.value < 0):
            raise InvalidValueError("The templates need at least three mean energies and positive totals.")
        # bins in which nothing is seen count in the total alone; their part of the rest is rounding
        self._seen = np.flatnonzero(self._counts > _NOTHING * self._counts.sum())
        tiny = np.finfo(float).tiny
        value = templates.value[:, self._seen]
        logs = np.log(np.maximum(np.column_stack([value, templates.total]), tiny))
        self._spline = CubicSpline(np.log(templates.mean_energy), logs)

    def fit(self, signal: ArrayLike, events: ArrayLike) -> ProfiledFit:
        """Best burst beside a new signal (G, J) with (G,) events in the windows.

        Raises
        ------
        InvalidValueError
            for shapes that do not belong together, or a signal that is negative or not finite.
        ConvergenceError
            if a total energy is not found, which finite input does not allow.
        """
        value, x, amount = self._best(signal, events)
        nodes = self._spline.x
        burst = amount * np.exp(self._spline(x)[:, -1])
        edge = ((x <= nodes[0]) | (x >= nodes[-1])) & (burst > _SOME)
        return ProfiledFit(value, np.exp(x), amount, edge)

    def log_likelihood(self, signal: ArrayLike, events: ArrayLike) -> Array:
        """That of `fit` alone (G,), which takes less time at few couplings."""
        return self._best(signal, events)[0]

    def _best(self, signal: ArrayLike, events: ArrayLike) -> tuple[Array, Array, Array]:
        """ln L, ln E_0 and E_tot, all (G,)."""
        s, total = np.asarray(signal, dtype=float), np.asarray(events, dtype=float)
        if s.shape != (total.size, self._counts.size) or total.ndim != 1:
            raise InvalidValueError(
                f"A signal is needed of (G, {self._counts.size}) with (G,) events, not {s.shape} with {total.shape}."
            )
        if not (
            np.all(np.isfinite(s)) and np.all(s >= 0) and np.all(np.isfinite(total)) and np.all(total >= 0)
        ):
            raise InvalidValueError("A new signal must be finite and not negative.")
        from feebly.statistics import _profile  # loads the compiler

        value, x, amount, good = _profile.fit(
            self._spline.x,
            self._spline.c,
            np.ascontiguousarray((s + self._background)[:, self._seen]),
            total + self._background_total,
            self._counts[self._seen],
        )
        if not good:
            raise ConvergenceError(
                "The total energy of the burst was not found; the templates are not usable."
            )
        return value, x, amount

    @property
    def standard(self) -> float:
        """ln L without new signal, at the best burst."""
        return float(self.log_likelihood(np.zeros((1, self._counts.size)), np.zeros(1))[0])

    def rise_of(self, signal: ArrayLike, events: ArrayLike, reference: ArrayLike | None = None) -> Array:
        """-2 ln L (G,) measured from `reference` (G,), or from no new signal; negative where a signal is more likely."""
        against = self.standard if reference is None else np.asarray(reference, dtype=float)
        return np.asarray(2 * (against - self.log_likelihood(signal, events)))
