"""The digest that is computed beside a scan."""

from hashlib import sha256
from pathlib import Path

import pytest

from agensium.data.digest import CHUNK_BYTES, digesting


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
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
