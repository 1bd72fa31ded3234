"""Where job processes come from: forked by a nursery where that is safe, otherwise started anew."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Final, Protocol

from agensium.tasks.job.messages import CALL, NUMBER

START_SECONDS: Final = 20.0
END_SECONDS: Final = 5.0
NURSERY: Final = (sys.executable, "-m", "agensium.tasks.job.nursery")
CHILD: Final = (sys.executable, "-m", "agensium.tasks.job.child")
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")


class Process(Protocol):
    """A job's process as its supervisor needs it."""

    @property
    def pid(self) -> int:
        """Its number, which is that of its process group too."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where it takes its order from."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where it speaks."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its exit code, or a signal's number below zero.

        Raises:
            subprocess.TimeoutExpired: it has not ended in time.

        """


class NurseryLost(Exception):
    """The nursery does not answer."""


class Nursery:
    """A nursery's process, which brings up one job at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*NURSERY, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=clean_environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._link = ours

    def bring_up(self, errors: IO[bytes]) -> "Nursling":
        """Start a job.

        Raises:
            NurseryLost: it cannot.

        """
        order_read, order_write = os.pipe()
        said_read, said_write = os.pipe()
        try:
            socket.send_fds(self._link, [CALL], [order_read, said_write, errors.fileno()])
            pid = self.read_number(START_SECONDS)
        except (OSError, NurseryLost) as error:
            os.close(order_write)
            os.close(said_read)
            raise NurseryLost from error
        finally:
            os.close(order_read)
            os.close(said_write)
        return Nursling(self, pid, os.fdopen(order_write, "wb"), os.fdopen(said_read, "rb"))

    def read_number(self, seconds: float) -> int:
        """Return the next number that the nursery tells.

        Raises:
            TimeoutError: it takes longer.
            NurseryLost: it tells nothing any more.

        """
        self._link.settimeout(seconds)
        told = self._link.recv(NUMBER.size)
        if len(told) != NUMBER.size:
            raise NurseryLost
        number: int = NUMBER.unpack(told)[0]
        return number

    def close(self) -> None:
        """End it; its job has ended."""
        self._link.close()
        self._process.kill()
        self._process.wait()


class Nursling:
    """A job's process that a nursery forked."""

    def __init__(self, nursery: Nursery, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self.returncode: int | None = None
        self.nursery: Nursery | None = nursery

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; without a time limit, a silent nursery is given up.

        Raises:
            subprocess.TimeoutExpired: it has not ended in time.

        """
        if self.returncode is None and self.nursery is not None:
            try:
                status = self.nursery.read_number(END_SECONDS if timeout is None else timeout)
                self.returncode = os.waitstatus_to_exitcode(status)
            except TimeoutError as error:
                if timeout is not None:
                    raise subprocess.TimeoutExpired(NURSERY, timeout) from error
                self._give_up()
            except (OSError, NurseryLost):
                self._give_up()
        return -signal.SIGKILL if self.returncode is None else self.returncode

    def _give_up(self) -> None:
        kill(self)
        self.returncode = -signal.SIGKILL
        if self.nursery is not None:
            self.nursery.close()
            self.nursery = None


class Processes:
    """Gives job processes; nurseries are kept from one job to the next.

    Args:
        nurseries: whether to fork, which needs Linux: elsewhere system libraries do not survive it.

    """

    def __init__(self, *, nurseries: bool = sys.platform == "linux") -> None:
        self._nurseries = nurseries
        self._idle: list[Nursery] = []
        self._lock = threading.Lock()

    def start(self, errors: IO[bytes]) -> Process:
        """Start a job's process that writes its complaints into this file."""
        if not self._nurseries:
            return start_alone(errors)
        with self._lock:
            nursery = self._idle.pop() if self._idle else None
        if nursery is None:
            nursery = Nursery()
        try:
            return nursery.bring_up(errors)
        except NurseryLost:
            nursery.close()
            return start_alone(errors)

    def done(self, process: Process) -> None:
        """Take the nursery of an ended process back."""
        if isinstance(process, Nursling) and process.nursery is not None:
            with self._lock:
                self._idle.append(process.nursery)

    def close(self) -> None:
        """End all idle nurseries; no job runs any more."""
        with self._lock:
            idle, self._idle = self._idle, []
        for nursery in idle:
            nursery.close()


ALONE: Final = Processes(nurseries=False)
"""Each job with an interpreter of its own."""


def start_alone(errors: IO[bytes]) -> Process:
    """Start a job's process with an interpreter of its own."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
        CHILD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=clean_environment(),
        start_new_session=True,
    )


def kill(process: Process) -> None:
    """End a process and all that it started; it has not been waited for yet."""
    # Just forked, it may not lead a group of its own yet.
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            end(process.pid, signal.SIGKILL)


def clean_environment() -> dict[str, str]:
    """Return what jobs may know of the environment: no secrets."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
