"""Elastic scattering of neutrinos on electrons."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS
from feebly.errors import look_up
from feebly.math.quadrature import panels
from feebly.rates.scattering.quasielastic import fermi_constant

# what charged and neutral current add to sin^2(theta_W) in (a_1, a_2)
_ISOSPIN: Final = MappingProxyType(
    {"nu_e": (0.5, 0.0), "nu_e~": (0.0, 0.5)}
    | {f"nu_{flavour}": (-0.5, 0.0) for flavour in ("mu", "tau")}
    | {f"nu_{flavour}~": (0.0, -0.5) for flavour in ("mu", "tau")}
)
_NODES: Final = 16


@cache
def weak_sine() -> float:
    """sin^2(theta_W)."""
    return float(embedded.load("running/electroweak.toml").table()["sin2_weak_angle"])


def differential(neutrino: str, energy: ArrayLike, recoil: ArrayLike) -> Array:
    """d sigma/dT [MeV^-3] at the kinetic energy T of the electron [MeV].

    Parameters
    ----------
    neutrino : one of the six, such as nu_e or nu_tau~.
    energy, recoil : broadcastable arrays, MeV.

    Notes
    -----
    d sigma/dT = 2 G_F^2 m_e / (pi E^2) [a_1^2 E^2 + a_2^2 (E - T)^2 - a_1 a_2 m_e T], zero beyond 2E^2/(m_e + 2E).
    Source: esseili-kribs-chargephobic, Eq. (50). Differs from it: nothing.
    Valid for: tree level; sin^2(theta_W) at the Z mass, which is 3 % below that at low momentum.

    Examples
    --------
    >>> bool(differential("nu_e", 20.0, 5.0) > 5 * differential("nu_mu", 20.0, 5.0))
    True
    """
    charged, neutral = look_up(_ISOSPIN, "neutrino", neutrino)
    a1, a2 = weak_sine() + charged, weak_sine() + neutral
    e, t = np.asarray(energy, dtype=float), np.asarray(recoil, dtype=float)
    bracket = a1**2 + a2**2 * (1 - t / e) ** 2 - a1 * a2 * ELECTRON_MASS * t / e**2
    open_ = t <= largest_recoil(e)
    return np.asarray(np.where(open_, 2 * fermi_constant() ** 2 * ELECTRON_MASS / np.pi * bracket, 0.0))


def largest_recoil(energy: ArrayLike) -> Array:
    """Largest kinetic energy of the electron [MeV].

    >>> round(float(largest_recoil(20.0)), 2)
    19.75
    """
    e = np.asarray(energy, dtype=float)
    return np.asarray(2 * e**2 / (ELECTRON_MASS + 2 * e))


def spectrum(neutrino: str, energy: ArrayLike) -> tuple[Array, Array]:
    """Total electron energies (N, L) [MeV] and the cross section at each [MeV^-2]; the sum over L is total.

    >>> from feebly.units import CM
    >>> round(float(spectrum("nu_e", [10.0])[1].sum() / CM**2 / 1e-44), 1)
    9.2
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    recoil, weight = panels(np.stack([np.zeros_like(e), largest_recoil(e)], axis=-1), _NODES)
    # the last node may round beyond the edge, which is open
    parts = weight * differential(neutrino, e[:, None], np.minimum(recoil, largest_recoil(e)[:, None]))
    return recoil + ELECTRON_MASS, parts
