"""Partial widths of one model over masses, with their theory errors, files and figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import feebly
from feebly import species as sp
from feebly.arrays import Array, Mask
from feebly.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    import pandas
    import xarray
    from matplotlib.figure import Figure

CHARGED_LEPTONS: Final = tuple(f"{lepton} {sp.anti(lepton)}" for lepton in sp.LEPTONS)
_CHARGED: Final = (*sp.LEPTONS, *(sp.anti(lepton) for lepton in sp.LEPTONS))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Widths:
    """Partial widths of one model over an array of masses.

    Parameters
    ----------
    mass : (M,) MeV.
    channels : (C,) all channels open somewhere.
    gamma : (C, M) MeV per unit scale**power.
    error : (C, M) theory error of each, MeV per unit scale**power; 0 for leptons unless the charges run.
    total_error : (M,) theory error of the sum.
    masked : (M,) True near narrow quarkonia, which the width leaves out.
    version : of the feebly that computed them.
    scale_name : the coupling that is 1: that of the model, or ``epsilon`` for g/e.
    """

    model: str
    mass: Array
    channels: tuple[str, ...]
    gamma: Array
    error: Array
    total_error: Array
    masked: Mask
    power: int
    provenance: Provenance
    version: str = feebly.__version__
    scale_name: str = "g"

    def __repr__(self) -> str:
        return f"Widths({self.model!r}, {self.mass.size} masses, {len(self.channels)} channels)"

    @property
    def per_scale(self) -> str:
        """What the widths are per unit of: ``g^2``, ``|U|^2``."""
        return self.scale_name if self.power == 1 else f"{self.scale_name}^{self.power}"

    @property
    def total(self) -> Array:
        """Total width (M,) per unit scale**power [MeV]."""
        return np.asarray(self.gamma.sum(axis=0))

    @property
    def leptonic(self) -> Array:
        """Width (M,) to charged leptons without hadrons per unit scale**power [MeV]."""
        return self._sum(is_charged_lepton)

    @property
    def neutrinos(self) -> Array:
        """Width (M,) to neutrinos of all flavours per unit scale**power [MeV]."""
        return self._sum(is_neutrino)

    @property
    def hadronic(self) -> Array:
        """Width (M,) to everything else, hadrons with or without photons, per unit scale**power [MeV]."""
        return self._sum(is_hadronic)

    @property
    def branching(self) -> Array:
        """Branching ratios (C, M)."""
        return self.share(self.gamma)

    @property
    def branching_error(self) -> Array:
        """Theory errors (C, M) of the branching ratios."""
        return self.share_error(self.gamma, self.error)

    def partial(self, channel: str) -> Array:
        """Width (M,) of one channel per unit scale**power [MeV]; 0 for a channel that is not open."""
        return (
            self.gamma[self.channels.index(channel)] if channel in self.channels else np.zeros(self.mass.size)
        )

    def share(self, gamma: Array) -> Array:
        """What widths (..., M) are of the total; 0 where nothing is open."""
        total = np.broadcast_to(self.total, gamma.shape)
        return np.divide(gamma, total, out=np.zeros_like(gamma), where=total > 0)

    def share_error(self, gamma: Array, error: Array) -> Array:
        """Errors (..., M) of the shares of widths (..., M) with these errors in the total.

        Notes
        -----
        With B = gamma / T and the rest of the total independent, of error r: (T dB)^2 = [(1 - B) error]^2 +
        (B r)^2, r^2 = total_error^2 - error^2, to first order in the errors.
        """
        share = self.share(gamma)
        rest = np.sqrt(np.maximum(self.total_error**2 - error**2, 0.0))
        return self.share(np.hypot((1 - share) * error, share * rest))

    def _sum(self, belongs: Callable[[str], bool]) -> Array:
        chosen = [belongs(channel) for channel in self.channels]
        return np.asarray(self.gamma[np.array(chosen, dtype=bool)].sum(axis=0))

    def explain(self) -> str:
        """Range, theory error, sources, data, choices and omissions, as text."""
        lines = [
            f"{self.model}: partial widths per unit {self.per_scale}, {len(self.channels)} channels",
            f"{self.mass.size} masses from {self.mass.min():g} to {self.mass.max():g} MeV",
        ]
        relative = self.share(self.total_error)
        worst = int(np.argmax(relative))
        if relative[worst] > 0:
            lines.append(
                f"Theory error of the total: {np.median(relative[relative > 0]):.1%} in the median of the masses "
                f"with hadrons, at most {relative[worst]:.1%} (at {self.mass[worst]:.4g} MeV)"
            )
        if self.masked.any():
            lines.append(
                f"Note: {self.masked.sum()} masses lie near narrow quarkonia, which the widths leave out ('masked')."
            )
        return "\n".join([*lines, "", self.provenance.explain()])

    def cite(self) -> str:
        """BibTeX of everything that was used."""
        return self.provenance.cite()

    # The faces below live further down the line and are loaded only when asked for.

    def plot(self, channels: str | Sequence[str] | None = None, *, errors: bool = True) -> Figure:
        """Figure of the branching ratios (matplotlib); save it with ``.savefig``.

        Parameters
        ----------
        channels : charged leptons, neutrinos and hadrons if not given; "hadrons" for the largest hadronic
            channels; or names of channels.
        errors : whether to draw the theory errors as bands.
        """
        from feebly.plot import width_figure

        return width_figure(self, channels, errors=errors)

    def save(self, path: str | Path) -> Path:
        """Write JSON, CSV, netCDF or a figure, by the ending of the path."""
        from feebly.export import save

        return save(self, path)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the file contract."""
        from feebly.export import widths_document

        return widths_document(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per mass and channel: mass_mev, channel, width_mev_per_scale, error, branching, masked."""
        from feebly.export import widths_frame

        return widths_frame(self)

    def to_xarray(self) -> xarray.Dataset:
        """Dataset over (channel, mass_mev)."""
        from feebly.export import widths_dataset

        return widths_dataset(self)


def is_charged_lepton(channel: str) -> bool:
    """Whether a channel has charged leptons, and besides them neutrinos at most.

    >>> is_charged_lepton("mu- mu+"), is_charged_lepton("e- mu+ nu_mu"), is_charged_lepton("e- pi+")
    (True, True, False)
    """
    others = [word for word in channel.split() if not word.startswith("nu")]
    return bool(others) and all(word in _CHARGED for word in others)


def is_neutrino(channel: str) -> bool:
    """Whether a channel has neutrinos only.

    >>> is_neutrino("nu_e nu_e~"), is_neutrino("n n~"), is_neutrino("pi0 nu_e")
    (True, False, False)
    """
    return all(word.startswith("nu") for word in channel.split())


def is_hadronic(channel: str) -> bool:
    """Whether a channel has hadrons.

    >>> is_hadronic("pi0 gamma"), is_hadronic("e- e+")
    (True, False)
    """
    return not (is_charged_lepton(channel) or is_neutrino(channel))
