"""Files in and out: JSON, CSV, HEPData, netCDF, DarkCast, AxionLimits, pandas and xarray."""

from feebly.export.curves import Curve, read_curve
from feebly.export.document_reader import (
    atlas_from_document,
    limit_from_document,
    signal_from_document,
    widths_from_document,
)
from feebly.export.documents import (
    atlas_document,
    json_text,
    limit_document,
    provenance_document,
    signal_document,
    widths_document,
)
from feebly.export.files import EXPORT_KINDS, check_output, export, load, save, save_figure
from feebly.export.frames import (
    limit_dataset,
    limit_frame,
    signal_dataset,
    signal_frame,
    widths_dataset,
    widths_frame,
)
from feebly.export.hepdata import limit_yaml, write_submission
from feebly.export.text import format_float, limit_axionlimits, limit_csv, limit_lmt, signal_csv, widths_csv

__all__ = [
    "EXPORT_KINDS",
    "Curve",
    "atlas_document",
    "atlas_from_document",
    "check_output",
    "export",
    "format_float",
    "json_text",
    "limit_axionlimits",
    "limit_csv",
    "limit_dataset",
    "limit_document",
    "limit_frame",
    "limit_from_document",
    "limit_lmt",
    "limit_yaml",
    "load",
    "provenance_document",
    "read_curve",
    "save",
    "save_figure",
    "signal_csv",
    "signal_dataset",
    "signal_document",
    "signal_frame",
    "signal_from_document",
    "widths_csv",
    "widths_dataset",
    "widths_document",
    "widths_frame",
    "widths_from_document",
    "write_submission",
]
