"""A further task on a file that is here already."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agensium.tasks.models import Dataset, TaskInput
from agensium.tasks.queries import load_task
from agensium.tasks.receive import Received
from agensium.tasks.retention import expired


@dataclass(frozen=True)
class Given:
    """What a task was given: its agent, its parameters in JSON, and its files."""

    agent: str
    params: bytes
    files: Mapping[str, Received]


def given_to(session: Session, workspace_id: str, task_id: str) -> Given:
    """Return what a task was given, so that another one may take the same files.

    Raises:
        NotFound: the workspace has no such task.
        Expired: its files were deleted because of their age.

    """
    task = load_task(session, workspace_id, task_id)
    files = session.execute(
        select(TaskInput.role, Dataset)
        .join(Dataset, Dataset.id == TaskInput.dataset_id)
        .where(TaskInput.task_id == task_id)
    )
    return Given(task.agent, task.params, {row.role: _received(row.Dataset) for row in files})


def dataset_again(session: Session, dataset_id: str) -> str:
    """Hold a dataset for a further task until the end of the transaction; return its id.

    Raises:
        Expired: its bytes were deleted.

    """
    held = select(Dataset).where(Dataset.id == dataset_id).with_for_update()
    dataset = session.scalar(held)
    if dataset is None or dataset.expired_at is not None:
        raise expired("The file of this task")
    return dataset.id


def _received(dataset: Dataset) -> Received:
    if dataset.expired_at is not None:
        raise expired("The file of this task")
    return Received(
        name=dataset.name,
        object_key=dataset.object_key,
        bytes=dataset.bytes,
        sha256=dataset.sha256,
        dataset_id=dataset.id,
    )
