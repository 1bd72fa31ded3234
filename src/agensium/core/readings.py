"""Other ways to read the same file, as far as its report knows them."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from agensium.core.report import Source


class OtherWay(Struct, frozen=True, kw_only=True):
    """A way to read a file other than it was read.

    Attributes:
        label: what one gets.
        read: the options of reading that lead there.

    """

    label: str
    read: dict[str, str | int]


def ways_of_members(members: Sequence[str]) -> tuple[OtherWay, ...]:
    """Return the ways to read an archive: each of its files."""
    return tuple(OtherWay(label=member, read={"member": member}) for member in members)


def encode_ways(ways: Sequence[OtherWay]) -> bytes | None:
    """Return them as JSON; nothing for none."""
    return msgspec.json.encode(ways) if ways else None


def decode_ways(stored: bytes | None) -> tuple[OtherWay, ...]:
    """Return the ways that `encode_ways` wrote."""
    return () if stored is None else msgspec.json.decode(stored, type=tuple[OtherWay, ...])


def other_ways(source: Source) -> tuple[OtherWay, ...]:
    """Return the ways in which a file may be read as well: dialects, tables, sheets, members."""
    return tuple(_ways(source))


def _ways(source: Source) -> Iterator[OtherWay]:
    seen = source.forensics
    if seen is not None and seen.rival is not None and source.reading == "ambiguous":
        rival = seen.rival
        read: dict[str, str | int] = {"delimiter": rival.delimiter, "quote": rival.quote or ""}
        label = f"{_mark(rival.delimiter)} between fields: {rival.columns:,} columns"
        yield OtherWay(label=label, read=read)
    if seen is not None:
        for table in seen.tables:
            label = f"table from line {table.line:,}: {table.columns:,} columns"
            yield OtherWay(label=label, read={"skip_lines": table.line - 1})
        yield from ways_of_members([each for each in seen.members if each != seen.member])
    option = "table" if "database" in source.format.lower() else "sheet"
    for inner in source.tables:
        if inner.name != source.chosen:
            yield OtherWay(label=inner.name, read={option: inner.name})


def _mark(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
