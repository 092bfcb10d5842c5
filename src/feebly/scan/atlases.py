"""All limits on a model, or on a family of models, in one object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from feebly import registry
from feebly.arrays import Array, Mask
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.limits import Limit, solve_family
from feebly.limits.progress import Progress
from feebly.models import Model
from feebly.probes.base import Probe

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Atlas:
    """Limits of several probes on several models; `refused` tells who could not answer, and why."""

    limits: tuple[Limit, ...]
    refused: tuple[tuple[str, str, str], ...]

    def where(self, *, model: str | None = None, probe: str | None = None) -> Atlas:
        """The part of the atlas for one model or probe."""
        chosen = tuple(x for x in self.limits if model in (None, x.model) and probe in (None, x.probe))
        return Atlas(
            chosen, tuple(r for r in self.refused if probe in (None, r[0]) and model in (None, r[1]))
        )

    def excluded(self, model: str, mass_index: int, scale: Sequence[float] | Array) -> Mask:
        """Whether couplings (G,) are excluded by any probe at one mass of a model."""
        hits = [limit.contains(mass_index, scale) for limit in self.limits if limit.model == model]
        return np.asarray(np.any(hits, axis=0) if hits else np.zeros(np.size(scale), dtype=bool))

    def plot(self) -> Figure:
        """One figure with all limits (matplotlib)."""
        from feebly.plot import limit_figure

        return limit_figure(self.limits)

    def save(self, path: str | Path) -> Path:
        """Write JSON, HTML or a figure, by the ending of the path."""
        from feebly.export import save

        return save(self, path)


def atlas(
    *,
    models: Sequence[Model],
    mass: Sequence[float] | Array,
    probes: Sequence[str | Probe] | None = None,
    scale_range: tuple[float, float] | None = None,
    progress: Progress = None,
) -> Atlas:
    """Limits of probes (names or objects; all registered ones if not given) on models at masses (M,) [MeV].

    Raises
    ------
    UnsupportedModelError
        if no probe can answer for any model.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> from feebly.probes import SupernovaCooling
    >>> found = atlas(models=[lmu_ltau()], mass=[100.0], probes=[SupernovaCooling(compton="off")])
    >>> [limit.probe for limit in found.limits]
    ['sn-cooling']
    """
    if isinstance(probes, str) or not isinstance(models, Sequence):
        raise InvalidValueError("An atlas takes lists: models=[lmu_ltau()], probes=['sn-cooling'].")
    if not models:
        raise InvalidValueError("An atlas needs at least one model.")
    names = probes if probes is not None else registry.names("probe")
    chosen: list[Probe] = [registry.find("probe", p)() if isinstance(p, str) else p for p in names]
    limits: list[Limit] = []
    refused: list[tuple[str, str, str]] = []
    for probe in chosen:
        able: list[Model] = []
        for model in models:
            support = probe.supports(model)
            if support.ok:
                able.append(model)
            else:
                why = f"{probe.name} cannot answer for model '{model.name}'.\n  {support.why}"
                refused.append((probe.name, model.name, why))
        if able:
            limits += solve_family(probe, able, mass, scale_range=scale_range, progress=progress)
    if not limits:
        raise UnsupportedModelError("No probe can answer.\n  " + "\n  ".join(text for _, _, text in refused))
    return Atlas(tuple(limits), tuple(refused))
