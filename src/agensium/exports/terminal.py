"""The report as lines in a terminal: complete without colour, and at 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agensium.core.report import Report
from agensium.exports.concerns import Concern, Quote, concerns, tally
from agensium.exports.forensics import reading
from agensium.exports.lines import Line, lines
from agensium.exports.overview import certainty, tiles
from agensium.exports.score import ScorePanel, score_panel
from agensium.exports.sentences import Names
from agensium.exports.text import visible

BLOCKS: Final = "▁▂▃▄▅▆▇█"
SPARK_CHARS: Final = 10
MAX_NAME_CHARS: Final = 24
MAX_TOP_CHARS: Final = 14
WIDE_ENOUGH_FOR_SPARKS: Final = 72
_SIGNS: Final = {"error": "✗", "warning": "!", "note": "i"}
_STYLES: Final = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def render_terminal(report: Report, console: Console) -> None:
    """Print verdict, figures, findings and one line for each column."""
    names = Names.of(report.table.columns)
    console.print(Text(visible(report.source.name), style="bold"), Text(visible(report.verdict)))
    panel = score_panel(report.score)
    if panel is not None:
        console.print(_score(panel))
    console.print(_figures(report))
    _print_concerns(concerns(report.findings, names), tally(report.findings), console)
    console.print()
    console.print(_table(lines(report.table, report.findings, names), console))
    console.print(Text(certainty(report.table), style="dim"))
    console.print(_reading(report))
    for note in report.source.notes:
        console.print(Text(f"• {visible(note)}", style="dim"))


def _score(panel: ScorePanel) -> Text:
    return Text.assemble("Score ", (panel.figure, "bold"), f" of 100: {panel.assessed}")


def _reading(report: Report) -> Text:
    told = ", ".join(
        f"{fact.label.lower()} {fact.value}" + (f" ({fact.note})" if fact.note else "")
        for fact in reading(report.source)
    )
    return Text(f"How it was read: {told}.", style="dim")


def sparkline(counts: Sequence[int], width: int = SPARK_CHARS) -> str:
    """Draw counts as blocks, neighbours put together where there are more than the width."""
    size = max(1, -(-len(counts) // width))
    sums = [sum(counts[start : start + size]) for start in range(0, len(counts), size)]
    tallest = max(sums, default=0)
    return "".join(_block(number, tallest) for number in sums)


def _block(number: int, tallest: int) -> str:
    if not number:
        return " "
    return BLOCKS[max(0, -(-number * len(BLOCKS) // tallest) - 1)]


def _figures(report: Report) -> Table:
    grid = Table.grid(padding=(0, 3, 0, 0))
    columns = [
        (tile.label, Text(tile.figure, style="bold"), tile.note) for tile in tiles(report.table)
    ]
    for row in zip(*columns, strict=True):
        grid.add_row(*row)
    return grid


def _print_concerns(found: Iterable[Concern], counts: str, console: Console) -> None:
    if not counts:
        return
    console.print()
    console.print(Text(f"Findings: {counts}", style="bold"))
    for each in found:
        sign = Text(_SIGNS[each.severity], style=_STYLES[each.severity])
        severity = Text(f"{each.severity:<8}", style=_STYLES[each.severity])
        console.print(Text.assemble(sign, " ", severity, Text(visible(each.title), style="bold")))
        for text in _explanation(each):
            console.print(Padding(text, (0, 0, 0, 10)))


def _explanation(concern: Concern) -> Iterable[Text]:
    if len(concern.columns) > 1:
        shown = ", ".join(visible(name.text, MAX_NAME_CHARS) for name in concern.columns)
        yield Text(f"in {shown}" + (f" and {concern.more} more" if concern.more else ""))
    quotes = ", ".join(_quoted(quote) for quote in concern.quotes)
    amount = ": ".join(part for part in (concern.amount, quotes) if part)
    if amount:
        yield Text(amount, style="dim")
    yield Text(visible(concern.action))


def _quoted(quote: Quote) -> str:
    line = f"line {quote.line}" if quote.line else ""
    if line and not quote.value:
        return line
    column = f"{visible(quote.column, MAX_NAME_CHARS)} " if quote.column else ""
    return column + visible(quote.value, MAX_NAME_CHARS) + (f" ({line})" if line else "")


def _table(shown: Iterable[Line], console: Console) -> Table:
    sparks = console.width >= WIDE_ENOUGH_FOR_SPARKS and "utf" in console.encoding.lower()
    rows = [tuple(_cells(line, sparks=sparks)) for line in shown]
    heads = ("Column", "Kind", "Missing", "Distinct", *(("",) if sparks else ()))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for index, head in enumerate(heads):
        width = max([len(head), *(row[index].cell_len for row in rows)])
        justify: Literal["left", "right"] = "right" if head in {"Missing", "Distinct"} else "left"
        table.add_column(head, justify=justify, no_wrap=True, min_width=width)
    table.add_column("Range or top values")
    for row in rows:
        table.add_row(*row)
    return table


def _cells(line: Line, *, sparks: bool) -> Iterator[Text]:
    sign = _SIGNS[line.marks[0].severity] if line.marks else ""
    style = _STYLES[line.marks[0].severity] if line.marks else ""
    name = visible(line.column.name, MAX_NAME_CHARS - 2)
    yield Text.assemble(name, " " if sign else "", (sign, style))
    yield Text(line.column.kind)
    yield Text(line.missing)
    yield Text(line.distinct)
    if sparks:
        yield Text(sparkline(line.heights), style="cyan")
    yield Text(_range(line), no_wrap=True, overflow="ellipsis")


def _range(line: Line) -> str:
    if line.range is not None:
        return f"{line.range[0]} to {line.range[1]}"
    return ", ".join(f"{visible(top.value, MAX_TOP_CHARS)} {top.share}" for top in line.top)
