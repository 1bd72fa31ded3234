"""What a server answers, as far as the command line needs it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import msgspec
from msgspec import Struct

from agensium.core.errors import error_class

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True)
class Standing:
    """Where a task stands."""

    status: str
    phase: str | None
    bytes: int
    total_bytes: int
    error: str | None
    tag: str = ""
    """What the server calls this standing."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {"SUCCESS", "FAILURE", "REVOKED"}


class Progress(Struct):
    """How far a task has come."""

    phase: str | None = None
    bytes: int = 0
    total_bytes: int = 0


class Error(Struct):
    """Why a task failed."""

    code: str
    message: str
    hint: str | None = None


class Task(Struct):
    """A task."""

    status: str
    progress: Progress
    error: Error | None = None


class Ticket(Struct):
    """The answer to an accepted request."""

    task_id: str


class Problem(Struct):
    """Why a request was refused."""

    code: str = "internal"
    detail: str = "The server gave no reason."
    hint: str | None = None


def refuse(answer: "httpx2.Response") -> NoReturn:
    """Raise the error that a server answered with."""
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        problem = Problem(detail=f"The server answered {answer.status_code}.")
    raise error_class(problem.code)(problem.detail, hint=problem.hint)


def standing_of(task: Task, tag: str) -> Standing:
    """Return where a task stands; ``tag`` is what the server calls that."""
    error = None if task.error is None else f"{task.error.message} [{task.error.code}]"
    progress = task.progress
    return Standing(task.status, progress.phase, progress.bytes, progress.total_bytes, error, tag)
