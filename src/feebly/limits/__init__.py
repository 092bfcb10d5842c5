"""Which couplings are excluded: a set of intervals per mass."""

from feebly.limits.limit import EDGES, STATUSES, Limit
from feebly.limits.solver import solve, solve_family

__all__ = ["EDGES", "STATUSES", "Limit", "solve", "solve_family"]
