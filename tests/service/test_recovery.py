"""Processes die in the middle of a task; the task does not."""

import time
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.jobs import jobs_below
from tests.service.harness import Process, Service, make_service, running

ROWS = 4_000_000


@pytest.fixture(scope="module")
def long_file() -> bytes:
    """A table that takes a worker a few seconds."""
    block = "".join(f"{n},{n * 7 % 1009},name {n},2026-01-{n % 28 + 1:02}\n" for n in range(10_000))
    return b"id,number,name,date\n" + block.encode() * (ROWS // 10_000)


def job_of(process: Process) -> psutil.Process:
    """Return the job's process below one of ours, once there is one."""
    assert process.running is not None
    for _ in range(2000):
        for job in jobs_below(process.running.pid):
            return job
        time.sleep(0.005)
    raise AssertionError("no job was started")


def test_a_killed_service_takes_its_task_up_again(tmp_path: Path, long_file: bytes) -> None:
    with running(make_service(tmp_path, {})) as service:
        task_id = service.submit(long_file)
        job = job_of(service.api)
        job.suspend()  # so that it cannot be done before the kill
        service.api.kill()
        job.resume()
        service.start()
        task = service.finished(task_id)
        assert (task["status"], task["attempts"]) == ("SUCCESS", 2)
        assert task["result"]["table"]["rows"] == ROWS
        assert not job.is_running() or job.status() == psutil.STATUS_ZOMBIE


def test_a_killed_worker_is_followed_by_another(
    tmp_path: Path, server_environment: dict[str, str], long_file: bytes
) -> None:
    environment = server_environment | {"AGENSIUM_MAX_UPLOAD_BYTES": str(1 << 30)}
    with running(make_service(tmp_path, environment, workers=1)) as service:
        task_id = service.submit(long_file)
        job_of(service.workers[0]).suspend()
        service.workers[0].kill()
        assert service.task(task_id)["status"] == "STARTED"
        service.workers[0].start()
        task = service.finished(task_id)
        assert (task["status"], task["attempts"]) == ("SUCCESS", 2)


def test_a_killed_job_is_run_again(service: Service, long_file: bytes) -> None:
    task_id = service.submit(long_file[: 48 << 20])
    job_of((service.workers or [service.api])[0]).kill()
    task = service.finished(task_id)
    assert (task["status"], task["attempts"]) == ("SUCCESS", 2)


def test_a_stopped_service_hands_its_task_back(tmp_path: Path, long_file: bytes) -> None:
    with running(make_service(tmp_path, {})) as service:
        task_id = service.submit(long_file)
        job = job_of(service.api)
        job.suspend()
        service.api.stop()
        assert not job.is_running()
        service.start()
        task = service.finished(task_id)
        assert (task["status"], task["attempts"]) == ("SUCCESS", 1)


def test_a_running_task_is_cancelled_and_deleted(service: Service, long_file: bytes) -> None:
    worker = (service.workers or [service.api])[0]
    task_id = service.submit(long_file[: 48 << 20])
    job = job_of(worker)
    job.suspend()
    answer = httpx2.post(f"{service.url}/tasks/{task_id}/cancel")
    assert answer.status_code == 202
    task = service.finished(task_id)
    assert (task["status"], task["error"]["code"]) == ("REVOKED", "cancelled")
    assert not job.is_running()

    task_id = service.submit(long_file[: 48 << 20])
    job = job_of(worker)
    job.suspend()
    assert httpx2.delete(f"{service.url}/tasks/{task_id}").status_code == 204
    assert httpx2.get(f"{service.url}/tasks/{task_id}").status_code == 404
    job.wait(timeout=60)


def test_limits_end_a_job_with_a_code(tmp_path: Path, long_file: bytes) -> None:
    with running(make_service(tmp_path, {"AGENSIUM_JOB_SECONDS": "1"})) as service:
        task_id = service.submit(long_file)
        job_of(service.api).suspend()  # so that no machine is too fast for the limit
        task = service.finished(task_id)
        assert (task["status"], task["error"]["code"]) == ("FAILURE", "timeout")


def test_two_services_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with running(make_service(tmp_path, {})):
        second = make_service(tmp_path, {})
        second.api.log = tmp_path / "second.log"
        second.api.start()
        assert second.api.running is not None
        assert second.api.running.wait(timeout=120) == 2
        said = second.api.log.read_text()
        assert "Another Agensium service uses the data folder" in said
        assert "Traceback" not in said
