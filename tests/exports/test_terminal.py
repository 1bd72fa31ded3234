import io

import pytest
from rich.console import Console

from agensium.core.report import Report
from agensium.exports.terminal import render_terminal, sparkline
from tests.exports.reports import FINDINGS, FULL, HOSTILE, report, table


def shown(shown_report: Report, width: int = 80) -> str:
    out = io.StringIO()
    render_terminal(shown_report, Console(file=out, width=width, no_color=True))
    return out.getvalue()


def test_everything_is_said_without_colour() -> None:
    text = shown(FULL)
    assert "orders.csv" in text
    assert "1,000 rows: 2 columns need a look." in text
    for finding in FINDINGS:
        assert finding.title in text
        assert finding.severity in text
    assert "n/k (line 17)" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [80, 60])
def test_lines_fit_the_terminal(width: int) -> None:
    for each in (FULL, HOSTILE):
        assert max(map(len, shown(each, width).splitlines())) <= width


def test_columns_are_one_line_each() -> None:
    lines = shown(FULL).splitlines()
    amount = next(line for line in lines if line.strip().startswith("amount"))
    assert "decimal" in amount
    assert "4.0\N{NO-BREAK SPACE}%" in amount
    assert "-3.5 to 12,345.67" in amount


def test_hostile_texts_neither_colour_nor_command() -> None:
    text = shown(HOSTILE, width=200)
    assert "\x1b" not in text
    assert "⟨U+001B⟩[31mred" in text


def test_a_table_without_columns_is_shown() -> None:
    assert "Column" in shown(report(table(rows=0)))


@pytest.mark.parametrize(
    ("counts", "drawing"),
    [((), ""), ((0, 1, 8), " ▁█"), ((1,) * 20, "█" * 10), ((0,), " ")],
)
def test_sparklines_are_as_tall_as_their_counts(counts: tuple[int, ...], drawing: str) -> None:
    assert sparkline(counts) == drawing
