"""nu N -> l N' by the charged current of the nucleon, for free nucleons and for those of a nucleus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import NEUTRON_MASS, PION_MASS, PROTON_MASS
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance, sources
from feebly.units import GEV

FILE: Final = "detectors/quasielastic.toml"
NUCLEON_MASS: Final = (PROTON_MASS + NEUTRON_MASS) / 2
Lepton = Literal["neutrino", "antineutrino"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Numbers of the current; masses squared in MeV^2.

    cabibbo : cosine of the Cabibbo angle.
    axial : axial coupling at t = 0, negative.
    vector_mass2, axial_mass2 : of the dipoles.
    moment : kappa_p - kappa_n.
    """

    cabibbo: float
    axial: float
    vector_mass2: float
    axial_mass2: float
    moment: float


@dataclass(frozen=True, slots=True)
class FormFactors:
    """f1, f2, g1, g2 of the weak charged current, each (...) at the momentum transfer t."""

    f1: Array
    f2: Array
    g1: Array
    g2: Array


@cache
def parameters() -> Parameters:
    """The numbers of Strumia and Vissani."""
    table = embedded.load(FILE).table()
    return Parameters(
        cabibbo=table["cos_cabibbo"],
        axial=table["axial_coupling"],
        vector_mass2=table["vector_mass_squared_gev2"] * GEV**2,
        axial_mass2=table["axial_mass_squared_gev2"] * GEV**2,
        moment=table["anomalous_isovector_moment"],
    )


def provenance() -> Provenance:
    """Where current and form factors come from."""
    return embedded.load(FILE).provenance | Provenance(
        sources=sources(("strumia-vissani-ibd", "Eqs. (3)-(7)"))
    )


@cache
def fermi_constant() -> float:
    """The Fermi constant [MeV^-2]."""
    return float(embedded.load("precision/electroweak_inputs.toml").table()["fermi_constant"]["value"])


def form_factors(t: Array) -> FormFactors:
    """Form factors at the momentum transfer t <= 0 [MeV^2], dimensionless.

    Notes
    -----
    Of J = f1 gamma^mu + f2 i sigma^{mu nu} q_nu / (2M) + g1 gamma^mu gamma5 + g2 q^mu gamma5 / M: dipoles with a
    vector mass for the Sachs combinations and an axial mass for g1; g2 by the pion pole.
    Source: strumia-vissani-ibd, Eq. (7). Differs from it: nothing. Valid for: -t below 1 GeV^2.

    Examples
    --------
    >>> found = form_factors(np.array(0.0))
    >>> [round(float(x), 3) for x in (found.f1, found.f2, found.g1)]
    [1.0, 3.706, -1.27]
    """
    p = parameters()
    tau = t / (4 * NUCLEON_MASS**2)
    sachs = 1 / ((1 - tau) * (1 - t / p.vector_mass2) ** 2)
    g1 = p.axial / (1 - t / p.axial_mass2) ** 2
    return FormFactors(
        f1=np.asarray((1 - (1 + p.moment) * tau) * sachs),
        f2=np.asarray(p.moment * sachs),
        g1=np.asarray(g1),
        g2=np.asarray(2 * NUCLEON_MASS**2 * g1 / (PION_MASS**2 - t)),
    )


@dataclass(frozen=True, slots=True)
class Products:
    """Scalar products of nu(k) N(p) -> l(k') N'(p') [MeV^2], arrays that broadcast.

    The nucleons are on their shells; energy need not be conserved between leptons and nucleons, as in a nucleus.
    """

    k_p: Array
    k_q: Array  # k p'
    l_p: Array  # k' p
    l_q: Array  # k' p'
    k_l: Array  # k k'
    p_q: Array  # p p'


def squared_element(
    x: Products, t: Array, lepton: Lepton, *, initial_mass: float, final_mass: float
) -> Array:
    """|M|^2 / (4 G_F^2 cos^2 theta_C), averaged over the spin of the nucleon [MeV^4].

    Parameters
    ----------
    x : scalar products, t : (p' - p)^2 where the form factors are taken, MeV^2.
    lepton : "neutrino" or "antineutrino": the sign of the interference of vector and axial current.
    initial_mass, final_mass : of the nucleons, MeV.

    Notes
    -----
    With the Gordon identity J = a gamma + b P + c gamma gamma5 + d q gamma5, a = f1 + f2, b = -f2/(2M), c = g1,
    d = g2/M, P = p + p', q = p' - p, and F(X, Y) = (kX)(k'Y) + (kY)(k'X) - (kk')(XY):

    S = 4 (a^2 + c^2) F(p, p') + 4 (kk') [a^2 (pp' - m m') + c^2 (pp' + m m')] + 4 a b F(R, P) - 4 c d F(T, q)
    + 2 b^2 (pp' + m m') F(P, P) + 2 d^2 (pp' - m m') F(q, q) -+ 8 a c [(kp)(k'p') - (kp')(k'p)],
    R = m p' + m' p, T = m p' - m' p; upper sign for neutrinos.
    Source: strumia-vissani-ibd, Eqs. (3)-(6). Differs from it: traces taken here, in terms of products.
    Valid for: no second-class currents; masses with m + m' = 2M, the mean of proton and neutron.
    """
    if lepton not in ("neutrino", "antineutrino"):
        raise InvalidValueError(f"lepton = '{lepton}' is not known. Possible: neutrino, antineutrino.")
    found, mm = form_factors(t), initial_mass * final_mass
    a, b = found.f1 + found.f2, -found.f2 / (2 * NUCLEON_MASS)
    c, d = found.g1, found.g2 / NUCLEON_MASS
    f_pp = 2 * x.k_p * x.l_p - x.k_l * initial_mass**2
    f_qq = 2 * x.k_q * x.l_q - x.k_l * final_mass**2
    f_pq = x.k_p * x.l_q + x.k_q * x.l_p - x.k_l * x.p_q
    f_rp = final_mass * f_pp + initial_mass * f_qq + (initial_mass + final_mass) * f_pq
    f_tq = final_mass * f_pp + initial_mass * f_qq - (initial_mass + final_mass) * f_pq
    symmetric = (
        4 * (a**2 + c**2) * f_pq
        + 4 * x.k_l * (a**2 * (x.p_q - mm) + c**2 * (x.p_q + mm))
        + 4 * a * b * f_rp
        - 4 * c * d * f_tq
        + 2 * b**2 * (x.p_q + mm) * (f_pp + 2 * f_pq + f_qq)
        + 2 * d**2 * (x.p_q - mm) * (f_pp - 2 * f_pq + f_qq)
    )
    sign = -1 if lepton == "neutrino" else 1
    return np.asarray(symmetric + sign * 8 * a * c * (x.k_p * x.l_q - x.k_q * x.l_p))
