"""Other ways to read the same file, as far as its report knows them."""

from collections.abc import Iterator

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
        for member in seen.members:
            if member != seen.member:
                yield OtherWay(label=member, read={"member": member})
    option = "table" if "database" in source.format.lower() else "sheet"
    for inner in source.tables:
        if inner.name != source.chosen:
            yield OtherWay(label=inner.name, read={option: inner.name})


def _mark(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
