"""A vector of any charges in a plasma: the rates of a mode with the charges that its mixing with the photon leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA
from feebly.rates.stellar.charge_table import ELECTRIC, Charges, ChargeTable, aligned, summed
from feebly.rates.stellar.plasma_rates import ModeRates, PlasmaMatter, mode_rates, real_response
from feebly.rates.stellar.polarisation import Mode, screening


@dataclass(frozen=True, slots=True, eq=False)
class Mixing:
    """Charges in the plasma, y_f + Q_f z xi with xi = m^2/(m^2 - Pi); y and z are smooth where xi is resonant.

    Parameters
    ----------
    left : y_f = x_f + Q_f x_e, which no electron screens.
    coupling : z, at knots and energies (K, W) or a number.
    shape : (K, W).
    """

    left: Mapping[str, complex]
    coupling: ComplexArray | complex
    shape: tuple[int, int]

    def smooth(self, table: ChargeTable, electric: Array | None = None) -> MixedRate:
        """A rate as a form in xi, smooth in the energy and radius.

        Parameters
        ----------
        table : S, the rate as a form in the charges; electric : Q+ S Q, if it is known already.

        Notes
        -----
        y+ S y + 2 Re(y+ S Q z xi) + |z|^2 Q+ S Q |xi|^2 with the electric charges Q.
        """
        square = table.rate(ELECTRIC) if electric is None else electric
        crossed = table.between(self.left, ELECTRIC)
        return MixedRate(
            plain=table.rate(self.left),
            mixed=None if not np.any(crossed) else np.asarray(2 * crossed * self.coupling),
            square=None if not np.any(square) else np.asarray(square * np.abs(self.coupling) ** 2),
            shape=self.shape,
        )


@dataclass(frozen=True, slots=True, eq=False)
class MixedRate:
    """A rate plain + Re(mixed xi) + square |xi|^2 with smooth coefficients of shape (K, W), or None for nothing [MeV]."""

    plain: Array
    mixed: ComplexArray | None
    square: Array | None
    shape: tuple[int, int]

    def at(self, index: NDArray[np.intp] | slice, xi: ComplexArray, square: Array) -> Array:
        """The rate at some of the knots, with xi and |xi|^2 or their means there."""
        value = np.broadcast_to(self.plain, self.shape)[index]
        if self.square is not None:
            value = value + self.square[index] * square
        if self.mixed is not None:
            z = self.mixed[index]
            value = value + z.real * xi.real
            if np.iscomplexobj(z):
                value = value - z.imag * xi.imag
        return np.maximum(value, 0.0)  # rounding where charges cancel


def mixing(
    charges: Charges, absorbed: ChargeTable, response: Mapping[str, Array], energy: Array, mass: float
) -> Mixing:
    """How a vector with these charges, loop mixing included, mixes with the photon in a plasma.

    Parameters
    ----------
    absorbed : absorption by all processes (K, W), MeV.
    response : species -> (K, W) real part of the polarisation per charge squared, MeV^2.
    energy : (K, W) local energies, MeV; mass : of X, MeV.

    Notes
    -----
    z = [sum_s Q_s y_s Pi_s - i E e^2 Q S y]/m^2 - x_e. For the electromagnetic current and B-L the sum is zero, and so is
    the rest without coherent collisions: z = -x_e.
    Source: derived in ``docs/physics/plasma.md``; esseili-kribs-chargephobic, Eqs. (39)-(45), where y is that of
    neutral particles. Differs from it: any charges.
    Valid for: mixing to first order in g.
    """
    left, own = aligned(charges), complex(charges.get("e-", 0.0))
    parts = [
        ELECTRIC[name] * left[name] * values for name, values in response.items() if left.get(name, 0.0) != 0
    ]
    real = np.asarray(sum(parts, start=np.zeros(1)))
    collisions = absorbed.between(ELECTRIC, left)
    coupling: ComplexArray | complex = -own
    if np.any(real) or np.any(collisions):
        coupling = np.asarray((real - 4j * np.pi * ALPHA * energy * collisions) / mass**2 - own)
    return Mixing(left, coupling, (energy.shape[0], energy.shape[1]))


def in_plasma(
    rates: ModeRates, charges: Charges, energy: Array, mass: float, matter: PlasmaMatter
) -> dict[str, Array]:
    """Reduced absorption of one state by each process (K, W) at the knots, in the plasma [MeV].

    Nothing is averaged: a resonance between two knots is missed. See `feebly.transport.plasma_cells` for stars.
    """
    plasma2 = {name: values[:, None] for name, values in matter.plasma2.items()}
    response = real_response(energy, mass, rates.mode, plasma2)
    real = sum(values * ELECTRIC[name] ** 2 for name, values in response.items())
    xi = screening(real + 1j * rates.photon(energy), mass)
    mixed = mixing(charges, summed(rates.absorbed.values()), response, energy, mass)
    return {
        name: mixed.smooth(table).at(slice(None), xi, np.abs(xi) ** 2)
        for name, table in rates.absorbed.items()
    }


def absorption_at(mode: Mode, charges: Charges, mass: float, energy: Array, matter: PlasmaMatter) -> Array:
    """Reduced absorption of one state by all processes together (K, W) at the knots, in the plasma [MeV]."""
    rates = next(r for r in mode_rates(mass, energy, matter) if r.mode == mode)
    return np.asarray(sum(in_plasma(rates, charges, energy, mass, matter).values()))
