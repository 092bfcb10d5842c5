"""Phase shifts of two nucleons as functions of the energy, from a published table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.provenance import Provenance

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

Pair = Literal["np", "pp", "nn"]
PAIRS: Final[tuple[Pair, ...]] = ("np", "pp", "nn")
ORBITALS: Final = "SPDFGHI"

_FILE: Final = "nucleon_scattering/pwa93.toml"
_PION_RANGE: Final = 70.0  # MeV, half the pion mass: momentum below which p^(2l+1) sets in
_DIGITS: Final = 1e-3  # degrees: smaller table entries have less than two digits


def momentum(pair: Pair, kinetic_lab: ArrayLike) -> Array:
    """Momentum of each nucleon in the centre of mass [MeV] for a laboratory energy [MeV].

    Raises
    ------
    InvalidValueError
        for an unknown pair.

    Notes
    -----
    p^2 = T (T + 2 m_1) m_2^2 / [(m_1 + m_2)^2 + 2 T m_2]; m T / 2 for equal masses. The neutron is
    the projectile in np. Valid for: all energies (relativistic).

    Examples
    --------
    >>> round(float(momentum("nn", 50.0) ** 2 / (NEUTRON_MASS * 25.0)), 12)
    1.0
    """
    t = np.asarray(kinetic_lab, dtype=float)
    beam = PROTON_MASS if check_pair(pair) == "pp" else NEUTRON_MASS
    rest = NEUTRON_MASS if pair == "nn" else PROTON_MASS
    return np.asarray(np.sqrt(t * (t + 2 * beam) * rest**2 / ((beam + rest) ** 2 + 2 * t * rest)))


def check_pair(pair: str) -> Pair:
    """The name of the pair.

    Raises
    ------
    InvalidValueError
        if it is none of "np", "pp", "nn".
    """
    for known in PAIRS:
        if pair == known:
            return known
    raise InvalidValueError(f"'{pair}' is no pair of nucleons. Possible: {', '.join(PAIRS)}.")


@dataclass(frozen=True, slots=True)
class _Curve:
    """One phase shift or mixing parameter as a function of the momentum.

    The table is a smooth function times h^(2l+1), h = p / sqrt(p^2 + p_0^2); the first is a cubic
    spline, constant below its first node. For an S wave it is added to an effective-range phase.
    """

    power: int
    scattering: tuple[float, float] | None  # -1/a and r/2 [MeV, MeV^-1]
    spline: PPoly

    @staticmethod
    def through(power: int, p: Array, degrees: Array) -> _Curve:
        """The curve through table values [degrees] at momenta [MeV]."""
        from scipy.interpolate import CubicSpline

        values, scattering = np.radians(degrees), None
        if power == 1:
            slope = np.diff((p / np.tan(values))[:2])[0] / np.diff(p[:2] ** 2)[0]
            scattering = (float(p[0] / np.tan(values[0]) - slope * p[0] ** 2), float(slope))
            values = values - _effective_range(p, scattering)
            values[:2] = 0.0  # met exactly
        kept = np.arange(p.size) >= np.argmax(np.abs(degrees) >= _DIGITS)
        scaled = values[kept] / _threshold(p[kept]) ** power
        return _Curve(power, scattering, CubicSpline(p[kept], scaled))

    def __call__(self, p: Array) -> Array:
        inside = np.clip(p, self.spline.x[0], self.spline.x[-1])
        found = self.spline(inside) * _threshold(p) ** self.power
        return np.asarray(found if self.scattering is None else found + _effective_range(p, self.scattering))


def _threshold(p: Array) -> Array:
    return np.asarray(p / np.hypot(p, _PION_RANGE))


def _effective_range(p: Array, scattering: tuple[float, float]) -> Array:
    """Phase in (0, pi) with p cot delta = -1/a + r p^2 / 2."""
    return np.asarray(np.arctan2(p, scattering[0] + scattering[1] * p**2))


@dataclass(frozen=True, slots=True)
class PhaseShifts:
    """Phase shifts of a pair in the nuclear-bar convention, as functions of the laboratory energy.

    The keys of `curves` are their names, such as ``3P1``, and the mixing parameters ``E1``; `end` is the last energy of
    the table [MeV].
    """

    pair: Pair
    curves: Mapping[str, _Curve]
    end: float
    provenance: Provenance

    def at(self, kinetic_lab: ArrayLike) -> dict[str, Array]:
        """Each phase shift and mixing parameter (N,) [rad].

        Raises
        ------
        OutOfDomainError
            for energies that are not positive or above the end of the table.
        """
        t = np.atleast_1d(np.asarray(kinetic_lab, dtype=float))
        if not np.all((t > 0) & (t <= self.end * (1 + 1e-12))):
            raise OutOfDomainError(
                f"Phase shifts are known for laboratory energies above 0 up to {self.end:g} MeV, "
                f"asked for {t.min():g} to {t.max():g} MeV. Cross sections above are frozen on request: "
                "moments(..., frozen=True)."
            )
        p = momentum(self.pair, t)
        return {wave: curve(p) for wave, curve in self.curves.items()}


@cache
def phase_shifts(pair: Pair) -> PhaseShifts:
    """Phase shifts of the Nijmegen partial-wave analysis.

    Raises
    ------
    InvalidValueError
        for an unknown pair.

    Notes
    -----
    delta = h^(2l+1) y(p), h = p / sqrt(p^2 + (70 MeV)^2), with y a cubic spline through the table,
    constant below its first node of two digits, so that delta ~ p^(2l+1) at threshold (mixing:
    l -> J); S waves add a phase with p cot delta = -1/a + r p^2/2 that meets the two lowest nodes.
    Source: stoks-partial-wave, multienergy solution. Differs from it: interpolation is ours; nn takes
    the pp nuclear phases (charge symmetry), where the Coulomb barrier makes the S wave too small below
    5 MeV. Valid for: 0 to 350 MeV, J <= 5 (np) or J <= 4 (pp, nn).

    Examples
    --------
    >>> round(float(np.degrees(phase_shifts("np").at(50.0)["3S1"][0])), 4)
    62.7667
    """
    table = embedded.load(_FILE)
    energies = np.array(table.table()["kinetic_lab_mev"], dtype=float)
    p = momentum(check_pair(pair), energies)
    values = table.table()["np" if pair == "np" else "pp"]
    curves = {wave: _Curve.through(_power(wave), p, np.array(row)) for wave, row in values.items()}
    return PhaseShifts(pair, curves, float(energies[-1]), table.provenance)


def _power(wave: str) -> int:
    """Exponent of the momentum at threshold: 2l+1, or 2J+1 for the mixing parameter E_J."""
    return 2 * (int(wave[1:]) if wave[0] == "E" else ORBITALS.index(wave[1])) + 1


def scattering_length(pair: Pair, wave: str) -> tuple[float, float]:
    """Scattering length and effective range [MeV^-1] of an S wave, from the lowest two energies.

    Raises
    ------
    InvalidValueError
        for an unknown pair, or a wave that is no S wave of it.

    Examples
    --------
    >>> a, r = scattering_length("np", "3S1")
    >>> from feebly.units import FM
    >>> round(a / FM, 2), round(r / FM, 2)
    (5.42, 1.76)
    """
    known = {name: c.scattering for name, c in phase_shifts(pair).curves.items() if c.scattering is not None}
    if wave not in known:
        raise InvalidValueError(f"'{wave}' is no S wave of {pair}. Possible: {', '.join(known)}.")
    inverse, half_range = known[wave]
    return -1 / inverse, 2 * half_range
