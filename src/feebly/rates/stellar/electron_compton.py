"""Semi-Compton scattering on electrons of a plasma, e gamma <-> e X, by polarisation.

The phase space is that of ``semi_compton_kernel``; here the longitudinal state is separated, which a current that is
conserved emits with (m/E)^2. ``docs/physics/plasma.md`` has its matrix element.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ALPHA, ELECTRON_MASS
from feebly.errors import InvalidValueError
from feebly.provenance import sources
from feebly.rates.stellar.polarisation import Modes, electron_mass
from feebly.rates.stellar.semi_compton_kernel import Rules, azimuth_average, pauli, rules_for, transfer

Dressing = Literal["plasma", "vacuum"]

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Eqs. (B13)-(B18), for any charged lepton"),
    ("esseili-kribs-chargephobic", "Eq. (48)"),
)
NODES: Final = (10, 20, 8)  # light-cone momentum, rapidity, Pauli variable
_BLOCK: Final = 20_000  # integrand evaluations held in memory at once
_SLOW: Final = 1e-7  # (k/E)^2 below which all states are alike to rounding


def longitudinal_element(
    s_minus: ArrayLike,
    u_minus: ArrayLike,
    mass: float,
    *,
    energies: tuple[ArrayLike, ArrayLike, ArrayLike],
    lepton_mass: float,
) -> Array:
    """Sum |M|^2 / (e^2 g^2) of e gamma -> e X over spins and photons for the longitudinal state of X (no unit).

    Parameters
    ----------
    s_minus, u_minus : S = s - M^2 and U = u - M^2 of the lepton mass M, MeV^2.
    mass : of X, MeV.
    energies : of the lepton before and after and of X, in the frame where the state is longitudinal, MeV.
    lepton_mass : M, MeV.

    Notes
    -----
    With e the polarisation vector, J = (2 p_2 + k).e/S + (2 p_1 - k).e/U, B = (p_2.e)(p_1.k) - (p_2.k)(p_1.e),
    R = 2 m^2 (p_1.e)(p_2.e) - 2 (p_1.k)(p_2.k) + m^2 p_1.p_2,

        8 J^2 (p_1.p_2 - 2 M^2) + 16 J B (1/S + 1/U) + (16 M^2 m^2 - 8 R)(1/S^2 + 1/U^2) + 16 m^2 p_1.p_2/(S U).

    Source: derived in ``docs/physics/plasma.md``. Valid for: E > m.

    >>> at_rest = longitudinal_element(20.0, -19.0, 0.1, energies=(10.0, 10.0, 1.0), lepton_mass=10.0)
    >>> bool(at_rest > 0)
    True
    """
    s, u = np.asarray(s_minus, dtype=float), np.asarray(u_minus, dtype=float)
    first, second, omega = (np.asarray(x, dtype=float) for x in energies)
    inverse, difference = -1 / (s * u), s - u
    powers = _Powers(inverse, inverse**2, difference * inverse, difference * inverse**2)
    return np.asarray(8 * _longitudinal(s + u, (first, second, omega), powers, mass, lepton_mass))


@dataclass(frozen=True, slots=True)
class _Powers:
    """Y = -1/(S U), Y^2, D Y and D Y^2 with D = S - U, or their averages over the azimuth."""

    y: Array
    yy: Array
    dy: Array
    dyy: Array


def _longitudinal(
    c: Array, energies: tuple[Array, Array, Array], at: _Powers, m: float, big: Array | float
) -> Array:
    """The element over 8, linear in the powers; c = S + U, which no azimuth changes."""
    first, second, omega = energies
    m2, big2 = np.square(m), np.square(big)
    k2 = (omega - m) * (omega + m)
    e, gain = first + second, first - second
    photon = omega - gain
    product = big2 + (c - m2) / 2  # p_1.p_2
    squares = c**2 * at.yy + 4 * at.y  # D^2 Y^2
    # J = -(m/k) Y (photon D - e c), B = -(m/2k) (b - gain D / 2), 1/S + 1/U = -c Y
    j2 = (e * c) ** 2 * at.yy - 2 * e * c * photon * at.dyy + photon**2 * squares
    b = e * (m2 - c / 2)
    jb = -e * c * b * at.yy + (photon * b + e * c * gain / 2) * at.dyy - photon * gain / 2 * squares
    # 2 M^2 m^2 - R = m^2 (2 M^2 - p_1.p_2 + 2 (level + omega e D / 4 - 1 / 4 Y) / k^2)
    level = omega * gain * (c / 4 - m2 / 2) - m2 * first * second - m2 * (c - m2) / 4
    both = c**2 * at.yy + 2 * at.y  # 1/S^2 + 1/U^2
    recoil = (2 * big2 - product) * both - 2 * product * at.y
    spin = 2 * level * both + omega * e / 2 * (c**2 * at.dyy + 2 * at.dy) - (c**2 * at.y + 2) / 2
    return np.asarray(m2 * (recoil + ((product - 2 * big2) * j2 - c * jb + spin) / k2))


def _averages(a: Array, b2: Array, c: Array) -> _Powers:
    """The powers averaged over phi for S = a + b cos(phi), -U = d + b cos(phi), d = a - c, b2 = b^2."""
    d = a - c
    rs, rd = np.sqrt(a * a - b2), np.sqrt(d * d - b2)
    h, p, total = rs + rd, rs * rd, a + d
    y = total / (p * h)
    yy = y / (p * p * h) * (d * total * (h * h + p) / h - rd * rd * (h + rs))
    return _Powers(y, yy, h / p, (d * total * (h * h - p) / h - rd**3) / p**3)


def compton_absorption(
    energy: ArrayLike,
    mass: float,
    *,
    temperature: ArrayLike,
    potential: ArrayLike,
    dressing: Dressing = "plasma",
    nodes: tuple[int, int, int] = NODES,
) -> Modes:
    """Reduced absorption by X e -> gamma e of one state of each mode, per unit |g x_e|^2 in the medium [MeV].

    Parameters
    ----------
    energy : local energies of X, MeV, >= mass; all arrays broadcast.
    mass : of X, MeV.
    temperature, potential : of the medium and of the electrons, MeV.
    dressing : "plasma" gives the electrons their mass in the plasma, "vacuum" leaves them theirs.
    nodes : of the light-cone momentum, the rapidity and the Pauli variable.

    Notes
    -----
    (1 - exp(-E/T)) Gamma_abs, positrons included, with recoil and Pauli blocking. The sum over the states is that of
    `feebly.rates.stellar.semi_compton_kernel.rate_full`; the longitudinal one has `longitudinal_element`.
    Source: blinov-lmu-ltau, Eqs. (B13)-(B18) for the rate. Differs from it: electrons, full matrix element, modes.
    Valid for: photons without plasma mass, T > 1 MeV; error of the default nodes 0.3 % (median), at most 4 %
    (transverse) and 6 % (longitudinal) for T = 5-30 MeV.

    Raises
    ------
    InvalidValueError
        for an unknown dressing or an energy below the mass.

    Examples
    --------
    >>> rate = compton_absorption(60.0, 10.0, temperature=30.0, potential=150.0)
    >>> bool(0 < rate.longitudinal < 0.5 * rate.transverse)
    True
    """
    if dressing not in ("plasma", "vacuum"):
        raise InvalidValueError(f"dressing = '{dressing}' is not known. Possible: plasma, vacuum.")
    dressed = electron_mass(temperature, potential) if dressing == "plasma" else ELECTRON_MASS
    raw = np.broadcast_arrays(energy, temperature, np.abs(potential), dressed)
    if np.any(raw[0] < mass):
        raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")
    flat = [np.asarray(x, dtype=float).reshape(-1) for x in raw]
    rates = np.empty((2, flat[0].size))
    step = max(1, _BLOCK // int(np.prod(nodes)))
    rule = rules_for(nodes)
    for start in range(0, flat[0].size, step):
        block = slice(start, start + step)
        rates[:, block] = _absorption(mass, rule, *(x[block, None, None, None] for x in flat))
    summed, longitudinal = rates.reshape(2, *raw[0].shape) * (
        -np.expm1(-raw[0] / raw[1]) * ALPHA / (8 * np.pi**2 * raw[0])
    )
    return Modes((summed - longitudinal) / 2, longitudinal)


def _absorption(mass: float, rule: Rules, w: Array, t: Array, mu: Array, big: Array) -> Array:
    """Averaged elements of the sum and of the longitudinal state times f2 (1 - f1)(1 + f_gamma), integrated (2, N)."""
    q = transfer(w, np.asarray(mass), t, mu, big, rule)
    excess, integral, both = pauli(q, t, mu, rule.pauli, antimuons=True)
    second = q.lowest + excess
    along = (2 * second * q.energy - q.square) / (2 * q.momentum)
    k_along = (2 * w * q.energy + q.square - mass**2) / (2 * q.momentum)
    across = q.square / q.momentum**2 * excess * (excess + 2 * q.lowest + q.energy)
    a, b2 = 2 * (w * second - along * k_along) + mass**2, 4 * across * q.transverse
    summed = azimuth_average(a, b2, q.square, np.asarray(mass), big)
    c = mass**2 + q.square
    slow = 1 - (mass / w) ** 2 < _SLOW
    fast_energy = np.where(slow, 2 * w, w)  # any value that keeps k away from 0
    own = _longitudinal(c, (second + q.energy, second, fast_energy), _averages(a, b2, c), mass, big)
    elements = np.stack([summed, np.where(slow, summed / 3, own)])
    outer = q.weight * integral / -np.expm1(-q.photon / t)
    return np.asarray(np.sum(elements * both * rule.pauli_weight * outer, axis=(-3, -2, -1)))
