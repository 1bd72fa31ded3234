"""The report: one frozen, versioned value that every surface shows.

The same input, agent version and parameters give the same report, byte for byte: nothing
in it depends on the clock, the machine or the way the file came in.
"""

from typing import Final, Literal

import msgspec
from msgspec import Raw, Struct

from agensium.core.findings import Finding
from agensium.core.forensics import Forensics
from agensium.core.profile import TableProfile
from agensium.core.scoring import Score

REPORT_SCHEMA: Final = "agensium.report/1"


class AgentVersion(Struct, frozen=True, kw_only=True):
    """Which agent made the report."""

    name: str
    version: str


class RenamedColumn(Struct, frozen=True, kw_only=True):
    """A column whose name in the file was empty or taken already.

    Attributes:
        position: from 0.
        original: its name in the file.
        name: its name in the report.

    """

    position: int
    original: str
    name: str


class InnerTable(Struct, frozen=True, kw_only=True):
    """One of the tables or sheets of a file.

    Attributes:
        name: what the file calls it.
        rows: how many it says it has, its header among them; unknown before it is read, if none.
        columns: how many it says it has.
        hidden: whether people who open the file do not see it.

    """

    name: str
    rows: int | None = None
    columns: int | None = None
    hidden: bool = False


class Source(Struct, frozen=True, kw_only=True):
    """What file the report is about and how it was read.

    Attributes:
        name: the file's name as its sender called it.
        bytes: its size.
        sha256: the digest of its bytes, in hex; empty for a table in memory.
        format: what it is by its bytes, such as ``csv``.
        encoding: how its text is encoded; none if it is no text.
        delimiter: the character between fields; none if it is no delimited text.
        quote: the character around fields; none if the file uses none.
        header: whether the first record names the columns; none if names are part of the format.
        reading: how sure the reading is: ``given`` by the user, ``detected``, or
            ``ambiguous`` when another reading is nearly as likely.
        chosen: the sheet or table that was read, if the file may hold several.
        tables: all of them.
        renamed: columns that could not keep their names.
        notes: decisions about the reading that the user should know.
        forensics: how delimited text was read, and what its values tell.

    """

    name: str
    bytes: int
    sha256: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    reading: Literal["given", "detected", "ambiguous"]
    chosen: str | None = None
    tables: tuple[InnerTable, ...] = ()
    renamed: tuple[RenamedColumn, ...] = ()
    notes: tuple[str, ...] = ()
    forensics: Forensics | None = None


class Report(Struct, frozen=True, kw_only=True):
    """What an agent found out about a table.

    Attributes:
        agent: who made it.
        params: the parameters that it ran with, defaults included, as JSON.
        verdict: the whole report in one sentence.
        source: the file and how it was read.
        table: the facts of the table and of each of its columns.
        score: how good the data is by each dimension, and in total.
        findings: what to know, the most important first.

    """

    schema: str = REPORT_SCHEMA
    agent: AgentVersion
    params: Raw
    verdict: str
    source: Source
    table: TableProfile
    score: Score | None = None
    findings: tuple[Finding, ...] = ()


class Summary(Struct, frozen=True, kw_only=True):
    """The few figures of a report that lists and messages show."""

    verdict: str
    rows: int
    columns: int
    missing_cells: int
    duplicate_rows: int | None
    findings: int


def summarise(report: Report) -> Summary:
    """Return the few figures that stand for a whole report."""
    duplicates = report.table.duplicate_rows
    return Summary(
        verdict=report.verdict,
        rows=report.table.rows,
        columns=len(report.table.columns),
        missing_cells=report.table.missing_cells,
        duplicate_rows=None if duplicates is None else int(duplicates.value),
        findings=len(report.findings),
    )


def encode_report(report: Report) -> bytes:
    """Return the report as JSON in UTF-8; equal reports give equal bytes."""
    return msgspec.json.encode(report)


def decode_report(data: bytes) -> Report:
    """Return the report that :func:`encode_report` wrote.

    Raises:
        msgspec.ValidationError: the bytes are not a report of this schema.

    """
    return msgspec.json.decode(data, type=Report)
