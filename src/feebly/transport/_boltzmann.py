"""The stiff system of the early universe, compiled: densities, their rates of change, and an implicit integrator.

Imported only when a history is computed, since loading the compiler costs a second. All in one file, since the cache of the
compiler notices changes of a function only in its own file.

Everything is written for the contents Q(y) of a comoving volume, dQ/dN = G(y), N = ln a. What one species loses another
gains to the last digit, however strong the coupling, and the Jacobian by differences has the directions of the exchange
exactly right: they are the same at all times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from feebly.arrays import Array

# rows of Q: plasma energy, number and energy of nu_e and of nu_mu with nu_tau, then of X number, energy beyond the
# rest mass, which a cold X would lose to rounding, and energy
ROWS = 8
# a note begins with the full state: ln(T a) of plasma, nu_e, nu_mu with nu_tau, X, z of neutrinos, (mu_X - m) / T_X
FULL = 7
LN_PLASMA, LN_E, Z_E, LN_M, Z_M, LN_X, U_X = range(FULL)
# then H; energy densities; pressure of plasma and X; rest energy that X gives back to the baths in one expansion time;
# number of X; entropy in the volume
NOTE = 17
HUBBLE, RHO_PLASMA, RHO_E, RHO_M, RHO_X, PRESSURE, PRESSURE_X, BACK, NUMBER, ENTROPY = range(FULL, NOTE)
# a row of the record: N and time, then the note
HEAD = 2
RECORD = HEAD + NOTE
AT, TIME = range(HEAD)
# X with temperature and potential; with the largest potential, its mass, and more of it at rest, in units of `resting`; in
# equilibrium with neutrinos, where its potential is twice theirs, or with the plasma; none
FREE, CONDENSED, WITH_NEUTRINOS, WITH_PLASMA, ABSENT = 0, 1, 2, 3, 4
# "edge": X starts or stops being condensed
OK, NOT_CONVERGED, TOO_MANY_STEPS, EDGE = 0, 1, 2, 3
_PER_STATE = 1 / (2 * np.pi**2)
_COLD = 0.05  # T_X / T of a bath below which X and the bath get grids of their own
_FLAT = 1e-3  # beta p / T below which blocking takes its limit
_DELTA = 1e-7  # of the differences
LARGEST = -1e-8  # (mu_X - m) / T_X, stands for 0
_EDGE = 1e-3  # of (mu_X - m) / T_X before condensation, and of X at rest after it
_SQRT6 = np.sqrt(6.0)
_C = np.array([(4 - _SQRT6) / 10, (4 + _SQRT6) / 10, 1.0])
# Source: hairer-wanner-stiff, Radau IIA of order 5, in closed form
_A = np.array(
    [
        [(88 - 7 * _SQRT6) / 360, (296 - 169 * _SQRT6) / 1800, (-2 + 3 * _SQRT6) / 225],
        [(296 + 169 * _SQRT6) / 1800, (88 + 7 * _SQRT6) / 360, (-2 - 3 * _SQRT6) / 225],
        [(16 - _SQRT6) / 36, (16 + _SQRT6) / 36, 1 / 9],
    ]
)
_REAL = 3 + 3 ** (2 / 3) - 3 ** (1 / 3)  # real eigenvalue of the inverse of A
_E = np.array([-13 - 7 * _SQRT6, -13 + 7 * _SQRT6, -1.0]) / 3
_ITERATIONS = 8
_LARGEST_CHANGE = 2.0  # of any variable in one Newton step
_LONGEST_STEP = 0.5  # in ln a
_APPROACH = 0.5  # of the way to a resonance, in one step, or to the hardest X in it
_NARROW = 1e-3  # d ln T from there that may be one step
_DEEPEST = 30.0  # optical depth of a resonance beyond which the plasma runs through it at once
_AT_REST = np.log(1.5)  # Pi at high energy over Pi at rest
_FULL = 1e-4  # of its equilibrium, that X may lack without a resonance
_SOFT = 0.1  # v^2 below which X, of no weight, are left out of the resonance: they would begin it with a root
_BEGUN = 0.15  # ln Pi above its value at the hardest X, where the resonance has begun for most of them
_FAR = 1e3  # stands for ln Pi / m^2 beyond its parabola
_STEADY = 0.1  # least speed d ln T / d ln a in a resonance, over that of expansion alone
_KAPPA = 0.02  # error left by Newton's method, in tolerances
_ROUNDING = 1e-6
_FASTEST = 1e12  # decays, or others of their kind, per expansion time
_WEAK = 32.0  # of annihilation, times T^9
_SMALL_SHARE = 1e-2  # of the energy, below which X may be less accurate
_LOOSEST = 1e3
_GONE, _GONE_LATE = 1e-10, 1e-7


class System(NamedTuple):
    """All that stays fixed along a history; plain arrays for the compiler.

    Parameters
    ----------
    value, slope : (K, 8) plasma energy and pressure over T^4 and six weak factors, see `LogTable`.
    start, step : ln T of its nodes.
    weak : (6,) coefficients of the weak rates.
    fermi : (3, D) polynomials of the Fermi integrals.
    nodes, weights : (I,) of integrals over (E - m) / T.
    gravity : H^2 over the energy density, MeV^-2.
    mass : of X, MeV.
    states, sign : number of states of X; -1 for bosons, 1 for fermions.
    neutrinos : (2,) widths to nu_e and to nu_mu, nu_tau, MeV.
    per_decay : neutrinos that the decay of one X adds to their number.
    plasma, plasma_slope : (L, I) strength of the plasma at the nodes, MeV^2, see `StrengthTable`; L = 1 for none.
    plasma_start, plasma_step : ln T of its rows.
    centre, rise, bend, area : of the resonance with photons, see `Crossing`; area = 0 for none.
    offset, portion : (J,) ln Pi / m^2 within the width of the resonance, and shares of its area.
    crossing, crossing_slope, crossing_start, crossing_step : energies there, see `crossing_energies`.
    missing : (1,) share of its equilibrium that X lacked when the resonance began; negative before.
    quartic : (2,) sum of the fourth powers of the couplings to nu_e, and to nu_mu and nu_tau.
    pairs, pairs_slope, pairs_start, pairs_step : pairs of X from neutrinos, see `pair_table`.
    is_split, is_zero : two neutrino temperatures; potential of neutrinos kept at 0.
    """

    value: Array
    slope: Array
    start: float
    step: float
    weak: Array
    fermi: Array
    nodes: Array
    weights: Array
    gravity: float
    mass: float
    states: float
    sign: float
    neutrinos: Array
    per_decay: float
    plasma: Array
    plasma_slope: Array
    plasma_start: float
    plasma_step: float
    centre: float
    rise: float
    bend: float
    area: float
    offset: Array
    portion: Array
    crossing: Array
    crossing_slope: Array
    crossing_start: float
    crossing_step: float
    missing: Array
    quartic: Array
    pairs: Array
    pairs_slope: Array
    pairs_start: float
    pairs_step: float
    is_split: bool
    is_zero: bool


@njit(cache=True)
def copy(source: Array, target: Array) -> None:
    """Element by element: whole-array expressions take the compiler seconds each."""
    for i in range(source.size):
        target[i] = source[i]


@njit(cache=True)
def interpolate(value: Array, slope: Array, start: float, step: float, x: float, out: Array) -> None:
    """Cubic interpolation of all columns at ln T = x."""
    position = (x - start) / step
    last = value.shape[0] - 1
    if position <= 0.0:
        copy(value[0], out)
        return
    k = min(int(position), last - 1)
    s = min(position - k, 1.0)
    bend = s * (1 - s)
    for c in range(value.shape[1]):
        jump = value[k + 1, c] - value[k, c]
        rise, fall = slope[k, c] * step, slope[k + 1, c] * step
        out[c] = value[k, c] + s * jump + bend * ((1 - s) * (rise - jump) - s * (fall - jump))


@njit(cache=True)
def fermi_integrals(polynomials: Array, z: float, out: Array) -> None:
    """F_2 and F_3 at z = mu / T; for z > 0 by reflection."""
    w = np.exp(-abs(z))
    for k in range(2):
        row = polynomials[k + 1]
        total = 0.0
        for d in range(row.size - 1, -1, -1):
            total = total * w + row[d]
        out[k] = total * w
    if z > 0:
        out[0] += z**3 / 6 + np.pi**2 * z / 6
        out[1] = z**4 / 24 + np.pi**2 * z * z / 12 + 7 * np.pi**4 / 360 - out[1]


@njit(cache=True)
def weak(
    rates: Array, factors: Array, t: float, te: float, ze: float, tm: float, zm: float, out: Array
) -> None:
    """Number and energy into nu_e and into nu_mu, nu_tau together, (4,) [MeV^4, MeV^5].

    Source: escudero-thermodynamics. `rates` as in `Universe.weak_rates`, `factors` as in `weak_factors`.
    """
    fugacity_e, fugacity_m = np.exp(ze), np.exp(zm)
    t4, e4, m4 = t**4, te**4, tm**4
    out[0] = 8 * rates[0] * rates[5] * factors[0] * (t4 * t4 - fugacity_e**2 * e4 * e4)
    out[1] = rates[0] * (
        32 * rates[3] * factors[1] * (t4 * t4 * t - fugacity_e**2 * e4 * e4 * te)
        + 56 * rates[4] * factors[2] * fugacity_e * t4 * e4 * (t - te)
    )
    out[2] = 16 * rates[1] * rates[5] * factors[3] * (t4 * t4 - fugacity_m**2 * m4 * m4)
    out[3] = (
        2
        * rates[1]
        * (
            32 * rates[3] * factors[4] * (t4 * t4 * t - fugacity_m**2 * m4 * m4 * tm)
            + 56 * rates[4] * factors[5] * fugacity_m * t4 * m4 * (t - tm)
        )
    )
    number = 8 * rates[2] * rates[5] * (fugacity_m**2 * m4 * m4 - fugacity_e**2 * e4 * e4)
    energy = rates[2] * (
        32 * rates[3] * (fugacity_m**2 * m4 * m4 * tm - fugacity_e**2 * e4 * e4 * te)
        + 56 * rates[4] * fugacity_e * fugacity_m * m4 * e4 * (tm - te)
    )
    out[0] += number
    out[1] += energy
    out[2] -= number
    out[3] -= energy


@njit(cache=True)
def gas(
    mass: float, states: float, sign: float, t: float, u: float, nodes: Array, weights: Array, out: Array
) -> None:
    """Number, energy beyond the rest mass and pressure of X, u = (mu - m) / T; sign is -1 for bosons (u < 0), 1 for fermions."""
    number, energy, pressure = 0.0, 0.0, 0.0
    for i in range(nodes.size):
        kinetic = t * nodes[i]
        e = mass + kinetic
        p2 = kinetic * (kinetic + 2 * mass)
        p = np.sqrt(p2)
        f = weights[i] * p / (np.exp(nodes[i] - u) + sign)
        number += f * e
        energy += f * e * kinetic
        pressure += f * p2
    unit = states * _PER_STATE * t
    out[0] = unit * number
    out[1] = unit * energy
    out[2] = unit * pressure / 3


@njit(cache=True)
def resting(mass: float, states: float, t: float) -> float:
    """Unit of the density of X at rest: about that of a gas with the largest potential."""
    return float(states * _PER_STATE * (t * (t + mass)) ** 1.5)


@njit(cache=True, inline="always")
def blocking(e: float, bp: float, t: float, z: float) -> float:
    """1 - f_1 - f_2 averaged over the pair from X of energy e: F(E) with bp = beta p."""
    w = bp / t
    x = 0.5 * e / t - z
    if w < _FLAT:
        return float(np.tanh(0.5 * x))
    lower, upper = np.exp(-x + 0.5 * w), np.exp(-x - 0.5 * w)
    return float(1 - 2 / w * np.log((1 + lower) / (1 + upper)))


@njit(cache=True)
def exchange(
    mass: float,
    states: float,
    t: float,
    z: float,
    tx: float,
    u: float,
    rest: float,
    width: float,
    strength: Array,
    nodes: Array,
    weights: Array,
    out: Array,
) -> None:
    """Number and energy beyond the rest mass that X gains from a bath with potentials z, and the number it returns, (3,).

    d n_X / dt = (states / 2 pi^2) int dE p [m Gamma F + E Gamma] [n_B(E/T - 2 z) - f_X] with the width to massless pairs and
    the `strength` (I,) E Gamma at E = m + T nodes. Bath and X share the nodes, so that in equilibrium they cancel to
    rounding; an X much colder than the bath gets nodes of its own. The density `rest` of X at rest only decays.
    """
    number, energy, back = 0.0, 0.0, 0.0
    apart = tx < _COLD * t
    for i in range(nodes.size):
        kinetic = t * nodes[i]
        e = mass + kinetic
        p = np.sqrt(kinetic * (kinetic + 2 * mass))
        rate = strength[i]
        if width > 0.0:
            rate += mass * width * blocking(e, p, t, z)
        rate *= weights[i] * p
        made = rate / np.expm1(e / t - 2 * z)
        lost = 0.0 if apart else rate / np.expm1(kinetic / tx - u)
        number += made - lost
        energy += (made - lost) * kinetic
        back += lost
    number, energy, back = number * t, energy * t, back * t
    if apart:
        for i in range(nodes.size):
            kinetic = tx * nodes[i]
            e = mass + kinetic
            p = np.sqrt(kinetic * (kinetic + 2 * mass))
            rate = strength[0]
            if width > 0.0:
                rate += mass * width * blocking(e, p, t, z)
            lost = tx * weights[i] * p * rate / np.expm1(nodes[i] - u)
            number -= lost
            energy -= lost * kinetic
            back += lost
    from_rest = 0.0
    if rest != 0.0:
        rate = strength[0]
        if width > 0.0:
            rate += mass * width * blocking(mass, 0.0, t, z)
        from_rest = rest * rate / mass
    out[0] = states * _PER_STATE * number - from_rest
    out[1] = states * _PER_STATE * energy
    out[2] = states * _PER_STATE * back + from_rest


@njit(cache=True)
def pairs(
    system: System, quartic: float, squared: float, t: float, z: float, tx: float, u: float, out: Array
) -> None:
    """Number and energy beyond the rest mass that X gains as pairs from neutrinos, (2,).

    `squared` is the square of the number of X over that with this temperature and potential.
    """
    bath, own = np.empty(2), np.empty(2)
    log_mass = np.log(system.mass)
    interpolate(
        system.pairs, system.pairs_slope, system.pairs_start, system.pairs_step, np.log(t) - log_mass, bath
    )
    interpolate(
        system.pairs, system.pairs_slope, system.pairs_start, system.pairs_step, np.log(tx) - log_mass, own
    )
    made, lost = quartic * np.exp(2 * (z - system.mass / t)), quartic * squared * np.exp(2 * u)
    out[0] = 2 * (made * np.exp(bath[0]) * t**4 - lost * np.exp(own[0]) * tx**4)
    energy = made * np.exp(bath[1]) * t**5 - lost * np.exp(own[1]) * tx**5
    out[1] = energy - system.mass * out[0]


@njit(cache=True)
def above(system: System, x: float) -> float:
    """ln Pi / m^2 of the hardest transverse photons at ln T = x, near a resonance."""
    d = x - system.centre
    if not system.rise + system.bend * d > 0.0:
        return float(np.copysign(_FAR, d))
    return float(d * (system.rise + 0.5 * system.bend * d))


@njit(cache=True)
def resonate(
    system: System, x: float, hubble: float, capacity: float, drain: float, slowest: float, out: Array
) -> None:
    """Number, energy beyond the rest mass and energy of photons that become X per d ln a, (3,), at ln T = x.

    Parameters: d rho / d ln T of the plasma, what it loses per d ln a to all else, and the least of that.

    X of energy E meet Pi = m^2 once, while it falls by K = -d ln Pi / d ln a per d ln a, and two of their three states are
    filled to 1 - exp(-Q / E K), Q = area / H. K depends on how fast the plasma cools, and that on the energy of these X:
    capacity * s = drain + energy(s), K = s d ln Pi / d ln T + v^2 d ln Pi / d ln E. Newton's method for a convex function.
    """
    out[0] = out[1] = out[2] = 0.0
    if not (system.area > 0.0 and system.missing[0] > 0.0):
        return
    top, edge = above(system, x), system.offset[system.offset.size - 1]
    if not -edge < top < _AT_REST + edge:
        return
    t = np.exp(x)
    by_temperature = system.rise + system.bend * (x - system.centre)
    last = system.crossing.shape[0] - 1
    e, modes = np.zeros(system.offset.size), np.zeros(system.offset.size)
    depth, drift = np.zeros(system.offset.size), np.ones(system.offset.size)
    linear = 0.0
    for j in range(system.offset.size):
        eta = top - system.offset[j]
        if not 0.0 < eta < _AT_REST:
            continue
        position = (np.log(eta) - system.crossing_start) / system.crossing_step
        if not 0.0 < position < last:
            continue
        k = int(position)
        f = position - k
        jump = system.crossing[k + 1, 0] - system.crossing[k, 0]
        up = system.crossing_slope[k, 0] * system.crossing_step
        down = system.crossing_slope[k + 1, 0] * system.crossing_step
        log = system.crossing[k, 0] + f * (up + f * (3 * jump - 2 * up - down + f * (up + down - 2 * jump)))
        steep = up + f * (2 * (3 * jump - 2 * up - down) + 3 * f * (up + down - 2 * jump))
        by_energy = -eta * system.crossing_step / steep
        energy = system.mass * np.exp(log)
        if not (log > 0.0 and by_energy > 0.0 and energy < 300.0 * t):
            continue
        v2 = -np.expm1(-2 * log)
        e[j] = energy
        smooth = np.sqrt(v2) * np.expm1(-v2 / _SOFT) ** 2
        modes[j] = 2 * _PER_STATE * smooth * energy**3 / by_energy / np.expm1(energy / t)
        modes[j] *= system.portion[j] * system.missing[0]
        depth[j] = min(system.area / hubble, _DEEPEST * t) / energy
        drift[j] = v2 * by_energy
        linear += modes[j] * energy * depth[j]
    drain = max(drain, slowest)
    s = (drain + linear) / capacity
    for _ in range(50):
        value, slope = capacity * s - drain, capacity
        for j in range(e.size):
            if modes[j] > 0.0:
                speed = s * by_temperature + drift[j]
                passed = np.exp(-depth[j] / speed)
                value -= modes[j] * e[j] * speed * (1 - passed)
                slope -= modes[j] * e[j] * by_temperature * (1 - passed * (1 + depth[j] / speed))
        change = value / slope
        s -= change
        if not abs(change) > 1e-13 * s:
            break
    before = 1.0
    for j in range(e.size):
        before -= system.portion[j]
        if modes[j] > 0.0:
            speed = s * by_temperature + drift[j]
            made = modes[j] * depth[j] * np.exp(-depth[j] * (before + 0.5 * system.portion[j]) / speed)
            out[0] += made
            out[1] += made * (e[j] - system.mass)
            out[2] += made * e[j]


@njit(cache=True)
def capacity(system: System, x: float) -> float:
    """d rho / d ln T of the plasma [MeV^4] at ln T = x."""
    low, high = np.empty(system.value.shape[1]), np.empty(system.value.shape[1])
    interpolate(system.value, system.slope, system.start, system.step, x - 1e-3, low)
    interpolate(system.value, system.slope, system.start, system.step, x + 1e-3, high)
    mean = 0.5 * (low[0] + high[0])
    return float(np.exp(4 * x) * (4 * mean + (high[0] - low[0]) / 2e-3))


@njit(cache=True)
def await_resonance(system: System, note: Array, at: float) -> bool:
    """Note the share of equilibrium that X lacks, until the resonance has begun; whether it did."""
    x = note[LN_PLASMA] - at
    if system.area > 0.0 and (system.missing[0] < 0.0 or above(system, x) > _BEGUN):
        full, t = np.empty(3), np.exp(x)
        gas(system.mass, system.states, system.sign, t, -system.mass / t, system.nodes, system.weights, full)
        system.missing[0] = max(0.0, 1 - _FULL - note[NUMBER] / full[0])
        return True
    return False


@njit(cache=True)
def expand(system: System, mode: int, y: Array, at: float, full: Array) -> None:
    """The full state from the variables of a mode, at N = ln a."""
    full[LN_PLASMA], full[LN_E] = y[0], y[1]
    k = 2
    full[Z_E] = full[Z_M] = 0.0
    if not system.is_zero:
        full[Z_E] = full[Z_M] = y[k]
        k += 1
    full[LN_M] = y[1]
    if system.is_split:
        full[LN_M] = y[k]
        k += 1
        if not system.is_zero:
            full[Z_M] = y[k]
            k += 1
    if mode == FREE:
        full[LN_X], full[U_X] = y[k], y[k + 1]
    elif mode == CONDENSED:
        full[LN_X], full[U_X] = y[k], LARGEST
    elif mode == WITH_NEUTRINOS:
        full[LN_X] = y[1]
        full[U_X] = 2 * full[Z_E] - system.mass * np.exp(at - y[1])
    elif mode == WITH_PLASMA:
        full[LN_X] = y[0]
        full[U_X] = -system.mass * np.exp(at - y[0])
    else:
        full[LN_X], full[U_X] = y[0], -1.0


@njit(cache=True)
def collect(system: System, mode: int, rows: Array, out: Array) -> None:
    """The conserved contents that go with the variables of a mode."""
    out[0], out[1] = rows[0], rows[2]
    k = 2
    number = -1
    if not system.is_zero:
        number = k
        out[k] = rows[1]
        k += 1
    if system.is_split:
        out[k] = rows[4]
        k += 1
        if not system.is_zero:
            out[k] = rows[3]
            k += 1
    else:
        out[1] += rows[4]
        if number >= 0:
            out[number] += rows[3]
    if mode <= CONDENSED:
        out[k], out[k + 1] = rows[6], rows[5]
    elif mode == WITH_NEUTRINOS:
        out[1] += rows[7]
        if number >= 0:
            out[number] += system.per_decay * rows[5]
    elif mode == WITH_PLASMA:
        out[0] += rows[7]


@njit(cache=True)
def contents(
    system: System, mode: int, y: Array, at: float, q: Array, g: Array, by_x: Array, note: Array
) -> bool:
    """Q, G = dQ/dN and the part of G by X, of the variables y of a mode at N; False where X would condense.

    `note` (NOTE,) receives the full state and what follows from it, in the columns named above.
    """
    full, column, integrals = note[:FULL], np.empty(8), np.empty(2)
    expand(system, mode, y, at, full)
    log = full[LN_PLASMA] - at
    t, te, tm, tx = np.exp(log), np.exp(full[LN_E] - at), np.exp(full[LN_M] - at), np.exp(full[LN_X] - at)
    ze, zm, u = full[Z_E], full[Z_M], full[U_X]
    is_possible = u < -1e-9 or system.sign > 0
    if not (is_possible and t < 1e6 and te < 1e6 and tm < 1e6 and tx < 1e6 and ze < 50 and zm < 50):
        return False
    interpolate(system.value, system.slope, system.start, system.step, log, column)
    plasma, pressure = column[0] * t**4, column[1] * t**4
    rows, change, shared = np.zeros(ROWS), np.zeros(ROWS), np.zeros(ROWS)
    fermi_integrals(system.fermi, ze, integrals)
    ne, re = 2 * te**3 / np.pi**2 * integrals[0], 6 * te**4 / np.pi**2 * integrals[1]
    fermi_integrals(system.fermi, zm, integrals)
    nm, rm = 4 * tm**3 / np.pi**2 * integrals[0], 12 * tm**4 / np.pi**2 * integrals[1]
    x, moved, source = np.zeros(3), np.zeros(3), np.zeros(4)
    back = 0.0
    if mode != ABSENT:
        gas(system.mass, system.states, system.sign, tx, u, system.nodes, system.weights, x)
    rest, squared = 0.0, 1.0
    if mode == CONDENSED:
        rest = y[y.size - 1] * resting(system.mass, system.states, tx)
        squared = (1 + rest / x[0]) ** 2
        x[0] += rest
    rho = x[1] + system.mass * x[0]
    hubble = np.sqrt(system.gravity * (plasma + re + rm + rho))
    # in all that follows, faster rates are held where differences drown in rounding
    fastest = _FASTEST * hubble
    for i in range(6):
        column[2 + i] = min(column[2 + i], fastest / (_WEAK * system.weak[i // 3] * t**5))
    weak(system.weak, column[2:], t, te, ze, tm, zm, source)
    change[0] = -(source[1] + source[3])
    if mode <= CONDENSED:
        none, strength, couple = np.zeros(system.nodes.size), np.empty(system.nodes.size), np.zeros(2)
        number, energy = 0.0, 0.0
        if system.plasma.shape[0] > 1:
            interpolate(
                system.plasma,
                system.plasma_slope,
                system.plasma_start,
                system.plasma_step,
                log,
                strength,
            )
            fast = strength[0] / (fastest * system.mass)
            if fast > 1.0:
                for i in range(strength.size):
                    strength[i] /= fast
            exchange(
                system.mass,
                system.states,
                t,
                0.0,
                tx,
                u,
                rest,
                0.0,
                strength,
                system.nodes,
                system.weights,
                moved,
            )
            number, energy, back = moved[0], moved[1], moved[2]
            shared[0] = -(energy + system.mass * number)
        for k in range(2):
            width, quartic = system.neutrinos[k], system.quartic[k]
            if not system.is_split:
                width = system.neutrinos[0] + system.neutrinos[1] if k == 0 else 0.0
                quartic = system.quartic[0] + system.quartic[1] if k == 0 else 0.0
            width = min(width, fastest)
            tn, zn = (te, ze) if k == 0 else (tm, zm)
            quartic = min(quartic, fastest / tn)
            if width > 0.0:
                exchange(
                    system.mass,
                    system.states,
                    tn,
                    zn,
                    tx,
                    u,
                    rest,
                    width,
                    none,
                    system.nodes,
                    system.weights,
                    moved,
                )
                number += moved[0]
                energy += moved[1]
                back += moved[2]
                shared[2 * k + 1] -= system.per_decay * moved[0]
                shared[2 * k + 2] -= moved[1] + system.mass * moved[0]
            if quartic > 0.0:
                pairs(system, quartic, squared, tn, zn, tx, u, couple)
                number += couple[0]
                energy += couple[1]
                shared[2 * k + 1] -= couple[0]
                shared[2 * k + 2] -= couple[1] + system.mass * couple[0]
        shared[5], shared[6], shared[7] = number, energy, energy + system.mass * number
        slowest = _STEADY * 3 * (plasma + pressure)
        drain = 3 * (plasma + pressure) + (source[1] + source[3] - shared[0]) / hubble
        resonate(system, log, hubble, capacity(system, log), drain, slowest, moved)
        change[0] -= hubble * moved[2]
        for i in range(3):
            change[5 + i] = hubble * moved[i]
    a3 = np.exp(3 * at)
    change[1], change[2], change[3], change[4] = source[0], source[1], source[2], source[3]
    rows[0], rows[1], rows[2], rows[3], rows[4] = plasma, ne, re, nm, rm
    rows[5], rows[6], rows[7] = x[0], x[1], rho
    for i in range(ROWS):
        shared[i] /= hubble
        change[i] /= hubble
    change[0] -= 3 * pressure
    change[2] -= re
    change[4] -= rm
    shared[6] -= 3 * x[2]
    shared[7] -= 3 * x[2]
    for i in range(ROWS):
        rows[i] *= a3
        change[i] *= a3
        shared[i] *= a3
    collect(system, mode, rows, q)
    collect(system, mode, change, g)
    collect(system, mode, shared, by_x)
    for i in range(g.size):
        g[i] += by_x[i]
    note[HUBBLE], note[RHO_PLASMA], note[RHO_E], note[RHO_M], note[RHO_X] = hubble, plasma, re, rm, rho
    note[PRESSURE], note[PRESSURE_X] = pressure, x[2]
    note[BACK], note[NUMBER] = back * system.mass / hubble, x[0]
    note[ENTROPY] = (plasma + pressure) / t + 4 / 3 * (re / te + rm / tm) - ze * ne - zm * nm
    note[ENTROPY] = (note[ENTROPY] + (x[1] + x[2]) / tx - u * x[0]) * a3
    return True


@njit(cache=True)
def factorise(a: Array, order: NDArray[np.intp]) -> bool:
    """LU factors in place with row pivots; False if singular."""
    n = a.shape[0]
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        if not abs(a[best, k]) > 0.0:
            return False
        order[k] = best
        if best != k:
            for j in range(n):
                a[k, j], a[best, j] = a[best, j], a[k, j]
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return True


@njit(cache=True)
def solve(a: Array, order: NDArray[np.intp], b: Array) -> None:
    """Replace b by the solution."""
    n = a.shape[0]
    for k in range(n):
        b[k], b[order[k]] = b[order[k]], b[k]
    for k in range(n):
        for i in range(k + 1, n):
            b[i] -= a[i, k] * b[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            b[k] -= a[k, j] * b[j]
        b[k] /= a[k, k]


@njit(cache=True)
def jacobians(
    system: System,
    mode: int,
    y: Array,
    at: float,
    q: Array,
    g: Array,
    by_x: Array,
    dq: Array,
    dg: Array,
    dx: Array,
    note: Array,
) -> bool:
    """dQ/dy, dG/dy and the part of the latter by X, by differences, (n, n) each."""
    n = y.size
    moved, q1, g1, x1 = y.copy(), np.empty(n), np.empty(n), np.empty(n)
    for j in range(n):
        moved[j] = y[j] - _DELTA  # downwards: away from condensation
        if not contents(system, mode, moved, at, q1, g1, x1, note):
            return False
        for i in range(n):
            dq[i, j] = (q[i] - q1[i]) / _DELTA
            dg[i, j] = (g[i] - g1[i]) / _DELTA
            dx[i, j] = (by_x[i] - x1[i]) / _DELTA
        moved[j] = y[j]
    return True


@njit(cache=True)
def norm(change: Array, tolerance: Array) -> float:
    """Root mean square in units of the tolerance."""
    total = 0.0
    n = tolerance.size
    for i in range(change.size):
        total += (change[i] / tolerance[i % n]) ** 2
    return float(np.sqrt(total / change.size))


@njit(cache=True)
def collocation(y: Array, stages: Array, tau: float, out: Array) -> None:
    """The polynomial through y at 0 and the stages (3, n) at tau, in units of the step."""
    n = y.size
    first = (tau - _C[0]) * (tau - _C[1]) * (tau - _C[2]) / -(_C[0] * _C[1] * _C[2])
    for j in range(n):
        out[j] = first * y[j]
    for s in range(3):
        factor = tau / _C[s]
        for r in range(3):
            if r != s:
                factor *= (tau - _C[r]) / (_C[s] - _C[r])
        for j in range(n):
            out[j] += factor * stages[s, j]


@njit(cache=True)
def assemble(
    system: System,
    mode: int,
    h: float,
    q: Array,
    dq: Array,
    dg: Array,
    dx: Array,
    growth: Array,
    matrix: Array,
) -> bool:
    """The matrix of Newton's method, rows in units of Q; False if a content is 0."""
    n = q.size
    number = -1 if system.is_zero else 2
    second = -1 if system.is_zero or not system.is_split else 4
    for s in range(3):
        dilution = np.exp(-_C[s] * h)  # of the energy of radiation
        for i in range(n):
            is_energy = i != number and i != second and not (mode <= CONDENSED and i >= n - 2)
            scale = abs(q[i]) * (growth[s] if mode <= CONDENSED and i >= n - 2 else 1.0)
            if not scale > 0.0:
                return False
            for r in range(3):
                for j in range(n):
                    value = -h * _A[s, r] * (dg[i, j] + (growth[r] - 1) * dx[i, j])
                    if s == r:
                        by = growth[s] if mode <= CONDENSED and j >= n - 2 else 1.0
                        value += dq[i, j] * (dilution if is_energy else by)
                    matrix[s * n + i, r * n + j] = value / scale
    return True


@njit(cache=True)
def newton(
    system: System,
    mode: int,
    y: Array,
    at: float,
    h: float,
    q: Array,
    dq: Array,
    dg: Array,
    dx: Array,
    matrix: Array,
    order: NDArray[np.intp],
    tolerance: Array,
    stages: Array,
    qs: Array,
    gs: Array,
    notes: Array,
) -> int:
    """Solve for the stages of a step; the number of iterations, or -1 if they do not settle.

    All that X does is proportional to its number, which changes by large factors within a step: its share of the
    matrix is scaled by the number at each stage.
    """
    n = y.size
    residual, by_x, growth = np.empty(3 * n), np.empty(n), np.ones(3)
    last = 0.0
    for iteration in range(_ITERATIONS):
        for s in range(3):
            if not contents(system, mode, stages[s], at + _C[s] * h, qs[s], gs[s], by_x, notes[s]):
                return -1
        if iteration == 0:
            if mode == FREE:
                for s in range(3):
                    growth[s] = qs[s, n - 1] / q[n - 1]
            if not assemble(system, mode, h, q, dq, dg, dx, growth, matrix) or not factorise(matrix, order):
                return -1
        for s in range(3):
            for i in range(n):
                moved = 0.0
                for r in range(3):
                    moved += _A[s, r] * gs[r, i]
                x_row = mode <= CONDENSED and i >= n - 2
                residual[s * n + i] = (q[i] + h * moved - qs[s, i]) / (
                    abs(q[i]) * (growth[s] if x_row else 1.0)
                )
        solve(matrix, order, residual)
        largest = 0.0
        for value in residual:
            largest = max(largest, abs(value)) if value == value else np.inf
        if not largest < 1e6:
            return -1
        damping = min(1.0, _LARGEST_CHANGE / max(largest, 1e-300))
        for s in range(3):
            for i in range(n):
                stages[s, i] += damping * residual[s * n + i]
        size_now = norm(residual, tolerance)
        if iteration > 0 and damping == 1.0:
            ratio = size_now / max(last, 1e-300)
            if ratio > 2.0:
                return -1
            if ratio < 1.0 and size_now * ratio / (1 - ratio) < _KAPPA:
                return iteration + 1
        if size_now < _ROUNDING:
            return iteration + 1
        last = size_now
    return -1


@njit(cache=True)
def tolerances(mode: int, note: Array, bath: float, y: Array, out: Array) -> None:
    """Tolerance of each variable: that of the baths, and looser ones for an X that carries little energy."""
    for i in range(y.size):
        out[i] = bath
    if mode <= CONDENSED:
        share = note[RHO_X] / (note[RHO_PLASMA] + note[RHO_E] + note[RHO_M] + note[RHO_X])
        loose = bath * min(max(_SMALL_SHARE / max(share, 1e-300), 1.0), _LOOSEST)
        out[y.size - 2], out[y.size - 1] = loose, loose * max(1.0, 0.1 * abs(y[y.size - 1]))


@njit(cache=True)
def is_gone(system: System, mode: int, note: Array, at: float, coldest: float) -> bool:
    """Whether X can be dropped: it gives nothing back, and would carry nothing until the end."""
    t = np.exp(note[LN_PLASMA] - at)
    total = note[RHO_PLASMA] + note[RHO_E] + note[RHO_M] + note[RHO_X]
    is_cold = t < system.mass
    share = note[RHO_X] / total
    left = share * t / coldest if mode <= CONDENSED else share
    return bool(
        is_cold and note[BACK] < _GONE * total and left < (_GONE_LATE if mode <= CONDENSED else _GONE)
    )


@njit(cache=True)
def is_edge(mode: int, before: float, now: float) -> bool:
    """Whether X begins to condense, or nothing of it is at rest any more, from its last variable."""
    if mode == FREE:
        return before < now and now > -_EDGE
    return mode == CONDENSED and now < before and now < 0.0


@njit(cache=True)
def march(
    system: System,
    mode: int,
    start: Array,
    at: float,
    time: float,
    bath: float,
    finish: float,
    coldest: float,
    record: Array,
    first: int,
) -> tuple[int, int, float]:
    """Integrate one mode from N = `at` and fill rows of `record` (S, RECORD).

    Ends where X is gone, starts or stops being condensed, or, for a mode without X, where the plasma is colder than `finish`, or at `coldest` [MeV].

    Returns the status, the number of rows, and the relative error of the energy of the comoving volume.
    """
    n = start.size
    y, q, g = start.copy(), np.empty(n), np.empty(n)
    dq, dg, dx = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    by_x, scale, tolerance = np.empty(n), np.empty(n), np.empty(n)
    stages, previous = np.empty((3, n)), np.empty((3, n))
    qs, gs, notes = np.empty((3, n)), np.empty((3, n)), np.empty((3, NOTE))
    matrix, order = np.empty((3 * n, 3 * n)), np.empty(3 * n, np.intp)
    small, small_order = np.empty((n, n)), np.empty(n, np.intp)
    error, trial, note, spare = np.empty(n), np.empty(n), np.empty(NOTE), np.empty(NOTE)
    base, middle, qm, gm, xm = y.copy(), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    h, h_before, has_previous, drift, rows = 1e-3, 1e-3, False, 0.0, first
    if not contents(system, mode, y, at, q, g, by_x, note):
        return NOT_CONVERGED, rows, drift
    energy_start = _energy(note, at)
    gained = 0.0
    while rows < record.shape[0]:
        record[rows, AT], record[rows, TIME] = at, time
        copy(note, record[rows, HEAD:])
        rows += 1
        t = np.exp(note[LN_PLASMA] - at)
        if t < coldest or (mode == ABSENT and t < finish):
            return OK, rows, drift
        if rows > first + 1 and is_edge(mode, base[n - 1], y[n - 1]):
            return EDGE, rows, drift
        if mode != ABSENT and is_gone(system, mode, note, at, coldest):
            return OK, rows, drift
        if mode <= CONDENSED and await_resonance(system, note, at):
            contents(system, mode, y, at, q, g, by_x, note)
        tolerances(mode, note, bath, y, tolerance)
        if not jacobians(system, mode, y, at, q, g, by_x, dq, dg, dx, spare):
            return NOT_CONVERGED, rows, drift
        for i in range(n):
            scale[i] = max(abs(q[i]), 1e-300)
        rejected = False
        while True:
            if h < 1e-10:
                return NOT_CONVERGED, rows, drift
            for s in range(3):
                if has_previous:
                    collocation(base, previous, 1 + _C[s] * h / h_before, trial)
                    copy(trial, stages[s])
                else:
                    copy(y, stages[s])
            iterations = newton(
                system, mode, y, at, h, q, dq, dg, dx, matrix, order, tolerance, stages, qs, gs, notes
            )
            if iterations < 0 and has_previous:
                for s in range(3):
                    copy(y, stages[s])
                iterations = newton(
                    system, mode, y, at, h, q, dq, dg, dx, matrix, order, tolerance, stages, qs, gs, notes
                )
            end = stages[2, n - 1]
            if iterations > 0 and mode == CONDENSED and end < -_EDGE and y[n - 1] > 0.0:
                h *= (y[n - 1] + 0.5 * _EDGE) / (y[n - 1] - end)
                rejected = True
                continue
            if iterations < 0:
                h *= 0.4
                rejected = True
                continue
            for i in range(n):
                for j in range(n):
                    small[i, j] = (_REAL / h * dq[i, j] - dg[i, j]) / scale[i]
            if not factorise(small, small_order):
                return NOT_CONVERGED, rows, drift
            for i in range(n):
                defect = (
                    _E[0] * (qs[0, i] - q[i]) + _E[1] * (qs[1, i] - q[i]) + _E[2] * (qs[2, i] - q[i])
                ) / h
                error[i] = (g[i] + defect) / scale[i]
                middle[i] = defect
            solve(small, small_order, error)
            size_now = norm(error, tolerance)
            if size_now > 1.0 and (rejected or rows == first + 1):
                for i in range(n):
                    trial[i] = y[i] + error[i]
                if contents(system, mode, trial, at, qm, gm, xm, spare):
                    for i in range(n):
                        error[i] = (gm[i] + middle[i]) / scale[i]
                    solve(small, small_order, error)
                    size_now = norm(error, tolerance)
            factor = (
                0.9 * (2 * _ITERATIONS + 1) / (2 * _ITERATIONS + iterations) * max(size_now, 1e-10) ** -0.25
            )
            if size_now > 1.0:
                h *= max(0.2, factor)
                rejected = True
                continue
            break
        for s in range(3):
            time += h * _A[2, s] / notes[s, HUBBLE]
        collocation(y, stages, 0.5, middle)
        before = _expansion(note, at)
        if not contents(system, mode, middle, at + 0.5 * h, qm, gm, xm, spare):
            return NOT_CONVERGED, rows, drift
        between = _expansion(spare, at + 0.5 * h)
        copy(y, base)
        copy(stages.ravel(), previous.ravel())
        copy(stages[2], y)
        h_before, has_previous = h, True
        at += h
        if not contents(system, mode, y, at, q, g, by_x, note):
            return NOT_CONVERGED, rows, drift
        gained += h / 6 * (before + 4 * between + _expansion(note, at))
        energy = _energy(note, at)
        drift = max(drift, abs(energy - energy_start - gained) / energy)
        longest = _LONGEST_STEP
        if mode <= CONDENSED and system.area > 0.0:
            longest = min(longest, _until(system, note[LN_PLASMA] - at))
        h = min(h * min(8.0, max(0.2, factor if not rejected else min(factor, 1.0))), longest)
    return TOO_MANY_STEPS, rows, drift


@njit(cache=True)
def _until(system: System, x: float) -> float:
    """Longest step that sees the resonance, from ln T = x."""
    d = x - system.centre
    if d < 0.0:
        return _LONGEST_STEP
    return float(max(_APPROACH * d, _NARROW))


@njit(cache=True)
def _energy(note: Array, at: float) -> float:
    """rho a^4 of everything."""
    return float((note[RHO_PLASMA] + note[RHO_E] + note[RHO_M] + note[RHO_X]) * np.exp(4 * at))


@njit(cache=True)
def _expansion(note: Array, at: float) -> float:
    """d(rho a^4)/dN = (rho - 3 P) a^4, without neutrinos."""
    return float(
        (note[RHO_PLASMA] - 3 * note[PRESSURE] + note[RHO_X] - 3 * note[PRESSURE_X]) * np.exp(4 * at)
    )
