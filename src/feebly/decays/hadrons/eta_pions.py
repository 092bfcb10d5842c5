"""The vector decaying to eta pi+ pi- and eta' pi+ pi-: chiral anomaly times rho mesons, isovector only."""

from __future__ import annotations

import cmath
import math
from functools import partial
from typing import Any, Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons.base import ISOVECTOR, Channel, parameters
from feebly.decays.hadrons.dalitz import pair_rule
from feebly.decays.hadrons.line_shapes import momentum, p_wave

_DATA: Final = "hadrons/eta_pions.toml"
_MESONS: Final = {"eta": "eta", "eta_prime": "eta'(958)"}


def _tower(s: Array, data: dict[str, Any], pion: float) -> ComplexArray:
    """Normalised sum (M,) of the rho mesons in s (M,); the excited ones with a width that grows as s."""
    weights = [cmath.rect(w, phase) for w, phase in zip(data["weight"], data["phase"], strict=True)]
    masses, widths = data["rho_mass_mev"], data["rho_width_mev"]
    shapes = [p_wave(s, masses[0], widths[0], pion, pion)]
    shapes += [
        m**2 / (m**2 - s - 1j * np.sqrt(s) * width * s / m**2)
        for m, width in zip(masses[1:], widths[1:], strict=True)
    ]
    return np.asarray(np.array(weights) @ np.stack(shapes) / sum(weights))


def kernel(meson: str, mass: Array) -> ComplexArray:
    """Kernel (M, 3, 3) of eta pi+ pi- or eta' pi+ pi-; `meson` is ``eta`` or ``eta_prime``.

    Notes
    -----
    R = int dQ^2 (q k)^3 |F|^2 / (24 pi^2 m Q), F = a BW_rho(Q^2) sum_n c_n BW_n(s) / (4 sqrt(3) pi^2 f_pi^3 sum c_n),
    with Q the mass of the pion pair, k the momentum in it, q the momentum of the eta, a = 1 (eta), sqrt(2) (eta').
    Source: czyz-phokhara-8, with the fit of plehn-hadronic-footprint. Differs from it: nothing.
    Valid for: threshold to 2 GeV; the current is isovector, by G parity.

    Examples
    --------
    >>> float(kernel("eta", np.array([1500.0]))[0, 0, 0].real.round(2))
    0.1
    """
    table = parameters(_DATA)
    data = table[meson]
    pion, eta = particle_data.mass("pi+"), particle_data.mass(_MESONS[meson])
    pair, weight = pair_rule(mass, pion, pion, eta)
    rho = p_wave(pair**2, data["rho_mass_mev"][0], data["rho_width_mev"][0], pion, pion)
    momenta = momentum(pair**2, pion, pion) * momentum(mass[:, None] ** 2, pair, eta)
    integral = (weight * momenta**3 * np.abs(rho) ** 2 / pair).sum(axis=-1)
    size = data["anomaly"] / (4 * math.sqrt(3) * math.pi**2 * table["pion_decay_constant_mev"] ** 3)
    tower = size * _tower(mass**2, data, pion)
    value = np.zeros((mass.size, 3, 3), dtype=complex)
    value[:, ISOVECTOR, ISOVECTOR] = integral * np.abs(tower) ** 2 / (24 * math.pi**2 * mass)
    return value


def channels() -> tuple[Channel, ...]:
    """The channels eta pi+ pi- and eta' pi+ pi-.

    >>> [round(channel.opens) for channel in channels()]
    [827, 1237]
    """
    provenance = embedded.load(_DATA).provenance

    def of(meson: str, name: str) -> Channel:
        data = parameters(_DATA)[meson]
        return Channel(
            name=f"{name} pi+ pi-",
            opens=2 * particle_data.mass("pi+") + particle_data.mass(_MESONS[meson]),
            kernel=partial(kernel, meson),
            uncertainty=math.hypot(data["measured"], data["spread"]),
            provenance=provenance,
        )

    return of("eta", "eta"), of("eta_prime", "eta'")
