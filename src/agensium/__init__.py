"""Agensium: what is in a table, can it be trusted, what changed, and how to fix it."""

from typing import Final

__version__: Final = "0.1.0"


def __getattr__(name: str) -> object:
    """Import `agensium.profile` when it is first asked for: `agensium --version` does not wait."""
    if name != "profile":
        raise AttributeError(f"module 'agensium' has no attribute {name!r}")
    from importlib import import_module

    # By name, because every layer may import this package and none of them the notebook.
    found: object = import_module("agensium.notebook").profile
    return found
