"""Semi-Compton scattering on charged leptons of a plasma, l gamma <-> l X, by polarisation.

The phase space is that of ``semi_compton_kernel``; here the longitudinal state is separated, which a current that is
conserved emits with (m/E)^2. ``docs/physics/plasma.md`` has its matrix element.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.errors import InvalidValueError
from feebly.math.quadrature import gauss
from feebly.provenance import sources
from feebly.rates.stellar.polarisation import Modes, electron_mass
from feebly.rates.stellar.semi_compton_kernel import Rules, pauli, transfer

Lepton = Literal["e-", "mu-"]
Dressing = Literal["plasma", "vacuum"]

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Eqs. (B13)-(B18), for any charged lepton"),
    ("esseili-kribs-chargephobic", "Eq. (48)"),
)
NODES: Final = (10, 20, 10)  # light-cone momentum, rapidity, Pauli variable
_BLOCK: Final = 12_000  # integrand evaluations held in memory at once; they fit the cache
_CUT: Final = 30.0  # kinetic energy above the Fermi surface, in T, where the leptons end
_CORE: Final = 0.35  # least part of the rapidities that the middle panel takes
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
    return np.asarray(
        8 * _longitudinal(s + u, (first + second, first - second, omega), powers, mass, lepton_mass)
    )


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
    """The element over 8, linear in the powers; c = S + U, which no azimuth changes.

    `energies` are the sum and the difference of those of the leptons, and that of X. With J = -(m/k) Y (n D - e c),
    B = -(m/2k) (e (m^2 - c/2) - q D/2) and 1/S + 1/U = -c Y, for the sum e, the difference q and the photon n, most
    terms of `longitudinal_element` cancel.
    """
    e, gain, omega = energies
    m2, big2 = np.square(m), np.square(big)
    k2 = (omega - m) * (omega + m)
    photon = omega - gain
    slack = (c - m2) / 2  # p_1.p_2 - M^2
    recoil = (slack - big2) * photon**2 + c * photon * gain / 2
    level = omega * gain * (c / 4 - m2 / 2) + m2 * (gain**2 / 4 - slack / 2)
    e2 = np.square(e)
    yy = c**2 * (big2 - slack + (recoil + 2 * level - big2 * e2) / k2)
    y = (4 * (recoil + level) - c**2 / 2 - m2 * e2) / k2 - 4 * slack
    odd = e / k2 * (2 * big2 * c * photon * at.dyy + omega * at.dy)
    return np.asarray(m2 * (yy * at.yy + y * at.y + odd - 1 / k2))


def _averages(a: Array, b2: Array, c: Array) -> _Powers:
    """The powers averaged over phi for S = a + b cos(phi), -U = d + b cos(phi), d = a - c, b2 = b^2."""
    d = a - c
    rs, rd = np.sqrt(a * a - b2), np.sqrt(d * d - b2)
    h, p, total = rs + rd, rs * rd, a + d
    y, h2, across = total / (p * h), h * h, d * total / h
    yy = y / (p * p * h) * (across * (h2 + p) - rd * rd * (h + rs))
    return _Powers(y, yy, h / p, (across * (h2 - p) - rd * rd * rd) / (p * p * p))


def lepton_mass(
    lepton: Lepton, temperature: ArrayLike, potential: ArrayLike, *, dressing: Dressing = "plasma"
) -> Array:
    """Mass of a charged lepton in the medium [MeV]; only electrons are dressed.

    Raises
    ------
    InvalidValueError
        for an unknown lepton or dressing.

    >>> float(lepton_mass("e-", 30.0, 200.0)) > 10 * ELECTRON_MASS
    True
    """
    if lepton not in ("e-", "mu-"):
        raise InvalidValueError(f"lepton = '{lepton}' is not known. Possible: e-, mu-.")
    if dressing not in ("plasma", "vacuum"):
        raise InvalidValueError(f"dressing = '{dressing}' is not known. Possible: plasma, vacuum.")
    if lepton == "e-" and dressing == "plasma":
        return electron_mass(temperature, potential)
    shape = np.broadcast_shapes(np.shape(temperature), np.shape(potential))
    return np.full(shape, ELECTRON_MASS if lepton == "e-" else MUON_MASS)


def compton_absorption(
    energy: ArrayLike,
    mass: float,
    *,
    temperature: ArrayLike,
    potential: ArrayLike,
    lepton: Lepton = "e-",
    dressing: Dressing = "plasma",
    nodes: tuple[int, int, int] = NODES,
) -> Modes:
    """Reduced absorption by X l -> gamma l of one state of each mode, per unit |g x_l|^2 in the medium [MeV].

    Parameters
    ----------
    energy : local energies of X, MeV, >= mass; all arrays broadcast.
    mass : of X, MeV.
    temperature, potential : of the medium and of the leptons, MeV.
    lepton : "e-" or "mu-", the antileptons included.
    dressing : "plasma" gives electrons their mass in the plasma, "vacuum" leaves them theirs.
    nodes : of the light-cone momentum, the rapidity and the Pauli variable.

    Notes
    -----
    (1 - exp(-E/T)) Gamma_abs, antileptons included, with recoil and Pauli blocking. The sum over the states is that of
    `feebly.rates.stellar.semi_compton_kernel.rate_full`; the longitudinal one has `longitudinal_element`. The
    rapidity has panels that end at the Fermi surface.
    Source: blinov-lmu-ltau, Eqs. (B13)-(B18) for the rate. Differs from it: any lepton, full matrix element, modes.
    Valid for: photons without plasma mass, T > 1 MeV; error of the default nodes for T = 2-60 MeV and mu/T up to 21:
    0.1 % (median), at most 1 % below m = 30 MeV (2 % longitudinal), 3 % at 100 and 8 % at 400 MeV.

    Raises
    ------
    InvalidValueError
        for an unknown lepton or dressing, or an energy below the mass.

    Examples
    --------
    >>> rate = compton_absorption(60.0, 10.0, temperature=30.0, potential=150.0)
    >>> bool(0 < rate.longitudinal < 0.5 * rate.transverse)
    True
    """
    dressed = lepton_mass(lepton, temperature, potential, dressing=dressing)
    raw = np.broadcast_arrays(energy, temperature, np.abs(potential), dressed)
    if np.any(raw[0] < mass):
        raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")
    flat = [np.asarray(x, dtype=float).reshape(-1) for x in raw]
    rates = np.empty((2, flat[0].size))
    step = max(1, _BLOCK // int(np.prod(nodes)))
    for start in range(0, flat[0].size, step):
        block = slice(start, start + step)
        rates[:, block] = _absorption(mass, nodes, *(x[block, None, None, None] for x in flat))
    summed, longitudinal = rates.reshape(2, *raw[0].shape) * (
        -np.expm1(-raw[0] / raw[1]) * ALPHA / (8 * np.pi**2 * raw[0])
    )
    return Modes((summed - longitudinal) / 2, longitudinal)


def _absorption(mass: float, nodes: tuple[int, int, int], w: Array, t: Array, mu: Array, big: Array) -> Array:
    """Averaged elements of the sum and of the longitudinal state times f2 (1 - f1)(1 + f_gamma), integrated (2, N)."""
    rule, panel_weight = _rules(nodes, t, mu, big)
    q = transfer(w, np.asarray(mass), t, mu, big, rule)
    excess, integral, both = pauli(q, t, mu, rule.pauli, antimuons=True)
    second = q.lowest + excess
    along = (2 * second * q.energy - q.square) / (2 * q.momentum)
    k_along = (2 * w * q.energy + q.square - mass**2) / (2 * q.momentum)
    across = q.square / q.momentum**2 * excess * (excess + 2 * q.lowest + q.energy)
    a, b2 = 2 * (w * second - along * k_along) + mass**2, 4 * across * q.transverse
    c = mass**2 + q.square
    powers = _averages(a, b2, c)
    spin = 2 * (2 * np.square(big) + mass**2)
    summed = 2 + (c**2 - spin * q.square) * powers.y + spin * np.square(big * c) * powers.yy
    slow = 1 - (mass / w) ** 2 < _SLOW
    fast_energy = np.where(slow, 2 * w, w)  # any value that keeps k away from 0
    own = _longitudinal(c, (2 * second + q.energy, q.energy, fast_energy), powers, mass, big)
    outer = (q.weight * panel_weight * integral / -np.expm1(-q.photon / t))[..., 0]
    inner = both * rule.pauli_weight
    sums = [np.vecdot(x, inner) for x in (summed, own)]
    rates = np.stack([np.sum(x * outer, axis=(-2, -1)) for x in sums])
    rates[1] = np.where(slow[:, 0, 0, 0], rates[0] / 3, rates[1])
    return rates


def _rules(nodes: tuple[int, int, int], t: Array, mu: Array, big: Array) -> tuple[Rules, Array]:
    """Nodes of each state (N, 1, 1, 1), and the weights of the rapidities, which the rule leaves out."""
    x, x_weight = gauss(0.0, 1.0, nodes[0])
    cone = x**3 * (10 - 15 * x + 6 * x**2)  # light electrons have collinear peaks at both ends
    v, v_weight = gauss(0.0, 1.0, nodes[2])
    outer, outer_weight = gauss(0.0, 1.0, max(1, nodes[1] // 5))
    inner, inner_weight = gauss(-1.0, 1.0, nodes[1] - 2 * outer.size)
    fermi = np.maximum(mu - big, 0.0) / big
    edge = np.maximum(np.arccosh(1 + fermi) / np.arccosh(1 + fermi + _CUT * t / big), _CORE)[..., 0]
    rest = 1 - edge
    rapidity = np.concatenate([-1 + rest * outer, edge * inner, edge + rest * outer], axis=-1)
    weight = np.concatenate([rest * outer_weight, edge * inner_weight, rest * outer_weight], axis=-1)
    rule = Rules(
        cone=cone[:, None, None],
        cone_weight=60 * (x_weight * (x * (1 - x)) ** 2)[:, None, None],
        rapidity=rapidity[..., None],
        rapidity_weight=1.0,
        cut=_CUT,
        pauli=1 - (1 - v) ** 3,
        pauli_weight=3 * v_weight * (1 - v) ** 2,
    )
    return rule, weight[..., None]
