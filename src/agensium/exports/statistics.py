"""All statistics of a column as labelled figures, in groups; what was not computed is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from agensium.core.profile import (
    BooleanStatistics,
    ColumnProfile,
    DateStatistics,
    Estimate,
    NumberStatistics,
    Outliers,
    TextStatistics,
)
from agensium.exports import formats
from agensium.exports.text import visible


@dataclass(frozen=True)
class Fact:
    """One figure, what it is called, its share of a whole, and a remark."""

    label: str
    value: str
    share: str = ""
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Figures that belong together."""

    title: str
    facts: tuple[Fact, ...]


def groups(column: ColumnProfile) -> tuple[Group, ...]:
    """Return every statistic that was computed for a column."""
    found = [Group("Cells", tuple(_cells(column)))]
    if column.numbers is not None:
        found.append(Group("Numbers", tuple(_numbers(column.numbers))))
        found.append(Group("Spread and shape", tuple(_spread(column.numbers))))
        found.append(Group("Quantiles", tuple(_quantiles(column.numbers))))
        found.append(Group("Notation", tuple(_notation(column.numbers))))
    if column.dates is not None:
        found.append(Group("Dates", tuple(_dates(column.dates))))
    if column.booleans is not None:
        found.append(Group("Truth values", tuple(_booleans(column.booleans))))
    if column.text is not None:
        found.append(Group("Text", tuple(_text(column.text, column.present))))
    return tuple(group for group in found if group.facts)


def _cells(column: ColumnProfile) -> Iterator[Fact]:
    yield _part("Valid", column.conforming, column.rows)
    yield _part("Invalid", column.nonconforming_count, column.rows)
    yield _part("Missing", column.missing, column.rows)
    if column.empty:
        yield Fact("Empty", formats.count(column.empty))
    if column.whitespace_only:
        yield Fact("Only blanks", formats.count(column.whitespace_only))
    if column.leading_zeros:
        yield Fact("With leading zeros", formats.count(column.leading_zeros))
    if column.distinct is not None:
        yield Fact("Distinct", formats.estimated_count(column.distinct), _margin(column.distinct))
    if column.unique is not None:
        yield Fact("Seen once", formats.estimated_count(column.unique), _margin(column.unique))


def _numbers(numbers: NumberStatistics) -> Iterator[Fact]:
    yield Fact("Minimum", formats.value(numbers.min))
    yield Fact("Maximum", formats.value(numbers.max))
    yield Fact("Mean", formats.measure(numbers.mean))
    yield Fact("Sum", formats.measure(numbers.sum))
    yield _part("Zeros", numbers.zeros, numbers.count)
    yield _part("Negative", numbers.negatives, numbers.count)
    if numbers.infinities:
        yield Fact("Infinite", formats.count(numbers.infinities))
    if numbers.nans:
        yield Fact("Not a number", formats.count(numbers.nans))
    if numbers.order is not None and numbers.order != "none":
        yield Fact("In the file's order", numbers.order)
    if numbers.step is not None:
        yield Fact("Step from row to row", formats.value(numbers.step))


def _spread(numbers: NumberStatistics) -> Iterator[Fact]:
    named = (
        ("Standard deviation", numbers.deviation),
        ("Variance", numbers.variance),
        ("Coefficient of variation", numbers.coefficient_of_variation),
        ("Skewness", numbers.skewness),
        ("Excess kurtosis", numbers.kurtosis),
        ("Interquartile range", numbers.iqr),
    )
    yield from (
        Fact(label, formats.measure(figure)) for label, figure in named if figure is not None
    )
    if numbers.mad is not None:
        yield Fact("Median absolute deviation", formats.estimate(numbers.mad))
    for outliers in numbers.outliers or ():
        yield _outliers(outliers, numbers.count)


def _outliers(outliers: Outliers, whole: int) -> Fact:
    rule = "IQR" if outliers.rule == "iqr" else "modified z"
    number = outliers.below + outliers.above
    return Fact(
        f"Outliers ({rule})",
        formats.marked(formats.count(number), outliers.method),
        formats.share_of(number, whole),
        f"{formats.count(outliers.below)} below "
        f"{formats.measure(outliers.lower_fence)}, {formats.count(outliers.above)} above "
        f"{formats.measure(outliers.upper_fence)}",
    )


def _quantiles(numbers: NumberStatistics) -> Iterator[Fact]:
    for quantile in numbers.quantiles or ():
        label = "Median" if quantile.probability == 0.5 else f"{quantile.probability * 100:g} %"
        figure = formats.marked(formats.measure(quantile.value), numbers.quantile_method)
        yield Fact(label.replace(" ", formats.NBSP), figure)
    if numbers.quantiles and numbers.quantile_error:
        yield Fact("Ranks within", f"±{formats.NBSP}{formats.share(numbers.quantile_error)}")


def _notation(numbers: NumberStatistics) -> Iterator[Fact]:
    if numbers.whole:
        yield _part("Whole numbers", numbers.whole, numbers.count)
    if numbers.decimals is not None:
        yield Fact("Digits after the point", formats.count(numbers.decimals))
    if numbers.decimal_comma:
        yield Fact("Decimal sign", "comma")
    if numbers.thousands_separator is not None:
        yield Fact("Thousands separator", _separator(numbers.thousands_separator))
    for currency in numbers.currencies:
        yield Fact(f"In {visible(currency.value)}", formats.count(currency.count))


def _separator(char: str) -> str:
    return {" ": "blank", "\N{NO-BREAK SPACE}": "no-break blank", "'": "apostrophe"}.get(char, visible(char))


def _dates(dates: DateStatistics) -> Iterator[Fact]:
    yield Fact("Earliest", formats.moment(dates.earliest))
    yield Fact("Latest", formats.moment(dates.latest))
    yield Fact("Span", formats.span(dates.span_seconds))
    if dates.granularity is not None:
        yield Fact("Granularity", dates.granularity)
    if dates.day_order is not None:
        yield Fact("Order of day and month", dates.day_order)
    yield from (Fact(f"As {visible(each.value)}", formats.count(each.count)) for each in dates.formats)
    if dates.gap_count is not None:
        yield Fact("Gaps", formats.count(dates.gap_count))
    for gap in dates.gaps or ():
        label = f"{formats.moment(gap.after)} to {formats.moment(gap.before)}"
        yield Fact(label, formats.count(gap.missing), note=f"missing {dates.granularity or 'unit'}s")
    if dates.future is not None:
        yield Fact("In the future", formats.count(dates.future))
    for sentinel in dates.sentinels or ():
        yield Fact(f"Placeholder {visible(sentinel.value)}", formats.count(sentinel.count))


def _booleans(booleans: BooleanStatistics) -> Iterator[Fact]:
    whole = booleans.true + booleans.false
    yield _part("True", booleans.true, whole)
    yield _part("False", booleans.false, whole)
    yield from (
        Fact(f"Spelt {visible(each.value)}", formats.count(each.count)) for each in booleans.spellings
    )


def _text(text: TextStatistics, present: int) -> Iterator[Fact]:
    yield Fact("Characters", f"{formats.count(text.length_min)} to {formats.count(text.length_max)}")
    yield Fact("Characters on average", formats.measure(text.length_mean))
    if text.words_mean is not None:
        yield Fact("Words on average", formats.measure(text.words_mean))
    if text.words_max is not None:
        yield Fact("Most words", formats.count(text.words_max))
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
    yield from (_part(label, number, present) for label, number in counts if number)
    nothing = [label.lower() for label, number in counts if number == 0]
    if nothing:
        yield Fact("None with", "", note=", ".join(nothing))
    for script in text.scripts or ():
        yield _part(f"In {visible(script.value)}", script.count, present)


def _part(label: str, number: int, whole: int) -> Fact:
    return Fact(label, formats.count(number), formats.share_of(number, whole) if number else "")


def _margin(number: Estimate) -> str:
    if not number.error:
        return ""
    return f"±{formats.NBSP}{formats.share(number.error)}"
