"""Nucleons of a star as a gas of quasi-particles."""

from __future__ import annotations

import numpy as np

from feebly.arrays import Array
from feebly.math.fermi_gas import fermi_gas
from feebly.math.roots import bracketed_root


def nucleon_potential(temperature: Array, density: Array, mass: Array) -> Array:
    """Effective chemical potential (R,) [MeV] of nucleons of given densities [MeV^3] and effective masses [MeV].

    >>> one = np.ones(1)
    >>> mu = nucleon_potential(30.0 * one, 1e6 * one, 600.0 * one)
    >>> bool(abs(fermi_gas(30.0 * one, mu, mass=600.0 * one).number[0] / 1e6 - 1) < 1e-9)
    True
    """
    highest = np.hypot(np.cbrt(3 * np.pi**2 * density), mass) + 10 * temperature
    return bracketed_root(
        lambda mu, t, n, m: fermi_gas(t, mu, mass=m).number - n,
        -highest,
        highest,
        (temperature, density, mass),
        what="chemical potential of nucleons",
    )
