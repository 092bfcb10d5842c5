"""Coalescence walk: neutrinos that jump through the star as a vector boson must not empty it too soon."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import decays
from feebly import species as sp
from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s
from feebly.environments.shells import shells_of, zone_edges
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.models import Model, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, checked_scale
from feebly.probes.neutrino_opacity import check_options, provenance_of, refused
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.coalescence import Kernel, NeutrinoCoalescence, couples_to_charges
from feebly.rates.stellar.nu_nucleon import KernelChoice, cached_kernels
from feebly.signals import Signal
from feebly.statistics.shortfall import Shortfall
from feebly.transport.random_walk import PairWalk, pair_walk
from feebly.units import METRE, SECOND

_FLAVOURS: Final = ("nu_mu", "nu_tau")  # without chemical potential
_SOURCES: Final = sources(("cerdeno-burst-duration", "Sec. IV.2, Eqs. (18)-(23)"))
_OMITTED: Final = (
    "electron neutrinos: their antineutrinos are rare inside the star (cerdeno-burst-duration, Sec. III)",
    "semi-Compton scattering on muons, which makes and absorbs X",
    "Pauli blocking of the decay, and absorption of X other than by its decay",
)


def walking_flavour(model: Model) -> str | None:
    """The more strongly coupled of nu_mu and nu_tau, or None if X couples to neither."""
    if not isinstance(model, VectorCurrent):
        return None
    size = np.abs(model.tree_charges(_FLAVOURS))
    return _FLAVOURS[int(np.argmax(size))] if np.any(size > 0) else None


def refusal(model: Model) -> Support:
    """Why a model has no pairs of nu_mu or nu_tau that merge."""
    if isinstance(model, VectorCurrent):
        return Support(False, "It couples neither to nu_mu nor to nu_tau.")
    return Support(
        False, f"It needs: VectorCurrent. The model offers: {', '.join(offers(model)) or 'nothing'}."
    )


def shell_count(count: int, shells: str) -> int:
    """How many of the zones a choice such as "1-5" or "all" takes, from the centre."""
    return count if shells == "all" else int(shells.rpartition("-")[2])


def zones_of(star: StarProfile, shells: str) -> Array:
    """Edges (K + 1,) of the zones of a star [MeV^-1]; a smooth one is cut as the published table is, if shells are counted.

    Raises
    ------
    InvalidValueError
        if the star has fewer shells than are asked for.
    """
    published = zone_edges(fischer18_1s())[1:-1]
    edges = zone_edges(star) if shells == "all" else zone_edges(star, zones=published)
    if shells != "all" and shell_count(edges.size - 1, shells) > edges.size - 1:
        raise InvalidValueError(
            f"shells = {shells} is more than the {edges.size - 1} shells of '{star.name}'.\n  Try --option shells=all"
        )
    return edges


@dataclass(frozen=True, slots=True)
class WalkResponse:
    """Time of the walk through one star by way of one vector, for any coupling."""

    walk: PairWalk
    mean_free_path: Array  # (K,) of the neutrinos, MeV^-1
    outer: float  # neutrinosphere, MeV^-1
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Time of the walk at the couplings (G,) [MeV^-1]; zero without coupling, where nothing merges."""
        g = checked_scale(scale)
        return Signal(
            scale=g,
            value=self.walk.time(g),
            quantity="duration of the walk",
            unit="MeV^-1",
            valid=self.walk.within(g, self.mean_free_path, self.outer),
            provenance=self.provenance,
        )


@dataclass(frozen=True, eq=False, repr=False)
class CoalescenceWalk:
    """Limit from a burst that nu nubar -> X -> nu nubar makes shorter while X still decays inside the star.

    Parameters
    ----------
    star : the star about one second after bounce, made of shells.
    kernel : "detailed-balance" is the corrected rate; "printed" that of the paper.
    duration_s : shortest allowed walk; at 0.1 s it carries as much energy as all neutrinos do.
    shells : shells that are summed; the outermost is the neutrinosphere and too cold to make X. A smooth star is cut at the
        radii of the shells of `fischer18-1s`, or into 24 equal parts with "all".
    mean_free_path_m : of the neutrinos, computed in each shell if not given; X must decay further away than this.

    Notes
    -----
    t = sum_k (R_k^2 - R_{k-1}^2) / (l_k^2 rate_k), see `transport.random_walk`. The excluded couplings have
    t < duration_s; smaller couplings make it shorter, until X leaves the star (edge "validity").
    Source: cerdeno-burst-duration, Sec. IV.2. Differs from it: the kernel, unless "printed"; validity is
    demanded in each shell.
    Valid for: mean free path < l_k < neutrinosphere in each summed shell.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> signal = CoalescenceWalk().prepare(lmu_ltau(), 50.0).evaluate([8.85e-8])
    >>> f"{signal.value[0] / SECOND:.3f} s", bool(signal.valid[0])
    ('0.100 s', True)
    """

    name: ClassVar[str] = "sn-coalescence-walk"
    title: ClassVar[str] = "SN 1987A burst shortened"
    quantity: ClassVar[str] = "duration of the walk"
    practical_unit: ClassVar[tuple[str, float]] = ("s", SECOND)
    verdict: ClassVar[Literal["disfavoured"]] = "disfavoured"

    star: StarProfile = field(default_factory=fischer18_1s)
    kernel: Kernel = "detailed-balance"
    duration_s: float = 0.1
    shells: Literal["1-5", "1-6", "1-4", "1-3", "1-2", "all"] = "1-5"
    mean_free_path_m: float | None = None
    based_on: Prescription | None = None

    def __post_init__(self) -> None:
        check_options(self)
        zones_of(self.star, self.shells)

    def __repr__(self) -> str:
        return f"CoalescenceWalk(star={self.star.name!r}, kernel={self.kernel!r}, shells={self.shells!r})"

    @property
    def rule(self) -> Shortfall:
        """ln(duration_s / t) > 0 is disfavoured; an argument without a confidence level."""
        return Shortfall(self.duration_s * SECOND, "MeV^-1", provenance=Provenance(sources=_SOURCES))

    @cached_property
    def provenance(self) -> Provenance:
        options = ("kernel", "duration_s", "shells", "mean_free_path_m")
        return provenance_of(self, self.star, options, Provenance(_SOURCES, omitted=frozenset(_OMITTED)))

    def supports(self, model: Model) -> Support:
        """Every vector that couples to nu_mu or nu_tau."""
        flavour = walking_flavour(model)
        if flavour is None or not isinstance(model, VectorCurrent):
            return refusal(model)
        omitted = (
            (
                "couplings to e, p, n: bremsstrahlung and Compton scattering make and absorb X as well, not followed by this probe",
            )
            if couples_to_charges(model)
            else ()
        )
        return Support(True, f"uses {flavour} {sp.anti(flavour)} -> X", ("neutrino coalescence",), omitted)

    def prepare(self, model: Model, mass: float) -> WalkResponse:
        """Rates and decay lengths in the star for one model and mass [MeV]; couplings are free afterwards.

        Raises
        ------
        UnsupportedModelError
            if the model couples neither to nu_mu nor to nu_tau.
        OutOfDomainError
            for a mass that no pair in the star can reach, or if the mean free path is asked from a star that does not
            state its nucleons.
        """
        flavour = walking_flavour(model)
        if flavour is None:
            raise refused(self.name, model, self.supports(model).why)
        fip = decays.of(model, mass)
        count = shell_count(self._edges.size - 1, self.shells)
        edges = self._edges[: count + 1]
        walk = pair_walk(
            edges,
            self.star.sample((edges[1:] + edges[:-1]) / 2).temperature,
            fip,
            channel=f"{flavour} {sp.anti(flavour)}",
            kernel=self.kernel,
        )
        if not np.isfinite(walk.time_per_square):
            raise OutOfDomainError(f"No pair of neutrinos in '{self.star.name}' makes {mass:g} MeV.")
        length, stated = self._mean_free_path
        used = self.provenance | fip.provenance | NeutrinoCoalescence(self.kernel).provenance | stated
        return WalkResponse(walk, length[:count], self.star.neutrinosphere, used)

    @cached_property
    def _edges(self) -> Array:
        return zones_of(self.star, self.shells)

    @cached_property
    def _mean_free_path(self) -> tuple[Array, Provenance]:
        """Mean free path (K,) of neutrinos without chemical potential on nucleons [MeV^-1], and where it is from."""
        if self.mean_free_path_m is not None:
            return np.full(self._edges.size - 1, self.mean_free_path_m * METRE), Provenance()
        found = cached_kernels(
            shells_of(self.star, zones=self._edges[1:-1]), KernelChoice(flavour="nu_mu", energy="thermal")
        )
        return 1 / found.standard(), found.provenance
