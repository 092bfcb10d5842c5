"""Where it happens: stars (plasmas, targets and detectors come with their probes)."""

from feebly.environments.star import Medium, StarProfile

__all__ = ["Medium", "StarProfile"]
