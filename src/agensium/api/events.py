"""What happens to a task, as server-sent events."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Query
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from agensium.api.answers import problems
from agensium.api.changes import Changes, ChangesDep
from agensium.api.deps import ServicesDep
from agensium.api.progress import event_out
from agensium.core.errors import AgensiumError
from agensium.tasks.events import KEPT, EventView, events_after
from agensium.tasks.queries import load_task
from agensium.tasks.states import TERMINAL
from agensium.wiring import Services

log = logging.getLogger(__name__)

PING_SECONDS: Final = 15.0
RECONNECT_MILLISECONDS: Final = 1000
EVENT: Final = "task"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(prefix="/tasks", tags=["tasks"])


@dataclass(frozen=True)
class _News:
    """Some events of a task, and whether none will follow."""

    events: tuple[EventView, ...]
    is_over: bool


@router.get(
    "/{task_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events named `task`, until the task is over; data is an `EventOut`",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        204: {"description": "The task is over and all its events were seen: do not come again"},
        **problems(404, 503),
    },
)
async def events(
    task_id: str,
    services: ServicesDep,
    changes: ChangesDep,
    last_event_id: Annotated[str, Header(description="The last event that was seen.")] = "",
    after: Annotated[int, Query(ge=0, description="The same, for a first request.")] = 0,
) -> Response:
    """Follow a task: each event is a snapshot of it; missed ones are sent first."""
    number = int(last_event_id) if last_event_id.isdecimal() else after
    news = await run_in_threadpool(_read, services, task_id, number)
    if news.is_over and not news.events:
        return Response(status_code=204)
    follower = _Follower(services, changes, task_id, number)
    return StreamingResponse(
        follower.stream(news), media_type="text/event-stream", headers=_HEADERS
    )


class _Follower:
    """Sends a task's events to one client."""

    def __init__(self, services: Services, changes: Changes, task_id: str, number: int) -> None:
        self._services, self._changes = services, changes
        self._task_id, self._number = task_id, number

    async def stream(self, news: _News) -> AsyncIterator[bytes]:
        yield format_sse_event(retry=RECONNECT_MILLISECONDS)
        while True:
            for event in news.events:
                self._number = event.number
                yield self._format(event)
            if news.is_over:
                return
            if not await self._changes.after(self._task_id, self._number, PING_SECONDS):
                if self._changes.is_closed:
                    return  # the client comes again, to another process
                yield KEEPALIVE_COMMENT
            try:
                news = await run_in_threadpool(_read, self._services, self._task_id, self._number)
            except AgensiumError as error:  # deleted, or no database: the client comes again
                log.info("events of task %s end: %s", self._task_id, error.code)
                return

    def _format(self, event: EventView) -> bytes:
        data = msgspec.json.encode(event_out(self._task_id, event)).decode()
        return format_sse_event(data_str=data, event=EVENT, id=str(event.number))


def _read(services: Services, task_id: str, number: int) -> _News:
    with services.database.read() as session:
        task = load_task(session, services.workspace_id, task_id)
        found = events_after(session, task_id, number)
    # A task from before events were written has none, and one that runs again is not over.
    is_over = task.state in TERMINAL and (not found or found[-1].is_last)
    return _News(found, is_over and len(found) < KEPT)
