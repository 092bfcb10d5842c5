"""Hadronic width above about 2 GeV: perturbative R for any quark charges.

Only the vector current of the quarks enters: exchange of a Z, which adds to the measured e+ e- cross
section above about 20 GeV, is no part of the width of a vector boson. Narrow quarkonia are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final

import numpy as np

from feebly import embedded, particle_data
from feebly.arrays import Array, ComplexArray, Mask
from feebly.decays.hadrons import quarkonia
from feebly.decays.hadrons.base import parameters
from feebly.errors import OutOfDomainError
from feebly.provenance import Provenance

_DATA: Final = "hadrons/inclusive.toml"
_ZETA_3: Final = 1.2020569031595942  # Source: mathematical constant zeta(3)
_STEPS: Final = 24  # of the Runge-Kutta integration between two scales; error below 1e-6
_LIGHT: Final = 3  # u, d, s
_CHARM, _BOTTOM = 3, 4  # columns of u, d, s, c, b, t


class Threshold(Enum):
    """How a heavy quark opens.

    MESON: velocity of the lightest meson pair; QUARK: velocity of quarks with the running mass, above the
    same meson threshold. Their distance measures what is not known about the region above threshold.
    """

    MESON = "meson"
    QUARK = "quark"


@dataclass(frozen=True, slots=True)
class InclusiveRatio:
    """R of the inclusive hadronic width, as weights of the quark charges.

    Parameters
    ----------
    weights : (M, 6) weight of |x_q|^2 for u, d, s, c, b, t.
    singlet : (M,) weight of |sum of x_q|^2 over open quarks.
    open_quarks : (M, 6) 1 where a quark is open, else 0.
    """

    weights: Array
    singlet: Array
    open_quarks: Array

    def ratio(self, charges: ComplexArray) -> Array:
        """R (M,) for charges (M, 6) or (6,) of u, d, s, c, b, t.

        >>> photon = np.array([2, -1, -1, 2, -1, 2]) / 3
        >>> inclusive(np.array([3000.0])).ratio(photon).round(1).tolist()
        [2.2]
        """
        charges = np.asarray(charges)
        total = np.abs((self.open_quarks * charges).sum(-1)) ** 2
        return np.asarray((self.weights * np.abs(charges) ** 2).sum(-1) + self.singlet * total)


_NOTHING: Final = InclusiveRatio(np.zeros((0, 6)), np.zeros(0), np.zeros((0, 6)))


# --- the strong coupling ---------------------------------------------------------------------------------


def _polynomial(coefficients: list[float], flavours: int) -> float:
    return float(np.polynomial.polynomial.polyval(flavours, coefficients))


def _beta(flavours: int) -> list[float]:
    data = parameters(_DATA)
    beta = [_polynomial(row, flavours) for row in data["beta"]]
    beta[-1] += _ZETA_3 * _polynomial(data["beta_zeta"], flavours)
    return beta


def _run(start: float | Array, log: Array, flavours: int) -> Array:
    """alpha_s (M,) after a change `log` (M,) of ln mu^2, from `start`."""
    beta = _beta(flavours)

    def slope(a: Array) -> Array:
        return np.asarray(-(a**2) * (beta[0] + a * (beta[1] + a * (beta[2] + a * beta[3]))))

    a = np.broadcast_to(np.asarray(start, dtype=float) / (4 * math.pi), log.shape)
    step = log / _STEPS
    for _ in range(_STEPS):
        one = slope(a)
        two = slope(a + step * one / 2)
        three = slope(a + step * two / 2)
        a = a + step * (one + 2 * two + 2 * three + slope(a + step * three)) / 6
    return np.asarray(4 * math.pi * a)


@lru_cache(maxsize=8)
def _anchors(at_z: float) -> tuple[tuple[int, float, float], ...]:
    """(flavours, mass [MeV], alpha_s there): the Z, then just below the bottom and the charm mass."""
    data = parameters(_DATA)
    scale, value = particle_data.mass("Z0"), at_z
    anchors = [(5, scale, value)]
    for flavours, mass in ((5, data["bottom_mass_mev"]), (4, data["charm_mass_mev"])):
        value = float(_run(value, np.array(2 * math.log(mass / scale)), flavours))
        a = value / math.pi
        third = _polynomial(data["decoupling_third"], flavours - 1)
        value *= 1 + data["decoupling_second"] * a**2 + third * a**3
        scale = mass
        anchors.append((flavours - 1, scale, value))
    return tuple(anchors)


def strong_coupling(mass: Array, flavours: int, at_z: float | None = None) -> Array:
    """alpha_s (M,) of 3, 4 or 5 flavours at the scales (M,) [MeV], modified minimal subtraction.

    Parameters
    ----------
    flavours : number of quarks that run.
    at_z : alpha_s of five flavours at the Z mass; the world average by default.

    Notes
    -----
    d a / d ln mu^2 = - sum_i beta_i a^(i + 2), a = alpha_s / (4 pi), four loops; three-loop matching at the
    running masses of bottom and charm. Source: van-ritbergen-beta; chetyrkin-decoupling, Eq. (43).
    Differs from it: solved numerically. Valid for: above about 1.2 GeV.

    Examples
    --------
    >>> float(strong_coupling(np.array([1777.0]), 3)[0].round(2))
    0.31
    """
    at_z = parameters(_DATA)["alpha_s_mz"] if at_z is None else at_z
    _, scale, value = next(anchor for anchor in _anchors(at_z) if anchor[0] == flavours)
    return _run(value, 2 * np.log(np.asarray(mass, dtype=float) / scale), flavours)


# --- the ratio -------------------------------------------------------------------------------------------


def _openings() -> tuple[float, float]:
    """Masses [MeV] at which pairs of charmed and of bottom mesons open."""
    return 2 * particle_data.mass("D0"), 2 * parameters(_DATA)["bottom_meson_mass_mev"]


def _check(mass: Array) -> None:
    data = parameters(_DATA)
    first, last = data["first_mass_mev"], data["last_mass_mev"]
    if mass.size and not (mass.min() >= first and mass.max() <= last):
        raise OutOfDomainError(
            f"The inclusive hadronic width is asked from {mass.min():g} to {mass.max():g} MeV.\n"
            f"  Possible: {first:g} to {last:g} MeV. Below, use the exclusive channels."
        )


def inclusive(
    mass: Array, *, order: int = 4, threshold: Threshold = Threshold.MESON, at_z: float | None = None
) -> InclusiveRatio:
    """Perturbative R of the inclusive hadronic width at the masses (M,) [MeV].

    Parameters
    ----------
    order : highest power of alpha_s, 0 to 4.
    threshold : velocity factor of charm and bottom.
    at_z : alpha_s of five flavours at the Z mass; the world average by default.

    Raises
    ------
    OutOfDomainError
        outside the range where perturbation theory and the omission of the Z make sense.

    Notes
    -----
    R = 3 sum_q x_q^2 v (3 - v^2) / 2 [1 + sum_n c_n (alpha_s / pi)^n] + singlet (sum_q x_q)^2, with alpha_s of
    as many flavours as are open, at the scale of the mass; the singlet part starts at third order.
    Source: pdg-2024, Eq. (9.9). Differs from it: any charges; velocity factor of charm and bottom, which
    open at twice the mass of D0 and B+. Valid for: away from resonances; between 3.7 and 4.6 GeV
    only on average.

    Examples
    --------
    >>> inclusive(np.array([3000.0, 5000.0])).open_quarks.sum(axis=-1).tolist()
    [3.0, 4.0]
    """
    mass = np.atleast_1d(np.asarray(mass, dtype=float))
    _check(mass)
    data = parameters(_DATA)
    openings = _openings()
    quarks = (data["charm_mass_mev"], data["bottom_mass_mev"])
    open_quarks = np.zeros((mass.size, 6))
    open_quarks[:, :_LIGHT] = 1.0
    velocity = open_quarks.copy()
    for column, opening, quark in zip((_CHARM, _BOTTOM), openings, quarks, strict=True):
        is_open = mass > opening
        pair = opening if threshold is Threshold.MESON else 2 * quark
        v = np.sqrt(np.where(is_open, 1 - (pair / mass) ** 2, 0.0))
        open_quarks[:, column] = is_open
        velocity[:, column] = v * (3 - v**2) / 2
    correction, singlet = np.ones(mass.size), np.zeros(mass.size)
    flavours = open_quarks.sum(-1).astype(int)
    for count in np.unique(flavours):
        here = flavours == count
        a = strong_coupling(mass[here], int(count), at_z) / math.pi
        correction[here], singlet[here] = _series(data, a, int(count), order)
    return InclusiveRatio(3 * velocity * correction[:, None], singlet, open_quarks)


def _series(data: Any, a: Array, flavours: int, order: int) -> tuple[Array, Array]:
    """Sum over orders (M,) of the non-singlet and of the singlet part at a = alpha_s / pi (M,)."""
    rows = data["coefficients"][:order]
    correction = 1 + sum(_polynomial(row, flavours) * a ** (n + 1) for n, row in enumerate(rows))
    singlet = np.zeros_like(a)
    for n, name in ((3, "singlet_third"), (4, "singlet_fourth")):
        if order >= n:
            singlet = singlet + _polynomial(data[name], flavours) * a**n
    return np.asarray(correction), np.asarray(singlet)


@dataclass(frozen=True, slots=True)
class Perturbative:
    """R of the inclusive width at masses (M,) and what its error needs, for any charges.

    Zero where it was not asked for. `broad` (K, 6) are the broad resonances above open charm and bottom.
    """

    is_inside: Mask
    central: InclusiveRatio
    variants: tuple[tuple[float, InclusiveRatio], ...]
    broad: Array

    def ratio(self, charges: ComplexArray) -> Array:
        """R (M,) for charges (6, M) of u, d, s, c, b, t."""
        if not self.is_inside.any():
            return np.zeros(self.is_inside.size)
        return self._fill(self.central.ratio(self._inner(charges)))

    def uncertainty(self, charges: ComplexArray) -> Array:
        """Its uncertainty (M,).

        Notes
        -----
        Quadratic sum of the last known order, half the distance of the two velocity factors, the uncertainty
        of alpha_s at the Z mass, 2.3 %, by which measured R exceeds this one below charm, and the broad
        resonances psi(4040) to Upsilon(11020), which make R wave around the perturbative value. Source: our
        choice. Differs from it: nothing. Valid for: away from narrow resonances.
        """
        if not self.is_inside.any():
            return np.zeros(self.is_inside.size)
        inner = self._inner(charges)
        central = self.central.ratio(inner)
        parts = [share * (central - variant.ratio(inner)) for share, variant in self.variants]
        parts.append(parameters(_DATA)["measured_spread"] * central)
        parts.append((self.broad * np.abs(inner) ** 2).sum(-1))
        return self._fill(np.sqrt(np.sum(np.square(parts), axis=0)))

    def _inner(self, charges: ComplexArray) -> ComplexArray:
        return np.asarray(charges).T[self.is_inside]

    def _fill(self, inside: Array) -> Array:
        value = np.zeros(self.is_inside.size)
        value[self.is_inside] = inside
        return value


def perturbative(mass: Array, is_inside: Mask, *, with_variants: bool = True) -> Perturbative:
    """The inclusive width at those of the masses (M,) [MeV] that are inside (M,).

    >>> photon = np.array([[2], [-1], [-1], [2], [-1], [2]]) / 3
    >>> perturbative(np.array([3000.0]), np.array([True])).ratio(photon).round(1).tolist()
    [2.2]
    """
    inside = mass[is_inside]
    if inside.size == 0:
        return Perturbative(is_inside, _NOTHING, (), np.zeros((0, 6)))
    data = parameters(_DATA)
    variants: tuple[tuple[float, InclusiveRatio], ...] = ()
    if with_variants:
        variants = (
            (1.0, inclusive(inside, order=3)),
            (0.5, inclusive(inside, threshold=Threshold.QUARK)),
            (1.0, inclusive(inside, at_z=data["alpha_s_mz"] + data["alpha_s_mz_error"])),
        )
    return Perturbative(is_inside, inclusive(inside), variants, quarkonia.broad_ratio(inside))


def provenance() -> Provenance:
    """Sources of the inclusive width, and what it leaves out."""
    return embedded.load(_DATA).provenance | quarkonia.provenance() | particle_data.provenance()
