"""The digest that is computed beside a scan."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from agensium.data.digest import begin_digest, digesting

PART = 256 * 1024


@pytest.mark.parametrize("size", [0, 1, PART, 3 * PART + 7])
def test_it_is_that_of_all_bytes(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    path = tmp_path / "file"
    path.write_bytes(content[:size])
    with digesting(path) as digest:
        assert digest() == sha256(content[:size]).hexdigest()


def test_a_known_one_is_not_computed() -> None:
    with digesting(Path("/nonexistent"), "ab12") as digest:
        assert digest() == "ab12"


def test_a_file_that_cannot_be_read_is_said_when_it_is_asked_for() -> None:
    with digesting(Path("/nonexistent")) as digest, pytest.raises(FileNotFoundError):
        digest()


def test_who_leaves_early_does_not_wait_for_it(tmp_path: Path) -> None:
    path = tmp_path / "endless"
    path.symlink_to("/dev/zero")
    with pytest.raises(KeyboardInterrupt), digesting(path):
        raise KeyboardInterrupt


def test_one_that_was_begun_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a,b\n1,2\n")
    assert begin_digest(str(path))
    for _ in range(2):
        with digesting(path) as digest:
            assert digest() == sha256(b"a,b\n1,2\n").hexdigest()


def test_one_that_was_begun_before_the_file_changed_is_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a\n")
    begin_digest(str(path))
    path.write_bytes(b"another\n")
    with digesting(path) as digest:
        assert digest() == sha256(b"another\n").hexdigest()


def test_beginning_with_what_is_no_file_is_beginning_nothing(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, tmp_path / "none"):
        assert not begin_digest(str(path))
