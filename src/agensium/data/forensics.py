"""What a report tells about how its file was read, put together from what the reader found."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from agensium.core.forensics import (
    Encoding,
    Forensics,
    HeaderDecision,
    OtherReading,
    OtherTable,
    QuotedLine,
    QuotedLines,
)
from agensium.core.profile import Lines, TableProfile
from agensium.data.careful import ReadText
from agensium.data.damage import day_month, decimal_commas, find_damage, mixed_units
from agensium.data.edges import second_header, total_rows
from agensium.data.formats import wrong_label
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.text import Done, FoundLine, Sniffed, text_lines
from agensium.data.values import sampled_columns


def notes(sniffed: Sniffed) -> tuple[str, ...]:
    """Return what the user should know about the reading, in sentences."""
    return tuple(_notes(sniffed))


def _notes(sniffed: Sniffed) -> Iterable[str]:
    plan, rival = sniffed.plan, sniffed.rival
    if rival:
        yield (
            f"The delimiter may also be {rival.delimiter!r} ({rival.columns} columns) instead of "
            f"{plan.delimiter!r} ({plan.width} columns); choose with read.delimiter."
        )
    for table in sniffed.tables[:1]:
        yield (
            f"Another table with {table.columns} columns starts on line {table.line}; "
            f"read it with read.skip_lines={table.line - 1}."
        )
    if sniffed.members:
        yield f"The archive holds {len(sniffed.members)} files; {plan.member!r} was read."


def examine(path: Path, name: str, text: ReadText, limits: ReadLimits = USUAL) -> Forensics:
    """Tell how a file was read and what its values show."""
    sniffed, profile, log = text.sniffed, text.profile, text.told.log
    plan, repairs = sniffed.plan, profile.repairs
    lines = (*repairs.padded.first, *repairs.cut.first)
    quoted = text_lines(path, plan, lines, limits)
    columns = sampled_columns(profile, sniffed.rows)
    return Forensics(
        confidence=round(sniffed.confidence, 3),
        consistency=round(sniffed.consistency, 4),
        encoding=_encoding(text),
        header=_header(sniffed, profile),
        packing=sniffed.packing,
        member=plan.member,
        members=sniffed.members,
        mislabelled=wrong_label(name, sniffed.packing),
        escape=plan.escape,
        comment=plan.comment if log.comments.count or _commented(sniffed) else None,
        fixed_width=plan.starts,
        line_ends=sniffed.line_ends,
        last_line_ends=sniffed.last_line_ends,
        zeros=max(log.zeros, sniffed.zeros),
        rival=_rival(sniffed),
        preamble=_lines(sniffed.preamble),
        footer=_lines(sniffed.footer),
        tables=tuple(OtherTable(line=each.line, columns=each.columns) for each in sniffed.tables),
        repeated_headers=_done(log.headers),
        comments=_done(log.comments),
        mended=_done(log.quotes),
        padded=_quoted(repairs.padded, quoted),
        cut=_quoted(repairs.cut, quoted),
        totals=total_rows(sniffed, profile),
        second_header=second_header(sniffed, profile),
        trailing_empty=_trailing_empty(sniffed, profile),
        decimal_comma=decimal_commas(columns),
        day_month=day_month(columns),
        units=mixed_units(columns),
        damage=find_damage(columns),
        rows_looked_at=len(sniffed.rows),
    )


def _encoding(text: ReadText) -> Encoding:
    found = text.sniffed.encoding
    return Encoding(
        name=found.name,
        confidence=round(found.confidence, 3),
        how=found.how,
        byte_order_mark=found.mark > 0,
        replaced=text.told.replaced,
        twice=text.sniffed.mojibake,
    )


def _header(sniffed: Sniffed, profile: TableProfile) -> HeaderDecision:
    raw = sniffed.header_raw
    names = [name.strip() for name in sniffed.plan.names]
    width = len(profile.columns)
    return HeaderDecision(
        rows=sniffed.header_rows,
        line=sniffed.header_line,
        why=sniffed.header_why,
        confidence=round(sniffed.header_confidence, 3),
        cells=sniffed.header_cells
        if sniffed.header_rows and sniffed.header_cells != width
        else None,
        padded=tuple(name for name in raw if name.strip() and name != name.strip()),
        empty=tuple(at for at, name in enumerate(names) if not name),
        repeated=tuple(name for name, times in Counter(names).items() if name and times > 1),
    )


def _commented(sniffed: Sniffed) -> bool:
    mark = sniffed.plan.comment
    return mark is not None and any(line.text.startswith(mark) for line in sniffed.preamble)


def _rival(sniffed: Sniffed) -> OtherReading | None:
    rival = sniffed.rival
    if rival is None:
        return None
    return OtherReading(delimiter=rival.delimiter, quote=rival.quote, columns=rival.columns)


def _lines(lines: Iterable[FoundLine]) -> tuple[QuotedLine, ...]:
    return tuple(QuotedLine(text=line.text, line=line.line or None) for line in lines)


def _done(done: Done) -> QuotedLines:
    return QuotedLines(count=done.count, first=_lines(done.first))


def _quoted(lines: Lines, texts: dict[int, str]) -> QuotedLines:
    first = tuple(QuotedLine(text=texts.get(line, ""), line=line) for line in lines.first)
    return QuotedLines(count=lines.count, first=first)


def _trailing_empty(sniffed: Sniffed, profile: TableProfile) -> tuple[int, ...]:
    names = sniffed.plan.names
    found: list[int] = []
    for column in reversed(profile.columns):
        named = column.position < len(names) and names[column.position].strip()
        if named or column.empty < column.rows:
            break
        found.append(column.position)
    return tuple(reversed(found))
