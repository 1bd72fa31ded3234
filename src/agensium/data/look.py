"""A look at a file: how it would be read, without reading it."""

from pathlib import Path

from msgspec import Struct

from agensium.core.forensics import OtherReading, OtherTable
from agensium.core.report import InnerTable
from agensium.data.duck import DUCKDB, list_duckdb
from agensium.data.formats import require_text
from agensium.data.kernel import Listed, is_table, list_tables
from agensium.data.kind import is_duckdb_file, kind_of, read_head
from agensium.data.limits import USUAL
from agensium.data.reading import ReadParams
from agensium.data.text import Sniffed, sniff, unpacked_head
from agensium.data.unpacking import unpacked


class TextLook(Struct, frozen=True, kw_only=True):
    """How delimited text would be read.

    Attributes:
        delimiter: the character between fields.
        quote: the character around fields; none if the file uses none.
        escape: the character before quotes inside quotes.
        comment: what lines that are no rows start with.
        encoding: its name.
        encoding_confidence: 0 to 1.
        header_rows: how many rows name the columns.
        header_confidence: 0 to 1.
        header_why: the reason.
        skip_lines: lines before the header.
        columns: their names, if there is a header.
        width: how many columns there are.
        confidence: how sure the dialect is, 0 to 1.
        other: another dialect that fits nearly as well.
        other_tables: tables that follow in the same file.
        packing: how the file is packed, such as ``gzip``.
        member: the file of the archive.
        members: all files of the archive, where it has several.

    """

    delimiter: str
    quote: str | None
    escape: str | None
    comment: str | None
    encoding: str
    encoding_confidence: float
    header_rows: int
    header_confidence: float
    header_why: str
    skip_lines: int
    columns: tuple[str, ...]
    width: int
    confidence: float
    other: OtherReading | None = None
    other_tables: tuple[OtherTable, ...] = ()
    packing: str | None = None
    member: str | None = None
    members: tuple[str, ...] = ()


class Look(Struct, frozen=True, kw_only=True):
    """How a file would be read.

    Attributes:
        name: of the file.
        format: what it is by its bytes.
        text: how its text would be read; none where a file has tables of its own.
        tables: its sheets or tables, where it may have several.

    """

    name: str
    format: str
    text: TextLook | None = None
    tables: tuple[InnerTable, ...] = ()


def look_at(path: Path, name: str, read: ReadParams) -> Look:
    """Find out how a file would be read.

    That takes as long for a large file as for a small one, but for those that must be unpacked
    before their tables can be listed.

    Args:
        path: where the file lies.
        name: what its sender calls it.
        read: what is known already.

    Raises:
        InvalidInput: the file is empty, no table, or of another format.

    """
    head = read_head(path, name)
    kind = kind_of(path, head, read, USUAL)
    if kind == "duckdb":
        return Look(name=name, format=DUCKDB, tables=list_duckdb(path))
    if kind == "typed":
        listed = list_tables(path)
        return Look(name=name, format=listed.format, tables=listed.tables)
    found = _packed(path, name, read) if kind == "packed" else None
    return found or _text_look(path, name, read, head)


def _packed(path: Path, name: str, read: ReadParams) -> Look | None:
    """Unpack a file for a look at it; none if it is delimited text after all."""
    with unpacked(path, read, None) as (inner, what):
        if is_duckdb_file(inner):
            listed = Listed(DUCKDB, list_duckdb(inner))
        elif is_table(inner):
            listed = list_tables(inner)
        else:
            return None
    packed = f"{listed.format}, packed by {what.packing}" if what.packing else listed.format
    return Look(name=name, format=packed, tables=listed.tables)


def _text_look(path: Path, name: str, read: ReadParams, head: bytes) -> Look:
    require_text(head)
    require_text(unpacked_head(path, read))
    sniffed = sniff(path, read)
    fixed = "text in columns of fixed width" if sniffed.plan.starts else "delimited text"
    return Look(name=name, format=fixed, text=_text(sniffed))


def _text(found: Sniffed) -> TextLook:
    plan, rival = found.plan, found.rival
    return TextLook(
        delimiter=plan.delimiter,
        quote=plan.quote,
        escape=plan.escape,
        comment=plan.comment,
        encoding=found.encoding.name,
        encoding_confidence=round(found.encoding.confidence, 3),
        header_rows=found.header_rows,
        header_confidence=round(found.header_confidence, 3),
        header_why=found.header_why,
        skip_lines=max(0, found.header_line - 1),
        columns=plan.names,
        width=plan.width,
        confidence=round(found.confidence, 3),
        other=None
        if rival is None
        else OtherReading(delimiter=rival.delimiter, quote=rival.quote, columns=rival.columns),
        other_tables=tuple(
            OtherTable(line=each.line, columns=each.columns) for each in found.tables
        ),
        packing=found.packing,
        member=plan.member,
        members=found.members,
    )
