"""Tasks as their owners see them."""

from dataclasses import dataclass
from datetime import datetime

from agensium.core.readings import OtherWay
from agensium.core.report import Summary
from agensium.tasks.pace import percent_done
from agensium.tasks.states import Priority, State


@dataclass(frozen=True)
class FileView:
    """A file that a task takes."""

    role: str
    name: str
    bytes: int
    sha256: str
    source: str | None = None
    """The address that it comes from, without its query."""
    expired_at: datetime | None = None
    """When its bytes were deleted."""


@dataclass(frozen=True)
class ArtifactView:
    """A file that a task made."""

    name: str
    media_type: str
    object_key: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ErrorView:
    """Why a task, or its last attempt, failed."""

    code: str
    message: str
    hint: str | None


@dataclass(frozen=True)
class AttemptView:
    """One attempt: who had the task, when, and how it ended.

    Attributes:
        worker: its name.
        started_at: when it took the task.
        ended_at: none while it works.
        outcome: the state that followed, or ``RELEASED``; none while it works.
        error: why, unless it succeeded or was released.

    """

    worker: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error: ErrorView | None


@dataclass(frozen=True)
class TaskView:
    """A task as its owner sees it."""

    id: str
    agent: str
    agent_version: str
    params: bytes
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    changed_at: datetime | None
    """When there was news of it, while it runs."""
    attempts: int
    worker: str | None
    phase: str | None
    rows_done: int
    bytes_done: int
    bytes_total: int
    files: tuple[FileView, ...]
    artifacts: tuple[ArtifactView, ...]
    summary: Summary | None
    error: ErrorView | None
    priority: Priority
    next_attempt_at: datetime | None
    reused_from: str | None
    expired_at: datetime | None
    readings: tuple[OtherWay, ...] = ()
    """Other ways to read the file."""
    history: tuple[AttemptView, ...] = ()
    """The attempts; only where one task is looked up."""

    @property
    def percent(self) -> float | None:
        """How much of the bytes was read, in percent; none when that is not known."""
        return percent_done(self.state, self.bytes_done, self.bytes_total)
