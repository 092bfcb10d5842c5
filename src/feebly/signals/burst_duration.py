"""Duration of the neutrino burst: how long trapped neutrinos need to leave a star, at any coupling.

Inverse mean free paths are polynomials in the coupling, 1/lambda = s + i g^2 + n g^4, and times are sums over
zones that are linear in them. So one mediator in one star is three numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array, Mask
from feebly.errors import InvalidValueError
from feebly.rates.stellar.nu_nucleon import MediatorOpacity
from feebly.transport.random_walk import diffusion_time, path_collisions, walk_collisions

STANDARD: Final = "standard model"
STERILE_SHARE: Final = 0.5  # of its time that an alternating neutrino does not meet the Standard Model


@dataclass(frozen=True, slots=True)
class BurstDuration:
    """Time of the walk out of a star at the couplings g: standard + interference g^2 + new g^4 [MeV^-1].

    Parameters
    ----------
    standard : time in the Standard Model, MeV^-1.
    interference, new : times per g^2 and g^4, MeV^-1.
    sterile : share of its time that the neutrino spends as a sterile partner, if it changes at all.

    Examples
    --------
    >>> burst = BurstDuration(standard=2.0, interference=0.0, new=8.0)
    >>> burst.time(np.array([0.0, 1.0])).tolist(), burst.coupling(10.0)
    ([2.0, 10.0], 1.0)
    """

    standard: float
    interference: float
    new: float
    sterile: float = 0.0

    def parts(self, scale: Array) -> dict[str, Array]:
        """Times (G,) by origin at the couplings (G,); they add up to the duration [MeV^-1]."""
        square = np.asarray(scale, dtype=float) ** 2
        found = {
            STANDARD: np.full(square.shape, self.standard),
            "interference": self.interference * square,
            "new interaction": self.new * square**2,
        }
        if self.sterile:
            found["sterile partner"] = np.where(square > 0, -self.sterile * self.standard, 0.0)
        return found

    def time(self, scale: Array) -> Array:
        """Duration (G,) at the couplings (G,) [MeV^-1]."""
        return np.asarray(sum(self.parts(scale).values()))

    def coupling(self, time: float) -> float:
        """Largest coupling at which the burst lasts for `time` [MeV^-1]; NaN if it never does.

        The root of a quadratic in g^2. With a destructive interference the duration falls before it rises; the
        larger root is the one above which it only grows.
        """
        excess = time - (1 - self.sterile) * self.standard
        inside = self.interference**2 + 4 * self.new * excess
        if self.new <= 0 or inside < 0:
            return float("nan")
        root = np.sqrt(inside)
        # two forms of the larger root, each without cancellation for one sign of the interference
        square = (
            2 * excess / (self.interference + root)
            if self.interference > 0
            else (root - self.interference) / (2 * self.new)
        )
        return float(np.sqrt(square)) if square >= 0 else float("nan")


def burst_duration(radius: Array, opacity: MediatorOpacity, *, alternating: bool = False) -> BurstDuration:
    """Duration of the burst from the opacity of the zones of a star.

    Parameters
    ----------
    radius : (K + 1,) edges of the zones, MeV^-1.
    alternating : whether each new collision exchanges the neutrino and a sterile partner.

    Raises
    ------
    InvalidValueError
        if an alternating neutrino interferes, which it cannot.

    Notes
    -----
    t = sum_k (R_k^2 - R_{k-1}^2) / lambda_k, or sum_k (R_k^2 - R_{k-1}^2) (2 / lambda_new + 1 / lambda_SM) / 2 if
    `alternating`: the factor 2 and the 1/2 leave the new rate as it is and halve that of the Standard Model.
    Source: cerdeno-medium-effects, Eq. (21), or Eq. (27) if `alternating`.
    Differs from it: nothing. Valid for: `is_opaque`; many new collisions if `alternating`.

    >>> from feebly.provenance import Provenance
    >>> zone = MediatorOpacity(np.array([1.0]), np.array([0.0]), np.array([3.0]), Provenance())
    >>> edges = np.array([0.0, 10.0])
    >>> [float(burst_duration(edges, zone, alternating=x).time(np.array([1.0]))[0]) for x in (False, True)]
    [400.0, 350.0]
    """
    if alternating and np.any(opacity.interference != 0):
        raise InvalidValueError("A neutrino that turns into a sterile one does not interfere with itself.")
    orders = (opacity.standard, opacity.interference, opacity.new)
    standard, interference, new = (float(diffusion_time(radius, x)) for x in orders)
    return BurstDuration(standard, interference, new, sterile=STERILE_SHARE if alternating else 0.0)


def is_opaque(radius: Array, opacity: MediatorOpacity, scale: Array) -> Mask:
    """Whether (G,) neutrinos are trapped: positive inverse lengths in all zones, and an optical depth above 1.

    An interference with the wrong sign can make the sum negative.
    """
    inverse = opacity.inverse_length(scale)
    return np.asarray(np.all(inverse > 0, axis=0) & (path_collisions(radius, inverse) > 1))


def new_path_collisions(radius: Array, opacity: MediatorOpacity, scale: Array) -> Array:
    """New collisions (G,) on the straight way out at the couplings (G,), without interference."""
    return np.asarray(path_collisions(radius, opacity.new) * np.asarray(scale, dtype=float) ** 4)


def new_walk_collisions(radius: Array, opacity: MediatorOpacity, scale: Array) -> Array:
    """New collisions (G,) on a walk of the Standard Model at the couplings (G,), without interference."""
    per_fourth = walk_collisions(radius, opacity.standard, opacity.new)
    return np.asarray(per_fourth * np.asarray(scale, dtype=float) ** 4)
