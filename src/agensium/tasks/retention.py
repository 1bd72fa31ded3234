"""Retention: files and results are deleted when their time is over; their rows stay.

Each step takes a batch in one transaction: what is to be deleted is noted there, and deleted by
the sweep of objects without an owner. So whatever dies in between, nothing stays behind.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import Expired
from agensium.tasks.models import Artifact, Dataset, IdempotencyKey, Task, TaskInput
from agensium.tasks.objects import note_strays
from agensium.tasks.states import TERMINAL

BATCH: Final = 200
KEYS_KEPT: Final = timedelta(hours=24)
"""How long a repeated request finds the task of the first one."""


@dataclass(frozen=True)
class Kept:
    """How long things are kept after a task is over; none means until it is deleted.

    Attributes:
        inputs: the files that were handed over.
        results: the reports.

    """

    inputs: timedelta | None = None
    results: timedelta | None = None


FOR_EVER: Final = Kept()


def expire(session: Session, kept: Kept, now: datetime) -> int:
    """Let go of a batch of what is past its time; return how much of files and results."""
    expired = 0
    if kept.results is not None:
        expired += _expire_results(session, now - kept.results, now)
    if kept.inputs is not None:
        expired += _expire_inputs(session, now - kept.inputs, now)
    _forget_keys(session, now - KEYS_KEPT)
    return expired


def expired(what: str) -> Expired:
    """Return the error for something that was kept as long as it had to be."""
    return Expired(
        f"{what} expired and was deleted.",
        hint="Hand the file over again; the operator sets how long things are kept.",
    )


def _expire_results(session: Session, before: datetime, now: datetime) -> int:
    due = Task.state.in_(TERMINAL), Task.expired_at.is_(None), Task.finished_at <= before
    ids = list(session.scalars(select(Task.id).where(*due).limit(BATCH).with_for_update()))
    if not ids:
        return 0
    of_these = Artifact.task_id.in_(ids)
    note_strays(session, session.scalars(select(Artifact.object_key).where(of_these)), now)
    session.execute(delete(Artifact).where(of_these))
    session.execute(update(Task).where(Task.id.in_(ids)).values(expired_at=now))
    return len(ids)


def _expire_inputs(session: Session, before: datetime, now: datetime) -> int:
    """Let go of files whose tasks are all over for long enough.

    The rows are locked before the tasks are looked at: whoever reopens a task locks them too.
    """
    of_it = select(TaskInput.task_id).where(TaskInput.dataset_id == Dataset.id)
    used = exists(of_it)
    needed = exists(
        of_it.join(Task, Task.id == TaskInput.task_id).where(
            or_(Task.state.not_in(TERMINAL), Task.finished_at > before)
        )
    )
    due = Dataset.expired_at.is_(None), Dataset.created_at <= before, used, ~needed
    ids = list(session.scalars(select(Dataset.id).where(*due).limit(BATCH)))
    locked = select(Dataset.id).where(Dataset.id.in_(ids)).order_by(Dataset.id).with_for_update()
    session.execute(locked)
    rows = session.execute(
        select(Dataset.id, Dataset.object_key).where(Dataset.id.in_(ids), *due)
    ).all()
    note_strays(session, (row.object_key for row in rows), now)
    gone = update(Dataset).where(Dataset.id.in_([row.id for row in rows]))
    # An address that was never fetched may hold a secret in its query.
    source = case((Dataset.fetched_at.is_(None), None), else_=Dataset.source)
    session.execute(gone.values(expired_at=now, source=source))
    return len(rows)


def _forget_keys(session: Session, before: datetime) -> None:
    old = select(IdempotencyKey.workspace_id, IdempotencyKey.key)
    rows = session.execute(old.where(IdempotencyKey.created_at <= before).limit(BATCH)).all()
    for row in rows:
        mine = IdempotencyKey.workspace_id == row.workspace_id, IdempotencyKey.key == row.key
        session.execute(delete(IdempotencyKey).where(*mine))
