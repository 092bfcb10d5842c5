"""Limits, signals and widths as pandas tables and xarray datasets, with units and provenance in their attributes."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from feebly.decays import Widths
from feebly.errors import MissingExtraError
from feebly.export.documents import (
    per_mev_and_second,
    provenance_document,
    signal_config_sha256,
    widths_config_sha256,
)
from feebly.limits import Limit
from feebly.provenance import Provenance
from feebly.scan import AngleAtlas, SignalMap

if TYPE_CHECKING:
    import pandas
    import xarray


def limit_frame(limit: Limit) -> pandas.DataFrame:
    """One row per interval: mass_mev, interval, low, high, edge_low, edge_high, status.

    A mass without intervals has one row: interval 0, NaN couplings and empty edges.

    Raises
    ------
    MissingExtraError
        if pandas is not installed.
    """
    rows: list[tuple[float, int, float, float, str, str, str]] = []
    for mass, intervals, edges, status in zip(
        limit.mass.tolist(), limit.excluded, limit.edges, limit.status, strict=True
    ):
        for k, ((low, high), pair) in enumerate(zip(intervals.tolist(), edges, strict=True), start=1):
            rows.append((mass, k, low, high, *pair, status))
        if not len(intervals):
            rows.append((mass, 0, np.nan, np.nan, "", "", status))
    names = ["mass_mev", "interval", "low", "high", "edge_low", "edge_high", "status"]
    frame: pandas.DataFrame = _require("pandas", "A table").DataFrame(rows, columns=names)
    frame.attrs.update(_limit_attributes(limit), units={"mass_mev": "MeV", "low": "1", "high": "1"})
    return frame


def signal_frame(table: SignalMap) -> pandas.DataFrame:
    """One row per mass and coupling: mass_mev, scale, value, score, valid, a column per part, status.

    Raises
    ------
    MissingExtraError
        if pandas is not installed.
    """
    masses, scales = table.mass.size, table.scale.size
    columns: dict[str, Any] = {
        "mass_mev": np.repeat(table.mass, scales),
        "scale": np.tile(table.scale, masses),
        "value": table.value.ravel(),
        "score": table.score.ravel(),
        "valid": table.valid.ravel(),
        **{f"part {name}": part.ravel() for name, part in table.parts.items()},
        "status": np.repeat(np.array(table.status, dtype=object), scales),
    }
    frame: pandas.DataFrame = _require("pandas", "A table").DataFrame(columns)
    units = {"mass_mev": "MeV", "scale": "1", "value": table.unit, "score": "1"}
    frame.attrs.update(_signal_attributes(table), units=units)
    return frame


def limit_dataset(limit: Limit) -> xarray.Dataset:
    """Intervals as `excluded` and `edges` (mass_mev, interval, side), padded with NaN and "".

    Raises
    ------
    MissingExtraError
        if xarray is not installed.
    """
    depth = max([1, *(len(intervals) for intervals in limit.excluded)])
    excluded = np.full((limit.mass.size, depth, 2), np.nan)
    edges = np.full((limit.mass.size, depth, 2), "", dtype=object)
    for m, (intervals, pairs) in enumerate(zip(limit.excluded, limit.edges, strict=True)):
        excluded[m, : len(intervals)] = intervals
        for k, pair in enumerate(pairs):
            edges[m, k] = pair
    dims = ("mass_mev", "interval", "side")
    dataset: xarray.Dataset = _require("xarray", "A dataset").Dataset(
        {
            "excluded": (dims, excluded, {"units": "1", "long_name": f"excluded {limit.scale_name}"}),
            "edges": (dims, edges, {"long_name": "physical, validity or grid"}),
            "status": ("mass_mev", np.array(limit.status, dtype=object)),
            "status_message": ("mass_mev", np.array(limit.message, dtype=object)),
        },
        coords={
            "mass_mev": ("mass_mev", limit.mass, {"units": "MeV", "long_name": "mass"}),
            "side": ("side", np.array(["low", "high"], dtype=object)),
        },
        attrs=_limit_attributes(limit),
    )
    return dataset


def angle_dataset(table: AngleAtlas) -> xarray.Dataset:
    """Lowest and highest excluded coupling over angle [rad] and mass [MeV]; NaN where nothing is excluded.

    Raises
    ------
    InvalidValueError
        if xarray is not installed.
    """
    dims = ("phi", "mass_mev")
    first = table.limits[0]
    dataset: xarray.Dataset = _require("xarray", "A dataset").Dataset(
        {"lowest": (dims, table.edge(0)), "highest": (dims, table.edge(-1))},
        coords={"phi": table.phi, "mass_mev": table.mass},
        attrs={"probe": first.probe, "scale_name": first.scale_name, "version": first.version},
    )
    return dataset


def signal_dataset(table: SignalMap) -> xarray.Dataset:
    """Value, score, validity and parts over (mass_mev, scale); the spectrum, if any, per MeV and second.

    `part` has the processes as a third dimension; `energy_mev` and `spectrum` a dimension `energy`.

    Raises
    ------
    MissingExtraError
        if xarray is not installed.
    """
    dims = ("mass_mev", "scale")
    variables: dict[str, Any] = {
        "value": (dims, table.value, {"units": table.unit, "long_name": table.quantity}),
        "score": (dims, table.score, {"units": "1", "long_name": "score, positive where excluded"}),
        "valid": (dims, table.valid),
        "status": ("mass_mev", np.array(table.status, dtype=object)),
        "status_message": ("mass_mev", np.array(table.message, dtype=object)),
    }
    coords: dict[str, Any] = {
        "mass_mev": ("mass_mev", table.mass, {"units": "MeV", "long_name": "mass"}),
        "scale": ("scale", table.scale, {"units": "1", "long_name": table.scale_name}),
    }
    if table.parts:
        variables["part"] = (("process", *dims), np.array(list(table.parts.values())), {"units": table.unit})
        coords["process"] = ("process", np.array(list(table.parts), dtype=object))
    if table.spectrum_energy is not None and table.spectrum is not None:
        variables["energy_mev"] = (("mass_mev", "energy"), table.spectrum_energy, {"units": "MeV"})
        variables["spectrum"] = (
            (*dims, "energy"),
            per_mev_and_second(table.spectrum),
            {"units": "MeV-1 s-1", "long_name": "d2N/dE dt"},
        )
    dataset: xarray.Dataset = _require("xarray", "A dataset").Dataset(
        variables, coords=coords, attrs=_signal_attributes(table)
    )
    return dataset


def widths_frame(widths: Widths) -> pandas.DataFrame:
    """One row per mass and channel: mass_mev, channel, width_mev_per_scale, error, branching, masked.

    The theory error is in the unit of the width; that of the sum is in `widths_dataset`.

    Raises
    ------
    MissingExtraError
        if pandas is not installed.
    """
    masses, channels = widths.mass.size, len(widths.channels)
    columns: dict[str, Any] = {
        "mass_mev": np.repeat(widths.mass, channels),
        "channel": np.tile(np.array(widths.channels, dtype=object), masses),
        "width_mev_per_scale": widths.gamma.T.ravel(),
        "error": widths.error.T.ravel(),
        "branching": widths.branching.T.ravel(),
        "masked": np.repeat(widths.masked, channels),
    }
    frame: pandas.DataFrame = _require("pandas", "A table").DataFrame(columns)
    units = {"mass_mev": "MeV", "width_mev_per_scale": "MeV", "error": "MeV", "branching": "1"}
    frame.attrs.update(_widths_attributes(widths), units=units)
    return frame


def widths_dataset(widths: Widths) -> xarray.Dataset:
    """Width, its error and branching over (channel, mass_mev); total, its error and mask over mass_mev.

    Raises
    ------
    MissingExtraError
        if xarray is not installed.
    """
    dims, per_scale = ("channel", "mass_mev"), f"per unit {widths.per_scale}"
    dataset: xarray.Dataset = _require("xarray", "A dataset").Dataset(
        {
            "width": (dims, widths.gamma, {"units": "MeV", "long_name": f"partial width {per_scale}"}),
            "error": (dims, widths.error, {"units": "MeV", "long_name": f"theory error {per_scale}"}),
            "branching": (dims, widths.branching, {"units": "1", "long_name": "branching ratio"}),
            "total": ("mass_mev", widths.total, {"units": "MeV", "long_name": f"total width {per_scale}"}),
            "total_error": ("mass_mev", widths.total_error, {"units": "MeV"}),
            "masked": ("mass_mev", widths.masked, {"long_name": "near narrow quarkonia, which are left out"}),
        },
        coords={
            "mass_mev": ("mass_mev", widths.mass, {"units": "MeV", "long_name": "mass"}),
            "channel": ("channel", np.array(widths.channels, dtype=object)),
        },
        attrs=_widths_attributes(widths),
    )
    return dataset


def write_netcdf(dataset: xarray.Dataset, path: Path) -> None:
    """Write a dataset as netCDF-4.

    Raises
    ------
    MissingExtraError
        if netCDF4 is not installed.
    """
    _require("netCDF4", "A netCDF file")
    dataset.to_netcdf(path, engine="netcdf4")


def _require(package: str, purpose: str) -> Any:
    try:
        return import_module(package)
    except ModuleNotFoundError:
        raise MissingExtraError(package, "io", purpose) from None


def _limit_attributes(limit: Limit) -> dict[str, Any]:
    level = {} if limit.level is None else {"level": limit.level}
    return {
        "probe": limit.probe,
        "model": limit.model,
        "scale_name": limit.scale_name,
        "kind": limit.kind,
        "verdict": limit.verdict,
        **level,
        "scale_range": list(limit.scale_range),
        **_origin(limit.provenance, limit.version, limit.config_sha256),
    }


def _signal_attributes(table: SignalMap) -> dict[str, Any]:
    return {
        "probe": table.probe,
        "model": table.model,
        "scale_name": table.scale_name,
        "quantity": table.quantity,
        "unit": table.unit,
        **_origin(table.provenance, table.version, signal_config_sha256(table)),
    }


def _widths_attributes(widths: Widths) -> dict[str, Any]:
    origin = _origin(widths.provenance, widths.version, widths_config_sha256(widths))
    return {"model": widths.model, "scale_name": widths.scale_name, "power": widths.power, **origin}


def _origin(provenance: Provenance, version: str, digest: str) -> dict[str, str]:
    """Provenance as attributes; its whole document as JSON text, because netCDF attributes are flat."""
    return {
        "sources": ", ".join(provenance.keys),
        "provenance": json.dumps(provenance_document(provenance, version, digest), ensure_ascii=False),
        "version": version,
        "config_sha256": digest,
    }
