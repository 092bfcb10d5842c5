"""Histories of the early universe: options, faces, invariants."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from feebly.constants import NEWTON
from feebly.environments.universe import Universe
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.models import Model, b_minus_l, chargephobic, dark_photon, lmu_ltau, thermal_e
from feebly.transport import _boltzmann as compiled
from feebly.transport import _march
from feebly.transport.boltzmann import evolve, prepare, thermal_species
from feebly.transport.evolution import Evolution
from feebly.transport.history import History
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


def test_mistakes_with_models_and_couplings_get_one_line() -> None:
    with pytest.raises(InvalidValueError, match=r"feebly\.models\.dark_photon\(\)"):
        evolve("dark-photon", 1.0, 1e-10)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="One coupling is one history"):
        evolve(chargephobic(), 1.0, [1e-10])  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="One mass in MeV is needed here"):
        prepare(dark_photon(), [10.0, 20.0])  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="2 were given"):
        thermal_species([10.0, 20.0], "electrons")  # type: ignore[arg-type]
    with pytest.raises(UnsupportedModelError, match="thermal_species"):
        prepare(thermal_e(), 1.0)
    with pytest.raises(OutOfDomainError, match="masses up to 100 MeV"):
        prepare(dark_photon(), 3000.0, Evolution(initial="thermal"))


@pytest.mark.parametrize(
    "bad", [{"states": -3.0}, {"states": np.nan}, {"spin": 0.25}, {"spin": -1.0}], ids=str
)
def test_no_particle_has_such_states(bad: dict[str, float]) -> None:
    with pytest.raises(InvalidValueError, match="is not possible"):
        thermal_species(5.0, "electrons", **bad)


def test_earlier_production_knows_its_power_law() -> None:
    """Rate over H: T^-3 for decays, 1/T for processes with photons, here on muons."""
    for model, mass, power in ((chargephobic(), 5.0, 3.0), (lmu_ltau(), 0.05, 1.0)):
        made = prepare(model, mass)
        system = made._system(1e-10)
        begin = _march.equilibrium(made.evolution.universe, made.hot)
        thermal = np.append(begin, [np.log(made.hot), -mass / made.hot])
        ratio = _march.exchanges(system, thermal) / made._earlier(system, thermal)
        assert ratio == pytest.approx(power, rel=0.05)


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


def _bosons(mass: float, t: float, mu: float) -> tuple[float, float]:
    """Number and entropy density of three states, MeV^3, by a quadrature of its own."""
    x = (np.arange(4000) + 0.5) / 4000
    energy = mass + t * 45 * x**2
    measure = 3 / (2 * np.pi**2) * 90 * t * x / 4000 * np.sqrt(energy**2 - mass**2) * energy
    f = 1 / np.expm1((energy - mu) / t)
    return float(np.sum(measure * f)), float(np.sum(measure * ((1 + f) * np.log1p(f) - f * np.log(f))))


def _neutrinos(t: float, z: float, states: float) -> tuple[float, float]:
    """The same for massless fermions."""
    x = (np.arange(4000) + 0.5) / 100
    f = 1 / (np.exp(x - z) + 1)
    measure = states / (2 * np.pi**2) * t**3 / 100 * x**2
    return float(np.sum(measure * f)), float(-np.sum(measure * (f * np.log(f) + (1 - f) * np.log1p(-f))))


def _entropy(made: History, mass: float) -> np.ndarray:
    pressure = PLAIN.universe.plasma(made.t_gamma)[:, 1] * made.t_gamma**4
    total = (made.rho_plasma + pressure) / made.t_gamma
    for k in range(total.size):
        total[k] += _neutrinos(made.t_nu_e[k], made.mu_nu_e[k], 2)[1]
        total[k] += _neutrinos(made.t_nu_mu[k], made.mu_nu_mu[k], 4)[1]
        if made.rho_x[k] > 0:
            total[k] += _bosons(mass, made.t_x[k], made.mu_x[k])[1]
    return np.asarray(total * np.exp(3 * made.ln_a))


@pytest.mark.parametrize(
    ("model", "mass", "scale"),
    [
        (chargephobic(), 5.0, 3e-10),
        (b_minus_l(), 0.3, 2e-11),
        (dark_photon(), 1.5, 1e-9),
        (lmu_ltau(), 10.0, 1e-4),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_entropy_never_falls(model: Model, mass: float, scale: float) -> None:
    """Of everything, X included, by quadratures of occupation numbers: it grows while X is out of equilibrium."""
    made = evolve(model, mass, scale)
    entropy = _entropy(made, mass)
    assert np.min(np.diff(entropy)) > -1e-5 * entropy[0]
    assert entropy[-1] > (1 + 1e-5) * entropy[0]
    assert made.entropy_fall < 1e-6


def test_violated_invariants_are_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    made = prepare(chargephobic(), 5.0, PLAIN)
    assert made.evolution.standard.status == "ok"  # kept from here on
    for name, status in (("_ENERGY", "energy not conserved"), ("_ENTROPY", "entropy falls")):
        with monkeypatch.context() as patch:
            patch.setattr(_march, name, -1.0)
            failed = made.evolve(3e-10)
        assert failed.status == status
        with pytest.raises(ConvergenceError, match=status):
            _ = failed.n_eff


def test_one_neutrino_per_decay_violates_the_second_law() -> None:
    """That of the prescription, which is answered all the same."""
    one, two = (
        prepare(chargephobic(), 1.5, Evolution(neutrinos_per_decay=n, **OFF)).evolve(1e-9) for n in (1.0, 2.0)
    )
    assert one.status == two.status == "ok"
    assert one.entropy_fall > 1e-3
    assert two.entropy_fall < 1e-6


@pytest.mark.parametrize("mass", [0.0137, 0.02, 0.025])
def test_light_bosons_long_before_their_resonance(mass: float) -> None:
    assert prepare(lmu_ltau(), mass).evolve(1.5e-6).status == "ok"


@pytest.mark.parametrize("per_decay", [1.0, 2.0])
def test_neutrinos_and_two_per_boson_are_kept_after_decoupling(per_decay: float) -> None:
    """Below 0.2 MeV the weak force makes no neutrinos: n_nu + 2 n_X dilutes with the volume, or n_nu + n_X if so chosen."""
    made = prepare(chargephobic(), 0.3, Evolution(neutrinos_per_decay=per_decay, **OFF)).evolve(1e-9)
    rows = np.flatnonzero((made.t_gamma < 0.2) & (made.rho_x > 0))
    kept, bosons = [], []
    for k in rows:
        neutrinos = _neutrinos(made.t_nu_e[k], made.mu_nu_e[k], 6)[0]
        bosons.append(_bosons(0.3, made.t_x[k], made.mu_x[k])[0] * np.exp(3 * made.ln_a[k]))
        kept.append(neutrinos * np.exp(3 * made.ln_a[k]) + per_decay * bosons[-1])
    assert max(bosons) > 0.05 * kept[0]
    assert np.ptp(kept) < 1e-4 * kept[0]


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
    assert np.max(np.abs(np.diff(n, 2))) < 5e-4


def test_what_condenses_keeps_its_energy() -> None:
    """The energy passes both edges unchanged, and X is relativistic when it has a potential below its mass again."""
    made = prepare(lmu_ltau(), 0.04).evolve(3.2e-8)
    assert made.status == "ok"
    assert made.energy_error < 1e-5
    here = np.where(made.rho_x > 0, made.mu_x - 0.04, -1.0) / np.where(made.rho_x > 0, made.t_x, 1.0)
    condensed = here > -1e-6
    assert condensed.any()
    hot = made.t_x[condensed] / 0.04
    assert hot.min() > 10.0
    # nothing jumps at the two edges
    edges = np.flatnonzero(np.diff(condensed.astype(int)))
    assert edges.size == 2
    for k in edges:
        around = (made.rho_x * np.exp(4 * made.ln_a))[k - 2 : k + 4]
        assert np.all(np.diff(around) > 0)


def test_condensate_that_no_temperature_allows_is_no_number() -> None:
    """Energy of a gas at 10 MeV with a temperature 100 times less in the row: beyond the bracket of the root."""
    system = prepare(lmu_ltau(), 0.04)._system(1e-8)
    gas, note = np.empty(3), np.zeros(compiled.NOTE)
    compiled.gas(system.mass, system.states, -1.0, 10.0, -0.1, system.nodes, system.weights, gas)
    note[compiled.NUMBER], note[compiled.RHO_X] = gas[0], gas[1] + system.mass * gas[0]
    note[compiled.LN_X] = np.log(10.0)
    log, u = _march.own(system, compiled.FREE, 0.0, note)
    assert (log, u) == pytest.approx((np.log(10.0), -0.1), rel=1e-8)
    note[compiled.LN_X] = np.log(0.1)
    with pytest.raises(ConvergenceError, match="No temperature of X"):
        _march.own(system, compiled.CONDENSED, 0.0, note)
    note[compiled.LN_X], note[compiled.NUMBER] = np.log(10.0), 0.1 * gas[0]
    note[compiled.RHO_X] = gas[1] + system.mass * note[compiled.NUMBER]
    with pytest.raises(ConvergenceError, match="No potential of X"):
        _march.own(system, compiled.FREE, 0.0, note)


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
    assert data.attrs["delta_n_eff"] == history.delta_n_eff
    assert all("units" in data[name].attrs and "long_name" in data[name].attrs for name in data.variables)


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
