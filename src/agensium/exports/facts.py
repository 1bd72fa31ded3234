"""Labelled figures: what every list of statistics is made of."""

from msgspec import Struct

from agensium.core.profile import Number
from agensium.exports import formats


class Fact(Struct, frozen=True):
    """One figure, what it is called, its share of a whole, and a remark."""

    label: str
    value: str
    share: str = ""
    note: str = ""


class Group(Struct, frozen=True):
    """Figures that belong together."""

    title: str
    facts: tuple[Fact, ...]


def part(label: str, number: Number, whole: Number) -> Fact:
    """Return a count with its share of a whole."""
    return Fact(label, formats.count(number), formats.share_of(number, whole) if number else "")
