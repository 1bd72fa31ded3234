"""Random tables against a slow profiler in plain Python, and any split against one piece."""

import csv
import io
import math
import statistics
from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.kernel import MISSING_TOKENS
from tests.kernel.tables import profile

INTEGERS = st.integers(-(10**12), 10**12).map(str)
DECIMALS = st.decimals(-10000, 10000, places=3).map(str)
DATES = st.dates().map(lambda day: day.isoformat())
WORDS = st.text(st.sampled_from('abÄ東 ,"\n;7-'), max_size=8)
ANYTHING = st.one_of(
    INTEGERS, DECIMALS, DATES, WORDS, st.sampled_from(["", "NA", " ", "yes", "007"])
)
KINDS = st.sampled_from([INTEGERS, DECIMALS, DATES, WORDS, ANYTHING])
Rows = list[list[str]]


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    kinds = draw(st.lists(KINDS, min_size=1, max_size=4))
    rows = draw(st.lists(st.tuples(*kinds), max_size=30))
    repeated = draw(st.lists(st.sampled_from(rows), max_size=5)) if rows else []
    return [list(row) for row in [*rows, *repeated]]


def as_csv(rows: Rows, width: int, quoting: int, end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([f"c{n}" for n in range(width)])
    writer.writerows(rows)
    return out.getvalue()


def scanned(rows: Rows, quoting: int, end: str, **options: int) -> TableProfile:
    # Without rows there is no width to know; a lone empty cell must be quoted to be seen.
    return profile(as_csv(rows, len(rows[0]) if rows else 1, quoting, end), **options)


def is_missing(cell: str) -> bool:
    return cell.strip(" \t\n\r\x0b\x0c") in MISSING_TOKENS


def check_column(found: ColumnProfile, cells: list[str]) -> None:
    present = [cell for cell in cells if not is_missing(cell)]
    counts = Counter(present)
    assert (found.rows, found.missing) == (len(cells), len(cells) - len(present))
    assert found.distinct is not None
    assert found.unique is not None
    assert found.distinct.value == len(counts)
    assert found.unique.value == sum(1 for count in counts.values() if count == 1)
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))[:20]
    assert [(v.value, v.count) for v in found.top_values] == most
    if present:
        assert found.text is not None
        lengths = [len(cell) for cell in present]
        assert (found.text.length_min, found.text.length_max) == (min(lengths), max(lengths))
        assert math.isclose(found.text.length_mean, statistics.fmean(lengths))
        assert found.patterns is not None
        assert sum(pattern.count for pattern in found.patterns) <= len(present)


def check_numbers(found: ColumnProfile, cells: list[str]) -> None:
    numbers = found.numbers
    if numbers is None or found.conforming != found.present:
        return
    values = [Fraction(cell.strip()) for cell in cells if not is_missing(cell)]
    assert numbers.count == len(values)
    assert numbers.min == float(min(values))
    assert numbers.max == float(max(values))
    assert numbers.sum == float(sum(values)) or isinstance(numbers.sum, float)
    assert math.isclose(numbers.sum, float(sum(values)), rel_tol=1e-12, abs_tol=1e-9)
    assert math.isclose(numbers.mean, float(sum(values) / len(values)), rel_tol=1e-12, abs_tol=1e-9)
    if len(values) > 1:
        exact = float(statistics.variance(values))
        assert numbers.variance is not None
        assert math.isclose(numbers.variance, exact, rel_tol=1e-9, abs_tol=1e-9)
    assert numbers.median is not None
    assert math.isclose(
        numbers.median, float(statistics.median(values)), rel_tol=1e-12, abs_tol=1e-9
    )
    assert found.histogram is not None
    assert sum(bin_.count for bin_ in found.histogram.bins) == len(values)


@settings(max_examples=150, deadline=None)
@given(
    rows=tables(),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
    chunk_bytes=st.integers(1, 200),
    threads=st.integers(1, 4),
)
def test_a_plain_profiler_finds_the_same(
    rows: Rows, quoting: int, end: str, chunk_bytes: int, threads: int
) -> None:
    table = scanned(rows, quoting, end, chunk_bytes=chunk_bytes, threads=threads)
    assert table.rows == len(rows)
    assert table.duplicate_rows is not None
    assert table.duplicate_rows.value == len(rows) - len({tuple(row) for row in rows})
    for column in table.columns:
        cells = [row[column.position] for row in rows]
        check_column(column, cells)
        check_numbers(column, cells)


@settings(max_examples=60, deadline=None)
@given(rows=tables(), chunk_bytes=st.integers(1, 100), threads=st.integers(1, 5))
def test_any_split_gives_the_same_profile(rows: Rows, chunk_bytes: int, threads: int) -> None:
    whole = scanned(rows, csv.QUOTE_ALL, "\n", threads=1)
    parts = scanned(rows, csv.QUOTE_ALL, "\n", chunk_bytes=chunk_bytes, threads=threads)
    assert parts == whole


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300), chunk_bytes=st.integers(1, 50))
def test_no_bytes_crash_the_scan(data: bytes, chunk_bytes: int) -> None:
    if data.strip(b"\r\n").removeprefix(b"\xef\xbb\xbf").strip(b"\r\n"):
        whole = profile(data)
        assert profile(data, chunk_bytes=chunk_bytes, threads=2).rows == whole.rows
