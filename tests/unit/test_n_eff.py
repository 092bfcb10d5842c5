"""N_eff as a probe: options, criteria, the table over the coupling, particles in equilibrium, command line."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feebly import decays
from feebly.cli import main
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.export.documents import signal_config_sha256
from feebly.limits import solve
from feebly.models import (
    ThermalBath,
    ThermalSpecies,
    VectorCurrent,
    chargephobic,
    dark_photon,
    hnl_e,
    lmu_ltau,
    majoron_ee,
    scalar_lnc,
    thermal_e,
    thermal_nu,
    vector,
)
from feebly.probes import EffectiveNeutrinos, Helium, configure, prescription, probe_options
from feebly.probes.universe_curve import RANGE, Tolerance, tabulated
from feebly.probes.universe_line import LEFT, UniverseResponse, Window
from feebly.provenance import Provenance
from feebly.scan import signal_map
from feebly.signals import Signal
from feebly.transport.boltzmann import evolve

PROBE = EffectiveNeutrinos()
EXACT = EffectiveNeutrinos(couplings="exact", lines=PROBE.lines)


@pytest.fixture(scope="module")
def response() -> UniverseResponse:
    return PROBE.prepare(chargephobic(), 5.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weak": "be"}, "weak = 'be' is not known. Possible: fd, mb"),
        ({"qed": "yes"}, "qed = 'yes' is not known"),
        ({"couplings": "all"}, "Possible: table, exact"),
        ({"criterion": "wmap"}, "Possible: limit, planck, desi, combined"),
        ({"neutrinos_per_decay": 3.0}, "neutrinos_per_decay = 3.0 is not known. Possible: 2, 1"),
        ({"limit": 0.0}, "limit is 0; it must be positive"),
        ({"level": 1.0}, "confidence level is 1;"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        EffectiveNeutrinos(**options)


def test_options_are_those_of_the_interface() -> None:
    asked = {
        "neutrinos_per_decay", "weak", "electron_mass", "qed", "compton", "medium_mixing", "neutrinos", "limit",
        "initial", "mu_nu", "pairs",
    }  # fmt: skip
    assert asked < set(probe_options(EffectiveNeutrinos))
    assert asked - {"limit"} < set(probe_options(Helium))


def test_options_reach_the_calculation() -> None:
    probe = configure(
        EffectiveNeutrinos,
        {"medium_mixing": "off", "mu_nu": "zero", "neutrinos": "split", "initial": "thermal", "weak": "mb"},
    )
    made = probe.evolution
    assert (made.medium, made.initial, made.compton) == ("off", "thermal", "on")
    assert (made.universe.potential, made.universe.neutrinos, made.universe.weak) == ("zero", "split", "mb")


def test_prescription_and_its_label() -> None:
    recipe = prescription("p2-esseili-n-eff")
    probe = configure(EffectiveNeutrinos, recipe.options, based_on=recipe)
    assert dict(probe.provenance.choices)["prescription"] == "p2-esseili-n-eff"
    changed = replace(probe, qed="on")
    assert dict(changed.provenance.choices)["prescription"] == "p2-esseili-n-eff*"
    assert dict(EXACT.provenance.choices)["prescription"] == "default"
    assert "esseili-kribs-chargephobic" in probe.provenance.keys


# --- criteria --------------------------------------------------------------------------------


def test_window_has_two_sides() -> None:
    value = np.array([-0.3, 0.0, 0.1, 0.5])
    signal = Signal(np.ones(4), value, "", "1", np.ones(4, bool))
    found = Window(0.1, 0.2, 0.4).score(signal)
    assert found[[0, 1]] == pytest.approx(np.log([2.0, 0.5]), abs=1e-12)
    assert np.isneginf(found[2])
    assert found[3] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("criterion", "low", "high"),
    # source: planck-parameters-2018, elbers-desi-neutrinos, goldstein-hill-n-eff, abstracts; 1.96 standard errors
    [("planck", 2.99 - 0.333, 2.99 + 0.333), ("desi", 2.89, 3.58), ("combined", 2.853, 3.127)],
)
def test_measurements_at_95_percent(criterion: str, low: float, high: float) -> None:
    probe = EffectiveNeutrinos(criterion=criterion)
    standard = probe.evolution.standard.n_eff
    edges = np.array([low, high]) - standard
    signal = Signal(np.ones(2), edges, "", "1", np.ones(2, bool))
    assert probe.rule.level == 0.95
    assert probe.rule.score(signal) == pytest.approx(0.0, abs=2e-3)
    assert (
        probe.rule.score(replace(signal, value=edges * 0.9)).max()
        < 0
        < probe.rule.score(replace(signal, value=edges * 1.1)).min()
    )


def test_limit_of_the_paper_is_the_default() -> None:
    rule = EffectiveNeutrinos().rule
    assert (rule.centre, rule.below, rule.above, rule.level) == (0.0, 0.4, 0.4, None)


# --- the table over the coupling -------------------------------------------------------------


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_table_follows_bends(width: float) -> None:
    def bump(g: float) -> float:
        x = np.log10(g)
        return float(g / (1e-9 + g) - 1.5 * np.exp(-(((x + 6.3) / width) ** 2)))

    curve = tabulated(bump, Tolerance(1e-3), has_tail=True)
    g = np.geomspace(1e-15, 0.09, 700)
    value, valid = curve(g)
    assert valid.all()
    assert np.max(np.abs(value - [bump(x) for x in g])) < 1e-3


def test_table_marks_what_could_not_be_calculated() -> None:
    curve = tabulated(lambda g: None if g > 1e-4 else g / (1e-9 + g), Tolerance(1e-3), has_tail=True)
    value, valid = curve(np.array([0.0, 1e-20, 1e-9, 3e-5, 1e-3, 0.05, 1.0]))
    assert valid.tolist() == [True, True, True, True, False, False, False]
    np.testing.assert_array_equal(np.isfinite(value), valid)
    assert value[0] == 0.0
    assert value[1] == pytest.approx(1e-11, rel=1e-3)


def test_table_without_tail_ends_at_its_range() -> None:
    curve = tabulated(lambda g: 1.0, Tolerance(1e-3), has_tail=False)
    assert curve(np.array([0.0, RANGE[0] / 2, 1e-9]))[1].tolist() == [False, False, True]


def test_table_of_nothing_is_refused() -> None:
    with pytest.raises(ConvergenceError, match="could not be followed"):
        tabulated(lambda g: None, Tolerance(1e-3), has_tail=True)


def test_table_agrees_with_histories(response: UniverseResponse) -> None:
    g = np.geomspace(2e-12, 0.05, 15)
    table = response.evaluate(g)
    exact = EXACT.prepare(chargephobic(), 5.0).evaluate(g)
    assert table.valid.all()
    allowed = 1e-3 * np.maximum(1.0, np.abs(exact.value) / 0.4)
    assert np.all(np.abs(table.value - exact.value) < allowed)


def test_edges_agree_with_histories(response: UniverseResponse) -> None:
    """The coupling at which the table says 0.4 has a history that says 0.4."""
    found = solve(PROBE, chargephobic(), [5.0])
    edges = [
        g for pair, kind in zip(found.excluded[0], found.edges[0], strict=True)
        for g, what in zip(pair, kind, strict=True) if what == "physical"
    ]  # fmt: skip
    assert edges
    for g in edges:
        assert abs(response.history(float(g)).delta_n_eff) == pytest.approx(0.4, abs=1e-3)


def test_table_toward_a_rule_has_the_same_edges(response: UniverseResponse) -> None:
    """Fewer histories, and none less next to 0.4."""
    calls: list[float] = []

    def counted(g: float) -> float:
        calls.append(g)
        x = np.log10(g)
        return float(3 * g / (1e-9 + g) - 5 * np.exp(-(((x + 5) / 0.8) ** 2)))

    tolerance = Tolerance(1e-3, linear=0.4)
    fine = tabulated(counted, tolerance, has_tail=True)
    many = len(calls)
    calls.clear()
    coarse = tabulated(counted, replace(tolerance, edges=(-0.4, 0.4)), has_tail=True)
    assert len(calls) < 0.8 * many
    g = np.geomspace(1e-13, 0.9, 4000)
    exact = np.array([counted(x) for x in g])
    for curve in (fine, coarse):
        away = np.abs(np.abs(exact) - 0.4) > 2e-3
        assert np.array_equal(np.abs(curve(g)[0])[away] > 0.4, np.abs(exact)[away] > 0.4)
    aimed = response.toward(PROBE.rule)
    assert aimed.tolerance.edges == (-0.4, 0.4)
    helium = Helium().prepare(chargephobic(), 5.0)
    low, high = helium.toward(Helium().rule).tolerance.edges
    assert low + helium.standard == pytest.approx(Helium().rule.centre - Helium().rule.below)
    assert high > low


def test_no_coupling_does_nothing(response: UniverseResponse) -> None:
    signal = response.evaluate([0.0, 1e-30])
    assert signal.value[0] == 0.0
    assert abs(signal.value[1]) < 1e-15
    assert np.isneginf(EffectiveNeutrinos().rule.score(signal)[0])


def test_two_signs() -> None:
    assert (
        EXACT.history(dark_photon(), 15.0, 4e-10).delta_n_eff
        < 0
        < EXACT.history(chargephobic(), 15.0, 4e-10).delta_n_eff
    )


def test_history_is_that_of_evolve() -> None:
    ours, theirs = EXACT.history(chargephobic(), 20.0, 1e-9), evolve(chargephobic(), 20.0, 1e-9)
    assert ours.delta_n_eff == theirs.delta_n_eff
    dataset = ours.to_xarray()
    assert dataset.attrs["status"] == "ok"
    assert {"rho_x", "t_gamma", "time_s"} <= set(dataset.data_vars)


def test_probes_share_histories() -> None:
    first = EffectiveNeutrinos(couplings="exact")
    second = Helium(couplings="exact", lines=first.lines)
    assert first.line(chargephobic(), 20.0) is second.line(chargephobic(), 20.0)
    assert first.line(chargephobic(), 20.0) is not first.line(chargephobic(), 21.0)
    assert EffectiveNeutrinos().line(chargephobic(), 20.0) is not first.line(chargephobic(), 20.0)


def _left(provenance: Provenance) -> list[str]:
    return [text for text in sorted(provenance.omitted) if text.startswith(LEFT)]


def test_particles_that_are_left_are_reported() -> None:
    probe = EffectiveNeutrinos(couplings="exact")
    left = probe.prepare(dark_photon(), 0.3).evaluate([1e-14, 1e-8])
    assert len(_left(left.provenance)) == 1
    assert "matter, not radiation" in _left(left.provenance)[0]
    assert LEFT not in dict(left.provenance.choices)
    assert not _left(probe.prepare(dark_photon(), 3.0).evaluate([1e-8]).provenance)
    found = solve(EffectiveNeutrinos(), dark_photon(), [0.3], scale_range=(1e-9, 1e-7))
    assert len(_left(found.provenance)) == 1


@pytest.mark.parametrize("couplings", ["table", "exact"])
def test_equal_questions_have_equal_hashes(couplings: str) -> None:
    """Whatever the probe was asked before: other couplings, and another quantity of the same histories."""
    probe = EffectiveNeutrinos(couplings=couplings)
    first = signal_map(probe, dark_photon(), [0.5], [1e-14])
    signal_map(probe, dark_photon(), [0.5], [1e-9, 3.7e-9])
    probe.history(dark_photon(), 0.5, 2.1e-9)
    signal_map(Helium(couplings="exact", lines=probe.lines), dark_photon(), [0.5], [1.3e-9])
    again = signal_map(probe, dark_photon(), [0.5], [1e-14])
    assert signal_config_sha256(again) == signal_config_sha256(first)
    assert again.provenance == first.provenance
    np.testing.assert_array_equal(again.value, first.value)
    other = signal_map(probe, dark_photon(), [0.5], [1e-9])
    assert _left(other.provenance) != _left(first.provenance)


def test_validity_does_not_depend_on_other_histories() -> None:
    """Where the particle outweighs radiation is read off the table alone, on both sides of its edge."""
    probe, g = EffectiveNeutrinos(), np.geomspace(4e-13, 8e-13, 200)
    before = probe.prepare(dark_photon(), 0.3).evaluate(g)
    assert before.valid.any()
    assert not before.valid.all()
    edge = float(g[np.flatnonzero(~before.valid)[0]])
    for near in np.linspace(0.7, 1.3, 5) * edge:
        probe.history(dark_photon(), 0.3, float(near))
    after = probe.prepare(dark_photon(), 0.3).evaluate(g)
    np.testing.assert_array_equal(after.valid, before.valid)
    np.testing.assert_array_equal(after.value, before.value)


def test_one_mass_at_a_time() -> None:
    with pytest.raises(InvalidValueError, match="2 were given"):
        EXACT.prepare(chargephobic(), [5.0, 6.0])  # type: ignore[arg-type]


@pytest.mark.parametrize("mass", [1e-5, 9e-5])
def test_too_light_is_refused(mass: float) -> None:
    with pytest.raises(OutOfDomainError, match=r"Possible: masses from 0\.0001 MeV"):
        EXACT.prepare(lmu_ltau(), mass)
    assert solve(EffectiveNeutrinos(), lmu_ltau(), [mass]).status == ("out-of-domain",)


@pytest.mark.parametrize("model", [hnl_e(), scalar_lnc()], ids=lambda m: m.name)
def test_others_are_refused(model) -> None:  # type: ignore[no-untyped-def]
    support = EXACT.supports(model)
    assert not support.ok
    assert "VectorCurrent, NeutrinoMatrix or ThermalBath" in support.why
    with pytest.raises(UnsupportedModelError, match="n-eff cannot answer"):
        EXACT.prepare(model, 10.0)


# --- particles in equilibrium ----------------------------------------------------------------


def test_thermal_models() -> None:
    for model, name in ((thermal_e(), "thermal-e"), (thermal_nu(dof=2, spin=0.5), "thermal-nu")):
        assert model.name == name
        assert isinstance(model, ThermalBath)
        assert not isinstance(model, VectorCurrent)
        with pytest.raises(UnsupportedModelError, match="not available"):
            decays.widths(model, [10.0])
    assert not isinstance(lmu_ltau(), ThermalBath)
    prints = {m.fingerprint() for m in (thermal_e(), thermal_nu(), thermal_e(dof=2), thermal_e(spin=0))}
    assert len(prints) == 4
    assert thermal_e(dof=3, spin=1).fingerprint() == thermal_e().fingerprint()


@pytest.mark.parametrize(
    ("dof", "spin", "message"),
    [(0.0, 1.0, "dof = 0"), (np.inf, 1.0, "dof = inf"), (3.0, 0.3, "spin = 0.3"), (3.0, -1.0, "spin = -1")],
)
def test_impossible_species(dof: float, spin: float, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ThermalSpecies("electrons", dof, spin)


def test_thermal_signal_does_not_depend_on_the_coupling() -> None:
    probe = EffectiveNeutrinos()
    signal = probe.prepare(thermal_nu(), 5.0).evaluate([0.0, 1e-12, 1e-3, 10.0])
    assert np.ptp(signal.value[1:]) == 0
    assert signal.valid[1:].all()
    assert signal.value[1] == probe.history(thermal_nu(), 5.0, 1.0).delta_n_eff
    found = solve(probe, thermal_nu(), [5.0, 50.0])
    assert found.excluded[0] == pytest.approx(np.array([found.scale_range]), rel=1e-12)
    assert len(found.excluded[1]) == 0


def test_thermal_needs_one_neutrino_temperature() -> None:
    probe = EffectiveNeutrinos(neutrinos="split")
    assert probe.supports(thermal_e()).ok
    assert "neutrinos=common" in probe.supports(thermal_nu()).why
    with pytest.raises(UnsupportedModelError, match="neutrinos=common"):
        probe.prepare(thermal_nu(), 5.0)


def test_majorons_become_thermal() -> None:
    found = EXACT.prepare(majoron_ee(), 5.0).evaluate([1e-7]).value[0]
    assert found == pytest.approx(EXACT.history(thermal_nu(dof=1, spin=0), 5.0, 1.0).delta_n_eff, abs=1e-3)


def test_more_states_do_more() -> None:
    found = [
        EXACT.history(thermal_nu(dof=n, spin=s), 10.0, 1.0).delta_n_eff for n, s in ((1, 0), (2, 0.5), (3, 1))
    ]
    assert all(a < b for a, b in itertools.pairwise(found))


# --- command line ----------------------------------------------------------------------------


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = ["n-eff", "--model", "thermal-nu", "--set", "dof=3", "--set", "spin=1"]
    assert main(["signal", *model, "--mass-mev", "5,15", "--scale", "1e-3", "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(np.ravel(table["value"]), [2.167, 0.177], atol=1e-3)
    assert table["quantity"] == "change of N_eff"
    path = tmp_path / "limit.json"
    assert main(["limit", *model, "--mass-mev", "5,15", "-o", str(path)]) == 0
    assert "15" in capsys.readouterr().out
    assert main(["explain", str(path)]) == 0
    said = capsys.readouterr().out
    assert "mu_nu = evolved" in said
    assert "escudero-thermodynamics" in said
    assert main(["cite", str(path)]) == 0
    assert "@article{escudero-thermodynamics" in capsys.readouterr().out
    assert main(["plot", str(path), "-o", str(tmp_path / "limit.png")]) == 0
    assert (tmp_path / "limit.png").stat().st_size > 1000


def test_command_line_names_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "signal",
        "n-eff",
        "--model",
        "b-l",
        "--mass-mev",
        "5",
        "--scale",
        "1e-9",
        "--option",
        "photons=on",
    ]
    assert main(words) == 2
    assert "compton" in capsys.readouterr().err


def test_limits_below_all_measurements_are_projections() -> None:
    assert not EffectiveNeutrinos().projected
    assert EffectiveNeutrinos(limit=0.05).projected
    assert not EffectiveNeutrinos(criterion="planck").projected
    found = solve(EffectiveNeutrinos(limit=0.05), thermal_nu(), [15.0])
    assert found.kind == "projected"


def test_nothing_is_claimed_where_the_particle_outweighs_radiation() -> None:
    """A dark photon that does not decay is matter: 1e-14 leaves less of it than radiation at 1 eV, 1e-11 more."""
    response = EffectiveNeutrinos(couplings="exact").prepare(dark_photon(), 0.3)
    signal = response.evaluate([1e-14, 1e-11])
    matter = [response.history(g).matter for g in (1e-14, 1e-11)]
    assert matter[0] < 1 < matter[1]
    assert signal.valid.tolist() == [True, False]
    assert np.isnan(signal.value[1])
    assert any("where nothing is claimed" in text for text in _left(signal.provenance))
    allowed = response.evaluate([1e-14])
    assert allowed.valid.all()
    assert not any("where nothing is claimed" in text for text in _left(allowed.provenance))
    helium = Helium(couplings="exact").prepare(dark_photon(), 0.3).evaluate([1e-11])
    assert helium.valid.all()


def test_a_line_cites_what_its_own_model_used() -> None:
    """A model of one's own with the charges of a named one has other sources, whatever was asked before."""
    named = lmu_ltau(mixing="none")
    own = vector(charge={"mu": 1, "nu_mu": 1, "tau": -1, "nu_tau": -1}, electromagnetic=0.0)
    assert own.fingerprint() == named.fingerprint()
    assert own.provenance.sources != named.provenance.sources
    probe = EffectiveNeutrinos()
    before = probe.line(named, 10.0)
    assert probe.line(named, 10.0) is before
    assert probe.line(own, 10.0).provenance.sources != before.provenance.sources
