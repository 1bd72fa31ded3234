"""Databases: their tables are listed, one is read, and nothing in them runs."""

import sqlite3
from pathlib import Path

import duckdb
import pytest

from agensium.core.errors import InvalidInput, NoRows, UnsupportedFormat
from agensium.data.dataset import Dataset
from agensium.data.kernel import list_tables
from agensium.data.reading import ReadParams, ReadTable

ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"


def read(path: Path, **params: object) -> ReadTable:
    return Dataset(path=path, name=path.name).scan(ReadParams(**params))  # type: ignore[arg-type]


def write_sqlite(path: Path, *statements: str) -> Path:
    database = sqlite3.connect(path)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_sqlite(
        tmp_path / "a b#?%ü.csv",
        "CREATE TABLE small (x)",
        "INSERT INTO small VALUES (1)",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, score REAL, raw BLOB, "
        "twice AS (id * 2), thrice INTEGER AS (id * 3) STORED)",
        "INSERT INTO people (id, name, score, raw) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        "SELECT i, CASE WHEN i % 5 THEN 'n' || i % 3 END, i / 4.0, x'00ff' FROM n",
        "CREATE TABLE keyed (word TEXT PRIMARY KEY) WITHOUT ROWID",
        "INSERT INTO keyed VALUES ('a'), ('b')",
        f"CREATE VIEW endless AS {ENDLESS}",
    )


def test_the_largest_table_is_read_and_all_are_listed(base: Path) -> None:
    found = read(base)
    assert (found.source.format, found.source.chosen) == ("SQLite database", "people")
    assert [(each.name, each.rows, each.columns) for each in found.source.tables] == [
        ("small", 1, 1), ("people", 20_000, 5), ("keyed", 2, 1),
    ]  # fmt: skip
    assert found.source.tables == list_tables(base).tables
    assert found.profile.rows == 20_000
    columns = {column.name: column for column in found.profile.columns}
    assert list(columns) == ["id", "name", "score", "raw", "thrice"]
    assert (columns["name"].nulls, columns["name"].declared) == (4000, "text")
    assert (columns["score"].kind, columns["raw"].top_values[0].value) == ("decimal", "0x00ff")


def test_what_is_left_out_is_said(base: Path) -> None:
    notes = " ".join(read(base).source.notes)
    for said in ("Of 3 tables", "not run: endless", "computed are left out: twice"):
        assert said in notes


def test_a_table_can_be_chosen_and_a_view_cannot(base: Path) -> None:
    assert read(base, table="keyed").profile.rows == 2
    with pytest.raises(InvalidInput, match="not run"):
        read(base, table="endless")
    with pytest.raises(InvalidInput, match="no table 'x'"):
        read(base, table="x")


def test_nothing_beside_a_database_is_touched(base: Path) -> None:
    before = (base.read_bytes(), sorted(base.parent.iterdir()))
    read(base)
    assert (base.read_bytes(), sorted(base.parent.iterdir())) == before


def test_a_generated_column_cannot_call_functions(tmp_path: Path) -> None:
    path = write_sqlite(
        tmp_path / "x.db",
        "CREATE TABLE t (a, big AS (hex(zeroblob(100000000))))",
        "INSERT INTO t VALUES (1)",
    )
    assert [column.name for column in read(path).profile.columns] == ["a"]


def test_broken_databases_are_refused(base: Path, tmp_path: Path) -> None:
    data = base.read_bytes()
    path = tmp_path / "broken.db"
    for broken in (data[:50], data[:4096], data[:100] + b"\xff" * 4000 + data[4100:]):
        path.write_bytes(broken)
        with pytest.raises(InvalidInput):
            read(path)


def test_a_database_without_tables_has_no_rows(tmp_path: Path) -> None:
    with pytest.raises(NoRows):
        read(write_sqlite(tmp_path / "x.db", "CREATE TABLE t (a)", "DROP TABLE t"))


@pytest.fixture
def duck(tmp_path: Path) -> Path:
    path = tmp_path / "table.parquet"
    database = duckdb.connect(str(path))
    database.execute("CREATE TABLE few AS SELECT 1 AS a")
    database.execute(
        "CREATE TABLE many AS SELECT i, i / 8 AS price, [i, i + 1] AS pair FROM range(5000) AS t(i)"
    )
    database.execute("CREATE VIEW secrets AS SELECT * FROM read_text('/etc/passwd')")
    database.close()
    return path


def test_a_duckdb_database_is_read_by_duckdb(duck: Path) -> None:
    found = read(duck)
    assert (found.source.format, found.source.chosen) == ("DuckDB database", "many")
    assert [each.name for each in found.source.tables] == ["few", "many"]
    assert "not run: secrets" in " ".join(found.source.notes)
    assert (found.profile.rows, [column.name for column in found.profile.columns]) == (
        5000,
        ["i", "price", "pair", "pair[]"],
    )
    assert read(duck, table="few").profile.rows == 1
    with pytest.raises(InvalidInput, match="views are not run"):
        read(duck, table="secrets")


def test_a_broken_duckdb_database_is_refused(duck: Path) -> None:
    duck.write_bytes(duck.read_bytes()[:9000])
    with pytest.raises((UnsupportedFormat, InvalidInput)):
        read(duck)
