"""Forgetting uploads: those that their owner deletes, and those that nobody cares for."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import NotFound
from agensium.db.database import Database
from agensium.storage.storage import Storage
from agensium.tasks.objects import discard, note_strays
from agensium.tasks.uploads.models import Transport, Upload, UploadPart, UploadState
from agensium.tasks.uploads.queries import load_upload

BATCH: Final = 200


def forget(
    database: Database, storage: Storage, workspace_id: str, upload_id: str, now: datetime
) -> None:
    """Delete an upload with its bytes; those that a task uses stay with the task.

    Raises:
        NotFound: the workspace has no such upload.

    """

    def work(session: Session) -> list[str]:
        return _delete(session, load_upload(session, workspace_id, upload_id), now)

    discard(database, storage, database.transact(work))


def sweep_uploads(database: Database, storage: Storage, now: datetime) -> int:
    """Forget the uploads that nobody has continued or used for too long; return how many."""
    with database.read() as session:
        overdue = select(Upload.id).where(Upload.expires_at <= now).limit(BATCH)
        ids = list(session.scalars(overdue))
    return sum(_sweep(database, storage, upload_id, now) for upload_id in ids)


def _sweep(database: Database, storage: Storage, upload_id: str, now: datetime) -> bool:
    with database.read() as session:
        upload = session.get(Upload, upload_id)
    if upload is None or _is_under_way(database, storage, upload, now):
        return False

    def work(session: Session) -> list[str]:
        found = select(Upload).where(Upload.id == upload_id, Upload.expires_at <= now)
        row = session.scalar(found.with_for_update())
        return [] if row is None else _delete(session, row, now)

    discard(database, storage, database.transact(work))
    return True


def _is_under_way(database: Database, storage: Storage, upload: Upload, now: datetime) -> bool:
    """Tell whether parts still come, straight to the store where we do not see them; note it."""
    direct = storage.direct
    open_parts = upload.transport == Transport.PARTS and upload.state == UploadState.OPEN
    if not open_parts or direct is None or upload.token is None:
        return False
    try:
        times = [at for _, at in direct.stored(upload.object_key, upload.token)]
    except NotFound:
        return False
    keep = upload.expires_at - upload.touched_at
    newest = max(times, default=upload.touched_at)
    if newest + keep <= now:
        return False
    touched = update(Upload).where(Upload.id == upload.id)
    values = {"touched_at": newest, "expires_at": newest + keep}
    database.transact(lambda session: session.execute(touched.values(**values)))
    return True


def _delete(session: Session, upload: Upload, now: datetime) -> list[str]:
    keys = [] if upload.dataset_id else [upload.object_key]
    keys += [upload.tail_key] if upload.tail_key else []
    session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
    session.delete(upload)
    note_strays(session, keys, now)
    return keys
