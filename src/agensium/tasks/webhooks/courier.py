"""The courier: claims deliveries that are due, makes them and writes down what came of it."""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import DatabaseUnavailable
from agensium.db.database import Database
from agensium.tasks.clock import Clock
from agensium.tasks.webhooks.manage import Rules
from agensium.tasks.webhooks.models import (
    ERROR_CHARS,
    DeliveryState,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from agensium.tasks.webhooks.sealing import SealBrokenError
from agensium.tasks.webhooks.sending import SECONDS, Answer, post
from agensium.tasks.webhooks.signing import signed_headers

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
POLL_SECONDS: Final = 1.0
CLAIM: Final = timedelta(seconds=2 * SECONDS)
GONE: Final = 410
PAUSES: Final = tuple(
    timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Pauses between attempts, as Standard Webhooks recommends them: three days in all."""
JITTER: Final = 0.2
UNREADABLE: Final = "the webhook's secret was sealed with another AGENSIUM_SECRET_KEY"


@dataclass(frozen=True)
class Errand:
    """A claimed delivery, with all that is needed to make it."""

    id: str
    fence: int
    attempts: int
    webhook_id: str
    url: str
    secret: str
    """Sealed."""
    payload: bytes


class Courier:
    """Delivers in threads of its own until it is stopped.

    Args:
        database: where the deliveries are.
        clock: the present instant.
        rules: whether addresses of private networks are allowed, and what opens the secrets.

    """

    def __init__(self, database: Database, clock: Clock, rules: Rules) -> None:
        self._database, self._clock, self._rules = database, clock, rules
        self._ended = threading.Event()
        self._free = threading.Semaphore(AT_ONCE)
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering; what is on its way is finished or tried again by another worker."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def deliver_one(self) -> bool:
        """Claim one delivery that is due and make it; return whether there was one."""
        errand = self._database.transact(lambda session: claim(session, self._clock()))
        if errand is None:
            return False
        self._make(errand)
        return True

    def _make(self, errand: Errand) -> None:
        now, began = self._clock(), time.monotonic()
        answer = self._send(errand, now)
        spent = int((time.monotonic() - began) * 1000)
        self._database.transact(
            lambda session: settle(session, errand, answer, spent, self._clock())
        )
        said = answer.status or answer.error
        log.info("webhook %s: delivery %s: %s", errand.webhook_id, errand.id, said)

    def _send(self, errand: Errand, now: datetime) -> Answer:
        try:
            secret = self._rules.secret_of(errand.webhook_id, errand.secret)
        except SealBrokenError:
            return Answer(None, UNREADABLE)
        headers = signed_headers(secret, errand.id, now, errand.payload)
        return post(errand.url, headers, errand.payload, private=self._rules.private)

    def _run(self) -> None:
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="courier")
        while not self._ended.is_set():
            if not self._free.acquire(timeout=POLL_SECONDS):
                continue
            errand = self._guarded(
                lambda: self._database.transact(lambda session: claim(session, self._clock()))
            )
            if errand is None:
                self._free.release()
                self._ended.wait(POLL_SECONDS)
                continue
            pool.submit(self._carry, errand)
        pool.shutdown(wait=False)

    def _carry(self, errand: Errand) -> None:
        try:
            self._guarded(lambda: self._make(errand))
        finally:
            self._free.release()

    def _guarded(self, work: Callable[[], "Errand | None"]) -> "Errand | None":
        try:
            return work()
        except DatabaseUnavailable as error:
            log.warning("webhooks: tried again later: %s", error.detail)
        except Exception:
            # A courier that stops silently would leave every other delivery lying.
            log.exception("webhooks: tried again later")
        return None


def claim(session: Session, now: datetime) -> Errand | None:
    """Take a delivery that is due; until the claim ends nobody else makes it."""
    due = select(WebhookDelivery.id, WebhookDelivery.fence).where(
        WebhookDelivery.state == DeliveryState.PENDING, WebhookDelivery.due_at <= now
    )
    for row in session.execute(due.order_by(WebhookDelivery.due_at).limit(2 * AT_ONCE)).all():
        values = {"fence": row.fence + 1, "due_at": now + CLAIM}
        if _write(session, row.id, row.fence, values):
            return _errand(session, row.id)
    return None


def settle(session: Session, errand: Errand, answer: Answer, spent: int, now: datetime) -> None:
    """Write down what came of an attempt, and when the next one is due."""
    number = select(func.max(WebhookAttempt.number)).where(WebhookAttempt.delivery_id == errand.id)
    values = _outcome(errand, answer, now)
    if not _write(session, errand.id, errand.fence, values):
        return  # it took so long that somebody else makes it, or it was deleted
    session.add(
        WebhookAttempt(
            delivery_id=errand.id,
            number=(session.scalar(number) or 0) + 1,
            at=now,
            milliseconds=spent,
            status=answer.status,
            error=None if answer.error is None else answer.error[:ERROR_CHARS],
        )
    )
    if answer.status == GONE:
        gone = update(Webhook).where(Webhook.id == errand.webhook_id)
        session.execute(gone.values(disabled_at=now))


def _outcome(errand: Errand, answer: Answer, now: datetime) -> dict[str, Any]:
    attempts = errand.attempts + 1
    if answer.is_success:
        return {"attempts": attempts, "state": DeliveryState.DELIVERED}
    if answer.status == GONE or attempts > len(PAUSES):
        return {"attempts": attempts, "state": DeliveryState.FAILED}
    jitter = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - no secret
    return {"attempts": attempts, "due_at": now + PAUSES[attempts - 1] * jitter}


def _errand(session: Session, delivery_id: str) -> Errand:
    row = session.execute(
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.id == delivery_id)
        .execution_options(populate_existing=True)
    ).one()
    delivery, webhook = row
    return Errand(
        delivery.id, delivery.fence, delivery.attempts, webhook.id, webhook.url, webhook.secret,
        delivery.payload,
    )  # fmt: skip


def _write(session: Session, delivery_id: str, fence: int, values: dict[str, Any]) -> bool:
    statement = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.fence == fence)
        .where(WebhookDelivery.state == DeliveryState.PENDING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
