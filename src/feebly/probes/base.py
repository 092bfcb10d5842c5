"""What a probe is, and how its options are read from text."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import UnionType
from typing import (
    Any,
    ClassVar,
    Literal,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

import numpy as np
from numpy.typing import ArrayLike

from feebly import registry
from feebly.arrays import Array
from feebly.errors import (
    FeeblyWarning,
    InvalidValueError,
    OmittedProcessWarning,
    UnknownNameError,
    UnsupportedModelError,
)
from feebly.models import Model
from feebly.provenance import Provenance, Source
from feebly.signals import Signal
from feebly.statistics import Criterion

_LARGEST = 1e10


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a probe can answer for a model, and with which processes."""

    ok: bool
    why: str
    used: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()


def require(probe: Probe, model: Model) -> Support:
    """The support of a probe for a model; warns once of what is left out.

    Raises
    ------
    UnsupportedModelError
        if the probe cannot answer for the model.
    """
    if isinstance(probe, type) or not hasattr(probe, "prepare"):
        raise InvalidValueError(
            f"{probe!r} is no probe. Make one, for example feebly.probes.SupernovaCooling()."
        )
    if not hasattr(model, "fingerprint"):
        raise InvalidValueError(f"{model!r} is no model. Make one, for example feebly.models.lmu_ltau().")
    support = probe.supports(model)
    if not support.ok:
        raise UnsupportedModelError(f"{probe.name} cannot answer for model '{model.name}'.\n  {support.why}")
    if support.omitted:
        text = f"{probe.name} on {model.name} leaves out " + "; ".join(support.omitted)
        warnings.warn(text, OmittedProcessWarning, stacklevel=3)
    return support


def checked_scale(scale: ArrayLike) -> Array:
    """Couplings (G,) as an array, refused if any is negative, not finite or beyond 1e10."""
    g = np.atleast_1d(np.asarray(scale, dtype=float))
    if g.ndim != 1 or g.size == 0 or not np.all((g >= 0) & (g <= _LARGEST)):
        raise InvalidValueError(
            f"Couplings must be a list of numbers from 0 to {_LARGEST:g}, for example 1e-10,1e-9."
        )
    return g


class Response(Protocol):
    """A probe prepared for one model and mass; couplings are free from here on."""

    @property
    def provenance(self) -> Provenance: ...
    def evaluate(self, scale: Array) -> Signal: ...


@runtime_checkable
class SharedResponse(Response, Protocol):
    """A response whose tables serve other models at the same mass."""

    def serves(self, model: Model) -> bool:
        """Whether `along` gives the response that the probe would prepare for this model."""
        ...

    def along(self, model: Model) -> Response: ...


@runtime_checkable
class AimedResponse(Response, Protocol):
    """A response that is made faster where only the edges of a rule are wanted."""

    def toward(self, rule: Criterion) -> Response:
        """The same signal, as accurate as before next to the edges of the rule only; parts that the rule does not need may be missing."""
        ...


class Probe(Protocol):
    """The assembled line from a model to a score.

    `supports` never raises; `prepare` raises what `supports` explains. `practical_unit` is the unit of
    files and tables and its value in MeV^n.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    quantity: ClassVar[str]
    practical_unit: ClassVar[tuple[str, float]]
    verdict: ClassVar[Literal["excluded", "disfavoured", "indicative"]]

    @property
    def rule(self) -> Criterion: ...
    @property
    def provenance(self) -> Provenance: ...
    def supports(self, model: Model) -> Support: ...
    def prepare(self, model: Model, mass: float) -> Response: ...


@runtime_checkable
class Projecting(Protocol):
    """A probe that can tell what a measurement of the future would exclude."""

    @property
    def projected(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Prescription:
    """The exact choices of one paper: a probe, a star if the paper has a public one, and options."""

    name: str
    probe: str
    star: str | None
    options: Mapping[str, str]
    source: Source
    note: str = ""

    @property
    def provenance(self) -> Provenance:
        return Provenance(sources=frozenset({self.source}))

    def public_star(self) -> str | None:
        """Name of the star of the paper; None, with a warning, if it is not public."""
        if self.star is None:
            text = f"The star of {self.name} is not public: another is used. Give your own (--star FILE, star=...)."
            warnings.warn(text, FeeblyWarning, stacklevel=3)
        return self.star


def prescription(name: str) -> Prescription:
    """Read a registered prescription.

    >>> prescription("p0-blinov").probe
    'sn-cooling'
    """
    table = tomllib.loads(registry.find("prescription", name).read_text(encoding="utf-8"))
    return Prescription(
        name=name,
        probe=table["probe"]["name"],
        star=table["probe"].get("star"),
        options={key: str(value) for key, value in table.get("options", {}).items()},
        source=Source(table["source"]["key"], table["source"]["where"]),
        note=table["source"].get("note", ""),
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a probe or star: the text it takes and its default."""

    name: str
    kind: Literal["choice", "number", "text"]
    choices: tuple[str, ...] = ()
    default: str = ""

    def parse(self, text: str, owner: str) -> Any:
        """The value of a text, or a clear refusal."""
        if self.kind == "choice":
            if text not in self.choices:
                raise InvalidValueError(
                    f"{owner}: {self.name} = '{text}' is not known. Possible: {', '.join(self.choices)}."
                )
            return text
        if self.kind == "text":  # the probe checks it
            return text
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise InvalidValueError(f"{owner}: {self.name} = '{text}' is not a finite number.")
        return value


def options_of(hints: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Option]:
    """Options among annotated names: those typed as a Literal of texts, as a number or as a text."""
    found: dict[str, Option] = {}
    for name, default in defaults.items():
        hint = hints.get(name)
        members = (
            [m for m in get_args(hint) if m is not type(None)]
            if get_origin(hint) in (Union, UnionType)
            else [hint]
        )
        shown = "" if default is None else f"{default:g}" if isinstance(default, float) else str(default)
        if len(members) == 1 and get_origin(members[0]) is Literal:
            found[name] = Option(name, "choice", tuple(str(c) for c in get_args(members[0])), shown)
        elif len(members) == 1 and members[0] is float:
            found[name] = Option(name, "number", default=shown)
        elif members == [str]:
            found[name] = Option(name, "text", default=shown)
    return found


def probe_options(probe_class: type) -> dict[str, Option]:
    """Options of a probe class: its fields that are choices, numbers or texts.

    >>> from feebly.probes import SupernovaCooling
    >>> probe_options(SupernovaCooling)["spin"].choices
    ('physical', 'printed')
    """
    defaults = {f.name: f.default for f in fields(probe_class) if f.init}
    return options_of(get_type_hints(probe_class), defaults)


def check_choices(probe: Any) -> None:
    """Refuse a probe made with a choice that is not among those of its options.

    Raises
    ------
    InvalidValueError
        with the possible ones.
    """
    for name, option in probe_options(type(probe)).items():
        if option.kind == "choice":
            option.parse(getattr(probe, name), probe.name)


P = TypeVar("P")


def configure(probe_class: type[P], options: Mapping[str, str], **given: Any) -> P:
    """A probe with its options given as texts; unknown ones are refused with the known ones."""
    known = probe_options(probe_class)
    name = getattr(probe_class, "name", probe_class.__name__)
    values = {}
    for key, text in options.items():
        if key not in known:
            raise UnknownNameError(f"option of {name}", key, known)
        values[key] = known[key].parse(text, name)
    return probe_class(**values, **given)
