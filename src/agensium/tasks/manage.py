"""What its owner may do with a task: cancel it, delete it."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from agensium.db.database import Database
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock
from agensium.tasks.events import record
from agensium.tasks.models import Artifact, Dataset, Task, TaskInput
from agensium.tasks.objects import discard, note_strays
from agensium.tasks.queries import load_task
from agensium.tasks.states import TERMINAL, WAITING, State


def cancel(session: Session, workspace_id: str, task_id: str, now: datetime) -> None:
    """Cancel a task: at once if it waits, within seconds if it runs; later it changes nothing.

    Raises:
        NotFound: the workspace has no such task.

    """
    load_task(session, workspace_id, task_id)
    # The wish comes first: a task that is handed back in between is then revoked by the sweeper.
    living = update(Task).where(Task.id == task_id, Task.state.not_in(TERMINAL))
    session.execute(living.values(cancel_requested=True))
    waiting = update(Task).where(Task.id == task_id, Task.state.in_(WAITING))
    ended = session.execute(waiting.values(state=State.REVOKED, finished_at=now))
    if cast("CursorResult[Any]", ended).rowcount:
        record(session, (task_id,), now)


def delete_task(
    database: Database, storage: Storage, workspace_id: str, task_id: str, clock: Clock
) -> None:
    """Delete a task with all its rows and objects; a running one loses its lease and ends.

    Raises:
        NotFound: the workspace has no such task.

    """

    def delete_all(session: Session) -> list[str]:
        load_task(session, workspace_id, task_id)
        keys = _delete_rows(session, task_id)
        note_strays(session, keys, clock())
        return keys

    keys = database.transact(delete_all)
    discard(database, storage, keys)


def _delete_rows(session: Session, task_id: str) -> list[str]:
    keys = list(session.scalars(select(Artifact.object_key).where(Artifact.task_id == task_id)))
    dataset_ids = list(
        session.scalars(select(TaskInput.dataset_id).where(TaskInput.task_id == task_id))
    )
    for model in (Artifact, TaskInput):
        session.execute(delete(model).where(model.task_id == task_id))
    session.execute(delete(Task).where(Task.id == task_id))
    for dataset_id in dataset_ids:
        keys += _delete_unused(session, dataset_id)
    return keys


def _delete_unused(session: Session, dataset_id: str) -> list[str]:
    uses = select(func.count()).select_from(TaskInput).where(TaskInput.dataset_id == dataset_id)
    if session.scalar(uses):
        return []
    dataset = session.get_one(Dataset, dataset_id)
    session.delete(dataset)
    return [dataset.object_key]
