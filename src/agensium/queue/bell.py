"""Ringing: telling the workers that a task waits, without ever making a caller wait."""

import logging
import queue
import threading
from contextlib import suppress
from typing import Final, Protocol

from celery import Celery
from kombu.exceptions import OperationalError

from agensium.queue.app import RUN_TASK

log = logging.getLogger(__name__)

BACKLOG: Final = 10_000
CLOSE_SECONDS: Final = 5.0
_STOP: Final = ""


class Bell(Protocol):
    """Something that can tell the workers of a task."""

    def ring(self, task_id: str) -> None:
        """Tell the workers, soon and perhaps in vain; never blocks and never fails."""


class CeleryBell:
    """Rings over Celery from a thread of its own, so that a dead broker delays nobody.

    What cannot be sent is dropped: the task is in the database and the sweeper rings again.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._waiting: queue.Queue[str] = queue.Queue(BACKLOG)
        self._thread = threading.Thread(target=self._send_all, name="bell", daemon=True)
        self._thread.start()

    def ring(self, task_id: str) -> None:
        """Queue a message for sending."""
        try:
            self._waiting.put_nowait(task_id)
        except queue.Full:
            log.warning("bell backlog is full, task %s waits for the sweeper", task_id)

    def is_connected(self) -> bool:
        """Ask the broker for a sign of life; takes a few seconds at most."""
        try:
            with self._app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=3, interval_start=0)
        except (OperationalError, OSError) as error:
            log.warning("broker does not answer: %s", error)
            return False
        return True

    def close(self) -> None:
        """Send what is queued and stop."""
        with suppress(queue.Full):
            self._waiting.put(_STOP, timeout=CLOSE_SECONDS)
        self._thread.join(timeout=CLOSE_SECONDS)

    def _send_all(self) -> None:
        while (task_id := self._waiting.get()) != _STOP:
            try:
                self._app.send_task(RUN_TASK, args=[task_id], task_id=task_id, retry=False)
            except (OperationalError, OSError) as error:
                log.warning("task %s not rung, the sweeper will: %s", task_id, error)
            except Exception:
                # Whatever a broker answers, the next task is rung all the same.
                log.exception("task %s not rung, the sweeper will", task_id)
