"""The neutron: its lifetime and weak currents, and what photons do to its decay at zero temperature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ALPHA, ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.particle_data import Measured
from feebly.provenance import Provenance
from feebly.units import FM

GAP: Final = NEUTRON_MASS - PROTON_MASS
_CURRENTS: Final = "nucleosynthesis/neutron.toml"
_RADIATIVE: Final = "nucleosynthesis/radiative.toml"


@dataclass(frozen=True, slots=True)
class Neutron:
    """Lifetime in seconds, axial coupling g_A and weak magnetism (mu_p - mu_n) / 2, with the standard errors."""

    lifetime_s: Measured
    axial: Measured
    magnetism: float


@lru_cache(maxsize=1)
def _currents() -> dict[str, Any]:
    return embedded.load(_CURRENTS).table()


@lru_cache(maxsize=1)
def neutron() -> Neutron:
    """The neutron as measured.

    >>> round(neutron().lifetime_s.value, 1), round(neutron().axial.value, 3)
    (878.3, 1.275)
    """
    table = _currents()
    return Neutron(
        Measured(*table["lifetime_s"]), Measured(*table["axial_coupling"]), float(table["weak_magnetism"])
    )


@lru_cache(maxsize=1)
def _radiative() -> dict[str, Any]:
    return embedded.load(_RADIATIVE).table()


def coulomb_factor(momentum: Array) -> Array:
    """Fermi function: density of an electron of this momentum [MeV] at a proton, relative to a plane wave.

    Notes
    -----
    F = 4 (1 + gamma/2) (2 r_p m beta)^(2 gamma) / Gamma(3 + 2 gamma)^2 exp(pi alpha / beta) (1 - beta^2)^(-gamma)
    |Gamma(1 + gamma + i alpha / beta)|^2 with gamma = sqrt(1 - alpha^2) - 1.
    Source: pitrou-helium, section on radiative corrections at T = 0. Differs from it: nothing. Valid for: a proton of radius r_p at rest.

    Examples
    --------
    Slow electrons approach 2 pi alpha / beta:

    >>> beta = 1e-3
    >>> p = ELECTRON_MASS * beta / np.sqrt(1 - beta**2)
    >>> bool(abs(coulomb_factor(np.array(p)) / (2 * np.pi * ALPHA / beta) - 1) < 2e-3)
    True
    """
    from scipy.special import gamma as gamma_function
    from scipy.special import loggamma

    energy = np.hypot(momentum, ELECTRON_MASS)
    beta = momentum / energy
    shift = float(np.sqrt(1 - ALPHA**2) - 1)
    radius = _currents()["proton_radius_fm"] * FM
    lead = 4 * (1 + shift / 2) / gamma_function(3 + 2 * shift) ** 2
    modulus = 2 * np.real(loggamma(1 + shift + 1j * ALPHA / beta))
    # (2 r m beta)^(2 gamma) (1 - beta^2)^(-gamma) = (2 r p)^(2 gamma)
    return np.asarray(lead * (2 * radius * momentum) ** (2 * shift) * np.exp(np.pi * ALPHA / beta + modulus))


def radiative_factor(momentum: Array, photon_energy: Array) -> Array:
    """Radiative correction of beta decay with an electron of this momentum, as a factor.

    Parameters
    ----------
    momentum : of the electron, MeV.
    photon_energy : largest energy of a photon that is emitted, MeV; that of the neutrino without it.

    Notes
    -----
    R = [1 + alpha/(2 pi) (g - 3 ln(m_p / 2 Delta))] (L + alpha C / pi + delta)
    [S + alpha(m_p) / (2 pi) (ln(m_p / m_A) + A_g) + NLL], g the universal function of Sirlin.
    Source: pitrou-helium, appendix on Sirlin's universal function, after czarnecki-neutron, Eq. (15).
    Differs from it: artanh(beta) / beta, where one of its three forms prints arctan(beta) / beta.
    Valid for: neutron decay in vacuum. In a plasma the true photons differ; with what the plasma adds, the change of
    Y_p is below 1e-5 there.
    """
    from scipy.special import spence

    table = _radiative()
    energy = np.hypot(momentum, ELECTRON_MASS)
    beta = momentum / energy
    rapidity = np.arcsinh(momentum / ELECTRON_MASS) / beta
    share = photon_energy / energy
    sirlin = (
        3 * np.log(PROTON_MASS / ELECTRON_MASS)
        - 0.75
        - 4 / beta * spence((1 - beta) / (1 + beta))
        + 4 * (rapidity - 1) * (share / 3 - 1.5 + np.log(2 * photon_energy / ELECTRON_MASS))
        + rapidity * (2 * (1 + beta**2) + share**2 / 6 - 4 * beta * rapidity)
    )
    low = (
        table["leading_logarithms_low"]
        + ALPHA / np.pi * table["long_distance"]
        + table["next_to_leading_low"]
    )
    hadronic = np.log(PROTON_MASS / table["axial_mass_mev"]) + table["perturbative_qcd"]
    high = (
        table["leading_logarithms_high"]
        + hadronic / (2 * np.pi * table["inverse_alpha_at_proton_mass"])
        + table["next_to_leading_high"]
    )
    outer = 1 + ALPHA / (2 * np.pi) * (sirlin - 3 * np.log(PROTON_MASS / (2 * GAP)))
    return np.asarray(outer * low * high)


@lru_cache(maxsize=1)
def provenance() -> Provenance:
    """The numbers used here."""
    return embedded.load(_CURRENTS).provenance | embedded.load(_RADIATIVE).provenance
