"""The digest of a file, computed beside other work on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

CHUNK_BYTES: Final = 1 << 18


@contextmanager
def digesting(path: Path, known: str | None = None) -> Iterator[Callable[[], str]]:
    """Compute the SHA-256 of a file in a thread of its own, which ends with the block.

    What is given waits for the digest and returns it in hex; it raises ``OSError`` if the file
    cannot be read. A digest that is known already is not computed.
    """
    if known is not None:
        yield lambda: known
        return
    work = _Digest(path)
    work.start()
    try:
        yield work.value
    finally:
        work.stop()


class _Digest(Thread):
    def __init__(self, path: Path) -> None:
        super().__init__(name="digest", daemon=True)
        self._path = path
        self._stopped = False
        self._found = ""
        self._failure: OSError | None = None

    def run(self) -> None:
        try:
            self._found = self._read()
        except OSError as error:
            self._failure = error

    def value(self) -> str:
        self.join()
        if self._failure is not None:
            raise self._failure
        return self._found

    def stop(self) -> None:
        self._stopped = True
        self.join()

    def _read(self) -> str:
        from hashlib import sha256  # loads OpenSSL: here it keeps nobody waiting

        digest = sha256()
        part = memoryview(bytearray(CHUNK_BYTES))
        with self._path.open("rb", buffering=0) as file:
            while not self._stopped and (count := file.readinto(part)):
                digest.update(part[:count])
        return digest.hexdigest()
