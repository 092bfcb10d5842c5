"""Particles that leave a star without interacting again, for all couplings at once.

Along a chord, thermal emission and absorption obey dI/dtau = S - I with the source function S of a
black body. With tau = g^2 tau_hat the emitted intensity is a Laplace transform of dS in tau_hat, so
the jumps of S are sorted into bins of tau_hat once per mass, and every coupling is then free. The form has
both limits built in: volume emission of a transparent star, black body of an opaque one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array, Mask
from feebly.errors import ConvergenceError, InvalidValueError
from feebly.provenance import Provenance, sources
from feebly.transport.cells import Cells, Energies
from feebly.transport.depths import depth_bins
from feebly.transport.radial import radial_moments
from feebly.transport.rays import ChordGrid

Escape = Literal["angular", "radial-factor", "free"]

SOURCES: Final = sources(
    ("blinov-lmu-ltau", "Eqs. (B1)-(B5)"), ("caputo-radiative-transfer", "reduced absorption along a ray")
)
ESCAPES: Final[tuple[Escape, ...]] = get_args(Escape)
_TINY: Final = 1e-300
_DEEP: Final = 700.0  # optical depth at which exp(-x) ends


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Emission:
    """Luminosity of a star in one particle, for any coupling (units MeV^n).

    Parameters
    ----------
    power : rates go as scale**power.
    processes : names (P,).
    energy, weight : (W,) energies at infinity and their weights in integrals, MeV, if the energies are kept
        apart; else empty.
    depth : (B,) optical depths tau_hat per unit scale**power at the middles of the bins.
    moments : (3, B, E, P) moments of the jumps of the source function about `depth`, MeV^2 (or
        dimensionless, for d2N/dE dt, where the E = W energies are kept apart; else E = 1).
    decay_length : emission-weighted mean of v / Gamma*, per unit scale**-power, MeV^-1; only for free
        escape, which ends where it falls below the size of the star.

    Notes
    -----
    L(g) = sum_b M0 (1 - exp(-x)) + s M1 exp(-x) - s^2 M2 exp(-x), s = g^p, x = s depth_b: the Taylor
    series of 1 - exp(-s tau) about the middle of each bin.
    """

    power: int
    processes: tuple[str, ...]
    energy: Array
    weight: Array
    depth: Array
    moments: Array
    decay_length: float | None
    provenance: Provenance = field(default_factory=Provenance)

    def _at(self, scale: ArrayLike) -> Array:
        """Value of each energy and process at the couplings: (G, E, P)."""
        s = np.atleast_1d(np.asarray(scale, dtype=float))[:, None] ** self.power
        s = np.minimum(s, _DEEP / np.maximum(self.depth, _TINY))  # beyond, nothing of a bin escapes
        absorbed = -np.expm1(-s * self.depth)
        escaped = 1 - absorbed
        series = np.concatenate([absorbed, s * escaped, -(s**2) * escaped], axis=1)
        energies, processes = self.moments.shape[2:]
        value = series @ self.moments.reshape(series.shape[1], energies * processes)
        return np.maximum(value, 0.0).reshape(-1, energies, processes)  # rounding of an opaque star

    def luminosity(self, scale: ArrayLike) -> dict[str, Array]:
        """Luminosity at infinity of each process (G,) [MeV^2] at the couplings (G,)."""
        return dict(zip(self.processes, self._at(scale)[:, 0].T, strict=True))

    def spectrum(self, scale: ArrayLike) -> Array:
        """Differential emission d2N/dE dt (G, W) [dimensionless] at infinity at the couplings (G,)."""
        return np.asarray(self._at(scale).sum(axis=-1))

    def escapes_freely(self, radius: float, scale: Array) -> Mask:
        """Where free escape holds (G,): the mean decay length exceeds a radius [MeV^-1]. Always, with absorption."""
        if self.decay_length is None:
            return np.ones(scale.shape, dtype=bool)
        return np.asarray(self.decay_length >= radius * scale**self.power)


def emission(
    tables: Sequence[Cells],
    grid: ChordGrid,
    at: Energies,
    power: int,
    *,
    bins: int,
    escape: Escape = "angular",
    by_energy: bool = False,
) -> Emission:
    """Emission of a star in particles of one mass, tabulated for every coupling.

    Parameters
    ----------
    tables : rates in the cells of the star, one table for each kind of states (polarisations) that travel
        independently; all list the same processes.
    grid : chords of the star.
    at : the energies.
    power : rates go as scale**power.
    bins : of the optical depth per factor of two, a power of two.
    escape : "angular" averages exp(-tau) over all directions; "radial-factor" takes the radial tau times
        a(r) = 1 - r (r - R_c) / (2 R^2), R_c the radius of the highest temperature and R the surface; "free" takes
        tau = 0, so that the luminosity is proportional to scale**power.
    by_energy : keep the energies apart, for `Emission.spectrum`.

    Raises
    ------
    InvalidValueError
        for an unknown `escape`.
    ConvergenceError
        if the emission leaves double precision.

    Notes
    -----
    d2N/dE dt = (1/pi) int b db int ds k w Gamma_prod exp(-tau) = int b db int dtau S exp(-tau), with
    S = (k^2 / pi) Gamma_prod / Gamma*_abs and dtau = Gamma*_abs ds / v, all local (w = E / N); the luminosity
    int dE E d2N/dE dt equals Eq. (B1). Gamma* / v and its product with S are exponentials between knots, or exact
    across a resonance.
    Source: blinov-lmu-ltau, Eqs. (B1)-(B5); esseili-kribs-chargephobic, Eqs. (34)-(37), for the radial factor.
    Differs from it: integrated along chords instead of over emission radius and angle, which is the same
    integral; energy along the ray; Eq. (37) lacks 1/v.
    Valid for: Gamma/E << 1, straight rays, coordinate volume element, no feedback on the star.
    """
    if escape not in ESCAPES:
        raise InvalidValueError(f"escape = '{escape}' is not known. Possible: {', '.join(ESCAPES)}.")
    weight = np.ones_like(at.infinity) if by_energy else at.weight * at.infinity
    pieces = []
    for table in tables:
        if escape == "radial-factor":
            pieces.append(radial_moments(table, grid, weight, bins=bins, by_energy=by_energy))
        else:
            pieces.append(_moments(table, grid, weight, bins, by_energy, outside=escape == "angular"))
    depth, moments = _merged(pieces)
    if not np.all(np.isfinite(moments)):
        raise ConvergenceError(
            "The emission of the star is not a number: the profile or mass is beyond double precision."
        )
    length = None
    if escape == "free":
        moments, depth = _transparent(moments, depth), np.zeros(1)
        length = _mean_length(tables, grid, at.weight)
    provenance = Provenance(sources=SOURCES, choices=frozenset({("escape", escape)}))
    for table in tables:
        provenance = provenance | table.provenance
    return Emission(
        power=power,
        processes=tables[0].processes,
        energy=at.infinity if by_energy else np.zeros(0),
        weight=at.weight if by_energy else np.zeros(0),
        depth=depth,
        moments=np.ascontiguousarray(moments.transpose(3, 1, 0, 2)),
        decay_length=length,
        provenance=provenance,
    )


def _merged(pieces: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Depths and moments of all kinds of states together; their bins are parts of one sequence."""
    if len(pieces) == 1:
        return pieces[0]
    depth = np.unique(np.concatenate([piece[0] for piece in pieces]))
    first = pieces[0][1]
    moments = np.zeros((first.shape[0], depth.size, *first.shape[2:]))
    for own, part in pieces:
        moments[:, np.searchsorted(depth, own)] += part
    return depth, moments


def _moments(
    table: Cells, grid: ChordGrid, weight: Array, bins: int, by_energy: bool, *, outside: bool
) -> tuple[Array, Array]:
    """Depths (B,) and moments (E, B, P, 3) of one kind of states along all chords."""
    from feebly.transport import _sweep  # loads the compiler

    beyond = table.beyond if outside else None
    if beyond is None:
        beyond = np.zeros((weight.size, grid.area.size))
    # no chord is deeper than one with the longest way through every cell
    deepest = 2 * np.max(table.inner @ grid.lower.max(axis=0) + table.outer @ grid.upper.max(axis=0))
    shift, first_bin, depth = depth_bins(float(deepest + beyond.max()), bins)
    given = (
        np.ascontiguousarray(table.inner),
        np.ascontiguousarray(table.outer),
        table.source,
        np.ascontiguousarray(table.share),
        np.ascontiguousarray(table.bend),
        np.ascontiguousarray(beyond),
        weight,
        grid.area,
        grid.lower,
        grid.upper,
        grid.interval,
        grid.innermost,
        shift,
        first_bin,
        depth,
    )
    alone = table.share.shape[-1] == 1 and not by_energy
    moments = _sweep.sweep_total(*given) if alone else _sweep.sweep(*given, by_energy)
    used = np.any(moments != 0, axis=(0, 2, 3))
    return depth[used], moments[:, used]


def _transparent(moments: Array, depth: Array) -> Array:
    """Moments (E, 1, P, 3) that give the luminosity without absorption."""
    thin = np.zeros((moments.shape[0], 1, *moments.shape[2:]))
    thin[:, 0, :, 1] = np.einsum("ebp,b->ep", moments[..., 0], depth) + moments[..., 1].sum(axis=1)
    return thin


def _mean_length(tables: Sequence[Cells], grid: ChordGrid, weight: Array) -> float:
    """Mean of v / Gamma* over the emitted particles."""
    radius = grid.medium.radius
    volume = radius[grid.interval + 1] ** 3 - radius[grid.interval] ** 3
    emitted, lengths = 0.0, 0.0
    for table in tables:
        source = (table.source[:, grid.interval] + table.source[:, grid.interval + 1]) / 2
        kappa = (table.inner + table.outer) / 2
        thick = weight[:, None] * volume * source * table.share.sum(axis=-1)
        emitted += float(np.sum(thick * kappa))
        lengths += float(thick[kappa > 0].sum())
    return lengths / emitted if emitted > 0 else np.inf
