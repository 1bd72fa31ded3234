"""The keeper: starts what ended by itself again, as every process manager does.

A process that starts while the database is down says so and ends.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.stage import Actor, Stage

PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


def _keep(actor: Actor) -> None:
    # Whoever strikes it holds the lock, and starts it again himself.
    if not actor.lock.acquire(blocking=False):
        return
    try:
        if actor.process.running is None or actor.process.running.poll() is not None:
            log.info("%s: ended by itself, started again", actor.name)
            actor.process.start()
    finally:
        actor.lock.release()


@contextmanager
def keeping(stage: Stage) -> Iterator[None]:
    """Keep all processes of the product running while the context lasts."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(PAUSE_SECONDS):
            for actor in stage.actors:
                _keep(actor)

    thread = threading.Thread(target=run, name="keeper")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
