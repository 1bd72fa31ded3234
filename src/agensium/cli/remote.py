"""A client of the API."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from urllib.parse import quote

import httpx2
import msgspec
from msgspec import Struct

from agensium.cli.addresses import is_address
from agensium.cli.files import opened, reading, shown_name
from agensium.cli.shapes import Standing, Task, Ticket, refuse, standing_of
from agensium.cli.uploading import LARGE_BYTES, Uploading
from agensium.core.errors import InvalidRequest, ServerUnreachable

TIMEOUT: Final = httpx2.Timeout(10.0, read=120.0, write=120.0)
WAIT_SECONDS: Final = 25
NOT_MODIFIED: Final = 304
_TICKET: Final = re.compile("[0-9A-Za-z]+")
S = TypeVar("S", bound=Struct)


class Remote:
    """A server.

    Args:
        url: its address.

    Every method raises ``ServerUnreachable``, or the error that the server answers with.

    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # A proxy leads out of this machine, never back into it.
        self._client = httpx2.Client(timeout=TIMEOUT, trust_env=not _is_loopback(self._url))

    def submit(self, agent: str, file: str | Path, params: str = "") -> str:
        """Hand a file over and return the ticket; the file is read while it is sent.

        A large one is sent in parts, and goes on where an earlier try broke off.
        Of a file at an address the address is handed over.

        Raises:
            FileUnreadable: the file is not there, or the system refuses to read it.

        """
        path = f"/{_segment(agent, 'an agent')}/async"
        fields = {"params": params} if params else {}
        name = str(file)
        if is_address(name):
            asked = msgspec.json.encode({"source": name, **fields})
            headers = {"content-type": "application/json"}
            answer = self._ask("POST", path, content=asked, headers=headers)
            return self._decoded(answer, Ticket).task_id
        with reading(name), opened(name) as plain:
            if plain == Path(name) and plain.stat().st_size >= LARGE_BYTES:
                return self._submit_large(path, plain, fields)
            with plain.open("rb") as body:
                named = {"file": (shown_name(name), body)}
                answer = self._ask("POST", path, files=named, data=fields)
        return self._decoded(answer, Ticket).task_id

    def _submit_large(self, path: str, file: Path, fields: dict[str, str]) -> str:
        with _reached(self._url):
            uploading = Uploading(self._client, self._url, file)
            upload_id = uploading.send()
        named = {key: (None, text) for key, text in (fields | {"upload_id": upload_id}).items()}
        answer = self._ask("POST", path, files=named)
        uploading.forget()
        return self._decoded(answer, Ticket).task_id

    def standing(self, task_id: str, known: Standing | None = None) -> Standing:
        """Return where a task stands; with a known standing, as soon as it is another one.

        After ``WAIT_SECONDS`` without news it is the known one.
        """
        path = f"{_task_path(task_id)}?result=false"
        headers = {}
        if known is not None:
            path, headers = f"{path}&wait={WAIT_SECONDS}", {"If-None-Match": known.tag}
        with _reached(self._url):
            answer = self._client.get(self._url + path, headers=headers)
        if known is not None and answer.status_code == NOT_MODIFIED:
            return known
        if not answer.is_success:
            refuse(answer)
        task = self._decoded(answer.content, Task)
        return standing_of(task, answer.headers.get("etag", ""))

    def task_json(self, task_id: str) -> str:
        """Return a task as the server tells of it, indented."""
        answer = self._ask("GET", _task_path(task_id))
        self._decoded(answer, Task)
        return json.dumps(json.loads(answer), indent=2)

    def download(self, task_id: str, name: str, target: IO[bytes]) -> None:
        """Copy a file that a task made."""
        url = f"{self._url}{_task_path(task_id)}/{_segment(name, 'a file')}"
        with _reached(self._url), self._client.stream("GET", url) as answer:
            if not answer.is_success:
                answer.read()
                refuse(answer)
            for chunk in answer.iter_bytes():
                target.write(chunk)

    def page(self, task_id: str) -> str:
        """Return the address of a task's page."""
        return f"{self._url}/view/{task_id}"

    def _ask(self, method: str, path: str, **request: Any) -> bytes:  # noqa: ANN401 - httpx's
        with _reached(self._url):
            answer = self._client.request(method, self._url + path, **request)
        if not answer.is_success:
            refuse(answer)
        return answer.content

    def _decoded(self, answer: bytes, kind: type[S]) -> S:
        try:
            return msgspec.json.decode(answer, type=kind)
        except msgspec.DecodeError as error:
            raise ServerUnreachable(
                f"What answers at {self._url} is not Agensium.",
                hint="Name another server with --server.",
                detail=str(error),
            ) from error


def _is_loopback(url: str) -> bool:
    try:
        host = httpx2.URL(url).host
        return host == "localhost" or ip_address(host).is_loopback
    except (httpx2.InvalidURL, ValueError):  # a name, or no address at all: asking it will tell
        return False


def _task_path(task_id: str) -> str:
    if not _TICKET.fullmatch(task_id):
        raise InvalidRequest(
            f"'{task_id}' is not a ticket.", hint="A ticket is letters and digits, such as 01J…"
        )
    return f"/tasks/{task_id}"


def _segment(name: str, kind: str) -> str:
    if not name.strip("."):
        raise InvalidRequest(f"'{name}' is not the name of {kind}.")
    return quote(name, safe="", errors="replace")


@contextmanager
def _reached(url: str) -> Iterator[None]:
    try:
        yield
    except (httpx2.TransportError, httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise ServerUnreachable(
            f"The server at {url} does not answer.",
            hint="Start it with: agensium serve. Or name another one with --server.",
            detail=str(error),
        ) from error
