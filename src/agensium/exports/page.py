"""The report as one value that a template can write down without a decision of its own."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from agensium.core.profile import ColumnProfile
from agensium.core.report import Report
from agensium.exports import formats, svg
from agensium.exports.charts import Chart, charts, histogram_label
from agensium.exports.concerns import Concern, Quote, concerns, tally
from agensium.exports.facts import Fact, Group
from agensium.exports.forensics import LeftOut, Repair, identity, left_out, reading, repairs
from agensium.exports.heatmap import HeatMap, heat_map
from agensium.exports.lines import Line, lines
from agensium.exports.overview import Tile, certainty, tiles
from agensium.exports.relations import Topic, topics
from agensium.exports.score import ScorePanel, score_panel
from agensium.exports.sentences import Names
from agensium.exports.statistics import groups
from agensium.exports.values import Spellings, ValueList, spellings, value_lists, wrong_values

LEAST_LEADS: Final = 3
MAX_LEADS: Final = 5
WHOLE_COLUMNS: Final = 150
"""Of more columns than these, the others and all details are text that a script unfolds."""


class Details(Struct, frozen=True):
    """What unfolds under a column's line."""

    charts: tuple[Chart, ...]
    groups: tuple[Group, ...]
    lists: tuple[ValueList, ...]
    wrong: tuple[Quote, ...]
    spellings: tuple[Spellings, ...]


class Column(Struct, frozen=True):
    """A column: its line, its two small drawings and its details."""

    line: Line
    meter: Markup
    spark: Markup | None
    details: Details


class Kinds(Struct, frozen=True):
    """A kind of column, and how many columns are of it."""

    kind: str
    count: int


class ReportPage(Struct, frozen=True):
    """Everything that the report says, in its order."""

    name: str
    verdict: str
    agent: str
    score: ScorePanel | None
    tiles: tuple[Tile, ...]
    certainty: str
    tally: str
    concerns: tuple[Concern, ...]
    columns: tuple[Column, ...]
    kinds: tuple[Kinds, ...]
    topics: tuple[Topic, ...]
    heat: HeatMap | None
    reading: tuple[Fact, ...]
    notes: tuple[str, ...]
    repairs: tuple[Repair, ...]
    left_out: tuple[LeftOut, ...]
    identity: tuple[Fact, ...]

    @property
    def leads(self) -> tuple[Concern, ...]:
        """The most important findings, for the first screen; few of them stand there anyway."""
        return self.concerns[:MAX_LEADS] if len(self.concerns) >= LEAST_LEADS else ()

    @property
    def folded(self) -> bool:
        """Whether the details of the columns unfold by script only."""
        return len(self.columns) > WHOLE_COLUMNS

    @property
    def whole(self) -> int:
        """How many columns are in the page before a script runs."""
        return min(len(self.columns), WHOLE_COLUMNS)


def report_page(report: Report) -> ReportPage:
    """Turn a report into words and drawings."""
    table = report.table
    names = Names.of(table.columns)
    return ReportPage(
        name=report.source.name,
        verdict=report.verdict,
        agent=report.agent.name,
        score=score_panel(report.score),
        tiles=tiles(table),
        certainty=certainty(table),
        tally=tally(report.findings),
        concerns=concerns(report.findings, names),
        columns=tuple(_column(line) for line in lines(table, report.findings, names)),
        kinds=_kinds(table.columns),
        topics=topics(table, names),
        heat=heat_map(table.associations),
        reading=reading(report.source),
        notes=report.source.notes,
        repairs=repairs(table.repairs),
        left_out=left_out(table.not_computed, names),
        identity=identity(report),
    )


def _kinds(columns: Sequence[ColumnProfile]) -> tuple[Kinds, ...]:
    found = Counter(column.kind for column in columns)
    return tuple(Kinds(kind, count) for kind, count in found.most_common())


def _column(line: Line) -> Column:
    column = line.column
    return Column(
        line=line,
        meter=_meter(column),
        spark=_spark(line),
        details=Details(
            charts=charts(column, line.shape),
            groups=groups(column),
            lists=value_lists(column),
            wrong=wrong_values(column),
            spellings=spellings(column),
        ),
    )


def _meter(column: ColumnProfile) -> Markup:
    rows = column.rows or 1
    return svg.meter(column.nonconforming_count / rows, column.missing / rows)


def _spark(line: Line) -> Markup | None:
    if not line.heights:
        return None
    if line.column.histogram is not None:
        return svg.bars(line.heights, histogram_label(line.column.histogram), line.shape)
    label = f"Counts of the {formats.count(len(line.heights))} most frequent values"
    return svg.bars(line.heights, label, line.shape, categories=True)
