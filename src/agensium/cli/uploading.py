"""Sending a large file so that an interruption costs little: by tus, in parts, going on after it.

What was begun is remembered beside the caches of other programs, so that the same command goes on
where the one before broke off, even if that one was killed.
"""

import base64
import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import httpx2

from agensium.cli.files import shown_name
from agensium.cli.shapes import refuse
from agensium.core.errors import ServerUnreachable

PART_BYTES: Final = 8 << 20
LARGE_BYTES: Final = 2 * PART_BYTES
"""From this size on a file is sent in parts."""
PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries without any progress: long enough for a service that starts again."""
BUSY: Final = frozenset({408, 409, 423, 429, 460, 502, 503, 504})
"""What may be otherwise in a moment; 409 says that the upload is elsewhere than we believe."""
_TUS: Final = {"Tus-Resumable": "1.0.0"}


class Uploading:
    """One file on its way to a server.

    Args:
        client: asks the server.
        url: its address.
        file: the file; it has to stay as it is.

    """

    def __init__(self, client: httpx2.Client, url: str, file: Path) -> None:
        self._client, self._url, self._file = client, url, file
        found = file.stat()
        self._bytes, self._confirmed = found.st_size, -1
        named = f"{url}\n{file.resolve()}\n{found.st_size}\n{found.st_mtime_ns}"
        digest = hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()
        self._memory = _folder() / digest[:32]

    def send(self) -> str:
        """Send what the server does not have yet; return the upload's id.

        Raises:
            ServerUnreachable: the server did not answer, several times.
            AgensiumError: it refused the file.

        """
        pauses, before = iter(PAUSES), -1
        with self._file.open("rb") as file:
            while True:
                try:
                    return self._go_on(file)
                except (httpx2.TransportError, _BusyError) as error:
                    if self._confirmed > before:
                        pauses, before = iter(PAUSES), self._confirmed
                    self._pause(next(pauses, None), error)

    def forget(self) -> None:
        """Forget the upload: a task has it, or nobody will."""
        self._memory.unlink(missing_ok=True)

    def _go_on(self, file: IO[bytes]) -> str:
        place = self._recall() or self._begin()
        while self._confirmed < self._bytes:
            self._send_part(file, place)
        return place.rsplit("/", 1)[-1]

    def _send_part(self, file: IO[bytes], place: str) -> None:
        file.seek(self._confirmed)
        part = file.read(PART_BYTES)
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        said = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(self._confirmed),
            "Upload-Checksum": f"sha256 {digest}",
        }
        answer = self._ask("PATCH", place, said, content=part)
        if not answer.is_success:
            self.forget()
            refuse(answer)
        self._confirmed = int(answer.headers["Upload-Offset"])

    def _recall(self) -> str | None:
        """Return where an earlier command began, if the server still knows of it."""
        with suppress(OSError, UnicodeDecodeError):
            place = self._memory.read_text(encoding="ascii")
            answer = self._ask("HEAD", place, {})
            if answer.is_success:
                self._confirmed = int(answer.headers["Upload-Offset"])
                return place
        return None

    def _begin(self) -> str:
        name = shown_name(str(self._file)).encode(errors="replace")
        said = {
            "Upload-Length": str(self._bytes),
            "Upload-Metadata": f"filename {base64.b64encode(name).decode()}",
        }
        answer = self._ask("POST", f"{self._url}/uploads", said)
        if not answer.is_success:
            refuse(answer)
        place = str(answer.url.join(answer.headers["Location"]))
        with suppress(OSError):  # with no place to remember it in, only this command goes on
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            self._memory.write_text(place, encoding="ascii")
        self._confirmed = 0
        return place

    def _ask(
        self, method: str, url: str, said: dict[str, str], content: bytes = b""
    ) -> httpx2.Response:
        answer = self._client.request(method, url, headers=_TUS | said, content=content)
        if answer.status_code in BUSY:
            raise _BusyError(str(answer.status_code))
        return answer

    def _pause(self, seconds: float | None, error: Exception) -> None:
        if seconds is None:
            done = 100 * max(0, self._confirmed) // self._bytes
            raise ServerUnreachable(
                f"The server at {self._url} does not answer; it has {done} % of the file.",
                hint="Run the same command again: it goes on from there.",
                detail=str(error),
            )
        time.sleep(seconds)


class _BusyError(Exception):
    """The server cannot take it right now."""


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(caches) / "agensium" / "uploads"
