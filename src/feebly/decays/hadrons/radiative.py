"""The vector decaying to pi0 gamma and eta gamma: vector dominance fits."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import PION_MASS
from feebly.decays.hadrons.base import CURRENTS, Channel, Kernel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import momentum, p_wave
from feebly.decays.hadrons.resonances import Meson, below_excited, provenance, vacuum_polarisation
from feebly.decays.hadrons.resonances import kernel as resonance_kernel
from feebly.particle_data import mass as mass_of
from feebly.provenance import Provenance, sources

_DATA: Final = "hadrons/radiative.toml"
_MESONS: Final = ("rho0", "omega(782)", "phi(1020)")
_PER_MEV: Final = 1e-3  # GeV^-1


def form_factor(s: Array, meson: str = "pi0") -> ComplexArray:
    """Amplitudes (M, 3) [MeV^-1] of X -> meson gamma in the three currents at s (M,) [MeV^2].

    Parameters
    ----------
    meson : ``pi0`` or ``eta``.

    Notes
    -----
    F = sum_V A_V e^{i phase} m_V^2 / [m_V^2 - s - i sqrt(s) Gamma_V(s)], P-wave width for the rho and constant
    ones else; divided by the square root of the vacuum polarisation.
    Source: achasov-pi0-gamma; achasov-eta-gamma. Differs from it: vacuum polarisation removed; each resonance
    belongs to one current, as in foguel-hadronic-vectors.
    Valid for: 0.6 to 1.4 GeV; below, the anomaly gives 0.083 GeV^-1 at s = 0 for the photon, this fit
    0.077 (pi0) and 0.087 (eta).

    Examples
    --------
    >>> bool(3.5e-3 < abs(form_factor(np.array([782.7**2]))[0].sum()) < 4.5e-3)
    True
    """
    fit = parameters(_DATA)[meson]
    mass, width = np.array(fit["mass_mev"]), np.array(fit["width_mev"])
    weight = np.array(fit["amplitude_per_gev"]) * _PER_MEV * np.exp(1j * np.radians(fit["phase_deg"]))
    shapes = mass**2 / (mass**2 - s[:, None] - 1j * np.sqrt(s)[:, None] * width)
    shapes[:, 0] = p_wave(s, mass[0], width[0], PION_MASS, PION_MASS)
    amplitude = np.zeros((s.size, 3), dtype=complex)
    for n, current in enumerate(fit["current"]):
        amplitude[:, CURRENTS.index(current)] += weight[n] * shapes[:, n]
    return np.asarray(amplitude / np.sqrt(vacuum_polarisation(s))[:, None])


def _phase_space(s: Array, meson: str) -> Array:
    """p^3 / sqrt(s) [MeV^2]: R over |F|^2."""
    return np.asarray(momentum(s, mass_of(meson), 0.0) ** 3 / np.sqrt(s))


def kernel(mass: Array, meson: str = "pi0") -> ComplexArray:
    """Kernel (M, 3, 3) of a meson and a photon: R = p^3 |F|^2 / sqrt(s)."""
    return from_amplitude(_phase_space(mass**2, meson), form_factor(mass**2, meson))


def _alternative(meson: str) -> Kernel:
    """Sum of rho, omega and phi with measured partial widths, as far as they reach.

    Their signs are those of the quark model: with U(3) generators T_V and T_P and charges Q the amplitude of
    the current that makes V goes as Tr(T_V Q) Tr(T_V Q T_P), positive for rho and omega, negative for the
    strange quarks of the eta. In pi0 gamma the phi appears only through its light quarks; its sign is the
    measured one.
    """
    phases = parameters(_DATA)[meson]["resonance_phase_deg"]
    mesons = tuple(Meson(name, n, math.radians(phases[n])) for n, name in enumerate(_MESONS))

    def evaluate(mass: Array) -> ComplexArray:
        sums = resonance_kernel(f"{meson} gamma", mesons, partial(_phase_space, meson=meson))
        return below_excited(sums, partial(kernel, meson=meson))(mass)

    return evaluate


def channels() -> tuple[Channel, ...]:
    """The channels pi0 gamma and eta gamma."""
    eta = Provenance(sources=sources(("achasov-eta-gamma", "fit of eta gamma")))
    return tuple(
        Channel(
            name=f"{meson} gamma",
            opens=mass_of(meson),
            kernel=partial(kernel, meson=meson),
            uncertainty=math.hypot(*parameters(_DATA)["uncertainty"][f"{meson} gamma"].values()),
            provenance=embedded.load(_DATA).provenance | provenance() | eta,
            alternative=_alternative(meson),
        )
        for meson in ("pi0", "eta")
    )
