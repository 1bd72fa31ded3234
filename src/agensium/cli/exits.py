"""Exit codes, and how an error leaves the command line: as one line and a number."""

import sys
from contextlib import suppress
from enum import IntEnum
from typing import Self

from agensium.cli.streams import on_one_line
from agensium.core.errors import (
    AgensiumError,
    Cancelled,
    ChecksumMismatch,
    Expired,
    InvalidInput,
    InvalidParams,
    InvalidRequest,
    InvalidSettings,
    LimitExceeded,
    NotFound,
    OutputUnwritable,
    QuotaExceeded,
    SourceNotAllowed,
    SourceRefused,
    TooLarge,
    Unavailable,
)


class Exit(IntEnum):
    """A number that a command ends with, and what it means."""

    OK = 0, "done"
    INTERNAL = 1, "internal error"
    USAGE = 2, "usage or settings"
    INPUT = 3, "the file cannot be read"
    LIMIT = 4, "a limit was reached"
    UNAVAILABLE = 5, "a service does not answer"
    NOT_FOUND = 6, "not found"
    TASK_FAILED = 7, "the task failed"
    OUTPUT = 8, "the output cannot be written"
    INTERRUPTED = 130, "interrupted"

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """Make a number that says what it means."""
        made = int.__new__(cls, code)
        made._value_ = code
        made.meaning = meaning
        return made


_CODES: tuple[tuple[type[AgensiumError], Exit], ...] = (
    (InvalidInput, Exit.INPUT),
    (InvalidParams, Exit.USAGE),
    (InvalidRequest, Exit.USAGE),
    (InvalidSettings, Exit.USAGE),
    (LimitExceeded, Exit.LIMIT),
    (TooLarge, Exit.LIMIT),
    (QuotaExceeded, Exit.LIMIT),
    (ChecksumMismatch, Exit.INPUT),
    (SourceNotAllowed, Exit.USAGE),
    (SourceRefused, Exit.INPUT),
    (Unavailable, Exit.UNAVAILABLE),
    (NotFound, Exit.NOT_FOUND),
    (Expired, Exit.NOT_FOUND),
    (OutputUnwritable, Exit.OUTPUT),
    (Cancelled, Exit.INTERRUPTED),
)


def exit_code(error: AgensiumError) -> Exit:
    """Return the exit code of an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.INTERNAL)


def complain(error: AgensiumError, about: str | None = None) -> None:
    """Write an error to standard error: one line, and perhaps a hint."""
    where = f"{about}: " if about else ""
    line = on_one_line(f"{where}{error.message} [{error.code}]")
    hint = f"hint: {on_one_line(error.hint)}\n" if error.hint else ""
    with suppress(OSError):  # nobody listens: the exit code has to do
        sys.stderr.write(f"agensium: {line}\n{hint}")
        sys.stderr.flush()
