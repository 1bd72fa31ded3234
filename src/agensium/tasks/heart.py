"""The heartbeat of a running task: keeps its lease, writes its progress, hears of a cancel."""

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Final, Self

from agensium.core.errors import Cancelled, DatabaseUnavailable
from agensium.db.database import Database
from agensium.tasks.clock import Clock
from agensium.tasks.leases import Lease, Progress, Standing, heartbeat

log = logging.getLogger(__name__)

BEAT_SECONDS: Final = 1.0


class LeaseLost(Exception):
    """Another worker has the task now, or it was deleted."""


class Stopping(Exception):
    """This worker is shutting down."""


class Heart:
    """Beats in a thread of its own, so that a long download loses no lease.

    Args:
        database: where the task is.
        lease: the right to work on it.
        clock: the present instant.
        is_stopping: whether this worker is shutting down.

    """

    def __init__(
        self, database: Database, lease: Lease, clock: Clock, is_stopping: Callable[[], bool]
    ) -> None:
        self._database, self._lease, self._clock = database, lease, clock
        self._is_stopping = is_stopping
        self._progress = Progress("starting")
        self._standing = Standing(holds=True, cancel_requested=False)
        self._ended = threading.Event()
        # In a copy of the context, so that its log carries the task's id as well.
        target = partial(copy_context().run, self._beat)
        self._thread = threading.Thread(target=target, name="heart", daemon=True)

    def report(self, progress: Progress) -> None:
        """Remember how far the job has come; the next beat writes it.

        Raises:
            LeaseLost: the work is no longer ours.
            Cancelled: somebody asked for it to stop.
            Stopping: this worker is shutting down.

        """
        self._progress = progress
        if not self._standing.holds:
            raise LeaseLost
        if self._standing.cancel_requested:
            raise Cancelled("The task was cancelled.")
        if self._is_stopping():
            raise Stopping

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS) and self._standing.holds:
            try:
                self._standing = self._database.transact(
                    lambda session: heartbeat(session, self._lease, self._progress, self._clock())
                )
            except DatabaseUnavailable as error:
                # The lease outlives a short outage; a long one is found out at the end.
                log.warning("heartbeat of task %s missed: %s", self._lease.task_id, error.detail)
            except Exception:
                # A heart that stops silently would let the work be done twice.
                log.exception("heartbeat of task %s failed", self._lease.task_id)

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop beating."""
        self._ended.set()
        self._thread.join()
