"""The first screen: the four tiles, and how sure the figures are."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from agensium.core.profile import ColumnProfile, Method, TableProfile
from agensium.exports import formats

_MANNER: Final = {"sketch": "sketched", "sample": "sampled"}


class Tile(Struct, frozen=True):
    """One figure of the first screen.

    Attributes:
        label: what it counts.
        figure: the figure.
        note: what it means, in a few words.
        part: the share that a bar under it shows.

    """

    label: str
    figure: str
    note: str
    part: float | None = None


def tiles(table: TableProfile) -> tuple[Tile, ...]:
    """Return the four tiles: rows, columns, missing, duplicates."""
    return (
        Tile("Rows", formats.count(table.rows), formats.size(table.bytes)),
        Tile("Columns", formats.count(len(table.columns)), _kinds(table)),
        _missing(table),
        _duplicates(table),
    )


def certainty(table: TableProfile) -> str:
    """Say once which figures are exact and which are not."""
    estimated = sorted({(method, what) for what, method in _methods(table) if method != "exact"})
    if not estimated:
        return "All figures are exact: every row was read."
    manners = (
        f"{', '.join(what for each, what in estimated if each == method)} ({_MANNER[method]})"
        for method in sorted({method for method, _ in estimated})
    )
    return (
        f"Every row was read. Figures marked {formats.APPROXIMATELY} are estimates: "
        f"{'; '.join(manners)}. All others are exact."
    )


def _kinds(table: TableProfile) -> str:
    kinds = Counter(column.kind for column in table.columns)
    return ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())


def _missing(table: TableProfile) -> Tile:
    concerned = sum(1 for column in table.columns if column.missing)
    note = "every cell has a value"
    if concerned:
        cells = formats.counted(table.missing_cells, "cell")
        note = f"{cells} in {formats.counted(concerned, 'column')}"
    return Tile("Missing", formats.share(table.missing_share), note, table.missing_share or None)


def _duplicates(table: TableProfile) -> Tile:
    duplicates = table.duplicate_rows
    if duplicates is None:
        return Tile("Duplicates", "–", "not computed")
    note = "no row repeats an earlier one"
    part = duplicates.value / table.rows if table.rows else 0.0
    if duplicates.value:
        note = f"{formats.share(part)} of the rows repeat an earlier one"
    return Tile("Duplicates", formats.estimated_count(duplicates), note, part or None)


def _methods(table: TableProfile) -> Iterator[tuple[str, Method]]:
    if table.duplicate_rows is not None:
        yield "duplicate rows", table.duplicate_rows.method
    for column in table.columns:
        yield from _methods_of_column(column)
    for pair in table.associations or ():
        yield "associations", pair.estimate.method
    for both in table.co_missing or ():
        yield "values missing together", both.method
    for key in table.keys or ():
        yield "keys", key.method
    for dependency in table.dependencies or ():
        yield "dependencies", dependency.method


def _methods_of_column(column: ColumnProfile) -> Iterator[tuple[str, Method]]:
    if column.distinct is not None:
        yield "distinct values", column.distinct.method
    if column.unique is not None:
        yield "values seen once", column.unique.method
    if column.top_values:
        yield "top values", column.top_method
    if column.patterns:
        yield "patterns", column.pattern_method
    if column.histogram is not None:
        yield "histograms", column.histogram.method
    if column.numbers is not None:
        yield "quantiles", column.numbers.quantile_method or "exact"
        yield from (("outliers", each.method) for each in column.numbers.outliers or ())
