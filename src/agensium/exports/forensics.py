"""How the file was read, what was repaired, and what was not computed."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from agensium.core.forensics import Forensics
from agensium.core.profile import Lines, NotComputed, Repairs
from agensium.core.report import Report, Source
from agensium.exports import formats
from agensium.exports.facts import Fact
from agensium.exports.sentences import Names, Sentence
from agensium.exports.text import visible

MAX_PARAMS_CHARS: Final = 1_000

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "blank"}
_QUOTES: Final = {'"': "double quote", "'": "single quote"}
_READINGS: Final = {
    "given": "as you said",
    "detected": "detected",
    "ambiguous": "detected, but another reading is nearly as likely",
}


class Repair(Struct, frozen=True):
    """What was mended while the file was read, and where."""

    what: str
    lines: tuple[str, ...]


class LeftOut(Struct, frozen=True):
    """A statistic that was not computed."""

    what: str
    why: str
    where: Sentence


def reading(source: Source) -> tuple[Fact, ...]:
    """Say how the file was read."""
    exact = f"{formats.count(source.bytes)} bytes" if source.bytes >= 1000 else ""
    size = Fact("Size", formats.size(source.bytes), note=exact)
    seen = source.forensics
    sure = f"{seen.confidence:.0%} sure" if seen and source.reading != "given" else ""
    return (
        Fact("Format", source.format),
        *((size,) if source.bytes else ()),
        *_chosen(source),
        *_writing(source),
        Fact("Reading", _READINGS[source.reading], note=sure),
    )


def _chosen(source: Source) -> Iterator[Fact]:
    if source.chosen is not None:
        others = f"of {len(source.tables)}" if len(source.tables) > 1 else ""
        yield Fact("Table", visible(source.chosen), note=others)


def _writing(source: Source) -> Iterator[Fact]:
    """Say how delimited text is written."""
    if source.encoding is None:
        return
    seen = source.forensics
    if seen:
        yield from _packing(seen)
    yield Fact("Encoding", source.encoding.upper(), note=_encoding(seen) if seen else "")
    yield Fact("Delimiter", _delimiter(source))
    quote = "none" if source.quote is None else _QUOTES.get(source.quote, visible(source.quote))
    yield Fact("Quote", quote)
    yield Fact("Header", _header(source), note=seen.header.why if seen else "")
    if seen:
        yield from _lines(seen)


def _delimiter(source: Source) -> str:
    if not source.delimiter:
        return "none; columns have a fixed width"
    return _DELIMITERS.get(source.delimiter, visible(source.delimiter))


def _packing(seen: Forensics) -> Iterator[Fact]:
    if seen.packing:
        member = visible(seen.member, MAX_PARAMS_CHARS) if seen.member else ""
        yield Fact("Packed by", seen.packing, note=member)


def _encoding(seen: Forensics) -> str:
    found = seen.encoding
    return f"{found.how}, {found.confidence:.0%} sure" if found.how else ""


def _header(source: Source) -> str:
    seen = source.forensics
    if not source.header:
        return "none"
    if seen is None or (seen.header.rows == 1 and seen.header.line == 1):
        return "first row"
    if seen.header.rows == 1:
        return f"line {formats.count(seen.header.line)}"
    return f"{seen.header.rows} rows from line {formats.count(seen.header.line)}"


def _lines(seen: Forensics) -> Iterator[Fact]:
    ways = ("LF", "CRLF", "CR")
    ends = [way for way, count in zip(ways, seen.line_ends, strict=True) if count]
    last = "the last line has none" if seen.last_line_ends is False else ""
    yield Fact("Line ends", " and ".join(ends) or "none", note=last)
    left = (
        (len(seen.preamble), "before the header"),
        (len(seen.footer), "after the table"),
        (seen.comments.count, "comments"),
        (seen.repeated_headers.count, "repeat the header"),
    )
    told = ", ".join(f"{formats.count(count)} {what}" for count, what in left if count)
    if told:
        yield Fact("Lines left out", told)
    if seen.escape:
        yield Fact("Escape", visible(seen.escape))


def identity(report: Report) -> tuple[Fact, ...]:
    """Say what made the report out of which bytes."""
    return (
        *((Fact("SHA-256", report.source.sha256),) if report.source.sha256 else ()),
        Fact("Agent", f"{report.agent.name}, version {report.agent.version}"),
        Fact("Parameters", visible(_said(report.params), MAX_PARAMS_CHARS)),
        Fact("Schema", report.schema),
    )


def _said(params: bytes) -> str:
    """Return parameters as people read them, without those that say nothing."""
    said = msgspec.json.encode(_without_none(msgspec.json.decode(params)))
    return msgspec.json.format(said, indent=0).decode()


def _without_none(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, dict):
        return value
    kept = {name: _without_none(each) for name, each in value.items() if each is not None}
    return {name: each for name, each in kept.items() if each != {}}


def repairs(mended: Repairs) -> tuple[Repair, ...]:
    """Return everything that was mended; nothing of it is silent."""
    return tuple(_repairs(mended))


def left_out(notes: tuple[NotComputed, ...], names: Names) -> tuple[LeftOut, ...]:
    """Return what was not computed, the same thing in several columns as one."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        columns = grouped.setdefault((note.what, note.why), [])
        if note.column is not None:
            columns.append(note.column)
    return tuple(
        LeftOut(what, why, names.listed(columns)) for (what, why), columns in grouped.items()
    )


def _repairs(mended: Repairs) -> Iterator[Repair]:
    kinds = (
        ("with too few fields; the absent cells count as missing", mended.padded),
        ("with too many fields; the extra cells are ignored", mended.cut),
        ("with a quote where none may stand; it is taken as a character", mended.stray_quotes),
        ("with bytes that are not UTF-8; each is read as U+FFFD", mended.invalid_utf8),
        ("with a quote that is still open at the end of the file", mended.unclosed_quote),
    )
    for what, lines in kinds:
        if lines.count:
            yield _repair(formats.counted(lines.count, "row"), what, lines)
    if mended.blank_lines.count:
        number = formats.counted(mended.blank_lines.count, "blank line")
        yield _repair(number, "skipped", mended.blank_lines)
    if mended.byte_order_mark:
        yield Repair("A byte order mark at the start was taken off", ())


def _repair(number: str, what: str, lines: Lines) -> Repair:
    return Repair(f"{number} {what}", tuple(formats.count(line) for line in lines.first))
