"""Semi-Compton production of a massive vector in a plasma with muons.

Pure functions of arrays for mu(p1) + gamma(k1) -> mu(p2) + V(k), with the full tree matrix
element, recoil and Pauli blocking.  The five-dimensional phase-space integral is reduced to a
smooth integral over a box; ``docs/physics/semi-compton.md`` has the derivation.  Energies in
MeV (hbar = c = k_B = 1); no physical constant is stored here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.math.quadrature import gauss

__all__ = ["compton_matrix_element", "degenerate_density", "rate_full", "rate_nr"]

DEFAULT_NODES = (8, 16, 6)  # (light-cone momentum, rapidity, Pauli variable)
_BLOCK = 12_000  # integrand evaluations held in memory at once; a few MB, fits the cache
_LOG_MAX = 690.0  # largest exponent kept, below the overflow of a double


def compton_matrix_element(
    s_minus: ArrayLike, u_minus: ArrayLike, mass: ArrayLike, *, muon_mass: ArrayLike
) -> Array:
    r"""Sum |M|^2 / (e^2 g^2) of mu gamma -> mu V over all spins and polarisations (no unit).

    Parameters
    ----------
    s_minus : array, S = s - m_mu^2 = 2 p1.k1 > 0 [MeV^2].
    u_minus : array, U = u - m_mu^2 = -2 p2.k1 < 0 [MeV^2].
    mass : array, mass m of V [MeV].
    muon_mass : array, m_mu [MeV].  All arguments broadcast, and give the shape of the result.

    Notes
    -----
    With t = m^2 - S - U,

    .. math:: \frac{\Sigma|M|^2}{8 e^2 g^2} = -\frac SU - \frac US + 2 (2 m_\mu^2 + m^2)
        \Big[m_\mu^2 \Big(\frac1S + \frac1U\Big)^2 - \frac{t}{SU}\Big].

    Source: derived in ``docs/physics/semi-compton.md`` from the two tree diagrams.
    Differs from it: nothing.
    Valid for: any m >= 0, all external particles on shell.

    Examples
    --------
    >>> float(compton_matrix_element(2.0, -1.0, 0.0, muon_mass=1.0))
    12.0
    """
    s, u, m, big = (np.asarray(x, dtype=float) for x in (s_minus, u_minus, mass, muon_mass))
    spin = 2.0 * (2.0 * big**2 + m**2)
    bracket = (big * (1.0 / s + 1.0 / u)) ** 2 - (m**2 - s - u) / (s * u)
    return np.asarray(8.0 * (spin * bracket - s / u - u / s))


def degenerate_density(temperature: ArrayLike, mu: ArrayLike, mass: ArrayLike) -> Array:
    r"""Number density times Pauli factor, n F_deg, of one charge of a Fermi gas [MeV^3].

    Parameters
    ----------
    temperature, mu, mass : arrays, temperature, chemical potential (rest mass included) and
        mass of the fermion [MeV].  They broadcast, and give the shape of the result.

    Notes
    -----
    With the occupation as variable the Fermi edge is exact at any degeneracy,

    .. math:: n F_{\rm deg} = \int \frac{2\,d^3p}{(2\pi)^3} f (1 - f)
        = \frac{T}{\pi^2} \int_0^{f(E=m)} p E\,df.

    Source: Blinov et al., App. B, the Pauli factor of Eq. (B16).
    Differs from it: nothing.
    Valid for: T > 0, \|mu - mass\| < 690 T; accuracy 1e-8.

    Examples
    --------
    >>> n = degenerate_density(0.01, -1.0, 1.0)  # dilute and cold: 2 (m T / 2 pi)^(3/2) z
    >>> float(round(n / (2 * (0.01 / (2 * np.pi)) ** 1.5 * np.exp(-200.0)), 2))
    1.02
    """
    t, chem, m = (np.asarray(x, dtype=float)[..., None] for x in (temperature, mu, mass))
    x, w = gauss(0.0, 1.0, 48)
    part = x**3 * (10.0 - 15.0 * x + 6.0 * x**2)  # fraction of f(m); its complement:
    rest = (1.0 - x) ** 3 * (1.0 + 3.0 * x + 6.0 * x**2)
    z0 = np.exp(np.clip((chem - m) / t, -_LOG_MAX, _LOG_MAX))
    kinetic = t * np.log((1.0 + z0 * rest) / part)
    weight = 30.0 * w * (x * (1.0 - x)) ** 2 * t * z0 / (1.0 + z0)
    integrand = np.sqrt(kinetic * (kinetic + 2.0 * m)) * (kinetic + m)
    return np.asarray(np.sum(weight * integrand, axis=-1) / np.pi**2)


def rate_nr(
    omega: ArrayLike,
    mass: ArrayLike,
    temperature: ArrayLike,
    mu: ArrayLike,
    *,
    muon_mass: ArrayLike,
    alpha: ArrayLike,
    scaled: bool = False,
) -> Array:
    r"""Production rate of V off static muons of one charge, per g^2 x_mu^2 [MeV].

    Parameters
    ----------
    omega, mass, temperature, mu : arrays, energy and mass of V, temperature and chemical
        potential of mu- [MeV].  They broadcast, and give the shape of the result.
    muon_mass, alpha : arrays, m_mu [MeV] and the fine-structure constant.
    scaled : multiply by exp(omega / T), which gives the absorption rate without underflow.

    Notes
    -----
    .. math:: \Gamma = \frac{n_\mu F_{\rm deg}}{v}\,\frac{2}{e^{\omega/T} - 1}\,\sigma, \quad
        \sigma = \frac{8\pi\alpha\alpha_V}{3 m_\mu^2} \Big(1 + \frac{m^2}{2\omega^2}\Big) v,
        \quad \alpha_V = \frac{g^2}{4\pi}; \qquad \Gamma = 0 \text{ for } \omega < m.

    Source: Blinov et al., App. B, Eqs. (B13)-(B16).
    Differs from it: the velocity v cancels and is not formed.
    Valid for: 0 < omega, T << m_mu; counts mu- only (call it with -mu for mu+).

    Examples
    --------
    >>> float(rate_nr(20.0, 30.0, 30.0, 118.0, muon_mass=106.0, alpha=1 / 137))
    0.0
    """
    w, m, t, big = (np.asarray(x, dtype=float) for x in (omega, mass, temperature, muon_mass))
    bose = (1.0 if scaled else np.exp(-w / t)) / -np.expm1(-w / t)
    sigma = np.asarray(alpha) * (1.0 + 0.5 * (m / w) ** 2) / (1.5 * big**2)
    return np.where(w < m, 0.0, 2.0 * degenerate_density(t, mu, big) * bose * sigma)


def rate_full(
    omega: ArrayLike,
    mass: ArrayLike,
    temperature: ArrayLike,
    mu: ArrayLike,
    *,
    muon_mass: ArrayLike,
    alpha: ArrayLike,
    nodes: tuple[int, int, int] = DEFAULT_NODES,
    scaled: bool = False,
    antimuons: bool = True,
) -> Array:
    r"""Tree-level production rate of V with recoil and blocking, per g^2 x_mu^2 [MeV].

    Parameters
    ----------
    omega, mass, temperature, mu : arrays, energy and mass of V, temperature and chemical
        potential of mu- [MeV].  They broadcast, and give the shape of the result.
    muon_mass, alpha : arrays, m_mu [MeV] and the fine-structure constant.
    nodes : numbers of nodes in (light-cone momentum, rapidity, Pauli variable).
    scaled : multiply by exp(omega / T), which gives the absorption rate without underflow.
    antimuons : count mu+ (chemical potential -mu) besides mu-.

    Notes
    -----
    .. math:: \Gamma = \frac{1}{2\omega} \int d\Pi_1 d\Pi_\gamma d\Pi_2\,
        (2\pi)^4 \delta^4(p_1 + k_1 - p_2 - k)\, \Sigma|M|^2 f_1 f_\gamma (1 - f_2),

    d Pi = d^3p / ((2 pi)^3 2E), no spin averages, no Bose factor for V; 0 for omega < m.

    Source: Blinov et al., App. B, Eqs. (B13)-(B18), for the rate; the matrix element is
    derived in ``docs/physics/semi-compton.md``.
    Differs from it: recoil, relativistic muons, exact Pauli blocking, mass of V, mu+.
    Valid for: omega > 0, T > 0.5 MeV, photons without plasma mass, muons with vacuum mass;
    error about 1e-3 for T > 8 MeV and mu < 200 MeV, more rapidity nodes for colder matter.

    Examples
    --------
    >>> point, constants = (30.0, 0.0, 30.0, 118.0), {"muon_mass": 106.0, "alpha": 1 / 137}
    >>> round(float(rate_full(*point, **constants) / rate_nr(*point, **constants)), 2)
    0.47
    """
    chem = np.abs(mu) if antimuons else mu
    raw = np.broadcast_arrays(omega, mass, temperature, chem, muon_mass, alpha)
    flat = [np.asarray(x, dtype=float).reshape(-1) for x in raw]
    out = np.zeros(flat[0].size)
    allowed = np.flatnonzero(flat[0] >= flat[1])
    step = max(1, _BLOCK // (nodes[0] * nodes[1] * nodes[2]))
    rule = rules_for(nodes)
    for start in range(0, allowed.size, step):
        rows = allowed[start : start + step]
        w, m, t, c, big, fine = (x[rows, None, None, None] for x in flat)
        integral = _absorption_integral(w, m, t, c, big, rule, antimuons=antimuons)
        out[rows] = integral * (fine / (8.0 * np.pi**2 * w))[:, 0, 0, 0]
    if not scaled:
        out *= np.exp(-flat[0] / flat[2])
    return out.reshape(raw[0].shape)


@dataclass(frozen=True, slots=True)
class Rules:
    """Nodes and weights of the three variables, shaped (cone, rapidity, Pauli)."""

    cone: Array  # (0, 1)
    cone_weight: Array
    rapidity: Array  # (-1, 1)
    rapidity_weight: float
    cut: float  # largest kinetic energy above the Fermi surface, in units of T
    pauli: Array  # (0, 1)
    pauli_weight: Array


def rules_for(nodes: tuple[int, int, int]) -> Rules:
    """Gauss in the cone variable, midpoint rule in rapidity, mapped Gauss in the Pauli one."""
    x, x_weight = gauss(0.0, 1.0, nodes[0])
    v, v_weight = gauss(0.0, 1.0, nodes[2])
    return Rules(
        cone=x[:, None, None],
        cone_weight=2.0 * x_weight[:, None, None],
        rapidity=((2.0 * np.arange(nodes[1]) + 1.0) / nodes[1] - 1.0)[:, None],
        rapidity_weight=2.0 / nodes[1],
        cut=min(1.3 * nodes[1] + 1.0, 36.0),
        pauli=v**3 * (4.0 - 3.0 * v),
        pauli_weight=12.0 * v_weight * v**2 * (1.0 - v),
    )


@dataclass(frozen=True, slots=True)
class _Transfer:
    """Kinematics of the momentum transfer q = p1 - p2 at the (cone, rapidity) nodes."""

    energy: Array  # q0
    momentum: Array  # |q|
    square: Array  # Q^2 = -t
    photon: Array  # E_gamma
    transverse: Array  # momentum of V transverse to q, squared
    lowest: Array  # smallest possible energy of p2
    weight: Array  # Jacobian times quadrature weights


def transfer(w: Array, m: Array, t: Array, mu: Array, big: Array, rule: Rules) -> _Transfer:
    """Map the box to q+ = |q| + q0 in (w - k, w + k) and the rapidity of the slowest p2."""
    k = np.sqrt((w - m) * (w + m))
    low = m**2 / (w + k)  # w - k
    above, below = 2.0 * k * rule.cone, 2.0 * k * (1.0 - rule.cone)
    q_plus = low + above
    eta = np.arccosh(1.0 + (np.maximum(mu - big, 0.0) + rule.cut * t) / big)
    boost = np.exp(eta * rule.rapidity)
    y = q_plus / (big * boost)
    q_minus = q_plus / (boost**2 * (1.0 + y))
    q = 0.5 * (q_plus + q_minus)
    photon = 0.5 * (below + low + q_minus)
    jacobian = big / boost * y * (2.0 + y) / (1.0 + y) ** 2
    return _Transfer(
        energy=0.5 * (q_plus - q_minus),
        momentum=q,
        square=q_plus * q_minus,
        photon=photon,
        transverse=(k + q + photon) * (low + q_minus) * above * below / (4.0 * q**2),
        lowest=0.5 * big * (boost + 1.0 / boost),
        weight=jacobian * rule.cone_weight * (eta * rule.rapidity_weight),
    )


def pauli(q: _Transfer, t: Array, mu: Array, u: Array, *, antimuons: bool) -> tuple[Array, Array, Array]:
    """Energy nodes that follow f2 (1 - f1) exactly.

    Returns E2 above its minimum at the fractions `u` of the integral of f2 (1 - f1) dE2
    (counted from high energy), the whole integral, and one plus the mu+ to mu- ratio.
    """
    gap = np.maximum(np.abs(q.energy) / t, 1e-150)
    soft, hole = np.exp(-gap), -np.expm1(-gap)
    log_z0 = np.clip((mu - q.lowest - np.minimum(q.energy, 0.0)) / t, -_LOG_MAX, _LOG_MAX)
    z0 = np.exp(log_z0)
    span = np.log1p(hole * z0 / (1.0 + z0 * soft))
    integral = t * span / hole * np.where(q.energy < 0.0, soft, 1.0)
    part = u * span
    z = np.expm1(part) / -np.expm1(part - gap)
    excess = np.maximum(t * (log_z0 - np.log(z)), 0.0)
    if not antimuons:
        return excess, integral, np.ones(1)
    flip = np.exp(-2.0 * mu / t)
    zs, zf = z * soft, z * flip
    both = 1.0 + flip * (1.0 + z) * (1.0 + zs) / ((1.0 + zf) * (1.0 + zf * soft))
    return excess, integral, both


def azimuth_average(a: Array, b2: Array, q2: Array, m: Array, big: Array) -> Array:
    """Sum |M|^2 / (8 e^2 g^2) averaged over phi, with S = a + b cos(phi), b2 = b^2, q2 = -t."""
    spin, c0 = 2.0 * (2.0 * big**2 + m**2), m**2 + q2
    d = a - c0  # -U = d + b cos(phi)
    rs, rd = np.sqrt(a * a - b2), np.sqrt(d * d - b2)
    h, p, total = rs + rd, rs * rd, a + d
    mixed = total / (p * h)  # average of -1 / (S U)
    bracket = d * total * (h * h + p) / h - rd * rd * (h + rs)
    square = c0**2 * mixed * bracket / (p * p * h)  # average of (1/S + 1/U)^2
    return np.asarray(2.0 + (c0**2 - spin * q2) * mixed + spin * big**2 * square)


def _absorption_integral(
    w: Array, m: Array, t: Array, mu: Array, big: Array, rule: Rules, *, antimuons: bool
) -> Array:
    """Integral of the averaged matrix element times f2 (1 - f1) (1 + f_gamma) [MeV^2]."""
    q = transfer(w, m, t, mu, big, rule)
    excess, integral, both = pauli(q, t, mu, rule.pauli, antimuons=antimuons)
    e2 = q.lowest + excess
    p_along = (2.0 * e2 * q.energy - q.square) / (2.0 * q.momentum)
    k_along = (2.0 * w * q.energy + q.square - m**2) / (2.0 * q.momentum)
    p_across = q.square / q.momentum**2 * excess * (excess + 2.0 * q.lowest + q.energy)
    a = 2.0 * (w * e2 - p_along * k_along) + m**2
    amplitude = azimuth_average(a, 4.0 * p_across * q.transverse, q.square, m, big)
    inner = np.sum(amplitude * both * rule.pauli_weight, axis=-1, keepdims=True)
    outer = q.weight * integral / -np.expm1(-q.photon / t)
    return np.asarray(np.sum(inner * outer, axis=(-3, -2, -1)))
