"""Which reader a file needs: told by its bytes, and by what it unpacks to."""

from pathlib import Path
from typing import Literal

from agensium.core.errors import FileUnreadable
from agensium.data.duck import is_duckdb
from agensium.data.formats import HEAD_BYTES, is_packed, is_wide_json, may_be_structured
from agensium.data.kernel import is_table
from agensium.data.limits import ReadLimits
from agensium.data.reading import ReadParams
from agensium.data.unpacking import raw_head

Kind = Literal["duckdb", "typed", "packed", "text"]
"""Packed is what must be unpacked or decoded before the reader of its content can begin."""


def read_head(path: Path, name: str) -> bytes:
    """Return the first bytes of a file.

    Raises:
        FileUnreadable: it cannot be opened.

    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise FileUnreadable(f"'{name}' cannot be opened: {reason}.") from error


def kind_of(path: Path, head: bytes, read: ReadParams, limits: ReadLimits) -> Kind:
    """Tell which reader a file with this head needs.

    Raises:
        InvalidInput: it is an archive that cannot be opened.
        MemberNeeded: it is an archive of several files, and none was chosen.

    """
    if is_duckdb(head):
        return "duckdb"
    if may_be_structured(head) and is_table(path):
        return "typed"
    if is_packed(head) or is_wide_json(head):
        inner = raw_head(path, read, HEAD_BYTES, limits)
        if may_be_structured(inner) or is_wide_json(inner) or is_duckdb(inner):
            return "packed"
    return "text"


def is_duckdb_file(path: Path) -> bool:
    """Tell a DuckDB database from a file of another kind."""
    return is_duckdb(read_head(path, path.name))
