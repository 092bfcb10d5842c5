"""The effective number of neutrinos: a new particle must not change the energy in radiation too much."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar, Final, Literal

import numpy as np

from feebly import embedded
from feebly.errors import InvalidValueError
from feebly.models import Model
from feebly.probes.universe_curve import Tolerance
from feebly.probes.universe_line import UniverseResponse, Window
from feebly.probes.universe_probe import UniverseProbe
from feebly.provenance import Provenance, Source, sources
from feebly.transport.history import History

_MEASURED: Final = "cosmology/n_eff_measurements.csv"
_TOLERANCE: Final = Tolerance(1e-3, linear=0.4)


def n_eff(history: History) -> float:
    """Effective number of neutrinos at the end of a history."""
    return history.n_eff


@dataclass(frozen=True)
class EffectiveNeutrinos(UniverseProbe):
    """Limit from the effective number of neutrinos, N_eff, as the cosmic microwave background sees it.

    Parameters
    ----------
    criterion : "limit" excludes |change of N_eff| above `limit`; "planck", "desi" and "combined" compare N_eff with a
        measurement, two-sided at the confidence level `level`.
    limit : 0.4 as in esseili-kribs-chargephobic; its projection for the future is 0.05.
    ... : see `feebly.probes.universe_probe.UniverseProbe`.

    Notes
    -----
    The signal is N_eff minus that without the particle, of either sign. The table over the coupling is good to 0.001 up to
    a change of 0.4, and to 0.25 % above; couplings="exact" does without it.
    Source: esseili-kribs-chargephobic, Sec. 5.1, Eq. (32). Differs from it: see `Evolution`.
    Valid for: particles that are gone at 1 eV, or have less energy than radiation there; measurements that assume helium from nucleosynthesis, which the particle changes too.

    Examples
    --------
    >>> from feebly.models import dark_photon
    >>> probe = EffectiveNeutrinos(couplings="exact")
    >>> round(float(probe.prepare(dark_photon(), 15.0).evaluate([4e-10]).value[0]), 2)
    -0.14
    """

    name: ClassVar[str] = "n-eff"
    title: ClassVar[str] = "$N_{\\rm eff}$ (CMB)"
    quantity: ClassVar[str] = "change of N_eff"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    criterion: Literal["limit", "planck", "desi", "combined"] = "limit"
    limit: float = 0.4
    level: float = 0.95

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (np.isfinite(self.limit) and self.limit > 0):
            raise InvalidValueError(f"limit is {self.limit:g}; it must be positive and finite, such as 0.4.")
        if not 0 < self.level < 1:
            raise InvalidValueError(
                f"The confidence level is {self.level:g}; it must lie between 0 and 1, such as 0.95."
            )

    @property
    def rule(self) -> Window:
        """ln(distance / allowed) > 0 is excluded, on either side."""
        if self.criterion == "limit":
            stated = Provenance(sources=sources(("esseili-kribs-chargephobic", "Sec. 5.1")))
            return Window(0.0, self.limit, self.limit, provenance=stated)
        data = embedded.load(_MEASURED)
        row = next(row for row in data.rows() if row["name"] == self.criterion)
        wider = _sigmas(self.level) / _sigmas(float(row["level"]))
        return Window(
            centre=float(row["n_eff"]) - self.evolution.standard.n_eff,
            below=float(row["error_below"]) * wider,
            above=float(row["error_above"]) * wider,
            level=self.level,
            provenance=data.provenance | Provenance(sources=frozenset({Source(row["source"], "abstract")})),
        )

    @property
    def provenance(self) -> Provenance:
        """Plasma, options and criterion."""
        return self.stated | self.rule.provenance

    def prepare(self, model: Model, mass: float) -> UniverseResponse:
        """Everything that does not depend on the coupling, for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model is no vector, no majoron and not in equilibrium.
        InvalidValueError, OutOfDomainError
            for a mass that is not one positive number, is too light, or where widths are not available.
        """
        return self.response(
            self.line(model, mass), n_eff, self.quantity, _TOLERANCE, with_standard=False, heaviest=1.0
        )

    @property
    def projected(self) -> bool:
        """Whether the limit is one of the future: below what any measurement at hand excludes at 95 %."""
        rows = embedded.load(_MEASURED).rows()
        reached = min(float(row["error_above"]) / _sigmas(float(row["level"])) for row in rows) * _sigmas(
            0.95
        )
        return self.criterion == "limit" and self.limit < reached


def _sigmas(level: float) -> float:
    """Standard errors of a two-sided level; 68 % is one of them, as publications mean it."""
    return 1.0 if round(level, 2) == 0.68 else NormalDist().inv_cdf((1 + level) / 2)
