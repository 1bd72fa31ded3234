"""Files at addresses, on the running service: accepted at once, fetched once, retried like work."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.servers.seaweedfs import SeaweedFS
from tests.servers.web import Handler, Web, run_web
from tests.service.harness import Service, make_service, running

TABLE = b"id;name\n" + b"".join(b"%d;n%d\n" % (n, n) for n in range(100))
ALLOWED = {
    "AGENSIUM_SOURCE_HOSTS": "127.0.0.1",
    "AGENSIUM_SOURCE_SCHEMES": "http",
    "AGENSIUM_SOURCE_PRIVATE": "true",
    "AGENSIUM_MAX_UPLOAD_BYTES": str(1 << 20),
}


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("allowing")
    with running(make_service(folder, ALLOWED)) as service:
        yield service


def ask(service: Service, source: str, **more: Any) -> httpx2.Response:
    asked = {"source": source, **more}
    return httpx2.post(f"{service.url}/profile/async", json=asked, timeout=30)


def ticket(answer: httpx2.Response) -> str:
    assert answer.status_code == 202, answer.text
    task_id: str = answer.json()["task_id"]
    return task_id


def test_an_address_becomes_a_report(allowing: Service, web: Web) -> None:
    address = web.serve("/in/t%20x.csv", TABLE)
    params = {"pairs": False, "read": {"delimiter": ";"}}
    task = allowing.finished(ticket(ask(allowing, f"{address}?key=secret", params=params)))
    assert task["status"] == "SUCCESS", task
    (file,) = task["files"]
    digest = hashlib.sha256(TABLE).hexdigest()
    assert file == {
        "role": "file", "name": "t x.csv", "bytes": len(TABLE), "sha256": digest, "source": address
    }  # fmt: skip
    assert task["result"]["source"]["sha256"] == digest
    assert task["params"]["pairs"] is False
    assert "secret" not in json.dumps(task)
    assert len(web.asked) == 1

    again = httpx2.post(
        f"{allowing.url}/profile/async",
        files={"file": ("other.csv", TABLE)},
        data={"params": json.dumps(params)},
        timeout=30,
    )
    assert again.json()["reused_from"] == task["task_id"]


def test_a_form_takes_an_address_too(allowing: Service, web: Web) -> None:
    address = web.serve("/t.csv", TABLE)
    answer = httpx2.post(f"{allowing.url}/profile/async", data={"source": address}, timeout=30)
    assert answer.status_code == 422, "that is no multipart form"
    source = {"source": (None, address)}
    answer = httpx2.post(f"{allowing.url}/profile/async", files=source, timeout=30)
    assert allowing.finished(ticket(answer))["result"]["table"]["rows"] == 100
    both: dict[str, Any] = {**source, "file": ("t.csv", TABLE)}
    answer = httpx2.post(f"{allowing.url}/profile/async", files=both, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_the_answer_does_not_wait_for_the_file(allowing: Service, web: Web) -> None:
    web.behaviours["/t.csv"] = lambda handler: handler.drip(b"", 60)
    task_id = ticket(ask(allowing, web.url("/t.csv")))
    task = allowing.wait_for(task_id, "STARTED")
    assert task["files"][0]["sha256"] == ""
    httpx2.post(f"{allowing.url}/tasks/{task_id}/cancel", timeout=30)
    assert allowing.finished(task_id)["status"] == "REVOKED"


def test_what_fails_once_is_tried_again(allowing: Service, web: Web) -> None:
    answers = [503, 200]
    web.behaviours["/t.csv"] = lambda handler: handler.give(TABLE, answers.pop(0))
    task = allowing.finished(ticket(ask(allowing, web.url("/t.csv"))))
    assert [each["outcome"] for each in task["history"]] == ["RETRY", "SUCCESS"]
    assert task["history"][0]["error"]["code"] == "source_unreachable"


def test_a_fetched_file_is_not_fetched_again(allowing: Service, web: Web) -> None:
    task_id = ticket(ask(allowing, web.serve("/t.csv", b"only a text\n")))
    assert allowing.finished(task_id)["error"]["code"] == "no_rows"
    web.behaviours.clear()
    httpx2.post(f"{allowing.url}/tasks/{task_id}/retry", timeout=30)
    task = allowing.finished(task_id)
    assert task["error"]["code"] == "no_rows"
    assert len(task["history"]) == 2
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing", "source_refused"), ("/large", "source_too_large"),
     ("/picture", "unsupported_format"), ("/away", "source_refused"), ("/empty", "empty_file")],
)  # fmt: skip
def test_what_is_no_file_fails_with_its_reason(
    allowing: Service, web: Web, path: str, code: str
) -> None:
    web.serve("/large", bytes((1 << 20) + 1))
    web.serve("/picture", b"\x89PNG\r\n\x1a\n" + bytes(100))
    web.serve("/empty", b"")
    web.behaviours["/away"] = lambda handler: handler.give(
        b"", 302, Location="http://169.254.169.254/"
    )
    task = allowing.finished(ticket(ask(allowing, web.url(path))))
    assert (task["status"], task["error"]["code"]) == ("FAILURE", code)
    assert task["attempts"] == 1


def test_equal_requests_with_a_key_are_one(allowing: Service, web: Web) -> None:
    address = web.serve("/t.csv", TABLE)
    answers = [
        httpx2.post(
            f"{allowing.url}/profile/async",
            json={"source": address},
            headers={"Idempotency-Key": '"sources-1"'},
            timeout=30,
        )
        for _ in range(2)
    ]
    assert ticket(answers[0]) == ticket(answers[1])
    allowing.finished(ticket(answers[0]))
    assert len(web.asked) == 1


def test_other_addresses_are_refused_at_once(allowing: Service, embedded: Service) -> None:
    for service, address in (
        (allowing, "http://localhost/t.csv"),
        (allowing, "https://127.0.0.1/t.csv"),
        (allowing, "s3://bucket/t.csv"),
        (embedded, "https://example.org/t.csv"),
    ):
        answer = ask(service, address)
        assert (answer.status_code, answer.json()["code"]) == (403, "source_not_allowed"), address
    answer = ask(allowing, "file:///etc/passwd")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"file": "x"}', b'{"params": 1}'])
def test_a_request_in_json_is_checked(allowing: Service, body: bytes) -> None:
    answer = httpx2.post(
        f"{allowing.url}/profile/async",
        content=body,
        headers={"Content-Type": "application/json; charset=utf-8"},
        timeout=30,
    )
    assert answer.status_code == 422, answer.text


def test_a_service_that_dies_while_it_fetches_fetches_anew(tmp_path: Path) -> None:
    asked: list[float] = []

    def first_drips(handler: Handler) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            handler.drip(b"x,y\n", 0.05)
        else:
            handler.give(TABLE)

    with run_web() as web, running(make_service(tmp_path, ALLOWED)) as service:
        web.behaviours["/t.csv"] = first_drips
        task_id = ticket(ask(service, web.url("/t.csv")))
        while not asked:
            time.sleep(0.05)
        service.api.kill()
        service.start()
        task = service.finished(task_id)
        assert task["result"]["table"]["rows"] == 100
        httpx2.delete(f"{service.url}/tasks/{task_id}", timeout=30)
        left = [each for each in (tmp_path / "data" / "objects").rglob("*") if each.is_file()]
        assert [each for each in left if "results" in each.parts] == []


def test_in_server_mode_a_worker_fetches_addresses_and_objects(
    tmp_path: Path, server_environment: dict[str, str], seaweedfs: SeaweedFS, web: Web
) -> None:
    with seaweedfs.fresh_bucket() as other:
        other.client().put_object(Bucket=other.name, Key="in/t.csv", Body=TABLE)
        environment = server_environment | ALLOWED
        environment |= {"AGENSIUM_SOURCE_BUCKETS": f"{other.name}/in/"}
        with running(make_service(tmp_path, environment, workers=1)) as service:
            address = web.serve("/t.csv", TABLE)
            for source in (address, f"s3://{other.name}/in/t.csv"):
                task = service.finished(ticket(ask(service, source)))
                assert task["result"]["table"]["rows"] == 100, task
                assert task["files"][0]["source"] == source
            missing = service.finished(ticket(ask(service, f"s3://{other.name}/in/no.csv")))
            assert missing["error"]["code"] == "source_refused"
            own = f"s3://{environment['S3_BUCKET_NAME']}/uploads/x"
            assert ask(service, own).json()["code"] == "source_not_allowed"
