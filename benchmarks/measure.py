"""Runs a command and measures it: wall time, processor time and peak memory of the whole process.

The peak is what the kernel of the operating system recorded (`wait4`). It includes the memory of
this process at the moment of the start, so this module and its caller import nothing heavy.
"""

import os
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ERROR_CHARS = 200


@dataclass(frozen=True)
class Run:
    """One run of a command.

    Attributes:
        wall: seconds from the start of the process to its end.
        cpu: seconds of processor time, user and system, of all threads.
        peak: most resident memory, in bytes.
        output: what it wrote to standard output.
        error: None when it succeeded, else the end of what it wrote to standard error.

    """

    wall: float
    cpu: float
    peak: int
    output: bytes
    error: str | None


@dataclass(frozen=True)
class Summary:
    """Several runs of one command: medians; times in seconds, memory in bytes.

    Attributes:
        wall: median wall time.
        fastest: the least wall time.
        slowest: the most.
        cpu: median processor time.
        peak: the highest peak of memory.
        query: median of the time that the command itself reports, without starting and writing.
        runs: how many there were.

    """

    wall: float
    fastest: float
    slowest: float
    cpu: float
    peak: int
    query: float | None
    runs: int


def run_command(command: list[str], timeout: float) -> Run:
    """Run a command to its end, or kill it after `timeout` seconds."""
    with tempfile.TemporaryDirectory(prefix="agensium-bench-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        began = time.perf_counter()
        child = _spawn(command, out, err)
        killer = threading.Timer(timeout, os.kill, (child, signal.SIGKILL))
        killer.start()
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - began
        killer.cancel()
        code = os.waitstatus_to_exitcode(status)
        failed = _reason(code, err, timeout) if code else None
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, usage.ru_maxrss * 1024, out.read_bytes(), failed)


def _spawn(command: list[str], out: Path, err: Path) -> int:
    write = os.O_WRONLY | os.O_CREAT
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(out), write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, str(err), write, 0o600),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions)


def _reason(code: int, err: Path, timeout: float) -> str:
    if code == -signal.SIGKILL:
        return f"killed (after {timeout:.0f} s at the latest)"
    said = err.read_text("utf-8", "replace").strip() or f"exit code {code}"
    return said[-ERROR_CHARS:]


def summarize(runs: Sequence[Run], queries: Sequence[float]) -> Summary:
    """Take the medians of at least one run."""
    walls = [run.wall for run in runs]
    return Summary(
        wall=statistics.median(walls),
        fastest=min(walls),
        slowest=max(walls),
        cpu=statistics.median(run.cpu for run in runs),
        peak=max(run.peak for run in runs),
        query=statistics.median(queries) if queries else None,
        runs=len(runs),
    )
