"""The supervisor of a job process: starts it, listens, and ends it when it must end.

A job that hangs, eats its memory or crashes the interpreter ends as an error with a code; the
worker that supervises it goes on.
"""

import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from agensium.core.errors import (
    AgensiumError,
    InternalError,
    OutOfMemory,
    TimedOut,
    WorkerLost,
    error_class,
)
from agensium.data.limits import USUAL, ReadLimits
from agensium.tasks.counters import COUNTERS, EXITS
from agensium.tasks.job.messages import Advanced, Done, Failed, Order, Said
from agensium.tasks.job.processes import ALONE, Process, Processes, kill

KEPT_STDERR: Final = 4000
_OUT_OF_MEMORY_SIGNS: Final = (
    b"memory allocation of",
    b"annot allocate memory",
    b"failed to spawn thread",
    b"MemoryError",
    b"bad_alloc",
)


@dataclass(frozen=True)
class Limits:
    """What a job may use.

    Attributes:
        memory_bytes: the most that its process may allocate.
        seconds: how long it may run.
        reading: what its files may cost before they are refused.

    """

    memory_bytes: int
    seconds: float
    reading: ReadLimits = USUAL


Watch = Callable[[Advanced], None]
"""Called with the latest progress every ``TICK_SECONDS``; raises to end the job."""

TICK_SECONDS: Final = 0.25


def run_job(order: Order, limits: Limits, watch: Watch, processes: Processes = ALONE) -> Done:
    """Run an order in a process of its own.

    Args:
        order: what to do.
        limits: what it may use.
        watch: is called regularly in this thread; whatever it raises ends the job.
        processes: where the process comes from.

    Raises:
        AgensiumError: the job's own error, ``TimedOut``, ``OutOfMemory``, or ``WorkerLost``
            when its process died.

    """
    with tempfile.TemporaryFile() as errors:
        process = processes.start(errors)
        ear = _Ear(process, order)
        try:
            said = _listen(ear, limits, watch)
        except BaseException as error:
            COUNTERS.add(EXITS, "timeout" if isinstance(error, TimedOut) else "stopped")
            raise
        finally:
            exit_code = _end(process)
            ear.close()
            processes.done(process)
        COUNTERS.add(EXITS, _exit_reason(said, exit_code))
        if isinstance(said, Done):
            return said
        raise _error(said, exit_code, _tail(errors))


class _Ear:
    """Gives a process its order and hears what it says, in a thread of its own."""

    def __init__(self, process: Process, order: Order) -> None:
        self._process = process
        self.heard: queue.Queue[Said | None] = queue.Queue()
        self._thread = threading.Thread(target=self._hear, args=(order,), name="job-ear")
        self._thread.start()

    def close(self) -> None:
        """Let go of the process's pipes; it has ended."""
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _hear(self, order: Order) -> None:
        assert self._process.stdin  # noqa: S101 - it is a pipe
        assert self._process.stdout  # noqa: S101 - likewise
        # It may die while it is spoken to, or mid-word; its exit code tells why.
        with suppress(BrokenPipeError, msgspec.DecodeError):
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                self.heard.put(msgspec.json.decode(line, type=Said))
        self.heard.put(None)


def _listen(ear: _Ear, limits: Limits, watch: Watch) -> Done | Failed | None:
    deadline = time.monotonic() + limits.seconds
    latest = Advanced("starting")
    while True:
        watch(latest)
        if time.monotonic() > deadline:
            raise TimedOut(
                f"The job ran longer than the {limits.seconds:,.0f} seconds that it may.",
                hint="Send a smaller file, or raise the limit.",
            )
        try:
            said = ear.heard.get(timeout=TICK_SECONDS)
        except queue.Empty:
            continue
        if not isinstance(said, Advanced):
            return said
        latest = said


def _end(process: Process) -> int:
    try:
        return process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        kill(process)
        return process.wait()


def _exit_reason(said: Done | Failed | None, exit_code: int) -> str:
    if isinstance(said, Done):
        return "done"
    if said is not None:
        return said.code
    return signal.Signals(-exit_code).name.lower() if exit_code < 0 else f"exit_{exit_code}"


def _error(said: Failed | None, exit_code: int, stderr: bytes) -> AgensiumError:
    detail = stderr.decode("utf-8", "replace")
    if said is not None:
        return error_class(said.code)(
            said.message, hint=said.hint, detail=said.detail or detail, members=said.members
        )
    if any(sign in stderr for sign in _OUT_OF_MEMORY_SIGNS):
        return OutOfMemory(
            "The job needs more memory than it may use.", hint="Raise the limit.", detail=detail
        )
    if exit_code < 0:
        name = signal.Signals(-exit_code).name
        return WorkerLost(f"The process that did the work was ended by {name}.", detail=detail)
    return InternalError(f"The job process ended with exit code {exit_code}.", detail=detail)


def _tail(errors: IO[bytes]) -> bytes:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - KEPT_STDERR))
    return errors.read()
