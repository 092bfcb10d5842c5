"""Matrix elements of neutrino scattering on nucleons, as polynomials in a = p.k.

Averaged over the nucleon spin, for one neutrino helicity, |M|^2 = c_0 + c_1 a + c_2 a^2 with c_j that depend on
t = q^2 only. So an integral over everything but t needs the moments of a once, for all interactions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.errors import UnknownNameError
from feebly.provenance import Provenance

NUCLEONS: Final = ("n", "p")
Coefficients = tuple[Array, Array, Array]
Axial = Literal["isovector", "printed"]
_FILE: Final = "nuclear/form_factors.toml"
_AXIAL: Final[Mapping[str, str]] = {"isovector": "axial", "printed": "axial_printed"}


@dataclass(frozen=True, slots=True)
class FormFactors:
    """Couplings V and A of the neutral current to n and p, at zero momentum transfer.

    Of L = -(G_F/sqrt2) nubar gamma^mu (1 - gamma5) nu  Nbar gamma_mu (V - A gamma5) N.
    """

    vector: tuple[float, float]
    axial: tuple[float, float]
    provenance: Provenance


def form_factors(axial: Axial = "isovector") -> FormFactors:
    """The published form factors; `axial` says which sign that of the proton has.

    >>> form_factors().axial, form_factors("printed").axial
    ((-0.735, 0.735), (-0.735, -0.735))
    """
    if axial not in _AXIAL:
        raise UnknownNameError("sign of the axial form factor", axial, _AXIAL)
    file = embedded.load(_FILE)
    table = file.table()
    v, a = table["vector"], table[_AXIAL[axial]]
    chosen = Provenance(choices=frozenset({("axial form factor of the proton", axial)}))
    return FormFactors((v["n"], v["p"]), (a["n"], a["p"]), file.provenance | chosen)


def standard(t: Array, mass: Array, v: float, a: float, parity: float) -> Coefficients:
    """c_j of the Standard Model per G_F^2 at t (...) [MeV^2].

    Parameters
    ----------
    mass : of the nucleon, MeV, broadcasts with t.
    v, a : vector and axial form factor.
    parity : +1 for neutrinos, -1 for antineutrinos, 0 for their average (Majorana).

    Notes
    -----
    |M|^2 = 16 G_F^2 [(V + A)^2 a^2 + (V - A)^2 (a + t/2)^2 + (V^2 - A^2) m^2 t/2], A -> -A for antineutrinos.
    Source: cerdeno-medium-effects, Eq. (5), where it stays unprinted; derived from the Lagrangian of `FormFactors`.
    Valid for: massless neutrinos, constant form factors, no weak magnetism.
    """
    left = v * v + a * a - 2 * parity * v * a
    return (
        4 * left * t**2 + 8 * (v * v - a * a) * mass**2 * t,
        16 * left * t,
        np.full_like(t, 32 * (v * v + a * a)),
    )


def vector(t: Array, mass: Array) -> Coefficients:
    """c_j of a vector mediator per x_nu^2 x_N^2 g^4/(t - m_X^2)^2.

    Notes
    -----
    |M|^2 = 2 [8 a^2 + t (2 m^2 + t + 4 a)].
    Source: cerdeno-medium-effects, Eq. (9). Differs from it: nothing but the charges.
    """
    return 2 * t * (2 * mass**2 + t), 8 * t, np.full_like(t, 16.0)


def interference(t: Array, mass: Array, v: float, a: float, parity: float) -> Coefficients:
    """c_j of a vector mediator with the Z, per x_nu x_N g^2 G_F/(m_X^2 - t).

    Notes
    -----
    2 Re M_X M_Z^* = 4 sqrt2 [8 V a^2 + (V - A) t (4 a + t) + 2 V m^2 t], A -> -A for antineutrinos.
    Source: cerdeno-medium-effects, Eqs. (10), (11). Differs from it: the overall sign and that of A, both fixed by
    `standard` becoming `vector` where V = 1, A = 0 and sqrt2 G_F = x_nu x_N g^2/(m_X^2 - t).
    """
    left, scale = v - parity * a, 4 * np.sqrt(2.0)
    return (
        scale * (left * t**2 + 2 * v * mass**2 * t),
        scale * 4 * left * t,
        np.full_like(t, scale * 8 * v),
    )


def scalar(t: Array, mass: Array) -> Coefficients:
    """c_j of a scalar mediator per (C_nu C_N)^2/(t - m_phi^2)^2.

    Notes
    -----
    |M|^2 = -t (4 m^2 - t); the helicity of the neutrino flips, so nothing interferes with the Z.
    Source: cerdeno-medium-effects, Eq. (6). Valid for: nubar_R phi nu_L with C_nu, or nubar^c_L phi nu_L with C_nu/2.
    """
    zero = np.zeros_like(t)
    return -t * (4 * mass**2 - t), zero, zero
