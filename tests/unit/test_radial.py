"""Escape along the radius with the factor a(r), against the printed integral."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from conftest import plain_rates
from feebly.environments import StarProfile
from feebly.math.quadrature import gauss
from feebly.models import VectorModel
from feebly.probes import SupernovaCooling
from feebly.transport.radial import radial_factor
from feebly.transport.rays import Resolution


def test_the_factor_is_that_of_the_paper() -> None:
    r = np.linspace(0.0, 25.0, 6)
    assert radial_factor(r, 10.0, 25.0) == pytest.approx([1 - x * (x - 10) / 1250 for x in r], rel=1e-14)
    assert radial_factor(np.array([0.0, 10.0]), 10.0, 25.0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("mass", [5.0, 60.0])
@pytest.mark.parametrize("scale", [1e-11, 1e-9, 1e-8, 3e-8])
def test_luminosity_by_the_printed_double_integral(
    toy: StarProfile, model: VectorModel, mass: float, scale: float
) -> None:
    """esseili-kribs-chargephobic, Eqs. (34)-(37) with 1/v; 5e-3: bins of the depth, as twice as many show."""
    probe = SupernovaCooling(star=toy, compton="nr", lapse="off", escape="radial-factor")
    exact = printed(toy, model, mass, scale)
    for resolution, tolerance in ((Resolution(), 5e-3), (Resolution().refined(2), 1.5e-3)):
        got = replace(probe, resolution=resolution).prepare(model, mass).evaluate([scale]).value[0]
        assert got == pytest.approx(exact, rel=tolerance)


def printed(star: StarProfile, model: VectorModel, mass: float, scale: float) -> float:
    """int dV int dE E^3 v / (2 pi^2) Gamma_prod exp(-a(r) tau(r)), tau by trapezoids from the outside."""
    rates = plain_rates(model, mass)
    y, weight = gauss(0.0, 1.0, 60)
    span = 30 * float(star.temperature.max())
    energy, energy_weight = mass + span * y**2, 2 * span * y * weight
    k = np.sqrt((energy - mass) * (energy + mass))
    surface = float(star.radius[-1])
    # points crowd at the surface, and the kink of the profile is one of them
    r = np.union1d(surface * np.sin(np.linspace(0, np.pi / 2, 4001)) ** 2, star.kinks)
    r = r[(r >= 0) & (r <= surface)]
    table = rates(star.sample(np.minimum(r, surface * (1 - 1e-12))), np.broadcast_to(energy, (r.size, 60)))
    kappa = table.absorption * energy / k
    steps = (kappa[1:] + kappa[:-1]) / 2 * np.diff(r)[:, None]
    tau = np.concatenate([np.cumsum(steps[::-1], axis=0)[::-1], np.zeros((1, energy.size))])
    peak = float(r[np.argmax(star.sample(np.minimum(r, surface * (1 - 1e-12))).temperature)])
    factor = (1 - r * (r - peak) / (2 * surface**2))[:, None]
    emitted = (
        scale**2 * table.production * k * energy**2 / (2 * np.pi**2) * np.exp(-(scale**2) * factor * tau)
    )
    return float(np.trapezoid(4 * np.pi * r**2 * (emitted @ energy_weight), r))


def test_transparent_stars_do_not_know_the_factor(toy: StarProfile, model: VectorModel) -> None:
    probe = SupernovaCooling(star=toy, compton="nr", lapse="off")
    both = [
        replace(probe, escape=escape).prepare(model, 30.0).evaluate([1e-14]).value[0]  # type: ignore[arg-type]
        for escape in ("angular", "radial-factor")
    ]
    assert both[0] == pytest.approx(both[1], rel=2e-4)


def test_spectrum_adds_up_to_the_luminosity(toy: StarProfile, model: VectorModel) -> None:
    probe = SupernovaCooling(star=toy, compton="nr", lapse="off", escape="radial-factor")
    emission = probe.emission(model, 30.0, by_energy=True)
    total = float(np.sum(emission.weight * emission.energy * emission.spectrum([1e-9])[0]))
    assert total == pytest.approx(probe.prepare(model, 30.0).evaluate([1e-9]).value[0], rel=2e-3)
