"""What a workspace may do with its webhooks: register, look, delete, deliver again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from ulid import ULID

from agensium.core.errors import Conflict, NotFound, QuotaExceeded
from agensium.tasks.webhooks.models import (
    DeliveryState,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from agensium.tasks.webhooks.sealing import SealBrokenError, SecretBox
from agensium.tasks.webhooks.sending import check_address
from agensium.tasks.webhooks.signing import check_secret, new_secret

MAX_WEBHOOKS: Final = 50
KEPT: Final = timedelta(days=30)
"""How long the log is kept, and the callbacks of single tasks."""
BATCH: Final = 500
PAGE: Final = 100


@dataclass(frozen=True)
class Callback:
    """An address that wants to hear, and the secret that proves whom a message comes from."""

    id: str
    url: str
    secret: str
    sealed: str
    """The secret as it is stored."""


@dataclass(frozen=True)
class Rules:
    """What holds for all webhooks of a service.

    Attributes:
        private: whether http and addresses of private networks are allowed.
        box: keeps the secrets; without one there are no webhooks.

    """

    private: bool
    box: SecretBox | None

    def secret_of(self, webhook_id: str, sealed: str) -> str:
        """Return the secret of a webhook.

        Raises:
            SealBrokenError: the service has not the key that it was sealed with.

        """
        if self.box is None:
            raise SealBrokenError
        return self.box.open(webhook_id, sealed)


def make_callback(url: str, secret: str | None, rules: Rules) -> Callback:
    """Return a callback to this address.

    Raises:
        InvalidRequest: the address or the secret cannot be used.
        Conflict: the service has no key for secrets.

    """
    check_address(url, private=rules.private)
    if secret:
        check_secret(secret)
    if rules.box is None:
        raise Conflict(
            "This service has no key to keep the webhook's secret with.",
            hint="The operator sets AGENSIUM_SECRET_KEY, the same one for API and workers.",
        )
    webhook_id, chosen = str(ULID()), secret or new_secret()
    return Callback(webhook_id, url, chosen, rules.box.seal(webhook_id, chosen))


def add_webhook(
    session: Session, workspace_id: str, wanted: Callback, now: datetime, task_id: str | None = None
) -> None:
    """Register a callback for all tasks of a workspace, or for one.

    Raises:
        QuotaExceeded: the workspace has enough of them.

    """
    if task_id is None and len(webhooks_of(session, workspace_id)) >= MAX_WEBHOOKS:
        raise QuotaExceeded(f"There are {MAX_WEBHOOKS} webhooks already.", hint="Delete one.")
    session.add(
        Webhook(
            id=wanted.id,
            workspace_id=workspace_id,
            url=wanted.url,
            secret=wanted.sealed,
            created_at=now,
            task_id=task_id,
        )
    )


def webhooks_of(session: Session, workspace_id: str) -> Sequence[Webhook]:
    """Return the webhooks that hear of all tasks of a workspace, the oldest first."""
    mine = select(Webhook).where(Webhook.workspace_id == workspace_id, Webhook.task_id.is_(None))
    return session.scalars(mine.order_by(Webhook.id)).all()


def load_webhook(session: Session, workspace_id: str, webhook_id: str) -> Webhook:
    """Return a webhook.

    Raises:
        NotFound: the workspace has no such webhook.

    """
    mine = select(Webhook).where(Webhook.workspace_id == workspace_id, Webhook.id == webhook_id)
    webhook = session.scalar(mine)
    if webhook is None:
        raise NotFound(f"There is no webhook '{webhook_id[:64]}'.")
    return webhook


def deliveries_of(
    session: Session, webhook: Webhook, before: str | None
) -> Sequence[tuple[WebhookDelivery, Sequence[WebhookAttempt]]]:
    """Return deliveries of a webhook with their log, the newest first."""
    wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if before is not None:
        wanted = wanted.where(WebhookDelivery.id < before)
    found = session.scalars(wanted.order_by(WebhookDelivery.id.desc()).limit(PAGE)).all()
    tried = session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id.in_([each.id for each in found]))
        .order_by(WebhookAttempt.number)
    ).all()
    return [(each, [one for one in tried if one.delivery_id == each.id]) for each in found]


def redeliver(session: Session, webhook: Webhook, delivery_id: str, now: datetime) -> None:
    """Let a delivery be made again, at once.

    Raises:
        NotFound: the webhook has no such delivery.
        Conflict: the receiver said that it is gone.

    """
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.webhook_id != webhook.id:
        raise NotFound(f"There is no delivery '{delivery_id[:64]}'.")
    if webhook.disabled_at is not None:
        raise Conflict(
            "The receiver answered that it is gone; nothing is sent there any more.",
            hint="Register the webhook again.",
        )
    delivery.state, delivery.attempts, delivery.due_at = DeliveryState.PENDING, 0, now
    delivery.fence += 1


def forget_old(session: Session, now: datetime) -> None:
    """Delete a batch of deliveries and of single tasks' callbacks that are long over."""
    for model, over in (
        (WebhookDelivery, WebhookDelivery.state != DeliveryState.PENDING),
        (Webhook, Webhook.task_id.is_not(None)),
    ):
        old = select(model.id).where(over, model.created_at <= now - KEPT).limit(BATCH)
        ids = session.scalars(old).all()
        if ids:
            session.execute(delete(model).where(model.id.in_(ids)))
