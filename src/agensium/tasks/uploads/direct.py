"""Uploads straight to the store: the client sends the parts to signed addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from agensium.core.errors import Conflict, InvalidRequest
from agensium.tasks.uploads.models import Transport, Upload, UploadState
from agensium.tasks.uploads.queries import load_upload
from agensium.tasks.uploads.site import UploadSite

VALID: Final = timedelta(hours=1)
MAX_AT_ONCE: Final = 100


@dataclass(frozen=True)
class SignedPart:
    """Where to PUT a part, and how large it is to be."""

    number: int
    bytes: int
    url: str


def sign_parts(
    site: UploadSite, workspace_id: str, upload_id: str, numbers: Collection[int]
) -> tuple[SignedPart, ...]:
    """Return addresses for some parts; they hold for ``VALID``.

    Raises:
        NotFound: there is no such upload.
        Conflict: it is complete, or takes its bytes in another way.
        InvalidRequest: it has no such parts.

    """

    def touch(session: Session) -> Upload:
        row = load_upload(session, workspace_id, upload_id)
        row.touched_at = site.clock()
        row.expires_at = row.touched_at + max(site.limits.keep, VALID)
        return row

    upload = site.database.transact(touch)
    direct = site.storage.direct
    if upload.transport != Transport.PARTS or direct is None or upload.token is None:
        raise Conflict("This upload takes its bytes from here, by tus.")
    if upload.state != UploadState.OPEN:
        raise Conflict("This upload is complete.")
    count = -(-upload.bytes_total // upload.part_bytes)
    if not numbers or len(numbers) > MAX_AT_ONCE or not all(1 <= each <= count for each in numbers):
        raise InvalidRequest(f"Ask for 1 to {MAX_AT_ONCE} parts, with numbers from 1 to {count}.")
    last = upload.bytes_total - (count - 1) * upload.part_bytes
    seconds = int(VALID.total_seconds())
    return tuple(
        SignedPart(
            number,
            last if number == count else upload.part_bytes,
            direct.sign(upload.object_key, upload.token, number, seconds),
        )
        for number in numbers
    )
