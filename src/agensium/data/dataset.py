"""A dataset: a file that somebody handed over, opened as a table."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from agensium.core.errors import FileUnreadable, NoRows
from agensium.core.profile import TableProfile
from agensium.core.report import RenamedColumn, Source
from agensium.data.dialect import FoundDialect, find_dialect
from agensium.data.digest import digesting
from agensium.data.formats import HEAD_BYTES, require_text
from agensium.data.kernel import MISSING_TOKENS, Dialect, ProgressCallback, ScanOptions, scan_csv
from agensium.data.reading import ReadParams

DEFAULT_MEMORY_BYTES: Final = 512 * 1024 * 1024


class ReadTable(Struct, frozen=True):
    """A table that was scanned: what it is, and how it was read."""

    profile: TableProfile
    source: Source


class _Scanned(Struct, frozen=True):
    """What a scan found out about a file, as its source tells it."""

    profile: TableProfile
    dialect: Dialect
    sha256: str


class Dataset(Struct, frozen=True):
    """A file on this machine that holds a table.

    Attributes:
        path: where the file lies.
        name: what its sender calls it.
        sha256: the digest of its bytes in hex, when it is already known.
        memory_bytes: what a scan may keep in memory.
        on_progress: is told how far a scan has come, and may stop it by returning False.

    """

    path: Path
    name: str
    sha256: str | None = None
    memory_bytes: int = DEFAULT_MEMORY_BYTES
    on_progress: ProgressCallback | None = None

    def scan(self, read: ReadParams, *, pairs: bool = True) -> ReadTable:
        """Read the whole file once and return the profile of its table.

        Args:
            read: how to read it, where that should not be detected.
            pairs: whether to look for what holds between columns.

        Raises:
            InvalidInput: the file is empty, no table, or of another format.
            NoRows: there is a header and nothing under it.
            Cancelled: ``on_progress`` asked to stop.

        """
        head = self._head()
        require_text(head)
        found = find_dialect(head.decode("utf-8", "replace"), read.delimiter, read.quote_char)
        options = _options(found, read, self.memory_bytes, pairs=pairs)
        with digesting(self.path, self.sha256) as digest:
            profile = scan_csv(self.path, options, self.on_progress)
            if profile.rows == 0:
                raise NoRows(
                    "The file has a header and no rows under it.",
                    hint="Send a file with at least one row; "
                    "if its first line is data, set read.header to false.",
                )
            scanned = _Scanned(profile, options.dialect, digest())
        return ReadTable(profile, self._source(scanned, found, read))

    def _head(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(HEAD_BYTES)
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            raise FileUnreadable(f"'{self.name}' cannot be opened: {reason}.") from error

    def _source(self, scanned: _Scanned, found: FoundDialect, read: ReadParams) -> Source:
        profile, dialect = scanned.profile, scanned.dialect
        return Source(
            name=self.name,
            bytes=profile.bytes,
            sha256=scanned.sha256,
            format="delimited text",
            encoding="utf-8",
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            header=dialect.header,
            reading=found.reading if read.delimiter is None else "given",
            renamed=_renamed(profile, found.first) if dialect.header else (),
            notes=found.notes,
        )


def _renamed(profile: TableProfile, first: tuple[str, ...]) -> tuple[RenamedColumn, ...]:
    pairs = zip(profile.columns, first, strict=False)
    return tuple(
        RenamedColumn(position=column.position, original=original, name=column.name)
        for column, original in pairs
        if column.name != original.strip() and _must_be_renamed(original, column.position, first)
    )


def _must_be_renamed(original: str, position: int, first: tuple[str, ...]) -> bool:
    # Names are also shortened and cleaned of line breaks; only these two are findings.
    earlier = {name.strip() for name in first[:position]}
    return not original.strip() or original.strip() in earlier


def _options(
    found: FoundDialect, read: ReadParams, memory_bytes: int, *, pairs: bool
) -> ScanOptions:
    dialect = Dialect(
        delimiter=found.delimiter,
        quote=read.quote_char,
        header=found.header if read.header is None else read.header,
    )
    return ScanOptions(
        dialect=dialect,
        missing_tokens=MISSING_TOKENS if read.missing is None else read.missing,
        memory_bytes=memory_bytes,
        pairs=pairs,
    )


def check_head(head: bytes) -> None:
    """Refuse at once what no agent could read, by the first bytes of the file.

    Raises:
        InvalidInput: the file is empty or of a format that is not read.

    """
    require_text(head[:HEAD_BYTES])
