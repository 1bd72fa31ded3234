"""All statistics of a column as labelled figures, in groups; what was not computed is left out."""

from collections.abc import Iterator

from agensium.core.profile import (
    BooleanStatistics,
    ColumnProfile,
    DateStatistics,
    Estimate,
    PersonalValues,
    TextStatistics,
)
from agensium.exports import formats
from agensium.exports.facts import Fact, Group, part
from agensium.exports.number_facts import number_groups
from agensium.exports.text import visible


def groups(column: ColumnProfile) -> tuple[Group, ...]:
    """Return every statistic that was computed for a column."""
    found = [Group("Cells", tuple(_cells(column)))]
    if column.numbers is not None:
        found.extend(number_groups(column.numbers))
    if column.dates is not None:
        found.append(Group("Dates", tuple(_dates(column.dates))))
    if column.booleans is not None:
        found.append(Group("Truth values", tuple(_booleans(column.booleans))))
    if column.text is not None:
        found.append(Group("Text", tuple(_lengths(column.text))))
        found.append(Group("Letters and blanks", tuple(_letters(column.text, column))))
    return tuple(group for group in found if group.facts)


def _cells(column: ColumnProfile) -> Iterator[Fact]:
    yield part("Valid", column.conforming, column.rows)
    yield part("Invalid", column.nonconforming_count, column.rows)
    yield part("Missing", column.missing, column.rows)
    if column.empty:
        yield Fact("Empty", formats.count(column.empty))
    if column.whitespace_only:
        yield Fact("Only blanks", formats.count(column.whitespace_only))
    if column.leading_zeros:
        yield Fact("With leading zeros", formats.count(column.leading_zeros))
    if column.distinct is not None:
        yield Fact("Distinct", formats.estimated_count(column.distinct), _margin(column.distinct))
    if column.personal is not None:
        yield Fact("May be personal", column.personal.what, note=_reason(column.personal))
    if column.unique is not None:
        yield Fact("Seen once", formats.estimated_count(column.unique), _margin(column.unique))


def _reason(flag: PersonalValues) -> str:
    told = f"by {formats.count(flag.seen)} of {formats.count(flag.of)} cells looked at"
    reason = "by the name of the column" if flag.by == "name" else told
    return {"all": f"{reason}; masked", "some": f"{reason}; these are masked", "none": reason}[
        flag.masked
    ]


def _dates(dates: DateStatistics) -> Iterator[Fact]:
    yield Fact("Earliest", formats.moment(dates.earliest))
    yield Fact("Latest", formats.moment(dates.latest))
    yield Fact("Span", formats.span(dates.span_seconds))
    if dates.granularity is not None:
        yield Fact("Granularity", dates.granularity)
    if dates.day_order is not None:
        yield Fact("Order of day and month", dates.day_order)
    yield from (
        Fact(f"As {visible(each.value)}", formats.count(each.count)) for each in dates.formats
    )
    if dates.gap_count is not None:
        yield Fact("Gaps", formats.count(dates.gap_count))
    for gap in dates.gaps or ():
        label = f"{formats.moment(gap.after)} to {formats.moment(gap.before)}"
        yield Fact(
            label, formats.count(gap.missing), note=f"missing {dates.granularity or 'unit'}s"
        )
    if dates.future is not None:
        yield Fact("In the future", formats.count(dates.future))
    for sentinel in dates.sentinels or ():
        yield Fact(f"Placeholder {visible(sentinel.value)}", formats.count(sentinel.count))


def _booleans(booleans: BooleanStatistics) -> Iterator[Fact]:
    whole = booleans.true + booleans.false
    yield part("True", booleans.true, whole)
    yield part("False", booleans.false, whole)
    yield from (
        Fact(f"Spelt {visible(each.value)}", formats.count(each.count))
        for each in booleans.spellings
    )


def _lengths(text: TextStatistics) -> Iterator[Fact]:
    shortest, longest = formats.count(text.length_min), formats.count(text.length_max)
    yield Fact("Characters", f"{shortest} to {longest}")
    yield Fact("Characters on average", formats.measure(text.length_mean))
    if text.words_mean is not None:
        yield Fact("Words on average", formats.measure(text.words_mean))
    if text.words_max is not None:
        yield Fact("Most words", formats.count(text.words_max))


def _letters(text: TextStatistics, column: ColumnProfile) -> Iterator[Fact]:
    counts = (
        ("Leading blanks", text.leading_blanks),
        ("Trailing blanks", text.trailing_blanks),
        ("Repeated blanks inside", text.inner_blanks),
        ("Upper case", text.upper),
        ("Lower case", text.lower),
        ("Mixed case", text.mixed),
        ("Control characters", text.control_characters),
        ("Characters beyond ASCII", text.non_ascii),
        ("Decomposed characters", text.non_nfc),
    )
    yield from (part(label, number, column.present) for label, number in counts if number)
    nothing = [label[0].lower() + label[1:] for label, number in counts if number == 0]
    if nothing and column.kind == "text":
        yield Fact("Not seen", "", note=", ".join(nothing))
    for script in text.scripts or ():
        yield part(f"{visible(script.value)} letters", script.count, column.present)


def _margin(number: Estimate) -> str:
    if not number.error:
        return ""
    return f"±{formats.NBSP}{formats.share(number.error)}"
