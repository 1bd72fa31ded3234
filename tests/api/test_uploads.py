"""Uploads by tus: begun, broken off, continued, checked, used and forgotten."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from agensium.tasks.sweep import Sweeper
from agensium.tasks.uploads.forget import sweep_uploads
from agensium.tasks.uploads.models import Upload
from tests.api.harness import Api, make_services, running_api
from tests.api.uploads import (
    BYTES,
    SMALL,
    TABLE,
    TUS,
    begin,
    content_of,
    encoded,
    file_of,
    half_patch,
    offset_of,
    patch,
    sha256,
    submit,
    tus_upload,
)
from tests.servers.seaweedfs import Bucket


@pytest.fixture(params=["sqlite-folder", "mariadb-s3"])
def store(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    """Give a database's address and the settings of a store."""
    if request.param == "sqlite-folder":
        return request.getfixturevalue("sqlite_url"), {}
    bucket: Bucket = request.getfixturevalue("bucket")
    return request.getfixturevalue("mariadb_url"), dict(bucket.environment)


@pytest.fixture
def api(store: tuple[str, dict[str, str]], tmp_path: Path) -> Iterator[Api]:
    url, settings = store
    with running_api(make_services(url, tmp_path, **settings)) as running:
        yield running


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "big table.csv"
    path.write_bytes(TABLE)
    return path


def strays(api: Api, path: str) -> list[str]:
    """Return what the store still has of an upload."""
    upload_id = path.rsplit("/", 1)[-1]
    storage = api.services.storage
    direct = storage.direct
    if direct is None:
        root = api.services.settings.data_dir.absolute() / "objects"
        return [str(each) for each in root.rglob(f"*{upload_id}*")]
    client, bucket = direct.client, direct.bucket  # type: ignore[attr-defined]
    listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    begun = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [each["Key"] for each in (*listed, *begun) if upload_id in each["Key"]]


def test_the_reference_client_sends_a_file_that_becomes_a_task(api: Api, table: Path) -> None:
    path = tus_upload(api.url, table)
    shown = httpx2.get(api.url + path).json()
    assert (shown["status"], shown["sha256"]) == ("COMPLETE", sha256(TABLE))
    answer = submit(api, path, params='{"read": {"delimiter": ","}}')
    assert answer.status_code == 202, answer.text
    file = file_of(api, answer.json()["task_id"])
    assert file == {
        "role": "file",
        "name": "big table.csv",
        "bytes": len(TABLE),
        "sha256": sha256(TABLE),
    }
    assert content_of(api.services.storage, path) == TABLE
    assert strays(api, path) == [each for each in strays(api, path) if ".tail." not in each]


def test_what_came_before_a_break_is_never_sent_again(api: Api, table: Path) -> None:
    path = begin(api, len(TABLE))
    sent = 7_000_001  # a part and a tail
    half_patch(api, path, 0, TABLE[:sent], len(TABLE)).close()
    for _ in range(500):
        if offset_of(api, path) == sent:
            break
    assert offset_of(api, path) == sent
    tus_upload(api.url, table, path)
    assert content_of(api.services.storage, path) == TABLE
    assert httpx2.get(api.url + path).json()["sha256"] == sha256(TABLE)


def test_any_process_continues(
    store: tuple[str, dict[str, str]], tmp_path: Path, table: Path
) -> None:
    url, settings = store
    with (
        running_api(make_services(url, tmp_path, **settings)) as first,
        running_api(make_services(url, tmp_path, **settings)) as second,
    ):
        path = begin(first, len(TABLE))
        assert patch(first, path, 0, TABLE[:6_000_000]).status_code == 204
        assert offset_of(second, path) == 6_000_000
        tus_upload(second.url, table, path)
        assert httpx2.get(first.url + path).json()["sha256"] == sha256(TABLE)
        assert submit(first, path).status_code == 202


def test_who_continues_takes_over_from_a_dead_connection(api: Api) -> None:
    path = begin(api, len(TABLE))
    dead = half_patch(api, path, 0, TABLE[:7_500_000], len(TABLE))
    while not offset_of(api, path):
        pass  # until its first part is stored
    at = offset_of(api, path)
    assert patch(api, path, at, TABLE[at:]).status_code == 204
    # The dead one comes back with other bytes, too late.
    with dead:
        dead.sendall(b"x" * (len(TABLE) - 7_500_000))
        assert b" 409 " in dead.recv(4096)
    assert content_of(api.services.storage, path) == TABLE
    assert httpx2.get(api.url + path).json()["sha256"] == sha256(TABLE)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_bytes_with_a_wrong_checksum_do_not_count(api: Api, algorithm: str) -> None:
    path = begin(api, len(TABLE))
    assert patch(api, path, 0, TABLE[:100]).status_code == 204

    def checksum(data: bytes) -> str:
        digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
        return f"{algorithm} {digest}"

    rest = TABLE[100:]
    broken = patch(api, path, 100, rest[:-1] + b"x", upload_checksum=checksum(rest))
    assert (broken.status_code, broken.json()["code"]) == (460, "checksum_mismatch")
    assert broken.headers["tus-resumable"] == "1.0.0"
    assert offset_of(api, path) == 100
    assert patch(api, path, 100, rest, upload_checksum=checksum(rest)).status_code == 204
    assert httpx2.get(api.url + path).json()["sha256"] == sha256(TABLE)
    assert content_of(api.services.storage, path) == TABLE


def test_a_file_with_another_digest_is_refused_and_forgotten(api: Api) -> None:
    path = begin(api, len(SMALL), sha256=sha256(b"something else"))
    answer = patch(api, path, 0, SMALL)
    assert (answer.status_code, answer.json()["code"]) == (422, "checksum_mismatch")
    assert sha256(SMALL) in answer.json()["detail"]
    assert httpx2.get(api.url + path).status_code == 404
    assert strays(api, path) == []
    path = begin(api, len(SMALL), sha256=sha256(SMALL))
    assert patch(api, path, 0, SMALL).status_code == 204


def test_a_file_that_nobody_reads_is_refused_with_its_first_bytes(api: Api) -> None:
    path = begin(api, 50_000_000)
    answer = patch(api, path, 0, b"\x89PNG\r\n\x1a\n" + bytes(2 << 20))
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")
    path = begin(api, 20)
    answer = patch(api, path, 0, b"\x89PNG\r\n\x1a\n" + bytes(12))
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")
    assert strays(api, path) == []


def test_a_deleted_upload_leaves_nothing_behind(api: Api) -> None:
    path = begin(api, len(TABLE))
    patch(api, path, 0, TABLE[:7_000_000])
    assert strays(api, path) != []
    answer = httpx2.delete(api.url + path, headers=TUS)
    assert (answer.status_code, answer.headers["tus-resumable"]) == (204, "1.0.0")
    assert httpx2.head(api.url + path, headers=TUS).status_code == 404
    assert patch(api, path, 7_000_000, b"x").status_code == 404
    assert strays(api, path) == []


def test_an_upload_may_serve_several_tasks_and_belongs_to_them(api: Api) -> None:
    path = begin(api, len(SMALL), filename="s.csv")
    patch(api, path, 0, SMALL)
    first, second = (submit(api, path).json()["task_id"] for _ in range(2))
    assert httpx2.delete(api.url + path, headers=TUS).status_code == 204
    assert content_of(api.services.storage, path) == SMALL
    httpx2.delete(f"{api.url}/tasks/{first}")
    assert content_of(api.services.storage, path) == SMALL
    httpx2.delete(f"{api.url}/tasks/{second}")
    assert strays(api, path) == []


def test_only_what_is_whole_and_there_can_be_used(api: Api) -> None:
    path = begin(api, len(SMALL))
    patch(api, path, 0, SMALL[:5])
    answer = submit(api, path)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "5 of 16 bytes" in answer.json()["detail"]
    assert submit(api, "/uploads/unknown").status_code == 404
    patch(api, path, 5, SMALL[5:])
    both: dict[str, Any] = {"upload_id": (None, path.rsplit("/", 1)[-1]), "file": ("t.csv", SMALL)}
    answer = httpx2.post(f"{api.url}/profile/async", files=both)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    task_id = submit(api, path).json()["task_id"]
    httpx2.delete(f"{api.url}/tasks/{task_id}")
    assert submit(api, path).status_code == 404


def test_an_upload_whose_last_step_was_cut_off_is_completed_when_it_is_used(api: Api) -> None:
    path = begin(api, len(TABLE))
    patch(api, path, 0, TABLE[:-10])
    site, upload_id = api.services.uploads, path.rsplit("/", 1)[-1]
    # The process dies after it has stored the last bytes, then another one after the join.
    from agensium.tasks.uploads.append import Appending, claim
    from agensium.tasks.uploads.queries import load_upload, parts_of

    last = Appending(site, claim(site, "default", upload_id, len(TABLE) - 10))
    last.write(TABLE[-10:])
    last.end()
    assert offset_of(api, path) == len(TABLE)
    with site.database.read() as session:
        row, parts = load_upload(session, "default", upload_id), parts_of(session, upload_id)
    assert row.token is not None
    site.storage.parts.join(row.object_key, row.token, parts)
    answer = submit(api, path)
    assert answer.status_code == 202, answer.text
    assert file_of(api, answer.json()["task_id"])["sha256"] == sha256(TABLE)


def test_half_uploads_are_swept_and_those_in_progress_are_not(api: Api) -> None:
    idle, busy, used = (begin(api, len(TABLE)) for _ in range(3))
    patch(api, idle, 0, TABLE[:7_000_000])
    patch(api, used, 0, TABLE)
    task_id = submit(api, used).json()["task_id"]
    services = api.services
    keep = services.uploads.limits.keep
    begun = services.clock()
    with services.database.write() as session:
        # As if the idle one had been left alone for the whole time.
        from agensium.tasks.uploads.models import Upload

        row = session.get_one(Upload, idle.rsplit("/", 1)[-1])
        row.touched_at, row.expires_at = begun - keep, begun - timedelta(seconds=1)
    patch(api, busy, 0, TABLE[:7_000_000])
    assert sweep_uploads(services.database, services.storage, services.clock()) == 1
    assert httpx2.get(api.url + idle).status_code == 404
    assert strays(api, idle) == []
    assert offset_of(api, busy) == 7_000_000
    # Much later the other two are forgotten as well, and the task keeps its file.
    Sweeper(services.database, services.storage, services.bell, lambda: begun + 2 * keep).sweep()
    assert strays(api, busy) == []
    assert api.task(task_id).status_code == 200
    assert content_of(services.storage, used) == TABLE


def test_too_much_is_refused_before_it_comes(
    store: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    url, settings = store
    services = make_services(url, tmp_path, max_upload_bytes=1000, **settings)
    with running_api(services) as api:
        said = httpx2.options(f"{api.url}/uploads")
        assert said.headers["tus-max-size"] == "1000"
        headers = {**TUS, "Upload-Length": "1001"}
        answer = httpx2.post(f"{api.url}/uploads", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        path = begin(api, 1000)
        assert patch(api, path, 0, b"a,b\n" * 251).status_code == 413
        chunked = iter([b"a,b\n" * 200] * 2)
        head = {**BYTES, "Upload-Offset": "0"}
        answer = httpx2.patch(api.url + path, headers=head, content=chunked)
        assert answer.status_code == 413
        host, port = api.url.removeprefix("http://").split(":")
        for target in (f"PATCH {path}", "POST /profile/async"):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(
                    f"{target} HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\n"
                    "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
                    "Content-Length: 99999999\r\n\r\n".encode()
                )
                assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_quotas_hold(store: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    url, settings = store
    limits = {"max_open_uploads": 2, "max_open_upload_bytes": 100}
    with running_api(make_services(url, tmp_path, **limits, **settings)) as api:
        first = begin(api, 60)
        headers = {**TUS, "Upload-Length": "41"}
        answer = httpx2.post(f"{api.url}/uploads", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (429, "quota_exceeded")
        assert "100 bytes" in answer.json()["detail"]
        begin(api, 16)
        headers = {**TUS, "Upload-Length": "1"}
        answer = httpx2.post(f"{api.url}/uploads", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (429, "quota_exceeded")
        httpx2.delete(api.url + first, headers=TUS)
        path = begin(api, 16)
        patch(api, path, 0, SMALL)
        assert submit(api, path).status_code == 202  # used ones do not count
        begin(api, 16)


def test_the_protocol_is_kept(small_api: Api) -> None:
    api = small_api
    said = httpx2.options(f"{api.url}/uploads").headers
    assert (said["tus-version"], said["tus-resumable"]) == ("1.0.0", "1.0.0")
    assert {"creation", "termination", "checksum", "expiration"} <= set(
        said["tus-extension"].split(",")
    )
    old = httpx2.post(
        f"{api.url}/uploads", headers={"Tus-Resumable": "0.2.2", "Upload-Length": "1"}
    )
    assert (old.status_code, old.headers["tus-version"]) == (412, "1.0.0")
    note = encoded(filename="ü.csv", kind="x")
    headers = {**TUS, "Upload-Length": "16", "Upload-Metadata": note}
    answer = httpx2.post(f"{api.url}/uploads", headers=headers)
    assert "upload-expires" in answer.headers
    path = answer.headers["location"]
    head = httpx2.head(api.url + path, headers=TUS)
    assert (head.headers["upload-metadata"], head.headers["upload-length"]) == (note, "16")
    assert (head.headers["cache-control"], head.content) == ("no-store", b"")
    assert patch(api, path, 3, b"x").status_code == 409
    assert patch(api, path, 0, b"x", content_type="text/plain").status_code == 415
    assert patch(api, path, 0, b"x", upload_offset="-1").status_code == 400
    assert patch(api, path, 0, b"x", upload_checksum="crc32 AAAA").status_code == 400
    assert patch(api, path, 0, b"x", upload_checksum="sha1 ???").status_code == 400
    for bad in ({"Upload-Length": "x"}, {"Upload-Length": "0"}, {"Upload-Defer-Length": "1"}):
        refused = httpx2.post(f"{api.url}/uploads", headers={**TUS, **bad})
        assert refused.status_code in {400, 422}
        assert refused.headers["tus-resumable"] == "1.0.0"
    override = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert httpx2.post(api.url + path, headers=override, content=SMALL[:8]).status_code == 204
    at_once = {**BYTES, "Upload-Length": "16"}
    answer = httpx2.post(f"{api.url}/uploads", headers=at_once, content=SMALL)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "16")
    assert httpx2.get(api.url + answer.headers["location"]).json()["status"] == "COMPLETE"


def test_a_damaged_piece_of_an_upload_is_not_gone_on_with(api: Api) -> None:
    path = begin(api, len(SMALL), filename="t.csv")
    assert patch(api, path, 0, SMALL[:5]).status_code == 204
    with api.services.database.read() as session:
        key = session.scalar(select(Upload.tail_key))
    assert key is not None
    with api.services.storage.writer(key) as writer:
        writer.write(b"jd,na")
        writer.commit()
    answer = patch(api, path, 5, SMALL[5:])
    assert (answer.status_code, answer.json()["code"]) == (502, "corrupted")
