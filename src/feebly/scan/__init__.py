"""Many masses, models and probes at once."""

from feebly.scan.angles import AngleAtlas, angle_atlas
from feebly.scan.atlases import Atlas, atlas
from feebly.scan.maps import SignalMap, signal_map

__all__ = ["AngleAtlas", "Atlas", "SignalMap", "angle_atlas", "atlas", "signal_map"]
