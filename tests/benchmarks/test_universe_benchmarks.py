"""The early universe: points over the plane, a map, and the same point with a plain SciPy right-hand side."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from feebly import decays
from feebly.models import Model, b_minus_l, chargephobic, dark_photon
from feebly.transport.boltzmann import prepare
from feebly.transport.evolution import Evolution, default_evolution

sys.path.insert(0, str(Path(__file__).parents[1] / "references"))
from plain_universe import Plain

pytestmark = pytest.mark.benchmark(group="universe")

MODELS = [dark_photon(), b_minus_l(), chargephobic()]
MASSES, SCALES = np.geomspace(0.1, 60.0, 8), np.geomspace(1e-13, 1e-5, 12)


def _times(evolution: Evolution) -> np.ndarray:
    """Seconds of one core per point, the preparation shared by the couplings of a mass."""
    found = []
    for model in MODELS:
        for mass in MASSES:
            begin = time.process_time()
            made = prepare(model, float(mass), evolution)
            share = (time.process_time() - begin) / SCALES.size
            for scale in SCALES:
                begin = time.process_time()
                assert made.evolve(float(scale)).status == "ok"
                found.append(share + time.process_time() - begin)
    return np.array(found)


@pytest.mark.parametrize(("compton", "budget"), [("off", 0.05), ("on", 0.1)])
def test_points_of_the_plane(benchmark, compton: str, budget: float) -> None:  # type: ignore[no-untyped-def]
    """Budget: median 50 ms without, 100 ms with all processes; none above 1 s."""
    evolution = default_evolution() if compton == "on" else Evolution(compton="off")
    prepare(dark_photon(), 1.5, evolution).evolve(1e-10)
    found = benchmark.pedantic(_times, args=(evolution,), rounds=1)
    assert np.median(found) < budget
    assert found.max() < 1.0


def test_points_at_fresh_masses(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: median 100 ms, none above 1 s, with the preparation of each mass and all processes."""
    prepare(dark_photon(), 1.5).evolve(1e-10)
    random = np.random.default_rng(7)
    at = [(MODELS[k % 3], 0.1 * 600 ** random.random(), 1e-13 * 1e8 ** random.random()) for k in range(60)]

    def times() -> np.ndarray:
        found = []
        for model, mass, scale in at:
            begin = time.process_time()
            assert prepare(model, mass).evolve(scale).status == "ok"
            found.append(time.process_time() - begin)
        return np.array(found)

    found = benchmark.pedantic(times, rounds=1)
    assert np.median(found) < 0.1
    assert found.max() < 1.0


def test_single_point_against_plain_scipy(benchmark) -> None:  # type: ignore[no-untyped-def]
    """The same physics with explicit derivatives in numpy and BDF: slower by three or more."""
    model: Model = chargephobic()
    fip = decays.of(model, 15.0, hadrons=False)
    width = sum(fip.partial(channel) for channel in fip.channels if channel.startswith("nu"))
    made = prepare(model, 15.0, Evolution(compton="off", medium="off", pairs="off", mediated="off"))
    made.evolve(4e-10)
    begin = time.perf_counter()
    Plain(15.0, 0.0, width * 16e-20, 2.0).delta_n_eff(150.0, 3.044)
    plain = time.perf_counter() - begin
    benchmark(made.evolve, 4e-10)
    assert benchmark.stats.stats.median < plain / 3
