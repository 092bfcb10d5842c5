"""Diffusive cooling: a trapped vector must not carry more energy outward than the neutrinos do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays
from feebly.arrays import Array
from feebly.decays import Fip
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.errors import InvalidValueError
from feebly.models import Model, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import check_options, choices, refused
from feebly.probes.sn_cooling import RAFFELT, SupernovaCooling
from feebly.probes.star_source import Plasma
from feebly.provenance import Provenance
from feebly.rates import balance
from feebly.rates.base import RateTable, StellarProcess
from feebly.rates.stellar.charge_table import Charges, charges_at
from feebly.rates.stellar.plasma_mixing import absorption_at
from feebly.rates.stellar.plasma_rates import MODES, STATES, PlasmaMatter, PlasmaOptions, plasma_matter
from feebly.rates.stellar.polarisation import Mode
from feebly.rates.stellar.semi_compton import Compton
from feebly.signals import Signal
from feebly.statistics import Threshold
from feebly.transport import diffusive
from feebly.transport.diffusive import Diffusion, diffusion, panel_of, temperature_slope
from feebly.units import ERG, KM, SECOND

_OMITTED = (
    "escape from inside the sphere without collisions, and absorption outside it",
    "gravity: the flux is the local one",
    "feedback on the star",
)


@dataclass(frozen=True, slots=True)
class DiffusionResponse:
    """Energy that one trapped particle carries through a sphere in one star, for any coupling."""

    flow: Diffusion
    window: tuple[float, float] | None  # criterion, MeV^2, and neutrinosphere, MeV^-1
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Energy per time at the couplings (G,) [MeV^2]; zero without coupling, where nothing is trapped."""
        g = checked_scale(scale)
        valid = np.ones(g.shape, dtype=bool)
        if self.window is not None:
            allowed, outer = self.window
            bound = self.flow.coupling(allowed)
            # A bound is the coupling at which the flux meets the criterion: without it the window alone would exclude.
            valid = self.flow.applies(g, outer) & self.flow.applies(bound, outer)
        return Signal(
            scale=g,
            value=self.flow.luminosity(g),
            quantity="luminosity",
            unit="MeV^2",
            valid=valid,
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class DiffusiveFlux:
    """Limit from the energy that a trapped vector carries down the temperature gradient of a star.

    Parameters
    ----------
    star : a star with a smooth temperature; the toy star raffelt if not given.
    limit_erg_per_s : largest allowed luminosity.
    radius_km : sphere through which the energy flows.
    window : "on" demands that the mean free path is shorter than the radius and longer than the way to the
        neutrinosphere; "off" does not.
    spin : "physical" counts the three polarisations; "printed" one, as in the paper. Both take the mean free path of one.
    compton, plasma : see `feebly.probes.star_source.StarSource`.

    Notes
    -----
    The flux falls as 1/g^2: couplings below a bound are excluded, down to where the mean free path exceeds the radius
    (edge "validity"). If the bound itself lies outside the window there is no valid bound, and nothing is excluded.
    Source: blinov-lmu-ltau, Eqs. (8), (9). Differs from it: three polarisations; see `transport.diffusive`.
    Valid for: `window`; a snapshot of the star.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = DiffusiveFlux(window="off", compton="nr")
    >>> flux = probe.prepare(lmu_ltau(), 10.0).evaluate([1.623e-7])
    >>> f"{flux.value[0] / (ERG / SECOND):.2e} erg/s"
    '4.40e+52 erg/s'
    """

    name: ClassVar[str] = "sn-diffusive-flux"
    title: ClassVar[str] = "SN 1987A diffusive cooling"
    quantity: ClassVar[str] = "luminosity"
    practical_unit: ClassVar[tuple[str, float]] = ("erg/s", ERG / SECOND)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    star: StarProfile | None = None
    limit_erg_per_s: float = 3e52
    radius_km: float = 20.0
    window: Literal["on", "off"] = "on"
    spin: balance.Spin = "physical"
    compton: Compton = "full"
    plasma: Plasma = "auto"
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)
        outer = self.place.neutrinosphere
        if not self.radius_km * KM <= outer * (1 + 1e-12):
            raise InvalidValueError(
                f"radius_km is {self.radius_km:g}, outside the neutrinosphere of '{self.place.name}' (0 to {outer / KM:g} km)."
            )
        temperature_slope(self.place, self.radius_km * KM)  # refuses a star without gradient

    def __repr__(self) -> str:
        return (
            f"DiffusiveFlux(star={self.place.name!r}, radius_km={self.radius_km:g}, window={self.window!r})"
        )

    @cached_property
    def place(self) -> StarProfile:
        """The star: the given one, or raffelt."""
        return raffelt() if self.star is None else self.star

    @property
    def rule(self) -> Threshold:
        """ln(L / L_allowed) > 0 is excluded; an argument without a confidence level."""
        return Threshold(
            allowed=self.limit_erg_per_s * ERG / SECOND,
            unit="MeV^2",
            provenance=Provenance(
                sources=RAFFELT,
                choices=frozenset({("allowed luminosity", f"{self.limit_erg_per_s:.4g} erg/s")}),
            ),
        )

    @cached_property
    def provenance(self) -> Provenance:
        options = ("radius_km", "window", "spin")
        recipe = self.based_on.provenance if self.based_on is not None else Provenance()
        stated = Provenance(
            diffusive.SOURCES | balance.SOURCES,
            frozenset(),
            choices(self, self.place, options),
            frozenset(_OMITTED),
        )
        return self.place.provenance | self.rule.provenance | recipe | stated

    def supports(self, model: Model) -> Support:
        """As for ballistic cooling of vectors: the same processes absorb."""
        if not isinstance(model, VectorCurrent):
            offered = ", ".join(offers(model)) or "nothing"
            return Support(False, f"It needs: VectorCurrent. The model offers: {offered}.")
        return self._ballistic.supports(model)

    def prepare(self, model: Model, mass: float) -> DiffusionResponse:
        """Mean free path and flux for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if no process applies to the model in this star.
        OutOfDomainError
            for a mass at which nothing absorbs, or whose widths are not available.
        """
        support = self.supports(model)
        if not support.ok or not isinstance(model, VectorCurrent):
            raise refused(self.name, model, support.why)
        fip = decays.of(model, mass, hadrons=False)
        if self._ballistic.in_plasma(model):
            flow, stated = self._in_plasma(model, fip)
        else:
            flow, stated = self._averaged(model, fip, support)
        provenance = (
            self.provenance | fip.provenance | stated | Provenance(omitted=frozenset(support.omitted))
        )
        window = (self.rule.allowed, self.place.neutrinosphere) if self.window == "on" else None
        return DiffusionResponse(flow, window, provenance)

    def _averaged(self, model: VectorCurrent, fip: Fip, support: Support) -> tuple[Diffusion, Provenance]:
        """Polarisations averaged, without plasma."""
        active = [process for process in self._ballistic.processes() if process.name in support.used]
        flow = diffusion(
            lambda medium, energy: _rates(model, fip, active, medium, energy),
            self.place,
            self.radius_km * KM,
            fip.mass,
            fip.power,
            states=balance.VECTOR_STATES if self.spin == "physical" else 1,
        )
        stated = Provenance()
        for process in active:
            stated = stated | process.provenance
        return flow, stated

    def _in_plasma(self, model: VectorCurrent, fip: Fip) -> tuple[Diffusion, Provenance]:
        """Each polarisation with its own mean free path."""
        charges = charges_at(model, fip.mass)
        flows = []
        for mode in MODES:
            rates = partial(_mode_rates, mode, charges, fip.mass, self._matter)
            states = STATES[mode]
            flows.append(
                diffusion(rates, self.place, self.radius_km * KM, fip.mass, fip.power, states=states)
            )
        return flows[0] + flows[1], self._matter.options.provenance

    @cached_property
    def _matter(self) -> PlasmaMatter:
        """The plasma at the radius, which stands twice: a cell without width."""
        radius = self.radius_km * KM
        return plasma_matter(
            self.place.sample([radius, radius], panel=panel_of(self.place, radius)),
            PlasmaOptions(compton="off" if self.compton == "off" else "on"),
        )

    @cached_property
    def _ballistic(self) -> SupernovaCooling:
        return SupernovaCooling(star=self.place, compton=self.compton, lapse="off", plasma=self.plasma)


def _mode_rates(
    mode: Mode, charges: Charges, mass: float, matter: PlasmaMatter, medium: Medium, energy: Array
) -> RateTable:
    """Absorption of one state of one mode at a radius (1, W)."""
    absorbed = absorption_at(mode, charges, mass, np.repeat(energy, 2, axis=0), matter)[:1]
    return RateTable(medium.radius, energy, np.zeros_like(energy), absorbed)


def _rates(
    model: VectorCurrent, fip: Fip, active: list[StellarProcess], medium: Medium, energy: Array
) -> RateTable:
    reduced = {process.name: process.reduced_absorption(model, fip, medium, energy) for process in active}
    return balance.rate_table(reduced, medium, energy)
