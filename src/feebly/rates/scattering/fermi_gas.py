"""Neutrinos on a nucleus as a relativistic Fermi gas: nu 16O -> l X by quasi-elastic knock-out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS
from feebly.errors import OutOfDomainError, UnknownNameError
from feebly.math.quadrature import panels
from feebly.provenance import Provenance, sources
from feebly.rates.scattering.quasielastic import (
    FILE,
    NUCLEON_MASS,
    Lepton,
    Products,
    fermi_constant,
    parameters,
    squared_element,
)
from feebly.rates.scattering.quasielastic import provenance as current_provenance

LARGEST: Final = 1500.0  # neutrino energy where the table ends, MeV
_MASSES: Final = {"nu_e": ELECTRON_MASS, "nu_mu": MUON_MASS, "nu_e~": ELECTRON_MASS, "nu_mu~": MUON_MASS}
_NODES: Final = 40
_TABLE: Final = 90
_AZIMUTH: Final = np.sqrt(0.5) * np.array([-1.0, 1.0])  # averages polynomials of degree two in cos(phi)


@dataclass(frozen=True, slots=True)
class FermiGas:
    """Nucleons of one kind in a nucleus.

    momentum : Fermi momentum, MeV.
    removal : energy that it takes to remove a nucleon, MeV.
    nucleons : how many of the kind that reacts.
    """

    momentum: float
    removal: float
    nucleons: int


@cache
def oxygen() -> FermiGas:
    """The eight neutrons, or protons, of 16O.

    >>> oxygen()
    FermiGas(momentum=225.0, removal=27.0, nucleons=8)
    """
    table = embedded.load(FILE).table()
    return FermiGas(table["fermi_momentum_mev"], table["removal_energy_mev"], 8)


def provenance() -> Provenance:
    """Where the calculation comes from, and what it leaves out."""
    return current_provenance() | Provenance(
        sources=sources(("genie-configuration", "FermiMomentumTables, CommonParam")),
        choices=frozenset({("16O above 100 MeV", "relativistic Fermi gas")}),
        omitted=frozenset({"pion production and pairs of nucleons in 16O", "Coulomb force on the lepton"}),
    )


def lepton_spectrum(
    gas: FermiGas, neutrino: str, energy: ArrayLike, *, up_to: float = np.inf
) -> tuple[Array, Array]:
    """Lepton energies (N, L) [MeV] and the cross section at each [MeV^-2] at neutrino energies (N,) [MeV].

    The sum over L is the cross section per nucleus.

    Parameters
    ----------
    neutrino : nu_e, nu_mu, nu_e~ or nu_mu~.
    up_to : lepton energy above which nothing is counted, MeV.

    Notes
    -----
    sigma = n / (16 V E_nu^2) int dw dq dE_p <|M|^2>, V = 4/3 pi k_F^3: the nucleons p and p' are on their shells,
    E_p' = E_p + w - removal > E_F > E_p, |p' - p| = q, and |M|^2 is averaged over the azimuth of p around q. Form
    factors at (p' - p)^2. In E_p and the azimuth the integrand is of second degree, so that few nodes are exact.
    Source: own integration of the element of strumia-vissani-ibd; Fermi momentum and removal energy from
    genie-configuration.
    Valid for: momentum transfers that resolve single nucleons; below 100 MeV nuclear levels decide.

    Examples
    --------
    >>> leptons, parts = lepton_spectrum(oxygen(), "nu_e", [200.0])
    >>> bool(leptons.max() < 200 - 27) and bool(parts.sum() > 0)
    True
    """
    if neutrino not in _MASSES:
        raise UnknownNameError("neutrino with a charged current here", neutrino, _MASSES)
    lepton: Lepton = "antineutrino" if neutrino.endswith("~") else "neutrino"
    mass, m = _MASSES[neutrino], NUCLEON_MASS
    e = np.atleast_1d(np.asarray(energy, dtype=float))[:, None]
    surface = np.hypot(gas.momentum, m)
    most = np.maximum(e - mass, gas.removal)
    least = np.clip(e - up_to, gas.removal, most)
    # small transfers, where the Fermi sea blocks, need their own panel
    knee = least + (most - least) / 8
    omega, w_omega = panels(np.concatenate([least, knee, most], axis=-1), _NODES // 2)
    el = e - omega
    kl = np.sqrt(np.maximum(el**2 - mass**2, 0.0))
    given = omega - gas.removal
    # within the sea: |p| < k_F < |p + q|, and a nucleon of the sea can take the energy `given`
    reach = np.sqrt((surface + given) ** 2 - m**2)
    low = np.maximum(np.abs(e - kl), reach - gas.momentum)
    high = np.minimum(e + kl, reach + gas.momentum)
    q, w_q = panels(np.stack([low, np.maximum(low, high)], axis=-1), _NODES)
    given, omega, el, kl = (x[..., None] for x in (given, omega, el, kl))
    space = q**2 - given**2
    floor = np.maximum(q / 2 * np.sqrt(1 + 4 * m**2 / space) - given / 2, surface - given)
    ep, w_p = panels(np.stack([np.minimum(floor, surface), np.full_like(q, surface)], axis=-1), 3)
    t = -space[..., None]
    element = np.zeros_like(ep)
    for azimuth in _AZIMUTH:
        x = _products(
            e[..., None, None], el[..., None], kl[..., None], q[..., None], given[..., None], ep, azimuth
        )
        element += squared_element(x, t, lepton, initial_mass=m, final_mass=m) / 2
    inner = np.sum(w_q[..., None] * w_p * element, axis=(-1, -2))
    volume = 4 / 3 * np.pi * gas.momentum**3
    strength = 4 * (fermi_constant() * parameters().cabibbo) ** 2
    return el[..., 0], np.asarray(gas.nucleons * strength / (16 * volume * e**2) * w_omega * inner)


def _products(e: Array, el: Array, kl: Array, q: Array, given: Array, ep: Array, azimuth: float) -> Products:
    """Scalar products with q along the z axis, k and k' in the plane of x and z."""
    m = NUCLEON_MASS
    k_z = (e**2 - kl**2 + q**2) / (2 * q)
    k_x = np.sqrt(np.maximum(e**2 - k_z**2, 0.0))
    p_z = ((ep + given) ** 2 - ep**2 - q**2) / (2 * q)
    p_x = np.sqrt(np.maximum(ep**2 - m**2 - p_z**2, 0.0)) * azimuth
    k_p = e * ep - k_z * p_z - k_x * p_x
    l_p = el * ep - (k_z - q) * p_z - k_x * p_x
    k_step, l_step = e * given - k_z * q, el * given - (k_z - q) * q
    return Products(
        k_p=k_p,
        k_q=k_p + k_step,
        l_p=l_p,
        l_q=l_p + l_step,
        k_l=e * el - (k_z * (k_z - q) + k_x**2),
        p_q=m**2 + (q**2 - given**2) / 2,
    )


@cache
def _table(gas: FermiGas, neutrino: str, up_to: float) -> Callable[[Array], Array]:
    from scipy.interpolate import PchipInterpolator  # slow to import

    start = gas.removal + _MASSES[neutrino]
    nodes = start + (LARGEST - start) * np.linspace(0.0, 1.0, _TABLE) ** 2
    values = np.empty_like(nodes)
    for first in range(0, _TABLE, 10):  # blocks that fit into the memory of a processor
        part = slice(first, first + 10)
        values[part] = np.sum(lepton_spectrum(gas, neutrino, nodes[part], up_to=up_to)[1], axis=-1)
    curve: Callable[[Array], Array] = PchipInterpolator(nodes, values)
    return curve


def cross_section(gas: FermiGas, neutrino: str, energy: ArrayLike, *, up_to: float = np.inf) -> Array:
    """Cross section per nucleus [MeV^-2] at neutrino energies [MeV], from a table made once.

    Parameters
    ----------
    up_to : lepton energy above which nothing is counted, MeV.

    Raises
    ------
    OutOfDomainError
        beyond 1500 MeV.

    Examples
    --------
    >>> from feebly.units import CM
    >>> bool(2e-38 < cross_section(oxygen(), "nu_e", 250.0) / CM**2 < 4e-38)
    True
    """
    e = np.asarray(energy, dtype=float)
    if np.any(e > LARGEST):
        raise OutOfDomainError(
            f"The Fermi gas is tabulated up to {LARGEST:g} MeV, the neutrinos reach {np.max(e):g} MeV.\n"
            "  Cut the fluence there; pions are left out long before."
        )
    start = gas.removal + _MASSES[neutrino]
    found = _table(gas, neutrino, up_to)(np.maximum(e, start))
    return np.asarray(np.where(e > start, np.maximum(found, 0.0), 0.0))
