"""A limit is a set of excluded intervals of the coupling at each mass, with the nature of each edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from feebly.arrays import Array, Mask
from feebly.limits.status import STATUSES
from feebly.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    import pandas
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EDGES: Final = ("physical", "validity", "grid")
Kind = Literal["computed", "recast", "published", "projected"]
Verdict = Literal["excluded", "disfavoured", "indicative"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Limit:
    """Excluded couplings of one model by one probe.

    Parameters
    ----------
    mass : (M,) MeV.
    excluded : M arrays (n, 2) of coupling intervals; n = 0 is a result.
    edges : M tuples of n pairs out of "physical", "validity" (an approximation ends) and "grid" (the
        scanned range ends).
    status : M texts out of "ok", "refused", "out-of-domain", "not-converged".
    message : M texts: why there is no result, or where it is not valid if nothing is excluded; else empty.
    scale_range : scanned range of couplings.
    """

    probe: str
    model: str
    scale_name: str
    mass: Array
    excluded: tuple[Array, ...]
    edges: tuple[tuple[tuple[str, str], ...], ...]
    status: tuple[str, ...]
    message: tuple[str, ...]
    scale_range: tuple[float, float]
    kind: Kind
    verdict: Verdict
    level: float | None
    provenance: Provenance
    version: str

    def __repr__(self) -> str:
        return f"Limit({self.probe!r} on {self.model!r}, {self.mass.size} masses, {sum(map(len, self.excluded))} intervals)"

    def contains(self, mass_index: int, scale: Sequence[float] | Array) -> Mask:
        """Whether couplings (G,) are excluded at one of the masses."""
        g = np.asarray(scale, dtype=float)
        inside = [(low <= g) & (g <= high) for low, high in self.excluded[mass_index]]
        return np.asarray(np.any(inside, axis=0) if inside else np.zeros(g.shape, dtype=bool))

    @property
    def config_sha256(self) -> str:
        """Hash of what was asked for: probe, model, masses, range, choices, data and version."""
        asked = {
            "probe": self.probe,
            "model": self.model,
            "mass": self.mass.tolist(),
            "scale_range": list(self.scale_range),
        }
        return self.provenance.config_sha256(asked, self.version)

    def explain(self) -> str:
        """Assumptions, sources, data with hashes, choices and omissions, as text."""
        counts = {name: self.status.count(name) for name in STATUSES if name in self.status}
        touched = sorted({edge for row in self.edges for pair in row for edge in pair})
        lines = [
            f"{self.probe} on {self.model}: {self.verdict}, {self.kind}, "
            + (f"level {self.level:g}" if self.level is not None else "no confidence level"),
            (
                f"{self.mass.size} masses from {self.mass.min():g} to {self.mass.max():g} MeV; "
                if self.mass.size > 1
                else f"at {self.mass[0]:g} MeV; "
            )
            + ", ".join(f"{count} {name}" for name, count in counts.items()),
            f"{self.scale_name} scanned from {self.scale_range[0]:g} to {self.scale_range[1]:g}; "
            f"kinds of edges: {', '.join(touched) or 'none, nothing is excluded'}",
        ]
        open_ends = sum(bool(row) and row[-1][1] == "grid" for row in self.edges)
        if open_ends:
            lines.append(
                f"Note: at {open_ends} {'mass' if open_ends == 1 else 'masses'} the region is open: excluded up to the end of the scan (edge 'grid')."
            )
        lines += sorted({f"Note: {text}" for text in self.message if text})
        return "\n".join([*lines, "", self.provenance.explain()])

    def cite(self) -> str:
        """BibTeX of everything that was used."""
        return self.provenance.cite()

    # The faces below live further down the line and are loaded only when asked for.

    def plot(self, axes: Axes | None = None) -> Figure:
        """Figure of the excluded region (matplotlib), in `axes` of your own if given; save it with ``.savefig``."""
        from feebly.plot import limit_figure

        return limit_figure([self], axes=axes)

    def save(self, path: str | Path) -> Path:
        """Write JSON, CSV, HEPData YAML, netCDF or a figure, by the ending of the path."""
        from feebly.export import save

        return save(self, path)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the file contract."""
        from feebly.export import limit_document

        return limit_document(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per interval: mass_mev, low, high, edges, status."""
        from feebly.export import limit_frame

        return limit_frame(self)

    def to_xarray(self) -> xarray.Dataset:
        """Intervals as arrays (mass, interval, side), padded with NaN."""
        from feebly.export import limit_dataset

        return limit_dataset(self)
