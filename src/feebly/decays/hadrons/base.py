"""What a hadronic channel is: a hermitian kernel in the three currents of the light quarks.

A vector with quark charges x_u, x_d, x_s couples to the isovector, isoscalar and strange parts of the
electromagnetic current with strengths c = (x_u - x_d, 3 (x_u + x_d), -3 x_s), each 1 for the photon.
Everything that does not depend on the charges is a kernel K_ij(m); the width follows from

    R(m) = sum_ij conj(c_i) K_ij(m) c_j,      Gamma = g^2 m R / (12 pi),

where R of the photon is sigma(e+ e- -> channel) / (4 pi alpha^2 / 3 s).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.provenance import Provenance

ISOVECTOR, ISOSCALAR, STRANGE = 0, 1, 2
CURRENTS: Final = ("isovector", "isoscalar", "strange")
_PAIRS: Final = ((0, 1), (0, 2), (1, 2))

Kernel = Callable[[Array], ComplexArray]


@dataclass(frozen=True, slots=True)
class Channel:
    """One hadronic final state.

    Parameters
    ----------
    name : as in files, for example ``pi+ pi-``.
    opens : sum of the masses of the final state, MeV.
    kernel : masses (M,) [MeV], all above `opens`, to kernels (M, 3, 3), hermitian.
    uncertainty : relative uncertainty of the measurements behind the fit.
    provenance : of formulas and parameters.
    alternative : kernel of an independent description, such as a sum of resonances with measured partial
        widths; its distance from `kernel` enters the theory error.
    assigned : kernel of the same fit with its amplitudes assigned to the currents in another way; likewise.
    """

    name: str
    opens: float
    kernel: Kernel
    uncertainty: float
    provenance: Provenance
    alternative: Kernel | None = None
    assigned: Kernel | None = None


@cache
def parameters(name: str) -> Mapping[str, Any]:
    """Parameters of an embedded TOML file, read and checked once.

    >>> parameters("hadrons/pion_pair.toml")["beta"]
    2.148
    """
    return MappingProxyType(embedded.load(name).table())


def light_charges(up: ComplexArray, down: ComplexArray, strange: ComplexArray) -> ComplexArray:
    """Strengths c (..., 3) of the isovector, isoscalar and strange currents.

    Notes
    -----
    c = (x_u - x_d, 3 (x_u + x_d), -3 x_s). Source: foguel-hadronic-vectors, Sec. 2.
    Differs from it: nothing. Valid for: three light quarks.

    Examples
    --------
    >>> light_charges(np.array(2 / 3), np.array(-1 / 3), np.array(-1 / 3)).round(12).tolist()
    [1.0, 1.0, 1.0]
    """
    return np.stack([up - down, 3 * (up + down), -3 * strange], axis=-1)


def from_amplitude(phase_space: Array, amplitude: ComplexArray) -> ComplexArray:
    """Kernel (M, 3, 3) of R = phase_space |sum_i a_i c_i|^2 from amplitudes (M, 3) of the three currents."""
    return np.asarray(phase_space[:, None, None] * amplitude[:, :, None].conj() * amplitude[:, None, :])


def packed(kernel: ComplexArray) -> Array:
    """The nine real numbers (..., 9) of hermitian kernels (..., 3, 3)."""
    off = [kernel[..., i, j] for i, j in _PAIRS]
    return np.stack(
        [kernel[..., k, k].real for k in range(3)] + [z.real for z in off] + [z.imag for z in off], axis=-1
    )


def products(charges: ComplexArray) -> Array:
    """The nine real numbers (..., 9) of charges c (..., 3) with R = sum(packed(K) * products(c)).

    R = sum_i K_ii |c_i|^2 + 2 Re sum_(i<j) conj(c_i) K_ij c_j.
    """
    off = [charges[..., i].conj() * charges[..., j] for i, j in _PAIRS]
    squares = [np.abs(charges[..., k]) ** 2 for k in range(3)]
    return np.stack([*squares, *(2 * z.real for z in off), *(-2 * z.imag for z in off)], axis=-1)


def ratio(kernel: ComplexArray, charges: ComplexArray) -> Array:
    """R (..., M) of kernels (..., M, 3, 3) for charges (M, 3) or (3,).

    >>> kernel = np.ones((1, 3, 3), dtype=complex)
    >>> ratio(kernel, np.ones(3, dtype=complex)).tolist()
    [9.0]
    """
    return packed_ratio(packed(kernel), products(charges))


def packed_ratio(kernel: Array, charges: Array) -> Array:
    """`ratio` from `packed` kernels (..., M, 9) and `products` of charges (M, 9) or (9,)."""
    value = np.einsum("...k,...k->...", kernel, charges)
    return np.asarray(np.maximum(value, 0.0))


def width(mass: Array, r: Array) -> Array:
    """Width per unit g^2 [MeV] of a channel with ratio R at the masses (M,): m R / (12 pi)."""
    return np.asarray(mass * r / (12 * math.pi))
