"""The limits of reading that an operator may set."""

import gzip
from pathlib import Path

import pytest

from agensium.core.errors import LimitExceeded
from agensium.data.dataset import Dataset
from agensium.data.limits import ReadLimits
from agensium.data.reading import ReadParams
from agensium.settings import Settings
from tests.data.workbooks import number, rows, write_workbook


def code_of(path: Path, limits: ReadLimits) -> str:
    with pytest.raises(LimitExceeded) as refused:
        Dataset(path=path, name=path.name, limits=limits).scan(ReadParams())
    return refused.value.code


def test_the_defaults_let_usual_files_pass(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a":"' + "x" * 500_000 + '"}]', encoding="utf-8")
    assert Dataset(path=path, name="x").scan(ReadParams()).profile.rows == 1
    assert code_of(tmp_path / "x.json", ReadLimits(row_bytes=1000)) == "cell_too_large"


def test_each_limit_has_its_code(tmp_path: Path) -> None:
    book = write_workbook(
        tmp_path / "x.xlsx", {"S": rows({n: number(f"A{n}", n) for n in range(1, 50)})}
    )
    assert code_of(book, ReadLimits(sheet_cells=10)) == "too_many_cells"
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 100_000))
    assert code_of(packed, ReadLimits(unpacked_bytes=100_000)) == "unpacked_too_large"
    json = tmp_path / "y.gz"
    json.write_bytes(gzip.compress(b'{"a":1}\n' * 10_000))
    assert code_of(json, ReadLimits(scratch_bytes=1000)) == "unpacked_too_large"


def test_settings_say_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().read_limits == ReadLimits()
    monkeypatch.setenv("AGENSIUM_MAX_SHEET_CELLS", "5")
    monkeypatch.setenv("AGENSIUM_MAX_UNPACK_RATIO", "7")
    assert Settings().read_limits == ReadLimits(sheet_cells=5, unpack_ratio=7)
