"""Named tasks of neutrinos from decays, with their budgets.

Run with ``make bench`` (one thread).
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from feebly.limits import solve
from feebly.models import Model, b_minus_l, hnl_mu, lmu_ltau, majoron_emu
from feebly.probes import GalacticNeutrinos, SupernovaNeutrinos
from feebly.probes.sn_neutrinos import NeutrinoBurst

pytestmark = pytest.mark.benchmark(group="sn-neutrinos")
MASSES = np.geomspace(1, 300, 60)


@pytest.mark.parametrize("probe", [SupernovaNeutrinos, GalacticNeutrinos], ids=lambda p: p.name)
@pytest.mark.parametrize("model", [lmu_ltau(), b_minus_l(), majoron_emu()], ids=lambda m: m.name)
def test_limit_at_60_masses_of_a_boson(benchmark, model: Model, probe: type[NeutrinoBurst]) -> None:  # type: ignore[no-untyped-def]
    """Budget: 5 s, after the tables of the star and of the detectors."""
    made = probe()
    solve(made, model, [10.0])

    def forget() -> tuple[tuple[object, ...], dict[str, object]]:
        made._kept.clear()
        return (made, model, MASSES), {}

    benchmark.pedantic(solve, setup=forget, rounds=3, iterations=1)
    assert benchmark.stats.stats.min < 5


def test_limit_at_60_masses_of_a_heavy_lepton(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 60 s; 2 s where the emission at these masses is known."""
    probe = SupernovaNeutrinos()
    solve(probe, hnl_mu(), [10.0])
    start = time.perf_counter()
    solve(probe, hnl_mu(), MASSES)
    assert time.perf_counter() - start < 60
    benchmark.pedantic(solve, args=(probe, hnl_mu(), MASSES), rounds=5, iterations=1)
    assert benchmark.stats.stats.min < 2


def test_one_likelihood(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 2 ms for each coupling, by the hundred."""
    probe = SupernovaNeutrinos()
    response = probe.prepare(lmu_ltau(), 50.0)
    counted = response.counted(np.geomspace(1e-12, 1e-9, 100))
    response.search.log_likelihood(counted)
    benchmark(response.search.log_likelihood, counted)
    assert benchmark.stats.stats.median < 2e-3 * 100
