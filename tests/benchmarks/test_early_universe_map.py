"""A map of N_eff and one limit, as users ask for them."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.limits import solve
from feebly.models import b_minus_l, chargephobic
from feebly.probes import EffectiveNeutrinos
from feebly.scan import signal_map

pytestmark = pytest.mark.benchmark(group="universe")


def test_map_of_60_by_60(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 180 s, all processes, one core."""
    mass, scale = np.geomspace(0.1, 60.0, 60), np.geomspace(1e-13, 1e-5, 60)
    probe = EffectiveNeutrinos(couplings="exact")
    found = benchmark.pedantic(signal_map, args=(probe, chargephobic(), mass, scale), rounds=1)
    assert found.valid.all()
    assert benchmark.stats.stats.median < 180


def test_limit_of_30_masses(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 120 s, all processes, one core, 15 decades of couplings."""
    mass = np.geomspace(0.1, 60.0, 30)
    found = benchmark.pedantic(solve, args=(EffectiveNeutrinos(), b_minus_l(), mass), rounds=1)
    assert set(found.status) == {"ok"}
    assert benchmark.stats.stats.median < 120
