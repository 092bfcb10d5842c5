"""The vector decaying to pi+ pi- pi0: omega and phi to rho pi, and omega pi0 with omega to pi+ pi-."""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, STRANGE, Channel, parameters
from feebly.decays.hadrons.dalitz import Masses, OverlapTable, Points, overlap_table, points
from feebly.decays.hadrons.line_shapes import fixed_width, p_wave
from feebly.decays.hadrons.resonances import vacuum_polarisation

_NAME: Final = "pi+ pi- pi0"
_DATA: Final = "hadrons/three_pions.toml"
_TABLE: Final = "hadrons/three_pions_overlaps.csv"
_MIXING: Final = "hadrons/pion_pair.toml"
_RHO_770, _RHO_1450, _RHO_1700, _OMEGA_PI0 = range(4)


def masses() -> Masses:
    """Masses of pi+, pi-, pi0 [MeV]."""
    return particle_data.mass("pi+"), particle_data.mass("pi+"), particle_data.mass("pi0")


def rule(mass: float, *, pairs: int = 40, angles: int = 80) -> Points:
    """Nodes over the Dalitz plot, dense where the pair is an omega."""
    data = parameters(_DATA)
    omega, width = data["pair_omega_mass_mev"], data["pair_omega_width_mev"]
    near = [omega + shift * width for shift in (-20, -5, -1.5, 0, 1.5, 5, 20)]
    return points(mass, masses(), edges=[500, *near, 1250, 1800], pairs=pairs, angles=angles)


def structures(nodes: Points) -> list[ComplexArray]:
    """rho(770) pi, rho(1450) pi and rho(1700) pi summed over the three pairs, and omega pi0, each (N,)."""
    data = parameters(_DATA)
    charged, _, neutral = masses()
    pairs = [(nodes.s12, charged, charged), (nodes.s13, charged, neutral), (nodes.s23, charged, neutral)]
    rho_pi = [
        np.asarray(sum(p_wave(s, mass, width, *pair) for s, *pair in pairs))
        for mass, width in zip(data["rho_mass_mev"], data["rho_width_mev"], strict=True)
    ]
    return [*rho_pi, fixed_width(nodes.s12, data["pair_omega_mass_mev"], data["pair_omega_width_mev"])]


@lru_cache(maxsize=1)
def _overlaps() -> OverlapTable:
    return overlap_table(_TABLE, _NAME, sum(masses()))


def _coefficients(mass: Array, omega: ComplexArray, phi: ComplexArray) -> ComplexArray:
    """Coefficients (M, 3, 4) of the structures for given omega and phi poles (M,) in rho(770) pi [MeV^-3]."""
    data = parameters(_DATA)
    s = mass**2
    _, second, third = [
        fixed_width(s, m, width)
        for m, width in zip(data["omega_mass_mev"], data["omega_width_mev"], strict=True)
    ]
    _, b, c = data["omega_coupling_per_gev3"]
    charged, _, neutral = masses()
    tower = sum(
        weight * p_wave(s, m, width, charged, neutral) / m**2
        for weight, m, width in zip(
            data["isovector_weight"], data["isovector_mass_mev"], data["isovector_width_mev"], strict=True
        )
    )
    strength = math.prod(data["isovector_factors_per_gev"]) / math.sqrt(2) * 1e-3
    strength *= data["isovector_mass_mev"][0] ** 2 / data["pair_omega_mass_mev"] ** 2
    value = np.zeros((mass.size, 3, 4), dtype=complex)
    value[:, ISOSCALAR, _RHO_770] = omega + 1e-9 * (b * second + c * third)
    value[:, ISOSCALAR, _RHO_1700] = 1e-9 * data["omega_excited_coupling_per_gev3"] * third
    value[:, STRANGE, _RHO_770] = phi
    value[:, STRANGE, _RHO_1450] = phi * _excited_share()
    value[:, ISOVECTOR, _OMEGA_PI0] = strength * tower
    return value


def _excited_share() -> float:
    """rho(1450) pi over rho(770) pi in the decay of the phi."""
    data = parameters(_DATA)
    return float(data["phi_excited_coupling_per_gev3"] / data["phi_coupling_per_gev3"])


def kernel(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of pi+ pi- pi0.

    Notes
    -----
    J^mu = epsilon^{mu a b c} p+_a p-_b p0_c F. The isoscalar and strange F are
    A BW_omega H(rho) + C BW_omega' H(rho) + BW_omega'' [D H(rho) + F H(rho'')] and BW_phi [B H(rho) + E H(rho')],
    where H sums P-wave resonances over the three pairs; the isovector one is
    G [BW_rho(s) / m_rho^2 - 0.1 BW_rho''(s) / m_rho''^2] BW_omega(s_+-).
    Source: czyz-three-pions, Eq. (10); parameters and the isovector part as in the authors' generator.
    Differs from it: each part multiplies its own current, the phi the strange one; exact pion momenta in the
    widths of the charged rho; divided by the vacuum polarisation, which the fitted data contain. A public implementation for vector mediators (foguel-hadronic-vectors) exchanges s
    and s_+- in the isovector part, which puts an omega pole into the isovector current and adds 4 % at the omega
    to the photon; the authors' form is used here.
    Valid for: threshold to 2 GeV; no rho-omega mixing in s (it is in `alternative`).

    Examples
    --------
    >>> round(float(kernel(np.array([782.66]))[0].sum().real), 1)
    10.8
    """
    data = parameters(_DATA)
    s = mass**2
    omega = fixed_width(s, data["omega_mass_mev"][0], data["omega_width_mev"][0])
    phi = fixed_width(s, data["phi_mass_mev"], data["phi_width_mev"])
    return _bare(
        mass,
        _coefficients(
            mass,
            1e-9 * data["omega_coupling_per_gev3"][0] * omega,
            1e-9 * data["phi_coupling_per_gev3"] * phi,
        ),
    )


def _bare(mass: Array, coefficients: ComplexArray) -> ComplexArray:
    """Kernel (M, 3, 3) without the vacuum polarisation that the coefficients contain."""
    return np.asarray(_overlaps().kernel(mass, coefficients) / vacuum_polarisation(mass**2)[:, None, None])


def _strength(mass: Array, weights: Array) -> Array:
    """R (M,) of one current whose coefficients of the structures are `weights` (4,) MeV^-3."""
    half = weights @ _overlaps().factor(mass)
    return np.asarray((np.abs(half) ** 2).sum(axis=-1))


def alternative(mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) with omega and phi of measured mass, width and product of branching fractions.

    Notes
    -----
    Each alone reaches 9 B_ee B_3pi / alpha^2 at its peak, then divided by the vacuum polarisation, as in `kernel`.
    The phi has its measured phase to the omega. Widths are constant as in `kernel`, whose excited states, kept
    here, were fitted on top of such an omega tail. The isovector current reaches the omega through rho-omega
    mixing: A_1 = kappa BW_rho A_omega with kappa = delta Gamma_ee(rho) m_rho / [Gamma_ee(omega) m_omega], where
    delta is the mixing seen in pi+ pi-.
    Source: particle tables; Aubert:2004kj and a CMD-2 measurement for the product of the phi;
    Akhmetshin:1998se for its phase; czyz-narrow-resonances for delta.
    Differs from it: kappa is derived with one mixing self-energy for both channels.
    Valid for: below 1.1 GeV; above, the excited states are those of `kernel`.
    """
    data, mixing = parameters(_DATA), parameters(_MIXING)
    s = mass**2
    charged, _, _ = masses()
    plain, excited = np.array([1.0, 0, 0, 0]), np.array([1.0, _excited_share(), 0, 0])
    # the omega
    m, width = particle_data.mass("omega(782)"), particle_data.width("omega(782)").value
    ee, three_pions = (particle_data.branching("omega", mode).value for mode in ("e+ e-", "pi+ pi- pi0"))
    at_peak = _strength(np.array([m]), plain)[0]
    rho = [
        p_wave(x, data["rho_mass_mev"][0], data["rho_width_mev"][0], charged, charged)
        for x in (s, np.array([m**2]))
    ]
    rho_ee = particle_data.branching("rho0", "e+ e-").value * data["rho_width_mev"][0]
    kappa = cmath.rect(mixing["omega_magnitude"], mixing["omega_phase"])
    kappa *= rho_ee * data["rho_mass_mev"][0] / (ee * width * m)
    size = math.sqrt(9 * ee * three_pions / (ALPHA**2 * at_peak)) * width / m / abs(1 + kappa * rho[1][0])
    omega = size * fixed_width(s, m, width)
    # the phi
    m, width = particle_data.mass("phi(1020)"), particle_data.width("phi(1020)").value
    at_peak = _strength(np.array([m]), excited)[0]
    precision = np.array(data["phi_product_uncertainty"]) ** -2.0
    product = float(np.average(data["phi_product"], weights=precision))
    size = math.sqrt(9 * product / (ALPHA**2 * at_peak)) * width / m
    phi = cmath.rect(size, math.radians(data["phi_phase_deg"])) * fixed_width(s, m, width)
    coefficients = _coefficients(mass, omega, phi)
    coefficients[:, ISOVECTOR, _RHO_770] = kappa * rho[0] * omega
    return _bare(mass, coefficients)


def channel() -> Channel:
    """The channel pi+ pi- pi0.

    >>> round(channel().opens, 1)
    414.1
    """
    data = parameters(_DATA)
    return Channel(
        name=_NAME,
        opens=sum(masses()),
        kernel=kernel,
        uncertainty=math.hypot(data["measured"], data["spread"]),
        provenance=embedded.load(_DATA).provenance
        | embedded.load(_TABLE).provenance
        | particle_data.provenance(),
        alternative=alternative,
    )
