"""What kind of file this is: told by its first bytes, never by its name."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from agensium.core.errors import EmptyFile, UnsupportedFormat

HEAD_BYTES: Final = 64 * 1024

MAX_CONTROL_SHARE: Final = 0.05
READABLE: Final = "Send a table as CSV, TSV or other delimited text in UTF-8."


class Format(Struct, frozen=True):
    """A format that is recognised but not read: its name, and what its files start with."""

    name: str
    matches: Callable[[bytes], bool]


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _looks_like_markup(head: bytes) -> bool:
    return head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<svg"))


def _looks_like_json(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"{" or (text[:1] == b"[" and text[1:].lstrip()[:1] in b'[{"-0123456789tfn]')


FORMATS: Final = (
    Format("an Excel workbook or ZIP archive", _starts(b"PK\x03\x04", b"PK\x05\x06")),
    Format("an old Excel workbook", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    Format("a Parquet file", _starts(b"PAR1")),
    Format("an Arrow file", _starts(b"ARROW1")),
    Format("an Avro file", _starts(b"Obj\x01")),
    Format("an ORC file", _starts(b"ORC")),
    Format("an SQLite database", _starts(b"SQLite format 3\x00")),
    Format("a gzip archive", _starts(b"\x1f\x8b")),
    Format("a Zstandard archive", _starts(b"\x28\xb5\x2f\xfd")),
    Format("a bzip2 archive", _starts(b"BZh")),
    Format("an xz archive", _starts(b"\xfd7zXZ\x00")),
    Format("a PDF document", _starts(b"%PDF-")),
    Format("a picture", _starts(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00")),
    Format("text in UTF-16 or UTF-32", _starts(b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")),
    Format("a web page or XML document", _looks_like_markup),
    Format("a JSON document", _looks_like_json),
)


def require_text(head: bytes) -> None:
    """Accept the first bytes of delimited text; refuse everything else by name.

    Args:
        head: the first bytes of the file, up to ``HEAD_BYTES``.

    Raises:
        EmptyFile: there is nothing, or nothing but blanks.
        UnsupportedFormat: the file is something else, or not text.

    """
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise EmptyFile("The file is empty.", hint=READABLE)
    for known in FORMATS:
        if known.matches(head):
            raise UnsupportedFormat(f"This is {known.name}, which is not read yet.", hint=READABLE)
    if _control_share(head) > MAX_CONTROL_SHARE:
        raise UnsupportedFormat("This is a binary file, not text.", hint=READABLE)


def _control_share(head: bytes) -> float:
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13))
    return controls / len(head)
