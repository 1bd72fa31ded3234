"""One dense line for each column: what a page, a table in a terminal and a list all show."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from agensium.core.findings import Finding, Severity
from agensium.core.profile import ColumnProfile, Histogram, TableProfile
from agensium.exports import formats
from agensium.exports.sentences import Names

MAX_BARS: Final = 12
MAX_TOP: Final = 3


class Mark(Struct, frozen=True):
    """A finding that concerns a column."""

    severity: Severity
    title: str


class Top(Struct, frozen=True):
    """One of the most frequent values and its share of the present cells."""

    value: str
    share: str


class Line(Struct, frozen=True):
    """A column at a glance.

    Attributes:
        column: the column itself.
        anchor: its address in the page.
        number: its place in the file, from 1.
        state: how much of it is valid, invalid and missing, in words.
        missing: the share of its cells without a value.
        heights: the counts that its sparkline draws.
        categories: whether these are counts of values instead of ranges.
        distinct: how many values differ, in words.
        distinct_note: what that means, when it means something.
        range: from where to where, for numbers and dates.
        middle: the middle, for numbers.
        top: the most frequent values, for everything else.
        marks: the findings that concern it.

    """

    column: ColumnProfile
    anchor: str
    number: int
    state: str
    missing: str
    heights: tuple[int, ...]
    categories: bool
    distinct: str
    distinct_note: str
    range: tuple[str, str] | None
    middle: str
    top: tuple[Top, ...]
    marks: tuple[Mark, ...]

    @property
    def shape(self) -> str:
        """The id of the drawing."""
        return f"shape-{self.number}"

    @property
    def needs_a_look(self) -> bool:
        """Whether an error or a warning concerns the column."""
        return any(mark.severity != "note" for mark in self.marks)


def lines(table: TableProfile, findings: Sequence[Finding], names: Names) -> tuple[Line, ...]:
    """Return the line of every column, in the order of the file."""
    marks: dict[str, list[Mark]] = {}
    for finding in findings:
        for name in finding.columns:
            marks.setdefault(name, []).append(Mark(finding.severity, finding.title))
    return tuple(
        _line(column, anchor, tuple(marks.get(column.name, ())))
        for column, anchor in zip(table.columns, names.anchors, strict=True)
    )


def state(column: ColumnProfile) -> str:
    """Say how much of a column is valid, invalid and missing."""
    if not column.rows:
        return "no rows"
    if not column.present:
        return "all missing"
    words = []
    if column.nonconforming_count:
        words.append(f"{formats.share_of(column.nonconforming_count, column.rows)} invalid")
    if column.missing:
        words.append(f"{formats.share(column.missing_share)} missing")
    return ", ".join(words) or "complete"


def heights(histogram: Histogram | None) -> tuple[int, ...]:
    """Return the counts of a histogram's bins."""
    return () if histogram is None else tuple(each.count for each in histogram.bins)


def _line(column: ColumnProfile, anchor: str, marks: tuple[Mark, ...]) -> Line:
    categories = column.histogram is None
    drawn = _top_counts(column) if categories else heights(column.histogram)
    return Line(
        column=column,
        anchor=anchor,
        number=column.position + 1,
        state=state(column),
        missing=formats.share(column.missing_share),
        heights=() if _is_constant(column) else drawn,
        categories=categories,
        distinct="–" if column.distinct is None else formats.estimated_count(column.distinct),
        distinct_note=_distinct_note(column),
        range=_range(column),
        middle=_middle(column),
        top=_top(column) if _range(column) is None else (),
        marks=marks,
    )


def _top_counts(column: ColumnProfile) -> tuple[int, ...]:
    counts = tuple(top.count for top in column.top_values[:MAX_BARS])
    return counts if any(count > 1 for count in counts) else ()


def _is_constant(column: ColumnProfile) -> bool:
    distinct = column.distinct
    return distinct is not None and distinct.method == "exact" and distinct.value == 1


def _distinct_note(column: ColumnProfile) -> str:
    distinct = column.distinct
    if distinct is None or distinct.method != "exact" or not column.present:
        return ""
    if distinct.value == 1:
        return "constant"
    return "all differ" if distinct.value == column.present else ""


def _range(column: ColumnProfile) -> tuple[str, str] | None:
    if _is_constant(column) and column.top_values:
        return None
    if column.numbers is not None:
        sign = f"{formats.NBSP}%" if column.kind == "percent" else ""
        least, most = formats.value(column.numbers.min), formats.value(column.numbers.max)
        return least + sign, most + sign
    if column.dates is not None:
        return formats.moment(column.dates.earliest), formats.moment(column.dates.latest)
    return None


def _middle(column: ColumnProfile) -> str:
    numbers = column.numbers
    if numbers is None or _is_constant(column):
        return ""
    if numbers.median is None:
        return f"mean {formats.measure(numbers.mean)}"
    return f"median {formats.marked(formats.measure(numbers.median), numbers.quantile_method)}"


def _top(column: ColumnProfile) -> tuple[Top, ...]:
    return tuple(
        Top(top.value, formats.share_of(top.count, column.present))
        for top in column.top_values[:MAX_TOP]
    )
