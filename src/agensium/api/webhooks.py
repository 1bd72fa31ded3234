"""Webhooks: registering, looking, deleting, the log of deliveries, delivering again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from agensium.api.answers import answer, problems, root_of
from agensium.api.deps import ServicesDep
from agensium.tasks.webhooks.manage import (
    add_webhook,
    deliveries_of,
    load_webhook,
    make_callback,
    redeliver,
    webhooks_of,
)
from agensium.tasks.webhooks.models import (
    DeliveryState,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


class WebhookOut(Struct, frozen=True, kw_only=True):
    """A webhook; its ``secret`` is told once, when it is registered."""

    webhook_id: str
    url: str
    created_at: datetime
    disabled_at: datetime | None
    deliveries: str
    secret: str | UnsetType = UNSET


class AttemptOut(Struct, frozen=True, kw_only=True):
    """One attempt of a delivery: the receiver's status, or why there is none."""

    at: datetime
    milliseconds: int
    status: int | None
    error: str | None


class DeliveryOut(Struct, frozen=True, kw_only=True):
    """A message and what came of it; ``due_at`` is when it is tried next."""

    delivery_id: str
    type: str
    task_id: str
    status: DeliveryState
    created_at: datetime
    due_at: datetime | UnsetType
    attempts: tuple[AttemptOut, ...]


class DeliveryList(Struct, frozen=True, kw_only=True):
    """Deliveries, the newest first; ``next`` is the address of the following ones."""

    deliveries: tuple[DeliveryOut, ...]
    next: str | None


@router.post(
    "", status_code=201, responses={201: {"description": "Registered"}, **problems(422, 429, 503)}
)
def register(
    request: Request,
    services: ServicesDep,
    url: Annotated[str, Body(description="Where to POST to.")],
    secret: Annotated[str | None, Body(description="`whsec_…`; a new one if left out.")] = None,
) -> Response:
    """Register an address that hears when a task is over. The answer has the secret, once."""
    wanted = make_callback(url, secret, services.webhook_rules)
    now = services.clock()
    services.database.transact(
        lambda session: add_webhook(session, services.workspace_id, wanted, now)
    )
    with services.database.read() as session:
        webhook = load_webhook(session, services.workspace_id, wanted.id)
    return answer(_webhook(webhook, root_of(request), wanted.secret), 201)


@router.get("", responses={200: {"description": "The webhooks"}, **problems(503)})
def list_all(request: Request, services: ServicesDep) -> Response:
    """List the webhooks that hear of all tasks."""
    with services.database.read() as session:
        found = webhooks_of(session, services.workspace_id)
    return answer(tuple(_webhook(each, root_of(request)) for each in found))


@router.get("/{webhook_id}", responses={200: {"description": "It"}, **problems(404, 503)})
def show(request: Request, webhook_id: str, services: ServicesDep) -> Response:
    """Show a webhook; `disabled_at` is when its receiver answered 410."""
    with services.database.read() as session:
        webhook = load_webhook(session, services.workspace_id, webhook_id)
    return answer(_webhook(webhook, root_of(request)))


@router.delete("/{webhook_id}", status_code=204, responses=problems(404, 503))
def delete(webhook_id: str, services: ServicesDep) -> Response:
    """Delete a webhook with its deliveries."""
    services.database.transact(
        lambda session: session.delete(load_webhook(session, services.workspace_id, webhook_id))
    )
    return Response(status_code=204)


@router.get(
    "/{webhook_id}/deliveries", responses={200: {"description": "A page"}, **problems(404, 503)}
)
def deliveries(
    request: Request,
    webhook_id: str,
    services: ServicesDep,
    before: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """List a webhook's deliveries with every attempt, the newest first."""
    with services.database.read() as session:
        webhook = load_webhook(session, services.workspace_id, webhook_id)
        found = deliveries_of(session, webhook, before)
    following = None
    if found:
        base = _webhook(webhook, root_of(request)).deliveries
        following = f"{base}?before={found[-1][0].id}"
    shown = tuple(_delivery(each, tried) for each, tried in found)
    return answer(DeliveryList(deliveries=shown, next=following))


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    responses={202: {"description": "It is made again"}, **problems(404, 409, 503)},
)
def deliver_again(webhook_id: str, delivery_id: str, services: ServicesDep) -> Response:
    """Make a delivery again: the same message under the same id."""

    def again(session: Session) -> None:
        webhook = load_webhook(session, services.workspace_id, webhook_id)
        redeliver(session, webhook, delivery_id, services.clock())

    services.database.transact(again)
    return Response(status_code=202)


def _webhook(webhook: Webhook, root: str, secret: str | None = None) -> WebhookOut:
    return WebhookOut(
        webhook_id=webhook.id,
        url=webhook.url,
        created_at=webhook.created_at,
        disabled_at=webhook.disabled_at,
        deliveries=f"{root}/webhooks/{webhook.id}/deliveries",
        secret=UNSET if secret is None else secret,
    )


def _delivery(delivery: WebhookDelivery, tried: Sequence[WebhookAttempt]) -> DeliveryOut:
    waiting = delivery.state == DeliveryState.PENDING
    return DeliveryOut(
        delivery_id=delivery.id,
        type=delivery.kind,
        task_id=delivery.task_id,
        status=DeliveryState(delivery.state),
        created_at=delivery.created_at,
        due_at=delivery.due_at if waiting else UNSET,
        attempts=tuple(
            AttemptOut(at=one.at, milliseconds=one.milliseconds, status=one.status, error=one.error)
            for one in tried
        ),
    )
