"""Find the excluded intervals: bracket on a grid, refine maxima, then refine edges in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

import feebly
from feebly.arrays import Array, Mask, mass_array
from feebly.errors import ConvergenceError, InvalidValueError
from feebly.limits.limit import Limit
from feebly.limits.progress import Progress, reporting
from feebly.limits.status import FAILURES, failure
from feebly.math.roots import bracketed_root
from feebly.models import Model
from feebly.probes.base import AimedResponse, Probe, Projecting, Response, SharedResponse, Support, require
from feebly.provenance import Provenance
from feebly.signals import Signal
from feebly.statistics import Criterion

DEFAULT_RANGE: Final = {2: (1e-14, 1.0), 1: (1e-16, 1.0)}  # by the power of the scale
_PER_DECADE: Final = 6  # points of the first grid in scale**power, to which rates are proportional
_FLOOR: Final = -1e3  # stands for a score of minus infinity in root finding
_FLAT: Final = 1e-6  # a score that changes less between neighbours is a plateau, not a maximum
_REACH: Final = 2.0
_INSIDE: Final = 9
_HALVINGS: Final = 40  # of a bracket, to 1e-12 of it
_TOGETHER: Final = 8  # responses whose edges are refined at once
_MASS_RANGE: Final = (1e-6, 1e8)  # MeV
_LARGEST: Final = 1e10

_Row = tuple[Array, tuple[tuple[str, str], ...], str, str]  # intervals, kinds of edges, status and message


def solve(
    probe: Probe,
    model: Model,
    mass: Sequence[float] | Array,
    *,
    scale_range: tuple[float, float] | None = None,
    per_decade: int | None = None,
    progress: Progress = None,
) -> Limit:
    """Excluded couplings of a model by a probe at the masses (M,) [MeV].

    Parameters
    ----------
    scale_range : couplings to scan; 1e-14 to 1 for couplings g, 1e-16 to 1 for mixings |U|^2.
    per_decade : points per decade of the first bracketing grid; 12 for couplings g, 6 for mixings |U|^2.
    progress : None, "bar", or a function called with (done, total) after each mass; edges are refined every few masses.

    Raises
    ------
    UnsupportedModelError
        if the probe cannot answer for the model at any mass.
    InvalidValueError
        for masses or ranges that make no sense.

    Notes
    -----
    The score is bracketed on a logarithmic grid; every local maximum that is still negative is
    refined until it is positive, or can not become so, so that narrow islands are not lost; edges are then
    roots of the score to 1e-10, or ends of validity found by bisection. A mass at which the
    calculation is not available, or does not converge, gets a status, not a number.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> from feebly.probes import SupernovaCooling
    >>> limit = solve(SupernovaCooling(compton="off", lapse="off"), lmu_ltau(), [100.0])
    >>> [f"{g:.1e}" for g in limit.excluded[0][0]]
    ['1.2e-10', '1.3e-08']
    """
    found = solve_family(
        probe, [model], mass, scale_range=scale_range, per_decade=per_decade, progress=progress
    )
    return found[0]


def solve_family(
    probe: Probe,
    models: Sequence[Model],
    mass: Sequence[float] | Array,
    *,
    scale_range: tuple[float, float] | None = None,
    per_decade: int | None = None,
    progress: Progress = None,
) -> tuple[Limit, ...]:
    """Excluded couplings of several models by one probe, whose tables are made once per mass if it can share them.

    Parameters, errors and results are those of `solve`, one limit for each model in their order. A probe shares its
    tables if its response has ``along(model)``, such as `feebly.probes.SupernovaCooling` for vectors in a plasma.

    Examples
    --------
    >>> from feebly.models import b_minus_l, dark_photon
    >>> from feebly.probes import SupernovaCooling
    >>> from feebly.transport.rays import Resolution
    >>> probe = SupernovaCooling(compton="off", pions="off", resolution=Resolution(knots=20, chords=4, energies=8))
    >>> [limit.model for limit in solve_family(probe, [dark_photon(), b_minus_l()], [100.0])]
    ['dark-photon', 'b-l']
    """
    masses = checked_masses(mass)
    supports = [require(probe, model) for model in models]
    drafts = [
        _Draft(probe, model, support, scale_range, per_decade)
        for model, support in zip(models, supports, strict=True)
    ]
    names = ", ".join(dict.fromkeys(model.name for model in models))
    with reporting(progress, f"{probe.name} {names}") as step:
        together = max(1, _TOGETHER // max(1, len(drafts)))
        for done, value in enumerate(masses, start=1):
            shared: Response | None = None
            for draft in drafts:
                shared = draft.look(float(value), shared)
            if done % together == 0 or done == masses.size:
                _close([edges for draft in drafts for edges in draft.open])
                for draft in drafts:
                    draft.note()
            step(done, masses.size)
    return tuple(draft.limit(masses) for draft in drafts)


class _Draft:
    """The limit on one model while it is being made, mass by mass."""

    def __init__(
        self,
        probe: Probe,
        model: Model,
        support: Support,
        scale_range: tuple[float, float] | None,
        per_decade: int | None,
    ) -> None:
        low, high = scale_range or DEFAULT_RANGE[model.scale.power]
        if not 0 < low < high <= _LARGEST:
            raise InvalidValueError(
                f"The scale range {low:g}:{high:g} must increase from above 0 to at most {_LARGEST:g}. Try 1e-14:1"
            )
        if per_decade is None:
            per_decade = _PER_DECADE * model.scale.power
        if per_decade < 1:
            raise InvalidValueError(f"per_decade is {per_decade}; at least one point per decade is needed.")
        count = max(8, round(per_decade * math.log10(high / low)) + 1)
        self.probe, self.model, self.range = probe, model, (float(low), float(high))
        self.grid = np.linspace(math.log(low), math.log(high), count)
        self.provenance = probe.provenance | model.provenance | Provenance(omitted=frozenset(support.omitted))
        self.looked: list[_Edges | _Failed] = []  # at the masses without a row
        self.rows: list[_Row] = []

    def look(self, mass: float, shared: Response | None) -> Response | None:
        """Find where the score changes sign at a mass; `shared` is a response of another model there, as is what is returned."""
        response = None
        try:
            response = self._response(mass, shared)
            found = _Edges(response, self.probe.rule, self.grid)
            self.looked.append(found)
            self.provenance = self.provenance | response.provenance | found.provenance
        except FAILURES as error:
            self.looked.append(_Failed(*failure(error)))
        return shared if response is None else response

    @property
    def open(self) -> list[_Edges]:
        """What was looked at and has no row yet."""
        return [found for found in self.looked if isinstance(found, _Edges)]

    def _response(self, mass: float, shared: Response | None) -> Response:
        if isinstance(shared, SharedResponse) and shared.serves(self.model):
            return shared.along(self.model)
        response = self.probe.prepare(self.model, mass)
        return response.toward(self.probe.rule) if isinstance(response, AimedResponse) else response

    def note(self) -> None:
        """Keep what was found, a row for each mass."""
        self.rows += [found.row() for found in self.looked]
        self.looked = []

    def limit(self, masses: Array) -> Limit:
        """The finished limit."""
        intervals, kinds, status, message = zip(*self.rows, strict=True)
        return Limit(
            probe=self.probe.name,
            model=self.model.name,
            scale_name=self.model.scale.name,
            mass=masses,
            excluded=tuple(intervals),
            edges=tuple(kinds),
            status=tuple(status),
            message=tuple(message),
            scale_range=self.range,
            kind="projected" if isinstance(self.probe, Projecting) and self.probe.projected else "computed",
            verdict=self.probe.verdict,
            level=self.probe.rule.level,
            provenance=self.provenance,
            version=feebly.__version__,
        )


def checked_masses(mass: Sequence[float] | Array) -> Array:
    """Masses (M,) as an array, refused if any is not positive, finite and in the range of masses."""
    masses = mass_array(mass)
    low, high = _MASS_RANGE
    bad = masses[(masses < low) | (masses > high)]
    if bad.size:
        raise InvalidValueError(f"The mass {bad[0]:g} MeV is not between {low:g} and {high:g} MeV.")
    return masses


@dataclass(frozen=True, slots=True)
class _Failed:
    """A mass without a result."""

    status: str
    message: str

    def row(self) -> _Row:
        """Nothing is excluded, and why."""
        return np.zeros((0, 2)), (), self.status, self.message


class _Edges:
    """Where the score of one model at one mass changes its sign or its validity.

    Parameters
    ----------
    response, rule : what gives the score.
    grid : logarithms of the couplings that are looked at first.
    """

    def __init__(self, response: Response, rule: Criterion, grid: Array) -> None:
        self.response, self.rule = response, rule
        signal = response.evaluate(np.exp(grid))
        self.provenance = signal.provenance  # of the first grid
        self.x, y, self.ok = _with_extrema(self._both, grid, *self._read(signal))
        self.hit = (y > 0) & self.ok
        self.change = np.flatnonzero(self.hit[1:] != self.hit[:-1])
        self.position = np.empty(self.change.size)
        self.by_score = [n for n, k in enumerate(self.change) if self.ok[k] and self.ok[k + 1]]
        self.failed: _Failed | None = None

    def _both(self, log_g: Array) -> tuple[Array, Mask]:
        return self._read(self.response.evaluate(np.exp(log_g)))

    def _read(self, signal: Signal) -> tuple[Array, Mask]:
        value = self.rule.score(signal)
        if np.any(np.isnan(value)):
            raise ConvergenceError("The signal is not a number at some couplings.")
        return np.maximum(value, _FLOOR), signal.valid

    def score(self, log_g: Array) -> Array:
        """Score at the logarithms of couplings, not below a floor."""
        return self._both(log_g)[0]

    def brackets(self) -> tuple[Array, Array]:
        """Ends of the intervals in which the score changes its sign."""
        at = self.change[self.by_score]
        return self.x[at], self.x[at + 1]

    def _gap(self) -> str:
        """Between which couplings the calculation is not valid, as text; empty if it is valid everywhere."""
        starts = np.flatnonzero(~self.ok & np.append(True, self.ok[:-1]))
        ends = np.flatnonzero(~self.ok & np.append(self.ok[1:], True))
        gaps = [
            f"{a:.1e} and {b:.1e}" for a, b in zip(np.exp(self.x[starts]), np.exp(self.x[ends]), strict=True)
        ]
        return f"not valid at couplings between {', and between '.join(gaps)}" if gaps else ""

    def row(self) -> _Row:
        """Intervals (n, 2) of the coupling, the nature of their edges, status and message."""
        if self.failed is not None:
            return self.failed.row()
        if not self.ok.any():
            low, high = np.exp(self.x[[0, -1]])
            return _Failed("out-of-domain", f"not valid at any coupling from {low:.1e} to {high:.1e}").row()
        try:
            intervals, kinds = self._intervals()
        except FAILURES as error:
            return _Failed(*failure(error)).row()
        return intervals, kinds, "ok", "" if kinds else self._gap()

    def _intervals(self) -> tuple[Array, tuple[tuple[str, str], ...]]:
        """Where the score is positive and valid."""
        kind = [""] * self.change.size
        for n in self.by_score:
            kind[n] = "physical"
        for n, k in enumerate(self.change):
            if not kind[n]:
                self.position[n], kind[n] = _bisect(self._both, self.x[k], self.x[k + 1])
        start = [(self.x[0], "grid")] if self.hit[0] else []
        end = [(self.x[-1], "grid")] if self.hit[-1] else []
        ends = [*start, *zip(self.position, kind, strict=True), *end]
        pairs = list(zip(ends[::2], ends[1::2], strict=True))
        intervals = np.exp(np.array([[a[0], b[0]] for a, b in pairs])).reshape(-1, 2)
        return intervals, tuple((a[1], b[1]) for a, b in pairs)


def _close(found: list[_Edges]) -> None:
    """Refine the edges of several models and masses at once."""
    found = [edges for edges in found if edges.by_score]
    if not found:
        return
    ends = [edges.brackets() for edges in found]
    owner = np.repeat(np.arange(len(found), dtype=float), [low.size for low, _ in ends])

    def score(x: Array, who: Array) -> Array:
        values = np.empty_like(x)
        for k in np.unique(who):
            values[who == k] = found[int(k)].score(x[who == k])
        return values

    low, high = (np.concatenate([pair[k] for pair in ends]) for k in (0, 1))
    try:
        roots = bracketed_root(score, low, high, (owner,), what="edge of the limit", relative=1e-12)
    except FAILURES as error:
        if len(found) == 1:
            found[0].failed = _Failed(*failure(error))
            return
        for edges in found:
            _close([edges])
        return
    for k, edges in enumerate(found):
        edges.position[edges.by_score] = roots[owner == k]


def _with_extrema(
    both: Callable[[Array], tuple[Array, Mask]], x: Array, y: Array, ok: Mask
) -> tuple[Array, Array, Mask]:
    """Add a point above zero near each maximum that the grid sees below it, and one below near each minimum above.

    Or the extremum itself, if it stays on its side. It is not looked for where it would have to lie further from the grid
    than twice what the score changes between its neighbours.
    """
    before, here, after = y[:-2], y[1:-1], y[2:]
    peak = (here >= before) & (here >= after) & (here - np.minimum(before, after) > _FLAT) & (here <= 0)
    trough = (here <= before) & (here <= after) & (np.maximum(before, after) - here > _FLAT) & (here > 0)
    reach = _REACH * np.maximum(np.abs(here - before), np.abs(here - after))
    k = np.flatnonzero((peak | trough) & (np.abs(here) < reach)) + 1
    if not k.size:
        return x, y, ok
    added = _beyond_zero(both, x[k - 1], x[k + 1], -np.sign(y[k]) + (y[k] == 0))
    found = [np.concatenate(pair) for pair in zip((x, y, ok), added, strict=True)]
    order = np.argsort(found[0], kind="stable")
    return found[0][order], found[1][order], found[2][order]


def _beyond_zero(
    both: Callable[[Array], tuple[Array, Mask]], low: Array, high: Array, sign: Array
) -> tuple[Array, Array, Mask]:
    """Points (n,) between low and high (n,) where sign * score is positive, or largest; the score and validity there.

    Each round looks at nine points of every bracket and keeps the neighbourhood of the best.
    """
    low, high = low.copy(), high.copy()
    best_x, best_y, best_ok = low.copy(), np.empty(low.size), np.empty(low.size, dtype=bool)
    going = np.arange(low.size)
    while going.size:
        step = (high - low)[going] / (_INSIDE + 1)
        x = low[going, None] + step[:, None] * np.arange(1, _INSIDE + 1)
        y, ok = (values.reshape(x.shape) for values in both(x.ravel()))
        value = sign[going, None] * y
        row, k = np.arange(going.size), np.argmax(value, axis=1)
        top = value[row, k]
        change = top - np.minimum(
            value[row, np.maximum(k - 1, 0)], value[row, np.minimum(k + 1, _INSIDE - 1)]
        )
        best_x[going], best_y[going], best_ok[going] = x[row, k], y[row, k], ok[row, k]
        low[going], high[going] = x[row, k] - step, x[row, k] + step
        going = going[(top <= 0) & (top + _REACH * change > 0) & (step > _FLAT)]
    return best_x, best_y, best_ok


def _bisect(both: Callable[[Array], tuple[Array, Mask]], low: float, high: float) -> tuple[float, str]:
    """Edge of the excluded and valid region between two points, and which of the two ended it."""

    def state(point: float) -> tuple[bool, bool]:
        score, valid = both(np.array([point]))
        return bool(score[0] > 0), bool(valid[0])

    first = state(low) == (True, True)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (state(middle) == (True, True)) == first:
            low = middle
        else:
            high = middle
    outside = state(high if first else low)
    return (low + high) / 2, "physical" if outside[1] else "validity"
