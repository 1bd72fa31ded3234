"""The digest of a file, computed beside other work on it."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agensium.data._kernel import Digest

_Identity = tuple[int, int, int, int]
_begun: Final[dict[_Identity, "Digest"]] = {}


def begin_digest(path: str) -> bool:
    """Begin to compute the digest of a file that is about to be read; false if it is no file.

    Whoever starts a program can thereby use what processors have nothing to do meanwhile. A file
    that changes before it is read is digested anew; one that cannot be opened is left alone.
    """
    with suppress(OSError):
        found = os.stat(path)  # noqa: PTH116 - whoever is in a hurry has words, not paths
        if stat.S_ISREG(found.st_mode):
            _begun[_identity(found)] = _digest(path)
            return True
    return False


@contextmanager
def digesting(path: Path, known: str | None = None) -> Iterator[Callable[[], str]]:
    """Compute the SHA-256 of a file in a thread of its own, which ends with the block.

    What is given waits for the digest and returns it in hex, once; it raises ``OSError`` if the
    file cannot be read. A digest that is known already is not computed.
    """
    if known is not None:
        yield lambda: known
        return
    work = _taken(path) or _digest(path)
    try:
        yield lambda: work.value().hex()
    finally:
        work.stop()


def _taken(path: Path) -> "Digest | None":
    try:
        return _begun.pop(_identity(path.stat()), None)
    except OSError:
        return None  # the same is met, and told, where the digest is asked for


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _digest(path: str | Path) -> "Digest":
    from agensium.data._kernel import Digest

    return Digest(path)
