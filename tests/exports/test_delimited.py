import csv
import io

from agensium.exports.delimited import MAX_CELL_CHARS, render_columns_csv, render_findings_csv
from agensium.exports.text import cut
from tests.exports.reports import FINDINGS, FULL, HOSTILE, HOSTILE_TEXTS, report, table


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_every_finding_is_a_row() -> None:
    found = rows(render_findings_csv(FULL))
    assert [each["title"] for each in found] == [each.title for each in FINDINGS]
    assert [each["rank"] for each in found] == [str(n + 1) for n in range(len(FINDINGS))]
    assert all(0 <= float(each["share"]) <= 1 for each in found if each["share"])


def test_every_column_is_a_row_with_its_statistics() -> None:
    found = rows(render_columns_csv(FULL))
    amount = FULL.table.columns[0]
    assert [each["name"] for each in found] == [column.name for column in FULL.table.columns]
    assert amount.numbers is not None
    assert float(found[0]["max"]) == amount.numbers.max
    assert float(found[0]["quantile_0.5"]) == amount.numbers.median
    assert found[0]["distinct_method"] == (amount.distinct and amount.distinct.method)
    assert found[1]["max"] == ""  # no numbers, no maximum


def test_no_cell_is_a_formula() -> None:
    for data in (render_columns_csv(HOSTILE), render_findings_csv(HOSTILE)):
        for row in rows(data):
            for name, value in row.items():
                is_number = value.lstrip("-").replace(".", "").isdigit()
                assert is_number or not value.startswith(("=", "+", "-", "@", "\t")), name


def test_texts_survive_as_they_are() -> None:
    found = rows(render_columns_csv(HOSTILE))
    names = [each["name"].removeprefix("'") for each in found]
    assert names == [cut(text, MAX_CELL_CHARS) for text in HOSTILE_TEXTS]


def test_nothing_found_is_an_empty_file() -> None:
    assert render_findings_csv(report(table())) == b""
