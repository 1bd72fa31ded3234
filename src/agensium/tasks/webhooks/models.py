"""The rows of webhooks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agensium.accounts.models import Workspace
from agensium.db.base import Base
from agensium.db.types import code, document
from agensium.tasks.models import ID_CHARS

URL_CHARS = 2000
ERROR_CHARS = 500


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Webhook(Base):
    """An address that wants to hear of the tasks of a workspace, or of one task."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey(Workspace.id), index=True)
    url: Mapped[str] = mapped_column(String(URL_CHARS))
    secret: Mapped[str] = mapped_column(code(128))
    """Sealed: `agensium.tasks.webhooks.sealing`."""
    created_at: Mapped[datetime]
    task_id: Mapped[str | None] = mapped_column(code(ID_CHARS), default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class WebhookDelivery(Base):
    """A message for a webhook; its payload never changes, so that its signature holds."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_state_due_at", "state", "due_at"),
        Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
    )

    id: Mapped[str] = mapped_column(code(32), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    task_id: Mapped[str] = mapped_column(code(ID_CHARS))
    kind: Mapped[str] = mapped_column(code(32))
    payload: Mapped[bytes] = mapped_column(document())
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it is tried next; while somebody tries, when somebody else may."""
    state: Mapped[str] = mapped_column(code(16), default=DeliveryState.PENDING)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """Attempts since it was last asked for; they choose the pause before the next one."""


class WebhookAttempt(Base):
    """One attempt of a delivery, for its log."""

    __tablename__ = "webhook_attempt"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("webhook_delivery.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    milliseconds: Mapped[int] = mapped_column(Integer)
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(ERROR_CHARS))
