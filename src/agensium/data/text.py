"""Delimited text: found out, scanned and shown by the native reader."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from agensium.core.profile import TableProfile
from agensium.data.formats import HEAD_BYTES
from agensium.data.kernel import ProgressCallback, ScanOptions, calling, progress_of
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.reading import ReadParams


class Plan(Struct, frozen=True):
    """How a file is to be read; the reader made it and takes it back."""

    delimiter: str
    quote: str | None
    escape: str | None
    comment: str | None
    encoding: str
    fallback: str | None
    member: str | None
    blanks: bool
    starts: tuple[int, ...]
    names: tuple[str, ...]
    single: bool
    width: int
    skip_lines: int
    end_text: int | None
    end_bytes: int | None
    repeated: tuple[str, ...] | None
    careful: bool


class FoundEncoding(Struct, frozen=True):
    """The encoding as the reader tells it."""

    name: str
    mark: int
    confidence: float
    how: str


class FoundLine(Struct, frozen=True):
    """A line; number 0 where it is not known."""

    line: int
    text: str


class FoundTable(Struct, frozen=True):
    """A further table."""

    line: int
    columns: int


class FoundRival(Struct, frozen=True):
    """Another dialect that fits nearly as well."""

    delimiter: str
    quote: str | None
    columns: int


class Sniffed(Struct, frozen=True):
    """What the reader found out; its own documentation is in ``rust/text/src/sniff.rs``."""

    plan: Plan
    encoding: FoundEncoding
    packing: str | None
    members: tuple[str, ...]
    confidence: float
    consistency: float
    rival: FoundRival | None
    quoted: int
    header_rows: int
    header_line: int
    header_cells: int
    header_raw: tuple[str, ...]
    header_why: str
    header_confidence: float
    preamble: tuple[FoundLine, ...]
    footer: tuple[FoundLine, ...]
    tables: tuple[FoundTable, ...]
    line_ends: tuple[int, int, int]
    last_line_ends: bool | None
    zeros: int
    mojibake: tuple[str, str] | None
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    last: tuple[tuple[int, tuple[str, ...]], ...]


class Done(Struct, frozen=True):
    """How often something was done, and where first."""

    count: int = 0
    first: tuple[FoundLine, ...] = ()


class Log(Struct, frozen=True):
    """What was mended on the way."""

    quotes: Done = Done()
    comments: Done = Done()
    headers: Done = Done()
    zeros: int = 0


class Told(Struct, frozen=True):
    """What was mended, and characters that could not be decoded."""

    log: Log = Log()
    replaced: int = 0


class Scanned(Struct, frozen=True):
    """A profile, and what was done to the text on its way."""

    profile: TableProfile
    told: Told


class Rows(Struct, frozen=True):
    """Names of the columns, and rows of text."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class _Request(Struct, frozen=True, omit_defaults=True):
    plan: Plan
    options: ScanOptions | None = None
    limit: int = 0
    lines: tuple[int, ...] = ()
    limits: Mapping[str, int] = {}


def sniff(path: Path, read: ReadParams, limits: ReadLimits = USUAL) -> Sniffed:
    """Find out how a file is to be read, as far as ``read`` leaves that open.

    Raises:
        InvalidInput: the file is empty, no table, or an archive that cannot be opened.
        InvalidParams: ``read`` asks for what cannot be.

    """
    with calling() as kernel:
        return msgspec.json.decode(kernel.sniff_text(path, _wishes(read, limits)), type=Sniffed)


def unpacked_head(path: Path, read: ReadParams, limits: ReadLimits = USUAL) -> bytes:
    """Return the first bytes of a file, unpacked and decoded.

    Raises:
        InvalidInput: the file cannot be opened or unpacked.

    """
    with calling() as kernel:
        return bytes(kernel.text_head(path, _wishes(read, limits), HEAD_BYTES))


def scan_text(
    path: Path,
    plan: Plan,
    options: ScanOptions,
    on_progress: ProgressCallback | None = None,
    limits: ReadLimits = USUAL,
) -> Scanned:
    """Profile a file as a plan says.

    Raises:
        InvalidInput: the file cannot be read as the plan says.
        LimitExceeded: it costs more than it may.
        Cancelled: ``on_progress`` asked to stop.

    """
    request = msgspec.json.encode(_Request(plan, options, limits=limits.of_text))
    with calling() as kernel:
        answer = kernel.scan_text(path, request, progress_of(on_progress))
    return msgspec.json.decode(answer, type=Scanned)


def text_rows(path: Path, plan: Plan, limit: int) -> Rows:
    """Return the first rows of a file as a scan reads them."""
    request = msgspec.json.encode(_Request(plan, limit=limit))
    with calling() as kernel:
        return msgspec.json.decode(kernel.text_rows(path, request), type=Rows)


def text_lines(
    path: Path, plan: Plan, lines: tuple[int, ...], limits: ReadLimits = USUAL
) -> dict[int, str]:
    """Return lines as they stand in the file, those that lie among its first megabytes."""
    if not lines:
        return {}
    request = msgspec.json.encode(_Request(plan, lines=lines, limits=limits.of_text))
    with calling() as kernel:
        found = kernel.text_lines(path, request)
    return dict(msgspec.json.decode(found, type=list[tuple[int, str]]))


def _wishes(read: ReadParams, limits: ReadLimits) -> bytes:
    return msgspec.json.encode(
        {
            "member": read.member,
            "encoding": read.encoding,
            "delimiter": read.delimiter,
            "quote": read.quote,
            "escape": read.escape,
            "header_rows": read.wanted_header_rows,
            "skip_lines": read.skip_lines,
            "comment": read.comment,
            "limits": limits.of_text,
        }
    )
