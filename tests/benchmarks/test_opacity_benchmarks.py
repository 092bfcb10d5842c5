"""Neutrino opacities: all kernels of both stars, and a map of diffusion times."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.shells import NeutrinoKind, shells_of
from feebly.models import b_minus_l
from feebly.rates.stellar.nu_nucleon import kernels
from feebly.transport.random_walk import diffusion_time

pytestmark = pytest.mark.benchmark(group="opacity")


def test_all_kernels_of_both_stars(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 15 s on one core; a second is generous."""

    def both() -> int:
        stars = (fischer18_1s(), fischer18_5s())
        cases = [(star, kind) for star in stars for kind in get_args(NeutrinoKind)]
        return sum(kernels(shells_of(star, neutrino=kind), kind=kind).mass.size for star, kind in cases)

    assert benchmark(both) == 44
    assert benchmark.stats.stats.median < 1.0


def test_map_of_diffusion_times(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Budget: 0.2 s for 100 masses and 100 couplings of one model."""
    shells = shells_of(fischer18_1s())
    kernel, model, scale = kernels(shells, kind="antinu"), b_minus_l(), np.geomspace(1e-6, 1e-2, 100)

    def times() -> float:
        rows = [
            diffusion_time(shells.radius, kernel.vector(model, m).inverse_length(scale))
            for m in np.geomspace(0.1, 100.0, 100)
        ]
        return float(np.min(rows))

    assert benchmark(times) > 0
    assert benchmark.stats.stats.median < 0.2
