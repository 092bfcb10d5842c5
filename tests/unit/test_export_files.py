"""Saving and loading by the ending of the path: formats, refusals, and files that are whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from test_export_documents import sample_limit, sample_signal

import feebly
from feebly.errors import FeeblyError, InvalidValueError, UnknownNameError
from feebly.export import (
    EXPORT_KINDS,
    atlas_document,
    export,
    limit_document,
    load,
    save,
    save_figure,
    signal_document,
)
from feebly.limits import Limit
from feebly.scan import Atlas

ATLAS = Atlas((sample_limit(), sample_limit(probe="n-eff")), (("ship", "lmu-ltau", "no proton current"),))


@pytest.fixture
def small_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures that are quick to write; what they show is tested elsewhere."""
    from matplotlib.figure import Figure

    for name in ("limit_figure", "signal_figure"):
        monkeypatch.setattr(f"feebly.plot.{name}", lambda *_, **__: Figure(figsize=(1, 1)))


def refuse_constant(name: str) -> None:
    raise AssertionError(name)


def test_json_comes_back(tmp_path: Path) -> None:
    for obj, document in (
        (sample_limit(), limit_document),
        (sample_signal(), signal_document),
        (ATLAS, atlas_document),
    ):
        path = save(obj, tmp_path / "x.json")
        assert path == tmp_path / "x.json"
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse_constant)
        assert document(load(path)) == document(obj)
    assert feebly.load(path).refused == ATLAS.refused
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_a_result_saves_itself(tmp_path: Path) -> None:
    limit = load(sample_limit().save(str(tmp_path / "x.json")))
    assert isinstance(limit, Limit)
    assert limit.to_dict() == sample_limit().to_dict()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("x.csv", b"# probe: sn-cooling"),
        ("x.CSV", b"# probe"),
        ("x.hepdata.yaml", b"independent_variables:"),
        ("x.yml", b"independent_variables:"),
        ("x.nc", b"\x89HDF"),
        ("x.lmt", b"# mass lower upper\n"),
        ("x.axionlimits.txt", b"# sn-cooling on lmu-ltau"),
        ("x.pdf", b"%PDF"),
        ("x.png", b"\x89PNG"),
        ("x.svg", b"<?xml"),
        ("x.html", b"<!"),
    ],
)
@pytest.mark.usefixtures("small_figures")
@pytest.mark.filterwarnings("ignore:numpy.ndarray size changed:RuntimeWarning")
def test_the_ending_chooses_the_format(tmp_path: Path, name: str, start: bytes) -> None:
    path = save(sample_limit(), tmp_path / name)
    assert path.read_bytes().startswith(start)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["x.csv", "x.pdf"])
@pytest.mark.usefixtures("small_figures")
def test_signals_have_formats_too(tmp_path: Path, name: str) -> None:
    assert save(sample_signal(), tmp_path / name).stat().st_size > 100


def test_an_atlas_is_a_figure_and_a_page(tmp_path: Path) -> None:
    assert save(ATLAS, tmp_path / "a.pdf").stat().st_size > 1000
    assert b"n-eff" in save(ATLAS, tmp_path / "a.html").read_bytes()


@pytest.mark.usefixtures("small_figures")
def test_equal_requests_give_equal_files(tmp_path: Path) -> None:
    for name in ("x.json", "x.csv", "x.yaml", "x.pdf"):
        first = save(sample_limit(), tmp_path / name).read_bytes()
        assert save(sample_limit(), tmp_path / name).read_bytes() == first


@pytest.mark.parametrize(
    ("obj", "name", "message"),
    [
        (sample_limit(), "x.docx", r"tells no format. Possible for this limit: .*\.csv.*\n.*x\.json"),
        (sample_limit(), "x.txt", "tells no format"),
        (sample_limit(), "json", "tells no format"),
        (sample_signal(), "x.lmt", r"lmt is not possible. Possible for this signal: \.json, \.csv"),
        (ATLAS, "x.csv", r"csv is not possible.*\n.*write_submission"),
        ("text", "x.json", "A str cannot be saved"),
    ],
)
def test_what_is_impossible_says_what_is_possible(
    tmp_path: Path, obj: object, name: str, message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        save(obj, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_export_takes_any_path(tmp_path: Path, kind: str) -> None:
    assert export(sample_limit(), kind, tmp_path / "out.dat").stat().st_size > 100


def test_export_finds_a_name_beside_the_source(tmp_path: Path) -> None:
    assert export(sample_limit(), "hepdata", beside=tmp_path / "a.json") == tmp_path / "a.hepdata.yaml"
    with pytest.raises(InvalidValueError, match="needs a path"):
        export(sample_limit(), "csv")


def test_unknown_kinds_have_near_matches(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean hepdata"):
        export(sample_limit(), "hepdat", tmp_path / "x")


@pytest.mark.usefixtures("small_figures")
def test_figures_have_three_formats(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"Possible: \.pdf, \.png, \.svg"):
        save_figure(sample_limit().plot(), tmp_path / "x.jpg")
    assert save_figure(sample_limit().plot(), tmp_path / "x.PNG").exists()


@pytest.mark.parametrize("name", ["x.json", "x.nc", "x.png"])
@pytest.mark.usefixtures("small_figures")
def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = tmp_path / name
    path.write_text("before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InvalidValueError, match=rf"{name}' cannot be written: No space left"):
        save(sample_limit(), path)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert path.read_text() == "before"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"The folder '.*missing' does not exist\. Make it first"):
        save(sample_limit(), tmp_path / "missing" / "x.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidValueError, match=r"is a folder\. Give the name of a file in it"):
        save(sample_limit(), tmp_path / "folder.json")
    (tmp_path / "file").touch()
    with pytest.raises(FeeblyError):
        save(sample_limit(), tmp_path / "file" / "x.json")
    with pytest.raises(InvalidValueError, match="cannot be written: File name too long"):
        save(sample_limit(), tmp_path / f"{'x' * 300}.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    with pytest.raises(InvalidValueError, match="is not a file"):
        save(sample_limit(), tmp_path / "x.json")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InvalidValueError, match="Permission denied"):
        save(sample_limit(), tmp_path / "x.json")
    tmp_path.chmod(0o700)


def test_a_denied_write_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", deny)
    with pytest.raises(InvalidValueError, match=r"cannot be written: Permission denied.\n  Give a path"):
        save(sample_limit(), tmp_path / "x.csv")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.json").touch()
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    save(sample_limit(), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").stat().st_size > 100


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("m_MeV,g\n1,2\n", "is not JSON .*\n.*read_curve"),
        ("", "is not JSON"),
        ('{"score": NaN}', "NaN is not a JSON number"),
        ("\xff\xfe", "is not JSON|is no limit"),
        ("[1, 2]", "it holds no fields"),
        ('{"a": 1, "b": 2}', "is no limit, signal, atlas or widths of feebly: its fields are a, b"),
        ('{"branching": {}}', "holds widths without theory errors"),
        ('{"excluded": [], "document_version": 99}', "document version 99; .*\n.*--upgrade feebly"),
        ('{"excluded": []}', "lacks the field 'mass_mev'"),
        ('{"limits": [3]}', "'limits' must hold a list of objects"),
        ('{"limits": [{"probe": "x"}]}', "limits 0 lacks the field"),
        ("[" * 100_000, "is not JSON|nested too deeply"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(InvalidValueError, match=message):
        load(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"x\.json' cannot be read: No such file"):
        load(tmp_path / "x.json")
    with pytest.raises(InvalidValueError, match="cannot be read"):
        load(tmp_path)


def test_numbers_survive_to_the_last_digit(tmp_path: Path) -> None:
    odd = sample_limit(excluded=(np.array([[0.1 + 0.2, 1 / 3]]), *[np.zeros((0, 2))] * 5),
                       edges=((("physical", "physical"),), *[()] * 5))  # fmt: skip
    back = load(save(odd, tmp_path / "x.json"))
    assert isinstance(back, Limit)
    assert back.excluded[0].tolist() == [[0.1 + 0.2, 1 / 3]]
