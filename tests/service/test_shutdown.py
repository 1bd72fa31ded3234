"""Who is told to stop hands back what it has: nothing is lost, and no attempt is used up."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from agensium.db.migrate import upgrade
from agensium.settings import Settings
from agensium.wiring import build_services
from agensium.worker.embedded import EmbeddedWorker
from tests.jobs import jobs_below
from tests.service.harness import Process, Service, make_service, running
from tests.service.test_recovery import job_of, long_file

__all__ = ["long_file"]


def owner(workers: list[Process]) -> tuple[Process, psutil.Process]:
    """Return the worker that has the only job, and the job."""
    for _ in range(2000):
        for worker in workers:
            assert worker.running is not None
            for job in jobs_below(worker.running.pid):
                return worker, job
        time.sleep(0.005)
    raise AssertionError("no job was started")


@contextmanager
def endless_upload(service: Service) -> Iterator[socket.socket]:
    """Give the connection of an upload that has begun and never ends."""
    host, port = service.url.removeprefix("http://").split(":")
    head = (
        "POST /profile/async HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\na,b\n1,2\n'
    )
    with socket.create_connection((host, int(port))) as upload:
        upload.sendall(head.encode())
        httpx2.get(f"{service.url}/health")
        yield upload


def test_a_stopped_worker_hands_its_task_to_another(
    tmp_path: Path, server_environment: dict[str, str], long_file: bytes
) -> None:
    environment = server_environment | {"AGENSIUM_MAX_UPLOAD_BYTES": str(1 << 30)}
    with running(make_service(tmp_path, environment, workers=2)) as service:
        task_id = service.submit(long_file)
        worker, job = owner(service.workers)
        job.suspend()
        assert worker.stop() == 0
        task = service.finished(task_id)
        assert (task["status"], task["attempts"]) == ("SUCCESS", 1)
        assert [each["outcome"] for each in task["history"]] == ["RELEASED", "SUCCESS"]


def test_an_embedded_service_hands_back_before_the_last_request_is_answered(
    tmp_path: Path, long_file: bytes
) -> None:
    with running(make_service(tmp_path, {})) as service:
        task_id = service.submit(long_file)
        job = job_of(service.api)
        job.suspend()
        with endless_upload(service):
            assert service.api.running is not None
            service.api.running.terminate()
            job.wait(timeout=8)
            assert service.api.running.poll() is None
        assert service.api.stop() == 0
        service.start()
        task = service.finished(task_id)
        assert (task["status"], task["attempts"]) == ("SUCCESS", 1)
        assert [each["outcome"] for each in task["history"]] == ["RELEASED", "SUCCESS"]


def test_a_request_that_outlasts_the_stop_is_told_to_come_back(tmp_path: Path) -> None:
    with running(make_service(tmp_path, {})) as service:
        with endless_upload(service) as upload:
            assert service.api.stop() == 0
            said = upload.recv(1 << 16).decode().lower()
        assert said.startswith("http/1.1 503")
        assert "retry-after: " in said
        assert '"code":"unavailable"' in said


def test_a_poison_file_fails_and_starves_nobody(tmp_path: Path, long_file: bytes) -> None:
    with running(make_service(tmp_path, {"AGENSIUM_WORKER_CONCURRENCY": "1"})) as service:
        poison = service.submit(long_file)
        for _ in range(3):
            job = job_of(service.api)
            job.kill()
            job.wait(timeout=60)
        other = service.submit(b"a,b\n1,2\n")
        task = service.finished(poison)
        assert (task["status"], task["error"]["code"]) == ("FAILURE", "worker_lost")
        assert [each["outcome"] for each in task["history"]] == ["RETRY", "RETRY", "FAILURE"]
        assert service.finished(other)["status"] == "SUCCESS"


def test_an_embedded_worker_that_ends_is_started_again(tmp_path: Path) -> None:
    services = build_services(Settings(data_dir=tmp_path))
    upgrade(services.database)
    worker = EmbeddedWorker(services)
    worker.start()
    try:
        services.celery.control.shutdown()
        wait_until(worker, alive=False)
        wait_until(worker, alive=True)
    finally:
        worker.stop()
        services.bell.close()
        services.database.dispose()


def wait_until(worker: EmbeddedWorker, *, alive: bool) -> None:
    for _ in range(3000):
        if worker.is_alive() is alive:
            return
        time.sleep(0.005)
    pytest.fail(f"alive is not {alive}")
