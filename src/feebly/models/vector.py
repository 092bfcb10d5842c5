"""Vector bosons with any charges, and the presets that are lists of charges."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

import numpy as np

from feebly import species as sp
from feebly.arrays import Array, ComplexArray
from feebly.constants import E_CHARGE, MUON_MASS, TAU_MASS
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.models import kinetic_mixing, running
from feebly.models.base import CouplingScale
from feebly.models.running import Thresholds
from feebly.provenance import Provenance, sources

G_SCALE: Final = CouplingScale(name="g", latex="g", power=2)
Mixing = Literal["none", "loop", "running"]
_DEFAULT_THRESHOLDS: Final = "mesons"
_LARGEST: Final = 1e6  # of a charge; the scale g carries the size


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
    electromagnetic : share of the electromagnetic current in `charge`, such as cos(phi). Only whoever wrote the
        charges as a sum of currents knows it: None says that it is not known, unless all charges are neutral.
    provenance : of the charges; that of loops and running is added.

    Raises
    ------
    UnknownNameError
        for a charge of what is no fermion.
    InvalidValueError
        for a number that is not finite or too large, an unknown mixing or set of thresholds, thresholds without
        running, or loops that are not finite.

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
    thresholds: Thresholds = _DEFAULT_THRESHOLDS
    electromagnetic: float | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for particle, value in self.charge.items():
            if particle not in sp.FERMIONS:
                raise UnknownNameError("charge", particle, sp.FERMIONS, "Nucleons follow from the quarks.")
            _check_size(f"The charge of {particle}", value)
        _check_size("The bare kinetic mixing", self.epsilon)
        _check_size("The electromagnetic share", self.electromagnetic or 0.0)
        self._check_mixing()
        object.__setattr__(self, "provenance", self.provenance | self._mixing_provenance())

    def _check_mixing(self) -> None:
        if self.mixing not in get_args(Mixing):
            raise InvalidValueError(
                f"mixing = '{self.mixing}' is not known. Possible: {', '.join(get_args(Mixing))}."
            )
        running.loops(self.thresholds)
        if self.mixing != "running" and self.thresholds != _DEFAULT_THRESHOLDS:
            raise InvalidValueError(
                "thresholds is used only with running=on (mixing=running).\n  Add that, or leave out thresholds."
            )
        if self.mixing != "loop":
            return
        muon, tau = self.charge.get("mu-", 0.0), self.charge.get("tau-", 0.0)
        if muon != -tau:
            raise InvalidValueError(
                "Loop mixing is finite only for opposite muon and tau charges.\n"
                "  Use mixing=none and give the bare value with epsilon=..."
            )
        if muon == 0:
            raise InvalidValueError(
                "Loop mixing comes from muon and tau charges, and both are zero.\n"
                "  Use mixing=none, or mixing=running for the loops of all charged fermions."
            )

    def _mixing_provenance(self) -> Provenance:
        if self.mixing == "running":
            return running.provenance(self.thresholds)
        return Provenance(sources=kinetic_mixing.SOURCES if self.mixing == "loop" else frozenset())

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
        text = repr(("vector", entries, *scheme, float(self.epsilon), self._electromagnetic_share()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def tree_charges(self, species: Sequence[str]) -> ComplexArray:
        """Charges (S,) without any kinetic mixing."""
        return np.array([self._tree(name) for name in species], dtype=complex)

    def charges(self, species: Sequence[str], q2: float | Array) -> ComplexArray:
        """Charges (S, ...) at q2 [MeV^2] of shape (...), with bare mixing and that from loops.

        Raises
        ------
        UnknownNameError
            for what is no particle and no nucleus.
        OutOfDomainError
            for running charges above 100 GeV.

        Examples
        --------
        >>> chargephobic = vector(charge={"u": -1 / 3, "d": 2 / 3, "s": 2 / 3, "c": -1 / 3, "b": 2 / 3}, mixing="running")
        >>> chargephobic.charges(["e-", "nu_e"], np.array([0.0, 1e6])).real.round(4).tolist()
        [[0.0, 0.0049], [0.0, 0.0]]
        """
        missing = E_CHARGE * self._mixed(np.asarray(q2, dtype=float))
        electric = np.array([sp.find(name).electric_charge for name in species])
        tree = self.tree_charges(species).reshape(-1, *(1,) * missing.ndim)
        return np.asarray(tree - np.multiply.outer(electric, missing))

    def kinetic_mixing(self, q2: float) -> complex:
        """Kinetic mixing eps / g at q2 [MeV^2]: bare part plus loops; e eps is what X misses of the EM current.

        Raises
        ------
        OutOfDomainError
            for running charges above 100 GeV.
        """
        return complex(self._mixed(np.asarray(q2, dtype=float)))

    def alternatives(self) -> tuple[VectorModel, ...]:
        """The same vector with the other thresholds of its running; none if its charges do not run.

        The distance of their widths is the theory error of running charges.

        >>> [other.thresholds for other in vector(charge={"u": 1.0}, mixing="running").alternatives()]
        ['quarks']
        """
        if self.mixing != "running":
            return ()
        ours, mixing = self.provenance, self._mixing_provenance()
        stated = replace(ours, data=ours.data - mixing.data, choices=ours.choices - mixing.choices,
                         omitted=ours.omitted - mixing.omitted)  # fmt: skip
        return tuple(
            replace(self, thresholds=other, provenance=stated)
            for other in get_args(Thresholds)
            if other != self.thresholds
        )

    def electromagnetic_part(self, q2: float) -> complex:
        """Coefficient a of the electromagnetic current in x_f = a Q_f + ... at q2 [MeV^2], mixing included.

        Raises
        ------
        UnsupportedModelError
            if there are charged particles, but nobody stated what share of their charges is electromagnetic.
        OutOfDomainError
            for running charges above 100 GeV.

        Examples
        --------
        >>> dark = VectorModel("dark", {"e-": -1.0}, electromagnetic=1.0, epsilon=0.1)
        >>> round(dark.electromagnetic_part(0.0).real, 4)
        0.9697
        """
        share = self._electromagnetic_share()
        if share is None:
            raise UnsupportedModelError(
                "The electromagnetic share of a list of charges is not known. "
                "Use dark-photon, em-bl, or --set electromagnetic=..."
            )
        return share - E_CHARGE * self.kinetic_mixing(q2)

    def _electromagnetic_share(self) -> float | None:
        """As stated; zero without charged particles."""
        if self.electromagnetic is not None:
            return float(self.electromagnetic)
        is_neutral = all(
            sp.find(name).electric_charge == 0 for name, value in self.charge.items() if value != 0
        )
        return 0.0 if is_neutral else None

    def _mixed(self, q2: Array) -> ComplexArray:
        if self.mixing == "loop":
            loop = kinetic_mixing.mixing(q2, MUON_MASS, TAU_MASS)
            return np.asarray(self.epsilon + self.charge["mu-"] * loop, dtype=complex)
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


def _check_size(what: str, value: float) -> None:
    if not abs(value) <= _LARGEST:  # not a number is caught as well
        raise InvalidValueError(
            f"{what} is {value:g}; it must be a finite number of at most {_LARGEST:g} either way, the size is in the scale g."
        )


def lmu_ltau(*, mixing: Literal["loop", "none"] = "loop", epsilon: float = 0.0) -> VectorModel:
    """The L_mu - L_tau boson: x_mu = x_nu_mu = +1, x_tau = x_nu_tau = -1, loop kinetic mixing.

    `epsilon` adds a bare kinetic mixing in units of g.

    Raises
    ------
    InvalidValueError
        for another mixing, or an `epsilon` that is not finite or too large.

    Examples
    --------
    >>> lmu_ltau(mixing="none").charges(["mu-", "tau-", "e-"], 0.0).real.tolist()
    [1.0, -1.0, 0.0]
    """
    if mixing not in ("loop", "none"):
        raise InvalidValueError(
            f"mixing = '{mixing}' is not possible. The mixing of lmu-ltau is calculable: use mixing=loop (default) or none."
        )
    return VectorModel(
        name="lmu-ltau",
        charge={"mu-": 1.0, "nu_mu": 1.0, "tau-": -1.0, "nu_tau": -1.0},
        mixing=mixing,
        epsilon=epsilon,
        electromagnetic=0.0,
        provenance=Provenance(
            sources=sources(("blinov-lmu-ltau", "Eqs. (1)-(3)")),
            choices=frozenset({("mixing", mixing), ("epsilon/g", repr(epsilon))}),
        ),
    )


def vector(
    *,
    charge: Mapping[str, float] | None = None,
    mixing: Mixing = "none",
    epsilon: float = 0.0,
    thresholds: Thresholds = _DEFAULT_THRESHOLDS,
    electromagnetic: float | None = None,
) -> VectorModel:
    """A vector with the charges given by hand, for example ``{"e": -1, "nu_mu": 1}``.

    Charged leptons may be written ``e``, ``mu``, ``tau``: the charge is that of the particle with
    negative electric charge. `thresholds` is for ``mixing="running"``. `electromagnetic` is the coefficient of the
    electromagnetic current in the charges, as 1 for those of the dark photon: mixing with the Z needs it.

    Raises
    ------
    UnknownNameError
        for a charge of what is no fermion.
    InvalidValueError
        for no charge at all, one given twice, and what `VectorModel` refuses.

    Examples
    --------
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
        *((("electromagnetic share", repr(electromagnetic)),) if electromagnetic is not None else ()),
    }
    return VectorModel(
        name="vector",
        charge=spelled,
        mixing=mixing,
        epsilon=epsilon,
        thresholds=thresholds,
        electromagnetic=electromagnetic,
        provenance=Provenance(choices=frozenset(choices)),
    )
