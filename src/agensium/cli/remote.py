"""A client of the API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import httpx2
import msgspec
from msgspec import Struct

from agensium.core.errors import ServerUnreachable, error_class

TIMEOUT: Final = httpx2.Timeout(10.0, read=120.0, write=120.0)


@dataclass(frozen=True)
class Standing:
    """Where a task stands."""

    status: str
    phase: str | None
    bytes: int
    total_bytes: int
    error: str | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {"SUCCESS", "FAILURE", "REVOKED"}


class _Progress(Struct):
    phase: str | None = None
    bytes: int = 0
    total_bytes: int = 0


class _Error(Struct):
    code: str
    message: str
    hint: str | None = None


class _Task(Struct):
    status: str
    progress: _Progress
    error: _Error | None = None


class _Ticket(Struct):
    task_id: str


class _Problem(Struct):
    code: str = "internal"
    detail: str = "The server gave no reason."
    hint: str | None = None


class Remote:
    """A server.

    Args:
        url: its address.

    Every method raises ``ServerUnreachable``, or the error that the server answers with.

    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = httpx2.Client(timeout=TIMEOUT)

    def submit(self, agent: str, file: Path, params: str = "") -> str:
        """Hand a file over and return the ticket; the file is read while it is sent."""
        with file.open("rb") as body:
            fields = {"params": params} if params else {}
            answer = self._ask("POST", f"/{agent}/async", files={"file": body}, data=fields)
        return msgspec.json.decode(answer, type=_Ticket).task_id

    def standing(self, task_id: str) -> Standing:
        """Return where a task stands."""
        task = msgspec.json.decode(self._ask("GET", f"/tasks/{task_id}"), type=_Task)
        error = None if task.error is None else f"{task.error.message} [{task.error.code}]"
        progress = task.progress
        return Standing(task.status, progress.phase, progress.bytes, progress.total_bytes, error)

    def task_json(self, task_id: str) -> str:
        """Return a task as the server tells of it, indented."""
        return json.dumps(json.loads(self._ask("GET", f"/tasks/{task_id}")), indent=2)

    def download(self, task_id: str, name: str, target: IO[bytes]) -> None:
        """Copy a file that a task made."""
        with (
            _reached(self._url),
            self._client.stream("GET", f"{self._url}/tasks/{task_id}/{name}") as answer,
        ):
            if answer.is_error:
                answer.read()
                _refuse(answer)
            for chunk in answer.iter_bytes():
                target.write(chunk)

    def page(self, task_id: str) -> str:
        """Return the address of a task's page."""
        return f"{self._url}/view/{task_id}"

    def _ask(self, method: str, path: str, **request: Any) -> bytes:  # noqa: ANN401 - httpx's
        with _reached(self._url):
            answer = self._client.request(method, self._url + path, **request)
        if answer.is_error:
            _refuse(answer)
        return answer.content


def _refuse(answer: httpx2.Response) -> None:
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem(detail=f"The server answered {answer.status_code}.")
    raise error_class(problem.code)(problem.detail, hint=problem.hint)


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
