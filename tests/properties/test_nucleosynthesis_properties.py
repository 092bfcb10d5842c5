"""Balance, limits and convergence of nucleosynthesis."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import zeta

from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.rates.nucleosynthesis import _network
from feebly.rates.nucleosynthesis.neutron import GAP
from feebly.rates.nucleosynthesis.nuclear import fusions
from feebly.rates.nucleosynthesis.weak import WeakRates
from feebly.signals.light_nuclei import baryons_per_photon, light_nuclei
from feebly.units import SECOND
from standard_universe import standard_universe

TEMPERATURE = st.floats(0.03, 6.0)


@given(TEMPERATURE, st.booleans())
def test_detailed_balance_for_heavy_nucleons(t: float, radiative: bool) -> None:
    n_to_p, p_to_n = WeakRates(radiative=radiative, recoil=False)(t, t)
    assert p_to_n[0] / n_to_p[0] == pytest.approx(np.exp(-GAP / t), rel=1e-11)


@given(st.floats(0.05, 1.5))
def test_detailed_balance_with_recoil(t: float) -> None:
    """n / p = (m_n / m_p)^(3/2) exp(-gap / T), violated in second order only: (T / m_N)^2 and T gap / m_N^2."""
    n_to_p, p_to_n = WeakRates(radiative=False)(t, t)
    expected = (NEUTRON_MASS / PROTON_MASS) ** 1.5 * np.exp(-GAP / t)
    assert p_to_n[0] / n_to_p[0] == pytest.approx(expected, rel=8e-5)


@given(TEMPERATURE, st.floats(0.7, 1.1), st.floats(500.0, 1500.0))
def test_rates_scale_with_the_inverse_lifetime(t: float, ratio: float, lifetime: float) -> None:
    one, other = WeakRates(lifetime_s=1000.0)(t, ratio * t), WeakRates(lifetime_s=lifetime)(t, ratio * t)
    for a, b in zip(one, other, strict=True):
        assert a[0] * 1000.0 == pytest.approx(b[0] * lifetime, rel=1e-12)


def test_cold_neutrons_decay() -> None:
    n_to_p, p_to_n = WeakRates(lifetime_s=880.0)(np.array([0.01, 0.006]), np.array([0.007, 0.0043]))
    assert n_to_p * 880.0 * SECOND == pytest.approx(1.0, abs=2e-5)
    assert np.all(p_to_n < 1e-40 * n_to_p)


def test_rates_of_many_temperatures_are_those_of_each() -> None:
    t = np.geomspace(0.05, 5.0, 7)
    together = WeakRates()(t, 0.9 * t, 0.01)
    for i, value in enumerate(t):
        alone = WeakRates()(value, 0.9 * value, 0.01)
        assert [x[i] for x in together] == pytest.approx([x[0] for x in alone], rel=1e-12)


def test_steps_converge_and_the_default_is_good() -> None:
    universe = standard_universe()
    fine = light_nuclei(universe, steps=1600)
    errors = [abs(light_nuclei(universe, steps=n).helium_fraction - fine.helium_fraction) for n in (250, 500)]
    assert errors[1] < errors[0] / 4
    default = light_nuclei(universe)
    assert default.helium_fraction == pytest.approx(fine.helium_fraction, abs=3e-6)
    assert default.deuterium == pytest.approx(fine.deuterium, rel=5e-4)


def test_a_coarse_history_is_enough() -> None:
    values = [light_nuclei(standard_universe(n)).helium_fraction for n in (100, 1000)]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


def test_more_expansion_or_slower_weak_rates_make_more_helium() -> None:
    standard = light_nuclei(standard_universe()).helium_fraction
    faster = light_nuclei(standard_universe(neutrinos=4.0)).helium_fraction
    slower = light_nuclei(standard_universe(), WeakRates(lifetime_s=900.0)).helium_fraction
    assert faster > standard + 0.01
    assert slower > standard + 0.004


def test_fewer_neutrinos_and_antineutrinos_freeze_neutrons_earlier() -> None:
    """mu < 0 for both slows n <-> p down; the effect is even in the flavour, unlike that of an asymmetry."""
    universe = standard_universe()
    empty = dataclasses.replace(universe, mu_nu_e=np.full(universe.ln_a.size, -0.1))
    change = light_nuclei(empty).helium_fraction - light_nuclei(universe).helium_fraction
    assert 0 < change < 0.01


def test_heat_after_nucleosynthesis_dilutes_baryons() -> None:
    """Photons that are heated at the end mean more baryons per photon before, hence less deuterium."""
    universe = standard_universe()
    heat = np.where(universe.t_gamma < 0.004, 1.02, 1.0)
    heated = dataclasses.replace(universe, t_gamma=universe.t_gamma * heat)
    same = light_nuclei(heated, density=0.022).deuterium
    assert same == pytest.approx(light_nuclei(universe, density=0.022 * 1.02**3).deuterium, rel=2e-4)


def test_sharp_onset_is_close_to_the_network() -> None:
    """All neutrons into helium where deuterium in equilibrium would hold them all: that is a little late."""
    universe = standard_universe(2000)
    weak = WeakRates()
    inside = (universe.t_gamma < 6.0) & (universe.t_gamma > 0.03)
    t = universe.t_gamma[inside]
    rates = np.stack(weak(t, universe.t_nu_e[inside]), 1) / universe.hubble[inside][:, None]
    # equal steps in ln a
    ln_a = universe.ln_a[inside]
    grid = np.linspace(ln_a[0], ln_a[-1], 1601)
    per_expansion = np.exp(np.stack([np.interp(grid, ln_a, np.log(rates[:, i])) for i in (0, 1)], 1))
    none = np.zeros((grid.size, 0))
    start = per_expansion[0, ::-1] / per_expansion[0].sum()
    empty = np.zeros((0, 2), dtype=np.intp)
    found = _network.evolve(start, float(grid[4] - grid[0]), per_expansion, none, none, empty, empty)
    x_n, t = found[:, 0], np.interp(grid[::4], ln_a, t)
    capture = fusions()[0]
    n_b = baryons_per_photon() * 2 * float(zeta(3)) / np.pi**2 * t**3
    deuterium = x_n * (1 - x_n) * n_b / capture.reverse_ratio(t)
    onset = int(np.argmax(deuterium > x_n))
    assert t[onset] == pytest.approx(0.066, abs=0.002)  # Source: pitrou-helium, section on its temperature
    ratio = 2 * x_n[onset] / light_nuclei(universe).helium_fraction
    assert 0.92 < ratio < 1
