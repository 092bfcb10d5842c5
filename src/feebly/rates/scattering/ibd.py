"""Antineutrinos on free protons: nu~ p -> l+ n, for positrons and muons."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.errors import look_up
from feebly.math.quadrature import panels
from feebly.rates.scattering.quasielastic import FILE, Products, fermi_constant, parameters, squared_element

Charged = Literal["e+", "mu+"]
MASSES: Final = {"e+": ELECTRON_MASS, "mu+": MUON_MASS}
_NODES: Final = 16


def threshold(lepton: Charged = "e+") -> float:
    """Smallest neutrino energy [MeV].

    >>> round(threshold(), 3), round(threshold("mu+"), 1)
    (1.806, 113.0)
    """
    mass = look_up(MASSES, "lepton", lepton)
    return float(((NEUTRON_MASS + mass) ** 2 - PROTON_MASS**2) / (2 * PROTON_MASS))


def lepton_energies(energy: ArrayLike, lepton: Charged = "e+") -> tuple[Array, Array]:
    """Smallest and largest energy of the lepton [MeV] at neutrino energies (...) [MeV].

    Notes
    -----
    E = E* (E_nu + m_p)/sqrt(s) -+ p* E_nu/sqrt(s), with E*, p* in the frame of the centre of mass; below
    threshold both limits agree.
    Source: strumia-vissani-ibd, Eq. (12).

    Examples
    --------
    >>> low, high = lepton_energies(20.0)
    >>> round(float(low), 2), round(float(high), 2)
    (17.94, 18.71)
    """
    e, mass = np.asarray(energy, dtype=float), look_up(MASSES, "lepton", lepton)
    s = PROTON_MASS**2 + 2 * PROTON_MASS * e
    star = (s - NEUTRON_MASS**2 + mass**2) / (2 * np.sqrt(s))
    momentum = np.sqrt(np.maximum(star**2 - mass**2, 0.0))
    middle, half = star * (e + PROTON_MASS) / np.sqrt(s), momentum * e / np.sqrt(s)
    return np.asarray(middle - half), np.asarray(middle + half)


def differential(
    energy: ArrayLike, lepton_energy: ArrayLike, lepton: Charged = "e+", *, radiative: bool = True
) -> Array:
    """d sigma/dE_l [MeV^-3] of nu~ p -> l+ n; the lepton energy must lie within `lepton_energies`.

    Parameters
    ----------
    energy, lepton_energy : broadcastable arrays, MeV.
    radiative : factor of order alpha, for positrons.

    Notes
    -----
    d sigma/dE_l = 2 m_p |M|^2 / (16 pi (s - m_p^2)^2), times 1 + alpha/pi [6.00 + 3/2 ln(m_p/2E_e) + 6/5 (m_e/E_e)^1.5].
    Source: strumia-vissani-ibd, Eqs. (3)-(7), (11), (14). Differs from it: Fermi constant and masses of today; muons
    from the same formula, without the radiative factor, which holds for m_l << E_l.
    Valid for: E_nu up to 1 GeV; 0.4 % at low energies by the authors' estimate.

    Examples
    --------
    >>> bool(differential(30.0, 27.5) > 0)
    True
    """
    e, el = np.broadcast_arrays(np.asarray(energy, float), np.asarray(lepton_energy, float))
    mass, m1, m2 = look_up(MASSES, "lepton", lepton), PROTON_MASS, NEUTRON_MASS
    t = m2**2 - m1**2 - 2 * m1 * (e - el)
    k_p, l_p, k_l = m1 * e, m1 * el, (mass**2 - t) / 2
    products = Products(
        k_p=k_p,
        k_q=k_p - k_l,
        l_p=l_p,
        l_q=k_l + l_p - mass**2,
        k_l=k_l,
        p_q=(m1**2 + m2**2 - t) / 2,
    )
    element = squared_element(products, t, "antineutrino", initial_mass=m1, final_mass=m2)
    strength = 4 * (fermi_constant() * parameters().cabibbo) ** 2
    bare = 2 * m1 * strength * element / (16 * np.pi * (2 * m1 * e) ** 2)
    return np.asarray(bare * radiative_factor(el) if radiative and lepton == "e+" else bare)


@cache
def _radiative_constant() -> float:
    return float(embedded.load(FILE).table()["radiative_constant"])


def radiative_factor(positron_energy: ArrayLike) -> Array:
    """What radiation multiplies the cross section with, a function of the positron energy [MeV].

    Notes
    -----
    Source: strumia-vissani-ibd, Eq. (14). Valid for: m_e << E_e << m_p, photons counted with the positron.

    Examples
    --------
    >>> round(float(radiative_factor(10.0)), 4)
    1.0274
    """
    e = np.asarray(positron_energy, dtype=float)
    bracket = _radiative_constant() + 1.5 * np.log(PROTON_MASS / (2 * e)) + 1.2 * (ELECTRON_MASS / e) ** 1.5
    return np.asarray(1 + ALPHA / np.pi * bracket)


def spectrum(
    energy: ArrayLike, lepton: Charged = "e+", *, up_to: float = np.inf, radiative: bool = True
) -> tuple[Array, Array]:
    """Lepton energies (N, L) [MeV] and the cross section at each (N, L) [MeV^-2] for neutrino energies (N,).

    The sum over L is the cross section; a sum with a smooth function of the lepton energy is its average.

    Parameters
    ----------
    up_to : lepton energy above which nothing is counted, MeV.

    Examples
    --------
    >>> leptons, parts = spectrum([30.0])
    >>> leptons.shape == parts.shape == (1, 16)
    True
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    low, high = lepton_energies(e, lepton)
    leptons, weights = panels(np.stack([low, np.clip(high, low, np.maximum(low, up_to))], axis=-1), _NODES)
    open_ = e > threshold(lepton)
    safe = np.where(open_, e, threshold(lepton))[:, None]
    parts = weights * differential(safe, leptons, lepton, radiative=radiative)
    return leptons, np.where(open_[:, None], parts, 0.0)


def cross_section(energy: ArrayLike, lepton: Charged = "e+", *, radiative: bool = True) -> Array:
    """Cross section of nu~ p -> l+ n (N,) [MeV^-2] at neutrino energies (N,) [MeV].

    Examples
    --------
    >>> from feebly.units import CM
    >>> (cross_section([10.0, 50.0]) / CM**2 / 1e-41).round(3).tolist()
    [0.676, 15.6]
    """
    return np.asarray(np.sum(spectrum(energy, lepton, radiative=radiative)[1], axis=-1))
