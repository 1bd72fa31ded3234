import hashlib
from pathlib import Path

import pytest

from agensium.core.errors import (
    EmptyFile,
    FileUnreadable,
    InvalidInput,
    NoRows,
    NotATable,
    UnsupportedFormat,
)
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams


def test_a_table_is_read_and_its_reading_told(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfid;name\n1;a\n2;b\n"
    path = tmp_path / "x"
    path.write_bytes(content)
    table = Dataset(path=path, name="Ünïcode.csv").scan(ReadParams())
    assert (table.profile.rows, [c.name for c in table.profile.columns]) == (2, ["id", "name"])
    assert (table.source.delimiter, table.source.header, table.source.reading) == (
        ";",
        True,
        "detected",
    )
    assert table.source.name == "Ünïcode.csv"
    assert table.source.sha256 == hashlib.sha256(content).hexdigest()
    assert table.source.bytes == len(content)


def test_what_the_user_says_holds(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a,b;c\n1,2;none\n")
    params = ReadParams(delimiter=";", header=False, missing=("none",))
    table = Dataset(path=path, name="x").scan(params)
    assert (table.profile.rows, len(table.profile.columns)) == (2, 2)
    assert table.profile.columns[1].missing == 1
    assert table.source.reading == "given"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"a,b,c\n", NoRows),
        (b"a,b,c", NoRows),
        (b"no table here, only words that follow each other.\n" * 3, NotATable),
        (b"PAR1", InvalidInput),
        (b"%PDF-1.4", UnsupportedFormat),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(error):
        Dataset(path=path, name="x").scan(ReadParams())


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="No such file"):
        Dataset(path=tmp_path / "nope", name="nope").scan(ReadParams())
