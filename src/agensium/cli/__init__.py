"""The command line."""

from agensium.cli.app import main

__all__ = ["main"]
