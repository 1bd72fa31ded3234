"""Whoever cancels a job is heard while a file is read that takes long, whatever its format."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from agensium.core.errors import Cancelled
from agensium.data.dataset import Dataset
from agensium.data.kernel import ScanProgress
from agensium.data.reading import ReadParams
from tests.data.workbooks import rows, text, write_workbook

MANY = 1_000_000


def json_lines(path: Path) -> None:
    path.write_bytes(
        b'{"id":1,"name":"some name or other","at":{"x":1.5,"y":2.5},"tags":[1,2,3]}\n' * MANY
    )


def json_in_an_object(path: Path) -> None:
    row = b'{"id":1,"name":"some name or other","at":{"x":1.5,"y":2.5},"tags":[1,2,3]},\n'
    path.write_bytes(b'{"page":1,"rows":[' + row * MANY + b'{"id":2}]}')


def workbook(path: Path) -> None:
    write_workbook(path, {"S": rows({1: text("A1", "a") + text("B1", "b")})})
    row = b"<row>" + b"<c><v>1.5</v></c>" * 4 + b"</row>"
    start, end = rows({1: text("A1", "a") + text("B1", "b")}).encode().split(b"</sheetData>")
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, part in parts.items():
            if not name.endswith("s1.xml"):
                new.writestr(name, part)
        new.writestr("xl/worksheets/s1.xml", start + row * (MANY // 2) + b"</sheetData>" + end)


@pytest.mark.parametrize("make", [json_lines, json_in_an_object, workbook])
def test_it_ends_as_cancelled(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "large"
    make(path)
    told: list[ScanProgress] = []

    def stop(progress: ScanProgress) -> bool:
        told.append(progress)
        return False

    with pytest.raises(Cancelled):
        Dataset(path=path, name="large", on_progress=stop).scan(ReadParams())
    assert told
    assert all(progress.rows == 0 for progress in told)
