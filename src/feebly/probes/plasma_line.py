"""The line from a star with a plasma to what leaves it: made once per mass, then free for any charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from feebly import decays
from feebly.arrays import Array
from feebly.decays import WidthTable
from feebly.decays.partial_widths import is_neutrino
from feebly.models import Vector
from feebly.provenance import Provenance
from feebly.rates.stellar.charge_table import charges_at
from feebly.rates.stellar.plasma_rates import PlasmaMatter
from feebly.rates.stellar.polarisation import Mode
from feebly.transport import ballistic
from feebly.transport.ballistic import Emission, Escape
from feebly.transport.cells import Cells, Energies, energies
from feebly.transport.outside import Outside
from feebly.transport.plasma_cells import PlasmaCells, plasma_cells, resonance_edges
from feebly.transport.rays import ChordGrid

_OMITTED = (
    "hadronic decays inside the star; Compton scattering on protons; e+ e- -> gamma X",
    "mass of photons in the plasma in Compton scattering",
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlasmaLine:
    """A star at one mass [MeV] for vectors of any charges.

    Parameters
    ----------
    modes : tables of each polarisation that counts, inside the surface; `beyond` those of the matter outside it.
    widths : of any vector at this mass, if decays outside matter.
    """

    mass: float
    grid: ChordGrid
    at: Energies
    modes: tuple[PlasmaCells, ...]
    outside: Outside | None
    beyond: tuple[PlasmaCells, ...]
    widths: WidthTable | None
    bins: int
    escape: Escape
    by_energy: bool

    def emission(self, model: Vector, *, parts: bool = True) -> Emission:
        """What leaves the star in a vector of this model, for any coupling; without parts the processes stay summed."""
        charges = charges_at(model, self.mass)
        tables = [mode.of(charges, parts=parts) for mode in self.modes]
        if self.outside is not None:
            width = self._visible_width(model)
            decayed = self.outside.decay_depth(self.at.infinity, self.mass, width)
            for k, mode in enumerate(self.beyond or [None] * len(tables)):
                depth = decayed
                if mode is not None:
                    cell = mode.of(charges, parts=False)
                    depth = depth + self.outside.depth(cell.inner, cell.outer)
                tables[k] = replace(tables[k], beyond=depth[:, :-1], ahead=depth[:, -1])
        found = ballistic.emission(
            _compact(tables) if parts else tables,
            self.grid,
            self.at,
            model.scale.power,
            bins=self.bins,
            escape=self.escape,
            by_energy=self.by_energy,
        )
        modes = ", ".join(mode.rates.mode for mode in self.modes)
        stated = model.provenance | Provenance(
            choices=frozenset({("polarisation", "sum" if len(self.modes) > 1 else modes)}),
            omitted=frozenset(_OMITTED),
        )
        return replace(found, provenance=found.provenance | stated)

    def _visible_width(self, model: Vector) -> float:
        """Width into charged particles or photons [MeV]."""
        if self.widths is None:
            return 0.0
        found = self.widths.of(model)
        seen = [
            gamma[0] for name, gamma in zip(found.channels, found.gamma, strict=True) if not is_neutrino(name)
        ]
        return float(sum(seen))


def plasma_line(
    mass: float,
    matter: PlasmaMatter,
    grid: ChordGrid,
    outside: Outside | None,
    matter_outside: PlasmaMatter | None,
    *,
    energies_count: int,
    bins: int,
    escape: Escape,
    modes: Sequence[Mode],
    by_energy: bool,
) -> PlasmaLine:
    """Tabulate a star at one mass [MeV].

    Parameters
    ----------
    matter, matter_outside : the star at the knots of the grid, and of the way outside.
    energies_count : number of energies where nothing is resonant.
    modes : polarisations that count.
    """
    edges = resonance_edges(mass, matter)
    if matter_outside is not None:
        edges += resonance_edges(mass, matter_outside)
    at = energies(mass, grid.medium, energies_count, edges=edges)
    inside = plasma_cells(mass, matter, grid.interval, at)
    beyond: tuple[PlasmaCells, ...] = ()
    if outside is not None and matter_outside is not None:
        lapse = matter_outside.medium.lapse[:, None]
        elsewhere = replace(at, local=at.infinity / lapse, redshift=np.ones_like(lapse))
        both = plasma_cells(mass, matter_outside, outside.matter_interval, elsewhere)
        beyond = tuple(mode.without_decays() for mode in both)
    chosen = [mode.rates.mode in modes for mode in inside]
    return PlasmaLine(
        mass=mass,
        grid=grid,
        at=at,
        modes=tuple(mode for mode, keep in zip(inside, chosen, strict=True) if keep),
        outside=outside,
        beyond=tuple(mode for mode, keep in zip(beyond, chosen, strict=False) if keep),
        widths=None if outside is None else decays.tabulate([mass], with_errors=False),
        bins=bins,
        escape=escape,
        by_energy=by_energy,
    )


def _compact(tables: list[Cells]) -> list[Cells]:
    """The same without the processes that none of the tables has."""
    used: Array = np.any([np.any(table.share > 0, axis=(0, 1)) for table in tables], axis=0)
    if used.all() or not used.any():
        return tables
    names = tuple(name for name, keep in zip(tables[0].processes, used, strict=True) if keep)
    return [
        replace(table, processes=names, share=np.ascontiguousarray(table.share[..., used]))
        for table in tables
    ]
