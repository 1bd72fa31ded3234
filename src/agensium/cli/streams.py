"""The three standard streams, also where the caller closed or lost them."""

import io
import os
import re
import sys
from typing import Final

_WRONG_WAY: Final = (os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)
"""How a closed stream is opened: reading and writing fail, errors go nowhere."""


def keep_streams() -> None:
    """Make sure that the streams are there and can take any text.

    A closed one gets its number back, so that no file of ours is taken for it; to use it is
    the ordinary error of a bad descriptor.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    for number, stream in enumerate(streams):
        if stream is None:  # mypy does not know that the interpreter does so
            _reopen(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _reopen(number: int) -> None:
    opened = os.open(os.devnull, _WRONG_WAY[number])
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)


def silence_stdout() -> None:
    """Let what is still to be written to standard output go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def on_one_line(text: str) -> str:
    """Return a text for people: bytes that are no text as U+FFFD, control characters escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in re.sub("[\ud800-\udfff]", "\ufffd", text)
    )
