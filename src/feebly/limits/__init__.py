"""Which couplings are excluded: a set of intervals per mass."""

from feebly.limits.limit import EDGES, Limit
from feebly.limits.solver import solve, solve_family
from feebly.limits.status import STATUSES

__all__ = ["EDGES", "STATUSES", "Limit", "solve", "solve_family"]
