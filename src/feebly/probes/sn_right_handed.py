"""Right-handed neutrinos: a scalar must not turn the neutrinos of a star into ones that leave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.models import Model
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import (
    OMITTED,
    StarOpacity,
    check_options,
    demand,
    provenance_of,
    scalar_obstacle,
)
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.nu_nucleon import Axial, Energy, Flux, KernelChoice, MediatorOpacity
from feebly.signals import Signal
from feebly.signals.burst_duration import new_path_collisions, new_walk_collisions
from feebly.statistics import Criterion, Threshold
from feebly.statistics.shortfall import Shortfall

ONCE: Final = 1.0  # new collisions on the walk, P4 Eq. (24)
MIXED: Final = 100.0  # new collisions on the straight way out, P4 Eq. (26)
_SOURCES: Final = sources(("cerdeno-medium-effects", "Eqs. (24)-(26)"))


@dataclass(frozen=True, slots=True)
class ConversionResponse:
    """New collisions in one star with one scalar, for any coupling."""

    radius: Array
    opacity: MediatorOpacity
    criterion: Literal["eq24", "eq26"]
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Number of new collisions at the couplings (G,): on the walk out, or on the straight way out."""
        g = checked_scale(scale)
        on_walk = new_walk_collisions(self.radius, self.opacity, g)
        on_path = new_path_collisions(self.radius, self.opacity, g)
        by_walk = self.criterion == "eq24"
        return Signal(
            scale=g,
            value=on_walk if by_walk else on_path,
            quantity="new collisions on the walk" if by_walk else "new collisions on the straight way",
            unit="1",
            valid=on_path < MIXED if by_walk else on_walk > ONCE,
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class RightHandedNeutrinos:
    """Limit from neutrinos that turn into right-handed ones, which leave the star and shorten the burst.

    Parameters
    ----------
    star : the star about one second after bounce.
    criterion : "eq24" counts new collisions on the walk out; more than one is too many, up to 100 on the straight
        way out, where the right-handed neutrino is trapped too. "eq26" counts the latter; fewer than 100 are too few,
        down to one on the walk. The window of couplings is the same.
    neutrino : "antinu", as were seen, or "nu".
    flux, energy, axial : see `rates.stellar.nu_nucleon`.

    Notes
    -----
    Eq. (24): sum_k (R_k^2 - R_{k-1}^2) / (lambda_SM lambda_new) < 1 or Eq. (26): sum_k (R_k - R_{k-1}) / lambda_new > 100
    must hold; see `transport.random_walk`.
    Source: cerdeno-medium-effects, Eqs. (24)-(26). Differs from it: the mean free paths.
    Valid for: right-handed neutrinos lighter than an MeV; estimates, the second condition above all.

    Examples
    --------
    >>> from feebly.models import scalar_lnc
    >>> signal = RightHandedNeutrinos().prepare(scalar_lnc(), 0.1).evaluate([2.75e-6, 1e-4, 1.2e-4])
    >>> f"{signal.value[0]:.2f}", signal.valid.tolist()
    ('1.00', [True, True, False])
    """

    name: ClassVar[str] = "sn-right-handed"
    title: ClassVar[str] = "SN 1987A right-handed neutrinos"
    quantity: ClassVar[str] = "new collisions"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["disfavoured"]] = "disfavoured"

    star: StarProfile = field(default_factory=fischer18_1s)
    criterion: Literal["eq24", "eq26"] = "eq24"
    neutrino: Literal["antinu", "nu"] = "antinu"
    flux: Flux = "ee"
    energy: Energy = "fixed"
    axial: Axial = "isovector"
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)

    def __repr__(self) -> str:
        return f"RightHandedNeutrinos(star={self.star.name!r}, criterion={self.criterion!r})"

    @property
    def rule(self) -> Criterion:
        """ln(N) > 0, or ln(100 / N) > 0, is disfavoured; an argument without a confidence level."""
        stated = Provenance(sources=_SOURCES)
        if self.criterion == "eq24":
            return Threshold(ONCE, "1", provenance=stated)
        return Shortfall(MIXED, "1", provenance=stated)

    @cached_property
    def provenance(self) -> Provenance:
        options = ("criterion", "neutrino", "flux", "energy", "axial")
        return provenance_of(self, self.star, options, Provenance(_SOURCES, omitted=frozenset(OMITTED)))

    def supports(self, model: Model) -> Support:
        """Scalars that conserve lepton number and couple to electron neutrinos and nucleons."""
        why = scalar_obstacle(model, "conserving")
        if why is not None:
            return Support(False, why)
        return Support(
            True, "uses conversion of neutrinos on nucleons", ("conversion to right-handed neutrinos",)
        )

    def prepare(self, model: Model, mass: float) -> ConversionResponse:
        """Opacity of the star for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model is no scalar that conserves lepton number.
        """
        demand(self.name, model, self.supports(model))
        radius, opacity = self._opacity.of(model, mass, self.neutrino)
        return ConversionResponse(radius, opacity, self.criterion, self.provenance | opacity.provenance)

    @cached_property
    def _opacity(self) -> StarOpacity:
        return StarOpacity(self.star, KernelChoice(flux=self.flux, energy=self.energy, axial=self.axial))
