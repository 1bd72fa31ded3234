"""Files that must be unpacked, or decoded, before their reader can move about in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from agensium.data.kernel import ProgressCallback, calling, progress_of
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.reading import ReadParams


class Unpacked(Struct, frozen=True):
    """What a file held.

    Attributes:
        packing: how it was packed; none if it was not.
        member: the file that was taken from an archive.
        members: all files of the archive, if there are several.
        encoding: the encoding that the text had, if it was changed.

    """

    packing: str | None
    member: str | None
    members: tuple[str, ...]
    encoding: str | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        notes: list[str] = []
        if self.members:
            notes.append(f"The archive holds {len(self.members)} files; {self.member!r} was read.")
        elif self.packing:
            inner = f" holds {self.member!r} and" if self.member else ""
            notes.append(f"The file{inner} was unpacked ({self.packing}).")
        if self.encoding:
            notes.append(f"The text was decoded from {self.encoding}.")
        return tuple(notes)


def raw_head(path: Path, read: ReadParams, most: int, limits: ReadLimits = USUAL) -> bytes:
    """Return the first bytes of a file, unpacked but not decoded.

    Raises:
        InvalidInput: the file cannot be opened or unpacked.

    """
    with calling() as kernel:
        return bytes(kernel.raw_head(path, _wishes(read, limits), most))


@contextmanager
def unpacked(
    path: Path,
    read: ReadParams,
    scratch: Path | None,
    on_progress: ProgressCallback | None = None,
    limits: ReadLimits = USUAL,
) -> Iterator[tuple[Path, Unpacked]]:
    """Unpack a file into a folder that is gone afterwards.

    Args:
        path: the file.
        read: may choose a member of an archive.
        scratch: where the folder is made; none for the system's own place.
        on_progress: is told how far it has come, and may stop it.
        limits: what it may cost.

    Raises:
        InvalidInput: the file cannot be unpacked.
        LimitExceeded: it unpacks to too much.
        Cancelled: ``on_progress`` asked to stop.

    """
    from tempfile import TemporaryDirectory  # only who unpacks pays for it

    with TemporaryDirectory(prefix="unpacked-", dir=scratch) as folder:
        inner = Path(folder) / "table"
        inner.touch()
        with calling() as kernel:
            told = kernel.unpack(path, _wishes(read, limits), inner, progress_of(on_progress))
        yield inner, msgspec.json.decode(told, type=Unpacked)


def _wishes(read: ReadParams, limits: ReadLimits) -> bytes:
    return msgspec.json.encode({"member": read.member, "limits": limits.of_text})
