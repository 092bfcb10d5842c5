"""Conformance suites: what every model, process and probe must fulfil, ours and yours.

Each function yields one line per fulfilled demand and raises `AssertionError` at the first that is not.
"""

from feebly.testing.conformance import check_model, check_probe, check_process, example_models
from feebly.testing.installation import check_install

__all__ = ["check_install", "check_model", "check_probe", "check_process", "example_models"]
