"""Named tasks with their budgets; ratios are taken in one run because machines drift.

Run with ``make bench`` (one thread).
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import plain_rates
from feebly.environments.embedded_stars import raffelt
from feebly.limits import solve
from feebly.models import lmu_ltau
from feebly.probes import SupernovaCooling
from feebly.testing.direct import direct_luminosity
from feebly.units import ERG, KM, SECOND

pytestmark = pytest.mark.benchmark(group="sn-cooling")
MASSES = np.geomspace(1, 300, 100)
SCALES = np.geomspace(1e-11, 1e-5, 120)


def _map(probe: SupernovaCooling) -> np.ndarray:
    model = lmu_ltau()
    return np.array([probe.prepare(model, float(m)).evaluate(SCALES).value for m in MASSES])


def test_map_of_100_masses_by_120_couplings(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: a median of 0.5 s after the first call."""
    probe = SupernovaCooling(star=raffelt(), compton="nr")
    values = benchmark(_map, probe)
    assert values.shape == (100, 120)
    assert benchmark.stats.stats.median < 0.5


def test_map_with_the_full_compton_rate(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: tables in 10 s once per star, then the same 0.5 s."""
    probe = SupernovaCooling(star=raffelt(), compton="full")
    start = time.perf_counter()
    probe.prepare(lmu_ltau(), 10.0)
    assert time.perf_counter() - start < 10
    benchmark(_map, probe)
    assert benchmark.stats.stats.median < 0.5


def test_map_is_accurate_and_1000_times_faster_than_direct_quadrature() -> None:
    """Relative error 1e-3 where L > 1e50 erg/s, at sampled points; the oracle at the same accuracy."""
    star, model = raffelt(), lmu_ltau()
    probe = SupernovaCooling(star=star, compton="nr")
    probe.prepare(model, 10.0).evaluate(SCALES)
    start = time.perf_counter()
    _map(probe)
    fast = (time.perf_counter() - start) / (MASSES.size * SCALES.size)
    slow, worst, count = 0.0, 0.0, 0
    for mass in (1.0, 3.0, 10.0, 40.0, 100.0, 250.0):
        rates = plain_rates(model, mass)
        for scale in (1e-11, 1e-9, 1e-8, 1e-7, 1e-6):
            got = probe.prepare(model, mass).evaluate([scale]).value[0] / (ERG / SECOND)
            if got < 1e50:
                continue
            start = time.perf_counter()
            exact = direct_luminosity(rates, star, 25 * KM, mass, scale, crowding=8.0, radii=32, steps=8) / (
                ERG / SECOND
            )
            slow, count = slow + time.perf_counter() - start, count + 1
            worst = max(worst, abs(got / exact - 1))
    print(
        f"\n  {count} points: worst relative difference {worst:.1e}; direct/fast = {slow / count / fast:.0f}"
    )
    assert worst < 1e-3
    assert slow / count / fast > 1000


def test_limit_at_60_masses(benchmark) -> None:  # type: ignore[no-untyped-def]
    probe = SupernovaCooling(compton="nr")
    limit = benchmark(solve, probe, lmu_ltau(), np.geomspace(1, 300, 60))
    assert limit.status.count("ok") == 60


def test_prepare_and_evaluate_one_mass(benchmark) -> None:  # type: ignore[no-untyped-def]
    probe = SupernovaCooling(star=raffelt(), compton="nr")
    benchmark(lambda: probe.prepare(lmu_ltau(), 30.0).evaluate(SCALES))


def _best_of(words: list[str], runs: int = 7) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def test_import_and_help_are_quick() -> None:
    """Budgets: import feebly 0.3 s, feebly --help 0.4 s, interpreter included."""
    load = _best_of([sys.executable, "-c", "import feebly"])
    help_ = _best_of([str(Path(sys.executable).with_name("feebly")), "--help"])
    print(f"\n  import {load:.3f} s, help {help_:.3f} s")
    assert load < 0.3
    assert help_ < 0.4
