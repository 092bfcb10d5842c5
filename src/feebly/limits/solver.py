"""Find the excluded intervals: bracket on a grid, refine maxima, then refine edges in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

import feebly
from feebly.arrays import Array, Mask, mass_array
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError
from feebly.limits.limit import Limit
from feebly.limits.progress import Progress, reporting
from feebly.math.roots import bracketed_root, refine_maximum
from feebly.models import Model
from feebly.probes.base import Probe, Response, require
from feebly.provenance import Provenance
from feebly.statistics import Criterion

DEFAULT_RANGE: Final = {2: (1e-14, 1.0), 1: (1e-16, 1.0)}  # by the power of the scale
_FLOOR: Final = -1e3  # stands for a score of minus infinity in root finding
_FLAT: Final = 1e-6  # a score that changes less between neighbours is a plateau, not a maximum
_MASS_RANGE: Final = (1e-6, 1e8)  # MeV
_LARGEST: Final = 1e10


def solve(
    probe: Probe,
    model: Model,
    mass: Sequence[float] | Array,
    *,
    scale_range: tuple[float, float] | None = None,
    per_decade: int = 12,
    progress: Progress = None,
) -> Limit:
    """Excluded couplings of a model by a probe at the masses (M,) [MeV].

    Parameters
    ----------
    scale_range : couplings to scan; 1e-14 to 1 for couplings g, 1e-16 to 1 for mixings |U|^2.
    per_decade : points per decade of the first bracketing grid.
    progress : None, "bar", or a function called with (done, total) after each mass.

    Raises
    ------
    UnsupportedModelError
        if the probe cannot answer for the model at any mass.
    InvalidValueError
        for masses or ranges that make no sense.

    Notes
    -----
    The score is bracketed on a logarithmic grid; every local maximum that is still negative is
    refined before "nothing" is concluded, so that narrow islands are not lost; edges are then
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
    masses = checked_masses(mass)
    support = require(probe, model)
    low, high = scale_range or DEFAULT_RANGE[model.scale.power]
    if not 0 < low < high <= _LARGEST:
        raise InvalidValueError(
            f"The scale range {low:g}:{high:g} must increase from above 0 to at most {_LARGEST:g}. Try 1e-14:1"
        )
    if per_decade < 1:
        raise InvalidValueError(f"per_decade is {per_decade}; at least one point per decade is needed.")
    grid = np.linspace(math.log(low), math.log(high), max(8, round(per_decade * math.log10(high / low)) + 1))
    excluded: list[Array] = []
    edges: list[tuple[tuple[str, str], ...]] = []
    status: list[str] = []
    message: list[str] = []
    provenance = probe.provenance | model.provenance | Provenance(omitted=frozenset(support.omitted))
    with reporting(progress, f"{probe.name} {model.name}") as step:
        for done, value in enumerate(masses, start=1):
            intervals, state, text = np.zeros((0, 2)), "ok", ""
            kinds: tuple[tuple[str, str], ...] = ()
            try:
                response = probe.prepare(model, float(value))
                intervals, kinds = _intervals(response, probe.rule, grid)
                provenance = provenance | response.provenance
            except OutOfDomainError as error:
                state, text = "out-of-domain", str(error).splitlines()[0]
            except ConvergenceError as error:
                state, text = "not-converged", str(error).splitlines()[0]
            excluded.append(intervals)
            edges.append(kinds)
            status.append(state)
            message.append(text)
            step(done, masses.size)
    return Limit(
        probe=probe.name,
        model=model.name,
        scale_name=model.scale.name,
        mass=masses,
        excluded=tuple(excluded),
        edges=tuple(edges),
        status=tuple(status),
        message=tuple(message),
        scale_range=(float(low), float(high)),
        kind="computed",
        verdict=probe.verdict,
        level=probe.rule.level,
        provenance=provenance,
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


def _intervals(response: Response, rule: Criterion, grid: Array) -> tuple[Array, tuple[tuple[str, str], ...]]:
    """Intervals (n, 2) of the coupling with a positive, valid score, and the nature of their edges."""

    def score(log_g: Array) -> Array:
        value = rule.score(response.evaluate(np.exp(log_g)))
        if np.any(np.isnan(value)):
            raise ConvergenceError("The signal is not a number at some couplings.")
        return np.maximum(value, _FLOOR)

    def valid(log_g: Array) -> Mask:
        return response.evaluate(np.exp(log_g)).valid

    x = grid
    y, ok = score(x), valid(x)
    x, y, ok = _with_extrema(score, valid, x, y, ok)
    hit = (y > 0) & ok
    change = np.flatnonzero(hit[1:] != hit[:-1])
    position, kind = np.empty(change.size), [""] * change.size
    by_score = [n for n, k in enumerate(change) if ok[k] and ok[k + 1]]
    if by_score:
        at = change[by_score]
        position[by_score] = bracketed_root(score, x[at], x[at + 1], what="edge of the limit", relative=1e-12)
    for n in by_score:
        kind[n] = "physical"
    for n, k in enumerate(change):
        if not kind[n]:
            position[n], kind[n] = _bisect(score, valid, x[k], x[k + 1])
    start = [(x[0], "grid")] if hit[0] else []
    end = [(x[-1], "grid")] if hit[-1] else []
    ends = [*start, *zip(position, kind, strict=True), *end]
    pairs = list(zip(ends[::2], ends[1::2], strict=True))
    intervals = np.exp(np.array([[a[0], b[0]] for a, b in pairs])).reshape(-1, 2)
    return intervals, tuple((a[1], b[1]) for a, b in pairs)


def _with_extrema(
    score: Callable[[Array], Array], valid: Callable[[Array], Mask], x: Array, y: Array, ok: Mask
) -> tuple[Array, Array, Mask]:
    """Add the refined position of each maximum that the grid sees below zero, and minimum above it."""
    before, here, after = y[:-2], y[1:-1], y[2:]
    peak = (here >= before) & (here >= after) & (here - np.minimum(before, after) > _FLAT)
    peaks = np.flatnonzero(peak & (here <= 0) & (here > _FLOOR)) + 1
    trough = (here <= before) & (here <= after) & (np.maximum(before, after) - here > _FLAT)
    troughs = np.flatnonzero(trough & (here > 0)) + 1
    extra = [refine_maximum(score, x[k - 1], x[k + 1], tolerance=1e-6)[0] for k in peaks]
    extra += [refine_maximum(lambda z: -score(z), x[k - 1], x[k + 1], tolerance=1e-6)[0] for k in troughs]
    if not extra:
        return x, y, ok
    added = np.array(extra)
    both = np.concatenate([x, added])
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([y, score(added)])[order], np.concatenate([ok, valid(added)])[order]


def _bisect(
    score: Callable[[Array], Array], valid: Callable[[Array], Mask], low: float, high: float
) -> tuple[float, str]:
    """Edge of the excluded and valid region between two points, and which of the two ended it."""

    def state(point: float) -> tuple[bool, bool]:
        at = np.array([point])
        return bool(score(at)[0] > 0), bool(valid(at)[0])

    first = state(low) == (True, True)
    for _ in range(50):
        middle = (low + high) / 2
        if (state(middle) == (True, True)) == first:
            low = middle
        else:
            high = middle
    outside = state(high if first else low)
    return (low + high) / 2, "physical" if outside[1] else "validity"
