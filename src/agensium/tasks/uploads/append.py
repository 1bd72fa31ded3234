"""Continuing an upload: one request's bytes on their way to its end.

Whoever continues takes the upload over from any connection that is still at it: that one finds
out with its next write and ends.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import Conflict, TooLarge
from agensium.data.dataset import check_head
from agensium.data.formats import HEAD_BYTES
from agensium.storage.intact import read_intact
from agensium.storage.parts import Part, Place
from agensium.tasks.objects import adopt, discard, note_strays
from agensium.tasks.uploads.models import Transport, Upload, UploadPart, UploadState
from agensium.tasks.uploads.queries import load_upload
from agensium.tasks.uploads.site import UploadSite

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

DIGEST_CHARS: Final = 64
TOUCH_SHARE: Final = 4
"""An upload is touched so often while bytes come that it never comes near being forgotten."""


@dataclass(frozen=True)
class Claimed:
    """The right to continue an upload, and what is needed for it."""

    id: str
    key: str
    token: str
    fence: int
    offset: int
    total: int
    part_bytes: int
    tail_key: str | None


def claim(site: UploadSite, workspace_id: str, upload_id: str, offset: int) -> Claimed:
    """Take an upload over at this offset.

    Raises:
        NotFound: there is no such upload.
        Conflict: it is elsewhere than the caller believes.

    """
    now = site.clock()

    def take(session: Session) -> Claimed:
        row = load_upload(session, workspace_id, upload_id)
        if row.transport != Transport.TUS or row.token is None:
            raise Conflict("This upload does not take its bytes from here.")
        values = {"fence": Upload.fence + 1, **_alive(site, now)}
        at = (Upload.state == UploadState.OPEN, Upload.bytes_received == offset)
        if not _change(session, upload_id, at, values):
            raise Conflict(f"The upload has {row.bytes_received:,} bytes, not {offset:,}.")
        row = session.scalars(
            select(Upload).where(Upload.id == upload_id).execution_options(populate_existing=True)
        ).one()
        return Claimed(
            row.id, row.object_key, row.token or "", row.fence, offset, row.bytes_total,
            row.part_bytes, row.tail_key,
        )  # fmt: skip

    return site.database.transact(take)


class Appending:
    """Takes the bytes of one request.

    Args:
        site: where uploads come in.
        claimed: the right to continue.
        atomic: whether all of the bytes count or none: nothing is confirmed before ``end``.

    """

    def __init__(self, site: UploadSite, claimed: Claimed, *, atomic: bool = False) -> None:
        self._site, self._claimed, self._atomic = site, claimed, atomic
        self._tail_key = claimed.tail_key
        tail = b"" if claimed.tail_key is None else _read_tail(site, claimed.tail_key)
        self._buffer = bytearray(tail)
        self._received = claimed.offset
        self._stored = claimed.offset - len(tail)
        self._unconfirmed: list[Part] = []
        self._hash: Hash | None = site.hashes.take(claimed.id, claimed.offset)
        self._before = self._hash.copy() if self._hash is not None else None
        self._checked = claimed.offset > 0
        self._touched = site.clock()

    @property
    def received(self) -> int:
        """How many bytes of the file there are, with those that are not confirmed."""
        return self._received

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self._received == self._claimed.total

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: there are more than the upload is to have.
            InvalidInput: they belong to a file that no agent reads.
            Conflict: somebody else continues the upload.
            StorageUnavailable: the storage does not take them.

        """
        if self._received + len(data) > self._claimed.total:
            raise TooLarge(
                f"More bytes came than the {self._claimed.total:,} that were announced.",
                hint="Begin an upload with the size of the whole file.",
            )
        self._buffer += data
        self._received += len(data)
        if self._hash is not None:
            self._hash.update(data)
        self._look()
        while len(self._buffer) >= self._claimed.part_bytes:
            self._store(self._claimed.part_bytes)
        self._touch()

    def end(self) -> int:
        """Confirm what came; return how many bytes of the file there are now."""
        if self._received > self._claimed.offset:
            if self._buffer and self.is_whole:
                self._store(len(self._buffer))
            if self._buffer:
                self._store_tail()
            elif self._unconfirmed:
                self._confirm(None)
        self._site.hashes.keep(self._claimed.id, self._received, self._hash)
        return self._received

    def refuse(self) -> None:
        """Forget what came; only for bytes that count together or not at all."""
        self._site.hashes.keep(self._claimed.id, self._claimed.offset, self._before)

    def _look(self) -> None:
        """Refuse a file that no agent reads as soon as its first bytes are here."""
        if not self._checked and len(self._buffer) >= HEAD_BYTES:
            check_head(bytes(self._buffer[:HEAD_BYTES]))
            self._checked = True

    def _store(self, size: int) -> None:
        claimed, parts = self._claimed, self._site.storage.parts
        self._guarded()
        data = bytes(self._buffer[:size])
        place = Place(self._next_number(), self._stored)
        self._unconfirmed.append(parts.put(claimed.key, claimed.token, place, data))
        del self._buffer[:size]
        self._stored += size
        if not self._atomic:
            self._confirm(None)

    def _next_number(self) -> int:
        # Each place has two numbers. Who takes an upload over uses the other one, so that a part
        # that the connection before is still sending replaces nothing.
        index = self._stored // self._claimed.part_bytes
        return 2 * index + self._claimed.fence % 2 + 1

    def _store_tail(self) -> None:
        """Keep bytes that are too few for a part in an object of their own."""
        digest = hashlib.sha256(self._buffer).hexdigest()
        key = f"{self._claimed.key}.tail.{self._claimed.fence}.{self._received}.{digest}"
        site, due = self._site, self._site.clock() + self._site.limits.keep
        site.database.transact(lambda session: note_strays(session, [key], due))
        with site.storage.writer(key) as writer:
            writer.write(bytes(self._buffer))
            writer.commit()
        self._confirm(key)

    def _confirm(self, tail_key: str | None) -> None:
        confirmed = self._stored + (len(self._buffer) if tail_key else 0)
        old, now = self._tail_key, self._site.clock()
        values = {"bytes_received": confirmed, "tail_key": tail_key}

        def write(session: Session) -> None:
            self._require(session, values, now)
            session.add_all(
                UploadPart(
                    upload_id=self._claimed.id, number=part.number, bytes=part.bytes, tag=part.tag
                )
                for part in self._unconfirmed
            )
            if tail_key is not None:
                adopt(session, tail_key)
            if old is not None:
                note_strays(session, [old], now)

        self._site.database.transact(write)
        self._unconfirmed.clear()
        self._tail_key, self._touched = tail_key, now
        if old is not None:
            discard(self._site.database, self._site.storage, [old])

    def _touch(self) -> None:
        now = self._site.clock()
        if now - self._touched > self._site.limits.keep / TOUCH_SHARE:
            self._guarded()
            self._touched = now

    def _guarded(self) -> None:
        now = self._site.clock()
        self._site.database.transact(lambda session: self._require(session, {}, now))

    def _require(self, session: Session, values: Mapping[str, Any], now: datetime) -> None:
        mine = (Upload.fence == self._claimed.fence, Upload.state == UploadState.OPEN)
        alive = _alive(self._site, now)
        if not _change(session, self._claimed.id, mine, {**values, **alive}):
            raise Conflict("Another request continues this upload, or it was deleted.")


def _read_tail(site: UploadSite, key: str) -> bytes:
    """Return the bytes that were too few for a part; their digest is in the key.

    Raises:
        Corrupted: they are not those that were stored.

    """
    digest = key.rsplit(".", 1)[-1]
    if len(digest) != DIGEST_CHARS:  # begun with an earlier version
        return site.storage.read(key)
    return read_intact(site.storage, key, digest)


def _change(
    session: Session, upload_id: str, where: tuple[Any, ...], values: Mapping[str, Any]
) -> bool:
    statement = (
        update(Upload)
        .where(Upload.id == upload_id, *where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def _alive(site: UploadSite, now: datetime) -> dict[str, Any]:
    """Return the columns that say that somebody cares for an upload."""
    return {"touched_at": now, "expires_at": now + site.limits.keep}
