"""JSON documents: the contract's fields, strictness, and documents that come back as they went."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feebly.decays import Widths
from feebly.errors import InvalidValueError
from feebly.export import (
    atlas_document,
    atlas_from_document,
    json_text,
    limit_document,
    limit_from_document,
    provenance_document,
    signal_document,
    signal_from_document,
    widths_document,
)
from feebly.limits import EDGES, STATUSES, Limit
from feebly.provenance import Provenance, Source
from feebly.scan import Atlas, SignalMap
from feebly.units import SECOND

ORIGIN = Provenance(
    sources=frozenset({Source("blinov-lmu-ltau", "Eq. (B1)"), Source("Raffelt:1996wa", "Sec. 13")}),
    data=frozenset({"star/fischer18.csv@sha256:8611047486fc"}),
    choices=frozenset({("lapse", "on"), ("spin", "physical")}),
    omitted=frozenset({"bremsstrahlung: small"}),
)


def sample_limit(**changed: object) -> Limit:
    """Two islands at 10 and 20 MeV, one at 30 MeV, none at 40 MeV, and two masses without an answer."""
    two = np.array([[1e-10, 1e-8], [1e-6, 0.25]])
    limit = Limit(
        probe="sn-cooling",
        model="lmu-ltau",
        scale_name="g",
        mass=np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0]),
        excluded=(two, two * 2, np.array([[3e-10, 1.0]]), *[np.zeros((0, 2))] * 3),
        edges=(
            (("physical", "physical"), ("physical", "validity")),
            (("physical", "physical"), ("physical", "validity")),
            (("physical", "grid"),),
            (),
            (),
            (),
        ),
        status=("ok", "ok", "ok", "ok", "out-of-domain", "not-converged"),
        message=("", "", "", "", "hadronic decays, not available", "10 steps\nwere not enough"),
        scale_range=(1e-14, 1.0),
        kind="computed",
        verdict="excluded",
        level=None,
        provenance=ORIGIN,
        version="0.1.0",
    )
    return replace(limit, **changed)


def sample_signal(*, spectrum: bool = False) -> SignalMap:
    """Two masses with a value, one without; no signal at zero coupling."""
    nan = np.nan
    value = np.array([[0.0, 1e50], [0.0, np.inf], [nan, nan]])
    return SignalMap(
        probe="sn-cooling",
        model="lmu-ltau",
        scale_name="g",
        mass=np.array([10.0, 20.0, 700.0]),
        scale=np.array([0.0, 1e-10]),
        quantity="luminosity",
        unit="erg/s",
        value=value,
        score=np.array([[-np.inf, -5.0], [-np.inf, np.inf], [nan, nan]]),
        valid=np.array([[True, True], [True, False], [False, False]]),
        parts={"semi-Compton": value / 4, "coalescence": value * 3 / 4},
        status=("ok", "ok", "out-of-domain"),
        message=("", "", "hadronic"),
        provenance=ORIGIN,
        version="0.1.0",
        spectrum_energy=np.array([[20.0, 40.0]] * 3) if spectrum else None,
        spectrum=np.arange(12.0).reshape(3, 2, 2) * 1e35 if spectrum else None,
    )


def sample_widths(**changed: object) -> Widths:
    """Neutrinos everywhere, electrons and pions at two of three masses; the last is near a quarkonium."""
    widths = Widths(
        model="lmu-ltau",
        mass=np.array([1.0, 500.0, 2000.0]),
        channels=("nu_mu nu_mu~", "e- e+", "pi+ pi-"),
        gamma=np.array([[2.0, 2.0, 4.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]),
        error=np.array([[0.0] * 3, [0.0] * 3, [0.0, 0.5, 0.8]]),
        total_error=np.array([0.0, 0.5, 0.8]),
        masked=np.array([False, False, True]),
        power=2,
        provenance=ORIGIN,
        version="0.1.0",
    )
    return replace(widths, **changed)


def test_limit_has_the_fields_of_the_contract() -> None:
    document = limit_document(sample_limit())
    wanted = "probe model scale_name mass_mev excluded edges status kind verdict level provenance"
    assert set(wanted.split()) <= set(document)
    assert document["excluded"][0] == [[1e-10, 1e-8], [1e-6, 0.25]]
    assert document["excluded"][3] == []
    assert document["edges"][2] == [["physical", "grid"]]
    assert document["status"][4] == "out-of-domain"
    assert document["status_message"][4].startswith("hadronic")
    assert document["level"] is None
    assert document["scale_range"] == [1e-14, 1.0]


def test_provenance_has_the_fields_of_the_contract() -> None:
    document = limit_document(sample_limit())["provenance"]
    assert set(document) == {"sources", "data", "choices", "omitted", "version", "config_sha256"}
    assert document["sources"][0] == {"key": "Raffelt:1996wa", "where": "Sec. 13"}
    assert document["choices"] == {"lapse": "on", "spin": "physical"}
    assert document["config_sha256"] == sample_limit().config_sha256


def test_a_choice_made_twice_keeps_both_values() -> None:
    both = Provenance(choices=frozenset({("lapse", "on"), ("lapse", "off")}))
    assert provenance_document(both, "0.1.0", "")["choices"] == {"lapse": ["off", "on"]}


def test_limit_comes_back() -> None:
    document = limit_document(sample_limit(level=0.95, kind="recast"))
    back = limit_from_document(json.loads(json_text(document)))
    assert limit_document(back) == document
    assert back.provenance == ORIGIN
    assert back.excluded[3].shape == (0, 2)


coupling = st.floats(1e-30, 10, allow_nan=False)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    masses = draw(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=6))
    counts = [draw(st.integers(0, 3)) for _ in masses]
    ends = [sorted(draw(st.lists(coupling, min_size=2 * n, max_size=2 * n))) for n in counts]
    edge = st.sampled_from(EDGES)
    return sample_limit(
        mass=np.array(masses),
        excluded=tuple(np.array(x).reshape(-1, 2) for x in ends),
        edges=tuple(tuple((draw(edge), draw(edge)) for _ in range(n)) for n in counts),
        status=tuple(draw(st.sampled_from(STATUSES)) for _ in masses),
        message=tuple(draw(text) for _ in masses),
        level=draw(st.none() | st.floats(0, 1)),
        verdict=draw(st.sampled_from(["excluded", "disfavoured", "indicative"])),
        provenance=Provenance(
            sources=frozenset(draw(st.lists(st.builds(Source, text, text), max_size=3))),
            choices=frozenset(draw(st.lists(st.tuples(text, text), max_size=4))),
            omitted=frozenset(draw(st.lists(text, max_size=2))),
        ),
    )


@given(limits())
@settings(max_examples=60, deadline=None)
def test_any_limit_comes_back(limit: Limit) -> None:
    document = limit_document(limit)
    back = limit_from_document(json.loads(json_text(document)))
    assert limit_document(back) == document
    assert back.provenance == limit.provenance


def test_signal_has_the_fields_of_the_contract() -> None:
    document = signal_document(sample_signal())
    wanted = "probe model scale_name mass_mev scale quantity unit value score valid parts provenance status"
    assert set(wanted.split()) <= set(document)
    assert document["value"] == [[0.0, 1e50], [0.0, None], [None, None]]
    assert document["score"][0] == [None, -5.0]
    assert document["score"][1][1] > 1e300  # plus infinity must not read as minus infinity
    assert document["valid"][1] == [True, False]
    assert document["parts"]["semi-Compton"][2] == [None, None]
    assert "spectrum" not in document


@pytest.mark.parametrize("spectrum", [False, True])
def test_signal_comes_back(spectrum: bool) -> None:
    table = sample_signal(spectrum=spectrum)
    document = signal_document(table)
    back = signal_from_document(json.loads(json_text(document)))
    np.testing.assert_array_equal(back.value, table.value)
    assert back.score[0, 0] == -np.inf
    assert np.isnan(back.score[2]).all()
    assert back.valid.dtype == bool
    again = signal_document(back)
    if spectrum:
        one, two = (
            np.array(d.pop("spectrum")["d2n_de_dt_per_mev_s"], dtype=float) for d in (again, document)
        )
        np.testing.assert_allclose(one, two, rtol=1e-15)
        assert np.isnan(two[2]).all()
        assert np.isfinite(two[:2]).all()
    assert again == document


def test_spectrum_is_per_mev_and_second() -> None:
    document = signal_document(sample_signal(spectrum=True))["spectrum"]
    # Particles between 20 and 20 + dE MeV during dt = 2 s, counted in natural units and in those of the file.
    natural = sample_signal(spectrum=True).spectrum[0, 0, 1] * 0.1 * (2 * SECOND)
    assert document["d2n_de_dt_per_mev_s"][0][0][1] * 0.1 * 2 == pytest.approx(natural, rel=1e-14)
    assert document["energy_mev"][0] == [20.0, 40.0]


def test_widths_have_the_fields_of_the_contract() -> None:
    document = widths_document(sample_widths())
    assert document["total_mev_per_scale"] == [2.0, 4.0, 8.0]
    assert document["total_error_mev_per_scale"] == [0.0, 0.5, 0.8]
    assert document["channels"]["e- e+"] == [0.0, 1.0, 2.0]
    assert document["error_mev_per_scale"]["pi+ pi-"] == [0.0, 0.5, 0.8]
    assert document["branching"]["e- e+"] == [0.0, 0.25, 0.25]
    assert document["masked"] == [False, False, True]
    assert document["power"] == 2
    assert document["model"] == "lmu-ltau"
    assert len(document["provenance"]["config_sha256"]) == 64


def test_atlas_comes_back() -> None:
    atlas = Atlas((sample_limit(), sample_limit(probe="n-eff")), (("ship", "lmu-ltau", "no current\nlater"),))
    document = atlas_document(atlas)
    back = atlas_from_document(json.loads(json_text(document)))
    assert back.refused == atlas.refused
    assert atlas_document(back) == document


def test_config_hashes_are_stable() -> None:
    first, again = (signal_document(sample_signal())["provenance"]["config_sha256"] for _ in range(2))
    assert first == again == "2a35ceb94a03d5df42bcd9d4fe84c0d50a81b502364bdc55fa749c7bc5497824"


def test_nan_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="NaN or infinite"):
        json_text({"x": float("nan")})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("edges", None, "lacks the field 'edges'"),
        ("mass_mev", "ten", "'mass_mev' must hold numbers"),
        ("mass_mev", [1.0], "'excluded' must hold a list with 1 entries"),
        ("status", ["fine"] * 6, "'status' must hold texts out of ok"),
        ("kind", "guessed", "'kind' must hold one of computed"),
        ("level", "0.9", "'level' must hold a number or null"),
        ("excluded", [[[2.0, 1.0]], [], [], [], [], []], "low <= high"),
        ("excluded", [[[1.0]], [], [], [], [], []], "'excluded' must hold"),
        ("edges", [[["left", "right"]] * 2, [], [], [], [], []], "one pair per interval"),
        ("edges", [[], [], [], [], [], []], "one pair per interval"),
        ("provenance", {}, "lacks the field 'choices'"),
        ("provenance", [], "'provenance' must hold an object"),
        ("scale_range", [1.0], "'scale_range' must hold numbers of shape"),
    ],
)
def test_broken_limits_are_refused_with_the_field(field: str, value: object, message: str) -> None:
    document = limit_document(sample_limit())
    if value is None:
        del document[field]
    else:
        document[field] = value
    with pytest.raises(InvalidValueError, match=message):
        limit_from_document(document, "'a.json'")


def test_fields_outside_the_contract_may_be_missing() -> None:
    document = limit_document(sample_limit())
    for field in ("document", "document_version", "status_message", "scale_range"):
        del document[field]
    back = limit_from_document(document)
    assert back.message == ("",) * 6
    assert back.scale_range == (1e-10, 1.0)
    signal = signal_document(sample_signal())
    for field in ("document", "document_version", "status_message"):
        del signal[field]
    assert signal_from_document(signal).message == ("",) * 3
