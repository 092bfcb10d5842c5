"""N_eff in the standard model, with a vector and with thermal species, against published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from plain_universe import Plain

from feebly import decays
from feebly.environments.universe import Universe
from feebly.models import Model, b_minus_l, chargephobic, dark_photon, lmu_ltau, majoron_ee
from feebly.transport.boltzmann import prepare, thermal_species
from feebly.transport.evolution import Evolution

OFF = {"compton": "off", "medium": "off", "pairs": "off", "mediated": "off"}
PAPER = Universe(weak="mb", electron_mass="off", qed="off")
DEFAULT = Evolution(**OFF)
PRESCRIPTION = Evolution(universe=PAPER, neutrinos_per_decay=1, **OFF)
FULL = Evolution()


def test_standard_model_of_the_paper() -> None:
    """source: esseili-kribs-chargephobic, Eq. (33): 1.3945, -4.82e-3, 3.042; tolerance: printed digits."""
    made = Evolution(universe=PAPER).standard
    assert made.t_gamma[-1] / made.t_nu_e[-1] == pytest.approx(1.3945, abs=5e-5)
    assert made.mu_nu_e[-1] == pytest.approx(-4.82e-3, abs=5e-6)
    assert made.n_eff == pytest.approx(3.0423, abs=1e-4)


def test_standard_model_best_physics() -> None:
    """source: bennett-neutrino-decoupling, 3.0440 +- 0.0002; tolerance: 0.001, thermal spectra."""
    assert DEFAULT.standard.n_eff == pytest.approx(3.0440, abs=1e-3)
    split = Evolution(universe=Universe(neutrinos="split")).standard
    assert 3.043 <= round(split.n_eff, 4) <= 3.045
    assert split.t_nu_e[-1] > split.t_nu_mu[-1]


@pytest.mark.parametrize(
    ("model", "mass", "scale", "default", "prescription"),
    [
        (chargephobic(), 1.5, 1e-10, 0.207, 0.274),
        (dark_photon(), 1.5, 1e-10, -0.271, -0.275),
        (b_minus_l(), 1.5, 1e-10, 1.061, 0.988),
        (chargephobic(), 15.0, 4e-10, 0.222, 0.046),
        (dark_photon(), 15.0, 4e-10, -0.136, -0.115),
        (b_minus_l(), 15.0, 4e-10, 0.046, -0.024),
    ],
    ids=lambda x: getattr(x, "name", None),
)
def test_six_points(model: Model, mass: float, scale: float, default: float, prescription: float) -> None:
    """source: an independent calculation of the points of esseili-kribs-chargephobic; tolerance: 0.002, rounding and grids.

    The paper prints 0.27, -0.27, 0.86, 0.03, -0.1, -0.02.
    """
    assert prepare(model, mass, DEFAULT).evolve(scale).delta_n_eff == pytest.approx(default, abs=2e-3)
    assert prepare(model, mass, PRESCRIPTION).evolve(scale).delta_n_eff == pytest.approx(
        prescription, abs=2e-3
    )


@pytest.mark.parametrize(("model", "exact"), [(chargephobic(), "nu"), (dark_photon(), "e")], ids=["nu", "e"])
def test_against_a_plain_right_hand_side(model: Model, exact: str) -> None:
    """source: `plain_universe`, which shares no code; tolerance: 3e-4, its steps and 1e-6 of initial X."""
    fip = decays.of(model, 15.0, hadrons=False)
    neutrinos = sum(fip.partial(channel) for channel in fip.channels if channel.startswith("nu"))
    plain = Plain(15.0, fip.partial("e- e+") * 16e-20, neutrinos * 16e-20, 1.0)
    found = prepare(model, 15.0, PRESCRIPTION).evolve(4e-10)
    assert found.delta_n_eff == pytest.approx(plain.delta_n_eff(150.0, found.n_eff_standard), abs=3e-4)


@pytest.mark.parametrize(
    ("bath", "mass", "zero", "zero_tolerance", "evolved"),
    [
        ("neutrinos", 5.0, 4.14, 0.02, 5.21),
        ("neutrinos", 10.0, 3.37, 0.02, 3.71),
        ("neutrinos", 15.0, 3.133, 0.002, 3.22),
        ("electrons", 5.0, 2.26, 0.02, 2.25),
        ("electrons", 10.0, 2.77, 0.02, 2.74),
        ("electrons", 15.0, 2.962, 0.002, 2.94),
    ],
)
def test_thermal_bosons(bath: str, mass: float, zero: float, zero_tolerance: float, evolved: float) -> None:
    """source: the public code of escudero-thermodynamics (potential zero) and an independent calculation.

    Three states. Tolerance: at 5 and 10 MeV the public numbers were read off its coarse grid.
    """
    held = Evolution(universe=Universe(potential="zero"))
    assert thermal_species(mass, bath, evolution=held).n_eff == pytest.approx(zero, abs=zero_tolerance)
    assert thermal_species(mass, bath).n_eff == pytest.approx(evolved, abs=0.02)


@pytest.mark.parametrize("mass", [5.0, 15.0])
def test_strong_and_weak_limits_of_lmu_ltau(mass: float) -> None:
    """Without kinetic mixing: thermalised by decays only, or with its potential forced to 0 by pairs of X."""
    made = prepare(lmu_ltau(mixing="none"), mass)
    held = Evolution(universe=Universe(potential="zero"))
    weak = thermal_species(mass, "neutrinos").delta_n_eff
    strong = thermal_species(mass, "neutrinos", evolution=held).delta_n_eff
    assert made.evolve(1e-7).delta_n_eff == pytest.approx(weak, abs=2e-3)
    assert made.evolve(1e-3).delta_n_eff == pytest.approx(strong, abs=2e-3)
    between = made.evolve(1e-4).delta_n_eff
    assert strong < between < weak


def test_added_processes_at_the_points_of_the_paper() -> None:
    """Sizes found here, at 1.5 MeV and 1e-10; the first agrees with an independent estimate, -0.013 and +0.001.

    source: feebly; tolerance: 3 % of the change, quadrature.
    """
    points = {"dark-photon": dark_photon(), "b-l": b_minus_l()}
    compton = Evolution(**{**OFF, "compton": "on"})
    plain = {name: prepare(m, 1.5, DEFAULT).evolve(1e-10).delta_n_eff for name, m in points.items()}
    change = {
        name: prepare(m, 1.5, compton).evolve(1e-10).delta_n_eff - plain[name] for name, m in points.items()
    }
    assert change["dark-photon"] == pytest.approx(-0.013, abs=2e-3)
    assert change["b-l"] == pytest.approx(0.001, abs=1e-3)
    # photons that turn into X before neutrinos decouple; see the next test
    mixed = prepare(points["dark-photon"], 1.5, FULL).evolve(1e-10).delta_n_eff
    assert mixed == pytest.approx(-0.509, abs=3e-3)


def _modes(mass: float, scale: float, width: float, cooled: float = 10.75) -> tuple[float, float]:
    """Number of X over that of photons, and energy, after the resonance, mode by mode.

    Each transverse mode f' = Gamma (n_B - f) with the Lorentzian in Pi(T, E), massless plasma of 10.75 states that gives the
    energy, or `cooled` of them while the others keep their own; no spectrum is assumed.
    """
    from feebly.constants import E_CHARGE, NEWTON

    hot = np.sqrt(6) / E_CHARGE * mass
    t, n, dn = hot * np.exp(0.32), 0.0, 2e-4
    comoving = np.geomspace(1e-2, 40, 1500) * t
    measure = 2 * np.gradient(comoving) * comoving**2 / (2 * np.pi**2)
    f = np.zeros(comoving.size)
    bath = 10.75 * np.pi**2 / 30
    while t > hot * np.exp(-0.02):
        p = comoving * np.exp(-n)
        energy = np.hypot(p, mass)
        v = p / energy
        y = (E_CHARGE * t / 3) ** 2 * 1.5 / v**2 * (1 - (1 - v**2) * np.arctanh(v) / v) / mass**2
        rho = bath * t**4 + np.sum(measure * f * energy) * np.exp(-3 * n)
        hubble = np.sqrt(8 * np.pi * NEWTON / 3 * rho)
        rate = (scale * mass / E_CHARGE) ** 2 * width / ((1 - y) ** 2 + width**2) / energy / hubble
        gained = (f - 1 / np.expm1(energy / t)) * np.expm1(-rate * dn)
        f += gained
        drawn = np.sum(measure * gained * energy) * np.exp(-3 * n)
        t *= np.exp(-dn) * (1 - drawn / (4 * bath * cooled / 10.75 * t**4))
        n += dn
    number, energy_density = (np.sum(measure * f * k) * np.exp(-3 * n) for k in (1.0, energy))
    return number / (2 * 1.2020569 / np.pi**2 * t**3), energy_density / (np.pi**2 / 15 * t**4)


@pytest.mark.parametrize(
    ("scale", "tolerance"), [(3e-11, 0.06), (1e-10, 0.03), (3e-10, 0.15)], ids=["thin", "one", "thick"]
)
def test_resonance_mode_by_mode(scale: float, tolerance: float) -> None:
    """Number and energy of X just below the resonance, against modes that are followed one by one.

    Width as there, 0.011. Tolerance: wings after the resonance (thin), and for a thick one the speed of the plasma, that changes while
    modes cross it.
    """
    assert _below_resonance(1.5, scale) == pytest.approx(_modes(1.5, scale, 0.0108), rel=tolerance)


def test_resonance_after_neutrinos_stop_following() -> None:
    """At 0.5 MeV it lies at 4 MeV, where neutrinos refill the plasma in part while it lasts: between none and all."""
    found = _below_resonance(0.5, 1e-10)
    alone, together = (_modes(0.5, 1e-10, 0.0135, cooled) for cooled in (5.5, 10.75))
    for k in range(2):
        assert 0.97 * alone[k] < found[k] < together[k]


def _below_resonance(mass: float, scale: float) -> tuple[float, float]:
    """What `_modes` gives, of a history."""
    made = prepare(dark_photon(), mass, FULL)
    history = made.evolve(scale)
    row = int(np.argmax(history.t_gamma < 0.98 * np.exp(made.plasma.crossing.centre)))
    t, t_x = history.t_gamma[row], history.t_x[row]
    x = np.linspace(0, 1, 4001)[1:] ** 2 * 45
    energy = mass + t_x * x
    occupied = np.sqrt(energy**2 - mass**2) * energy / np.expm1((energy - history.mu_x[row]) / t_x)
    number = 3 / (2 * np.pi**2) * np.trapezoid(occupied, t_x * x)
    return number / (2 * 1.2020569 / np.pi**2 * t**3), history.rho_x[row] / (np.pi**2 / 15 * t**4)


def test_resonance_fills_two_of_three_states() -> None:
    """However strong, as long as nothing else makes X: n_X / n_gamma of two states is 1."""
    made = prepare(dark_photon(), 1.5, FULL)
    for scale in (1e-9, 3e-9):
        without = prepare(dark_photon(), 1.5, Evolution(medium="off")).evolve(scale)
        history = made.evolve(scale)
        row = int(np.argmax(history.t_gamma < 0.98 * np.exp(made.plasma.crossing.centre)))
        other = int(np.argmax(without.t_gamma < history.t_gamma[row]))
        share = history.rho_x[row] / (np.pi**2 / 15 * history.t_gamma[row] ** 4)
        plain = without.rho_x[other] / (np.pi**2 / 15 * without.t_gamma[other] ** 4)
        assert share < 1.0 + 0.5 * plain / 1.5


@pytest.mark.parametrize(
    ("mass", "weak", "strong"), [(3.0, 0.810, 0.537), (5.0, 0.598, 0.350), (10.0, 0.197, 0.104)]
)
def test_strong_majorons_have_no_potential(mass: float, weak: float, strong: float) -> None:
    """One state in equilibrium with neutrinos, potential evolved and zero; phi phi <-> nu nubar takes it away.

    source: thermal_species; tolerance: 0.001, Maxwell-Boltzmann pairs.
    """
    held = Evolution(universe=Universe(potential="zero"))
    ends = [
        thermal_species(mass, "neutrinos", states=1, spin=0, evolution=chosen).delta_n_eff
        for chosen in (FULL, held)
    ]
    assert ends == pytest.approx([weak, strong], abs=1e-3)
    made = prepare(majoron_ee(), mass)
    assert made.evolve(1e-6).delta_n_eff == pytest.approx(ends[0], abs=1e-3)
    assert made.evolve(1e-2).delta_n_eff == pytest.approx(ends[1], abs=1e-3)
    assert ends[1] < made.evolve(1e-4).delta_n_eff < ends[0]


def test_six_points_do_not_depend_on_the_steps_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halving the steps in ln T moves no point by 0.002."""
    from feebly.rates.plasma import strengths

    points = [(m(), *at) for m in (dark_photon, b_minus_l) for at in ((1.5, 1e-10), (15.0, 4e-10))]
    before = [prepare(m, mass, FULL).evolve(g).delta_n_eff for m, mass, g in points]
    monkeypatch.setattr(strengths, "_STEP", strengths._STEP / 2)
    after = [prepare(m, mass, FULL).evolve(g).delta_n_eff for m, mass, g in points]
    assert after == pytest.approx(before, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("model", [dark_photon(), b_minus_l(), chargephobic()], ids=lambda m: m.name)
def test_whole_plane_converges(model: Model) -> None:
    """Every point of the plane ends with energy conserved to 1e-4."""
    for mass in np.geomspace(0.1, 60.0, 12):
        made = prepare(model, float(mass), FULL)
        for scale in np.geomspace(1e-13, 1e-5, 17):
            found = made.evolve(float(scale))
            assert found.status == "ok", (mass, scale, found)
            assert found.energy_error < 1e-4


@pytest.mark.slow
def test_whole_lmu_ltau_plane_converges() -> None:
    for mass in np.geomspace(1e-2, 100.0, 9):
        made = prepare(lmu_ltau(), float(mass), FULL)
        for scale in np.geomspace(1e-12, 1e-2, 21):
            found = made.evolve(float(scale))
            assert found.status == "ok", (mass, scale, found)
            assert found.energy_error < 1e-4
