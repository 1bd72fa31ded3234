"""The larger charts of a column, with their axes in words."""

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from agensium.core.profile import ColumnProfile, Histogram, NumberStatistics, Point
from agensium.exports import formats, svg
from agensium.exports.lines import heights


class Axis(Struct, frozen=True):
    """What the bars of a chart stand for, in their order."""

    name: str
    title: str
    labels: tuple[str, ...]


WEEKDAYS: Final = Axis("days", "Weekdays", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
HOURS: Final = Axis("hours", "Hours of the day", tuple(f"{hour:02}" for hour in range(24)))
DIGITS: Final = Axis("digits", "First digits", tuple(str(digit) for digit in range(1, 10)))


class Chart(Struct, frozen=True):
    """A drawing and the words under it.

    Attributes:
        title: what it shows.
        drawing: the bars.
        box: a box over the same axis, where quantiles are known.
        low: the left end of the axis.
        high: the right end of the axis.
        note: what stands out.

    """

    title: str
    drawing: Markup
    low: str
    high: str
    note: str
    box: Markup | None = None


def charts(column: ColumnProfile, shape: str) -> tuple[Chart, ...]:
    """Return every chart for which there are figures.

    Args:
        column: the figures.
        shape: the id of the sparkline of the column, whose drawing the first chart repeats; the
            ids of others start with it.

    """
    return tuple(_charts(column, shape))


def histogram_label(histogram: Histogram) -> str:
    """Describe a histogram for those who do not see it."""
    bins = histogram.bins
    return (
        f"Histogram of {formats.counted(len(bins), 'bin')} from {_point(bins[0].lower)} "
        f"to {_point(bins[-1].upper)}; {_peak(histogram)}"
    )


def _charts(column: ColumnProfile, shape: str) -> Iterator[Chart]:
    if column.histogram is not None and len(column.histogram.bins) > 1:
        drawing = svg.again(heights(column.histogram), shape)
        yield _histogram("Distribution", column.histogram, drawing, column.numbers)
    if column.kind == "text" and column.text is not None and column.text.length_histogram:
        lengths = column.text.length_histogram
        if len(lengths.bins) > 1:
            drawing = svg.bars(heights(lengths), histogram_label(lengths), f"{shape}-lengths")
            yield _histogram("Length in characters", lengths, drawing)
    for axis, counts in _axes(column):
        yield _categories(axis, counts, f"{shape}-{axis.name}")


def _axes(column: ColumnProfile) -> Iterator[tuple[Axis, Sequence[int]]]:
    if column.dates is not None and column.dates.weekdays:
        yield WEEKDAYS, column.dates.weekdays
    if column.dates is not None and column.dates.hours:
        yield HOURS, column.dates.hours
    if column.numbers is not None and column.numbers.first_digits:
        yield DIGITS, column.numbers.first_digits


def _histogram(
    title: str, histogram: Histogram, drawing: Markup, numbers: NumberStatistics | None = None
) -> Chart:
    bins = histogram.bins
    return Chart(
        title=title,
        drawing=drawing,
        low=_point(bins[0].lower),
        high=_point(bins[-1].upper),
        note=formats.marked(_peak(histogram), histogram.method),
        box=None if numbers is None else _box(numbers, bins[0].lower, bins[-1].upper),
    )


def _categories(axis: Axis, counts: Sequence[int], shape: str) -> Chart:
    labels = axis.labels
    tallest = max(range(len(counts)), key=counts.__getitem__)
    words = ", ".join(
        f"{label} {formats.count(n)}" for label, n in zip(labels, counts, strict=True)
    )
    return Chart(
        title=axis.title,
        drawing=svg.bars(counts, f"{axis.title}: {words}", shape, categories=True),
        low=labels[0],
        high=labels[-1],
        note=f"most at {labels[tallest]}: {formats.count(counts[tallest])}",
    )


def _peak(histogram: Histogram) -> str:
    tallest = max(histogram.bins, key=lambda each: each.count)
    return (
        f"most between {_point(tallest.lower)} and {_point(tallest.upper)}: "
        f"{formats.count(tallest.count)}"
    )


def _point(point: Point) -> str:
    return formats.moment(point) if isinstance(point, str) else formats.measure(point)


def _box(numbers: NumberStatistics, start: Point, end: Point) -> Markup | None:
    places = [numbers.quantile(probability) for probability in (0.05, 0.25, 0.5, 0.75, 0.95)]
    known = [place for place in places if place is not None]
    if isinstance(start, str) or isinstance(end, str) or end <= start or len(known) < len(places):
        return None
    low, lower, middle, upper, high = ((place - start) / (end - start) for place in known)
    words = [formats.measure(place) for place in known]
    label = (
        f"Half of the values lie between {words[1]} and {words[3]}, nine in ten between "
        f"{words[0]} and {words[4]}; the median is {words[2]}"
    )
    return svg.box(svg.Box(low, lower, middle, upper, high, label))
