"""From a signal to a score: positive means excluded."""

from feebly.statistics.threshold import Criterion, Threshold

__all__ = ["Criterion", "Threshold"]
