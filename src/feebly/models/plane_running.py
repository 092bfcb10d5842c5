"""Running in the plane of the electromagnetic and B-L currents at any coupling strength."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import E_CHARGE, PION_MASS
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.models.running import DIRAC_LOOP, Loops, Thresholds, loops

_LIGHT_NEUTRINOS: Final = 3 / 2  # left-handed only: half a Dirac fermion each


@dataclass(frozen=True, slots=True, eq=False)
class ChargeSums:
    """Sums over the fermions with threshold below a scale: N_c Q^2, N_c Q (B-L) and N_c (B-L)^2, each (...).

    In any direction of the plane the sum of N_c x_f^2 is `along`.
    """

    electric: Array
    mixed: Array
    b_minus_l: Array

    def along(self, phi: float) -> Array:
        """Sum of N_c x_f^2 for x = cos(phi) Q + sin(phi) (B-L)."""
        c, s = math.cos(phi), math.sin(phi)
        return np.asarray(c * c * self.electric + 2 * s * c * self.mixed + s * s * self.b_minus_l)


def charge_sums(mu: ArrayLike, *, thresholds: Thresholds = "mesons") -> ChargeSums:
    """Sums of squared charges of the fermions that run at mu [MeV], as in the top panel of Fig. 17.

    Notes
    -----
    Source: esseili-kribs-chargephobic, App. B. Differs from it: light left-handed neutrinos count one half each.
    Valid for: mu <= `HIGHEST_SCALE`.

    Examples
    --------
    >>> sums = charge_sums(200.0)
    >>> round(float(sums.electric), 6), round(float(sums.along(3 * np.pi / 4)), 6)
    (3.666667, 1.583333)
    """
    loop = loops(thresholds)
    active = (loop.logs(mu) > 0).astype(float)
    q = _b_minus_l(loop)
    return ChargeSums(
        electric=np.asarray(active @ (loop.colours * loop.electric**2)),
        mixed=np.asarray(active @ (loop.colours * loop.electric * q)),
        b_minus_l=np.asarray(active @ (loop.colours * q**2) + _LIGHT_NEUTRINOS),
    )


def _b_minus_l(loop: Loops) -> Array:
    return np.array([sp.find(name).b_minus_l for name in loop.names])


@dataclass(frozen=True, slots=True)
class PlaneCouplings:
    """Couplings in the plane of the EM and B-L currents at one scale: L = (epsilon_e J_EM + g_b_minus_l J_BL) X.

    Examples
    --------
    >>> at_10_gev = run(PlaneCouplings.at_angle(3 * np.pi / 4, g=1e-2), mu_from=0.511, mu_to=1e4)
    >>> round(at_10_gev.phi / np.pi, 4), round(at_10_gev.coupling("e-") / 1e-2, 4)
    (0.7524, 0.0106)
    """

    e: float
    epsilon_e: float
    g_b_minus_l: float

    def __post_init__(self) -> None:
        if not (0 < self.e < math.inf and 0 < self.g_x < math.inf):
            raise InvalidValueError(
                f"Couplings must be finite, e > 0 and one of epsilon e, g_B-L not zero; got {self.e}, {self.epsilon_e}, {self.g_b_minus_l}."
            )

    @classmethod
    def at_angle(cls, phi: float, *, g: float, e: float = E_CHARGE) -> PlaneCouplings:
        """Couplings from the dark mixing angle phi [rad] and g_X; `e` is that at and below m_e."""
        return cls(e, g * math.cos(phi), g * math.sin(phi))

    @property
    def g_x(self) -> float:
        """sqrt((epsilon e)^2 + g_B-L^2)."""
        return math.hypot(self.epsilon_e, self.g_b_minus_l)

    @property
    def phi(self) -> float:
        """Dark mixing angle [rad], from -pi to pi."""
        return math.atan2(self.g_b_minus_l, self.epsilon_e)

    def coupling(self, species: str) -> float:
        """epsilon e Q_f + g_B-L (B-L)_f; over g_X of another scale it is the charge in units of that."""
        particle = sp.find(species)
        return self.epsilon_e * particle.electric_charge + self.g_b_minus_l * particle.b_minus_l

    def charge(self, species: str) -> float:
        """x_f = coupling / g_X, with g_X at this scale."""
        return self.coupling(species) / self.g_x


def run(
    couplings: PlaneCouplings, *, mu_from: float, mu_to: float, thresholds: Thresholds = "mesons"
) -> PlaneCouplings:
    """Couplings at mu_to [MeV] from those at mu_from [MeV], up or down, for any coupling strength.

    Raises
    ------
    OutOfDomainError
        if a coupling has its Landau pole before mu_to, or a scale is not in (0, `HIGHEST_SCALE`].

    Notes
    -----
    In the basis of Q and x_f = cos(phi) Q_f + sin(phi) (B-L)_f with phi at mu_from, the matrix
    [[1/e^2, -y/e^2], [-y/e^2, 1/g^2 + y^2/e^2]] loses sum_f N_c (Q, x)(Q, x)^T (l_f(mu_to) - l_f(mu_from)) / (6 pi^2);
    then epsilon e = g (cos(phi) + y), g_B-L = g sin(phi). This is the exact solution of (62)-(64).
    Source: esseili-kribs-chargephobic, Eqs. (62)-(64). Differs from it: N_c in (64); neutrinos left-handed, one half each.
    Valid for: one loop, step thresholds.
    """
    if not (mu_from > 0 and mu_to > 0):
        raise InvalidValueError(f"Scales must be positive, got mu_from={mu_from}, mu_to={mu_to} MeV.")
    loop = loops(thresholds)
    logs = loop.logs(mu_to, name="mu_to") - loop.logs(mu_from, name="mu_from")
    logs = logs * loop.colours * DIRAC_LOOP
    cos, sin = couplings.epsilon_e / couplings.g_x, couplings.g_b_minus_l / couplings.g_x
    x = cos * loop.electric + sin * _b_minus_l(loop)
    neutrinos = _LIGHT_NEUTRINOS * DIRAC_LOOP * sin**2 * math.log(mu_to / mu_from)
    inverse_e2 = 1 / couplings.e**2 - float(logs @ loop.electric**2)
    mixed = float(logs @ (loop.electric * x))
    # y^2/e^2 = mixed^2 e^2 is subtracted, so that a pole of e is seen before it is divided by
    inverse_g2 = -math.inf
    if inverse_e2 > 0:
        inverse_g2 = 1 / couplings.g_x**2 - float(logs @ x**2) - neutrinos - mixed**2 / inverse_e2
    if inverse_g2 <= 0:
        raise OutOfDomainError(
            f"A Landau pole lies between {mu_from:g} and {mu_to:g} MeV for e = {couplings.e:.3g}, g_X = {couplings.g_x:.3g}.\n"
            "  Start from smaller couplings."
        )
    g = 1 / math.sqrt(inverse_g2)
    return PlaneCouplings(1 / math.sqrt(inverse_e2), g * (cos + mixed / inverse_e2), g * sin)


def approximate_electron_charge(mu: ArrayLike, *, form: Literal["exact", "linear"] = "exact") -> Array:
    """Electron charge of the chargephobic vector at mu [MeV] in the analytic approximation of the paper.

    A guide only: 35 % high at 0.2 GeV, 30 % low at 60 GeV. Use `induced` or `run` for numbers.

    Notes
    -----
    x_e = -[1 - (1 - (e^2/6 pi^2)(11/3) ln(mu/m_pi))^(-1/2)] / sqrt 2, 0 below m_pi; "linear" is its first order.
    Source: esseili-kribs-chargephobic, Eq. (67). Differs from it: nothing.
    Valid for: nothing better than a factor 1.4. The slope just above m_pi is (4/3)/(6 sqrt 2) e^2/pi^2, not
    (11/3)/(12 sqrt 2) e^2/pi^2, since leptons do not contribute, and s, c, b join later.

    Examples
    --------
    >>> approximate_electron_charge([100.0, 200.0, 1000.0]).round(6).tolist()
    [0.0, 0.000723, 0.003987]
    """
    running = E_CHARGE**2 * 11 / 3 * np.log(np.maximum(np.asarray(mu, dtype=float), PION_MASS) / PION_MASS)
    if form == "linear":
        return np.asarray(math.sqrt(2) / (24 * math.pi**2) * running)
    return np.asarray(math.sqrt(0.5) * (1 / np.sqrt(1 - DIRAC_LOOP * running) - 1))


def approximate_angle_shift(mu: ArrayLike) -> Array:
    """Shift of the dark mixing angle [rad] from 3 pi/4 at mu [MeV] in the analytic approximation of the paper.

    A guide only, as `approximate_electron_charge`: delta phi = x_e / sqrt 2 to first order.

    Notes
    -----
    delta phi = (e^2 / 24 pi^2) (11/3) ln(mu/m_pi), 0 below m_pi.
    Source: esseili-kribs-chargephobic, Eq. (68). Differs from it: nothing.
    Valid for: nothing better than a factor 1.4.

    Examples
    --------
    >>> approximate_angle_shift(1000.0).round(5)
    np.float64(0.0028)
    """
    return np.asarray(approximate_electron_charge(mu, form="linear") / math.sqrt(2))
