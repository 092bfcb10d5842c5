"""Cold nuclear matter of a mean field: saturation properties, in closed forms at zero temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.environments.mean_field import MeanField
from feebly.math.roots import bracketed_root
from feebly.units import FM

_SEARCH_FM3: Final = (0.08, 0.3)  # where sets in use saturate
_STEP: Final = 1e-3  # of the logarithm of the density


@dataclass(frozen=True, slots=True)
class Saturation:
    """Symmetric matter at zero pressure. MeV, and the density in MeV^3."""

    density: float
    energy_per_baryon: float  # without the rest mass
    incompressibility: float
    symmetry_energy: float
    symmetry_slope: float
    mass_ratio: float  # m*/M

    @property
    def density_fm3(self) -> float:
        """The density in fm^-3."""
        return self.density * FM**3


def saturation(field: MeanField) -> Saturation:
    """Saturation properties of a parameter set [MeV and MeV^3].

    Raises
    ------
    ConvergenceError
        if symmetric matter has no zero of the pressure between 0.08 and 0.3 fm^-3.

    Notes
    -----
    P(n_0) = 0 at T = 0 and Y_p = 1/2; K = 9 dP/dn; S = k^2/(6 sqrt(k^2 + m*^2)) + (g_rho/m_rho)^2 n/2 with
    the Fermi momentum k; L = 3 n dS/dn.
    Source: sugahara-toki-tm1 (the Lagrangian). Differs from it: derivatives by differences of ln n.
    Valid for: uniform matter.

    Examples
    --------
    >>> from feebly.environments.mean_field import mean_field
    >>> tm1 = saturation(mean_field("tm1"))
    >>> round(tm1.density_fm3, 3), round(tm1.energy_per_baryon, 1), round(tm1.incompressibility)
    (0.145, -16.3, 281)
    """
    low, high = (np.array([edge / FM**3]) for edge in _SEARCH_FM3)
    n = bracketed_root(lambda x: _cold(field, x).pressure, low, high, what="saturation density")
    around = n * np.exp(_STEP * np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))
    cold = _cold(field, around)
    momentum = _fermi_momentum(around)
    symmetry = momentum**2 / (6 * np.hypot(momentum, cold.mass)) + field.isovector * around / 2
    slope = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / (12 * _STEP)  # d/d ln n
    return Saturation(
        density=float(n[0]),
        energy_per_baryon=float(cold.energy[2] / around[2] - field.nucleon_mass),
        incompressibility=float(9 * slope @ cold.pressure / n[0]),
        symmetry_energy=float(symmetry[2]),
        symmetry_slope=float(3 * slope @ symmetry),
        mass_ratio=float(cold.mass[2] / field.nucleon_mass),
    )


@dataclass(frozen=True, slots=True)
class _Cold:
    mass: Array
    pressure: Array
    energy: Array


def _fermi_momentum(density: Array) -> Array:
    """Of symmetric matter."""
    return np.asarray(np.cbrt(1.5 * np.pi**2 * density))


def _scalar_density(momentum: Array, mass: Array) -> Array:
    """Of symmetric matter: (m/pi^2) [k E - m^2 arsinh(k/m)] for each of n and p."""
    energy = np.hypot(momentum, mass)
    return np.asarray(mass / np.pi**2 * (momentum * energy - mass**2 * np.arcsinh(momentum / mass)))


def _cold(field: MeanField, density: Array) -> _Cold:
    """Symmetric matter at zero temperature."""
    k = _fermi_momentum(density)
    mass = bracketed_root(
        lambda m, k: field.sigma_force(field.sigma(m)) - field.sigma_coupling * _scalar_density(k, m),
        np.full_like(k, 0.05 * field.nucleon_mass),
        np.full_like(k, field.nucleon_mass),
        (k,),
        what="effective mass of cold matter",
    )
    sigma, omega, top = field.sigma(mass), field.omega(density), np.hypot(k, mass)
    # e + P = E_F n and e - 3P = m n_s of the Fermi gas
    scalar = _scalar_density(k, mass)
    pressure = (top * density - mass * scalar) / 4
    return _Cold(
        mass=mass,
        pressure=np.asarray(pressure - field.sigma_energy(sigma) + field.omega_pressure(omega)),
        energy=np.asarray(top * density - pressure + field.sigma_energy(sigma) + field.omega_energy(omega)),
    )
