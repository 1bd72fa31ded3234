"""Bad input: a stable code, one sentence, and nothing that stays behind."""

import socket
import time
from pathlib import Path

import httpx2
import pytest

from tests.service.harness import Service, make_service, running

PROBLEM = "application/problem+json"


def post(service: Service, content: bytes, **fields: str) -> httpx2.Response:
    return httpx2.post(
        f"{service.url}/profile/async", files={"file": ("f", content)}, data=fields, timeout=60
    )


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"  \n\n", 422, "empty_file"),
        (b"\x89PNG\r\n\x1a\n....", 415, "unsupported_format"),
        (b"%PDF-1.7 ....", 415, "unsupported_format"),
        (b"\x00\x01\x02" * 1000, 415, "unsupported_format"),
        (b"a,b\n" + b"1,2\n" * (17 << 20), 413, "too_large"),
    ],
)
def test_a_bad_file_is_refused_at_once(
    service: Service, content: bytes, status: int, code: str
) -> None:
    before = httpx2.get(f"{service.url}/tasks").json()["tasks"]
    answer = post(service, content)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer.headers["content-type"] == PROBLEM
    assert problem["detail"]
    assert httpx2.get(f"{service.url}/tasks").json()["tasks"] == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b,c\n", "no_rows"),
        (b"Once upon a time there was a table that was not a table at all.\n" * 9, "not_a_table"),
    ],
)
def test_a_file_without_a_table_fails_with_a_code(
    service: Service, content: bytes, code: str
) -> None:
    task = service.finished(service.submit(content))
    assert (task["status"], task["error"]["code"]) == ("FAILURE", code)
    assert task["error"]["hint"]
    assert "result" not in task


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("{", "not valid JSON"),
        ("[]", "Expected `object`"),
        ('{"red": {}}', "unknown field `red`"),
        ('{"read": {"delimiter": ";;"}}', "read.delimiter"),
        ('{"thresholds": {"missing": 2}}', "thresholds.missing"),
    ],
)
def test_malformed_params_are_refused(embedded: Service, params: str, expected: str) -> None:
    answer = post(embedded, b"a,b\n1,2\n", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_params")
    assert expected in answer.json()["detail"]


def test_a_missing_file_a_wrong_field_and_no_form_are_refused(embedded: Service) -> None:
    url = f"{embedded.url}/profile/async"
    for request in (
        {"files": {"wrong": ("f", b"a,b\n1,2\n")}},
        {"files": {"note": (None, b"x")}},
        {"json": {"file": "x"}},
        {"content": b"a,b\n1,2\n"},
        {
            "content": b"--x\r\nnonsense",
            "headers": {"content-type": "multipart/form-data; boundary=x"},
        },
    ):
        answer = httpx2.post(url, **request)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/tasks", 405, "method_not_allowed"),
        ("GET", "/tasks/unknown", 404, "not_found"),
        ("DELETE", "/tasks/unknown", 404, "not_found"),
        ("POST", "/tasks/unknown/cancel", 404, "not_found"),
        ("GET", "/tasks/unknown/report.json", 404, "not_found"),
        ("GET", "/tasks?limit=0", 422, "invalid_request"),
        ("GET", "/tasks?status=NOPE", 422, "invalid_request"),
        ("POST", "/nobody/async", 404, "not_found"),
    ],
)
def test_every_error_is_a_problem(
    embedded: Service, method: str, path: str, status: int, code: str
) -> None:
    answer = httpx2.request(method, embedded.url + path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == PROBLEM


def test_an_upload_that_breaks_off_leaves_nothing_behind(embedded: Service) -> None:
    host, port = embedded.url.removeprefix("http://").split(":")
    head = (
        "POST /profile/async HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\na,b\n1,2\n'
    )
    folder = Path(embedded.api.environment["AGENSIUM_DATA_DIR"]) / "objects" / "uploads"
    before = set(folder.glob("*"))
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + b"1,2\n" * (1 << 19))  # more than is kept in memory
        while set(folder.glob("*")) == before:  # until it comes, or pytest's own limit ends it
            embedded.wait()
    while set(folder.glob("*")) - before:  # until it is swept away, likewise
        embedded.wait()
    assert set(folder.glob("*")) == before


def test_text_fields_take_no_memory(embedded: Service) -> None:
    fields = {f"f{n}": (None, b"x" * (1 << 19)) for n in range(3)}
    answer = httpx2.post(f"{embedded.url}/profile/async", files=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    answer = post(embedded, b"a,b\n1,2\n", params="x" * (2 << 20))
    assert "too long" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plain.csv", "plain.csv"),
        ("C:\\Users\\me\\t.csv", "t.csv"),
        ("../../etc/passwd", "passwd"),
        ("..", "unnamed"),
        ("ünï 表.csv", "ünï 表.csv"),
        ("a\u202eb.csv", "ab.csv"),
        ("x" * 400, "x" * 255),
    ],
)
def test_file_names_are_the_senders_and_harmless(embedded: Service, sent: str, kept: str) -> None:
    task = embedded.task(embedded.submit(b"a,b\n1,2\n", sent))
    assert task["files"][0]["name"] == kept


def test_a_dead_storage_is_said_so_and_nothing_is_accepted(
    tmp_path: Path,
) -> None:
    environment = {
        "S3_BUCKET_NAME": "b", "S3_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "a-secret-of-ours",
    }  # fmt: skip
    service = make_service(tmp_path, environment)
    service.api.start()
    try:
        wait_for_health(service)
        ready = httpx2.get(f"{service.url}/ready", timeout=60)
        assert (ready.status_code, ready.json()["checks"]["storage"]["status"]) == (
            503,
            "unavailable",
        )
        answer = post(service, b"a,b\n1,2\n")
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        assert answer.headers["retry-after"]
        assert httpx2.get(f"{service.url}/tasks").json()["tasks"] == []
    finally:
        service.api.stop()


def wait_for_health(service: Service) -> None:
    for _ in range(600):
        try:
            if httpx2.get(f"{service.url}/health").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(service.api.log.read_text())


def test_a_dead_broker_delays_nobody(tmp_path: Path, server_environment: dict[str, str]) -> None:
    environment = server_environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    with running(make_service(tmp_path, environment)) as service:
        ready = httpx2.get(f"{service.url}/ready", timeout=30)
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert service.task(service.submit(b"a,b\n1,2\n"))["status"] == "PENDING"
