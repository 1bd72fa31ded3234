"""Sweeping: what was lost is found, what was not heard is rung again, what is over is deleted.

Each worker rings for its own free slots; what has to be done once for all is done by the leader
among them. Every step is a guarded write, so that two leaders for a moment do no harm.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import AgensiumError, Cancelled, DatabaseUnavailable, WorkerLost
from agensium.db.database import Database
from agensium.queue.bell import Bell
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock
from agensium.tasks.counters import COUNTERS, LOST
from agensium.tasks.events import record
from agensium.tasks.leader import SWEEPING, lead, resign
from agensium.tasks.leases import Lease, fail
from agensium.tasks.models import Task
from agensium.tasks.objects import sweep_strays
from agensium.tasks.retention import FOR_EVER, Kept, expire
from agensium.tasks.states import WAITING, State
from agensium.tasks.uploads.forget import sweep_uploads
from agensium.tasks.webhooks.manage import forget_old
from agensium.tasks.workers import retire_lost

log = logging.getLogger(__name__)

PAUSE: Final = timedelta(seconds=15)
MIN_PAUSE_SECONDS: Final = 0.5
UNHEARD: Final = timedelta(seconds=30)
BATCH: Final = 500


@dataclass(frozen=True)
class Post:
    """Who sweeps, and by which rules.

    Attributes:
        worker: its name among all workers.
        free_slots: how many more tasks this worker could run right now.
        kept: how long files and results are kept.

    """

    worker: str = "sweeper"
    free_slots: Callable[[], int] = lambda: BATCH
    kept: Kept = FOR_EVER


@dataclass(frozen=True)
class Swept:
    """How much one sweep found."""

    lost: int = 0
    rung: int = 0
    expired: int = 0
    deleted: int = 0


class Sweeper:
    """Sweeps in a thread of its own until it is stopped."""

    def __init__(
        self, database: Database, storage: Storage, bell: Bell, clock: Clock, post: Post = Post()
    ) -> None:
        self._database, self._storage, self._bell = database, storage, bell
        self._clock, self._post = clock, post
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin to sweep, at once and then regularly."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sweeping, and let another worker lead."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        try:
            self._database.transact(
                lambda session: resign(session, SWEEPING, self._post.worker, self._clock())
            )
        except DatabaseUnavailable as error:
            log.warning("leadership not given up, it ends by itself: %s", error.detail)

    def sweep(self) -> Swept:
        """Sweep once."""
        now, worker = self._clock(), self._post.worker
        leads = self._database.transact(lambda session: lead(session, SWEEPING, worker, now))
        swept = self._sweep_for_all(now) if leads else Swept()
        # A worker without a free slot leaves the bell alone: messages would only pile up.
        free = self._post.free_slots()
        unheard = self._database.transact(lambda session: take_unheard(session, now, free))
        for task_id in unheard:
            self._bell.ring(task_id)
        return replace(swept, rung=len(unheard))

    def _sweep_for_all(self, now: datetime) -> Swept:
        lost = self._database.transact(lambda session: expire_leases(session, now))
        COUNTERS.add(LOST, by=lost)
        self._database.transact(lambda session: retire_lost(session, now))
        self._database.transact(lambda session: revoke_cancelled(session, now))
        gone = self._database.transact(lambda session: expire(session, self._post.kept, now))
        sweep_uploads(self._database, self._storage, now)
        self._database.transact(lambda session: forget_old(session, now))
        deleted = sweep_strays(self._database, self._storage, now)
        return Swept(lost=lost, expired=gone, deleted=deleted)

    def _run(self) -> None:
        while not self._ended.is_set():
            pause = PAUSE.total_seconds()
            try:
                swept = self.sweep()
                if swept != Swept():
                    log.info("swept: %s", swept)
                pause = self._pause()
            except AgensiumError as error:
                log.warning("sweep failed, tried again later: %s", error.detail or error.message)
            except Exception:
                log.exception("sweep failed, tried again later")
            self._ended.wait(pause)

    def _pause(self) -> float:
        """Return the seconds to the next sweep: sooner when a back-off or a lease ends before."""
        now = self._clock()
        with self._database.read() as session:
            ends = [next_expiry(session)]
            if self._post.free_slots():
                ends.append(next_due(session))
        soon = min((end - now).total_seconds() for end in (*ends, now + PAUSE) if end is not None)
        return max(MIN_PAUSE_SECONDS, soon)


def expire_leases(session: Session, now: datetime) -> int:
    """End the attempts whose worker was not heard of; return how many."""
    rows = session.execute(
        select(Task.id, Task.fence, Task.attempts, Task.cancel_requested, Task.worker)
        .where(Task.state == State.STARTED, Task.lease_expires_at <= now)
        .limit(BATCH)
    ).all()
    ended = 0
    for row in rows:
        error = Cancelled("The task was cancelled.") if row.cancel_requested else _lost(row.worker)
        ended += fail(session, Lease(row.id, row.fence, row.attempts), error, now)
    return ended


def expire_all_leases(session: Session, now: datetime) -> None:
    """Declare every lease over and every bell unheard: for a service that is all alone."""
    session.execute(update(Task).where(Task.state == State.STARTED).values(lease_expires_at=now))
    session.execute(update(Task).where(Task.state.in_(WAITING)).values(rung_at=None))


def revoke_cancelled(session: Session, now: datetime) -> None:
    """End the tasks that were cancelled while an attempt was just being handed back."""
    asked = select(Task.id).where(Task.state.in_(WAITING), Task.cancel_requested.is_(True))
    ids = session.scalars(asked.limit(BATCH).with_for_update()).all()
    if ids:
        revoked = update(Task).where(Task.id.in_(ids))
        session.execute(revoked.values(state=State.REVOKED, finished_at=now))
        record(session, ids, now)


def take_unheard(session: Session, now: datetime, limit: int = BATCH) -> list[str]:
    """Return the tasks that are due and that nobody took although the bell was rung."""
    if limit == 0:
        return []
    unheard = or_(Task.rung_at.is_(None), Task.rung_at <= now - UNHEARD)
    ids = list(
        session.scalars(
            select(Task.id)
            .where(Task.state.in_(WAITING), Task.run_after <= now, unheard)
            .order_by(Task.run_after)
            .limit(limit)
        )
    )
    session.execute(update(Task).where(Task.id.in_(ids)).values(rung_at=now))
    return ids


def next_due(session: Session) -> datetime | None:
    """Return when the next task that nobody was told of may run."""
    waiting = select(func.min(Task.run_after)).where(
        Task.state.in_(WAITING), Task.rung_at.is_(None)
    )
    return session.scalar(waiting)


def next_expiry(session: Session) -> datetime | None:
    """Return when the next lease ends, unless it is extended."""
    held = select(func.min(Task.lease_expires_at)).where(Task.state == State.STARTED)
    return session.scalar(held)


def _lost(worker: str | None) -> WorkerLost:
    return WorkerLost(
        "The worker that ran the task was lost.",
        hint="Try again; if it happens again, the file may be too large for the worker.",
        detail=f"lease of {worker} expired",
    )
