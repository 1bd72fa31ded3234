"""What a claimed task asks for: its agent, its parameters and its files."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agensium.tasks.leases import Lease
from agensium.tasks.models import Dataset, TaskInput


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


def load_inputs(session: Session, task_id: str) -> tuple[Input, ...]:
    """Return the datasets that a task takes, by role."""
    rows = session.execute(
        select(TaskInput.role, Dataset)
        .join(Dataset, Dataset.id == TaskInput.dataset_id)
        .where(TaskInput.task_id == task_id)
        .order_by(TaskInput.role)
    )
    return tuple(_input(row.role, row.Dataset) for row in rows)


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
