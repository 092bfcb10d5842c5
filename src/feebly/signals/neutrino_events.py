"""Events that a fluence of neutrinos makes in a detector, as one matrix per detector and reaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from feebly.arrays import Array
from feebly.constants import ELECTRON_MASS
from feebly.decays.spectra import FLAVOURS
from feebly.environments.detector import Detector
from feebly.errors import InvalidValueError
from feebly.math.quadrature import panels
from feebly.provenance import Provenance
from feebly.rates.scattering import channels as reactions
from feebly.rates.scattering import ibd
from feebly.rates.scattering.channels import Channel, Positron
from feebly.rates.scattering.oxygen import MATCHED, FinalState, Oxygen
from feebly.signals import Signal

Channels = Literal["all", "electron", "ibd"]
_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": reactions.ALL,
    "electron": (reactions.PROTON, *reactions.OXYGEN),
    "ibd": (reactions.PROTON,),
}
_PER_CELL: Final = 4


@dataclass(frozen=True, slots=True)
class EventSignal(Signal):
    """Expected events, with `rise` (G,) of -2 ln L of what was seen; empty where only their number counts."""

    rise: Array = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Linear map of a fluence on energies (N,) to events of one detector.

    energy : (N,) MeV.
    total : channel -> (N,) events in the window per fluence at each energy, MeV^-1.
    density : channel -> (N, J) events per reconstructed energy at `at` (J,), MeV^-2.
    binned : channel -> (N, B) events in the bins between `edges` (B + 1,), MeV^-1.
    flavour : channel -> row of the fluence.

    Between the energies the fluence is taken as linear, and outside as zero.
    """

    energy: Array
    flavour: Mapping[str, int]
    total: Mapping[str, Array]
    at: Array
    density: Mapping[str, Array]
    edges: Array
    binned: Mapping[str, Array]
    provenance: Provenance = field(default_factory=Provenance)

    def events(self, fluence: ArrayLike) -> dict[str, Array]:
        """Expected events in the window of each channel, (...) for fluences (..., 6, N) [MeV], no unit.

        The six rows are those of `FLAVOURS`.
        """
        return self._apply(fluence, self.total)

    def densities(self, fluence: ArrayLike) -> Array:
        """Expected events per reconstructed energy (..., J) [MeV^-1] at the energies `at`, all channels."""
        return self._sum(fluence, self.density)

    def spectrum(self, fluence: ArrayLike) -> Array:
        """Expected events (..., B) in the bins between `edges`, all channels."""
        return self._sum(fluence, self.binned)

    def number(self, fluence: ArrayLike) -> Array:
        """Expected events (...) in the window, all channels."""
        return self._sum(fluence, self.total)

    def _check(self, fluence: ArrayLike) -> Array:
        values = np.asarray(fluence, dtype=float)
        if values.shape[-2:] != (len(FLAVOURS), self.energy.size):
            raise InvalidValueError(
                f"A fluence is needed of {len(FLAVOURS)} flavours on {self.energy.size} energies, "
                f"(..., {len(FLAVOURS)}, {self.energy.size}), not {values.shape}."
            )
        return values

    def _apply(self, fluence: ArrayLike, kernel: Mapping[str, Array]) -> dict[str, Array]:
        values = self._check(fluence)
        return {name: np.asarray(values[..., self.flavour[name], :] @ k) for name, k in kernel.items()}

    def _sum(self, fluence: ArrayLike, kernel: Mapping[str, Array]) -> Array:
        values = self._check(fluence)
        merged = self.merged(kernel)
        rows = values.reshape(*values.shape[:-2], -1)
        return np.asarray(rows @ merged.reshape(rows.shape[-1], *merged.shape[2:]))

    def merged(self, kernel: Mapping[str, Array]) -> Array:
        """Sum of `total`, `density` or `binned` over the reactions, (6, N, ...) on the rows of the fluence."""
        found = np.zeros((len(FLAVOURS), self.energy.size, *next(iter(kernel.values())).shape[1:]))
        for name, k in kernel.items():
            found[self.flavour[name]] += k
        return found

    def by_reaction(self) -> Array:
        """Events in the window of each reaction per fluence, (6, N, C) on the rows of the fluence."""
        found = np.zeros((len(FLAVOURS), self.energy.size, len(self.total)))
        for c, (name, k) in enumerate(self.total.items()):
            found[self.flavour[name], :, c] = k
        return found


def response(
    detector: Detector,
    energy: ArrayLike,
    *,
    channels: Channels | Sequence[str] = "all",
    oxygen: Oxygen = "fermi-gas",
    final_state: FinalState = "ground",
    positron: Positron = "differential",
    at: ArrayLike = (),
    edges: ArrayLike = (),
) -> Response:
    """The map of fluences on `energy` (N,) [MeV], rising, to events of a detector.

    Parameters
    ----------
    channels : "all" that the detector sees, "electron" (those of nu_e and nu_e~ on nuclei), "ibd", or names.
    oxygen, final_state, positron : see `rates.scattering.channels.channel`.
    at : reconstructed energies (J,) where densities are wanted, such as those of events, MeV.
    edges : of bins of reconstructed energy (B + 1,), MeV.

    Raises
    ------
    InvalidValueError
        for energies that do not rise, or spectra of a detector with a sharp window of neutrino energies.

    Notes
    -----
    dN/dE' = live sum_targets n int dE F(E) int dE_e eff(E_e) G(E' - E_e; delta(E_e)) d sigma/dE_e, with the
    Gaussian G integrated over the window for totals.
    Source: akita-high-energy-neutrinos, Eqs. (57), (59). Differs from it: nothing.
    Valid for: Gaussian errors; efficiency as a function of the true energy.

    Examples
    --------
    >>> from feebly.environments.detector import detector
    >>> e = np.linspace(2.0, 60.0, 117)
    >>> found = response(detector("imb"), e, channels="ibd")
    >>> fluence = np.zeros((6, e.size))
    >>> list(found.events(fluence))
    ['nu_e~ p']
    """
    grid = np.asarray(energy, dtype=float)
    if grid.ndim != 1 or grid.size < 2 or not np.all(np.diff(grid) > 0) or grid[0] < 0:
        raise InvalidValueError("The neutrino energies must be at least two rising numbers in MeV.")
    where, bins = np.atleast_1d(np.asarray(at, dtype=float)), np.atleast_1d(np.asarray(edges, dtype=float))
    if detector.neutrino_window is not None and (where.size or bins.size):
        raise InvalidValueError(
            f"{detector.name} ({detector.variant}) counts neutrino energies in a sharp window and has no spectrum.\n"
            "  Use another variant for spectra."
        )
    names = _chosen(detector, channels)
    nodes, weights = _nodes(grid, detector)
    hats = _hats(grid, nodes)
    total: dict[str, Array] = {}
    density: dict[str, Array] = {}
    binned: dict[str, Array] = {}
    provenance = detector.provenance
    for name in names:
        reaction = reactions.channel(name, oxygen_model=oxygen, final_state=final_state, positron=positron)
        provenance = provenance | reaction.provenance
        light, counts = _electrons(detector, reaction, nodes, weights)
        total[name] = _collect(hats, _in_window(detector, light, counts), grid.size)
        if where.size:
            density[name] = _collect(hats, _densities(detector, light, counts, where), grid.size)
        if bins.size:
            below = _below(detector, light, counts, bins)
            binned[name] = _collect(hats, np.diff(below, axis=-1), grid.size)
    return Response(
        energy=grid,
        flavour={name: FLAVOURS.index(name.split()[0]) for name in names},
        total=total,
        at=where,
        density=density,
        edges=bins,
        binned=binned,
        provenance=provenance,
    )


def _chosen(detector: Detector, channels: Channels | Sequence[str]) -> tuple[str, ...]:
    if isinstance(channels, str):
        if channels not in _SETS:
            raise InvalidValueError(
                f"channels = '{channels}' is not known. Possible: {', '.join(_SETS)}, or a list of reactions."
            )
        wanted = _SETS[channels]
    else:
        wanted = tuple(channels)
        unseen = [name for name in wanted if name not in detector.channels]
        if unseen:
            raise InvalidValueError(
                f"{detector.name} does not see {', '.join(unseen)}. It sees: {', '.join(detector.channels)}."
            )
    found = tuple(name for name in wanted if name in detector.channels)
    if not found:
        raise InvalidValueError("No reaction is left; give at least one.")
    return found


def _nodes(grid: Array, detector: Detector) -> tuple[Array, Array]:
    """Neutrino energies (K,) and weights within the cells of the grid, broken where the physics begins."""
    starts = [ibd.threshold(), ibd.threshold("mu+"), MATCHED]
    low, high = detector.neutrino_window or (grid[0], grid[-1])
    inside = grid[(grid > low) & (grid < high)]
    breaks = [x for x in starts if max(low, grid[0]) < x < min(high, grid[-1])]
    ends = [max(low, grid[0]), min(high, grid[-1])]
    edges = np.unique(np.concatenate([inside, breaks, ends]))
    if edges.size < 2 or ends[0] >= ends[1]:
        raise InvalidValueError(
            f"The neutrino energies {grid[0]:g}-{grid[-1]:g} MeV miss the window {low:g}-{high:g} MeV of the detector."
        )
    return panels(edges, _PER_CELL)


def _hats(grid: Array, nodes: Array) -> tuple[NDArray[np.intp], Array]:
    """Cell (K,) of each node, and how far into it (K,)."""
    cell = np.clip(np.searchsorted(grid, nodes, side="right") - 1, 0, grid.size - 2)
    return cell, (nodes - grid[cell]) / np.diff(grid)[cell]


def _collect(hats: tuple[NDArray[np.intp], Array], values: Array, points: int) -> Array:
    """Values (K, ...) at the nodes gathered on the grid (N, ...) of a function linear between its points."""
    cell, share = hats
    share = share.reshape(-1, *(1,) * (values.ndim - 1))
    found = np.zeros((points, *values.shape[1:]))
    np.add.at(found, cell, values * (1 - share))
    np.add.at(found, cell + 1, values * share)
    return found


def _electrons(detector: Detector, channel: Channel, nodes: Array, weights: Array) -> tuple[Array, Array]:
    """Visible energies (K or 1, L) [MeV] and events seen at each per fluence (K, L) [MeV^-1], before smearing."""
    energy, sigma = channel.spectrum(nodes)
    targets = detector.number(channel.target) * detector.live_fraction
    counts = targets * weights[:, None] * sigma * detector.efficiency(energy)
    positron = channel.name.startswith("nu_e~") and channel.target != "e-"
    return energy + (ELECTRON_MASS if detector.annihilation and positron else 0.0), counts


def _in_window(detector: Detector, energy: Array, counts: Array) -> Array:
    if detector.neutrino_window is not None:
        return np.asarray(counts.sum(axis=-1))
    low, high = detector.window
    limits = np.array([low, high])
    return np.asarray(np.diff(_below(detector, energy, counts, limits), axis=-1)[:, 0])


def _below(detector: Detector, energy: Array, counts: Array, limits: Array) -> Array:
    """Events (K, X) with a reconstructed energy below the limits (X,), per fluence."""
    error = detector.resolution(energy)
    return np.stack([np.sum(counts * ndtr((x - energy) / error), axis=-1) for x in limits], axis=-1)


def _densities(detector: Detector, energy: Array, counts: Array, at: Array) -> Array:
    """Events per reconstructed energy (K, J) [MeV^-2 for a fluence in MeV]."""
    error = detector.resolution(energy)
    scaled = counts / (np.sqrt(2 * np.pi) * error)
    return np.stack(
        [np.sum(scaled * np.exp(-(((x - energy) / error) ** 2) / 2), axis=-1) for x in at], axis=-1
    )
