"""A file goes in, a ticket comes out, a worker profiles it, the report comes back."""

import json
from pathlib import Path

import httpx2
import pytest

from agensium.core.report import decode_report
from tests.service.harness import Service

FLIGHTS = Path(__file__).parents[2] / "examples" / "flights.csv"


def test_the_whole_way(service: Service) -> None:
    with FLIGHTS.open("rb") as file:
        answer = httpx2.post(f"{service.url}/profile/async", files={"file": file}, timeout=60)
    ticket = answer.json()
    assert answer.status_code == 202
    assert ticket["status"] == "processing"
    assert answer.headers["location"] == ticket["links"]["self"] == f"/tasks/{ticket['task_id']}"
    assert int(answer.headers["retry-after"]) >= 1

    task = service.finished(ticket["task_id"])
    assert task["status"] == "SUCCESS", task
    assert task["progress"]["percent"] == 100.0
    assert task["progress"]["rows"] == 27_004
    assert task["files"][0]["name"] == "flights.csv"
    assert task["attempts"] == 1

    downloaded = httpx2.get(service.url + task["links"]["downloads"]["report.json"], timeout=30)
    assert downloaded.headers["content-type"] == "application/json"
    assert json.loads(downloaded.content) == task["result"]
    report = decode_report(downloaded.content)
    assert report.source.sha256 == task["files"][0]["sha256"]
    lines = FLIGHTS.read_text().splitlines()
    assert report.table.rows == len(lines) - 1
    assert [column.name for column in report.table.columns] == lines[0].split(",")

    page = httpx2.get(service.url + task["links"]["downloads"]["report.html"], timeout=30)
    assert page.headers["content-type"].startswith("text/html")
    assert "flights.csv" in page.text


def test_the_same_file_gives_the_same_bytes(service: Service) -> None:
    reports = []
    for _ in range(2):
        task_id = service.submit(b"id,name\n1,a\n2,b\n", "same.csv")
        assert service.finished(task_id)["status"] == "SUCCESS"
        got = httpx2.get(f"{service.url}/tasks/{task_id}/report.json", timeout=30)
        reports.append(got.content)
    assert reports[0] == reports[1]


def test_parameters_reach_the_agent(service: Service) -> None:
    params = json.dumps({"read": {"delimiter": ";", "missing": ["none"]}})
    task = service.finished(service.submit(b"a;b\nnone;1,5\nx;2,5\n", params=params))
    columns = task["result"]["table"]["columns"]
    assert [column["name"] for column in columns] == ["a", "b"]
    assert columns[0]["missing"] == 1
    assert task["params"]["read"]["delimiter"] == ";"


def test_tasks_are_listed_the_newest_first_and_by_page(service: Service) -> None:
    newest = [service.submit(b"a,b\n1,2\n", f"{n}.csv") for n in range(3)][::-1]
    first = httpx2.get(f"{service.url}/tasks?limit=2", timeout=30).json()
    assert [task["task_id"] for task in first["tasks"]] == newest[:2]
    second = httpx2.get(service.url + first["next"], timeout=30).json()
    assert second["tasks"][0]["task_id"] == newest[2]


def test_a_deleted_task_is_gone(service: Service) -> None:
    task_id = service.submit(b"a,b\n1,2\n")
    service.finished(task_id)
    assert httpx2.delete(f"{service.url}/tasks/{task_id}").status_code == 204
    for path in ("", "/report.json"):
        answer = httpx2.get(f"{service.url}/tasks/{task_id}{path}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_the_service_is_well(service: Service, path: str) -> None:
    answer = httpx2.get(service.url + path, timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_the_agents_are_listed(service: Service) -> None:
    agents = httpx2.get(f"{service.url}/agents").json()
    assert agents[0]["name"] == "profile"
    assert agents[0]["submit"] == "/profile/async"
    assert agents[0]["params_schema"]
