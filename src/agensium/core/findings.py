"""Findings: what a reader of the report should know, and what to do about it."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]


class Example(Struct, frozen=True, kw_only=True):
    """A value that shows a finding.

    Attributes:
        value: the value as it stands in the file; empty when the line itself is the example.
        line: the line of the file that it stands on, from 1.
        column: the column that it stands in, where the finding concerns several.

    """

    value: str = ""
    line: int | None = None
    column: str | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One thing to know about the table.

    Attributes:
        rule: stable id of the rule that found it, such as ``column.constant``.
        severity: ``error`` makes results wrong, ``warning`` may, ``note`` is worth knowing.
        title: what was found, in one sentence.
        columns: names of the columns that it concerns; empty for the whole table.
        count: how many rows, cells, columns, values or lines show it.
        of: out of how many.
        unit: what ``count`` and ``of`` count.
        why: why it matters.
        action: what to do about it.
        examples: a few values that show it.

    """

    rule: str
    severity: Severity
    title: str
    why: str
    action: str
    columns: tuple[str, ...] = ()
    count: int = 0
    of: int = 0
    unit: Literal["rows", "cells", "columns", "values", "lines"] = "rows"
    examples: tuple[Example, ...] = ()
