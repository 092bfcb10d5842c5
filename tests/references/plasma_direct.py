"""Rates of a vector in a plasma at one radius by direct integrals, and the oracle of its transport.

Nothing is tabulated: cross sections come from partial waves at each collision energy, decays from an integral over the
direction, and the charges in the medium from their complex sums over species, process by process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad

from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.environments import Medium
from feebly.math.fermi import fermi
from feebly.math.quadrature import gauss
from feebly.models import VectorCurrent
from feebly.rates.stellar.lepton_compton import Lepton, compton_absorption
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS, differential
from feebly.rates.stellar.pion_conversion import PionMatter, pion_conversion

ELECTRIC = {"e-": -1.0, "mu-": -1.0, "p": 1.0}
NEUTRINOS = ("nu_e", "nu_mu", "nu_tau")
Form = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Direct:
    """Reduced absorption of one state [MeV] per g^2 by bremsstrahlung, pairs and everything together."""

    bremsstrahlung: float
    decays: float
    total: float


def direct_rates(model: VectorCurrent, mass: float, energy: float, medium: Medium, mode: str) -> Direct:
    """All rates at the first radius of a medium."""
    forms = _forms(mass, energy, medium, mode)
    species = (*ELECTRIC, "n", *NEUTRINOS)
    bare = dict(zip(species, map(complex, model.charges(species, mass**2)), strict=True))
    real = _real_parts(mass, energy, medium, mode)
    absorbed = sum_of(forms.values())
    collisions = 4 * np.pi * ALPHA * energy
    photon = sum(real.values()) - 1j * collisions * _between(absorbed, ELECTRIC, ELECTRIC)
    mixed = sum(ELECTRIC[s] * bare[s] * value for s, value in real.items())
    mixed = mixed - 1j * collisions * _between(absorbed, ELECTRIC, bare)
    charges = {s: x + ELECTRIC.get(s, 0.0) * mixed / (mass**2 - photon) for s, x in bare.items()}
    rates = {name: _between(form, charges, charges).real for name, form in forms.items()}
    pairs = sum(rate for name, rate in rates.items() if name.startswith("pairs"))
    return Direct(rates["bremsstrahlung"], pairs, sum(rates.values()))


def sum_of(forms: object) -> Form:
    """The sum of several forms in the charges."""
    total: Form = {}
    for form in forms:  # type: ignore[attr-defined]
        for pair, value in form.items():
            total[pair] = total.get(pair, 0.0) + value
    return total


def _between(form: Form, left: Mapping[str, complex], right: Mapping[str, complex]) -> complex:
    return complex(
        sum(value * np.conj(left.get(a, 0.0)) * right.get(b, 0.0) for (a, b), value in form.items())
    )


def _forms(mass: float, energy: float, medium: Medium, mode: str) -> dict[str, Form]:
    """Each process as a symmetric form in the charges; both orders of a pair are listed."""
    t = float(medium.temperature[0])
    forms = {"bremsstrahlung": _bremsstrahlung(mass, energy, medium, mode)}
    for name in NEUTRINOS:
        mu = float(medium.potential[name][0])
        forms[f"pairs of {name}"] = {(name, name): _pairs(mass, energy, t, mu, 0.0, mode) / 2}
    mu = float(medium.potential["e-"][0])
    dressed = ELECTRON_MASS / 2 + np.sqrt(
        ELECTRON_MASS**2 / 4 + ALPHA / (2 * np.pi) * (np.pi**2 * t**2 + mu**2)
    )
    forms["pairs of e-"] = {("e-", "e-"): _pairs(mass, energy, t, mu, dressed, mode)}
    leptons: tuple[Lepton, ...] = ("e-", "mu-")
    for lepton in leptons:
        rate = compton_absorption(
            energy, mass, temperature=t, potential=float(medium.potential[lepton][0]), lepton=lepton
        )
        forms[f"Compton on {lepton}"] = {(lepton, lepton): float(getattr(rate, mode))}
    pions = pion_conversion(mass, np.full((1, 1), energy), PionMatter.of(medium.at(np.array([0]))))
    form = getattr(pions, mode)
    mixed = float(form.mixed[0, 0]) / 2
    forms["pions"] = {
        ("p", "p"): float(form.proton[0, 0]),
        ("n", "n"): float(form.neutron[0, 0]),
        ("p", "n"): mixed,
        ("n", "p"): mixed,
    }
    return forms


def _bremsstrahlung(mass: float, energy: float, medium: Medium, mode: str) -> Form:
    """Eqs. (42), (76) of esseili-kribs-chargephobic with cross sections at the mean energy of each collision."""
    t = float(medium.temperature[0])
    n = {s: float(medium.density[s][0]) for s in ("p", "n")}
    z, rest = energy / t, (mass / energy) ** 2
    y, weight = gauss(0.0, 6.5, 120)
    x, weight = y**2, 2 * y * weight
    collision = x + z / 2
    cosine, ring = gauss(-1.0, 1.0, 48)
    common = (np.pi * t / NUCLEON_MASS) ** 1.5 / (np.pi**2 * energy**3) * -np.expm1(-z)
    form: Form = {}
    for pair, number in (("np", n["p"] * n["n"]), ("pp", n["p"] ** 2 / 2), ("nn", n["n"] ** 2 / 2)):
        # laboratory energy is twice that in the centre of mass; the phase shifts end at 350 MeV
        section = differential(pair, np.clip(2 * collision * t, 1e-3, 350.0), cosine) * ring * 2 * np.pi  # type: ignore[arg-type]
        if pair != "np":
            section = section / 2
        thermal = weight * np.exp(-x) * np.sqrt(x * (x + z))
        second = float(np.sum(thermal * collision * (section @ (1 - cosine)))) / 2
        fourth = float(np.sum(thermal * collision**2 * (section @ (1 - cosine**2)))) / 6
        dipole = 8 / 3 * common * number * second * (1.0 if mode == "transverse" else rest)
        quadrupole = 12 / 5 * common * number * t / NUCLEON_MASS * (1 - rest) * fourth
        quadrupole *= 1.0 if mode == "transverse" else 4 / 3 * rest
        if pair == "np":
            form |= {("p", "p"): dipole + quadrupole, ("n", "n"): dipole + quadrupole}
            form |= {("p", "n"): quadrupole - dipole, ("n", "p"): quadrupole - dipole}
        else:
            form[(pair[0], pair[0])] += 4 * quadrupole
    return form


def _pairs(mass: float, energy: float, t: float, mu: float, daughter: float, mode: str) -> float:
    """X -> f fbar by quadrature over the direction of f in the rest frame of X."""
    ratio = (daughter / mass) ** 2
    if 4 * ratio >= 1:
        return 0.0
    k, beta = np.sqrt(energy**2 - mass**2), np.sqrt(1 - 4 * ratio)

    def integrand(c: float) -> float:
        first = (energy + k * beta * c) / 2
        open_states = 1 - fermi((first - mu) / t) - fermi((energy - first + mu) / t)
        element = ratio + (1 + beta**2 * c**2) / 4 if mode == "transverse" else (1 - beta**2 * c**2) / 2
        return float(element * open_states)

    edge = float(np.clip((2 * mu - energy) / (k * beta), -0.999, 0.999))  # the Fermi surface
    mean = quad(integrand, -1, 1, points=[edge], limit=400, epsabs=0.0, epsrel=1e-10)[0] / 2
    return float(mass**2 * beta / (4 * np.pi * energy) * mean)


def _real_parts(mass: float, energy: float, medium: Medium, mode: str) -> dict[str, float]:
    """Real part by electrons (relativistic), muons and protons (slow), each with its charge taken as 1."""
    t = float(medium.temperature[0])
    v2 = 1 - (mass / energy) ** 2
    v = np.sqrt(v2)
    excess = np.arctanh(v) / v - 1
    shape = 3 / v2 * (1 - v2) * excess if mode == "longitudinal" else 1.5 / v2 * (1 - (1 - v2) * (excess + 1))
    slow = 1.0 if mode == "transverse" else 1 - v2
    return {
        "e-": _plasma2(t, float(medium.potential["e-"][0]), ELECTRON_MASS) * shape,
        "mu-": _plasma2(t, float(medium.potential["mu-"][0]), MUON_MASS) * slow,
        "p": 4 * np.pi * ALPHA * float(medium.density["p"][0]) / NUCLEON_MASS * slow,
    }


def _plasma2(t: float, mu: float, mass: float) -> float:
    """(4 alpha / pi) int dp (p^2/E) (1 - p^2 / 3 E^2) (f + fbar)."""

    def integrand(p: float) -> float:
        e = np.hypot(p, mass)
        return float(p**2 / e * (1 - p**2 / e**2 / 3) * (fermi((e - mu) / t) + fermi((e + mu) / t)))

    return 4 * ALPHA / np.pi * quad(integrand, 0, mu + 40 * t, points=[mu], limit=400)[0]
