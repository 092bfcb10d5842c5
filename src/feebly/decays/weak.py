"""Fermi constant, weak mixing angle and meson constants of the weak currents at low energy.

The four-fermion interaction is L = -(4 G_F / sqrt 2) (J^+_mu J^-mu + J^Z_mu J^Z mu), J^Z = sum_f fbar gamma (T3 P_L -
Q sin^2 theta_W) f. Decay constants are those of <0| qbar gamma gamma_5 q' |P> = i f p, 130 MeV for the pion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from feebly import embedded, particle_data
from feebly.constants import ALPHA
from feebly.provenance import Provenance, sources

_FILE: Final = "particles/weak_currents.toml"
_FERMI: Final = "precision/electroweak_inputs.toml"


@dataclass(frozen=True, slots=True)
class WeakInputs:
    """Constants of the weak currents, with relative errors of the widths where they are not measured directly.

    Parameters
    ----------
    fermi : G_F, MeV^-2.
    sin2 : sin^2 of the weak mixing angle at low momentum transfer.
    v_ud : element of the quark mixing matrix.
    pion, kaon : decay constants times V_ud and V_us, MeV.
    neutral : effective decay constants of pi0, eta and eta' in the neutral current, MeV, as f_pi for the pi0.
    neutral_error : relative errors of the widths to them.
    """

    fermi: float
    sin2: float
    v_ud: float
    pion: float
    kaon: float
    neutral: dict[str, float]
    neutral_error: dict[str, float]


@cache
def weak_inputs() -> WeakInputs:
    """Constants of the weak currents at low energy.

    Notes
    -----
    The neutral current holds (1/2)(ubar gamma gamma_5 u - dbar gamma gamma_5 d - sbar gamma gamma_5 s). Of the eta it meets
    only the strange part: f_eta = f_s sin(phi) / sqrt 2 and f_eta' = f_s cos(phi) / sqrt 2, where f_pi stands for the pi0.
    Source: feldmann-eta-mixing, f_s and phi. Differs from it: the projection on the neutral current.
    The error is the distance to bondarenko-hnl, and for the pi0 that of the lattice to the measured f_pi V_ud / V_ud.

    >>> round(weak_inputs().neutral["eta"], 1)
    78.1
    """
    table = embedded.load(_FILE).table()
    strange, angle = (
        table["eta"]["strange_over_pion"] * table["f_pi_mev"],
        math.radians(table["eta"]["angle_degree"]),
    )
    neutral = {
        "pi0": table["f_pi_mev"],
        "eta": strange * math.sin(angle) / math.sqrt(2),
        "eta'(958)": strange * math.cos(angle) / math.sqrt(2),
    }
    other = {
        "pi0": table["f_pi_v_ud_mev"] / table["v_ud"],
        "eta": table["eta_alternative"]["eta_mev"],
        "eta'(958)": table["eta_alternative"]["eta_prime_mev"],
    }
    return WeakInputs(
        fermi=fermi_constant(),
        sin2=table["sin2_theta_w"],
        v_ud=table["v_ud"],
        pion=table["f_pi_v_ud_mev"],
        kaon=table["f_k_v_us_mev"],
        neutral=neutral,
        neutral_error={name: abs((other[name] / f) ** 2 - 1) for name, f in neutral.items()},
    )


@cache
def fermi_constant() -> float:
    """The Fermi constant [MeV^-2].

    >>> round(fermi_constant() * 1e11, 3)
    1.166
    """
    return float(embedded.load(_FERMI).table()["fermi_constant"]["value"])


def electromagnetic_constant(meson: str, parent: str) -> tuple[float, float]:
    """Constant g [MeV^2] of a vector meson in the electromagnetic current, <0| J |V> = g epsilon, and its relative error.

    Notes
    -----
    Gamma(V -> e+ e-) = 4 pi alpha^2 g^2 / (3 m^3). Source: pdg-2026, widths and branching fractions.

    >>> round(electromagnetic_constant("omega(782)", "omega")[0] / particle_data.mass("omega(782)"), 0)
    48.0
    """
    width, share = particle_data.width(meson), particle_data.branching(parent, "e+ e-")
    pairs = width.value * share.value
    g2 = 3 * particle_data.mass(meson) ** 3 * pairs / (4 * math.pi * ALPHA**2)
    error = math.hypot(width.uncertainty / width.value, share.uncertainty / share.value)
    return math.sqrt(g2), error / 2


@cache
def provenance() -> Provenance:
    """Where these constants come from."""
    named = sources(
        ("aoki-flag-2021", "f_pi"), ("feldmann-eta-mixing", "f_s, phi"), ("bondarenko-hnl", "f_eta, f_eta'")
    )
    return embedded.load(_FILE).provenance | embedded.load(_FERMI).provenance | Provenance(sources=named)
