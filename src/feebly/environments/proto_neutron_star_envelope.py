"""The thin envelope of a proto-neutron star: hydrostatic, with a temperature that falls as 1/r."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.integrate import solve_ivp

from feebly.arrays import Array
from feebly.constants import NEWTON
from feebly.environments.low_density import electron_potential, matter_of_electrons

_NUDGE: Final = 1e-4  # of ln mu_e and ln T in differences
_TOLERANCE: Final = 1e-6


def hydrostatic_envelope(
    radius: Array,
    *,
    mass: float,
    density: float,
    temperature: float,
    electron_fraction: float,
    nucleon_mass: float,
) -> tuple[Array, Array]:
    """Density [MeV^3] and enclosed mass [MeV] of an envelope at radii (K,) from the surface [MeV^-1].

    Parameters
    ----------
    radius : increasing, from the surface on.
    mass, density, temperature : at the surface, MeV^n.
    electron_fraction, nucleon_mass : of its matter, the same everywhere.

    Notes
    -----
    dP/dr = -G (e + P)(m + 4 pi r^3 P)/(r (r - 2Gm)) with P(n, T), T ~ 1/r: nucleons, electron pairs and photons. The density
    falls exponentially until pairs and photons bear the weight, and then as r^-3, since P ~ T^4. Unknown is the potential
    of the electrons, which gives the density without a root.
    Source: oppenheimer-volkoff; the slope of akita-high-energy-neutrinos, Eq. (3), is its outer limit. Differs from them:
    the temperature is given. Valid for: matter too thin to move neutrinos, without nuclei.
    """

    share = np.full(3, electron_fraction)

    def slopes(log_r: float, y: Array) -> list[float]:
        r, m = np.exp(log_r), y[1]
        mu = np.exp(y[0] + _NUDGE * np.array([0.0, 1.0, 0.0]))
        t = temperature * radius[0] / r * np.exp(_NUDGE * np.array([0.0, 0.0, 1.0]))
        _, matter = matter_of_electrons(mu, t, share, nucleon_mass=nucleon_mass)
        pressure, energy = matter.pressure, matter.energy[0]
        by_mu, by_t = (pressure[1:] - pressure[0]) / _NUDGE
        pull = NEWTON * (energy + pressure[0]) * (m + 4 * np.pi * r**3 * pressure[0]) / (r - 2 * NEWTON * m)
        return [(by_t - pull) / by_mu, 4 * np.pi * r**3 * energy]

    electrons = electron_potential(np.array([temperature]), np.array([electron_fraction * density]))
    log_r = np.log(radius)
    done = solve_ivp(
        slopes,
        (log_r[0], log_r[-1]),
        [float(np.log(electrons[0])), mass],
        t_eval=log_r,
        rtol=_TOLERANCE,
        atol=_TOLERANCE,
        method="LSODA",
    )
    t = temperature * radius[0] / radius
    fractions = np.full_like(t, electron_fraction)
    found, _ = matter_of_electrons(np.exp(done.y[0]), t, fractions, nucleon_mass=nucleon_mass)
    return found, np.asarray(done.y[1])
