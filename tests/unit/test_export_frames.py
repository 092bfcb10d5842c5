"""pandas and xarray: shapes, units, provenance, netCDF that comes back, and packages that are missing."""

from __future__ import annotations

import builtins
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from test_export_documents import sample_limit, sample_signal, sample_widths

from feebly.errors import MissingExtraError
from feebly.export import limit_dataset, limit_frame, save, signal_dataset, signal_frame, widths_frame
from feebly.units import SECOND

pytestmark = pytest.mark.filterwarnings("ignore:numpy.ndarray size changed:RuntimeWarning")


def test_limit_frame() -> None:
    frame = limit_frame(sample_limit())
    assert list(frame.columns) == ["mass_mev", "interval", "low", "high", "edge_low", "edge_high", "status"]
    assert frame["mass_mev"].tolist() == [10.0, 10.0, 20.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    assert frame["interval"].tolist() == [1, 2, 1, 2, 1, 0, 0, 0]
    assert np.isnan(frame["low"][5])
    assert frame["high"][4] == 1.0
    assert frame.attrs["units"]["mass_mev"] == "MeV"
    assert frame.attrs["config_sha256"] == sample_limit().config_sha256
    assert sample_limit().to_pandas().equals(frame)


def test_signal_frame() -> None:
    frame = signal_frame(sample_signal())
    assert frame["mass_mev"].tolist() == [10.0, 10.0, 20.0, 20.0, 700.0, 700.0]
    assert frame["scale"].tolist() == [0.0, 1e-10] * 3
    assert frame["value"][1] == 1e50
    assert frame["part semi-Compton"][1] == 2.5e49
    assert frame["status"][4] == "out-of-domain"
    assert frame.attrs["units"]["value"] == "erg/s"
    assert sample_signal().to_pandas().equals(frame)


def test_limit_dataset() -> None:
    dataset = limit_dataset(sample_limit(level=0.9))
    assert dict(dataset.sizes) == {"mass_mev": 6, "interval": 2, "side": 2}
    assert dataset["excluded"].sel(mass_mev=10.0, side="high").values.tolist() == [1e-8, 0.25]
    assert np.isnan(dataset["excluded"].sel(mass_mev=30.0).values[1]).all()
    assert dataset["edges"].values[2].tolist() == [["physical", "grid"], ["", ""]]
    assert dataset["mass_mev"].attrs["units"] == "MeV"
    assert dataset.attrs["level"] == 0.9
    assert sample_limit(level=0.9).to_xarray().identical(dataset)


def test_signal_dataset() -> None:
    dataset = signal_dataset(sample_signal(spectrum=True))
    assert dataset["value"].attrs["units"] == "erg/s"
    assert dataset["part"].sel(process="semi-Compton", mass_mev=10.0).values.tolist() == [0.0, 2.5e49]
    assert dataset["spectrum"].attrs["units"] == "MeV-1 s-1"
    assert float(dataset["spectrum"][0, 0, 1]) == pytest.approx(1e35 * SECOND)
    assert "spectrum" not in signal_dataset(sample_signal())
    assert sample_signal(spectrum=True).to_xarray().identical(dataset)


def test_limit_netcdf_comes_back(tmp_path: Path) -> None:
    import xarray

    limit = sample_limit(excluded=sample_limit().excluded[::-1], edges=sample_limit().edges[::-1])
    with xarray.open_dataset(save(limit, tmp_path / "x.nc"), engine="netcdf4") as dataset:
        np.testing.assert_array_equal(dataset["excluded"].values[5], limit.excluded[5])
        assert dataset["edges"].values[3].tolist() == [["physical", "grid"], ["", ""]]
        assert dataset["status"].values.tolist() == list(limit.status)
        assert dataset["mass_mev"].attrs["units"] == "MeV"
        provenance = json.loads(dataset.attrs["provenance"])
        assert provenance["config_sha256"] == limit.config_sha256
        assert "level" not in dataset.attrs


def test_signal_netcdf_comes_back(tmp_path: Path) -> None:
    import xarray

    table = sample_signal(spectrum=True)
    with xarray.open_dataset(save(table, tmp_path / "x.nc"), engine="netcdf4") as dataset:
        np.testing.assert_array_equal(dataset["value"].values, table.value)
        np.testing.assert_array_equal(dataset["score"].values, table.score)
        np.testing.assert_array_equal(dataset["valid"].values, table.valid)
        assert dataset["process"].values.tolist() == ["semi-Compton", "coalescence"]


def test_nothing_excluded_has_a_dataset_and_a_file(tmp_path: Path) -> None:
    none = sample_limit(excluded=(np.zeros((0, 2)),) * 6, edges=((),) * 6)
    assert limit_dataset(none).sizes["interval"] == 1
    assert save(none, tmp_path / "x.nc").exists()


@pytest.mark.parametrize(
    ("package", "use"),
    [
        ("pandas", lambda _: limit_frame(sample_limit())),
        ("pandas", lambda _: signal_frame(sample_signal())),
        ("pandas", lambda _: widths_frame(sample_widths())),
        ("xarray", lambda _: limit_dataset(sample_limit())),
        ("xarray", lambda path: save(sample_signal(), path)),
        ("xarray", lambda path: save(sample_widths(), path)),
        ("netCDF4", lambda path: save(sample_limit(), path)),
    ],
)
def test_a_missing_package_is_named_with_the_line_to_type(
    package: str, use: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found, find = builtins.__import__, importlib.import_module

    def absent(name: str, *rest: object) -> ModuleType:
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return found(name, *rest) if rest else find(name)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", absent)
    monkeypatch.setattr("feebly.export.frames.import_module", absent)
    with pytest.raises(MissingExtraError, match=rf"'{package}', which is not installed.\n.*feebly\[io\]"):
        use(tmp_path / "x.nc")
    assert not list(tmp_path.iterdir())
