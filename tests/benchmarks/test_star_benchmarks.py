"""Hydrostatic stars: computed, and read from tables."""

from __future__ import annotations

from time import perf_counter, process_time

import pytest

from feebly.environments.pns_sequence import pns_sequence
from feebly.environments.pns_stars import pns, stored

pytestmark = pytest.mark.benchmark(group="stars")


def test_one_star_in_time() -> None:
    """Budget: 20 s of one core."""
    start = process_time()
    pns(time_s=1.1)  # of no table
    assert process_time() - start < 20


def test_stored_star_in_time() -> None:
    """Budget: 20 ms, the best of ten as machines are shared."""

    def seconds() -> float:
        start = perf_counter()
        stored("pns-1s")
        return perf_counter() - start

    assert min(seconds() for _ in range(10)) < 0.02


def test_sequence_in_time() -> None:
    """Budget: 20 ms for each of seven stars, the best of three."""

    def seconds() -> float:
        start = perf_counter()
        pns_sequence()
        return perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.14
