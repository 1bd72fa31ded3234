"""The report as a summary in Markdown, for pull requests and chats."""

from collections.abc import Iterator, Sequence
from typing import Final

from agensium.core.report import Report
from agensium.exports import formats
from agensium.exports.concerns import Concern, concerns, tally
from agensium.exports.harmless import code, prose
from agensium.exports.lines import Line, lines
from agensium.exports.overview import certainty, tiles
from agensium.exports.score import score_panel
from agensium.exports.sentences import Names
from agensium.exports.text import visible

MAX_FINDINGS: Final = 10
MAX_COLUMNS: Final = 50
MAX_NAMES: Final = 5
MAX_VALUE_CHARS: Final = 40
_SIGNS: Final = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}


def render_markdown(report: Report) -> bytes:
    """Return the verdict, the figures, the findings and a line for each column."""
    return ("\n".join(_paragraphs(report)) + "\n").encode("utf-8", "backslashreplace")


def _paragraphs(report: Report) -> Iterator[str]:
    names = Names.of(report.table.columns)
    yield f"## {prose(visible(report.source.name, 120))}"
    yield ""
    yield f"**{prose(report.verdict)}**"
    yield ""
    panel = score_panel(report.score)
    if panel is not None:
        yield f"Score **{panel.figure}** of 100: {_plain(panel.assessed)}"
        yield ""
    shown = tiles(report.table)
    yield from _table([tile.label for tile in shown], [[_plain(tile.figure) for tile in shown]])
    yield ""
    yield from _findings(report, names)
    yield from _columns(lines(report.table, report.findings, names))
    yield ""
    yield f"_{prose(certainty(report.table))}_"


def _findings(report: Report, names: Names) -> Iterator[str]:
    found = concerns(report.findings, names)
    if not found:
        yield "Nothing was found that needs a look."
        yield ""
        return
    yield f"### Findings: {tally(report.findings)}"
    yield ""
    for each in found[:MAX_FINDINGS]:
        yield f"- {_SIGNS[each.severity]} **{prose(visible(each.title))}**{_where(each)}  "
        yield f"  {prose(visible(each.action))}"
    if len(found) > MAX_FINDINGS:
        yield f"- and {formats.count(len(found) - MAX_FINDINGS)} more"
    yield ""


def _where(concern: Concern) -> str:
    if len(concern.columns) < 2:
        return f" ({_plain(concern.amount)})" if concern.amount else ""
    named = ", ".join(
        code(visible(name.text, MAX_VALUE_CHARS)) for name in concern.columns[:MAX_NAMES]
    )
    rest = len(concern.columns) - MAX_NAMES + concern.more
    return f" in {named}" + (f" and {formats.count(rest)} more" if rest > 0 else "")


def _columns(shown: Sequence[Line]) -> Iterator[str]:
    rows = [_row(line) for line in shown[:MAX_COLUMNS]]
    yield from _table(["Column", "Kind", "Missing", "Distinct", "Range or top values"], rows)
    if len(shown) > MAX_COLUMNS:
        yield ""
        yield f"And {formats.counted(len(shown) - MAX_COLUMNS, 'more column', 'more columns')}."


def _row(line: Line) -> list[str]:
    sign = f" {_SIGNS[line.marks[0].severity]}" if line.marks else ""
    return [
        code(visible(line.column.name, MAX_VALUE_CHARS)) + sign,
        line.column.kind,
        _plain(line.missing),
        _plain(line.distinct),
        _range(line),
    ]


def _range(line: Line) -> str:
    if line.range is not None:
        return f"{_plain(line.range[0])} to {_plain(line.range[1])}"
    return ", ".join(
        f"{code(visible(top.value, MAX_VALUE_CHARS))} {_plain(top.share)}" for top in line.top
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(text: str) -> str:
    return text.replace("<", "\\<").replace("|", "\\|")
