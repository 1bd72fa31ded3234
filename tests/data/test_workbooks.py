"""Workbooks: the table in a sheet, which sheet, and what is hostile."""

import zipfile
from pathlib import Path

import pytest

from agensium.agents.profile import rules
from agensium.agents.profile.thresholds import Thresholds
from agensium.core.errors import (
    EntitiesRefused,
    InvalidInput,
    LimitExceeded,
    UnsupportedFormat,
)
from agensium.core.findings import Finding
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


def judge(found: ReadTable) -> tuple[Finding, ...]:
    return rules.judge(found.profile, found.source, Thresholds())


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
    for said in ("Of 3 sheets, 'Sales' is read", "starts in row 4", "#REF!", "1 group of cells"):
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
    assert [(each.name, each.hidden) for each in list_tables(book).tables] == [
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


def test_entities_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = laughs + rows({1: text("A1", "id"), 2: text("A2", "&b;&b;&b;&b;")})
    path = write_workbook(tmp_path / "laughs.xlsx", {"Sales": sheet})
    with pytest.raises(EntitiesRefused):
        read(path)


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


def test_what_cells_do_not_tell_is_said(tmp_path: Path) -> None:
    sheet = rows(
        {
            1: text("A1", "id") + text("B1", "sum"),
            2: number("A2", 1) + '<c r="B2"><f>A2*2</f></c>',
            3: number("A3", 2) + '<c r="B3"><f>A3*2</f><v>4</v></c>',
            6: text("A6", "name") + text("B6", "city"),
            7: text("A7", "Ann") + text("B7", "Bonn"),
        }
    )
    sheet = sheet.replace('<row r="3">', '<row r="3" hidden="1">')
    sheet = sheet.replace(
        "<sheetData>", '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
    )
    found = read(write_workbook(tmp_path / "book.xlsx", {"Sales": sheet}))
    notes = " ".join(found.source.notes)
    for said in (
        "1 row is hidden",
        "1 column is hidden",
        "1 of 2 formulas have no saved value",
        "Another table seems to start in row 6",
    ):
        assert said in notes


def test_several_rows_name_the_columns_and_notes_end_the_table(tmp_path: Path) -> None:
    months = {
        n: text(f"A{n}", f"r{n}") + number(f"B{n}", n) + number(f"C{n}", n) for n in (6, 7, 8)
    }
    sheet = rows(
        {
            1: text("A1", "Report"),
            3: text("A3", "Region") + number("B3", 2023) + number("C3", 2024),
            4: text("B4", "Q1") + text("C4", "Q1"),
            5: text("B5", "EUR") + text("C5", "EUR"),
            **months,
            9: text("A9", "Total") + number("B9", 21) + number("C9", 21),
            11: text("A11", "Source: the books"),
        }
    )
    path = write_workbook(tmp_path / "report.csv", {"Report": sheet})
    found = read(path)
    names = ["Region", "2023 Q1 EUR", "2024 Q1 EUR"]
    assert [column.name for column in found.profile.columns] == names
    assert found.profile.rows == 4
    notes = " ".join(found.source.notes)
    for said in ("3 rows name", "from row 11 on", "The last row (9) seems to sum up"):
        assert said in notes
    assert read(path, header_rows=1).profile.columns[0].name == "Region"
    mislabelled = [each for each in judge(found) if each.rule == "file.mislabelled"]
    assert [each.severity for each in mislabelled] == ["warning"]


def test_parts_may_lie_anywhere(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("/", "\\"), old.read(name))
        new.writestr("[Content_Types].xml", "<Types/>")
    assert read(path).source.chosen == "Sales"


def ods(path: Path, table: str) -> Path:
    """Write an open-document sheet."""
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        book.writestr(
            "content.xml",
            '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
            f'<office:spreadsheet><table:table table:name="Sales">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_row(*cells: str, rest: str = "") -> str:
    return f"<table:table-row{rest}>" + "".join(cells) + "</table:table-row>"


def ods_text(value: str, rest: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string"{rest}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def ods_number(value: float, rest: str = "") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"{rest}/>'


def test_an_open_document_sheet_is_read(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2025-04-01"/>'
    table = (
        ods_row(ods_text("id"), ods_text("day"), ods_text("sum"))
        + ods_row(ods_number(1), day, ods_number(2.5))
        + ods_row(ods_number(2), day, ods_text("#REF!"), rest=' table:visibility="collapse"')
        + ods_row(ods_number(3), day, '<table:table-cell table:formula="of:=[.A1]"/>')
    )
    found = read(ods(tmp_path / "book.xlsx", table))
    assert found.source.format == "OpenDocument spreadsheet (ods)"
    assert [column.name for column in found.profile.columns] == ["id", "day", "sum"]
    assert [column.kind for column in found.profile.columns[:2]] == ["integer", "date"]
    notes = " ".join(found.source.notes)
    assert "1 row is hidden" in notes
    assert "1 of 1 formulas have no saved value" in notes
