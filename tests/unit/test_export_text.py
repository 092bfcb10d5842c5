"""CSV, DarkCast and AxionLimits: what stands in the files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_export_documents import sample_limit, sample_signal

from feebly.constants import E_CHARGE
from feebly.export import (
    format_float,
    limit_axionlimits,
    limit_csv,
    limit_lmt,
    read_curve,
    save,
    signal_csv,
)
from feebly.limits import Limit


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def header(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


@given(st.floats(allow_nan=False))
def test_floats_read_back(value: float) -> None:
    assert float(format_float(np.float64(value))) == value


def test_csv_has_one_row_per_interval() -> None:
    table = rows(limit_csv(sample_limit()))
    assert list(table[0]) == ["m_MeV", "interval", "g_low", "g_high", "edge_low", "edge_high", "status"]
    assert [row["m_MeV"] for row in table] == ["10.0", "10.0", "20.0", "20.0", "30.0", "40.0", "50.0", "60.0"]
    assert [row["interval"] for row in table] == ["1", "2", "1", "2", "1", "", "", ""]
    assert table[0] | {"status": ""} == {
        "m_MeV": "10.0", "interval": "1", "g_low": "1e-10", "g_high": "1e-08",
        "edge_low": "physical", "edge_high": "physical", "status": "",
    }  # fmt: skip
    assert table[5]["status"] == "ok"
    assert table[6]["status"] == "out-of-domain"


def test_csv_header_tells_what_it_is() -> None:
    lines = header(limit_csv(sample_limit(level=0.9)))
    assert "# probe: sn-cooling" in lines
    assert "# cl: 90%" in lines
    assert "# level: 0.9" in lines
    assert "# sources: Raffelt:1996wa, blinov-lmu-ltau" in lines
    assert "# choices: lapse = on" in lines
    assert "# omitted: bremsstrahlung: small" in lines
    assert "# note: 10 steps were not enough" in lines
    assert f"# config_sha256: {sample_limit().config_sha256}" in lines
    assert not [line for line in lines if "date" in line]
    assert "# date: 2031-01-02" in header(limit_csv(sample_limit(), date="2031-01-02"))


@pytest.mark.parametrize(
    ("name", "column"), [("Y", "Y_low"), ("|U|^2", "U2_low"), ("epsilon", "epsilon_low")]
)
def test_csv_columns_carry_the_scale(name: str, column: str) -> None:
    assert column in rows(limit_csv(sample_limit(scale_name=name)))[0]


def test_signal_csv() -> None:
    table = rows(signal_csv(sample_signal()))
    assert len(table) == 6
    assert table[0]["score"] == "-inf"
    assert table[1]["value"] == "1e+50"
    assert table[1]["semi-Compton"] == "2.5e+49"
    assert table[4] == {
        "m_MeV": "700.0", "g": "0.0", "value": "", "score": "", "valid": "false",
        "semi-Compton": "", "coalescence": "", "status": "out-of-domain",
    }  # fmt: skip
    assert "# unit: erg/s" in header(signal_csv(sample_signal()))


def test_lmt_is_in_gev_and_starts_with_its_columns() -> None:
    text = limit_lmt(sample_limit())
    assert text.splitlines()[0] == "# mass lower upper"  # DarkCast takes the names from the first line
    first = next(line for line in text.splitlines() if not line.startswith("#"))
    assert first == "0.01 1e-10 1e-08"
    assert "edge of g" in text.splitlines()[1]
    assert len([line for line in text.splitlines() if line and not line.startswith("#")]) == 5


@pytest.mark.parametrize("write", [limit_lmt, limit_axionlimits])
def test_dark_photons_go_out_as_epsilon(write: object, tmp_path: Path) -> None:
    text = write(sample_limit(model="dark-photon"))  # type: ignore[operator]
    (tmp_path / "x.txt").write_text(text)
    assert "epsilon = g/e" in text
    np.testing.assert_allclose(read_curve(tmp_path / "x.txt")[0].coupling[0], 1e-10 / E_CHARGE, rtol=1e-15)
    already = write(sample_limit(model="dark-photon", scale_name="epsilon"))  # type: ignore[operator]
    assert " 1e-10" in already


def test_axionlimits_curves_are_closed() -> None:
    text = limit_axionlimits(sample_limit())
    blocks = [block.split("\n") for block in text.rstrip("\n").split("\n\n")]
    assert len(blocks) == 3
    points = [[float(x) for x in line.split()] for line in blocks[0] if not line.startswith("#")]
    assert points == [[1e7, 1e-10], [2e7, 2e-10], [2e7, 2e-8], [1e7, 1e-8], [1e7, 1e-10]]
    assert any("mass [eV]" in line for line in header(text))


def test_open_edges_are_announced() -> None:
    for text in (limit_lmt(sample_limit()), limit_axionlimits(sample_limit())):
        assert "# 1 edges are grid: the scanned range ends there, the limit may go on" in text.splitlines()
        assert "# 2 edges are validity: an approximation ends there" in text.splitlines()


def test_nothing_excluded_is_a_result() -> None:
    none = sample_limit(excluded=(np.zeros((0, 2)),) * 6, edges=((),) * 6)
    for text in (limit_lmt(none), limit_axionlimits(none)):
        assert "# nothing is excluded" in text.splitlines()
        assert all(line.startswith("#") for line in text.splitlines() if line)


def pieces(limit: Limit) -> list[tuple[list[float], list[float], list[float]]]:
    return [
        ([10.0, 20.0], [e[0, 0] for e in limit.excluded[:2]], [e[0, 1] for e in limit.excluded[:2]]),
        ([10.0, 20.0], [e[1, 0] for e in limit.excluded[:2]], [e[1, 1] for e in limit.excluded[:2]]),
        ([30.0], [3e-10], [1.0]),
    ]


@pytest.mark.parametrize("name", ["x.csv", "x.lmt"])
def test_limits_come_back_as_curves(tmp_path: Path, name: str) -> None:
    limit = sample_limit()
    curves = read_curve(save(limit, tmp_path / name))
    for curve, (mass, low, high) in zip(curves, pieces(limit), strict=True):
        np.testing.assert_allclose(curve.mass, mass, rtol=1e-15)
        assert curve.coupling.tolist() == low
        assert curve.upper is not None
        assert curve.upper.tolist() == high
        assert curve.label == "x"


def test_axionlimits_come_back_as_closed_curves(tmp_path: Path) -> None:
    curves = read_curve(save(sample_limit(), tmp_path / "mine.axionlimits.txt"))
    assert [curve.label for curve in curves] == ["mine"] * 3
    for curve, (mass, low, high) in zip(curves, pieces(sample_limit()), strict=True):
        np.testing.assert_allclose(curve.mass, [*mass, *mass[::-1], mass[0]], rtol=1e-15)
        assert curve.coupling.tolist() == [*low, *high[::-1], low[0]]


def test_islands_follow_the_mass_not_the_order_of_the_request() -> None:
    limit = sample_limit()
    shuffled = sample_limit(
        mass=limit.mass[::-1].copy(), excluded=limit.excluded[::-1], edges=limit.edges[::-1],
        status=limit.status[::-1], message=limit.message[::-1],
    )  # fmt: skip
    body = limit_axionlimits(limit).split("[dimensionless]")[1]
    assert limit_axionlimits(shuffled).split("[dimensionless]")[1] == body
