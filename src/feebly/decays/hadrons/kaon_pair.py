"""The vector decaying to K+ K- and K0 K0~: towers of rho, omega and phi resonances."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import PION_MASS
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, STRANGE, Channel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import fixed_width, gounaris_sakurai, p_wave
from feebly.decays.hadrons.resonances import peak, provenance
from feebly.decays.hadrons.towers import Tower, compressed, dual_weights, fitted_tower
from feebly.particle_data import mass as mass_of
from feebly.particle_data import width as width_of
from feebly.provenance import Provenance, sources

_DATA: Final = "hadrons/kaon_pair.toml"
_PHI: Final = "phi(1020)"
_KAON: Final = {"K+ K-": "K+", "K0 K0~": "K0"}


@lru_cache(maxsize=8)
def _tower(name: str, first: tuple[float, float, float] | None = None) -> Tower:
    """The tower ``rho``, ``omega`` or ``phi``; `first` replaces weight, mass and width of its first member."""
    data = parameters(_DATA)
    family = data[name]
    fitted = [family[key] for key in ("magnitude", "mass_mev", "width_mev")]
    leading = first or tuple(column[0] for column in fitted)
    members = [np.array([value, *column[1:]]) for value, column in zip(leading, fitted, strict=True)]
    return compressed(
        fitted_tower(
            dual_weights(family["beta"], data["tower"]),
            *members,
            scale=family["mass_mev"][0],
            width_over_mass=family["width_over_mass"],
        )
    )


def measured_phi(final: str) -> tuple[float, float, float]:
    """Weight, mass and width of the phi that make its measured peak in K K~.

    Notes
    -----
    At the peak |F_phi| = (weight / 3) m / Gamma and R = beta^3 |F_phi|^2 / 4.
    Source: pdg-2026. Differs from it: vacuum polarisation removed. Valid for: a narrow phi.

    Examples
    --------
    >>> [round(measured_phi(final)[0], 2) for final in ("K+ K-", "K0 K0~")]
    [0.99, 1.0]
    """
    mass, width = mass_of(_PHI), width_of(_PHI).value
    velocity = math.sqrt(1 - (2 * mass_of(_KAON[final]) / mass) ** 2)
    return 3 * width / mass * math.sqrt(4 * peak(_PHI, final) / velocity**3), mass, width


def fitted_phi(final: str) -> tuple[float, float, float]:
    """Weight, mass and width of the phi as fitted.

    The published K0 K0~ lets the weights sum to 1.05; here the next member keeps the sum at 1.

    >>> fitted_phi("K+ K-")
    (0.965842, 1019.4209, 4.25265)
    """
    family = parameters(_DATA)["phi"]
    factor = family["neutral"] if final == "K0 K0~" else 1.0
    return factor * family["magnitude"][0], family["mass_mev"][0], family["width_mev"][0]


def form_factor(
    s: Array, final: str = "K+ K-", *, phi: Callable[[str], tuple[float, float, float]] = measured_phi
) -> ComplexArray:
    """Amplitudes (M, 3) of a kaon form factor in the three currents at s (M,) [MeV^2].

    Parameters
    ----------
    final : ``K+ K-`` or ``K0 K0~``.
    phi : weight, mass and width of the phi(1020); as measured unless given.

    Notes
    -----
    F = (+-F_rho / 2, F_omega / 6, F_phi / 3), + for the charged kaon; each F is a tower of resonances with
    Gounaris-Sakurai, constant and P-wave widths and weights that sum to 1, so that the charges of the kaons are
    x_u - x_s and x_d - x_s.
    Source: czyz-narrow-resonances; weights and masses plehn-hadronic-footprint; phi(1020) pdg-2026.
    Differs from it: the weight, mass and width of the phi(1020) are those of the measured
    B(e+ e-) B(K K~), vacuum polarisation removed; the fit lies 4 % below in K+ K- and 4 % above in K0 K0~.
    Valid for: 4 m_K^2 < s < 4 GeV^2.

    Examples
    --------
    >>> amplitude = form_factor(np.array([1019.5**2]))[0]
    >>> bool(75 < abs(amplitude[2]) < 81)
    True
    """
    kaon = mass_of(_KAON[final])
    rho, omega, strange = _tower("rho"), _tower("omega"), _tower("phi", phi(final))
    sign = 1 if final == "K+ K-" else -1
    amplitude = np.empty((s.size, 3), dtype=complex)
    column = s[:, None]
    amplitude[:, ISOVECTOR] = sign / 2 * rho.total(gounaris_sakurai(s, rho.mass, rho.width, PION_MASS))
    amplitude[:, ISOSCALAR] = omega.total(fixed_width(column, omega.mass, omega.width)) / 6
    amplitude[:, STRANGE] = strange.total(p_wave(column, strange.mass, strange.width, kaon, kaon)) / 3
    return amplitude


def kernel(
    mass: Array, final: str = "K+ K-", *, phi: Callable[[str], tuple[float, float, float]] = measured_phi
) -> ComplexArray:
    """Kernel (M, 3, 3) of a kaon pair: R = beta^3 |F|^2 / 4."""
    velocity = np.sqrt(1 - (2 * mass_of(_KAON[final]) / mass) ** 2)
    return from_amplitude(velocity**3 / 4, form_factor(mass**2, final, phi=phi))


def channels() -> tuple[Channel, ...]:
    """The channels K+ K- and K0 K0~; their alternative is the published fit, phi(1020) included."""
    form = Provenance(sources=sources(("czyz-narrow-resonances", "form of the kaon form factors")))
    return tuple(
        Channel(
            name=final,
            opens=2 * mass_of(kaon),
            kernel=partial(kernel, final=final),
            uncertainty=math.hypot(*parameters(_DATA)["uncertainty"][final].values()),
            provenance=embedded.load(_DATA).provenance | provenance() | form,
            alternative=partial(kernel, final=final, phi=fitted_phi),
        )
        for final, kaon in _KAON.items()
    )
