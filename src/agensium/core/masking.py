"""A report without values that may be personal: counts, shapes and statistics stay."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final, Literal

from msgspec import structs

from agensium.core.forensics import Damage, Encoding, Forensics, QuotedLine, QuotedLines
from agensium.core.measures import Bin, DateStatistics, Histogram, Point, ValueCount
from agensium.core.personal import spans, suspect
from agensium.core.profile import ColumnProfile, Example, NotComputed, PersonalValues, TableProfile
from agensium.core.report import Source

MASK: Final = "•••"
WHY_LEFT_OUT: Final = "the values may be personal"
YEAR_CHARS: Final = len("2026")
_RUN: Final = re.compile(r"[^\s!-/:-@\[-`{-~]+")
_ASCII_RUN: Final = re.compile(r"[A-Za-z0-9]+")


def hide(text: str) -> str:
    """Return a text with every run of letters and digits masked; its length is not told."""
    return _RUN.sub(MASK, text)


def hide_inside(text: str) -> str:
    """Return a text in which only what may be personal is masked."""
    shown, done = [], 0
    for start, end in spans(text):
        if start >= done:
            shown += [text[done:start], hide(text[start:end])]
        done = max(done, end)
    return "".join((*shown, text[done:]))


def flagged(table: TableProfile, *, mask: bool) -> TableProfile:
    """Return the table with a flag on each column whose values may be personal.

    Args:
        table: the facts.
        mask: whether the flags say that values are masked.

    """
    return structs.replace(table, columns=tuple(_flagged(each, mask) for each in table.columns))


def masked(table: TableProfile, source: Source) -> tuple[TableProfile, Source]:
    """Return a flagged table and what is known of its file with the values masked."""
    whole = frozenset(each.name for each in table.columns if _is_whole(each))
    left_out = tuple(
        NotComputed(what="numbers and histogram", why=WHY_LEFT_OUT, column=each.name)
        for each in table.columns
        if _is_whole(each) and each.numbers is not None
    )
    table = structs.replace(
        table,
        columns=tuple(map(_masked, table.columns)),
        not_computed=table.not_computed + left_out,
    )
    return table, _masked_source(source, whole)


def _is_whole(column: ColumnProfile) -> bool:
    return column.personal is not None and column.personal.masked == "all"


def _flagged(column: ColumnProfile, mask: bool) -> ColumnProfile:  # noqa: FBT001 - see above
    found = suspect(column.name, column.kind, _cells(column))
    if found is None:
        return column
    extent: Literal["all", "some"] = "all" if found.whole else "some"
    flag = PersonalValues(
        what=found.what,
        by=found.by,
        seen=found.seen,
        of=found.of,
        masked=extent if mask else "none",
    )
    return structs.replace(column, personal=flag)


def _cells(column: ColumnProfile) -> Counter[str]:
    """Return the values that a report shows, each with the number of its cells."""
    groups = (each.spellings for each in column.near_duplicates or ())
    cells = Counter(cell.value for cell in column.nonconforming)
    for each in chain(*groups, column.rare_values or (), column.top_values):
        cells[each.value] = max(cells[each.value], each.count)
    return cells


def _masked(column: ColumnProfile) -> ColumnProfile:
    if column.personal is None:
        return column
    whole = _is_whole(column)
    change = hide if whole else hide_inside
    rare, groups = column.rare_values, column.near_duplicates
    shown = structs.replace(
        column,
        top_values=_counts(column.top_values, whole),
        rare_values=None if rare is None else _counts(rare, whole),
        nonconforming=tuple(
            Example(line=each.line, value=change(each.value)) for each in column.nonconforming
        ),
        near_duplicates=None
        if groups is None
        else tuple(
            structs.replace(group, key=change(group.key), spellings=_counts(group.spellings, whole))
            for group in groups
        ),
    )
    return _without_extremes(shown) if whole else shown


def _counts(values: Iterable[ValueCount], whole: bool) -> tuple[ValueCount, ...]:  # noqa: FBT001
    change = hide if whole else hide_inside
    return tuple(structs.replace(each, value=change(each.value)) for each in values)


def _without_extremes(column: ColumnProfile) -> ColumnProfile:
    """Leave out figures that are values themselves; dates keep their years."""
    dates = column.dates
    return structs.replace(
        column,
        numbers=None,
        dates=None if dates is None else _years(dates),
        histogram=None if dates is None or column.histogram is None else _coarse(column.histogram),
    )


def _years(dates: DateStatistics) -> DateStatistics:
    return structs.replace(
        dates,
        earliest=dates.earliest[:YEAR_CHARS],
        latest=dates.latest[:YEAR_CHARS],
        gaps=None,
    )


def _coarse(histogram: Histogram) -> Histogram:
    return structs.replace(
        histogram,
        bins=tuple(
            Bin(lower=_year(each.lower), upper=_year(each.upper), count=each.count)
            for each in histogram.bins
        ),
    )


def _year(point: Point) -> Point:
    return point[:YEAR_CHARS] if isinstance(point, str) else point


def _masked_source(source: Source, whole: frozenset[str]) -> Source:
    seen = source.forensics
    return structs.replace(
        source,
        notes=tuple(map(hide_inside, source.notes)),
        forensics=None if seen is None else _masked_forensics(seen, whole),
    )


def _masked_forensics(seen: Forensics, whole: frozenset[str]) -> Forensics:
    """Mask quoted lines: rows wholly where a column is personal, for their cells are not told."""
    rows = hide if whole else hide_inside
    return structs.replace(
        seen,
        encoding=_masked_encoding(seen.encoding, whole),
        preamble=_lines(seen.preamble, hide_inside),
        footer=_lines(seen.footer, hide_inside),
        repeated_headers=_quoted(seen.repeated_headers, hide_inside),
        comments=_quoted(seen.comments, hide_inside),
        mended=_quoted(seen.mended, rows),
        padded=_quoted(seen.padded, rows),
        cut=_quoted(seen.cut, rows),
        totals=_lines(seen.totals, rows),
        second_header=next(iter(_lines(_given(seen.second_header), rows)), None),
        damage=tuple(_masked_damage(each, whole) for each in seen.damage),
    )


def _given(line: QuotedLine | None) -> tuple[QuotedLine, ...]:
    return () if line is None else (line,)


def _masked_encoding(found: Encoding, whole: frozenset[str]) -> Encoding:
    if found.twice is None:
        return found
    # The letters that were garbled are what it tells; they name nobody.
    stands, meant = (
        _ASCII_RUN.sub(MASK, each) if whole else hide_inside(each) for each in found.twice
    )
    return structs.replace(found, twice=(stands, meant))


def _masked_damage(damage: Damage, whole: frozenset[str]) -> Damage:
    change = hide if damage.column in whole else hide_inside
    return structs.replace(damage, examples=_lines(damage.examples, change))


def _quoted(lines: QuotedLines, change: Callable[[str], str]) -> QuotedLines:
    return structs.replace(lines, first=_lines(lines.first, change))


def _lines(lines: Iterable[QuotedLine], change: Callable[[str], str]) -> tuple[QuotedLine, ...]:
    return tuple(structs.replace(each, text=change(each.text)) for each in lines)
