"""Electrons and positrons from muons that decay at rest, and muons below the threshold of Cherenkov light."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import MUON_MASS
from feebly.math.quadrature import gauss

CHERENKOV_ENERGY: Final = 160.0  # MeV, below which a muon in water gives no light
ENDPOINT: Final = MUON_MASS / 2
_NODES: Final = 24


def michel_spectrum(energy: ArrayLike) -> Array:
    """dn/dE [MeV^-1] of the electron of a muon at rest, at its energy [MeV]; it integrates to one.

    Notes
    -----
    dn/dE = 4/m_mu x^2 (3 - 2x), x = 2E/m_mu < 1.
    Source: akita-high-energy-neutrinos, Eq. (58). Differs from it: nothing.
    Valid for: free muons; mu- bound to oxygen have a softer end, and some are captured, which is left out.

    Examples
    --------
    >>> round(float(michel_spectrum(50.0)), 4), float(michel_spectrum(60.0))
    (0.0375, 0.0)
    """
    x = np.asarray(energy, dtype=float) / ENDPOINT
    return np.asarray(np.where((x > 0) & (x < 1), 4 / MUON_MASS * x**2 * (3 - 2 * x), 0.0))


@cache
def michel_nodes() -> tuple[Array, Array]:
    """Electron energies (L,) [MeV] and shares (L,) of a muon at rest, which sum to one.

    >>> energy, share = michel_nodes()
    >>> round(float(share.sum()), 12), round(float(share @ energy / MUON_MASS), 12)
    (1.0, 0.35)
    """
    energy, weight = gauss(0.0, ENDPOINT, _NODES)
    share = weight * michel_spectrum(energy)
    energy.setflags(write=False)
    share.setflags(write=False)
    return energy, share
