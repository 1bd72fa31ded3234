"""The shapes of progress: in a task's answer and in its events."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from agensium.tasks.events import EventView
from agensium.tasks.pace import percent_done, seconds_left
from agensium.tasks.states import State
from agensium.tasks.views import TaskView


class ProgressOut(Struct, frozen=True, kw_only=True):
    """How far a task has come.

    ``percent`` is of the bytes to read; ``eta_seconds`` is what the rest takes at the pace so far,
    counted from the last news; ``worker`` is who has, or had, the task.
    """

    phase: str | None
    rows: int
    bytes: int
    total_bytes: int
    percent: float | None
    eta_seconds: float | None = None
    worker: str | UnsetType | None = UNSET


class EventOut(Struct, frozen=True, kw_only=True):
    """What a task was like at an instant."""

    task_id: str
    status: State
    attempts: int
    at: datetime
    progress: ProgressOut
    error: str | UnsetType = UNSET


def progress_of(task: TaskView) -> ProgressOut:
    """Return how far a task has come."""
    left = seconds_left(task.started_at, task.changed_at, task.bytes_done, task.bytes_total)
    return ProgressOut(
        phase=task.phase,
        rows=task.rows_done,
        bytes=task.bytes_done,
        total_bytes=task.bytes_total,
        percent=task.percent,
        eta_seconds=left if task.state is State.STARTED else None,
        worker=task.worker,
    )


def event_out(task_id: str, event: EventView) -> EventOut:
    """Return an event as it is sent."""
    done, total = event.bytes_done, event.bytes_total
    left = seconds_left(event.started_at, event.at, done, total)
    return EventOut(
        task_id=task_id,
        status=event.state,
        attempts=event.attempts,
        at=event.at,
        progress=ProgressOut(
            phase=event.phase,
            rows=event.rows_done,
            bytes=done,
            total_bytes=total,
            percent=percent_done(event.state, done, total),
            eta_seconds=left if event.state is State.STARTED else None,
        ),
        error=UNSET if event.error_code is None else event.error_code,
    )
