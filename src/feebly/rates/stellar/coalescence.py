"""Pairs that merge into a vector: nu nubar -> X and mu+ mu- -> X, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import MUON_MASS
from feebly.decays import Fip
from feebly.decays.leptonic import charged_width
from feebly.environments import Medium
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.math.quadrature import gauss
from feebly.models import VectorCurrent
from feebly.provenance import Provenance, sources

Kernel = Literal["detailed-balance", "printed"]
_TINY: Final = 1e-150
_LOOP_SIZED: Final = 0.01  # loops give 0.0044 of the muon charge
_PRINTED_NODES: Final = 48


def pair_factor(
    energy: Array, mass: float, temperature: Array, potential: Array, daughter_mass: float = 0.0
) -> Array:
    """(exp(E/T) - 1) I of a thermal pair in a decay E -> l lbar, dimensionless, all arguments stable.

    Parameters
    ----------
    energy : local energies of X, MeV, > mass; broadcasts with the rest.
    mass : of X, MeV.
    temperature, potential : of the medium and of the particle l (lbar has the opposite one), MeV.
    daughter_mass : of l, MeV, below mass / 2.

    Notes
    -----
    I = 1/k' int_{E-}^{E+} dE_1 f(E_1 - mu) f(E - E_1 + mu), E+- = (E +- k')/2, k' = k sqrt(1 - 4 m_l^2/m^2).
    With a = mu/T and x+- = E+-/T: (e^b - 1) I = ln[(cosh a + cosh x+)/(cosh a + cosh x-)] T / k'.
    Source: blinov-lmu-ltau, Eqs. (B9), (B11). Differs from it: the same function in a form without
    overflow or cancellation. Valid for: E > mass > 2 daughter_mass.

    Examples
    --------
    Slow particles see the product of the two occupations:

    >>> x = pair_factor(np.array(50.0 + 1e-9), 50.0, np.array(10.0), np.array(0.0))
    >>> bool(abs(x / (np.expm1(5.0) * fermi(2.5) ** 2) - 1) < 1e-6)
    True
    """
    share = np.sqrt(1 - (2 * daughter_mass / mass) ** 2)
    k = np.sqrt((energy - mass) * (energy + mass)) * share
    width = np.maximum(k / temperature, _TINY)
    upper = (energy + k) / (2 * temperature)
    # E^2 - k'^2 = m^2 + k^2 4 m_l^2 / m^2, written so that nothing cancels
    lower = (mass**2 + (k * 2 * daughter_mass / (mass * share)) ** 2) / (2 * temperature * (energy + k))
    a = np.abs(potential / temperature)
    log_ratio = upper + np.log(-np.expm1(-energy / temperature)) + np.log(-np.expm1(-width))
    log_ratio -= np.logaddexp(a + np.log1p(np.exp(-2 * a)), lower + np.log1p(np.exp(-2 * lower)))
    return np.asarray(np.logaddexp(0.0, log_ratio) / width)


def printed_pair_factor(energy: Array, mass: float, temperature: Array, potential: Array) -> Array:
    """As `pair_factor` for massless daughters, with the further weight m^2 / (16 E_1 E_2) in the integrand.

    Notes
    -----
    Source: cerdeno-burst-duration, Eqs. (18), (24), as printed; it violates detailed balance against the
    printed width (Eq. 4). Kept to reproduce that paper only.
    """
    k = np.sqrt((energy - mass) * (energy + mass))
    rapidity = 2 * np.arctanh(np.minimum(k / energy, 1 - 1e-16))  # ln(E_1/E_2) runs over +- this
    nodes, weights = gauss(-0.5, 0.5, _PRINTED_NODES)
    first = energy[..., None] * fermi(-nodes * 2 * rapidity[..., None])
    t, mu = temperature[..., None], potential[..., None]
    open_states = fermi((mu - first) / t) * fermi((first - energy[..., None] - mu) / t)
    integral = (
        2 * rapidity / energy * np.sum(weights * open_states, axis=-1) * -np.expm1(-energy / temperature)
    )
    return np.asarray(mass**2 / 16 * integral / np.maximum(k, _TINY))


@dataclass(frozen=True, slots=True)
class NeutrinoCoalescence:
    """nu nubar -> X of all flavours the model couples to, and X -> nu nubar with Pauli blocking."""

    kernel: Kernel = "detailed-balance"

    def __post_init__(self) -> None:
        if self.kernel not in ("detailed-balance", "printed"):
            raise InvalidValueError(
                f"kernel = '{self.kernel}' is not known. Possible: detailed-balance, printed."
            )

    @property
    def name(self) -> str:
        return "neutrino coalescence"

    @property
    def provenance(self) -> Provenance:
        where = (
            ("cerdeno-burst-duration", "Eqs. (18), (24)")
            if self.kernel == "printed"
            else ("blinov-lmu-ltau", "Eqs. (B6)-(B9)")
        )
        return Provenance(sources=sources(where), choices=frozenset({("kernel", self.kernel)}))

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        flavours = [
            nu for nu, x in zip(sp.NEUTRINOS, model.tree_charges(sp.NEUTRINOS), strict=True) if x != 0
        ]
        if not flavours:
            return ""
        if not any(f"mu:{nu}" in provided for nu in flavours):
            return f"the star gives no chemical potential of {', '.join(flavours)}"
        return None

    def reduced_absorption(self, model: VectorCurrent, fip: Fip, medium: Medium, energy: Array) -> Array:
        """Sum over flavours of 3 Gamma_nu (m/E) (exp(E/T) - 1) I (R, W) per unit g^2 [MeV]."""
        t = medium.temperature[:, None]
        done: list[tuple[Array, Array]] = []  # potential and its factor: flavours often share one
        total = np.zeros_like(energy)
        for nu in sp.NEUTRINOS:
            width = fip.partial(f"{nu} {sp.anti(nu)}")
            if width == 0 or nu not in medium.potential:
                continue
            mu = medium.potential[nu]
            factor = next((known for other, known in done if np.array_equal(other, mu)), None)
            if factor is None:
                shape = printed_pair_factor if self.kernel == "printed" else pair_factor
                factor = shape(
                    energy,
                    fip.mass,
                    np.broadcast_to(t, energy.shape),
                    np.broadcast_to(mu[:, None], energy.shape),
                )
                done.append((mu, factor))
            total += 3 * width * fip.mass / energy * factor
        return total


@dataclass(frozen=True, slots=True)
class MuonCoalescence:
    """mu+ mu- -> X above threshold, and its inverse with Pauli blocking."""

    @property
    def name(self) -> str:
        return "muon coalescence"

    @property
    def provenance(self) -> Provenance:
        return Provenance(sources=sources(("blinov-lmu-ltau", "Eqs. (B11), (B12)")))

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        return muon_obstacle(model, provided)

    def reduced_absorption(self, model: VectorCurrent, fip: Fip, medium: Medium, energy: Array) -> Array:
        """3 Gamma_mumu (m/E) (exp(E/T) - 1) I (R, W) per unit g^2 [MeV]; zero below 2 m_mu."""
        x2 = float(abs(model.tree_charges(["mu-"])[0]) ** 2)  # the mixed part is screened in a plasma
        width = x2 * charged_width(fip.mass, MUON_MASS)
        if width == 0:
            return np.zeros_like(energy)
        t, mu = medium.temperature[:, None], medium.potential["mu-"][:, None]
        return 3 * width * fip.mass / energy * pair_factor(energy, fip.mass, t, mu, MUON_MASS)


def needs_plasma(model: VectorCurrent) -> bool:
    """Whether a plasma changes how the vector mixes with the photon by more than that from loops of muons and taus.

    True for `couples_to_charges`, and for any bare kinetic mixing.
    """
    return getattr(model, "epsilon", 0.0) != 0 or couples_to_charges(model)


def couples_to_charges(model: VectorCurrent) -> bool:
    """Whether charged matter other than muons couples so much that its processes matter.

    True for tree-level charges of e, u or d, and for kinetic mixing beyond that of muon and tau loops.
    """
    tree = model.tree_charges(["e-", "u", "d", "mu-"])
    mixed = float(abs(model.charges(["e-"], 0.0)[0]))
    return bool(np.any(tree[:3] != 0)) or mixed > _LOOP_SIZED * float(abs(tree[3]))


def muon_obstacle(model: VectorCurrent, provided: frozenset[str]) -> str | None:
    """Why muons in the star cannot be used for this model, or None; "" if it has no muon charge."""
    if model.tree_charges(["mu-"])[0] == 0:
        return ""
    if couples_to_charges(model):
        return "couplings to charged matter need plasma mixing, which is left out here"
    return None if "mu:mu-" in provided else "the star gives no muon chemical potential"
