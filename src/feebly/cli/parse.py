"""From the words of a command line to models, stars, probes and numbers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feebly import registry
from feebly.errors import InvalidValueError, UnknownNameError

if TYPE_CHECKING:
    from feebly.arrays import Array
    from feebly.environments import StarProfile
    from feebly.environments.sequence import StarSequence
    from feebly.models import Model
    from feebly.probes import Prescription, Probe

_MOST = 100_000  # values in a range
LUMINOSITY = "neutrino_luminosity_erg_per_s"
FILE_OPTIONS = (LUMINOSITY, "neutrinosphere_km", "time_s")


def number(text: str, what: str) -> float:
    """A finite number from text."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value or value in (float("inf"), float("-inf")):
        raise InvalidValueError(f"{what}: '{text}' is not a finite number.")
    return value


def numbers(spec: str, what: str = "--mass-mev") -> Array:
    """A list ``1,10,50``, or a range ``1:300:60`` (logarithmic; ``:lin`` for linear)."""
    import numpy as np

    if ":" not in spec:
        return np.array([number(word, what) for word in spec.split(",")])
    words = spec.split(":")
    linear = words[-1] == "lin"
    words = words[:-1] if words[-1] in ("lin", "log") else words
    if len(words) != 3:
        raise InvalidValueError(
            f"{what}: '{spec}' is no range. Write LOW:HIGH:COUNT, for example 1:300:60 or 1:300:60:lin."
        )
    low, high, count = number(words[0], what), number(words[1], what), number(words[2], what)
    if count != int(count) or not 1 <= count <= _MOST:
        raise InvalidValueError(f"{what}: the count '{words[2]}' must be a whole number from 1 to {_MOST}.")
    if not (low > 0 or linear) or high < low:
        raise InvalidValueError(f"{what}: '{spec}' must run from a positive to a larger number.")
    values = np.linspace(low, high, int(count)) if linear else np.geomspace(low, high, int(count))
    return np.asarray(values)


def scale_range(spec: str) -> tuple[float, float]:
    """``LOW:HIGH``."""
    words = spec.split(":")
    if len(words) != 2:
        raise InvalidValueError(f"--scale-range: '{spec}' is no range. Write LOW:HIGH, for example 1e-14:1.")
    return number(words[0], "--scale-range"), number(words[1], "--scale-range")


def settings(words: Sequence[str], flag: str) -> dict[str, str]:
    """``K=V`` words as a dictionary."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise InvalidValueError(f"{flag} '{word}' is not of the form NAME=VALUE.")
        if key in found:
            raise InvalidValueError(f"{flag} {key} is given twice.")
        found[key] = value
    return found


def build_model(name: str, words: Sequence[str]) -> Model:
    """A registered model with its ``--set`` parameters."""
    factory = registry.find("model", name)
    parameters = inspect.signature(factory, eval_str=True).parameters
    values: dict[str, Any] = {}
    for key, text in settings(words, "--set").items():
        head, dot, tail = key.partition(".")
        if head not in parameters or bool(dot) != _is_mapping(parameters[head].annotation):
            shown = [f"{p}.NAME" if _is_mapping(parameters[p].annotation) else p for p in parameters]
            raise UnknownNameError(f"parameter of {name}", key, shown or ["(none)"])
        if dot:
            values.setdefault(head, {})[tail] = number(text, f"--set {key}")
        else:
            values[key] = _typed(text, parameters[key].annotation, f"--set {key}")
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.name not in values]
    if missing:
        wanted = " ".join(f"--set {p}=..." for p in missing)
        raise InvalidValueError(f"The model '{name}' needs {', '.join(missing)}.\n  Add: {wanted}")
    model: Model = factory(**values)
    return model


def _is_mapping(annotation: Any) -> bool:
    return "Mapping" in str(annotation)


def _typed(text: str, annotation: Any, what: str) -> Any:
    if annotation is int:
        value = number(text, what)
        if value != int(value):
            raise InvalidValueError(f"{what}: '{text}' is not a whole number.")
        return int(value)
    return number(text, what) if "float" in str(annotation) else text


def star_options(name: str) -> tuple[str, ...]:
    """Names of the options a star takes."""
    if name in registry.names("star"):
        return (*inspect.signature(registry.find("star", name)).parameters, LUMINOSITY)
    if name in registry.names("sequence"):
        return tuple(inspect.signature(registry.find("sequence", name)).parameters)
    return FILE_OPTIONS


def _made(factory: Any, name: str, options: Mapping[str, str]) -> Any:
    """What a registered factory makes of its options."""
    from feebly.probes.base import options_of

    parameters = inspect.signature(factory, eval_str=True).parameters.values()
    known = options_of({p.name: p.annotation for p in parameters}, {p.name: p.default for p in parameters})
    return factory(**{key: known[key].parse(text, name) for key, text in options.items()})


def takes_star(probe: str) -> bool:
    """Whether a registered probe has a star."""
    return "star" in inspect.signature(registry.find("probe", probe)).parameters


def build_star(name: str, options: Mapping[str, str], columns: str | None) -> StarProfile:
    """A registered star, or the user's own file."""
    from feebly.environments import StarProfile
    from feebly.units import ERG, SECOND

    if name in registry.names("star"):
        if columns:
            raise InvalidValueError(f"--columns is for a file of your own; '{name}' is built in.")
        words = dict(options)
        luminosity = words.pop(LUMINOSITY, None)
        star: StarProfile = _made(registry.find("star", name), name, words)
        if luminosity is None:
            return star
        return replace(star, neutrino_luminosity=number(luminosity, f"--option {LUMINOSITY}") * ERG / SECOND)
    if name in registry.names("sequence"):
        raise InvalidValueError(
            f"'{name}' is a star in time, for sn-neutrinos, sn-neutrinos-galactic and sn-low-energy; here one moment is asked for.\n"
            "  For example: --star pns-1s"
        )
    if not Path(name).exists():
        if Path(name).suffix:
            raise InvalidValueError(f"There is no star file '{name}'.\n  Built-in stars: feebly list stars")
        raise UnknownNameError(
            "star",
            name,
            (*registry.names("star"), *registry.names("sequence")),
            "Or give the path of your own profile file.",
        )
    from feebly.environments.star_files import parse_columns

    given: dict[str, Any] = {key: number(text, f"--option {key}") for key, text in options.items()}
    return StarProfile.from_file(name, columns=parse_columns(columns) if columns else None, **given)


def build_sequence(name: str, options: Mapping[str, str], columns: str | None) -> StarSequence:
    """A registered star in time."""
    if columns:
        raise InvalidValueError(f"--columns is for a file of your own; '{name}' is built in.")
    sequence: StarSequence = _made(registry.find("sequence", name), name, options)
    return sequence


def build_probe(
    name: str,
    *,
    star: str | None = None,
    columns: str | None = None,
    prescription: str | None = None,
    options: Sequence[str] = (),
) -> Probe:
    """A registered probe with its star, prescription and options."""
    from feebly.probes import base

    probe_class = registry.find("probe", name)
    recipe = _recipe(prescription, name) if prescription is not None else None
    given: dict[str, Any] = {} if recipe is None else {"based_on": recipe}
    words = settings(options, "--option")
    field = inspect.signature(probe_class).parameters.get("star")
    chooses = field is not None and field.default is None  # its own star, by its options
    if star is None and recipe is not None and field is not None and (recipe.star or not chooses):
        star = recipe.public_star()
    if star is not None and field is None:
        raise InvalidValueError(f"{name} does not use a star; leave out --star.")
    if field is not None:
        chosen = star if star is not None else "fischer18-1s"
        mine = {key: words.pop(key) for key in star_options(chosen) if key in words}
        if star is None and mine and chooses:
            raise InvalidValueError(
                f"{name} chooses its star by its options.\n  Add --star to set {', '.join(mine)}, for example --star fischer18-1s."
            )
        if chosen in registry.names("sequence") and "sequence" in inspect.signature(probe_class).parameters:
            given["sequence"] = build_sequence(chosen, mine, columns)
            if "emission_s" in words or (recipe is not None and "emission_s" in recipe.options):
                raise InvalidValueError(
                    f"'{chosen}' says how long the star emits; leave out emission_s, and prescriptions that set it."
                )
        elif star is not None or mine:
            given["star"] = build_star(chosen, mine, columns)
        elif columns:
            raise InvalidValueError("--columns needs --star FILE.")
        known = set(base.probe_options(probe_class))
        unknown = [key for key in words if key not in known]
        if unknown and star is None and chooses:
            raise UnknownNameError(f"option of {name}", unknown[0], known)
        if unknown:
            known |= set(star_options(chosen))
            raise UnknownNameError(f"option of {name} on {chosen}", unknown[0], known)
    options_text = {**(recipe.options if recipe is not None else {}), **words}
    probe: Probe = base.configure(probe_class, options_text, **given)
    return probe


def _recipe(name: str, probe: str) -> Prescription:
    """A prescription for a probe: the named one, or the only one for this probe whose name goes on from it."""
    from feebly.probes.base import prescription

    named = prescription(name)
    if named.probe == probe:
        return named
    fitting = [p for p in map(prescription, registry.names("prescription")) if p.probe == probe]
    family = [p for p in fitting if p.name.startswith(f"{name}-")]
    if len(family) == 1:
        return family[0]
    shown = ", ".join(p.name for p in fitting) or "none"
    raise InvalidValueError(
        f"The prescription '{name}' is for {named.probe}, not for {probe}.\n  For {probe}: {shown}."
    )
