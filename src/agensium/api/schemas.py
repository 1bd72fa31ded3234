"""The shapes of answers. They are the contract: fields are added, never renamed."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from agensium.agents.registry import AGENTS
from agensium.api.problems import Problem
from agensium.api.progress import EventOut, ProgressOut, progress_of
from agensium.api.upload_shapes import PartsOut, UploadOut
from agensium.api.workers import WorkerList
from agensium.core.report import Report, Summary
from agensium.exports.registry import NAMES
from agensium.tasks.queries import TaskPage
from agensium.tasks.states import REOPENABLE, TERMINAL, Priority, State
from agensium.tasks.submission import Accepted
from agensium.tasks.views import AttemptView, ErrorView, FileView, TaskView


class Links(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where to go from a task."""

    self: str
    page: str
    events: str
    cancel: str | UnsetType = UNSET
    retry: str | UnsetType = UNSET
    downloads: dict[str, str] = {}


class Ticket(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to an accepted request; ask for the task to see how far it is.

    ``reused_from`` names the earlier task whose report answers: this task is done already.
    """

    task_id: str
    links: Links
    status: Literal["processing"]
    reused_from: str | UnsetType = UNSET


class FileOut(Struct, frozen=True, kw_only=True):
    """A file that a task takes.

    ``source`` is the address that it comes from, without its query; until it was fetched, ``bytes``
    is 0 and ``sha256`` empty.
    """

    role: str
    name: str
    bytes: int
    sha256: str
    source: str | UnsetType = UNSET


class ErrorOut(Struct, frozen=True, kw_only=True):
    """Why a task, or its last attempt, failed."""

    code: str
    message: str
    hint: str | None


class AttemptOut(Struct, frozen=True, kw_only=True):
    """One attempt; ``outcome`` is the status that followed, or RELEASED when its worker stopped."""

    worker: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error: ErrorOut | None


class TaskOut(Struct, frozen=True, kw_only=True):
    """A task; ``result`` is the whole report once the status is SUCCESS.

    ``history`` has the attempts, where one task is asked for. ``next_attempt_at`` is there between
    attempts, ``reused_from`` where an earlier task's report answered, ``expired_at`` once the
    results were deleted because of their age.
    """

    task_id: str
    status: State
    agent: str
    agent_version: str
    files: tuple[FileOut, ...]
    params: Raw
    progress: ProgressOut
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: Links
    priority: Priority
    history: tuple[AttemptOut, ...] = ()
    next_attempt_at: datetime | UnsetType = UNSET
    reused_from: str | UnsetType = UNSET
    expired_at: datetime | UnsetType = UNSET
    summary: Summary | UnsetType = UNSET
    error: ErrorOut | UnsetType = UNSET
    result: Raw | UnsetType = UNSET


class TaskList(Struct, frozen=True, kw_only=True):
    """A page of tasks, the newest first; ``next`` is the address of the following one."""

    tasks: tuple[TaskOut, ...]
    next: str | None


class AgentInputOut(Struct, frozen=True, kw_only=True):
    """A file that an agent takes."""

    name: str
    summary: str
    required: bool


class AgentOut(Struct, frozen=True, kw_only=True):
    """An agent and how to call it."""

    name: str
    version: str
    title: str
    summary: str
    inputs: tuple[AgentInputOut, ...]
    params_schema: dict[str, Any]
    submit: str


class Check(Struct, frozen=True, kw_only=True):
    """The state of one part that the service needs."""

    status: str
    detail: str | None = None


class Health(Struct, frozen=True, kw_only=True):
    """The state of the service: ``ok``, ``degraded`` (it accepts work) or ``unavailable``."""

    status: str
    version: str
    checks: dict[str, Check] = {}


DOCUMENTED: Final = (
    WorkerList,
    Ticket,
    TaskOut,
    EventOut,
    UploadOut,
    PartsOut,
    TaskList,
    AgentOut,
    Health,
    Problem,
    Report,
)


def ticket(accepted: Accepted, root: str) -> Ticket:
    """Return the answer to an accepted request."""
    return Ticket(
        task_id=accepted.task_id,
        links=links(accepted.task_id, root, State.PENDING, ()),
        status="processing",
        reused_from=accepted.reused_from or UNSET,
    )


def links(task_id: str, root: str, state: State, downloads: tuple[str, ...]) -> Links:
    """Return where to go from a task; ``root`` is the path that the service lives under."""
    base = f"{root}/tasks/{task_id}"
    return Links(
        self=base,
        page=f"{root}/view/{task_id}",
        events=f"{base}/events",
        cancel=UNSET if state in TERMINAL else f"{base}/cancel",
        retry=f"{base}/retry" if state in REOPENABLE else UNSET,
        downloads={name: f"{base}/{name}" for name in downloads},
    )


def task_out(task: TaskView, root: str, result: bytes | None = None) -> TaskOut:
    """Return a task as it is shown to its owner."""
    error = task.error
    return TaskOut(
        task_id=task.id,
        status=task.state,
        agent=task.agent,
        agent_version=task.agent_version,
        files=tuple(_file(file) for file in task.files),
        params=Raw(task.params),
        progress=progress_of(task),
        attempts=task.attempts,
        created_at=task.created_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        links=links(task.id, root, task.state, NAMES if task.artifacts else ()),
        priority=task.priority,
        history=tuple(_attempt(each) for each in task.history),
        next_attempt_at=task.next_attempt_at or UNSET,
        reused_from=task.reused_from or UNSET,
        expired_at=task.expired_at or UNSET,
        summary=UNSET if task.summary is None else task.summary,
        error=UNSET if error is None else _error(error),
        result=UNSET if result is None else Raw(result),
    )


def _file(file: FileView) -> FileOut:
    return FileOut(
        role=file.role,
        name=file.name,
        bytes=file.bytes,
        sha256=file.sha256,
        source=file.source or UNSET,
    )


def _attempt(attempt: AttemptView) -> AttemptOut:
    return AttemptOut(
        worker=attempt.worker,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        error=None if attempt.error is None else _error(attempt.error),
    )


def _error(error: ErrorView) -> ErrorOut:
    return ErrorOut(code=error.code, message=error.message, hint=error.hint)


def task_list(page: TaskPage, root: str, query: str) -> TaskList:
    """Return a page of tasks; ``query`` holds the filters that the next page keeps."""
    following = None
    if page.next_before is not None:
        following = f"{root}/tasks?{query}before={page.next_before}"
    return TaskList(tasks=tuple(task_out(task, root) for task in page.tasks), next=following)


def json_schemas() -> dict[str, Any]:
    """Return the JSON Schemas of all answers, by name, for the OpenAPI document."""
    params = (agent.params for agent in AGENTS)
    _, components = msgspec.json.schema_components(
        (*DOCUMENTED, *params), ref_template="#/components/schemas/{name}"
    )
    return components
