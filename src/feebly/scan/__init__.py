"""Many masses, models and probes at once."""

from feebly.scan.atlases import Atlas, atlas
from feebly.scan.maps import SignalMap, signal_map

__all__ = ["Atlas", "SignalMap", "atlas", "signal_map"]
