"""What the probes of neutrino diffusion share: which neutrino walks, and the opacity of one mediator in one star."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.environments import StarProfile
from feebly.environments.shells import NeutrinoKind, Shells, shells_of
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, ScalarYukawa, VectorCurrent, offers
from feebly.probes.base import Prescription, Support, probe_options
from feebly.provenance import Provenance
from feebly.rates.stellar.nu_nucleon import (
    PLAIN,
    Interference,
    KernelChoice,
    MediatorOpacity,
    OpacityKernels,
    cached_kernels,
)

OMITTED: Final = (
    "collisions of neutrinos with electrons, pairs and each other",
    "correlations between nucleons and weak magnetism",
    "screening of couplings to e and p by the plasma",
    "the change of the star in time: one snapshot is used",
)
LeptonNumber = Literal["conserving", "violating"]


def obstacle(model: Model) -> str | None:
    """Why electron neutrinos do not scatter on nucleons through the mediator, or None."""
    if isinstance(model, VectorCurrent):
        neutron, proton, neutrino = np.abs(model.charges(["n", "p", "nu_e"], 0.0))
    elif isinstance(model, ScalarYukawa):
        neutron, proton, neutrino = np.abs(model.yukawas(["n", "p", "nu_e"]))
    else:
        return f"It needs: VectorCurrent or ScalarYukawa. The model offers: {', '.join(offers(model)) or 'nothing'}."
    if neutrino == 0:
        return "It needs a coupling to electron neutrinos."
    return "It needs a coupling to neutrons or protons." if neutron == proton == 0 else None


def scalar_obstacle(model: Model, lepton_number: LeptonNumber) -> str | None:
    """Why the model is no scalar of that kind with couplings to electron neutrinos and nucleons, or None."""
    if not isinstance(model, ScalarYukawa):
        return f"It needs: ScalarYukawa. The model offers: {', '.join(offers(model)) or 'nothing'}."
    if model.lepton_number != lepton_number:
        return f"It needs a scalar with lepton number {lepton_number}; that of '{model.name}' is {model.lepton_number}."
    return obstacle(model)


def kind_obstacle(model: Model, kind: NeutrinoKind) -> str | None:
    """Why neutrinos of that kind do not exist in the model, or None."""
    conserving = isinstance(model, ScalarYukawa) and model.lepton_number == "conserving"
    if conserving and kind.startswith("majorana"):
        return (
            f"neutrino={kind} contradicts it: '{model.name}' conserves lepton number, so take antinu or nu."
        )
    return None


def kind_omitted(model: Model, kind: NeutrinoKind) -> tuple[str, ...]:
    """What is left out where the distributions of Dirac neutrinos stand in for those of the model."""
    violating = isinstance(model, ScalarYukawa) and model.lepton_number == "violating"
    if violating and not kind.startswith("majorana"):
        return (f"Majorana neutrinos (neutrino={kind} takes Dirac distributions, for comparison)",)
    return ()


def refused(probe: str, model: Model, why: str | None) -> UnsupportedModelError:
    """The error of a probe that cannot answer."""
    return UnsupportedModelError(f"{probe} cannot answer for model '{model.name}'.\n  {why}")


def demand(probe: str, model: Model, support: Support) -> Support:
    """The support of a probe for a model, if there is any.

    Raises
    ------
    UnsupportedModelError
        if the probe cannot answer for it.
    """
    if not support.ok:
        raise refused(probe, model, support.why)
    return support


def walking_neutrino(model: Model, chosen: NeutrinoKind | None) -> NeutrinoKind:
    """The chosen kind of neutrino, or the one that was seen: an antineutrino, unless the model makes it Majorana."""
    if chosen is not None:
        return chosen
    violates = isinstance(model, ScalarYukawa) and model.lepton_number == "violating"
    return "majorana-mupit" if violates else "antinu"


@dataclass(frozen=True, slots=True)
class StarOpacity:
    """Neutrino opacities of one star, for any mediator and kind of neutrino.

    Parameters
    ----------
    choice : conventions of the kernels; the kind of neutrino is asked each time.
    """

    star: StarProfile
    choice: KernelChoice = PLAIN
    _shells: dict[NeutrinoKind, Shells] = field(default_factory=dict, repr=False, compare=False)

    def shells(self, kind: NeutrinoKind) -> Shells:
        """The zones in which this kind of neutrino walks."""
        if kind not in self._shells:
            self._shells[kind] = shells_of(self.star, neutrino=kind)
        return self._shells[kind]

    def kernels(self, kind: NeutrinoKind) -> OpacityKernels:
        """Kernels of this kind of neutrino; only the first call computes them."""
        return cached_kernels(self.shells(kind), replace(self.choice, kind=kind))

    def of(
        self, model: Model, mass: float, kind: NeutrinoKind, interference: Interference = "physical"
    ) -> tuple[Array, MediatorOpacity]:
        """Edges (K + 1,) of the zones, and inverse mean free paths with the mediator of a mass [MeV]."""
        coupled = self.kernels(kind).couple(model, interference=interference)
        return self.shells(kind).radius, coupled.at(mass)


def check_options(probe: Any) -> None:
    """Refuse a star that is none, unknown choices, and numbers that are not positive and finite."""
    left_open = {one.name for one in fields(probe) if one.default is None}
    if not (isinstance(probe.star, StarProfile) or (probe.star is None and "star" in left_open)):
        raise InvalidValueError(
            f"star must be a StarProfile, not {probe.star!r}.\n"
            "  For example: feebly.StarProfile.from_file('my_star.csv')"
        )
    for name, option in probe_options(type(probe)).items():
        value = getattr(probe, name)
        if value is None and name in left_open:
            continue
        if option.kind == "choice":
            option.parse(value, probe.name)
        elif isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise InvalidValueError(f"{name} is {value!r}; it must be a number.")
        elif not (np.isfinite(value) and value > 0):
            raise InvalidValueError(f"{name} is {value:g}; it must be positive and finite.")


def provenance_of(
    probe: Any,
    star: StarProfile,
    options: Iterable[str],
    stated: Provenance,
    *,
    usual_star: str | None = None,
) -> Provenance:
    """Star, prescription and options of a probe, with what it states itself."""
    recipe = probe.based_on.provenance if probe.based_on is not None else Provenance()
    own = Provenance(choices=choices(probe, star, options, usual_star=usual_star))
    return star.provenance | recipe | stated | own


def choices(
    probe: Any, star: StarProfile, names: Iterable[str], *, usual_star: str | None = None
) -> frozenset[tuple[str, str]]:
    """Star, options and prescription of a probe; not what is left to the model, which its response records."""
    given = {name: getattr(probe, name) for name in names}
    shown = {name: _text(value) for name, value in given.items() if value is not None}
    label = prescription_label(probe, probe.based_on, star, usual_star=usual_star)
    return frozenset({**shown, "star": star.name, "prescription": label}.items())


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def prescription_label(
    probe: Any, recipe: Prescription | None, star: StarProfile, *, usual_star: str | None = None
) -> str:
    """Name of the prescription behind the options, with an asterisk if any of them was changed.

    `usual_star` is the star of a probe that chooses it by its options.
    """
    if recipe is None:
        return "default"
    known = probe_options(type(probe))
    asked = {key: known[key].parse(text, probe.name) for key, text in recipe.options.items()}
    plain = {f.name: f.default for f in fields(type(probe)) if f.name in known}
    changed = any(getattr(probe, key) != value for key, value in {**plain, **asked}.items())
    expected = recipe.star or usual_star
    return recipe.name + ("*" if changed or expected not in (None, star.name) else "")
