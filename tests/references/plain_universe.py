"""The early universe with X <-> f fbar once more, as a plain right-hand side for SciPy.

Shares nothing with `feebly.transport`: explicit derivatives of temperatures and potentials (P2, Eq. (31)), densities by
quadrature in momentum, weak rates without electron mass or statistics, no QED.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from feebly.constants import ELECTRON_MASS, NEWTON

FERMI = 1.1663787e-11
COUPLINGS = 0.727**2 + 0.233**2 + 2 * (0.273**2 + 0.233**2)
X, W = np.polynomial.legendre.leggauss(160)
U = (X + 1) / 2
NODES, WEIGHTS = 40 * U**2, 40 * U * W


def gas(t: float, u: float, mass: float, states: float, sign: float) -> tuple[np.ndarray, np.ndarray]:
    """(n, rho, P) and d(n, rho)/d(ln T, u), u = (mu - m) / T."""
    e = mass + t * NODES
    p = np.sqrt(e * e - mass * mass)
    f = 1 / (np.exp(NODES - u) + sign)
    slope = f * (1 - sign * f)
    measure = states / (2 * np.pi**2) * t * WEIGHTS * p * e
    moments = np.array([measure @ f, (measure * e) @ f, (measure * p * p / (3 * e)) @ f])
    heat = np.array([(measure * NODES) @ slope, (measure * e * NODES) @ slope])
    potential = np.array([measure @ slope, (measure * e) @ slope])
    return moments, np.column_stack([heat, potential])


@dataclass(frozen=True)
class Plain:
    """Mass, widths to electrons and to all neutrinos, and neutrinos per decay."""

    mass: float
    electrons: float
    neutrinos: float
    per_decay: float

    def source(self, t: float, mu: float, tx: float, u: float, width: float, product: float) -> np.ndarray:
        """(dn_X/dt, drho_X/dt) from one bath."""
        e = self.mass + t * NODES
        p = np.sqrt(e * e - self.mass**2)
        bp = p * np.sqrt(1 - 4 * product**2 / self.mass**2)
        low, high = np.exp(-((e - bp) / 2 - mu) / t), np.exp(-((e + bp) / 2 - mu) / t)
        blocking = 1 - 2 * t / bp * np.log((1 + low) / (1 + high))
        gain = 1 / np.expm1((e - 2 * mu) / t) - 1 / np.expm1(np.minimum((e - self.mass) / tx - u, 500.0))
        rate = 3 * self.mass * width / (2 * np.pi**2) * t * WEIGHTS * p * blocking * gain
        return np.array([rate.sum(), (rate * e).sum()])

    def slope(self, _: float, y: np.ndarray) -> np.ndarray:
        """d(ln T_gamma, ln T_nu, mu_nu/T_nu, ln T_X, (mu_X - m)/T_X)/d ln a; without X for three variables."""
        t, tn, zn = np.exp(y[0]), np.exp(y[1]), y[2]
        tx, u = (np.exp(y[3]), y[4]) if y.size == 5 else (t, -400.0)
        electron, by_electron = gas(t, -ELECTRON_MASS / t, ELECTRON_MASS, 4.0, 1.0)
        neutrino, by_neutrino = gas(tn, zn, 0.0, 6.0, 1.0)
        own, by_own = gas(tx, u, self.mass, 3.0, -1.0)
        photons = np.pi**2 / 15 * t**4
        hubble = np.sqrt(8 * np.pi * NEWTON / 3 * (photons + electron[1] + neutrino[1] + own[1]))
        unit = 4 * FERMI**2 / np.pi**5 * COUPLINGS
        z2 = np.exp(2 * zn)
        number = 8 * unit * (t**8 - z2 * tn**8)
        heat = unit * (32 * (t**9 - z2 * tn**9) + 56 * np.exp(zn) * t**4 * tn**4 * (t - tn))
        has_x = y.size == 5
        from_e, from_n = np.zeros(2), np.zeros(2)
        if has_x and self.electrons:
            from_e = self.source(t, 0.0, tx, u, self.electrons, ELECTRON_MASS)
        if has_x and self.neutrinos:
            from_n = self.source(tn, zn * tn, tx, u, self.neutrinos, 0.0)
        plasma = -4 * photons - 3 * (electron[1] + electron[2]) - (heat + from_e[1]) / hubble
        d_electron = by_electron[1] @ [1.0, ELECTRON_MASS / t]  # no potential
        d_plasma = plasma / (4 * photons + d_electron)
        lost = [number - self.per_decay * from_n[0], heat - from_n[1]]
        flow_n = [-3 * neutrino[0] + lost[0] / hubble, -4 * neutrino[1] + lost[1] / hubble]
        slope = [d_plasma, *np.linalg.solve(by_neutrino, flow_n)]
        if has_x:
            made = (from_e + from_n) / hubble
            slope += [*np.linalg.solve(by_own, [-3 * own[0] + made[0], -3 * (own[1] + own[2]) + made[1]])]
        return np.array(slope)

    def delta_n_eff(self, hot: float, standard: float) -> float:
        """From `hot` [MeV], with X at a millionth of its equilibrium."""
        start = [np.log(hot), np.log(hot), 0.0, np.log(hot), np.log(1e-6) - self.mass / hot]

        def gone(_: float, y: np.ndarray) -> float:
            return float(y[4] + 25.0)

        gone.terminal, gone.direction = True, -1
        with_x = solve_ivp(self.slope, (0, 12), start, method="BDF", rtol=1e-6, atol=1e-8, events=gone)
        now = with_x.y[:3, -1]
        rest = solve_ivp(self.slope, (0, now[0] + 4.6), now, method="BDF", rtol=1e-7, atol=1e-9)
        y = rest.y[:, -1]
        neutrinos, _ = gas(np.exp(y[1]), y[2], 0.0, 6.0, 1.0)
        photons = np.pi**2 / 15 * np.exp(4 * y[0])
        return float(8 / 7 * (11 / 4) ** (4 / 3) * neutrinos[1] / photons - standard)
