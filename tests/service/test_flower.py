"""Flower, which many people watch Celery with, sees our workers and their messages."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.servers.process import HOST, free_ports
from tests.service.harness import Process, clean_environment, make_service, running

PATIENCE_SECONDS = 120.0


def wait_until(ask: Callable[[], Any]) -> Any:
    """Return what is asked for, once there is something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if found := ask():
                return found
        except httpx2.HTTPError:
            pass  # it does not listen yet, or has not heard of any worker yet
        time.sleep(0.2)
    raise AssertionError("Flower shows nothing")


def test_flower_shows_workers_and_messages(
    tmp_path: Path, server_environment: dict[str, str]
) -> None:
    (port,) = free_ports(1)
    celery = [str(Path(sys.executable).with_name("celery")), "-A", "agensium.worker"]
    environment = clean_environment(server_environment | {"FLOWER_UNAUTHENTICATED_API": "true"})
    command = [*celery, "flower", f"--address={HOST}", f"--port={port}"]
    flower = Process(command, environment, tmp_path / "flower.log")

    def told(path: str) -> dict[str, Any]:
        answer = httpx2.get(f"http://{HOST}:{port}/api/{path}", timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    with running(make_service(tmp_path, server_environment, workers=1)) as service:
        flower.start()
        try:
            workers = wait_until(lambda: told("workers?refresh=1"))
            assert [name.split("@")[0] for name in workers] == ["w0"]
            task_id = service.submit(b"a,b\n1,2\n")
            assert service.finished(task_id)["status"] == "SUCCESS"
            message = wait_until(
                lambda: {k: v for k, v in told("tasks").items() if v["state"] == "SUCCESS"}
            )[task_id]
            assert message["name"] == "agensium.run"
        finally:
            flower.stop()
