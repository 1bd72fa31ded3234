"""What the bytes of the file tell: its encoding, its frame, its header, its quotes."""

from collections.abc import Callable, Iterable
from typing import Final

from agensium.core.findings import Example, Finding, Severity
from agensium.core.forensics import Forensics, QuotedLine
from agensium.core.profile import TableProfile
from agensium.core.report import Source

SURE: Final = 0.8
"""Below this confidence a decision about the reading is told as a warning."""
MAX_EXAMPLES: Final = 5
_WAYS: Final = ("LF", "CRLF", "CR")

FileRule = Callable[[TableProfile, Source, Forensics], Finding | None]


def ambiguous(_: TableProfile, source: Source, seen: Forensics) -> Finding | None:
    """Tell of another dialect that fits nearly as well."""
    if seen.rival is None or source.reading == "given":
        return None
    return Finding(
        rule="file.ambiguous",
        severity="warning",
        title=f"The delimiter may also be {seen.rival.delimiter!r}, "
        f"which gives {seen.rival.columns} columns.",
        why="Under the wrong delimiter every column is wrong.",
        action="Choose with read.delimiter.",
    )


def encoding(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of an encoding that is a guess, or that not all bytes fit."""
    found = seen.encoding
    if found.confidence >= SURE and not found.replaced and " with " not in found.name:
        return None
    lost = f"; {found.replaced:,} characters could not be read" if found.replaced else ""
    return Finding(
        rule="file.encoding",
        severity="error" if found.replaced else "warning",
        title=f"The encoding is probably {found.name} ({found.confidence:.0%} sure){lost}.",
        why="Under the wrong encoding letters with accents and other scripts come out garbled.",
        action="Look at such letters; choose another encoding with read.encoding.",
    )


def encoded_twice(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of text that was encoded twice."""
    if seen.encoding.twice is None:
        return None
    stands, meant = seen.encoding.twice
    return Finding(
        rule="file.encoded_twice",
        severity="error",
        title=f"Text was encoded twice: {stands!r} was {meant!r}.",
        why="The program that wrote the file took UTF-8 for another encoding.",
        action="Export it again as UTF-8; the garbled text is in the file itself.",
        examples=(Example(value=stands),),
    )


def mislabelled(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of a name that says something else than the content."""
    if seen.mislabelled is None:
        return None
    packed = f" packed by {seen.packing}" if seen.packing else ""
    return Finding(
        rule="file.mislabelled",
        severity="warning",
        title=f"The name says {seen.mislabelled}; it is delimited text{packed} and was read so.",
        why="Programs that go by the name refuse the file or misread it.",
        action="Give the file the ending of what it is.",
    )


def line_ends(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of lines that end in different ways, or as old systems write them."""
    counts = [(n, way) for n, way in zip(seen.line_ends, _WAYS, strict=True) if n]
    lone_cr = [way for _, way in counts] == ["CR"]
    if len(counts) < 2 and not lone_cr:
        return None
    told = ", ".join(f"{n:,} in {way}" for n, way in counts)
    return Finding(
        rule="file.line_ends",
        severity="note",
        title=f"Lines end in different ways: {told}." if not lone_cr else "Lines end in CR alone.",
        why="Some programs take such lines for one, or leave a character at the end of values.",
        action="Write all lines with the same end, LF or CRLF.",
    )


def zeros(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of zero bytes."""
    if not seen.zeros:
        return None
    return Finding(
        rule="file.zero_bytes",
        severity="warning",
        title=f"{seen.zeros:,} zero bytes were left out.",
        why="Zero bytes are no text: a crash, a disk or a wrong export left them.",
        action="Find out whether something is missing where they stood.",
    )


def preamble(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of lines before the header."""
    return _quoted(
        seen.preamble,
        rule="file.preamble",
        what="before the header",
        action="If they are rows, set read.skip_lines or read.header.",
    )


def footer(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of lines after the table."""
    return _quoted(
        seen.footer,
        rule="file.footer",
        what="after the last row",
        action="Look whether they are notes; they were not read as rows.",
    )


def _quoted(lines: tuple[QuotedLine, ...], *, rule: str, what: str, action: str) -> Finding | None:
    if not lines:
        return None
    number = "A line" if len(lines) == 1 else f"{len(lines):,} lines"
    verb = "is" if len(lines) == 1 else "are"
    return Finding(
        rule=rule,
        severity="note",
        title=f"{number} {what} {verb} no part of the table.",
        count=len(lines),
        unit="lines",
        why="Programs that expect a table from the first line to the last trip over them.",
        action=action,
        examples=examples(lines),
    )


def other_tables(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of further tables in the file."""
    if not seen.tables:
        return None
    first = seen.tables[0]
    number = len(seen.tables)
    title = "Another table follows" if number == 1 else f"{number:,} other tables follow"
    return Finding(
        rule="file.other_tables",
        severity="warning",
        title=f"{title} from line {first.line:,} on; only the first one was read.",
        why="A file with several tables is read wrongly by most programs.",
        action=f"Set read.skip_lines to {first.line - 1} to read the next one.",
        examples=tuple(Example(line=table.line) for table in seen.tables[:MAX_EXAMPLES]),
    )


def repeated_headers(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of lines that repeat the header."""
    found = seen.repeated_headers
    if not found.count:
        return None
    number = "A line repeats" if found.count == 1 else f"{found.count:,} lines repeat"
    return Finding(
        rule="file.repeated_header",
        severity="warning",
        title=f"{number} the header; several tables were put together.",
        count=found.count,
        unit="lines",
        why="Read as rows, such lines turn columns of numbers into text.",
        action="They were left out. Look whether rows come twice.",
        examples=examples(found.first),
    )


def comments(_: TableProfile, __: Source, seen: Forensics) -> Finding | None:
    """Tell of comments among the rows."""
    if not seen.comments.count:
        return None
    return Finding(
        rule="file.comments",
        severity="note",
        title=f"{seen.comments.count:,} lines that start with {seen.comment!r} are comments."
        if seen.comments.count > 1
        else f"A line that starts with {seen.comment!r} is a comment.",
        count=seen.comments.count,
        unit="lines",
        why="Most programs do not know comments in tables.",
        action="If they are rows, set read.comment to an empty text.",
        examples=examples(seen.comments.first),
    )


def header(table: TableProfile, _: Source, seen: Forensics) -> Finding | None:
    """Tell of a table without a header, with several header rows, or with a crooked one."""
    found = seen.header
    severity: Severity = "note" if found.confidence >= SURE else "warning"
    if found.rows == 0:
        title = "The table has no header; columns were numbered."
    elif found.rows > 1:
        title = f"{found.rows} rows name the columns; their names were joined."
    elif found.cells is not None:
        title = f"The header has {found.cells:,} names for {len(table.columns):,} columns."
        severity = "error"
    else:
        return None
    return Finding(
        rule="file.header",
        severity=severity,
        title=title,
        why=f"{found.why.capitalize()}.",
        action="If that is wrong, set read.header or read.header_rows.",
        examples=(Example(value=_names(table), line=found.line),),
    )


def _names(table: TableProfile) -> str:
    """Return the first names, as far as they can be shown."""
    return ", ".join(column.name for column in table.columns[:MAX_EXAMPLES])


def second_header(table: TableProfile, _: Source, seen: Forensics) -> Finding | None:
    """Tell of a first row that names or numbers the columns."""
    if seen.second_header is None:
        return None
    return Finding(
        rule="file.second_header",
        severity="warning",
        title="The first row seems to be a second header: it numbers the columns, or says units.",
        count=1,
        of=table.rows,
        why="Read as a row it adds a value that is none to every column.",
        action="Set read.header_rows to read it as a header; here it was read as a row.",
        examples=examples((seen.second_header,)),
    )


def padded_names(table: TableProfile, _: Source, seen: Forensics) -> Finding | None:
    """Tell of names with blanks around them."""
    names = seen.header.padded
    if not names:
        return None
    number = "A column name has" if len(names) == 1 else f"{len(names):,} column names have"
    return Finding(
        rule="file.padded_names",
        severity="note",
        title=f"{number} blanks around it." if len(names) == 1 else f"{number} blanks around them.",
        count=len(names),
        of=len(table.columns),
        unit="columns",
        why="A program that asks for the name without blanks does not find the column.",
        action="Take the blanks off.",
        examples=tuple(Example(value=name, line=seen.header.line) for name in names[:MAX_EXAMPLES]),
    )


def trailing_columns(table: TableProfile, _: Source, seen: Forensics) -> Finding | None:
    """Tell of empty columns at the right."""
    if not seen.trailing_empty:
        return None
    count = len(seen.trailing_empty)
    number = "A column" if count == 1 else f"{count:,} columns"
    return Finding(
        rule="file.trailing_columns",
        severity="note",
        title=f"{number} at the right without name and values.",
        columns=tuple(table.columns[at].name for at in seen.trailing_empty),
        count=count,
        of=len(table.columns),
        unit="columns",
        why="Spreadsheets write them when cells beside the table were once used.",
        action="Leave them out.",
    )


def totals(table: TableProfile, _: Source, seen: Forensics) -> Finding | None:
    """Tell of rows at the end that sum up the others."""
    if not seen.totals:
        return None
    return Finding(
        rule="file.totals",
        severity="warning",
        title="The last row sums up the others."
        if len(seen.totals) == 1
        else f"{len(seen.totals)} of the last rows sum up the others.",
        count=len(seen.totals),
        of=table.rows,
        why="Read as a row it doubles sums and shifts means.",
        action="Leave it out before you calculate; here it was read as a row.",
        examples=examples(seen.totals),
    )


def examples(lines: Iterable[QuotedLine]) -> tuple[Example, ...]:
    """Quote the first lines."""
    return tuple(Example(value=line.text, line=line.line) for line in list(lines)[:MAX_EXAMPLES])


FILE_RULES: Final[tuple[FileRule, ...]] = (
    ambiguous,
    encoding,
    encoded_twice,
    mislabelled,
    line_ends,
    zeros,
    preamble,
    footer,
    other_tables,
    repeated_headers,
    comments,
    header,
    second_header,
    padded_names,
    trailing_columns,
    totals,
)
