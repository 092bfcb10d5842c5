"""Vector bosons with any charges, and the presets that are lists of charges."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np

from feebly import species as sp
from feebly.arrays import Array, ComplexArray
from feebly.constants import E_CHARGE, MUON_MASS, TAU_MASS
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.models import kinetic_mixing, running
from feebly.models.base import CouplingScale
from feebly.models.running import Thresholds
from feebly.provenance import Provenance, sources

G_SCALE: Final = CouplingScale(name="g", latex="g", power=2)
Mixing = Literal["none", "loop", "running"]


@dataclass(frozen=True, slots=True, eq=False)
class VectorModel:
    """A massive vector with L = g X_mu sum_f x_f fbar gamma^mu f, given by its charges x_f.

    Parameters
    ----------
    name : how files and figures call it.
    charge : charges of leptons (``e-``, ``mu-``, ``tau-``), neutrinos and quarks; missing means 0.
        Neutrinos are left-handed only.
    mixing : "loop" adds the kinetic mixing from the muon and tau loops (only for x_mu = -x_tau,
        where it is finite); "running" takes the charges as those at m_e and runs them to sqrt|q^2| with the
        loops of all charged fermions; "none" does neither.
    epsilon : bare kinetic mixing with the photon, in units of g; with "running" its value at m_e.
    thresholds : where quarks join in "running", see `feebly.models.running.loops`.
    electromagnetic : share of the electromagnetic current in `charge`, such as cos(phi); known only to
        whoever wrote the charges as a sum of currents.

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
    thresholds: Thresholds = "mesons"
    electromagnetic: float = 0.0
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for particle, value in self.charge.items():
            if particle not in sp.FERMIONS:
                raise UnknownNameError("charge", particle, sp.FERMIONS, "Nucleons follow from the quarks.")
            if not math.isfinite(value):
                raise InvalidValueError(f"The charge of {particle} is {value}; it must be a finite number.")
        if not math.isfinite(self.epsilon):
            raise InvalidValueError(f"The bare kinetic mixing is {self.epsilon}; it must be a finite number.")
        if not math.isfinite(self.electromagnetic):
            raise InvalidValueError(
                f"The electromagnetic share is {self.electromagnetic}; it must be a finite number."
            )
        if self.mixing not in get_args(Mixing):
            raise InvalidValueError(
                f"mixing = '{self.mixing}' is not known. Possible: {', '.join(get_args(Mixing))}."
            )
        running.loops(self.thresholds)
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
        scheme = (self.mixing, self.thresholds) if self.mixing == "running" else (self.mixing,)
        text = repr(("vector", entries, *scheme, float(self.epsilon), float(self.electromagnetic)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def tree_charges(self, species: Sequence[str]) -> ComplexArray:
        """Charges (S,) without any kinetic mixing."""
        return np.array([self._tree(name) for name in species], dtype=complex)

    def charges(self, species: Sequence[str], q2: float | Array) -> ComplexArray:
        """Charges (S, ...) at q2 [MeV^2] of shape (...), with bare mixing and that from loops.

        >>> chargephobic = vector(charge={"u": -1 / 3, "d": 2 / 3, "s": 2 / 3, "c": -1 / 3, "b": 2 / 3}, mixing="running")
        >>> chargephobic.charges(["e-", "nu_e"], np.array([0.0, 1e6])).real.round(4).tolist()
        [[0.0, 0.0049], [0.0, 0.0]]
        """
        missing = E_CHARGE * self._mixed(np.asarray(q2, dtype=float))
        electric = np.array([sp.find(name).electric_charge for name in species])
        tree = self.tree_charges(species).reshape(-1, *(1,) * missing.ndim)
        return np.asarray(tree - np.multiply.outer(electric, missing))

    def kinetic_mixing(self, q2: float) -> complex:
        """Kinetic mixing eps / g at q2 [MeV^2]: bare part plus loops; e eps is what X misses of the EM current."""
        return complex(self._mixed(np.asarray(q2, dtype=float)))

    def electromagnetic_part(self, q2: float) -> complex:
        """Coefficient a of the electromagnetic current in x_f = a Q_f + ... at q2 [MeV^2], mixing included.

        >>> dark = VectorModel("dark", {"e-": -1.0}, electromagnetic=1.0, epsilon=0.1)
        >>> round(dark.electromagnetic_part(0.0).real, 4)
        0.9697
        """
        return self.electromagnetic - E_CHARGE * self.kinetic_mixing(q2)

    def _mixed(self, q2: Array) -> ComplexArray:
        if self.mixing == "loop":
            each = [kinetic_mixing.mixing(float(value), MUON_MASS, TAU_MASS) for value in q2.flat]
            loop = np.array(each, dtype=complex).reshape(q2.shape)
            return np.asarray(self.epsilon + self.charge.get("mu-", 0.0) * loop, dtype=complex)
        if self.mixing == "running":
            induced = running.induced(
                np.sqrt(np.abs(q2)), self._at_electron_mass(), thresholds=self.thresholds
            )
            return np.asarray(self.epsilon - induced / E_CHARGE, dtype=complex)
        return np.full(q2.shape, self.epsilon, dtype=complex)

    def _at_electron_mass(self) -> Mapping[str, float]:
        """Charges from which the running starts; a bare mixing is part of them, and so it runs too."""
        if self.epsilon == 0:
            return self.charge
        return {
            name: self._tree(name) - E_CHARGE * self.epsilon * sp.find(name).electric_charge
            for name in sp.FERMIONS
        }

    def _tree(self, name: str) -> float:
        if name in sp.FERMIONS:
            return self.charge.get(name, 0.0)
        conjugate = sp.anti(name)
        if conjugate in sp.FERMIONS:
            return -self.charge.get(conjugate, 0.0)
        particle = sp.find(name)
        if particle.baryon_number == 0 and name not in ("pi+", "pi-"):
            return 0.0
        # nucleons, nuclei and pions hold only u and d: their numbers follow from charge and baryon number
        n_up = particle.electric_charge + particle.baryon_number
        n_down = 2 * particle.baryon_number - particle.electric_charge
        up, down = self.charge.get("u", 0.0), self.charge.get("d", 0.0)
        total = n_up * up + n_down * down
        # rounding must not give a neutral composite a charge
        return total if abs(total) > 1e-12 * max(abs(n_up * up), abs(n_down * down)) else 0.0


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
    *,
    charge: Mapping[str, float] | None = None,
    mixing: Mixing = "none",
    epsilon: float = 0.0,
    thresholds: Thresholds = "mesons",
) -> VectorModel:
    """A vector with the charges given by hand, for example ``{"e": -1, "nu_mu": 1}``.

    Charged leptons may be written ``e``, ``mu``, ``tau``: the charge is that of the particle with
    negative electric charge. `thresholds` is for ``mixing="running"``.

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
    choices = {
        *((f"charge.{name}", repr(x)) for name, x in spelled.items()),
        ("mixing", mixing),
        ("epsilon/g", repr(epsilon)),
    }
    loops = running.provenance(thresholds) if mixing == "running" else Provenance()
    return VectorModel(
        name="vector",
        charge=spelled,
        mixing=mixing,
        epsilon=epsilon,
        thresholds=thresholds,
        provenance=Provenance(choices=frozenset(choices)) | loops,
    )
