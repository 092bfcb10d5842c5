"""From a system of the early universe to its history, mode after mode. Importing it loads the compiler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from scipy.optimize import brentq

from feebly.arrays import Array
from feebly.constants import NEWTON
from feebly.environments.universe import Universe, fermi_polynomials
from feebly.environments.universe_plasma import LogTable
from feebly.errors import ConvergenceError
from feebly.provenance import Provenance, sources
from feebly.rates.plasma.mixing import crossing_energies
from feebly.rates.plasma.pairs import pair_table
from feebly.transport import _boltzmann as compiled
from feebly.transport._boltzmann import System
from feebly.transport.evolution import START, Evolution, nodes
from feebly.transport.history import History, Status
from feebly.units import EV

PairKind = Literal["vector", "scalar"]

SOURCES: Final = sources(
    ("hairer-wanner-stiff", "Radau IIA of order 5"),
)
_STATUS: Final[tuple[Status, ...]] = ("ok", "not converged", "too many steps")
_FINISH: Final = 0.01  # MeV: without X, nothing changes below
_MAX_STEPS: Final = 3000
_ENERGY: Final = 1e-4  # of a comoving volume, that may be lost or gained
_ENTROPY: Final = 1e-4
_LEPTONS: Final = 2.0  # neutrinos per decay; any other number of them violates the second law


def standard_system(evolution: Evolution, columns: LogTable, kind: PairKind = "vector") -> System:
    """Everything that the compiled code needs, without X."""
    universe = evolution.universe
    u, weights = nodes()
    none = np.zeros((1, u.size))
    pairs, met = pair_table(kind), crossing_energies()
    return System(
        value=columns.value,
        slope=columns.slope,
        start=columns.start,
        step=columns.step,
        weak=universe.weak_rates,
        fermi=fermi_polynomials(),
        nodes=u,
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


def equilibrium(universe: Universe, temperature: float) -> Array:
    """Variables of the plasma and the neutrinos in equilibrium."""
    potential = [0.0] if universe.potential == "evolved" else []
    log = float(np.log(temperature))
    neutrinos = [log, *potential]
    return np.array([log, *neutrinos, *(neutrinos if universe.neutrinos == "split" else [])])


def exchanges(system: System, thermal: Array) -> float:
    """How often X in equilibrium is absorbed in one expansion time."""
    size = thermal.size
    note = np.empty(compiled.NOTE)
    possible = compiled.contents(
        system, compiled.FREE, thermal, 0.0, np.empty(size), np.empty(size), np.empty(size), note
    )
    if not possible:
        raise ConvergenceError(
            f"No equilibrium at T = {np.exp(thermal[0]):.3g} MeV for m = {system.mass:g} MeV."
        )
    return float(note[compiled.BACK] / (system.mass * note[compiled.NUMBER]))


def without_particle(evolution: Evolution) -> History:
    """The history of the standard plasma."""
    system = standard_system(evolution, evolution.universe.columns)
    return history(evolution, system, compiled.ABSENT, equilibrium(evolution.universe, START), standard=None)


def history(
    evolution: Evolution,
    system: System,
    mode: int,
    begin: Array,
    *,
    standard: History | None,
    provenance: Provenance | None = None,
) -> History:
    """Integrate with X, then without it from where it is gone."""
    table, status, error = _modes(evolution, system, mode, begin)
    ln_a, note = table[:, compiled.AT], table[:, compiled.HEAD :]
    t_gamma, t_e, t_m, t_x = (
        np.exp(note[:, column] - ln_a)
        for column in (compiled.LN_PLASMA, compiled.LN_E, compiled.LN_M, compiled.LN_X)
    )
    has_x = note[:, compiled.RHO_X] > 0
    entropy = note[:, compiled.ENTROPY]
    fall = float(np.max(1 - entropy / np.maximum.accumulate(entropy)))
    own = Provenance(sources=SOURCES, choices=frozenset({("initial", evolution.initial)}))
    made = History(
        ln_a=ln_a.copy(),
        time=table[:, compiled.TIME] + 0.5 / note[0, compiled.HUBBLE],  # radiation before
        t_gamma=t_gamma,
        t_nu_e=t_e,
        t_nu_mu=t_m,
        mu_nu_e=note[:, compiled.Z_E].copy(),
        mu_nu_mu=note[:, compiled.Z_M].copy(),
        t_x=np.where(has_x, t_x, 0.0),
        mu_x=np.where(has_x, note[:, compiled.U_X] * t_x + system.mass, 0.0),
        rho_plasma=note[:, compiled.RHO_PLASMA].copy(),
        rho_nu_e=note[:, compiled.RHO_E].copy(),
        rho_nu_mu=note[:, compiled.RHO_M].copy(),
        rho_x=note[:, compiled.RHO_X].copy(),
        hubble=note[:, compiled.HUBBLE].copy(),
        status=_checked(_STATUS[status], error, fall if evolution.neutrinos_per_decay == _LEPTONS else 0.0),
        energy_error=float(error),
        entropy_fall=fall,
        n_eff_standard=0.0,
        provenance=own | (provenance if provenance is not None else evolution.universe.provenance),
    )
    reference = standard.n_eff if standard is not None else made.n_eff
    return replace(made, n_eff_standard=reference)


def _modes(evolution: Evolution, system: System, mode: int, begin: Array) -> tuple[Array, int, float]:
    """The record (S, RECORD) of one mode after another, the status of the last, and the error of the energy."""
    record = np.empty((_MAX_STEPS, compiled.RECORD))
    state, at, time, rows, error = begin, 0.0, 0.0, 0, 0.0
    while True:
        status, rows, drift = compiled.march(
            system, mode, state, at, time, evolution.tolerance, _FINISH, EV, record, rows
        )
        error += drift
        last = record[rows - 1]
        at, time, note = last[compiled.AT], last[compiled.TIME], last[compiled.HEAD :]
        following = _next_mode(mode, status, at, note)
        if following is None:
            return record[:rows], status, error
        baths = _without_x(evolution.universe, note)
        state = baths if following == compiled.ABSENT else np.append(baths, own(system, following, at, note))
        rows -= 1  # the new mode repeats it
        mode = following


def _checked(status: Status, error: float, fall: float) -> Status:
    """The status of a history, less good if it violates what it must keep."""
    if status != "ok":
        return status
    if not error <= _ENERGY:
        return "energy not conserved"
    return "ok" if fall <= _ENTROPY else "entropy falls"


def _next_mode(mode: int, status: int, at: float, note: Array) -> int | None:
    """How the history goes on from the last row, N and its note; None at the end."""
    if status == compiled.EDGE:
        return compiled.CONDENSED if mode == compiled.FREE else compiled.FREE
    plasma = np.exp(note[compiled.LN_PLASMA] - at)
    if status != compiled.OK or mode == compiled.ABSENT or plasma <= EV:
        return None
    return compiled.ABSENT if plasma > _FINISH else None


def own(system: System, mode: int, at: float, note: Array) -> list[float]:
    """Variables of X in a mode, with the number and the energy of the last row, N and its note.

    A relativistic X a little short of equilibrium can have more particles than any Bose-Einstein distribution with its
    energy: the rest of them have no momentum.

    Raises
    ------
    ConvergenceError
        if no temperature or potential gives them.
    """
    u_nodes, weights = nodes()
    gas = np.empty(3)
    number, log_x = note[compiled.NUMBER], note[compiled.LN_X]
    kinetic = note[compiled.RHO_X] - system.mass * number

    def cooled(u: float) -> float:
        """ln(T_X a) of the energy beyond the rest mass, at one (mu - m) / T; leaves that gas."""

        def excess(log: float) -> float:
            compiled.gas(system.mass, system.states, -1.0, np.exp(log - at), u, u_nodes, weights, gas)
            return float(np.log(gas[1] / kinetic))

        found = _root(excess, log_x - 1.0, log_x + 1.0, "temperature")
        excess(found)
        return found

    log = cooled(compiled.LARGEST)
    rest = number - gas[0]
    if mode == compiled.CONDENSED:
        return [log, rest / compiled.resting(system.mass, system.states, np.exp(log - at))]

    def missing(root: float) -> float:
        cooled(-(root**2))
        return float(number / gas[0] - 1)

    u = -(_root(missing, (-compiled.LARGEST) ** 0.5, 1.0, "potential") ** 2)
    return [cooled(u), u]


def _root(function: Callable[[float], float], low: float, high: float, what: str) -> float:
    """Where a function of X that begins or stops to condense changes its sign."""
    try:
        return float(brentq(function, low, high, xtol=1e-13))
    except (ValueError, RuntimeError) as error:
        raise ConvergenceError(
            f"No {what} of X has its number and energy where it begins or stops to condense: {error}"
        ) from error


def _without_x(universe: Universe, note: Array) -> Array:
    """Variables of plasma and neutrinos from the full state."""
    keep = [compiled.LN_PLASMA, compiled.LN_E]
    if universe.potential == "evolved":
        keep.append(compiled.Z_E)
    if universe.neutrinos == "split":
        keep.append(compiled.LN_M)
        if universe.potential == "evolved":
            keep.append(compiled.Z_M)
    return note[keep]
