"""Assembled lines from a model to a score, one file per probe."""

from feebly.probes.base import Prescription, Probe, Response, Support, configure, prescription, probe_options
from feebly.probes.electroweak import Electroweak
from feebly.probes.g_minus_2 import ElectronMoment, MuonMoment
from feebly.probes.sn_cooling import SupernovaCooling

__all__ = [
    "ElectronMoment",
    "Electroweak",
    "MuonMoment",
    "Prescription",
    "Probe",
    "Response",
    "SupernovaCooling",
    "Support",
    "configure",
    "prescription",
    "probe_options",
]
