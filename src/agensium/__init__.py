"""Agensium: what is in a table, can it be trusted, what changed, and how to fix it."""

from typing import Final

__version__: Final = "0.1.0"
