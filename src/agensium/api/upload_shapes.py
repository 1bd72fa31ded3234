"""The shapes of uploads."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from agensium.tasks.uploads.models import Transport, UploadState
from agensium.tasks.uploads.queries import UploadView


class UploadIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants to hand over; ``direct`` sends it in parts, straight to the store."""

    name: str
    bytes: int
    sha256: str | None = None
    direct: bool = False


class PartsIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts that a client wants to send now."""

    numbers: tuple[int, ...]


class PartOut(Struct, frozen=True, kw_only=True):
    """Where to PUT a part, and how large it is to be."""

    number: int
    bytes: int
    url: str


class PartsOut(Struct, frozen=True, kw_only=True):
    """Addresses for parts."""

    parts: tuple[PartOut, ...]


class UploadLinks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where to go from an upload."""

    self: str
    complete: str
    parts: str | UnsetType = UNSET


class UploadOut(Struct, frozen=True, kw_only=True):
    """An upload; ``sha256`` is there once it is complete."""

    upload_id: str
    status: UploadState
    transport: Transport
    name: str
    bytes: int
    received: int
    part_bytes: int
    sha256: str | None
    expires_at: datetime
    links: UploadLinks


def upload_out(view: UploadView, root: str) -> UploadOut:
    """Return an upload as it is shown to its owner."""
    base = f"{root}/uploads/{view.id}"
    takes_parts = view.transport is Transport.PARTS and view.state is UploadState.OPEN
    return UploadOut(
        upload_id=view.id,
        status=view.state,
        transport=view.transport,
        name=view.name,
        bytes=view.bytes_total,
        received=view.bytes_received,
        part_bytes=view.part_bytes,
        sha256=view.sha256,
        expires_at=view.expires_at,
        links=UploadLinks(
            self=base,
            complete=f"{base}/complete",
            parts=f"{base}/parts" if takes_parts else UNSET,
        ),
    )
