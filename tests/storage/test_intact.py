"""Objects are what was stored, or nothing."""

import gc
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from agensium.core.errors import Cancelled, Corrupted, NotFound
from agensium.storage.intact import SMALL_BYTES, Stored, fetch_intact, intact_chunks, read_intact
from agensium.storage.local import LocalStorage
from agensium.storage.storage import Storage
from tests.storage.test_contract import storage

__all__ = ["storage"]

SMALL = b"a,b\n1,2\n"
LARGE = bytes(range(256)) * (SMALL_BYTES // 256 + 4096)


def put(storage: Storage, content: bytes) -> str:
    with storage.writer("k") as writer:
        writer.write(content)
        writer.commit()
    return hashlib.sha256(content).hexdigest()


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def still() -> None:
    """Watch nothing."""


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_what_was_stored_comes_back(storage: Storage, tmp_path: Path, content: bytes) -> None:
    digest = put(storage, content)
    assert read_intact(storage, "k", digest) == content
    assert b"".join(intact_chunks(storage, "k", len(content), digest)) == content
    fetch_intact(storage, Stored("k", len(content), digest), tmp_path / "copy", still)
    assert (tmp_path / "copy").read_bytes() == content


@pytest.mark.parametrize("damage", [flipped, lambda content: content[:-1], lambda _: b""])
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_what_is_damaged_does_not(
    storage: Storage, tmp_path: Path, content: bytes, damage: Callable[[bytes], bytes]
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    put(storage, damage(content))
    with pytest.raises(Corrupted):
        read_intact(storage, "k", digest)
    with pytest.raises(Corrupted):
        next(intact_chunks(storage, "k", len(content), digest))
    with pytest.raises(Corrupted, match="damaged"):
        fetch_intact(storage, Stored("k", len(content), digest), tmp_path / "copy", still)


def test_what_is_gone_is_said_to_be(storage: Storage, tmp_path: Path) -> None:
    put(storage, SMALL)
    storage.delete("k")
    (tmp_path / "objects").mkdir(exist_ok=True)
    with pytest.raises(NotFound):
        read_intact(storage, "k", "")
    with pytest.raises(NotFound):
        fetch_intact(storage, Stored("k", len(SMALL), ""), tmp_path / "copy", still)


def test_a_large_object_that_changes_while_it_is_read_breaks_off(tmp_path: Path) -> None:
    local = LocalStorage(tmp_path)
    digest = put(local, LARGE)
    chunks = intact_chunks(local, "k", len(LARGE), digest)
    next(chunks)
    with (tmp_path / "k").open("r+b") as file:
        file.seek(len(LARGE) - 10)
        file.write(b"\xff")
    with pytest.raises(Corrupted):
        list(chunks)


# A client that stops in the middle leaves its connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_copying_ends_when_its_watcher_says_so(storage: Storage, tmp_path: Path) -> None:
    digest = put(storage, LARGE)

    def refuse() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        fetch_intact(storage, Stored("k", len(LARGE), digest), tmp_path / "copy", refuse)
    gc.collect()
