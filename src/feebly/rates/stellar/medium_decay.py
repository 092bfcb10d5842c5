"""Decays of a vector in a thermal medium, X -> e+ e- and X -> nu nubar, by polarisation.

What is returned is the reduced absorption (1 - exp(-E/T)) Gamma_abs = (exp(E/T) - 1) Gamma_prod of ONE state: a rate
and its inverse follow from it by occupations, so that detailed balance is exact.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.math.quadrature import gauss
from feebly.provenance import sources
from feebly.rates.stellar.polarisation import Modes, electron_mass

SOURCES: Final = sources(("esseili-kribs-chargephobic", "Eqs. (46)-(48)"))
_SLOW: Final = 1.0  # k beta / 2 T below which the occupations hardly vary
_SLOW_NODES: Final = 8
_STEP: Final = 17.0  # in T: from a Fermi step, its exponential is below the accuracy
_LOWER_NODES: Final = 12
_UPPER_NODES: Final = 6
_TWO_NODES: Final = 0.5 + np.array([-0.5, 0.5]) / np.sqrt(3.0)  # Gauss, exact for cubics
_TINY: Final = 1e-300
_BLOCK: Final = 8000  # states held in memory at once


def pair_absorption(
    energy: ArrayLike,
    mass: float,
    *,
    temperature: ArrayLike,
    potential: ArrayLike,
    daughter_mass: ArrayLike = 0.0,
) -> Modes:
    """Reduced absorption by X -> f fbar of one transverse and of the longitudinal state, per unit (g x_f)^2 [MeV].

    Parameters
    ----------
    energy : local energies of X, MeV, > mass; all arrays broadcast.
    mass : of X, MeV.
    temperature, potential : of the medium and of f (fbar has the opposite one), MeV.
    daughter_mass : of f in the medium, MeV; where 2 m_f >= m the rate is 0.

    Notes
    -----
    With E_1 = (E + k beta c)/2, beta^2 = 1 - 4 r, r = m_f^2/m^2, <> the average over -1 < c < 1,

        (1 - exp(-E/T)) Gamma_abs = (m^2 beta / 4 pi E) <M (1 - f(E_1 - mu) - f(E - E_1 + mu))>,
        M_T = r + (1 + beta^2 c^2)/4,   M_L = (1 - beta^2 c^2)/2,   2 M_T + M_L = 1 + 2 r.

    Source: esseili-kribs-chargephobic, Eqs. (46), (47) with C_f = 1. Differs from it: z = (1 + beta^2 c^2)/4 is
    evaluated, which removes its cancellations, and production is subtracted. The sum over the states is
    blinov-lmu-ltau, Eqs. (B9), (B11). Valid for: vector couplings; two-component neutrinos take half of it. The
    average is taken in the variable in which 1 - f - f is constant; relative error below 1e-6.

    Examples
    --------
    In vacuum each state decays with the width over its Lorentz factor:

    >>> rate = pair_absorption(300.0, 100.0, temperature=0.1, potential=0.0)
    >>> [round(float(x) * 12 * np.pi * 300.0 / 100.0**2, 10) for x in (rate.transverse, rate.longitudinal)]
    [1.0, 1.0]
    """
    broadcast = np.broadcast_arrays(energy, temperature, potential, daughter_mass)
    flat = [np.asarray(x, dtype=float).reshape(-1) for x in broadcast]
    rates = np.zeros((2, flat[0].size))
    is_open = np.flatnonzero(2 * flat[3] < mass)
    rates[:, is_open] = _absorption(mass, *(x[is_open] for x in flat))
    transverse, longitudinal = rates.reshape(2, *broadcast[0].shape)
    return Modes(transverse, longitudinal)


def _absorption(mass: float, energy: Array, temperature: Array, potential: Array, daughter: Array) -> Array:
    """Both modes (2, N) above threshold."""
    beta2 = (1 - 2 * daughter / mass) * (1 + 2 * daughter / mass)
    half = energy / (2 * temperature)
    reach = np.sqrt((energy - mass) * (energy + mass) * beta2) / (2 * temperature)
    filled = np.abs(potential) / temperature  # f and fbar may be exchanged
    means = np.empty((2, energy.size))
    for where, average in ((reach < _SLOW, _slow_average), (reach >= _SLOW, _fast_average)):
        chosen = np.flatnonzero(where)
        for start in range(0, chosen.size, _BLOCK):
            rows = chosen[start : start + _BLOCK]
            means[:, rows] = average(half[rows], reach[rows], filled[rows], beta2[rows])
    free, longitudinal = means
    summed = (1 + 2 * np.square(daughter / mass)) * free
    unit = mass**2 * np.sqrt(beta2) / (4 * np.pi * energy)
    return np.stack([(summed - longitudinal) / 2, longitudinal]) * unit


def _slow_average(half: Array, reach: Array, filled: Array, beta2: Array) -> Array:
    """<g> and <g M_L> (2, N) of g = 1 - f - f = sinh(a) / (cosh(a) + cosh(b c - x)), smooth in c."""
    c, weight = gauss(-1.0, 1.0, _SLOW_NODES)
    distance = np.abs(reach[:, None] * c - filled[:, None])
    # cosh(a) + cosh(y) = 2 cosh((a + y)/2) cosh((a - y)/2), all over the largest exponential
    a = half[:, None]
    largest = np.maximum(a, distance)
    free = -np.expm1(-2 * a) * np.exp(a - largest)
    free /= (1 + np.exp(-a - distance)) * (1 + np.exp(-np.abs(a - distance)))
    shape = (1 - beta2[:, None] * c**2) / 2
    return np.stack([free @ weight, np.vecdot(free, shape * weight)]) / 2


def _fast_average(half: Array, reach: Array, filled: Array, beta2: Array) -> Array:
    """The same for any b = reach: h = int g dy from y = b c - x = -infinity runs between h(-b - x) and h(b - x).

    h is exact. It rises like e^(y + a) below the Fermi step of f, like y on the plateau, and levels off at 2 a.
    """
    first, last = _integral(-reach - filled, half), _integral(reach - filled, half)
    near, square = np.minimum(half, _STEP), beta2 / (2 * reach**2)
    lower, upper = np.clip(near, first, last), np.clip(2 * half - near, first, last)

    def shape(y: Array) -> Array:
        """M_L = (1 - beta^2 c^2) / 2 (Q, N) at c = (y + x) / b."""
        return np.asarray(0.5 - square * np.square(y + filled))

    def about_step(low: Array, high: Array, nodes: int, sign: float) -> Array:
        """int dh M_L between distances of h from 0 (sign 1) or from 2 a (sign -1); cubic nodes resolve its logarithm."""
        start = np.cbrt(low / np.maximum(high, _TINY))
        v, weight = gauss(0.0, 1.0, nodes)
        v = start + (1 - start) * v[:, None]
        v2 = v * v
        h = np.minimum(high * v2 * v, near)  # beyond, the panel is empty
        y = np.log(np.maximum(np.expm1(h) / -np.expm1(h - 2 * half), _TINY)) - half
        return np.asarray(3 * high * (1 - start) * (weight @ (v2 * shape(sign * y))))

    middle = lower + (upper - lower) * _TWO_NODES[:, None]
    return np.stack(
        [
            last - first,
            about_step(first, lower, _LOWER_NODES, 1.0)
            + (upper - lower) * shape(middle - half).mean(axis=0)
            + about_step(2 * half - last, 2 * half - upper, _UPPER_NODES, -1.0),
        ]
    ) / (2 * reach)


def _integral(y: Array, a: Array) -> Array:
    """int of g from -infinity to y: ln[(1 + e^(y + a)) / (1 + e^(y - a))]."""
    return np.asarray(np.logaddexp(0.0, y + a) - np.logaddexp(0.0, y - a))


def electron_absorption(
    energy: ArrayLike, mass: float, *, temperature: ArrayLike, potential: ArrayLike
) -> Modes:
    """Reduced absorption by X -> e+ e- of one state of each mode, per unit |g x_e|^2 in the medium [MeV].

    Parameters
    ----------
    energy : local energies of X, MeV.
    mass : of X, MeV.
    temperature, potential : of the medium and of the electrons, MeV.

    Notes
    -----
    The electrons have their mass in the plasma, also as the threshold: at m^2 = Re Pi the channel is closed. The charge
    x_e in the medium follows from `feebly.rates.stellar.plasma_mixing.mixing`.
    Source: esseili-kribs-chargephobic, Eqs. (46)-(48). Differs from it: nothing.
    Valid for: relativistic electrons.

    >>> float(electron_absorption(90.0, 5.0, temperature=20.0, potential=150.0).transverse)
    0.0
    """
    dressed = electron_mass(temperature, potential)
    return pair_absorption(energy, mass, temperature=temperature, potential=potential, daughter_mass=dressed)


def neutrino_absorption(
    energy: ArrayLike, mass: float, *, temperature: ArrayLike, potential: ArrayLike
) -> Modes:
    """Reduced absorption by X -> nu nubar of one flavour and one state of each mode, per unit (g x_nu)^2 [MeV].

    Parameters
    ----------
    energy : local energies of X, MeV.
    mass : of X, MeV.
    temperature, potential : of the medium and of the neutrinos, MeV.

    Notes
    -----
    Half of `pair_absorption`: left-handed neutrinos only.
    Source: esseili-kribs-chargephobic, Eq. (46) with C_f = 1/2. Differs from it: nothing.
    Valid for: neutrinos in equilibrium with the medium, inside the neutrinosphere.

    >>> rate = neutrino_absorption(30.0, 10.0, temperature=1e-3, potential=0.0)
    >>> round(float(rate.longitudinal) * 24 * np.pi * 30.0 / 10.0**2, 10)
    1.0
    """
    pair = pair_absorption(energy, mass, temperature=temperature, potential=potential)
    return Modes(pair.transverse / 2, pair.longitudinal / 2)
