"""Assembled lines from a model to a score, one file per probe."""

from feebly.probes.base import Prescription, Probe, Response, Support, configure, prescription, probe_options
from feebly.probes.sn_cooling import SupernovaCooling

__all__ = [
    "Prescription",
    "Probe",
    "Response",
    "SupernovaCooling",
    "Support",
    "configure",
    "prescription",
    "probe_options",
]
