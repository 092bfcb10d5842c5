"""feebly: every limit on a feebly interacting particle, from a model of it.

>>> import feebly as fb
>>> fb.models.lmu_ltau().name
'lmu-ltau'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from feebly import models, probes, units
    from feebly.decays import widths
    from feebly.environments import StarProfile
    from feebly.export import load
    from feebly.limits import Limit, solve
    from feebly.scan import Atlas, SignalMap, angle_atlas, atlas, signal_map
    from feebly.transport.boltzmann import evolve

# Names are resolved at first use, so that `import feebly` costs nothing (PEP 562).
_HOME = {
    "StarProfile": "feebly.environments",
    "Limit": "feebly.limits",
    "solve": "feebly.limits",
    "Atlas": "feebly.scan",
    "SignalMap": "feebly.scan",
    "angle_atlas": "feebly.scan",
    "atlas": "feebly.scan",
    "signal_map": "feebly.scan",
    "evolve": "feebly.transport.boltzmann",
    "widths": "feebly.decays",
    "load": "feebly.export",
}
_PACKAGES = ("models", "probes", "units", "errors", "environments", "decays", "limits", "registry")

__all__ = [
    "Atlas",
    "Limit",
    "SignalMap",
    "StarProfile",
    "__version__",
    "angle_atlas",
    "atlas",
    "evolve",
    "load",
    "models",
    "probes",
    "signal_map",
    "solve",
    "units",
    "widths",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _PACKAGES:
        return import_module(f"feebly.{name}")
    raise AttributeError(f"module 'feebly' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*__all__, *_PACKAGES})
