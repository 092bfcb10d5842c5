"""Heavy neutral leptons from neutrinos and charged leptons that scatter on nucleons, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, MUON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.decays import weak
from feebly.environments import Medium
from feebly.environments.nucleons import nucleon_potential
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.blocked import alternating_weights
from feebly.math.quadrature import gauss
from feebly.models.base import SterileMixing
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.state_rates import StateRates

Leptons = Literal["both", "leptons", "antileptons"]
MeanField = Literal["beta-equilibrium", "none"]
AXIAL: Final = 1.27  # g_A. Source: akita-high-energy-neutrinos, Table 1
_OUTER, _INNER = 24, 10  # nodes: relative error below 3e-3 in tails and just above the mass, 5e-4 elsewhere
_VACUUM: Final[Mapping[str, float]] = {"n": NEUTRON_MASS, "p": PROTON_MASS}
_CHARGED: Final = (
    ("e-", ELECTRON_MASS),
    ("mu-", MUON_MASS),
)  # by flavour; there are no tau leptons in the core


@dataclass(frozen=True, slots=True)
class Bath:
    """Leptons of a medium: mass [MeV] and chemical potential (R,) [MeV]."""

    mass: float
    potential: Array


@dataclass(frozen=True, slots=True)
class Nucleons:
    """Nucleons of a medium: effective mass (R,) and effective chemical potential (R,), both MeV."""

    mass: Array
    potential: Array


def collision_rates(
    energy: Array,
    mass: float,
    *,
    temperature: Array,
    lepton: Bath,
    first: Nucleons,
    second: Nucleons,
    vector: float,
    axial: float,
    shift: Array | None = None,
) -> StateRates:
    """Rates of lepton + first -> second + N per unit |U|^2, and back, averaged over the spin of N [MeV].

    Parameters
    ----------
    energy : (R, W) local energies of N, MeV, > mass.
    mass : of N, MeV.
    temperature : (R,) MeV.
    first, second : nucleons before and after; energies in matter are E* = (p^2 + m*^2)^(1/2) plus a mean field.
    vector, axial : of the current (G_F/sqrt2) nubar gamma (1 - gamma5) nu  Nbar gamma (V - A gamma5) N; A -> -A for
        antileptons. Charged currents carry V_ud in both.
    shift : (R,) mean field of the first nucleon minus that of the second, MeV; 0 by default.

    Raises
    ------
    InvalidValueError
        for energies that are not above the mass.

    Notes
    -----
    1 + 2 -> 3 + N, averaged over the spin of N:

        Gamma_prod = 1/(2E) int dPi_1 dPi_2 dPi_3 (2 pi)^4 delta^4 |M|^2 f_1 f_2 (1 - f_3),
        |M|^2 = 16 G_F^2 {(V + A)^2 (p1 p2)(p3 pN) + (V - A)^2 (p1 p3)(p2 pN) - (V^2 - A^2) m2 m3 (p1 pN)}.

    Both spins emit: the spectrum is 2 k E/(2 pi^2) Gamma_prod. Gamma_abs = Gamma_prod exp[(E - mu_1 - mu_2 + mu_3)/T],
    with full chemical potentials. The nucleon momenta in |M|^2 are (E*, p).
    Source: akita-high-energy-neutrinos, Eqs. (28), (37), (38), Table 1. Differs from it: -(V^2 - A^2) for -(V^2 + A^2) in the last
    term, which traces show to be a misprint; A -> -A for antineutrinos; V_ud in the charged current only; the
    sum over the spins of N; mean field; reduced with q and E_1 in place of the energies of the incoming particles.
    Valid for: contact interaction without recoil corrections and weak magnetism; no correlations of nucleons.

    Examples
    --------
    Absorption exceeds production by exp(E/T) if the potentials balance:

    >>> one = np.ones(1)
    >>> gas = Nucleons(600.0 * one, 580.0 * one)
    >>> rate = collision_rates(
    ...     np.array([[150.0]]), 100.0, temperature=30.0 * one, lepton=Bath(0.0, 0.0 * one), first=gas, second=gas,
    ...     vector=-0.5, axial=-0.635,
    ... )
    >>> round(float(np.log((rate.absorption / rate.production)[0, 0])), 12)
    5.0
    """
    if not np.all(energy > mass):
        raise InvalidValueError(
            f"Energies of a lepton of {mass:g} MeV must lie above its mass; the lowest is {np.min(energy):g} MeV."
        )
    from feebly.rates.stellar import hnl_kernel  # loads the compiler

    columns = (
        temperature,
        lepton.potential,
        first.mass,
        first.potential,
        second.mass,
        second.potential,
        np.zeros_like(temperature) if shift is None else shift,
    )
    production, absorption = hnl_kernel.collisions(
        np.ascontiguousarray(energy, dtype=float),
        float(mass),
        lepton.mass,
        np.stack(columns, axis=1),
        ((vector + axial) ** 2, (vector - axial) ** 2, vector**2 - axial**2),
        np.stack(gauss(0.0, 1.0, _OUTER)),
        np.stack(gauss(0.0, 1.0, _INNER)),
        np.stack([alternating_weights(1), alternating_weights(2)]),
    ) * (16 * weak.fermi_constant() ** 2)
    return StateRates(production, absorption, production + absorption)


@dataclass(frozen=True, slots=True)
class _Reaction:
    """Lepton, its mass [MeV], nucleons before and after, couplings of the current, share of the flavour in |U|^2.

    Antileptons turn the nucleons round.
    """

    lepton: str
    mass: float
    nucleons: tuple[str, str]
    vector: float
    axial: float
    share: float


def _reactions(model: SterileMixing) -> list[_Reaction]:
    """What makes N from leptons, by the flavours it mixes with."""
    inputs = weak.weak_inputs()
    found = []
    for i, share in enumerate(model.flavour_fractions().tolist()):
        if share == 0:
            continue
        neutrino = sp.NEUTRINOS[i]
        found += [
            _Reaction(neutrino, 0.0, ("n", "n"), -0.5, -AXIAL / 2, share),
            _Reaction(neutrino, 0.0, ("p", "p"), 0.5 - 2 * inputs.sin2, AXIAL / 2, share),
        ]
        if i < len(_CHARGED):
            charged, mass = _CHARGED[i]
            found.append(_Reaction(charged, mass, ("p", "n"), inputs.v_ud, AXIAL * inputs.v_ud, share))
    return found


@dataclass(frozen=True, slots=True)
class HnlProduction:
    """nu n, nu p -> N and l p -> N n with their antiparticles, by the flavours that N mixes with.

    Parameters
    ----------
    leptons : "both" for Majorana particles; a Dirac N comes from "leptons" and its antiparticle from "antileptons".
    mean_field : energy by which protons and neutrons differ beyond m* in charged currents: "beta-equilibrium", from
        mu_n - mu_p = mu_e - mu_nu_e and the effective potentials of the nucleons, or "none".

    Notes
    -----
    Effective masses are those of the star, or the vacuum ones; effective potentials follow from them and the densities.
    Source: akita-high-energy-neutrinos, Sec. 2 and 4.2. Differs from it: positrons and positive muons on neutrons,
    which it leaves out as rare; the mean field ("none" reproduces it).
    """

    leptons: Leptons = "both"
    mean_field: MeanField = "beta-equilibrium"

    def __post_init__(self) -> None:
        for name, literal in {"leptons": Leptons, "mean_field": MeanField}.items():
            if getattr(self, name) not in get_args(literal):
                raise InvalidValueError(
                    f"{name} = '{getattr(self, name)}' is not known. Possible: {', '.join(get_args(literal))}."
                )

    @property
    def name(self) -> str:
        return "scattering of leptons on nucleons"

    @property
    def provenance(self) -> Provenance:
        return weak.provenance() | Provenance(
            sources=sources(("akita-high-energy-neutrinos", "Eqs. (28), (37), (38), Table 1")),
            choices=frozenset({("mean field of nucleons", self.mean_field), ("leptons", self.leptons)}),
            omitted=frozenset({"pairs of leptons to heavy neutral leptons", "nucleon bremsstrahlung"}),
        )

    def obstacle(self, model: SterileMixing, provided: frozenset[str]) -> str | None:
        """Why the star cannot produce the particle, or None."""
        if not {"n:n", "n:p"} <= provided:
            return "the star gives no densities of neutrons and protons"
        missing = [x for x in _needed(model, self.mean_field) if f"mu:{x}" not in provided]
        if missing:
            return f"the star gives no chemical potential of {', '.join(missing)}"
        return None

    def rates(
        self, model: SterileMixing, mass: float, medium: Medium, energy: Array
    ) -> Mapping[str, StateRates]:
        """Rates (R, W) of one spin state by reaction, such as ``e- p`` or ``nu_mu~ n``, per unit |U|^2 [MeV].

        Parameters
        ----------
        mass : of N, MeV.
        medium : star at the radii (R,).
        energy : (R, W) local energies, MeV, > mass.

        Raises
        ------
        OutOfDomainError
            if the medium lacks a potential or a density.
        """
        provided = frozenset(
            {f"mu:{s}" for s in medium.potential} | {f"n:{s}" for s in medium.density if s in _VACUUM}
        )
        lacking = self.obstacle(model, provided)
        if lacking is not None:
            raise OutOfDomainError(f"Heavy neutral leptons cannot be produced: {lacking}.")
        gas = {x: _nucleons(medium, x) for x in _VACUUM}
        field = self._proton_field(medium, gas)
        signs = [s for s, word in ((1, "leptons"), (-1, "antileptons")) if self.leptons in ("both", word)]
        found: dict[str, StateRates] = {}
        for reaction in _reactions(model):
            for sign in signs:
                first, second = reaction.nucleons[::sign]
                lepton = reaction.lepton if sign > 0 else sp.anti(reaction.lepton)
                found[f"{lepton} {first}"] = collision_rates(
                    energy,
                    mass,
                    temperature=medium.temperature,
                    lepton=Bath(reaction.mass, sign * medium.potential[reaction.lepton]),
                    first=gas[first],
                    second=gas[second],
                    vector=reaction.vector,
                    axial=sign * reaction.axial,
                    shift=field * ((first == "p") - (second == "p")),
                ).scaled(reaction.share)
        return found

    def _proton_field(self, medium: Medium, gas: Mapping[str, Nucleons]) -> Array:
        """Mean field of protons minus that of neutrons (R,) [MeV]."""
        if self.mean_field == "none" or not {"e-", "nu_e"} <= set(medium.potential):
            return np.zeros_like(medium.temperature)
        full = medium.potential["nu_e"] - medium.potential["e-"]  # mu_p - mu_n
        return np.asarray(full - gas["p"].potential + gas["n"].potential)


def _nucleons(medium: Medium, name: str) -> Nucleons:
    mass = medium.mass_eff.get(name, np.full_like(medium.temperature, _VACUUM[name]))
    return Nucleons(mass, nucleon_potential(medium.temperature, medium.density[name], mass))


def _needed(model: SterileMixing, mean_field: MeanField) -> list[str]:
    """Species whose chemical potential enters."""
    wanted = [reaction.lepton for reaction in _reactions(model)]
    if mean_field != "none" and not set(wanted) <= set(sp.NEUTRINOS):
        wanted += ["e-", "nu_e"]
    return list(dict.fromkeys(wanted))
