"""A job may do what it wants; its supervisor lives and says what happened."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from msgspec import Raw, structs

from agensium.core.errors import Cancelled, FileUnreadable, OutOfMemory, TimedOut, WorkerLost
from agensium.core.report import decode_report
from agensium.tasks.job.messages import Advanced, JobInput, Order
from agensium.tasks.job.processes import Processes
from agensium.tasks.job.supervisor import Limits, run_job
from tests.jobs import NURSERY, jobs_below

LONG = b"a,b\n" + b"1,2\n" * 20_000_000
"""Takes long enough to be struck meanwhile."""
ENOUGH = Limits(memory_bytes=1 << 30, seconds=60)


def order(folder: Path, content: bytes | None = b"a,b\n1,2\n3,4\n") -> Order:
    path = folder / "input"
    if content is not None:
        path.write_bytes(content)
    (folder / "out").mkdir()
    return Order(
        agent="profile",
        params=Raw(b"{}"),
        inputs=(JobInput("file", str(path), "t.csv", "0" * 64),),
        folder=str(folder / "out"),
        memory_bytes=1 << 30,
    )


def quietly(_: Advanced) -> None:
    """Watch and let the job go on."""


def children() -> list[psutil.Process]:
    """Return the jobs below this process; other tests have servers there."""
    return jobs_below(os.getpid())


@pytest.fixture(params=["alone", "nursery"])
def processes(request: pytest.FixtureRequest) -> Iterator[Processes]:
    """Give processes with an interpreter of their own, and forked ones."""
    made = Processes(nurseries=request.param == "nursery")
    yield made
    made.close()
    assert NURSERY not in str([each.cmdline() for each in psutil.Process().children()])


def test_a_job_writes_its_outputs(tmp_path: Path, processes: Processes) -> None:
    done = run_job(order(tmp_path), ENOUGH, quietly, processes)
    assert done.outputs == ("report.json", "report.html")
    assert done.summary.rows == 2
    report = decode_report((tmp_path / "out" / "report.json").read_bytes())
    assert report.source.name == "t.csv"
    assert children() == []


def test_an_error_of_the_job_keeps_its_class_and_words(
    tmp_path: Path, processes: Processes
) -> None:
    with pytest.raises(FileUnreadable, match=r"'t\.csv' cannot be opened"):
        run_job(order(tmp_path, content=None), ENOUGH, quietly, processes)


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path, processes: Processes) -> None:
    with pytest.raises(TimedOut, match="0 seconds"):
        run_job(order(tmp_path), Limits(1 << 30, 0.0), quietly, processes)
    assert children() == []


def test_a_job_that_takes_too_much_memory_is_ended(tmp_path: Path, processes: Processes) -> None:
    asked = order(tmp_path, b"a,b\n" + b"".join(b"%d,%d\n" % (n, n) for n in range(300_000)))
    small = structs.replace(asked, memory_bytes=30 << 20)
    with pytest.raises(OutOfMemory):
        run_job(small, ENOUGH, quietly, processes)


def test_a_job_that_dies_is_told_by_its_signal(tmp_path: Path, processes: Processes) -> None:
    def shoot(_: Advanced) -> None:
        for child in children():
            os.kill(child.pid, signal.SIGSEGV)

    with pytest.raises(WorkerLost, match="SIGSEGV"):
        run_job(order(tmp_path, LONG), ENOUGH, shoot, processes)


def test_whatever_the_watch_raises_ends_the_job(tmp_path: Path, processes: Processes) -> None:
    def cancel(_: Advanced) -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        run_job(order(tmp_path), ENOUGH, cancel, processes)
    assert children() == []


def test_a_job_ends_with_its_supervisor() -> None:
    job = subprocess.Popen(
        [sys.executable, "-m", "agensium.tasks.job.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert job.stdin is not None
    job.stdin.close()
    assert job.wait(timeout=60) != 0


def test_a_job_sees_no_secrets(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-jobs")
    seen: list[dict[str, str]] = []

    def look(_: Advanced) -> None:
        for child in children():
            with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
                seen.append(child.environ())

    run_job(order(tmp_path, LONG), ENOUGH, look, processes)
    assert seen
    assert all("AWS_SECRET_ACCESS_KEY" not in environment for environment in seen)


def test_a_nursery_brings_up_one_job_after_the_other(tmp_path: Path) -> None:
    """Each is a process of its own: what one does to itself the next one never sees."""
    nurseries = Processes(nurseries=True)
    seen: set[int] = set()

    def look(_: Advanced) -> None:
        seen.update(child.pid for child in children())

    for number in range(3):
        (tmp_path / str(number)).mkdir()
        run_job(order(tmp_path / str(number), LONG), ENOUGH, look, nurseries)
    assert len(seen) == 3
    (nursery,) = (each for each in psutil.Process().children() if NURSERY in each.cmdline())
    assert nursery.num_threads() == 1  # a fork copies one thread; the locks of others stay locked
    nurseries.close()


def test_a_dead_nursery_is_replaced(tmp_path: Path) -> None:
    nurseries = Processes(nurseries=True)
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        assert run_job(order(tmp_path / str(number)), ENOUGH, quietly, nurseries).outputs
        for each in psutil.Process().children():
            if NURSERY in each.cmdline():
                each.kill()
    nurseries.close()


def test_a_job_whose_nursery_dies_is_ended_and_lost(tmp_path: Path) -> None:
    nurseries = Processes(nurseries=True)
    jobs: list[psutil.Process] = []

    def orphan(_: Advanced) -> None:
        for child in children():
            child.suspend()
            jobs.append(child)
            parent = child.parent()
            assert parent is not None
            parent.kill()
        if jobs:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        run_job(order(tmp_path, LONG), ENOUGH, orphan, nurseries)
    _, alive = psutil.wait_procs(jobs, timeout=20)
    assert all(job.status() == psutil.STATUS_ZOMBIE for job in alive)
    nurseries.close()
