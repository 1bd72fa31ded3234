"""Reading what was stored and nothing else: the digest of every object is compared.

Stores keep checksums of their own, but they have to be asked for, they differ from store to store,
and they do not notice an object that was replaced. Ours is in the database.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agensium.core.errors import Corrupted
from agensium.storage.storage import Storage

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

SMALL_BYTES: Final = 4 << 20
"""What is no larger is held in memory and read once."""
CHUNK_BYTES: Final = 1 << 20
TRIES: Final = 2
"""What was damaged on its way comes whole the second time; what is damaged at rest does not."""


def read_intact(storage: Storage, key: str, sha256: str) -> bytes:
    """Return a whole object; only for what is known to be small.

    Raises:
        NotFound: there is no such object.
        Corrupted: its bytes are not those that were stored.
        StorageUnavailable: the store does not answer.

    """
    content = b""
    for _ in range(TRIES):
        content = storage.read(key)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
    raise corrupted(key, hashlib.sha256(content))


def intact_chunks(storage: Storage, key: str, size: int, sha256: str) -> Iterator[bytes]:
    """Return an object piece by piece; nothing comes before all of it was compared.

    A large object is read twice. If it changes in between, the pieces break off.

    Raises:
        NotFound: there is no such object.
        Corrupted: its bytes are not those that were stored.
        StorageUnavailable: the store does not answer.

    """
    if size <= SMALL_BYTES:
        return iter((read_intact(storage, key, sha256),))
    for _ in _compared(storage.chunks(key), key, sha256):
        pass
    return _compared(storage.chunks(key), key, sha256)


@dataclass(frozen=True)
class Stored:
    """An object as it was stored: its key, its size and its digest."""

    key: str
    bytes: int
    sha256: str


def fetch_intact(storage: Storage, stored: Stored, path: Path, watch: Callable[[], None]) -> None:
    """Copy an object into a file.

    Args:
        storage: where it is.
        stored: the object.
        path: where the file is to be.
        watch: is called every now and then; whatever it raises ends the copying.

    Raises:
        NotFound: there is no such object.
        Corrupted: its bytes are not those that were stored.
        StorageUnavailable: the store does not answer.

    """
    running = hashlib.sha256()
    for _ in range(TRIES):
        path.unlink(missing_ok=True)
        storage.fetch(stored.key, path, stored.bytes, lambda _: watch())
        running = _digest(path, watch)
        if running.hexdigest() == stored.sha256:
            return
    raise corrupted(stored.key, running)


def corrupted(key: str, found: "Hash") -> Corrupted:
    """Return the error for an object whose bytes have another digest than was written down."""
    return Corrupted(
        "The stored bytes are damaged: they are not those that were stored.",
        hint="Hand the file over again.",
        detail=f"{key} has the SHA-256 {found.hexdigest()}",
    )


def _compared(chunks: Iterator[bytes], key: str, sha256: str) -> Iterator[bytes]:
    """Pass pieces on, the last one only if all of them were right."""
    running, held = hashlib.sha256(), b""
    for chunk in chunks:
        running.update(chunk)
        if held:
            yield held
        held = chunk
    if running.hexdigest() != sha256:
        raise corrupted(key, running)
    yield held


def _digest(path: Path, watch: Callable[[], None]) -> "Hash":
    running = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            running.update(chunk)
            watch()
    return running
