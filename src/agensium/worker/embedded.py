"""A worker in the API's process: the same Celery application, runner and sweeper, in threads."""

import logging
import threading
from typing import Any, Final

from celery.worker import WorkController, state

from agensium.core.errors import InternalError
from agensium.tasks.leader import depose
from agensium.tasks.objects import expire_all_strays
from agensium.tasks.sweep import expire_all_leases
from agensium.wiring import Services
from agensium.worker.binding import bind

log = logging.getLogger(__name__)

START_SECONDS: Final = 30
STOP_SECONDS: Final = 20
RESTART_SECONDS: Final = 1


class EmbeddedWorker:
    """Runs tasks in this process until it is stopped.

    The caller holds the lock of the data folder. Without another database that means that no other
    worker is alive: whatever an earlier process left half done is taken up at once.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.runner()
        self._sweeper = services.sweeper(self._runner)
        self._presence = services.presence(self._runner)
        self._courier = services.courier()
        self._ready, self._stopping = threading.Event(), threading.Event()
        bind(services.celery, self._runner)
        self._thread = threading.Thread(target=self._work, name="embedded-worker", daemon=True)

    def start(self) -> None:
        """Take up what was left and begin to work; returns when messages are heard.

        Raises:
            InternalError: the worker does not start.

        """
        if self._services.settings.database_url is None:
            now = self._services.clock()
            self._services.database.transact(lambda session: expire_all_leases(session, now))
            self._services.database.transact(lambda session: expire_all_strays(session, now))
            self._services.database.transact(depose)
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise InternalError("The embedded worker does not start.")
        self._sweeper.start()
        self._presence.start()
        self._courier.start()

    def is_alive(self) -> bool:
        """Whether messages are heard."""
        return self._ready.is_set() and self._thread.is_alive()

    def hand_back(self) -> None:
        """Hand back what runs and take nothing more, while requests are still answered."""
        self._runner.stop()

    def stop(self) -> None:
        """Hand back what runs and stop."""
        self._stopping.set()
        self._runner.stop()
        self._sweeper.stop()
        # Celery's own way to end a worker from another thread; it is reset for the next one.
        state.should_stop = 0
        self._thread.join(STOP_SECONDS)
        state.should_stop = None
        self._presence.stop()
        self._courier.stop()
        self._runner.close()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._make_controller().start()
            except Exception:
                log.exception("the embedded worker died, another one starts")
            self._ready.clear()
            self._stopping.wait(RESTART_SECONDS)

    def _make_controller(self) -> WorkController:
        ready = self._ready

        class Controller(WorkController):  # type: ignore[misc]  # Celery has no types
            def on_consumer_ready(self, consumer: Any) -> None:  # noqa: ANN401
                del consumer
                ready.set()

        return Controller(
            app=self._services.celery,
            pool="threads",
            concurrency=self._services.settings.worker_concurrency,
            loglevel="WARNING",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
