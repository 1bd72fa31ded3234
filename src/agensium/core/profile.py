"""The profile of a table: what one scan found, as frozen values.

Every structure is a `msgspec.Struct`, so a profile turns into JSON and back without loss
(`msgspec.json.encode(profile)`, `msgspec.json.decode(data, type=TableProfile)`).
Conventions, for all of them:

- a field that is `None` was not computed or does not apply to the kind of column;
  `TableProfile.not_computed` lists what was left out, and why;
- values of cells are text as it stands in the file, cut to `MAX_VALUE_CHARS` characters;
- numbers are `int` where the exact result is a whole number below 2**63, else finite `float`s;
- dates are ISO 8601 text; line numbers count from 1 and include the header;
- shares are between 0 and 1.
"""

from typing import Literal

from msgspec import Struct

from agensium.core.measures import (
    Bin,
    BooleanStatistics,
    DateGap,
    DateStatistics,
    Estimate,
    Example,
    Histogram,
    Lines,
    Method,
    Number,
    NumberStatistics,
    Outliers,
    Point,
    Quantile,
    TextStatistics,
    ValueCount,
)
from agensium.core.personal import Personal

__all__ = [
    "MAX_VALUE_CHARS",
    "NUMERIC_KINDS",
    "TEMPORAL_KINDS",
    "Association",
    "Bin",
    "BooleanStatistics",
    "CoMissing",
    "ColumnProfile",
    "DateGap",
    "DateStatistics",
    "Dependency",
    "Estimate",
    "Example",
    "Histogram",
    "Key",
    "Kind",
    "KindCount",
    "Lines",
    "Method",
    "NearDuplicate",
    "NotComputed",
    "Number",
    "NumberStatistics",
    "Outliers",
    "Personal",
    "PersonalValues",
    "Point",
    "Quantile",
    "Relation",
    "Repairs",
    "TableProfile",
    "TextStatistics",
    "ValueCount",
]

MAX_VALUE_CHARS = 200

Kind = Literal[
    "integer", "decimal", "money", "percent", "boolean", "date", "time", "timestamp", "text",
    "empty",
]  # fmt: skip
NUMERIC_KINDS: frozenset[str] = frozenset({"integer", "decimal", "money", "percent"})
TEMPORAL_KINDS: frozenset[str] = frozenset({"date", "time", "timestamp"})


class KindCount(Struct, frozen=True, kw_only=True):
    """How many non-missing cells can be read as a kind (an integer is also a decimal)."""

    kind: Kind
    count: int


class NearDuplicate(Struct, frozen=True, kw_only=True):
    """Spellings that are one category once case, blanks and punctuation are ignored."""

    key: str
    spellings: tuple[ValueCount, ...]


class PersonalValues(Struct, frozen=True, kw_only=True):
    """What the values of a column may tell about people.

    `what` is known by the values themselves, in `seen` of the `of` cells whose values the report
    has, or by the name of the column. Masked are all values of the column, some (those that hold
    such a thing), or none, as the parameters want it.
    """

    what: Personal
    by: Literal["values", "name"]
    seen: int
    of: int
    masked: Literal["all", "some", "none"]


class ColumnProfile(Struct, frozen=True, kw_only=True):
    """One column. rows = missing + conforming + nonconforming."""

    name: str
    position: int
    """From 0."""
    declared: str | None = None
    """The type that the file gives the column, such as `decimal(15, 2)`, where it has types."""
    kind: Kind
    rows: int
    missing: int
    """Cells that are empty, absent or hold a missing token."""
    missing_tokens: tuple[ValueCount, ...] = ()
    """What was taken as missing, by spelling; "" is the empty cell."""
    nulls: int = 0
    """Missing cells that hold no value at all, where the format tells them from empty text."""
    empty: int = 0
    whitespace_only: int = 0
    conforming: int = 0
    """Non-missing cells that are read as `kind`."""
    nonconforming: tuple[Example, ...] = ()
    """The first cells (at most 10) that are neither missing nor of `kind`."""
    evidence: tuple[KindCount, ...] = ()
    leading_zeros: int = 0
    """Cells of digits with a leading zero, such as 00501: codes, not numbers."""
    distinct: Estimate | None = None
    unique: Estimate | None = None
    """Values that are seen exactly once."""
    numbers: NumberStatistics | None = None
    text: TextStatistics | None = None
    dates: DateStatistics | None = None
    booleans: BooleanStatistics | None = None
    top_values: tuple[ValueCount, ...] = ()
    top_method: Method = "exact"
    rare_values: tuple[ValueCount, ...] | None = None
    """Values seen at most twice, where most of the column repeats."""
    histogram: Histogram | None = None
    """Of numbers and dates."""
    patterns: tuple[ValueCount, ...] | None = None
    """Masks (A upper-case letter, a lower-case letter, 9 digit, other characters as they are)."""
    pattern_method: Method = "exact"
    near_duplicates: tuple[NearDuplicate, ...] | None = None
    personal: PersonalValues | None = None

    @property
    def present(self) -> int:
        """Cells that are not missing."""
        return self.rows - self.missing

    @property
    def missing_share(self) -> float:
        """Missing cells among all; 0 without rows."""
        return self.missing / self.rows if self.rows else 0.0

    @property
    def nonconforming_count(self) -> int:
        """Non-missing cells that are not of `kind`."""
        return self.present - self.conforming

    @property
    def conforming_share(self) -> float:
        """Conforming cells among the non-missing; 1 when there are none."""
        return self.conforming / self.present if self.present else 1.0

    @property
    def is_numeric(self) -> bool:
        """Whether `numbers` describes the column."""
        return self.kind in NUMERIC_KINDS

    @property
    def is_temporal(self) -> bool:
        """Whether `dates` describes the column."""
        return self.kind in TEMPORAL_KINDS


class NotComputed(Struct, frozen=True, kw_only=True):
    """A statistic that was left out: for the table, or for the named column."""

    what: str
    why: str
    column: str | None = None


class Repairs(Struct, frozen=True, kw_only=True):
    """What was mended while the file was read; nothing of it is silent."""

    padded: Lines = Lines()
    """Rows with too few fields; the absent cells count as missing."""
    cut: Lines = Lines()
    """Rows with too many fields; the extra cells are ignored."""
    stray_quotes: Lines = Lines()
    """Rows with a quote in a place where none may stand; it is taken as a character."""
    invalid_utf8: Lines = Lines()
    """Rows with bytes that are not UTF-8; each is read as U+FFFD."""
    blank_lines: Lines = Lines()
    """Lines without a character, skipped (in a table of one column they are empty cells)."""
    unclosed_quote: Lines = Lines()
    """A quote that is still open at the end of the file."""
    byte_order_mark: bool = False


class Association(Struct, frozen=True, kw_only=True):
    """How strongly two columns go together.

    Theil's U and the correlation ratio say how well `left` tells `right`.
    """

    left: str
    right: str
    measure: Literal["pearson", "spearman", "cramers_v", "theils_u", "correlation_ratio"]
    estimate: Estimate


class CoMissing(Struct, frozen=True, kw_only=True):
    """Rows in which two columns are missing together."""

    left: str
    right: str
    rows: int
    method: Method = "exact"


class Relation(Struct, frozen=True, kw_only=True):
    """What holds on all rows looked at where every named column is present.

    "equal" is A = B, "at most" is A <= B, "sum" is A + B = C; `rows` are those looked at.
    """

    kind: Literal["equal", "at most", "sum"]
    columns: tuple[str, ...]
    rows: int
    method: Method = "exact"


class Key(Struct, frozen=True, kw_only=True):
    """Columns whose values are all present and together identify a row; minimal."""

    columns: tuple[str, ...]
    method: Method = "exact"


class Dependency(Struct, frozen=True, kw_only=True):
    """A functional dependency: rows that agree on `determinant` agree on `dependent`.

    One or two columns on the left, minimal; keys, which determine everything, are left out. A
    missing cell is a value like any other.
    """

    determinant: tuple[str, ...]
    dependent: str
    method: Method = "exact"


class TableProfile(Struct, frozen=True, kw_only=True):
    """One table. `None` for pairs, keys and dependencies means they were not looked for."""

    rows: int
    bytes: int
    columns: tuple[ColumnProfile, ...]
    missing_cells: int = 0
    duplicate_rows: Estimate | None = None
    """Rows that equal an earlier one."""
    repairs: Repairs = Repairs()
    not_computed: tuple[NotComputed, ...] = ()
    co_missing: tuple[CoMissing, ...] | None = None
    associations: tuple[Association, ...] | None = None
    relations: tuple[Relation, ...] | None = None
    keys: tuple[Key, ...] | None = None
    dependencies: tuple[Dependency, ...] | None = None

    @property
    def cells(self) -> int:
        """Rows times columns."""
        return self.rows * len(self.columns)

    @property
    def missing_share(self) -> float:
        """Missing cells among all; 0 for a table without cells."""
        return self.missing_cells / self.cells if self.cells else 0.0

    def column(self, name: str) -> ColumnProfile | None:
        """Return the first column of that name."""
        return next((column for column in self.columns if column.name == name), None)
