"""Low-energy supernovae: decays must not leave more energy in the progenitor than dim explosions show."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

from numpy.typing import ArrayLike

from feebly import decays
from feebly.constants import MUON_MASS
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.environments.envelope import Envelope
from feebly.errors import InvalidValueError
from feebly.models import Model, VectorCurrent
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import check_options, choices, refused
from feebly.probes.sn_cooling import SupernovaCooling, validity
from feebly.provenance import Provenance, sources
from feebly.rates.balance import Spin
from feebly.rates.stellar.coalescence import Kernel
from feebly.rates.stellar.semi_compton import Compton
from feebly.signals import Flux, Signal
from feebly.signals.deposited_energy import MUON_LOSS, DepositedEnergy, deposited_energy, total
from feebly.species import LEPTONS, QUARKS
from feebly.statistics import Threshold
from feebly.transport.ballistic import Escape
from feebly.transport.rays import Resolution
from feebly.units import ERG, KM, SECOND

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Sec. IV D, Eq. (16)"),
    ("Caputo:2022mah", "low-energy supernovae as calorimeters (abstract)"),
)
_OMITTED: Final = (
    "capture of stopped mu- and pi- by nuclei",
    "production outside the neutrinosphere",
    "change of the emission with time",
)


@dataclass(frozen=True, slots=True)
class DepositResponse:
    """Energy that one particle leaves in the progenitor of one star, for any coupling."""

    deposit: DepositedEnergy
    radius: float  # free escape ends where the mean decay length falls below this, MeV^-1
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Deposited energy at the couplings (G,) [MeV], with its share per channel."""
        g = checked_scale(scale)
        parts = self.deposit.parts(g)
        return Signal(
            scale=g,
            value=total(parts, g),
            quantity="deposited energy",
            unit="MeV",
            valid=validity(self.deposit.emission, self.radius, g),
            parts=parts,
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class LowEnergySupernovae:
    """Limit from decays to charged particles in the progenitor, which would make dim supernovae brighter.

    Parameters
    ----------
    star : the proto-neutron star about one second after bounce.
    limit_erg : largest energy that may be added to the explosion.
    emission_s : how long the star emits as at that moment.
    r_progenitor_km : radius of the progenitor; decays inside it count.
    muon_loss_mev : energy that the neutrinos of a stopped muon carry away; 13/20 of its mass if not given.
    compton, spin, kernel, escape, lapse, r_max_km, resolution : see `SupernovaCooling`.

    Notes
    -----
    E = t int dE d2N/dEdt P(E) sum_c B_c (E - E_nu,c), see `signals.deposited_energy`; the emission is that of
    `SupernovaCooling`, P the share that decays between the neutrinosphere and the surface of the progenitor.
    Source: blinov-lmu-ltau, Sec. IV D. Differs from it: one snapshot for a fixed time; all visible channels.
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

    star: StarProfile = field(default_factory=fischer18_1s)
    limit_erg: float = 1e51
    emission_s: float = 3.0
    r_progenitor_km: float = 3e8
    muon_loss_mev: float | None = None
    compton: Compton = "full"
    spin: Spin = "physical"
    kernel: Kernel = "detailed-balance"
    escape: Escape = "angular"
    lapse: Literal["on", "off"] = "on"
    r_max_km: float | None = None
    resolution: Resolution = field(default_factory=Resolution)
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)
        if self.muon_loss_mev is not None and self.muon_loss_mev > MUON_MASS:
            raise InvalidValueError(
                f"muon_loss_mev is {self.muon_loss_mev:g}; a muon at rest has {MUON_MASS:.1f} MeV."
            )
        _ = self.envelope  # refuses a wrong r_max_km or r_progenitor_km

    def __repr__(self) -> str:
        return f"LowEnergySupernovae(star={self.star.name!r}, limit_erg={self.limit_erg:g})"

    @cached_property
    def envelope(self) -> Envelope:
        """Where decays count."""
        star = self._core.star  # refuses a radius outside it
        radius = star.neutrinosphere if self.r_max_km is None else self.r_max_km * KM
        return Envelope(radius, self.r_progenitor_km * KM)

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
        options = ("emission_s", "r_progenitor_km", "lapse")
        recipe = self.based_on.provenance if self.based_on is not None else Provenance()
        chosen = choices(self, self.star, options) | {
            ("r_max_km", f"{self.envelope.inner / KM:g}"),
            ("muon_loss_mev", f"{self._muon_loss:.4g}"),
        }
        omitted = frozenset(_OMITTED) | self._core.provenance.omitted
        return (
            self.star.provenance
            | self.rule.provenance
            | recipe
            | Provenance(SOURCES, frozenset(), chosen, omitted)
        )

    def supports(self, model: Model) -> Support:
        """As for cooling, if the decays leave anything in matter."""
        support = self._core.supports(model)
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
        support = self.supports(model)
        if not support.ok:
            raise refused(self.name, model, support.why)
        emitted = self._core.emission(model, mass, by_energy=True)
        fip = decays.of(model, mass)
        deposit = deposited_energy(
            emitted,
            fip,
            self.envelope,
            duration=self.emission_s * SECOND,
            muon_loss=self._muon_loss,
        )
        lost = (f"energy from decays to {', '.join(deposit.lost)}",) if deposit.lost else ()
        provenance = (
            self.provenance | emitted.provenance | fip.provenance | Provenance(omitted=frozenset(lost))
        )
        return DepositResponse(deposit, self.envelope.inner, provenance)

    def spectrum(self, model: Model, mass: float, scale: ArrayLike) -> Flux:
        """Differential emission d2N/dE dt of the proto-neutron star at the couplings (G,)."""
        return self._core.spectrum(model, mass, scale)

    @property
    def _muon_loss(self) -> float:
        return MUON_LOSS if self.muon_loss_mev is None else self.muon_loss_mev

    @cached_property
    def _core(self) -> SupernovaCooling:
        """The star as a source: what leaves it is what cools it."""
        return SupernovaCooling(
            star=self.star,
            compton=self.compton,
            spin=self.spin,
            kernel=self.kernel,
            escape=self.escape,
            lapse=self.lapse,
            r_max_km=self.r_max_km,
            resolution=self.resolution,
        )
