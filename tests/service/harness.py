"""The service as processes of their own, as its operator runs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.servers.process import HOST, free_ports

START_SECONDS = 120.0
"""Nothing is expected to take so long; a busy machine must not fail a test."""
STOP_SECONDS = 120.0
END_SECONDS = 240.0
AGENSIUM = str(Path(sys.executable).with_name("agensium"))
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without settings of the machine that the tests run on."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | dict(extra)


@dataclass
class Process:
    """A command of ours that runs until it is stopped."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it as its operator would; return the exit code."""
        assert self.running is not None
        if self.running.poll() is None:
            self.running.send_signal(number)
        return self.running.wait(timeout=STOP_SECONDS)


@dataclass
class Service:
    """The API, and the workers beside it in server mode."""

    url: str
    api: Process
    workers: list[Process] = field(default_factory=list)

    def start(self) -> None:
        for process in (self.api, *self.workers):
            process.start()
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx2.get(f"{self.url}/ready", timeout=5).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready:\n{self.api.log.read_text()}")

    def stop(self) -> None:
        for process in (*self.workers, self.api):
            if process.running is not None:
                process.stop()

    def submit(self, content: bytes, name: str = "t.csv", params: str = "") -> str:
        answer = httpx2.post(
            f"{self.url}/profile/async?reuse=false",
            files={"file": (name, content)},
            data={"params": params} if params else {},
            timeout=60,
        )
        assert answer.status_code == 202, answer.text
        task_id: str = answer.json()["task_id"]
        return task_id

    def task(self, task_id: str) -> dict[str, Any]:
        answer = httpx2.get(f"{self.url}/tasks/{task_id}", timeout=30)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def wait_for(self, task_id: str, *wanted: str, seconds: float = END_SECONDS) -> dict[str, Any]:
        """Wait until a task has one of these statuses."""
        deadline = time.monotonic() + seconds
        while (task := self.task(task_id))["status"] not in wanted:
            assert time.monotonic() < deadline, task
            time.sleep(0.05)
        return task

    def finished(self, task_id: str, seconds: float = END_SECONDS) -> dict[str, Any]:
        return self.wait_for(task_id, "SUCCESS", "FAILURE", "REVOKED", seconds=seconds)


def make_service(folder: Path, environment: Mapping[str, str], workers: int = 0) -> Service:
    """Return a service on a free port; without a broker it is embedded."""
    (port,) = free_ports(1)
    full = clean_environment({"AGENSIUM_DATA_DIR": str(folder / "data"), **environment})
    serve = [AGENSIUM, "serve", "--host", HOST, "--port", str(port)]
    celery = [str(Path(sys.executable).with_name("celery")), "-A", "agensium.worker", "worker"]
    return Service(
        url=f"http://{HOST}:{port}",
        api=Process(serve, full, folder / "api.log"),
        workers=[
            Process([*celery, "-n", f"w{n}@%h"], full, folder / f"worker{n}.log")
            for n in range(workers)
        ],
    )


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Run a service for as long as the context lasts."""
    service.start()
    try:
        yield service
    finally:
        service.stop()
