"""Neutrino-nucleon kernels in any matter: positivity, exchange symmetry, scaling, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feebly.arrays import Array
from feebly.environments.shells import Shells
from feebly.models import b_minus_l, scalar_lnc, vector
from feebly.rates.stellar import nu_nucleon_kernels
from feebly.rates.stellar.nu_nucleon import KernelChoice, OpacityKernels, kernels
from feebly.rates.stellar.nu_nucleon_kernels import Flux, Matter, Neutrino, in_medium
from feebly.units import KM


@st.composite
def zones(draw: st.DrawFn) -> Shells:
    """One zone between dilute and degenerate, cold and hot."""
    t = draw(st.floats(1.0, 60.0))
    mass = draw(st.floats(250.0, 939.0))
    surface = draw(st.floats(-10.0, 8.0)) * t
    one = np.ones(1)
    return Shells(
        name="zone",
        radius=np.array([0.0, 1.0]) * KM,
        temperature=t * one,
        mass_eff=mass * one,
        potential_n=(mass + surface) * one,
        potential_p=(mass + surface - 3 * t) * one,
        potential_nu_e=draw(st.floats(0.0, 6.0)) * t * one,
    )


kinds = st.sampled_from(["nu", "antinu", "majorana-pit", "majorana-mupit"])
fluxes = st.sampled_from(["ee", "pk"])
energies = st.sampled_from(["fixed", "thermal"])


@settings(max_examples=15)
@given(zones(), kinds, fluxes, energies)
def test_rates_are_positive_and_finite(zone: Shells, kind: str, flux: str, energy: str) -> None:
    found = kernels(zone, KernelChoice(kind=kind, flux=flux, energy=energy))  # type: ignore[arg-type]
    assert np.all(np.isfinite(found.weight))
    assert np.all(found.t < 0)
    for j in range(3):
        assert np.all(found.weight[:, :, j].sum(axis=-1) > 0)
    assert np.all(found.standard() > 0)
    assert np.all(found.scalar(scalar_lnc(), 1.0).new > 0)
    for g in (1e-6, 1e-4, 1e-2):
        # a sum of amplitudes squared
        assert np.all(found.vector(b_minus_l(), 10.0).inverse_length([g]) > 0)


@settings(max_examples=10)
@given(zones(), kinds, fluxes)
def test_moments_are_ordered(zone: Shells, kind: str, flux: str) -> None:
    # <a>^2 <= <1> <a^2> at each node of the momentum transfer
    w = kernels(zone, KernelChoice(kind=kind, flux=flux)).weight  # type: ignore[arg-type]
    assert np.all(w[:, :, 1] ** 2 <= w[:, :, 0] * w[:, :, 2] * (1 + 1e-4) + 1e-300)


@settings(max_examples=15)
@given(zones())
def test_gains_balance_losses_in_equilibrium(zone: Shells) -> None:
    # thermal neutrinos give q to thermal nucleons as often as they take it: (E, E_N) and (E', E_N') trade places
    t, mu = float(zone.temperature[0]), float(zone.potential_nu_e[0])  # type: ignore[index]
    matter = Matter(t, float(zone.mass_eff[0]), np.array([zone.potential_n[0], zone.potential_p[0]]))
    _, weight = in_medium(matter, Neutrino(np.pi * t, mu, mu), "ee")
    nodes = weight.reshape(2, 3, nu_nucleon_kernels._SLOPES, -1)
    half = nu_nucleon_kernels._SLOPES // 2
    gains, losses = nodes[:, :, :half].sum(axis=(2, 3)), nodes[:, :, half:].sum(axis=(2, 3))
    np.testing.assert_allclose(gains, losses, rtol=1e-3)


@settings(max_examples=10)
@given(zones(), st.floats(0.05, 20.0))
def test_charges_and_coupling_scale_together(zone: Shells, factor: float) -> None:
    found = kernels(zone)
    charge = {"nu_e": 1.0, "u": 0.3, "d": -0.2}
    one = found.vector(vector(charge=charge), 5.0).inverse_length([1e-3 * factor])
    other = found.vector(vector(charge={k: x * factor for k, x in charge.items()}), 5.0).inverse_length(
        [1e-3]
    )
    np.testing.assert_allclose(one, other, rtol=1e-10)


@settings(max_examples=10)
@given(zones(), st.floats(0.5, 2.0))
def test_rates_scale_with_the_unit_of_energy(zone: Shells, factor: float) -> None:
    # everything in MeV: 1/lambda of the Standard Model goes as G_F^2 MeV^5
    bigger = replace(
        zone,
        temperature=zone.temperature * factor,
        mass_eff=zone.mass_eff * factor,
        potential_n=zone.potential_n * factor,
        potential_p=zone.potential_p * factor,
        potential_nu_e=zone.potential_nu_e * factor,  # type: ignore[operator]
    )
    np.testing.assert_allclose(kernels(bigger).standard(), factor**5 * kernels(zone).standard(), rtol=1e-5)


def _dilute(neutrino: float) -> Shells:
    one = np.ones(1)
    return Shells(
        "dilute", np.array([0.0, 1.0]), 5.0 * one, 939.0 * one, 890.0 * one, 880.0 * one, neutrino * one
    )


def test_blocking_of_neutrinos_slows_down() -> None:
    # final states fill up with the potential while the energy is kept; vectors do not tell nu from antinu otherwise
    def rate(kind: str) -> Array:
        return kernels(_dilute(30.0), KernelChoice(kind=kind)).vector(b_minus_l(), 10.0).new  # type: ignore[arg-type]

    assert rate("nu")[0] < rate("majorana-mupit")[0] < rate("antinu")[0]


def test_vacuum_is_the_dilute_medium_but_for_neutrino_blocking() -> None:
    # no nucleons to block, antineutrinos of a large potential: E >> T
    shells = _dilute(120.0)
    heavy = replace(shells, mass_eff=np.array([938.918755]))
    on, off = (kernels(heavy, KernelChoice(kind="antinu", medium=medium)) for medium in (True, False))
    np.testing.assert_allclose(on.standard(), off.standard(), rtol=2e-4)
    np.testing.assert_allclose(on.scalar(scalar_lnc(), 1.0).new, off.scalar(scalar_lnc(), 1.0).new, rtol=2e-4)
    pk = [
        kernels(heavy, KernelChoice(kind="antinu", medium=medium, flux="pk")).standard()
        for medium in (True, False)
    ]
    np.testing.assert_allclose(*pk, rtol=2e-4)


@pytest.mark.parametrize("flux", ["ee", "pk"])
def test_lightest_mediators_are_resolved(flux: Flux, monkeypatch: pytest.MonkeyPatch) -> None:
    def new() -> list[Array]:
        found: OpacityKernels = kernels(_dilute(20.0), KernelChoice(flux=flux))
        return [found.vector(b_minus_l(), 1e-3).new, found.scalar(scalar_lnc(), 1e-3).new]

    coarse = new()
    monkeypatch.setattr(nu_nucleon_kernels, "_LEAST", 1e-8)
    monkeypatch.setattr(nu_nucleon_kernels, "_MOMENTA", 128)
    np.testing.assert_allclose(coarse, new(), rtol=1e-3)
