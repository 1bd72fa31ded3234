"""Using an upload: it becomes a dataset, which any number of tasks may take."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from ulid import ULID

from agensium.core.errors import Conflict, NotFound
from agensium.tasks.models import Dataset
from agensium.tasks.receive import Received
from agensium.tasks.uploads.finish import finish
from agensium.tasks.uploads.models import Upload, UploadState
from agensium.tasks.uploads.queries import load_upload
from agensium.tasks.uploads.site import UploadSite


def received(site: UploadSite, workspace_id: str, upload_id: str) -> Received:
    """Return an upload as a file that was received, completing it first if need be.

    Raises:
        NotFound: there is no such upload.
        Conflict: bytes are missing.

    """
    finish(site, workspace_id, upload_id)
    with site.database.read() as session:
        row = load_upload(session, workspace_id, upload_id)
    return Received(row.name, row.object_key, row.bytes_total, row.sha256 or "", upload_id)


def dataset_of(session: Session, workspace_id: str, upload_id: str, now: datetime) -> str:
    """Return the dataset of a complete upload, which is made when it is used first.

    Raises:
        NotFound: there is no such upload, or its file was deleted with the task that used it.

    """
    owned = select(Upload).where(Upload.workspace_id == workspace_id, Upload.id == upload_id)
    upload = session.scalar(owned.with_for_update())
    if upload is None:
        raise NotFound(f"There is no upload '{upload_id[:64]}'.")
    if upload.state != UploadState.COMPLETE:
        raise Conflict("The upload is not complete.")
    if upload.dataset_id is not None:
        # The lock keeps retention from letting go of the file in between.
        found = select(Dataset).where(Dataset.id == upload.dataset_id).with_for_update()
        dataset = session.scalar(found)
        if dataset is None or dataset.expired_at is not None:
            raise NotFound("The file of this upload was deleted with the task that used it.")
        return dataset.id
    dataset = Dataset(
        id=str(ULID()),
        workspace_id=workspace_id,
        name=upload.name,
        object_key=upload.object_key,
        bytes=upload.bytes_total,
        sha256=upload.sha256 or "",
        created_at=now,
    )
    session.add(dataset)
    upload.dataset_id = dataset.id
    return dataset.id
