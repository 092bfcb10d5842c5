"""What a hadronic channel adds to the muon anomaly, and its cross section: numbers published channel by channel.

    a(F) = (alpha m_mu / (3 pi))^2 int ds K(s) R_F(s) / s^2,    K(s) = (3 s / m_mu^2) int_0^1 dx x^2 (1 - x) /
    [x^2 + (1 - x) s / m_mu^2].

The measured cross sections behind the published values of the anomaly are freed of vacuum polarisation (bare), as
are the kernels. Published cross sections and products of branching fractions mostly contain it (dressed).
"""

from __future__ import annotations

import math

import numpy as np

from feebly.arrays import Array
from feebly.constants import ALPHA, MUON_MASS, NANOBARN
from feebly.decays.hadrons.base import Channel, Kernel, ratio
from feebly.decays.hadrons.resonances import vacuum_polarisation

# Edges of the panels [MeV], dense where the narrow resonances are.
EDGES = [
    *np.linspace(130, 700, 20),
    *np.linspace(705, 765, 13),
    *np.linspace(768, 798, 31),
    *np.linspace(802, 1000, 21),
    *np.linspace(1004, 1035, 32),
    *np.linspace(1040, 2200, 59),
]
PHOTON = np.ones(3, dtype=complex)


def weight(s: Array) -> Array:
    """K(s) of the dispersion integral, which tends to 1 for large s (...) [MeV^2]."""
    node, share = np.polynomial.legendre.leggauss(100)
    # x = 1 - (1 - u)^2 puts more nodes near x = 1, where the integrand falls steeply for s >> m_mu^2
    u = (1 + node) / 2
    x, share = 1 - (1 - u) ** 2, share * (1 - u)
    z = np.asarray(s, float)[..., None] / MUON_MASS**2
    return np.asarray(3 * z[..., 0] * (share * x**2 * (1 - x) / (x**2 + (1 - x) * z)).sum(-1))


def cross_section(kernel: Kernel, mass: Array, *, dressed: bool) -> Array:
    """e+ e- cross section (M,) [nb] at masses (M,) [MeV], with vacuum polarisation if `dressed`."""
    bare = 4 * math.pi * ALPHA**2 / (3 * mass**2) / NANOBARN * ratio(kernel(mass), PHOTON)
    return bare * vacuum_polarisation(mass**2) if dressed else bare


def contribution(channel: Channel, upper: float = 1800.0) -> float:
    """Contribution of the photon's R to the muon anomaly [1e-10], from threshold to `upper` [MeV]."""
    edges = np.unique([channel.opens, upper, *(e for e in EDGES if channel.opens < e < upper)])
    node, share = np.polynomial.legendre.leggauss(12)
    half = np.diff(edges)[:, None] / 2
    mass = (edges[:-1, None] + half * (1 + node)).ravel()
    share = (half * share).ravel()
    r = ratio(channel.kernel(mass), PHOTON)
    integral = float((share * 2 * weight(mass**2) * r / mass**3).sum())
    return (ALPHA * MUON_MASS / (3 * math.pi)) ** 2 * integral * 1e10
