"""Random tables: the kernel against the slow profiler, and against itself on other cuts."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agensium.core.profile import TableProfile
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


def scan(folder: Path, table: Written, **options: Any) -> TableProfile:
    path = folder / "table.csv"
    path.write_bytes(table.data)
    dialect = Dialect(delimiter=table.delimiter)
    chosen = {"pairs": False, "threads": 1} | options
    return scan_csv(path, ScanOptions(dialect=dialect, **chosen))


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
    cut = scan(tmp_path, table, chunk_bytes=chunk_bytes, threads=threads, pairs=True)
    assert cut == scan(tmp_path, table, pairs=True)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_change_no_digit(threads: int, tmp_path: Path) -> None:
    rows = [(str(n * 7919 % 1009), f"{n % 83 / 7:.5f}", f"name {n % 31}") for n in range(60_000)]
    alone = scan(tmp_path, write(rows))
    assert scan_csv(tmp_path / "table.csv", ScanOptions(threads=threads, pairs=False)) == alone
