import pytest

from agensium.core.report import decode_report
from agensium.exports.registry import EXPORTS, REPORT_HTML, REPORT_JSON, find_export
from tests.exports.reports import FULL


def test_every_export_is_found_by_its_name() -> None:
    assert [find_export(export.name) for export in EXPORTS] == list(EXPORTS)
    assert {REPORT_JSON, REPORT_HTML} <= {export.name for export in EXPORTS}


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        find_export("../secret")


def test_the_json_export_holds_the_whole_report() -> None:
    assert decode_report(find_export(REPORT_JSON).render(FULL)) == FULL
