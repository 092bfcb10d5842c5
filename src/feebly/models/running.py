"""Running of charges: loops of charged fermions mix a vector with the photon.

Everything rests on one fact. With x_f the charges of X, the inverse of the matrix of couplings to the
currents (Q, x) runs linearly in ln(mu) between thresholds, since each fermion adds its charges to the
kinetic terms. Solved for the couplings, this is exact for any coupling strength; no differential
equation is left. `induced` is its off-diagonal element, which does not depend on the coupling of X at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import E_CHARGE, ELECTRON_MASS, MUON_MASS, TAU_MASS
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError
from feebly.provenance import Provenance, sources

Thresholds = Literal["mesons", "quarks"]
HIGHEST_SCALE: Final = 1e5  # MeV; loops of W and top, which join at about this scale, are left out
DIRAC_LOOP: Final = 1 / (6 * math.pi**2)
_LEPTONS: Final = {"e-": ELECTRON_MASS, "mu-": MUON_MASS, "tau-": TAU_MASS}


@dataclass(frozen=True, slots=True, eq=False)
class Loops:
    """The charged fermions in the loops: names, thresholds [MeV], colours and electric charges, each (F,)."""

    names: tuple[str, ...]
    threshold: Array
    colours: Array
    electric: Array

    def logs(self, mu: ArrayLike, *, name: str = "") -> Array:
        """ln(mu / threshold) where it is positive, else 0: (..., F) for mu [MeV] of shape (...).

        `name` is that of the argument to blame for a scale outside, if it is not where the charges are asked for.
        """
        scale = np.asarray(mu, dtype=float)
        inside = (scale >= 0) & (scale <= HIGHEST_SCALE)  # False for NaN as well
        if not inside.all():
            where, advice = (
                (f"{name} is", "") if name else ("asked at", "\n  Use running=off (mixing=none) there.")
            )
            raise OutOfDomainError(
                f"The running of charges holds for scales from 0 to {HIGHEST_SCALE / 1e3:g} GeV, below the W and top loops; "
                f"{where} {scale[~inside].flat[0] / 1e3:g} GeV.{advice}"
            )
        above: Array = np.maximum(scale[..., np.newaxis] / self.threshold, 1.0)
        return np.log(above)


@cache
def loops(thresholds: Thresholds = "mesons") -> Loops:
    """The charged fermions below the top quark, with the scale from which each one counts.

    Parameters
    ----------
    thresholds : "mesons" lets u and d count from the pion mass, s from the kaon, c from the D and b from the
        B meson mass; "quarks" takes constituent and heavy-quark masses. Their difference is an error estimate.

    Notes
    -----
    Source: esseili-kribs-chargephobic, App. B (mesons); Ilten:2018crw (quarks).

    Examples
    --------
    >>> loops("quarks").threshold[loops("quarks").names.index("s")]
    np.float64(500.0)
    """
    if thresholds not in get_args(Thresholds):
        raise InvalidValueError(
            f"thresholds = '{thresholds}' is not known. Possible: {', '.join(get_args(Thresholds))}."
        )
    quarks = {row["quark"]: float(row["mass_mev"]) for row in _file(thresholds).rows()}
    names = (*_LEPTONS, *quarks)
    return Loops(
        names=names,
        threshold=np.array([*_LEPTONS.values(), *quarks.values()]),
        colours=np.array([3.0 if name in quarks else 1.0 for name in names]),
        electric=np.array([float(sp.find(name).electric_charge) for name in names]),
    )


def _file(thresholds: Thresholds) -> embedded.DataFile:
    return embedded.load(f"running/{thresholds}.csv")


@cache
def provenance(thresholds: Thresholds = "mesons") -> Provenance:
    """Where the running of charges comes from, and what it leaves out."""
    loop = loops(thresholds)
    start = loop.threshold[loop.colours > 1].min()
    return (
        Provenance(
            sources=sources(
                ("esseili-kribs-chargephobic", "App. B, Eqs. (62)-(64), with colour factors in (64)")
            ),
            choices=frozenset({("thresholds of the running", thresholds)}),
            omitted=frozenset(
                {
                    "imaginary parts and threshold shapes of the loops that run the mixing angle",
                    f"quark loops below {start:.3g} MeV, the first threshold of '{thresholds}': couplings that come from "
                    "quark loops alone, as those of the chargephobic vector to charged leptons, are zero there",
                }
            ),
        )
        | _file(thresholds).provenance
    )


@lru_cache(maxsize=256)
def _weights(charges: tuple[float, ...], thresholds: Thresholds) -> Array:
    """Columns N_c Q^2 and N_c Q x over 6 pi^2, (F, 2): what the logarithms of 1/e^2 and y/e^2 are summed with."""
    loop = loops(thresholds)
    pairs = np.stack([loop.electric, np.array(charges)], axis=1)
    return np.asarray(DIRAC_LOOP * (loop.colours * loop.electric)[:, np.newaxis] * pairs)


def electromagnetic_coupling(mu: ArrayLike, *, thresholds: Thresholds = "mesons") -> Array:
    """Electromagnetic coupling e(mu) [dimensionless] at the scale mu [MeV], of the shape of mu.

    Notes
    -----
    1/e^2(mu) = 1/e^2(m_e) - sum_f N_c Q_f^2 ln(mu/m_f) / (6 pi^2), over the fermions with m_f < mu.
    Source: esseili-kribs-chargephobic, Eq. (62). Differs from it: solved.
    Valid for: one loop, step thresholds, mu <= `HIGHEST_SCALE`; constant below m_e.

    Examples
    --------
    >>> e = electromagnetic_coupling([0.0, 60e3])
    >>> (4 * np.pi / e**2).round(1).tolist()
    [137.0, 128.8]
    """
    loop = loops(thresholds)
    electric = DIRAC_LOOP * loop.colours * loop.electric**2
    return np.asarray(1 / np.sqrt(1 / E_CHARGE**2 - loop.logs(mu) @ electric))


def induced(
    mu: ArrayLike,
    charges: Mapping[str, float],
    *,
    start: float = ELECTRON_MASS,
    thresholds: Thresholds = "mesons",
) -> Array:
    """Coupling y(mu) of X to the electromagnetic current, in units of its own, that loops induce.

    The charge of f at mu is ``charges[f] + y Q_f`` times the coupling of X.

    Parameters
    ----------
    mu : scale or scales [MeV]; above or below `start`.
    charges : x_f at the scale `start`; missing means 0. Neutral fermions do not matter.
    start : scale [MeV] where y = 0.
    thresholds : see `loops`.

    Raises
    ------
    UnknownNameError
        for a charge of something that is no fermion.
    OutOfDomainError
        for a scale outside 0 to `HIGHEST_SCALE`.

    Notes
    -----
    y(mu) = e^2(mu)/(6 pi^2) sum_f N_c Q_f x_f [l_f(mu) - l_f(start)], l_f(mu) = max(0, ln(mu/m_f)).
    Source: esseili-kribs-chargephobic, Eqs. (62)-(64). Differs from it: the factor N_c missing in (64); any
    charges instead of EM and B-L; solved. Between thresholds y + r goes as e^2 with
    r = sum N_c Q x / sum N_c Q^2, the solution of (66); x_f = Q_f gives y = e^2(mu)/e^2(start) - 1.
    Valid for: one loop, step thresholds, mu <= `HIGHEST_SCALE`; any coupling of X.

    Examples
    --------
    >>> dark_photon = {f: sp.find(f).electric_charge for f in sp.FERMIONS}
    >>> round(float(induced(1000.0, dark_photon)), 4)
    0.0211
    """
    for name in charges:
        if name not in sp.FERMIONS:
            raise UnknownNameError("charge", name, sp.FERMIONS, "Nucleons follow from the quarks.")
    loop = loops(thresholds)
    weights = _weights(tuple(charges.get(name, 0.0) for name in loop.names), thresholds)
    logs = loop.logs(mu) @ weights
    mixed = (
        logs[..., 1] - (loop.logs(start, name="start") @ weights)[1]
        if start != ELECTRON_MASS
        else logs[..., 1]
    )
    return np.asarray(mixed / (1 / E_CHARGE**2 - logs[..., 0]))
