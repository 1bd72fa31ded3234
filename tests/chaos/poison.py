"""The poisoner: a job that opens a poison file dies, every time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.chaos.stage import Stage

PAUSE_SECONDS = 0.05


def _reads(job: psutil.Process, size: int) -> bool:
    paths = {Path(each.path) for each in job.open_files()}
    paths |= {Path(each.path) for each in job.memory_maps() if each.path.startswith("/")}
    return any(path.is_file() and path.stat().st_size == size for path in paths)


def _strike(stage: Stage, size: int) -> None:
    for actor in stage.workers:
        with suppress(psutil.Error, AssertionError, OSError):
            for job in actor.jobs():
                with suppress(psutil.Error, OSError):
                    if _reads(job, size):
                        job.kill()


@contextmanager
def poisoning(stage: Stage, size: int) -> Iterator[None]:
    """Kill every job that reads a file of exactly this many bytes, while the context lasts."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(PAUSE_SECONDS):
            _strike(stage, size)

    thread = threading.Thread(target=run, name="poisoner")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
