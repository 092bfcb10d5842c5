"""From the dark photon to any vector: ratios of production, branching and lifetime.

All are at equal mass and coupling. A search for the dark photon A' that counts events is a search for X with

    P_X(process) B_X(final state) E(lifetime) = 1

at its limit. Charges are those at q^2 = m_X^2, so that loop mixing and running enter; the dark photon here
is the vector with the electric charges, x_f = Q_f, at every scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from feebly import decays
from feebly import species as sp
from feebly.arrays import Array, ComplexArray, mass_array
from feebly.constants import ELECTRON_MASS
from feebly.decays import leptonic
from feebly.decays.hadronic import exclusive
from feebly.decays.partial_widths import Widths, is_charged_lepton, is_neutrino
from feebly.errors import OutOfDomainError, UnknownNameError, UnsupportedModelError, look_up
from feebly.models import Model, VectorCurrent, dark_photon, offers
from feebly.provenance import Provenance, sources
from feebly.rates.beam import meson_decay

FAMILIES: Final = ("charged leptons", "neutrinos", "hadrons")

Amplitude = Callable[[Model, Array], ComplexArray]


@dataclass(frozen=True, slots=True)
class Process:
    """A way to make X.

    Parameters
    ----------
    name : such as ``eta -> gamma X``.
    latex : the same for figures.
    amplitude : model and masses (M,) [MeV] to the amplitudes (M,) relative to those for a dark photon of
        the same mass and coupling; beyond `closes` too.
    closes : largest mass of X [MeV].
    provenance : of the amplitude.
    """

    name: str
    latex: str
    amplitude: Amplitude
    closes: float
    provenance: Provenance


def _vector(model: Model) -> VectorCurrent:
    if not isinstance(model, VectorCurrent):
        raise UnsupportedModelError(
            f"Production of '{model.name}' cannot be compared with that of a dark photon: it offers "
            f"{', '.join(offers(model)) or 'no capability'}.\n  The ratios need: VectorCurrent."
        )
    return model


def _charge(particle: str) -> Amplitude:
    """Emission by, or fusion of, one kind of particle: x / Q."""

    def amplitude(model: Model, mass: Array) -> ComplexArray:
        charge = _vector(model).charges([particle], mass**2)[0]
        return np.asarray(charge / sp.find(particle).electric_charge)

    return amplitude


def _mixing(meson: str) -> Amplitude:
    """Mixing of a vector meson into X: the strength of its current."""

    def amplitude(model: Model, mass: Array) -> ComplexArray:
        _vector(model)
        return np.asarray(meson_decay.strengths(model, mass)[:, meson_decay.VECTORS.index(meson)])

    return amplitude


def _decay(decay: meson_decay.MesonDecay) -> Amplitude:
    """Decay of a meson: its form factor over that of the dark photon, whose strengths are 1."""

    def amplitude(model: Model, mass: Array) -> ComplexArray:
        reference = meson_decay.propagators(mass) @ meson_decay.coefficients(decay)
        return np.asarray(meson_decay.amplitude(decay, model, mass) / reference)

    return amplitude


_LATEX: Final = MappingProxyType(
    {
        "pi0": r"\pi^0", "eta": r"\eta", "eta'": r"\eta'", "rho": r"\rho", "omega": r"\omega", "phi": r"\phi",
        "gamma": r"\gamma",
    }
)  # fmt: skip


@cache
def processes() -> Mapping[str, Process]:
    """All processes by name.

    >>> "pZ -> pZ X" in processes()
    True
    """
    printed = Provenance(sources=sources(("esseili-kribs-chargephobic", "Fig. 5")))
    found = [
        Process("eZ -> eZ X", r"$eZ \to eZX$", _charge("e-"), math.inf, printed),
        Process("pZ -> pZ X", r"$pZ \to pZX$", _charge("p"), math.inf, printed),
        Process("e- e+ -> gamma X", r"$e^+e^- \to \gamma X$", _charge("e-"), math.inf, printed),
    ]
    for q in ("u", "d", "s", "c", "b"):
        name, latex = f"{q} {sp.anti(q)} -> X", rf"${q}\bar {q} \to X$"
        found.append(Process(name, latex, _charge(q), math.inf, printed))
    for meson in meson_decay.VECTORS:
        latex = rf"${_LATEX[meson]} \to X$"
        found.append(Process(f"{meson} -> X", latex, _mixing(meson), math.inf, printed))
    for decay in meson_decay.DECAYS.values():
        latex = rf"${_LATEX[decay.parent]} \to {_LATEX[decay.daughter]} X$"
        found.append(Process(decay.name, latex, _decay(decay), decay.closes, meson_decay.provenance()))
    return MappingProxyType({process.name: process for process in found})


def find(name: str) -> Process:
    """The process of that name.

    Raises
    ------
    UnknownNameError
        with near matches.

    Examples
    --------
    >>> round(find("phi -> eta X").closes, 1)
    471.6
    """
    return look_up(processes(), "production process", name)


def production_ratio(process: str, model: Model, mass: Sequence[float] | Array) -> Array:
    """Rate to make X over that to make a dark photon of the same mass and coupling, P_X (M,).

    Parameters
    ----------
    process : a name of `processes`.
    model : any vector.
    mass : of X, MeV.

    Raises
    ------
    UnknownNameError
        for another process.
    OutOfDomainError
        for a mass at which the process is closed.

    Notes
    -----
    |x_f / Q_f|^2 for emission and fusion; |x_u - x_d|^2, 9 |x_u + x_d|^2 and 9 |x_s|^2 for mixing with rho,
    omega and phi; |F_X / F_A'|^2 of `meson_decay.amplitude` for meson decays, whose kinematics cancels.
    Source: esseili-kribs-chargephobic, Eqs. (19)-(23) and the table of Fig. 5.
    Differs from it: any vector; charges at q^2 = m_X^2; the sign of m^2 in Eq. (24).
    Valid for: one process at a time, pointlike protons.

    Examples
    --------
    >>> from feebly.models import b_minus_l
    >>> production_ratio("omega -> X", b_minus_l(), [500.0, 782.0]).round(12).tolist()
    [4.0, 4.0]
    """
    chosen, masses = find(process), mass_array(mass, zero=True)
    if np.any(masses > chosen.closes):
        raise OutOfDomainError(
            f"{process} is closed for a mass of {masses.max():g} MeV.\n"
            f"  Possible: masses up to {chosen.closes:.1f} MeV."
        )
    return np.asarray(np.abs(chosen.amplitude(model, masses)) ** 2)


def family(channel: str) -> str:
    """Family of a decay channel, one of `FAMILIES`.

    >>> family("mu- mu+"), family("nu_e nu_e~"), family("pi+ pi-")
    ('charged leptons', 'neutrinos', 'hadrons')
    """
    if is_charged_lepton(channel):
        return "charged leptons"
    return "neutrinos" if is_neutrino(channel) else "hadrons"


def decay_ratio(final_state: str, model: Model, mass: Sequence[float] | Array) -> Array:
    """Branching fraction of X over that of a dark photon of the same mass, B_X (M,).

    Parameters
    ----------
    final_state : a channel of `decays.widths` such as ``mu- mu+``, or one of `FAMILIES`.
    model : any vector.
    mass : of X, MeV.

    Raises
    ------
    UnknownNameError
        for a final state that is none of the two.
    OutOfDomainError
        where the dark photon does not decay to it, as below its threshold, so that there is no ratio.

    Notes
    -----
    B_X = BR(X -> F) / BR(A' -> F).
    Source: esseili-kribs-chargephobic, Eq. (30) and Fig. 9. Differs from it: nothing.
    Valid for: decays to particles of the Standard Model only.

    Examples
    --------
    >>> from feebly.models import b_minus_l
    >>> decay_ratio("charged leptons", b_minus_l(), [100.0]).round(6).tolist()
    [0.4]
    """
    if final_state not in final_states():
        raise UnknownNameError("final state", final_state, final_states())
    ours, reference = _both(model, mass)
    denominator = _share(final_state, reference)
    if np.any(denominator == 0):
        closed = float(reference.mass[denominator == 0][0])
        raise OutOfDomainError(
            f"A dark photon of {closed:g} MeV does not decay to {final_state}: there is no ratio to it.\n"
            f"  At this mass it decays to: {_open(reference, closed) or 'nothing'}."
        )
    return np.asarray(_share(final_state, ours) / denominator)


@cache
def final_states() -> tuple[str, ...]:
    """Families and channels, open or closed at some mass.

    >>> "pi+ pi-" in final_states(), "gluons" in final_states()
    (True, False)
    """
    return (*FAMILIES, *leptonic.CHANNELS, *(channel.name for channel in exclusive()))


def _both(model: Model, mass: Sequence[float] | Array) -> tuple[Widths, Widths]:
    """Widths of the model and of the dark photon."""
    table = decays.tabulate(mass)
    return table.of(model), table.of(dark_photon())


def _share(final_state: str, table: Widths) -> Array:
    members = [final_state in (channel, family(channel)) for channel in table.channels]
    return np.asarray(table.branching[np.array(members, dtype=bool)].sum(axis=0))


def _open(table: Widths, mass: float) -> str:
    gamma = table.gamma[:, int(np.argmax(table.mass == mass))]
    return ", ".join(channel for channel, g in zip(table.channels, gamma, strict=True) if g > 0)


def lifetime_ratio(model: Model, mass: Sequence[float] | Array) -> Array:
    """Lifetime of X over that of a dark photon of the same mass and coupling (M,); infinite for a stable X.

    Raises
    ------
    OutOfDomainError
        below the electron threshold, where the dark photon has no decay here.

    Notes
    -----
    Gamma_A' / Gamma_X. Source: esseili-kribs-chargephobic, Eq. (30). Differs from it: nothing.
    Valid for: equal couplings; at others it goes as (g_A' / g_X)^2.

    Examples
    --------
    >>> from feebly.models import b_minus_l
    >>> lifetime_ratio(b_minus_l(), [100.0]).round(6).tolist()
    [0.4]
    """
    ours, reference = _both(model, mass)
    total = reference.total
    if np.any(total == 0):
        raise OutOfDomainError(
            f"A dark photon of {reference.mass[total == 0][0]:g} MeV has no decay: there is no ratio to it.\n"
            f"  Possible: masses above two electrons, {2 * ELECTRON_MASS:.3f} MeV."
        )
    return np.divide(total, ours.total, out=np.full_like(total, math.inf), where=ours.total > 0)
