"""The report as CSV: one row for each finding, one row for each column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Final

from agensium.core.measures import Estimate
from agensium.core.profile import ColumnProfile
from agensium.core.report import Report
from agensium.exports.harmless import cell
from agensium.exports.text import cut

Value = str | int | float | None

MAX_CELL_CHARS: Final = 32_000
"""What a cell of a spreadsheet holds, nearly."""
_SHARES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def render_findings_csv(report: Report) -> bytes:
    """Return the findings, the most important first; every share is between 0 and 1."""
    return _written(findings(report))


def render_columns_csv(report: Report) -> bytes:
    """Return the statistics of the columns, in the order of the file.

    What was not computed is an empty cell. A figure that is not exact has its method beside it and
    the half width of its 99 % interval as a share of the value.
    """
    return _written(statistics(report))


def findings(report: Report) -> list[dict[str, Value]]:
    """Return a row for each finding."""
    return [
        {
            "rank": rank,
            "severity": each.severity,
            "rule": each.rule,
            "title": each.title,
            "columns": "; ".join(each.columns),
            "count": each.count,
            "of": each.of,
            "unit": each.unit,
            "share": each.count / each.of if each.of else None,
            "why": each.why,
            "action": each.action,
            "examples": "; ".join(example.value for example in each.examples),
            "lines": "; ".join(str(example.line) for example in each.examples if example.line),
        }
        for rank, each in enumerate(report.findings, start=1)
    ]


def statistics(report: Report) -> list[dict[str, Value]]:
    """Return a row for each column."""
    return [_statistics(column) for column in report.table.columns]


def _statistics(column: ColumnProfile) -> dict[str, Value]:
    return dict(
        (
            *_counts(column),
            *_estimate("distinct", column.distinct),
            *_estimate("unique", column.unique),
            *_numbers(column),
            *_texts(column),
            *_dates(column),
            *_top(column),
        )
    )


def _counts(column: ColumnProfile) -> Iterator[tuple[str, Value]]:
    yield "position", column.position + 1
    yield "name", column.name
    yield "kind", column.kind
    yield "declared", column.declared
    yield "rows", column.rows
    yield "missing", column.missing
    yield "missing_share", column.missing_share
    yield "empty", column.empty
    yield "whitespace_only", column.whitespace_only
    yield "conforming", column.conforming
    yield "nonconforming", column.nonconforming_count
    yield "leading_zeros", column.leading_zeros
    yield "personal", None if column.personal is None else column.personal.what


def _estimate(name: str, found: Estimate | None) -> Iterator[tuple[str, Value]]:
    yield name, None if found is None else found.value
    yield f"{name}_method", None if found is None else found.method
    yield f"{name}_error", None if found is None else found.error


def _numbers(column: ColumnProfile) -> Iterator[tuple[str, Value]]:
    numbers = column.numbers
    for name in (
        "min",
        "max",
        "sum",
        "mean",
        "deviation",
        "coefficient_of_variation",
        "skewness",
        "kurtosis",
        "zeros",
        "negatives",
        "infinities",
        "nans",
    ):
        yield name, None if numbers is None else getattr(numbers, name)
    for share in _SHARES:
        yield f"quantile_{share:g}", None if numbers is None else numbers.quantile(share)
    yield "quantile_method", None if numbers is None else numbers.quantile_method
    yield "mad", None if numbers is None or numbers.mad is None else numbers.mad.value


def _texts(column: ColumnProfile) -> Iterator[tuple[str, Value]]:
    text = column.text
    for name in ("length_min", "length_mean", "length_max", "words_mean"):
        yield name, None if text is None else getattr(text, name)


def _dates(column: ColumnProfile) -> Iterator[tuple[str, Value]]:
    dates = column.dates
    yield "earliest", None if dates is None else dates.earliest
    yield "latest", None if dates is None else dates.latest


def _top(column: ColumnProfile) -> Iterator[tuple[str, Value]]:
    top = column.top_values[0] if column.top_values else None
    yield "top_value", None if top is None else top.value
    yield "top_count", None if top is None else top.count
    yield "top_method", None if top is None else column.top_method


def _written(rows: Sequence[Mapping[str, Value]]) -> bytes:
    text = StringIO(newline="")
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Value) -> Value:
    return cell(cut(value, MAX_CELL_CHARS)) if isinstance(value, str) else value
