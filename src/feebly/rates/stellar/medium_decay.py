"""Decays of a vector in a thermal medium, X -> e+ e- and X -> nu nubar, by polarisation.

What is returned is the reduced absorption (1 - exp(-E/T)) Gamma_abs = (exp(E/T) - 1) Gamma_prod of ONE state: a rate
and its inverse follow from it by occupations, so that detailed balance is exact.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from feebly.arrays import Array
from feebly.math.fermi import bose
from feebly.math.quadrature import panels
from feebly.provenance import sources
from feebly.rates.stellar.polarisation import Modes, electron_mass

SOURCES: Final = sources(("esseili-kribs-chargephobic", "Eqs. (46)-(48)"))
_STEP: Final = np.array([-40.0, -16.0, -6.0, -2.0, 2.0, 6.0, 16.0, 40.0])  # edges about the Fermi step, in T
_TAIL: Final = np.array(
    [-40.0, -16.0, -6.0, -2.0]
)  # and below the highest energy, where the partner is blocked
_NODES: Final = 12
_BLOCK: Final = 2000  # states held in memory at once


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
    blinov-lmu-ltau, Eqs. (B9), (B11). Valid for: vector couplings; two-component neutrinos take half of it.

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
    for start in range(0, is_open.size, _BLOCK):
        rows = is_open[start : start + _BLOCK]
        rates[:, rows] = _absorption(mass, *(x[rows] for x in flat))
    transverse, longitudinal = rates.reshape(2, *broadcast[0].shape)
    return Modes(transverse, longitudinal)


def _absorption(mass: float, energy: Array, temperature: Array, potential: Array, daughter: Array) -> Array:
    """Both modes (2, N) above threshold."""
    ratio = np.square(daughter / mass)
    beta = np.sqrt((1 - 2 * daughter / mass) * (1 + 2 * daughter / mass))
    span = np.sqrt((energy - mass) * (energy + mass)) * beta
    cosine, weight = _nodes(energy, span, temperature, np.abs(potential))
    first = (energy[:, None] + span[:, None] * cosine) / 2
    t, mu = temperature[:, None], np.abs(potential)[:, None]  # f and fbar may be exchanged
    free = expit((first - mu) / t) * expit((energy[:, None] - first + mu) / t)
    aligned = np.square(beta[:, None] * cosine)
    means = [
        np.vecdot(weight, shape * free) / 2
        for shape in (ratio[:, None] + (1 + aligned) / 4, (1 - aligned) / 2)
    ]
    return np.stack(means) * (mass**2 * beta / (4 * np.pi * energy) * -np.expm1(-energy / temperature))


def _nodes(energy: Array, span: Array, temperature: Array, potential: Array) -> tuple[Array, Array]:
    """Nodes and weights (N, Q) in the cosine, on panels that follow the two Fermi steps."""
    high, t = (energy + span)[:, None] / 2, temperature[:, None]
    step = np.minimum(potential[:, None], high)  # of f; if f is blocked everywhere, the least blocked energy
    edges = np.concatenate([step + t * _STEP, high + t * _TAIL], axis=1)
    width = np.maximum(span, np.finfo(float).tiny)[:, None]
    cosines = np.clip((2 * edges - energy[:, None]) / width, -1.0, 1.0)
    ends = np.broadcast_to([-1.0, 1.0], (energy.size, 2))
    return panels(np.sort(np.concatenate([cosines, ends], axis=1), axis=1), _NODES)


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
    The electrons have their mass in the plasma, also as the threshold: at m^2 = Re Pi the channel is closed. x_e is to
    be taken from `feebly.rates.stellar.polarisation.in_medium_charge`.
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


def spontaneous(reduced: Modes, energy: ArrayLike, temperature: ArrayLike) -> Modes:
    """Spontaneous emission rates of one state of each mode, Gamma_prod [MeV], from the reduced absorption.

    >>> emitted = spontaneous(Modes(np.array(1.0), np.array(0.5)), 10.0, 10.0 / np.log(2))
    >>> round(float(emitted.transverse), 12), round(float(emitted.longitudinal), 12)
    (1.0, 0.5)
    """
    occupation = bose(np.asarray(energy, dtype=float) / np.asarray(temperature, dtype=float))
    return Modes(reduced.transverse * occupation, reduced.longitudinal * occupation)
