"""The equations of dense matter, for many states at once, and where to start solving them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS
from feebly.environments.mean_field import MeanField
from feebly.math.fermi_gas import FermiResponse, fermi_response, massless_gas, massless_potential
from feebly.math.newton import Places, newton
from feebly.units import FM

_MASS_ROUNDS: Final = 5
_CELLS, _ROUNDS = 16, 2  # of the search for a proton fraction to start from
_THIN: Final = 1e-5 / FM**3
_COARSE: Final = 0.1  # MeV: differences of potentials of nucleons are rounded at 1e-12 of this
_LOGIT_RANGE: Final = (-10.0, 2.0)  # of the proton fraction in weak equilibrium


@dataclass(frozen=True, slots=True)
class Composition:
    """What fixes the composition of N states: one of the two fractions (N,), or weak equilibrium alone.

    `lepton_fraction` is that of electrons and trapped neutrinos. `free` neutrinos have mu_nu = 0; if they are
    not free, weak equilibrium holds at a given proton fraction too, and gives their potential. With a
    `muon_fraction`, the muon lepton number per baryon, muon neutrinos are trapped; without, mu_nu_mu = 0.
    """

    proton_fraction: Array | None
    lepton_fraction: Array | None
    free: bool
    helicities: int
    muons: bool
    muon_fraction: Array | None = None

    @property
    def is_weak(self) -> bool:
        """Whether mu_n + mu_nu = mu_p + mu_e holds, and with it mu_mu = mu_n - mu_p."""
        return self.proton_fraction is None or not self.free


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """Solution of the equations: (N,) each, MeV; potentials of nucleons are effective ones."""

    effective_mass: Array
    mu_n_eff: Array
    mu_p_eff: Array
    mu_e: Array
    mu_mu: Array
    mu_nu: Array
    mu_nu_mu: Array
    proton_fraction: Array
    residual: Array


@dataclass(frozen=True, slots=True)
class _Trial:
    """The V unknowns of K states and what follows from them."""

    x: Array  # (K, V)
    density: Array
    temperature: Array
    fraction: Array  # of protons
    splitting: Array  # mu_n - mu_p, full potentials
    splitting_slope: Array  # (K, V)
    gas: FermiResponse  # rows n, p, e-, and mu- if there are muons


@dataclass(frozen=True, slots=True)
class EquilibriumSystem:
    """Five equations for x = (m*, mu_n*, mu_p*, mu_e, logit Y_p), N states; MeV^n.

    The field equation of sigma, the densities of n and p, charge neutrality, and what fixes Y_p. The fields
    omega and rho follow from the densities; omega, common to n and p, drops out. A given muon lepton number is a
    sixth equation, for mu_nu_mu.
    """

    field: MeanField
    baryon_density: Array
    temperature: Array
    composition: Composition

    def __call__(self, x: Array, place: Places) -> tuple[Array, Array]:
        """Relative residuals (K, V) and Jacobian (K, V, V)."""
        trial, count = self._trial(x, place), x.shape[1]
        value, slope = np.zeros((place.size, count)), np.zeros((place.size, count, count))
        self._nucleons(trial, value, slope)
        self._charge(trial, value, slope)
        self._fraction(trial, place, value, slope)
        if self.composition.muon_fraction is not None:
            self._muon_number(trial, self.composition.muon_fraction[place], value, slope)
        return value, slope

    def _trial(self, x: Array, place: Places) -> _Trial:
        density, t = self.baryon_density[place], self.temperature[place]
        y = expit(x[:, 4])
        splitting = self.splitting(x[:, 1], x[:, 2], density, y)
        slope = np.zeros_like(x)
        slope[:, 1], slope[:, 2] = 1, -1
        slope[:, 4] = -4 * self.field.isovector * density * y * (1 - y)
        potentials = [x[:, 1], x[:, 2], x[:, 3]]
        masses = [x[:, 0], x[:, 0], np.full_like(t, ELECTRON_MASS)]
        if self.composition.muons:
            muon_potential = splitting if self.composition.is_weak else x[:, 3]
            trapped = self.composition.muon_fraction is not None
            potentials.append(muon_potential + x[:, 5] if trapped else muon_potential)
            masses.append(np.full_like(t, MUON_MASS))
        gas = fermi_response(t, np.stack(potentials), mass=np.stack(masses))
        return _Trial(x, density, t, y, splitting, slope, gas)

    def splitting(self, mu_n_eff: Array, mu_p_eff: Array, density: Array, fraction: Array) -> Array:
        """mu_n - mu_p of full potentials [MeV]."""
        return mu_n_eff - mu_p_eff + 2 * self.field.isovector * density * (1 - 2 * fraction)

    def _nucleons(self, trial: _Trial, value: Array, slope: Array) -> None:
        """Field equation over g_sigma n_B, and ln of both densities over their targets."""
        field, gas, density, y = self.field, trial.gas, trial.density, trial.fraction
        g, sigma = field.sigma_coupling, field.sigma(trial.x[:, 0])
        scale = density + _THIN  # in thinner matter M - m* is lost in the rounding of m*
        value[:, 0] = (field.sigma_force(sigma) / g - gas.scalar[:2].sum(axis=0)) / scale
        slope[:, 0, 0] = -(field.sigma_stiffness(sigma) / g**2 + gas.scalar_by_mass[:2].sum(axis=0)) / scale
        slope[:, 0, 1:3] = -(gas.scalar_by_potential[:2] / scale).T
        target = np.stack([1 - y, y]) * density
        with np.errstate(invalid="ignore", divide="ignore"):  # a trial without nucleons is NaN: not taken
            value[:, 1:3] = np.log(gas.number[:2] / target).T
            slope[:, 1:3, 0] = -(gas.scalar_by_potential[:2] / gas.number[:2]).T
            slope[:, (1, 2), (1, 2)] = (gas.number_by_potential[:2] / gas.number[:2]).T
        slope[:, 1, 4], slope[:, 2, 4] = y, y - 1

    def _charge(self, trial: _Trial, value: Array, slope: Array) -> None:
        """Charge of the leptons against that of the protons."""
        gas, y = trial.gas, trial.fraction
        protons = y * trial.density
        # cancelling terms set the scale: muons may outnumber the protons where electrons are given by difference
        scale = (
            protons + np.abs(gas.number[3:].sum(axis=0)) + _COARSE * gas.number_by_potential[3:].sum(axis=0)
        )
        value[:, 3] = (gas.number[2:].sum(axis=0) - protons) / scale
        slope[:, 3, 3] = gas.number_by_potential[2] / scale
        slope[:, 3, 4] = -protons * (1 - y) / scale
        if not self.composition.muons:
            return
        muons = gas.number_by_potential[3] / scale
        if self.composition.is_weak:
            slope[:, 3] += muons[:, None] * trial.splitting_slope
        else:
            slope[:, 3, 3] += muons
        if self.composition.muon_fraction is not None:
            slope[:, 3, 5] = muons

    def _fraction(self, trial: _Trial, place: Places, value: Array, slope: Array) -> None:
        """What fixes the proton fraction: given, weak equilibrium, or both lepton fraction and equilibrium."""
        rule, t, mu_e = self.composition, trial.temperature, trial.x[:, 3]
        if rule.proton_fraction is not None:
            value[:, 4] = trial.x[:, 4] - logit(rule.proton_fraction[place])
            slope[:, 4, 4] = 1.0
            return
        if rule.lepton_fraction is None:
            value[:, 4] = (trial.splitting - mu_e) / t
            by_splitting, by_mu_e = 1 / t, -1 / t
        else:  # n_nu of mu_nu = mu_e - (mu_n - mu_p); mu_nu of n_nu would be a cube root, steep at zero
            leptons, mu_nu = rule.lepton_fraction[place] * trial.density, mu_e - trial.splitting
            neutrinos = massless_gas(t, mu_nu, spins=rule.helicities).number
            stiff = rule.helicities * (mu_nu**2 / 2 + np.pi**2 * t**2 / 6) / np.pi**2
            scale = leptons + np.abs(neutrinos) + _COARSE * stiff
            value[:, 4] = (trial.gas.number[2] + neutrinos - leptons) / scale
            by_splitting, by_mu_e = -stiff / scale, (trial.gas.number_by_potential[2] + stiff) / scale
        slope[:, 4] = by_splitting[:, None] * trial.splitting_slope
        slope[:, 4, 3] = by_mu_e

    def _muon_number(self, trial: _Trial, fraction: Array, value: Array, slope: Array) -> None:
        """Muons and muon neutrinos against the given number per baryon."""
        gas, t, mu = trial.gas, trial.temperature, trial.x[:, 5]
        number = gas.number[3] + massless_gas(t, mu).number
        stiff = (mu**2 / 2 + np.pi**2 * t**2 / 6) / np.pi**2
        muons = gas.number_by_potential[3]
        scale = (muons + stiff) * t
        value[:, 5] = (number - fraction * trial.density) / scale
        slope[:, 5] = (muons / scale)[:, None] * trial.splitting_slope
        slope[:, 5, 5] = (muons + stiff) / scale


def solve_equilibrium(
    field: MeanField, baryon_density: Array, temperature: Array, composition: Composition
) -> Equilibrium:
    """States of dense matter; all arrays (N,), MeV^n.

    Raises
    ------
    ConvergenceError
        if any state is not found.
    """
    system = EquilibriumSystem(field, baryon_density, temperature, composition)
    x, residual = newton(system, starting_point(system), what="state of dense matter", positive=3)
    mu_e, y = x[:, 3], expit(x[:, 4])
    splitting = system.splitting(x[:, 1], x[:, 2], baryon_density, y)
    mu_nu_mu = np.zeros_like(mu_e) if composition.muon_fraction is None else x[:, 5]
    return Equilibrium(
        effective_mass=x[:, 0],
        mu_n_eff=x[:, 1],
        mu_p_eff=x[:, 2],
        mu_e=mu_e,
        mu_mu=splitting + mu_nu_mu if composition.is_weak else mu_e,
        mu_nu=np.zeros_like(mu_e) if composition.free else mu_e - splitting,
        mu_nu_mu=mu_nu_mu,
        proton_fraction=y,
        residual=residual,
    )


def starting_point(system: EquilibriumSystem) -> Array:
    """Approximate unknowns (N, V).

    m* from the field equation with one mean momentum for all nucleons; potentials of nucleons between
    the classical and the degenerate limit; electrons massless; no muons where it can be.
    """
    field, density, t, rule = system.field, system.baryon_density, system.temperature, system.composition
    cold = 0.6 * np.cbrt(1.5 * np.pi**2 * density) ** 2
    m = np.full_like(density, field.nucleon_mass)
    for _ in range(_MASS_ROUNDS):
        mean = np.hypot(cold, 3 * m * t)  # p^2 of cold and of hot nucleons
        sigma, energy = field.sigma(m), np.sqrt(m * m + mean)
        value = field.sigma_force(sigma) - field.sigma_coupling * density * m / energy
        slope = field.sigma_stiffness(sigma) / field.sigma_coupling
        slope += field.sigma_coupling * density * mean / energy**3
        m = np.clip(m + value / slope, m / 3, field.nucleon_mass)

    given = rule.proton_fraction
    z = logit(given) if given is not None else _balanced_fraction(system, m)
    columns = [m, *_potentials(density, t, m, z), z]
    if rule.muon_fraction is None:
        return np.stack(columns, axis=-1)
    # the muon number lies in neutrinos, unless muons at their threshold are cheaper
    splitting = system.splitting(columns[1], columns[2], density, expit(z))
    alone = massless_potential(t, rule.muon_fraction * density)
    least, most = np.minimum(-MUON_MASS - splitting, 0.0), np.maximum(MUON_MASS - splitting, 0.0)
    return np.stack([*columns, np.clip(alone, least, most)], axis=-1)


def _balanced_fraction(system: EquilibriumSystem, m: Array) -> Array:
    """logit Y_p (N,) of weak equilibrium between approximate potentials, on a grid refined once."""
    rule = system.composition
    density, t, mass = (a[:, None] for a in (system.baryon_density, system.temperature, m))
    low, width = np.full_like(density, _LOGIT_RANGE[0]), _LOGIT_RANGE[1] - _LOGIT_RANGE[0]
    for _ in range(_ROUNDS):
        width /= _CELLS
        z = low + width * np.arange(1, _CELLS)
        neutrons, protons, electrons = _potentials(density, t, mass, z)
        excess = system.splitting(neutrons, protons, density, expit(z)) - electrons
        if rule.lepton_fraction is not None:
            rest = (rule.lepton_fraction[:, None] - expit(z)) * density
            excess += massless_potential(t, rest, spins=rule.helicities)
        low = low + width * np.sum(excess > 0, axis=1, keepdims=True)  # it falls with the fraction
    return np.asarray(low[:, 0] + width / 2)


def _potentials(density: Array, t: Array, m: Array, z: Array) -> tuple[Array, Array, Array]:
    """Approximate mu_n*, mu_p*, mu_e at logit Y_p."""
    protons = expit(z) * density
    nucleons = _nucleon_potential(density - protons, t, m), _nucleon_potential(protons, t, m)
    return *nucleons, massless_potential(t, protons, spins=2)


def _nucleon_potential(number: Array, t: Array, m: Array) -> Array:
    """Between mu = m + T ln(n/n_Q) of a thin gas and the Fermi energy of a cold one."""
    thermal = number / (2 * (m * t / (2 * np.pi)) ** 1.5)
    degenerate = (np.sqrt(np.cbrt(3 * np.pi**2 * number) ** 2 + m * m) - m) / t
    both = (thermal**-3 + degenerate**-3) ** (-1 / 3)
    reduced = m / t + both + np.log(-np.expm1(-both))  # mu/T, with ln(exp(both) - 1)
    # antiparticles: sinh(mu/T) instead of exp(mu/T)/2
    return np.asarray(t * np.where(reduced < 30, np.arcsinh(np.exp(np.minimum(reduced, 30.0)) / 2), reduced))
