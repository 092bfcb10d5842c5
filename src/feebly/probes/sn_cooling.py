"""Supernova cooling: a new particle must not carry away more than the neutrinos do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays, registry
from feebly.arrays import Array, Mask
from feebly.decays import Fip
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, checked_scale, configure, prescription, probe_options
from feebly.provenance import Provenance, sources
from feebly.rates.balance import Spin, rate_table
from feebly.rates.base import RateTable, StellarProcess
from feebly.rates.stellar.coalescence import Kernel, MuonCoalescence, NeutrinoCoalescence, needs_plasma
from feebly.rates.stellar.semi_compton import Compton, SemiCompton, compton_table, static_muons
from feebly.signals import Flux, Signal
from feebly.species import NEUTRINOS
from feebly.statistics import Threshold
from feebly.transport import ballistic
from feebly.transport.ballistic import AbsorptionEnergy, Emission, Escape
from feebly.transport.rays import ChordGrid, Resolution, chord_grid
from feebly.units import ERG, KM, SECOND

RAFFELT: Final = sources(("Raffelt:1996wa", "energy-loss criterion of SN 1987A"))


@dataclass(frozen=True, slots=True)
class CoolingResponse:
    """Luminosity of one star in one particle, for any coupling."""

    emission: Emission
    radius: float  # free escape ends where the mean decay length falls below this, MeV^-1
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Luminosity at infinity at the couplings (G,), in MeV^2, with its share per process."""
        g = checked_scale(scale)
        parts = self.emission.luminosity(g)
        return Signal(
            scale=g,
            value=np.asarray(sum(parts.values())),
            quantity="luminosity",
            unit="MeV^2",
            valid=validity(self.emission, self.radius, g),
            parts=parts,
            provenance=self.provenance,
        )

    def __repr__(self) -> str:
        return f"CoolingResponse({', '.join(self.emission.processes)})"


def validity(emitted: Emission, radius: float, g: Array) -> Mask:
    """Where free escape holds (G,): the mean decay length exceeds the star. Always, with absorption."""
    length = emitted.decay_length
    if length is None:
        return np.ones(g.shape, dtype=bool)
    return np.asarray(length >= radius * g**emitted.power)


@dataclass(frozen=True, eq=False, repr=False)
class SupernovaCooling:
    """Limit from the energy that a vector boson carries out of a proto-neutron star.

    Parameters
    ----------
    star : the star about one second after bounce.
    limit_erg_per_s : largest allowed luminosity; `at_s` the time after bounce it refers to (a label).
    criterion : "raffelt" uses `limit_erg_per_s`; "luminosity" the star's own neutrino luminosity.
    compton : semi-Compton scattering on muons with the full matrix element, recoil and blocking ("full"),
        for heavy muons at rest ("nr"), or left out ("off").
    spin, kernel, escape, absorption_energy : see `rates.balance`, `rates.stellar.coalescence` and
        `transport.ballistic`.
    lapse : "off" ignores gravity.
    r_max_km : sphere beyond which the particle has escaped; the neutrinosphere if not given.
    resolution : numbers of nodes.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = SupernovaCooling(compton="off", lapse="off")
    >>> luminosity = probe.prepare(lmu_ltau(), mass=100.0).evaluate([1e-10]).value / (ERG / SECOND)
    >>> bool(abs(luminosity[0] / 2.170e52 - 1) < 0.02)
    True
    """

    name: ClassVar[str] = "sn-cooling"
    title: ClassVar[str] = "SN 1987A cooling"
    quantity: ClassVar[str] = "luminosity"
    practical_unit: ClassVar[tuple[str, float]] = ("erg/s", ERG / SECOND)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    star: StarProfile = field(default_factory=fischer18_1s)
    limit_erg_per_s: float = 3e52
    at_s: float = 1.0
    criterion: Literal["raffelt", "luminosity"] = "raffelt"
    compton: Compton = "full"
    spin: Spin = "physical"
    kernel: Kernel = "detailed-balance"
    escape: Escape = "angular"
    absorption_energy: AbsorptionEnergy = "local"
    lapse: Literal["on", "off"] = "on"
    r_max_km: float | None = None
    resolution: Resolution = field(default_factory=Resolution)
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.star, StarProfile):
            raise InvalidValueError(
                f"star must be a StarProfile, not {self.star!r}.\n  For example: feebly.StarProfile.from_file('my_star.csv')"
            )
        for name, option in probe_options(type(self)).items():
            if option.kind == "choice":
                option.parse(getattr(self, name), self.name)
        if not (np.isfinite(self.at_s) and self.at_s > 0):
            raise InvalidValueError(f"at_s is {self.at_s:g}; it must be positive and finite.")
        if not (np.isfinite(self.limit_erg_per_s) and self.limit_erg_per_s > 0):
            raise InvalidValueError(
                f"limit_erg_per_s is {self.limit_erg_per_s:g}; it must be positive and finite."
            )
        if self.criterion == "luminosity" and self.star.neutrino_luminosity is None:
            raise InvalidValueError(
                f"criterion = luminosity needs the neutrino luminosity of the star, and '{self.star.name}' states none.\n"
                "  Give it with neutrino_luminosity_erg_per_s=..., or use criterion=raffelt."
            )
        if self.r_max_km is not None and not 0 < self.r_max_km * KM <= self.star.radius[-1] * (1 + 1e-12):
            raise InvalidValueError(
                f"r_max_km is {self.r_max_km:g}, outside the profile '{self.star.name}' "
                f"(0 to {self.star.radius[-1] / KM:g} km)."
            )

    def __repr__(self) -> str:
        return f"SupernovaCooling(star={self.star.name!r}, prescription={self.label!r})"

    @classmethod
    def prescribed(cls, name: str, *, star: StarProfile | None = None, **changes: str) -> SupernovaCooling:
        """The probe with the choices of a named prescription; `changes` are further options as text.

        Without a `star` it is the prescription's own; a warning tells if that is not public.

        >>> SupernovaCooling.prescribed("p1-cerdeno").kernel
        'printed'
        """
        recipe = prescription(name)
        if recipe.probe != cls.name:
            raise InvalidValueError(f"The prescription '{name}' is for {recipe.probe}, not for {cls.name}.")
        public = recipe.public_star() if star is None else None
        if public is not None:
            star = registry.find("star", public)()
        given: dict[str, Any] = {} if star is None else {"star": star}
        return configure(cls, {**recipe.options, **changes}, based_on=recipe, **given)

    @property
    def rule(self) -> Threshold:
        """ln(L / L_allowed) > 0 is excluded; an argument without a confidence level."""
        own = self.star.neutrino_luminosity
        allowed = (
            own if self.criterion == "luminosity" and own is not None else self.limit_erg_per_s * ERG / SECOND
        )
        return Threshold(
            allowed=allowed,
            unit="MeV^2",
            provenance=Provenance(
                sources=RAFFELT,
                choices=frozenset(
                    {("allowed luminosity", f"{allowed / (ERG / SECOND):.4g} erg/s at {self.at_s:g} s")}
                ),
            ),
        )

    @property
    def label(self) -> str:
        """Name of the prescription behind the options, with a star if any of them was changed."""
        if self.based_on is None:
            return "default"
        changed = any(
            str(value) != text if isinstance(value, str) else not np.isclose(float(value), float(text))
            for key, text in self.based_on.options.items()
            for value in [getattr(self, key)]
        )
        touched = {f.name for f in fields(self) if f.name not in ("star", "resolution", "based_on")}
        others = touched - set(self.based_on.options)
        changed = changed or self.based_on.star not in (None, self.star.name)
        changed = changed or any(
            getattr(self, key) != type(self).__dataclass_fields__[key].default for key in others
        )
        return self.based_on.name + ("*" if changed else "")

    # --- what applies -----------------------------------------------------------------------

    def processes(self) -> tuple[StellarProcess, ...]:
        """All processes of this probe, whether or not they apply to a model."""
        listed: list[StellarProcess] = [NeutrinoCoalescence(self.kernel), MuonCoalescence()]
        if self.compton != "off":
            listed.append(SemiCompton(self.compton))
        return tuple(listed)

    def supports(self, model: Model) -> Support:
        """Which processes apply to the model in this star, and what is left out."""
        if not isinstance(model, VectorCurrent):
            return Support(
                False, f"It needs: VectorCurrent. The model offers: {', '.join(offers(model)) or 'nothing'}."
            )
        provided = self._provided
        used: list[str] = []
        reasons: dict[str, list[str]] = {}
        for process in self.processes():
            why = process.obstacle(model, provided)
            if why is None:
                used.append(process.name)
            elif why:
                reasons.setdefault(why, []).append(process.name)
        omitted = [f"{', '.join(names)}: {why}" for why, names in reasons.items()]
        omitted += _always_omitted(model, provided)
        if used:
            return Support(True, f"uses {', '.join(used)}", tuple(used), tuple(omitted))
        why = "; ".join(omitted) or "the model couples to nothing in this star"
        return Support(False, f"No process applies: {why}.", (), tuple(omitted))

    def prepare(self, model: Model, mass: float) -> CoolingResponse:
        """Tabulate the star for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star.
        InvalidValueError, OutOfDomainError
            for a mass that is not positive, or where the widths are not available.
        """
        table = self.emission(model, mass, by_energy=False)
        return CoolingResponse(table, self._radius, self.provenance | table.provenance)

    def spectrum(self, model: Model, mass: float, scale: ArrayLike) -> Flux:
        """Differential emission d2N/dE dt at infinity at the couplings (G,), on four times as many energies.

        Raises
        ------
        InvalidValueError
            for absorption_energy="emitted", which knows only local energies.
        """
        if self.absorption_energy == "emitted":
            raise InvalidValueError(
                "A spectrum at infinity needs absorption_energy=local; 'emitted' knows only local energies."
            )
        table = self.emission(model, mass, by_energy=True)
        g = checked_scale(scale)
        valid = validity(table, self._radius, g)
        return Flux(g, table.energy, table.spectrum(g), valid, self.provenance | table.provenance)

    def emission(self, model: Model, mass: float, *, by_energy: bool = False) -> Emission:
        """Emission of the star for one model and mass [MeV], its energies summed or kept apart; raises as `prepare`."""
        support = self._known.get(model.fingerprint()) or self.supports(model)
        self._known[model.fingerprint()] = support
        if not support.ok or not isinstance(model, VectorCurrent):
            raise UnsupportedModelError(
                f"{self.name} cannot answer for model '{model.name}'.\n  {support.why}"
            )
        fip = decays.of(model, mass, hadrons=False)
        active = [
            self._semi_compton if isinstance(process, SemiCompton) else process
            for process in self.processes()
            if process.name in support.used
        ]
        provenance = fip.provenance | Provenance(omitted=frozenset(support.omitted))
        for process in active:
            provenance = provenance | process.provenance
        return ballistic.emission(
            lambda medium, energy: self._rates(model, fip, active, medium, energy, provenance),
            self._grid,
            fip.mass,
            fip.power,
            # local energies meet the thresholds m / N inside their cells, which need to be small
            energies=self.resolution.energies
            * (16 if self.absorption_energy == "emitted" else 4 if by_energy else 1),
            bins=self.resolution.bins,
            escape=self.escape,
            absorption_energy=self.absorption_energy,
            by_energy=by_energy,
        )

    def _rates(
        self,
        model: VectorCurrent,
        fip: Fip,
        active: list[StellarProcess],
        medium: Medium,
        energy: Array,
        provenance: Provenance,
    ) -> RateTable:
        reduced: Mapping[str, Array] = {
            process.name: process.reduced_absorption(model, fip, medium, energy) for process in active
        }
        reduced = {name: rate for name, rate in reduced.items() if np.any(rate)} or reduced
        return rate_table(reduced, medium, energy, spin=self.spin, provenance=provenance)

    # --- built once per probe ---------------------------------------------------------------

    @property
    def provenance(self) -> Provenance:
        """Star, criterion and choices of this probe."""
        chosen = {
            "star": self.star.name,
            "prescription": self.label,
            "lapse": self.lapse
            if self.lapse == "off" or "lapse" in self._provided
            else "off (the star has none)",
            "r_max_km": f"{self._radius / KM:g}",
            "criterion": self.criterion,
        }
        recipe = self.based_on.provenance if self.based_on is not None else Provenance()
        return (
            self.star.provenance
            | self.rule.provenance
            | recipe
            | Provenance(choices=frozenset(chosen.items()), omitted=frozenset(_OMITTED))
        )

    @property
    def _radius(self) -> float:
        return self.star.neutrinosphere if self.r_max_km is None else self.r_max_km * KM

    @cached_property
    def _place(self) -> StarProfile:
        return self.star if self.lapse == "on" else self.star.without_lapse()

    @cached_property
    def _known(self) -> dict[str, Support]:
        return {}

    @cached_property
    def _provided(self) -> frozenset[str]:
        return self._place.provides()

    @cached_property
    def _grid(self) -> ChordGrid:
        return chord_grid(self._place, self._radius, self.resolution)

    @cached_property
    def _semi_compton(self) -> SemiCompton:
        """With its table of this star, which takes up to a second: made when first needed."""
        medium = self._grid.medium
        if self.compton == "nr":
            return SemiCompton("nr", static_muons(medium))
        return SemiCompton("full", compton_table(medium))


_OMITTED: Final = (
    "bremsstrahlung mu p -> mu p X, n p -> n p X, nu n -> nu n X: sub-dominant for couplings to leptons (blinov-lmu-ltau)",
    "kinetic mixing in the plasma: loop-induced couplings to e and p, and its 0.4 % of the muon charge",
    "mixing of X with the photon through muons of the plasma",
    "bending of rays and the proper volume element in the gravitational field",
)


def _always_omitted(model: VectorCurrent, provided: frozenset[str]) -> list[str]:
    """What no star can provide yet for this model, and neutrino flavours this star does not know."""
    lost = []
    if needs_plasma(model):
        lost.append(
            "couplings to e, p, n: bremsstrahlung, Compton on electrons and e+ e- need plasma effects, not available yet; hadronic decays"
        )
    charges = dict(zip(NEUTRINOS, model.tree_charges(NEUTRINOS), strict=True))
    unknown = [nu for nu, x in charges.items() if x != 0 and f"mu:{nu}" not in provided]
    if unknown and len(unknown) < sum(x != 0 for x in charges.values()):
        lost.append(f"coalescence of {', '.join(unknown)}: the star gives no chemical potential")
    return lost
