"""Neutrino opacities: all kernels of both stars, and a map of diffusion times."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.shells import NeutrinoKind, shells_of
from feebly.models import Model, b_minus_l, scalar_lnc
from feebly.probes import NeutrinoDiffusion
from feebly.rates.stellar.nu_nucleon import KernelChoice, kernels
from feebly.scan import signal_map

pytestmark = pytest.mark.benchmark(group="opacity")


def test_all_kernels_of_both_stars(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 15 s on one core; a second is generous."""

    def both() -> int:
        stars = (fischer18_1s(), fischer18_5s())
        cases = [(star, kind) for star in stars for kind in get_args(NeutrinoKind)]
        return sum(
            kernels(shells_of(star, neutrino=kind), KernelChoice(kind=kind)).mass.size for star, kind in cases
        )

    assert benchmark(both) == 44
    assert benchmark.stats.stats.median < 1.0


@pytest.mark.parametrize("model", [b_minus_l(), scalar_lnc()], ids=lambda m: m.name)
def test_map_of_diffusion_times(benchmark, model: Model) -> None:  # type: ignore[no-untyped-def]
    """Budget: 0.2 s for 100 masses and 100 couplings of one model, with the kernels of the star known."""
    probe, mass, scale = NeutrinoDiffusion(), np.geomspace(0.1, 1000.0, 100), np.geomspace(1e-6, 1e-2, 100)
    probe.prepare(model, 1.0)
    table = benchmark(signal_map, probe, model, mass, scale)
    assert table.value.shape == (100, 100)
    assert benchmark.stats.stats.median < 0.2
