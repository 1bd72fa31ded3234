"""Formats that the tests have no writer for: files that were written once, see `samples`."""

from pathlib import Path

import pytest

from agensium.core.errors import InvalidInput, UnsupportedFormat
from agensium.data.dataset import Dataset
from agensium.data.kernel import list_tables
from agensium.data.reading import ReadParams, ReadTable

SAMPLES = Path(__file__).parent / "samples"


def read(name: str, **params: object) -> ReadTable:
    return Dataset(path=SAMPLES / name, name=name).scan(ReadParams(**params))  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "kind"), [("sales.xls", "xls"), ("sales.xlsb", "xlsb")])
def test_binary_workbooks_are_read_with_what_their_cells_do_not_tell(name: str, kind: str) -> None:
    found = read(name)
    assert found.source.format == f"Excel workbook ({kind})"
    assert found.source.chosen == "Sales"
    assert [(column.name, column.kind) for column in found.profile.columns] == [
        ("id", "integer"), ("day", "date"), ("price", "decimal"),
    ]  # fmt: skip
    number, day, _ = found.profile.columns
    assert found.profile.rows == 20
    assert number.numbers is not None
    assert float(number.numbers.sum) == sum(range(20))
    assert "2025-04-20" in {value.value for value in day.top_values}
    for said in ("1 row is hidden", "1 column is hidden", "1 group of cells is merged", "1 cell"):
        assert any(note.startswith(said) for note in found.source.notes), said


def test_a_sheet_of_a_binary_workbook_can_be_chosen() -> None:
    tables = list_tables(SAMPLES / "sales.xlsb").tables
    assert [(table.name, table.hidden) for table in tables] == [("Sales", False), ("Old", True)]
    assert read("sales.xlsb", sheet="2").source.chosen == "Old"


def test_a_workbook_of_a_spreadsheet_is_read() -> None:
    found = read("any_sheets.xlsb", header=False)
    assert (found.source.chosen, len(found.source.tables)) == ("Visible", 3)


@pytest.mark.parametrize("name", ["pass_protected.xlsb", "pass_protected.ods"])
def test_a_workbook_under_a_password_is_named(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match="password"):
        read(name)


def test_orc_is_read() -> None:
    found = read("table.orc")
    assert (found.source.format, found.profile.rows) == ("ORC", 5000)
    columns = {column.name: column for column in found.profile.columns}
    assert list(columns) == [
        "id", "price", "word", "day", "amount", "flag", "place.city", "place.at", "tags", "tags[]",
    ]  # fmt: skip
    price, amount = columns["price"], columns["amount"]
    assert (price.missing, price.nulls) == (455, 455)
    assert amount.numbers is not None
    assert float(amount.numbers.sum) == pytest.approx(sum(range(5000)) / 100)
    assert [columns[name].kind for name in ("day", "flag")] == ["date", "boolean"]
    assert {value.value for value in columns["tags[]"].top_values} == {"0", "1", "2"}


@pytest.mark.parametrize(
    ("name", "kind"), [("packed.arrows", "Arrow IPC stream"), ("table.arrow", "Arrow IPC file")]
)
def test_arrow_is_read(name: str, kind: str) -> None:
    found = read(name)
    assert (found.source.format, found.profile.rows) == (kind, 500)
    assert [column.declared for column in found.profile.columns] == ["int64", "string"]


@pytest.mark.parametrize("kept", [0.2, 0.9, 0.999])
def test_a_cut_orc_file_is_damaged(tmp_path: Path, kept: float) -> None:
    data = (SAMPLES / "table.orc").read_bytes()
    path = tmp_path / "cut.orc"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(InvalidInput, match="damaged"):
        Dataset(path=path, name="cut.orc").scan(ReadParams())
