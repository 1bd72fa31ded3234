"""Writing deliveries down, in the transaction that ends a task."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session
from ulid import ULID

from agensium.tasks.models import Task
from agensium.tasks.states import TERMINAL, State
from agensium.tasks.webhooks.models import Webhook, WebhookDelivery

_KINDS = {
    State.SUCCESS: "task.succeeded",
    State.FAILURE: "task.failed",
    State.REVOKED: "task.revoked",
}


class EndedTask(Struct, frozen=True, kw_only=True):
    """A task that is over, as a message tells of it."""

    task_id: str
    status: State
    agent: str
    summary: Raw | UnsetType = UNSET
    error: str | UnsetType = UNSET


class Message(Struct, frozen=True, kw_only=True):
    """A message, in the shape of Standard Webhooks."""

    type: str
    timestamp: datetime
    data: EndedTask


def enqueue(session: Session, task_ids: Collection[str], now: datetime) -> None:
    """Write a delivery for each webhook that wants to hear of those of the tasks that are over."""
    rows = session.execute(_WANTED, {"task_ids": list(task_ids)})
    session.add_all([_delivery(row, now) for row in rows])


_WANTED: Final = (
    select(Webhook.id, Task.id, Task.state, Task.agent, Task.summary, Task.error_code)
    .join(Webhook, Webhook.workspace_id == Task.workspace_id)
    .where(Task.id.in_(bindparam("task_ids", expanding=True)), Task.state.in_(TERMINAL))
    .where(or_(Webhook.task_id.is_(None), Webhook.task_id == Task.id))
    .where(Webhook.disabled_at.is_(None))
)


def _delivery(row: Any, now: datetime) -> WebhookDelivery:  # noqa: ANN401 - a row of six
    webhook_id, task_id, state, agent, summary, error = row
    ended = EndedTask(
        task_id=task_id,
        status=state,
        agent=agent,
        summary=UNSET if summary is None else Raw(summary),
        error=UNSET if error is None else error,
    )
    message = Message(type=_KINDS[state], timestamp=now, data=ended)
    return WebhookDelivery(
        id=f"msg_{ULID()}",
        webhook_id=webhook_id,
        task_id=task_id,
        kind=message.type,
        payload=msgspec.json.encode(message),
        created_at=now,
        due_at=now,
    )
