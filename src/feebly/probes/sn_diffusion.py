"""Diffusion time: a mediator between neutrinos and nucleons must not make the burst too long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final, Literal

from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.shells import NeutrinoKind
from feebly.models import Model, ScalarYukawa
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import (
    OMITTED,
    StarOpacity,
    check_options,
    demand,
    kind_obstacle,
    kind_omitted,
    obstacle,
    provenance_of,
    walking_neutrino,
)
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.nu_nucleon import Axial, Energy, Flux, Interference, KernelChoice, MediatorOpacity
from feebly.signals import Signal
from feebly.signals.burst_duration import (
    STANDARD,
    BurstDuration,
    burst_duration,
    is_opaque,
    new_path_collisions,
)
from feebly.statistics import Criterion, Threshold
from feebly.statistics.relative import RelativeThreshold
from feebly.units import SECOND

Formula = Literal["eq21", "eq27"]
_SOURCES: Final = sources(("cerdeno-medium-effects", "Eqs. (21)-(23), (27)"))
_STARS: Final = {"10s": fischer18_5s, "2sm": fischer18_1s}  # of the criteria
_LONGEST: Final = 10 * SECOND
_MIXED: Final = 100.0  # changes of helicity on the straight way out, P4 Eq. (26)


@dataclass(frozen=True, slots=True)
class DiffusionResponse:
    """Duration of the burst from one star with one mediator, for any coupling."""

    radius: Array
    opacity: MediatorOpacity
    burst: BurstDuration
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Diffusion time at the couplings (G,) [MeV^-1]; its parts are the Standard Model and what is new."""
        g = checked_scale(scale)
        parts = self.burst.parts(g)
        valid = is_opaque(self.radius, self.opacity, g)
        if self.burst.sterile:
            valid &= new_path_collisions(self.radius, self.opacity, g) >= _MIXED
        return Signal(
            scale=g,
            value=self.burst.time(g),
            quantity="diffusion time",
            unit="MeV^-1",
            valid=valid,
            parts={name: part for name, part in parts.items() if name == STANDARD or part.any()},
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class NeutrinoDiffusion:
    """Limit from neutrinos that scatter more often on nucleons, and so leave the star later.

    Parameters
    ----------
    star : if not given, fischer18-5s for "10s" and fischer18-1s for "2sm".
    criterion : "10s" allows 10 s; "2sm" twice the time of the Standard Model.
    neutrino : if not given, "antinu", and "majorana-mupit" for scalars that violate lepton number.
    flux, interference, energy, axial : see `rates.stellar.nu_nucleon`.
    formula : "eq21" is a plain walk; "eq27" one on which each new collision makes a sterile neutrino, or turns it
        back. If not given, "eq27" for scalars that conserve lepton number.

    Notes
    -----
    Delta t = sum_k (R_k^2 - R_{k-1}^2) / lambda_k, see `transport.random_walk`.
    Source: cerdeno-medium-effects, Eqs. (21)-(23), (27).
    Differs from it: the mean free paths, see `rates.stellar.nu_nucleon_kernels`; the sign of the interference.
    Valid for: an opaque star; for "eq27" at least 100 new collisions on the straight way out.

    Examples
    --------
    >>> from feebly.models import b_minus_l
    >>> signal = NeutrinoDiffusion().prepare(b_minus_l(), 10.0).evaluate([0.0, 2.61e-4])
    >>> [f"{t / SECOND:.2f} s" for t in signal.value]
    ['1.13 s', '9.97 s']
    """

    name: ClassVar[str] = "sn-diffusion"
    title: ClassVar[str] = "SN 1987A neutrino diffusion"
    quantity: ClassVar[str] = "diffusion time"
    practical_unit: ClassVar[tuple[str, float]] = ("s", SECOND)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    star: StarProfile | None = None
    criterion: Literal["10s", "2sm"] = "10s"
    neutrino: NeutrinoKind | None = None
    flux: Flux = "ee"
    interference: Interference = "physical"
    formula: Formula | None = None
    energy: Energy = "fixed"
    axial: Axial = "isovector"
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)

    def __repr__(self) -> str:
        return f"NeutrinoDiffusion(star={self.place.name!r}, criterion={self.criterion!r})"

    @cached_property
    def place(self) -> StarProfile:
        """The star: the given one, or that of the criterion."""
        if self.star is not None:
            return self.star
        return _STARS[self.criterion]()

    @property
    def rule(self) -> Criterion:
        """ln(Delta t / allowed) > 0 is excluded; an argument without a confidence level."""
        stated = Provenance(sources=_SOURCES)
        if self.criterion == "10s":
            return Threshold(_LONGEST, "MeV^-1", provenance=stated)
        return RelativeThreshold(STANDARD, 2.0, provenance=stated)

    @cached_property
    def provenance(self) -> Provenance:
        options = (
            "criterion",
            "neutrino",
            "flux",
            "formula",
            "energy",
            "axial",
        )  # interference: vectors only
        stated = Provenance(_SOURCES, omitted=frozenset(OMITTED))
        usual = _STARS[self.criterion]().name
        return provenance_of(self, self.place, options, stated, usual_star=usual)

    def supports(self, model: Model) -> Support:
        """Vectors and scalars that couple to electron neutrinos and nucleons."""
        kind = walking_neutrino(model, self.neutrino)
        why = obstacle(model) or kind_obstacle(model, kind)
        if why is None and self.formula == "eq27" and not _makes_sterile(model):
            why = "formula=eq27 is for a scalar that turns neutrinos into right-handed ones, such as scalar-lnc."
        if why is not None:
            return Support(False, why)
        return Support(
            True,
            "uses scattering of neutrinos on nucleons",
            ("neutrino-nucleon scattering",),
            kind_omitted(model, kind),
        )

    def prepare(self, model: Model, mass: float) -> DiffusionResponse:
        """Time per power of the coupling for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model does not couple to electron neutrinos and nucleons.
        InvalidValueError
            for a mass that is not positive and finite.
        OutOfDomainError
            for a mass below 1 keV, or if the star does not state its nucleons or its neutrino potential.
        """
        support = demand(self.name, model, self.supports(model))
        kind = walking_neutrino(model, self.neutrino)
        radius, opacity = self._opacity.of(model, mass, kind, self.interference)
        formula = self.formula or ("eq27" if _makes_sterile(model) else "eq21")
        burst = burst_duration(radius, opacity, alternating=formula == "eq27")
        chosen = frozenset({("neutrino", kind), ("formula", formula)})
        used = Provenance(choices=chosen, omitted=frozenset(support.omitted))
        return DiffusionResponse(radius, opacity, burst, self.provenance | opacity.provenance | used)

    @cached_property
    def _opacity(self) -> StarOpacity:
        return StarOpacity(self.place, KernelChoice(flux=self.flux, energy=self.energy, axial=self.axial))


def _makes_sterile(model: Model) -> bool:
    return isinstance(model, ScalarYukawa) and model.lepton_number == "conserving"
