"""The vector decaying to omega pi0 (as pi0 pi0 gamma), phi pi0, omega eta and phi eta."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRAL_PION_MASS, PION_MASS
from feebly.decays.hadrons.base import CURRENTS, Channel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import momentum, running_width
from feebly.particle_data import branching, provenance
from feebly.particle_data import mass as mass_of
from feebly.provenance import Provenance, sources

_DATA: Final = "hadrons/vector_pseudoscalar.toml"
_NAMES: Final = {
    "omega_pi0": "pi0 pi0 gamma",
    "phi_pi0": "phi pi0",
    "omega_eta": "omega eta",
    "phi_eta": "phi eta",
}
_PER_MEV: Final = 1e-3  # GeV^-1


def _widths(s: Array, pair: str, fit: dict[str, Any]) -> Array:
    """sqrt(s) Gamma(s) (M, N) [MeV^2] of the resonances of a pair at s (M,)."""
    mass, width = np.array(fit["mass_mev"]), np.array(fit["width_mev"])
    if pair in ("omega_eta", "phi_eta"):
        return np.broadcast_to(mass * width, (s.size, mass.size))
    root = np.sqrt(s)[:, None]
    if pair == "omega_pi0":
        widths = root * width
        decay = (fit["coupling_per_gev"] * _PER_MEV) ** 2 / (12 * math.pi)
        widths[:, 0] = running_width(s, mass[0], width[0], PION_MASS, PION_MASS)
        widths[:, 0] += root[:, 0] * decay * momentum(s, mass_of("omega(782)"), NEUTRAL_PION_MASS) ** 3
        return np.asarray(widths)
    share, four = np.array(fit["four_pions"]), 16 * NEUTRAL_PION_MASS**2
    growth = mass**2 / s[:, None] * ((s[:, None] - four) / (mass**2 - four)) ** 1.5
    return np.asarray(root * width * (1 - share + share * growth))


def form_factor(s: Array, pair: str) -> ComplexArray:
    """Transition form factor (M,) [MeV^-1] of the one current that makes a pair, at s (M,) [MeV^2].

    Parameters
    ----------
    pair : ``omega_pi0``, ``phi_pi0``, ``omega_eta`` or ``phi_eta``.

    Notes
    -----
    F = sum_V A_V e^{i phase} m_V^2 / [m_V^2 - s - i sqrt(s) Gamma_V(s)]. omega pi0: A = g / f_rho times relative
    weights, the rho with its widths to pi pi and omega pi. phi pi0: a share of the excited rho grows as four
    pions. omega eta and phi eta: m Gamma instead of sqrt(s) Gamma(s).
    Source: achasov-omega-pi0; plehn-hadronic-footprint. Differs from it: the four-pion width of phi pi0
    has the power 3/2 on the whole ratio; public code has it on the denominator only.
    Valid for: below 2 GeV.
    """
    fit = parameters(_DATA)[pair]
    mass = np.array(fit["mass_mev"])
    if pair == "omega_pi0":
        size = fit["coupling_per_gev"] / fit["rho_photon"] * np.array(fit["magnitude"])
    else:
        size = np.array(fit["amplitude_per_gev"])
    weight = size * _PER_MEV * np.exp(1j * np.radians(fit["phase_deg"]))
    shapes = mass**2 / (mass**2 - s[:, None] - 1j * _widths(s, pair, fit))
    return np.asarray(np.einsum("mn,n->m", shapes, weight))


def kernel(mass: Array, pair: str) -> ComplexArray:
    """Kernel (M, 3, 3) of a pair: R = p^3 |F|^2 / sqrt(s), for omega pi0 times B(omega -> pi0 gamma)."""
    fit = parameters(_DATA)[pair]
    s = mass**2
    phase_space = momentum(s, mass_of(fit["vector"]), mass_of(fit["pseudoscalar"])) ** 3 / mass
    if pair == "omega_pi0":
        phase_space *= branching("omega", "pi0 gamma").value
    amplitude = np.zeros((s.size, 3), dtype=complex)
    amplitude[:, CURRENTS.index(fit["current"])] = form_factor(s, pair)
    return from_amplitude(phase_space, amplitude)


def channels() -> tuple[Channel, ...]:
    """The channels pi0 pi0 gamma, phi pi0, omega eta and phi eta.

    Notes
    -----
    ``pi0 pi0 gamma`` is omega pi0 with omega -> pi0 gamma; omega -> 3 pi is part of the four pions. The omega
    counts as stable: below 918 MeV its width would leave a tail, R < 1e-3 at the rho. The other pairs are
    counted whole, the phi with its decays to kaons: the fits of K K~ pi have K* K only.
    """
    omega = Provenance(sources=sources(("achasov-omega-pi0", "fit of omega pi0")))
    return tuple(
        Channel(
            name=name,
            opens=mass_of(parameters(_DATA)[pair]["vector"])
            + mass_of(parameters(_DATA)[pair]["pseudoscalar"]),
            kernel=partial(kernel, pair=pair),
            uncertainty=math.hypot(*parameters(_DATA)["uncertainty"][pair].values()),
            provenance=embedded.load(_DATA).provenance | provenance() | omega,
        )
        for pair, name in _NAMES.items()
    )
