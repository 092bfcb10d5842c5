"""The probes of neutrino diffusion: options, support, refusals, validity, criteria, and what they share."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feebly import models
from feebly.cli import main
from feebly.cli.parse import build_probe
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.pns_stars import pns_1s
from feebly.environments.shells import NeutrinoKind, shells_of
from feebly.errors import (
    FeeblyError,
    InvalidValueError,
    OmittedProcessWarning,
    OutOfDomainError,
    UnknownNameError,
    UnsupportedModelError,
)
from feebly.limits import solve
from feebly.models import Model
from feebly.probes import (
    CoalescenceWalk,
    EquationOfState,
    NeutrinoDiffusion,
    RightHandedNeutrinos,
    SelfScattering,
    configure,
    prescription,
    probe_options,
)
from feebly.probes.neutrino_opacity import obstacle, scalar_obstacle, walking_neutrino
from feebly.probes.sn_coalescence_walk import walking_flavour, zones_of
from feebly.provenance import Provenance
from feebly.rates.stellar.nu_nucleon import KernelChoice, cached_kernels
from feebly.scan import signal_map
from feebly.units import METRE, SECOND

PROBES = (CoalescenceWalk, EquationOfState, NeutrinoDiffusion, RightHandedNeutrinos, SelfScattering)
MEDIATORS = (models.b_minus_l(), models.scalar_lnc(), models.scalar_lnv())
ANSWERED = {
    NeutrinoDiffusion: {"b-l", "chargephobic", "scalar-lnc", "scalar-lnv"},
    RightHandedNeutrinos: {"scalar-lnc"},
    EquationOfState: {"scalar-lnv"},
    CoalescenceWalk: {"b-l", "chargephobic", "lmu-ltau"},
    SelfScattering: {"b-l", "chargephobic", "lmu-ltau"},
}
ALL_MODELS = (
    models.b_minus_l(),
    models.chargephobic(),
    models.dark_photon(),
    models.lmu_ltau(),
    models.scalar_lnc(),
    models.scalar_lnv(),
    models.vector(charge={"nu_e": 1.0}),
    models.vector(charge={"u": 1.0, "d": -2.0, "nu_e": 1.0}),
)


def test_options_are_the_contract() -> None:
    expected = {
        NeutrinoDiffusion: {
            "criterion": "10s",
            "neutrino": "",
            "flux": "ee",
            "interference": "physical",
            "formula": "",
            "energy": "fixed",
            "axial": "isovector",
        },
        RightHandedNeutrinos: {
            "criterion": "eq24",
            "neutrino": "antinu",
            "flux": "ee",
            "energy": "fixed",
            "axial": "isovector",
        },
        EquationOfState: {
            "neutrino": "majorana-mupit",
            "flux": "ee",
            "energy": "fixed",
            "axial": "isovector",
        },
        CoalescenceWalk: {
            "kernel": "detailed-balance",
            "duration_s": "0.1",
            "shells": "1-5",
            "mean_free_path_m": "",
        },
        SelfScattering: {"kernel": "detailed-balance", "shell": "all", "final": "all", "flux": "ee"},
    }
    for probe, options in expected.items():
        assert {name: option.default for name, option in probe_options(probe).items()} == options
    assert probe_options(NeutrinoDiffusion)["neutrino"].choices == (
        "antinu",
        "nu",
        "majorana-pit",
        "majorana-mupit",
    )
    assert probe_options(CoalescenceWalk)["shells"].choices[0] == "1-5"


@pytest.mark.parametrize(
    ("probe", "options", "error", "match"),
    [
        (NeutrinoDiffusion, {"criterion": "20s"}, InvalidValueError, "10s, 2sm"),
        (NeutrinoDiffusion, {"neutrinos": "nu"}, UnknownNameError, "neutrino"),
        (RightHandedNeutrinos, {"neutrino": "majorana-pit"}, InvalidValueError, "antinu, nu"),
        (EquationOfState, {"flux": "moeller"}, InvalidValueError, "ee, pk"),
        (CoalescenceWalk, {"duration_s": "0"}, InvalidValueError, "positive"),
        (CoalescenceWalk, {"mean_free_path_m": "-1"}, InvalidValueError, "positive"),
        (CoalescenceWalk, {"duration_s": "short"}, InvalidValueError, "finite"),
        (SelfScattering, {"shell": "7"}, InvalidValueError, "all, any, 1"),
    ],
)
def test_bad_options_are_refused(
    probe: type, options: dict[str, str], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        configure(probe, options)


@pytest.mark.parametrize("probe", PROBES)
def test_a_star_must_be_one(probe: type) -> None:
    with pytest.raises(InvalidValueError, match="StarProfile"):
        probe(star="fischer18-1s")


@pytest.mark.parametrize("probe", [p for p in PROBES if p is not NeutrinoDiffusion])
def test_only_a_probe_that_chooses_its_star_goes_without(probe: type) -> None:
    with pytest.raises(InvalidValueError, match="StarProfile, not None"):
        probe(star=None)


@pytest.mark.parametrize(
    ("value", "match"), [(None, "not None|is None"), ("a", "must be a number"), (True, "must be a number")]
)
def test_numbers_must_be_numbers(value: object, match: str) -> None:
    with pytest.raises(InvalidValueError, match=match):
        CoalescenceWalk(duration_s=value)  # type: ignore[arg-type]
    if value is not None:
        with pytest.raises(InvalidValueError, match=match):
            CoalescenceWalk(mean_free_path_m=value)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="criterion = 'None'"):
        NeutrinoDiffusion(criterion=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["majorana-pit", "majorana-mupit"])
def test_dirac_neutrinos_are_no_majorana_neutrinos(kind: NeutrinoKind) -> None:
    probe = NeutrinoDiffusion(neutrino=kind)
    assert "conserves lepton number" in probe.supports(models.scalar_lnc()).why
    assert not probe.supports(models.scalar_lnc()).ok
    assert probe.supports(models.scalar_lnv()).omitted == ()
    assert probe.supports(models.b_minus_l()).ok


@pytest.mark.parametrize("probe_class", [NeutrinoDiffusion, EquationOfState])
def test_dirac_distributions_for_a_majorana_model_are_announced(probe_class: type) -> None:
    probe, model = probe_class(neutrino="antinu"), models.scalar_lnv()
    (left_out,) = probe.supports(model).omitted
    assert "Dirac distributions, for comparison" in left_out
    assert left_out in probe.prepare(model, 10.0).provenance.omitted
    with pytest.warns(OmittedProcessWarning, match="for comparison"):
        solve(probe, model, [10.0])


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda m: m.name)
def test_who_is_answered(probe: type, model: Model) -> None:
    line = probe()
    support = line.supports(model)
    baryonic = model.name == "vector" and "u" in getattr(model, "charge", {})
    answered = ANSWERED[probe] | ({"vector"} if baryonic and probe is NeutrinoDiffusion else set())
    assert support.ok == (model.name in answered), support.why
    if not support.ok:
        with pytest.raises(UnsupportedModelError, match="cannot answer"):
            line.prepare(model, 10.0)


def test_reasons_name_what_is_missing() -> None:
    assert obstacle(models.lmu_ltau()) == "It needs a coupling to electron neutrinos."
    assert obstacle(models.vector(charge={"nu_e": 1.0})) == "It needs a coupling to neutrons or protons."
    assert "lepton number violating" in str(scalar_obstacle(models.scalar_lnc(), "violating"))
    assert "VectorCurrent" in str(scalar_obstacle(models.b_minus_l(), "violating"))
    why = NeutrinoDiffusion(formula="eq27").supports(models.b_minus_l()).why
    assert "scalar-lnc" in why
    assert not NeutrinoDiffusion(formula="eq27").supports(models.scalar_lnv()).ok


def test_the_walking_flavour_is_the_stronger_one() -> None:
    assert walking_flavour(models.lmu_ltau()) == "nu_mu"
    assert walking_flavour(models.vector(charge={"nu_mu": 0.5, "nu_tau": -1.0})) == "nu_tau"
    assert walking_flavour(models.scalar_lnc()) is None


# --- sn-diffusion -------------------------------------------------------------------------------


def test_defaults_follow_criterion_and_model() -> None:
    assert NeutrinoDiffusion().place.name == "fischer18-5s"
    assert NeutrinoDiffusion(criterion="2sm").place.name == "fischer18-1s"
    assert NeutrinoDiffusion(criterion="2sm", star=fischer18_5s()).place.name == "fischer18-5s"
    assert [walking_neutrino(model, None) for model in MEDIATORS] == ["antinu", "antinu", "majorana-mupit"]
    assert walking_neutrino(models.scalar_lnv(), "nu") == "nu"
    for model, formula in zip(MEDIATORS, ("eq21", "eq27", "eq21"), strict=True):
        choices = NeutrinoDiffusion().prepare(model, 10.0).provenance.choices
        assert ("formula", formula) in choices
        assert sum(name == "neutrino" for name, _ in choices) == 1


@pytest.mark.parametrize("model", MEDIATORS, ids=lambda m: m.name)
@pytest.mark.parametrize("criterion", ["10s", "2sm"])
def test_edges_are_the_closed_root(model: Model, criterion: str) -> None:
    probe = configure(NeutrinoDiffusion, {"criterion": criterion})
    burst = probe.prepare(model, 7.0).burst
    allowed = 10 * SECOND if criterion == "10s" else 2 * burst.standard
    edge = solve(probe, model, [7.0]).excluded[0][0, 0]
    assert edge == pytest.approx(burst.coupling(allowed), rel=1e-8)


def test_signal_at_zero_is_the_standard_model() -> None:
    for model in MEDIATORS:
        signal = NeutrinoDiffusion().prepare(model, 7.0).evaluate([0.0, 1e-4])
        assert signal.value[0] == signal.parts["standard model"][0]
        assert sum(signal.parts.values()) == pytest.approx(signal.value, rel=1e-12)
    assert set(signal.parts) == {"standard model", "new interaction"}


def test_larger_root_with_the_printed_sign() -> None:
    """The time falls below that of the Standard Model before it grows; only the growing side is excluded."""
    probe = NeutrinoDiffusion(criterion="2sm", interference="printed")
    response = probe.prepare(models.b_minus_l(), 100.0)
    g = np.geomspace(1e-6, 1e-2, 400)
    value = response.evaluate(g).value
    assert value.min() < response.burst.standard
    rows = solve(probe, models.b_minus_l(), [100.0]).excluded[0]
    assert rows.shape == (1, 2)
    assert rows[0, 0] > g[np.argmin(value)]


def test_mixed_neutrinos_need_collisions() -> None:
    """Eq. (27) holds above the window of `sn-right-handed`, and not inside it."""
    window = solve(RightHandedNeutrinos(), models.scalar_lnc(), [10.0]).excluded[0][0]
    response = NeutrinoDiffusion(criterion="2sm").prepare(models.scalar_lnc(), 10.0)
    valid = response.evaluate([0.0, window[0], 0.999 * window[1], 1.001 * window[1]]).valid
    assert valid.tolist() == [False, False, False, True]


def test_opacity_follows_the_model_it_is_asked_for() -> None:
    """The kernels of the last model are kept; another model, kind or sign must not meet them."""
    probe = NeutrinoDiffusion()
    first = probe.prepare(models.b_minus_l(), 10.0).burst
    probe.prepare(models.chargephobic(), 10.0)
    again = probe.prepare(models.b_minus_l(), 10.0).burst
    assert first == again == NeutrinoDiffusion().prepare(models.b_minus_l(), 10.0).burst
    assert first != probe.prepare(models.scalar_lnc(), 10.0).burst


def test_provenance_follows_the_model_it_is_asked_for() -> None:
    """A vector with the charges of B-L has its numbers and its fingerprint, but not its origin."""
    mine = Provenance(data=frozenset({"mine.toml@sha256:0"}))
    probe, other = NeutrinoDiffusion(), replace(models.b_minus_l(), provenance=mine)
    assert other.fingerprint() == models.b_minus_l().fingerprint()
    for model in (models.b_minus_l(), other, models.b_minus_l()):
        found = probe.prepare(model, 10.0).provenance
        assert found | model.provenance == found
        (foreign,) = ({models.b_minus_l().provenance, other.provenance}) - {model.provenance}
        assert found | foreign != found


def test_interference_is_recorded_where_there_is_some() -> None:
    probe = NeutrinoDiffusion(interference="printed")
    choices = [probe.prepare(m, 10.0).provenance.choices for m in (models.b_minus_l(), models.scalar_lnc())]
    assert ("interference", "printed") in choices[0]
    assert "interference" not in dict(choices[1])


@pytest.mark.parametrize("probe", [CoalescenceWalk(), SelfScattering()])
def test_provenance_holds_what_the_rates_are_made_of(probe: CoalescenceWalk | SelfScattering) -> None:
    found = probe.prepare(models.lmu_ltau(), 10.0).provenance
    assert any(name.startswith("nuclear/form_factors.toml") for name in found.data)
    assert {"cerdeno-medium-effects", "blinov-lmu-ltau"} <= set(found.keys)
    given = CoalescenceWalk(mean_free_path_m=3.0).prepare(models.lmu_ltau(), 10.0).provenance
    assert not any(name.startswith("nuclear/form_factors.toml") for name in given.data)
    assert "blinov-lmu-ltau" in given.keys


def test_b_minus_l_scales_with_its_charges() -> None:
    """Half the charges are half the coupling: interference a quarter, new interaction a sixteenth."""
    half = models.vector(
        charge={name: x / 2 for name, x in models.b_minus_l().charge.items()}
    )  # fmt: skip
    whole, part = (NeutrinoDiffusion().prepare(m, 10.0).burst for m in (models.b_minus_l(), half))
    assert part.interference == pytest.approx(whole.interference / 4, rel=1e-12)
    assert part.new == pytest.approx(whole.new / 16, rel=1e-12)


def test_stars_without_what_is_needed() -> None:
    plain = fischer18_5s()
    bare = replace(plain, name="bare", density={}, potential={}, mass_eff={})
    with pytest.raises(OutOfDomainError, match="nucleons"):
        NeutrinoDiffusion(star=bare).prepare(models.b_minus_l(), 10.0)
    potential = {name: values for name, values in plain.potential.items() if name != "nu_e"}
    with pytest.raises(OutOfDomainError, match="electron neutrinos"):
        NeutrinoDiffusion(star=replace(plain, name="mute", potential=potential)).prepare(
            models.b_minus_l(), 10.0
        )


@pytest.mark.parametrize("mass", [-1.0, 0.0, np.nan, np.inf])
@pytest.mark.parametrize("probe", [NeutrinoDiffusion(), CoalescenceWalk(), SelfScattering()])
def test_masses_that_make_no_sense(probe: NeutrinoDiffusion, mass: float) -> None:
    with pytest.raises(FeeblyError):
        probe.prepare(models.b_minus_l(), mass)


def test_smooth_star_is_cut(toy: StarProfile) -> None:
    """A profile without shells has a diffusion time of the size of those of the tables."""
    probe = NeutrinoDiffusion(star=toy)
    time_toy = probe.prepare(models.b_minus_l(), 10.0).burst.standard / SECOND
    assert 0.1 < time_toy < 10


def test_map_of_times_grows_with_the_coupling_and_falls_with_the_mass() -> None:
    table = signal_map(
        NeutrinoDiffusion(), models.b_minus_l(), np.geomspace(0.1, 1000, 20), np.geomspace(1e-6, 1e-2, 20)
    )
    assert table.value.shape == (20, 20)
    assert table.unit == "s"
    assert np.all(np.diff(table.value, axis=1) > 0)
    assert np.all(np.diff(table.value, axis=0) < 0)


# --- windows and walks --------------------------------------------------------------------------


def test_window_is_one_and_the_same() -> None:
    model, masses = models.scalar_lnc(), [0.1, 30.0]
    both = [solve(RightHandedNeutrinos(criterion=c), model, masses) for c in ("eq24", "eq26")]
    for first, second in zip(both[0].excluded, both[1].excluded, strict=True):
        assert first == pytest.approx(second, rel=1e-8)
    for probe_class in (RightHandedNeutrinos, EquationOfState):
        chosen = model if probe_class is RightHandedNeutrinos else models.scalar_lnv()
        response = probe_class().prepare(chosen, 30.0)  # type: ignore[attr-defined]
        value = response.evaluate([0.0, 1e-6, 2e-6]).value
        assert value[0] == 0
        assert value[2] / value[1] == pytest.approx(16, rel=1e-12)


def test_number_of_collisions_by_hand() -> None:
    """Both counts from the mean free paths of the response."""
    response = RightHandedNeutrinos().prepare(models.scalar_lnc(), 30.0)
    g, opacity, radius = 1e-5, response.opacity, response.radius
    walk = np.sum(np.diff(radius**2) * opacity.standard * opacity.new * g**4)
    assert response.evaluate([g]).value[0] == pytest.approx(walk, rel=1e-12)
    straight = RightHandedNeutrinos(criterion="eq26").prepare(models.scalar_lnc(), 30.0).evaluate([g])
    assert straight.value[0] == pytest.approx(np.sum(np.diff(radius) * opacity.new) * g**4, rel=1e-12)


def test_shells_are_counted_where_there_are_some(toy: StarProfile) -> None:
    with pytest.raises(InvalidValueError, match="more than the 5 shells"):
        CoalescenceWalk(star=fischer18_5s(), shells="1-6")
    assert CoalescenceWalk(star=toy, shells="all").prepare(models.lmu_ltau(), 10.0).walk.rate.size > 20
    times = [
        CoalescenceWalk(shells=s).prepare(models.lmu_ltau(), 50.0).walk.time_per_square
        for s in ("1-2", "1-3", "1-4", "1-5", "1-6", "all")
    ]  # fmt: skip
    assert np.all(np.diff(times[:5]) > 0)
    assert times[4] == times[5]
    # the cold neutrinosphere alone would take longer than all the rest
    assert times[5] > 10 * times[3]


def test_smooth_stars_are_cut_as_the_published_table() -> None:
    """The same walk within 5 % on a smooth star of the same matter: pns-1s was fitted to these shells."""
    walk = CoalescenceWalk(star=pns_1s())
    assert zones_of(pns_1s(), "1-5")[:-1] == pytest.approx(zones_of(fischer18_1s(), "1-5")[:-1])
    found = [solve(one, models.lmu_ltau(), [50.0]).excluded[0] for one in (walk, CoalescenceWalk())]
    assert found[0] == pytest.approx(found[1], rel=0.05)
    assert (
        SelfScattering(star=pns_1s(), shell="2").prepare(models.lmu_ltau(), 50.0).per_square.size
        == zones_of(pns_1s(), "2").size - 1
    )


def test_mean_free_path_of_the_walk() -> None:
    computed = CoalescenceWalk().prepare(models.lmu_ltau(), 10.0)
    given = CoalescenceWalk(mean_free_path_m=3.0).prepare(models.lmu_ltau(), 10.0)
    assert given.mean_free_path / METRE == pytest.approx(3.0)
    kernels = cached_kernels(shells_of(fischer18_1s()), KernelChoice(flavour="nu_mu", energy="thermal"))
    assert computed.mean_free_path == pytest.approx(1 / kernels.standard()[:5], rel=1e-12)
    long = CoalescenceWalk(mean_free_path_m=30.0)
    assert solve(long, models.lmu_ltau(), [10.0]).edges == ((("validity", "validity"),),)


def test_no_pair_makes_a_heavy_vector() -> None:
    with pytest.raises(OutOfDomainError, match="makes"):
        CoalescenceWalk().prepare(models.lmu_ltau(), 2e4)
    assert solve(CoalescenceWalk(), models.lmu_ltau(), [50.0, 2e4]).status == ("ok", "out-of-domain")


def test_a_tenth_of_a_second_at_200_mev_lies_outside_the_star() -> None:
    """Known from an independent evaluation, to two digits; `limit` excludes nothing there."""
    found = CoalescenceWalk().prepare(models.lmu_ltau(), 200.0).evaluate([7.4e-10])
    assert found.value[0] / SECOND == pytest.approx(0.1, rel=0.01)
    assert found.valid.tolist() == [False]


def test_a_star_without_nucleons_needs_a_mean_free_path() -> None:
    plain = fischer18_1s()
    bare = replace(plain, name="bare", density={}, potential={}, mass_eff={})
    limit = solve(CoalescenceWalk(star=bare), models.lmu_ltau(), [10.0])
    assert limit.status == ("out-of-domain",)
    assert solve(SelfScattering(star=bare, shell="2"), models.lmu_ltau(), [10.0]).status == ("out-of-domain",)
    given = CoalescenceWalk(star=bare, mean_free_path_m=3.0).prepare(models.lmu_ltau(), 10.0)
    known = CoalescenceWalk(mean_free_path_m=3.0).prepare(models.lmu_ltau(), 10.0)
    assert given.walk.time_per_square == pytest.approx(known.walk.time_per_square, rel=1e-12)


def test_choice_of_shells_for_meetings() -> None:
    per_shell = SelfScattering().prepare(models.lmu_ltau(), 50.0).per_square
    counted = {
        shell: configure(SelfScattering, {"shell": shell}).prepare(models.lmu_ltau(), 50.0).counted
        for shell in ("all", "any", "1", "6")
    }
    assert counted["all"] == per_shell[:5].min()
    assert counted["any"] == per_shell[:5].max()
    assert counted["1"] == per_shell[0]
    assert counted["6"] == per_shell[5]


# --- what all share -----------------------------------------------------------------------------


@pytest.mark.parametrize("probe", PROBES)
def test_provenance_and_label(probe: type) -> None:
    line = probe()
    assert ("prescription", "default") in line.provenance.choices
    assert line.provenance.sources >= line.rule.provenance.sources
    assert line.provenance.omitted
    assert line.rule.level is None
    assert type(line).__name__ in repr(line)
    names = [name for name, _ in line.provenance.choices]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "probe", "found"),
    [
        ("p4-cerdeno", "sn-diffusion", "p4-cerdeno"),
        ("p4-cerdeno", "sn-right-handed", "p4-cerdeno-right-handed"),
        ("p4-cerdeno", "sn-eos", "p4-cerdeno-eos"),
        ("p1-cerdeno", "sn-cooling", "p1-cerdeno"),
        ("p1-cerdeno", "sn-coalescence-walk", "p1-cerdeno-walk"),
        ("p1-cerdeno", "sn-self-scattering", "p1-cerdeno-self-scattering"),
    ],
)
def test_a_paper_names_its_prescription_for_each_probe(name: str, probe: str, found: str) -> None:
    assert ("prescription", found) in build_probe(probe, prescription=name).provenance.choices


def test_prescriptions_of_another_paper_are_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"is for sn-cooling, not for sn-diffusion\.\n.*p4-cerdeno"):
        build_probe("sn-diffusion", prescription="p1-cerdeno")


@pytest.mark.parametrize(
    ("prescription_name", "options", "star", "label"),
    [
        ("p4-cerdeno", (), "fischer18-5s", "p4-cerdeno"),
        ("p4-cerdeno-2sm", (), "fischer18-1s", "p4-cerdeno-2sm"),
        ("p4-cerdeno", ("criterion=2sm",), "fischer18-1s", "p4-cerdeno*"),
    ],
)
def test_the_criterion_chooses_the_star(
    prescription_name: str, options: tuple[str, ...], star: str, label: str
) -> None:
    probe = build_probe("sn-diffusion", prescription=prescription_name, options=options)
    assert {("star", star), ("prescription", label), ("axial", "printed")} <= probe.provenance.choices


def test_another_star_marks_the_prescription() -> None:
    for star, label in (("fischer18-5s", "p4-cerdeno"), ("fischer18-1s", "p4-cerdeno*")):
        probe = build_probe("sn-diffusion", prescription="p4-cerdeno", star=star)
        assert ("prescription", label) in probe.provenance.choices


def test_unknown_options_do_not_name_a_star_that_is_not_chosen() -> None:
    with pytest.raises(UnknownNameError) as error:
        build_probe("sn-diffusion", options=["criteron=2sm"])
    assert "fischer18" not in str(error.value)
    assert "Did you mean criterion" in str(error.value)
    with pytest.raises(UnknownNameError, match="on fischer18-5s"):
        build_probe("sn-diffusion", star="fischer18-5s", options=["criteron=2sm"])


def test_hint_of_the_opacity_verb_stays_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mute.csv"
    path.write_text("radius_km,temperature_mev,n_b_fm3,y_e\n0,20,0.3,0.2\n20,10,0.1,0.1\n")
    # a profile without neutrino potential: the probe asks for the column, the verb knows another way out
    words = ["limit", "sn-diffusion", "--model", "b-l", "--mass-mev", "10", "--star", str(path)]
    main([*words, "--option", "neutrinosphere_km=20"])
    assert "nu_x" not in capsys.readouterr().out
    verb = ["opacity", "--star", str(path), "--flavour", "nu_e", "--option", "neutrinosphere_km=20"]
    assert main(verb) == 3
    assert "--flavour nu_x" in capsys.readouterr().err


def test_changed_prescriptions_are_marked() -> None:
    recipe = prescription("p1-cerdeno-walk")
    exact = configure(CoalescenceWalk, recipe.options, based_on=recipe)
    assert ("prescription", "p1-cerdeno-walk") in exact.provenance.choices
    assert exact.mean_free_path_m == 3.0
    changed = configure(CoalescenceWalk, {**recipe.options, "kernel": "detailed-balance"}, based_on=recipe)
    assert ("prescription", "p1-cerdeno-walk*") in changed.provenance.choices
    beside = configure(
        CoalescenceWalk, recipe.options, based_on=recipe, star=replace(fischer18_1s(), name="x")
    )
    assert ("prescription", "p1-cerdeno-walk*") in beside.provenance.choices
    assert {source.key for source in exact.provenance.sources} >= {"cerdeno-burst-duration"}


@pytest.mark.parametrize("probe", PROBES)
def test_responses_survive_pickling(probe: type) -> None:
    name = sorted(ANSWERED[probe])[0]
    model = next(m for m in ALL_MODELS if m.name == name)
    response = probe().prepare(model, 20.0)
    g = np.array([0.0, 1e-9, 1e-6, 1e-3])
    copy = pickle.loads(pickle.dumps(response))
    assert np.array_equal(copy.evaluate(g).value, response.evaluate(g).value)
    alone = [response.evaluate([x]).value[0] for x in g]
    assert response.evaluate(g).value == pytest.approx(alone, rel=1e-14)
