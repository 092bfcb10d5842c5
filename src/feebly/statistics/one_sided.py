"""Upper limits on a quantity that cannot be negative, from one Gaussian measurement."""

from __future__ import annotations

import math
from statistics import NormalDist

from feebly.errors import InvalidValueError


def delta_chi2(level: float) -> float:
    """Rise of chi^2 of one parameter that holds a confidence level, such as 3.84 for 0.95.

    >>> round(delta_chi2(0.95), 2)
    3.84
    """
    if not 0 < level < 1:
        raise InvalidValueError(
            f"The confidence level is {level:g}; it must lie between 0 and 1, such as 0.95."
        )
    return NormalDist().inv_cdf((1 + level) / 2) ** 2


def one_sided_limit(measured: float, error: float, *, level: float = 0.95) -> float:
    """Largest allowed value of a quantity a >= 0 that was measured as `measured` +- `error`.

    Parameters
    ----------
    measured : estimate, of either sign, in any unit.
    error : its standard error, in the same unit.
    level : confidence level.

    Raises
    ------
    InvalidValueError
        for an error that is not positive or a level outside 0 to 1.

    Notes
    -----
    The value a > max(measured, 0) at which chi^2(a) - min over a >= 0 of chi^2 = Delta chi^2(level). A negative
    estimate tightens the limit but never excludes a = 0, since the comparison is with the best value that is possible.
    Source: cowan-asymptotic, test statistic for upper limits with a boundary.
    Differs from it: Delta chi^2 is that of a two-sided interval, 3.84 for 0.95 instead of 2.71.
    Valid for: Gaussian errors.

    Examples
    --------
    >>> round(one_sided_limit(0.0, 1.0), 3), round(one_sided_limit(-4.0, 1.0), 3)
    (1.96, 0.454)
    """
    if not (math.isfinite(measured) and math.isfinite(error) and error > 0):
        raise InvalidValueError(
            f"A measurement needs a finite value and a positive error, not {measured:g} +- {error:g}."
        )
    best = max(measured, 0.0)
    pull = (best - measured) / error
    # rationalised: measured + sqrt(...) cancels for a very negative estimate
    root = math.hypot(pull, math.sqrt(delta_chi2(level)))
    return best + error * delta_chi2(level) / (root + pull)
