"""The reactions that a detector sees: who reacts with what, and which electrons come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from feebly.arrays import Array
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.decays.spectra import FLAVOURS
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.provenance import Provenance, sources
from feebly.rates.scattering import fermi_gas, ibd, michel, nu_electron, oxygen, quasielastic
from feebly.rates.scattering.oxygen import FinalState, Oxygen

Target = Literal["p", "16O", "e-"]
Positron = Literal["differential", "static"]
PROTON: Final = "nu_e~ p"
OXYGEN: Final = ("nu_e 16O", "nu_e~ 16O")
MUONS: Final = ("nu_mu 16O", "nu_mu~ 16O", "nu_mu~ p")
ELASTIC: Final = tuple(f"{flavour} e-" for flavour in FLAVOURS)
ALL: Final = (PROTON, *OXYGEN, *MUONS, *ELASTIC)

Spectrum = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Channel:
    """One reaction: `spectrum` maps neutrino energies (N,) to electron energies and cross sections (N, L).

    Energies in MeV, cross sections in MeV^-2; electron energies include the mass, and are (1, L) where they do not
    depend on the neutrino.
    """

    name: str
    flavour: str
    target: Target
    spectrum: Spectrum
    provenance: Provenance


def channel(
    name: str,
    *,
    oxygen_model: Oxygen = "fermi-gas",
    final_state: FinalState = "ground",
    positron: Positron = "differential",
) -> Channel:
    """The reaction of that name, such as ``nu_e~ p``, ``nu_e 16O``, ``nu_mu~ p`` or ``nu_tau e-``.

    Parameters
    ----------
    oxygen_model, final_state : of electron neutrinos on oxygen; see `oxygen.cross_section` and `oxygen.spectrum`.
    positron : "differential" cross section of inverse beta decay, or all positrons at E_nu - (m_n - m_p), "static".

    Notes
    -----
    A muon below 160 MeV is not seen, but its electron is (Michel spectrum). One above is seen itself and left out.
    Source: akita-high-energy-neutrinos, Sec. 5.1. Differs from it: recoil of the neutron; oxygen.

    Examples
    --------
    >>> found = channel("nu_e 16O")
    >>> found.flavour, found.target
    ('nu_e', '16O')
    """
    if name not in ALL:
        raise UnknownNameError("reaction", name, ALL)
    if positron not in get_args(Positron):
        raise InvalidValueError(f"positron = '{positron}' is not known. Possible: differential, static.")
    flavour, target = name.split()
    if name == PROTON:
        spectrum: Spectrum = ibd.spectrum if positron == "differential" else _static
        return Channel(name, flavour, "p", spectrum, quasielastic.provenance())
    if name in OXYGEN:
        where = oxygen.provenance(oxygen_model) | Provenance(
            choices=frozenset({("final_state", final_state)})
        )
        return Channel(
            name,
            flavour,
            "16O",
            lambda e: oxygen.spectrum(flavour, e, oxygen=oxygen_model, final_state=final_state),
            where,
        )
    if name in MUONS:
        where = Provenance(
            sources=sources(("akita-high-energy-neutrinos", "Eq. (58)")),
            omitted=frozenset({"muons above the threshold of Cherenkov light"}),
        )
        if target == "p":
            return Channel(name, flavour, "p", _muon_on_proton, where | quasielastic.provenance())
        return Channel(
            name, flavour, "16O", lambda e: _muon_on_oxygen(flavour, e), where | fermi_gas.provenance()
        )
    where = Provenance(sources=sources(("esseili-kribs-chargephobic", "Eq. (50)")))
    return Channel(name, flavour, "e-", lambda e: nu_electron.spectrum(flavour, e), where)


def _static(energy: Array) -> tuple[Array, Array]:
    electron = np.maximum(energy - (NEUTRON_MASS - PROTON_MASS), 0.0)
    return electron[:, None], ibd.cross_section(energy)[:, None]


def _michel(sigma: Array) -> tuple[Array, Array]:
    energy, share = michel.michel_nodes()
    return energy[None], sigma[:, None] * share


def _muon_on_proton(energy: Array) -> tuple[Array, Array]:
    return _michel(ibd.spectrum(energy, "mu+", up_to=michel.CHERENKOV_ENERGY)[1].sum(axis=-1))


def _muon_on_oxygen(flavour: str, energy: Array) -> tuple[Array, Array]:
    return _michel(
        fermi_gas.cross_section(fermi_gas.oxygen(), flavour, energy, up_to=michel.CHERENKOV_ENERGY)
    )
