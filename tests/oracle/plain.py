"""A slow profiler in plain Python, written from the definitions in `agensium.core.profile`.

It takes the cells, not the file, so that it also says whether the file was read right. Everything
is exact: sums are fractions, quantiles are taken from all values.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from agensium.data.kernel import MISSING_TOKENS
from tests.oracle.cells import BLANKS, Read
from tests.oracle.judging import judge, number

KIND_SHARE = 0.8
CODE_SHARE = 0.005
LISTED = 20
SORTS_OF = {
    "integer": ("integer",),
    "decimal": ("integer", "decimal", "not finite"),
    "money": ("integer", "decimal", "money"),
    "percent": ("percent",),
    "boolean": ("boolean",),
    "date": ("date",),
    "time": ("time",),
    "timestamp": ("date", "timestamp"),
}


@dataclass(frozen=True)
class PlainColumn:
    """A column's cells, as they stand in the file, and what they say.

    `present` holds the cells that are not missing with their meaning, in the order of rows.
    """

    cells: tuple[str, ...]
    present: tuple[tuple[str, Read], ...]
    notation: str

    @classmethod
    def of(cls, cells: Sequence[str]) -> "PlainColumn":
        """Judge every cell."""
        there = [cell for cell in cells if not is_missing(cell)]
        notation = find_notation([cell.strip(BLANKS) for cell in there])
        read = tuple((cell, judge(cell.strip(BLANKS), notation)) for cell in there)
        return cls(tuple(cells), read, notation)

    def count(self, sort: str) -> int:
        """Count the present cells of a sort."""
        return sum(read.sort == sort for _, read in self.present)

    @property
    def sorts(self) -> Counter[str]:
        """The present cells by sort."""
        return Counter(read.sort for _, read in self.present)

    @property
    def values(self) -> Counter[str]:
        """The present cells by text."""
        return Counter(cell for cell, _ in self.present)

    @property
    def missing_tokens(self) -> Counter[str]:
        """The missing cells by token."""
        return Counter(cell.strip(BLANKS) for cell in self.cells if is_missing(cell))

    @property
    def kind(self) -> str:
        """What most of the cells are."""
        return choose_kind(self.sorts)

    def conforms(self, read: Read) -> bool:
        """Whether a cell is of the column's kind."""
        return self.kind == "text" or read.sort in SORTS_OF[self.kind]

    @property
    def evidence(self) -> dict[str, int]:
        """How many cells can be read as each kind, where any can."""
        sorts = self.sorts
        counted = {kind: sum(sorts[sort] for sort in of) for kind, of in SORTS_OF.items()}
        return {kind: count for kind, count in counted.items() if count}


def is_missing(cell: str) -> bool:
    """Whether a cell is empty, blank or a token of "no value"."""
    return cell.strip(BLANKS) in MISSING_TOKENS


def find_notation(cells: Sequence[str]) -> str:
    """Tell whether the comma stands before fractions: where more cells prove it than the contrary.

    Proof is a cell that cannot be read otherwise, or a fraction that means the same in both ways.
    """
    points = commas = 0
    for cell in cells:
        point, comma = number(cell, "."), number(cell, ",")
        if point is None:
            commas += comma is not None
        else:
            same = comma is not None and point.decimals > 0 and point.number == comma.number
            points += comma is None or same
    return "," if commas > points else "."


def choose_kind(sorts: Counter[str]) -> str:
    """Choose the first kind that most of the present cells are of."""
    present = sum(sorts.values())
    if not present:
        return "empty"
    if sorts["code"] > CODE_SHARE * present:
        return "text"
    fractions = sorts["decimal"] + sorts["not finite"] > 0
    ruled_out = {
        "integer": fractions,
        "money": sorts["money"] * 2 < present,
        "date": sorts["timestamp"] > 0,
        "timestamp": sorts["timestamp"] == 0,
    }
    order = ("integer", "decimal", "money", "percent", "boolean", "date", "timestamp", "time")
    for kind in order:
        enough = sum(sorts[sort] for sort in SORTS_OF[kind]) >= KIND_SHARE * present
        if enough and not ruled_out.get(kind, False):
            return kind
    return "text"


def most_frequent(counts: Counter[str], most: int = LISTED) -> list[tuple[str, int]]:
    """Return the most frequent values; equal counts in the order of their bytes."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].encode()))
    return [(value[:200], count) for value, count in ordered[:most]]


def rare(counts: Counter[str]) -> list[tuple[str, int]] | None:
    """Return values seen at most twice, where most of the column repeats."""
    if len(counts) * 10 > counts.total():
        return None
    few = [(value, count) for value, count in counts.items() if count <= 2]
    ordered = sorted(few, key=lambda pair: (pair[1], pair[0].encode()))
    return [(value[:200], count) for value, count in ordered[:LISTED]]


def repeated_rows(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows that equal an earlier one."""
    return len(rows) - len({tuple(row) for row in rows})


def row_order(keys: Sequence[Fraction]) -> str:
    """Name the order of keys from row to row."""
    pairs = list(pairwise(keys))
    if all(a == b for a, b in pairs):
        return "constant"
    for name, holds in (
        ("strictly increasing", all(a < b for a, b in pairs)),
        ("increasing", all(a <= b for a, b in pairs)),
        ("strictly decreasing", all(a > b for a, b in pairs)),
        ("decreasing", all(a >= b for a, b in pairs)),
    ):
        if holds:
            return name
    return "none"
