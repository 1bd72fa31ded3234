"""What a store of objects can do. Keys are ours; they never hold a user's text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, Self

from agensium.storage.parts import DirectParts, Parts

Watch = Callable[[int], None]


def ignore(_: int) -> None:
    """Watch nothing."""


class ObjectWriter(Protocol):
    """An object that is being written; it appears whole at ``commit`` or not at all."""

    def write(self, data: bytes) -> None:
        """Append bytes; may block until the store has taken them.

        Raises:
            StorageUnavailable: the store does not take them.

        """

    def commit(self) -> None:
        """Make the object visible and durable.

        Raises:
            StorageUnavailable: it could not be completed; nothing is visible.

        """

    def abort(self) -> None:
        """Throw away what was written; after ``commit`` it does nothing."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """Abort unless committed."""


class Storage(Protocol):
    """A store of objects.

    Every method raises ``StorageUnavailable`` when the store does not answer; those that read
    raise ``NotFound`` for an unknown key.
    """

    def writer(self, key: str) -> ObjectWriter:
        """Begin an object under this key, replacing what is there when it commits."""

    def put_file(self, key: str, path: Path) -> None:
        """Store a whole file."""

    def fetch(self, key: str, path: Path, size: int, watch: Watch = ignore) -> None:
        """Copy an object into a file.

        ``size`` is how many bytes the object is believed to have: it decides how, not how much.
        ``watch`` is told how many bytes came, every now and then; whatever it raises ends it.
        """

    def read(self, key: str) -> bytes:
        """Return a whole object; only for what is known to be small."""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Return an object piece by piece; an unknown key raises before the first piece."""

    @property
    def parts(self) -> Parts:
        """The way to take an object in parts, over many requests."""

    @property
    def direct(self) -> DirectParts | None:
        """The way for clients to send parts themselves, if the store has one."""

    def delete(self, key: str) -> None:
        """Delete an object and any half-written one; an unknown key is no error."""

    def ping(self) -> None:
        """Prove that the store can be reached and used."""
