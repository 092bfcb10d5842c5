"""From a signal to a score: positive means excluded."""

from feebly.statistics.one_sided import delta_chi2, one_sided_limit
from feebly.statistics.threshold import Criterion, Threshold

__all__ = ["Criterion", "Threshold", "delta_chi2", "one_sided_limit"]
