"""Vector bosons with any charges, and the presets that are lists of charges."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from feebly import species as sp
from feebly.arrays import ComplexArray
from feebly.constants import E_CHARGE, MUON_MASS, TAU_MASS
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.models import kinetic_mixing
from feebly.models.base import CouplingScale
from feebly.provenance import Provenance, sources

G_SCALE: Final = CouplingScale(name="g", latex="g", power=2)
Mixing = Literal["none", "loop"]


@dataclass(frozen=True, slots=True, eq=False)
class VectorModel:
    """A massive vector with L = g X_mu sum_f x_f fbar gamma^mu f, given by its charges x_f.

    Parameters
    ----------
    name : how files and figures call it.
    charge : charges of leptons (``e-``, ``mu-``, ``tau-``), neutrinos and quarks; missing means 0.
        Neutrinos are left-handed only.
    mixing : "loop" adds the kinetic mixing from the muon and tau loops (only for x_mu = -x_tau,
        where it is finite), "none" leaves it out.
    epsilon : bare kinetic mixing with the photon, in units of g.

    Notes
    -----
    With L = -(eps/2) F_mu_nu X^mu_nu, kinetic mixing adds -eps e Q_f to the charge of each charged particle,
    at q^2 = m_X^2 for on-shell bosons. The sign follows from the vacuum polarisation: for L_mu - L_tau eps < 0,
    which lowers the muon charge by 0.4 % and makes that of the electron negative.
    Source: blinov-lmu-ltau, Eqs. (1)-(3). Differs from it: the sign, which it leaves open.

    Examples
    --------
    >>> lmu_ltau().charges(["nu_mu", "nu_tau"], 100.0).real.tolist()
    [1.0, -1.0]
    """

    name: str
    charge: Mapping[str, float]
    mixing: Mixing = "none"
    epsilon: float = 0.0
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for particle, value in self.charge.items():
            if particle not in sp.FERMIONS:
                raise UnknownNameError("charge", particle, sp.FERMIONS, "Nucleons follow from the quarks.")
            if not math.isfinite(value):
                raise InvalidValueError(f"The charge of {particle} is {value}; it must be a finite number.")
        if not math.isfinite(self.epsilon):
            raise InvalidValueError(f"The bare kinetic mixing is {self.epsilon}; it must be a finite number.")
        if self.mixing not in ("none", "loop"):
            raise InvalidValueError(f"mixing = '{self.mixing}' is not known. Possible: loop, none.")
        if self.mixing == "loop" and self.charge.get("mu-", 0.0) != -self.charge.get("tau-", 0.0):
            raise InvalidValueError(
                "Loop mixing is finite only for opposite muon and tau charges.\n"
                "  Use mixing=none and give the bare value with epsilon=..."
            )

    @property
    def scale(self) -> CouplingScale:
        return G_SCALE

    @property
    def spin(self) -> float:
        return 1.0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VectorModel) and (self.name, self.fingerprint()) == (
            other.name,
            other.fingerprint(),
        )

    def __hash__(self) -> int:
        return hash((self.name, self.fingerprint()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}: {x:g}" for name, x in self.charge.items())
        return f"VectorModel({self.name!r}, {{{shown}}}, mixing={self.mixing!r}, epsilon={self.epsilon:g})"

    def fingerprint(self) -> str:
        """Hash of the charges and the mixing scheme; the name does not enter."""
        entries = sorted((name, float(value)) for name, value in self.charge.items() if value != 0)
        text = repr(("vector", entries, self.mixing, float(self.epsilon)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def tree_charges(self, species: Sequence[str]) -> ComplexArray:
        """Charges (S,) without any kinetic mixing."""
        return np.array([self._tree(name) for name in species], dtype=complex)

    def charges(self, species: Sequence[str], q2: float) -> ComplexArray:
        """Charges (S,) at q2 [MeV^2] with bare and loop mixing."""
        mixed = E_CHARGE * self.kinetic_mixing(q2)
        electric = np.array([sp.find(name).electric_charge for name in species])
        return self.tree_charges(species) - mixed * electric

    def kinetic_mixing(self, q2: float) -> complex:
        """Kinetic mixing eps / g at q2 [MeV^2]: bare part plus loops."""
        loop = 0j
        if self.mixing == "loop":
            loop = self.charge.get("mu-", 0.0) * kinetic_mixing.mixing(q2, MUON_MASS, TAU_MASS)
        return self.epsilon + loop

    def _tree(self, name: str) -> float:
        if name in self.charge:
            return self.charge[name]
        if name in sp.FERMIONS:
            return 0.0
        up, down = self.charge.get("u", 0.0), self.charge.get("d", 0.0)
        composite = {"p": 2 * up + down, "n": up + 2 * down, "pi+": up - down}
        if name in composite:
            # rounding must not give a neutral composite a charge
            return composite[name] if abs(composite[name]) > 1e-12 * max(abs(up), abs(down)) else 0.0
        conjugate = sp.anti(name)
        if conjugate in self.charge or conjugate in composite:
            return -self._tree(conjugate)
        sp.find(name)
        return 0.0


def lmu_ltau(*, mixing: Mixing = "loop", epsilon: float = 0.0) -> VectorModel:
    """The L_mu - L_tau boson: x_mu = x_nu_mu = +1, x_tau = x_nu_tau = -1, loop kinetic mixing.

    `epsilon` adds a bare kinetic mixing in units of g.
    """
    return VectorModel(
        name="lmu-ltau",
        charge={"mu-": 1.0, "nu_mu": 1.0, "tau-": -1.0, "nu_tau": -1.0},
        mixing=mixing,
        epsilon=epsilon,
        provenance=Provenance(
            sources=sources(("blinov-lmu-ltau", "Eqs. (1)-(3)")) | kinetic_mixing.SOURCES,
            choices=frozenset({("mixing", mixing), ("epsilon/g", repr(epsilon))}),
        ),
    )


def vector(
    *, charge: Mapping[str, float] | None = None, mixing: Mixing = "none", epsilon: float = 0.0
) -> VectorModel:
    """A vector with the charges given by hand, for example ``{"e": -1, "nu_mu": 1}``.

    Charged leptons may be written ``e``, ``mu``, ``tau``: the charge is that of the particle with
    negative electric charge.

    >>> vector(charge={"mu": 1.0}).charges(["mu-", "mu+"], 0.0).real.tolist()
    [1.0, -1.0]
    """
    spelled = {
        f"{name}-" if name in ("e", "mu", "tau") else name: float(x) for name, x in (charge or {}).items()
    }
    if len(spelled) < len(charge or {}):
        raise InvalidValueError("A charge is given twice under two spellings, such as mu and mu-.")
    if not any(spelled.values()) and epsilon == 0.0:
        raise InvalidValueError(
            "The model 'vector' needs at least one charge.\n  For example: --set charge.mu=1 --set charge.nu_mu=1"
        )
    return VectorModel(
        name="vector",
        charge=spelled,
        mixing=mixing,
        epsilon=epsilon,
        provenance=Provenance(
            choices=frozenset(
                {
                    *((f"charge.{k}", repr(v)) for k, v in spelled.items()),
                    ("mixing", mixing),
                    ("epsilon/g", repr(epsilon)),
                }
            )
        ),
    )
