"""What uploads need: the rows, the store, the limits, and the hashes that are under way."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from agensium.db.database import Database
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

MAX_HASHES: Final = 1000


@dataclass(frozen=True)
class UploadLimits:
    """What uploads may take.

    Attributes:
        file_bytes: how large one file may be.
        open_count: how many uploads of a workspace may be unused at the same time.
        open_bytes: how large these may be together.
        keep: how long an upload that nobody continues or uses is kept.

    """

    file_bytes: int
    open_count: int
    open_bytes: int
    keep: timedelta


class Hashes:
    """The hashes of uploads that this process has seen every byte of.

    A hash cannot be stored half-done. Where none is here, because another process took some of
    the bytes, the whole object is read once when it is complete.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[int, Hash]] = OrderedDict()

    def take(self, upload_id: str, offset: int) -> "Hash | None":
        """Return the hash of the first bytes of an upload, if it is known; it is not kept."""
        with self._lock:
            at, found = self._kept.pop(upload_id, (0, None))
        if offset == 0:
            return hashlib.sha256()
        return found if at == offset else None

    def keep(self, upload_id: str, offset: int, done: "Hash | None") -> None:
        """Remember the hash of the first bytes of an upload."""
        if done is None:
            return
        with self._lock:
            self._kept[upload_id] = (offset, done)
            while len(self._kept) > MAX_HASHES:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class UploadSite:
    """Where uploads come in."""

    database: Database
    storage: Storage
    clock: Clock
    limits: UploadLimits
    hashes: Hashes = field(default_factory=Hashes)
