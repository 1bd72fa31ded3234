"""All statistics of a column of numbers as labelled figures."""

from collections.abc import Iterator

from agensium.core.profile import NumberStatistics, Outliers
from agensium.exports import formats
from agensium.exports.facts import Fact, Group, part
from agensium.exports.text import visible


def number_groups(numbers: NumberStatistics) -> tuple[Group, ...]:
    """Return every statistic of numbers that was computed, in groups."""
    return (
        Group("Numbers", tuple(_numbers(numbers))),
        Group("Spread and shape", tuple(_spread(numbers))),
        Group("Quantiles", tuple(_quantiles(numbers))),
        Group("Notation", tuple(_notation(numbers))),
    )


def _numbers(numbers: NumberStatistics) -> Iterator[Fact]:
    yield Fact("Minimum", formats.value(numbers.min))
    yield Fact("Maximum", formats.value(numbers.max))
    yield Fact("Mean", formats.measure(numbers.mean))
    yield Fact("Sum", formats.measure(numbers.sum))
    yield part("Zeros", numbers.zeros, numbers.count)
    yield part("Negative", numbers.negatives, numbers.count)
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
        yield part("Whole numbers", numbers.whole, numbers.count)
    if numbers.decimals is not None:
        yield Fact("Digits after the point", formats.count(numbers.decimals))
    if numbers.decimal_comma:
        yield Fact("Decimal sign", "comma")
    if numbers.thousands_separator is not None:
        yield Fact("Thousands separator", _separator(numbers.thousands_separator))
    for currency in numbers.currencies:
        yield Fact(f"In {visible(currency.value)}", formats.count(currency.count))


def _separator(char: str) -> str:
    return {" ": "blank", "\N{NO-BREAK SPACE}": "no-break blank", "'": "apostrophe"}.get(
        char, visible(char)
    )
