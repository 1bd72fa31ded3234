"""How a file would be read: what it is, and which tables it holds."""

import gzip
import shutil
import zipfile
from pathlib import Path

import duckdb
import pytest

from agensium.core.errors import MemberNeeded
from agensium.data.look import Look, look_at
from agensium.data.reading import ReadParams

SAMPLES = Path(__file__).parent / "samples"


def look(path: Path, **read: object) -> Look:
    return look_at(path, path.name, ReadParams(**read))  # type: ignore[arg-type]


def test_the_tables_of_a_workbook_are_listed_packed_or_not(tmp_path: Path) -> None:
    plain = look(SAMPLES / "sales.xlsb")
    assert (plain.format, [table.name for table in plain.tables]) == (
        "Excel workbook (xlsb)", ["Sales", "Old"],
    )  # fmt: skip
    packed = tmp_path / "sales.gz"
    packed.write_bytes(gzip.compress((SAMPLES / "sales.xlsb").read_bytes()))
    found = look(packed)
    assert (found.format, found.tables) == ("Excel workbook (xlsb), packed by gzip", plain.tables)


def test_the_tables_of_a_duckdb_database_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "base.db"
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE a AS SELECT 1 AS x; CREATE TABLE b AS SELECT 1 AS x, 2 AS y")
    found = look(path)
    assert found.format == "DuckDB database"
    assert [(table.name, table.rows, table.columns) for table in found.tables] == [
        ("a", 1, 1), ("b", 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("table.orc", "ORC"),
        ("packed.arrows", "Arrow IPC stream"),
        ("table.arrow", "Arrow IPC file"),
    ],
)
def test_a_file_of_one_table_is_named(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / "anything"
    shutil.copy(SAMPLES / name, path)
    assert (look(path).format, look(path).tables) == (kind, ())


def test_columns_are_counted_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1,2,3\n4,5,6\n7,8,9\n", encoding="utf-8")
    text = look(path).text
    assert text is not None
    assert (text.columns, text.width) == ((), 3)


def test_the_files_of_an_archive_come_with_the_error(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    names = ('a".csv', "b, c.csv")
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "a,b\n1,2\n")
    with pytest.raises(MemberNeeded) as needed:
        look(path)
    assert needed.value.members == names
