"""Options that the probes of the early universe share, and how they come to the histories of a particle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np

from feebly.arrays import one_mass
from feebly.environments.universe import Neutrinos, Potential, Statistics, Switch, Universe
from feebly.errors import InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix, ThermalBath, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, check_choices, checked_scale, probe_options
from feebly.probes.universe_curve import Tolerance
from feebly.probes.universe_line import ConstantHistory, Lines, UniverseLine, UniverseResponse
from feebly.provenance import Provenance
from feebly.transport.boltzmann import Prepared, prepare, thermal_species
from feebly.transport.evolution import Evolution, Initial, default_evolution
from feebly.transport.history import History

_LIGHTEST: Final = 1e-4  # MeV; lighter particles are radiation at 1 eV, where histories end
_OMITTED: Final = frozenset({"light of late decays that breaks nuclei or distorts the spectrum of the CMB"})
# names that the transport gives to options of these probes
_TWINS: Final = frozenset(
    {"weak", "electron_mass", "qed", "compton", "medium", "mediated", "pairs", "neutrinos", "potential", "initial"}
)  # fmt: skip


@dataclass(frozen=True)
class UniverseProbe:
    """Options of the probes of the early universe.

    Parameters
    ----------
    neutrinos_per_decay : 2 by lepton counting, 1 in esseili-kribs-chargephobic.
    weak, electron_mass, qed, neutrinos, mu_nu : the standard plasma, see `feebly.environments.universe.Universe`.
    compton, medium_mixing, mediated, pairs, initial : the particle in it, see `feebly.transport.evolution.Evolution`.
    couplings : "table" calculates histories where the signal bends and interpolates, "exact" at each coupling that is asked.
    based_on : the prescription behind the options, for the provenance.
    lines : where histories are kept; give two probes the same to share them.
    """

    name: ClassVar[str]

    neutrinos_per_decay: float = 2.0
    weak: Statistics = "fd"
    electron_mass: Switch = "on"
    qed: Switch = "on"
    compton: Switch = "on"
    medium_mixing: Switch = "on"
    mediated: Switch = "on"
    pairs: Switch = "on"
    neutrinos: Neutrinos = "common"
    mu_nu: Potential = "evolved"
    initial: Initial = "empty"
    couplings: Literal["table", "exact"] = "table"
    based_on: Prescription | None = field(default=None, repr=False)
    lines: Lines = field(default_factory=Lines, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_choices(self)
        if self.neutrinos_per_decay not in (1.0, 2.0):
            raise InvalidValueError(
                f"{self.name}: neutrinos_per_decay = {self.neutrinos_per_decay} is not known. Possible: 2, 1."
            )

    @cached_property
    def evolution(self) -> Evolution:
        """How histories are calculated."""
        universe = Universe(
            weak=self.weak,
            electron_mass=self.electron_mass,
            qed=self.qed,
            neutrinos=self.neutrinos,
            potential=self.mu_nu,
        )
        chosen = Evolution(
            universe=universe,
            initial=self.initial,
            neutrinos_per_decay=self.neutrinos_per_decay,
            compton=self.compton,
            medium=self.medium_mixing,
            pairs=self.pairs,
            mediated=self.mediated,
        )
        usual = default_evolution()
        return usual if chosen == usual else chosen

    def supports(self, model: Model) -> Support:
        """Every vector, majorons, and particles in equilibrium."""
        if isinstance(model, ThermalBath):
            if model.bath == "neutrinos" and self.neutrinos == "split":
                return Support(False, "A particle in equilibrium with all neutrinos needs neutrinos=common.")
            return Support(True, f"uses equilibrium with {model.bath}", ("equilibrium",))
        if isinstance(model, VectorCurrent):
            return Support(True, f"uses {', '.join(self._processes)}", self._processes)
        if isinstance(model, NeutrinoMatrix):
            return Support(True, "uses decays and inverse decays", ("decays and inverse decays",))
        return Support(
            False,
            f"It needs: VectorCurrent, NeutrinoMatrix or ThermalBath. The model offers: {', '.join(offers(model)) or 'nothing'}.",
        )

    @property
    def _processes(self) -> tuple[str, ...]:
        named = {
            "scattering and annihilation with a photon": self.compton,
            "mixing with the photon": self.medium_mixing,
            "pairs of X": self.pairs,
            "exchange of X": self.mediated,
        }
        return ("decays and inverse decays", *(name for name, switch in named.items() if switch == "on"))

    @property
    def stated(self) -> Provenance:
        """The plasma, the options and the prescription."""
        universe = self.evolution.universe.provenance
        recipe = Provenance() if self.based_on is None else self.based_on.provenance
        given = {name: getattr(self, name) for name in probe_options(type(self))}
        chosen = {(name, f"{x:g}" if isinstance(x, float) else str(x)) for name, x in given.items()}
        own = Provenance(choices=frozenset({*chosen, ("prescription", _label(self))}), omitted=_OMITTED)
        return replace(universe, choices=_foreign(universe)) | recipe | own

    def line(self, model: Model, mass: float) -> UniverseLine:
        """Histories of one model and mass [MeV] for any coupling.

        Raises
        ------
        UnsupportedModelError
            if the model is no vector, no majoron and not in equilibrium.
        InvalidValueError, OutOfDomainError
            for a mass that is not one positive number, is too light, or where widths are not available.
        """
        support = self.supports(model)
        if not support.ok:
            raise UnsupportedModelError(
                f"{self.name} cannot answer for model '{model.name}'.\n  {support.why}"
            )
        one = one_mass(mass)
        return self.lines.get(self.evolution, model, one, lambda: self._line(model, one))

    def _line(self, model: Model, mass: float) -> UniverseLine:
        if mass < _LIGHTEST:
            raise OutOfDomainError(
                f"{self.name} cannot answer at {mass:g} MeV: histories end at 1 eV, with the particle still there.\n"
                f"  Possible: masses from {_LIGHTEST:g} MeV."
            )
        if isinstance(model, ThermalBath):
            only = thermal_species(
                mass, model.bath, states=model.states, spin=model.spin, evolution=self.evolution
            )
            return UniverseLine(ConstantHistory(only), self.evolution.standard, False, only.provenance)
        made = prepare(model, mass, self.evolution)
        return UniverseLine(made, self.evolution.standard, self.initial == "empty", made.provenance)

    def history(self, model: Model, mass: float, scale: float) -> History:
        """The history of the universe with one particle of mass [MeV] and coupling."""
        return self.line(model, mass).history(float(checked_scale(scale)[0]))

    def response(
        self,
        line: UniverseLine,
        quantity: Callable[[History], float],
        called: str,
        tolerance: Tolerance,
        *,
        with_standard: bool,
        made: Provenance | None = None,
        heaviest: float = np.inf,
    ) -> UniverseResponse:
        """A quantity of the histories of one particle; `made` is the provenance of what makes it of them.

        Where the particle has more than `heaviest` times the energy of radiation at 1 eV, the quantity means nothing.
        """
        stated = (
            self.stated | (made or Provenance()) | replace(line.provenance, choices=_foreign(line.provenance))
        )
        return UniverseResponse(
            line=line,
            quantity=quantity,
            called=called,
            tolerance=tolerance,
            standard=quantity(line.standard) if with_standard else None,
            exact=self.couplings == "exact" and isinstance(line.source, Prepared),
            stated=stated,
            heaviest=heaviest,
        )


def _foreign(provenance: Provenance) -> frozenset[tuple[str, str]]:
    """Choices that are no options of these probes under other names."""
    return frozenset(pair for pair in provenance.choices if pair[0] not in _TWINS)


def _label(probe: UniverseProbe) -> str:
    """Name of the prescription behind the options, with an asterisk if any of them was changed."""
    recipe = probe.based_on
    if recipe is None:
        return "default"
    known = probe_options(type(probe))
    asked = {key: known[key].parse(text, probe.name) for key, text in recipe.options.items()}
    plain = {f.name: f.default for f in fields(probe) if f.name in known}
    changed = any(getattr(probe, key) != value for key, value in {**plain, **asked}.items())
    return recipe.name + ("*" if changed else "")
