"""Laws that hold whatever the numbers: scaling, positivity, additivity, units, convergence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feebly import models
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import raffelt
from feebly.probes import SupernovaCooling
from feebly.transport.rays import Resolution

COARSE = Resolution(knots=40, chords=8, energies=12, bins=8)
masses = st.floats(0.2, 280.0)


@settings(max_examples=25)
@given(masses, st.floats(-13, -3))
def test_signal_is_positive_finite_and_below_transparent(mass: float, log_g: float) -> None:
    probe = _toy()
    response = probe.prepare(models.lmu_ltau(), mass)
    g = 10.0**log_g
    value, thin = response.evaluate([g, 1e-16]).value
    assert np.isfinite(value)
    assert value > 0
    assert value <= thin * (g / 1e-16) ** 2 * (1 + 1e-9)


@settings(max_examples=15)
@given(masses, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_charge_and_coupling_are_one(mass: float, factor: float) -> None:
    """A direction and a length: x_f times two is g times two (powers of two keep the bins of the depth)."""
    one = models.vector(charge={"nu_mu": 1.0, "mu": 1.0})
    more = models.vector(charge={"nu_mu": factor, "mu": factor})
    g = np.geomspace(1e-12, 1e-6, 7)
    a = _toy().prepare(one, mass).evaluate(g * factor).value
    b = _toy().prepare(more, mass).evaluate(g).value
    assert a == pytest.approx(b, rel=1e-9)


@settings(max_examples=10)
@given(masses)
def test_transparent_flavours_add(mass: float) -> None:
    g = [1e-14]
    both = _toy().prepare(models.vector(charge={"nu_mu": 1.0, "nu_e": 1.0}), mass).evaluate(g).value
    parts = [
        _toy().prepare(models.vector(charge={nu: 1.0}), mass).evaluate(g).value for nu in ("nu_mu", "nu_e")
    ]
    assert both == pytest.approx(
        sum(parts), rel=1e-3
    )  # the coarse grid bends the sum and the parts differently


def _toy() -> SupernovaCooling:
    return _CACHE.setdefault("toy", SupernovaCooling(star=raffelt(), compton="nr", resolution=COARSE))


_CACHE: dict[str, SupernovaCooling] = {}


def test_rescaling_all_energies_scales_the_luminosity_as_its_dimension(toy: StarProfile) -> None:
    """Massless limit of neutrino coalescence has one scale: T, m, 1/R all times s gives L times s^2."""
    s = 1.7
    neutrinos = models.vector(charge={"nu_mu": 1.0})
    scaled = replace(
        toy,
        radius=toy.radius / s,
        temperature=toy.temperature * s,
        potential={k: v * s for k, v in toy.potential.items()},
        neutrinosphere=toy.neutrinosphere / s,
        density={},
    )
    g = np.array([1e-11, 1e-8, 1e-6])
    one = SupernovaCooling(star=toy, compton="off").prepare(neutrinos, 20.0).evaluate(g).value
    two = SupernovaCooling(star=scaled, compton="off").prepare(neutrinos, 20.0 * s).evaluate(g).value
    assert two == pytest.approx(one * s**2, rel=1e-9)


def test_massless_limit_of_coalescence(toy: StarProfile) -> None:
    """The rate goes as m^2 for m far below T."""
    probe = SupernovaCooling(star=toy, compton="off")
    values = [probe.prepare(models.lmu_ltau(), m).evaluate([1e-15]).value[0] / m**2 for m in (0.01, 0.1)]
    assert values[0] == pytest.approx(values[1], rel=2e-2)


def test_slow_particles_do_not_leave(shells: StarProfile) -> None:
    """A heavy boson in a deep potential is trapped by gravity: the lapse suppresses more than N^2."""
    heavy = [
        SupernovaCooling(star=shells, compton="off", lapse=lapse)
        .prepare(models.lmu_ltau(), 250.0)
        .evaluate([1e-13])
        .value[0]
        for lapse in ("on", "off")
    ]
    assert heavy[0] / heavy[1] < 0.693**2


def test_hotter_star_shines_more() -> None:
    values = [
        SupernovaCooling(star=raffelt(core_temperature_mev=t), compton="off")
        .prepare(models.lmu_ltau(), 50.0)
        .evaluate([1e-12])
        .value[0]
        for t in (20.0, 30.0, 40.0)
    ]
    assert values[0] < values[1] < values[2]
