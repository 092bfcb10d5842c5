"""The burst that every core collapse makes: pinched spectra, and what a detector sees of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from feebly.arrays import Array
from feebly.decays.spectra import FLAVOURS
from feebly.errors import InvalidValueError
from feebly.signals.neutrino_events import Response

ALPHA: Final = 2.39  # pinching in a model of the explosion of 18.8 solar masses; Maxwell-Boltzmann is 2


def pinched(energy: ArrayLike, mean_energy: ArrayLike, *, alpha: float = ALPHA) -> Array:
    """Spectrum of supernova neutrinos that integrates to one, (..., N) [MeV^-1].

    Parameters
    ----------
    energy : (N,) MeV, mean_energy : (...) MeV.
    alpha : pinching; 2 is the Maxwell-Boltzmann distribution.

    Notes
    -----
    (1+a)^(1+a) / Gamma(1+a) (E/E_0)^a exp(-(1+a) E/E_0) / E_0.
    Source: akita-high-energy-neutrinos, Eq. (1). Differs from it: per neutrino, without E_tot / (6 E_0).

    Examples
    --------
    >>> e = np.linspace(0.0, 120.0, 4001)
    >>> shape = pinched(e, 12.7)
    >>> round(float(np.trapezoid(shape, e)), 6), round(float(np.trapezoid(e * shape, e)), 4)
    (1.0, 12.7)
    """
    e, mean = np.asarray(energy, dtype=float), np.asarray(mean_energy, dtype=float)[..., None]
    if alpha < 0 or np.any(mean <= 0):
        raise InvalidValueError("A pinched spectrum needs a positive mean energy and alpha >= 0.")
    x = (1 + alpha) * e / mean
    return np.asarray((1 + alpha) / mean * x**alpha * np.exp(-x - gammaln(1 + alpha)))


def standard_fluence(
    energy: ArrayLike, mean_energy: ArrayLike, *, total_energy: float, distance: float, alpha: float = ALPHA
) -> Array:
    """Fluence of one flavour of the burst, (..., N) per energy and area [MeV].

    Parameters
    ----------
    energy : (N,), mean_energy : (...), MeV.
    total_energy : in all six flavours together, MeV.
    distance : MeV^-1.

    Notes
    -----
    E_tot / (6 E_0) pinched(E) / (4 pi d^2). Source: akita-high-energy-neutrinos, Eqs. (1), (57).

    Examples
    --------
    >>> from feebly.units import ERG
    >>> number = 1.98e53 * ERG / (6 * 12.7)
    >>> f"{number:.4g}"
    '1.622e+57'
    """
    number = total_energy / (6 * np.asarray(mean_energy, dtype=float)[..., None])
    return np.asarray(number * pinched(energy, mean_energy, alpha=alpha) / (4 * np.pi * distance**2))


@dataclass(frozen=True, slots=True, eq=False)
class BurstTemplates:
    """What the burst makes in one or more detectors, per total energy, at K mean energies.

    mean_energy : (K,) MeV, rising.
    value : (K, J) at J events or bins: events per reconstructed energy [MeV^-2], or events [MeV^-1], per E_tot.
    total : (K,) events in all windows per E_tot, MeV^-1.
    """

    mean_energy: Array
    value: Array
    total: Array


def mean_energies(low: float = 4.0, high: float = 40.0, count: int = 64) -> Array:
    """Mean energies (K,) [MeV] in equal ratios, where templates are made.

    >>> mean_energies(10.0, 40.0, 3).round(6).tolist()
    [10.0, 20.0, 40.0]
    """
    return np.geomspace(low, high, count)


def burst_templates(
    responses: Sequence[Response],
    mean_energy: ArrayLike,
    *,
    distance: float,
    alpha: float = ALPHA,
    binned: bool = False,
) -> BurstTemplates:
    """Templates of the burst, with the same spectrum in all six flavours, in detectors at one distance.

    Parameters
    ----------
    responses : of the detectors, each with the energies of its own events (`at`), or with bins.
    mean_energy : (K,) MeV; distance : MeV^-1.
    binned : whether the bins are used instead of the energies of events.

    Notes
    -----
    Source: akita-high-energy-neutrinos, Eqs. (1), (57), (59). Differs from it: nothing.
    Valid for: flavours that share one spectrum, or the spectrum after their exchange.
    """
    means = np.asarray(mean_energy, dtype=float)
    value, total = [], np.zeros(means.size)
    for one in responses:
        fluence = standard_fluence(one.energy, means, total_energy=1.0, distance=distance, alpha=alpha)
        flavours = np.broadcast_to(fluence[:, None, :], (means.size, len(FLAVOURS), one.energy.size))
        found = one.spectrum(flavours) if binned else one.densities(flavours)
        value.append(found)
        total += found.sum(axis=-1) if binned else one.number(flavours)
    return BurstTemplates(means, np.concatenate(value, axis=-1), total)
