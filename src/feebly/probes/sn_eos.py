"""Composition of the star: where a scalar that violates lepton number starts to change the matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.environments.shells import NeutrinoKind
from feebly.models import Model
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import (
    OMITTED,
    StarOpacity,
    check_options,
    demand,
    kind_omitted,
    provenance_of,
    scalar_obstacle,
)
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.nu_nucleon import Axial, Energy, Flux, KernelChoice, MediatorOpacity
from feebly.signals import Signal
from feebly.signals.burst_duration import new_walk_collisions
from feebly.statistics import Threshold

_SOURCES: Final = sources(("cerdeno-medium-effects", "Eqs. (24), (25) and Sec. III.B"))


@dataclass(frozen=True, slots=True)
class ViolationResponse:
    """New collisions on the walk out of one star with one scalar, for any coupling."""

    radius: Array
    opacity: MediatorOpacity
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Number of new collisions on the walk of a neutrino out of the star at the couplings (G,)."""
        g = checked_scale(scale)
        return Signal(
            scale=g,
            value=new_walk_collisions(self.radius, self.opacity, g),
            quantity="new collisions on the walk",
            unit="1",
            valid=np.ones(g.shape, dtype=bool),
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class EquationOfState:
    """Where each neutrino changes lepton number at least once on its way out: composition and entropy then change.

    Parameters
    ----------
    star : the star about one second after bounce.
    neutrino : "majorana-mupit" or "majorana-pit", with energies mu_nu + pi T or pi T; the others are the Dirac
        neutrinos of the same star, for comparison.
    flux, energy, axial : see `rates.stellar.nu_nucleon`.

    Notes
    -----
    sum_k (R_k^2 - R_{k-1}^2) / (lambda_SM lambda_new) > 1, see `transport.random_walk`.
    Source: cerdeno-medium-effects, Eqs. (24), (25). Differs from it: the mean free paths.
    Valid for: an indication; simulations are needed to tell what happens to the burst.

    Examples
    --------
    >>> from feebly.models import scalar_lnv
    >>> signal = EquationOfState().prepare(scalar_lnv(), 10.0).evaluate([1e-6, 1e-5])
    >>> signal.value[0] < 1 < signal.value[1]
    np.True_
    """

    name: ClassVar[str] = "sn-eos"
    title: ClassVar[str] = "supernova matter changed"
    quantity: ClassVar[str] = "new collisions on the walk"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["indicative"]] = "indicative"

    star: StarProfile = field(default_factory=fischer18_1s)
    neutrino: NeutrinoKind = "majorana-mupit"
    flux: Flux = "ee"
    energy: Energy = "fixed"
    axial: Axial = "isovector"
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)

    def __repr__(self) -> str:
        return f"EquationOfState(star={self.star.name!r}, neutrino={self.neutrino!r})"

    @property
    def rule(self) -> Threshold:
        """ln(N) > 0 is indicated; an argument without a confidence level."""
        return Threshold(1.0, "1", provenance=Provenance(sources=_SOURCES))

    @cached_property
    def provenance(self) -> Provenance:
        options = ("neutrino", "flux", "energy", "axial")
        return provenance_of(self, self.star, options, Provenance(_SOURCES, omitted=frozenset(OMITTED)))

    def supports(self, model: Model) -> Support:
        """Scalars that violate lepton number and couple to electron neutrinos and nucleons."""
        why = scalar_obstacle(model, "violating")
        if why is not None:
            return Support(False, why)
        return Support(
            True,
            "uses collisions on nucleons that violate lepton number",
            ("violation of lepton number",),
            kind_omitted(model, self.neutrino),
        )

    def prepare(self, model: Model, mass: float) -> ViolationResponse:
        """Opacity of the star for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model is no scalar that violates lepton number.
        """
        omitted = Provenance(omitted=frozenset(demand(self.name, model, self.supports(model)).omitted))
        radius, opacity = self._opacity.of(model, mass, self.neutrino)
        return ViolationResponse(radius, opacity, self.provenance | opacity.provenance | omitted)

    @cached_property
    def _opacity(self) -> StarOpacity:
        return StarOpacity(self.star, KernelChoice(flux=self.flux, energy=self.energy, axial=self.axial))
