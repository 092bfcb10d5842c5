"""From a hydrostatic star to the profile that probes use: envelope, lapse, neutrinosphere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import MUON_MASS, NEWTON
from feebly.environments.low_density import electron_potential, thin_nucleon_potential
from feebly.environments.neutrinosphere import black_body_luminosity, neutrinosphere, optical_depth
from feebly.environments.proto_neutron_star import ProtoNeutronStar
from feebly.environments.proto_neutron_star_envelope import hydrostatic_envelope
from feebly.environments.star import StarProfile
from feebly.errors import InvalidValueError
from feebly.math.fermi import net_density
from feebly.provenance import Provenance, sources
from feebly.units import KM, SECOND

_PER_DECADE: Final = 30  # knots of the envelope
_FIRST: Final = 1e-3  # of them, in radii of the surface
EFFECTIVE: Final = "effective, as in the file"
PROVENANCE: Final = Provenance(
    sources=sources(("akita-high-energy-neutrinos", "Eq. (3): density of the envelope falls as r^-3")),
    choices=frozenset({("profile.mu_n", EFFECTIVE), ("profile.mu_p", EFFECTIVE), ("mu_nu_tau", "0")}),
)


@dataclass(frozen=True, slots=True)
class _Column:
    """One row per knot of star and envelope, MeV^n."""

    radius: Array
    temperature: Array
    baryons: Array
    fraction: dict[str, Array]
    potential: dict[str, Array]
    mass_eff: Array
    mass: Array
    log_lapse: Array


def profile(star: ProtoNeutronStar, *, neutrino_luminosity: float | None = None) -> StarProfile:
    """The star with its envelope as a profile out to `reach_km`.

    Parameters
    ----------
    neutrino_luminosity : at infinity, MeV^2; an estimate, that of a black sphere at the neutrinosphere, if not given.

    Raises
    ------
    InvalidValueError
        if the envelope would end inside the star.

    Notes
    -----
    Envelope: T ~ 1/r and composition as at the surface, hydrostatic, see `hydrostatic_envelope`.
    Neutrinosphere: optical depth 2/3 of electron neutrinos, see `neutrinosphere.optical_depth`. Outside it the
    potentials of the neutrinos fade with the share that is trapped, to zero in the envelope. mu_nu_tau = 0.
    """
    surface, reach = float(star.equilibrium.structure.radius[-1]) / KM, star.parameters.reach_km
    if reach <= surface:
        raise InvalidValueError(
            f"'{star.parameters.name}': reach_km is {reach:g}, but the star alone reaches to {surface:.4g} km."
        )
    inner = _inside(star)
    outer = _outside(star, inner)
    both = _Column(
        radius=np.concatenate([inner.radius, outer.radius]),
        temperature=np.concatenate([inner.temperature, outer.temperature]),
        baryons=np.concatenate([inner.baryons, outer.baryons]),
        fraction={s: np.concatenate([inner.fraction[s], outer.fraction[s]]) for s in inner.fraction},
        potential={s: np.concatenate([inner.potential[s], outer.potential[s]]) for s in inner.potential},
        mass_eff=np.concatenate([inner.mass_eff, outer.mass_eff]),
        mass=np.concatenate([inner.mass, outer.mass]),
        log_lapse=np.concatenate(
            [inner.log_lapse + outer.log_lapse[0] - _step(inner, outer), outer.log_lapse]
        ),
    )
    lapse = np.exp(both.log_lapse)
    compactness = np.divide(NEWTON * both.mass, both.radius, out=np.zeros_like(lapse), where=both.radius > 0)
    density = {s: share * both.baryons for s, share in both.fraction.items()}
    depth = optical_depth(
        both.radius, (1 - 2 * compactness) ** -0.5, density["n"], density["p"], both.temperature
    )
    sphere = neutrinosphere(both.radius, depth)
    share = star.equilibrium.layers.share(both.baryons)
    fading = np.minimum(1.0, share / np.interp(sphere, both.radius, share))
    potential = both.potential | {s: both.potential[s] * fading for s in ("nu_e", "nu_mu")}
    made = StarProfile(
        name=star.parameters.name,
        time=star.parameters.time_s * SECOND,
        radius=both.radius,
        temperature=both.temperature,
        density={"B": both.baryons, **density},
        potential=potential,
        mass_eff={"n": both.mass_eff, "p": both.mass_eff},
        lapse=lapse,
        neutrinosphere=sphere,
        neutrino_luminosity=neutrino_luminosity,
        provenance=star.provenance | PROVENANCE,
    )
    return made if neutrino_luminosity is not None else replace(made, neutrino_luminosity=black_body(made))


def black_body(star: StarProfile) -> float:
    """Luminosity of a black sphere at the neutrinosphere of a profile with a lapse, at infinity [MeV^2]."""
    there = [float(np.interp(star.neutrinosphere, star.radius, v)) for v in (star.temperature, star.lapse)]
    return black_body_luminosity(star.neutrinosphere, *there)


def _inside(star: ProtoNeutronStar) -> _Column:
    matter, found = star.matter, star.equilibrium
    full, effective = matter.potential, matter.potential_eff
    zero = np.zeros_like(found.density)
    return _Column(
        radius=found.structure.radius,
        temperature=found.temperature,
        baryons=found.density,
        fraction={s: matter.fraction(s) for s in ("n", "p", "e-", "mu-")},
        potential={
            "n": effective["n"],
            "p": effective["p"],
            "e-": full["e-"],
            "mu-": full["mu-"],
            "nu_e": full["nu_e"],
            "nu_mu": full.get("nu_mu", zero),
            "nu_tau": zero,
        },
        mass_eff=matter.effective_mass,
        mass=found.structure.mass,
        log_lapse=found.structure.potential,
    )


def _outside(star: ProtoNeutronStar, inner: _Column) -> _Column:
    """The envelope from just outside the surface, with closely set knots where it is exponential."""
    surface, reach = inner.radius[-1], star.parameters.reach_km * KM
    # the scale height at the surface is some 1/50 of the radius
    offset = np.geomspace(
        _FIRST * surface, reach - surface, int(_PER_DECADE * np.log10(reach / surface) + 60)
    )
    radius = np.concatenate([[surface], surface + offset])
    m = star.equilibrium.layers.field.nucleon_mass
    baryons, mass = hydrostatic_envelope(
        radius,
        mass=float(inner.mass[-1]),
        density=float(inner.baryons[-1]),
        temperature=float(inner.temperature[-1]),
        electron_fraction=float(inner.fraction["e-"][-1]),
        nucleon_mass=m,
    )
    radius, baryons, mass = radius[1:], baryons[1:], mass[1:]
    t, same = inner.temperature[-1] * surface / radius, np.ones_like(radius)
    fraction = {s: values[-1] * same for s, values in inner.fraction.items()}
    potential = {s: thin_nucleon_potential(t, fraction[s] * baryons, m) for s in ("n", "p")}
    potential["e-"] = electron_potential(t, fraction["e-"] * baryons)
    potential |= dict.fromkeys(("nu_e", "nu_mu", "nu_tau"), np.zeros_like(radius))
    potential["mu-"] = potential["e-"]
    fraction["mu-"] = net_density(t, potential["mu-"], MUON_MASS) / baryons
    return _Column(
        radius, t, baryons, fraction, {s: potential[s] for s in inner.potential}, m * same, mass,
        _log_lapse(radius, mass),
    )  # fmt: skip


def _log_lapse(radius: Array, mass: Array) -> Array:
    """ln N (N,) in matter without pressure, matched to the vacuum outside."""
    slope = NEWTON * mass / (radius * (radius - 2 * NEWTON * mass)) * radius  # by ln r
    cells = 0.5 * (slope[1:] + slope[:-1]) * np.diff(np.log(radius))
    end = 0.5 * np.log(1 - 2 * NEWTON * mass[-1] / radius[-1])
    return np.asarray(end - np.concatenate([np.cumsum(cells[::-1])[::-1], [0.0]]))


def _step(inner: _Column, outer: _Column) -> float:
    """ln N at the first knot of the envelope, as continued from the surface of the star in its own vacuum."""
    first = np.array([inner.radius[-1], outer.radius[0]])
    mass = np.array([inner.mass[-1], outer.mass[0]])
    rise = _log_lapse(first, mass)
    return float(inner.log_lapse[-1] + rise[1] - rise[0])
