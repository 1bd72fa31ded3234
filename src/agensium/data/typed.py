"""Tables that are not delimited text: files with types, and tables in memory."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from agensium.core.errors import NoRows
from agensium.core.profile import TableProfile
from agensium.core.report import Source
from agensium.data.digest import digesting
from agensium.data.kernel import (
    MISSING_TOKENS,
    Choice,
    ProgressCallback,
    ScanOptions,
    TableRequest,
    scan_arrow,
    scan_table,
)
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.reading import ReadParams, ReadTable

DEFAULT_MEMORY_BYTES: Final = 512 * 1024 * 1024
NO_NUMBER: Final = frozenset({"NaN", "nan", "NAN"})
"""Spellings of a number that is none: where numbers have a type, it is a value of theirs."""


class Wanted(Struct, frozen=True):
    """What a scan is to do: how to read, with how much memory, whom to tell, pairs, limits."""

    read: ReadParams
    memory_bytes: int
    on_progress: ProgressCallback | None
    pairs: bool
    limits: ReadLimits = USUAL

    def options(self, missing: tuple[str, ...]) -> ScanOptions:
        """Return the kernel's options; `missing` holds where the user said nothing."""
        return ScanOptions(
            missing_tokens=missing if self.read.missing is None else self.read.missing,
            memory_bytes=self.memory_bytes,
            pairs=self.pairs,
        )


def scan_file(path: Path, name: str, sha256: str | None, wanted: Wanted) -> ReadTable:
    """Profile the table in a file whose columns have types."""
    tokens = tokens_of_types()
    with digesting(path, sha256) as digest:
        choice = wanted.read.choice
        asked = TableRequest(choice, wanted.limits)
        found = scan_table(path, wanted.options(tokens), wanted.on_progress, asked)
        require_rows(found.profile)
        source = Source(
            name=name,
            bytes=found.profile.bytes,
            sha256=digest(),
            format=found.format,
            reading="given" if choice != Choice() else "detected",
            chosen=found.chosen,
            tables=found.members,
            notes=found.notes,
        )
    return ReadTable(found.profile, source)


def tokens_of_types() -> tuple[str, ...]:
    """Return the spellings of "no value" where columns have types."""
    return tuple(token for token in MISSING_TOKENS if token not in NO_NUMBER)


def require_rows(profile: TableProfile) -> None:
    """Refuse a table without rows.

    Raises:
        NoRows: there is none.

    """
    if profile.rows == 0:
        raise NoRows("The table has columns and no rows.", hint="Send one with at least one row.")


class MemoryTable(Struct, frozen=True):
    """A table in memory that can be scanned once, as a `Dataset` on a disk can.

    Attributes:
        table: has ``__arrow_c_stream__``.
        name: what the report calls it.
        memory_bytes: what a scan may keep in memory.
        on_progress: is told how far a scan has come, and may stop it by returning False.

    """

    table: object
    name: str
    memory_bytes: int = DEFAULT_MEMORY_BYTES
    on_progress: ProgressCallback | None = None

    def scan(self, read: ReadParams, *, pairs: bool = True) -> ReadTable:
        """Read the table once; cells without a value and empty texts are missing, "NA" is a text.

        Raises:
            InvalidInput: a column has a type that is not read.
            NoRows: there are columns and no rows.
            Cancelled: ``on_progress`` asked to stop.

        """
        wanted = Wanted(read, self.memory_bytes, self.on_progress, pairs)
        profile = scan_arrow(self.table, wanted.options(()), self.on_progress)
        require_rows(profile)
        source = Source(name=self.name, bytes=0, sha256="", format="Arrow", reading="detected")
        return ReadTable(profile, source)
