"""What the bytes of a file tell about how it was made: part of every report on delimited text."""

from typing import Literal

from msgspec import Struct

Destroyed = Literal[
    "scientific", "serial_dates", "leading_zeros", "dates_from_codes", "rounded", "error_cells"
]


class QuotedLine(Struct, frozen=True, kw_only=True):
    """A line of the file as it stands there, shortened.

    Attributes:
        text: the line.
        line: its number, from 1; none where lines were not counted so far.

    """

    text: str
    line: int | None = None


class QuotedLines(Struct, frozen=True, kw_only=True):
    """How many lines, and the first of them."""

    count: int = 0
    first: tuple[QuotedLine, ...] = ()


class Encoding(Struct, frozen=True, kw_only=True):
    """How the text is encoded.

    Attributes:
        name: lower case, as on the web: ``utf-8``, ``windows-1252``, ``shift_jis``.
        confidence: 0 to 1.
        how: how it was found.
        byte_order_mark: whether the file starts with one.
        replaced: characters that could not be read; each became U+FFFD.
        twice: text that was encoded twice, as it stands and as it was meant.

    """

    name: str = "utf-8"
    confidence: float = 1.0
    how: str = ""
    byte_order_mark: bool = False
    replaced: int = 0
    twice: tuple[str, str] | None = None


class OtherReading(Struct, frozen=True, kw_only=True):
    """Another dialect that fits nearly as well."""

    delimiter: str
    quote: str | None
    columns: int


class OtherTable(Struct, frozen=True, kw_only=True):
    """A table that follows the one that was read: the line of its header, and its columns."""

    line: int
    columns: int


class HeaderDecision(Struct, frozen=True, kw_only=True):
    """Which rows name the columns.

    Attributes:
        rows: how many; 0 if there is no header.
        line: where the first of them stands, or the first row of data.
        why: the reason.
        confidence: 0 to 1.
        cells: names in the header, where that is not the number of columns.
        padded: names with blanks around them.
        empty: positions of columns without a name, from 0.
        repeated: names that stand more than once.

    """

    rows: int
    line: int
    why: str
    confidence: float
    cells: int | None = None
    padded: tuple[str, ...] = ()
    empty: tuple[int, ...] = ()
    repeated: tuple[str, ...] = ()


class Damage(Struct, frozen=True, kw_only=True):
    """Values that a spreadsheet changed for good.

    Attributes:
        kind: what it did.
        column: where.
        seen: values that show it, among those looked at.
        of: values looked at.
        examples: line, if it is known, and value.

    """

    kind: Destroyed
    column: str
    seen: int
    of: int
    examples: tuple[QuotedLine, ...] = ()


class DayMonth(Struct, frozen=True, kw_only=True):
    """What tells whether the day or the month comes first in a column of dates.

    Attributes:
        column: its name.
        day_first: dates whose first number is above 12.
        month_first: dates whose second number is above 12.
        either: dates that may be read both ways.

    """

    column: str
    day_first: int
    month_first: int
    either: int


class MixedUnits(Struct, frozen=True, kw_only=True):
    """Numbers of one column with several units, and how often each was seen."""

    column: str
    units: tuple[tuple[str, int], ...]


class Forensics(Struct, frozen=True, kw_only=True):
    """How a file of delimited text was read, and what its values tell.

    What concerns values was looked for in the first rows (``rows_looked_at``) and, for totals, the
    last ones.

    Attributes:
        confidence: how sure the dialect is, 0 to 1.
        consistency: share of the head's rows with the usual number of fields.
        encoding: how the text is encoded.
        packing: how the file is packed, such as ``gzip``.
        member: the file of the archive that was read.
        members: all files of the archive, where it has several.
        mislabelled: what the name says the file is, where that is wrong.
        escape: the character before quotes inside quotes.
        comment: what lines that are no rows start with.
        fixed_width: the first character of each column, from 0, of text in columns of fixed width.
        line_ends: how many lines of the head end in LF, CRLF and CR.
        last_line_ends: whether the last line has an end; none if that was not seen.
        zeros: zero bytes, which were left out.
        rival: another dialect that fits nearly as well.
        header: which rows name the columns.
        preamble: lines before the header.
        footer: lines after the table.
        tables: further tables, which were not read.
        repeated_headers: lines that repeat the header; they are no rows.
        comments: lines that are comments.
        mended: rows whose quotes were mended.
        padded: rows with too few fields.
        cut: rows with too many fields.
        totals: rows at the end that sum up the others; they were read as rows.
        second_header: the first row, where it names or numbers the columns; it was read as a row.
        trailing_empty: columns at the right without name and values.
        decimal_comma: columns whose numbers have a decimal comma.
        day_month: what tells day from month.
        units: columns that mix units.
        damage: values that a spreadsheet changed.
        rows_looked_at: how many rows the remarks about values rest on.

    """

    confidence: float
    consistency: float
    encoding: Encoding
    header: HeaderDecision
    packing: str | None = None
    member: str | None = None
    members: tuple[str, ...] = ()
    mislabelled: str | None = None
    escape: str | None = None
    comment: str | None = None
    fixed_width: tuple[int, ...] = ()
    line_ends: tuple[int, int, int] = (0, 0, 0)
    last_line_ends: bool | None = None
    zeros: int = 0
    rival: OtherReading | None = None
    preamble: tuple[QuotedLine, ...] = ()
    footer: tuple[QuotedLine, ...] = ()
    tables: tuple[OtherTable, ...] = ()
    repeated_headers: QuotedLines = QuotedLines()
    comments: QuotedLines = QuotedLines()
    mended: QuotedLines = QuotedLines()
    padded: QuotedLines = QuotedLines()
    cut: QuotedLines = QuotedLines()
    totals: tuple[QuotedLine, ...] = ()
    second_header: QuotedLine | None = None
    trailing_empty: tuple[int, ...] = ()
    decimal_comma: tuple[str, ...] = ()
    day_month: tuple[DayMonth, ...] = ()
    units: tuple[MixedUnits, ...] = ()
    damage: tuple[Damage, ...] = ()
    rows_looked_at: int = 0
