"""Files that are not delimited text give the figures that the same table gives as CSV."""

from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from agensium.core.errors import InvalidInput, LimitExceeded, NoRows
from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.dataset import Dataset
from agensium.data.kernel import ScanOptions, scan_csv, scan_table
from agensium.data.reading import ReadParams, ReadTable

TABLE = """
    SELECT i AS id, i % 7 AS few, CASE WHEN i % 11 = 0 THEN NULL ELSE i * 0.25 END AS price,
        CAST(i / 3 AS DECIMAL(12, 2)) AS amount, 'word ' || (i % 50) AS word,
        DATE '2024-01-01' + CAST(i % 400 AS INTEGER) AS day,
        TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE AS moment, i % 3 = 0 AS flag,
        'text ' || i AS unique_text
    FROM range(0, 60000) AS t(i)
"""


def read(path: Path, **params: object) -> ReadTable:
    return Dataset(path=path, name=path.name).scan(ReadParams(**params))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    query = f"COPY ({TABLE}) TO '{folder}/table."
    duckdb.execute(query + "csv' (HEADER)")
    duckdb.execute(query + "parquet' (ROW_GROUP_SIZE 10000)")
    duckdb.execute(query + "json'")
    return folder


def comparable(column: ColumnProfile) -> ColumnProfile:
    """What does not depend on whether a missing cell is empty or holds no value, or on a sample."""
    return replace(
        column, declared=None, nulls=0, empty=0, missing_tokens=(), top_values=(),
        distinct=None, unique=None, patterns=None,
    )  # fmt: skip


def figures(table: TableProfile) -> list[ColumnProfile]:
    return [comparable(column) for column in table.columns]


def test_parquet_gives_the_figures_of_csv(written: Path) -> None:
    text = scan_csv(written / "table.csv", ScanOptions(pairs=False))
    found = scan_table(written / "table.parquet", ScanOptions(pairs=False))
    assert found.format == "Parquet"
    assert found.profile.rows == text.rows
    assert found.profile.duplicate_rows == text.duplicate_rows
    for ours, theirs in zip(figures(found.profile), figures(text), strict=True):
        assert ours == theirs


def test_json_gives_the_figures_of_csv(written: Path) -> None:
    text = scan_csv(written / "table.csv", ScanOptions(pairs=False))
    found = scan_table(written / "table.json", ScanOptions(pairs=False)).profile
    for ours, theirs in zip(figures(found), figures(text), strict=True):
        if ours.name != "amount":  # JSON has 0.3 where CSV has 0.30
            assert ours == theirs


def test_the_result_does_not_depend_on_the_threads(written: Path) -> None:
    one, four = (
        scan_table(written / "table.parquet", ScanOptions(threads=threads)).profile
        for threads in (1, 4)
    )
    assert one == four


def test_declared_types_and_values_without_a_value_are_told(written: Path) -> None:
    columns = read(written / "table.parquet").profile.columns
    assert [column.declared for column in columns] == [
        "int64", "int64", "decimal(22, 2)", "decimal(12, 2)", "string", "date", "timestamp[us]",
        "boolean", "string",
    ]  # fmt: skip
    price = columns[2]
    assert (price.missing, price.nulls, price.empty, price.missing_tokens) == (5455, 5455, 0, ())


def test_a_mislabelled_file_is_read_as_what_it_is(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes((written / "table.parquet").read_bytes())
    assert read(path).source.format == "Parquet"


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_cut_file_is_damaged(written: Path, tmp_path: Path, kept: float) -> None:
    data = (written / "table.parquet").read_bytes()
    path = tmp_path / "cut.parquet"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(InvalidInput, match="damaged"):
        read(path)


def test_broken_bytes_never_crash(written: Path, tmp_path: Path) -> None:
    data = bytearray((written / "table.parquet").read_bytes())
    path = tmp_path / "broken.parquet"
    for at in range(4, len(data) - 8, len(data) // 60):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with suppress(InvalidInput):
            assert read(path).profile.rows > 0


def test_wide_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    duckdb.execute(
        f"""COPY (SELECT 18446744073709551615::UBIGINT AS big, 0.1::FLOAT AS single,
        12345678901234567890123456789012345.678::DECIMAL(38, 3) AS exact,
        'nan'::DOUBLE AS none, 'NA' AS word) TO '{path}'"""
    )
    columns = read(path).profile.columns
    assert [column.top_values[0].value if column.top_values else None for column in columns] == [
        "18446744073709551615", "0.1", "12345678901234567890123456789012345.678", "NaN", None,
    ]  # fmt: skip
    assert columns[3].missing == 0


def test_nested_columns_become_flat_ones(tmp_path: Path) -> None:
    path = tmp_path / "nested.parquet"
    duckdb.execute(
        f"""COPY (SELECT {{'city': 'Bonn', 'at': {{'x': 1}}}} AS place, ['a', 'b'] AS tags,
        [[1], [2, 3]] AS deep, MAP {{'k': 1}} AS pairs) TO '{path}'"""
    )
    columns = read(path).profile.columns
    assert [(each.name, each.top_values[0].value) for each in columns] == [
        ("place.city", "Bonn"), ("place.at.x", "1"), ("tags", '["a","b"]'), ("tags[]", "2"),
        ("deep[]", "2"), ("pairs", '{"k":1}'), ("pairs[]", "1"),
    ]  # fmt: skip


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS a WHERE false) TO '{path}'")
    with pytest.raises(NoRows):
        read(path)


@pytest.mark.parametrize(
    "text",
    ['[{"a":1}', '[{"a":1},]', '{"a":1} x', '{"a":01}', '[{"a":"\\x"}]', '{"a":1,}', "[1]x", "[{]"],
)
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match="JSON is broken"):
        read(path)


@pytest.mark.parametrize(
    "text", ["42", '"word"', "true", "[1]", '{"a":{"b":[]}}', '\ufeff[{"a":1}]']
)
def test_every_json_value_is_a_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "value"
    path.write_text(text, encoding="utf-8")
    found = read(path)
    assert (found.source.format, found.profile.rows) == ("JSON", 1)


def test_nesting_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"a":' * 5000 + "1" + "}" * 5000, encoding="utf-8")
    with pytest.raises(LimitExceeded, match="200 deep"):
        read(path)
