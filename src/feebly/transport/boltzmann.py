"""The early universe with a feebly interacting particle: temperatures, potentials and densities over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Final, Literal

import numpy as np
from scipy.optimize import brentq

from feebly import decays
from feebly.arrays import Array, mass_array
from feebly.constants import NEUTRAL_PION_MASS, NEWTON
from feebly.environments.universe import Switch, Universe, fermi_polynomials
from feebly.environments.universe_plasma import LogTable, log_temperatures
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.math.quadrature import gauss
from feebly.models import Model, NeutrinoMatrix, ThermalBath, VectorCurrent
from feebly.models.thermal import ThermalSpecies
from feebly.provenance import Provenance, sources
from feebly.rates.plasma.decays import plasma_decays
from feebly.rates.plasma.mediated import mediated_factors, with_mediator
from feebly.rates.plasma.mixing import crossing_energies
from feebly.rates.plasma.pairs import pair_table
from feebly.rates.plasma.strengths import Reach, StrengthTable, strength_table
from feebly.transport.history import History, Status
from feebly.units import EV

Initial = Literal["empty", "thermal"]
Bath = Literal["electrons", "neutrinos"]
PairKind = Literal["vector", "scalar"]

SOURCES: Final = sources(
    ("hairer-wanner-stiff", "Radau IIA of order 5"),
)
_STATUS: Final[tuple[Status, ...]] = ("ok", "not converged", "too many steps")
_HOT: Final = 12.0  # starts at this many masses, above the resonance at sqrt(6) / e of them
_MUON_START: Final = 200.0  # MeV, where muons make X that electrons do not
_MUONIC: Final = 3.0  # charge of muons over that of electrons
_FURTHER: Final = 0.05  # in ln T
_LEAST: Final = 1e-30  # share of its equilibrium with which X starts
_NEVER: Final = 1e-300
_START: Final = 20.0  # MeV, at least
_HOTTEST: Final = 300.0
_RELATIVISTIC: Final = 3.0  # of T / m, at the start with equilibrium
_FINISH: Final = 0.01  # MeV: without X, nothing changes below
_NODES: Final = 48
_SPAN: Final = 45.0  # of (E - m) / T
_MAX_STEPS: Final = 3000
_ENERGY: Final = 1e-4  # of a comoving volume, that may be lost or gained
_ENTROPY: Final = 1e-4
_LEPTONS: Final = 2.0  # neutrinos per decay; any other number of them violates the second law


@dataclass(frozen=True)
class Evolution:
    """How to compute a history.

    Parameters
    ----------
    universe : the standard plasma.
    initial : "empty" lets the plasma make all of the particle, "thermal" starts with its equilibrium at the temperature
        max(20 MeV, min(12 m, 300 MeV)).
    neutrinos_per_decay : by how much the decay of one X changes the number of neutrinos and antineutrinos: 2 by lepton
        counting, 1 in esseili-kribs-chargephobic.
    compton : whether leptons scatter photons into X, and annihilate to a photon and X where X does not decay to them.
    medium : whether X mixes with the photon of the plasma.
    pairs : whether two neutrinos make two X, which forces their potentials to 0 at strong coupling.
    mediated : whether X is exchanged between neutrinos and electrons.
    tolerance : of each step, in ln T of the baths.
    """

    universe: Universe = field(default_factory=Universe)
    initial: Initial = "empty"
    neutrinos_per_decay: float = 2.0
    compton: Switch = "on"
    medium: Switch = "on"
    pairs: Switch = "on"
    mediated: Switch = "on"
    tolerance: float = 1e-6

    def __post_init__(self) -> None:
        for name in ("compton", "medium", "pairs", "mediated"):
            if getattr(self, name) not in ("on", "off"):
                raise InvalidValueError(f"{name} = '{getattr(self, name)}' is not known. Possible: on, off.")
        if self.initial not in ("empty", "thermal"):
            raise InvalidValueError(f"initial = '{self.initial}' is not known. Possible: empty, thermal.")
        if not 0 <= self.neutrinos_per_decay <= 2:
            raise InvalidValueError(
                f"neutrinos_per_decay = {self.neutrinos_per_decay:g} is not possible. Possible: 0 to 2."
            )
        if not 1e-10 <= self.tolerance <= 1e-3:
            raise InvalidValueError(
                f"tolerance = {self.tolerance:g} is not possible. Possible: 1e-10 to 1e-3."
            )

    @cached_property
    def standard(self) -> History:
        """The history without any new particle."""
        from feebly.transport import _boltzmann  # loads the compiler

        system = _standard_system(self, self.universe.columns)
        begin = _begin(self.universe, _START)
        return _history(self, system, _boltzmann.ABSENT, begin, standard=None)


@cache
def default_evolution() -> Evolution:
    """All defaults, with tables that are made once."""
    return Evolution()


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
        """The history at one coupling."""
        from feebly.transport import _boltzmann  # loads the compiler

        if np.ndim(scale) != 0:
            raise InvalidValueError(
                "One coupling is one history. Use prepare(model, mass).evolve_all(scales)."
            )
        if not (np.isfinite(scale) and scale >= 0):
            raise InvalidValueError(f"The coupling is {scale}; it must be finite and not negative.")
        standard = self.evolution.standard
        if scale == 0 and self.evolution.initial == "empty":
            return standard
        system = self._system(scale)
        thermal = np.append(
            _begin(self.evolution.universe, self.hot), [np.log(self.hot), -self.mass / self.hot]
        )
        begin = thermal.copy()
        if self.evolution.initial == "empty":
            made = -np.expm1(-self._earlier(system, thermal))
            if made < _NEVER and not self.plasma.value.any() and not self.neutrinos.any():
                return standard
            begin[-1] += np.log(max(made, _LEAST))
        return _history(
            self.evolution, system, _boltzmann.FREE, begin, standard=standard, provenance=self.provenance
        )

    def _earlier(self, system: Any, thermal: Array) -> float:
        """How often X was absorbed at higher temperatures, with the power law of the rate there.

        Over H, decays fall as T^-3 and processes with photons as 1/T; the integral over ln T is the rate over the power.
        """
        hotter = thermal.copy()
        hotter[[0, 1, -2]] += _FURTHER
        hotter[-1] *= np.exp(-_FURTHER)
        if self.evolution.universe.neutrinos == "split":
            hotter[-3 if self.evolution.universe.potential == "zero" else -4] += _FURTHER
        here, there = _exchanges(system, thermal), _exchanges(system, hotter)
        if here <= 0 or there <= 0:
            return here
        power = np.log(here / there) / _FURTHER
        return here / float(np.clip(power, 1.0, 3.0))

    def evolve_all(self, scales: Sequence[float] | Array) -> tuple[History, ...]:
        """The histories at several couplings (G,)."""
        return tuple(self.evolve(float(scale)) for scale in np.asarray(scales, dtype=float))

    def _system(self, scale: float) -> Any:
        factor = scale**self.power
        columns = self.evolution.universe.columns
        if self.mediated is not None:
            columns = with_mediator(columns, self.mediated, scale)
        kind: PairKind = "scalar" if self.states == 1 else "vector"
        system = _standard_system(self.evolution, columns, kind)._replace(
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
        for fermions.
    """
    mass = float(mass_array(mass)[0])
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
    plasma = strength_table(rates, leptons, _nodes()[0], reach=reach)
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

    Notes
    -----
    Five or seven variables (temperatures and potentials of the plasma, the neutrinos and X) follow from number and
    energy of every species, which X and its decay products exchange with full quantum statistics.
    Source: esseili-kribs-chargephobic, Eq. (31), written for the contents of a comoving volume.
    Differs from it: `Evolution` lists the choices. Valid for: thermal spectra; spin 1.

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

    Examples
    --------
    >>> round(thermal_species(15.0, "electrons").delta_n_eff, 2)
    -0.1
    """
    from feebly.transport import _boltzmann  # loads the compiler

    mass = float(mass_array(mass)[0])
    ThermalSpecies("electrons", float(states), float(spin))  # refuses what no particle has
    if bath not in ("electrons", "neutrinos"):
        raise InvalidValueError(f"bath = '{bath}' is not known. Possible: electrons, neutrinos.")
    chosen = evolution if evolution is not None else default_evolution()
    if bath == "neutrinos" and chosen.universe.neutrinos == "split":
        raise InvalidValueError("A species in equilibrium with neutrinos needs neutrinos=common.")
    is_fermion = round(2 * spin) % 2 == 1
    system = _standard_system(chosen, chosen.universe.columns)._replace(
        mass=mass, states=float(states), sign=1.0 if is_fermion else -1.0, per_decay=2.0
    )
    mode = _boltzmann.WITH_PLASMA if bath == "electrons" else _boltzmann.WITH_NEUTRINOS
    begin = _begin(chosen.universe, _start_temperature(mass))
    return _history(chosen, system, mode, begin, standard=chosen.standard)


def _start_temperature(mass: float) -> float:
    """Where histories begin [MeV]: X is not made yet, or in equilibrium."""
    return max(_START, min(_HOT * mass, _HOTTEST))


def _begin(universe: Universe, temperature: float) -> Array:
    """Variables of the plasma and the neutrinos in equilibrium."""
    potential = [0.0] if universe.potential == "evolved" else []
    log = float(np.log(temperature))
    neutrinos = [log, *potential]
    return np.array([log, *neutrinos, *(neutrinos if universe.neutrinos == "split" else [])])


def _exchanges(system: Any, thermal: Array) -> float:
    """How often X in equilibrium is absorbed in one expansion time."""
    from feebly.transport import _boltzmann as compiled

    size = thermal.size
    note = np.empty(compiled.NOTE)
    possible = compiled.contents(
        system, compiled.FREE, thermal, 0.0, np.empty(size), np.empty(size), np.empty(size), note
    )
    if not possible:
        raise ConvergenceError(
            f"No equilibrium at T = {np.exp(thermal[0]):.3g} MeV for m = {system.mass:g} MeV."
        )
    return float(note[14] / (system.mass * note[15]))


def _nodes() -> tuple[Array, Array]:
    """Nodes and weights of integrals over (E - m) / T."""
    u, weight = gauss(0.0, 1.0, _NODES)
    return _SPAN * u**2, 2 * _SPAN * u * weight


def _standard_system(evolution: Evolution, columns: LogTable, kind: PairKind = "vector") -> Any:
    """Everything that the compiled code needs, without X."""
    from feebly.transport import _boltzmann

    universe = evolution.universe
    nodes, weights = _nodes()
    none = np.zeros((1, _NODES))
    pairs, met = pair_table(kind), crossing_energies()
    return _boltzmann.System(
        value=columns.value,
        slope=columns.slope,
        start=columns.start,
        step=columns.step,
        weak=universe.weak_rates,
        fermi=fermi_polynomials(),
        nodes=nodes,
        weights=weights,
        gravity=8 * np.pi * NEWTON / 3,
        mass=1.0,
        states=1.0,
        sign=-1.0,
        neutrinos=np.zeros(2),
        per_decay=float(evolution.neutrinos_per_decay),
        plasma=none,
        plasma_slope=none,
        plasma_start=0.0,
        plasma_step=1.0,
        centre=0.0,
        rise=1.0,
        bend=0.0,
        area=0.0,
        offset=np.zeros(1),
        portion=np.zeros(1),
        crossing=met.value,
        crossing_slope=met.slope,
        crossing_start=met.start,
        crossing_step=met.step,
        missing=np.full(1, -1.0),
        quartic=np.zeros(2),
        pairs=pairs.value,
        pairs_slope=pairs.slope,
        pairs_start=pairs.start,
        pairs_step=pairs.step,
        is_split=universe.neutrinos == "split",
        is_zero=universe.potential == "zero",
    )


def _history(
    evolution: Evolution,
    system: Any,
    mode: int,
    begin: Array,
    *,
    standard: History | None,
    provenance: Provenance | None = None,
) -> History:
    """Integrate with X, then without it from where it is gone."""
    from feebly.transport import _boltzmann as compiled

    record = np.empty((_MAX_STEPS, compiled.RECORD))
    state, at, time, rows, error = begin, 0.0, 0.0, 0, 0.0
    while True:
        status, rows, drift = compiled.march(
            system, mode, state, at, time, evolution.tolerance, _FINISH, EV, record, rows
        )
        error += drift
        last = record[rows - 1]
        at, time = last[0], last[1]
        following = _next_mode(mode, status, last)
        if following is None:
            break
        baths = _without_x(evolution.universe, last[2:7])
        state = baths if following == compiled.ABSENT else np.append(baths, _own(system, following, last))
        rows -= 1  # the new mode repeats it
        mode = following
    table = record[:rows]
    ln_a = table[:, 0]
    t_gamma, t_e, t_m, t_x = (np.exp(table[:, 2 + k] - ln_a) for k in (0, 1, 3, 5))
    has_x = table[:, 13] > 0
    fall = float(np.max(1 - table[:, 18] / np.maximum.accumulate(table[:, 18])))
    own = Provenance(sources=SOURCES, choices=frozenset({("initial", evolution.initial)}))
    made = History(
        ln_a=ln_a.copy(),
        time=table[:, 1] + 0.5 / table[0, 9],  # radiation before
        t_gamma=t_gamma,
        t_nu_e=t_e,
        t_nu_mu=t_m,
        mu_nu_e=table[:, 4].copy(),
        mu_nu_mu=table[:, 6].copy(),
        t_x=np.where(has_x, t_x, 0.0),
        mu_x=np.where(has_x, table[:, 8] * t_x + system.mass, 0.0),
        rho_plasma=table[:, 10].copy(),
        rho_nu_e=table[:, 11].copy(),
        rho_nu_mu=table[:, 12].copy(),
        rho_x=table[:, 13].copy(),
        hubble=table[:, 9].copy(),
        status=_checked(_STATUS[status], error, fall if evolution.neutrinos_per_decay == _LEPTONS else 0.0),
        energy_error=float(error),
        entropy_fall=fall,
        n_eff_standard=0.0,
        provenance=own | (provenance if provenance is not None else evolution.universe.provenance),
    )
    reference = standard.n_eff if standard is not None else made.n_eff
    return replace(made, n_eff_standard=reference)


def _checked(status: Status, error: float, fall: float) -> Status:
    """The status of a history, less good if it violates what it must keep."""
    if status != "ok":
        return status
    if not error <= _ENERGY:
        return "energy not conserved"
    return "ok" if fall <= _ENTROPY else "entropy falls"


def _next_mode(mode: int, status: int, last: Array) -> int | None:
    """How the history goes on from its last row; None at the end."""
    from feebly.transport import _boltzmann as compiled

    if status == compiled.EDGE:
        return compiled.CONDENSED if mode == compiled.FREE else compiled.FREE
    plasma = np.exp(last[2] - last[0])
    if status != compiled.OK or mode == compiled.ABSENT or plasma <= EV:
        return None
    return compiled.ABSENT if plasma > _FINISH else None


def _own(system: Any, mode: int, last: Array) -> list[float]:
    """Variables of X in a mode, with the number and the energy of the last row.

    A relativistic X a little short of equilibrium can have more particles than any Bose-Einstein distribution with its
    energy: the rest of them have no momentum.
    """
    from feebly.transport import _boltzmann as compiled

    nodes, weights = _nodes()
    gas = np.empty(3)
    number = last[17]
    kinetic = last[13] - system.mass * number

    def cooled(u: float) -> float:
        """ln(T_X a) of the energy beyond the rest mass, at one (mu - m) / T; leaves that gas."""

        def excess(log: float) -> float:
            compiled.gas(system.mass, system.states, -1.0, np.exp(log - last[0]), u, nodes, weights, gas)
            return float(np.log(gas[1] / kinetic))

        found = float(brentq(excess, last[7] - 1.0, last[7] + 1.0, xtol=1e-13))
        excess(found)
        return found

    log = cooled(compiled.LARGEST)
    rest = number - gas[0]
    if mode == compiled.CONDENSED:
        return [log, rest / compiled.resting(system.mass, system.states, np.exp(log - last[0]))]

    def missing(root: float) -> float:
        cooled(-(root**2))
        return float(number / gas[0] - 1)

    u = -(brentq(missing, (-compiled.LARGEST) ** 0.5, 1.0, xtol=1e-13) ** 2)
    return [cooled(u), u]


def _without_x(universe: Universe, full: Array) -> Array:
    """Variables of plasma and neutrinos from the full state."""
    keep = [0, 1]
    if universe.potential == "evolved":
        keep.append(2)
    if universe.neutrinos == "split":
        keep += [3, 4] if universe.potential == "evolved" else [3]
    return full[keep]
