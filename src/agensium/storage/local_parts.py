"""Parts of a file in a folder: each is written to its place in the half file."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agensium.core.errors import NotFound, StorageUnavailable
from agensium.storage.parts import Part, Place

OPEN_ATTEMPTS: Final = 10
TOKEN: Final = "half"  # noqa: S105 - no secret: each key has one half file


class LocalParts:
    """Writes parts into half files.

    Args:
        whole_of: where an object lies.
        half_of: where it lies until it is whole.

    """

    def __init__(self, whole_of: Callable[[str], Path], half_of: Callable[[str], Path]) -> None:
        self._whole_of, self._half_of = whole_of, half_of

    def begin(self, key: str) -> str:
        """Make the half file."""
        half = self._half_of(key)
        with _translated():
            for _ in range(OPEN_ATTEMPTS):
                half.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):  # a neighbour removed the empty folder just now
                    half.touch()
                    return TOKEN
            raise FileNotFoundError(half)

    def put(self, key: str, token: str, place: Place, data: bytes) -> Part:
        """Write a part to its place."""
        del token
        with _translated(), self._half_of(key).open("r+b") as file:
            file.seek(place.offset)
            file.write(data)
            file.flush()
            os.fdatasync(file.fileno())
        return Part(place.number, len(data), TOKEN)

    def join(self, key: str, token: str, parts: Sequence[Part]) -> None:
        """Move the file into its place."""
        del token
        half, whole = self._half_of(key), self._whole_of(key)
        total = sum(part.bytes for part in parts)
        with _translated():
            if whole.is_file() and not half.exists():
                return
            if not half.exists() or half.stat().st_size < total:
                raise NotFound("This upload is gone.", detail=key)
            os.truncate(half, total)
            half.replace(whole)
            _sync_folder(whole.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(
            "The object storage cannot be used.", hint="Try again later.", detail=str(error)
        ) from error
