"""The early universe with a feebly interacting particle: temperatures, potentials and densities over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from feebly import decays
from feebly.arrays import Array, one_mass
from feebly.constants import NEUTRAL_PION_MASS
from feebly.environments.universe_plasma import log_temperatures
from feebly.errors import InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix, ThermalBath, VectorCurrent
from feebly.models.thermal import ThermalSpecies
from feebly.provenance import Provenance
from feebly.rates.plasma.decays import plasma_decays
from feebly.rates.plasma.mediated import mediated_factors, with_mediator
from feebly.rates.plasma.strengths import Reach, StrengthTable, strength_table
from feebly.transport.evolution import START, Evolution, default_evolution, nodes
from feebly.transport.history import History

if TYPE_CHECKING:
    from feebly.transport._boltzmann import System

Bath = Literal["electrons", "neutrinos"]

_HOT: Final = 12.0  # starts at this many masses, above the resonance at sqrt(6) / e of them
_HOTTEST: Final = 300.0  # MeV, at most
_MUON_START: Final = 200.0  # MeV, where muons make X that electrons do not
_MUONIC: Final = 3.0  # charge of muons over that of electrons
_FURTHER: Final = 0.05  # in ln T
_LEAST: Final = 1e-30  # share of its equilibrium with which X starts
_NEVER: Final = 1e-300
_RELATIVISTIC: Final = 3.0  # of T / m, at the start with equilibrium


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """A boson of one mass in the early universe: any coupling from here.

    Parameters
    ----------
    hot : temperature at which histories start, MeV.
    neutrinos : (2,) widths to nu_e, and to nu_mu and nu_tau, per unit scale**power, MeV.
    plasma : strength of the plasma per unit scale**power.
    quartic : (2,) sums of the fourth powers of the charges of the neutrinos.
    mediated : what scale**2 and scale**4 add to the weak factors; None if nothing.
    """

    evolution: Evolution
    mass: float
    power: int
    states: float
    hot: float
    neutrinos: Array
    plasma: StrengthTable
    quartic: Array
    mediated: tuple[Array, Array] | None
    provenance: Provenance

    def evolve(self, scale: float) -> History:
        """The history at one coupling.

        Raises
        ------
        InvalidValueError
            for several couplings, or one that is negative or not finite.
        ConvergenceError
            if the particle has no equilibrium at the start, or no temperature where it begins or stops to condense; a
            history that stops early has a status instead.
        """
        from feebly.transport import _boltzmann, _march  # loads the compiler

        if np.ndim(scale) != 0:
            raise InvalidValueError(
                "One coupling is one history. For several: made = prepare(model, mass), then [made.evolve(g) for g in scales]."
            )
        if not (np.isfinite(scale) and scale >= 0):
            raise InvalidValueError(f"The coupling is {scale}; it must be finite and not negative.")
        standard = self.evolution.standard
        if scale == 0 and self.evolution.initial == "empty":
            return standard
        system = self._system(scale)
        thermal = np.append(
            _march.equilibrium(self.evolution.universe, self.hot), [np.log(self.hot), -self.mass / self.hot]
        )
        begin = thermal.copy()
        if self.evolution.initial == "empty":
            made = -np.expm1(-self._earlier(system, thermal))
            if made < _NEVER and not self.plasma.value.any() and not self.neutrinos.any():
                return standard
            begin[-1] += np.log(max(made, _LEAST))
        return _march.history(
            self.evolution, system, _boltzmann.FREE, begin, standard=standard, provenance=self.provenance
        )

    def _earlier(self, system: System, thermal: Array) -> float:
        """How often X was absorbed at higher temperatures, with the power law of the rate there.

        Over H, decays fall as T^-3 and processes with photons as 1/T; the integral over ln T is the rate over the power.
        """
        from feebly.transport import _march

        hotter = thermal.copy()
        hotter[[0, 1, -2]] += _FURTHER
        hotter[-1] *= np.exp(-_FURTHER)
        if self.evolution.universe.neutrinos == "split":
            hotter[-3 if self.evolution.universe.potential == "zero" else -4] += _FURTHER
        here, there = _march.exchanges(system, thermal), _march.exchanges(system, hotter)
        if here <= 0 or there <= 0:
            return here
        power = np.log(here / there) / _FURTHER
        return here / float(np.clip(power, 1.0, 3.0))

    def _system(self, scale: float) -> System:
        from feebly.transport import _march

        factor = scale**self.power
        columns = self.evolution.universe.columns
        if self.mediated is not None:
            columns = with_mediator(columns, self.mediated, scale)
        kind: Literal["vector", "scalar"] = "scalar" if self.states == 1 else "vector"
        system = _march.standard_system(self.evolution, columns, kind)._replace(
            mass=self.mass,
            states=self.states,
            neutrinos=self.neutrinos * factor,
            plasma=self.plasma.value * factor,
            plasma_slope=self.plasma.slope * factor,
            plasma_start=self.plasma.start,
            plasma_step=self.plasma.step,
            quartic=self.quartic * scale**4,
        )
        if (met := self.plasma.crossing) is not None:
            system = system._replace(
                centre=met.centre,
                rise=met.slope,
                bend=met.bend,
                area=met.area * factor,
                offset=met.offset,
                portion=met.portion,
            )
        return system


def prepare(model: Model, mass: float, evolution: Evolution | None = None) -> Prepared:
    """Tabulate what does not depend on the coupling, for one model and mass [MeV].

    Raises
    ------
    UnsupportedModelError
        for fermions, and particles in equilibrium.
    InvalidValueError
        for the name of a model, or a mass that is not one positive number.
    OutOfDomainError
        for masses above 100 MeV with initial="thermal", and where widths are not available.
    """
    mass = one_mass(mass)
    chosen = evolution if evolution is not None else default_evolution()
    if isinstance(model, str):
        raise InvalidValueError(
            f"'{model}' is a name, not a model. For example: feebly.models.{model.replace('-', '_')}()"
        )
    if isinstance(model, ThermalBath):
        raise UnsupportedModelError(
            f"'{model.name}' is in equilibrium at any coupling. Use thermal_species(mass, '{model.bath}')."
        )
    if chosen.initial == "thermal" and mass > _HOTTEST / _RELATIVISTIC:
        raise OutOfDomainError(
            f"initial = 'thermal' starts at {_HOTTEST:g} MeV at most, where X of {mass:g} MeV is no relic of hotter times.\n"
            f"  Possible: masses up to {_HOTTEST / _RELATIVISTIC:g} MeV, or initial = 'empty'."
        )
    if model.spin not in (0, 1):
        raise UnsupportedModelError(
            f"The early universe is computed for bosons; '{model.name}' has spin {model.spin:g}.\n"
            "  Use thermal_species for fermions in equilibrium."
        )
    fip = decays.of(model, mass, hadrons=mass > NEUTRAL_PION_MASS)
    rates = plasma_decays(fip)
    is_vector = isinstance(model, VectorCurrent)
    compton = is_vector and chosen.compton == "on"
    medium = is_vector and chosen.medium == "on"
    hot = _start_temperature(mass)
    quartic, orders, leptons = np.zeros(2), None, np.zeros(2)
    if isinstance(model, VectorCurrent):
        leptons = np.abs(model.charges(["e-", "mu-"], mass**2))
        charges = np.real(model.charges(["nu_e", "nu_mu", "nu_tau"], mass**2))
        if chosen.pairs == "on":
            quartic = np.array([charges[0] ** 4, charges[1] ** 4 + charges[2] ** 4])
        if chosen.mediated == "on" and leptons[0] > 0 and charges.any():
            orders = mediated_factors(model, mass, np.exp(log_temperatures()))
    elif isinstance(model, NeutrinoMatrix) and chosen.pairs == "on":
        squared = np.square(model.flavour_matrix() @ model.flavour_matrix().T)
        # a pair of nu_e and another neutrino counts half for each
        quartic = squared[0].sum() * np.array([1.0, 0.0]) + squared[1:].sum() * np.array([0.0, 1.0])
    muons = compton and bool(leptons[1] > _MUONIC * leptons[0])
    if muons:
        hot = max(hot, _MUON_START)
    reach = Reach(1.1 * hot, compton, muons, medium)
    plasma = strength_table(rates, leptons, nodes()[0], reach=reach)
    own = Provenance(
        choices=frozenset(
            (name, getattr(chosen, name)) for name in ("compton", "medium", "pairs", "mediated")
        ),
        omitted=_omitted(chosen, is_vector, float(leptons[0])),
    )
    return Prepared(
        evolution=chosen,
        mass=mass,
        power=rates.power,
        states=2 * model.spin + 1,
        hot=hot,
        neutrinos=rates.neutrinos,
        plasma=plasma,
        quartic=quartic,
        mediated=orders,
        provenance=rates.provenance | plasma.provenance | chosen.universe.provenance | own,
    )


def _omitted(chosen: Evolution, is_vector: bool, electron: float) -> frozenset[str]:
    """What histories leave out, for the provenance."""
    left = {"hadrons of the plasma above 30 MeV"}
    if electron > 0:
        left.add("e+ e- <-> X X, g^2 / e^2 of the processes with a photon")
    if is_vector and chosen.universe.neutrinos == "split":
        left.add("exchange of X between electron neutrinos and the other ones")
    return frozenset(left)


def evolve(model: Model, mass: float, scale: float, evolution: Evolution | None = None) -> History:
    """The early universe with a particle of this model, mass [MeV] and coupling.

    Raises
    ------
    UnsupportedModelError, InvalidValueError, OutOfDomainError
        as `prepare` and `Prepared.evolve`.
    ConvergenceError
        as `Prepared.evolve`.

    Notes
    -----
    Five or seven variables (temperatures and potentials of the plasma, the neutrinos and X) follow from number and
    energy of every species, which X and its decay products exchange with full quantum statistics.
    Source: esseili-kribs-chargephobic, Eq. (31), written for the contents of a comoving volume.
    Differs from it: `Evolution` lists the choices. Valid for: thermal spectra; spin 1 and 0.

    Examples
    --------
    >>> from feebly.models import dark_photon
    >>> evolve(dark_photon(), 15.0, 4e-10).status
    'ok'
    """
    return prepare(model, mass, evolution).evolve(scale)


def thermal_species(
    mass: float, bath: Bath, *, states: float = 3.0, spin: float = 1.0, evolution: Evolution | None = None
) -> History:
    """The early universe with a particle that stays in equilibrium with electrons or neutrinos.

    Parameters
    ----------
    mass : MeV.
    bath : which it follows; with neutrinos, its potential is twice theirs, whatever `neutrinos_per_decay` says.
    states : number of its internal states.
    spin : whole numbers are bosons, half ones fermions.

    Raises
    ------
    InvalidValueError
        for anything but one positive mass, another bath, states or a spin that no particle has, or neutrinos with two
        temperatures.

    Examples
    --------
    >>> round(thermal_species(15.0, "electrons").delta_n_eff, 2)
    -0.1
    """
    from feebly.transport import _boltzmann, _march  # loads the compiler

    mass = one_mass(mass)
    ThermalSpecies("electrons", float(states), float(spin))  # refuses what no particle has
    if bath not in ("electrons", "neutrinos"):
        raise InvalidValueError(f"bath = '{bath}' is not known. Possible: electrons, neutrinos.")
    chosen = evolution if evolution is not None else default_evolution()
    if bath == "neutrinos" and chosen.universe.neutrinos == "split":
        raise InvalidValueError("A species in equilibrium with neutrinos needs neutrinos=common.")
    is_fermion = round(2 * spin) % 2 == 1
    system = _march.standard_system(chosen, chosen.universe.columns)._replace(
        mass=mass, states=float(states), sign=1.0 if is_fermion else -1.0, per_decay=2.0
    )
    mode = _boltzmann.WITH_PLASMA if bath == "electrons" else _boltzmann.WITH_NEUTRINOS
    begin = _march.equilibrium(chosen.universe, _start_temperature(mass))
    return _march.history(chosen, system, mode, begin, standard=chosen.standard)


def _start_temperature(mass: float) -> float:
    """Where histories begin [MeV]: X is not made yet, or in equilibrium."""
    return max(START, min(_HOT * mass, _HOTTEST))
