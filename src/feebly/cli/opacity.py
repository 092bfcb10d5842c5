"""The verb `feebly opacity`: mean free paths of neutrinos in a star."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

import typer

from feebly.cli.words import AsJson, Columns, Options, Settings, dump
from feebly.errors import (
    InvalidValueError,
    OmittedProcessWarning,
    OutOfDomainError,
    UnknownNameError,
    UnsupportedModelError,
)

if TYPE_CHECKING:
    from feebly.arrays import Array
    from feebly.environments.shells import NeutrinoKind, Shells
    from feebly.models import Model
    from feebly.provenance import Provenance
    from feebly.rates.stellar.nu_nucleon import Axial, Energy, Flavour, Flux, Interference

W = TypeVar("W", bound=str)

_FLUX: Final[tuple[Flux, ...]] = ("ee", "pk")
_ENERGY: Final[tuple[Energy, ...]] = ("fixed", "thermal")
_INTERFERENCE: Final[tuple[Interference, ...]] = ("physical", "printed")
_AXIAL: Final[tuple[Axial, ...]] = ("isovector", "printed")
_MEDIUM: Final[tuple[Literal["on", "off"], ...]] = ("on", "off")
_MAJORANA: Final[tuple[Literal["mupit", "pit"], ...]] = ("mupit", "pit")
_FLAVOURS: Final = ("nu_e", "nu_e~", "nu_x", "nu_x~", "nu_mu", "nu_mu~", "nu_tau", "nu_tau~", "majorana")


@dataclass(frozen=True, slots=True)
class _Choices:
    """The options of the verb itself, in the order of the document."""

    flux: Flux
    medium: Literal["on", "off"]
    energy: Energy
    interference: Interference
    axial: Axial
    majorana: Literal["mupit", "pit"]

    @staticmethod
    def of(words: Mapping[str, str]) -> _Choices:
        """Those given, and the first word of the others."""
        return _Choices(
            flux=_word(words, "flux", _FLUX),
            medium=_word(words, "medium", _MEDIUM),
            energy=_word(words, "energy", _ENERGY),
            interference=_word(words, "interference", _INTERFERENCE),
            axial=_word(words, "axial", _AXIAL),
            majorana=_word(words, "majorana", _MAJORANA),
        )


_OPTIONS: Final = tuple(one.name for one in fields(_Choices))


def _word(words: Mapping[str, str], key: str, possible: tuple[W, ...]) -> W:
    """The word given for an option, the first if there is none."""
    given = words.get(key, possible[0])
    for known in possible:
        if known == given:
            return known
    raise InvalidValueError(f"opacity: {key} = '{given}' is not known. Possible: {', '.join(possible)}.")


def opacity(
    star: Annotated[str, typer.Option("--star", help="Name of a star, or a path to your own profile.")],
    flavour: Annotated[
        str, typer.Option("--flavour", metavar="|".join(_FLAVOURS), help="nu_x stands for nu_mu and nu_tau.")
    ],
    model: Annotated[
        str | None, typer.Option("--model", help="A vector or scalar that mediates, too.")
    ] = None,
    parameters: Settings = None,
    mass_mev: Annotated[float | None, typer.Option("--mass-mev", help="Its mass in MeV.")] = None,
    scale: Annotated[float | None, typer.Option("--scale", metavar="G", help="Its coupling.")] = None,
    columns: Columns = None,
    option: Options = None,
    as_json: AsJson = False,
) -> None:
    """Mean free path of neutrinos on nucleons in each shell of a star, and the time to diffuse through it."""
    from feebly.cli.parse import build_model, build_star, settings, star_options

    given = settings(option or [], "--option")
    words = {key: word for key, word in given.items() if key not in _OPTIONS}
    unknown = [key for key in words if key not in star_options(star)]
    if unknown:
        raise UnknownNameError(f"option of opacity on {star}", unknown[0], {*_OPTIONS, *star_options(star)})
    chosen = _Choices.of(given)
    _check_flavour(flavour, chosen.majorana)
    if (model is None) != (mass_mev is None) or (model is None) != (scale is None):
        raise InvalidValueError("--model, --mass-mev and --scale belong together: give all three or none.")
    if model is None and parameters:
        raise InvalidValueError("--set is for a model: add --model, --mass-mev and --scale.")
    mediator = build_model(model, parameters or []) if model is not None else None
    _check_printed_sign(chosen.interference, mediator)

    from feebly.environments.shells import shells_of
    from feebly.probes.base import checked_scale
    from feebly.rates.stellar.nu_nucleon import KernelChoice, kernels

    kind, species = _kind(flavour, chosen.majorana)
    if mediator is not None:
        _check_neutrino(mediator, flavour, kind)
    shells = shells_of(build_star(star, words, columns), neutrino=kind)
    if species == "nu_e" and shells.potential_nu_e is None:
        raise OutOfDomainError(
            f"'{shells.name}' does not state the chemical potential of electron neutrinos.\n"
            "  Add a column mu_nu_e_mev, or ask for --flavour nu_x."
        )
    choice = KernelChoice(
        kind=kind,
        flavour=species,
        flux=chosen.flux,
        energy=chosen.energy,
        medium=chosen.medium == "on",
        axial=chosen.axial,
    )
    kernel = kernels(shells, choice)
    asked: dict[str, object] = {"star": star, "flavour": flavour}
    inverse, provenance = kernel.standard(), kernel.provenance
    if mediator is not None and mass_mev is not None and scale is not None:
        found = kernel.couple(mediator, interference=chosen.interference).at(mass_mev)
        inverse = found.inverse_length(checked_scale(scale))[:, 0]
        provenance = found.provenance | _left_out(mediator, kind)
        asked |= {"model": mediator.name, "mass_mev": mass_mev, "scale": scale}
    if not (inverse > 0).all():
        raise OutOfDomainError(
            f"The interference outweighs the rest in shell {int((inverse <= 0).argmax()) + 1}: no mean free path.\n"
            "  The printed sign is not positive everywhere; use --option interference=physical."
        )
    table = _table(shells, kernel.energy, inverse)
    if as_json:
        stated = {"settings": settings(parameters or [], "--set"), "options": {**asdict(chosen), **words}}
        dump(_document(asked, stated, table, provenance))
    else:
        _print(asked, table)


def _check_flavour(flavour: str, majorana: str) -> None:
    """Refuse an unknown word, and a choice that would change nothing."""
    if flavour not in _FLAVOURS:
        raise UnknownNameError("flavour", flavour, _FLAVOURS)
    if majorana != _MAJORANA[0] and flavour != "majorana":
        raise InvalidValueError(f"opacity: majorana={majorana} is for --flavour majorana, not for {flavour}.")


def _check_printed_sign(interference: str, mediator: Model | None) -> None:
    """Refuse the sign of an interference that is not there."""
    from feebly.models import VectorCurrent

    if interference != _INTERFERENCE[0] and not isinstance(mediator, VectorCurrent):
        what = "there is no model" if mediator is None else f"'{mediator.name}' is a scalar"
        raise InvalidValueError(f"opacity: interference={interference} is for a vector, and {what}.")


def _check_neutrino(mediator: Model, flavour: str, kind: NeutrinoKind) -> None:
    """Refuse a word for two neutrinos that differ, and a kind of neutrino that the model does not have."""
    from feebly.models import ScalarYukawa, VectorCurrent
    from feebly.probes.neutrino_opacity import kind_obstacle

    pair = ["nu_mu", "nu_tau"]
    if flavour.startswith("nu_x"):
        charges: tuple[complex, ...] = ()
        if isinstance(mediator, VectorCurrent):
            charges = tuple(mediator.charges(pair, 0.0).tolist())
        elif isinstance(mediator, ScalarYukawa):
            charges = tuple(mediator.yukawas(pair).tolist())
        if len(set(charges)) > 1:
            bar = flavour.removeprefix("nu_x")
            raise InvalidValueError(
                f"nu_mu and nu_tau differ for '{mediator.name}': ask for --flavour nu_mu{bar} or nu_tau{bar}."
            )
    why = kind_obstacle(mediator, kind)
    if why is not None:
        raise UnsupportedModelError(f"opacity: {why}")


def _left_out(mediator: Model, kind: NeutrinoKind) -> Provenance:
    """What is left out for this kind of neutrino; warns of it."""
    from feebly.probes.neutrino_opacity import kind_omitted
    from feebly.provenance import Provenance

    omitted = kind_omitted(mediator, kind)
    if omitted:
        text = f"opacity on {mediator.name} leaves out {'; '.join(omitted)}"
        warnings.warn(text, OmittedProcessWarning, stacklevel=3)
    return Provenance(omitted=frozenset(omitted))


def _kind(flavour: str, majorana: str) -> tuple[NeutrinoKind, Flavour]:
    """Kind and flavour of the neutrino behind a word."""
    if flavour == "majorana":
        return ("majorana-pit" if majorana == "pit" else "majorana-mupit"), "nu_e"
    species: Mapping[str, Flavour] = {"nu_e": "nu_e", "nu_x": "nu_mu", "nu_mu": "nu_mu", "nu_tau": "nu_tau"}
    return ("antinu" if flavour.endswith("~") else "nu"), species[flavour.removesuffix("~")]


def _table(shells: Shells, energy: Array, inverse: Array) -> dict[str, list[float]]:
    """Columns of the result, one value per shell, in practical units."""
    import numpy as np

    from feebly.units import KM, METRE, SECOND

    time = (
        np.diff(shells.radius**2) * inverse / SECOND
    )  # the terms of feebly.transport.random_walk.diffusion_time
    return {
        "radius_km": (shells.radius[1:] / KM).tolist(),
        "energy_mev": energy.tolist(),
        "mean_free_path_m": (1 / inverse / METRE).tolist(),
        "inverse_m": (inverse * METRE).tolist(),
        "diffusion_time_s": time.tolist(),
    }


def _document(
    asked: Mapping[str, object],
    given: Mapping[str, Mapping[str, str]],
    table: Mapping[str, list[float]],
    provenance: Provenance,
) -> dict[str, Any]:
    """The JSON document; `radius_km` are the outer radii of the shells."""
    import feebly
    from feebly.export.documents import DOCUMENT_VERSION, provenance_document

    digest = provenance.config_sha256({**asked, **given}, feebly.__version__)
    return {
        "document": "opacity",
        "document_version": DOCUMENT_VERSION,
        **asked,
        **given,
        **table,
        "total_diffusion_time_s": sum(table["diffusion_time_s"]),
        "provenance": provenance_document(provenance, feebly.__version__, digest),
    }


def _print(asked: Mapping[str, object], table: Mapping[str, list[float]]) -> None:
    titles = ("radius [km]", "E [MeV]", "mean free path [m]", "time [s]")
    keys = ("radius_km", "energy_mev", "mean_free_path_m", "diffusion_time_s")
    print(", ".join(f"{key} {value}" for key, value in asked.items()))
    print("  " + "  ".join(titles))
    for row in zip(*(table[key] for key in keys), strict=True):
        cells = (f"{value:.4g}".rjust(len(title)) for value, title in zip(row, titles, strict=True))
        print("  " + "  ".join(cells))
    print(f"  time to diffuse out of the star: {sum(table['diffusion_time_s']):.3g} s")
