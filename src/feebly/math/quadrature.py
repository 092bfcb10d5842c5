"""Gauss-Legendre rules on panels, broadcast over arrays of limits."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike

from feebly.arrays import Array


@cache
def _rule(count: int) -> tuple[Array, Array]:
    nodes, weights = leggauss(count)
    nodes, weights = (nodes + 1) / 2, weights / 2
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights


def gauss(low: float, high: float, count: int) -> tuple[Array, Array]:
    """Nodes and weights (count,) of the Gauss-Legendre rule on (low, high).

    >>> nodes, weights = gauss(0.0, 2.0, 4)
    >>> round(float(weights @ nodes**7), 12)
    32.0
    """
    nodes, weights = _rule(count)
    return low + (high - low) * nodes, (high - low) * weights


def panels(edges: ArrayLike, count: int) -> tuple[Array, Array]:
    """Nodes and weights (..., P * count) on the panels between P + 1 edges (..., P + 1).

    A panel whose edges coincide gets zero weight, so that limits may be clipped.

    >>> nodes, weights = panels([0.0, 1.0, 3.0], 8)
    >>> round(float(weights @ np.abs(nodes - 1.0)), 12)
    2.5
    """
    limits = np.asarray(edges, dtype=float)
    nodes, weights = _rule(count)
    low, width = limits[..., :-1, None], np.diff(limits, axis=-1)[..., None]
    shape = (*limits.shape[:-1], -1)
    return (low + width * nodes).reshape(shape), (width * weights).reshape(shape)
