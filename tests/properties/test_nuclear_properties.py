"""Dense matter obeys thermodynamics, its limits, and has a solution everywhere in its domain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import kn

from feebly.arrays import Array
from feebly.environments.mean_field import mean_field
from feebly.environments.nuclear import DenseMatter, dense_matter
from feebly.environments.nuclear_equilibrium import Composition, solve_equilibrium
from feebly.environments.saturation import saturation
from feebly.math.fermi_gas import fermi_gas
from feebly.units import FM

STENCIL = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
FIRST = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / 12  # derivative in units of the step, fourth order
DENSITIES = np.geomspace(1e-4, 1.2, 16) / FM**3
TEMPERATURES = np.geomspace(0.5, 80.0, 9)
FRACTIONS = np.array([0.01, 0.03, 0.1, 0.3, 0.5])
CASES = [
    (0.008, 7.0, 0.05),
    (0.06, 33.0, 0.2),
    (0.15, 0.5, 0.4),
    (0.5, 15.0, 0.31),
    (1.2, 80.0, 0.1),
    (1e-4, 80.0, 0.3),
]

densities = st.floats(np.log(1e-4), np.log(1.2)).map(lambda x: float(np.exp(x)) / FM**3)
temperatures = st.floats(np.log(0.5), np.log(80.0)).map(lambda x: float(np.exp(x)))
fractions = st.floats(0.01, 0.5)


def _grid() -> tuple[Array, Array, Array]:
    n, t, y = (a.ravel() for a in np.meshgrid(DENSITIES, TEMPERATURES, FRACTIONS, indexing="ij"))
    return n, t, y


@pytest.mark.parametrize("muons", [False, True])
@pytest.mark.parametrize("kind", ["lepton-1", "lepton-2", "majorana", "proton-none", "proton-trapped"])
def test_a_state_everywhere(kind: str, muons: bool) -> None:
    n, t, y = _grid()
    word, _, rest = kind.partition("-")
    state = dense_matter(
        baryon_density=n,
        temperature=t,
        lepton_fraction=y if word == "lepton" else None,
        proton_fraction=y if word == "proton" else None,
        neutrinos="trapped" if word == "lepton" else "majorana" if word == "majorana" else rest,  # type: ignore[arg-type]
        neutrino_helicities=2 if rest == "2" else 1,
        muons=muons,
    )
    assert state.residual.max() < 1e-10
    assert np.all((state.effective_mass > 0) & (state.effective_mass < 938.0))
    assert np.all((state.fraction("p") > 0) & (state.fraction("p") < 1))
    for part in state.parts.values():
        assert np.all(np.isfinite(part.pressure))
        assert np.all(part.entropy >= 0)
    second = state.density["mu-"] if muons else np.zeros_like(n)
    excess = state.density["e-"] + second - state.density["p"]
    assert np.all(np.abs(excess) < 1e-10 * (state.density["p"] + np.abs(second)))
    _euler(state)


@pytest.mark.slow
def test_a_state_everywhere_on_a_fine_grid() -> None:
    axes = np.geomspace(1e-4, 1.2, 60) / FM**3, np.geomspace(0.5, 80.0, 40), np.linspace(0.01, 0.5, 15)
    n, t, y = (a.ravel() for a in np.meshgrid(*axes, indexing="ij"))
    for muons in (False, True):
        assert (
            dense_matter(baryon_density=n, temperature=t, lepton_fraction=y, muons=muons).residual.max()
            < 1e-10
        )


def _euler(state: DenseMatter) -> None:
    total, t = state.total, state.temperature
    weight = sum(state.potential[s] * state.density[s] for s in state.density)
    left = total.energy + total.pressure
    assert t * total.entropy + weight == pytest.approx(left, rel=1e-9)


@settings(max_examples=40)
@given(densities, temperatures, fractions, st.booleans())
def test_euler_relation(n: float, t: float, y: float, muons: bool) -> None:
    _euler(dense_matter(baryon_density=n, temperature=t, lepton_fraction=y, muons=muons))


@pytest.mark.parametrize(("n", "t", "y"), CASES)
@pytest.mark.parametrize("fixed", ["proton", "lepton", "free"])
def test_pressure_is_minus_the_derivative_by_volume(n: float, t: float, y: float, fixed: str) -> None:
    """P = n^2 d(f/n)/dn at fixed temperature and composition.

    At a fixed lepton fraction, or with free neutrinos, weak equilibrium moves the composition along, but the
    free energy is stationary in it; muon number comes from outside at the potential mu_nu_mu = 0.
    """
    step = 2e-3
    density = np.clip(n, 1.02e-4, 1.18) / FM**3 * np.exp(step * STENCIL)
    chosen = (
        {"proton_fraction": y} if fixed == "proton" else {"lepton_fraction": y} if fixed == "lepton" else {}
    )
    neutrinos = "trapped" if fixed == "lepton" else "majorana"
    state = dense_matter(baryon_density=density, temperature=t, neutrinos=neutrinos, muons=True, **chosen)  # type: ignore[arg-type]
    free = state.free_energy
    derived = FIRST @ (free / density) / step * density[2]
    size = np.abs(state.total.pressure[2]) + np.abs(free[2]) * 1e-6
    assert derived == pytest.approx(state.total.pressure[2], abs=1e-6 * size)


@pytest.mark.parametrize(("n", "t", "y"), CASES)
def test_potentials_are_derivatives_of_the_free_energy(n: float, t: float, y: float) -> None:
    """mu_i = df/dn_i of the nucleons at fixed temperature, s = -df/dT, and the Maxwell relations between them."""
    at = min(max(n, 1.02e-4), 1.18) / FM**3
    y = min(max(y, 0.02), 0.48)

    def baryons(density: Array, temperature: Array, fraction: Array) -> tuple[Array, DenseMatter]:
        state = dense_matter(
            baryon_density=density, temperature=temperature, proton_fraction=fraction, neutrinos="none"
        )
        part = state.parts["baryons"]
        return part.energy - temperature * part.entropy, state

    step = 2e-3
    dn = step * at * STENCIL * min(y, 0.5)
    neutrons = (1 - y) * at + dn  # protons fixed
    free, along_n = baryons(y * at + neutrons, np.full(5, t), y * at / (y * at + neutrons))
    mu_n = FIRST @ free / (dn[3] - dn[2])
    assert mu_n == pytest.approx(along_n.potential["n"][2], rel=1e-7)
    protons = y * at + dn  # neutrons fixed
    free, along_p = baryons((1 - y) * at + protons, np.full(5, t), protons / ((1 - y) * at + protons))
    mu_p = FIRST @ free / (dn[3] - dn[2])
    assert mu_p == pytest.approx(along_p.potential["p"][2], rel=1e-7)
    cross = FIRST @ along_n.potential["p"], FIRST @ along_p.potential["n"]
    assert cross[0] == pytest.approx(cross[1], rel=1e-5, abs=1e-5 * abs(FIRST @ along_n.potential["n"]))

    dt = step * t * STENCIL
    middle = min(max(t, 0.51), 79.0)
    free, along_t = baryons(np.full(5, at), middle + dt, np.full(5, y))
    entropy = along_t.parts["baryons"].entropy[2]
    assert -(FIRST @ free) / (dt[3] - dt[2]) == pytest.approx(entropy, rel=1e-6)
    _, along_n = baryons(y * at + neutrons, np.full(5, middle), y * at / (y * at + neutrons))
    heating = FIRST @ along_n.parts["baryons"].entropy / (dn[3] - dn[2])
    falling = -(FIRST @ along_t.potential["n"]) / (dt[3] - dt[2])
    assert heating == pytest.approx(falling, rel=1e-5)


@pytest.mark.parametrize(("n", "t", "y"), CASES)
def test_density_is_the_derivative_of_the_pressure(n: float, t: float, y: float) -> None:
    """dP = s dT + sum n_i dmu_i, along a way on which everything changes."""
    step = 1e-3
    shift = step * STENCIL
    state = dense_matter(
        baryon_density=np.clip(n, 1.02e-4, 1.18) / FM**3 * (1 + shift),
        temperature=np.clip(t, 0.51, 79.0) * (1 - shift),
        lepton_fraction=y * (1 + 0.5 * shift) * 0.98,
        muons=True,
    )
    change = FIRST @ state.total.pressure
    parts = [state.total.entropy[2] * (FIRST @ state.temperature)]
    parts += [state.density[s][2] * (FIRST @ state.potential[s]) for s in state.density]
    assert sum(parts) == pytest.approx(change, abs=1e-7 * max(abs(p) for p in parts))


@settings(max_examples=20)
@given(densities, st.floats(0.6, 79.0), st.floats(0.02, 0.48))
def test_potentials_rise_with_their_densities(n: float, t: float, y: float) -> None:
    """More protons per baryon: mu_n - mu_p falls and mu_e rises."""
    state = dense_matter(baryon_density=n, temperature=t, proton_fraction=[y, y + 0.01], neutrinos="none")
    splitting = state.potential["n"] - state.potential["p"]
    assert splitting[1] < splitting[0]
    assert state.potential["e-"][1] > state.potential["e-"][0]


def test_thin_matter_is_an_ideal_gas() -> None:
    """P = n T with the first corrections: the quantum one, and the mean fields to second order in n."""
    field, t, y = mean_field(), np.array([5.0, 20.0]), np.array([0.3, 0.3])
    n = np.full(2, 1e-5) / FM**3
    state = solve_equilibrium(field, n, t, Composition(y, None, free=True, helicities=1, muons=False))
    attraction, repulsion = (
        (field.sigma_coupling / field.sigma_mass) ** 2,
        (field.omega_coupling / field.omega_mass) ** 2,
    )
    assert 938.0 - state.effective_mass == pytest.approx(attraction * n, rel=0.05)  # thermal motion: n_s < n
    ideal = np.zeros(2)
    for mu, number in ((state.mu_n_eff, 0.7 * n), (state.mu_p_eff, 0.3 * n)):
        gas = fermi_gas(t, mu, mass=state.effective_mass)
        assert gas.number == pytest.approx(number, rel=1e-10)
        wave = (2 * np.pi / (state.effective_mass * t)) ** 1.5
        quantum = 1 + number * wave / 2**3.5
        ideal += gas.pressure
        assert gas.pressure == pytest.approx(number * t * quantum, rel=1e-5)
        x = state.effective_mass / t
        series = 1 + 15 / (8 * x) + 105 / (128 * x**2)  # K_2 at large argument
        classical = state.effective_mass + t * np.log(number * wave / (2 * series))
        assert (mu - classical) / t == pytest.approx(2 * (quantum - 1), abs=1e-5)
    whole = dense_matter(
        field, baryon_density=1e-4 / FM**3, temperature=t, proton_fraction=0.3, neutrinos="none"
    )
    n, ideal = whole.baryon_density, np.zeros(2)
    for species in ("n", "p"):
        ideal += fermi_gas(t, whole.potential_eff[species], mass=whole.effective_mass).pressure
    fields = (repulsion - attraction + field.isovector * 0.4**2) * n**2 / 2
    assert whole.parts["baryons"].pressure - ideal == pytest.approx(fields, abs=0.1 * attraction * n[0] ** 2)


def test_cold_matter_is_the_limit() -> None:
    """T = 0.5 and 1 MeV extrapolated as T^2 to the closed forms at zero temperature."""
    field = mean_field()
    cold = saturation(field)
    step = 1e-2
    n = cold.density * np.exp(step * STENCIL)
    free, pressure, splitting = [], [], []
    for t in (0.5, 1.0):
        state = dense_matter(field, baryon_density=n, temperature=t, proton_fraction=0.5, neutrinos="none")
        part = state.parts["baryons"]
        free.append((part.energy - t * part.entropy) / n - field.nucleon_mass)
        pressure.append(part.pressure)
        tilted = dense_matter(
            field, baryon_density=n[2], temperature=t, proton_fraction=[0.46, 0.48], neutrinos="none"
        )
        delta = 1 - 2 * tilted.fraction("p")
        slope = (tilted.potential["n"] - tilted.potential["p"]) / (4 * delta)  # S + O(delta^2)
        splitting.append(slope[1] + (slope[1] - slope[0]) * delta[1] ** 2 / (delta[0] ** 2 - delta[1] ** 2))
    zero = [(4 * a - b) / 3 for a, b in (free, pressure, splitting)]
    assert zero[0][2] == pytest.approx(cold.energy_per_baryon, abs=2e-5)
    assert 9 * FIRST @ zero[1] / step / cold.density == pytest.approx(cold.incompressibility, rel=1e-5)
    assert zero[2] == pytest.approx(cold.symmetry_energy, rel=2e-5)
    assert float(state.effective_mass[2]) / field.nucleon_mass == pytest.approx(cold.mass_ratio, abs=1e-4)


def test_antiparticles_count() -> None:
    """Hot thin matter: pairs carry pressure but no net number."""
    state = dense_matter(baryon_density=1e-4 / FM**3, temperature=80.0, proton_fraction=0.1, neutrinos="none")
    mu, mass = float(state.potential_eff["p"]), float(state.effective_mass)
    thermal = 2 * mass**2 * 80.0 * kn(2, mass / 80.0) / (2 * np.pi**2)  # Boltzmann density at mu = 0
    assert state.density["p"] == pytest.approx(2 * thermal * np.sinh(mu / 80.0), rel=1e-3)
    proton = fermi_gas(80.0, mu, mass=mass)
    assert proton.pressure == pytest.approx(2 * thermal * np.cosh(mu / 80.0) * 80.0, rel=1e-3)
    assert np.cosh(mu / 80.0) / np.sinh(mu / 80.0) > 1.02
