"""A user's own curves: units, separators, blocks, and refusals with the number of the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from feebly.errors import InvalidValueError, UnknownNameError
from feebly.export import read_curve


@pytest.mark.parametrize(
    ("name", "text", "mass"),
    [
        ("a.txt", "1 2e-8\n2 3e-8\n", [1.0, 2.0]),
        ("a.csv", "m_MeV,g\n1,2e-8\n2,3e-8\n", [1.0, 2.0]),
        ("a.csv", "mass_mev;g\n1;2e-8\n2;3e-8\n", [1.0, 2.0]),
        ("a.csv", "mass_gev,g\n0.001,2e-8\n0.002,3e-8\n", [1.0, 2.0]),
        ("a.dat", "! mass in GeV, g\n0.001 2D-8\n0.002 3d-8\n", [1.0, 2.0]),
        ("a.dat", "# m/GeV g\n0.001\t2e-8\n0.002\t3e-8\n", [1.0, 2.0]),
        ("a.txt", "# Some stars\n# m_a [eV]  g_ap [GeV^-1]\n1e6 2e-8\n2e6 3e-8\n", [1.0, 2.0]),
        ("a.txt", "# mass (keV) and g [1/GeV]\n1e3 2e-8\n2e3 3e-8\n", [1.0, 2.0]),
        ("a.txt", "# from a fit with g in units of 1/GeV\n1 2e-8\n2 3e-8\n", [1.0, 2.0]),
        ("a.txt", "# m [meV] g\n1e9 2e-8\n2e9 3e-8\n", [1.0, 2.0]),
        ("a.lmt", "#      mass       lower\n 1.0e-03  2e-8\n 2.0e-03  3e-8\n", [1.0, 2.0]),
        ("a.axionlimits.txt", "1e6 2e-8\n2e6 3e-8\n", [1.0, 2.0]),
        ("a.txt", "\ufeffmass,coupling\n1,2e-8\n2,3e-8 # last\n", [1.0, 2.0]),
    ],
)
def test_units_are_recognised(tmp_path: Path, name: str, text: str, mass: list[float]) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (curve,) = read_curve(path)
    assert curve.mass.tolist() == mass
    assert curve.coupling.tolist() == [2e-8, 3e-8]
    assert curve.upper is None
    assert curve.label == "a"


def test_the_argument_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.lmt"
    path.write_text("# mass [eV] lower upper\n1 2e-8 3e-8\n")
    (curve,) = read_curve(path, "MeV", label="beam dump")
    assert curve.mass.tolist() == [1.0]
    assert curve.label == "beam dump"
    assert read_curve(path, mass_unit="GeV")[0].mass.tolist() == [1000.0]


def test_three_columns_have_an_upper_edge(tmp_path: Path) -> None:
    path = tmp_path / "E999.lmt"
    path.write_text("#   mass   lower   upper\n 1.1e-03 2.5e-07 3.1e-03\n 1.2e-03 2.4e-07 3.0e-03\n")
    (curve,) = read_curve(path)
    assert curve.mass.tolist() == [1.1, 1.2]
    assert curve.upper is not None
    assert curve.upper.tolist() == [3.1e-3, 3.0e-3]


def test_empty_lines_separate_curves(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n# m_a [eV]\n1e6 1e-8\n2e6 1e-8\n1e6 1e-8\n\n# another\n5e6 1e-9\n\n\n")
    first, second = read_curve(path)
    assert first.mass.tolist() == [1.0, 2.0, 1.0]
    assert second.mass.tolist() == [5.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no points"),
        ("# only a comment\n", "holds no points"),
        ("mass,g\n", "holds no points"),
        ("1 2e-8\n2 x\n", "a.txt, line 2: 'x' is not a positive number"),
        ("1 2e-8\n2 nan\n", "line 2: 'nan' is not a positive number"),
        ("-5.3 -13.6\n", "line 1: '-5.3' is not a positive number. If these are logarithms, undo them"),
        ("0 1e-8\n", "'0' is not a positive number"),
        ("1 2 3 4\n", "line 1: 4 columns, but 2 or 3 are needed"),
        ("1\n", "line 1: 1 columns"),
        ("1 2\n1 2 3\n", "line 2: 3 columns, but 2 are needed"),
        ("1 3e-8 2e-8\n", "the lower edge 3e-8 is above the upper edge 2e-8"),
        ("1,2e-8\n2,\n", "line 2: '' is not a positive number"),
        ("m_MeV,interval,edge_low\n1,1,2\n", "none that ends with '_low'"),
        ("m_MeV,interval,g_low,g_high\n1,1,2\n", "line 2: 3 columns instead of 4"),
    ],
)
def test_malformed_files_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    with pytest.raises(InvalidValueError, match=message):
        read_curve(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="cannot be read: No such file"):
        read_curve(tmp_path / "a.txt")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(InvalidValueError, match="is not a text file"):
        read_curve(tmp_path / "b.png")
    (tmp_path / "c.txt").write_text("1 2\n")
    with pytest.raises(UnknownNameError, match="unit of mass"):
        read_curve(tmp_path / "c.txt", "TeV")  # type: ignore[arg-type]
