"""The hydrostatic star in time, from half a second to ten seconds."""

from __future__ import annotations

import numpy as np

from feebly.arrays import Array
from feebly.environments.pns_parameters import TIMES, Variant
from feebly.environments.pns_stars import MOMENTS, pns
from feebly.environments.sequence import StarSequence
from feebly.errors import InvalidValueError
from feebly.units import SECOND


def pns_sequence(
    *, variant: Variant = "reference", start_s: float = 0.5, end_s: float = 10.0
) -> StarSequence:
    """Hydrostatic star at seven moments from 0.5 to 10 s, read from tables; it emits between start and end.

    Parameters
    ----------
    variant : "cold" and "hot" are the edges of the band, see `Course`.
    start_s, end_s : of the emission after bounce, within 0.5 to 10.

    Raises
    ------
    InvalidValueError
        unless 0.5 <= start < end <= 10, or for a variant that is not known.

    Notes
    -----
    Rates are straight lines in ln t between the moments: exact for what is constant, 4 % too large for what falls as 1/t where moments are a factor of two apart.
    Source: none; the parameters of `standard_parameters`. Valid for: a star without accretion and fallback.

    Examples
    --------
    >>> sequence = pns_sequence(start_s=1.0, end_s=5.0)
    >>> [star.name for star in sequence.stars]
    ['pns-1s', 'pns-2s', 'pns-3s', 'pns-5s']
    >>> round(sequence.duration / SECOND, 9)
    4.0
    """
    low, high = TIMES
    if not low <= start_s < end_s <= high:
        raise InvalidValueError(
            f"The emission from {start_s:g} to {end_s:g} s must begin and end within {low:g} to {high:g} s."
        )
    weight = _weights(np.array(MOMENTS), start_s, end_s)
    used = np.flatnonzero(weight > 0)
    return StarSequence(
        tuple(pns(time_s=MOMENTS[k], variant=variant) for k in used),
        weight[used] * SECOND,
        f"straight lines in ln t between {used.size} moments from {start_s:g} to {end_s:g} s",
        start=start_s * SECOND,
    )


def _weights(moments: Array, start: float, end: float) -> Array:
    """What each moment (T,) counts in the integral from start to end of a function linear in ln t between them, s."""
    low, high = np.clip(moments[:-1], start, end), np.clip(moments[1:], start, end)
    left, width = moments[:-1], np.log(moments[1:] / moments[:-1])
    # int dt ln(t/left)
    rising = high * (np.log(high / left) - 1) - low * (np.log(low / left) - 1)
    later = rising / width
    return np.asarray(np.append(high - low - later, 0.0) + np.append(0.0, later))
