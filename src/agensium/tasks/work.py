"""What a claimed task asks for: its agent, its parameters and its files."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from agensium.db.base import table_of
from agensium.tasks.leases import Lease
from agensium.tasks.models import Dataset, Task, TaskInput


@dataclass(frozen=True)
class Input:
    """A dataset that a task takes; `source` is where it is still to be fetched."""

    role: str
    name: str
    object_key: str
    bytes: int
    sha256: str
    dataset_id: str
    source: str | None = None


@dataclass(frozen=True)
class Work:
    """A claimed task with all that is needed to do it."""

    lease: Lease
    agent: str
    params: bytes
    inputs: tuple[Input, ...]
    request_id: str | None = None
    trace_parent: str | None = None


def load_work(session: Session, lease: Lease) -> Work:
    """Return what the task of a lease asks for."""
    task = session.get_one(Task, lease.task_id)
    inputs = load_inputs(session, task.id)
    return Work(lease, task.agent, task.params, inputs, task.request_id, task.trace_parent)


def load_inputs(session: Session, task_id: str) -> tuple[Input, ...]:
    """Return the datasets that a task takes, by role."""
    rows = session.execute(_INPUTS, {"task": task_id})
    return tuple(
        Input(
            role=row.role,
            name=row.name,
            object_key=row.object_key,
            bytes=row.bytes,
            sha256=row.sha256,
            dataset_id=row.id,
            source=row.source if row.fetched_at is None else None,
        )
        for row in rows
    )


_DATASETS: Final = table_of(Dataset)
_INPUTS: Final = (
    select(TaskInput.role, _DATASETS)
    .join(Dataset, Dataset.id == TaskInput.dataset_id)
    .where(TaskInput.task_id == bindparam("task"))
    .order_by(TaskInput.role)
)
