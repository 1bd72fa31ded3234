"""Claiming a task, keeping it, and letting it go: guarded writes, no locks.

A claim raises the task's fence. Every later write names the fence that it holds, so a worker
that was thought dead and comes back changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, bindparam, insert, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import AgensiumError, Cancelled, WorkerLost
from agensium.core.readings import encode_ways, ways_of_members
from agensium.db.base import row_of, table_of
from agensium.tasks.attempts import RELEASED, Ending, close_attempt, open_attempt
from agensium.tasks.events import record, record_progress
from agensium.tasks.models import Artifact, Task
from agensium.tasks.objects import adopt
from agensium.tasks.states import TERMINAL, TRANSITIONS, WAITING, State

LEASE: Final = timedelta(seconds=60)
MAX_ATTEMPTS: Final = 3
BACK_OFF: Final = timedelta(seconds=5)

_TASKS: Final = table_of(Task)
_HELD: Final = update(_TASKS).where(
    _TASKS.c.id == bindparam("of_task"),
    _TASKS.c.state == State.STARTED,
    _TASKS.c.fence == bindparam("of_fence"),
)
_WANTED: Final = _HELD.where(_TASKS.c.cancel_requested.is_(False))
_CLAIM: Final = (
    update(_TASKS)
    .where(_TASKS.c.id == bindparam("of_task"), _TASKS.c.state.in_(WAITING))
    .where(_TASKS.c.fence == bindparam("of_fence"))
    .where(_TASKS.c.attempts == bindparam("of_attempt"))
    .where(_TASKS.c.run_after <= bindparam("due"), _TASKS.c.cancel_requested.is_(False))
    .values(state=State.STARTED, phase="starting", rows_done=0, bytes_done=0, bytes_total=0)
)
_ADD_ARTIFACTS: Final = insert(table_of(Artifact))


@dataclass(frozen=True)
class Lease:
    """The right to work on a task for a while.

    Attributes:
        task_id: the task.
        fence: the number that proves the right.
        attempt: which attempt this is, from 1.

    """

    task_id: str
    fence: int
    attempt: int


@dataclass(frozen=True)
class Progress:
    """How far a job has come."""

    phase: str
    rows: int = 0
    bytes: int = 0
    total_bytes: int = 0


@dataclass(frozen=True)
class Result:
    """What an attempt made: its summary as JSON, its files, and how much was read for them."""

    summary: bytes
    artifacts: tuple[Artifact, ...]
    progress: Progress
    content_key: str | None = None
    """What decided it, the code that made it included; later requests find it by this."""
    readings: bytes | None = None
    """Other ways to read the file, as JSON."""


@dataclass(frozen=True)
class Standing:
    """What a heartbeat found: whether the lease still holds, and whether to go on."""

    holds: bool
    cancel_requested: bool


def claim(session: Session, task_id: str, worker: str, now: datetime) -> Lease | None:
    """Take a waiting task; return nothing when somebody else has it or it is not due."""
    seen = select(Task.fence, Task.attempts).where(Task.id == task_id)
    row = session.execute(seen).one_or_none()
    if row is None:
        return None
    return claim_seen(session, Lease(task_id, row.fence, row.attempts), worker, now)


def claim_seen(session: Session, seen: Lease, worker: str, now: datetime) -> Lease | None:
    """Take a waiting task that stood so a moment ago; return nothing when it stands otherwise.

    Args:
        session: the transaction.
        seen: the task with the fence and the attempts that it had.
        worker: who takes it.
        now: the present instant.

    """
    lease = Lease(seen.task_id, seen.fence + 1, seen.attempt + 1)
    values = {
        "of_task": seen.task_id,
        "of_fence": seen.fence,
        "of_attempt": seen.attempt,
        "due": now,
        "fence": lease.fence,
        "attempts": lease.attempt,
        "lease_expires_at": now + LEASE,
        "worker": worker,
        "started_at": now,
    }
    if changed(session, _CLAIM, values) == 0:
        return None
    record(session, (lease.task_id,), now, over=False)
    open_attempt(session, lease.task_id, lease.fence, worker, now)
    return lease


def heartbeat(session: Session, lease: Lease, progress: Progress, now: datetime) -> Standing:
    """Extend the lease, write the progress and read whether to go on."""
    columns = _progress_columns(progress)
    if not _write(session, lease, {"lease_expires_at": now + LEASE, **columns}):
        return Standing(holds=False, cancel_requested=False)
    record_progress(session, lease.task_id, columns, now)
    asked = session.scalar(select(Task.cancel_requested).where(Task.id == lease.task_id))
    return Standing(holds=True, cancel_requested=bool(asked))


def succeed(session: Session, lease: Lease, result: Result, now: datetime) -> bool:
    """Make a result visible; return False when the lease was lost and nothing changed."""
    key = {"content_key": result.content_key}
    made = {"summary": result.summary, "readings": result.readings}
    values = {**made, **key, **_progress_columns(result.progress)}
    held = _finish(session, lease, Ending(State.SUCCESS), now, values)
    if held:
        if result.artifacts:
            session.execute(_ADD_ARTIFACTS, [row_of(each) for each in result.artifacts])
        adopt(session, *(artifact.object_key for artifact in result.artifacts))
    return held


def fail(session: Session, lease: Lease, error: AgensiumError, now: datetime) -> bool:
    """End an attempt with an error: another attempt follows if that may help."""
    if isinstance(error, Cancelled):
        return _finish(session, lease, Ending(State.REVOKED, error), now)
    if error.retryable and lease.attempt < MAX_ATTEMPTS:
        # A lost worker says nothing against an immediate second try; a part that is down does.
        lost = isinstance(error, WorkerLost)
        due = now if lost else now + BACK_OFF * lease.attempt**2
        values = {**error_columns(error), "run_after": due}
        return _hand_back(session, lease, Ending(State.RETRY, error), now, values)
    return _finish(session, lease, Ending(State.FAILURE, error), now)


def release(session: Session, lease: Lease, now: datetime) -> bool:
    """Hand a task back because this worker stops; the attempt does not count."""
    values = {"attempts": lease.attempt - 1, "run_after": now}
    return _hand_back(session, lease, Ending(RELEASED), now, values)


def error_columns(error: AgensiumError | None) -> dict[str, Any]:
    """Return the columns that tell of an error, or of none."""
    if error is None:
        return dict.fromkeys(("error_code", "error_message", "error_hint", "error_detail"))
    return {
        "readings": encode_ways(ways_of_members(error.members)),
        "error_code": error.code,
        "error_message": error.message[:2000],
        "error_hint": None if error.hint is None else error.hint[:2000],
        "error_detail": None if error.detail is None else error.detail.encode(),
    }


def _progress_columns(progress: Progress) -> dict[str, Any]:
    return {
        "phase": progress.phase,
        "rows_done": progress.rows,
        "bytes_done": progress.bytes,
        "bytes_total": progress.total_bytes,
    }


def _hand_back(
    session: Session, lease: Lease, ending: Ending, now: datetime, values: Mapping[str, Any]
) -> bool:
    waiting = {"state": State.RETRY, "rung_at": None, "lease_expires_at": None, "phase": None}
    if _end(session, lease, ending, now, {**values, **waiting}):
        return True
    # Not handed back because somebody wants it cancelled, or because the lease was lost.
    cancelled = Cancelled("The task was cancelled.")
    return _finish(session, lease, Ending(State.REVOKED, cancelled), now)


def _finish(
    session: Session,
    lease: Lease,
    ending: Ending,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> bool:
    over = {"finished_at": now, "lease_expires_at": None, "phase": None}
    told = {**error_columns(ending.error), **(values or {})}
    return _end(session, lease, ending, now, {**told, **over, "state": State(ending.outcome)})


def _end(
    session: Session, lease: Lease, ending: Ending, now: datetime, values: Mapping[str, Any]
) -> bool:
    if values["state"] not in TRANSITIONS[State.STARTED]:
        raise ValueError(f"A started task cannot become {values['state']}.")
    held = _write(session, lease, values)
    if held:
        close_attempt(session, lease.task_id, lease.fence, ending, now)
        record(session, (lease.task_id,), now, over=values["state"] in TERMINAL)
    return held


def _write(session: Session, lease: Lease, values: Mapping[str, Any]) -> bool:
    held = _WANTED if values.get("state") is State.RETRY else _HELD
    of_it = {"of_task": lease.task_id, "of_fence": lease.fence}
    return changed(session, held, {**of_it, **values}) == 1


def changed(
    session: Session,
    statement: Any,  # noqa: ANN401 - a generic of the ORM
    values: Mapping[str, Any] | None = None,
) -> int:
    """Execute a writing statement; return how many rows it matched."""
    # The connectors report matched rows, not changed ones: SQLAlchemy sets FOUND_ROWS.
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount
