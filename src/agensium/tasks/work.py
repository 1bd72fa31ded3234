"""What a claimed task asks for: its agent, its parameters and its files."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    inputs = session.execute(
        select(TaskInput.role, Dataset)
        .join(Dataset, Dataset.id == TaskInput.dataset_id)
        .where(TaskInput.task_id == lease.task_id)
        .order_by(TaskInput.role)
    )
    files = tuple(_input(row.role, row.Dataset) for row in inputs)
    return Work(lease, task.agent, task.params, files, task.request_id, task.trace_parent)


def _input(role: str, dataset: Dataset) -> Input:
    return Input(
        role=role,
        name=dataset.name,
        object_key=dataset.object_key,
        bytes=dataset.bytes,
        sha256=dataset.sha256,
        dataset_id=dataset.id,
        source=dataset.source if dataset.fetched_at is None else None,
    )
