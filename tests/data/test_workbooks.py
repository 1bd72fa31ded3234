"""Workbooks: the table in a sheet, which sheet, and what is hostile."""

import zipfile
from pathlib import Path

import pytest

from agensium.core.errors import InvalidInput, LimitExceeded, UnsupportedFormat
from agensium.data.dataset import Dataset
from agensium.data.kernel import list_tables
from agensium.data.reading import ReadParams, ReadTable
from tests.data.workbooks import number, rows, text, write_workbook

SALES = rows(
    {
        2: text("B2", "Sales of 2025"),
        4: text("B4", "id") + text("C4", "day") + text("D4", "sum"),
        5: number("B5", 1) + number("C5", 45748, date=True) + number("D5", 2.5),
        6: number("B6", 2) + number("C6", 45749, date=True) + '<c r="D6" t="e"><v>#REF!</v></c>',
        7: number("B7", 3) + '<c r="D7"><f>B7*2</f><v>6</v></c>',
        **{
            row: number(f"B{row}", row)
            + number(f"C{row}", 45740 + row, date=True)
            + number(f"D{row}", row / 4)
            for row in range(8, 20)
        },
    },
    '<mergeCells count="1"><mergeCell ref="B2:D2"/></mergeCells>',
)


def read(path: Path, **params: object) -> ReadTable:
    return Dataset(path=path, name=path.name).scan(ReadParams(**params))  # type: ignore[arg-type]


def test_a_sheet_may_be_named_by_its_number(book: Path) -> None:
    assert read(book, sheet="2").source.chosen == "Sales"
    assert read(book, sheet="3").source.chosen == "Old"
    with pytest.raises(InvalidInput, match="no sheet '4'"):
        read(book, sheet="4")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    sheets = {"Notes": rows({1: text("A1", "x")}), "Sales": SALES, "Old": SALES}
    return write_workbook(tmp_path / "book.csv", sheets, hidden=("Old",))


def test_the_table_is_found_in_the_largest_sheet_that_is_not_hidden(book: Path) -> None:
    found = read(book)
    assert found.source.format == "Excel workbook (xlsx)"
    assert (found.source.chosen, [each.name for each in found.source.tables]) == (
        "Sales",
        ["Notes", "Sales", "Old"],
    )
    assert [(c.name, c.kind) for c in found.profile.columns] == [
        ("id", "integer"),
        ("day", "date"),
        ("sum", "decimal"),
    ]
    assert found.profile.rows == 15


def test_dates_formulas_and_errors_are_what_people_see(book: Path) -> None:
    _, day, total = read(book).profile.columns
    assert {"2025-04-01", "2025-04-02"} <= {value.value for value in day.top_values}
    assert day.nulls == 1
    assert {"2.5", "#REF!", "6", "2.25"} <= {value.value for value in total.top_values}
    assert [(each.line, each.value) for each in total.nonconforming] == [(6, "#REF!")]


def test_what_was_decided_is_said(book: Path) -> None:
    notes = " ".join(read(book).source.notes)
    for said in ("Of 3 sheets, 'Sales' is read", "starts in row 4", "#REF!", "1 groups of cells"):
        assert said in notes


def test_a_sheet_and_a_range_can_be_chosen(book: Path) -> None:
    found = read(book, sheet="Sales", range="B5:C7", header=False)
    assert (found.profile.rows, len(found.profile.columns)) == (3, 2)
    assert found.source.reading == "given"
    with pytest.raises(InvalidInput, match="no sheet 'Sale'"):
        read(book, sheet="Sale")
    with pytest.raises(InvalidInput, match="holds no cells"):
        read(book, range="X1:Z9")


def test_sheets_are_listed_with_their_sizes_and_the_hidden_ones(book: Path) -> None:
    assert [(each.name, each.hidden) for each in list_tables(book)] == [
        ("Notes", False),
        ("Sales", False),
        ("Old", True),
    ]


def test_a_part_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "bomb.xlsx", {"Sales": SALES})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * (1 << 20))
    with pytest.raises(LimitExceeded, match="sharedStrings"):
        read(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = laughs + rows({1: text("A1", "id"), 2: text("A2", "&b;&b;&b;&b;")})
    path = write_workbook(tmp_path / "laughs.xlsx", {"Sales": sheet})
    try:
        values = [value.value for value in read(path).profile.columns[0].top_values]
    except InvalidInput:
        return
    assert all("haha" not in value for value in values)


def test_cells_far_apart_are_no_table_of_billions(tmp_path: Path) -> None:
    sheet = rows({1: text("A1", "id"), 1_048_576: number("XFD1048576", 1)})
    path = write_workbook(tmp_path / "far.xlsx", {"Sales": sheet})
    with pytest.raises(LimitExceeded, match="2 are filled"):
        read(path)
    assert read(path, range="A1:A9", header=False).profile.rows == 1


def test_a_cut_workbook_and_another_archive_are_refused(book: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:-200])
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    for path in (cut, other):
        with pytest.raises((InvalidInput, UnsupportedFormat)):
            read(path)
