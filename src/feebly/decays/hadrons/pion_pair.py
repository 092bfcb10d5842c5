"""The vector decaying to pi+ pi-: pion form factor with rho-omega mixing."""

from __future__ import annotations

import cmath
from functools import lru_cache
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import PION_MASS
from feebly.decays.hadrons import resonances
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, Channel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import fixed_width, gounaris_sakurai
from feebly.decays.hadrons.resonances import below_excited, pion_pair_alternative
from feebly.decays.hadrons.towers import Tower, compressed, dual_weights

_DATA: Final = "hadrons/pion_pair.toml"


def full_tower() -> Tower:
    """All resonances of the form factor: those of the fit, then the dual tower.

    The weights of the fitted excited members are rescaled so that their sum is that of the tower.
    """
    data = parameters(_DATA)
    weight = dual_weights(data["beta"], data["tower"]).astype(complex)
    fitted = len(data["rho_mass_mev"])
    share = np.array(data["rho_magnitude"]) * np.exp(1j * np.array(data["rho_phase"]))
    weight[1:fitted] = share[1:] * weight[1:fitted].sum() / share[1:].sum()
    mass = data["rho_mass_mev"][0] * np.sqrt(1 + 2 * np.arange(data["tower"]))
    width = mass * data["rho_width_mev"][0] / data["rho_mass_mev"][0]
    mass[:fitted], width[:fitted] = data["rho_mass_mev"], data["rho_width_mev"]
    return Tower(weight, mass, width)


@lru_cache(maxsize=1)
def _tower() -> Tower:
    return compressed(full_tower())


def form_factor(s: Array) -> ComplexArray:
    """Amplitudes (M, 3) of the pion form factor in the three currents at s (M,) [MeV^2].

    Notes
    -----
    F = sum_n c_n BW_n, with BW_0 -> BW_0 (1 + d BW_omega) / (1 + d) for the photon. The omega is an
    isoscalar that mixes into the rho: BW_0 of the isovector current and d (BW_omega - 1) / (1 + d) BW_0 of the
    isoscalar one, so that the charge of the pion, F(0), is x_u - x_d for any vector.
    Source: czyz-narrow-resonances. Differs from it: the split into currents.
    Valid for: 4 m_pi^2 < s < 4 GeV^2, and s = 0.

    Examples
    --------
    >>> amplitude = form_factor(np.array([775.0**2]))[0]
    >>> bool(6.0 < abs(amplitude.sum()) < 7.0)
    True
    """
    data = parameters(_DATA)
    tower = _tower()
    shapes = gounaris_sakurai(s, tower.mass, tower.width, PION_MASS)
    mixing = cmath.rect(data["omega_magnitude"], data["omega_phase"])
    omega = fixed_width(s, data["omega_mass_mev"], data["omega_width_mev"])
    amplitude = np.zeros((s.size, 3), dtype=complex)
    amplitude[:, ISOVECTOR] = tower.total(shapes)
    amplitude[:, ISOSCALAR] = tower.weight[0] * shapes[:, 0] * mixing * (omega - 1) / (1 + mixing)
    return amplitude


def kernel(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of pi+ pi-: R = beta^3 |F|^2 / 4."""
    velocity = np.sqrt(1 - (2 * PION_MASS / mass) ** 2)
    return from_amplitude(velocity**3 / 4, form_factor(mass**2))


def isovector_kernel(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) if all of pi+ pi-, the omega included, followed the isovector charge.

    Notes
    -----
    Source: esseili-kribs-chargephobic, Eq. (29), first line. Differs from it: nothing.
    Valid for: vectors with c_0 = c_1, such as the photon. For c_0 = -c_1 the interference of rho and omega has the
    wrong sign: 25 % of the width at 775 MeV.
    """
    photon = kernel(mass).sum(axis=(-1, -2))
    found = np.zeros((mass.size, 3, 3), dtype=complex)
    found[:, ISOVECTOR, ISOVECTOR] = photon.real
    return found


def channel() -> Channel:
    """The channel pi+ pi-."""
    return Channel(
        name="pi+ pi-",
        opens=2 * PION_MASS,
        kernel=kernel,
        uncertainty=parameters(_DATA)["uncertainty"],
        provenance=embedded.load(_DATA).provenance | resonances.provenance(),
        alternative=below_excited(pion_pair_alternative, kernel),
        assigned=isovector_kernel,
    )
