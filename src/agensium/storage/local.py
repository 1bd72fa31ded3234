"""Objects as files in a folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Self

from agensium.core.errors import NotFound, StorageUnavailable
from agensium.storage.local_parts import LocalParts
from agensium.storage.storage import Watch, ignore

CHUNK_BYTES: Final = 1 << 20
SYNC_BYTES: Final = 8 << 20
OPEN_ATTEMPTS: Final = 10
_HALF: Final = ".half"


class LocalWriter:
    """A file that is written beside its place and moved there at the end."""

    def __init__(self, root: Path, target: Path) -> None:
        self._root, self._target = root, target
        self._half = _half_of(target)
        self._unsynced = self._written = 0
        with _translated():
            self._file = self._open()

    def write(self, data: bytes) -> None:
        """Append bytes, and let the disk keep up, so that the last sync is short."""
        with _translated():
            self._file.write(data)
            self._file.flush()
            self._begin_writeback(len(data))
            self._unsynced += len(data)
            if self._unsynced >= SYNC_BYTES:
                self._sync()

    def commit(self) -> None:
        """Move the whole file into its place."""
        with _translated():
            self._sync()
            self._file.close()
            self._half.replace(self._target)
            _sync_folder(self._target.parent)

    def abort(self) -> None:
        """Remove the half file."""
        self._file.close()
        self._half.unlink(missing_ok=True)
        _remove_empty(self._root, self._target.parent)

    def _open(self) -> IO[bytes]:
        for _ in range(OPEN_ATTEMPTS):
            self._half.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # a neighbour removed the empty folder just now
                return self._half.open("wb")
        raise FileNotFoundError(self._half)

    def _begin_writeback(self, count: int) -> None:
        # On Linux this starts writing the new pages without waiting for them, so that little is
        # left for the sync at the end, which the sender waits for.
        if hasattr(os, "posix_fadvise"):
            handle = self._file.fileno()
            os.posix_fadvise(handle, self._written, count, os.POSIX_FADV_DONTNEED)
        self._written += count

    def _sync(self) -> None:
        os.fdatasync(self._file.fileno())
        self._unsynced = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Abort unless committed."""
        self.abort()


class LocalStorage:
    """Objects as files below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def writer(self, key: str) -> LocalWriter:
        """Begin an object under this key."""
        return LocalWriter(self._root, self._path(key))

    def put_file(self, key: str, path: Path) -> None:
        """Store a whole file."""
        with path.open("rb") as source, self.writer(key) as writer:
            while chunk := source.read(CHUNK_BYTES):
                writer.write(chunk)
            writer.commit()

    def fetch(self, key: str, path: Path, size: int, watch: Watch = ignore) -> None:
        """Copy an object into a file; by a link where that is possible, as objects never change."""
        del size
        source = self._existing(key)
        with _translated():
            try:
                os.link(source, path)
            except OSError:
                _copy(source, path, watch)

    def read(self, key: str) -> bytes:
        """Return a whole object."""
        with _translated():
            return self._existing(key).read_bytes()

    def chunks(self, key: str) -> Iterator[bytes]:
        """Return an object piece by piece."""
        with _translated():
            file = self._existing(key).open("rb")

        def pieces() -> Iterator[bytes]:
            with file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk

        return pieces()

    @property
    def parts(self) -> LocalParts:
        """Half files that grow part by part."""
        return LocalParts(self._path, lambda key: _half_of(self._path(key)))

    @property
    def direct(self) -> None:
        """Nobody reaches a folder but us."""
        return

    def delete(self, key: str) -> None:
        """Delete an object and its half file."""
        path = self._path(key)
        with _translated():
            path.unlink(missing_ok=True)
            _half_of(path).unlink(missing_ok=True)
        _remove_empty(self._root, path.parent)

    def ping(self) -> None:
        """Prove that the folder can be written."""
        with _translated():
            self._root.mkdir(parents=True, exist_ok=True)
            probe = self._root / f".ping-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = self._root / key
        if ".." in path.parts or not path.is_relative_to(self._root):
            raise ValueError(f"not a key: {key!r}")
        return path

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            if not self._root.is_dir():
                raise StorageUnavailable("The object storage does not answer.", detail="no folder")
            raise NotFound("This file is gone.", detail=key)
        return path


def _copy(source: Path, target: Path, watch: Watch) -> None:
    with source.open("rb") as file, target.open("wb") as copy:
        while chunk := file.read(CHUNK_BYTES):
            copy.write(chunk)
            watch(len(chunk))


def _half_of(target: Path) -> Path:
    return target.with_name(target.name + _HALF)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(
            "The object storage cannot be used.", hint="Try again later.", detail=str(error)
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_empty(root: Path, folder: Path) -> None:
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent
