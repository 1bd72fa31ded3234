"""The report as an Excel workbook: a summary, the findings, the columns, their distributions.

Every text is written as a text: nothing that came from a file becomes a formula or a link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from agensium.core.profile import ColumnProfile
from agensium.core.report import Report
from agensium.exports.delimited import MAX_CELL_CHARS, Value, findings, statistics
from agensium.exports.overview import certainty, tiles
from agensium.exports.text import visible

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in the file as its date: equal reports give equal bytes."""
MAX_CHARTS: Final = 60
CHART_ROWS: Final = 15
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_COLOURS: Final = {"error": "#C0262D", "warning": "#9A5B00", "note": "#3F5F8A"}
_WIDTHS: Final = {"name": 28, "title": 48, "columns": 32, "why": 48, "action": 48, "examples": 32}


@dataclass(frozen=True)
class _Styles:
    title: "Format"
    verdict: "Format"
    head: "Format"
    text: "Format"
    share: "Format"
    big: "Format"


def render_workbook(report: Report) -> bytes:
    """Return the report as the bytes of an ``.xlsx`` file."""
    from xlsxwriter import Workbook  # heavy: only who asks for a workbook pays for it

    file = BytesIO()
    with Workbook(file, dict(_OPTIONS)) as book:
        book.set_properties({"title": visible(report.source.name, 200), "created": MADE})
        styles = _styles(book)
        _summary(book, report, styles)
        _findings(book, report, styles)
        _columns(book, report, styles)
        _distributions(book, report, styles)
    return file.getvalue()


def _styles(book: "Workbook") -> _Styles:
    return _Styles(
        title=book.add_format({"bold": True, "font_size": 18}),
        verdict=book.add_format({"font_size": 12, "text_wrap": True, "valign": "top"}),
        head=book.add_format({"bold": True, "bg_color": "#E2F1F2", "bottom": 1, "valign": "top"}),
        text=book.add_format({"text_wrap": True, "valign": "top"}),
        share=book.add_format({"num_format": "0.0%", "valign": "top"}),
        big=book.add_format({"bold": True, "font_size": 14}),
    )


def _summary(book: "Workbook", report: Report, styles: _Styles) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 3, 26)
    _say(sheet, 0, 0, report.source.name, styles.title)
    sheet.merge_range(1, 0, 1, 3, "")
    _say(sheet, 1, 0, report.verdict, styles.verdict)
    sheet.set_row(1, 34)
    for place, tile in enumerate(tiles(report.table)):
        _say(sheet, 3, place, tile.label, styles.head)
        _say(sheet, 4, place, tile.figure, styles.big)
        _say(sheet, 5, place, tile.note, styles.text)
    sheet.merge_range(7, 0, 7, 3, "")
    _say(sheet, 7, 0, certainty(report.table), styles.text)
    sheet.set_row(7, 34)
    if report.table.missing_cells:
        sheet.insert_chart(9, 0, _missing_chart(book, statistics(report)))


def _missing_chart(book: "Workbook", rows: Sequence[Mapping[str, Value]]) -> Any:  # noqa: ANN401 - untyped there
    names, columns = list(rows[0]), len(rows)
    name, share = names.index("name"), names.index("missing_share")
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": ["Columns", 1, name, columns, name],
            "values": ["Columns", 1, share, columns, share],
            "fill": {"color": "#2A8F99"},
            "gap": 40,
        }
    )
    chart.set_title({"name": "Missing cells by column"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
    chart.set_size({"width": 760, "height": min(1_600, 120 + 20 * columns)})
    return chart


def _findings(book: "Workbook", report: Report, styles: _Styles) -> None:
    sheet = book.add_worksheet("Findings")
    rows = findings(report)
    _table(sheet, rows, styles)
    for severity, colour in _COLOURS.items():
        style = book.add_format({"font_color": colour, "bold": True})
        rule = {"type": "cell", "criteria": "==", "value": f'"{severity}"', "format": style}
        _format_column(sheet, rows, "severity", rule)


def _columns(book: "Workbook", report: Report, styles: _Styles) -> None:
    sheet = book.add_worksheet("Columns")
    rows = statistics(report)
    _table(sheet, rows, styles)
    sheet.freeze_panes(1, 2)
    bar = {"type": "data_bar", "bar_color": "#2A8F99", "bar_solid": True}
    limits = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
    _format_column(sheet, rows, "missing_share", bar | limits)


def _format_column(
    sheet: "Worksheet", rows: Sequence[Mapping[str, Value]], name: str, rule: dict[str, Any]
) -> None:
    if rows:
        place = list(rows[0]).index(name)
        sheet.conditional_format(1, place, len(rows), place, rule)


def _distributions(book: "Workbook", report: Report, styles: _Styles) -> None:
    """Write the bins of each histogram side by side, and a chart of each below."""
    drawn = [each for each in report.table.columns if each.histogram is not None][:MAX_CHARTS]
    if not drawn:
        return
    sheet = book.add_worksheet("Distributions")
    depth = max(len(each.histogram.bins) for each in drawn if each.histogram is not None)
    for place, column in enumerate(drawn):
        _distribution(sheet, 2 * place, column, styles)
        chart = _histogram_chart(book, 2 * place, column)
        sheet.insert_chart(depth + 4 + (place // 3) * CHART_ROWS, (place % 3) * 6, chart)


def _distribution(sheet: "Worksheet", at: int, column: ColumnProfile, styles: _Styles) -> None:
    assert column.histogram is not None  # noqa: S101 - chosen by the caller
    _say(sheet, 0, at, column.name, styles.head)
    _say(sheet, 1, at, "from", styles.head)
    _say(sheet, 1, at + 1, "count", styles.head)
    for row, each in enumerate(column.histogram.bins, start=2):
        _put(sheet, row, at, each.lower, None)
        _put(sheet, row, at + 1, each.count, None)


def _histogram_chart(book: "Workbook", at: int, column: ColumnProfile) -> Any:  # noqa: ANN401
    assert column.histogram is not None  # noqa: S101 - chosen by the caller
    last = 1 + len(column.histogram.bins)
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "categories": ["Distributions", 2, at, last, at],
            "values": ["Distributions", 2, at + 1, last, at + 1],
            "fill": {"color": "#2A8F99"},
            "gap": 4,
        }
    )
    chart.set_title({"name": visible(column.name, 60), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 380, "height": 280})
    return chart


def _table(sheet: "Worksheet", rows: Sequence[Mapping[str, Value]], styles: _Styles) -> None:
    if not rows:
        _say(sheet, 0, 0, "Nothing was found.", styles.text)
        return
    for place, name in enumerate(rows[0]):
        sheet.set_column(place, place, _WIDTHS.get(name, 14))
        _say(sheet, 0, place, name.replace("_", " "), styles.head)
        style = styles.share if name.endswith("share") else styles.text
        for row, each in enumerate(rows, start=1):
            _put(sheet, row, place, each[name], style)
    sheet.autofilter(0, 0, len(rows), len(rows[0]) - 1)
    sheet.freeze_panes(1, 0)


def _put(sheet: "Worksheet", row: int, column: int, value: Value, style: "Format | None") -> None:
    if isinstance(value, str):
        _say(sheet, row, column, value, style)
    elif value is not None:
        sheet.write_number(row, column, value, style)


def _say(sheet: "Worksheet", row: int, column: int, text: str, style: "Format | None") -> None:
    sheet.write_string(row, column, visible(text, MAX_CELL_CHARS), style)
