"""Uploads in parts, straight to the store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from agensium.tasks.uploads.forget import sweep_uploads
from agensium.tasks.uploads.models import Upload
from tests.api.harness import Api, make_services, running_api
from tests.api.uploads import SMALL, TABLE, content_of, file_of, sha256, submit
from tests.servers.seaweedfs import Bucket


@pytest.fixture
def api(mariadb_url: str, bucket: Bucket, tmp_path: Path) -> Iterator[Api]:
    with running_api(make_services(mariadb_url, tmp_path, **bucket.environment)) as running:
        yield running


def begin(api: Api, size: int, **more: Any) -> dict[str, Any]:
    wanted = {"name": "t.csv", "bytes": size, "direct": True, **more}
    answer = httpx2.post(f"{api.url}/uploads", json=wanted, timeout=30)
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


def send(api: Api, begun: dict[str, Any], data: bytes, *numbers: int) -> None:
    asked = httpx2.post(api.url + begun["links"]["parts"], json={"numbers": numbers}, timeout=30)
    assert asked.status_code == 200, asked.text
    for part in asked.json()["parts"]:
        start = (part["number"] - 1) * begun["part_bytes"]
        piece = data[start : start + part["bytes"]]
        assert len(piece) == part["bytes"]
        assert httpx2.put(part["url"], content=piece, timeout=60).status_code == 200


def complete(api: Api, begun: dict[str, Any]) -> httpx2.Response:
    return httpx2.post(api.url + begun["links"]["complete"], timeout=60)


def test_parts_in_any_order_become_a_task(api: Api) -> None:
    begun = begin(api, len(TABLE), sha256=sha256(TABLE))
    assert (begun["transport"], begun["status"]) == ("parts", "OPEN")
    send(api, begun, TABLE, 3, 1)
    early = complete(api, begun)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert ": 2." in early.json()["detail"]
    send(api, begun, TABLE, 2)
    for _ in range(2):
        done = complete(api, begun)
        assert done.status_code == 200, done.text
        assert (done.json()["status"], done.json()["sha256"]) == ("COMPLETE", sha256(TABLE))
    path = begun["links"]["self"]
    assert content_of(api.services.storage, path) == TABLE
    answer = submit(api, path)
    assert answer.status_code == 202, answer.text
    assert file_of(api, answer.json()["task_id"])["sha256"] == sha256(TABLE)
    late = httpx2.post(api.url + begun["links"]["parts"], json={"numbers": [1]})
    assert late.status_code == 409


def test_parts_that_were_joined_by_a_process_that_died_are_completed(api: Api) -> None:
    begun = begin(api, len(TABLE))
    send(api, begun, TABLE, 1, 2, 3)
    storage = api.services.storage
    assert storage.direct is not None
    with api.services.database.read() as session:
        row = session.get_one(Upload, begun["upload_id"])
    assert row.token is not None
    stored = [part for part, _ in storage.direct.stored(row.object_key, row.token)]
    storage.parts.join(row.object_key, row.token, stored)
    assert submit(api, begun["links"]["self"]).status_code == 202


@pytest.mark.parametrize(
    ("content", "announced", "status", "code"),
    [
        (SMALL, sha256(b"other"), 422, "checksum_mismatch"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), None, 415, "unsupported_format"),
    ],
)
def test_what_is_not_right_is_refused_and_forgotten(
    api: Api, content: bytes, announced: str | None, status: int, code: str
) -> None:
    begun = begin(api, len(content), sha256=announced)
    send(api, begun, content, 1)
    answer = complete(api, begun)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert httpx2.get(api.url + begun["links"]["self"]).status_code == 404
    assert httpx2.get(f"{api.url}/uploads").status_code == 405


def test_a_larger_part_than_agreed_does_not_pass(api: Api) -> None:
    begun = begin(api, 10)
    asked = httpx2.post(api.url + begun["links"]["parts"], json={"numbers": [1]})
    (part,) = asked.json()["parts"]
    assert httpx2.put(part["url"], content=b"a,b\n" * 1000).status_code == 200
    assert complete(api, begun).status_code == 409
    stolen = part["url"].replace("partNumber=1", "partNumber=2")
    assert httpx2.put(stolen, content=b"a,b\n").status_code == 403


def test_parts_that_still_come_keep_an_upload_alive(api: Api) -> None:
    fresh, idle = (begin(api, len(TABLE)) for _ in range(2))
    send(api, fresh, TABLE, 1)
    services = api.services
    now, keep = services.clock(), services.uploads.limits.keep
    with services.database.write() as session:
        for begun in (fresh, idle):
            row = session.get_one(Upload, begun["upload_id"])
            row.touched_at, row.expires_at = now - keep, now - timedelta(seconds=1)
    assert sweep_uploads(services.database, services.storage, now) == 1
    assert httpx2.get(api.url + idle["links"]["self"]).status_code == 404
    send(api, fresh, TABLE, 2, 3)
    assert complete(api, fresh).status_code == 200


def test_what_cannot_be_asked_for_is_said(api: Api, sqlite_url: str, tmp_path: Path) -> None:
    begun = begin(api, len(TABLE))
    for numbers in ([], [0], [4], list(range(1, 200))):
        asked = httpx2.post(api.url + begun["links"]["parts"], json={"numbers": numbers})
        assert (asked.status_code, asked.json()["code"]) == (422, "invalid_request")
    for body in (b"{", b"{}", b'{"name": "x", "bytes": 1, "much": 2}', b" " * (1 << 17)):
        asked = httpx2.post(f"{api.url}/uploads", content=body)
        assert (asked.status_code, asked.json()["code"]) == (422, "invalid_request")
    with running_api(make_services(sqlite_url, tmp_path)) as small:
        wanted = {"name": "t.csv", "bytes": 5, "direct": True}
        asked = httpx2.post(f"{small.url}/uploads", json=wanted)
        assert (asked.status_code, asked.json()["code"]) == (409, "conflict")
        assert "tus" in asked.json()["hint"]
