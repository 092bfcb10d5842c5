"""The vector decaying to p p~ and n n~: Dirac and Pauli form factors as sums of resonances."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.decays.hadrons.base import ISOSCALAR, ISOVECTOR, Channel, from_amplitude, parameters
from feebly.decays.hadrons.line_shapes import fixed_width

_DATA: Final = "hadrons/nucleon_pair.toml"
_MASS: Final = {"p p~": PROTON_MASS, "n n~": NEUTRON_MASS}


@lru_cache(maxsize=4)
def _weights(isospin: str, kind: str) -> ComplexArray:
    """Weights (5,) of the resonances, of sum 1.

    The Dirac form factor shall fall as 1 / s^2 and the Pauli one as 1 / s^3: with poles z = m^2 - i m Gamma,
    sum c m^2 = 0 and, for Pauli, sum c m^2 z = 0 fix the last one or two weights.
    """
    data = parameters(_DATA)[isospin]
    fitted = np.array(data[kind]) @ np.array([1, 1j])
    square = np.array(data["mass_mev"]) ** 2
    pole = square - 1j * np.array(data["mass_mev"]) * np.array(data["width_mev"])
    count = fitted.size
    rows = np.stack([square, square * pole])[: square.size - count]
    rest = np.linalg.solve(rows[:, count:], -rows[:, :count] @ fitted)
    weights = np.concatenate([fitted, rest])
    return np.asarray(weights / weights.sum())


def _resonances(s: Array, isospin: str, kind: str) -> ComplexArray:
    """Form factor (M,) that would be 1 at s = 0 but for the widths."""
    data = parameters(_DATA)[isospin]
    shapes = fixed_width(s[:, None], np.array(data["mass_mev"]), np.array(data["width_mev"]))
    return np.asarray(np.einsum("mn,n->m", shapes, _weights(isospin, kind)))


def form_factors(s: Array, final: str = "p p~") -> tuple[ComplexArray, ComplexArray]:
    """Magnetic and electric form factors, (M, 3) each, in the three currents at s (M,) [MeV^2].

    Notes
    -----
    G_M = F_1 + F_2, G_E = F_1 + s F_2 / (4 m^2), F = F_scalar +- F_vector for proton and neutron, with
    F_1 = 1/2 at s = 0 for both isospins and F_2 = (mu_p + mu_n - 1) / 2 and (mu_p - mu_n - 1) / 2. Strange quarks
    in the nucleon are neglected.
    Source: plehn-hadronic-footprint. Differs from it: nothing; the form is that of arXiv:1407.7995.
    Valid for: 1.9 to 3 GeV; no Coulomb or strong rescattering factor at threshold, where R ~ velocity.

    Examples
    --------
    >>> magnetic, electric = form_factors(np.array([4 * PROTON_MASS**2]))
    >>> bool(abs(magnetic - electric).max() < 1e-12)
    True
    """
    proton, neutron = parameters(_DATA)["moments"]
    sign = 1 if final == "p p~" else -1
    tau = s / (4 * _MASS[final] ** 2)
    magnetic, electric = (np.zeros((s.size, 3), dtype=complex) for _ in range(2))
    for current, isospin, factor, anomalous in (
        (ISOSCALAR, "isoscalar", 1, proton + neutron - 1),
        (ISOVECTOR, "isovector", sign, proton - neutron - 1),
    ):
        dirac = factor * _resonances(s, isospin, "dirac") / 2
        pauli = factor * anomalous * _resonances(s, isospin, "pauli") / 2
        magnetic[:, current] = dirac + pauli
        electric[:, current] = dirac + tau * pauli
    return magnetic, electric


def kernel(mass: Array, final: str = "p p~") -> ComplexArray:
    """Kernel (M, 3, 3) of a nucleon pair: R = beta (|G_M|^2 + 2 m^2 |G_E|^2 / s)."""
    velocity = np.sqrt(1 - (2 * _MASS[final] / mass) ** 2)
    magnetic, electric = form_factors(mass**2, final)
    return from_amplitude(velocity, magnetic) + from_amplitude(
        velocity * 2 * (_MASS[final] / mass) ** 2, electric
    )


def channels() -> tuple[Channel, ...]:
    """The channels p p~ and n n~."""
    return tuple(
        Channel(
            name=final,
            opens=2 * mass,
            kernel=partial(kernel, final=final),
            uncertainty=math.hypot(*parameters(_DATA)["uncertainty"][final].values()),
            provenance=embedded.load(_DATA).provenance,
        )
        for final, mass in _MASS.items()
    )
