"""Random tables: the kernel against the slow profiler, and against itself on other cuts."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.kernel import Dialect, ScanOptions, scan_csv
from tests.oracle.compare import assert_same
from tests.oracle.tables import Written, column, tables, write

BOUNDED = settings(
    max_examples=500,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
CHUNKS = st.sampled_from([1, 2, 7, 31, 64, 200])
HEAD_BYTES = 1 << 16
"""The first piece of a file is read whole, however small the chunks are."""
MOMENTS = ("variance", "deviation", "coefficient_of_variation", "skewness", "kurtosis")


def scan(folder: Path, table: Written, **options: Any) -> TableProfile:
    path = folder / "table.csv"
    path.write_bytes(table.data)
    dialect = Dialect(delimiter=table.delimiter)
    return scan_csv(path, ScanOptions(dialect=dialect, pairs=False, threads=1, **options))


def scan_cut(folder: Path, table: Written, chunk_bytes: int | None, threads: int) -> TableProfile:
    """Scan with a line before the table that fills the first piece, so that chunks are cut."""
    path = folder / "table.csv"
    path.write_bytes(b"-" * (HEAD_BYTES - 2) + b"\n" + table.data)
    dialect = Dialect(delimiter=table.delimiter, skip_lines=1)
    options = ScanOptions(dialect=dialect, chunk_bytes=chunk_bytes, threads=threads, pairs=False)
    return scan_csv(path, options)


def without_moments(profile: ColumnProfile) -> ColumnProfile:
    """Leave out what is rounded."""
    if profile.numbers is None:
        return profile
    return replace(profile, numbers=replace(profile.numbers, **dict.fromkeys(MOMENTS)))


def has_commas(profile: TableProfile) -> bool:
    """Whether the meaning of the comma matters, which the first chunk decides."""
    return any("," in cell.value for column in profile.columns for cell in column.top_values)


@BOUNDED
@given(table=tables())
@example(table=column("1", "2", "x", "2", "x"))
@example(table=column("12 €", "$1,234.50", "($4.00)", "5"))
@example(table=column("03/04/2026", "13/04/2026", "31.12.99"))
@example(table=write([("", " "), ("NA", "\t"), ("-", "")], ";", "\r\n", 3))
def test_a_profile_says_what_the_slow_profiler_says(table: Written, tmp_path: Path) -> None:
    assert_same(scan(tmp_path, table), table)


@BOUNDED
@given(table=tables(), chunk_bytes=CHUNKS, threads=st.integers(1, 4))
def test_a_profile_does_not_depend_on_cuts_and_threads(
    table: Written, chunk_bytes: int, threads: int, tmp_path: Path
) -> None:
    whole = scan_cut(tmp_path, table, None, 1)
    if has_commas(whole):
        return
    cut = scan_cut(tmp_path, table, chunk_bytes, threads)
    for found, expected in zip(cut.columns, whole.columns, strict=True):
        assert without_moments(found) == without_moments(expected)
    assert replace(cut, columns=()) == replace(whole, columns=())


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_change_no_digit(threads: int, tmp_path: Path) -> None:
    rows = [(str(n * 7919 % 1009), f"{n % 83 / 7:.5f}", f"name {n % 31}") for n in range(60_000)]
    alone = scan(tmp_path, write(rows))
    assert scan_csv(tmp_path / "table.csv", ScanOptions(threads=threads, pairs=False)) == alone
