"""Nucleon-nucleon scattering by one-pion exchange in Born approximation: a comparison, no default."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.rates.stellar.nucleon_phases import Pair, check_pair
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS, Moments, integrate

MEAN_PION_MASS: Final = (2 * PION_MASS + NEUTRAL_PION_MASS) / 3
_FILE: Final = "nucleon_scattering/pion_coupling.toml"


def born_differential(pair: Pair, kinetic_cm: ArrayLike, cos_theta: ArrayLike) -> Array:
    """Cross section per solid angle (N, A) [MeV^-2] at energies (N,) in the centre of mass [MeV].

    Notes
    -----
    (m_N f^2 / m_pi^2)^2 (K^2 + L^2 + K L) for nn and pp, (K^2 + 4 L^2 - 2 K L) for np, with
    K = k^2 / (k^2 + mu^2), L the same of l; k^2 = 2 m_N E (1 - cos), l^2 = 2 m_N E (1 + cos).
    Source: de-swart-pion-nucleon (value and convention of f^2). Differs from it: the squared amplitude
    is derived here: -4 pi (f^2/m_pi^2) t1.t2 (s1.k)(s2.k)/(k^2 + mu^2), antisymmetrised, with k.l = 0 on
    shell. Valid for: nothing quantitatively; iterated exchange and short distances are left out.

    Examples
    --------
    It vanishes at threshold, where measured scattering is strongest:

    >>> bool(np.all(born_differential("nn", 1e-6, [0.3]) < 1e-12))
    True
    """
    strength = float(embedded.load(_FILE).table()["coupling_squared"])
    energy, cosine = np.atleast_1d(kinetic_cm).astype(float)[:, None], np.atleast_1d(cos_theta)
    direct, exchange = (
        q2 / (q2 + MEAN_PION_MASS**2)
        for q2 in (2 * NUCLEON_MASS * energy * (1 - cosine), 2 * NUCLEON_MASS * energy * (1 + cosine))
    )
    if check_pair(pair) == "np":
        shape = direct**2 + 4 * exchange**2 - 2 * direct * exchange
    else:
        shape = direct**2 + exchange**2 + direct * exchange
    return np.asarray((NUCLEON_MASS * strength / PION_MASS**2) ** 2 * shape)


def born_moments(pair: Pair, kinetic_cm: ArrayLike) -> Moments:
    """sigma, sigma^(2) and sigma^(4) of one-pion exchange [MeV^-2]; half the sphere for nn and pp.

    >>> from feebly.rates.stellar.nucleon_scattering import moments
    >>> ratio = born_moments("np", 50.0).dipole / moments("np", 100.0).dipole
    >>> bool(1.2 < ratio[0] < 1.4)
    True
    """
    return integrate(lambda cosine: born_differential(pair, kinetic_cm, cosine), identical=pair != "np")
