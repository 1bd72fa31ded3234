"""The native profiler: one pass over the bytes of a CSV file, on every core, without the GIL.

This is the only module that imports `agensium.data._kernel`. Options go in and the profile comes
out as JSON: one crossing each way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from agensium.core.errors import AgensiumError, Cancelled, InvalidInput, error_class
from agensium.core.profile import TableProfile
from agensium.core.report import InnerTable
from agensium.data.limits import USUAL, ReadLimits

MISSING_TOKENS: Final = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "<NA>", "NULL", "Null", "null", "None", "none", "NaN",
    "nan", "NAN", "nil", "-", "--", "?", ".", "\\N", "missing", "Missing",
)  # fmt: skip
"""What stands for "no value", compared after blanks at both ends are taken off."""


class Dialect(Struct, frozen=True):
    """How the file writes fields and rows.

    Attributes:
        delimiter: one ASCII character.
        quote: one ASCII character, or None when quotes have no meaning.
        escape: the character that escapes a quote; None when a quote is doubled.
        header: whether the first record names the columns.
        skip_lines: lines before the header that are no part of the table.

    """

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    header: bool = True
    skip_lines: int = 0


class ScanOptions(Struct, frozen=True):
    """What to look for and how much it may cost.

    Attributes:
        dialect: how the file is written.
        missing_tokens: spellings of "no value".
        threads: None means one for every core that the process may use.
        memory_bytes: the cap on the scan's state; near it statistics are given up, and said so.
        chunk_bytes: the size of the pieces that threads work on; for tests.
        today: ISO date after which a date counts as future; None leaves that out.
        pairs: whether associations, relations, keys and dependencies are looked for.
        columns: names to use instead of the header's.

    """

    dialect: Dialect = Dialect()
    missing_tokens: tuple[str, ...] = MISSING_TOKENS
    threads: int | None = None
    memory_bytes: int = 512 * 1024 * 1024
    chunk_bytes: int | None = None
    today: str | None = None
    pairs: bool = True
    columns: tuple[str, ...] | None = None


class ScanProgress(Struct, frozen=True):
    """How far a scan has come: rows and bytes so far, out of the file's bytes."""

    rows: int
    bytes: int
    total_bytes: int


class Choice(Struct, frozen=True):
    """What to read of a file that is not delimited text; what is left out is found.

    Attributes:
        table: the name of a sheet or table, or its number.
        range: the cells of a sheet, such as ``B3:F200``.
        header_rows: how many rows of a sheet name its columns.

    """

    table: str | None = None
    range: str | None = None
    header_rows: int | None = None


class Listed(Struct, frozen=True):
    """What a file is by its bytes, and its sheets or tables, where it may hold several."""

    format: str
    tables: tuple[InnerTable, ...]


class TypedTable(Struct, frozen=True):
    """A table in a file that is not delimited text, and what was found out about the file.

    Attributes:
        format: what the file is by its bytes.
        chosen: the sheet or table that was read, if there may be several.
        members: all of them.
        notes: what the user should know of the choice.
        profile: the profile of the table.

    """

    format: str
    chosen: str | None
    members: tuple[InnerTable, ...]
    notes: tuple[str, ...]
    profile: TableProfile


class TableRequest(Struct, frozen=True):
    """What is wanted of a file that is not delimited text: which table, and at what cost."""

    choice: Choice = Choice()
    limits: ReadLimits = USUAL


ProgressCallback = Callable[[ScanProgress], bool | None]


def scan_csv(
    path: Path, options: ScanOptions | None = None, on_progress: ProgressCallback | None = None
) -> TableProfile:
    """Profile a CSV file in UTF-8.

    `on_progress` is called from the calling thread at most five times a second; when it returns
    False the scan stops within a second and raises `Cancelled`. Every other failure is an
    `AgensiumError` too.
    """
    request = msgspec.json.encode(options or ScanOptions())
    with calling() as kernel:
        answer = kernel.scan_csv(path, request, progress_of(on_progress))
    return msgspec.json.decode(answer, type=TableProfile)


def is_table(path: Path) -> bool:
    """Tell whether a file holds a table that is not delimited text, by its bytes."""
    with calling() as kernel:
        found: bool = kernel.is_table(str(path))
    return found


def list_tables(path: Path) -> Listed:
    """Return what a file is that is not delimited text, and its sheets or tables."""
    with calling() as kernel:
        answer = kernel.list_tables(str(path))
    return msgspec.json.decode(answer, type=Listed)


def scan_table(
    path: Path,
    options: ScanOptions | None = None,
    on_progress: ProgressCallback | None = None,
    wanted: TableRequest | None = None,
) -> TypedTable:
    """Profile a table in a file that is not delimited text: Parquet, Arrow, JSON, a workbook.

    The dialect in the options has no meaning; rows count from 1 where text has lines. Progress and
    errors are those of `scan_csv`.
    """
    wanted = wanted or TableRequest()
    request = msgspec.json.encode(
        {
            "options": options or ScanOptions(),
            "choice": {**asdict(wanted.choice), "limits": wanted.limits.of_tables},
        }
    )
    with calling() as kernel:
        answer = kernel.scan_table(str(path), request, progress_of(on_progress))
    return msgspec.json.decode(answer, type=TypedTable)


def scan_arrow(
    source: object, options: ScanOptions | None = None, on_progress: ProgressCallback | None = None
) -> TableProfile:
    """Profile a table in memory, or a stream of batches, behind `__arrow_c_stream__`.

    Neither its rows nor its bytes are known beforehand. Progress and errors are as in `scan_csv`.
    """
    request = msgspec.json.encode(options or ScanOptions())
    with calling() as kernel:
        try:
            answer = kernel.scan_arrow(source, request, progress_of(on_progress))
        except (TypeError, ValueError) as error:  # a stream of values, such as a series
            raise InvalidInput(f"A {type(source).__name__} is not a table.") from error
        except (kernel.KernelError, AgensiumError):
            raise
        except Exception as error:  # whatever the other library raises
            said = str(error).partition("\n")[0]
            message = f"A {type(source).__name__} could not hand over its rows: {said}"
            raise InvalidInput(message) from error
    return msgspec.json.decode(answer, type=TableProfile)


@contextmanager
def calling() -> Iterator[ModuleType]:
    """Lend the native part; what it raises becomes an error of its code."""
    from agensium.data import _kernel  # heavy: only who scans pays for it

    try:
        yield _kernel
    except _kernel.KernelError as failure:
        raise _typed(failure) from None


def progress_of(on_progress: ProgressCallback | None) -> Callable[[int, int, int], bool]:
    """Return what the native part calls to tell its progress."""

    def report(rows: int, done: int, total: int) -> bool:
        return on_progress is None or on_progress(ScanProgress(rows, done, total)) is not False

    return report


def _typed(failure: Exception) -> AgensiumError:
    """Turn the kernel's (code, message, hint, members) into the error class of that code."""
    code, message, hint, members = failure.args
    if code == Cancelled.code:
        return Cancelled(message)
    return error_class(code)(message, hint=hint, members=members)
