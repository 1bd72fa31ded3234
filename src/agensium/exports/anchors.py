"""Addresses inside a report: readable, unique, and the same in every report of the table."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

MAX_SLUG_CHARS: Final = 60


def anchors(names: Iterable[str]) -> tuple[str, ...]:
    """Return one anchor for each column: ``col-dep-time``, then ``col-dep-time-2``."""
    taken: set[str] = set()
    made = []
    for name in names:
        anchor = base = f"col-{_slug(name)}"
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{base}-{number}"
        taken.add(anchor)
        made.append(anchor)
    return tuple(made)


def link(anchor: str) -> str:
    """Return the address of an anchor in the same page."""
    return f"#{quote(anchor)}"


def _slug(name: str) -> str:
    words = "".join(char.lower() if char.isalnum() else " " for char in name[:MAX_SLUG_CHARS])
    return "-".join(words.split()) or "unnamed"
