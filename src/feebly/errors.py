"""Every exception and warning that feebly raises on purpose.

A message says what was asked, what is possible, and what to type next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar, TypeVar

T = TypeVar("T")


class FeeblyError(Exception):
    """Base of all errors of the package; `exit_code` is what the command line returns."""

    exit_code: ClassVar[int] = 2


class InvalidValueError(FeeblyError, ValueError):
    """A number or option outside what is allowed (negative mass, NaN, unknown choice)."""


class UnsupportedModelError(FeeblyError):
    """The probe has no process that applies to the model; nothing was computed."""

    exit_code: ClassVar[int] = 3


class OutOfDomainError(FeeblyError):
    """The model, mass or energy lies where the calculation is not valid or not available yet."""

    exit_code: ClassVar[int] = 3


class ProfileFormatError(FeeblyError):
    """A star profile file could not be understood, or describes an impossible star."""


class DataIntegrityError(FeeblyError):
    """An embedded data file lacks its sidecar, its source, or its hash moved."""


class ConvergenceError(FeeblyError):
    """A numerical method stopped before reaching its tolerance."""

    exit_code: ClassVar[int] = 4


class MissingExtraError(FeeblyError, ImportError):
    """An optional dependency is needed; the message holds the pip line."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package '{package}', which is not installed.\n"
            f"  Install it with: python -m pip install 'feebly[{extra}]'"
        )


class PluginError(FeeblyError):
    """An entry point of another package could not be loaded."""


class UnknownNameError(FeeblyError, KeyError):
    """A name that no table knows; near matches are listed."""

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.name = name
        choices = sorted(known)
        near = get_close_matches(name, choices, n=3, cutoff=0.5)
        first = f"Unknown {kind} '{name}'." + (f" Did you mean {' or '.join(near)}?" if near else "")
        super().__init__(f"{first}\n  Known: {', '.join(choices)}." + (f"  {hint}" if hint else ""))

    def __str__(self) -> str:
        return str(self.args[0])


def look_up(table: Mapping[str, T], kind: str, name: str) -> T:
    """The entry of that name.

    Raises
    ------
    UnknownNameError
        with near matches; `kind` says what there is none of.

    Examples
    --------
    >>> look_up({"pi0": 135.0, "eta": 547.9}, "meson", "eta")
    547.9
    """
    if name not in table:
        raise UnknownNameError(kind, name, table)
    return table[name]


class FeeblyWarning(UserWarning):
    """Base of all warnings of the package."""


class OmittedProcessWarning(FeeblyWarning):
    """A process that could matter was left out; the reason is in the provenance."""
