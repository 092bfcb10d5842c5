"""Two of the nine integrals of lepton + nucleon -> nucleon + N in nuclear matter, and the loop over them (compiled).

Energy, momentum and azimuths leave three. The momentum q and the energy of the lepton E_1 are kept; the third, over the
nucleons, is a moment of Fermi functions in closed form. Imported only when rates are made, since loading the
compiler costs a second.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from feebly.arrays import Array

Place = tuple[float, float, float, float, float, float, float]  # one row of `media`
Particles = tuple[float, float, float]  # energy and momentum of N, mass of the lepton
Coupling = tuple[float, float, float]  # (V + A)^2, (V - A)^2, V^2 - A^2

TAIL = 18.0  # occupations below exp(-18) are left out
STEP = 5.0  # panels in E_1 end this many T from the Fermi surface of the leptons
HALVINGS = 40
SMALLEST_STEP = (
    1e-9  # between the levels of the nucleons over T; below it the limit of zero is reached to rounding
)
EMPTY = -40.0  # complete Fermi-Dirac integrals are exponentials below


@njit(cache=True)
def collisions(
    energy: Array,
    mass: float,
    lepton_mass: float,
    media: Array,
    coupling: Coupling,
    outer: Array,
    inner: Array,
    series: Array,
) -> Array:
    """Production and absorption of one spin state (2, R, W) per 16 G_F^2 [MeV^5].

    Parameters
    ----------
    energy : (R, W) of N, MeV, > mass.
    mass, lepton_mass : of N and of the lepton, MeV.
    media : (R, 7) temperature, potential of the lepton, mass and potential of the first and of the second nucleon,
        and the energy that the first nucleon brings beyond its own, MeV.
    outer, inner : (2, K) nodes and weights on (0, 1) in q and E_1.
    series : (2, terms) coefficients of z^(k+1) in -Li_2(-z) and -Li_3(-z).

    Notes
    -----
    C = 1/(16 (2 pi)^3 E p) int dq dE_1 f_1 int dE_2 f_2 (1 - f_3) <|M|^2>_phi, with p_1 = p + q, p_3 = p_2 + q and
    E_3 - E_2 = omega = E_1 - E + shift. Absorption has 1 - f for f, which is exp[(E - shift - mu_1 - mu_2 + mu_3)/T] times
    the same.
    """
    rates = np.zeros((2, *energy.shape))
    for r in range(energy.shape[0]):
        t, mu1, m2, mu2, m3, mu3, shift = media[r]
        place = (t, mu1, m2, mu2, m3, mu3, shift)
        for w in range(energy.shape[1]):
            e = energy[r, w]
            particles = (e, np.sqrt((e - mass) * (e + mass)), lepton_mass)
            exponent = (e - shift - mu1 - mu2 + mu3) / t
            # the larger of both is integrated, so that neither overflows
            found = _integral(particles, place, coupling, exponent > 0, outer, inner, series)
            less = found * np.exp(-abs(exponent))
            rates[0, r, w] = less if exponent > 0 else found
            rates[1, r, w] = found if exponent > 0 else less
    return rates


@njit(cache=True)
def _integral(
    particles: Particles,
    place: Place,
    coupling: Coupling,
    absorbing: bool,
    outer: Array,
    inner: Array,
    series: Array,
) -> float:
    e4, p4, m1 = particles
    t, mu1, m2, mu2, m3, mu3, shift = place
    top = max(mu1, e4, m1) + TAIL * t
    reach2, reach3 = max(m2, mu2) + TAIL * t, max(m3, mu3) + TAIL * t
    low, high = _range(particles, place, top, reach2, reach3)
    cut = min(max(p4, low), high)  # the slowest lepton has p_1 = |p - q|, a kink
    edges = np.empty(5)
    total = 0.0
    for start, stop in ((low, cut), (cut, high)):
        if stop <= start:
            continue
        for i in range(outer.shape[1]):
            q = start + (stop - start) * outer[0, i]
            first = max(_on_shell(p4 - q, m1), e4 - shift - _gain(q, reach3, m3, m2))
            last = min(_on_shell(p4 + q, m1), top, e4 - shift + _gain(q, reach2, m2, m3))
            if last <= first:
                continue
            _panels(edges, first, last, mu1 - STEP * t, mu1 + STEP * t, e4 - shift - mu2 + mu3)
            for k in range(4):
                width = edges[k + 1] - edges[k]
                if width <= 0.0:
                    continue
                for j in range(inner.shape[1]):
                    e1 = edges[k] + width * inner[0, j]
                    weight = (stop - start) * outer[1, i] * width * inner[1, j]
                    total += weight * _integrand(q, e1, particles, place, coupling, absorbing, series)
    return float(total / (e4 * p4 * (2 * np.pi) ** 3) / 16)


@njit(cache=True, inline="always")
def _on_shell(momentum: float, mass: float) -> float:
    return float(np.sqrt(momentum * momentum + mass * mass))


@njit(cache=True, inline="always")
def _gain(q: float, reach: float, mass: float, other: float) -> float:
    """Largest energy that a nucleon can gain with momentum q as it becomes `other`, from at most `reach`."""
    momentum = np.sqrt((reach - mass) * (reach + mass))
    if q * mass < (other - mass) * momentum:
        return _on_shell(q, other - mass)  # both equally fast
    return _on_shell(momentum + q, other) - reach


@njit(cache=True)
def _range(
    particles: Particles, place: Place, top: float, reach2: float, reach3: float
) -> tuple[float, float]:
    """Momenta q between which leptons and nucleons can balance, by bisection."""
    p4, m1 = particles[1], particles[2]
    largest = p4 + np.sqrt((top - m1) * (top + m1))
    low, high = 0.0, largest
    if _shortage(low, particles, place, reach2, reach3) > 0.0:
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            if _shortage(middle, particles, place, reach2, reach3) > 0.0:
                low = middle
            else:
                high = middle
        low = high
    lowest = low
    low, high = max(p4, lowest), largest
    if _excess(high, particles, place, reach2) > 0.0:
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            if _excess(middle, particles, place, reach2) > 0.0:
                high = middle
            else:
                low = middle
        high = low
    return lowest, high


@njit(cache=True, inline="always")
def _shortage(q: float, particles: Particles, place: Place, reach2: float, reach3: float) -> float:
    """Energy missing since q is too small; falls with q."""
    e4, p4, m1 = particles
    missing = e4 - place[6] - _gain(q, reach3, place[4], place[2]) - _on_shell(p4 + q, m1)
    return max(missing, _excess(min(q, p4), particles, place, reach2))


@njit(cache=True, inline="always")
def _excess(q: float, particles: Particles, place: Place, reach2: float) -> float:
    """Energy of the slowest lepton beyond what nucleons take up; rises with q above p."""
    e4, p4, m1 = particles
    return _on_shell(p4 - q, m1) - (e4 - place[6] + _gain(q, reach2, place[2], place[4]))


@njit(cache=True, inline="always")
def _panels(edges: Array, low: float, high: float, a: float, b: float, c: float) -> None:
    """low, high and what of a < b and c lies between them, in order."""
    a, b, c = min(max(a, low), high), min(max(b, low), high), min(max(c, low), high)
    edges[0], edges[4] = low, high
    edges[1], edges[2], edges[3] = min(a, c), max(min(b, c), a), max(b, c)


@njit(cache=True)
def _integrand(
    q: float,
    e1: float,
    particles: Particles,
    place: Place,
    coupling: Coupling,
    absorbing: bool,
    series: Array,
) -> float:
    """|M|^2 / (16 G_F^2) with all occupations, integrated over the nucleon energy and averaged over azimuths [MeV^5]."""
    e4, p4, m1 = particles
    t, mu1, m2, mu2, m3, mu3, shift = place
    left, right, mixed = coupling
    # p_2 along q is slope E_2 + offset; the smallest E_2 has no momentum across
    omega = e1 - e4 + shift
    slope, offset = omega / q, (omega**2 - q**2 + (m2 - m3) * (m2 + m3)) / (2 * q)
    spacelike = (1 - slope) * (1 + slope)
    discriminant = offset**2 + m2**2 * spacelike
    if discriminant < 0.0 or (spacelike <= 0.0 and omega**2 - q**2 >= (m2 - m3) ** 2):
        return 0.0
    root, tilt = np.sqrt(discriminant), slope * offset
    if tilt >= 0.0 and spacelike > 0.0:
        e2 = (tilt + root) / spacelike
    else:
        e2 = (m2**2 + offset**2) / (root - tilt)  # the same without cancellation
    if not 0.0 < e2 < np.inf or e2 + omega <= 0.0:
        return 0.0

    step = (omega + mu2 - mu3) / t
    if abs(step) < SMALLEST_STEP:
        step = SMALLEST_STEP
    start = (e2 - mu2) / t
    zeroth, first, second = _moments(start, step, series)
    if spacelike < 0.0:  # a heavier nucleon decays to a lighter one: E_2 has an upper limit as well
        span = ((m2**2 + offset**2) / (-spacelike * e2) - e2) / t
        a, b, c = _moments(start + span, step, series)
        zeroth, first, second = zeroth - a, first - b - span * a, second - c - 2 * span * b - span**2 * a
    # f_1 f_2 (1 - f_3), or (1 - f_1) (1 - f_2) f_3, with the differences f_2 - f_3 that the moments are
    if absorbing:
        occupation = 1 / (1 + np.exp((mu1 - e1) / t)) / np.expm1(step)
    else:
        occupation = 1 / (1 + np.exp((e1 - mu1) / t)) / -np.expm1(-step)

    square1 = (e1 - m1) * (e1 + m1)
    along1, along2 = (square1 - p4**2 + q**2) / (2 * q), slope * e2 + offset
    along4 = along1 - q
    across = max(square1 - along1**2, 0.0) / 2
    e3, along3 = e2 + omega, along2 + q
    # products of momenta at the smallest energy, and how they rise with E_2 / T
    p12, p13 = e1 * e2 - along1 * along2, e1 * e3 - along1 * along3
    p24, p34 = e4 * e2 - along4 * along2, e4 * e3 - along4 * along3
    p14 = e1 * e4 - (square1 + p4**2 - q**2) / 2
    rise1, rise4 = t * (e1 - along1 * slope), t * (e4 - along4 * slope)
    value = zeroth * (left * p12 * p34 + right * p13 * p24 - mixed * m2 * m3 * p14)
    value += first * (left * (p12 * rise4 + p34 * rise1) + right * (p13 * rise4 + p24 * rise1))
    value += second * (left + right) * rise1 * rise4
    # the azimuth averages p_1T^2 p_2T^2 / 2
    turned = first * 2 * t * (e2 - slope * along2) + second * t**2 * spacelike
    return float(t * occupation * (value + (left + right) * across * turned))


@njit(cache=True, inline="always")
def _moments(start: float, step: float, series: Array) -> tuple[float, float, float]:
    """n! [F_n(-start) - F_n(-start - step)], n = 0, 1, 2; see `feebly.math.blocked.blocked_moments`."""
    a0, a1, a2 = _complete(-start, series)
    b0, b1, b2 = _complete(-start - step, series)
    return a0 - b0, a1 - b1, 2 * (a2 - b2)


@njit(cache=True, inline="always")
def _complete(x: float, series: Array) -> tuple[float, float, float]:
    """Complete Fermi-Dirac integrals; see `feebly.math.blocked.complete_fermi`."""
    z = np.exp(-abs(x))
    if x < EMPTY:
        return z, z, z
    one, two = 0.0, 0.0
    for k in range(series.shape[1] - 1, -1, -1):
        one = one * z + series[0, k]
        two = two * z + series[1, k]
    one, two = one * z, two * z
    if x > 0.0:
        return x + np.log1p(z), x * x / 2 + np.pi**2 / 6 - one, x**3 / 6 + np.pi**2 / 6 * x + two
    return np.log1p(z), one, two
