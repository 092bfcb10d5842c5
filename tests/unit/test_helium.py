"""Rules on the primordial helium fraction."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.errors import InvalidValueError, UnknownNameError
from feebly.signals.helium import helium_fraction, helium_measurements, helium_rule
from feebly.signals.light_nuclei import light_nuclei
from standard_universe import standard_universe


def test_rule_of_a_measurement_is_two_sided() -> None:
    rule = helium_rule("empress", level=0.683)
    error = np.hypot(0.0040, 0.0002)
    assert rule.allowed == pytest.approx(error, rel=2e-3)
    scores = rule.score(np.array([0.2402 - 2 * error, 0.2402, 0.2402 + 2 * error]), standard=0.247)
    assert scores[0] == pytest.approx(scores[2], rel=1e-12)
    assert scores[0] == pytest.approx(np.log(2), abs=2e-3)
    assert scores[1] == -np.inf


def test_window_of_a_paper_moves_with_the_standard_prediction() -> None:
    rule = helium_rule("esseili")
    assert rule.level is None
    assert rule.score(0.2569 - 0.0002, standard=0.2489) < 0 < rule.score(0.2569 + 0.0002, standard=0.2489)


def test_the_standard_universe_passes_every_rule() -> None:
    standard = helium_fraction(standard_universe())
    for name in (*helium_measurements(), "esseili"):
        assert helium_rule(name).score(standard, standard) < 0, name


def test_unknown_rules_and_levels() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean lbt"):
        helium_rule("lbtt")
    with pytest.raises(InvalidValueError, match="between 0 and 1"):
        helium_rule("lbt", level=95)


def test_helium_fraction_is_that_of_the_nuclei() -> None:
    universe = standard_universe(80)
    assert helium_fraction(universe, density=0.02) == light_nuclei(universe, density=0.02).helium_fraction


def test_rules_carry_their_sources() -> None:
    assert "yanagisawa-empress" in helium_rule("empress").provenance.keys
    assert "esseili-kribs-chargephobic" in helium_rule("esseili").provenance.keys
