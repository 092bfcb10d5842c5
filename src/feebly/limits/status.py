"""What a mass without a result is called."""

from __future__ import annotations

from typing import Final

from feebly.errors import ConvergenceError, OutOfDomainError

STATUSES: Final = ("ok", "refused", "out-of-domain", "not-converged")
FAILURES: Final = (OutOfDomainError, ConvergenceError)  # of one mass; the others go on


def failure(error: Exception) -> tuple[str, str]:
    """Status and message of a mass at which one of `FAILURES` was raised.

    >>> failure(OutOfDomainError("The mass is 0.1 MeV; the table begins at 1 MeV."))[0]
    'out-of-domain'
    """
    status = "out-of-domain" if isinstance(error, OutOfDomainError) else "not-converged"
    return status, str(error).splitlines()[0]
