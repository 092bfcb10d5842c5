"""The fields of a JSON object, read with their types and refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object, read with their types; `where` names it in messages."""

    values: Mapping[str, object]
    where: str

    def get(self, name: str) -> object:
        """A field as it is."""
        if name not in self.values:
            raise InvalidValueError(
                f"{self.where} lacks the field '{name}'. Was it cut off or edited? Save it again."
            )
        return self.values[name]

    def wrong(self, name: str, wanted: str) -> InvalidValueError:
        """The refusal of a field."""
        return InvalidValueError(f"{self.where}: the field '{name}' must hold {wanted}.")

    def text(self, name: str, allowed: Sequence[str] = ()) -> str:
        """A text, one of `allowed` if given."""
        value = self.get(name)
        if not isinstance(value, str) or (allowed and value not in allowed):
            raise self.wrong(name, f"one of {', '.join(allowed)}" if allowed else "a text")
        return value

    def items(self, name: str, size: int | None = None) -> list[object]:
        """A list, of the given length if given."""
        value = self.get(name)
        if not isinstance(value, list) or (size is not None and len(value) != size):
            raise self.wrong(name, "a list" if size is None else f"a list with {size} entries, one per mass")
        return value

    def texts(self, name: str, size: int | None = None, allowed: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts, each one of `allowed` if given."""
        found = [x for x in self.items(name, size) if isinstance(x, str) and (not allowed or x in allowed)]
        if len(found) != len(self.items(name)):
            raise self.wrong(name, f"texts out of {', '.join(allowed)}" if allowed else "texts")
        return tuple(found)

    def numbers(self, name: str, shape: tuple[int, ...] | None = None) -> Array:
        """Numbers as an array, null as NaN; one-dimensional, or of the given shape."""
        value: Any = self.get(name)
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError) as error:
            raise self.wrong(name, "numbers") from error
        if array.ndim != 1 if shape is None else array.shape != shape:
            raise self.wrong(name, "a list of numbers" if shape is None else f"numbers of shape {shape}")
        return array

    def inner(self, name: str) -> Fields:
        """A field that is an object itself."""
        value = self.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return Fields(value, f"{self.where}, {name}")

    def objects(self, name: str) -> list[Fields]:
        """A field that is a list of objects."""
        found = [
            Fields(x, f"{self.where}, {name} {n}")
            for n, x in enumerate(self.items(name))
            if isinstance(x, dict)
        ]
        if len(found) != len(self.items(name)):
            raise self.wrong(name, "a list of objects")
        return found
