"""Decays and inverse decays in the early universe, sorted by the bath that the pairs belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS
from feebly.decays import Fip
from feebly.provenance import Provenance, sources

SOURCES: Final = sources(
    ("esseili-kribs-b-minus-l", "decays and inverse decays"),
)
_BLOCKED: Final = {"e- e+": ELECTRON_MASS, "mu- mu+": MUON_MASS}
_UNBLOCKED: Final = -1.0  # mass that says: occupied final states do not matter


@dataclass(frozen=True, slots=True)
class PlasmaDecays:
    """Partial widths per unit scale**power, by bath.

    Parameters
    ----------
    mass : MeV.
    widths, masses : (C,) widths to pairs in the plasma of photons and electrons, and the mass of their particles; -1 where
        their occupation is neglected. MeV.
    neutrinos : (2,) widths to nu_e, and to nu_mu and nu_tau together, MeV.
    """

    mass: float
    power: int
    widths: Array
    masses: Array
    neutrinos: Array
    provenance: Provenance = field(default_factory=Provenance)


def plasma_decays(fip: Fip) -> PlasmaDecays:
    """Widths of a particle sorted by bath.

    Notes
    -----
    Everything but neutrinos heats the plasma. For pairs of equal fermions of mass M in equilibrium, f_1 f_2 =
    n_B(E - 2 mu)(1 - f_1 - f_2), and the average over the pair from X of energy E is

        F = 1 - (2T / beta p) ln[(1 + exp(-(E_- - mu)/T)) / (1 + exp(-(E_+ - mu)/T))], E_+- = (E +- beta p)/2.

    Source: derived in ``docs/physics/early-universe.md``. Differs from esseili-kribs-b-minus-l: full statistics.
    Valid for: neutrinos from decays of muons and pions counted as heat of the plasma; hadrons without statistics.

    Examples
    --------
    >>> from feebly import decays
    >>> from feebly.models import b_minus_l
    >>> found = plasma_decays(decays.of(b_minus_l(), 1.5, hadrons=False))
    >>> round(float(found.neutrinos[1] / found.neutrinos[0]), 12), found.masses.tolist() == [ELECTRON_MASS]
    (2.0, True)
    """
    charged = [
        (float(gamma), _BLOCKED.get(channel, _UNBLOCKED))
        for channel, gamma in zip(fip.channels, fip.gamma, strict=True)
        if not channel.startswith("nu")
    ]
    neutrinos = np.zeros(2)
    for channel, gamma in zip(fip.channels, fip.gamma, strict=True):
        if channel.startswith("nu"):
            share = np.mean([name.rstrip("~") == "nu_e" for name in channel.split()])
            neutrinos += np.array([share, 1 - share]) * gamma
    return PlasmaDecays(
        mass=fip.mass,
        power=fip.power,
        widths=np.array([gamma for gamma, _ in charged]),
        masses=np.array([mass for _, mass in charged]),
        neutrinos=neutrinos,
        provenance=fip.provenance | Provenance(sources=SOURCES),
    )
