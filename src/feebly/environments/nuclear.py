"""Dense matter: nucleons in mean fields with electrons, muons, neutrinos and photons, in equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS
from feebly.environments.mean_field import MeanField, mean_field
from feebly.environments.nuclear_equilibrium import Composition, Equilibrium, solve_equilibrium
from feebly.environments.nuclear_request import (
    Neutrinos,
    check_domain,
    check_flavours,
    check_options,
    request_arrays,
)
from feebly.math.fermi_gas import FermiGas, fermi_gas, massless_gas
from feebly.provenance import Provenance, sources

SOURCES: Final = sources(("cerdeno-medium-effects", "Sec. III A"))


@dataclass(frozen=True, slots=True, eq=False)
class Thermodynamics:
    """Pressure and energy density [MeV^4], entropy density [MeV^3]."""

    pressure: Array
    energy: Array
    entropy: Array

    def __add__(self, other: Thermodynamics) -> Thermodynamics:
        return Thermodynamics(
            self.pressure + other.pressure, self.energy + other.energy, self.entropy + other.entropy
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DenseMatter:
    """States of dense matter; every array has the shape of the request. MeV^n.

    Parameters
    ----------
    field : parameter set of the nucleons.
    baryon_density, temperature : what was asked.
    effective_mass : m* of n and p.
    potential_eff : ``n``, ``p``: mu* of the occupations 1/(exp((sqrt(p^2 + m*^2) - mu*)/T) + 1).
    potential : ``n``, ``p``, ``e-``, and if present ``nu_e``, ``mu-``, ``nu_mu``: full chemical potentials with rest mass.
    density : the same species: particles minus antiparticles, MeV^3.
    sigma, omega, rho : mean fields, MeV: m* = M - g_sigma sigma, mu = mu* + g_omega omega +- g_rho rho.
    parts : ``baryons`` (with the fields), ``leptons``, ``neutrinos``, ``photons``; absent ones are zero.
    residual : of the equations, relative.
    """

    field: MeanField
    baryon_density: Array
    temperature: Array
    effective_mass: Array
    potential_eff: Mapping[str, Array]
    potential: Mapping[str, Array]
    density: Mapping[str, Array]
    sigma: Array
    omega: Array
    rho: Array
    parts: Mapping[str, Thermodynamics]
    residual: Array
    provenance: Provenance

    def __repr__(self) -> str:
        return (
            f"DenseMatter({self.field.name!r}, {self.effective_mass.size} states, {', '.join(self.density)})"
        )

    @property
    def total(self) -> Thermodynamics:
        """Sum of all parts."""
        baryons, leptons, neutrinos, photons = self.parts.values()
        return baryons + leptons + neutrinos + photons

    @property
    def free_energy(self) -> Array:
        """Helmholtz free energy density e - T s [MeV^4]."""
        return self.total.energy - self.temperature * self.total.entropy

    @property
    def entropy_per_baryon(self) -> Array:
        """Dimensionless (in units of k_B)."""
        return self.total.entropy / self.baryon_density

    def fraction(self, species: str) -> Array:
        """Net number per baryon of a species, such as Y_p of ``p`` [dimensionless]."""
        return self.density[species] / self.baryon_density


def dense_matter(
    field: MeanField | str | Path = "tm1",
    *,
    baryon_density: ArrayLike,
    temperature: ArrayLike,
    lepton_fraction: ArrayLike | None = None,
    proton_fraction: ArrayLike | None = None,
    neutrinos: Neutrinos = "trapped",
    neutrino_helicities: int = 1,
    muons: bool = False,
    muon_fraction: ArrayLike | None = None,
    neutrino_flavours: int = 1,
    photons: bool = True,
) -> DenseMatter:
    """Effective mass, chemical potentials and thermodynamics of dense matter [MeV^n].

    Parameters
    ----------
    field : parameter set, or what `mean_field` takes.
    baryon_density, temperature : broadcastable arrays, MeV^3 and MeV.
    lepton_fraction : (n_e + n_nu_e) / n_B of trapped neutrinos; the proton fraction follows from weak equilibrium.
    proton_fraction : n_p / n_B = charge of the leptons. Give at most one of the two fractions; without any,
        the proton fraction follows from weak equilibrium with mu_nu = 0.
    neutrinos : ``trapped`` (mu_nu from the lepton fraction, or from weak equilibrium), ``majorana`` (trapped,
        mu_nu = 0) or ``none`` (gone; mu_nu = 0). With a proton fraction, the last two leave
        weak equilibrium aside.
    neutrino_helicities : g_nu of n_nu - n_antinu; 1, or 2 as in cerdeno-medium-effects.
    muons : add muons with mu_mu = mu_e - mu_nu_e, that is mu_nu_mu = 0.
    muon_fraction : muon lepton number (n_mu + n_nu_mu) / n_B with trapped muon neutrinos, of any sign; needs `muons`
        and trapped neutrinos.
    neutrino_flavours : 1, or 3 to count muon and tau neutrinos, of mu_nu_tau = 0, in the thermodynamics.
    photons : add black-body photons to the thermodynamics.

    Raises
    ------
    OutOfDomainError
        outside 1e-9 to 1.2 fm^-3, 0.5 to 80 MeV, fractions of 0.01 to 0.5.
    InvalidValueError
        if the options contradict each other.
    ConvergenceError
        if a state is not found.

    Notes
    -----
    m_sigma^2 sigma - g2 sigma^2 + g3 sigma^3 = g_sigma n_s, m_omega^2 omega + c3 omega^3 = g_omega n_B,
    m_rho^2 rho = g_rho (n_p - n_n); n_p = n_e (+ n_mu), mu_n + mu_nu = mu_p + mu_e with full potentials, and
    mu_mu - mu_nu_mu = mu_e - mu_nu;
    n_nu - n_antinu = g_nu (mu^3 + pi^2 T^2 mu)/(6 pi^2).
    P = P_n + P_p - U(sigma) + m_omega^2 omega^2/2 + c3 omega^4/4 + m_rho^2 rho^2/2, and
    e = e_n + e_p + U(sigma) + m_omega^2 omega^2/2 + 3 c3 omega^4/4 + m_rho^2 rho^2/2.
    Source: sugahara-toki-tm1 (fields); cerdeno-medium-effects, Sec. III A (conditions).
    Differs from it: one neutrino helicity unless asked; its printed Y_e is a lepton fraction.
    Valid for: uniform matter of n, p with one effective mass. Nuclei and clusters, which replace it below
    about 0.1 fm^-3 at temperatures of a few MeV, are not included; of the neutrinos only the electron flavour, if not
    asked otherwise.

    Examples
    --------
    The core of a proto-neutron star one second after bounce:

    >>> from feebly.units import FM
    >>> matter = dense_matter(mean_field("tm1", nucleon_mass=939.0), baryon_density=0.5 / FM**3,
    ...                       temperature=15.0, lepton_fraction=0.31, neutrino_helicities=2)
    >>> [round(float(matter.potential_eff[s]), 1) for s in ("n", "p")], round(float(matter.effective_mass), 1)
    ([496.6, 405.4], 249.6)
    """
    model = field if isinstance(field, MeanField) else mean_field(field)
    check_options(lepton_fraction, proton_fraction, neutrinos, neutrino_helicities)
    check_flavours(neutrinos, muons, muon_fraction is not None, neutrino_flavours)
    asked = {"baryon density": baryon_density, "temperature": temperature}
    asked |= {"lepton fraction": lepton_fraction} if lepton_fraction is not None else {}
    asked |= {"proton fraction": proton_fraction} if proton_fraction is not None else {}
    asked |= {"muon fraction": muon_fraction} if muon_fraction is not None else {}
    given = request_arrays(asked)
    check_domain(given)
    flat = {name: values.ravel() for name, values in given.items()}
    composition = Composition(
        proton_fraction=flat.get("proton fraction"),
        lepton_fraction=flat.get("lepton fraction"),
        free=neutrinos != "trapped",
        helicities=neutrino_helicities,
        muons=muons,
        muon_fraction=flat.get("muon fraction"),
    )
    found = solve_equilibrium(model, flat["baryon density"], flat["temperature"], composition)
    n_b, t = given["baryon density"], given["temperature"]
    state = Equilibrium(*(getattr(found, item.name).reshape(n_b.shape) for item in fields(found)))
    return _assemble(model, n_b, t, state, composition, neutrinos, neutrino_flavours, photons)


def _assemble(
    field: MeanField,
    density: Array,
    t: Array,
    state: Equilibrium,
    composition: Composition,
    neutrinos: Neutrinos,
    flavours: int,
    photons: bool,
) -> DenseMatter:
    """Fields, full potentials, densities and thermodynamics of solved states."""
    mass, y = state.effective_mass, state.proton_fraction
    sigma, omega, rho = field.sigma(mass), field.omega(density), field.rho((2 * y - 1) * density)
    vector, isovector = field.omega_coupling * omega, field.rho_coupling * rho
    potential = {
        "n": state.mu_n_eff + vector - isovector,
        "p": state.mu_p_eff + vector + isovector,
        "e-": state.mu_e,
    }
    kinetic, masses = (
        [state.mu_n_eff, state.mu_p_eff, state.mu_e],
        [mass, mass, np.full_like(t, ELECTRON_MASS)],
    )
    if composition.muons:
        potential["mu-"] = state.mu_mu
        kinetic, masses = [*kinetic, state.mu_mu], [*masses, np.full_like(t, MUON_MASS)]
    gas = fermi_gas(t, np.stack(kinetic), mass=np.stack(masses))
    number = dict(zip(potential, gas.number, strict=True))
    trapped = light = Thermodynamics(*(np.zeros_like(mass) for _ in range(3)))
    if neutrinos != "none":
        free = massless_gas(t, state.mu_nu, spins=composition.helicities)
        potential["nu_e"], number["nu_e"] = state.mu_nu, free.number
        trapped = Thermodynamics(free.pressure, free.energy, free.entropy)
    if composition.muon_fraction is not None:
        potential["nu_mu"], number["nu_mu"] = state.mu_nu_mu, massless_gas(t, state.mu_nu_mu).number
    if flavours == 3:
        for mu in (state.mu_nu_mu, np.zeros_like(t)):
            free = massless_gas(t, mu)
            trapped = trapped + Thermodynamics(free.pressure, free.energy, free.entropy)
    if photons:
        light = _black_body(t)
    mesons = Thermodynamics(
        field.omega_pressure(omega) + field.rho_mass**2 * rho**2 / 2 - field.sigma_energy(sigma),
        field.omega_energy(omega) + field.rho_mass**2 * rho**2 / 2 + field.sigma_energy(sigma),
        np.zeros_like(mass),
    )
    choices = {
        "neutrinos": neutrinos,
        "neutrino_helicities": f"{composition.helicities}",
        "muons": "on" if composition.muons else "off",
        "neutrino_flavours": f"{flavours}",
        "photons": "on" if photons else "off",
    }
    return DenseMatter(
        field=field,
        baryon_density=density,
        temperature=t,
        effective_mass=mass,
        potential_eff={"n": state.mu_n_eff, "p": state.mu_p_eff},
        potential=potential,
        density=number,
        sigma=sigma,
        omega=omega,
        rho=rho,
        parts={
            "baryons": _sum(gas, slice(0, 2)) + mesons,
            "leptons": _sum(gas, slice(2, None)),
            "neutrinos": trapped,
            "photons": light,
        },
        residual=state.residual,
        provenance=field.provenance | Provenance(sources=SOURCES, choices=frozenset(choices.items())),
    )


def _sum(gas: FermiGas, rows: slice) -> Thermodynamics:
    """Over some of the species."""
    return Thermodynamics(*(np.asarray(a[rows].sum(axis=0)) for a in (gas.pressure, gas.energy, gas.entropy)))


def _black_body(t: Array) -> Thermodynamics:
    pressure = np.pi**2 * t**4 / 45
    return Thermodynamics(pressure, 3 * pressure, 4 * pressure / t)
