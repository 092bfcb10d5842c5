"""Helium as a probe: signal, criteria, command line."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from feebly.cli import main
from feebly.errors import InvalidValueError
from feebly.limits import solve
from feebly.models import chargephobic, thermal_e, thermal_nu
from feebly.probes import Helium, configure, prescription
from feebly.signals.helium import helium_fraction, helium_rule

EXACT = Helium(couplings="exact")


def test_signal_is_the_fraction_of_the_history() -> None:
    signal = EXACT.prepare(chargephobic(), 1.5).evaluate([0.0, 1e-10])
    history = EXACT.history(chargephobic(), 1.5, 1e-10)
    assert signal.value[1] == pytest.approx(helium_fraction(history), abs=1e-12)
    assert signal.value[0] == signal.parts["standard model"][0] == EXACT.standard.helium_fraction
    np.testing.assert_allclose(sum(signal.parts.values()), signal.value, rtol=1e-12)


def test_standard_model_is_allowed() -> None:
    # source: aver-lbt-helium, abstract: predicted 0.2467 +- 0.0002, measured 0.2458 +- 0.0013
    assert EXACT.standard.helium_fraction == pytest.approx(0.2467, abs=3e-4)
    signal = EXACT.prepare(thermal_e(), 1e3).evaluate([1.0])
    assert Helium().rule.score(signal)[0] < 0
    # source: yanagisawa-empress, abstract: 0.2402 +- 0.0040, 1.7 standard errors below
    assert Helium(measurement="empress").rule.score(signal)[0] < 0
    assert Helium(measurement="empress", level=0.68).rule.score(signal)[0] > 0


@pytest.mark.parametrize("name", ["lbt", "empress", "esseili"])
def test_rules_are_those_of_helium(name: str) -> None:
    probe, rule = Helium(measurement=name), helium_rule(name)
    assert probe.rule.level == rule.level
    signal = EXACT.prepare(chargephobic(), 1.5).evaluate([1e-11, 1e-10, 1e-9])
    expected = rule.score(signal.value, EXACT.standard.helium_fraction)
    np.testing.assert_allclose(probe.rule.score(signal), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measurement": "keck"}, "Possible: lbt, empress, esseili"),
        ({"level": 0.0}, "confidence level"),
        ({"compilation": "old"}, "Possible: recent, smith"),
        ({"weak": "none"}, "y-p: weak = 'none'"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Helium(**options)


def test_particles_with_neutrinos() -> None:
    """Without potential they speed up the expansion, the lighter the more; with it they leave fewer, harder neutrinos."""

    def change(probe: Helium, mass: float) -> float:
        return float(probe.prepare(thermal_nu(), mass).evaluate([1.0]).parts["new particle"][0])

    held = Helium(mu_nu="zero")
    found = [change(held, m) for m in (1.0, 3.0, 10.0, 50.0)]
    assert all(a > b for a, b in itertools.pairwise(found))
    assert abs(found[-1]) < 1e-4
    assert change(EXACT, 5.0) < -0.02 < 0.01 < change(EXACT, 0.3)


def test_table_agrees_with_histories() -> None:
    g = np.geomspace(2e-12, 0.05, 9)
    probe = Helium(lines=EXACT.lines)
    table = probe.prepare(chargephobic(), 5.0).evaluate(g)
    exact = EXACT.prepare(chargephobic(), 5.0).evaluate(g)
    assert table.valid.all()
    assert np.max(np.abs(table.value - exact.value)) < 1e-4


def test_provenance_names_both_steps() -> None:
    keys = EXACT.provenance.keys
    assert {"aver-lbt-helium", "pitrou-helium", "escudero-thermodynamics"} <= set(keys)
    recipe = prescription("p2-esseili-y-p")
    probe = configure(Helium, recipe.options, based_on=recipe)
    assert (probe.measurement, probe.neutrinos_per_decay) == ("esseili", 1.0)
    assert dict(probe.provenance.choices)["prescription"] == "p2-esseili-y-p"


def test_limit_and_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = solve(Helium(), thermal_nu(), [1.0, 100.0])
    assert len(found.excluded[0]) == 1
    assert len(found.excluded[1]) == 0
    words = ["signal", "y-p", "--model", "thermal-nu", "--mass-mev", "1", "--scale", "1", "--json"]
    assert main(words) == 0
    table = json.loads(capsys.readouterr().out)
    assert np.ravel(table["value"])[0] > 0.25
    assert table["quantity"] == "helium mass fraction"
