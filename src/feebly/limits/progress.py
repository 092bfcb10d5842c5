"""Progress of long runs: nothing, a bar on the terminal, or a function of your own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from feebly.errors import InvalidValueError

Step = Callable[[int, int], None]
Progress = Step | Literal["bar"] | None


@contextmanager
def reporting(progress: Progress, label: str) -> Iterator[Step]:
    """A function of (done, total) for the length of a run.

    `progress` = "bar" draws a bar on stderr that clears itself, where stderr is a terminal.

    >>> with reporting(None, "nothing") as step:
    ...     step(1, 2)
    """
    if progress is None or (progress == "bar" and not sys.stderr.isatty()):
        yield lambda *_: None
    elif progress == "bar":
        from rich.console import Console
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    elif callable(progress):
        yield progress
    else:
        raise InvalidValueError(
            f"progress = {progress!r} is not known. Possible: None, 'bar', or a function of (done, total)."
        )
