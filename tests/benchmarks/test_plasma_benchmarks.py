"""The atlas in the angle of dark photon and B-L: one set of tables, many models.

Run with ``make bench`` (one thread).
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from feebly.environments.embedded_stars import raffelt
from feebly.models import chargephobic, em_bl
from feebly.probes import SupernovaCooling
from feebly.probes.sn_cooling import CoolingResponse

pytestmark = pytest.mark.benchmark(group="plasma")
MASSES = np.geomspace(1, 300, 60)
ANGLES = np.linspace(0, np.pi, 49)
SCALES = np.geomspace(1e-12, 1e-6, 60)


@pytest.fixture(scope="module")
def probe() -> SupernovaCooling:
    """With the tables of the star, which are made once."""
    warm = SupernovaCooling(star=raffelt())
    warm.prepare(em_bl(phi=0.3), 10.0).along(em_bl(phi=0.4)).evaluate(SCALES)
    return warm


def _tables(probe: SupernovaCooling) -> list[CoolingResponse]:
    return [probe.prepare(em_bl(phi=0.0), float(m)) for m in MASSES]


def _along(tables: list[CoolingResponse], phi: float) -> np.ndarray:
    model = em_bl(phi=phi)
    return np.array([table.along(model).evaluate(SCALES).value for table in tables])


def _atlas(probe: SupernovaCooling) -> np.ndarray:
    tables = _tables(probe)
    return np.array([_along(tables, float(phi)) for phi in ANGLES])


def test_tables_of_a_star(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 15 s, once per star: Compton scattering on both leptons, pions, nucleon averages."""
    once = benchmark.pedantic(
        lambda: SupernovaCooling(star=raffelt()).prepare(em_bl(phi=0.3), 10.0), rounds=1
    )
    assert np.isfinite(once.evaluate([1e-10]).value[0])
    assert benchmark.stats.stats.max < 15


def test_atlas_of_49_angles_by_60_masses(benchmark, probe: SupernovaCooling) -> None:  # type: ignore[no-untyped-def]
    """Budget: 15 s."""
    atlas = benchmark.pedantic(_atlas, args=(probe,), rounds=1)
    assert atlas.shape == (49, 60, 60)
    assert np.all(np.isfinite(atlas) & (atlas >= 0))
    assert benchmark.stats.stats.min < 15


def test_a_further_angle(benchmark, probe: SupernovaCooling) -> None:  # type: ignore[no-untyped-def]
    """Budget: 0.2 s for 60 masses."""
    tables = _tables(probe)
    benchmark.pedantic(_along, args=(tables, 1.234), rounds=5)
    assert benchmark.stats.stats.min < 0.2


def test_a_running_model_costs_the_same(probe: SupernovaCooling) -> None:
    """Charges that run are looked up at each mass: not more than twice the time."""
    tables = _tables(probe)
    times = []
    for model in (em_bl(phi=2.3), chargephobic()):
        start = time.perf_counter()
        for table in tables:
            table.along(model)
        times.append(time.perf_counter() - start)
    assert times[1] < 2 * times[0]
