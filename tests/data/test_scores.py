"""What is reached on the collections of messy files, held."""

from pathlib import Path

import pytest

from agensium.core.errors import AgensiumError, EmptyFile
from agensium.data.dataset import Dataset
from agensium.data.reading import ReadParams
from agensium.data.text import sniff, text_rows
from tests.data import scoring

pytestmark = pytest.mark.skipif(
    not scoring.DATA.is_dir(), reason="the collections of messy files are not here"
)
NAMED = {
    "file_preamble": "file.preamble",
    "file_no_header": "file.header",
    "file_header_multirow_2": "file.header",
    "file_header_multirow_3": "file.header",
    "file_multitable_less": "file.other_tables",
    "file_multitable_more": "file.other_tables",
    "file_multitable_same": "file.repeated_header",
    "file_record_delimiter_0xD": "file.line_ends",
    "file_escape_char_0x00": "table.broken_text",
    "row_extra_quote": "table.broken_text",
    "row_more_sep": "table.ragged_rows",
    "row_field_delimiter": "table.ragged_rows",
}
"""What a polluted file is called in its report."""


def read(path: Path) -> list[list[str]]:
    try:
        found = sniff(path, ReadParams())
    except EmptyFile:
        return []
    table = text_rows(path, found.plan, 10**9)
    header = [list(table.names)] if found.header_rows else []
    return header + [list(row) for row in table.rows]


def dialect(path: Path) -> tuple[str, str | None]:
    plan = sniff(path, ReadParams()).plan
    return plan.delimiter, plan.quote


def test_pollock() -> None:
    weighted, simple = scoring.pollock(read)
    assert weighted >= 9.96
    assert simple >= 9.95


def test_w3c() -> None:
    assert scoring.w3c(dialect) >= 0.99


def test_spectrum() -> None:
    assert scoring.spectrum(read) == 11


def test_every_polluted_file_is_named_as_what_it_is() -> None:
    from agensium.agents.profile.rules import judge
    from agensium.agents.profile.thresholds import Thresholds

    for path in sorted((scoring.DATA / "pollock" / "csv").iterdir()):
        rule = next((rule for start, rule in NAMED.items() if path.name.startswith(start)), None)
        if rule:
            table = Dataset(path=path, name=path.name).scan(ReadParams(), pairs=False)
            found = {finding.rule for finding in judge(table.profile, table.source, Thresholds())}
            assert rule in found, path.name


def test_files_of_a_profiler_open_or_end_in_a_clear_error() -> None:
    files = [path for path in (scoring.DATA / "dataprofiler-files").rglob("*") if path.is_file()]
    assert [path.name for path in files if outcome(path) == "internal"] == []


def outcome(path: Path) -> str:
    try:
        Dataset(path=path, name=path.name).scan(ReadParams(), pairs=False)
    except AgensiumError as error:
        return error.code
    return "read"
