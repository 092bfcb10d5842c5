"""The command line. Nothing heavy is imported before a verb needs it."""

from feebly.cli.app import main

__all__ = ["main"]
