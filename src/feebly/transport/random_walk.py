"""Random walks of trapped neutrinos through the zones of a star: how long, and how many collisions on the way.

All lengths enter as inverse mean free paths (K, ...) in the K zones between K + 1 radii (K + 1,); further axes,
such as masses or couplings, stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, zeta

from feebly.arrays import Array, Mask
from feebly.decays import Fip
from feebly.errors import InvalidValueError
from feebly.math.fermi import bose, fermi
from feebly.math.quadrature import gauss, panels
from feebly.rates.stellar.coalescence import Kernel, pair_factor, printed_pair_factor

_SPAN: Final = 50.0  # energies matter up to this many temperatures above the mass
_PANELS: Final = (0.0, 0.02, 0.07, 0.2, 0.45, 1.0)  # of sqrt((E - m) / span)
_NODES: Final = 24


def diffusion_time(radius: Array, inverse_length: Array) -> Array:
    """Time (...) of a random walk out of a star [MeV^-1].

    Parameters
    ----------
    radius : (K + 1,) edges of the zones, MeV^-1, increasing from 0.
    inverse_length : (K, ...) inverse mean free paths, MeV.

    Raises
    ------
    InvalidValueError
        if there is not one inverse length per zone.

    Notes
    -----
    t = sum_k (R_k^2 - R_{k-1}^2) / lambda_k.
    Source: cerdeno-medium-effects, Eq. (21); cerdeno-burst-duration, Eq. (6). Differs from it: nothing.
    Valid for: mean free paths much shorter than the zones; a step of one mean free path at the speed of light,
    without the factor 3 of three dimensions.

    Examples
    --------
    One zone of 10 mean free paths takes 100 steps:

    >>> float(diffusion_time(np.array([0.0, 10.0]), np.array([1.0])))
    100.0
    """
    return np.tensordot(
        _per_zone(np.diff(np.asarray(radius) ** 2), inverse_length), inverse_length, axes=(0, 0)
    )


def emission_time(diffusion: float, *, thermal: float, neutrinos: float) -> float:
    """Time scale on which the heat of a star leaves it in neutrinos [MeV^-1].

    Parameters
    ----------
    diffusion : time of the walk of one neutrino, R^2 <1/lambda>, MeV^-1; see `diffusion_time`.
    thermal : thermal energy of the baryons, MeV.
    neutrinos : thermal energy of the neutrinos that carry it away, MeV; see `thermal_energy`.

    Raises
    ------
    InvalidValueError
        if any of them is not positive and finite.

    Notes
    -----
    t_E = (3/pi^2) [E_thermal / (2 E_nu)] R^2 <1/lambda>.
    Source: cerdeno-burst-duration, Eq. (5). Differs from it: nothing. Valid for: an order of magnitude; the star is
    taken as one zone that cools at constant opacity.

    >>> round(emission_time(1.0, thermal=20.0, neutrinos=1.0), 2)
    3.04
    """
    for name, value in {"diffusion": diffusion, "thermal": thermal, "neutrinos": neutrinos}.items():
        if not (np.isfinite(value) and value > 0):
            raise InvalidValueError(f"{name} is {value:g}; it must be positive and finite.")
    return float(3 / np.pi**2 * thermal / (2 * neutrinos) * diffusion)


def walk_collisions(radius: Array, standard: Array, new: Array) -> Array:
    """Number (...) of new collisions on a random walk of the Standard Model through the star.

    Parameters
    ----------
    radius : (K + 1,) edges of the zones, MeV^-1.
    standard : (K,) inverse mean free paths of the Standard Model, MeV.
    new : (K, ...) those of the new interaction, MeV.

    Notes
    -----
    N = sum_k (R_k^2 - R_{k-1}^2) / (lambda_SM lambda_new).
    Source: cerdeno-medium-effects, Eqs. (24), (25). Differs from it: nothing.
    Valid for: new collisions too rare to change the walk.

    >>> float(walk_collisions(np.array([0.0, 10.0]), np.array([1.0]), np.array([0.02])))
    2.0
    """
    per_zone = _per_zone(np.diff(np.asarray(radius) ** 2), standard) * standard
    return np.tensordot(_per_zone(per_zone, new), new, axes=(0, 0))


def path_collisions(radius: Array, new: Array) -> Array:
    """Number (...) of collisions on the straight way out of the star.

    Notes
    -----
    N = sum_k (R_k - R_{k-1}) / lambda_new.
    Source: cerdeno-medium-effects, Eq. (26). Differs from it: nothing.

    >>> float(path_collisions(np.array([0.0, 10.0]), np.array([0.5])))
    5.0
    """
    return np.tensordot(_per_zone(np.diff(radius), new), new, axes=(0, 0))


def _per_zone(weight: Array, values: Array) -> Array:
    if weight.shape[0] != np.shape(values)[0]:
        raise InvalidValueError(
            f"{np.shape(values)[0]} mean free paths for {weight.shape[0]} zones: give one per zone."
        )
    return weight


def neutrino_density(temperature: ArrayLike) -> Array:
    """Number density of one neutrino species without chemical potential [MeV^3].

    3 zeta(3) T^3 / (4 pi^2): one helicity, antineutrinos not counted.

    >>> bool(abs(neutrino_density(10.0) / 91.3454 - 1) < 1e-5)
    True
    """
    return np.asarray(3 * zeta(3) / (4 * np.pi**2) * np.asarray(temperature, dtype=float) ** 3)


def thermal_energy(radius: Array, temperature: Array, *, species: int = 4) -> float:
    """Thermal energy of neutrinos without chemical potential in a star [MeV].

    Parameters
    ----------
    radius, temperature : (K + 1,) edges and (K,) temperatures of the zones, MeV^-1 and MeV.
    species : neutrinos and antineutrinos counted one by one; 4 are nu_mu, nu_tau and their antiparticles.

    Notes
    -----
    E = species sum_k (4 pi / 3) (R_k^3 - R_{k-1}^3) 7 pi^2 T_k^4 / 240.
    Source: cerdeno-burst-duration, Sec. IV.2 (its value). Differs from it: nothing.

    >>> round(thermal_energy(np.array([0.0, 1.0]), np.array([1.0])), 3)
    4.823
    """
    volume = 4 * np.pi / 3 * np.diff(np.asarray(radius) ** 3)
    return float(species * np.sum(_per_zone(volume, temperature) * 7 * np.pi**2 / 240 * temperature**4))


def low_energy_fraction(bound: float, *, statistics: str = "fermi-dirac") -> float:
    """Share of thermal neutrinos with energies below `bound` temperatures, chemical potential 0.

    Parameters
    ----------
    bound : E / T.
    statistics : "fermi-dirac" or "maxwell-boltzmann".

    Notes
    -----
    int_0^bound x^2 f(x) dx / int_0^inf x^2 f(x) dx.
    Source: cerdeno-burst-duration, Sec. IV.1, which prints 8 % and 0.48 % for E < T and E < T/3.
    Differs from it: it names the Fermi-Dirac distribution, but its numbers are those of Maxwell and Boltzmann.

    >>> [f"{100 * low_energy_fraction(x, statistics='maxwell-boltzmann'):.3g}" for x in (1.0, 1 / 3)]
    ['8.03', '0.482']
    >>> [f"{100 * low_energy_fraction(x):.3g}" for x in (1.0, 1 / 3)]
    ['5.96', '0.3']
    """
    if statistics not in ("fermi-dirac", "maxwell-boltzmann"):
        raise InvalidValueError(
            f"statistics = '{statistics}' is not known. Possible: fermi-dirac, maxwell-boltzmann."
        )
    if not bound >= 0:
        raise InvalidValueError(f"The bound is {bound:g} temperatures; it must not be negative.")
    if statistics == "maxwell-boltzmann":
        return float(gammainc(3, bound))
    x, weight = gauss(0.0, min(bound, _SPAN), 64)
    return float(weight @ (x**2 * fermi(x)) / (1.5 * zeta(3)))


@dataclass(frozen=True, slots=True)
class PairWalk:
    """Walk of neutrinos that jump as X: nu nubar -> X, X decays a length further, and so on, for any coupling.

    Parameters
    ----------
    radius : (K + 1,) edges of the zones, MeV^-1.
    rate : (K,) mean rate at which one neutrino merges with any antineutrino, per unit g^2, MeV.
    length : (K,) mean decay length of the X made there, times g^2, MeV^-1.

    Examples
    --------
    The time falls with the coupling: fewer jumps, but longer ones.

    >>> walk = PairWalk(np.array([0.0, 10.0]), np.array([2.0]), np.array([0.5]))
    >>> walk.time(np.array([1.0, 2.0])).tolist()
    [200.0, 800.0]
    """

    radius: Array
    rate: Array
    length: Array

    @property
    def time_per_square(self) -> float:
        """Time of the walk out of the star per g^2 [MeV^-1]; infinite where pairs cannot merge.

        Notes
        -----
        t = sum_k (R_k^2 - R_{k-1}^2) / (l_k^2 rate_k).
        Source: cerdeno-burst-duration, Eq. (23). Differs from it: the time between jumps is 1 / rate, not c / rate.
        Valid for: `within`.
        """
        with np.errstate(divide="ignore", over="ignore"):
            return float(np.sum(np.diff(self.radius**2) / (self.length**2 * self.rate)))

    def time(self, scale: Array) -> Array:
        """Time (G,) of the walk at the couplings (G,) [MeV^-1]."""
        return np.where(scale > 0, self.time_per_square * np.where(scale > 0, scale, 1.0) ** 2, 0.0)

    def within(self, scale: Array, mean_free_path: ArrayLike, outer: float) -> Mask:
        """Whether (G,) the decay length lies above the mean free path (K,) and below `outer` in all zones.

        Source: cerdeno-burst-duration, Sec. IV.2. Differs from it: in all zones, where it draws one line.
        """
        square = np.asarray(scale)[:, None] ** 2
        shortest = np.broadcast_to(np.asarray(mean_free_path, dtype=float), self.length.shape)
        return np.asarray(np.all((self.length > shortest * square) & (self.length < outer * square), axis=1))


def pair_walk(
    radius: Array, temperature: Array, fip: Fip, *, channel: str, kernel: Kernel = "detailed-balance"
) -> PairWalk:
    """Walk of the neutrinos of one flavour, without chemical potential, that merge into X.

    Parameters
    ----------
    radius, temperature : (K + 1,) edges and (K,) temperatures of the zones, MeV^-1 and MeV.
    channel : decay to the flavour that walks, such as "nu_mu nu_mu~".
    kernel : "detailed-balance", or "printed" as in the paper.

    Raises
    ------
    InvalidValueError
        if X does not decay to that channel.

    Notes
    -----
    rate = int dE k 3 Gamma_nu m I(E) / (2 pi^2 n_nu), with I of `rates.stellar.coalescence` and n_nu the density of
    one species; l = <k> / (m Gamma), <k> the mean momentum of the X that are made.
    Source: cerdeno-burst-duration, Eqs. (18)-(20). Differs from it: "detailed-balance" has
    |M|^2 = 2 g^2 m^2, as its own width (Eq. 4) demands, and no factor m^2 / (2 E_2 (E_1 + E_2)); the integrals over
    the two energies are done as one over their sum.
    Valid for: chemical potential 0, no Pauli blocking of the decay.

    Examples
    --------
    >>> from feebly.units import KM, METRE
    >>> fip = Fip(10.0, 1.0, ("nu_mu nu_mu~", "nu_tau nu_tau~"), np.array([10.0, 10.0]) / (24 * np.pi), 2)
    >>> walk = pair_walk(np.array([0.0, 5 * KM]), np.array([15.0]), fip, channel="nu_mu nu_mu~")
    >>> f"{walk.length[0] / METRE / 6e-7**2:.1f} m at g = 6e-7"
    '8.0 m at g = 6e-7'
    """
    partial = fip.partial(channel)
    if partial == 0:
        raise InvalidValueError(
            f"X does not decay to {channel}; open: {', '.join(fip.channels) or 'nothing'}."
        )
    shape = printed_pair_factor if kernel == "printed" else pair_factor
    t = np.asarray(temperature, dtype=float)
    y, weight = panels(np.array(_PANELS), _NODES)
    energy = fip.mass + _SPAN * t[:, None] * y**2
    weight = 2 * _SPAN * t[:, None] * y * weight
    k = np.sqrt((energy - fip.mass) * (energy + fip.mass))
    local = np.broadcast_to(t[:, None], energy.shape)
    made = weight * k * shape(energy, fip.mass, local, np.zeros_like(energy)) * bose(energy / local)
    pairs = 3 * partial * fip.mass / (2 * np.pi**2) * made.sum(axis=1)
    total = made.sum(axis=1)
    momentum = np.divide((made * k).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
    return PairWalk(
        radius=np.asarray(radius, dtype=float),
        rate=pairs / neutrino_density(t),
        length=momentum / (fip.mass * float(fip.gamma.sum())),
    )
