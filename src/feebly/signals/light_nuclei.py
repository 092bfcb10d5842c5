"""Nuclei from the first minutes: abundances up to helium-4 in a universe with a given thermal history."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from feebly import embedded
from feebly.arrays import Array
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError
from feebly.particle_data import Measured
from feebly.provenance import Provenance
from feebly.rates.nucleosynthesis import nuclear
from feebly.rates.nucleosynthesis.nuclear import NUCLEI, Compilation, Fusion, fusions
from feebly.rates.nucleosynthesis.weak import WeakRates

START: Final = 6.0  # MeV, where neutrons and protons are in equilibrium
END: Final = 0.005  # MeV, where no nucleus is made any more
_COLD: Final = 0.01  # MeV, where electrons have no entropy left and photons cool as 1 / a
_STEPS: Final = 300
_NODES: Final = 80  # of the functions whose logarithms are smooth
_PARTS: Final = 4  # of a step
_BARYONS: Final = "nucleosynthesis/baryons.toml"


class ThermalHistory(Protocol):
    """Arrays (S,) in the order of ln a: what the universe was like while helium was made.

    Temperatures and Hubble rate in MeV; `mu_nu_e` is mu / T of electron neutrinos and of antineutrinos alike.
    """

    @property
    def ln_a(self) -> Array: ...
    @property
    def t_gamma(self) -> Array: ...
    @property
    def t_nu_e(self) -> Array: ...
    @property
    def mu_nu_e(self) -> Array: ...
    @property
    def hubble(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class LightNuclei:
    """Nuclei per baryon (K, 6), in the order of `NUCLEI`, at the photon temperatures (K,) in MeV."""

    t_gamma: Array
    per_baryon: Array
    provenance: Provenance = field(repr=False)

    @property
    def helium_fraction(self) -> float:
        """Mass fraction Y_p = 4 n_He4 / n_b at the end."""
        return 4 * self._last("he4")

    @property
    def deuterium(self) -> float:
        """D/H by number at the end."""
        return self._last("d") / self._last("p")

    @property
    def helium3(self) -> float:
        """(3He + T)/H by number at the end; tritium decays later."""
        return (self._last("he3") + self._last("t")) / self._last("p")

    def _last(self, name: str) -> float:
        return float(self.per_baryon[-1, NUCLEI.index(name)])


@lru_cache(maxsize=1)
def _baryons() -> embedded.DataFile:
    return embedded.load(_BARYONS)


@lru_cache(maxsize=1)
def _per_photon() -> float:
    """Baryons per photon for Omega_b h^2 = 1."""
    reference = _baryons().table()["per_photon"]
    return float(reference["ratio"]) / float(reference["density"])


@lru_cache(maxsize=1)
def baryon_density() -> Measured:
    """Omega_b h^2 and its standard error, from the cosmic microwave background.

    >>> round(baryon_density().value, 4)
    0.0224
    """
    return Measured(*_baryons().table()["density"])


def baryons_per_photon(density: float | None = None) -> float:
    """Number of baryons per photon today for a density Omega_b h^2; None for the measured one.

    Notes
    -----
    Proportional to the density. Source: pitrou-helium, section on the baryon density.
    Differs from it: the helium in the mean mass of a baryon is fixed (1e-5 in the ratio for 0.5 % in Y_p).
    Valid for: a photon temperature of 2.7255 K today.

    >>> f"{baryons_per_photon(0.02225):.4g}"
    '6.091e-10'
    """
    value = baryon_density().value if density is None else density
    if not (np.isfinite(value) and value > 0):
        raise InvalidValueError(f"The baryon density Omega_b h^2 must be positive and finite, got {value}.")
    return _per_photon() * value


def light_nuclei(
    history: ThermalHistory,
    weak: WeakRates | None = None,
    *,
    density: float | None = None,
    compilation: Compilation = "recent",
    steps: int = _STEPS,
) -> LightNuclei:
    """Nuclei per baryon while the universe cools from 6 MeV to 5 keV.

    Parameters
    ----------
    history : thermal history from 6 MeV to 10 keV or less, which ends when nothing heats the photons any more; below
        its end temperatures fall as 1 / a and the Hubble rate as 1 / a^2.
    weak : rates of n <-> p; None for those with all corrections and the measured lifetime.
    density : Omega_b h^2 today; None for the measured one.
    compilation : of nuclear rates, `recent` or `smith`.
    steps : of equal length in ln a.

    Raises
    ------
    InvalidValueError
        for a history with impossible numbers.
    OutOfDomainError
        if the history does not reach from 6 MeV to 10 keV.

    Notes
    -----
    dY_i / d ln a = C_i / H with the weak rates and eight reactions of n, p, d, t, 3He, 4He and their inverses;
    n_b a^3 is constant and fixed by the photons at the end of the history.
    Source: pitrou-helium, sections on weak interactions and nucleosynthesis. Differs from it: six nuclei instead of
    59, and the rates of nuclei that the compilation names. Valid for: photons and neutrinos with thermal spectra; no
    particle that splits nuclei or turns neutrons into protons. Error of the steps below 3e-6 in Y_p, 3e-4 in D/H.
    """
    from feebly.rates.nucleosynthesis._network import evolve  # the compiler takes a second to load

    weak = weak or WeakRates()
    reactions = fusions(compilation)
    universe = _universe(history, steps, density)
    per_expansion, forward, backward = _rates(universe, weak, reactions)
    before, after = _positions(reactions)
    start = np.zeros(len(NUCLEI))
    start[:2] = per_expansion[0, ::-1] / per_expansion[0].sum()
    found = evolve(start, universe.step, per_expansion, forward, backward, before, after)
    if not np.all(np.isfinite(found)):
        raise ConvergenceError(
            "The abundances of nuclei are not finite; look for jumps in the thermal history."
        )
    made = Provenance(choices=frozenset({("baryons per photon", f"{baryons_per_photon(density):.5g}")}))
    made |= weak.provenance | nuclear.provenance(compilation) | _baryons().provenance
    return LightNuclei(universe.t_gamma[::_PARTS], found, made)


@dataclass(frozen=True, slots=True)
class _Universe:
    """A history on the parts of the steps (K,) and, for slow functions, on nodes (L,); MeV^n."""

    ln_a: Array
    t_gamma: Array
    hubble: Array
    baryons: Array
    nodes: Array
    t_nodes: Array
    t_nu: Array
    potential: Array

    @property
    def step(self) -> float:
        return float(self.ln_a[_PARTS] - self.ln_a[0])


def _universe(history: ThermalHistory, steps: int, density: float | None) -> _Universe:
    from scipy.interpolate import PchipInterpolator
    from scipy.special import zeta

    at, columns = _smooth(history)
    state = PchipInterpolator(at, columns)
    first, last = _span(at, np.exp(columns[:, 0] - at))
    ln_a, nodes = np.linspace(first, last, _PARTS * steps + 1), np.linspace(first, last, _NODES)
    fine, coarse = state(ln_a), state(nodes)
    photons = 2 * float(zeta(3)) / np.pi**2 * float(history.t_gamma[-1]) ** 3
    baryons = baryons_per_photon(density) * photons * np.exp(3 * (float(history.ln_a[-1]) - ln_a))
    return _Universe(
        ln_a=ln_a,
        t_gamma=np.exp(fine[:, 0] - ln_a),
        hubble=np.exp(fine[:, 3] - 2 * ln_a),
        baryons=baryons,
        nodes=nodes,
        t_nodes=np.exp(coarse[:, 0] - nodes),
        t_nu=np.exp(coarse[:, 1] - nodes),
        potential=coarse[:, 2],
    )


def _rates(universe: _Universe, weak: WeakRates, reactions: tuple[Fusion, ...]) -> tuple[Array, Array, Array]:
    """Per Hubble rate: n -> p and p -> n (K, 2), reactions forward and backward (K, R) per abundances."""
    from scipy.interpolate import CubicSpline

    t = universe.t_nodes
    slow = [*weak(t, universe.t_nu, universe.potential), *(x.forward(t) for x in reactions)]
    logarithms = CubicSpline(universe.nodes, np.log(np.stack(slow, axis=1)))(universe.ln_a)
    rates = np.exp(logarithms) / universe.hubble[:, None]
    forward = rates[:, 2:] * universe.baryons[:, None]
    ratio = np.stack([x.reverse_ratio(universe.t_gamma) for x in reactions], axis=1)
    splits = np.array([len(x.after) == 1 for x in reactions])  # by a photon: no baryon density
    return np.ascontiguousarray(rates[:, :2]), forward, np.where(splits, rates[:, 2:], forward) * ratio


def _positions(reactions: tuple[Fusion, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions (R, 2) of the nuclei before and after each reaction; -1 for a photon."""
    before = [[NUCLEI.index(name) for name in x.before] for x in reactions]
    after = [[*(NUCLEI.index(name) for name in x.after), -1][:2] for x in reactions]
    return np.array(before, dtype=np.intp), np.array(after, dtype=np.intp)


def _smooth(history: ThermalHistory) -> tuple[Array, Array]:
    """ln a (S,) and ln(a T_gamma), ln(a T_nu), mu / T_nu, ln(a^2 H) (S, 4), continued to 5 keV if need be."""
    ln_a, t = np.asarray(history.ln_a, float), np.asarray(history.t_gamma, float)
    positive = np.stack([t, history.t_nu_e, history.hubble])
    if not (np.all(positive > 0) and np.all(np.isfinite(positive)) and np.all(np.isfinite(history.mu_nu_e))):
        raise InvalidValueError(
            "Temperatures and Hubble rate of a thermal history must be positive and finite."
        )
    rises = np.append(
        np.diff(ln_a) > 0, True
    )  # where two stages of an evolution meet, an entry may stand twice
    if ln_a.size < 2 or not np.all(np.diff(ln_a) >= 0):
        raise InvalidValueError("ln a of a thermal history must not fall from entry to entry.")
    if not (t[0] >= START and t[-1] <= _COLD):
        raise OutOfDomainError(
            f"Helium needs a history from {START:g} to {_COLD:g} MeV; this one goes from {t[0]:.3g} to {t[-1]:.3g} MeV."
        )
    logarithms = np.log(positive)
    columns = [logarithms[0] + ln_a, logarithms[1] + ln_a, history.mu_nu_e, logarithms[2] + 2 * ln_a]
    ln_a, found = ln_a[rises], np.stack(columns, axis=1)[rises]
    if t[-1] > END:
        ln_a = np.append(ln_a, ln_a[-1] + 1.01 * np.log(t[-1] / END))
        found = np.concatenate([found, found[-1:]])
    return ln_a, found


def _span(ln_a: Array, t: Array) -> tuple[float, float]:
    """ln a where the photons first are at 6 MeV and last at 5 keV."""
    begin = int(np.argmax(t < START))
    finish = t.size - int(np.argmax(t[::-1] > END))
    return (
        float(np.interp(-np.log(START), -np.log(t[begin - 1 : begin + 1]), ln_a[begin - 1 : begin + 1])),
        float(np.interp(-np.log(END), -np.log(t[finish - 1 : finish + 1]), ln_a[finish - 1 : finish + 1])),
    )
