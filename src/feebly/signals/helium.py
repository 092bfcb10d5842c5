"""Helium from the first minutes: its mass fraction for a thermal history, and what measurements allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.particle_data import Measured
from feebly.provenance import Provenance, Source
from feebly.rates.nucleosynthesis.nuclear import Compilation
from feebly.rates.nucleosynthesis.weak import WeakRates
from feebly.signals.light_nuclei import ThermalHistory, light_nuclei

_MEASURED: Final = "nucleosynthesis/helium_measurements.csv"
_RULES: Final = "nucleosynthesis/helium_rules.toml"


def helium_fraction(
    history: ThermalHistory,
    weak: WeakRates | None = None,
    *,
    density: float | None = None,
    compilation: Compilation = "recent",
) -> float:
    """Primordial helium mass fraction Y_p of a thermal history; see `light_nuclei`."""
    return light_nuclei(history, weak, density=density, compilation=compilation).helium_fraction


@dataclass(frozen=True, slots=True)
class HeliumRule:
    """When a helium fraction is excluded: outside `centre` +- `allowed`, on either side.

    Parameters
    ----------
    name : of the rule.
    centre : mass fraction; None for the prediction without new particles.
    allowed : largest distance from it.
    level : confidence level, or None for a window that a paper states.
    """

    name: str
    centre: float | None
    allowed: float
    level: float | None
    provenance: Provenance = field(repr=False)

    def score(self, fraction: Array | float, standard: float) -> Array:
        """ln(|fraction - centre| / allowed) (G,), positive where excluded; `standard` is Y_p without new particles.

        >>> helium_rule("esseili").score(np.array([0.247, 0.263]), 0.247).round(3).tolist()
        [-inf, 0.693]
        """
        distance = np.abs(np.asarray(fraction, float) - (standard if self.centre is None else self.centre))
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(distance / self.allowed))


def helium_measurements() -> dict[str, Measured]:
    """Measured primordial helium mass fractions by name.

    >>> helium_measurements()["lbt"]
    Measured(value=0.2458, uncertainty=0.0013)
    """
    rows = embedded.load(_MEASURED).rows()
    return {row["name"]: Measured(float(row["mass_fraction"]), float(row["standard_error"])) for row in rows}


def helium_rule(name: str = "lbt", *, level: float = 0.95) -> HeliumRule:
    """A rule by name: that of a measurement at a confidence level, or the window of a paper.

    Parameters
    ----------
    name : `lbt` (default) or `empress`, two-sided Gaussian with the errors of measurement and prediction in
        quadrature; `esseili`, a stated distance from the prediction without new particles.
    level : confidence level of a measurement.

    Raises
    ------
    UnknownNameError
        for another name.

    Examples
    --------
    >>> rule = helium_rule()
    >>> rule.centre, round(rule.allowed, 5)
    (0.2458, 0.00258)
    """
    table, measured = embedded.load(_RULES), embedded.load(_MEASURED)
    rules = table.table()
    shifts: dict[str, float] = rules["shift"]
    values = helium_measurements()
    if name in shifts:
        return HeliumRule(name, None, float(shifts[name]), None, table.provenance)
    if name not in values:
        raise UnknownNameError("rule on helium", name, (*values, *shifts))
    if not 0 < level < 1:
        raise InvalidValueError(
            f"The confidence level is {level:g}; it must lie between 0 and 1, such as 0.95."
        )
    error = float(np.hypot(values[name].uncertainty, rules["theory_error"]))
    source = next(row["source"] for row in measured.rows() if row["name"] == name)
    made = (
        Provenance(sources=frozenset({Source(source, "abstract")})) | measured.provenance | table.provenance
    )
    return HeliumRule(name, values[name].value, NormalDist().inv_cdf((1 + level) / 2) * error, level, made)
