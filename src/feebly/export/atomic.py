"""Files that are either complete or not there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from feebly.errors import InvalidValueError


def write_atomically(path: str | Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a draft in the folder of the path, then move it there in one step.

    Raises
    ------
    InvalidValueError
        if the path is a folder, its folder is missing, or it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "a.txt"), lambda draft: draft.write_text("done")).read_text()
    'done'
    """
    try:
        real = Path(os.path.realpath(path))
        _check(real, path)
        draft = real.with_name(f".feebly-{secrets.token_hex(6)}.part")
        try:
            write(draft)
            os.replace(draft, real)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidValueError(
            f"'{path}' cannot be written: {error.strerror or error}.\n"
            "  Give a path in a folder that you can write to, with room on its disk."
        ) from error
    return Path(path)


def write_text(path: str | Path, text: str) -> Path:
    """Write text (UTF-8, lines end with a newline character on every system) atomically."""
    return write_atomically(path, lambda draft: draft.write_bytes(text.encode()))


def check_path(path: str | Path) -> None:
    """Refuse a path that cannot become a file, before work is spent on its contents."""
    real = Path(os.path.realpath(path))
    try:
        _check(real, path)
    except OSError as error:
        raise InvalidValueError(
            f"'{path}' cannot be written: {error.strerror or error}. Give another path."
        ) from error
    if not os.access(real.parent, os.W_OK):
        raise InvalidValueError(f"The folder '{Path(path).parent}' is not writable. Give another path.")


def _check(real: Path, asked: str | Path) -> None:
    if real.is_dir():
        raise InvalidValueError(
            f"'{asked}' is a folder. Give the name of a file in it, for example {Path(asked, 'limit.json')}."
        )
    if not real.parent.is_dir():
        raise InvalidValueError(
            f"The folder '{Path(asked).parent}' does not exist. Make it first, or give another path."
        )
    if real.exists() and not real.is_file():
        raise InvalidValueError(f"'{asked}' is not a file, so it cannot be replaced. Give another path.")
