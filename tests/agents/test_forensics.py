"""Each thing that a report tells about its file: on a file that has it, in JSON and on the page."""

import html
import re
from pathlib import Path

import pytest

from agensium.agents.agent import Inputs
from agensium.agents.registry import find_agent
from agensium.core.report import Report
from agensium.data.dataset import Dataset
from agensium.exports.html import render_html

ROWS = range(1, 60)


def lines(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def column(name: str, *values: str) -> bytes:
    """Return a table of a column with these values, again and again, beside a number."""
    return lines(f"{name},n", *(f"{values[n % len(values)]},{n}" for n in ROWS))


def numbered(text: str, *, many: range = ROWS) -> list[str]:
    return [text.format(n=n, m=n % 12 + 1, d=n % 28 + 1) for n in many]


def replaced(rows: list[str], **at: str) -> list[str]:
    return [at.get(f"_{n}", row) for n, row in enumerate(rows)]


FILES: dict[str, tuple[bytes, str]] = {
    "padded and cut": (
        lines("a,b,c", *replaced(numbered("{n},x,{n}"), _4="5,x", _8="9,x,9,more")),
        "table.ragged_rows",
    ),
    "mended quotes": (
        lines("a,b", *replaced(numbered('{n},"x{n}"'), _2='3,"so "called" x"')),
        "table.broken_text",
    ),
    "no header": (lines("1,2.5,2024-01-01", *numbered("{n},{n}.5,2024-01-{d:02}")), "file.header"),
    "repeated and empty names": (lines("a,a,,b", *numbered("{n},x,y,z")), "table.column_names"),
    "padded names": (lines(" a ,b", *numbered("{n},x")), "file.padded_names"),
    "trailing empty columns": (lines("a,b,,", *numbered("{n},x,,")), "file.trailing_columns"),
    "total": (lines("a,b", *numbered("thing {n},{n}"), f"Total,{sum(ROWS)}"), "file.totals"),
    "preamble": (lines("Sales of 2024\n\na,b", *numbered("{n},x{n}")), "file.preamble"),
    "footer": (lines("a,b,c", *numbered("{n},x{n},{n}"), "", "Source: shop"), "file.footer"),
    "scientific": (column("id", "5.54563E+15", "5.54564E+15", "1.2E+12"), "values.scientific"),
    "dates as numbers": (column("order date", "45003", "45131", "45400"), "values.serial_dates"),
    "leading zeros": (column("zip", "2138", "10115", "94107", "60601"), "values.leading_zeros"),
    "1-2 as a date": (column("size", "02-Jan", "5-10", "3-Apr", "7-14"), "values.dates_from_codes"),
    "15 digits": (column("card", "4111111111118310", "4111111111125620"), "values.rounded"),
    "error cells": (column("v", "1", "#REF!", "2", "#DIV/0!", "3"), "values.error_cells"),
    "decimal comma": (
        lines("a;b", *numbered("{n},25;x{n}")), "values.decimal_comma"
    ),
    "day and month": (column("d", "13/01/2024", "01/14/2024", "02/03/2024"), "values.day_month"),
    "day or month": (column("d", "03/01/2024", "01/04/2024"), "column.ambiguous_dates"),
    "units": (column("weight", "5 kg", "7 lb", "8 kg"), "values.units"),
    "currencies": (column("price", "$5.50", "€7.50", "$8.20"), "values.units"),
    "currency codes": (column("price", "USD 5.50", "EUR 7.50", "USD 8"), "values.units"),
    "nearly as likely": (lines("a;b,c", *numbered("{n};x{n},{n}")), "file.ambiguous"),
    "encoded twice": (lines("a,b", *numbered("{n},MÃ¼ller {n}")), "file.encoded_twice"),
    "encoding": (
        lines("a,b", *numbered("{n},Müller {n}")) + "60,Maß\n".encode("cp1252"), "file.encoding"
    ),
}  # fmt: skip


def reported(folder: Path, data: bytes) -> Report:
    (folder / "t.csv").write_bytes(data)
    agent = find_agent("profile")
    dataset = Dataset(path=folder / "t.csv", name="t.csv")
    return agent.run(Inputs({agent.inputs[0].name: dataset}), agent.parse_params("")).report


@pytest.mark.parametrize("what", FILES)
def test_it_is_told_in_the_report_and_on_its_page(tmp_path: Path, what: str) -> None:
    data, rule = FILES[what]
    report = reported(tmp_path, data)
    found = [finding for finding in report.findings if finding.rule == rule]
    assert found, [finding.rule for finding in report.findings]
    page = render_html(report).decode()
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    assert found[0].action in text


def test_a_clean_file_has_none_of_it(tmp_path: Path) -> None:
    report = reported(tmp_path, lines("id,name,amount", *numbered("{n},x{n},{n}.25")))
    assert report.findings == ()
    assert report.source.forensics is not None
    assert report.source.forensics.confidence > 0.8


def test_prices_in_one_currency_are_not_mixed(tmp_path: Path) -> None:
    report = reported(tmp_path, column("price", "$5.50", "$7", "-$8.20", "$1,000"))
    assert [each for each in report.findings if each.rule == "values.units"] == []


def test_short_and_long_rows_are_counted_and_quoted(tmp_path: Path) -> None:
    seen = reported(tmp_path, FILES["padded and cut"][0]).source.forensics
    assert seen is not None
    assert [(seen.padded.count, seen.padded.first[0].line, seen.padded.first[0].text)] == [
        (1, 6, "5,x")
    ]
    assert [(seen.cut.count, seen.cut.first[0].line, seen.cut.first[0].text)] == [
        (1, 10, "9,x,9,more")
    ]
