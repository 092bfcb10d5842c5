"""The plane of the electromagnetic and B-L currents, and the presets in it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from feebly import species as sp
from feebly.errors import InvalidValueError
from feebly.models.vector import VectorModel
from feebly.provenance import Provenance, sources

_PLANE = sources(("esseili-kribs-chargephobic", "Sec. 2.1, Eqs. (1)-(6)"))


def _charges(cos: float, sin: float) -> Mapping[str, float]:
    """x_f = cos Q_f + sin (B-L)_f, with rounding noise of exact cancellations removed."""
    raw = {f: cos * sp.find(f).electric_charge + sin * sp.find(f).b_minus_l for f in sp.FERMIONS}
    return {f: x for f, x in raw.items() if abs(x) > 1e-15}


def _model(name: str, cos: float, sin: float, choices: Mapping[str, str]) -> VectorModel:
    right_handed = "right-handed neutrinos: taken as absent or too heavy; a Dirac partner would add as much neutrino width"
    return VectorModel(
        name=name,
        charge=_charges(cos, sin),
        provenance=Provenance(
            sources=_PLANE,
            choices=frozenset(
                {*choices.items(), ("running of the mixing angle", "off: charges are those at m_e")}
            ),
            omitted=frozenset({right_handed}) if sin else frozenset(),
        ),
    )


def dark_photon() -> VectorModel:
    """The dark photon: x_f = Q_f, so the scale is g = epsilon e.

    >>> dark_photon().charges(["e-", "nu_e", "p", "n"], 0.0).real.round(12).tolist()
    [-1.0, 0.0, 1.0, 0.0]
    """
    return _model("dark-photon", 1.0, 0.0, {})


def b_minus_l() -> VectorModel:
    """The B-L boson: x_f = (B-L)_f; neutrinos left-handed only.

    >>> b_minus_l().charges(["e-", "nu_e", "p", "n"], 0.0).real.round(12).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """
    return _model("b-l", 0.0, 1.0, {})


def em_bl(*, phi: float | None = None, phi_pi: float | None = None) -> VectorModel:
    """x_f = cos(phi) Q_f + sin(phi) (B-L)_f; `phi` in radians or `phi_pi` in units of pi.

    >>> em_bl(phi_pi=0.75).charges(["e-", "p"], 0.0).real.tolist()
    [0.0, 0.0]
    """
    if (phi is None) == (phi_pi is None):
        raise InvalidValueError(
            "The model 'em-bl' needs its dark mixing angle, once.\n  Give it as --set phi_pi=0.75 (units of pi)."
        )
    angle = math.pi * phi_pi if phi_pi is not None else float(phi or 0.0)
    if not math.isfinite(angle):
        raise InvalidValueError(f"The dark mixing angle is {angle}; it must be a finite number.")
    return _model("em-bl", math.cos(angle), math.sin(angle), {"phi": repr(angle)})


def chargephobic() -> VectorModel:
    """The chargephobic vector, phi = 3 pi/4: no coupling to e, mu, tau and p at tree level.

    >>> x = chargephobic().charges(["e-", "p", "n", "nu_e"], 0.0).real
    >>> [round(float(v), 4) for v in x]
    [0.0, 0.0, 0.7071, -0.7071]
    """
    half = math.sqrt(0.5)
    return _model("chargephobic", -half, half, {"phi": "3 pi/4"})


def nucleophobic(*, Z: int, A: int) -> VectorModel:
    """The vector that does not couple to the nucleus (Z, A): phi = pi - arctan(Z/A).

    >>> x = nucleophobic(Z=55, A=133).charges(["p", "n"], 0.0).real
    >>> abs(55 * x[0] + (133 - 55) * x[1]) < 1e-12
    np.True_
    """
    if not (isinstance(Z, int) and isinstance(A, int) and 0 < Z <= A):
        raise InvalidValueError(
            f"A nucleus needs whole numbers 0 < Z <= A, got Z={Z}, A={A}. Try --set Z=55 --set A=133"
        )
    angle = math.pi - math.atan2(Z, A)
    return _model(
        "nucleophobic", math.cos(angle), math.sin(angle), {"Z": str(Z), "A": str(A), "phi": repr(angle)}
    )
