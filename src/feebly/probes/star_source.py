"""A star as a source of vectors, majorons or heavy neutral leptons: the choices that all probes of their emission share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, Self, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays, registry
from feebly.arrays import Array, one_mass
from feebly.decays import Fip
from feebly.decays.partial_widths import is_neutrino
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix, SterileMixing, Vector, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, checked_scale, configure, prescription, probe_options
from feebly.probes.particle_line import ParticleLine, ParticleProcesses, particle_line
from feebly.probes.plasma_line import PlasmaLine, plasma_line
from feebly.provenance import Provenance
from feebly.rates.balance import Spin, rate_table
from feebly.rates.base import RateTable, StellarProcess
from feebly.rates.stellar import plasma_rates
from feebly.rates.stellar.charge_table import SPECIES
from feebly.rates.stellar.coalescence import (
    Kernel,
    MuonCoalescence,
    NeutrinoCoalescence,
    couples_to_charges,
    needs_plasma,
)
from feebly.rates.stellar.hnl_production import MeanField
from feebly.rates.stellar.majoron_coalescence import Potential
from feebly.rates.stellar.plasma_rates import Bremsstrahlung, PlasmaMatter, PlasmaOptions, Response, Switch
from feebly.rates.stellar.semi_compton import Compton, SemiCompton, compton_table, static_muons
from feebly.signals import Flux
from feebly.species import NEUTRINOS
from feebly.transport import ballistic
from feebly.transport.ballistic import Emission, Escape
from feebly.transport.cells import AbsorptionEnergy, cells, energies
from feebly.transport.outside import Outside, outside
from feebly.transport.plasma_cells import resonance_shells
from feebly.transport.rays import ChordGrid, Resolution, chord_grid
from feebly.units import KM

Polarisation = Literal["sum", "transverse", "longitudinal"]
Plasma = Literal["auto", "on", "off"]

BEYOND: Final = 1e12  # km, the largest radius asked for
_NO_PLASMA: Final = (
    "mixing with photons through muons of the plasma, which strengthens limits below 20 MeV (plasma=on)"
)


@dataclass(frozen=True, eq=False, repr=False)
class StarSource:
    """What leaves a proto-neutron star in particles of one model and mass.

    Parameters
    ----------
    star : the star at one moment, mostly about one second after bounce.
    compton : semi-Compton scattering with the full matrix element, recoil and blocking ("full"), for heavy muons at
        rest ("nr", only without plasma), or left out ("off").
    spin, kernel : see `rates.balance`, `rates.stellar.coalescence`; what is printed belongs to averaged polarisations.
    escape, absorption_energy : see `transport.ballistic`, `transport.cells`.
    lapse : "off" ignores gravity.
    r_max_km : sphere beyond which nothing is produced and neutrinos do not absorb; the neutrinosphere if not given.
    r_far_km : sphere at which a vector has escaped. Between both, decays to charged particles or photons absorb, and
        scattering where the profile has matter. The same as r_max_km if not given.
    plasma : "on" follows the polarisations apart, with charges screened by the plasma and all processes on electrons,
        muons, nucleons and pions; "off" averages over polarisations and knows neutrinos and muons only; "auto" takes
        the plasma where charges of electrons or nucleons, or mixing, need it.
    polarisation : which states count in the plasma.
    bremsstrahlung, pions, response, nucleon_mass, nucleon_blocking : see `rates.stellar.plasma_rates`.
    potential : of neutrinos in matter, for majorons, see `rates.stellar.majoron_coalescence`.
    mean_field : by which protons and neutrons differ, for heavy neutral leptons, see `rates.stellar.hnl_production`.
    resolution : numbers of nodes.
    """

    name: ClassVar[str] = "star"
    particles: ClassVar[bool] = False  # whether majorons and heavy neutral leptons are taken, too

    star: StarProfile = field(default_factory=fischer18_1s)
    compton: Compton = "full"
    spin: Spin = "physical"
    kernel: Kernel = "detailed-balance"
    escape: Escape = "angular"
    absorption_energy: AbsorptionEnergy = "local"
    lapse: Literal["on", "off"] = "on"
    r_max_km: float | None = None
    r_far_km: float | None = None
    plasma: Plasma = "auto"
    polarisation: Polarisation = "sum"
    bremsstrahlung: Bremsstrahlung = "symmetric"
    pions: Switch = "on"
    response: Response = "all"
    nucleon_mass: Literal["vacuum", "effective"] = "vacuum"
    nucleon_blocking: Literal["off", "on"] = "off"
    potential: Potential = "matter"
    mean_field: MeanField = "beta-equilibrium"
    resolution: Resolution = field(default_factory=Resolution)
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.star, StarProfile):
            raise InvalidValueError(
                f"star must be a StarProfile, not {self.star!r}.\n  For example: feebly.StarProfile.from_file('my_star.csv'), "
                "or feebly.registry.find('star', 'pns-1s')()"
            )
        for name, option in probe_options(type(self)).items():
            if option.kind == "choice":
                option.parse(getattr(self, name), self.name)
        if self.r_max_km is not None and not 0 < self.r_max_km * KM <= self.star.radius[-1] * (1 + 1e-12):
            raise InvalidValueError(
                f"r_max_km is {self.r_max_km:g}, outside the profile '{self.star.name}' "
                f"(0 to {self.star.radius[-1] / KM:g} km)."
            )
        if self.r_far_km is not None and not self.surface / KM <= self.r_far_km * (1 + 1e-12) <= BEYOND:
            raise InvalidValueError(
                f"r_far_km is {self.r_far_km:g}; it must be at least r_max_km, here {self.surface / KM:g} km."
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(star={self.star.name!r}, prescription={self.label!r})"

    def __getstate__(self) -> dict[str, Any]:
        """The choices alone: what was computed and kept does not travel."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def prescribed(cls, name: str, *, star: StarProfile | None = None, **changes: str) -> Self:
        """The probe with the choices of a named prescription; `changes` are further options as text.

        Without a `star` it is the prescription's own; a warning tells if that is not public.

        >>> from feebly.probes import SupernovaCooling
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
    def label(self) -> str:
        """Name of the prescription behind the options, with a star if any of them was changed."""
        if self.based_on is None:
            return "default"
        known = probe_options(type(self))
        asked = {key: known[key].parse(text, self.name) for key, text in self.based_on.options.items()}
        plain = {f.name: f.default for f in fields(type(self)) if f.name in known}
        changed = any(getattr(self, key) != value for key, value in {**plain, **asked}.items())
        changed = changed or self.based_on.star not in (None, self.star.name)
        return self.based_on.name + ("*" if changed else "")

    @property
    def surface(self) -> float:
        """Radius within which vectors are made [MeV^-1]."""
        return self.star.neutrinosphere if self.r_max_km is None else self.r_max_km * KM

    # --- what applies -----------------------------------------------------------------------

    def processes(self) -> tuple[StellarProcess, ...]:
        """All processes without plasma, whether or not they apply to a model."""
        listed: list[StellarProcess] = [NeutrinoCoalescence(self.kernel), MuonCoalescence()]
        if self.compton != "off":
            listed.append(SemiCompton(self.compton))
        return tuple(listed)

    def in_plasma(self, model: Model) -> TypeGuard[Vector]:
        """Whether the polarisations and the mixing in the plasma are followed for this model."""
        if not isinstance(model, VectorCurrent):
            return False
        return self.plasma == "on" or (self.plasma == "auto" and needs_plasma(model))

    def supports(self, model: Model) -> Support:
        """Which processes apply to the model in this star, and what is left out."""
        if self.particles and isinstance(model, NeutrinoMatrix | SterileMixing):
            if self._outside is not None:
                return Support(False, "r_far_km is for vectors; leave it out for this model.")
            if self.polarisation != "sum":
                return Support(False, "polarisation is of vectors; leave it out for this model.")
            return self._particle_processes.supports(model, self._provided)
        if not isinstance(model, VectorCurrent):
            wanted = "VectorCurrent, NeutrinoMatrix or SterileMixing" if self.particles else "VectorCurrent"
            return Support(
                False, f"It needs: {wanted}. The model offers: {', '.join(offers(model)) or 'nothing'}."
            )
        return self._in_plasma(model) if self.in_plasma(model) else self._averaged(model)

    def _averaged(self, model: Vector) -> Support:
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
        omitted += _unknown_flavours(model, provided)
        if couples_to_charges(model):
            omitted.append(
                "couplings to e, p, n: bremsstrahlung, Compton on electrons and e+ e- need plasma=auto or on"
            )
        if self.polarisation != "sum":
            return Support(False, f"polarisation={self.polarisation} needs plasma=on.", (), tuple(omitted))
        if used:
            return Support(True, f"uses {', '.join(used)}", tuple(used), tuple(omitted))
        why = "; ".join(omitted) or "the model couples to nothing in this star"
        return Support(False, f"No process applies: {why}.", (), tuple(omitted))

    def _in_plasma(self, model: Vector) -> Support:
        printed = [
            f"{name}={getattr(self, name)}"
            for name, value in (("spin", "printed"), ("kernel", "printed"), ("compton", "nr"))
            if getattr(self, name) == value
        ]
        if printed:
            why = (
                f"{', '.join(printed)} belongs to averaged polarisations; for this model it needs plasma=off."
            )
            return Support(False, why)
        if self.absorption_energy == "emitted":
            return Support(False, "absorption_energy=emitted needs plasma=off.")
        lost = [name for name in plasma_rates.NEEDED if name not in self._provided]
        if lost:
            return Support(
                False, f"A plasma needs {', '.join(lost)}; the star '{self.star.name}' does not state it."
            )
        if not model.tree_charges(SPECIES).any() and not model.charges(["e-"], 0.0).any():
            return Support(False, "No process applies: the model couples to nothing in this star.")
        return Support(
            True,
            "uses all processes on neutrinos, electrons, muons, nucleons and pions, by polarisation",
            (),
            tuple(_unknown_flavours(model, self._provided)),
        )

    # --- emission ---------------------------------------------------------------------------

    def emission(
        self, model: Model, mass: float, *, by_energy: bool = False, finely: bool = False
    ) -> Emission:
        """Emission of the star for one model and mass [MeV], its energies summed, or kept apart and its processes summed.

        Energies that are kept are twice as many as others in a plasma and four times without; four times `finely`.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star.
        InvalidValueError, OutOfDomainError
            for a mass that is not positive, or where the widths are not available.
        """
        _, support = self._supported(model)
        if not isinstance(model, VectorCurrent):
            return self.particle_line(model, mass, by_energy=by_energy).emission()
        if self.in_plasma(model):
            line = self.line(mass, by_energy=by_energy, finely=finely)
            return line.emission(model, parts=not by_energy)
        return self._without_plasma(model, support, mass, by_energy=by_energy)

    def particle_line(
        self, model: Model, mass: float, *, by_energy: bool = False, fip: Fip | None = None
    ) -> ParticleLine:
        """The star as a source of majorons or heavy neutral leptons of one mass [MeV], with their widths if known already."""
        return particle_line(
            model,
            decays.of(model, mass) if fip is None else fip,
            self._particle_processes,
            self._place,
            self._grid,
            energies(
                mass,
                self._grid.medium,
                # absorption of heavy neutral leptons by muons has a threshold
                max(self._energy_count(by_energy), 2 * self.resolution.energies),
                absorption_energy=self.absorption_energy,
            ),
            bins=self.resolution.bins,
            escape=self.escape,
            by_energy=by_energy,
        )

    def line(self, mass: float, *, by_energy: bool = False, finely: bool = False) -> PlasmaLine:
        """The star in its plasma at one mass [MeV], for any charges."""
        mass = one_mass(mass)
        shells = resonance_shells(mass, self._matter)
        grid, way = self._grid, self._outside
        if shells:
            grid = chord_grid(self._place, self.surface, self.resolution, edges=shells)
            way = None if way is None else outside(self._place, grid, way.radius[-1])
        return plasma_line(
            mass,
            self._matter,
            grid,
            way,
            self._matter_outside,
            energies_count=self.resolution.energies
            * (2 if by_energy else 1),  # edges of resonances add to them
            bins=self.resolution.bins,
            escape=self.escape,
            modes=plasma_rates.MODES if self.polarisation == "sum" else (self.polarisation,),
            by_energy=by_energy,
        )

    def flux(self, model: Model, mass: float, scale: ArrayLike, provenance: Provenance) -> Flux:
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
        table = self.emission(model, mass, by_energy=True, finely=True)
        g = checked_scale(scale)
        valid = table.escapes_freely(self.surface, g)
        return Flux(g, table.energy, table.spectrum(g), valid, provenance | table.provenance)

    def _supported(self, model: Model) -> tuple[Model, Support]:
        support = self._known.get(model.fingerprint()) or self.supports(model)
        self._known[model.fingerprint()] = support
        if not support.ok:
            raise UnsupportedModelError(
                f"{self.name} cannot answer for model '{model.name}'.\n  {support.why}"
            )
        return model, support

    def _without_plasma(self, model: Vector, support: Support, mass: float, *, by_energy: bool) -> Emission:
        fip = decays.of(model, mass, hadrons=self._outside is not None)
        active = [
            self._semi_compton if isinstance(process, SemiCompton) else process
            for process in self.processes()
            if process.name in support.used
        ]
        by_muons = model.tree_charges(["mu-"]).any() and not couples_to_charges(model)
        lost = {_NO_PLASMA} if by_muons else set()
        stated = Provenance(
            choices=frozenset({("plasma", "off")}), omitted=frozenset({*support.omitted, *lost})
        )
        provenance = fip.provenance | stated
        for process in active:
            provenance = provenance | process.provenance
        at = energies(
            fip.mass,
            self._grid.medium,
            self._energy_count(by_energy),
            absorption_energy=self.absorption_energy,
        )
        medium = self._grid.medium
        table = self._rates(model, fip, active, medium, at.local, provenance)
        cell = cells(table, self._grid.interval, at, temperature=medium.temperature)
        if by_energy:
            cell = replace(cell, processes=("all",), share=cell.share.sum(axis=-1, keepdims=True))
        if self._outside is not None:
            beyond = self._outside.decay_depth(at.infinity, fip.mass, visible_width(fip))
            cell = replace(cell, beyond=beyond[:, :-1], ahead=beyond[:, -1])
        return ballistic.emission(
            [cell],
            self._grid,
            at,
            fip.power,
            bins=self.resolution.bins,
            escape=self.escape,
            by_energy=by_energy,
        )

    def _rates(
        self,
        model: Vector,
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

    def _energy_count(self, by_energy: bool) -> int:
        # local energies meet the thresholds m / N inside their cells, which need to be small
        return self.resolution.energies * (
            16 if self.absorption_energy == "emitted" else 4 if by_energy else 1
        )

    # --- built once per probe ---------------------------------------------------------------

    @property
    def source_provenance(self) -> Provenance:
        """Star and choices of the emission."""
        chosen = {
            "star": self.star.name,
            "prescription": self.label,
            "lapse": self.lapse
            if self.lapse == "off" or "lapse" in self._provided
            else "off (the star has none)",
            "r_max_km": f"{self.surface / KM:g}",
            "r_far_km": f"{self.surface / KM if self.r_far_km is None else self.r_far_km:g}",
            "absorption_energy": self.absorption_energy,
        }
        recipe = self.based_on.provenance if self.based_on is not None else Provenance()
        omitted = set(_OMITTED)
        if self._outside is not None and self._outside.radius[-1] > self.star.radius[-1] * (1 + 1e-9):
            omitted.add("scattering on matter beyond the profile, where only decays absorb")
        return (
            self.star.provenance
            | recipe
            | Provenance(choices=frozenset(chosen.items()), omitted=frozenset(omitted))
        )

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
        return chord_grid(self._place, self.surface, self.resolution)

    @cached_property
    def _outside(self) -> Outside | None:
        """The way from the surface to r_far; None if there is none."""
        if self.r_far_km is None or self.r_far_km * KM <= self.surface * (1 + 1e-9):
            return None
        return outside(self._place, self._grid, self.r_far_km * KM)

    @cached_property
    def _plasma_options(self) -> PlasmaOptions:
        return PlasmaOptions(
            bremsstrahlung=self.bremsstrahlung,
            compton="off" if self.compton == "off" else "on",
            pions=self.pions,
            response=self.response,
            effective_mass=self.nucleon_mass == "effective",
            blocking=self.nucleon_blocking == "on",
        )

    @cached_property
    def _matter(self) -> PlasmaMatter:
        """The plasma of the star, tabulated: takes seconds, once per probe."""
        return plasma_rates.plasma_matter(self._grid.medium, self._plasma_options)

    @cached_property
    def _matter_outside(self) -> PlasmaMatter | None:
        if self._outside is None or self._outside.matter is None:
            return None
        return plasma_rates.plasma_matter(self._outside.matter, replace(self._plasma_options, pions="off"))

    @cached_property
    def _particle_processes(self) -> ParticleProcesses:
        return ParticleProcesses(self.potential, self.mean_field)

    @cached_property
    def _semi_compton(self) -> SemiCompton:
        """With its table of this star, which takes up to a second: made when first needed."""
        medium = self._grid.medium
        if self.compton == "nr":
            return SemiCompton("nr", static_muons(medium))
        return SemiCompton("full", compton_table(medium))


def visible_width(fip: Fip) -> float:
    """Width into charged particles or photons, MeV per unit scale**power: what absorbs in thin matter."""
    return float(
        sum(gamma for name, gamma in zip(fip.channels, fip.gamma, strict=True) if not is_neutrino(name))
    )


_OMITTED: Final = ("bending of rays and the proper volume element in the gravitational field",)


def _unknown_flavours(model: Vector, provided: frozenset[str]) -> list[str]:
    """Neutrino flavours that this star does not know."""
    charges = dict(zip(NEUTRINOS, model.tree_charges(NEUTRINOS), strict=True))
    unknown = [nu for nu, x in charges.items() if x != 0 and f"mu:{nu}" not in provided]
    if unknown and len(unknown) < sum(x != 0 for x in charges.values()):
        return [f"coalescence of {', '.join(unknown)}: the star gives no chemical potential"]
    return []
