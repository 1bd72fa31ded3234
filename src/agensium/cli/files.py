"""The files that a command reads and writes."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from agensium.cli.addresses import fetched, is_address, name_at
from agensium.cli.streams import on_one_line
from agensium.core.errors import FileUnreadable, OutputUnwritable

STDIN: Final = "-"


def shown_name(name: str) -> str:
    """Return what people call this file."""
    if is_address(name):
        return on_one_line(name_at(name))
    return "standard input" if name == STDIN else on_one_line(Path(name).name)


@contextmanager
def opened(name: str) -> Iterator[Path]:
    """Give a file as one that can be read at several places at once, as a scan does.

    Standard input, pipes, devices and what lies at an address are copied first.

    Raises:
        SourceUnreachable: what is at an address does not answer.
        FileUnreadable: what is to be copied cannot be read.

    """
    if is_address(name):
        with fetched(name) as copied:
            yield copied
        return
    if name != STDIN and not _is_stream(Path(name)):
        yield Path(name)
        return
    import shutil
    import tempfile

    with tempfile.NamedTemporaryFile(prefix="agensium-") as copy:
        with reading(name), _stream(name) as stream:
            shutil.copyfileobj(stream, copy)
            copy.flush()
        yield Path(copy.name)


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # who opens it hears why
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def _stream(name: str) -> Iterator[IO[bytes]]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what the system says against reading this file into ``FileUnreadable``."""
    try:
        yield
    except OSError as error:
        what = f"'{shown_name(name)}'" if name != STDIN else "Standard input"
        reason = error.strerror or error
        raise FileUnreadable(f"{what} cannot be read: {reason}.") from error


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Write a file beside this one and let it take its place at the end; on an error nothing is.

    Raises:
        OutputUnwritable: the system refuses.

    """
    try:
        # A pipe or a device is not replaced, it is written to.
        direct = target.exists() and not target.is_file()
        with target.open("wb") if direct else _beside(target.resolve()) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise OutputUnwritable(f"'{target}' cannot be written: {reason}.") from error


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    draft = target.with_name(f".agensium-{os.getpid()}.part")
    try:
        with draft.open("xb") as file:
            yield file
        if target.exists():
            import shutil

            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
