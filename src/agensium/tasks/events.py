"""What happened to a task, in order: so that whoever looked away can catch up.

An event is a snapshot of the task's row, numbered from 1 in each task and written in the
transaction that changed the row. A missed one costs nothing: the next one tells everything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Integer, bindparam, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agensium.db.base import Base, table_of
from agensium.db.types import InstantType, code, counter
from agensium.tasks.models import ID_CHARS, StateType, Task
from agensium.tasks.states import TERMINAL, State
from agensium.tasks.webhooks.enqueue import enqueue

KEPT: Final = 200
"""How many events of a task are kept at least; the oldest go first."""
PRUNED_EVERY: Final = 50


class TaskEvent(Base):
    """A snapshot of a task."""

    __tablename__ = "task_event"

    task_id: Mapped[str] = mapped_column(
        code(ID_CHARS), ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    state: Mapped[State] = mapped_column(StateType())
    attempts: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime | None]
    phase: Mapped[str | None] = mapped_column(code(32))
    rows_done: Mapped[int] = mapped_column(counter())
    bytes_done: Mapped[int] = mapped_column(counter())
    bytes_total: Mapped[int] = mapped_column(counter())
    error_code: Mapped[str | None] = mapped_column(code(64))


_COPIED: Final = (
    "state", "attempts", "started_at", "phase", "rows_done", "bytes_done", "bytes_total",
    "error_code",
)  # fmt: skip


_TASKS: Final = table_of(Task)
_EVENTS: Final = table_of(TaskEvent)
_RECORD_FIRST: Final = insert(_EVENTS)
_RECORD: Final = insert(_EVENTS).from_select(
    ["task_id", "number", "at", *_COPIED],
    select(
        _TASKS.c.id,
        func.coalesce(
            select(func.max(_EVENTS.c.number))
            .where(_EVENTS.c.task_id == _TASKS.c.id)
            .scalar_subquery(),
            0,
        )
        + 1,
        bindparam("recorded_at", type_=InstantType()),
        *(_TASKS.c[name] for name in _COPIED),
    ).where(_TASKS.c.id.in_(bindparam("task_ids", expanding=True))),
)


@dataclass(frozen=True)
class EventView:
    """An event as the task's owner sees it."""

    number: int
    at: datetime
    state: State
    attempts: int
    started_at: datetime | None
    phase: str | None
    rows_done: int
    bytes_done: int
    bytes_total: int
    error_code: str | None

    @property
    def is_last(self) -> bool:
        """Whether the task was over with it."""
        return self.state in TERMINAL


def record_first(session: Session, task: Task, now: datetime) -> None:
    """Write the event of a task that this transaction has just made."""
    session.flush()
    values = {name: getattr(task, name) for name in _COPIED}
    session.execute(_RECORD_FIRST, {"task_id": task.id, "number": 1, "at": now, **values})
    if task.state in TERMINAL:
        enqueue(session, (task.id,), now)


def record(
    session: Session, task_ids: Collection[str], now: datetime, *, over: bool = True
) -> None:
    """Write an event for each of these tasks, whose rows this transaction has just changed.

    The lock on the task's row, which the change took, keeps two events from one number.

    Args:
        session: the transaction.
        task_ids: the tasks.
        now: the present instant.
        over: whether any of them may be over now, which webhooks hear of.

    """
    session.flush()
    session.execute(_RECORD, {"recorded_at": now, "task_ids": list(task_ids)})
    if over:
        enqueue(session, task_ids, now)


def record_progress(
    session: Session, task_id: str, progress: Mapping[str, Any], now: datetime
) -> None:
    """Write an event if the progress is another than in the last one, and drop very old ones.

    Args:
        session: a transaction that has written the progress.
        task_id: the task.
        progress: the columns that tell of it, with their values.
        now: the present instant.

    """
    last = session.execute(
        select(TaskEvent.number, *(getattr(TaskEvent, name) for name in progress))
        .where(TaskEvent.task_id == task_id)
        .order_by(TaskEvent.number.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and tuple(last[1:]) == tuple(progress.values()):
        return
    record(session, (task_id,), now, over=False)
    if last is not None and last.number % PRUNED_EVERY == 0:
        old = TaskEvent.number <= last.number - KEPT
        session.execute(delete(TaskEvent).where(TaskEvent.task_id == task_id, old))


def events_after(
    session: Session, task_id: str, number: int, limit: int = KEPT
) -> tuple[EventView, ...]:
    """Return the task's events that follow this number, the oldest first."""
    columns = (getattr(TaskEvent, name) for name in ("number", "at", *_COPIED))
    rows = session.execute(
        select(*columns)
        .where(TaskEvent.task_id == task_id, TaskEvent.number > number)
        .order_by(TaskEvent.number)
        .limit(limit)
    )
    return tuple(EventView(*row) for row in rows)


def newest_numbers(session: Session, task_ids: Collection[str]) -> dict[str, int]:
    """Return the number of the last event of each task that has any."""
    rows = session.execute(
        select(TaskEvent.task_id, func.max(TaskEvent.number))
        .where(TaskEvent.task_id.in_(task_ids))
        .group_by(TaskEvent.task_id)
    )
    return {row[0]: row[1] for row in rows}


def newest_times(session: Session, task_ids: Collection[str]) -> dict[str, datetime]:
    """Return when each task changed last."""
    if not task_ids:
        return {}
    rows = session.execute(
        select(TaskEvent.task_id, func.max(TaskEvent.at))
        .where(TaskEvent.task_id.in_(task_ids))
        .group_by(TaskEvent.task_id)
    )
    return {row[0]: row[1] for row in rows}
