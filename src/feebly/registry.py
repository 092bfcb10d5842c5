"""Names to objects, through entry points: models, probes, stars, stars in time and prescriptions.

Groups ``feebly.models``, ``feebly.probes``, ``feebly.profiles``, ``feebly.sequences`` and ``feebly.prescriptions``. The
package registers its own parts in the same groups, so an outside package has the same standing.
Nothing is imported before it is asked for by name.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from feebly.errors import FeeblyWarning, PluginError, UnknownNameError

_KINDS = {
    "model": "feebly.models",
    "probe": "feebly.probes",
    "star": "feebly.profiles",
    "sequence": "feebly.sequences",
    "prescription": "feebly.prescriptions",
}


def _points(kind: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_KINDS[kind])}


def _load(kind: str, point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise PluginError(
            f"The {kind} '{point.name}' ({point.value}) could not be loaded: {error}"
        ) from error


def names(kind: str) -> tuple[str, ...]:
    """Names of all registered objects of a kind: model, probe, star, sequence or prescription.

    >>> "sn-cooling" in names("probe")
    True
    """
    if kind == "prescription":
        return tuple(sorted(_prescription_files()))
    return tuple(sorted(_points(kind)))


def find(kind: str, name: str) -> Any:
    """The object registered under a name.

    Raises
    ------
    UnknownNameError
        with near matches, if nobody registered the name.
    PluginError
        if the package that registered it is broken.
    """
    if kind == "prescription":
        found = _prescription_files()
        if name not in found:
            raise UnknownNameError(kind, name, found)
        return found[name]
    points = _points(kind)
    if name not in points:
        raise UnknownNameError(kind, name, points, f"List them with: feebly list {kind}s")
    return _load(kind, points[name])


def _prescription_files() -> dict[str, Traversable]:
    found: dict[str, Traversable] = {}
    for point in entry_points(group=_KINDS["prescription"]):
        try:
            folder = files(import_module(point.value))
        except Exception as error:  # noqa: BLE001 - a broken plugin may raise anything; it is reported by name
            warnings.warn(f"Prescriptions of '{point.name}' skipped: {error}", FeeblyWarning, stacklevel=2)
            continue
        for entry in folder.iterdir():
            if entry.name.endswith(".toml"):
                found[entry.name.removesuffix(".toml")] = entry
    return found
