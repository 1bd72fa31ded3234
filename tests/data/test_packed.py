"""Files that are no delimited text, packed or in other encodings."""

import bz2
import gzip
import json
import lzma
import zipfile
from pathlib import Path

import duckdb
import pytest

from agensium.core.errors import ArchiveNested, Cancelled, InvalidInput, MemberNeeded
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams, ReadTable
from tests.data.workbooks import number, rows, text, write_workbook

ROWS = [{"id": i, "word": f"wört {i % 5}"} for i in range(3000)]
JSON = json.dumps(ROWS, ensure_ascii=False)


def read(path: Path, **params: object) -> ReadTable:
    return Dataset(path=path, name=path.name, scratch=path.parent).scan(ReadParams(**params))  # type: ignore[arg-type]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "table.parquet"
    duckdb.execute(f"COPY (SELECT i AS id FROM range(5000) AS t(i)) TO '{path}'")
    return path


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_json_is_read(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "table.json.x"
    path.write_bytes(pack(JSON.encode()))  # type: ignore[operator]
    found = read(path)
    assert (found.source.format, found.profile.rows) == ("JSON", 3000)
    assert found.source.bytes == path.stat().st_size == found.profile.bytes
    assert "was unpacked" in found.source.notes[0]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_archive_of_several_tables_lists_them(tmp_path: Path, parquet: Path) -> None:
    book = write_workbook(
        tmp_path / "book.xlsx", {"One": rows({1: text("A1", "n"), 2: number("A2", 1)})}
    )
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(parquet, "table.parquet")
        archive.write(book, "book.xlsx")
        archive.writestr("lines.ndjson", "\n".join(map(json.dumps, ROWS)))
    with pytest.raises(MemberNeeded, match=r"book\.xlsx"):
        read(path)
    formats = {
        member: (found := read(path, member=member)).source.format + f" {found.profile.rows}"
        for member in ("table.parquet", "book.xlsx", "lines.ndjson")
    }
    assert formats == {
        "table.parquet": "Parquet 5000",
        "book.xlsx": "Excel workbook (xlsx) 1",
        "lines.ndjson": "JSON 3000",
    }


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    with pytest.raises(ArchiveNested):
        read(tmp_path / "outer.zip")


def test_a_packed_file_that_is_cut_is_damaged(tmp_path: Path, parquet: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(parquet.read_bytes())[:-100])
    with pytest.raises(InvalidInput, match="damaged"):
        read(path)


def test_unpacking_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "table.json.gz"
    path.write_bytes(gzip.compress(JSON.encode()))
    stopped = Dataset(path=path, name="x", scratch=tmp_path, on_progress=lambda _: False)
    with pytest.raises(Cancelled):
        stopped.scan(ReadParams())


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig"]
)
def test_json_in_every_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.json"
    path.write_bytes(JSON.encode(encoding))
    found = read(path)
    assert (found.source.format, found.profile.rows) == ("JSON", 3000)
    assert "wört 1" in {value.value for value in found.profile.columns[1].top_values}


def test_a_list_in_an_object_is_the_table_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"page": 1, "data": ROWS, "more": {"old": ROWS[:9]}}), "utf-8")
    found = read(path)
    assert (found.profile.rows, found.source.chosen) == (3000, "data")
    assert [(each.name, each.rows) for each in found.source.tables] == [
        ("data", 3000),
        ("more.old", 9),
    ]
    notes = " ".join(found.source.notes)
    assert "its list 'data' is read" in notes
    assert "no part of the table: page" in notes
    assert read(path, table="more.old").profile.rows == 9
    assert read(path, table="$").profile.rows == 1
    with pytest.raises(InvalidInput, match="no list of rows 'x'"):
        read(path, table="x")
