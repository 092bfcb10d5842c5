"""The plane of the electromagnetic and B-L currents, and the presets in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal

from feebly import species as sp
from feebly.errors import InvalidValueError
from feebly.models.running import Thresholds
from feebly.models.vector import VectorModel
from feebly.provenance import Provenance, sources

Running = Literal["off", "on"]

_PLANE: Final = sources(("esseili-kribs-chargephobic", "Sec. 2.1, Eqs. (1)-(6)"))
_RUNNING: Final = {
    "off": "off: charges are those at m_e",
    "on": "on: charges at m_e run to sqrt|q^2| at leading order in g",
}


def _charges(cos: float, sin: float) -> Mapping[str, float]:
    """x_f = cos Q_f + sin (B-L)_f, with rounding noise of exact cancellations removed."""
    raw = {f: cos * sp.find(f).electric_charge + sin * sp.find(f).b_minus_l for f in sp.FERMIONS}
    return {f: x for f, x in raw.items() if abs(x) > 1e-15}


def _model(
    name: str, cos: float, sin: float, choices: Mapping[str, str], running: Running, thresholds: Thresholds
) -> VectorModel:
    if running not in _RUNNING:
        raise InvalidValueError(f"running = '{running}' is not known. Possible: {', '.join(_RUNNING)}.")
    right_handed = "right-handed neutrinos: taken as absent or too heavy; a Dirac partner would add as much neutrino width"
    return VectorModel(
        name=name,
        charge=_charges(cos, sin),
        mixing="running" if running == "on" else "none",
        thresholds=thresholds,
        electromagnetic=cos,
        provenance=Provenance(
            sources=_PLANE,
            choices=frozenset({*choices.items(), ("running of the mixing angle", _RUNNING[running])}),
            omitted=frozenset({right_handed}) if sin else frozenset(),
        ),
    )


def dark_photon(*, running: Running = "off", thresholds: Thresholds = "mesons") -> VectorModel:
    """The dark photon: x_f = Q_f, so the scale is g = epsilon e.

    With ``running="on"`` g = epsilon e at m_e, and the charges grow as e^2 with the scale.

    Raises
    ------
    InvalidValueError
        for an unknown `running` or `thresholds`, or thresholds without running.

    Examples
    --------
    >>> dark_photon().charges(["e-", "nu_e", "p", "n"], 0.0).real.round(12).tolist()
    [-1.0, 0.0, 1.0, 0.0]
    """
    return _model("dark-photon", 1.0, 0.0, {}, running, thresholds)


def b_minus_l(*, running: Running = "off", thresholds: Thresholds = "mesons") -> VectorModel:
    """The B-L boson: x_f = (B-L)_f; neutrinos left-handed only. It is pure at m_e if ``running="on"``.

    Raises
    ------
    InvalidValueError
        for an unknown `running` or `thresholds`, or thresholds without running.

    Examples
    --------
    >>> b_minus_l().charges(["e-", "nu_e", "p", "n"], 0.0).real.round(12).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """
    return _model("b-l", 0.0, 1.0, {}, running, thresholds)


def em_bl(
    *,
    phi: float | None = None,
    phi_pi: float | None = None,
    running: Running = "off",
    thresholds: Thresholds = "mesons",
) -> VectorModel:
    """x_f = cos(phi) Q_f + sin(phi) (B-L)_f; `phi` in radians or `phi_pi` in units of pi.

    With ``running="on"`` phi is the angle at m_e.

    Raises
    ------
    InvalidValueError
        for no angle, two of them, or one that is not finite; for an unknown `running` or `thresholds`, or thresholds
        without running.

    Examples
    --------
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
    return _model("em-bl", math.cos(angle), math.sin(angle), {"phi": repr(angle)}, running, thresholds)


def chargephobic(*, running: Running = "on", thresholds: Thresholds = "mesons") -> VectorModel:
    """The chargephobic vector, phi = 3 pi/4 at m_e: no coupling to e, mu, tau and p up to the pion mass.

    Above it, quark loops bring a coupling to charged particles back: it runs by default, because nothing
    larger couples it to leptons.

    Raises
    ------
    InvalidValueError
        for an unknown `running` or `thresholds`, or thresholds without running.

    Examples
    --------
    >>> x = chargephobic().charges(["e-", "p", "n", "nu_e"], 0.0).real
    >>> [round(float(v), 4) for v in x]
    [0.0, 0.0, 0.7071, -0.7071]
    >>> [round(float(chargephobic().charges(["e-"], m**2)[0].real), 6) for m in (100.0, 200.0, 60e3)]
    [0.0, 0.000531, 0.017727]
    """
    half = math.sqrt(0.5)
    return _model("chargephobic", -half, half, {"phi": "3 pi/4"}, running, thresholds)


def nucleophobic(
    *, Z: int, A: int, running: Running = "off", thresholds: Thresholds = "mesons"
) -> VectorModel:
    """The vector that does not couple to the nucleus (Z, A): phi = pi - arctan(Z/A).

    Raises
    ------
    InvalidValueError
        for Z and A of no nucleus; for an unknown `running` or `thresholds`, or thresholds without running.

    Examples
    --------
    >>> nucleophobic(Z=55, A=133).charges(["133Cs", "40Ar"], 0.0).real.round(2).tolist()
    [0.0, -1.35]
    """
    if not (isinstance(Z, int) and isinstance(A, int) and 0 < Z <= A):
        raise InvalidValueError(
            f"A nucleus needs whole numbers 0 < Z <= A, got Z={Z}, A={A}. Try --set Z=55 --set A=133"
        )
    angle = math.pi - math.atan2(Z, A)
    choices = {"Z": str(Z), "A": str(A), "phi": repr(angle)}
    return _model("nucleophobic", math.cos(angle), math.sin(angle), choices, running, thresholds)
