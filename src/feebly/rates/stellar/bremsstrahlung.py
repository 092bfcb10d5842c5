"""Soft emission and absorption of a vector in nucleon-nucleon collisions, for any charges in a medium.

The rate is a quadratic form in the charges of proton and neutron. Its coefficients depend on the star
and on the energy only, so that a scan over models, or complex charges screened by a plasma, recombines
tables that are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.environments import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.rates.stellar.nucleon_averages import Averages, Kernel, Scattering, averages_of_pairs
from feebly.rates.stellar.nucleon_blocking import blocking_factor
from feebly.rates.stellar.nucleon_phases import PAIRS, Pair
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS

Recipe = Literal["symmetric", "absorption", "paper"]
Direction = Literal["absorption", "production"]

_RECIPES: Final = ("symmetric", "absorption", "paper")


@dataclass(frozen=True, slots=True)
class ChargeForm:
    """A rate [MeV] as a form in the charges: proton |q_p|^2 + neutron |q_n|^2 + mixed Re(q_p q_n*)."""

    proton: Array
    neutron: Array
    mixed: Array

    def __add__(self, other: ChargeForm) -> ChargeForm:
        return ChargeForm(self.proton + other.proton, self.neutron + other.neutron, self.mixed + other.mixed)

    def times(self, factor: ArrayLike) -> ChargeForm:
        """The form multiplied by a real factor that broadcasts."""
        f = np.asarray(factor, dtype=float)
        return ChargeForm(self.proton * f, self.neutron * f, self.mixed * f)

    def rate(self, proton: ArrayLike, neutron: ArrayLike) -> Array:
        """The rate for charges, real or complex, that broadcast; couplings are part of the charges.

        >>> form = ChargeForm(np.array(1.0), np.array(1.0), np.array(-2.0))  # a pure dipole
        >>> float(form.rate(1.0, 1.0)), float(form.rate(1.0, 1j))
        (0.0, 2.0)
        """
        p, n = np.asarray(proton, dtype=complex), np.asarray(neutron, dtype=complex)
        squares = self.proton * np.abs(p) ** 2 + self.neutron * np.abs(n) ** 2
        return np.asarray(squares + self.mixed * (p * n.conj()).real)


@dataclass(frozen=True, slots=True)
class Polarised:
    """The rate of ONE state of each polarisation; there are two transverse ones and a longitudinal one."""

    transverse: ChargeForm
    longitudinal: ChargeForm

    def __add__(self, other: Polarised) -> Polarised:
        return Polarised(self.transverse + other.transverse, self.longitudinal + other.longitudinal)

    def times(self, factor: ArrayLike) -> Polarised:
        """Both forms multiplied by a real factor."""
        return Polarised(self.transverse.times(factor), self.longitudinal.times(factor))

    @property
    def summed(self) -> ChargeForm:
        """Sum over the three states."""
        return self.transverse.times(2.0) + self.longitudinal


@dataclass(frozen=True, slots=True)
class NucleonMatter:
    """Nucleons at radii (R,): temperature [MeV], densities [MeV^3], one effective mass [MeV]."""

    temperature: Array
    proton: Array
    neutron: Array
    mass: Array

    @staticmethod
    def of(medium: Medium, *, effective_mass: bool = False) -> NucleonMatter:
        """The nucleons of a sampled star.

        Raises
        ------
        OutOfDomainError
            if the star states no densities, or no effective masses when they are asked for.
        """
        missing = [f"n:{s}" for s in ("n", "p") if s not in medium.density]
        missing += [f"m*:{s}" for s in ("n", "p") if effective_mass and s not in medium.mass_eff]
        if missing:
            raise OutOfDomainError(f"Bremsstrahlung needs {', '.join(missing)}; the star does not state it.")
        mass = np.full_like(medium.radius, NUCLEON_MASS)
        if effective_mass:
            mass = (medium.mass_eff["n"] + medium.mass_eff["p"]) / 2
        return NucleonMatter(medium.temperature, medium.density["p"], medium.density["n"], mass)


def pair_rate(
    pair: Pair,
    mass: float,
    energy: Array,
    matter: NucleonMatter,
    *,
    kernel: Kernel = "symmetric",
    scattering: Scattering = "phase-shifts",
) -> Polarised:
    """Absorption of one state (R, W) per charge squared [MeV] in collisions of one kind of pair.

    Parameters
    ----------
    mass : of the vector, MeV; energy : (R, W) MeV.
    kernel : as in `thermal_averages`; "production" gives exp(energy/T) times the emission instead.

    Notes
    -----
    np: D |q_p - q_n|^2 + Q |q_p + q_n|^2 with D = 8/(3 pi^2) n_p n_n (pi T/m_N)^(3/2) <sigma^(2)> / energy^3 and
    Q = 12/(5 pi^2) n_p n_n (pi T/m_N)^(3/2) (T v^2/m_N) <sigma^(4)> / energy^3 for a transverse state;
    D (1 - v^2) and 4/3 Q (1 - v^2) for the longitudinal one; v = momentum/energy. nn and pp: 4 Q |q|^2
    with n^2/2 in place of n_p n_n, for unordered pairs (final states: see `moments`).
    Source: esseili-kribs-chargephobic, Eqs. (42), (76). Differs from it: the factors for identical
    nucleons, which it does not state; the kernel. Valid for: energy below the collision energy
    (soft radiation), Boltzmann nucleons, T << m_N. With an effective mass the phase shifts are kept
    as functions of the relative momentum.
    """
    _check_energy(mass, energy)
    (averages,) = _averages((pair,), energy, matter, kernel=kernel, scattering=scattering)
    return _rate(pair, averages, mass, energy, matter)


def _check_energy(mass: float, energy: Array) -> None:
    if np.any(energy < mass * (1 - 1e-12)):
        raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")


def _averages(
    pairs: tuple[Pair, ...], energy: Array, matter: NucleonMatter, *, kernel: Kernel, scattering: Scattering
) -> tuple[Averages, ...]:
    t, share = matter.temperature[:, None], matter.mass[:, None] / NUCLEON_MASS
    return averages_of_pairs(pairs, t * share, energy * share, kernel=kernel, scattering=scattering)


def _rate(pair: Pair, averages: Averages, mass: float, energy: Array, matter: NucleonMatter) -> Polarised:
    t, m = matter.temperature[:, None], matter.mass[:, None]
    densities = {
        "np": matter.proton * matter.neutron,
        "pp": matter.proton**2 / 2,
        "nn": matter.neutron**2 / 2,
    }[pair][:, None]
    rest = (mass / energy) ** 2  # 1 - v^2
    common = densities * (np.pi * t / m) ** 1.5 / (np.pi**2 * energy**3)
    dipole = 8 / 3 * common * averages.dipole
    quadrupole = 12 / 5 * common * (t / m) * (1 - rest) * averages.quadrupole
    return Polarised(_form(pair, dipole, quadrupole), _form(pair, dipole * rest, 4 / 3 * quadrupole * rest))


def _form(pair: Pair, dipole: Array, quadrupole: Array) -> ChargeForm:
    """D |q_1 - q_2|^2 + Q |q_1 + q_2|^2 as a form in the charges of proton and neutron."""
    none = np.zeros_like(dipole)
    if pair == "np":
        return ChargeForm(dipole + quadrupole, dipole + quadrupole, 2 * (quadrupole - dipole))
    return ChargeForm(4 * quadrupole, none, none) if pair == "pp" else ChargeForm(none, 4 * quadrupole, none)


def bremsstrahlung(
    direction: Direction,
    mass: float,
    energy: Array,
    matter: NucleonMatter,
    *,
    recipe: Recipe = "symmetric",
    scattering: Scattering = "phase-shifts",
    blocking: bool = False,
    pairs: tuple[Pair, ...] = PAIRS,
) -> Polarised:
    """Absorption or spontaneous emission of one state (R, W) per charge squared [MeV], all pairs summed.

    Parameters
    ----------
    direction : "absorption" or "production".
    recipe : "symmetric" (cross sections at the mean energy) or "absorption" (at the initial energy of an
        absorption), both with Gamma_prod = exp(-energy/T) Gamma_abs exactly; "paper" takes the initial
        energy in both directions and breaks it.
    blocking : Pauli blocking of the nucleons, see `blocking_factor`.

    Examples
    --------
    Equal charges radiate as a quadrupole only:

    >>> one = np.ones(1)
    >>> matter = NucleonMatter(30.0 * one, 3e5 * one, 8e5 * one, NUCLEON_MASS * one)
    >>> rate = bremsstrahlung("absorption", 1.0, np.full((1, 1), 90.0), matter).transverse
    >>> bool(rate.rate(1.0, 1.0)[0, 0] < 0.25 * rate.rate(1.0, 0.0)[0, 0])
    True
    """
    if recipe not in _RECIPES:
        raise InvalidValueError(f"recipe = '{recipe}' is not known. Possible: {', '.join(_RECIPES)}.")
    if direction not in ("absorption", "production") or not pairs:
        raise InvalidValueError(
            f"direction = '{direction}', pairs = {pairs}: take 'absorption' or 'production' and one pair at least."
        )
    kernel: Kernel = "symmetric" if recipe == "symmetric" else "absorption"
    if recipe == "paper" and direction == "production":
        kernel = "production"
    ratio = energy / matter.temperature[:, None]
    parts = []
    _check_energy(mass, energy)
    averages = _averages(pairs, energy, matter, kernel=kernel, scattering=scattering)
    for pair, found in zip(pairs, averages, strict=True):
        part = _rate(pair, found, mass, energy, matter)
        if blocking:
            first = matter.neutron if pair == "nn" else matter.proton
            second = matter.proton if pair == "pp" else matter.neutron
            part = part.times(blocking_factor(matter.temperature, ratio, first, second, mass=matter.mass))
        parts.append(part)
    total = sum(parts[1:], start=parts[0])
    return total.times(np.exp(-ratio)) if direction == "production" else total
