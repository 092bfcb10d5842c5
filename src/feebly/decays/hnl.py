"""Widths of heavy neutral leptons: to neutrinos, charged leptons and mesons, with all masses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly import particle_data
from feebly import species as sp
from feebly.arrays import Array, mass_array
from feebly.constants import ELECTRON_MASS, MUON_MASS, NEUTRAL_PION_MASS, PION_MASS, TAU_MASS
from feebly.decays.hadrons.base import ISOVECTOR
from feebly.decays.hadrons.pion_pair import channel as pion_pair
from feebly.decays.hadrons.pion_pair import form_factor
from feebly.decays.partial_widths import Widths
from feebly.decays.three_body import LeptonPair
from feebly.decays.weak import electromagnetic_constant, provenance, weak_inputs
from feebly.errors import OutOfDomainError, UnsupportedModelError
from feebly.math.quadrature import panels
from feebly.models import Model, SterileMixing
from feebly.provenance import Provenance, sources

HIGHEST: Final = 2000.0  # MeV
MANY_HADRONS: Final = 1000.0  # MeV: from here on states of more hadrons than are listed matter
MASSES: Final = {"e-": ELECTRON_MASS, "mu-": MUON_MASS, "tau-": TAU_MASS}
SOURCES: Final = sources(
    ("gorbunov-shaposhnikov-hnl", "widths"),
    ("bondarenko-hnl", "widths"),
    ("akita-high-energy-neutrinos", "Sec. 4.2"),
)
_CHARGED_MESONS: Final = ("pi+", "K+")
_PION_PANELS: Final = (450.0, 650.0, 740.0, 775.0, 810.0, 900.0, 1100.0, 1400.0, 1700.0)  # MeV
_NODES: Final = 12


@dataclass(frozen=True, slots=True)
class _Mode:
    """A decay of N, without its conjugate: its channel, the flavour that mixes, and the widths (M,) per |U|^2 [MeV]."""

    channel: str
    flavour: int
    gamma: Array
    error: Array
    is_hadronic: bool


def conjugate(channel: str) -> str:
    """The channel of the antiparticles; of two charged leptons the negative one stands first.

    >>> conjugate("e- mu+ nu_mu"), conjugate("e- pi+"), conjugate("pi+ pi- nu_tau")
    ('mu- e+ nu_mu~', 'e+ pi-', 'pi+ pi- nu_tau~')
    """
    words = [sp.anti(word) if word[-1] in "+-" or word.startswith("nu") else word for word in channel.split()]
    if {words[0][-1], words[1][-1]} == {"+", "-"} and channel.split()[-1].startswith("nu"):
        words[:2] = words[1::-1]
    return " ".join(words)


def lepton_pair(channel: str) -> LeptonPair:
    """Masses and couplings of a decay of N or its conjugate to a neutrino and two leptons.

    Notes
    -----
    Charged currents, in the order of neutral ones: g_L = 1. Neutral currents: g_L = sin^2 - 1/2, g_R = sin^2; with both,
    nu_a l_a l_a, the sum. The pairs are those of N; in the conjugate decay "lepton" is the antilepton.

    >>> lepton_pair("e- mu+ nu_mu").left, lepton_pair("nu_e nu_mu nu_mu~").left
    (1.0, 0.5)
    """
    first, second, third = channel.split()
    if first.startswith("nu"):
        return LeptonPair(0.0, 0.0, 0.5, 0.0)
    flavours = [first, sp.anti(second)]
    if third.endswith("~"):
        flavours.reverse()
    masses = (MASSES[flavours[0]], MASSES[flavours[1]])
    if flavours[0] != flavours[1]:
        return LeptonPair(*masses, 1.0, 0.0)
    sin2 = weak_inputs().sin2
    own = sp.NEUTRINOS[sp.LEPTONS.index(first)]
    return LeptonPair(*masses, sin2 - 0.5 + (1.0 if third.rstrip("~") == own else 0.0), sin2)


def _leptonic(mass: Array, flavour: int) -> Iterator[_Mode]:
    lepton, nu, zero = sp.LEPTONS[flavour], sp.NEUTRINOS[flavour], np.zeros(mass.size)
    names = [f"{nu} {other} {sp.anti(other)}" for other in sp.NEUTRINOS]
    names += [f"{other} {sp.anti(other)} {nu}" for other in sp.LEPTONS]
    names += [
        f"{lepton} {sp.anti(other)} {partner}"
        for other, partner in zip(sp.LEPTONS, sp.NEUTRINOS, strict=True)
        if other != lepton
    ]
    for name in names:
        # two equal neutrinos: twice the amplitude, half the phase space
        factor = 2 if name.startswith(f"{nu} {nu} ") else 1
        gamma = factor * weak_inputs().fermi ** 2 * lepton_pair(name).width(mass)
        yield _Mode(name, flavour, gamma, zero, False)


def pseudoscalar_width(mass: Array, lepton: float, meson: float) -> Array:
    """Width (M,) to a lepton and a charged pseudoscalar meson per (G_F f V)^2 [MeV^3].

    Notes
    -----
    Gamma = m^3 / (16 pi) lambda^(1/2)(1, x_l^2, x_P^2) [(1 - x_l^2)^2 - x_P^2 (1 + x_l^2)]. Without the lepton mass, and
    halved since the neutral current holds A_3 / 2 and the charged one A / 2, it is that to a neutrino and a pi0.
    Source: gorbunov-shaposhnikov-hnl, bondarenko-hnl. Differs from it: nothing.
    Valid for: momenta far below the W mass; unpolarised N; no radiative corrections.

    >>> round(float(pseudoscalar_width(np.array([2.0]), 0.0, 1.0)[0] * 16 * math.pi / 8), 4)
    0.5625
    """
    is_open = mass > lepton + meson
    m = np.where(is_open, mass, lepton + meson + 1.0)
    l2, p2 = (lepton / m) ** 2, (meson / m) ** 2
    square = (1 - l2) ** 2 - p2 * (1 + l2)
    momentum = np.sqrt((1 - l2 - p2) ** 2 - 4 * l2 * p2)
    return np.asarray(np.where(is_open, m**3 / (16 * math.pi) * momentum * square, 0.0))


def current_density(mass: float | Array, lepton: float, s: float | Array) -> Array:
    """dGamma/ds [MeV] to a lepton and a conserved vector current, per (G_F C)^2 and spectral density [MeV^2].

    Notes
    -----
    The current C J goes with the amplitude (4 G_F / sqrt 2) [lbar gamma P_L N], and its states of invariant mass squared s
    sum to (-g + Q Q / s) rho(s): rho = s beta^3 |F|^2 / (24 pi) for a pair of pions, 2 pi g^2 delta(s - m_V^2) for a
    narrow meson. dGamma/ds = lambda^(1/2) rho / (4 pi^2 m) [k p + 2 (k Q)(p Q) / s].
    Source: own derivation; with a narrow rho the formula of bondarenko-hnl. Valid for: unpolarised N.
    """
    triangle = (mass**2 - s - lepton**2) ** 2 - 4 * s * lepton**2
    trace = (mass**2 + lepton**2 - s) / 2 + (mass**2 - s - lepton**2) * (mass**2 + s - lepton**2) / (2 * s)
    return np.asarray(np.sqrt(np.maximum(triangle, 0.0)) / mass**3 * trace / (4 * math.pi**2))


def pion_pair_density(s: Array, first: float, second: float) -> Array:
    """Spectral density rho [MeV^2] of two pions of these masses in the isovector current, at s (...) [MeV^2]."""
    a, b = first**2 / s, second**2 / s
    beta = np.sqrt(np.maximum((1 - a - b) ** 2 - 4 * a * b, 0.0))
    shape = np.abs(form_factor(s.ravel())[:, ISOVECTOR].reshape(s.shape)) ** 2
    return np.asarray(s * beta**3 * shape / (24 * math.pi))


def pion_pair_nodes(mass: Array, lepton: float, threshold: float) -> tuple[Array, Array]:
    """Nodes s (M, P) [MeV^2] and weights for integrals over the invariant mass of two pions."""
    top = np.maximum(mass - lepton, threshold)[:, None]
    edges = np.clip(np.array([0.0, *_PION_PANELS, HIGHEST]), threshold, top)
    root, weight = panels(edges, _NODES)
    return root**2, 2 * root * weight


def _pion_pair_width(mass: Array, lepton: float, first: float, second: float) -> Array:
    """Width (M,) per (G_F C)^2 [MeV^3] to a lepton and two pions by the vector current."""
    s, weight = pion_pair_nodes(mass, lepton, first + second)
    density = current_density(mass[:, None], lepton, s) * pion_pair_density(s, first, second)
    return np.asarray(np.sum(weight * density, axis=-1))


def _narrow_width(mass: Array, meson: float) -> Array:
    """Width (M,) per (G_F C g)^2 [1/MeV] to a neutrino and a narrow vector meson."""
    is_open = mass > meson
    m = np.where(is_open, mass, 2 * meson)
    return np.asarray(np.where(is_open, 2 * math.pi * current_density(m, 0.0, meson**2), 0.0))


def _hadronic(mass: Array, flavour: int) -> Iterator[_Mode]:
    """Decays to mesons. Vector parts of the neutral current: 1/2 - sin^2 of the isovector, -sin^2 of the isoscalar and
    3/4 - sin^2 of the strange part of the electromagnetic one.
    """
    weak = weak_inputs()
    lepton, nu, g2 = sp.LEPTONS[flavour], sp.NEUTRINOS[flavour], weak.fermi**2
    for meson, constant in weak.neutral.items():
        gamma = g2 * constant**2 * pseudoscalar_width(mass, 0.0, particle_data.mass(meson)) / 2
        yield _Mode(f"{meson} {nu}", flavour, gamma, weak.neutral_error[meson] * gamma, True)
    for meson, constant in zip(_CHARGED_MESONS, (weak.pion, weak.kaon), strict=True):
        gamma = g2 * constant**2 * pseudoscalar_width(mass, MASSES[lepton], particle_data.mass(meson))
        yield _Mode(f"{lepton} {meson}", flavour, gamma, np.zeros(mass.size), True)
    error = pion_pair().uncertainty
    gamma = g2 * (0.5 - weak.sin2) ** 2 * _pion_pair_width(mass, 0.0, PION_MASS, PION_MASS)
    yield _Mode(f"pi+ pi- {nu}", flavour, gamma, error * gamma, True)
    gamma = g2 * weak.v_ud**2 / 2 * _pion_pair_width(mass, MASSES[lepton], PION_MASS, NEUTRAL_PION_MASS)
    yield _Mode(f"{lepton} pi+ pi0", flavour, gamma, error * gamma, True)
    for meson, parent, charge in (
        ("omega(782)", "omega", -weak.sin2),
        ("phi(1020)", "phi", 0.75 - weak.sin2),
    ):
        constant, relative = electromagnetic_constant(meson, parent)
        gamma = g2 * (charge * constant) ** 2 * _narrow_width(mass, particle_data.mass(meson))
        yield _Mode(f"{meson} {nu}", flavour, gamma, 2 * relative * gamma, True)


def _quarks(mass: Array, flavour: int) -> Array:
    """Width (M,) [MeV] to free u, d and s quarks without masses, and a lepton with its mass."""
    weak = weak_inputs()
    scale = weak.fermi**2 * mass**5 / (192 * math.pi**3)
    thirds = np.array([2.0, -1.0, -1.0]) / 3
    isospin = np.array([0.5, -0.5, -0.5])
    neutral = np.sum((isospin - thirds * weak.sin2) ** 2 + (thirds * weak.sin2) ** 2)
    charged = LeptonPair(MASSES[sp.LEPTONS[flavour]], 0.0, 1.0, 0.0).width(mass) * weak.fermi**2
    return np.asarray(3 * (scale * neutral + charged))


def widths(model: Model, mass: Array, *, hadrons: bool = True) -> Widths:
    """Partial widths of a heavy neutral lepton at masses (M,) [MeV], per unit |U|^2.

    A Majorana particle decays to each state and to that of the antiparticles, which are listed apart; a Dirac one only to
    the first. From 1 GeV on, where states of more hadrons than are listed matter, `total_error` contains the distance of
    the hadronic width to that of free quarks.

    Raises
    ------
    UnsupportedModelError
        for a model that is no heavy neutral lepton.
    OutOfDomainError
        above 2 GeV.
    """
    if not isinstance(model, SterileMixing):
        raise UnsupportedModelError(f"'{model.name}' is no heavy neutral lepton. It needs: SterileMixing.")
    masses = mass_array(mass)
    if masses.max() > HIGHEST:
        raise OutOfDomainError(
            f"Widths of {model.name} at {masses.max():g} MeV are not available: decays to many hadrons are missing.\n"
            f"  Possible: masses up to {HIGHEST:g} MeV; leave out those above."
        )
    share = model.flavour_fractions()
    copies = 2 if model.nature == "majorana" else 1
    modes = [mode for a in np.flatnonzero(share) for mode in _leptonic(masses, int(a))]
    if hadrons:
        modes += [mode for a in np.flatnonzero(share) for mode in _hadronic(masses, int(a))]
    modes = [mode for mode in modes if mode.gamma.any()]
    names = [mode.channel for mode in modes]
    if copies == 2:
        names += [conjugate(name) for name in names]
    gamma = np.tile([share[mode.flavour] * mode.gamma for mode in modes], (copies, 1))
    error = np.tile([share[mode.flavour] * mode.error for mode in modes], (copies, 1))
    total_error = error.sum(axis=0)  # the same constants in all flavours
    omitted = {"N -> nu gamma, a loop"}
    if hadrons and masses.max() > MANY_HADRONS:
        listed = sum(share[mode.flavour] * mode.gamma for mode in modes if mode.is_hadronic)
        free = sum(share[a] * _quarks(masses, int(a)) for a in np.flatnonzero(share))
        total_error = total_error + np.where(masses > MANY_HADRONS, copies * np.abs(free - listed), 0.0)
        omitted.add(
            "decays to three and more pions or with K*, which matter above 1 GeV (in the theory error)"
        )
    own = Provenance(sources=SOURCES, omitted=frozenset(omitted))
    constants = (
        provenance() | pion_pair().provenance | particle_data.provenance() if hadrons else provenance()
    )
    return Widths(
        model=model.name,
        mass=masses,
        channels=tuple(names),
        gamma=gamma,
        error=error,
        total_error=total_error,
        masked=np.zeros(masses.size, dtype=bool),
        power=model.scale.power,
        provenance=model.provenance | own | constants,
        scale_name=model.scale.name,
    )
