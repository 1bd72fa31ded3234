"""Looking tasks up. Every query names its workspace: another's task is as good as none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agensium.core.errors import NotFound
from agensium.core.readings import decode_ways
from agensium.core.report import Summary
from agensium.storage.source_rules import shown_address
from agensium.tasks.attempts import attempts_of
from agensium.tasks.events import newest_times
from agensium.tasks.models import Artifact, Dataset, Task, TaskInput
from agensium.tasks.retention import expired
from agensium.tasks.states import Priority, State
from agensium.tasks.views import ArtifactView, ErrorView, FileView, TaskView


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks to list.

    Attributes:
        state: only those in this state.
        name: only those of a file whose name holds this, in any case; all if empty.
        before: only those older than this task, newest first: the cursor of the next page.
        limit: how many.

    """

    state: State | None = None
    name: str = ""
    before: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class TaskPage:
    """Some tasks, the newest first, and the cursor of those that follow."""

    tasks: tuple[TaskView, ...]
    next_before: str | None


def owned(workspace_id: str) -> Select[Task]:
    """Select the tasks of a workspace; every other query of tasks starts here."""
    return select(Task).where(Task.workspace_id == workspace_id)


def load_task(session: Session, workspace_id: str, task_id: str) -> Task:
    """Return a task's row.

    Raises:
        NotFound: the workspace has no such task.

    """
    task = session.scalar(owned(workspace_id).where(Task.id == task_id))
    if task is None:
        raise NotFound(f"There is no task '{task_id[:64]}'.")
    return task


def get_task(session: Session, workspace_id: str, task_id: str) -> TaskView:
    """Return a task with its files, artifacts and attempts.

    Raises:
        NotFound: the workspace has no such task.

    """
    (view,) = _views(session, [load_task(session, workspace_id, task_id)])
    return replace(view, history=attempts_of(session, task_id))


def list_tasks(session: Session, workspace_id: str, wanted: TaskFilter) -> TaskPage:
    """Return a page of tasks, the newest first."""
    query = owned(workspace_id).order_by(Task.id.desc()).limit(wanted.limit + 1)
    if wanted.state is not None:
        query = query.where(Task.state == wanted.state)
    if wanted.name:
        named = Dataset.name.icontains(wanted.name, autoescape=True)
        of_those = select(TaskInput.task_id).join(Dataset, Dataset.id == TaskInput.dataset_id)
        query = query.where(Task.id.in_(of_those.where(named)))
    if wanted.before is not None:
        query = query.where(Task.id < wanted.before)
    rows = list(session.scalars(query))
    shown = _views(session, rows[: wanted.limit])
    more = len(rows) > wanted.limit
    return TaskPage(shown, shown[-1].id if more else None)


def get_artifact(session: Session, workspace_id: str, task_id: str, name: str) -> ArtifactView:
    """Return a file that a task made.

    Raises:
        NotFound: the workspace has no such task, or the task has no such file (yet).
        Expired: the task's files were deleted because of their age.

    """
    task = get_task(session, workspace_id, task_id)
    if task.expired_at is not None:
        raise expired("The result of this task")
    for artifact in task.artifacts:
        if artifact.name == name:
            return artifact
    raise NotFound(
        f"The task has no '{name[:64]}'.",
        hint=f"Its state is {task.state}; files come with SUCCESS.",
    )


def _views(session: Session, tasks: Sequence[Task]) -> tuple[TaskView, ...]:
    """Return tasks with all that belongs to them, in three more queries however many they are."""
    ids = [task.id for task in tasks]
    done = [task.id for task in tasks if task.state is State.SUCCESS]
    running = [task.id for task in tasks if task.state is State.STARTED]
    files, artifacts = _files(session, ids), _artifacts(session, done)
    changed = newest_times(session, running)
    return tuple(
        _view(
            task,
            tuple(files.get(task.id, ())),
            tuple(artifacts.get(task.id, ())),
            changed.get(task.id),
        )
        for task in tasks
    )


def _view(
    task: Task,
    files: tuple[FileView, ...],
    artifacts: tuple[ArtifactView, ...],
    changed_at: datetime | None,
) -> TaskView:
    return TaskView(
        id=task.id,
        agent=task.agent,
        agent_version=task.agent_version,
        params=task.params,
        state=task.state,
        created_at=task.created_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        changed_at=changed_at,
        attempts=task.attempts,
        worker=task.worker,
        phase=task.phase,
        rows_done=task.rows_done,
        bytes_done=task.bytes_done,
        bytes_total=task.bytes_total,
        files=files,
        artifacts=artifacts,
        summary=_summary(task),
        error=_error(task),
        priority=Priority.of_rank(task.priority),
        next_attempt_at=task.run_after if task.state is State.RETRY else None,
        reused_from=task.reused_from,
        expired_at=task.expired_at,
        readings=decode_ways(task.readings),
    )


def _files(session: Session, ids: Sequence[str]) -> dict[str, list[FileView]]:
    query = (
        select(TaskInput.task_id, TaskInput.role, Dataset)
        .join(Dataset, Dataset.id == TaskInput.dataset_id)
        .where(TaskInput.task_id.in_(ids))
        .order_by(TaskInput.role)
    )
    found: dict[str, list[FileView]] = defaultdict(list)
    for row in session.execute(query):
        file = row.Dataset
        source = None if file.source is None else shown_address(file.source)
        view = FileView(row.role, file.name, file.bytes, file.sha256, source, file.expired_at)
        found[row.task_id].append(view)
    return found


def _artifacts(session: Session, ids: Sequence[str]) -> dict[str, list[ArtifactView]]:
    query = (
        select(
            Artifact.task_id,
            Artifact.name,
            Artifact.media_type,
            Artifact.object_key,
            Artifact.bytes,
            Artifact.sha256,
        )
        .where(Artifact.task_id.in_(ids))
        .order_by(Artifact.name)
    )
    found: dict[str, list[ArtifactView]] = defaultdict(list)
    for row in session.execute(query):
        artifact = ArtifactView(row.name, row.media_type, row.object_key, row.bytes, row.sha256)
        found[row.task_id].append(artifact)
    return found


def _summary(task: Task) -> Summary | None:
    return None if task.summary is None else msgspec.json.decode(task.summary, type=Summary)


def _error(task: Task) -> ErrorView | None:
    if task.error_code is None or task.error_message is None:
        return None
    return ErrorView(task.error_code, task.error_message, task.error_hint)
