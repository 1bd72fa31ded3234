"""Receiving a file: hashed, counted and looked at while it streams into the storage."""

import hashlib
from dataclasses import dataclass
from typing import Self

from ulid import ULID

from agensium.core.errors import EmptyFile, StorageUnavailable, TooLarge
from agensium.data.dataset import check_head
from agensium.data.formats import HEAD_BYTES
from agensium.db.database import Database
from agensium.storage.storage import ObjectWriter, Storage
from agensium.tasks.clock import Clock
from agensium.tasks.objects import GRACE, discard_after, forget, note_strays


@dataclass(frozen=True)
class Received:
    """A file that lies in the storage and has no owner yet."""

    name: str
    object_key: str
    bytes: int
    sha256: str
    upload_id: str | None = None
    """The upload that it came by, which owns it until a task does."""
    dataset_id: str | None = None
    """The dataset that it is already."""
    source: str | None = None
    """The address where it is still to be fetched; size and digest are not known before."""


class Receiving:
    """One file on its way into the storage.

    Use it as a context: unless ``finish`` was called, nothing of it stays behind.

    Args:
        database: where the object is noted until it has an owner.
        storage: where the bytes go.
        name: what the sender calls the file.
        max_bytes: how large it may be.
        clock: the present instant.

    """

    def __init__(
        self, database: Database, storage: Storage, name: str, max_bytes: int, clock: Clock
    ) -> None:
        self._database, self._storage = database, storage
        self._name, self._max_bytes = name, max_bytes
        self._key = f"uploads/{ULID()}"
        self._hash = hashlib.sha256()
        self._head = bytearray()
        self._checked = False
        self._bytes = 0
        self._finished = False
        self._clock = clock
        self._writer = self._open()

    def _open(self) -> ObjectWriter:
        due = self._clock() + GRACE
        self._database.transact(lambda session: note_strays(session, [self._key], due))
        try:
            return self._storage.writer(self._key)
        except StorageUnavailable:
            self._database.transact(lambda session: forget(session, self._key))
            raise

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: there are more than may be.
            InvalidInput: they belong to a file that no agent reads.
            StorageUnavailable: the storage does not take them.

        """
        self._bytes += len(data)
        if self._bytes > self._max_bytes:
            raise too_large(self._max_bytes)
        if not self._checked:
            self._look_at(data)
        self._hash.update(data)
        self._writer.write(data)

    def finish(self) -> Received:
        """Complete the object.

        Raises:
            EmptyFile: not a byte came.
            InvalidInput: no agent reads such a file.
            StorageUnavailable: the storage could not complete it.

        """
        if self._bytes == 0:
            raise EmptyFile("The file is empty.", hint="Send a file with a table in it.")
        if not self._checked:
            check_head(bytes(self._head))
        self._writer.commit()
        self._finished = True
        return Received(self._name, self._key, self._bytes, self._hash.hexdigest())

    def discard(self, cause: BaseException | None = None) -> None:
        """Throw the object away, finished or not.

        Args:
            cause: the error that it is thrown away for, if there is one.

        """
        self._writer.abort()
        discard_after(cause, self._database, self._storage, [self._key])

    def _look_at(self, data: bytes) -> None:
        self._head += data[: HEAD_BYTES - len(self._head)]
        if len(self._head) >= HEAD_BYTES:
            check_head(bytes(self._head))
            self._checked = True

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Leave nothing behind unless finished."""
        del kind, trace
        if not self._finished:
            self.discard(error)


def too_large(max_bytes: int) -> TooLarge:
    """Return the error for a body of more than this many bytes."""
    return TooLarge(
        f"The upload is larger than {max_bytes:,} bytes.",
        hint="Split the file, or ask the operator to raise AGENSIUM_MAX_UPLOAD_BYTES.",
    )
