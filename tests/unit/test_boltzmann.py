"""Histories of the early universe: options, faces, invariants."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from feebly.constants import NEWTON
from feebly.environments.universe import Universe
from feebly.errors import ConvergenceError, InvalidValueError, UnsupportedModelError
from feebly.models import Model, b_minus_l, chargephobic, dark_photon, lmu_ltau
from feebly.transport.boltzmann import Evolution, History, evolve, prepare, thermal_species
from feebly.units import SECOND

OFF = {"compton": "off", "medium": "off", "pairs": "off", "mediated": "off"}
PLAIN = Evolution(**OFF)


@pytest.fixture(scope="module")
def history() -> History:
    return prepare(chargephobic(), 5.0, PLAIN).evolve(3e-10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"initial": "cold"}, "initial = 'cold' is not known"),
        ({"compton": "yes"}, "compton = 'yes' is not known"),
        ({"neutrinos_per_decay": 3.0}, "neutrinos_per_decay = 3 is not possible"),
        ({"tolerance": 1.0}, "tolerance = 1 is not possible"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Evolution(**options)


def test_bad_coupling_mass_and_bath_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="coupling is -1"):
        prepare(chargephobic(), 5.0, PLAIN).evolve(-1.0)
    with pytest.raises(InvalidValueError, match="must be positive"):
        prepare(chargephobic(), -5.0, PLAIN)
    with pytest.raises(InvalidValueError, match="bath = 'light'"):
        thermal_species(5.0, "light")
    with pytest.raises(InvalidValueError, match="needs neutrinos=common"):
        thermal_species(5.0, "neutrinos", evolution=Evolution(universe=Universe(neutrinos="split")))


def test_fermions_are_refused() -> None:
    @dataclasses.dataclass
    class Half:
        name = "half"
        spin = 0.5

    with pytest.raises(UnsupportedModelError, match=r"spin 0\.5"):
        prepare(Half(), 5.0, PLAIN)  # type: ignore[arg-type]


def test_without_coupling_nothing_happens() -> None:
    found = prepare(b_minus_l(), 5.0, PLAIN).evolve(0.0)
    assert found.delta_n_eff == 0.0
    assert not found.rho_x.any()


def test_failure_is_a_status_and_no_number(history: History) -> None:
    failed = dataclasses.replace(history, status="not converged")
    assert "not converged" in repr(failed)
    with pytest.raises(ConvergenceError, match="not converged"):
        _ = failed.n_eff


def test_hubble_rate_and_time_belong_together(history: History) -> None:
    total = history.rho_plasma + history.rho_nu_e + history.rho_nu_mu + history.rho_x
    np.testing.assert_allclose(history.hubble, np.sqrt(8 * np.pi * NEWTON / 3 * total), rtol=1e-12)
    # radiation only, at the end: t = 1/(2H) + const
    late = history.t_gamma < 0.05
    slope = np.diff(1 / history.hubble[late]) / np.diff(history.time[late])
    np.testing.assert_allclose(slope, 2.0, rtol=2e-3)
    assert np.all(np.diff(history.time) > 0)


def test_energy_is_conserved(history: History) -> None:
    assert history.energy_error < 1e-4


def test_entropy_never_falls(history: History) -> None:
    """Of photons, electrons and neutrinos once X is gone, and of the standard universe throughout."""
    for made in (history, PLAIN.standard):
        plain = made.rho_x == 0
        a3 = np.exp(3 * made.ln_a[plain])
        pressure = PLAIN.universe.plasma(made.t_gamma[plain])[:, 1] * made.t_gamma[plain] ** 4
        plasma = (made.rho_plasma[plain] + pressure) / made.t_gamma[plain]
        neutrinos = 4 / 3 * made.rho_nu_e[plain] * 3 / made.t_nu_e[plain]
        number = neutrinos * 0.2339  # n / s of massless fermions without potential, roughly
        entropy = (plasma + neutrinos - made.mu_nu_e[plain] * number) * a3
        assert np.all(np.diff(entropy) > -3e-4 * entropy[0])


def test_neutrinos_and_two_per_boson_are_kept_after_decoupling() -> None:
    """Without plasma couplings and below 0.3 MeV, n_nu + 2 n_X dilutes with the volume."""
    made = prepare(chargephobic(), 0.3, PLAIN).evolve(1e-9)
    late = made.t_gamma < 0.2
    energy = (made.rho_nu_e + made.rho_nu_mu + made.rho_x) * np.exp(4 * made.ln_a)
    assert np.all(np.diff(energy[late]) > -1e-4 * energy[late][0])  # X at rest gains on radiation


def test_thermal_start_has_more_particles_than_empty_one() -> None:
    empty, thermal = (
        prepare(dark_photon(), 30.0, Evolution(initial=initial, **OFF)).evolve(3e-12)
        for initial in ("empty", "thermal")
    )
    assert thermal.rho_x[0] > 1e3 * empty.rho_x[0]
    assert abs(thermal.delta_n_eff) > 3 * abs(empty.delta_n_eff)


def test_what_is_left_counts_as_matter() -> None:
    """A dark photon below two electron masses does not decay."""
    made = prepare(dark_photon(), 0.5, Evolution()).evolve(1e-11)
    assert made.status == "ok"
    assert made.t_gamma[-1] < 1e-6
    assert made.matter > 1e-3
    assert made.matter == pytest.approx(
        made.rho_x[-1] / (made.rho_plasma + made.rho_nu_e + made.rho_nu_mu)[-1]
    )


def test_strong_coupling_without_rounding(history: History) -> None:
    """From 1e10 to 1e14 times faster than the expansion nothing changes."""
    strong = prepare(chargephobic(), 5.0, PLAIN)
    found = [strong.evolve(g).delta_n_eff for g in (1e-6, 1e-4)]
    assert found[1] == pytest.approx(found[0], abs=1e-3)


def test_neighbouring_couplings_give_neighbouring_numbers() -> None:
    made = prepare(b_minus_l(), 4.0, PLAIN)
    n = [made.evolve(g).delta_n_eff for g in np.geomspace(1e-10, 1.2e-10, 9)]
    wiggle = np.convolve(n, [1, -4, 6, -4, 1], "valid") / np.sqrt(70)
    assert np.max(np.abs(wiggle)) < 1e-4


# lines of 1 % steps: where X begins to condense, is condensed, or stops, and over the resonance with the photon
@pytest.mark.parametrize(
    ("model", "mass", "scale"),
    [
        (b_minus_l(), 0.1, 4.7e-9),
        (b_minus_l(), 0.1, 8.2e-8),
        (dark_photon(), 0.05, 7e-9),
        (lmu_ltau(), 0.04, 5e-6),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_smooth_where_x_condenses(model: Model, mass: float, scale: float) -> None:
    made = prepare(model, mass)
    n = np.array([made.evolve(scale * 1.01**k).delta_n_eff for k in range(7)])
    assert np.max(np.abs(np.diff(n, 3))) < 1e-3


@pytest.mark.parametrize(("mass", "scale"), [(0.0933, 9e-11), (1.1, 3.7e-10)])
def test_smooth_over_masses_with_a_resonance(mass: float, scale: float) -> None:
    n = [prepare(dark_photon(), mass * 1.01**k).evolve(scale).delta_n_eff for k in range(5)]
    assert np.max(np.abs(np.diff(n, 2))) < 2e-4


def test_what_condenses_keeps_its_energy() -> None:
    """The energy passes both edges unchanged, and X is relativistic when it has a potential below its mass again."""
    made = prepare(b_minus_l(), 0.1).evolve(1e-8)
    assert made.status == "ok"
    assert made.energy_error < 1e-5
    here = np.where(made.rho_x > 0, made.mu_x - 0.1, -1.0) / np.where(made.rho_x > 0, made.t_x, 1.0)
    condensed = here > -1e-6
    assert condensed.any()
    hot = made.t_x[condensed] / 0.1
    assert hot.min() > 10.0
    # nothing jumps at the two edges
    edges = np.flatnonzero(np.diff(condensed.astype(int)))
    assert edges.size == 2
    for k in edges:
        around = (made.rho_x * np.exp(4 * made.ln_a))[k - 2 : k + 4]
        assert np.all(np.diff(around) > 0)


@pytest.mark.parametrize(("mass", "scale"), [(0.1, 1.0), (2.74, 0.0562), (2.74, 1.0), (31.0, 0.08)])
def test_strongest_couplings_reach_the_end(mass: float, scale: float) -> None:
    """With rates 10^20 times the expansion, and no more steps than elsewhere."""
    found = prepare(b_minus_l(), mass).evolve(scale)
    assert found.status == "ok"
    assert found.ln_a.size < 200


def test_tolerance_controls_the_error() -> None:
    coarse, fine = (
        prepare(dark_photon(), 1.5, Evolution(tolerance=t, **OFF)).evolve(1e-10).delta_n_eff
        for t in (1e-4, 1e-8)
    )
    default = prepare(dark_photon(), 1.5, PLAIN).evolve(1e-10).delta_n_eff
    assert default == pytest.approx(fine, abs=2e-5)
    assert coarse == pytest.approx(fine, abs=2e-3)


def test_dataset(history: History) -> None:
    pytest.importorskip("xarray")
    data = history.to_xarray()
    assert data.sizes == {"ln_a": history.ln_a.size}
    np.testing.assert_allclose(data["time_s"], history.time / SECOND, rtol=1e-12)
    assert data.attrs["status"] == "ok"


def test_one_call_is_the_same_as_two() -> None:
    assert (
        evolve(chargephobic(), 5.0, 3e-10, PLAIN).n_eff
        == prepare(chargephobic(), 5.0, PLAIN).evolve(3e-10).n_eff
    )


def test_choices_are_in_the_provenance(history: History) -> None:
    chosen = dict(history.provenance.choices)
    assert chosen["compton"] == "off"
    assert chosen["weak"] == "fd"
    assert "escudero-thermodynamics" in history.provenance.keys
