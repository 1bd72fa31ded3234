import io
import re
import zipfile

from agensium.core.report import decode_report, encode_report
from agensium.exports.workbook import render_workbook
from tests.exports.reports import FULL, HOSTILE, NOTHING, report, table, wide


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_equal_reports_give_equal_bytes() -> None:
    assert render_workbook(FULL) == render_workbook(decode_report(encode_report(FULL)))


def test_the_workbook_has_its_sheets_and_charts() -> None:
    found = parts(render_workbook(FULL))
    names = re.findall(r'<sheet name="([^"]+)"', found["xl/workbook.xml"])
    assert names == ["Summary", "Findings", "Columns", "Distributions"]
    assert any(name.startswith("xl/charts/") for name in found)
    assert FULL.findings[0].title in found["xl/sharedStrings.xml"]


def test_nothing_from_a_file_is_a_formula_or_a_link() -> None:
    found = parts(render_workbook(HOSTILE))
    sheets = [text for name, text in found.items() if name.startswith("xl/worksheets/")]
    assert sheets
    for text in sheets:
        assert "<f>" not in text
        assert "<hyperlink" not in text
    assert "=1+1" in found["xl/sharedStrings.xml"]


def test_tables_of_any_width_are_written() -> None:
    for each in (report(table(NOTHING)), report(table()), wide(500)):
        assert parts(render_workbook(each))
