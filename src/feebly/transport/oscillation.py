"""Conversion of neutrino flavours between the place of a decay and the Earth.

A neutrino that starts in matter is a mixture of the levels there. The density falls slowly, so each level
stays itself and ends as the mass state of the same rank; the mass states then arrive incoherently. The
probabilities depend on energy and density only through A = 2 E V = 2 sqrt2 G_F n_e E.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT
from feebly.environments.progenitor import Progenitor
from feebly.errors import InvalidValueError
from feebly.provenance import sources
from feebly.rates.stellar.nu_nucleon_opacity import fermi_constant
from feebly.transport.mixing import Mixing, mixing_matrix

SOURCES: Final = sources(
    ("akita-high-energy-neutrinos", "Sec. 3"), ("Esteban:2024eli", "parameters of the mixing")
)
_SATURATED: Final = 1e7  # A in units of the larger splitting beyond which nothing changes any more


def matter_term(energy: ArrayLike, electron_density: ArrayLike) -> Array:
    """A = 2 E sqrt2 G_F n_e (...) [MeV^2] of neutrinos; of antineutrinos it is the opposite.

    Notes
    -----
    Source: akita-high-energy-neutrinos, Sec. 3. Differs from it: the caption of its Fig. 1 doubles V.
    """
    product = np.asarray(energy, dtype=float) * np.asarray(electron_density, dtype=float)
    return np.asarray(2 * np.sqrt(2) * fermi_constant() * product)


def levels(mixing: Mixing, matter: ArrayLike, *, antineutrinos: bool) -> Array:
    """Shares |U^M|^2 (..., 3, 3) of the flavours in the levels, the lowest first, at A = `matter` (...) [MeV^2].

    Notes
    -----
    Eigenvectors of U diag(0, dm2_21, dm2_31) U^+ + diag(A, 0, 0); of antineutrinos U -> U*, A -> -A. Beyond 1e7
    splittings A is held, which changes the shares by less than 1e-7 and keeps the small levels apart.
    """
    u = mixing.matrix()
    u = u.conj() if antineutrinos else u
    masses = mixing.masses
    top = _SATURATED * np.abs(masses).max()
    potential = np.minimum(np.asarray(matter, dtype=float), top) * (-1 if antineutrinos else 1)
    hamiltonian = np.broadcast_to((u * masses) @ u.conj().T, (*potential.shape, 3, 3)).copy()
    hamiltonian[..., 0, 0] += potential
    return np.asarray(np.abs(np.linalg.eigh(hamiltonian)[1]) ** 2)


def adiabatic(mixing: Mixing, matter: ArrayLike, *, antineutrinos: bool) -> Array:
    """Probability P(a -> b) (..., a, b) to start as flavour a in matter and arrive as b.

    Parameters
    ----------
    matter : (...) A = 2 E V where it starts, see `matter_term`, MeV^2, not negative.
    antineutrinos : whether neutrinos or antineutrinos convert.

    Notes
    -----
    P(a -> b) = sum_k |U^M_ak|^2 |U_bk|^2, k the rank of the level; in vacuum the levels are the masses in their
    order, 1 2 3 or 3 1 2.
    Source: akita-high-energy-neutrinos, Eq. (4). Differs from it: exact levels instead of Eqs. (17)-(22).
    Valid for: slowly falling densities, see `resonances`; no shock, no neutrino background, no Earth; equal
    potentials of nu_mu and nu_tau, whose difference moves probability only between these two.

    Examples
    --------
    >>> from feebly.transport.mixing import nufit
    >>> fit = nufit()
    >>> dense = adiabatic(fit, 1.0, antineutrinos=False)
    >>> bool(abs(dense[0, 0] - fit.sin2_13) < 1e-6)
    True
    """
    start = levels(mixing, matter, antineutrinos=antineutrinos)
    return np.asarray(start @ _vacuum_levels(mixing).T)


def approximate(mixing: Mixing, matter: ArrayLike, *, antineutrinos: bool, printed: bool = False) -> Array:
    """P(a -> b) (..., a, b) as in `adiabatic`, from effective angles in matter.

    `printed` keeps Eqs. (19) and (22) as they stand.

    Notes
    -----
    tan 2 theta13' = sin 2 theta13 / (cos 2 theta13 - A/dm2_31),
    tan 2 theta12' = sin 2 theta12 cos(theta13' - theta13) / [cos 2 theta12 (1 - h)], with
    h = (dm2_31/dm2_21 - sin^2 theta12) / cos 2 theta12 above the 13 resonance, A / (dm2_21 cos 2 theta12) below.
    Source: akita-high-energy-neutrinos, Eqs. (17)-(22). Differs from it: (19) has cos theta13' in place of the
    difference and misses the vacuum angle; in (22) only the second term of h is divided by cos 2 theta12.
    Valid for: comparison; a few per cent close to the resonances.
    """
    theta12, theta13, theta23 = (
        np.arcsin(np.sqrt(s)) for s in (mixing.sin2_12, mixing.sin2_13, mixing.sin2_23)
    )
    a = np.asarray(matter, dtype=float) * (-1 if antineutrinos else 1)
    ratio, cos12 = mixing.dm2_31 / mixing.dm2_21, np.cos(2 * theta12)
    new13 = np.arctan2(np.sin(2 * theta13), np.cos(2 * theta13) - a / mixing.dm2_31) / 2
    above = (ratio - mixing.sin2_12) / cos12
    factor = np.cos(new13 - theta13)
    if printed:
        above = ratio - mixing.sin2_12 / cos12
        factor = np.cos(new13)
    h = np.where(a / (mixing.dm2_31 * np.cos(2 * theta13)) > 1, above, a / (mixing.dm2_21 * cos12))
    new12 = np.arctan2(np.sin(2 * theta12) * factor, cos12 * (1 - h)) / 2
    start = mixing_matrix(new12, new13, np.asarray(theta23), delta=mixing.delta)
    return np.asarray(np.abs(start) ** 2 @ (np.abs(mixing.matrix()) ** 2).T)


def vacuum(mixing: Mixing) -> Array:
    """P(a -> b) (3, 3) of neutrinos and antineutrinos that start outside matter.

    Notes
    -----
    P(a -> b) = sum_i |U_ai|^2 |U_bi|^2.
    Source: blinov-lmu-ltau, Eq. (13), for the mean of mu and tau to e. Differs from it: nothing.

    Examples
    --------
    >>> from feebly.transport.mixing import nufit
    >>> [round(float(vacuum(nufit(release))[1:, 0].mean()), 4) for release in ("5.2", "6.0")]
    [0.2237, 0.2253]
    """
    share = np.abs(mixing.matrix()) ** 2
    return np.asarray(share @ share.T)


def fixed(probability: float) -> Array:
    """P(a -> b) (3, 3) with P(nu_mu -> nu_e) = P(nu_tau -> nu_e) = `probability`.

    Notes
    -----
    Nothing is lost, and mu and tau are alike: P_ee = 1 - 2 p, P_mu mu = P_mu tau = (1 - p) / 2.
    Source: blinov-lmu-ltau, Eq. (13), p = 0.22. Differs from it: the other probabilities are ours.

    >>> fixed(0.22)[:, 0].tolist()
    [0.56, 0.22, 0.22]
    """
    if not 0 <= probability <= 0.5:
        raise InvalidValueError(
            f"The fixed probability to become nu_e is {probability:g}; it must lie between 0 and 0.5, as in "
            "fixed:0.22."
        )
    p, rest = probability, (1 - probability) / 2
    return np.array([[1 - 2 * p, p, p], [p, rest, rest], [p, rest, rest]])


@dataclass(frozen=True, slots=True)
class Resonance:
    """Where two levels come closest, and how slowly matter changes there (units MeV^n).

    Parameters
    ----------
    antineutrinos : whether antineutrinos meet it, or neutrinos.
    electron_density : MeV^3; `rho_ye` is the same as mass density times electron fraction, MeV^4.
    radius : MeV^-1.
    gamma : adiabaticity; conversion is adiabatic for gamma >> 1.
    """

    antineutrinos: bool
    electron_density: float
    radius: float
    gamma: float

    @property
    def rho_ye(self) -> float:
        """Mass density times electron fraction [MeV^4]."""
        return self.electron_density * ATOMIC_MASS_UNIT

    @property
    def hop(self) -> float:
        """Probability to change the level, exp(-pi gamma / 2)."""
        return float(np.exp(-np.pi * self.gamma / 2))


def resonances(mixing: Mixing, progenitor: Progenitor, energy: float) -> tuple[Resonance, ...]:
    """Resonances that a neutrino of that energy [MeV] meets on its way out, the inner ones first.

    Notes
    -----
    A = |dm2| cos 2 theta, gamma = dm2 sin^2(2 theta) / (2 E cos 2 theta |d ln n_e / dr|), for (dm2_31, theta_13) and
    (dm2_21, theta_12); the hop is that of a linear profile.
    Source: akita-high-energy-neutrinos, Eq. (2); kachelriess-tomas-level-crossing, Eq. (1).
    Differs from it: absolute value of the slope.
    Valid for: two levels at a time, gamma > 1.

    Examples
    --------
    >>> from feebly.environments.progenitor import power_law
    >>> from feebly.transport.mixing import nufit
    >>> from feebly.units import CM, GRAM
    >>> [round(r.rho_ye / (GRAM / CM**3), 1) for r in resonances(nufit(), power_law(), 10.0)]
    [1569.2, 19.1]
    """
    found = []
    for dm2, sin2 in ((mixing.dm2_31, mixing.sin2_13), (mixing.dm2_21, mixing.sin2_12)):
        double = 1 - 2 * sin2
        density = abs(dm2) * double / float(matter_term(energy, 1.0))
        for radius in progenitor.crossings(density):
            fall = abs(float(progenitor.slope(radius))) / radius
            gamma = abs(dm2) * 4 * sin2 * (1 - sin2) / (2 * energy * double * fall)
            found.append(Resonance(dm2 < 0, density, float(radius), float(gamma)))
    return tuple(sorted(found, key=lambda resonance: resonance.radius))


def _vacuum_levels(mixing: Mixing) -> Array:
    """|U|^2 (3, 3), flavours by masses in their order."""
    return np.asarray(np.abs(mixing.matrix()[:, np.argsort(mixing.masses)]) ** 2)
