"""The values of a column in lists: the frequent, the rare, the patterns, the wrong."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from agensium.core.profile import ColumnProfile, Method, ValueCount
from agensium.exports import formats
from agensium.exports.concerns import Quote

MAX_TOP: Final = 10
MAX_TOP_NUMBERS: Final = 6
MAX_RARE: Final = 12
MAX_PATTERNS: Final = 5


class CountedValue(Struct, frozen=True):
    """A value, how often it occurs, and its share of the cells that are counted."""

    value: str
    count: str
    share: str
    part: float


class ValueList(Struct, frozen=True):
    """Values with their counts, the most frequent first."""

    title: str
    values: tuple[CountedValue, ...]
    note: str = ""
    in_a_row: bool = False
    """Whether the values alone say enough, so that they may stand side by side."""


class Spellings(Struct, frozen=True):
    """Spellings that are probably one and the same category."""

    values: tuple[CountedValue, ...]


def value_lists(column: ColumnProfile) -> tuple[ValueList, ...]:
    """Return every list of counted values that was computed for a column."""
    return tuple(_value_lists(column))


def wrong_values(column: ColumnProfile) -> tuple[Quote, ...]:
    """Return the first values that are not of the column's kind, with their lines."""
    return tuple(Quote(cell.value, formats.count(cell.line)) for cell in column.nonconforming)


def spellings(column: ColumnProfile) -> tuple[Spellings, ...]:
    """Return groups of spellings that are probably one category."""
    return tuple(
        Spellings(_counted(group.spellings, column.present))
        for group in column.near_duplicates or ()
    )


def _value_lists(column: ColumnProfile) -> Iterator[ValueList]:
    present = column.present
    if column.top_values:
        # Of numbers and dates, the histogram says more than their most frequent values.
        top = column.top_values[: MAX_TOP if column.histogram is None else MAX_TOP_NUMBERS]
        yield ValueList(
            "Top values", _counted(top, present, column.top_method), _rest(top, present)
        )
    if column.rare_values and column.histogram is None:
        rare = _counted(column.rare_values[:MAX_RARE], present)
        yield ValueList("Rare values", rare, _more(column.rare_values, MAX_RARE), in_a_row=True)
    if column.patterns and not column.is_temporal:
        patterns = _counted(column.patterns[:MAX_PATTERNS], present, column.pattern_method)
        yield ValueList("Patterns", patterns, "A, a: letter, 9: digit")
    if column.missing_tokens:
        yield ValueList("Missing, written as", _counted(column.missing_tokens, column.missing))
    if column.text is not None and column.text.characters and column.kind == "text":
        characters = column.text.characters
        whole = sum(each.count for each in characters)
        yield ValueList("Characters", _counted(characters, whole))


def _counted(
    values: Sequence[ValueCount], whole: int, method: Method = "exact"
) -> tuple[CountedValue, ...]:
    return tuple(
        CountedValue(
            value=each.value,
            count=formats.marked(formats.count(each.count), "sketch" if each.error else method),
            share=formats.share_of(each.count, whole),
            part=each.count / whole if whole else 0.0,
        )
        for each in values
    )


def _rest(values: Sequence[ValueCount], present: int) -> str:
    rest = present - sum(each.count for each in values)
    return f"all others: {formats.share_of(rest, present)}" if rest > 0 else ""


def _more(values: Sequence[ValueCount], shown: int) -> str:
    return f"and {formats.count(len(values) - shown)} more" if len(values) > shown else ""
