"""Exit codes, and how an error leaves the command line: as one line and a number."""

import sys
from contextlib import suppress
from enum import IntEnum

from agensium.cli.streams import on_one_line
from agensium.core.errors import (
    AgensiumError,
    Cancelled,
    InvalidInput,
    InvalidParams,
    InvalidRequest,
    InvalidSettings,
    LimitExceeded,
    NotFound,
    OutputUnwritable,
    TooLarge,
    Unavailable,
)


class Exit(IntEnum):
    """What the number means."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    LIMIT = 4
    UNAVAILABLE = 5
    NOT_FOUND = 6
    TASK_FAILED = 7
    OUTPUT = 8
    INTERRUPTED = 130


_CODES: tuple[tuple[type[AgensiumError], Exit], ...] = (
    (InvalidInput, Exit.INPUT),
    (InvalidParams, Exit.USAGE),
    (InvalidRequest, Exit.USAGE),
    (InvalidSettings, Exit.USAGE),
    (LimitExceeded, Exit.LIMIT),
    (TooLarge, Exit.LIMIT),
    (Unavailable, Exit.UNAVAILABLE),
    (NotFound, Exit.NOT_FOUND),
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
