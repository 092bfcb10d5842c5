"""The photon in a plasma: its polarisation, what it does to the charges of a vector, and the resonance.

A vector X of mass m mixes in a plasma with the photon of the same energy and momentum. With Pi the polarisation of
the photon and Pi_x that between the photon and X (both in units where the charges of X carry a factor g / e),

    x_f -> x_f + Q_f Pi_x / (m^2 - Pi)

for the transverse modes and the longitudinal one separately; ``docs/physics/plasma.md`` has the derivation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from feebly.arrays import Array, ComplexArray
from feebly.constants import ALPHA, ELECTRON_MASS
from feebly.errors import InvalidValueError
from feebly.math.fermi import fermi
from feebly.math.quadrature import gauss, panels
from feebly.provenance import sources

Mode = Literal["transverse", "longitudinal"]

SOURCES: Final = sources(("esseili-kribs-chargephobic", "Eqs. (38)-(41), (48)"))
_SERIES: Final = 18  # terms: complete to rounding below the velocity _SLOW
_SLOW: Final = 0.3
_STEPS: Final = np.array([-36.0, -14.0, -4.0, 0.0, 4.0, 14.0, 40.0])  # edges of panels in (E - mu) / T
_FLAT: Final = 0.2  # relative change of m^2 - Pi below which a Gauss rule is exact to rounding
_NODES: Final = 10


@dataclass(frozen=True, slots=True)
class Modes:
    """A quantity of one transverse state and of the longitudinal state."""

    transverse: Array
    longitudinal: Array

    @property
    def summed(self) -> Array:
        """The sum over the three states."""
        return 2 * self.transverse + self.longitudinal


def degenerate_plasma_frequency(density: ArrayLike, *, mass: float = ELECTRON_MASS) -> Array:
    """Plasma frequency of cold fermions with one elementary charge [MeV].

    Parameters
    ----------
    density : number density, MeV^3.
    mass : of the fermion, MeV.

    Notes
    -----
    omega_p^2 = 4 pi alpha n / sqrt(m^2 + (3 pi^2 n)^(2/3)).
    Source: esseili-kribs-chargephobic, below Eq. (38). Differs from it: nothing.
    Valid for: temperatures far below the Fermi energy.

    >>> round(float(degenerate_plasma_frequency(0.0)), 12)
    0.0
    """
    n = np.asarray(density, dtype=float)
    return np.asarray(np.sqrt(4 * np.pi * ALPHA * n / np.hypot(mass, np.cbrt(3 * np.pi**2 * n))))


def plasma_frequency(temperature: ArrayLike, potential: ArrayLike, *, mass: float = ELECTRON_MASS) -> Array:
    """Plasma frequency of a thermal gas of one charged fermion and its antiparticle [MeV].

    Parameters
    ----------
    temperature, potential : broadcastable arrays, MeV; the potential includes the rest mass.
    mass : of the fermion, MeV.

    Notes
    -----
    omega_p^2 = (4 alpha / pi) int_0^inf dp (p^2/E) (1 - p^2/(3 E^2)) [f(E - mu) + f(E + mu)].
    Source: derived in ``docs/physics/plasma.md``; the form of Braaten and Segel, quoted in chang-dark-photons.
    Differs from it: nothing. Valid for: free fermions, wavelengths and frequencies far below their energies.

    Examples
    --------
    Massless closed form, (4 alpha / 3 pi) (mu^2 + pi^2 T^2 / 3):

    >>> exact = 4 * ALPHA / (3 * np.pi) * (150.0**2 + np.pi**2 * 30.0**2 / 3)
    >>> bool(abs(plasma_frequency(30.0, 150.0, mass=0.0) ** 2 / exact - 1) < 1e-11)
    True
    """
    t, mu = np.broadcast_arrays(np.asarray(temperature, dtype=float), np.asarray(potential, dtype=float))
    size = np.abs(mu)[..., None]
    t = t[..., None]
    # E = m + x^2: smooth at rest, for light and heavy fermions alike
    levels = np.maximum(size - mass, 0.0) + t * _STEPS
    edges = np.concatenate([np.zeros_like(t), np.minimum(mass, levels[..., -1:]), levels], axis=-1)
    x, weight = panels(np.sqrt(np.sort(np.maximum(edges, 0.0), axis=-1)), 20)
    energy = np.maximum(x * x + mass, np.finfo(float).tiny)
    momentum = x * np.sqrt(x * x + 2 * mass)
    occupied = fermi((energy - size) / t) + fermi((energy + size) / t)
    integrand = 2 * x * momentum * (1 - (momentum / energy) ** 2 / 3) * occupied
    return np.asarray(np.sqrt(4 * ALPHA / np.pi * np.sum(weight * integrand, axis=-1)))


def real_part(energy: ArrayLike, plasma: ArrayLike, *, mass: float, mode: Mode) -> Array:
    """Real part of the polarisation of the photon at the energy and momentum of X [MeV^2].

    Parameters
    ----------
    energy : of X, MeV, at least its mass.
    plasma : plasma frequency, MeV; broadcasts with the energy.
    mass : of X, MeV.
    mode : "transverse" or "longitudinal".

    Notes
    -----
    With v = k/omega the velocity of X,
    Re Pi_L = 3 omega_p^2 (1 - v^2)/v^2 [artanh(v)/v - 1],
    Re Pi_T = (3 omega_p^2 / 2 v^2) [1 - (1 - v^2) artanh(v)/v].
    Both start as omega_p^2 at v = 0; at v = 1 Pi_T = 3 omega_p^2 / 2 and Pi_L = 0.
    Source: esseili-kribs-chargephobic, Eq. (38). Differs from it: the factor 3 of Pi_T, printed as 2, which would
    give 2/3 of the plasma frequency at rest; written with m/omega, so that nothing cancels.
    Valid for: relativistic charges, omega and k far below their energies.

    Examples
    --------
    >>> [round(float(real_part(w, 10.0, mass=5.0, mode="transverse")), 1) for w in (5.0, 5e6)]
    [100.0, 150.0]
    """
    if mode not in ("transverse", "longitudinal"):
        raise InvalidValueError(f"mode = '{mode}' is not known. Possible: transverse, longitudinal.")
    omega = np.asarray(energy, dtype=float)
    k = np.sqrt(np.maximum((omega - mass) * (omega + mass), 0.0))
    v = k / omega
    shape = _transverse(omega, k, v, mass) if mode == "transverse" else _longitudinal(omega, k, v, mass)
    return np.asarray(np.square(plasma) * shape)


def _excess(omega: Array, k: Array, v: Array, mass: float) -> Array:
    """[artanh(v)/v - 1] / v^2: the series 1/3 + v^2/5 + ... at small v."""
    series = np.polynomial.polynomial.polyval(v * v, 1 / (2 * np.arange(_SERIES) + 3))
    fast = np.maximum(v, _SLOW)
    return np.asarray(np.where(v < _SLOW, series, (np.log((omega + k) / mass) / fast - 1) / fast**2))


def _longitudinal(omega: Array, k: Array, v: Array, mass: float) -> Array:
    return np.asarray(3 * (mass / omega) ** 2 * _excess(omega, k, v, mass))


def _transverse(omega: Array, k: Array, v: Array, mass: float) -> Array:
    """3/2 (1 - (1 - v^2) excess): 1 - (1 - v^2)(1 + v^2 excess) = v^2 [1 - (1 - v^2) excess]."""
    return np.asarray(1.5 * (1 - (mass / omega) ** 2 * _excess(omega, k, v, mass)))


def imaginary_part(energy: ArrayLike, reduced: ArrayLike) -> Array:
    """Imaginary part of a polarisation from the rates of the same processes with photons [MeV^2].

    Parameters
    ----------
    energy : MeV.
    reduced : (1 - exp(-omega/T)) Gamma_abs = Gamma_abs - Gamma_prod of ONE state of the photon, e^2 included, MeV. For
        the mixed polarisation Pi_x: the part of the rate that is linear in the charges of X and of the photon.

    Notes
    -----
    Im Pi = -omega (Gamma_abs - Gamma_prod).
    Source: esseili-kribs-chargephobic, below Eq. (41); weldon-discontinuities. Differs from it: nothing.
    Valid for: thermal equilibrium.

    >>> float(imaginary_part(10.0, 0.5))
    -5.0
    """
    return np.asarray(-np.asarray(energy, dtype=float) * reduced)


def screening(polarisation: ArrayLike, mass: float) -> ComplexArray:
    """xi = m^2 / (m^2 - Pi): by how much a plasma changes charges that follow the electric ones.

    Notes
    -----
    Source: esseili-kribs-chargephobic, Eqs. (39), (41). Differs from it: complex; its xi^2 is |xi|^2.

    >>> complex(screening(50.0, 10.0))
    (2+0j)
    """
    return np.asarray(mass**2 / (mass**2 - np.asarray(polarisation, dtype=complex)))


def mixed_polarisation(charge: ArrayLike, electric: ArrayLike, polarisation: ArrayLike) -> ComplexArray:
    """Polarisation between the photon and X, divided by g / e [MeV^2].

    Parameters
    ----------
    charge, electric : (S,) charges of the species under X and electric charges.
    polarisation : (S, ...) of the photon by a gas of each species, its electric charge taken as 1, MeV^2.

    Notes
    -----
    Pi_x = sum_s x_s Q_s Pi_s, while Pi = sum_s Q_s^2 Pi_s.
    Source: derived in ``docs/physics/plasma.md``. Valid for: the response of single particles (the real part of free
    gases); absorption by collisions is not a sum over species, see `imaginary_part`.

    Examples
    --------
    B-L and the photon see electrons alike:

    >>> complex(mixed_polarisation([-1.0], [-1.0], [100.0]))
    (100+0j)
    """
    weight = np.asarray(charge) * np.asarray(electric)
    return np.asarray(np.tensordot(weight, np.asarray(polarisation, dtype=complex), axes=1))


def in_medium_charge(
    charge: complex | ComplexArray, electric: float, *, mixed: ArrayLike, polarisation: ArrayLike, mass: float
) -> ComplexArray:
    """Charge under X of a particle in the plasma, x + Q Pi_x / (m^2 - Pi).

    Parameters
    ----------
    charge, electric : charge under X and electric charge of the particle.
    mixed, polarisation : Pi_x and Pi of one mode, MeV^2.
    mass : of X, MeV.

    Notes
    -----
    Rates with these complex charges in every amplitude add up to -Im[Pi_XX + Pi_x^2/(m^2 - Pi)]/omega, the exact
    result. If electrons make the polarisation, Pi_x = -x_e Pi: electrons keep xi x_e, neutral particles their charge,
    and protons xi x_p only if x_p = -x_e.
    Source: esseili-kribs-chargephobic, Eqs. (39)-(45), is that case. Differs from it: any charges.
    Valid for: mixing to first order in g.

    Examples
    --------
    The charges of the photon itself are screened, those of a vector that electrons do not feel are not:

    >>> pi, m = 60.0, 10.0
    >>> complex(in_medium_charge(1.0, 1.0, mixed=pi, polarisation=pi, mass=m)).real
    2.5
    >>> complex(in_medium_charge(1.0, 1.0, mixed=0.0, polarisation=pi, mass=m)).real
    1.0
    """
    propagator = 1 / (mass**2 - np.asarray(polarisation, dtype=complex))
    return np.asarray(charge + electric * np.asarray(mixed) * propagator)


def electron_mass(temperature: ArrayLike, potential: ArrayLike) -> Array:
    """Effective mass of electrons in a plasma [MeV].

    Parameters
    ----------
    temperature, potential : of the medium and the electrons, MeV.

    Notes
    -----
    m = m_e/2 + sqrt(m_e^2/4 + alpha (pi^2 T^2 + mu^2)/(2 pi)).
    Source: esseili-kribs-chargephobic, Eq. (48). Differs from it: nothing.
    Valid for: relativistic electrons, momenta of the order of T or mu.

    >>> bool(electron_mass(0.0, 0.0) == ELECTRON_MASS)
    True
    """
    heat = np.square(np.pi * np.asarray(temperature, dtype=float)) + np.square(potential)
    return np.asarray(ELECTRON_MASS / 2 + np.sqrt(ELECTRON_MASS**2 / 4 + ALPHA / (2 * np.pi) * heat))


def resonance_radii(radius: Array, real: Array, *, mass: float) -> Array:
    """Radii where Re Pi = m^2 [MeV^-1], sorted; empty if nowhere.

    Parameters
    ----------
    radius : (R,) non-decreasing, MeV^-1.
    real : (R,) real part of the polarisation at one energy, MeV^2, linear between the radii.
    mass : of X, MeV.

    Examples
    --------
    >>> resonance_radii(np.array([0.0, 1.0, 2.0]), np.array([400.0, 200.0, 0.0]), mass=10.0).tolist()
    [1.5]
    """
    above = real - mass**2
    on_knot = radius[above == 0]
    crossed = np.flatnonzero(above[:-1] * above[1:] < 0)
    share = above[crossed] / (above[crossed] - above[crossed + 1])
    between = radius[crossed] + share * (radius[crossed + 1] - radius[crossed])
    return np.unique(np.concatenate([on_knot, between]))


@dataclass(frozen=True, slots=True)
class ScreeningCells:
    """Means of xi and |xi|^2 over cells, split between their two ends.

    The mean of xi f over a cell, f linear between f_1 and f_2, is (inner f_1 + outer f_2)/2 with the arrays `inner`,
    `outer`; that of |xi|^2 f has `inner_square`, `outer_square`. Without a plasma all are 1.
    """

    inner: ComplexArray
    outer: ComplexArray
    inner_square: Array
    outer_square: Array


def screening_cells(first: Array, last: Array, imaginary: Array, *, mass: float) -> ScreeningCells:
    """Exact means of xi = m^2/(m^2 - Pi) and |xi|^2 over cells, resonances included.

    Parameters
    ----------
    first, last : (...) real part of the polarisation at the two ends of each cell, linear between them, MeV^2.
    imaginary : (...) imaginary part, taken as constant in a cell, <= 0, MeV^2.
    mass : of X, MeV.

    Notes
    -----
    In a cell Pi = a + (b - a) s + i c with 0 < s < 1, and int ds / (m^2 - Pi) and int ds s / (m^2 - Pi) are logarithms;
    |m^2 - Pi|^-2 = Im[(m^2 - Pi)^-1] / c. The result does not depend on how narrow the resonance is, and the weight of
    a resonance inside the cell tends to pi m^4 / (|c| |b - a|), however small c.
    Source: derived in ``docs/physics/plasma.md``. Differs from it: nothing.
    Valid for: cells in which the real part is close to linear.

    Raises
    ------
    InvalidValueError
        if a resonance lies in a cell without absorption, where the integral does not exist.

    Examples
    --------
    >>> wide = screening_cells(np.array([90.0]), np.array([110.0]), np.array([-1e-9]), mass=10.0)
    >>> narrow = np.pi * 1e4 / (1e-9 * 20)
    >>> bool(abs((wide.inner_square + wide.outer_square)[0] / 2 / narrow - 1) < 1e-9)
    True
    """
    start, end = mass**2 - first, mass**2 - last
    if np.any((imaginary == 0) & (start * end <= 0)):
        raise InvalidValueError(
            f"The resonance at m = {mass:g} MeV has no width: the absorption of the photon is 0 there."
        )
    cell = np.broadcast_arrays(start, end, -np.asarray(imaginary))
    flat = np.abs(end - start) < _FLAT * np.hypot(start, imaginary)
    moments = np.empty((4, *flat.shape), dtype=complex)
    moments[:, flat] = _by_nodes(*(values[flat] for values in cell))
    moments[:, ~flat] = _by_logarithms(*(values[~flat] for values in cell))
    linear, square = 2 * mass**2, 2 * mass**4
    return ScreeningCells(
        linear * (moments[0] - moments[1]),
        linear * moments[1],
        square * (moments[2] - moments[3]).real,
        square * moments[3].real,
    )


@dataclass(frozen=True, slots=True)
class ScreeningWeights:
    """Weights w (R, ...) of knots such that int dr xi f = sum_r w_r f_r for any f linear between the knots [MeV^-1].

    `linear` stands for xi, `square` for |xi|^2; with no plasma both are the trapezoidal rule.
    """

    linear: ComplexArray
    square: Array


def screening_weights(radius: Array, real: Array, imaginary: Array, *, mass: float) -> ScreeningWeights:
    """Weights of the knots that integrate a rate times xi or |xi|^2 exactly across resonances [MeV^-1].

    Parameters
    ----------
    radius : (R,) non-decreasing, MeV^-1; a radius that stands twice is a jump.
    real : (R, ...) real part of the polarisation at the knots, linear between them, MeV^2.
    imaginary : (R-1, ...) imaginary part in each cell, taken as constant, <= 0, MeV^2.
    mass : of X, MeV.

    Notes
    -----
    The means of `screening_cells` times the widths of the cells; it says what is raised.
    Source: derived in ``docs/physics/plasma.md``. Differs from it: nothing.
    Valid for: cells in which the real part is close to linear.

    Examples
    --------
    >>> w = screening_weights(np.array([0.0, 2.0]), np.zeros(2), np.zeros(1), mass=10.0)
    >>> w.square.round(12).tolist()
    [1.0, 1.0]
    """
    width = np.diff(radius).reshape(-1, *(1,) * (real.ndim - 1))
    cells = screening_cells(real[:-1], real[1:], imaginary, mass=mass)
    half = width / 2
    return ScreeningWeights(
        linear=_on_knots(half * cells.inner, half * cells.outer),
        square=_on_knots(half * cells.inner_square, half * cells.outer_square),
    )


def _by_logarithms(first: Array, last: Array, gap: Array) -> ComplexArray:
    """int_0^1 ds of 1/D, s/D, 1/|D|^2 and s/|D|^2 for D = first + (last - first) s + i gap (4, N)."""
    rise = last - first
    turn = gap * rise
    product = gap**2 + first * last
    # arctan2 of the difference: across a resonance it tends to pi
    square = np.where(turn == 0, 1 / product, np.arctan2(turn, product) / np.where(turn == 0, 1.0, turn))
    log = np.log(np.hypot(last, gap) / np.hypot(first, gap)) / rise
    square_outer = (log - first * square) / rise
    outer = (1 - gap**2 * square - first * log) / rise - 1j * gap * square_outer
    return np.stack([log - 1j * gap * square, outer, square, square_outer])


def _by_nodes(first: Array, last: Array, gap: Array) -> ComplexArray:
    """The same where D hardly changes and the logarithms would cancel."""
    s, weight = gauss(0.0, 1.0, _NODES)
    d = first[:, None] + (last - first)[:, None] * s + 1j * gap[:, None]
    reciprocal, square = 1 / d, 1 / (d.real**2 + d.imag**2)
    return np.stack([reciprocal @ weight, reciprocal @ (weight * s), square @ weight, square @ (weight * s)])


def _on_knots(inner: NDArray[Any], outer: NDArray[Any]) -> NDArray[Any]:
    """Sum the parts of the cells that belong to their inner and outer knot."""
    none = np.zeros_like(inner[:1])
    return np.asarray(np.concatenate([inner, none]) + np.concatenate([none, outer]))
