"""What operators see: metrics, workers, ids in the log."""

import json
import re
import time
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.service.harness import Service, make_service, running


def figures(service: Service) -> dict[str, float]:
    """Return the service's metrics by name and labels."""
    answer = httpx2.get(f"{service.url}/metrics", timeout=30)
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def wait_for_figure(service: Service, name: str, value: float) -> dict[str, float]:
    """Wait until workers have told of what they counted: they do every few seconds."""
    deadline = time.monotonic() + 60
    while (found := figures(service)).get(name) != value:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return found


@pytest.mark.parametrize("mode", ["embedded", "server"])
def test_metrics_tell_what_was_done(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    environment = {} if mode == "embedded" else request.getfixturevalue("server_environment")
    workers = 0 if mode == "embedded" else 1
    with running(make_service(tmp_path, environment, workers)) as service:
        before = figures(service)
        good, bad = service.submit(b"a,b\n1,2\n"), service.submit(b"a,b\n")
        assert service.finished(good)["status"] == "SUCCESS"
        assert service.finished(bad)["status"] == "FAILURE"
        done = before.get("agensium_attempts_total profile success", 0.0) + 1
        found = wait_for_figure(service, "agensium_attempts_total profile success", done)
        assert found["agensium_attempts_total profile no_rows"] >= 1
        assert found["agensium_child_exits_total done"] == done
        assert found["agensium_attempt_seconds_count profile"] >= 2
        assert found["agensium_attempt_seconds_bucket profile +Inf"] >= 2
        assert found["agensium_http_requests_total POST /profile/async 202"] == 2
        assert found["agensium_upload_bytes_total"] > 8
        assert found["agensium_tasks PENDING"] == found["agensium_tasks STARTED"] == 0
        assert found["agensium_queue_age_seconds"] == 0
        assert found["agensium_workers"] >= 1


def test_a_workers_counts_outlive_it(tmp_path: Path) -> None:
    service = make_service(tmp_path, {})
    with running(service):
        service.finished(service.submit(b"a,b\n1,2\n"))
        wait_for_figure(service, "agensium_attempts_total profile success", 1)
        service.api.kill()
        service.start()
        service.finished(service.submit(b"a,b\n1,2\n"))
        wait_for_figure(service, "agensium_attempts_total profile success", 2)
        service.api.stop()
        service.start()
        wait_for_figure(service, "agensium_attempts_total profile success", 2)


def test_workers_are_listed(service: Service) -> None:
    deadline = time.monotonic() + 60
    while not (found := httpx2.get(f"{service.url}/workers").json()["workers"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert {worker["status"] for worker in found} == {"alive"}
    assert {worker["slots"] for worker in found} == {2}
    page = httpx2.get(f"{service.url}/view/workers").text
    assert all(worker["name"] in page for worker in found)
    assert "0 of 2 slots busy" in page
    assert "lost" not in page


def test_a_requests_id_goes_with_its_task_into_the_log(tmp_path: Path) -> None:
    with running(make_service(tmp_path, {"AGENSIUM_LOG_FORMAT": "json"})) as service:
        answer = httpx2.post(
            f"{service.url}/profile/async",
            files={"file": ("t.csv", b"a,b\n1,2\n")},
            headers={"X-Request-ID": "from-a-proxy:7"},
        )
        assert answer.headers["X-Request-ID"] == "from-a-proxy:7"
        task_id = answer.json()["task_id"]
        service.finished(task_id)
        told = service.api.log.read_text().splitlines()
    lines = [json.loads(line) for line in told if line.startswith("{")]
    ours = [line for line in lines if line.get("request_id") == "from-a-proxy:7"]
    assert any(line["logger"] == "agensium.server.observe" for line in ours)
    assert [line["message"] for line in ours if line.get("task_id") == task_id] == [
        f"task {task_id}: attempt 1 begins",
        f"task {task_id}: finished",
    ]


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "{}"])
def test_an_id_that_could_do_harm_is_replaced(given: str | None, embedded: Service) -> None:
    headers = {} if given is None else {"X-Request-ID": given}
    answer = httpx2.get(f"{embedded.url}/health", headers=headers)
    assert re.fullmatch(r"[0-9A-Z]{26}", answer.headers["X-Request-ID"])
