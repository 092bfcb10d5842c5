"""The Z boson when a massive vector mixes kinetically with hypercharge, at tree level and exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.roots import bracketed_root

_SMALLEST: Final = -160.0  # ln of the smallest fraction of the largest shift
_GRID: Final = np.linspace(0.0, 1.0, 401)[1:]


@dataclass(frozen=True, slots=True)
class MixedZ:
    """Changes of the Z and the W by the mixing, at fixed alpha(m_Z), G_F and m_Z; each (G,), dimensionless.

    `mass_shift` = 1 - (unmixed m_Z^2) / (m_Z^2); `strength` = relative change of the squared coupling of the Z;
    `sine` = change of the effective sin^2 theta of all fermions; `w_mass` = relative change of m_W.
    """

    mass_shift: Array
    strength: Array
    sine: Array
    w_mass: Array


@dataclass(frozen=True, slots=True)
class ZMixing:
    """Kinetic mixing (epsilon / 2 cos theta) B_mn X^mn of a vector of one mass with hypercharge.

    Parameters
    ----------
    mass : physical mass of the vector, MeV; more than a width of the Z away from it.
    z_mass, z_width : measured mass and width of the Z, MeV.
    y : 4 pi alpha(m_Z) / (sqrt(2) G_F m_Z^2) = sin^2(2 theta) of the unmixed Z.

    Raises
    ------
    InvalidValueError
        for a mass that is not positive and finite.
    OutOfDomainError
        if the two resonances overlap.

    Notes
    -----
    Canonical fields give the mass matrix u [[1, -a], [-a, a^2 + d]] of (Z, X), a = eta sin(theta) / sqrt(1 - eta^2),
    eta = epsilon / cos(theta). Trace and determinant fix its eigenvalues to m_Z^2 and m_X^2 = r m_Z^2. In terms
    of delta = 1 - u / m_Z^2, the shift of the unmixed mass squared::

        a^2 = delta (1 - delta - r) / (1 - delta)^2,    tan^2(mixing angle) = delta / (1 - delta - r),
        4 sin^2 cos^2 (theta) = y / (1 - delta),        sin^2(effective) = sin^2 + cos^2 delta = 1 - m_W^2 / m_Z^2,
        coupling^2 of the Z / (sqrt(8) G_F m_Z^2) = (1 - delta - r) / [(1 - r)(1 - delta)].

    Light X: delta = sin^2(theta) eta^2. Masses closer than the level repulsion do not exist: |delta| is at most
    |1 - r| / (1 + r); a larger epsilon is answered by the largest that exists for these two masses.
    Source: Curtin:2014cca, hook-kinetic-mixing (the Lagrangian).
    Differs from it: closed form with the physical masses as input, no expansion in epsilon; derived here.
    Valid for: Stueckelberg mass, no new Higgs; |m_X - m_Z| > Gamma_Z (lo-chiatto-degenerate for less).

    Examples
    --------
    >>> light = ZMixing(mass=100.0, z_mass=91188.0, z_width=2495.0, y=0.711)
    >>> light.solve([0.01, 0.02]).w_mass.round(7).tolist()
    [-2.15e-05, -8.61e-05]
    """

    mass: float
    z_mass: float
    z_width: float
    y: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mass) and self.mass > 0):
            raise InvalidValueError(
                f"The mass of the vector is {self.mass:g} MeV; it must be positive and finite."
            )
        if abs(self.mass - self.z_mass) < self.z_width:
            raise OutOfDomainError(
                f"At {self.mass:g} MeV the vector lies within a width of the Z: the two resonances overlap.\n"
                f"  Possible: below {self.z_mass - self.z_width:.0f} or above {self.z_mass + self.z_width:.0f} MeV."
            )

    @property
    def ratio(self) -> float:
        """r = (m_X / m_Z)^2."""
        return (self.mass / self.z_mass) ** 2

    def epsilon(self, mass_shift: ArrayLike) -> Array:
        """The mixing (G,) that shifts the unmixed Z mass squared by the fractions delta (G,)."""
        shift = np.asarray(mass_shift, dtype=float)
        a2 = shift * (1 - shift - self.ratio) / (1 - shift) ** 2
        sin2 = (1 - np.sqrt(1 - self.y / (1 - shift))) / 2
        return np.asarray(np.sqrt((1 - sin2) * a2 / (sin2 + a2)))

    def largest(self) -> tuple[float, float]:
        """The largest mixing that exists for the two masses, and its mass shift."""
        end = (1 - self.ratio) / (1 + self.ratio)
        shifts = _GRID * (min(end, 1 - self.y) if end > 0 else end)
        values = self.epsilon(shifts)
        best = int(np.argmax(values))
        return float(values[best]), float(shifts[best])

    def solve(self, epsilon: ArrayLike) -> MixedZ:
        """The mixed Z at the mixings (G,), clipped to the largest that exists."""
        wanted = np.atleast_1d(np.asarray(epsilon, dtype=float))
        top, end = self.largest()
        shift = np.zeros(wanted.shape)
        shift[wanted >= top] = end
        inner = (wanted > 0) & (wanted < top)
        if np.any(inner):
            shift[inner] = end * np.exp(self._log_fraction(np.log(wanted[inner]), end))
        return self.shifted(shift)

    def _log_fraction(self, log_epsilon: Array, end: float) -> Array:
        def excess(x: Array, target: Array) -> Array:
            return np.asarray(np.log(self.epsilon(end * np.exp(x))) - target)

        low = np.full(log_epsilon.shape, _SMALLEST)
        return bracketed_root(excess, low, np.zeros_like(low), (log_epsilon,), what="mixing of the Z")

    def shifted(self, mass_shift: ArrayLike) -> MixedZ:
        """The mixed Z for the mass shifts delta (G,); differences are formed without cancellation."""
        shift = np.asarray(mass_shift, dtype=float)
        r = self.ratio
        y = self.y / (1 - shift)
        before, after = math.sqrt(1 - self.y), np.sqrt(1 - y)
        sin2_shift = (y * shift) / (before + after) / 2
        cos2 = (1 + before) / 2
        # m_W^2 = cos^2 u
        w_squared = -sin2_shift / cos2 * (1 - shift) - shift
        return MixedZ(
            mass_shift=shift,
            strength=np.asarray(-r * shift / ((1 - r) * (1 - shift))),
            sine=np.asarray(sin2_shift + (cos2 - sin2_shift) * shift),
            w_mass=np.asarray(np.expm1(np.log1p(w_squared) / 2)),
        )
