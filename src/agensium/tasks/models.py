"""The rows of tasks: what was handed over, what is done with it, what came out."""

from datetime import datetime

from sqlalchemy import Dialect, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from agensium.accounts.models import Workspace
from agensium.db.base import Base
from agensium.db.types import code, counter, document
from agensium.tasks.states import Priority, State

ID_CHARS = 26
KEY_CHARS = 255


class StateType(TypeDecorator[State]):
    """A state, stored as its word."""

    impl = code(16)
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: Dialect) -> str | None:
        """Hand a plain word to the driver, which does not know the enumeration."""
        del dialect
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> State | None:
        """Give the state of this word."""
        del dialect
        return None if value is None else State(value)


class Dataset(Base):
    """A file that somebody handed over. Its name is the sender's; its key is ours."""

    __tablename__ = "dataset"
    __table_args__ = (Index("ix_dataset_expired_at_created_at", "expired_at", "created_at"),)

    id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey(Workspace.id), index=True)
    name: Mapped[str] = mapped_column(String(1024))
    object_key: Mapped[str] = mapped_column(code(KEY_CHARS))
    bytes: Mapped[int] = mapped_column(counter())
    sha256: Mapped[str] = mapped_column(code(64))
    created_at: Mapped[datetime]
    expired_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its bytes were deleted; the row stays."""
    source: Mapped[str | None] = mapped_column(String(2048), default=None)
    """The address that its bytes are fetched from; without its query once they are here."""
    fetched_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they were."""


class Task(Base):
    """One run of one agent. The database is the truth about it; messages only ring the bell."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_workspace_id_id", "workspace_id", "id"),
        Index("ix_task_state_run_after", "state", "run_after"),
        Index("ix_task_state_lease_expires_at", "state", "lease_expires_at"),
        Index("ix_task_workspace_id_state_priority_id", "workspace_id", "state", "priority", "id"),
        Index("ix_task_workspace_id_content_key", "workspace_id", "content_key"),
        Index("ix_task_expired_at_finished_at", "expired_at", "finished_at"),
    )

    id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey(Workspace.id))
    agent: Mapped[str] = mapped_column(code(64))
    agent_version: Mapped[str] = mapped_column(code(32))
    params: Mapped[bytes] = mapped_column(document())
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    priority: Mapped[int] = mapped_column(
        Integer, default=Priority.NORMAL.rank, server_default=text(str(Priority.NORMAL.rank))
    )
    """Its rank among the tasks of its workspace; the smallest goes first."""
    content_key: Mapped[str | None] = mapped_column(code(64), default=None)
    """The digest of what decides the result: agent, version, parameters and contents."""
    reused_from: Mapped[str | None] = mapped_column(code(ID_CHARS), default=None)
    """The task whose report answered this one; it may be gone."""
    state: Mapped[State] = mapped_column(StateType(), default=State.PENDING)
    rung_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    expired_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its results were deleted; the row stays."""

    fence: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with each claim; a write with an older number changes nothing."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    worker: Mapped[str | None] = mapped_column(String(255), default=None)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    request_id: Mapped[str | None] = mapped_column(code(64), default=None)
    """Of the request that brought it, for the log."""

    trace_parent: Mapped[str | None] = mapped_column(code(55), default=None)
    """The span of that request, as a W3C ``traceparent``, for those who want traces."""

    phase: Mapped[str | None] = mapped_column(code(32), default=None)
    rows_done: Mapped[int] = mapped_column(counter(), default=0)
    bytes_done: Mapped[int] = mapped_column(counter(), default=0)
    bytes_total: Mapped[int] = mapped_column(counter(), default=0)

    summary: Mapped[bytes | None] = mapped_column(document(), default=None)
    readings: Mapped[bytes | None] = mapped_column(document(), default=None)
    """Other ways to read the file, as JSON, as far as its report or its error names any."""

    error_code: Mapped[str | None] = mapped_column(code(64), default=None)
    error_message: Mapped[str | None] = mapped_column(String(2000), default=None)
    error_hint: Mapped[str | None] = mapped_column(String(2000), default=None)
    error_detail: Mapped[bytes | None] = mapped_column(document(), default=None)
    """For the log; it never leaves the service."""


class Attempt(Base):
    """One claim of a task: who had it, and how it ended."""

    __tablename__ = "attempt"

    task_id: Mapped[str] = mapped_column(
        ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    fence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    worker: Mapped[str] = mapped_column(String(255))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(code(16), default=None)
    """The state that followed, or ``RELEASED`` when the worker stopped and handed it back."""
    error_code: Mapped[str | None] = mapped_column(code(64), default=None)
    error_message: Mapped[str | None] = mapped_column(String(2000), default=None)


class Turn(Base):
    """When a workspace was served last. Whoever claims a task for it holds this row's lock."""

    __tablename__ = "turn"

    workspace_id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    served_at: Mapped[datetime]


class Leadership(Base):
    """Who does what only one has to do, and until when."""

    __tablename__ = "leadership"

    duty: Mapped[str] = mapped_column(code(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(255))
    expires_at: Mapped[datetime]


class IdempotencyKey(Base):
    """The task that a request was answered with, for whoever repeats the request."""

    __tablename__ = "idempotency_key"

    workspace_id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    key: Mapped[str] = mapped_column(code(KEY_CHARS), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(code(64))
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class TaskInput(Base):
    """Which dataset a task takes in which role."""

    __tablename__ = "task_input"

    task_id: Mapped[str] = mapped_column(
        ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(code(64), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("dataset.id"), index=True)


class Artifact(Base):
    """A file that a task made. It exists only once the task has succeeded."""

    __tablename__ = "artifact"
    __table_args__ = (UniqueConstraint("task_id", "name"),)

    id: Mapped[str] = mapped_column(code(ID_CHARS), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(code(64))
    media_type: Mapped[str] = mapped_column(code(127))
    object_key: Mapped[str] = mapped_column(code(KEY_CHARS))
    bytes: Mapped[int] = mapped_column(counter())
    sha256: Mapped[str] = mapped_column(code(64))


class StrayObject(Base):
    """An object that no row owns: not yet, or not any more.

    It is written before the object is, and deleted in the transaction that gives the object
    an owner. So whatever dies in between, the sweeper finds what is to be deleted.
    """

    __tablename__ = "stray_object"

    object_key: Mapped[str] = mapped_column(code(KEY_CHARS), primary_key=True)
    delete_after: Mapped[datetime] = mapped_column(index=True)
