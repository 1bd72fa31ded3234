"""A byte flips in the store: that is said with a code, and nobody gets wrong data."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
import httpx2
import pytest

from tests.api.uploads import tus_upload
from tests.service.harness import Service

TABLE = b"id,name\n" + b"".join(b"%d,name %d\n" % (n, n) for n in range(2000))


@dataclass
class Store:
    """The store behind a service, past the service: objects by key."""

    service: Service
    keys: Callable[[str], list[str]]
    read: Callable[[str], bytes]
    write: Callable[[str, bytes], None]

    def flip(self, prefix: str, end: str = "") -> None:
        """Flip one bit in the middle of the only object with this beginning and end."""
        (key,) = (key for key in self.keys(prefix) if key.endswith(end))
        content = bytearray(self.read(key))
        content[len(content) // 2] ^= 1
        self.write(key, bytes(content))


def folder_store(service: Service) -> Store:
    root = Path(service.api.environment["AGENSIUM_DATA_DIR"]) / "objects"

    def keys(prefix: str) -> list[str]:
        files = (path for path in root.rglob("*") if path.is_file())
        return [key for key in (str(path.relative_to(root)) for path in files) if _is(key, prefix)]

    def write(key: str, content: bytes) -> None:
        (root / key).write_bytes(content)

    return Store(service, keys, lambda key: (root / key).read_bytes(), write)


def bucket_store(service: Service) -> Store:
    said = service.api.environment
    bucket = said["S3_BUCKET_NAME"]
    client = boto3.client(
        "s3",
        endpoint_url=said["S3_ENDPOINT_URL"],
        region_name=said["AWS_REGION"],
        aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
    )

    def keys(prefix: str) -> list[str]:
        listed = client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return [each["Key"] for each in listed if _is(each["Key"], prefix)]

    def write(key: str, content: bytes) -> None:
        client.put_object(Bucket=bucket, Key=key, Body=content)

    return Store(
        service, keys, lambda key: client.get_object(Bucket=bucket, Key=key)["Body"].read(), write
    )


def _is(key: str, prefix: str) -> bool:
    return key == prefix or key.startswith(f"{prefix}/")


@pytest.fixture
def store(service: Service) -> Store:
    """Give the store of the service, a folder and SeaweedFS."""
    in_bucket = "S3_BUCKET_NAME" in service.api.environment
    return bucket_store(service) if in_bucket else folder_store(service)


def ask(service: Service, **query: str) -> httpx2.Response:
    return httpx2.post(
        f"{service.url}/profile/async", params=query, files={"file": ("t.csv", TABLE)}, timeout=60
    )


def test_a_damaged_file_fails_its_task_with_a_code(store: Store, tmp_path: Path) -> None:
    service = store.service
    (tmp_path / "t.csv").write_bytes(TABLE)
    upload_id = tus_upload(service.url, tmp_path / "t.csv").rsplit("/", 1)[-1]
    store.flip(f"uploads/{upload_id}")
    form = {"upload_id": (None, upload_id)}
    answer = httpx2.post(f"{service.url}/profile/async", files=form, timeout=60)
    assert answer.status_code == 202
    task = service.finished(answer.json()["task_id"])
    assert (task["status"], task["error"]["code"]) == ("FAILURE", "corrupted")
    assert (task["attempts"], task["error"]["hint"]) == (1, "Hand the file over again.")
    assert "result" not in task
    assert task["links"].get("downloads", {}) == {}


def test_a_damaged_report_is_never_served(store: Store) -> None:
    service = store.service
    task_id = ask(service, reuse="false").json()["task_id"]
    whole = service.finished(task_id)["result"]
    store.flip(f"results/{task_id}", "/report.json")
    store.flip(f"results/{task_id}", "/report.html")
    for path in ("", "/report.json", "/report.html"):
        answer = httpx2.get(f"{service.url}/tasks/{task_id}{path}", timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (502, "corrupted")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "retry-after" not in answer.headers
    assert httpx2.get(f"{service.url}/tasks/{task_id}?result=false").json()["status"] == "SUCCESS"
    # Nor does it answer for the same file: that is profiled anew.
    again = ask(service)
    assert "reused_from" not in again.json()
    assert service.finished(again.json()["task_id"])["result"] == whole
