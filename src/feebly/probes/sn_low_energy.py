"""Low-energy supernovae: decays must not leave more energy in the progenitor than dim explosions show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays
from feebly.constants import MUON_MASS
from feebly.environments.envelope import Envelope
from feebly.errors import InvalidValueError
from feebly.models import Model, VectorCurrent
from feebly.probes.base import Support, checked_scale
from feebly.probes.neutrino_opacity import check_options, choices
from feebly.probes.star_in_time import StarInTime
from feebly.provenance import Provenance, sources
from feebly.signals import Signal
from feebly.signals.deposited_energy import MUON_LOSS, DepositedEnergy, deposited_energy, total
from feebly.species import LEPTONS, QUARKS
from feebly.statistics import Threshold
from feebly.units import ERG, KM

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Sec. IV D, Eq. (16)"),
    ("Caputo:2022mah", "low-energy supernovae as calorimeters (abstract)"),
)
_OMITTED: Final = (
    "capture of stopped mu- and pi- by nuclei",
    "production outside the neutrinosphere",
)
_STEADY: Final = "change of the emission with time"


@dataclass(frozen=True, slots=True)
class DepositResponse:
    """Energy that one particle leaves in the progenitor of one star, for any coupling; one deposit for each moment."""

    deposits: tuple[DepositedEnergy, ...]
    radius: tuple[float, ...]  # free escape ends where the mean decay length falls below this, MeV^-1
    provenance: Provenance

    @property
    def deposit(self) -> DepositedEnergy:
        """That of the first moment, mostly the only one."""
        return self.deposits[0]

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Deposited energy at the couplings (G,) [MeV], with its share per channel."""
        g = checked_scale(scale)
        each = [deposit.parts(g) for deposit in self.deposits]
        parts = {channel: np.sum([one[channel] for one in each], axis=0) for channel in each[0]}
        free = [
            deposit.emission.escapes_freely(radius, g)
            for deposit, radius in zip(self.deposits, self.radius, strict=True)
        ]
        return Signal(
            scale=g,
            value=total(parts, g),
            quantity="deposited energy",
            unit="MeV",
            valid=np.all(free, axis=0),
            parts=parts,
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class LowEnergySupernovae(StarInTime):
    """Limit from decays to charged particles in the progenitor, which would make dim supernovae brighter.

    Parameters
    ----------
    limit_erg : largest energy that may be added to the explosion.
    r_progenitor_km : radius of the progenitor; decays inside it count.
    muon_loss_mev : energy that the neutrinos of a stopped muon carry away; 13/20 of its mass if not given.
    emission_s, sequence : see `feebly.probes.star_in_time.StarInTime`.
    star, compton, spin, kernel, escape, ... : see `feebly.probes.star_source.StarSource`.

    Notes
    -----
    E = t int dE d2N/dEdt P(E) sum_c B_c (E - E_nu,c), see `signals.deposited_energy`; the emission is that of
    `SupernovaCooling`, P the share that decays between the neutrinosphere and the surface of the progenitor.
    Source: blinov-lmu-ltau, Sec. IV D. Differs from it: one snapshot for a fixed time, or several; all visible channels.
    Valid for: matter that stops muons; no feedback on the star.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> signal = LowEnergySupernovae(compton="off").prepare(lmu_ltau(), 250.0).evaluate([1e-10])
    >>> f"{signal.value[0] / ERG:.1e} erg, all but {1 - signal.parts['mu- mu+'][0] / signal.value[0]:.0e} from muons"
    '1.2e+51 erg, all but 9e-05 from muons'
    """

    name: ClassVar[str] = "sn-low-energy"
    title: ClassVar[str] = "low-energy supernovae"
    quantity: ClassVar[str] = "deposited energy"
    practical_unit: ClassVar[tuple[str, float]] = ("erg", ERG)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    emission_s: float = 3.0
    limit_erg: float = 1e51
    r_progenitor_km: float = 3e8
    muon_loss_mev: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_options(self)
        if self.muon_loss_mev is not None and self.muon_loss_mev > MUON_MASS:
            raise InvalidValueError(
                f"muon_loss_mev is {self.muon_loss_mev:g}; a muon at rest has {MUON_MASS:.1f} MeV."
            )
        _ = self.envelope  # refuses a wrong r_progenitor_km

    def __repr__(self) -> str:
        return f"LowEnergySupernovae(star={self.star.name!r}, limit_erg={self.limit_erg:g})"

    @cached_property
    def envelope(self) -> Envelope:
        """Where decays count."""
        return Envelope(self.surface, self.r_progenitor_km * KM)

    @property
    def rule(self) -> Threshold:
        """ln(E / E_allowed) > 0 is excluded; an argument without a confidence level."""
        return Threshold(
            allowed=self.limit_erg * ERG,
            unit="MeV",
            provenance=Provenance(
                sources=SOURCES, choices=frozenset({("allowed energy", f"{self.limit_erg:.4g} erg")})
            ),
        )

    @cached_property
    def provenance(self) -> Provenance:
        options = ("r_progenitor_km",) if self.sequence is not None else ("emission_s", "r_progenitor_km")
        omitted = _OMITTED if self.sequence is not None else (*_OMITTED, _STEADY)
        course = Provenance() if self.sequence is None else self.sequence.provenance
        chosen = choices(self, self.star, options) | {("muon_loss_mev", f"{self._muon_loss:.4g}")}
        stated = Provenance(SOURCES, frozenset(), chosen, frozenset(omitted))
        return self.source_provenance | self.rule.provenance | course | stated

    def supports(self, model: Model) -> Support:
        """As for cooling, if the decays leave anything in matter."""
        support = super().supports(model)
        if (
            support.ok
            and isinstance(model, VectorCurrent)
            and not model.charges([*LEPTONS, *QUARKS], 0.0).any()
        ):
            return Support(False, "It decays to neutrinos only, which leave no energy in the progenitor.")
        return support

    def prepare(self, model: Model, mass: float) -> DepositResponse:
        """Emission and decays for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star, or its decays are invisible.
        InvalidValueError, OutOfDomainError
            for a mass that is not positive, or where the widths are not available.
        """
        fip = decays.of(model, mass)
        deposits = tuple(
            deposited_energy(
                source.emission(model, mass, by_energy=True),
                fip,
                source.envelope,
                duration=time,
                muon_loss=self._muon_loss,
            )
            for source, time in self.moments
        )
        first = deposits[0]
        lost = (f"energy from decays to {', '.join(first.lost)}",) if first.lost else ()
        provenance = (
            self.provenance | first.emission.provenance | fip.provenance | Provenance(omitted=frozenset(lost))
        )
        return DepositResponse(deposits, tuple(source.surface for source, _ in self.moments), provenance)

    @property
    def _muon_loss(self) -> float:
        return MUON_LOSS if self.muon_loss_mev is None else self.muon_loss_mev
