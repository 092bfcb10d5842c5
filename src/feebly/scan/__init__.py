"""Many masses, models and probes at once."""

from feebly.scan.atlas import Atlas, atlas
from feebly.scan.signal_map import SignalMap, signal_map

__all__ = ["Atlas", "SignalMap", "atlas", "signal_map"]
