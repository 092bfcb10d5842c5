"""Probes of neutrinos from decays outside a star: consistency, scalings, options, refusals."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from feebly import decays
from feebly.cli.tables import print_signal
from feebly.decays.neutrinos import neutrino_spectrum
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.sequence import StarSequence, fischer18_sequence
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.limits import solve
from feebly.models import (
    Model,
    b_minus_l,
    dark_photon,
    hnl_e,
    hnl_mu,
    lmu_ltau,
    majoron_ee,
    majoron_emu,
    majoron_mumu,
    scalar_lnc,
    vector,
)
from feebly.models.hnl import hnl
from feebly.probes import GalacticNeutrinos, LowEnergySupernovae, SupernovaNeutrinos
from feebly.probes.base import configure, probe_options
from feebly.probes.neutrino_line import Reference
from feebly.probes.neutrino_search import NeutrinoSearch, parse_detectors
from feebly.probes.sn_neutrinos import NeutrinoBurst
from feebly.scan import signal_map
from feebly.statistics.poisson import upper_limit
from feebly.transport.counted import counted
from feebly.transport.rays import Resolution
from feebly.units import SECOND

COARSE = Resolution(knots=40, chords=10, energies=12)
PLAIN = SupernovaNeutrinos(compton="off", resolution=COARSE)
COUNT = replace(PLAIN, statistic="poisson", channels="ibd")
FUTURE = GalacticNeutrinos(compton="off", resolution=COARSE)
MODELS = [lmu_ltau(), majoron_emu(), hnl_mu(), hnl(fraction={"mu": 1.0}, nature="dirac")]


def events(probe: SupernovaNeutrinos | GalacticNeutrinos, model: Model, mass: float, scale: float) -> float:
    return float(probe.prepare(model, mass).evaluate([scale]).value[0])


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_counting_is_the_detector_on_the_fluence(model: Model) -> None:
    """Two ways: the detector on each fluence, or on the decays before any coupling is known. 1e-9: sums in another order."""
    response = PLAIN.prepare(model, 80.0)
    g = np.geomspace(1e-12, 1e-6, 13)
    signal = response.evaluate(g)
    arrived = response.fluence(g).per_energy
    for name, one in zip(PLAIN.search.names, PLAIN.search.responses, strict=True):
        for reaction, value in one.events(arrived).items():
            assert signal.parts[f"{name}: {reaction}"] == pytest.approx(value, rel=1e-9, abs=1e-250)
    assert signal.value == pytest.approx(sum(signal.parts.values()), rel=1e-12)


def test_kernel_of_ones_counts_the_neutrinos_at_the_earth() -> None:
    response = PLAIN.prepare(lmu_ltau(), 30.0)
    one = response.sources[0].neutrinos
    g = np.array([1e-11, 1e-9, 1e-7])
    kernel = np.ones((6, one.edges.size - 1, 1))
    assert counted(one, kernel).at(g)[:, 0] == pytest.approx(one.fluence(g).value.sum(axis=(1, 2)), rel=1e-9)


def test_every_parent_gives_its_neutrinos() -> None:
    """Prompt decays far outside, energies from 2 to 1030 MeV: two neutrinos of each of them, spread over a sphere."""
    probe = replace(PLAIN, conversion="vacuum")
    response = probe.prepare(majoron_ee(), 50.0)
    g = np.array([1e-9])
    emission = response.emissions[0]
    made = (emission.spectrum(g)[0] @ emission.weight) * SECOND
    fluence = response.fluence(g).value.sum() * 4 * np.pi * probe.distance**2
    assert fluence == pytest.approx(2 * made, rel=5e-3)


def test_events_scale_with_distance_duration_and_mass_of_the_detector() -> None:
    base = events(COUNT, lmu_ltau(), 100.0, 1e-10)
    assert events(replace(COUNT, distance_kpc=25.7), lmu_ltau(), 100.0, 1e-10) == pytest.approx(
        4 * base, rel=1e-9
    )
    assert events(replace(COUNT, emission_s=3.0), lmu_ltau(), 100.0, 1e-10) == pytest.approx(
        3 * base, rel=1e-9
    )
    far = replace(COUNT, conversion="vacuum")  # else the flavours depend on where it decays
    weak, strong = (events(far, lmu_ltau(), 100.0, g) for g in (1e-11, 1e-10))
    assert weak == pytest.approx(strong / 100, rel=1e-3)


def test_snapshots_add_up() -> None:
    """A sequence is its snapshots, each for its time; one snapshot is the plain probe."""
    early, late = fischer18_1s(), fischer18_5s()
    both = replace(COUNT, sequence=StarSequence.snapshots((early, late)))
    apart = [
        events(replace(COUNT, star=star, emission_s=2.0), lmu_ltau(), 60.0, 1e-10) for star in (early, late)
    ]
    assert events(both, lmu_ltau(), 60.0, 1e-10) == pytest.approx(sum(apart), rel=1e-9)
    assert both.star.name == "fischer18-1s"
    assert ("course of the emission", both.sequence.course) in both.provenance.choices  # type: ignore[union-attr]
    alone = replace(COUNT, sequence=StarSequence.constant(late, 2.0 * SECOND))
    assert events(alone, lmu_ltau(), 60.0, 1e-10) == pytest.approx(apart[1], rel=1e-9)


def test_each_snapshot_is_seen_until_the_end_of_the_observation() -> None:
    """One looks for 10 s from the first snapshot on, at 1 s: what leaves at 5 s has 6 s to arrive. So slow are its decays
    that events go with this time: 10 % fewer than with 10 s for both.
    """
    model, mass, scale = hnl_mu(), 60.0, 1e-9
    sequence = fischer18_sequence()
    together = events(replace(PLAIN, sequence=sequence), model, mass, scale)
    durations = (sequence.weight / SECOND).tolist()

    def apart(*windows: float) -> float:
        return sum(
            events(replace(PLAIN, star=star, emission_s=time, window_s=window), model, mass, scale)
            for star, time, window in zip(sequence.stars, durations, windows, strict=True)
        )

    assert together == pytest.approx(apart(10.0, 6.0), rel=1e-9)
    assert together / apart(10.0, 10.0) == pytest.approx(0.90, abs=0.01)


def test_snapshots_after_the_observation_are_not_seen() -> None:
    sequence = fischer18_sequence()
    short = replace(PLAIN, sequence=sequence, window_s=3.0)
    first = replace(
        PLAIN, star=sequence.stars[0], emission_s=float(sequence.weight[0] / SECOND), window_s=3.0
    )
    assert len(short.prepare(lmu_ltau(), 60.0).sources) == 1
    assert events(short, lmu_ltau(), 60.0, 1e-10) == pytest.approx(
        events(first, lmu_ltau(), 60.0, 1e-10), rel=1e-9
    )


@pytest.mark.parametrize("model", [lmu_ltau(), majoron_ee()], ids=lambda m: m.name)
def test_neutrinos_above_all_bins_are_dropped(model: Model) -> None:
    """At 5 GeV all neutrinos have more than 1030 MeV: no events, said in `omitted`, and other masses are not lost."""
    response = PLAIN.prepare(model, 5000.0)
    assert np.all(response.evaluate([1e-12, 1e-8, 1e-4]).value == 0)
    assert any("above 1030 MeV" in text for text in response.provenance.omitted)
    limit = solve(PLAIN, model, [10.0, 5000.0])
    assert limit.status == ("ok", "ok")
    assert [len(rows) for rows in limit.excluded] == [1, 0]


def test_signal_tells_its_largest_parts(capsys: pytest.CaptureFixture[str]) -> None:
    """24 reactions in two detectors: those above 1 %, at most six, largest first; the others together."""
    found = signal_map(PLAIN, lmu_ltau(), [50.0], [1e-10])
    assert len(found.parts) == 24
    print_signal(found)
    printed = capsys.readouterr().out
    assert max(len(line) for line in printed.splitlines()) < 250
    row = next(line for line in printed.splitlines() if "imb:" in line)
    shares = [float(text.split()[-1].rstrip("%")) for text in row[row.index("imb:") :].split(", ")]
    assert 2 <= len(shares) <= 7
    assert shares[:-1] == sorted(shares[:-1], reverse=True)
    assert min(shares[:-1]) >= 1
    assert sum(shares) == pytest.approx(100, abs=0.4)


def test_limits_of_the_future_are_projections() -> None:
    kinds = [solve(probe, majoron_ee(), [20.0]).kind for probe in (PLAIN, COUNT, FUTURE)]
    assert kinds == ["computed", "computed", "projected"]


def test_conversion_moves_events_between_flavours() -> None:
    """Majorons to nu_e and nu_e~ alone: with nothing converted, all events are theirs; nothing of nu_mu arrives."""
    response = replace(PLAIN, conversion="fixed:0").prepare(majoron_ee(), 100.0)
    parts = response.evaluate([1e-10]).parts
    assert parts["imb: nu_mu 16O"][0] == 0
    assert parts["imb: nu_e 16O"][0] > 0
    some = replace(PLAIN, conversion="fixed:0.22").prepare(majoron_ee(), 100.0).evaluate([1e-10]).parts
    assert some["imb: nu_e 16O"][0] / parts["imb: nu_e 16O"][0] == pytest.approx(1 - 2 * 0.22, rel=1e-9)
    mumu = replace(PLAIN, conversion="fixed:0").prepare(majoron_mumu(), 100.0).evaluate([1e-10]).parts
    assert mumu["imb: nu_e 16O"][0] == 0


def test_late_neutrinos_of_a_slow_decay_are_not_seen() -> None:
    """A heavy neutral lepton of days: in a window twice as long twice as many are seen."""
    short = replace(PLAIN, window_s=10.0).prepare(hnl_mu(), 30.0).evaluate([1e-9]).value[0]
    long = replace(PLAIN, window_s=20.0).prepare(hnl_mu(), 30.0).evaluate([1e-9]).value[0]
    assert long / short == pytest.approx(2.0, rel=1e-3)
    assert 1 / (float(decays.of(hnl_mu(), 30.0).gamma.sum()) * 1e-9) > 1e4 * SECOND


def test_neutrinos_and_antineutrinos_of_a_dirac_particle() -> None:
    """N to neutrinos, its antiparticle to antineutrinos; nu_mu mixes only, so that without conversion one can tell."""
    model = hnl(fraction={"mu": 1.0}, nature="dirac")
    response = replace(PLAIN, conversion="fixed:0").prepare(model, 100.0)
    assert len(response.sources) == len(response.emissions) == 2
    per_kind = [one.neutrinos.fluence([1e-9]).value.sum(axis=(0, 2)) for one in response.sources]
    assert per_kind[0][1] > per_kind[0][4]  # more nu_mu than their antiparticles
    assert per_kind[1][4] > per_kind[1][1]


def test_likelihood_excludes_what_counting_excludes() -> None:
    """One order of magnitude at most between the statistics, and the likelihood is the stronger: it knows more."""
    for mass in (10.0, 100.0):
        low = [
            solve(p, lmu_ltau(), [mass]).excluded[0][0][0]
            for p in (replace(PLAIN, statistic="poisson"), PLAIN)
        ]
        assert 1 < low[0] / low[1] < 2


def test_reference_looks_at_smaller_couplings_only() -> None:
    found = Reference(np.array([1.0, 2.0, 4.0]), np.array([-10.0, -9.0, -9.0, -5.0]))
    assert found.at(np.array([0.0, 0.5, 1.0, 3.0, 4.0, 9.0])).tolist() == [
        -10.0,
        -10.0,
        -9.0,
        -9.0,
        -5.0,
        -5.0,
    ]
    assert found.best == 4.0
    assert Reference(np.empty(0), np.array([-10.0])).at(np.array([0.0, 1.0])).tolist() == [-10.0, -10.0]
    assert Reference(np.empty(0), np.array([-10.0])).best == 0.0


@pytest.mark.parametrize(
    ("model", "mass"), [(hnl_mu(), 12.0), (hnl_e(), 5.0)], ids=lambda x: getattr(x, "name", x)
)
def test_what_fits_better_than_no_signal_is_not_excluded(model: Model, mass: float) -> None:
    """A trapped heavy neutral lepton gives a few neutrinos with the energies of the burst, and the fit gets better by 5. Couplings
    beyond must not be excluded for being less likely than that one.
    """
    probe = SupernovaNeutrinos()
    limit = solve(probe, model, [mass])
    assert limit.excluded[0].shape == (1, 2)
    response = probe.prepare(model, mass)
    g = np.geomspace(1e-8, 1.0, 97)
    excluded = probe.rule.score(response.evaluate(g)) > 0
    likelihood = probe.search.likelihood
    assert likelihood is not None
    from_none = 2 * (likelihood.standard - probe.search.log_likelihood(response.counted(g)))
    assert from_none.min() < -4
    assert excluded.any()
    assert np.all(from_none[excluded] > 0)


@pytest.mark.parametrize(
    "probe",
    [PLAIN, GalacticNeutrinos(compton="off"), GalacticNeutrinos(compton="off", distance_kpc=0.3)],
    ids=["1987", "galactic", "near"],
)
def test_rounding_is_no_rise(probe: NeutrinoBurst) -> None:
    """-2 ln L is a sum of numbers up to 1e8; where only their rounding differs the score is flat, not a row of maxima."""
    response = probe.prepare(lmu_ltau(), 50.0)
    g = np.geomspace(1e-20, 1e-15, 101)
    assert response.evaluate(g).value.max() < 1e-3
    score = probe.rule.score(response.evaluate(g))
    some = np.isfinite(score)
    assert np.isneginf(score[:10]).all()
    first = int(np.argmax(some)) if some.any() else some.size
    assert np.isneginf(score[:first]).all()
    assert np.all(np.diff(score[first:]) > 0)


def test_what_contradicts_a_sequence_is_refused() -> None:
    late = StarSequence.snapshots([fischer18_1s(), fischer18_5s()], start=0.0)
    with pytest.raises(InvalidValueError, match=r"window_s is 0\.5; all snapshots"):
        SupernovaNeutrinos(sequence=late, window_s=0.5)
    for probe in (SupernovaNeutrinos, LowEnergySupernovae):
        with pytest.raises(InvalidValueError, match="emission_s is for one moment"):
            probe(sequence=late, emission_s=300.0)


def test_a_probe_travels_without_what_it_keeps() -> None:
    probe = SupernovaNeutrinos(compton="off")
    fresh = len(pickle.dumps(probe))
    first = probe.prepare(lmu_ltau(), 50.0)
    assert probe.prepare(lmu_ltau(), 50.0) is first
    assert len(pickle.dumps(probe)) == fresh
    g = np.array([1e-10])
    again = pickle.loads(pickle.dumps(probe)).prepare(lmu_ltau(), 50.0)
    assert again is not first
    np.testing.assert_array_equal(again.evaluate(g).rise, first.evaluate(g).rise)


@pytest.mark.parametrize("mass", [[10.0, 20.0], []])
def test_one_mass_at_a_time(mass: list[float]) -> None:
    with pytest.raises(InvalidValueError, match="mass"):
        SupernovaNeutrinos(compton="off").prepare(lmu_ltau(), mass)  # type: ignore[arg-type]


def test_a_response_cites_what_its_own_model_used() -> None:
    """A model of one's own with the same charges as a named one has the same numbers, and other sources."""
    probe, named = SupernovaNeutrinos(compton="off"), lmu_ltau()
    own = vector(charge={"mu": 1, "nu_mu": 1, "tau": -1, "nu_tau": -1}, mixing="loop", electromagnetic=0.0)
    assert own.fingerprint() == named.fingerprint()
    assert own.provenance != named.provenance
    theirs = probe.prepare(named, 50.0).provenance.sources
    assert probe.prepare(own, 50.0).provenance.sources == theirs - (
        named.provenance.sources - own.provenance.sources
    )


def test_neutrinos_of_muons_and_pions_are_an_option() -> None:
    """Of decays that are all seen, each gives as many neutrinos as its spectrum says, but for those below 2 MeV."""
    mass = 180.0  # N -> e pi is the largest channel
    off = SupernovaNeutrinos(window_s=1e12)
    on = replace(off, secondaries="on")
    fip = decays.of(hnl_e(), mass)
    per_decay = [neutrino_spectrum(fip, secondaries=found).number.sum() for found in (False, True)]
    assert per_decay[1] > 1.5 * per_decay[0]
    seen = [probe.prepare(hnl_e(), mass).fluence([1e-10]).value.sum() for probe in (off, on)]
    assert seen[1] / seen[0] == pytest.approx(per_decay[1] / per_decay[0], rel=5e-3)
    left_out = "neutrinos from muons and pions among the products of decays"
    assert left_out in off.provenance.omitted
    assert left_out not in on.provenance.omitted
    floors = [solve(probe, hnl_e(), [mass]).excluded[0][0, 0] for probe in (off, on)]
    assert floors[1] < 0.9 * floors[0]


@pytest.mark.parametrize("probe", [PLAIN, COUNT], ids=["likelihood", "poisson"])
def test_response_toward_a_rule_is_the_same_without_parts(probe: SupernovaNeutrinos) -> None:
    response = probe.prepare(lmu_ltau(), 50.0)
    g = np.geomspace(1e-12, 1e-6, 25)
    whole, aimed = response.evaluate(g), response.toward(probe.rule).evaluate(g)
    assert tuple(whole.parts) == probe.search.reactions
    assert aimed.parts == {}
    np.testing.assert_allclose(sum(whole.parts.values()), whole.value, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(aimed.value, whole.value)
    np.testing.assert_array_equal(aimed.rise, whole.rise)


def test_reference_ends_where_events_fall() -> None:
    response = PLAIN.prepare(majoron_emu(), 10.0)
    found = response.reference
    assert found is not None
    g = np.geomspace(1e-9, 1e-4, 101)
    most = g[np.argmax(response.evaluate(g).value)]
    assert found.scale.size > 5
    assert found.scale.max() < 1.4 * most  # a step of the search
    assert np.all(np.diff(response.evaluate(found.scale).value) > 0)
    trapped = 2 * (response.search.log_likelihood(response.counted(g[g > most])) - found.largest[0])
    assert trapped.max() > 1  # better than no signal, and yet
    assert found.best == 0


def test_reference_none_and_best_agree_where_no_signal_is_preferred() -> None:
    best, none = (replace(PLAIN, reference=name).prepare(lmu_ltau(), 100.0) for name in ("best", "none"))  # type: ignore[arg-type]
    assert best.reference.best == 0.0  # type: ignore[union-attr]
    g = np.geomspace(1e-11, 1e-9, 5)
    assert best.evaluate(g).rise == pytest.approx(none.evaluate(g).rise, abs=1e-9)


def test_zero_coupling_is_never_excluded() -> None:
    for probe in (PLAIN, FUTURE, COUNT):
        for model in (lmu_ltau(), majoron_mumu()):
            signal = probe.prepare(model, 20.0).evaluate([0.0, 1e-30])
            assert signal.value[0] == 0
            assert np.all(probe.rule.score(signal) < 0)


def test_future_expects_what_it_sees() -> None:
    """The data are the expectation of the standard burst: no new signal is the most likely."""
    likelihood = FUTURE.search.likelihood
    assert likelihood is not None
    found = likelihood.fit(np.zeros((1, 99)), np.zeros(1))
    assert found.mean_energy[0] == pytest.approx(12.7, rel=1e-4)
    assert FUTURE.prepare(lmu_ltau(), 50.0).reference.best == 0.0  # type: ignore[union-attr]


def test_count_of_a_future_supernova_has_the_burst_as_background() -> None:
    rule = replace(FUTURE, statistic="poisson").rule
    background = float(dict(rule.provenance.choices)["background"])
    assert 0.3 < background < 3
    expected = upper_limit(round(background), background)
    assert rule.allowed == pytest.approx(expected, rel=1e-4)  # type: ignore[attr-defined]


def test_local_energies_take_their_absorption() -> None:
    local = replace(COUNT, energy="local")
    assert local.absorption_energy == "emitted"
    flat = [replace(one, lapse="off") for one in (COUNT, local)]
    a, b = (events(one, lmu_ltau(), 50.0, 1e-10) for one in flat)
    assert a == pytest.approx(b, rel=2e-3)  # without gravity they are the same
    assert events(local, lmu_ltau(), 50.0, 1e-10) > events(COUNT, lmu_ltau(), 50.0, 1e-10)
    with pytest.raises(InvalidValueError, match="energy=local"):
        replace(COUNT, absorption_energy="emitted")


def test_free_escape_counts_decays_outside_the_star() -> None:
    """Without absorption the parents are those that are made; their decays inside still do not count."""
    g = 1e-8
    free, angular = (replace(COUNT, escape=name) for name in ("free", "angular"))  # type: ignore[arg-type]
    assert events(free, lmu_ltau(), 100.0, 1e-12) == pytest.approx(
        events(angular, lmu_ltau(), 100.0, 1e-12), rel=2e-3
    )
    first, second = (events(one, lmu_ltau(), 100.0, g) for one in (free, angular))
    assert 0 < first < second / 10  # all have to cross 20 km, not only what is left of the star


def test_options_as_text() -> None:
    known = probe_options(SupernovaNeutrinos)
    assert known["conversion"].kind == known["detectors"].kind == "text"
    assert known["statistic"].choices == ("likelihood", "poisson")
    probe = configure(
        SupernovaNeutrinos,
        {"conversion": "fixed:0.3", "detectors": "imb:vissani-2015", "window_s": "20", "nufit": "6.0"},
    )
    assert (probe.conversion, probe.detectors, probe.window_s) == ("fixed:0.3", "imb:vissani-2015", 20.0)
    assert [d.variant for d in parse_detectors("hk:akita, sk")] == ["akita", "default"]
    for name in ("p3-akita", "p0-blinov-neutrinos"):
        assert SupernovaNeutrinos.prescribed(name, star=fischer18_1s()).label == name
    assert GalacticNeutrinos.prescribed("p3-akita-galactic", star=fischer18_1s()).label == "p3-akita-galactic"
    changed = SupernovaNeutrinos.prescribed("p3-akita", star=fischer18_1s(), distance_kpc="51")
    assert changed.label == "p3-akita*"


@pytest.mark.parametrize("text", ["fixed:0.9", "fixed:x", "fixed:-0.1", "adiabatic", "adiabatic-x", ""])
def test_wrong_conversions(text: str) -> None:
    with pytest.raises(InvalidValueError, match="Possible: adiabatic-no"):
        SupernovaNeutrinos(conversion=text)


def test_refusals() -> None:
    with pytest.raises(UnknownNameError, match="detector"):
        SupernovaNeutrinos(detectors="imb,foo")
    with pytest.raises(InvalidValueError, match="twice"):
        SupernovaNeutrinos(detectors="imb,imb:unshifted")
    with pytest.raises(InvalidValueError, match="saw nothing"):
        _ = SupernovaNeutrinos(detectors="hk").search
    with pytest.raises(InvalidValueError, match="r_far_km"):
        SupernovaNeutrinos(r_far_km=100.0)
    for name in ("emission_s", "distance_kpc", "window_s"):
        with pytest.raises(InvalidValueError, match=name):
            SupernovaNeutrinos(**{name: 0.0})  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="statistic"):
        SupernovaNeutrinos(statistic="bayes")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="leave detectors out"):
        SupernovaNeutrinos(statistic="poisson", detectors="k2")
    for one in (SupernovaNeutrinos, GalacticNeutrinos):
        with pytest.raises(InvalidValueError, match="reference is for statistic=likelihood"):
            one(statistic="poisson", reference="none")
        with pytest.raises(InvalidValueError, match="far outside the star"):
            one(distance_kpc=1e-4)
    assert GalacticNeutrinos(statistic="poisson", detectors="sk", distance_kpc=1e-3).distance_kpc == 1e-3
    for model in (majoron_ee(), hnl_mu()):
        support = SupernovaNeutrinos(polarisation="longitudinal").supports(model)
        assert not support.ok
        assert "polarisation is of vectors" in support.why
    with pytest.raises(UnsupportedModelError, match="decay to neutrinos"):
        PLAIN.prepare(dark_photon(), 10.0)
    with pytest.raises(UnsupportedModelError, match="offers"):
        PLAIN.prepare(scalar_lnc(), 10.0)
    assert PLAIN.supports(b_minus_l()).ok


def test_search_states_its_detectors() -> None:
    search: NeutrinoSearch = PLAIN.search
    assert search.names == ("imb", "kamiokande-2")
    assert ("detector", "imb (default)") in PLAIN.provenance.choices
    assert search.reactions[0] == "imb: nu_e~ p"
    assert search.by_reaction().shape == (6, 185, len(search.reactions))
    assert search.kernel().shape == (6, 185, 1 + 19)
    assert not COUNT.search.log_likelihood(np.ones((2, 1))).size


def test_profile_of_a_signal_like_a_burst() -> None:
    """A new signal with the spectrum of a cold burst leaves little for the burst at some mean energies, and none at others."""
    likelihood = SupernovaNeutrinos().search.likelihood
    assert likelihood is not None
    fine = np.linspace(np.log(4.0), np.log(40.0), 400)
    templates = np.exp(likelihood._spline(fine))
    d, total = templates[:, :-1], templates[:, -1]
    for mean, events in ((5.0, 30.0), (6.0, 25.0), (8.0, 20.0), (9.0, 60.0)):
        one = np.exp(likelihood._spline(np.log(mean)))
        signal = one[:-1] / one[-1] * events
        low, high = np.zeros(fine.size), d.shape[1] / total
        for _ in range(70):  # the slope in the total energy falls
            middle = (low + high) / 2
            rises = np.sum(d / (middle[:, None] * d + signal), axis=1) > total
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
        value = np.sum(np.log(low[:, None] * d + signal), axis=1) - low * total - events
        found = likelihood.fit(signal[None], np.array([events])).log_likelihood[0]
        assert value.max() - 1e-6 < found < value.max() + 1e-3


def test_a_spectrum_is_of_one_moment() -> None:
    probe = SupernovaNeutrinos(sequence=fischer18_sequence())
    with pytest.raises(InvalidValueError, match="one moment"):
        probe.spectrum(lmu_ltau(), 10.0, [1e-10])
