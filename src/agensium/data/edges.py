"""The first and the last rows of a table: whether they are rows at all."""

import re
from typing import Final

from agensium.core.forensics import QuotedLine
from agensium.core.profile import ColumnProfile, TableProfile
from agensium.data.kernel import MISSING_TOKENS
from agensium.data.text import Sniffed

MIN_SUMMED: Final = 4
"""Fewer numbers, the sum among them, add up by chance."""
MIN_NUMBERED: Final = 3
RARELY_EMPTY: Final = 2
"""Empty cells that a column may have besides those of a sum's row."""

_TOTAL: Final = re.compile(
    r"\W*(grand\s+|sub\s*)?(totals?|sum|summe|gesamt(summe)?|insgesamt|totale|totaal|suma|"
    r"celkem|razem|итого|всего|合計|总计|合计)\b\W*.{0,20}",
    re.IGNORECASE,
)
_MARKS: Final = re.compile(r"[\s%$€£¥']")

Row = tuple[int, tuple[str, ...]]


def total_rows(sniffed: Sniffed, profile: TableProfile) -> tuple[QuotedLine, ...]:
    """Return the rows at the end that sum up the others: by their words, numbers, or place."""
    found = [row for row in reversed(sniffed.last) if _says_total(row[1])]
    if not found and sniffed.last and _is_sum(sniffed.last[0], profile):
        found = [sniffed.last[0]]
    return tuple(_quoted(row, sniffed) for row in found)


def second_header(sniffed: Sniffed, profile: TableProfile) -> QuotedLine | None:
    """Return the first row if it is none: the numbers of the columns, or words over numbers."""
    if not sniffed.header_rows or not sniffed.rows or profile.rows < MIN_NUMBERED:
        return None
    line, cells = row = sniffed.rows[0]
    numbers = tuple(str(at) for at in range(1, len(cells) + 1))
    numbered = len(cells) >= MIN_NUMBERED and tuple(cell.strip() for cell in cells) == numbers
    return _quoted(row, sniffed) if numbered or _stands_out(line, cells, profile) else None


def _stands_out(line: int, cells: tuple[str, ...], profile: TableProfile) -> bool:
    """Tell a row that is of another kind than its columns wherever they have one."""
    unlike = sum(
        1 for column in profile.columns if any(each.line == line for each in column.nonconforming)
    )
    filled = sum(1 for cell in cells if _is_present(cell))
    return unlike > 1 and unlike * 2 >= filled


def _quoted(row: Row, sniffed: Sniffed) -> QuotedLine:
    line, cells = row
    return QuotedLine(text=(sniffed.plan.delimiter or " ").join(cells)[:200], line=line or None)


def _is_present(cell: str) -> bool:
    return cell.strip() not in MISSING_TOKENS


def _says_total(cells: tuple[str, ...]) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    return len(words) > 1 and any(_TOTAL.fullmatch(word) for word in words[:2])


def _is_sum(row: Row, profile: TableProfile) -> bool:
    """Tell a row whose numbers are the sums of those above, or that stands apart with gaps."""
    line, cells = row
    pairs = [
        (column, number)
        for column, cell in zip(profile.columns, cells, strict=False)
        if (number := _number(cell, column)) is not None
    ]
    sums = sum(1 for column, number in pairs if _sums_up(number, column))
    gaps = any(
        not _is_present(cell) and column.missing <= RARELY_EMPTY < profile.rows
        for column, cell in zip(profile.columns, cells, strict=False)
    )
    apart = line > 1 and line - 1 in profile.repairs.blank_lines.first
    if sums * 2 >= len(pairs) and (sums > 1 or (sums == 1 and gaps)):
        return True
    return apart and gaps and bool(pairs)


def _number(cell: str, column: ColumnProfile) -> float | None:
    if column.numbers is None:
        return None
    text = _MARKS.sub("", cell)
    comma = column.numbers.decimal_comma
    text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return None


def _sums_up(number: float, column: ColumnProfile) -> bool:
    found = column.numbers
    if found is None or found.count < MIN_SUMMED or not number:
        return False
    return abs(float(found.sum) - 2 * number) <= 1e-9 * abs(number) * found.count
