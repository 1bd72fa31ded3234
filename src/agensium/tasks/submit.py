"""Accepting a task: one transaction, then the bell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session
from ulid import ULID

from agensium.agents.agent import Agent
from agensium.core.context import REQUEST_ID
from agensium.core.errors import InvalidRequest
from agensium.core.tracing import here
from agensium.db.base import row_of, table_of
from agensium.db.database import Database
from agensium.queue.bell import Bell
from agensium.tasks.again import dataset_again
from agensium.tasks.clock import Clock
from agensium.tasks.events import record_first
from agensium.tasks.identity import content_key
from agensium.tasks.models import Dataset, Task, TaskInput
from agensium.tasks.objects import adopt
from agensium.tasks.receive import Received
from agensium.tasks.repeats import remember
from agensium.tasks.submission import Submission
from agensium.tasks.uploads.use import dataset_of
from agensium.tasks.webhooks.manage import add_webhook

_ADD_TASK: Final = insert(table_of(Task))
_ADD_INPUT: Final = insert(table_of(TaskInput))
_ADD_DATASET: Final = insert(table_of(Dataset))


def submit(database: Database, bell: Bell, submission: Submission, clock: Clock) -> str:
    """Write a task and tell the workers; return its id.

    From here on it reaches exactly one terminal state, whatever dies.

    Raises:
        InvalidRequest: a file that the agent needs is missing, or one is too many.
        DatabaseUnavailable: nothing was accepted.

    """
    check_roles(submission.agent, submission.files)
    task_id = database.transact(lambda session: write_task(session, submission, clock()))
    bell.ring(task_id)
    return task_id


def write_task(session: Session, submission: Submission, now: datetime) -> str:
    """Write a task that waits; return its id. Whoever commits rings the bell."""
    task = new_task(submission, now)
    insert_task(session, task, submission, now)
    return task.id


def check_roles(agent: Agent[Any], files: Mapping[str, Received]) -> None:
    """Compare the files with what the agent takes.

    Raises:
        InvalidRequest: they do not fit.

    """
    known = {role.name for role in agent.inputs}
    for role in agent.inputs:
        if role.required and role.name not in files:
            raise InvalidRequest(
                f"The file in the field '{role.name}' is missing.",
                hint=f"Send it as multipart/form-data; the fields are: {_listed(known)}, params.",
            )
    for name in files:
        if name not in known:
            raise InvalidRequest(
                f"'{agent.name}' takes no file in the field '{name}'.",
                hint=f"Its file fields are: {_listed(known)}.",
            )


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def new_task(submission: Submission, now: datetime) -> Task:
    """Return the row of a task that waits."""
    return Task(
        id=str(ULID()),
        workspace_id=submission.workspace_id,
        agent=submission.agent.name,
        agent_version=submission.agent.version,
        params=msgspec.json.encode(submission.params),
        created_at=now,
        run_after=now,
        rung_at=now,
        priority=submission.priority.rank,
        content_key=content_key(submission),
        request_id=REQUEST_ID.get(),
        trace_parent=here(),
    )


def insert_task(session: Session, task: Task, submission: Submission, now: datetime) -> None:
    """Write a task with its files, and remember the key of its request."""
    session.execute(_ADD_TASK, row_of(task))
    for role, received in submission.files.items():
        dataset_id = _dataset(session, submission.workspace_id, received, now)
        session.execute(_ADD_INPUT, {"task_id": task.id, "role": role, "dataset_id": dataset_id})
    if submission.callback is not None:
        add_webhook(session, submission.workspace_id, submission.callback, now, task.id)
    remember(session, submission, task.id, now)
    record_first(session, task, now)


def _dataset(session: Session, workspace_id: str, received: Received, now: datetime) -> str:
    """Give a file its owner; return the owner's id."""
    if received.upload_id is not None:
        return dataset_of(session, workspace_id, received.upload_id, now)
    if received.dataset_id is not None:
        return dataset_again(session, received.dataset_id)
    dataset = Dataset(
        id=str(ULID()),
        workspace_id=workspace_id,
        name=received.name,
        object_key=received.object_key,
        bytes=received.bytes,
        sha256=received.sha256,
        created_at=now,
        source=received.source,
    )
    session.execute(_ADD_DATASET, row_of(dataset))
    if received.source is None:
        adopt(session, received.object_key)
    return dataset.id
