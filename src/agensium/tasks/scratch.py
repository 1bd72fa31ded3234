"""Scratch space: one folder for each worker, which nobody has to clean up after a crash."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

LOCK: Final = "lock"
PREFIX: Final = "worker-"


class Scratch:
    """A folder of this process below a common one.

    It is locked for as long as the process lives. Folders without a lock belong to workers that
    died; each new worker removes them.

    Args:
        root: the common folder; on one file system with a local storage no bytes are copied.

    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(root)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        self._lock = _lock(self._folder)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder for one job; it is removed afterwards."""
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="job-") as name:
            yield Path(name)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def _lock(folder: Path) -> IO[str] | None:
    handle = (folder / LOCK).open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _remove_abandoned(root: Path) -> None:
    # A folder without a lock file was made a moment ago by a worker that is about to lock it.
    for folder in root.glob(f"{PREFIX}*"):
        if not (folder / LOCK).is_file():
            continue
        handle = _lock(folder)
        if handle is not None:
            shutil.rmtree(folder, ignore_errors=True)
            handle.close()
