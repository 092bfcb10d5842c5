"""Helium: a new particle must not change what the first minutes leave of the neutrons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar, Final, Literal

from feebly.models import Model
from feebly.probes.universe_curve import Tolerance
from feebly.probes.universe_line import UniverseResponse, Window
from feebly.probes.universe_probe import UniverseProbe
from feebly.provenance import Provenance
from feebly.rates.nucleosynthesis.nuclear import Compilation
from feebly.signals.helium import HeliumRule, helium_fraction, helium_rule
from feebly.signals.light_nuclei import LightNuclei, light_nuclei

_TOLERANCE: Final = Tolerance(1e-4)


@dataclass(frozen=True)
class Helium(UniverseProbe):
    """Limit from the helium that nucleosynthesis leaves, Y_p.

    Parameters
    ----------
    measurement : "lbt" or "empress", two-sided at the confidence level `level`; "esseili" excludes a change of Y_p above
        0.008.
    compilation : nuclear rates, see `feebly.signals.light_nuclei`.
    ... : see `feebly.probes.universe_probe.UniverseProbe`.

    Notes
    -----
    The signal is the mass fraction Y_p, from the histories that give `n-eff`. The table over the coupling is good to 1e-4;
    couplings="exact" does without it.
    Source: esseili-kribs-chargephobic, Sec. 5.1. Differs from it: a network of reactions, measurements of today.
    Valid for: the density of baryons that the CMB sees, whatever the particle does to it; decays after nucleosynthesis
    that break no nuclei.

    Examples
    --------
    >>> from feebly.models import chargephobic
    >>> probe = Helium(couplings="exact")
    >>> signal = probe.prepare(chargephobic(), 1.5).evaluate([1e-10])
    >>> round(float(signal.parts["standard model"][0]), 3), round(float(signal.value[0]), 3)
    (0.247, 0.255)
    """

    name: ClassVar[str] = "y-p"
    title: ClassVar[str] = "helium (BBN)"
    quantity: ClassVar[str] = "helium mass fraction"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    measurement: Literal["lbt", "empress", "esseili"] = "lbt"
    level: float = 0.95
    compilation: Compilation = "recent"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._window()

    def _window(self) -> HeliumRule:
        return helium_rule(self.measurement, level=self.level)

    @cached_property
    def standard(self) -> LightNuclei:
        """Nuclei without new particles."""
        return light_nuclei(self.evolution.standard, compilation=self.compilation)

    @property
    def rule(self) -> Window:
        """ln(distance / allowed) > 0 is excluded, on either side."""
        window = self._window()
        centre = self.standard.helium_fraction if window.centre is None else window.centre
        return Window(centre, window.allowed, window.allowed, window.level, window.provenance)

    @property
    def provenance(self) -> Provenance:
        """Plasma, options, nuclear rates and criterion."""
        return self.stated | self._window().provenance | self.standard.provenance

    def prepare(self, model: Model, mass: float) -> UniverseResponse:
        """Everything that does not depend on the coupling, for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model is no vector, no majoron and not in equilibrium.
        InvalidValueError, OutOfDomainError
            for a mass that is not one positive number, is too light, or where widths are not available.
        """
        helium = partial(helium_fraction, compilation=self.compilation)
        return self.response(
            self.line(model, mass),
            helium,
            self.quantity,
            _TOLERANCE,
            with_standard=True,
            made=self.standard.provenance,
        )
