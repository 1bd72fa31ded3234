"""What its owner may do with a task: cancel it, try it again, delete it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import Conflict
from agensium.db.database import Database
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock
from agensium.tasks.events import record
from agensium.tasks.leases import changed, error_columns
from agensium.tasks.models import Artifact, Attempt, Dataset, IdempotencyKey, Task, TaskInput
from agensium.tasks.objects import discard, note_strays
from agensium.tasks.queries import load_task
from agensium.tasks.retention import expired
from agensium.tasks.states import REOPENABLE, TERMINAL, WAITING, State


def cancel(session: Session, workspace_id: str, task_id: str, now: datetime) -> None:
    """Cancel a task: at once if it waits, within seconds if it runs; twice changes nothing.

    Raises:
        NotFound: the workspace has no such task.
        Conflict: it succeeded or failed before.

    """
    load_task(session, workspace_id, task_id)
    # The wish comes first: an attempt that ends in between then ends as cancelled.
    living = update(Task).where(Task.id == task_id, Task.state.not_in(TERMINAL))
    session.execute(living.values(cancel_requested=True))
    waiting = update(Task).where(Task.id == task_id, Task.state.in_(WAITING))
    if changed(session, waiting.values(state=State.REVOKED, finished_at=now)):
        record(session, (task_id,), now)
    state = session.scalar(select(Task.state).where(Task.id == task_id))
    if state in TERMINAL and state is not State.REVOKED:
        raise Conflict(f"The task is over: its status is {state}.", hint="Delete it instead.")


def retry(session: Session, workspace_id: str, task_id: str, now: datetime) -> bool:
    """Let a failed or cancelled task run again, with all its attempts before it.

    Returns:
        Whether it waits anew; False when it waits or runs anyway, and nothing changed.

    Raises:
        NotFound: the workspace has no such task.
        Conflict: it succeeded, or it is just being cancelled.
        Expired: its files were deleted because of their age.

    """
    task = load_task(session, workspace_id, task_id)
    if task.state is State.SUCCESS:
        raise Conflict(
            "The task succeeded; there is nothing to try again.",
            hint="Hand the file over again with reuse=false for a new report.",
        )
    if task.state not in REOPENABLE:
        if task.cancel_requested:
            raise Conflict("The task is being cancelled.", hint="Try again in a few seconds.")
        return False
    _require_files(session, task_id)
    reopen = update(Task).where(Task.id == task_id, Task.state.in_(REOPENABLE))
    if changed(session, reopen.values(run_after=now, rung_at=now, **_AS_NEW)) == 0:
        return False
    record(session, (task_id,), now)
    return True


_AS_NEW: Final[Mapping[str, Any]] = {
    "state": State.RETRY,
    "attempts": 0,
    "cancel_requested": False,
    "finished_at": None,
    "expired_at": None,
    "rows_done": 0,
    "bytes_done": 0,
    "bytes_total": 0,
    **error_columns(None),
}


def _require_files(session: Session, task_id: str) -> None:
    """Hold the task's files until the end of the transaction, so that none expires meanwhile."""
    files = select(Dataset.expired_at).join(TaskInput, TaskInput.dataset_id == Dataset.id)
    held = files.where(TaskInput.task_id == task_id).order_by(Dataset.id).with_for_update()
    if any(each is not None for each in session.scalars(held)):
        raise expired("The file of this task")


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
    # Held, so that of two tasks with one file the second sees that the first is gone.
    files = select(Dataset.id).join(TaskInput, TaskInput.dataset_id == Dataset.id)
    held = files.where(TaskInput.task_id == task_id).order_by(Dataset.id).with_for_update()
    dataset_ids = list(session.scalars(held))
    for model in (Artifact, Attempt, IdempotencyKey, TaskInput):
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
