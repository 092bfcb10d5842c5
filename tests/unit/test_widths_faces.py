"""Widths as documents, tables, datasets, figures and text."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from test_export_documents import ORIGIN, sample_widths

import feebly
from feebly.cli import main
from feebly.cli.tables import with_error
from feebly.constants import E_CHARGE
from feebly.decays import Widths
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.export import (
    export,
    json_text,
    load,
    save,
    widths_csv,
    widths_dataset,
    widths_document,
    widths_frame,
    widths_from_document,
)
from feebly.plot import width_figure
from feebly.plot.line_labels import Line, label_lines
from feebly.plot.style import SEQUENCE
from feebly.plot.width_figure import channel_label

pytestmark = pytest.mark.filterwarnings("ignore:numpy.ndarray size changed:RuntimeWarning")

FIELDS = {
    "model", "scale_name", "mass_mev", "total_mev_per_scale", "channels", "branching", "power",
    "error_mev_per_scale", "total_error_mev_per_scale", "masked", "provenance",
}  # fmt: skip


def many(masses: int = 60) -> Widths:
    """Leptons, neutrinos and nine hadronic channels between 1 MeV and 60 GeV, with a masked piece."""
    mass = np.geomspace(1.0, 6e4, masses)
    hadrons = [f"{n}pi gamma" for n in range(1, 9)]
    rows = [mass, mass * (mass > 212), mass * (mass > 3554), mass / 2, mass / 2]
    rows += [mass * (mass > 300 * n) / 3**n for n in range(1, 9)] + [mass * (mass > 2000)]
    gamma = np.array(rows)
    error = 0.1 * gamma * (np.arange(14) > 4)[:, np.newaxis]
    return Widths(
        model="dark-photon",
        mass=mass,
        channels=("e- e+", "mu- mu+", "tau- tau+", "nu_e nu_e~", "nu_mu nu_mu~", *hadrons, "hadrons"),
        gamma=gamma,
        error=error,
        total_error=np.sqrt(np.sum(error**2, axis=0)),
        masked=(mass > 3000) & (mass < 3800),
        power=2,
        provenance=ORIGIN,
    )


# Sums and errors.


def test_groups_make_up_the_total() -> None:
    found = many()
    assert found.leptonic + found.neutrinos + found.hadronic == pytest.approx(found.total, rel=1e-14)
    assert found.neutrinos == pytest.approx(found.mass, rel=1e-14)
    assert found.leptonic[-1] == pytest.approx(3 * found.mass[-1], rel=1e-14)
    none = sample_widths(channels=(), gamma=np.zeros((0, 3)), error=np.zeros((0, 3)))
    assert none.hadronic.tolist() == none.total.tolist() == [0.0, 0.0, 0.0]


def test_errors_of_branching_ratios_follow_from_those_of_the_widths() -> None:
    # Exact leptons L against hadrons H +- E: B = H / (L + H) has dB = L E / (L + H)^2, and 1 - B the same.
    two = Widths(
        model="x", mass=np.array([1.0]), channels=("e- e+", "pi+ pi-"), gamma=np.array([[3.0], [1.0]]),
        error=np.array([[0.0], [0.2]]), total_error=np.array([0.2]), masked=np.array([False]), power=2,
        provenance=ORIGIN,
    )  # fmt: skip
    assert two.branching_error == pytest.approx(np.array([[3 * 0.2 / 16], [3 * 0.2 / 16]]), rel=1e-14)
    # Against independent draws of two hadronic widths.
    rng = np.random.default_rng(1)
    gamma, error = np.array([[4.0], [3.0], [1.0]]), np.array([[0.0], [0.02], [0.01]])
    three = sample_widths(
        channels=("e- e+", "a", "b"), mass=np.array([1.0]), gamma=gamma, error=error,
        total_error=np.hypot(error[1], error[2]), masked=np.array([False]),
    )  # fmt: skip
    drawn = gamma + error * rng.standard_normal((3, 200_000))
    assert three.branching_error[:, 0] == pytest.approx((drawn / drawn.sum(axis=0)).std(axis=1), rel=0.02)


# Text.


def test_a_short_name_and_an_explanation() -> None:
    assert repr(sample_widths()) == "Widths('lmu-ltau', 3 masses, 3 channels)"
    text = sample_widths().explain()
    assert text.startswith("lmu-ltau: partial widths per unit g^2, 3 channels\n3 masses from 1 to 2000 MeV")
    assert "Theory error of the total: 11.2% in the median of the masses with hadrons, at most 12.5%" in text
    assert "1 masses lie near narrow quarkonia" in text
    assert "Left out:\n  - bremsstrahlung: small" in text
    exact = sample_widths(total_error=np.zeros(3), masked=np.zeros(3, dtype=bool)).explain()
    assert "Theory error" not in exact
    assert "quarkonia" not in exact
    assert "@" in sample_widths().cite()


# Documents.


def test_a_document_has_the_fields_of_the_contract_and_comes_back(tmp_path: Path) -> None:
    document = widths_document(sample_widths())
    assert set(document) >= FIELDS
    back = load(save(sample_widths(), tmp_path / "x.json"))
    assert isinstance(back, Widths)
    assert widths_document(back) == document == back.to_dict()
    assert back.provenance == ORIGIN
    assert back.masked.tolist() == [False, False, True]
    assert feebly.load(sample_widths().save(tmp_path / "y.json")).to_dict() == document


positive = st.floats(0.0, 1e30)


@given(st.integers(0, 4), st.integers(1, 4), st.data())
def test_any_widths_come_back(channels: int, masses: int, data: st.DataObject) -> None:
    def table(rows: int) -> np.ndarray:
        values = data.draw(st.lists(positive, min_size=rows * masses, max_size=rows * masses))
        return np.array(values).reshape(rows, masses)

    found = sample_widths(
        mass=table(1)[0] + 1, channels=tuple(f"channel {n}" for n in range(channels)), gamma=table(channels),
        error=table(channels), total_error=table(1)[0], masked=table(1)[0] > 1, power=data.draw(st.integers(1, 4)),
        version="9.9",
    )  # fmt: skip
    document = widths_document(found)
    assert widths_document(widths_from_document(json.loads(json_text(document)))) == document


def test_other_versions_keep_their_hash() -> None:
    document = widths_document(sample_widths(version="0.0.7"))
    assert document["provenance"]["version"] == "0.0.7"
    assert widths_document(widths_from_document(document))["provenance"] == document["provenance"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "error_mev_per_scale",
            None,
            "'a.json' holds widths without theory errors.*\n.*feebly widths --model",
        ),
        ("masked", None, "lacks the field 'masked'"),
        ("masked", [True], "'masked' must hold numbers of shape"),
        ("channels", [], "'channels' must hold an object"),
        ("channels", {"e- e+": [1.0]}, "channels: the field 'e- e\\+' must hold numbers of shape"),
        ("channels", {"e- e+": [1.0, None, 1.0]}, "'e- e\\+' must hold numbers that are zero or positive"),
        ("channels", {"e- e+": [1.0, 1.0, -1.0]}, "'e- e\\+' must hold numbers that are zero or positive"),
        ("error_mev_per_scale", {}, "error_mev_per_scale lacks the field 'nu_mu nu_mu~'"),
        ("total_error_mev_per_scale", "none", "'total_error_mev_per_scale' must hold numbers"),
        ("mass_mev", [], "'mass_mev' must hold at least one mass"),
        ("power", 2.5, "'power' must hold a whole number"),
        ("power", True, "'power' must hold a whole number"),
    ],
)
def test_broken_documents_are_refused_with_the_field(field: str, value: object, message: str) -> None:
    document = widths_document(sample_widths())
    if value is None:
        del document[field]
    else:
        document[field] = value
    with pytest.raises(InvalidValueError, match=message):
        widths_from_document(document, "'a.json'")


# Tables and datasets.


def test_csv_has_one_row_per_mass() -> None:
    text = widths_csv(sample_widths(), date="2031-01-02")
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert "# model: lmu-ltau" in head
    assert "# unit: MeV per unit g^2" in head
    assert "# choices: lapse = on" in head
    assert "# date: 2031-01-02" in head
    assert f"# config_sha256: {widths_document(sample_widths())['provenance']['config_sha256']}" in head
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert rows[2] == {
        "m_MeV": "2000.0", "total": "8.0", "total error": "0.8", "masked": "true", "nu_mu nu_mu~": "4.0",
        "nu_mu nu_mu~ error": "0.0", "e- e+": "2.0", "e- e+ error": "0.0", "pi+ pi-": "2.0", "pi+ pi- error": "0.8",
    }  # fmt: skip
    assert len(rows) == 3


def test_a_frame_has_one_row_per_mass_and_channel() -> None:
    found = many()
    frame = widths_frame(found)
    names = ["mass_mev", "channel", "width_mev_per_scale", "error", "branching", "masked"]
    assert list(frame.columns) == names
    assert len(frame) == found.gamma.size
    row = frame[(frame["channel"] == "mu- mu+") & (frame["mass_mev"] == found.mass[40])].iloc[0]
    assert row["width_mev_per_scale"] == found.gamma[1, 40]
    assert row["branching"] == found.branching[1, 40]
    sums = frame.groupby("mass_mev")["width_mev_per_scale"].sum()
    assert sums.to_numpy() == pytest.approx(found.total, rel=1e-14)
    assert frame.attrs["units"]["width_mev_per_scale"] == "MeV"
    assert found.to_pandas().equals(frame)


def test_a_dataset_keeps_units_and_origin_through_netcdf(tmp_path: Path) -> None:
    import xarray

    found = many()
    dataset = widths_dataset(found)
    assert dict(dataset.sizes) == {"channel": 14, "mass_mev": 60}
    assert dataset["width"].attrs["units"] == "MeV"
    assert dataset.attrs["power"] == 2
    assert found.to_xarray().identical(dataset)
    with xarray.open_dataset(save(found, tmp_path / "x.nc"), engine="netcdf4") as back:
        np.testing.assert_array_equal(back["width"].sel(channel="mu- mu+").values, found.partial("mu- mu+"))
        np.testing.assert_array_equal(back["error"].values, found.error)
        np.testing.assert_array_equal(back["masked"].values, found.masked)
        np.testing.assert_array_equal(back["total_error"].values, found.total_error)
        provenance = json.loads(back.attrs["provenance"])
        assert provenance["choices"] == {"lapse": "on", "spin": "physical"}


@pytest.mark.parametrize("kind", ["csv", "netcdf"])
def test_export_takes_any_path(tmp_path: Path, kind: str) -> None:
    assert export(sample_widths(), kind, tmp_path / "out.dat").stat().st_size > 100


@pytest.mark.parametrize("name", ["x.lmt", "x.yaml", "x.html", "x.axionlimits.txt"])
def test_what_is_impossible_says_what_is_possible(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        InvalidValueError,
        match=r"is not possible. Possible for widths: \.json, \.csv, \.nc, \.pdf, \.png, \.svg\.$",
    ):
        save(sample_widths(), tmp_path / name)


# Figures.


@pytest.fixture(scope="module")
def axes() -> Axes:
    """The figure of `many`, drawn once."""
    return many().plot().axes[0]


def test_groups_bands_and_labels(axes: Axes) -> None:
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert axes.get_xlabel() == "mass [MeV]"
    assert axes.get_ylabel() == "branching ratio"
    assert axes.get_title(loc="left") == "dark photon"
    drawn = [line for line in axes.lines if len(line.get_xdata())]
    assert len(drawn) == 5
    total = np.nansum([line.get_ydata() for line in drawn], axis=0)
    assert total == pytest.approx(np.ones(60), rel=1e-12)
    said = {text.get_text() for text in axes.texts}
    said |= {text.get_text() for text in axes.get_legend().get_texts()} if axes.get_legend() else set()
    assert said == {"$e^{-}e^{+}$", r"$\mu^{-}\mu^{+}$", r"$\tau^{-}\tau^{+}$", "neutrinos", "hadrons"}
    low, high = axes.get_ylim()
    assert low <= 0.01
    assert max(np.nanmax(line.get_ydata()) for line in drawn) < high


def test_bands_show_the_theory_error(axes: Axes) -> None:
    found = many()
    assert len(axes.collections) == 5
    assert len(width_figure(found, "e- e+", errors=False).axes[0].collections) == 0
    hadrons = axes.collections[-1].get_paths()[0].vertices
    last = np.isclose(hadrons[:, 0], found.mass[-1])
    share = found.share(found.hadronic)[-1]
    error = found.share_error(found.hadronic, found.total_error)[-1]
    assert hadrons[last, 1].min() == pytest.approx(share - error, rel=1e-9)
    assert hadrons[last, 1].max() == pytest.approx(share + error, rel=1e-9)


def test_masked_masses_are_grey_half_way_to_their_neighbours(axes: Axes) -> None:
    found = many()
    masked = np.flatnonzero(found.masked)
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert band.x0 == pytest.approx(math.sqrt(found.mass[masked[0] - 1] * found.mass[masked[0]]), rel=1e-9)
    assert band.x1 == pytest.approx(math.sqrt(found.mass[masked[-1] + 1] * found.mass[masked[-1]]), rel=1e-9)
    assert "quarkonia" in axes.get_title(loc="right")
    clean = sample_widths(masked=np.zeros(3, dtype=bool)).plot().axes[0]
    assert not clean.patches
    assert not clean.get_title(loc="right")


def test_the_largest_hadrons_and_the_sum_of_the_others() -> None:
    found = many()
    axes = found.plot("hadrons").axes[0]
    said = [text.get_text() for text in axes.texts]
    said += [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
    assert len(said) == 7
    assert "3 others" in said
    assert "unresolved hadrons" in said
    assert axes.get_xlim()[0] > 200, "the axis begins where hadrons do"
    shown = np.nansum([line.get_ydata() for line in axes.lines if len(line.get_xdata())], axis=0)
    assert shown == pytest.approx(found.share(found.hadronic), abs=1e-12)


def test_channels_by_name() -> None:
    found = many()
    assert found.plot("mu- mu+").axes[0].lines[0].get_ydata()[-1] == found.branching[1, -1]
    colours = len(SEQUENCE)
    several = found.plot(list(found.channels)[: colours + 2]).axes[0]
    styles = [line.get_linestyle() for line in several.lines[: colours + 2]]
    assert styles == ["-"] * colours + ["--"] * 2
    with pytest.raises(UnknownNameError, match=r"Did you mean tau- tau\+"):
        found.plot(["tau tau"])


def test_what_cannot_be_drawn_says_why() -> None:
    one = sample_widths(
        mass=np.array([5.0]), gamma=np.ones((3, 1)), error=np.zeros((3, 1)), total_error=np.zeros(1),
        masked=np.array([False]),
    )  # fmt: skip
    with pytest.raises(InvalidValueError, match=r"only one mass\.\n.*--mass-mev 1:60000:400"):
        one.plot()
    nothing = sample_widths(channels=(), gamma=np.zeros((0, 3)), error=np.zeros((0, 3)))
    for channels in (None, "hadrons", []):
        with pytest.raises(InvalidValueError, match=r"Nothing to draw.*\n.*channels: none"):
            nothing.plot(channels)


def test_the_order_of_the_masses_does_not_matter() -> None:
    found = many()
    turn = np.random.default_rng(2).permutation(60)
    shuffled = Widths(
        model=found.model, mass=found.mass[turn], channels=found.channels, gamma=found.gamma[:, turn],
        error=found.error[:, turn], total_error=found.total_error[turn], masked=found.masked[turn], power=2,
        provenance=ORIGIN,
    )  # fmt: skip
    first, second = found.plot("mu- mu+").axes[0], shuffled.plot("mu- mu+").axes[0]
    assert first.lines[0].get_xydata() == pytest.approx(second.lines[0].get_xydata(), rel=1e-14, nan_ok=True)
    assert first.texts[0].get_position() == second.texts[0].get_position()
    assert len(first.patches) == len(second.patches) == 1


def test_labels_cover_neither_lines_nor_each_other(axes: Axes) -> None:
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) >= 3
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
        for line in axes.lines:
            points = axes.transData.transform(line.get_xydata())
            inside = (points > [box.x0, box.y0]).all(axis=1) & (points < [box.x1, box.y1]).all(axis=1)
            assert not inside.any(), line.get_label()


def test_lines_without_room_go_into_a_legend() -> None:
    from feebly.plot.figures import new_figure

    figure, axes = new_figure()
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(1, 100)
    axes.set_ylim(1e-3, 1)
    x = np.geomspace(1, 100, 50)
    lines = [Line(f"line {n}", "black", "-", x, 0.1 * (1 + 0.3 * n) * np.ones(50)) for n in range(5)]
    label_lines(figure, axes, lines)
    assert {text.get_text() for text in axes.texts} == {"line 0", "line 4"}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["line 1", "line 2", "line 3"]


@pytest.mark.parametrize(
    ("channel", "label"),
    [
        ("e- e+", "$e^{-}e^{+}$"),
        ("K0 K0~", r"$K^{0}\bar{K}^{0}$"),
        ("p p~", r"$p\bar{p}$"),
        ("eta' pi+ pi-", r"$\eta'\pi^{+}\pi^{-}$"),
        ("K+- K0 pi-+", r"$K^{\pm}K^{0}\pi^{\mp}$"),
        ("2pi+ 2pi-", r"$2\pi^{+}2\pi^{-}$"),
        ("nu_tau nu_tau~", r"$\nu_{\tau}\bar{\nu}_{\tau}$"),
        ("pi+ pi- (other)", "pi+ pi- (other)"),
    ],
)
def test_channels_become_mathematics(channel: str, label: str) -> None:
    assert channel_label(channel) == label


# The command line.


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_table_is_short_and_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    from feebly.cli.tables import print_widths

    print_widths(many())
    lines = capsys.readouterr().out.splitlines()
    assert "(shown at 12 of 60 masses)" in lines[0]
    assert lines[1].count("  ") >= 9
    assert "hadrons" in lines[1]
    assert "8pi gamma" not in lines[1]
    assert len(lines) == 1 + 1 + 12 + 2
    assert lines[-2] == "  6 more channels, smaller everywhere; all of them: --json"
    assert "quarkonia" in lines[-1]
    assert sum("* " in line for line in lines[2:-2]) == 1
    print_widths(sample_widths())
    out = capsys.readouterr().out
    assert "more channels" not in out
    assert "8.0 +- 0.8" in out


def test_documents_without_a_coupling_are_those_of_g() -> None:
    document = widths_document(sample_widths(scale_name="epsilon"))
    assert widths_from_document(document).scale_name == "epsilon"
    del document["scale_name"]
    assert widths_from_document(document).scale_name == "g"


def test_widths_at_epsilon_of_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("widths", "--model", "dark-photon", "--mass-mev", "100,500")
    g, epsilon = (
        json.loads(run(capsys, *words, *more, "--json")[1]) for more in ((), ("--coupling", "epsilon"))
    )
    assert (g["scale_name"], epsilon["scale_name"]) == ("g", "epsilon")
    assert epsilon["branching"]["e- e+"] == pytest.approx(g["branching"]["e- e+"], rel=1e-14)
    for name in ("total_mev_per_scale", "total_error_mev_per_scale"):
        assert epsilon[name] == pytest.approx(E_CHARGE**2 * np.array(g[name]), rel=1e-14)
    for name in ("channels", "error_mev_per_scale"):
        assert epsilon[name]["pi+ pi-"] == pytest.approx(
            E_CHARGE**2 * np.array(g[name]["pi+ pi-"]), rel=1e-14
        )
    assert run(capsys, *words)[1].startswith(
        "dark-photon: total width per g^2 and branching ratios (g = 1; epsilon"
    )
    title = "dark-photon: total width per epsilon^2 and branching ratios (epsilon = 1, g = 0.3028)"
    files = (tmp_path / "widths.json", tmp_path / "widths.csv")
    output = [word for path in files for word in ("-o", str(path))]
    assert run(capsys, *words, "--coupling", "epsilon", *output)[1].startswith(title)
    saved = load(files[0])
    assert isinstance(saved, Widths)
    assert saved.to_dict() == epsilon
    assert saved.explain().startswith("dark-photon: partial widths per unit epsilon^2")
    assert "# unit: MeV per unit epsilon^2" in files[1].read_text()
    assert saved.to_xarray().attrs["scale_name"] == "epsilon"


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (33.03, 0.52, "33.0 +- 0.5"),
        (46.3, 0.97, "46.3 +- 1.0"),
        (288.2, 11.7, "288 +- 12"),
        (2512.0, 340.0, "2500 +- 300"),
        (0.0, 0.0, "0"),
        (12.3456, 0.0, "12.35"),
        (12.3456, 1e-5, "12.35"),
        (1.0, 2.6, "1 +- 3"),
        (0.0, 2.6, "0 +- 3"),
        (2.004e-7, 3.1e-9, "(2.00 +- 0.03)e-07"),
        (4.71e8, 2e7, "(4.7 +- 0.2)e+08"),
    ],
)
def test_a_value_with_its_error(value: float, error: float, text: str) -> None:
    assert with_error(value, error) == text


def test_files_of_widths_and_what_can_be_done_with_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target, table = tmp_path / "widths.json", tmp_path / "widths.csv"
    code, out, err = run(capsys, "widths", "--model", "dark-photon", "--mass-mev", "100:900:5", "-o", str(target),
                         "-o", str(table))  # fmt: skip
    assert code == 0, err
    assert f"wrote {table}" in out
    assert "+-" in out
    assert set(json.loads(target.read_text())) >= FIELDS
    assert "pi+ pi-" in table.read_text()
    assert "partial widths per unit g^2" in run(capsys, "explain", str(target))[1]
    assert run(capsys, "cite", str(target))[1].count("@") >= 2
    for kind in ("csv", "netcdf"):
        code, out, _ = run(capsys, "export", str(target), "--to", kind, "-o", str(tmp_path / kind))
        assert code == 0, kind
        assert (tmp_path / kind).exists()
    figure = tmp_path / "widths.svg"
    for words in ((), ("--channels", "hadrons"), ("--channels", "e- e+,pi+ pi-")):
        assert run(capsys, "plot", str(target), "-o", str(figure), *words)[0] == 0
        assert figure.stat().st_size > 1000
        figure.unlink()


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("widths --model b-l --mass-mev 5 -o x.lmt", ["Possible for widths", ".json"]),
        ("widths --model b-l --mass-mev 5 -o x.png", ["only one mass", "1:60000:400"]),
        ("widths --model b-l --mass-mev 5 --coupling alpha", ["Possible: g, epsilon"]),
        ("widths --model scalar-lnc --mass-mev 5 --coupling epsilon", ["Possible: Y."]),
        ("export {file} --to hepdata", ["hepdata is not possible", ".csv"]),
        ("plot {file} {file} -o x.png", ["drawn alone"]),
        ("plot {file} -o x.png --channels gluons", ["gluons", "nu_mu nu_mu~"]),
        ("plot {limit} -o x.png --channels hadrons", ["--channels is for a file of widths"]),
        ("plot {old} -o x.png", ["without theory errors", "feebly widths"]),
    ],
)
def test_errors_are_short_and_helpful(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    texts: list[str],
) -> None:
    from test_export_documents import sample_limit

    monkeypatch.chdir(tmp_path)
    places = {name: tmp_path / f"{name}.json" for name in ("file", "limit", "old")}
    save(sample_widths(), places["file"])
    save(sample_limit(), places["limit"])
    document = widths_document(sample_widths())
    del document["error_mev_per_scale"]
    places["old"].write_text(json_text(document))
    code, _, err = run(capsys, *(word.format(**places) for word in words.split()))
    assert code == 2
    assert all(text in err for text in texts), err
    assert len(err.splitlines()) <= 3
    assert not (tmp_path / "x.png").exists()
