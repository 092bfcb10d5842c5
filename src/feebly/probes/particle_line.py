"""The line from a star to the majorons or heavy neutral leptons that leave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from feebly.decays import Fip
from feebly.environments import StarProfile
from feebly.errors import UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix, SterileMixing
from feebly.probes.base import Support
from feebly.provenance import Provenance
from feebly.rates.stellar.hnl_production import HnlProduction, Leptons, MeanField
from feebly.rates.stellar.hnl_table import tabulated
from feebly.rates.stellar.majoron_coalescence import MajoronCoalescence, Potential
from feebly.rates.stellar.state_rates import StateRates, combined
from feebly.transport import ballistic
from feebly.transport.ballistic import Emission, Escape
from feebly.transport.cells import Cells, Energies, bend
from feebly.transport.rays import ChordGrid

_SPINS: Final = 2
_NEITHER: Final = "'{}' is neither a majoron nor a heavy neutral lepton."
_LEAST: Final = 1e-6  # of absorption, what is left of it where stimulated emission wins


@dataclass(frozen=True, slots=True)
class ParticleProcesses:
    """What makes majorons and heavy neutral leptons in a star.

    Parameters
    ----------
    potential : see `rates.stellar.majoron_coalescence`; mean_field : see `rates.stellar.hnl_production`.
    """

    potential: Potential = "matter"
    mean_field: MeanField = "beta-equilibrium"

    def supports(self, model: Model, provided: frozenset[str]) -> Support:
        """Whether a star that provides this can make the particle of the model."""
        process: MajoronCoalescence | HnlProduction
        if isinstance(model, NeutrinoMatrix):
            process = MajoronCoalescence(self.potential)
            why = process.obstacle(model, provided)
        elif isinstance(model, SterileMixing):
            process = HnlProduction(mean_field=self.mean_field)
            why = process.obstacle(model, provided)
        else:
            return Support(False, _NEITHER.format(model.name))
        if why is not None:
            return Support(False, f"No process applies: {why}.")
        return Support(True, f"uses {process.name}", (process.name,))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ParticleLine:
    """A star as a source of one such particle at one mass.

    Parameters
    ----------
    kinds : cells of the particle with all its spins, and of its antiparticle if it has one.
    by_energy : whether energies are kept apart; if so, processes are not.
    power : rates go as scale**power.
    """

    kinds: tuple[Cells, ...]
    grid: ChordGrid
    at: Energies
    power: int
    bins: int
    escape: Escape
    by_energy: bool

    def emission(self) -> Emission:
        """What leaves the star, particles and antiparticles together."""
        return self._emission(_aligned(self.kinds))

    def apart(self) -> tuple[Emission, ...]:
        """What leaves the star, particles and antiparticles apart; one if they are the same."""
        return tuple(self._emission((kind,)) for kind in self.kinds)

    def _emission(self, kinds: tuple[Cells, ...]) -> Emission:
        return ballistic.emission(
            kinds,
            self.grid,
            self.at,
            self.power,
            bins=self.bins,
            escape=self.escape,
            by_energy=self.by_energy,
        )


def particle_line(
    model: Model,
    fip: Fip,
    processes: ParticleProcesses,
    star: StarProfile,
    grid: ChordGrid,
    at: Energies,
    *,
    bins: int,
    escape: Escape,
    by_energy: bool,
) -> ParticleLine:
    """Tabulate a star at one mass.

    Parameters
    ----------
    fip : the particle with its widths.
    star : the profile from which `grid` was made.

    Raises
    ------
    UnsupportedModelError
        for a model that is neither.

    Notes
    -----
    d2N/dE dt as in `ballistic.emission`, with S = n k^2/pi Gamma_prod / Gamma_net and dtau = Gamma_net ds / v. Gamma_net of
    a majoron holds its decays with stimulated emission and blocking; where it is negative (m below 0.1 MeV) it is
    set to 1e-6 of the absorption, since an amplified flux would drain the neutrinos. To Gamma_net of a heavy neutral lepton
    m Gamma / E is added.
    Source: akita-high-energy-neutrinos, Eqs. (26)-(30). Differs from it: decays count where they happen, along the ray
    to the surface, and not all along one radius from the centre; source function.
    Valid for: decays of heavy neutral leptons in the star as in vacuum, their inverse left out.
    """
    kinds = []
    if isinstance(model, NeutrinoMatrix):
        majorons = MajoronCoalescence(processes.potential)
        rates = majorons.rates(model, fip.mass, grid.medium, at.local)
        if by_energy:
            rates = {majorons.name: combined(rates.values())}
        kinds.append(_cells(rates, 1, 0.0, grid, at, majorons.provenance | fip.provenance))
    elif isinstance(model, SterileMixing):
        both: tuple[Leptons, ...] = ("both",) if model.nature == "majorana" else ("leptons", "antileptons")
        for leptons in both:
            scattering = HnlProduction(leptons, processes.mean_field)
            table = tabulated(
                scattering,
                model,
                model.fingerprint(),
                fip.mass,
                star,
                r_max=float(grid.medium.radius[-1]),
                top=float(at.local.max()),
            )
            rates = table.at(grid.medium, grid.interval, at.local)
            if by_energy:
                rates = {scattering.name: combined(rates.values())}
            width = float(fip.gamma.sum())
            kinds.append(_cells(rates, _SPINS, width, grid, at, scattering.provenance | fip.provenance))
    else:
        raise UnsupportedModelError(_NEITHER.format(model.name))
    return ParticleLine(tuple(kinds), grid, at, fip.power, bins, escape, by_energy)


def _cells(
    rates: Mapping[str, StateRates],
    states: int,
    width: float,
    grid: ChordGrid,
    at: Energies,
    provenance: Provenance,
) -> Cells:
    """Cells of rates (K, W) of one state that are smooth between the knots.

    Parameters
    ----------
    states : number of states that are made alike.
    width : of decays at rest that the rates do not hold, MeV per unit scale**power.
    """
    total = combined(rates.values())
    net = np.maximum(total.net, _LEAST * total.absorption) + width * at.mass / at.local
    filled = np.divide(total.production, net, out=np.zeros_like(net), where=net > 0)
    kappa = (net * at.local / at.momentum).T
    source = np.ascontiguousarray((at.redshift * at.momentum**2 / np.pi * filled).T)
    interval = grid.interval
    bend_kappa = bend(kappa, interval)
    emitted = bend(kappa * source, interval)
    made = (total.production[interval] + total.production[interval + 1]).T
    parts = np.stack(
        [(r.production[interval] + r.production[interval + 1]).T for r in rates.values()], axis=-1
    )
    share = np.divide(states * parts, made[..., None], out=np.zeros_like(parts), where=made[..., None] > 0)
    return Cells(
        processes=tuple(rates),
        inner=kappa[:, interval] * bend_kappa,
        outer=kappa[:, interval + 1] * bend_kappa,
        source=source,
        share=share,
        bend=emitted / bend_kappa,
        provenance=provenance,
    )


def _aligned(kinds: tuple[Cells, ...]) -> tuple[Cells, ...]:
    """The same with one list of processes for all."""
    names = tuple(dict.fromkeys(name for kind in kinds for name in kind.processes))
    found = []
    for kind in kinds:
        share = np.zeros((*kind.share.shape[:-1], len(names)))
        share[..., [names.index(name) for name in kind.processes]] = kind.share
        found.append(replace(kind, processes=names, share=share))
    return tuple(found)
