"""The rows of uploads."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agensium.accounts.models import Workspace
from agensium.db.base import Base
from agensium.db.types import code, counter, document
from agensium.tasks.models import ID_CHARS, KEY_CHARS

TOKEN_CHARS: Final = 1024


class UploadState(StrEnum):
    """How far an upload is."""

    OPEN = "OPEN"
    COMPLETE = "COMPLETE"


class Transport(StrEnum):
    """How its bytes come."""

    TUS = "tus"
    """Through us, in order."""
    PARTS = "parts"
    """Straight to the store, in parts."""


class Upload(Base):
    """A file that somebody is handing over, or has handed over and not used yet."""

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_workspace_id_state", "workspace_id", "state"),
        Index("ix_upload_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey(Workspace.id))
    name: Mapped[str] = mapped_column(String(1024))
    note: Mapped[bytes] = mapped_column(document())
    """What the sender says about it, for the sender: tus's metadata as they came."""
    transport: Mapped[str] = mapped_column(code(16))
    object_key: Mapped[str] = mapped_column(code(KEY_CHARS))
    bytes_total: Mapped[int] = mapped_column(counter())
    part_bytes: Mapped[int] = mapped_column(counter())
    sha256_wanted: Mapped[str | None] = mapped_column(code(64))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    state: Mapped[str] = mapped_column(code(16), default=UploadState.OPEN)
    token: Mapped[str | None] = mapped_column(code(TOKEN_CHARS), default=None)
    bytes_received: Mapped[int] = mapped_column(counter(), default=0)
    tail_key: Mapped[str | None] = mapped_column(code(KEY_CHARS), default=None)
    """Where the last bytes lie, if they are too few for a part."""
    fence: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with each request that continues it; a write with an older number changes nothing."""
    sha256: Mapped[str | None] = mapped_column(code(64), default=None)
    dataset_id: Mapped[str | None] = mapped_column(code(ID_CHARS), default=None)
    """The dataset that it became; from then on the object belongs to that."""


class UploadPart(Base):
    """A part that the store has."""

    __tablename__ = "upload_part"

    upload_id: Mapped[str] = mapped_column(
        code(ID_CHARS), ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bytes: Mapped[int] = mapped_column(counter())
    tag: Mapped[str] = mapped_column(code(255))
