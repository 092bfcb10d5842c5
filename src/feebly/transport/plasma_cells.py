"""Cells of a star for vectors that mix with its photons: tables for one mass, any charges afterwards.

The rates are smooth but for the factor xi = m^2/(m^2 - Pi) of the mixing, which does not depend on the model. Its means over
each cell are exact, so that no resonance is missed, however narrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.charge_table import ELECTRIC, Charges, ChargeTable, summed
from feebly.rates.stellar.plasma_mixing import MixedRate, mixing
from feebly.rates.stellar.plasma_rates import (
    MODES,
    ModeRates,
    PlasmaMatter,
    mode_rates,
    real_response,
    resonance_energies,
    resonance_width,
)
from feebly.rates.stellar.screening_cells import ScreeningCells, screening_cells
from feebly.transport.cells import Cells, Energies, bend

SOURCES: Final = sources(("esseili-kribs-chargephobic", "Eqs. (34)-(48)"))
_WINGS: Final = (1.0, 6.0, 36.0, 216.0)  # widths from a resonance that one shell gives a single energy
_NARROW: Final = 50.0  # widths; resonances that a shell spreads further over energies need no wings
_SHARP: Final = 0.02  # relative spread of a band above which its width is not looked at
_SMALLEST: Final = 1e-300


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlasmaCells:
    """One mode in a star at one mass, for vectors of any charges.

    Parameters
    ----------
    rates : at the knots and energies (K, W); `absorbed`, `emitted` their sums over the processes, and `electric` the
        absorption with the electric charges.
    response : species -> (K, W) real part of the polarisation per charge squared, MeV^2.
    screening : means of xi in the cells (M, W).
    interval : (M,) knot below each cell.
    source : (W, K) of a black body of one state; `bend`, `emission_bend` as in `feebly.transport.cells`, of photons.
    """

    mass: float
    at: Energies
    rates: ModeRates
    absorbed: ChargeTable
    emitted: ChargeTable
    electric: Array
    response: Mapping[str, Array]
    screening: ScreeningCells
    interval: NDArray[np.intp]
    source: Array
    bend: Array
    emission_bend: Array
    provenance: Provenance

    def of(self, charges: Charges, *, parts: bool = True) -> Cells:
        """The cells of a vector with these charges, loop mixing included; without parts the processes stay summed."""
        mixed = mixing(charges, self.absorbed, self.response, self.at.local, self.mass)
        inner, outer = self._ends(mixed.smooth(self.absorbed, self.electric))
        total = inner + outer
        if not parts and self.emitted is self.absorbed:  # a black body of all states
            names: tuple[str, ...] = ("all",)
            share = np.full((*total.T.shape, 1), float(self.rates.states))
        else:
            tables = self.rates.emitted if parts else {"all": self.emitted}
            names = tuple(tables)
            emitted = [sum(self._ends(mixed.smooth(table))) for table in tables.values()]
            share = np.stack([np.asarray(part).T for part in emitted], axis=-1) * self.rates.states
            whole = total.T[..., None]
            np.divide(share, whole, out=share, where=whole > _SMALLEST)
        per_speed = (self.at.local / self.at.momentum).T
        return Cells(
            processes=names,
            inner=inner.T * per_speed[:, self.interval] * self.bend,
            outer=outer.T * per_speed[:, self.interval + 1] * self.bend,
            source=self.source,
            share=share,
            bend=self.emission_bend,
            provenance=self.provenance,
        )

    def _ends(self, rate: MixedRate) -> tuple[Array, Array]:
        """A rate (M, W) at the two ends of the cells, whose mean is that of the cell [MeV]."""
        s = self.screening
        return (
            rate.at(self.interval, s.inner, s.inner_square),
            rate.at(self.interval + 1, s.outer, s.outer_square),
        )

    def without_decays(self) -> PlasmaCells:
        """The same without pairs, whose decays are counted apart beyond the neutrinosphere."""
        left = {name: table for name, table in self.rates.absorbed.items() if "coalescence" not in name}
        total = summed(left.values())
        return replace(
            self,
            rates=replace(self.rates, absorbed=left, emitted=left),
            absorbed=total,
            emitted=total,
            electric=total.rate(ELECTRIC),
        )


def plasma_cells(
    mass: float, matter: PlasmaMatter, interval: NDArray[np.intp], at: Energies
) -> tuple[PlasmaCells, PlasmaCells]:
    """The transverse and the longitudinal mode at one mass [MeV], for any charges.

    Parameters
    ----------
    matter : the star at its knots; interval : (M,) knot below each cell.
    at : the energies; see `resonance_edges`.
    """
    plasma2 = {name: values[:, None] for name, values in matter.plasma2.items()}
    provenance = matter.options.provenance | Provenance(SOURCES, frozenset(), frozenset(), matter.omitted)
    source = np.ascontiguousarray(at.black_body(matter.medium.temperature).T)
    found = []
    for rates in mode_rates(mass, at.local, matter):
        response = real_response(at.local, mass, rates.mode, plasma2)
        real = np.asarray(sum(values * ELECTRIC[name] ** 2 for name, values in response.items()))
        absorbed = summed(rates.absorbed.values())
        emitted = absorbed if rates.emitted is rates.absorbed else summed(rates.emitted.values())
        imaginary = rates.photon(at.local)
        kappa = -(imaginary / at.momentum).T
        bend_kappa = bend(kappa, interval)
        found.append(
            PlasmaCells(
                mass=mass,
                at=at,
                rates=rates,
                absorbed=absorbed,
                emitted=emitted,
                electric=absorbed.rate(ELECTRIC),
                response=response,
                screening=screening_cells(
                    real[interval],
                    real[interval + 1],
                    (imaginary[interval] + imaginary[interval + 1]) / 2,
                    mass=mass,
                ),
                interval=interval,
                source=source,
                bend=bend_kappa,
                emission_bend=bend(kappa * source, interval) / bend_kappa,
                provenance=provenance,
            )
        )
    return found[0], found[1]


def resonance_edges(mass: float, matter: PlasmaMatter) -> list[float]:
    """Energies at infinity between which resonances lie somewhere in a star [MeV].

    In each smooth piece of the star they form bands, whose ends belong to the ends of the piece: elsewhere they run off
    to the mass or to infinity. A homogeneous piece without gravity has all of its resonance at one energy: then the ends
    of a sequence of ever wider intervals about it are returned as well.
    """
    medium = matter.medium
    edges: list[float] = []
    pieces = np.split(np.arange(medium.radius.size), np.flatnonzero(np.diff(medium.radius) == 0) + 1)
    for mode in MODES:
        local = resonance_energies(mass, mode, matter.plasma2)
        infinity = local * medium.lapse
        for piece in pieces:
            ends = infinity[piece[[0, -1]]]
            known = ends[np.isfinite(ends)]
            edges += known.tolist()
            spread = float(np.ptp(known)) if known.size == 2 else np.inf
            if spread < _SHARP * mass:
                width = resonance_width(mass, mode, float(local[piece[0]]), matter, int(piece[0]))
                if spread < _NARROW * width:
                    edges += [known.min() - f * width for f in _WINGS]
                    edges += [known.max() + f * width for f in _WINGS]
    return sorted(edges)


def resonance_shells(mass: float, matter: PlasmaMatter) -> list[float]:
    """Radii of the knots about the shell in which fast transverse states are resonant, and where slow ones begin [MeV^-1].

    Such a shell shines at nearly all energies at once, so that chords have to be placed about it.
    """
    medium = matter.medium
    radius = medium.radius
    slow = np.asarray(sum(matter.plasma2.values())) - mass**2
    fast = (
        slow + matter.plasma2["e-"] / 2
    )  # Re Pi_T of electrons ends at 3/2 of their plasma frequency squared
    cells = np.diff(radius) > 0
    crossed_slow = np.flatnonzero((slow[:-1] * slow[1:] <= 0) & cells)
    crossed = np.flatnonzero((fast[:-1] * fast[1:] <= 0) & cells)
    return sorted({float(radius[k]) for k in (*crossed_slow, *crossed, *(crossed + 1))})
