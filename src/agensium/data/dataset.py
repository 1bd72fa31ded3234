"""A dataset: a file that somebody handed over, opened as a table."""

from pathlib import Path

from msgspec import Struct, structs

from agensium.core.errors import NoRows
from agensium.core.profile import TableProfile
from agensium.core.report import RenamedColumn, Source
from agensium.data.careful import ReadText, read_carefully
from agensium.data.digest import digesting
from agensium.data.duck import is_duckdb, scan_duckdb
from agensium.data.forensics import examine, notes
from agensium.data.formats import (
    HEAD_BYTES,
    is_wide_json,
    may_be_structured,
    require_text,
)
from agensium.data.kernel import MISSING_TOKENS, ProgressCallback, is_table
from agensium.data.kind import is_duckdb_file, kind_of, read_head
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.reading import ReadParams, ReadTable
from agensium.data.text import sniff, unpacked_head
from agensium.data.typed import DEFAULT_MEMORY_BYTES, Wanted, scan_file
from agensium.data.unpacking import unpacked


class Dataset(Struct, frozen=True):
    """A file on this machine that holds a table.

    Attributes:
        path: where the file lies.
        name: what its sender calls it.
        sha256: the digest of its bytes in hex, when it is already known.
        memory_bytes: what a scan may keep in memory.
        on_progress: is told how far a scan has come, and may stop it by returning False.
        scratch: a folder for what must be unpacked; none for the system's own place.
        limits: what the file may cost before it is refused.

    """

    path: Path
    name: str
    sha256: str | None = None
    memory_bytes: int = DEFAULT_MEMORY_BYTES
    on_progress: ProgressCallback | None = None
    scratch: Path | None = None
    limits: ReadLimits = USUAL

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
        head = read_head(self.path, self.name)
        wanted = Wanted(read, self.memory_bytes, self.on_progress, pairs, self.limits)
        kind = kind_of(self.path, head, read, self.limits)
        if kind == "duckdb":
            return scan_duckdb(self.path, self.name, self.sha256, wanted)
        if kind == "typed":
            return scan_file(self.path, self.name, self.sha256, wanted)
        found = self._scan_packed(wanted) if kind == "packed" else None
        return found or self._scan_text(head, wanted)

    def _scan_packed(self, wanted: Wanted) -> ReadTable | None:
        """Read what must be unpacked or decoded first; none if it is delimited text after all."""
        read, limits = wanted.read, self.limits
        with (
            digesting(self.path, self.sha256) as digest,
            unpacked(self.path, read, self.scratch, self.on_progress, limits) as (path, what),
        ):
            if is_duckdb_file(path):
                found = scan_duckdb(path, self.name, "", wanted)
            elif is_table(path):
                found = scan_file(path, self.name, "", wanted)
            else:
                return None
            source = structs.replace(
                found.source,
                bytes=self.path.stat().st_size,
                sha256=digest(),
                notes=what.notes + found.source.notes,
            )
        return ReadTable(structs.replace(found.profile, bytes=source.bytes), source)

    def _scan_text(self, head: bytes, wanted: Wanted) -> ReadTable:
        read = wanted.read
        require_text(head)
        options = wanted.options(MISSING_TOKENS)
        with digesting(self.path, self.sha256) as digest:
            require_text(unpacked_head(self.path, read, self.limits))
            sniffed = sniff(self.path, read, self.limits)
            progress = self.on_progress
            read_text = read_carefully(self.path, sniffed, options, progress, self.limits)
            if read_text.profile.rows == 0:
                raise _no_rows()
            return ReadTable(read_text.profile, self._source(read_text, read, digest()))

    def _source(self, text: ReadText, read: ReadParams, sha256: str) -> Source:
        sniffed, profile = text.sniffed, text.profile
        plan = sniffed.plan
        given = read.delimiter is not None
        return Source(
            name=self.name,
            bytes=profile.bytes,
            sha256=sha256,
            format="text in columns of fixed width" if plan.starts else "delimited text",
            encoding=sniffed.encoding.name,
            delimiter=plan.delimiter,
            quote=plan.quote,
            header=sniffed.header_rows > 0,
            reading="given" if given else "ambiguous" if sniffed.rival else "detected",
            renamed=_renamed(profile, plan.names),
            notes=notes(sniffed),
            forensics=examine(self.path, self.name, text, self.limits),
        )


def _no_rows() -> NoRows:
    return NoRows(
        "The file has a header and no rows under it.",
        hint="Send a file with at least one row; "
        "if its first line is data, set read.header to false.",
    )


def _renamed(profile: TableProfile, first: tuple[str, ...]) -> tuple[RenamedColumn, ...]:
    found: list[RenamedColumn] = []
    earlier: set[str] = set()
    for column, original in zip(profile.columns, first, strict=False):
        name = original.strip()
        # Names are also shortened and cleaned of line breaks; only these two are findings.
        if column.name != name and (not name or name in earlier):
            found.append(
                RenamedColumn(position=column.position, original=original, name=column.name)
            )
        earlier.add(name)
    return tuple(found)


def check_head(head: bytes) -> None:
    """Refuse at once what no agent could read, by the first bytes of the file.

    Raises:
        InvalidInput: the file is empty or of a format that is not read.

    """
    if not (may_be_structured(head) or is_wide_json(head) or is_duckdb(head)):
        require_text(head[:HEAD_BYTES])
