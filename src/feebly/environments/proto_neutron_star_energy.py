"""Energy that a proto-neutron star loses while entropy and lepton number leave its layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.environments.proto_neutron_star import ProtoNeutronStar, StarParameters
from feebly.units import SECOND

_STEP: Final = 1e-3  # of ln t


def loss_of_mass(star: ProtoNeutronStar, course: Callable[[float], StarParameters]) -> float:
    """-dM/dt of the gravitational mass of a star whose layers change: the luminosity at infinity [MeV^2].

    Parameters
    ----------
    course : parameters at a time in s; only their entropies and lepton numbers are used.

    Notes
    -----
    dM = int (T ds + mu_nu_e dY_L + mu_nu_mu dY_Lmu) x lapse dN at constant baryon number of each layer: the mass of a star in
    equilibrium is stationary against any displacement of its layers, so that only the heat and the leptons they exchange count,
    redshifted. It needs no second star.
    Source: first law and `hot_star`, derived here. Valid for: baryons that stay in their layers, no accretion.
    """
    t, found = star.parameters.time_s, star.equilibrium
    before, after = (course(t * np.exp(sign * _STEP)).layers()[1] for sign in (-1, 1))
    potential = star.matter.potential
    heat = found.temperature * (after.entropy - before.entropy)
    heat = heat + potential["nu_e"] * (after.lepton_fraction - before.lepton_fraction)
    if before.muon_fraction is not None and after.muon_fraction is not None:
        heat = heat + potential["nu_mu"] * (after.muon_fraction - before.muon_fraction)
    gained: Array = heat * np.exp(found.structure.potential)
    duration = t * 2 * np.sinh(_STEP) * SECOND
    return -float(np.trapezoid(gained, found.baryons)) / float(duration)
