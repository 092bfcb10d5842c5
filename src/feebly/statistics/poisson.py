"""Counting: upper limits on a signal from a number of events and a known background."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.special import gammaincc, gammainccinv

from feebly.errors import InvalidValueError
from feebly.provenance import Provenance
from feebly.statistics.threshold import Threshold

Method = Literal["cls", "classical"]


def upper_limit(
    observed: int, background: float = 0.0, *, level: float = 0.95, method: Method = "cls"
) -> float:
    """Largest mean number of signal events that is allowed, dimensionless.

    Parameters
    ----------
    observed : events seen.
    background : mean number expected without a signal.
    level : confidence level.
    method : "cls", P(<= n | s + b) / P(<= n | b) = 1 - level, which never excludes no signal; or "classical",
        P(<= n | s + b) = 1 - level, and zero where even the background alone has too many.

    Raises
    ------
    InvalidValueError
        for negative numbers, or a level outside 0 to 1.

    Notes
    -----
    P(<= n | x) = Q(n + 1, x), the regularised upper incomplete gamma function.
    Valid for: a background without uncertainty.

    Examples
    --------
    >>> round(upper_limit(0), 3), round(upper_limit(3, 1.2), 2)
    (2.996, 6.61)
    """
    if observed < 0 or observed != int(observed) or not (np.isfinite(background) and background >= 0):
        raise InvalidValueError(
            f"Events must be 0, 1, 2, ... and a background not negative, not {observed} and {background}."
        )
    if not 0 < level < 1:
        raise InvalidValueError(
            f"The confidence level is {level:g}; it must lie between 0 and 1, such as 0.95."
        )
    if method not in get_args(Method):
        raise InvalidValueError(f"method = '{method}' is not known. Possible: cls, classical.")
    count = observed + 1.0
    tail = (1 - level) * (float(gammaincc(count, background)) if method == "cls" else 1.0)
    return max(float(gammainccinv(count, tail)) - background, 0.0)


def count_threshold(
    observed: int,
    background: float = 0.0,
    *,
    level: float = 0.95,
    method: Method = "cls",
    allowed: float | None = None,
) -> Threshold:
    """The criterion "more signal events than allowed", on a signal without unit.

    Parameters
    ----------
    allowed : number to be used instead of the upper limit, such as 3 for none observed.

    Examples
    --------
    >>> round(count_threshold(0).allowed, 3), count_threshold(0, allowed=3.0).allowed
    (2.996, 3.0)
    """
    limit = upper_limit(observed, background, level=level, method=method) if allowed is None else allowed
    choices = {("observed", str(observed)), ("background", f"{background:g}"), ("allowed", f"{limit:.4g}")}
    return Threshold(limit, "1", level, Provenance(choices=frozenset(choices)))
