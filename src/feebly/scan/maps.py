"""A signal over masses and couplings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

import feebly
from feebly.arrays import Array, Mask
from feebly.errors import InvalidValueError
from feebly.limits.progress import Progress, reporting
from feebly.limits.solver import checked_masses
from feebly.limits.status import FAILURES, failure
from feebly.models import Model
from feebly.probes.base import Probe, require
from feebly.provenance import Provenance
from feebly.signals import Flux

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SignalMap:
    """A signal at masses (M,) and couplings (G,), in a practical unit.

    Parameters
    ----------
    value, score : (M, G); the score is positive where excluded and -inf where there is no signal. Both
        are NaN at masses whose status is not "ok".
    valid : (M, G), False where an approximation ends.
    parts : process -> (M, G), in the same unit.
    spectrum_energy, spectrum : (M, W) energies [MeV] and (M, G, W) differential emission d2N/dE dt
        [dimensionless in natural units; per MeV and second in files], if asked for; else None.
    """

    probe: str
    model: str
    scale_name: str
    mass: Array
    scale: Array
    quantity: str
    unit: str
    value: Array
    score: Array
    valid: Mask
    parts: dict[str, Array]
    status: tuple[str, ...]
    message: tuple[str, ...]
    provenance: Provenance
    version: str
    spectrum_energy: Array | None = field(default=None)
    spectrum: Array | None = field(default=None)

    def __repr__(self) -> str:
        return f"SignalMap({self.probe!r} on {self.model!r}, {self.mass.size} masses, {self.scale.size} couplings)"

    def plot(self) -> Figure:
        """Signal against the coupling, one line per mass, with the allowed value (matplotlib)."""
        from feebly.plot import signal_figure

        return signal_figure(self)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the file contract."""
        from feebly.export import signal_document

        return signal_document(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per mass and coupling."""
        from feebly.export import signal_frame

        return signal_frame(self)

    def to_xarray(self) -> xarray.Dataset:
        """Dataset over (mass_mev, scale)."""
        from feebly.export import signal_dataset

        return signal_dataset(self)


def _stack(rows: Sequence[Array | None]) -> Array | None:
    """Rows of equal shape as one array, NaN where a mass failed; None if there are none."""
    known = [row for row in rows if row is not None]
    if not known:
        return None
    return np.array([np.full_like(known[0], np.nan) if row is None else row for row in rows])


def _blank(value: Array, status: Sequence[str]) -> Array:
    """A part that is zero so far, and NaN where the calculation failed."""
    part = np.zeros_like(value)
    part[[text != "ok" for text in status]] = np.nan
    return part


def signal_map(
    probe: Probe,
    model: Model,
    mass: Sequence[float] | Array,
    scale: Sequence[float] | Array,
    *,
    spectrum: bool = False,
    progress: Progress = None,
) -> SignalMap:
    """Evaluate a probe at masses (M,) [MeV] and couplings (G,).

    Parameters
    ----------
    spectrum : also the differential emission, for probes that have one.

    Raises
    ------
    UnsupportedModelError
        if the probe cannot answer for the model.
    InvalidValueError
        for masses or couplings that make no sense.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> from feebly.probes import SupernovaCooling
    >>> table = signal_map(SupernovaCooling(compton="off", lapse="off"), lmu_ltau(), [100.0], [1e-10])
    >>> table.unit, bool(table.score[0, 0] < 0)
    ('erg/s', True)
    """
    masses = checked_masses(mass)
    g = np.atleast_1d(np.asarray(scale, dtype=float))
    if g.size == 0 or not np.all(np.isfinite(g) & (g >= 0)):
        raise InvalidValueError(
            "Couplings must be zero or positive and finite, for example --scale 1e-10,1e-9."
        )
    support = require(probe, model)
    spectral = getattr(probe, "spectrum", None)
    if spectrum and spectral is None:
        raise InvalidValueError(f"{probe.name} has no spectrum.")
    unit, size = probe.practical_unit
    value, score = np.full((2, masses.size, g.size), np.nan)
    valid = np.zeros((masses.size, g.size), dtype=bool)
    parts: dict[str, Array] = {}
    status, message = ["ok"] * masses.size, [""] * masses.size
    spectra: list[Flux | None] = [None] * masses.size
    provenance = probe.provenance | model.provenance | Provenance(omitted=frozenset(support.omitted))
    with reporting(progress, f"{probe.name} {model.name}") as step:
        for row, m in enumerate(masses):
            try:
                response = probe.prepare(model, float(m))
                signal = response.evaluate(g)
                value[row], score[row], valid[row] = (
                    signal.value / size,
                    probe.rule.score(signal),
                    signal.valid,
                )
                for name, part in signal.parts.items():
                    parts.setdefault(name, _blank(value, status))[row] = part / size
                provenance = provenance | signal.provenance
                if spectrum and spectral is not None:
                    spectra[row] = spectral(model, float(m), g)
            except FAILURES as error:
                status[row], message[row] = failure(error)
                valid[row] = False
                for values in (value, score, *parts.values()):
                    values[row] = np.nan
            step(row + 1, masses.size)
    return SignalMap(
        probe=probe.name,
        model=model.name,
        scale_name=model.scale.name,
        mass=masses,
        scale=g,
        quantity=probe.quantity,
        unit=unit,
        value=value,
        score=score,
        valid=valid,
        parts=parts,
        status=tuple(status),
        message=tuple(message),
        provenance=provenance,
        version=feebly.__version__,
        spectrum_energy=_stack([None if s is None else s.energy for s in spectra]),
        spectrum=_stack([None if s is None else s.value for s in spectra]),
    )
