"""Compares what a profile says of dates, times and timestamps."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from agensium.core.profile import TEMPORAL_KINDS, ColumnProfile
from tests.oracle.moments import EPOCH
from tests.oracle.plain import PlainColumn


def day_order(plain: PlainColumn) -> str | None:
    """Which order of day and month the numeric dates prove."""
    numeric = [read.moments for _, read in plain.present if read.numeric_date]
    if not numeric:
        return None
    days = any(month is None for _, month in numeric)
    months = any(day is None for day, _ in numeric)
    proved = {(1, 1): "mixed", (1, 0): "day first", (0, 1): "month first", (0, 0): "ambiguous"}
    return proved[days, months]


def reads_month_first(plain: PlainColumn) -> bool:
    """Whether the numeric dates are read month first: unless more can be read day first."""
    numeric = [read.moments for _, read in plain.present if read.numeric_date]
    days = sum(day is not None for day, _ in numeric)
    months = sum(month is not None for _, month in numeric)
    return days <= months


def assert_same_dates(column: ColumnProfile, plain: PlainColumn) -> None:
    if column.kind not in TEMPORAL_KINDS:
        assert column.dates is None
        return
    order = day_order(plain)
    dates, at = column.dates, int(reads_month_first(plain))
    reads = [read for _, read in plain.present if plain.conforms(read)]
    micros = [read.moments[at if read.numeric_date else 0] for read in reads]
    moments = sorted(EPOCH + timedelta(microseconds=each) for each in micros if each is not None)
    assert dates is not None
    assert dates.day_order == order
    assert dates.count == len(moments)
    assert dates.span_seconds == (moments[-1] - moments[0]).total_seconds()
    if column.kind == "time":
        assert (dates.earliest[:8], dates.latest[:8]) == (
            moments[0].strftime("%H:%M:%S"),
            moments[-1].strftime("%H:%M:%S"),
        )
        return
    assert dates.earliest[:10] == moments[0].date().isoformat()
    assert dates.latest[:10] == moments[-1].date().isoformat()
    assert sum(each.count for each in dates.formats) == len(moments)
    weekdays = Counter(moment.weekday() for moment in moments)
    assert dates.weekdays == tuple(weekdays[day] for day in range(7))
    if column.kind == "timestamp":
        hours = Counter(moment.hour for moment in moments)
        assert dates.hours == tuple(hours[hour] for hour in range(24))
    days = sorted({moment.date() for moment in moments})
    gaps = sum(b - a > timedelta(days=1) for a, b in pairwise(days))
    assert dates.gap_count in {None, gaps}
    assert dates.future is None
