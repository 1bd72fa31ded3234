"""A worker in the API's process: the same Celery application, runner and sweeper, in threads."""

import logging
import threading
from typing import Any, Final

from celery.worker import WorkController, state

from agensium.db.migrate import upgrade
from agensium.tasks.sweep import expire_all_leases
from agensium.wiring import Services
from agensium.worker.binding import bind

log = logging.getLogger(__name__)

STOP_SECONDS: Final = 20


class EmbeddedWorker:
    """Runs tasks in this process until it is stopped.

    The caller holds the lock of the data folder, so no other worker can be alive: whatever an
    earlier process left half done is taken up at once.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner, self._sweeper = services.runner(), services.sweeper()
        self._ready = threading.Event()
        bind(services.celery, self._runner)
        self._controller = self._make_controller()
        self._thread = threading.Thread(target=self._work, name="embedded-worker", daemon=True)

    def start(self) -> None:
        """Take up what was left and begin to work; returns when messages are heard."""
        if self._services.settings.database_url is None:
            upgrade(self._services.database)
            with self._services.database.write() as session:
                expire_all_leases(session, self._services.clock())
        self._thread.start()
        self._ready.wait(STOP_SECONDS)
        self._sweeper.start()

    def stop(self) -> None:
        """Hand back what runs and stop."""
        self._runner.stop()
        self._sweeper.stop()
        # Celery's own way to end a worker from another thread; it is reset for the next one.
        state.should_stop = 0
        self._thread.join(STOP_SECONDS)
        state.should_stop = None
        self._runner.close()

    def _work(self) -> None:
        try:
            self._controller.start()
        except Exception:
            log.exception("the embedded worker died")

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
