"""Completing an upload: its parts become one object, whose digest is known and checked."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from agensium.core.errors import (
    ChecksumMismatch,
    Conflict,
    InternalError,
    InvalidInput,
    NotFound,
)
from agensium.data.dataset import check_head
from agensium.data.formats import HEAD_BYTES
from agensium.storage.parts import Part
from agensium.tasks.uploads.forget import forget
from agensium.tasks.uploads.models import Transport, Upload, UploadState
from agensium.tasks.uploads.queries import load_upload, parts_of
from agensium.tasks.uploads.site import UploadSite


def finish(site: UploadSite, workspace_id: str, upload_id: str) -> None:
    """Complete an upload whose bytes are all here; doing it twice changes nothing.

    Where this process has not seen all of the bytes, they are read from the store once.

    Raises:
        NotFound: there is no such upload.
        Conflict: bytes are missing.
        ChecksumMismatch: the digest is another than was announced; the upload is forgotten.
        InvalidInput: no agent reads such a file; the upload is forgotten.

    """
    with site.database.read() as session:
        upload = load_upload(session, workspace_id, upload_id)
        parts = parts_of(session, upload_id)
    if upload.state == UploadState.COMPLETE:
        return
    if upload.token is None:
        raise Conflict("The upload has not begun.")
    if upload.transport == Transport.PARTS:
        parts = _stored(site, upload, upload.token)
    elif upload.bytes_received < upload.bytes_total:
        raise _incomplete(upload, upload.bytes_received)
    site.storage.parts.join(upload.object_key, upload.token, parts)
    try:
        sha256 = _verify(site, upload)
    except (ChecksumMismatch, InvalidInput):
        forget(site.database, site.storage, workspace_id, upload_id, site.clock())
        raise
    site.database.transact(lambda session: _complete(session, site, upload_id, sha256))


def _stored(site: UploadSite, upload: Upload, token: str) -> Sequence[Part]:
    """Return the parts of a direct upload, which only the store knows."""
    if site.storage.direct is None:
        raise InternalError("The store of this upload is not the present one.")
    try:
        stored = [part for part, _ in site.storage.direct.stored(upload.object_key, token)]
    except NotFound:  # they were joined before, by a process that died then
        return [Part(1, upload.bytes_total, "")]
    missing = _misfits(upload, {part.number: part.bytes for part in stored})
    if missing:
        shown = ", ".join(str(number) for number in missing[:20])
        raise Conflict(
            f"Parts are missing or have another size than {upload.part_bytes:,} bytes: {shown}.",
            hint=f"All parts together have {upload.bytes_total:,} bytes.",
        )
    return stored


def _misfits(upload: Upload, sizes: dict[int, int]) -> list[int]:
    count = -(-upload.bytes_total // upload.part_bytes)
    wanted = dict.fromkeys(range(1, count), upload.part_bytes)
    wanted[count] = upload.bytes_total - (count - 1) * upload.part_bytes
    numbers = sorted(wanted.keys() | sizes.keys())
    return [number for number in numbers if wanted.get(number) != sizes.get(number)]


def _verify(site: UploadSite, upload: Upload) -> str:
    """Return the digest of an object after a look at its beginning."""
    known = site.hashes.take(upload.id, upload.bytes_total)
    running = known or hashlib.sha256()
    head = bytearray()
    for chunk in site.storage.chunks(upload.object_key):
        head += chunk[: HEAD_BYTES - len(head)]
        if known is None:
            running.update(chunk)
        elif len(head) >= HEAD_BYTES:
            break
    check_head(bytes(head))
    digest = running.hexdigest()
    if upload.sha256_wanted not in {None, digest}:
        raise ChecksumMismatch(
            f"The file that came has the SHA-256 {digest}, not {upload.sha256_wanted}.",
            hint="Send it again, in a new upload.",
        )
    site.hashes.keep(upload.id, upload.bytes_total, known)
    return digest


def _complete(session: Session, site: UploadSite, upload_id: str, sha256: str) -> None:
    now = site.clock()
    done = update(Upload).where(Upload.id == upload_id, Upload.state == UploadState.OPEN)
    values = {
        "state": UploadState.COMPLETE, "sha256": sha256, "bytes_received": Upload.bytes_total,
        "touched_at": now, "expires_at": now + site.limits.keep,
    }  # fmt: skip
    changed = cast("CursorResult[Any]", session.execute(done.values(**values)))
    if changed.rowcount == 0 and session.get(Upload, upload_id) is None:
        raise NotFound("The upload was deleted meanwhile.")


def _incomplete(upload: Upload, received: int) -> Conflict:
    return Conflict(
        f"The upload is not complete: {received:,} of {upload.bytes_total:,} bytes are here.",
        hint="Send the rest first.",
    )
