"""Widths of a vector: the table of kernels, a new mixing angle, the first call."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from feebly import decays, models

pytestmark = pytest.mark.benchmark(group="widths")
MASSES = np.geomspace(1.0, 6e4, 250).tolist() + np.linspace(300.0, 2000.0, 250).tolist()


def test_all_widths_at_500_masses(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 0.2 s after the first call."""
    found = benchmark(decays.widths, models.b_minus_l(), MASSES)
    assert found.mass.size == 500
    assert benchmark.stats.stats.median < 0.2


def test_a_new_mixing_angle(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 5 ms for 500 masses, running included."""
    table = decays.tabulate(MASSES)
    angles = iter(np.linspace(0.1, 3.0, 100_000))

    def another() -> decays.Widths:
        return table.of(models.em_bl(phi=float(next(angles)), running="on"))

    found = benchmark(another)
    assert found.gamma.shape[1] == 500
    assert benchmark.stats.stats.median < 5e-3


def test_first_call() -> None:
    """Budget: 3 s in a fresh process, imports included."""
    code = "import numpy as np, feebly as fb; fb.widths(fb.models.dark_photon(), np.geomspace(1, 6e4, 500))"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert time.perf_counter() - start < 3.0
