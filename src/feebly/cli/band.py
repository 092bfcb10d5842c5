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


def variants_of(star: str | None, options: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The two variants of a star: its name, and the options with those that choose the variant.

    Raises
    ------
    InvalidValueError
        if the star has none, or one was chosen already.

    >>> variants_of("pns-1s", ["compton=off"])
    (('pns-1s-cold', ('compton=off',)), ('pns-1s-hot', ('compton=off',)))
    >>> variants_of("pns", ["time_s=3"])[1]
    ('pns', ('time_s=3', 'variant=hot'))
    """
    from feebly import registry
    from feebly.cli.parse import star_options

    known = (*registry.names("star"), *registry.names("sequence"))
    by_option = [name for name in known if "variant" in star_options(name)]
    by_name = [name for name in known if all(f"{name}-{v}" in known for v in _VARIANTS)]
    if star in by_option:
        if any(word.startswith("variant=") for word in options):
            raise InvalidValueError(
                f"--band takes every variant of '{star}'; leave out --option variant, or --band."
            )
        return tuple((star, (*options, f"variant={variant}")) for variant in _VARIANTS)
    if star in by_name:
        return tuple((f"{star}-{variant}", tuple(options)) for variant in _VARIANTS)
    asked = f"'{star}' has no cold and hot variant" if star else "a band needs a star with variants"
    possible = (f"--star {name}" for name in sorted({*by_option, *by_name}))
    raise InvalidValueError(f"--band: {asked}.\n  Possible: {', '.join(possible)}.")


def limit_band(limits: Sequence[Limit], output: Sequence[Path], *, as_json: bool) -> None:
    """Print and write the limits of the star and of its variants."""
    from feebly.cli.tables import print_limit
    from feebly.cli.words import dump
    from feebly.export import limit_document, save, save_figure
    from feebly.export.documents import DOCUMENT_VERSION
    from feebly.plot import band_figure
    from feebly.scan import Atlas

    for path in output:
        if path.suffix.lower() in _FIGURES:
            save_figure(band_figure(limits[0], limits[1:]), path)
        else:
            save(Atlas(tuple(limits), ()), path)
    labels = ("reference", *_VARIANTS)
    if as_json:
        documents = [
            {**limit_document(limit), "variant": label} for limit, label in zip(limits, labels, strict=True)
        ]
        dump({"document": "band", "document_version": DOCUMENT_VERSION, "limits": documents})
        return
    for limit, label in zip(limits, labels, strict=True):
        print(f"{label}:")
        print_limit(limit)
    for path in output:
        print(f"  wrote {path}")
