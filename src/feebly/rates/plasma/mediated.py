"""Weak processes of neutrinos and electrons with a vector beside the W and the Z."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import kve

from feebly.arrays import Array
from feebly.environments.universe_plasma import LogTable
from feebly.environments.universe_weak import weak_couplings
from feebly.math.quadrature import gauss, panels
from feebly.models import VectorCurrent

_EDGES: Final = np.array([0.0, 2.0, 8.0, 20.0, 60.0])  # sqrt(s) / T
_PER_PANEL: Final = 20
_ANGLES: Final = 12


def mediated_factors(model: VectorCurrent, mass: float, temperature: Array) -> tuple[Array, Array]:
    """What g^2 and g^4 add to the six weak factors (K, 6) each, at (K,) MeV.

    Notes
    -----
    g_L and g_R become g + g^2 x_e x_nu / (2 sqrt2 G_F (m^2 - q^2)), with q^2 = t in scattering and s in annihilation. There
    the pole is the decay of real X, which is counted already: 1/(m^2 - s) becomes (m^2 - s)/[(m^2 - s)^2 + m^2 s/4], the
    same far from the pole and nothing at it.
    Source: derived in ``docs/physics/early-universe.md`` from esseili-kribs-chargephobic, Eq. (51).
    Differs from it: massless electrons, averaged over the plasma. Valid for: T > m_e, or contact interactions.
    """
    weak = weak_couplings()
    x = np.real(model.charges(["e-", "nu_e", "nu_mu", "nu_tau"], mass**2))
    unit = x[0] / (2 * np.sqrt(2) * weak.fermi_constant)
    t = temperature[:, None]
    w, weight = panels(_EDGES, _PER_PANEL)
    s = (w * t) ** 2
    annihilation = (mass**2 - s) / ((mass**2 - s) ** 2 + mass**2 * s / 4)
    y, y_weight = gauss(0.0, 1.0, _ANGLES)
    by_angle = y_weight * y * (1 + (1 - y) ** 2) / (7 / 12)  # integrates to 1
    scattering = 1 / (mass**2 + s[..., None] * y)
    number = weight * w**6 * kve(1, w) * np.exp(-w)
    energy = weight * w**7 * kve(2, w) * np.exp(-w)
    number, energy = number / number.sum(), energy / energy.sum()
    orders = []
    for power in (1, 2):
        propagators = (
            annihilation**power @ number,
            annihilation**power @ energy,
            (scattering**power @ by_angle) @ energy,
        )
        orders.append(np.column_stack(propagators))
    first, second = [], []
    for (left, right), charges in ((weak.electron, x[1:2]), (weak.other, x[2:])):
        norm = (left**2 + right**2) / 2
        first.append(unit * charges.mean() * (left + right) / norm * orders[0])
        second.append(unit**2 * np.mean(charges**2) / norm * orders[1])
    return np.hstack(first), np.hstack(second)


def with_mediator(columns: LogTable, orders: tuple[Array, Array], scale: float) -> LogTable:
    """Table of plasma and weak factors with those of a vector of coupling g = scale added."""
    value = columns.value.copy()
    value[:, 2:] *= np.asarray(1 + scale**2 * orders[0] + scale**4 * orders[1])
    log = columns.start + columns.step * np.arange(value.shape[0])
    return LogTable.through(np.asarray(log), value)
