"""The stars that travel with the package: two published shell tables and one analytic toy."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS
from feebly.environments.mean_field import mean_field
from feebly.environments.star import StarProfile, gravitational_lapse
from feebly.errors import InvalidValueError
from feebly.math.fermi import chemical_potential, net_density
from feebly.math.roots import bracketed_root
from feebly.provenance import Provenance, sources
from feebly.units import CM, FM, GRAM, KM, SECOND

Muons = Literal["printed-ye", "beta-equilibrium"]
_KNOTS_PER_KM: Final = 10
_RAFFELT_RANGES: Final = {
    "core_temperature_mev": (0.1, 200.0),
    "central_density_g_per_cm3": (1e12, 1e16),
    "core_radius_km": (1.0, 100.0),
    "core_slope": (-0.9, 10.0),
    "index": (0.1, 20.0),
    "neutrino_potential_mev": (-500.0, 500.0),
    "radius_km": (1.0, 300.0),
}


def fischer18_1s(*, muons: Muons = "printed-ye") -> StarProfile:
    """The 18 solar-mass star of Fischer et al. at 1 s: six shells out to 20 km."""
    return _shells("fischer18-1s", 1, muons)


def fischer18_5s(*, muons: Muons = "printed-ye") -> StarProfile:
    """The 18 solar-mass star of Fischer et al. at 5 s: five shells out to 15 km."""
    return _shells("fischer18-5s", 5, muons)


def _shells(name: str, time_s: int, muons: Muons) -> StarProfile:
    """Shell table with muons and lapse added.

    Notes
    -----
    mu*, m*, mu_nu are the printed columns. Muons: mu_mu = mu_e - mu_nu_e, with mu_e either from
    n_e- - n_e+ = Y n_B of the printed (lepton) fraction, or from beta equilibrium with the isovector
    mean field, mu_e = mu_n* - mu_p* + 2 (g_rho/m_rho)^2 (n_n - n_p) + mu_nu_e and n_p = n_e- - n_e+.
    mu_nu_mu = mu_nu_tau = 0. The tables carry no lapse: it follows from rho = n_B u.
    """
    if muons not in ("printed-ye", "beta-equilibrium"):
        raise InvalidValueError(f"muons = '{muons}' is not known. Possible: printed-ye, beta-equilibrium.")
    file = embedded.load("star/fischer18.csv")
    rows = [row for row in file.rows() if int(row["time_s"]) == time_s]

    def column(key: str) -> Array:
        return np.array([float(row[key]) for row in rows])

    outer = column("outer_radius_km")
    temperature, mu_nu = column("temperature_mev"), column("mu_nu_e_mev")
    baryons = column("baryon_density_fm3") / FM**3
    mu_n, mu_p = column("mu_n_star_mev"), column("mu_p_star_mev")
    fraction = column("lepton_fraction")
    provenance = file.provenance | Provenance(
        sources=sources(("cerdeno-medium-effects", "Tables I, II"), ("cerdeno-burst-duration", "Table I")),
        choices=frozenset({("muons", muons), ("mu_nu_mu = mu_nu_tau", "0")}),
    )
    if muons == "printed-ye":
        mu_e = chemical_potential(temperature, fraction * baryons, ELECTRON_MASS)
    else:
        field = mean_field("tm1")
        provenance = provenance | field.provenance
        mu_e = _beta_equilibrium(temperature, baryons, mu_n - mu_p + mu_nu, 2 * field.isovector)
        fraction = net_density(temperature, mu_e, ELECTRON_MASS) / baryons

    edges = np.concatenate([[0.0], outer])
    radius, shell = _shell_knots(edges)
    density = {
        "B": baryons,
        "e-": fraction * baryons,
        "p": fraction * baryons,
        "n": (1 - fraction) * baryons,
    }
    potential = {"n": mu_n, "p": mu_p, "e-": mu_e, "nu_e": mu_nu, "mu-": mu_e - mu_nu}
    zero = np.zeros_like(mu_nu)
    potential |= {"nu_mu": zero, "nu_tau": zero}
    masses = {"n": column("m_nucleon_star_mev"), "p": column("m_nucleon_star_mev")}
    return StarProfile(
        name=name,
        time=time_s * SECOND,
        radius=radius * KM,
        temperature=temperature[shell],
        density={key: values[shell] for key, values in density.items()},
        potential={key: values[shell] for key, values in potential.items()},
        mass_eff={key: values[shell] for key, values in masses.items()},
        lapse=gravitational_lapse(radius * KM, baryons[shell] * ATOMIC_MASS_UNIT),
        neutrinosphere=outer[-1] * KM,
        provenance=provenance,
    )


def _shell_knots(edges: Array) -> tuple[Array, Array]:
    """Radii with every inner boundary twice, fine enough for the lapse, and the shell of each knot."""
    pieces = [
        np.linspace(low, high, int(np.ceil((high - low) * _KNOTS_PER_KM)) + 1)
        for low, high in pairwise(edges)
    ]
    shell = np.concatenate([np.full(piece.size, k) for k, piece in enumerate(pieces)])
    return np.concatenate(pieces), shell


def _beta_equilibrium(temperature: Array, baryons: Array, base: Array, stiffness: float) -> Array:
    """mu_e (S,) that solves mu_e = base + stiffness (n_B - 2 n_p) with n_p = n_e- - n_e+."""
    return bracketed_root(
        lambda mu, t, n, b: mu - b - stiffness * (n - 2 * net_density(t, mu, ELECTRON_MASS)),
        base - stiffness * baryons,
        base + stiffness * baryons,
        (temperature, baryons, base),
        what="electron potential in beta equilibrium",
    )


def raffelt(
    *,
    core_temperature_mev: float | None = None,
    central_density_g_per_cm3: float | None = None,
    core_radius_km: float | None = None,
    core_slope: float | None = None,
    index: float | None = None,
    electron_fraction: float | None = None,
    neutrino_potential_mev: float | None = None,
    radius_km: float | None = None,
) -> StarProfile:
    """The analytic toy star; every parameter may be set, the defaults are in ``data/star/raffelt.toml``.

    Notes
    -----
    rho = rho_0 {1 + a (1 - r/R_c) inside R_c, (r/R_c)^-n outside}, T = T_0 (rho/rho_0)^(1/3),
    n_B = rho / u, n_e- - n_e+ = n_p = Y n_B, mu_mu = mu_e - mu_0 (rho/rho_0)^(1/3),
    mu_nu_mu = mu_nu_tau = 0, lapse 1 (flat space).
    Source: chang-dark-photons (shape: core and power law). Differs from it: its parameters could not be
    read; ours are a stated choice. Valid for: comparing methods, not for a physical limit.
    """
    file = embedded.load("star/raffelt.toml")
    given = {
        "core_temperature_mev": core_temperature_mev,
        "central_density_g_per_cm3": central_density_g_per_cm3,
        "core_radius_km": core_radius_km,
        "core_slope": core_slope,
        "index": index,
        "electron_fraction": electron_fraction,
        "neutrino_potential_mev": neutrino_potential_mev,
        "radius_km": radius_km,
    }
    changed = {key: float(value) for key, value in given.items() if value is not None}
    p = {key: float(value) for key, value in file.table().items()} | changed
    for key, (least, most) in _RAFFELT_RANGES.items():
        if not least <= p[key] <= most:
            raise InvalidValueError(
                f"raffelt: {key} is {p[key]:g}; it must lie between {least:g} and {most:g}."
            )
    if not 0 < p["electron_fraction"] < 1:
        raise InvalidValueError(
            f"raffelt: electron_fraction is {p['electron_fraction']:g}; it must lie between 0 and 1."
        )

    edges = np.array([0.0, min(p["core_radius_km"], p["radius_km"]), p["radius_km"]])
    step = 1 / (2 * _KNOTS_PER_KM)
    pieces = [
        np.linspace(low, high, int(np.ceil((high - low) / step)) + 1)
        for low, high in pairwise(edges)
        if high > low
    ]
    radius = np.concatenate(pieces)
    x = radius / p["core_radius_km"]
    ratio = np.where(x <= 1, 1 + p["core_slope"] * (1 - x), np.maximum(x, 1.0) ** -p["index"])
    cube_root = np.cbrt(ratio)
    temperature = p["core_temperature_mev"] * cube_root
    baryons = p["central_density_g_per_cm3"] * GRAM / CM**3 * ratio / ATOMIC_MASS_UNIT
    electrons = p["electron_fraction"] * baryons
    mu_e = chemical_potential(temperature, electrons, ELECTRON_MASS)
    mu_nu = p["neutrino_potential_mev"] * cube_root
    zero = np.zeros_like(radius)
    label = "".join(f",{key}={value:g}" for key, value in sorted(changed.items()))
    return StarProfile(
        name="raffelt" + label,
        time=1.0 * SECOND,
        radius=radius * KM,
        temperature=temperature,
        density={"B": baryons, "e-": electrons, "p": electrons, "n": baryons - electrons},
        potential={"e-": mu_e, "nu_e": mu_nu, "mu-": mu_e - mu_nu, "nu_mu": zero, "nu_tau": zero},
        mass_eff={},
        lapse=np.ones_like(radius),
        neutrinosphere=p["radius_km"] * KM,
        provenance=file.provenance
        | Provenance(choices=frozenset((f"raffelt.{key}", f"{value:g}") for key, value in changed.items())),
    )
