"""g-2 of the electron and the muon: integral, limits, options, messages, command line."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from feebly import models
from feebly.cli import main
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.limits import solve
from feebly.probes import ElectronMoment, MuonMoment, configure, probe_options
from feebly.signals.moments import anomalous_moment
from feebly.statistics import delta_chi2, one_sided_limit
from feebly.testing import check_probe, example_models

PROBES = [
    ElectronMoment(),
    ElectronMoment(criterion="rubidium"),
    ElectronMoment(criterion="caesium"),
    MuonMoment(),
    MuonMoment(prediction="wp2020"),
]


def by_quadrature(ratio: float) -> float:
    """4 pi^2 a / (g x)^2 by adaptive quadrature, split where the integrand turns."""

    def integrand(z: float) -> float:
        return z**2 * (1 - z) / (z**2 + (1 - z) * ratio)

    edges = sorted({0.0, 1.0, min(math.sqrt(ratio), 0.5), max(0.5, 1 - 1 / (1 + ratio))})
    pieces = [
        quad(integrand, a, b, epsabs=0, epsrel=1e-12, limit=500)[0] for a, b in itertools.pairwise(edges)
    ]
    return math.fsum(pieces)


@pytest.mark.parametrize("ratio", [1e-4, 0.01, 0.3, 1.0, 1.9, 2.0, 2.1, 5.0, 30.0, 1e3])
def test_moment_against_adaptive_quadrature(ratio: float) -> None:
    moment = float(anomalous_moment(ratio, 1.0)[0])
    assert moment * 4 * math.pi**2 == pytest.approx(by_quadrature(ratio**2), rel=1e-10, abs=0)


def closed_form(r: float) -> float:
    """4 pi^2 a in closed form for r = M^2/m^2 < 4, where it does not cancel.

    z^2 (1 - z) / (z^2 - r z + r) = -z + 1 - r + (b z + c) / (z^2 - r z + r), integrated term by term.
    """
    b, c = 2 * r - r**2, -r * (1 - r)
    root = math.sqrt(4 * r - r**2)
    log = -math.log(r) / 2
    angle = math.atan((2 - r) / root) + math.atan(r / root)
    return 0.5 - r + b * log + (c + b * r / 2) * 2 / root * angle


@pytest.mark.parametrize("ratio", [1e-6, 1e-5, 1e-3, 0.1, 0.5, 1.0, 1.5])
def test_moment_against_the_closed_form(ratio: float) -> None:
    """Independent of quadrature, where the closed form does not cancel."""
    moment = float(anomalous_moment(ratio, 1.0)[0])
    assert moment * 4 * math.pi**2 == pytest.approx(closed_form(ratio**2), rel=1e-11)


@pytest.mark.parametrize("ratio", [1e3, 1e4, 1e5, 1e6])
def test_moment_of_a_heavy_vector(ratio: float) -> None:
    """Expansion in 1/r, r = M^2/m^2: 1/3r - (25/12 - ln r) / r^2 + O(ln r / r^3)."""
    r = ratio**2
    series = 1 / (3 * r) - (math.log(r) - float(Fraction(25, 12))) / r**2
    moment = float(anomalous_moment(ratio, 1.0)[0])
    assert moment * 4 * math.pi**2 == pytest.approx(series, rel=max(20 * math.log(r) / r**2, 1e-13), abs=0)


def test_limits_of_the_moment() -> None:
    light, heavy = anomalous_moment([1e-6, 1e6], 1.0)
    assert light == pytest.approx(1 / (8 * np.pi**2), rel=1e-5)  # next term pi M / m
    assert heavy == pytest.approx(1e-12 / (12 * np.pi**2), rel=1e-9, abs=0)


@given(st.floats(1e-6, 1e6), st.floats(1e-2, 1e4))
def test_only_the_ratio_of_masses_counts(ratio: float, mass: float) -> None:
    one, other = anomalous_moment([ratio], 1.0)[0], anomalous_moment([ratio * mass], mass)[0]
    assert one == pytest.approx(other, rel=1e-12, abs=0)


def test_the_moment_falls_with_the_mass() -> None:
    assert np.all(np.diff(anomalous_moment(np.geomspace(1e-6, 1e6, 200), 1.0)) < 0)


@pytest.mark.parametrize("mass", [0.0, -1.0, math.nan, math.inf])
def test_bad_masses_are_refused(mass: float) -> None:
    with pytest.raises(InvalidValueError):
        anomalous_moment(mass, 1.0)
    with pytest.raises(InvalidValueError):
        anomalous_moment(1.0, mass)


# --- criterion -------------------------------------------------------------------------------


def test_one_sided_limit() -> None:
    assert delta_chi2(0.95) == pytest.approx(3.841459, rel=1e-6)
    assert one_sided_limit(2.0, 1.0) == pytest.approx(2 + math.sqrt(delta_chi2(0.95)), rel=1e-12)
    assert one_sided_limit(-1e9, 1.0) == pytest.approx(delta_chi2(0.95) / 2e9, rel=1e-6, abs=0)


@given(st.floats(-50, 50), st.floats(0.1, 10), st.floats(0.5, 0.999))
def test_the_limit_is_where_chi2_has_risen(measured: float, error: float, level: float) -> None:
    limit = one_sided_limit(measured, error, level=level)
    best = max(measured, 0.0)
    rise = ((limit - measured) ** 2 - (best - measured) ** 2) / error**2
    assert limit > best
    assert rise == pytest.approx(delta_chi2(level), rel=1e-6)


@pytest.mark.parametrize(
    ("measured", "error", "level"),
    [(math.nan, 1.0, 0.95), (0.0, 0.0, 0.95), (0.0, -1.0, 0.95), (0.0, 1.0, 1.0), (0.0, 1.0, 0.0)],
)
def test_bad_measurements_are_refused(measured: float, error: float, level: float) -> None:
    with pytest.raises(InvalidValueError):
        one_sided_limit(measured, error, level=level)


def test_a_negative_difference_never_excludes_everything() -> None:
    probe = ElectronMoment(criterion="caesium")
    assert probe.difference("caesium")[0] < 0
    assert 0 < probe.rule.allowed < ElectronMoment(criterion="rubidium").rule.allowed
    floor = solve(probe, models.dark_photon(), [10.0]).excluded[0][0, 0]
    assert 1e-6 < floor < 1e-3


# --- probes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", PROBES, ids=repr)
def test_conformance(probe: ElectronMoment | MuonMoment) -> None:
    assert len(list(check_probe(probe, example_models()))) > 20


def test_options_are_the_contract() -> None:
    assert probe_options(ElectronMoment)["criterion"].choices == ("spread", "rubidium", "caesium")
    assert probe_options(ElectronMoment)["limit_ppb"].default == "1"
    assert probe_options(MuonMoment)["prediction"].choices == ("wp2025", "wp2020")
    assert configure(MuonMoment, {"sigmas": "3"}).rule.allowed == pytest.approx((38 + 3 * 63) * 1e-11, abs=0)


def test_bad_options_are_refused() -> None:
    for bad in ({"limit_ppb": 0.0}, {"limit_ppb": math.inf}, {"criterion": "lead"}):
        with pytest.raises(InvalidValueError):
            ElectronMoment(**bad)  # type: ignore[arg-type]
    for bad in ({"sigmas": 0.0}, {"sigmas": math.nan}, {"prediction": "wp1999"}):
        with pytest.raises(InvalidValueError):
            MuonMoment(**bad)  # type: ignore[arg-type]


def test_levels() -> None:
    assert ElectronMoment().rule.level is None
    assert ElectronMoment(criterion="rubidium").rule.level == 0.95
    assert MuonMoment().rule.level == pytest.approx(0.97725, abs=1e-5)


def test_limit_edge_is_the_allowed_moment() -> None:
    model = models.b_minus_l()
    edge = solve(ElectronMoment(), model, [3.0]).excluded[0][0, 0]
    expected = math.sqrt(1e-9 * ALPHA / (2 * math.pi) / anomalous_moment(3.0, ELECTRON_MASS)[0])
    assert edge == pytest.approx(expected, rel=1e-10)


def test_limit_scales_with_the_charge() -> None:
    one = solve(MuonMoment(), models.vector(charge={"mu": 1.0}), [10.0]).excluded[0][0, 0]
    three = solve(MuonMoment(), models.vector(charge={"mu": -3.0}), [10.0]).excluded[0][0, 0]
    assert one / three == pytest.approx(3.0, rel=1e-10)


@pytest.mark.parametrize("probe", [ElectronMoment(), MuonMoment()], ids=lambda p: p.name)
def test_no_charge_gives_an_empty_limit(probe: ElectronMoment | MuonMoment) -> None:
    limit = solve(probe, models.vector(charge={"nu_e": 1.0, "u": 1.0}), [1.0, 100.0])
    assert [interval.size for interval in limit.excluded] == [0, 0]
    assert limit.status == ("ok", "ok")


def test_the_charge_is_that_at_the_scale_of_the_loop() -> None:
    """L_mu - L_tau couples to the electron by its loop mixing at q^2 = -M^2 only."""
    model, mass = models.lmu_ltau(), 1000.0
    charge = abs(model.charges(["e-"], -(mass**2))[0])
    assert charge > 0
    expected = charge**2 * anomalous_moment(mass, ELECTRON_MASS)[0]
    assert ElectronMoment().prepare(model, mass).per_square == pytest.approx(expected, rel=1e-12, abs=0)
    nearly_one = MuonMoment().prepare(model, mass).per_square / anomalous_moment(mass, MUON_MASS)[0]
    assert nearly_one == pytest.approx(1.0, abs=0.01)
    assert nearly_one != 1.0


def test_the_loop_is_space_like() -> None:
    """At q^2 = +M^2 the loop mixing of L_mu - L_tau is complex above two muons; at -M^2 the charge is real."""
    model, mass = models.lmu_ltau(), 500.0
    there, on_shell = (complex(model.charges(["mu-"], q2)[0]) for q2 in (-(mass**2), mass**2))
    assert there.imag == 0
    assert on_shell.imag != 0
    assert abs(on_shell) != pytest.approx(there.real, rel=1e-4)
    moment = anomalous_moment(mass, MUON_MASS)[0]
    assert MuonMoment().prepare(model, mass).per_square == pytest.approx(
        there.real**2 * moment, rel=1e-12, abs=0
    )


def test_the_chargephobic_vector_is_not_constrained_below_a_mev() -> None:
    response = ElectronMoment().prepare(models.chargephobic(), 0.1)
    assert response.per_square == 0.0


def test_a_model_without_a_vector_is_refused() -> None:
    class Scalar:
        name = "scalar"

        def fingerprint(self) -> str:
            return "s"

    for probe in (ElectronMoment(), MuonMoment()):
        assert not probe.supports(Scalar()).ok  # type: ignore[arg-type]
        with pytest.raises(UnsupportedModelError, match="VectorCurrent"):
            probe.prepare(Scalar(), 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["g-minus-2-e", "g-minus-2-mu"])
def test_command_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["limit", name, "--model", "dark-photon", "--mass-mev", "1,10", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert document["probe"] == name
    assert document["kind"] == "computed"
    assert document["verdict"] == "excluded"
    keys = json.dumps(document["provenance"])
    assert "esseili-kribs-chargephobic" in keys
    assert "pospelov-secluded" in keys
    if name == "g-minus-2-mu":
        assert "precision/g_minus_2_muon.toml@sha256" in keys


def test_command_line_refuses_an_unknown_criterion(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "limit",
        "g-minus-2-e",
        "--model",
        "dark-photon",
        "--mass-mev",
        "1",
        "--option",
        "criterion=lead",
    ]
    assert main(words) != 0
    assert "rubidium" in capsys.readouterr().err
