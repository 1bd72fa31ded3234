"""The attempts of a task: who had it, when, and how each of them ended.

They are written in the transactions that claim a task and let it go, so that they never say
anything else than the task itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import AgensiumError
from agensium.db.base import table_of
from agensium.tasks.models import Attempt
from agensium.tasks.views import AttemptView, ErrorView

RELEASED: Final = "RELEASED"
"""The worker stopped and handed the task back; such an attempt does not count."""
SHOWN: Final = 50
_ATTEMPTS: Final = table_of(Attempt)
_OPEN: Final = insert(_ATTEMPTS)
_CLOSE: Final = update(_ATTEMPTS).where(
    _ATTEMPTS.c.task_id == bindparam("of_task"), _ATTEMPTS.c.fence == bindparam("of_fence")
)


@dataclass(frozen=True)
class Ending:
    """How an attempt ended.

    Attributes:
        outcome: the state that the task has now, or ``RELEASED``.
        error: why, unless it succeeded or was released.

    """

    outcome: str
    error: AgensiumError | None = None


def open_attempt(session: Session, task_id: str, fence: int, worker: str, now: datetime) -> None:
    """Write down that an attempt begins."""
    row = {"task_id": task_id, "fence": fence, "worker": worker[:255], "started_at": now}
    session.execute(_OPEN, row)


def close_attempt(
    session: Session, task_id: str, fence: int, ending: Ending, now: datetime
) -> None:
    """Write down how an attempt ended.

    An attempt that a service of the version before began has no row; then nothing is written.
    """
    error = ending.error
    values = {
        "of_task": task_id,
        "of_fence": fence,
        "ended_at": now,
        "outcome": ending.outcome,
        "error_code": None if error is None else error.code,
        "error_message": None if error is None else error.message[:2000],
    }
    session.execute(_CLOSE, values)


def attempts_of(session: Session, task_id: str) -> tuple[AttemptView, ...]:
    """Return the latest attempts of a task, the oldest first."""
    query = select(Attempt).where(Attempt.task_id == task_id)
    rows = session.scalars(query.order_by(Attempt.fence.desc()).limit(SHOWN)).all()
    return _views(rows)


def _views(newest_first: Sequence[Attempt]) -> tuple[AttemptView, ...]:
    return tuple(
        AttemptView(
            worker=row.worker,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=row.outcome,
            error=_error(row),
        )
        for row in reversed(newest_first)
    )


def _error(row: Attempt) -> ErrorView | None:
    if row.error_code is None or row.error_message is None:
        return None
    return ErrorView(row.error_code, row.error_message, None)
