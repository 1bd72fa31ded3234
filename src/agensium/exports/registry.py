"""What a report is written as: every export, under the name by which it is downloaded."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from agensium.core.report import Report, encode_report
from agensium.exports.delimited import render_columns_csv, render_findings_csv
from agensium.exports.html import render_html
from agensium.exports.markdown import render_markdown
from agensium.exports.workbook import render_workbook

REPORT_JSON: Final = "report.json"
REPORT_HTML: Final = "report.html"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Export(Struct, frozen=True):
    """One form of the report.

    Attributes:
        name: the name of the file.
        title: what people call it.
        media_type: what it is served as.
        render: turns a report into its bytes; equal reports give equal bytes.

    """

    name: str
    title: str
    media_type: str
    render: Callable[[Report], bytes]


EXPORTS: Final = (
    Export(REPORT_JSON, "Everything (JSON)", "application/json", encode_report),
    Export(REPORT_HTML, "Page (HTML)", "text/html; charset=utf-8", render_html),
)
"""What is made with the report and stored beside it."""

DERIVED: Final = (
    Export("report.md", "Summary (Markdown)", "text/markdown; charset=utf-8", render_markdown),
    Export("report.xlsx", "Workbook (Excel)", XLSX, render_workbook),
    Export("findings.csv", "Findings (CSV)", "text/csv; charset=utf-8", render_findings_csv),
    Export("columns.csv", "Columns (CSV)", "text/csv; charset=utf-8", render_columns_csv),
)
"""What is made from the stored report when somebody asks for it."""

NAMES: Final = tuple(export.name for export in (*EXPORTS, *DERIVED))

_BY_NAME: Final = {export.name: export for export in (*EXPORTS, *DERIVED)}


def is_derived(name: str) -> bool:
    """Whether an export of this name is made from the stored report on demand."""
    return any(export.name == name for export in DERIVED)


def find_export(name: str) -> Export:
    """Return the export of this name.

    Raises:
        KeyError: there is none.

    """
    return _BY_NAME[name]


def export_for(file_name: str) -> Export:
    """Return the export that a file of this name is to hold: ``x.html``, ``x-findings.csv``, ….

    Raises:
        KeyError: no export ends like that.

    """
    name = file_name.lower()
    for export in (*EXPORTS, *DERIVED):
        ending = export.name.removeprefix("report")
        if name.endswith(ending):
            return export
    raise KeyError(file_name)
