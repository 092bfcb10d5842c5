"""The band of a limit: the same probe on the cold and the hot variant of its star."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from feebly.errors import InvalidValueError

if TYPE_CHECKING:
    from feebly.limits import Limit

_VARIANTS = ("cold", "hot")
_FIGURES = (".pdf", ".png", ".svg")


def stars_of(star: str | None) -> tuple[str, ...]:
    """A star and its two variants.

    Raises
    ------
    InvalidValueError
        if the star has none.

    >>> stars_of("pns-1s")
    ('pns-1s', 'pns-1s-cold', 'pns-1s-hot')
    """
    from feebly import registry

    known = (*registry.names("star"), *registry.names("sequence"))
    possible = [name for name in known if all(f"{name}-{v}" in known for v in _VARIANTS)]
    if star not in possible:
        asked = f"'{star}' has no cold and hot variant" if star else "a band needs a star with variants"
        raise InvalidValueError(
            f"--band: {asked}.\n  Possible: {', '.join(f'--star {x}' for x in possible)}."
        )
    return (star, *(f"{star}-{variant}" for variant in _VARIANTS))


def limit_band(limits: Sequence[Limit], output: Sequence[Path], *, as_json: bool) -> None:
    """Print and write the limits of the star and of its variants."""
    from feebly.cli.tables import print_limit
    from feebly.cli.words import dump
    from feebly.export import limit_document, save, save_figure
    from feebly.plot import band_figure
    from feebly.scan import Atlas

    for path in output:
        if path.suffix.lower() in _FIGURES:
            save_figure(band_figure(limits[0], limits[1:]), path)
        else:
            save(Atlas(tuple(limits), ()), path)
    if as_json:
        dump({"limits": [limit_document(limit) for limit in limits]})
        return
    for limit, label in zip(limits, ("reference", *_VARIANTS), strict=True):
        print(f"{label}:")
        print_limit(limit)
    for path in output:
        print(f"  wrote {path}")
