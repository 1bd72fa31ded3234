"""Beginning an upload: within the quotas of its workspace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from ulid import ULID

from agensium.accounts.models import Workspace
from agensium.core.errors import Conflict, EmptyFile, InvalidRequest, QuotaExceeded
from agensium.tasks.receive import too_large
from agensium.tasks.uploads.models import Transport, Upload, UploadState
from agensium.tasks.uploads.site import UploadLimits, UploadSite

PART_BYTES: Final = 5 << 20
MAX_PARTS: Final = 5_000
"""Stores take 10,000, and each place has two numbers: see `append`."""
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class NewUpload:
    """What somebody wants to hand over.

    Attributes:
        name: what the sender calls the file, already clean.
        bytes: how large it is.
        sha256: its digest in hexadecimal, if the sender wants it to be checked.
        transport: how it is to come.
        note: what the sender wants to read again.

    """

    name: str
    bytes: int
    sha256: str | None = None
    transport: Transport = Transport.TUS
    note: str = ""


def begin(site: UploadSite, workspace_id: str, wanted: NewUpload) -> str:
    """Write an upload down and begin its object; return its id.

    Raises:
        TooLarge: it is larger than any file may be.
        EmptyFile: it has no bytes.
        QuotaExceeded: the workspace has too many others, or too large ones.
        Conflict: the store takes nothing but from us.

    """
    _check(site, wanted)
    now = site.clock()
    upload_id = str(ULID())
    upload = Upload(
        id=upload_id,
        workspace_id=workspace_id,
        name=wanted.name,
        note=wanted.note.encode(),
        transport=wanted.transport,
        object_key=f"uploads/{upload_id}",
        bytes_total=wanted.bytes,
        part_bytes=max(PART_BYTES, -(-wanted.bytes // MAX_PARTS)),
        sha256_wanted=wanted.sha256,
        created_at=now,
        touched_at=now,
        expires_at=now + site.limits.keep,
    )
    site.database.transact(lambda session: _insert(session, upload, site.limits))
    # The row is there first: whatever dies from here on, the sweep finds what was begun.
    token = site.storage.parts.begin(upload.object_key)
    site.database.transact(lambda session: _begun(session, upload_id, token, now))
    return upload_id


def _check(site: UploadSite, wanted: NewUpload) -> None:
    if wanted.bytes > site.limits.file_bytes:
        raise too_large(site.limits.file_bytes)
    if wanted.bytes == 0:
        raise EmptyFile("The file is empty.", hint="Send a file with a table in it.")
    if wanted.sha256 is not None and not (len(wanted.sha256) == 64 and set(wanted.sha256) <= _HEX):
        raise InvalidRequest("The sha256 is not 64 hexadecimal digits in lower case.")
    if wanted.transport is Transport.PARTS and site.storage.direct is None:
        raise Conflict(
            "This service keeps files in a folder, which takes no parts from elsewhere.",
            hint="Send the bytes to this service, by tus.",
        )


def _insert(session: Session, upload: Upload, limits: UploadLimits) -> None:
    # Two that begin at once wait for each other here, so that the quota holds.
    owner = select(Workspace.id).where(Workspace.id == upload.workspace_id)
    session.execute(owner.with_for_update())
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Upload.bytes_total), 0)).where(
            Upload.workspace_id == upload.workspace_id, Upload.dataset_id.is_(None)
        )
    ).one()
    if count >= limits.open_count:
        raise QuotaExceeded(
            f"There are {count:,} uploads that no task uses yet; more are not allowed.",
            hint="Finish, use or delete some; they are forgotten after a while.",
        )
    if size + upload.bytes_total > limits.open_bytes:
        raise QuotaExceeded(
            f"Uploads that no task uses yet may have {limits.open_bytes:,} bytes together; "
            f"this one would make it {size + upload.bytes_total:,}.",
            hint="Finish, use or delete some; they are forgotten after a while.",
        )
    session.add(upload)


def _begun(session: Session, upload_id: str, token: str, now: datetime) -> None:
    upload = session.get(Upload, upload_id)
    if upload is not None and upload.state == UploadState.OPEN:
        upload.token, upload.touched_at = token, now
