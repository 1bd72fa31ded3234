"""Keys and functional dependencies, asked of DuckDB: how many combinations there are."""

import csv
import itertools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from agensium.core.profile import TableProfile
from agensium.data.kernel import ScanOptions, scan_csv

FLIGHTS = Path(__file__).parents[2] / "examples" / "flights.csv"
COUNTED_AT_ONCE = 40
Found = set[tuple[tuple[str, ...], str]]


class Counted:
    """How many different combinations the columns of a table have; the empty cell is a value."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect()
        source = f"read_csv('{path}', all_varchar=true, header=true, nullstr='no such value')"
        self.connection.execute(f"CREATE TABLE t AS SELECT * FROM {source}")
        self.names = [row[0] for row in self.rows("DESCRIBE t")]
        self.height = int(self.rows("SELECT count(*) FROM t")[0][0])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def of(self, groups: Sequence[tuple[str, ...]]) -> list[int]:
        """Count the combinations of each group of columns."""
        found: list[int] = []
        for start in range(0, len(groups), COUNTED_AT_ONCE):
            part = groups[start : start + COUNTED_AT_ONCE]
            counts = (f"count(DISTINCT ({', '.join(map(quoted, each))}))" for each in part)
            found += map(int, self.rows(f"SELECT {', '.join(counts)} FROM t")[0])
        return found


def quoted(name: str) -> str:
    return f'"{name}"'


def written(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    return path


def expected(table: Counted, size: int) -> tuple[Found, set[tuple[str, ...]]]:
    """Return the minimal dependencies that are listed, and the keys, by counting combinations."""
    groups = [g for n in range(1, size + 2) for g in itertools.combinations(table.names, n)]
    counts = dict(zip(groups, table.of(groups), strict=True))

    def count(*columns: str) -> int:
        return counts[tuple(sorted(columns, key=table.names.index))]

    def tells(left: tuple[str, ...], right: str) -> bool:
        return count(*left) == count(*left, right)

    found: Found = set()
    for left in (g for g in groups if len(g) <= size and counts[g] < table.height):
        nested = len(left) == 2 and (tells(left[:1], left[1]) or tells(left[1:], left[0]))
        if nested or any(count(one) == 1 for one in left):
            continue
        for right in (name for name in table.names if name not in left and count(name) > 1):
            shorter = len(left) == 2 and any(tells((one,), right) for one in left)
            if not shorter and tells(left, right):
                found.add((left, right))
    return found, {g for g in groups if len(g) <= size and counts[g] == table.height}


def dependencies(table: TableProfile) -> Found:
    assert table.dependencies is not None
    return {(each.determinant, each.dependent) for each in table.dependencies}


def test_dependencies_of_one_column_in_flights_are_those_of_duckdb() -> None:
    table = scan_csv(FLIGHTS)
    assert {each.method for each in table.dependencies or ()} == {"exact"}
    found = {each for each in dependencies(table) if len(each[0]) == 1}
    assert found == expected(Counted(FLIGHTS), 1)[0]


def test_dependencies_and_keys_of_two_columns_in_flights_are_those_of_duckdb(
    tmp_path: Path,
) -> None:
    with FLIGHTS.open(newline="") as file:
        names, *rows = csv.reader(file)
    chosen = [n for n, name in enumerate(names) if name not in {"year", "hour", "minute", "month"}]
    part = [[row[n] for n in chosen] for row in random.Random(1).sample(rows, 1500)]
    path = written(tmp_path / "flights.csv", [names[n] for n in chosen], part)
    found, keys = expected(Counted(path), 2)
    table = scan_csv(path)
    assert dependencies(table) == found
    complete = {column.name for column in table.columns if column.missing == 0}
    assert {key.columns for key in table.keys or ()} == {k for k in keys if complete >= set(k)}


@pytest.mark.parametrize("seed", range(6))
def test_dependencies_and_keys_of_random_tables_are_those_of_duckdb(
    seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    a = [rng.randrange(12) for _ in range(60)]
    b = [rng.randrange(12) for _ in a]
    columns = {
        "a": a,
        "b": b,
        "of a": [x % 4 for x in a],
        "of both": [(x * 5 + y * 7) % 6 for x, y in zip(a, b, strict=True)],
        "chance": [rng.randrange(5) for _ in a],
        "gaps": [rng.choice(["", x // 3]) for x in a],
        "constant": [1 for _ in a],
    }
    rows = [
        [f"v{cell}" if cell != "" else "" for cell in row]
        for row in zip(*columns.values(), strict=True)
    ]
    path = written(tmp_path / "t.csv", list(columns), rows)
    found, keys = expected(Counted(path), 2)
    table = scan_csv(path, ScanOptions(threads=2))
    assert dependencies(table) == found
    shortest = min((len(key) for key in keys), default=0)
    listed = {key for key in keys if len(key) == shortest and "gaps" not in key}
    assert {key.columns for key in table.keys or ()} == listed


def test_a_key_of_two_columns_is_found_where_no_single_one_is(tmp_path: Path) -> None:
    rng = random.Random(3)
    pairs = [(f"h{n % 40}", f"w{n // 40}", f"x{rng.randrange(9)}") for n in range(1600)]
    rng.shuffle(pairs)
    path = written(tmp_path / "t.csv", ["hour", "week", "x"], pairs)
    assert [key.columns for key in scan_csv(path).keys or ()] == [("hour", "week")]
    assert expected(Counted(path), 2)[1] == {("hour", "week")}
