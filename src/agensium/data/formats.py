"""What kind of file this is: told by its first bytes, never by its name."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from agensium.core.errors import EmptyFile, UnsupportedFormat

HEAD_BYTES: Final = 64 * 1024

MAX_ONE_VALUE_BYTES: Final = 4096
MAX_CONTROL_SHARE: Final = 0.05
MAX_CONTROL_SHARE_BESIDE_ZEROS: Final = 0.01
"""Zero bytes in text are told and left out; other controls beside them say that it is none."""
READABLE: Final = (
    "Send a table as CSV, TSV or other delimited text, Excel, JSON, Parquet, Arrow, Avro, ORC or "
    "SQLite, packed or not."
)


class Format(Struct, frozen=True):
    """A format that is recognised but not read: its name, and what its files start with."""

    name: str
    matches: Callable[[bytes], bool]


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _binary(magic: bytes) -> Callable[[bytes], bool]:
    """Tell by letters that text may start with too: only a zero byte makes them a magic number."""
    return lambda head: head.startswith(magic) and b"\0" in head[:64]


def _looks_like_office(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and any(mark in head for mark in _OFFICE)


def _looks_like_markup(head: bytes) -> bool:
    return head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<svg"))


def _looks_like_json(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"{" or (
        text[:1] == b"[" and text[1:].lstrip()[:1] in b'[{]"-0123456789tfn]'
    )


def is_wide_json(head: bytes) -> bool:
    """Tell JSON in UTF-16 or UTF-32, with a byte order mark or without."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    if not marked and b"\0" not in head[:4]:
        return False
    return _looks_like_json(head.lstrip(b"\xff\xfe\0").replace(b"\0", b""))


def _is_one_value(head: bytes) -> bool:
    """A file of one line that is a JSON value; as delimited text it would have no rows."""
    text = head.strip()
    return (
        text != b""
        and len(head) <= MAX_ONE_VALUE_BYTES
        and b"\n" not in text
        and text[:1] in b'"-0123456789tfn'
    )


_OFFICE: Final = (b"[Content_Types].xml", b"mimetypeapplication/", b"xl/workbook", b"_rels/.rels")
_PACKED: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"PK\x03\x04",
    b"PK\x05\x06",
)
_TEXT_CONTROLS: Final = {1, 9, 10, 12, 13, 27, 28, 29, 30, 31}
"""Controls that text may have: those between lines and fields, and those of ISO 2022."""

_BLANKS: Final = b"\0 \t\r\n\x0b\x0c"

FORMATS: Final = (
    Format("an office document that is no workbook", _looks_like_office),
    Format(
        "an old office document that is no workbook", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    ),
    Format("a PDF document", _starts(b"%PDF-")),
    Format("a picture", _starts(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00")),
    Format("a picture", _binary(b"BM")),
    Format("a web page or XML document", _looks_like_markup),
)


def is_packed(head: bytes) -> bool:
    """Tell an archive by its first bytes."""
    return head.startswith(_PACKED)


_STRUCTURED: Final = (
    b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Obj\x01",
    b"SQLite format 3\0",
)  # fmt: skip
"""What Parquet, Arrow files and streams, workbooks, Avro and SQLite start with."""


def may_be_structured(head: bytes) -> bool:
    """Tell whether a file with this start may be a table that is not delimited text."""
    return (
        head.startswith(_STRUCTURED)
        or _binary(b"ORC")(head)
        or _looks_like_json(head)
        or _is_one_value(head)
    )


def require_text(head: bytes) -> None:
    """Accept the first bytes of delimited text; refuse everything else by name.

    Args:
        head: the first bytes of the file, up to ``HEAD_BYTES``.

    Raises:
        EmptyFile: there is nothing, or nothing but blanks.
        UnsupportedFormat: the file is something else, or not text.

    """
    if not head.removeprefix(b"\xef\xbb\xbf").strip(_BLANKS):
        raise EmptyFile("The file is empty.", hint=READABLE)
    for known in FORMATS:
        if known.matches(head):
            raise UnsupportedFormat(f"This is {known.name}, which is not read yet.", hint=READABLE)
    if not is_packed(head) and _is_binary(_narrow(head)):
        raise UnsupportedFormat("This is a binary file, not text.", hint=READABLE)


def _narrow(head: bytes) -> bytes:
    """Nothing where a byte order mark says that a character has two or four bytes."""
    for mark in (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"):
        if head.startswith(mark):
            return b""
    return head


def _is_binary(head: bytes) -> bool:
    """Tell what is no text by its control characters, zeros aside unless there are few others."""
    plain = head.replace(b"\0", b"")
    most = MAX_CONTROL_SHARE if len(plain) == len(head) else MAX_CONTROL_SHARE_BESIDE_ZEROS
    return _control_share(plain) > most


def _control_share(head: bytes) -> float:
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in _TEXT_CONTROLS)
    return controls / max(1, len(head))


_EXTENSIONS: Final = {
    "json": "JSON", "ndjson": "JSON", "jsonl": "JSON", "parquet": "Parquet", "parq": "Parquet",
    "avro": "Avro", "orc": "ORC", "arrow": "Arrow", "feather": "Arrow", "xlsx": "Excel",
    "xls": "Excel", "xlsb": "Excel", "ods": "OpenDocument", "xml": "XML", "html": "HTML",
    "htm": "HTML", "pdf": "PDF", "sqlite": "SQLite", "db": "SQLite", "duckdb": "DuckDB",
}  # fmt: skip
_TEXT_EXTENSIONS: Final = frozenset({"csv", "tsv", "tab", "psv"})
_PACKINGS: Final = {"gz": "gzip", "zst": "zstd", "bz2": "bzip2", "xz": "xz", "zip": "zip"}


def wrong_label(name: str, packing: str | None) -> str | None:
    """Return what a name says that a file of delimited text is not; None if it is right.

    Args:
        name: the file's name as its sender called it.
        packing: how the file is packed.

    """
    ending, told = _endings(name)
    if told is not None and told != packing:
        return told
    if told is None and packing is not None and ending:
        return f"plain .{ending}"
    return _EXTENSIONS.get(ending)


def misnamed(name: str, file_format: str) -> str | None:
    """Return what a name says that a file with types is not; None if it is right or says nothing.

    Args:
        name: the file's name as its sender called it.
        file_format: what the file is, in words.

    """
    ending, _ = _endings(name)
    if ending in _TEXT_EXTENSIONS:
        return "delimited text"
    said = _EXTENSIONS.get(ending)
    fits = said is None or said in file_format or (ending == "db" and "database" in file_format)
    return None if fits else said


def _endings(name: str) -> tuple[str, str | None]:
    """Return the ending of a name, empty if it has none, and the packing that the last one says."""
    parts = name.lower().rsplit("/", 1)[-1].split(".")[1:]
    told = _PACKINGS.get(parts[-1]) if parts else None
    if told is not None:
        parts = parts[:-1]
    return (parts[-1] if parts else ""), told
