"""Looking uploads up. Every query names its workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agensium.core.errors import NotFound
from agensium.storage.parts import Part
from agensium.tasks.uploads.models import Transport, Upload, UploadPart, UploadState


@dataclass(frozen=True)
class UploadView:
    """An upload as its owner sees it."""

    id: str
    name: str
    note: bytes
    state: UploadState
    transport: Transport
    bytes_total: int
    bytes_received: int
    part_bytes: int
    sha256: str | None
    expires_at: datetime


def load_upload(session: Session, workspace_id: str, upload_id: str) -> Upload:
    """Return an upload's row.

    Raises:
        NotFound: the workspace has no such upload, or it was forgotten.

    """
    owned = select(Upload).where(Upload.workspace_id == workspace_id)
    upload = session.scalar(owned.where(Upload.id == upload_id))
    if upload is None:
        raise NotFound(
            f"There is no upload '{upload_id[:64]}'.",
            hint="Uploads that nobody continues or uses are forgotten after a while.",
        )
    return upload


def get_upload(session: Session, workspace_id: str, upload_id: str) -> UploadView:
    """Return an upload.

    Raises:
        NotFound: the workspace has no such upload, or it was forgotten.

    """
    row = load_upload(session, workspace_id, upload_id)
    return UploadView(
        id=row.id,
        name=row.name,
        note=row.note,
        state=UploadState(row.state),
        transport=Transport(row.transport),
        bytes_total=row.bytes_total,
        bytes_received=row.bytes_received,
        part_bytes=row.part_bytes,
        sha256=row.sha256,
        expires_at=row.expires_at,
    )


def parts_of(session: Session, upload_id: str) -> Sequence[Part]:
    """Return the parts of an upload, in order."""
    rows = session.execute(
        select(UploadPart.number, UploadPart.bytes, UploadPart.tag)
        .where(UploadPart.upload_id == upload_id)
        .order_by(UploadPart.number)
    )
    return [Part(row.number, row.bytes, row.tag) for row in rows]
