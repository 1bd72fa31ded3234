"""What may be wrong with a single column."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from agensium.agents.profile.thresholds import Thresholds
from agensium.core.findings import Example, Severity
from agensium.core.profile import ColumnProfile


class Hit(Struct, frozen=True):
    """A column that shows what a rule looks for: in ``count`` of ``of`` cells."""

    column: ColumnProfile
    count: int
    of: int
    examples: tuple[Example, ...] = ()

    @property
    def share(self) -> float:
        """The share of cells, between 0 and 1."""
        return self.count / self.of if self.of else 0.0


class ColumnRule(Struct, frozen=True):
    """One thing to look for in each column, and the words for it."""

    id: str
    severity: Severity
    check: Callable[[ColumnProfile, Thresholds], Hit | None]
    title: Callable[[Sequence[Hit]], str]
    why: str
    action: str
    unit: Literal["rows", "cells"] = "cells"


def _subject(hits: Sequence[Hit]) -> str:
    return f"'{hits[0].column.name}'" if len(hits) == 1 else f"{len(hits)} columns"


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "under 0.1 %"
    return "over 99.9 %" if 0.999 < share < 1 else f"{share:.1%}".replace("%", " %")


def _up_to(hits: Sequence[Hit]) -> str:
    most = _percent(max(hit.share for hit in hits))
    return most if len(hits) == 1 else f"up to {most}"


def _all_missing(column: ColumnProfile, _: Thresholds) -> Hit | None:
    return Hit(column, column.missing, column.rows) if column.present == 0 else None


def _missing(column: ColumnProfile, thresholds: Thresholds) -> Hit | None:
    many = column.present > 0 and column.missing_share > thresholds.missing
    return Hit(column, column.missing, column.rows) if many else None


def _gaps(column: ColumnProfile, thresholds: Thresholds) -> Hit | None:
    few = 0 < column.missing_share <= thresholds.missing
    return Hit(column, column.missing, column.rows) if few else None


def _constant(column: ColumnProfile, _: Thresholds) -> Hit | None:
    distinct = column.distinct
    one = distinct is not None and distinct.method == "exact" and distinct.value == 1
    if not one or column.present < 2:
        return None
    examples = tuple(Example(value=top.value) for top in column.top_values[:1])
    return Hit(column, column.present, column.rows, examples)


def _nonconforming(column: ColumnProfile, thresholds: Thresholds) -> Hit | None:
    bad, present = column.nonconforming_count, column.present
    if column.kind in {"text", "empty"} or not 0 < bad <= thresholds.nonconforming * present:
        return None
    examples = tuple(Example(value=cell.value, line=cell.line) for cell in column.nonconforming)
    return Hit(column, bad, present, examples)


def _padded(column: ColumnProfile, _: Thresholds) -> Hit | None:
    text = column.text
    blanks = 0 if text is None else max(text.leading_blanks or 0, text.trailing_blanks or 0)
    return Hit(column, blanks, column.present) if blanks else None


def _near_duplicates(column: ColumnProfile, _: Thresholds) -> Hit | None:
    groups = column.near_duplicates
    if not groups:
        return None
    rows = sum(each.count for group in groups for each in group.spellings[1:])
    examples = tuple(Example(value=each.value) for each in groups[0].spellings)
    return Hit(column, rows, column.present, examples)


def _ambiguous_dates(column: ColumnProfile, _: Thresholds) -> Hit | None:
    dates = column.dates
    if dates is None or dates.day_order not in {"ambiguous", "mixed"}:
        return None
    return Hit(column, dates.count, column.present)


COLUMN_RULES: Final = (
    ColumnRule(
        id="column.all_missing",
        severity="warning",
        check=_all_missing,
        title=lambda hits: f"{_subject(hits)} without a single value.",
        why="A column without values says nothing and often means that an export went wrong.",
        action="Ask the sender whether it should be filled, or drop it.",
    ),
    ColumnRule(
        id="column.nonconforming",
        severity="error",
        check=_nonconforming,
        title=lambda hits: (
            f"{_subject(hits)} with values of another kind in {_up_to(hits)} of the cells."
        ),
        why="Such values turn into errors or into missing values in the next program.",
        action="Correct the quoted cells, or declare what stands for a missing value.",
    ),
    ColumnRule(
        id="column.missing",
        severity="warning",
        check=_missing,
        title=lambda hits: f"{_subject(hits)} with {_up_to(hits)} of the cells missing.",
        why="Means, totals and joins silently leave these rows out.",
        action="Find out why they are missing before you fill or drop them.",
    ),
    ColumnRule(
        id="column.ambiguous_dates",
        severity="warning",
        check=_ambiguous_dates,
        title=lambda hits: f"{_subject(hits)} with dates whose day and month cannot be told apart.",
        why="03/04 is the third of April or the fourth of March: a wrong guess is never noticed.",
        action="Ask the sender for the order, or for dates like 2026-04-03.",
    ),
    ColumnRule(
        id="column.padded",
        severity="warning",
        check=_padded,
        title=lambda hits: (
            f"{_subject(hits)} with blanks around values in {_up_to(hits)} of the cells."
        ),
        why="'a' and 'a ' look equal and do not match in joins and filters.",
        action="Trim the values.",
    ),
    ColumnRule(
        id="column.near_duplicates",
        severity="warning",
        check=_near_duplicates,
        title=lambda hits: f"{_subject(hits)} with several spellings of one category.",
        why="Counts by category are split over the spellings.",
        action="Choose one spelling.",
    ),
    ColumnRule(
        id="column.gaps",
        severity="note",
        check=_gaps,
        title=lambda hits: f"{_subject(hits)} with {_up_to(hits)} of the cells missing.",
        why="Few gaps are rarely harmful, unless they are all of one kind.",
        action="Look whether the same rows lack several values.",
    ),
    ColumnRule(
        id="column.constant",
        severity="note",
        check=_constant,
        title=lambda hits: f"{_subject(hits)} with the same value in every row.",
        why="A constant cannot tell rows apart.",
        action="Keep it only if the value itself matters.",
    ),
)
