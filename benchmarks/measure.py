"""Runs a command and measures it: wall time, processor time and peak memory of the whole process.

The peak is what the kernel of the operating system recorded (`wait4`), see launch.py.
"""

import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ERROR_CHARS = 200
LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Run:
    """One run of a command.

    Attributes:
        wall: seconds from the start of the process to its end.
        cpu: seconds of processor time, user and system, of all threads.
        peak: most resident memory, in bytes.
        output: what it wrote to standard output.
        error: None when it succeeded, else the end of what it wrote to standard error.
        cut: whether it was killed because its time was over.

    """

    wall: float
    cpu: float
    peak: int
    output: bytes
    error: str | None
    cut: bool = False


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


def run_command(command: list[str], timeout: int) -> Run:
    """Run a command to its end, or kill it after `timeout` seconds."""
    with tempfile.TemporaryDirectory(prefix="agensium-bench-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        launch = [sys.executable, "-I", "-S", str(LAUNCH), str(timeout), str(out), str(err)]
        said = subprocess.run([*launch, *command], capture_output=True, text=True, check=True)
        code, wall, cpu, peak = said.stdout.split()
        failed = _reason(int(code), err, timeout) if int(code) else None
        cut = int(code) == -signal.SIGKILL and float(wall) >= timeout
        return Run(float(wall), float(cpu), int(peak), out.read_bytes(), failed, cut)


def _reason(code: int, err: Path, timeout: int) -> str:
    if code == -signal.SIGKILL:
        return f"killed (after {timeout} s at the latest)"
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
