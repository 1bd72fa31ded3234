"""What every storage promises, on each of them."""

from pathlib import Path

import pytest

from agensium.core.errors import NotFound, StorageUnavailable
from agensium.storage.local import LocalStorage
from agensium.storage.s3 import S3Storage
from agensium.storage.s3_settings import S3Settings
from agensium.storage.storage import Storage
from tests.servers.seaweedfs import Bucket

MANY = bytes(range(256)) * 4096 * 13  # 13 MiB: three parts of a multipart upload


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "objects")
    bucket: Bucket = request.getfixturevalue("bucket")
    return s3(bucket)


def s3(bucket: Bucket) -> S3Storage:
    return S3Storage(
        S3Settings(
            bucket=bucket.name,
            access_key_id=bucket.credentials.access_key,
            secret_access_key=bucket.credentials.secret_key,
            endpoint_url=bucket.endpoint_url,
            region=bucket.region,
        )
    )


def test_what_was_written_is_read(storage: Storage, tmp_path: Path) -> None:
    with storage.writer("uploads/a") as writer:
        for start in range(0, len(MANY), 1 << 20):
            writer.write(MANY[start : start + (1 << 20)])
        writer.commit()
    assert b"".join(storage.chunks("uploads/a")) == MANY
    storage.fetch("uploads/a", tmp_path / "copy", len(MANY))
    assert (tmp_path / "copy").read_bytes() == MANY


def test_a_small_and_an_empty_object(storage: Storage, tmp_path: Path) -> None:
    for key, data in (("small", b"x"), ("empty", b"")):
        with storage.writer(key) as writer:
            writer.write(data)
            writer.commit()
        assert storage.read(key) == data
        storage.fetch(key, tmp_path / key, len(data))
        assert (tmp_path / key).read_bytes() == data


def test_a_large_file_is_stored(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(MANY)
    storage.put_file("results/t/1/large", tmp_path / "file")
    assert storage.read("results/t/1/large") == MANY


def test_a_file_is_stored_and_replaced(storage: Storage, tmp_path: Path) -> None:
    for text in ("first", "second"):
        (tmp_path / "file").write_text(text)
        storage.put_file("results/t/1/report.json", tmp_path / "file")
    assert storage.read("results/t/1/report.json") == b"second"


def test_an_aborted_object_never_appears(storage: Storage) -> None:
    with storage.writer("half") as writer:
        writer.write(MANY)
    with pytest.raises(NotFound):
        storage.read("half")


def test_a_deleted_object_is_gone_and_deleting_it_again_is_no_error(storage: Storage) -> None:
    with storage.writer("uploads/b") as writer:
        writer.write(b"x")
        writer.commit()
    storage.delete("uploads/b")
    storage.delete("uploads/b")
    with pytest.raises(NotFound):
        storage.chunks("uploads/b")


def test_an_unknown_key_is_not_found(storage: Storage, tmp_path: Path) -> None:
    storage.ping()
    with pytest.raises(NotFound):
        storage.read("no/such")
    with pytest.raises(NotFound):
        storage.fetch("no/such", tmp_path / "x", 1)
    with pytest.raises(NotFound):
        storage.fetch("no/such", tmp_path / "x", len(MANY))


def test_the_store_can_be_reached(storage: Storage) -> None:
    storage.ping()


def test_a_half_upload_is_deleted_with_its_key(bucket: Bucket) -> None:
    storage = s3(bucket)
    writer = storage.writer("uploads/never-finished")
    writer.write(MANY)
    listed = bucket.client().list_multipart_uploads(Bucket=bucket.name)
    assert len(listed.get("Uploads", [])) == 1
    storage.delete("uploads/never-finished")
    listed = bucket.client().list_multipart_uploads(Bucket=bucket.name)
    assert listed.get("Uploads", []) == []


def test_a_store_that_does_not_answer_is_said_so() -> None:
    nowhere = S3Storage(S3Settings("b", "key", "secret", "http://127.0.0.1:1"))
    with pytest.raises(StorageUnavailable):
        nowhere.ping()
    writer = nowhere.writer("k")
    writer.write(b"x")
    with pytest.raises(StorageUnavailable):
        writer.commit()


def test_wrong_credentials_are_said_so(bucket: Bucket) -> None:
    stranger = S3Storage(S3Settings(bucket.name, "key", "wrong", bucket.endpoint_url))
    with pytest.raises(StorageUnavailable):
        stranger.ping()


def test_a_key_cannot_leave_its_folder(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "objects")
    for key in ("../x", "/etc/passwd", "a/../../x"):
        with pytest.raises(ValueError, match="not a key"):
            storage.delete(key)
