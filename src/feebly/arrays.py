"""The array types that cross every seam, and masses as one of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from feebly.errors import InvalidValueError

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Mask = NDArray[np.bool_]


def mass_array(mass: ArrayLike, *, zero: bool = False) -> Array:
    """Masses (M,) [MeV] as an array; one number gives one mass.

    Parameters
    ----------
    zero : whether a mass of zero is possible.

    Raises
    ------
    InvalidValueError
        for no mass at all, or one that is not finite or not positive.

    Examples
    --------
    >>> mass_array([10, 500]).tolist()
    [10.0, 500.0]
    """
    masses = np.atleast_1d(np.asarray(mass, dtype=float))
    if masses.ndim != 1 or masses.size == 0:
        raise InvalidValueError("Give a list of at least one mass in MeV, for example [10.0, 500.0].")
    bad = masses[~(np.isfinite(masses) & ((masses > 0) | (zero & (masses == 0))))]
    if bad.size:
        allowed = "finite and not negative" if zero else "positive and finite"
        raise InvalidValueError(f"The mass is {bad[0]} MeV; it must be {allowed}.")
    return masses


def one_mass(mass: ArrayLike) -> float:
    """A single mass [MeV].

    Raises
    ------
    InvalidValueError
        for none or several, or one that is not finite or not positive.

    Examples
    --------
    >>> one_mass(10), one_mass([500.0])
    (10.0, 500.0)
    """
    masses = mass_array(mass)
    if masses.size != 1:
        raise InvalidValueError(
            f"One mass in MeV is needed here, for example 10.0; {masses.size} were given."
        )
    return float(masses[0])
