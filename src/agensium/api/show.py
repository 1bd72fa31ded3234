"""Showing one task: at once, or when there is news of it."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agensium import __version__
from agensium.api.answers import answer, documented, problems, root_of
from agensium.api.changes import Changes, ChangesDep
from agensium.api.deps import ServicesDep
from agensium.api.patience import resting
from agensium.api.schemas import TaskOut, task_out
from agensium.api.waiting import MAX_SECONDS, wished_seconds
from agensium.exports.registry import REPORT_JSON
from agensium.storage.intact import read_intact
from agensium.tasks.events import newest_numbers
from agensium.tasks.queries import get_task
from agensium.tasks.states import TERMINAL
from agensium.tasks.views import ArtifactView, TaskView
from agensium.wiring import Services

router = APIRouter(prefix="/tasks", tags=["tasks"])


@dataclass(frozen=True)
class _Asked:
    """What a request asks for."""

    request: Request
    task_id: str
    root: str
    result: bool
    known: str
    """The request's ``If-None-Match``: what the client has seen already."""


@dataclass(frozen=True)
class _Seen:
    """A task as it was found, and the number of its last event."""

    task: TaskView
    shown: TaskOut
    report: ArtifactView | None
    number: int
    tag: str

    def answers(self, asked: _Asked) -> bool:
        """Whether there is no point in waiting: it is over, or it is news to the client."""
        if self.task.state in TERMINAL:
            return True
        return bool(asked.known) and not self.is_known(asked)

    def is_known(self, asked: _Asked) -> bool:
        return self.tag in asked.known


@router.get(
    "/{task_id}",
    responses={
        200: documented("TaskOut", "The task"),
        304: {"description": "The task is as `If-None-Match` has it"},
        **problems(404, 502, 503),
    },
)
async def show(  # noqa: PLR0913 - each is a part of the request
    request: Request,
    task_id: str,
    services: ServicesDep,
    changes: ChangesDep,
    *,
    result: Annotated[bool, Query(description="Whether to include the result.")] = True,
    wait: Annotated[
        int | None, Query(ge=0, le=MAX_SECONDS, description="Seconds to wait for the end.")
    ] = None,
) -> Response:
    """Show a task's status and progress, and its whole result once the status is SUCCESS.

    With `wait` (or `Prefer: wait=25`) the answer comes when the task is over, or after that many
    seconds; with `If-None-Match` as well, as soon as anything is other than the client knows.
    """
    seconds, applied = wished_seconds(request, wait)
    known = request.headers.get("if-none-match", "")
    asked = _Asked(request, task_id, root_of(request), result, known)
    seen = await _look_until(services, changes, asked, seconds)
    headers = {"ETag": seen.tag, "Cache-Control": "private, no-cache", **applied}
    if seen.is_known(asked):
        return Response(status_code=304, headers=headers)
    if seen.task.state not in TERMINAL:
        headers["Retry-After"] = "1"
    return await run_in_threadpool(_answer, services, asked, seen, headers)


async def _look_until(services: Services, changes: Changes, asked: _Asked, seconds: float) -> _Seen:
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while True:
        seen = await run_in_threadpool(_look, services, asked)
        left = deadline - clock()
        if left <= 0 or seen.answers(asked):
            return seen
        with resting(asked.request):
            changed = await changes.after(asked.task_id, seen.number, left)
        if not changed:
            return seen


def _look(services: Services, asked: _Asked) -> _Seen:
    with services.database.read() as session:
        # The number first: news that comes in between is then waited for in vain, not missed.
        number = newest_numbers(session, [asked.task_id]).get(asked.task_id, 0)
        task = get_task(session, services.workspace_id, asked.task_id)
    shown = task_out(task, asked.root)
    made = (each for each in task.artifacts if each.name == REPORT_JSON and asked.result)
    report = next(made, None)
    return _Seen(task, shown, report, number, _tag(shown, report))


def _tag(shown: TaskOut, report: ArtifactView | None) -> str:
    said = hashlib.sha256(msgspec.json.encode(shown))
    said.update(f"{__version__} {report.sha256 if report else None}".encode())
    return f'"{said.hexdigest()[:32]}"'


def _answer(services: Services, asked: _Asked, seen: _Seen, headers: dict[str, str]) -> Response:
    if seen.report is None:
        return answer(seen.shown, headers=headers)
    report = seen.report
    content = read_intact(services.storage, report.object_key, report.sha256)
    return answer(task_out(seen.task, asked.root, content), headers=headers)
