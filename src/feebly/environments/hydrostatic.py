"""General-relativistic structure of a hot star of given baryon number: layers in hydrostatic equilibrium.

The baryon number inside is the coordinate, so that entropy and lepton number stay with their matter. Density,
temperature and proton fraction of all layers are found together: each round expands the layers along their adiabats and solves the equation
of hydrostatic equilibrium of the expanded star by Newton's method. It converges quadratically, and no table of states is
made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import NEWTON
from feebly.environments.hydrostatic_matter import Adiabats, Layers, adiabats, inside
from feebly.environments.nuclear_request import DENSITY_RANGE_FM3, FRACTION_RANGE, TEMPERATURE_RANGE
from feebly.errors import ConvergenceError
from feebly.units import FM

_ROUNDS: Final = 50
_TOLERANCE: Final = 1e-8  # of ln P, ln T and Y_p
_LONGEST, _SHORTEST = 1.0, 0.1  # step of ln n in one round; shorter where the last one did not help
_NUDGE: Final = 1e-5
ENVELOPE: Final = 1e-5  # share of the baryons whose weight rests on the surface


@dataclass(frozen=True, slots=True)
class Structure:
    """Spherical star at knots (N,) from the centre to the surface; MeV^n.

    `radius` is areal, `mass` gravitational; `pull` is what holds each knot, the pressure that equilibrium needs;
    `potential` is ln of the lapse, matched to the vacuum outside.
    """

    radius: Array
    mass: Array
    pull: Array
    potential: Array


@dataclass(frozen=True, slots=True)
class HotStar:
    """A star in equilibrium; (N,) each, MeV^n. `baryons` is the number inside."""

    layers: Layers
    baryons: Array
    density: Array
    temperature: Array
    proton_fraction: Array
    pressure: Array
    energy: Array
    structure: Structure
    residual: float


def hot_star(
    layers: Layers,
    baryons: Array,
    *,
    density: Array,
    temperature: Array,
    proton_fraction: Array | None = None,
) -> HotStar:
    """A star in hydrostatic equilibrium [MeV^n].

    Parameters
    ----------
    layers : what the knots are made of, (N,).
    baryons : (N,) number of baryons inside each knot, from 0.
    density, temperature, proton_fraction : (N,) where the search begins; the last at the lepton fraction, if not given.

    Raises
    ------
    ConvergenceError
        if no equilibrium is found: too much mass for the equation of state, or too much entropy.

    Notes
    -----
    dr^3 = 3/(4 pi n) f dN, dm = (e/n) f dN, f = sqrt(1 - 2Gm/r),
    dP/dN = -G (e + P)(m + 4 pi r^3 P) / (4 pi r^4 n f), d ln(lapse) = -dP/(e + P). The surface bears
    an envelope of 1e-5 of the baryons.
    Source: oppenheimer-volkoff. Differs from it: baryon number as coordinate; pressure of hot matter.
    Valid for: spherical stars at rest. Of second order in the grid.
    """
    n, t = np.array(density), np.array(temperature)
    y = inside(layers.lepton_fraction if proton_fraction is None else proton_fraction, FRACTION_RANGE)
    worst, longest = np.inf, _LONGEST
    for _ in range(_ROUNDS):
        before = worst
        local = adiabats(layers, n, t, y)
        with np.errstate(all="ignore"):  # a star that falls apart has no finite gap
            star = structure(baryons, n, local.energy, local.pressure)
            gap = np.log(star.pull / local.pressure)
        worst = float(max(np.abs(gap).max(), np.abs(local.missing).max()))
        if not np.isfinite(worst):
            break
        if worst < _TOLERANCE:
            return HotStar(layers, baryons, n, t, y, local.pressure, local.energy, star, worst)
        longest = min(_LONGEST, 1.5 * longest) if worst < before else max(_SHORTEST, longest / 2)
        step = _newton_step(baryons, n, local, gap)
        if not np.isfinite(step).all():
            break
        step *= min(1.0, longest / float(np.abs(step).max()))
        warmer, richer = local.missing + local.course * step
        n = inside(n * np.exp(step), DENSITY_RANGE_FM3, FM**-3)
        t = inside(t * np.exp(warmer), TEMPERATURE_RANGE)
        y = inside(y + richer, FRACTION_RANGE)
    raise ConvergenceError(
        f"No hydrostatic star was found; the largest residual is {worst:.1e}.\n"
        "  Change mass or entropy: the equation of state may not hold this star, or its surface is too thin or too cold."
    )


def _newton_step(baryons: Array, n: Array, local: Adiabats, gap: Array) -> Array:
    """Change of ln n (N,) that closes the gap between pull and pressure, both along the adiabats."""
    nudge = _NUDGE * np.eye(n.size)  # row: knot, column: which density is changed
    energy = local.energy[:, None] + local.work[:, None] * nudge
    pressure = local.pressure[:, None] * np.exp(local.stiffness[:, None] * nudge)
    with np.errstate(all="ignore"):
        moved = structure(baryons, n[:, None] * np.exp(nudge), energy, pressure).pull
        slope = (np.log(moved / pressure) - gap[:, None]) / _NUDGE
    if not np.isfinite(slope).all():
        return np.full_like(gap, np.nan)
    return np.asarray(-np.linalg.solve(slope, gap))


def structure(baryons: Array, density: Array, energy: Array, pressure: Array) -> Structure:
    """Radii, masses, pressure that equilibrium needs, and potential; (N,) or (N, K) for K stars at once [MeV^n]."""
    radius, mass, root = _outward(baryons, density, energy)
    # in N^(2/3), in which the slope of the pressure is smooth at the centre
    places = np.cbrt(baryons) ** 2
    inertia = energy + pressure
    with np.errstate(divide="ignore", invalid="ignore"):
        field = NEWTON * (mass + 4 * np.pi * radius**3 * pressure) / (4 * np.pi * radius**4 * density * root)
        field = (field.T * 1.5 * np.cbrt(baryons)).T  # by N^(2/3)
    field[0] = NEWTON * (energy[0] + 3 * pressure[0]) / (2 * density[0]) * np.cbrt(4 * np.pi * density[0] / 3)
    weight = inertia * field
    width = np.diff(places).reshape((-1,) + (1,) * (density.ndim - 1))
    by_number = weight[-1] / (1.5 * np.cbrt(baryons[-1]))
    edge = by_number * ENVELOPE * baryons[-1]
    outer = 0.5 * np.log(1 - 2 * NEWTON * mass[-1] / radius[-1])
    return Structure(
        radius=radius,
        mass=mass,
        pull=edge + _from_outside(weight, width),
        potential=outer - _from_outside(field, width),
    )


def _from_outside(slope: Array, width: Array) -> Array:
    """Integrals from each knot to the last, by trapezoids."""
    cells = 0.5 * (slope[1:] + slope[:-1]) * width
    sums = np.flip(np.cumsum(np.flip(cells, axis=0), axis=0), axis=0)
    return np.concatenate([sums, np.zeros_like(sums[:1])])


def _outward(baryons: Array, density: Array, energy: Array) -> tuple[Array, Array, Array]:
    """Radius, gravitational mass and sqrt(1 - 2Gm/r) at the knots."""
    per_baryon = energy / density
    volume = np.zeros_like(density)  # r^3
    mass, root = np.zeros_like(density), np.ones_like(density)
    for k, count in enumerate(np.diff(baryons)):
        # trapezoids of 1/n and e/n; the root at the outer end from a first guess, then again
        thin = 0.5 * (1 / density[k] + 1 / density[k + 1]) * count * 3 / (4 * np.pi)
        heavy = 0.5 * (per_baryon[k] + per_baryon[k + 1]) * count
        ahead = root[k]
        for _ in range(3):  # each gains a factor Gm/r of the cell: rounding is reached
            mean = 0.5 * (root[k] + ahead)
            outer, within = volume[k] + thin * mean, mass[k] + heavy * mean
            # a trial star may be a black hole; one in equilibrium keeps 1 - 2Gm/r above 1/9
            ahead = np.sqrt(np.maximum(1 - 2 * NEWTON * within / np.cbrt(outer), 1e-2))
        volume[k + 1], mass[k + 1], root[k + 1] = outer, within, ahead
    return np.cbrt(volume), mass, root
