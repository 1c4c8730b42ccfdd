"""The command line: a door."""

from planner.cli.commands import main

__all__ = ["main"]
