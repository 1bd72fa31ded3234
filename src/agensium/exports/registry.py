"""What a report is written as: every export, under the name by which it is downloaded."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from agensium.core.report import Report, encode_report
from agensium.exports.html import render_html

REPORT_JSON: Final = "report.json"
REPORT_HTML: Final = "report.html"


class Export(Struct, frozen=True):
    """One form of the report.

    Attributes:
        name: the name of the file.
        media_type: what it is served as.
        render: turns a report into its bytes; equal reports give equal bytes.

    """

    name: str
    media_type: str
    render: Callable[[Report], bytes]


EXPORTS: Final = (
    Export(REPORT_JSON, "application/json", encode_report),
    Export(REPORT_HTML, "text/html; charset=utf-8", render_html),
)

_BY_NAME: Final = {export.name: export for export in EXPORTS}


def find_export(name: str) -> Export:
    """Return the export of this name.

    Raises:
        KeyError: there is none.

    """
    return _BY_NAME[name]
