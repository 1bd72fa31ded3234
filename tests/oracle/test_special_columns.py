"""Columns at the edges, against the slow profiler: each alone, and beside an ordinary one."""

from pathlib import Path

import pytest

from agensium.core.profile import TableProfile
from agensium.data.kernel import ScanOptions, scan_csv
from tests.oracle.compare import assert_same
from tests.oracle.tables import Written, write

COLUMNS = {
    "one empty cell": [""],
    "empty": [""] * 30,
    "all missing": ["", "NA", " ", "null", "-", "?"] * 5,
    "one number": ["42"],
    "one fraction": ["-0.125"],
    "one text": ["Österreich"],
    "one date": ["2026-02-28"],
    "constant integer": ["7"] * 40,
    "constant fraction": ["1e-9"] * 40,
    "constant text": ["same"] * 40,
    "constant date": ["1999-12-31"] * 40,
    "infinite": ["inf", "-inf", "Infinity"] * 5,
    "infinite among numbers": ["inf", "1.5", "-inf", "2.5", "4"] * 6,
    "a number and infinities": ["inf"] * 9 + ["3"],
    "the largest integers": ["9223372036854775807", "-9223372036854775808", "0"],
    "beyond the integers": ["9223372036854775808", "99999999999999999999", "1"],
    "the smallest doubles": ["5e-324", "2.5e-323", "0"],
    "mixed": ["1", "2.5", "yes", "2026-01-01", "10:30", "text", "$3", "4 %", "007", ""] * 4,
    "mostly numbers": [*map(str, range(90)), *["oops"] * 10],
    "mixed dates": ["03/04/2026", "13/04/2026", "04/13/2026", "2026-04-03", "x"] * 4,
    "scripts": ["Москва", "東京", "القاهرة", "Αθήνα", "São Paulo", "서울", "תל אביב", "กรุงเทพ"],
    "combining marks": ["e\u0301", "é", "A\u030a", "Å", "\u200b", "\ufeffx", "a\u00a0b"],
    "beyond the plane": ["\U0001f600", "\U0001f468\u200d\U0001f469", "\U00020000", "\U0010ffff"],
    "control characters": ["a\tb", "\x07", "x\x00y", "\x1b[0m", "\x7f"],
}


def scan(folder: Path, table: Written, threads: int) -> TableProfile:
    path = folder / "table.csv"
    path.write_bytes(table.data)
    return scan_csv(path, ScanOptions(pairs=False, threads=threads, chunk_bytes=64))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_special_column_has_the_figures_of_the_slow_profiler(name: str, tmp_path: Path) -> None:
    cells = COLUMNS[name]
    alone = write([(cell,) for cell in cells], quoted=1)
    assert_same(scan(tmp_path, alone, 1), alone)
    beside = write([(cell, str(n)) for n, cell in enumerate(cells)])
    assert_same(scan(tmp_path, beside, 3), beside)
