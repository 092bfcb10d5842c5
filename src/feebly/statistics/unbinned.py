"""Likelihood of supernova events with the burst of the explosion profiled out, for many couplings at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from feebly.arrays import Array, Mask
from feebly.errors import ConvergenceError, InvalidValueError
from feebly.signals.supernova_burst import BurstTemplates

_NEWTON_STEPS: Final = 60
_TOLERANCE: Final = 1e-9  # on A dlnL/dA, per event
_SOME: Final = 1e-3  # events: a burst of fewer has no mean energy
_INTERIOR: Final = 7
_ROUNDS: Final = 7


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


@dataclass(frozen=True, slots=True)
class BestSignal:
    """The most likely of the couplings that were tried, no new signal among them.

    place : its index, or None for no new signal; events : new events there.
    """

    place: int | None
    log_likelihood: float
    events: float


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
    Newton's steps from A = sum_j n_j / D, where h <= 0, fall monotonically to its other root, or to zero. The mean
    energy is searched on all nodes of the template, then by brackets that shrink fourfold.
    Source: akita-high-energy-neutrinos, Eqs. (60)-(62). Differs from it: chi^2 is measured from the best signal, not
    from none, and only excludes more events than that has; -2 ln L against none on request.
    Valid for: the asymptotic distribution of -2 ln L; 2.7 holds 95 % for a one-sided test.

    Examples
    --------
    One event and a flat template: the best burst has one event, and one new event more costs ln L = 1.

    >>> burst = BurstTemplates(np.array([10.0, 11.0, 12.0]), np.ones((3, 1)), np.full(3, 2.0))
    >>> found = ProfiledLikelihood(burst).fit(np.zeros((2, 1)), np.array([0.0, 1.0]))
    >>> found.total_energy.round(9).tolist(), round(float(np.diff(found.log_likelihood)[0]), 9)
    ([0.5, 0.5], -1.0)
    """

    __slots__ = ("_background", "_background_total", "_counts", "_spline", "_templates", "rise")

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
        self._templates = templates
        self.rise = rise
        if self._counts.shape != (size,) or np.any(self._counts < 0):
            raise InvalidValueError(
                f"The counts must be {size} numbers that are not negative, one per bin or event."
            )
        if templates.mean_energy.size < 3 or np.any(templates.total <= 0) or np.any(templates.value < 0):
            raise InvalidValueError("The templates need at least three mean energies and positive totals.")
        tiny = np.finfo(float).tiny
        logs = np.log(np.maximum(np.column_stack([templates.value, templates.total]), tiny))
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
        s, total = np.asarray(signal, dtype=float), np.asarray(events, dtype=float)
        if s.shape != (total.size, self._counts.size) or total.ndim != 1:
            raise InvalidValueError(
                f"A signal is needed of (G, {self._counts.size}) with (G,) events, not {s.shape} with {total.shape}."
            )
        if not (
            np.all(np.isfinite(s)) and np.all(s >= 0) and np.all(np.isfinite(total)) and np.all(total >= 0)
        ):
            raise InvalidValueError("A new signal must be finite and not negative.")
        nodes = np.log(self._templates.mean_energy)
        value, amount = self._maximise(np.broadcast_to(nodes, (total.size, nodes.size)), s, total)
        row = np.arange(total.size)
        best = np.argmax(value, axis=1)
        low, high = nodes[np.maximum(best - 1, 0)], nodes[np.minimum(best + 1, nodes.size - 1)]
        x, value, amount = nodes[best], value[row, best], amount[row, best]
        for _ in range(_ROUNDS):
            trial = np.linspace(low, high, _INTERIOR + 2, axis=1)
            values, amounts = self._maximise(trial, s, total)
            k = np.argmax(values, axis=1)
            better = values[row, k] > value
            x = np.where(better, trial[row, k], x)
            amount = np.where(better, amounts[row, k], amount)
            value = np.maximum(value, values[row, k])
            low, high = trial[row, np.maximum(k - 1, 0)], trial[row, np.minimum(k + 1, _INTERIOR + 1)]
        burst = amount * np.exp(self._spline(x)[:, -1])
        edge = ((x <= nodes[0]) | (x >= nodes[-1])) & (burst > _SOME)
        return ProfiledFit(value, np.exp(x), amount, edge)

    def best(self, signal: ArrayLike, events: ArrayLike) -> BestSignal:
        """The most likely of the couplings (G,), or no new signal."""
        number = np.asarray(events, dtype=float)
        value = self.fit(signal, number).log_likelihood
        standard = self.standard()
        place = int(np.argmax(value)) if value.size else 0
        if value.size and value[place] > standard.log_likelihood:
            return BestSignal(place, float(value[place]), float(number[place]))
        return standard

    def standard(self) -> BestSignal:
        """No new signal, to compare with."""
        found = self.fit(np.zeros((1, self._counts.size)), np.zeros(1))
        return BestSignal(None, float(found.log_likelihood[0]), 0.0)

    def rise_of(self, signal: ArrayLike, events: ArrayLike, best: BestSignal | None = None) -> Array:
        """-2 ln L (G,) measured from `best`, or from no new signal; with `best`, zero for no more events than that.

        Measured from no new signal it is negative where a new signal is more likely.
        """
        number = np.asarray(events, dtype=float)
        reference = self.standard() if best is None else best
        found = 2 * (reference.log_likelihood - self.fit(signal, number).log_likelihood)
        return found if best is None else np.where(number > best.events, np.maximum(found, 0.0), 0.0)

    def score(self, signal: ArrayLike, events: ArrayLike, best: BestSignal | None = None) -> Array:
        """(G,), positive where excluded: -2 ln L above `rise`, as in `rise_of`."""
        return self.rise_of(signal, events, best) - self.rise

    def _maximise(self, log_mean: Array, signal: Array, events: Array) -> tuple[Array, Array]:
        """ln L (G, P) at its maximum in E_tot, and E_tot (G, P) [MeV], at ln E_0 (G, P)."""
        template = np.exp(self._spline(log_mean))
        d, total = template[..., :-1], template[..., -1]
        other = (signal + self._background)[:, None, :]
        counts = self._counts
        amount = np.sum(counts) / total
        for _ in range(_NEWTON_STEPS):
            part = amount[..., None] * d
            # 0/0 where nothing is expected and nothing seen
            share = np.divide(part, part + other, out=np.zeros_like(part), where=part + other > 0)
            slope = share @ counts - amount * total
            done = np.abs(slope) <= _TOLERANCE * max(np.sum(counts), 1.0)
            if np.all(done):
                break
            curve = (share * (1 - share)) @ counts - amount * total  # A dh/dA, negative right of the root
            step = np.divide(slope, curve, out=np.zeros_like(slope), where=~done)
            amount = np.maximum(amount * (1 - step), 0.0)
        else:
            raise ConvergenceError(
                "The total energy of the burst was not found; the templates are not usable."
            )
        expected = amount[..., None] * d + other
        seen = counts > 0
        with np.errstate(divide="ignore"):
            logs = np.log(expected[..., seen]) @ counts[seen]
        return logs - amount * total - (events + self._background_total)[:, None], amount
