"""How the file was read, what was repaired, and what was not computed."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

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
    quote = "none" if source.quote is None else _QUOTES.get(source.quote, visible(source.quote))
    return (
        Fact("Format", source.format),
        Fact("Size", formats.size(source.bytes), note=f"{formats.count(source.bytes)} bytes"),
        Fact("Encoding", source.encoding.upper()),
        Fact("Delimiter", _DELIMITERS.get(source.delimiter, visible(source.delimiter))),
        Fact("Quote", quote),
        Fact("Header", "first row" if source.header else "none"),
        Fact("Reading", _READINGS[source.reading]),
    )


def identity(report: Report) -> tuple[Fact, ...]:
    """Say what made the report out of which bytes."""
    return (
        Fact("SHA-256", report.source.sha256),
        Fact("Agent", f"{report.agent.name}, version {report.agent.version}"),
        Fact(
            "Parameters", visible(bytes(report.params).decode("utf-8", "replace"), MAX_PARAMS_CHARS)
        ),
        Fact("Schema", report.schema),
    )


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
