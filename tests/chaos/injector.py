"""The injector: lets the planned faults happen, several at a time, one for each target."""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from tests.chaos.faults import SORTS, Fault, Struck
from tests.chaos.stage import Actor, Stage

AT_ONCE = 4

log = logging.getLogger(__name__)


class Injector:
    """Strikes from threads of its own until it is ended.

    Faults happen in the threads of ``striking``.
    """

    def __init__(
        self, stage: Stage, faults: Iterator[Fault], pool: ThreadPoolExecutor, seconds: float
    ) -> None:
        self._seconds = seconds
        self._stage, self._faults, self._pool = stage, faults, pool
        self._ended = threading.Event()
        self._futures: list[Future[None]] = []
        self._thread = threading.Thread(target=self._run, name="injector")
        self.struck: list[Struck] = []

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Begin no more faults, and wait until those under way are over."""
        self._ended.set()
        self._thread.join()
        for future in self._futures:
            future.result()
        log.info("no more faults")

    def _run(self) -> None:
        room = threading.Semaphore(AT_ONCE)
        last = time.monotonic() + self._seconds
        for fault in self._faults:
            if self._ended.wait(fault.pause) or time.monotonic() > last:
                return
            room.acquire()
            future = self._pool.submit(self._strike, fault)
            future.add_done_callback(lambda _: room.release())
            self._futures.append(future)

    def _strike(self, fault: Fault) -> None:
        sort = SORTS[fault.sort]
        with self._target(sort.part, fault.target) as target:
            if target is None or self._ended.is_set():
                return
            name, pid = (target, 0) if isinstance(target, str) else (target.name, target.pid)
            began = time.time()
            log.info("%s: %s, %.1f s", name, fault.sort, fault.seconds)
            if sort.strike(self._stage, target, fault.seconds):
                self.struck.append(Struck(fault.sort, name, pid, began, time.time()))

    @contextmanager
    def _target(self, part: str, number: int) -> Iterator[Actor | str | None]:
        """Give the fault's target to it alone; nothing when another fault has it for long."""
        actors = {"worker": self._stage.workers, "api": self._stage.apis}.get(part)
        target = part if actors is None else actors[number % len(actors)]
        lock = target.lock if isinstance(target, Actor) else self._stage.locks[target]
        if not lock.acquire(timeout=3):
            yield None
            return
        try:
            yield target
        finally:
            lock.release()


@contextmanager
def striking() -> Iterator[ThreadPoolExecutor]:
    """Give the threads that faults happen in; open it before the stage.

    The kernel ends the servers that these threads start again together with the threads.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fault") as pool:
        yield pool
