"""What may be wrong with the table as a whole."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from agensium.core.findings import Example, Finding
from agensium.core.profile import Lines, TableProfile
from agensium.core.report import Source
from agensium.data.formats import misnamed


def duplicate_rows(table: TableProfile, _: Source) -> Finding | None:
    """Find rows that equal an earlier one."""
    duplicates = table.duplicate_rows
    if duplicates is None or duplicates.value == 0:
        return None
    count = int(duplicates.value)
    sure = "" if duplicates.method == "exact" else "about "
    verb = "repeats" if count == 1 else "repeat"
    return Finding(
        rule="table.duplicate_rows",
        severity="warning",
        title=f"{sure}{_rows(count)} that {verb} an earlier one.".capitalize(),
        count=count,
        of=table.rows,
        why="Sums and counts take them twice.",
        action="Find out whether they are repeated events or repeated records; drop the latter.",
    )


def column_names(table: TableProfile, source: Source) -> Finding | None:
    """Find columns whose name was empty or taken already."""
    renamed = source.renamed
    if not renamed:
        return None
    line = source.forensics.header.line if source.forensics else 1
    return Finding(
        rule="table.column_names",
        severity="error",
        title=_renamed_title(len(renamed)),
        columns=tuple(column.name for column in renamed),
        count=len(renamed),
        of=len(table.columns),
        unit="columns",
        why="Programs that address columns by name take the wrong one or rename them.",
        action="Give each column a name of its own.",
        examples=tuple(
            Example(value=column.original or f"column {column.position + 1}", line=line)
            for column in renamed[:5]
        ),
    )


def mislabelled(_: TableProfile, source: Source) -> Finding | None:
    """Tell of a name that says something else than a file with types is."""
    said = None if source.forensics else misnamed(source.name, source.format)
    if said is None:
        return None
    return Finding(
        rule="file.mislabelled",
        severity="warning",
        title=f"The name says {said}, the bytes say {source.format}; the file was read so.",
        why="Programs that go by the name refuse the file or misread it.",
        action="Give the file the ending of what it is.",
    )


def _renamed_title(count: int) -> str:
    if count == 1:
        return "A column without a name of its own was renamed."
    return f"{count:,} columns without a name of their own were renamed."


def ragged_rows(table: TableProfile, source: Source) -> Finding | None:
    """Find rows with more or fewer fields than the header."""
    padded, cut = table.repairs.padded, table.repairs.cut
    if not padded.count + cut.count:
        return None
    lines = sorted(padded.first + cut.first)[:5]
    seen = source.forensics
    quoted = seen.padded.first + seen.cut.first if seen else ()
    texts = {line.line: line.text for line in quoted}
    return Finding(
        rule="table.ragged_rows",
        severity="error",
        title=_ragged_title(padded.count, cut.count),
        count=padded.count + cut.count,
        of=table.rows,
        why="Values of such rows may stand in the wrong column.",
        action="Look at the quoted lines: often a delimiter inside a value was not quoted.",
        examples=tuple(Example(line=line, value=texts.get(line, "")) for line in lines),
    )


def _ragged_title(padded: int, cut: int) -> str:
    parts = ((padded, "too few"), (cut, "too many"))
    told = [f"{_rows(count)} with {what} fields" for count, what in parts if count]
    return f"{' and '.join(told)}."


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def broken_text(table: TableProfile, source: Source) -> Finding | None:
    """Find rows whose bytes are not UTF-8 or whose quotes do not fit."""
    repairs = table.repairs
    bad: tuple[Lines, ...] = (repairs.invalid_utf8, repairs.stray_quotes, repairs.unclosed_quote)
    count = sum(lines.count for lines in bad)
    if not count:
        return None
    first = sorted({line for lines in bad for line in lines.first})[:5]
    mended = source.forensics.mended.first if source.forensics else ()
    texts = {line.line: line.text for line in mended}
    return Finding(
        rule="table.broken_text",
        severity="error",
        title=_broken_title(
            repairs.invalid_utf8.count, repairs.stray_quotes.count + repairs.unclosed_quote.count
        ),
        count=count,
        of=table.rows,
        why="Names come out garbled, and a stray quote can swallow the rows that follow.",
        action="Ask for the file in UTF-8 with quotes doubled inside values.",
        examples=tuple(Example(line=line, value=texts.get(line, "")) for line in first),
    )


def _broken_title(invalid: int, quotes: int) -> str:
    parts = ((invalid, "bytes that are not UTF-8"), (quotes, "stray quotes"))
    told = [f"{_rows(count)} with {what}" for count, what in parts if count]
    return f"{' and '.join(told)}."


def personal_values(table: TableProfile, _: Source) -> Finding | None:
    """Find columns whose values may be personal."""
    found = [column for column in table.columns if column.personal is not None]
    flags = [column.personal for column in found if column.personal is not None]
    if not flags:
        return None
    shown = flags[0].masked == "none"
    number = "A column may hold" if len(flags) == 1 else f"{len(flags):,} columns may hold"
    kinds = Counter(flag.what for flag in flags)
    told = ", ".join(f"{what} ({count:,})" for what, count in kinds.most_common())
    return Finding(
        rule="table.personal",
        severity="note",
        title=f"{number} personal values: {told}; they are {'shown' if shown else 'masked'}.",
        columns=tuple(column.name for column in found),
        count=len(found),
        of=len(table.columns),
        unit="columns",
        why="A report is passed on more easily than the file that it is about.",
        action="Pass this report on with the care that the file needs."
        if shown
        else "If whoever reads the report may see them, set mask to false.",
    )


TABLE_RULES: Final[tuple[Callable[[TableProfile, Source], Finding | None], ...]] = (
    mislabelled,
    column_names,
    ragged_rows,
    broken_text,
    duplicate_rows,
    personal_values,
)
