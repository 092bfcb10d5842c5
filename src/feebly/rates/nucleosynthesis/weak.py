"""Neutrons into protons and back: n nu <-> p e-, n e+ <-> p nubar, n <-> p e- nubar in a plasma of two temperatures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.math.quadrature import panels
from feebly.provenance import Provenance, sources
from feebly.rates.nucleosynthesis import neutron as nucleon
from feebly.rates.nucleosynthesis.neutron import GAP, coulomb_factor, neutron, radiative_factor
from feebly.units import SECOND

HOTTEST: Final = 10.0  # MeV, for which the grid of energies is wide enough
COLDEST: Final = 0.004  # and fine enough
_DECAY: Final = (0.0, 0.08, 0.3, 1.0)  # of the largest momentum in the decay
_ABOVE: Final = (0.0, 0.03, 0.1, 0.3, 0.8, 2.0, 5.0, 12.0, 30.0, 80.0, 250.0)  # energies above the gap, MeV
_NODES: Final = 12
_MEAN_MASS: Final = (PROTON_MASS + NEUTRON_MASS) / 2


@dataclass(frozen=True, slots=True)
class WeakRates:
    """Rates per nucleon of n -> p and p -> n, normalised to the lifetime of the neutron.

    Parameters
    ----------
    lifetime_s : of the neutron in seconds; None for the measured one.
    axial : g_A; None for the measured one.
    radiative : Coulomb and radiative corrections at zero temperature.
    recoil : first order in 1 / m_N.
    magnetism : weak magnetism, if there is recoil.

    Notes
    -----
    n -> p: K int p^2 dp {F R E-^2 f(E-) [1 - g(E)] + R' E+^2 [1 - f(E+)] g(E)} with E-+ = E -+ Delta; f is the
    occupation of neutrinos, or the share of empty states at -E of antineutrinos; g that of electrons. p -> n: f and
    1 - f, g and 1 - g exchanged. K from the lifetime, with the same factors at T = 0.
    Source: pitrou-helium, section on weak interactions; recoil from its appendix on finite nucleon mass.
    Differs from it: neutrinos and antineutrinos share one chemical potential mu, f(-E) = 1 - f(E) with
    f(E) = 1 / (exp(E / T_nu - mu / T_nu) + 1) at E > 0. The radiative corrections of the plasma and the
    bremsstrahlung that belongs to them are left out: together they move Y_p by less than 1e-5 there.
    Valid for: neutrinos with a thermal spectrum; 0.004 MeV < T < 10 MeV.

    Examples
    --------
    A cold neutron decays:

    >>> n_to_p, p_to_n = WeakRates(lifetime_s=880.0)(0.01, 0.007)
    >>> round(float(1 / n_to_p[0] / SECOND), 1), bool(p_to_n[0] < 1e-50 * n_to_p[0])
    (880.0, True)
    """

    lifetime_s: float | None = None
    axial: float | None = None
    radiative: bool = True
    recoil: bool = True
    magnetism: bool = True
    provenance: Provenance = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, value in (("lifetime_s", self.lifetime_s), ("axial", self.axial)):
            if value is not None and not (np.isfinite(value) and value > 0):
                raise InvalidValueError(f"{name} must be positive and finite, got {value}.")
        chosen = {
            ("neutron lifetime in s", f"{self.lifetime:g}"),
            ("radiative corrections of n <-> p", "on" if self.radiative else "off"),
            ("recoil of nucleons", "on" if self.recoil else "off"),
            ("weak magnetism", "on" if self.recoil and self.magnetism else "off"),
        }
        made = Provenance(
            sources=sources(
                ("pitrou-helium", "section on weak interactions"), ("czarnecki-neutron", "Eq. (15)")
            ),
            choices=frozenset(chosen),
            omitted=frozenset({"radiative corrections of n <-> p at finite temperature (below 1e-5 in Y_p)"}),
        )
        object.__setattr__(self, "provenance", made | nucleon.provenance())

    @property
    def lifetime(self) -> float:
        """Lifetime of the neutron in seconds."""
        return neutron().lifetime_s.value if self.lifetime_s is None else self.lifetime_s

    def __call__(
        self, t_gamma: Array | float, t_nu: Array | float, potential: Array | float = 0.0
    ) -> tuple[Array, Array]:
        """Rates (S,) of n -> p and p -> n [MeV].

        Parameters
        ----------
        t_gamma, t_nu : temperatures (S,) of electrons and of electron neutrinos, MeV.
        potential : mu / T_nu (S,) of electron neutrinos and of antineutrinos alike.

        Raises
        ------
        InvalidValueError
            for temperatures outside 0.004 to 10 MeV.
        """
        t, t_nu, potential = (
            np.atleast_1d(x)
            for x in np.broadcast_arrays(*(np.asarray(x, float) for x in (t_gamma, t_nu, potential)))
        )
        for value in (t, t_nu):
            if not np.all((value > 0) & (value <= HOTTEST)) or np.any(t < COLDEST):
                raise InvalidValueError(
                    f"Rates of n <-> p are available from {COLDEST:g} to {HOTTEST:g} MeV, not at"
                    f" {t.min():g} to {max(t.max(), t_nu.max()):g} MeV."
                )
        energy, neutrino = _energies()
        weights = _weights(self.radiative, self.recoil, self.magnetism, self._axial)
        electron, hole = fermi(energy / t[:, None]), fermi(-energy / t[:, None])
        n_to_p, p_to_n = np.zeros_like(t), np.zeros_like(t)
        for row, outgoing, incoming in ((0, hole, electron), (1, electron, hole)):
            x = neutrino[row]
            y = x / t_nu[:, None] - potential[:, None] * np.sign(x)
            filled, empty = fermi(y), fermi(-y)
            blocked = filled * empty / t_nu[:, None]
            bend = (empty - filled) / t_nu[:, None]
            first, second = (filled, empty) if row == 0 else (empty, filled)
            # derivatives by the signed energy, which is -x where the neutrino faces the other way
            sign = 1 if row == 0 else -1
            n_to_p += _integral(weights[0, row], first, -blocked, sign * blocked * bend, outgoing, t)
            p_to_n += _integral(weights[1, row], second, -blocked, -sign * blocked * bend, incoming, t)
        scale = 1 / (self.lifetime * SECOND * _decay_integral(weights))
        return n_to_p * scale, p_to_n * scale

    @property
    def _axial(self) -> float:
        return neutron().axial.value if self.axial is None else self.axial


def _integral(weight: Array, occupied: Array, first: Array, second: Array, lepton: Array, t: Array) -> Array:
    """Integral (S,) over the electrons, with `weight` (3, 2, Q): derivative of the occupation, power of T."""
    total = np.zeros_like(t)
    for order, function in enumerate((occupied, first, second)):
        if np.any(weight[order]):
            by_power = (function * lepton) @ weight[order].T
            total += by_power[:, 0] + t * by_power[:, 1]
    return total


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    """Momenta (Q,) of the electron and their weights dp; the first ones lie where the decay reaches."""
    reach = float(np.sqrt(GAP**2 - ELECTRON_MASS**2))
    low, low_weight = panels(np.array(_DECAY) * reach, _NODES)
    high, high_weight = panels(np.sqrt((GAP + np.array(_ABOVE)) ** 2 - ELECTRON_MASS**2), _NODES)
    return np.concatenate([low, high]), np.concatenate([low_weight, high_weight])


@lru_cache(maxsize=1)
def _energies() -> tuple[Array, Array]:
    """Energies of the electron (Q,) and of the neutrino (2, Q).

    First row: electron and neutrino on opposite sides, or the decay, E - gap; second row: positrons, E + gap.
    """
    energy = np.hypot(_nodes()[0], ELECTRON_MASS)
    return energy, np.stack([energy - GAP, energy + GAP])


@lru_cache(maxsize=8)
def _weights(radiative: bool, recoil: bool, magnetism: bool, axial: float) -> Array:
    """Weights (2, 2, 3, 2, Q): n -> p or p -> n, electron or positron, derivative of f, power of T."""
    momentum, step = _nodes()
    energy, neutrino = _energies()
    found = np.zeros((2, 2, 3, 2, momentum.size))
    for way, flavour in enumerate((1, -1)):
        for row in (0, 1):
            side = flavour if row == 0 else -flavour  # 1: the electron or positron leaves
            x = side * neutrino[row]
            found[way, row, 0, 0] = x**2
            if recoil:
                found[way, row] += _recoil(x, side * energy, flavour, axial, magnetism)
    measure = np.tile(step * momentum**2, (2, 1))
    if radiative:
        measure *= radiative_factor(momentum, np.abs(neutrino))
        measure[0] *= coulomb_factor(momentum)
    found *= measure[None, :, None, None, :]
    found.setflags(write=False)
    return found


def _recoil(x: Array, energy: Array, flavour: int, axial: float, magnetism: bool) -> Array:
    """First order in 1 / m_N of E_nu^2 f: factors (3, 2, Q) of f, f', f'' and of the powers 0 and 1 of T.

    `x`, `energy` are the signed energies of the neutrino, > 0 if it enters, and of the electron, > 0 if it leaves.
    """
    g = flavour * axial
    magnetic = 4 * neutron().magnetism * g if magnetism else 0.0
    unit = 1 / (1 + 3 * g**2)
    left, right = ((1 + g) ** 2 + magnetic) * unit, ((1 - g) ** 2 - magnetic) * unit
    mixed = (g**2 - 1) * unit
    total = left + right + mixed
    p2 = energy**2 - ELECTRON_MASS**2
    slope = p2 / energy
    thermal_mass = 1.5 * _MEAN_MASS * ((NEUTRON_MASS / PROTON_MASS) ** flavour - 1)
    cold = (left * slope - right * x) * _derivative(x, 2, 0)
    cold += total / 2 * (_derivative(x, 4, 1) + p2 * _derivative(x, 2, 1))
    cold += mixed * slope / 3 * _derivative(x, 3, 1)
    warm = (left + right) * (slope * _derivative(x, 2, 1) - _derivative(x, 3, 1))
    warm += total / 2 * (_derivative(x, 4, 2) + p2 * _derivative(x, 2, 2))
    warm += total * thermal_mass * _derivative(x, 2, 1)
    warm += mixed * (slope / 3 * _derivative(x, 3, 2) - 3 * _derivative(x, 2, 0))
    return np.stack([cold, warm], axis=1) / _MEAN_MASS


def _derivative(x: Array, power: int, order: int) -> Array:
    """Factors (3, Q) of f, f', f'' in the derivative of x^power f of the given order, by Leibniz."""
    found = np.zeros((3, x.size))
    for k in range(order + 1):
        left = order - k
        found[k] = math.comb(order, k) * math.perm(power, left) * x ** (power - left)
    return found


def _decay_integral(weights: Array) -> float:
    """The integral of the decay in vacuum [MeV^5], 1 / (K lifetime): every neutrino state below the gap is empty."""
    return float(np.sum(weights[0, 0, 0, 0], where=_energies()[1][0] < 0))
