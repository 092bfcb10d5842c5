"""Self-scattering: where neutrinos of a star meet each other through a vector more often than they meet nucleons."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays
from feebly import species as sp
from feebly.arrays import Array
from feebly.decays import Fip
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.environments.shells import Shells, shells_of
from feebly.models import Model
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import check_options, provenance_of, refused
from feebly.probes.sn_coalescence_walk import refusal, walking_flavour, zones_of
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.coalescence import Kernel, NeutrinoCoalescence
from feebly.rates.stellar.nu_nucleon import Flux, KernelChoice, OpacityKernels, cached_kernels
from feebly.signals import Signal
from feebly.statistics import Threshold
from feebly.transport.random_walk import pair_walk

_SOURCES: Final = sources(("cerdeno-burst-duration", "Sec. IV.1, Eqs. (7), (13), (17), Fig. 3"))
_OMITTED: Final = (
    "exchange of X in the t channel: only pairs that make X on its mass shell",
    "blocking of final states; collisions between neutrinos without X",
)


@dataclass(frozen=True, slots=True)
class MeetingResponse:
    """Collisions between neutrinos over those with nucleons, for any coupling.

    `per_square` (K,) is the ratio per g^2 in each zone, `counted` the one that the choice of shells gives.
    """

    per_square: Array
    counted: float
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Ratio of the two rates at the couplings (G,)."""
        g = checked_scale(scale)
        return Signal(
            scale=g,
            value=self.counted * g**2,
            quantity="collisions with neutrinos over nucleons",
            unit="1",
            valid=np.ones(g.shape, dtype=bool),
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class SelfScattering:
    """Where nu nubar -> X -> nu nubar is more frequent than scattering on nucleons: no limit, an indication.

    Parameters
    ----------
    star : the star about one second after bounce.
    kernel : "detailed-balance" is the corrected rate; "printed" that of the paper.
    shell : "all" asks for it in all shells but the outermost at once, "any" in one of them; or the number of a shell.
    final : decays of X that count: to "all" neutrinos, or to the "same" flavour.
    flux : see `rates.stellar.nu_nucleon`.

    Notes
    -----
    <R> BR / <1/lambda> > 1, with <R> of `transport.random_walk.pair_walk` and <1/lambda> the mean over thermal neutrinos
    without chemical potential.
    Source: cerdeno-burst-duration, Eqs. (7), (13), (17), Fig. 3. Differs from it: the kernel, unless "printed".
    Valid for: narrow X. The flow of neutrinos out of the star does not change, as their momenta add up to the same.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> probe = SelfScattering(kernel="printed", shell="4")
    >>> value = probe.prepare(lmu_ltau(), 10.0).evaluate([2.19e-5]).value[0]
    >>> f"{value:.2f}"
    '1.00'
    """

    name: ClassVar[str] = "sn-self-scattering"
    title: ClassVar[str] = "supernova neutrinos meet"
    quantity: ClassVar[str] = "collisions with neutrinos over nucleons"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["indicative"]] = "indicative"

    star: StarProfile = field(default_factory=fischer18_1s)
    kernel: Kernel = "detailed-balance"
    shell: Literal["all", "any", "1", "2", "3", "4", "5", "6"] = "all"
    final: Literal["all", "same"] = "all"
    flux: Flux = "ee"
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)
        if self.shell not in ("all", "any"):
            zones_of(self.star, self.shell)

    def __repr__(self) -> str:
        return f"SelfScattering(star={self.star.name!r}, kernel={self.kernel!r}, shell={self.shell!r})"

    @property
    def rule(self) -> Threshold:
        """ln(ratio) > 0 is indicated; an argument without a confidence level."""
        return Threshold(1.0, "1", provenance=Provenance(sources=_SOURCES))

    @cached_property
    def provenance(self) -> Provenance:
        options = ("kernel", "shell", "final", "flux")
        return provenance_of(self, self.star, options, Provenance(_SOURCES, omitted=frozenset(_OMITTED)))

    def supports(self, model: Model) -> Support:
        """Every vector that couples to nu_mu or nu_tau."""
        flavour = walking_flavour(model)
        if flavour is None:
            return refusal(model)
        return Support(True, f"uses {flavour} {sp.anti(flavour)} -> X", ("neutrino coalescence",))

    def prepare(self, model: Model, mass: float) -> MeetingResponse:
        """Ratio of the rates in each zone for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model couples neither to nu_mu nor to nu_tau.
        OutOfDomainError
            if the star does not state its nucleons.
        """
        flavour = walking_flavour(model)
        if flavour is None:
            raise refused(self.name, model, self.supports(model).why)
        fip = decays.of(model, mass)
        channel = f"{flavour} {sp.anti(flavour)}"
        zones = self._zones
        walk = pair_walk(zones.radius, zones.temperature, fip, channel=channel, kernel=self.kernel)
        share = _share(fip, channel if self.final == "same" else None)
        ratio = walk.rate * share / self._inverse_length
        used = self._kernels.provenance | NeutrinoCoalescence(self.kernel).provenance
        return MeetingResponse(ratio, self._counted(ratio), self.provenance | fip.provenance | used)

    def _counted(self, ratio: Array) -> float:
        if self.shell in ("all", "any"):
            inner = ratio[: max(ratio.size - 1, 1)]
            return float(inner.min() if self.shell == "all" else inner.max())
        return float(ratio[int(self.shell) - 1])

    @cached_property
    def _zones(self) -> Shells:
        cut = "all" if self.shell in ("all", "any") else self.shell
        return shells_of(self.star, zones=zones_of(self.star, cut)[1:-1])

    @cached_property
    def _kernels(self) -> OpacityKernels:
        choice = KernelChoice(flavour="nu_mu", flux=self.flux, energy="thermal")
        return cached_kernels(self._zones, choice)

    @cached_property
    def _inverse_length(self) -> Array:
        """Thermal mean of 1/lambda (K,) of neutrinos without chemical potential [MeV]."""
        return self._kernels.standard()


def _share(fip: Fip, channel: str | None) -> float:
    """Branching ratio into one channel, or into all neutrinos."""
    if channel is not None:
        return fip.partial(channel) / float(fip.gamma.sum())
    return sum(fip.partial(f"{nu} {sp.anti(nu)}") for nu in sp.NEUTRINOS) / float(fip.gamma.sum())
