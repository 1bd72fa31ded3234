"""Waiting for a task to change: any number of requests wait, one query at a time asks for all."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from agensium.core.errors import DatabaseUnavailable
from agensium.db.database import Database
from agensium.tasks.events import newest_numbers

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.2
BATCH: Final = 500


@dataclass(frozen=True, eq=False)
class _Waiter:
    task_id: str
    number: int
    woken: asyncio.Future[bool]

    def wake(self, *, changed: bool) -> None:
        if not self.woken.done():
            self.woken.set_result(changed)


class Changes:
    """Tells those who wait that there is news of a task, whichever process wrote it.

    Waiting takes no thread. While anybody waits, one thread asks the database, again and again.

    Args:
        database: where the events are.

    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: set[_Waiter] = set()
        self._poller: asyncio.Task[None] | None = None
        self._limiter: CapacityLimiter | None = None
        self.is_closed = False

    async def after(self, task_id: str, number: int, seconds: float) -> bool:
        """Wait until a task has another newest event than this one, or is gone.

        Args:
            task_id: the task.
            number: the newest event that the caller has seen, 0 for none.
            seconds: how long to wait.

        Returns:
            Whether there is news; False also when the service is about to stop.

        """
        if self.is_closed:
            return False
        waiter = _Waiter(task_id, number, asyncio.get_running_loop().create_future())
        self._waiting.add(waiter)
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(seconds):
                return await waiter.woken
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiter)

    def close(self) -> None:
        """Send everybody away: the service stops."""
        self.is_closed = True
        for waiter in tuple(self._waiting):
            waiter.wake(changed=False)

    async def _poll(self) -> None:
        while self._waiting:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self._wake()
            except DatabaseUnavailable as error:
                log.warning("news of tasks not read, tried again: %s", error.detail)
            except Exception:
                # Those who wait would never hear of anything again.
                log.exception("news of tasks not read, tried again")
        self._poller = None

    async def _wake(self) -> None:
        if self._limiter is None:
            self._limiter = CapacityLimiter(1)  # a thread of its own, however busy the others are
        ids = list({waiter.task_id for waiter in self._waiting})
        for start in range(0, len(ids), BATCH):
            asked = ids[start : start + BATCH]
            newest = await to_thread.run_sync(self._newest, asked, limiter=self._limiter)
            for waiter in tuple(self._waiting):
                if waiter.task_id in asked and newest.get(waiter.task_id, 0) != waiter.number:
                    waiter.wake(changed=True)

    def _newest(self, ids: Collection[str]) -> dict[str, int]:
        with self._database.read() as session:
            return newest_numbers(session, ids)


def changes_of(request: Request) -> Changes:
    """Return the application's news of tasks."""
    changes = request.app.state.changes
    if not isinstance(changes, Changes):
        raise TypeError("The application was made without news of tasks.")
    return changes


ChangesDep = Annotated[Changes, Depends(changes_of)]
