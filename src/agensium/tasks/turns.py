"""Whose turn it is: the fair choice of the next task.

A message only wakes a worker; which task it takes is decided here. Workspaces take turns: the
one with the fewest running tasks goes first, and among equals the one that was served longest
ago. Within a workspace the more urgent task goes first, then the older one.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from agensium.accounts.models import Workspace
from agensium.db.base import table_of
from agensium.db.database import Database
from agensium.db.insert import insert_if_new
from agensium.db.types import InstantType
from agensium.tasks.leases import Lease, changed, claim_seen
from agensium.tasks.models import Task, Turn
from agensium.tasks.states import WAITING, State
from agensium.tasks.work import Work, load_inputs

Note = Callable[[Session, Lease], None]


def claim_next(
    database: Database,
    worker: str,
    now: datetime,
    limit: int | None = None,
    note: Note = lambda *_: None,
) -> Work | None:
    """Take the task whose turn it is; return nothing when none waits that may run now.

    Args:
        database: where the tasks are.
        worker: who takes it.
        now: the present instant.
        limit: how many tasks of one workspace may run at the same time; none means any number.
        note: writes down what the attempt needs, in the transaction of the claim.

    """
    with database.read() as session:
        workspaces = waiting_workspaces(session, now, limit)

    def take(session: Session, workspace_id: str) -> Work | None:
        work = claim_in(session, workspace_id, worker, now, limit)
        if work is not None:
            note(session, work.lease)
        return work

    for workspace_id in workspaces:
        # One transaction for each: two workers never wait for each other's workspace.
        work = database.transact(partial(take, workspace_id=workspace_id))
        if work is not None:
            return work
    return None


def waiting_workspaces(session: Session, now: datetime, limit: int | None) -> list[str]:
    """Return the workspaces with a task that may run now, the one whose turn it is first."""
    served = {row.id: row.served_at for row in session.execute(_WAITING_WORKSPACES, {"due": now})}
    if limit is None and len(served) == 1:
        return list(served)
    busy = _running(session, served) if served else {}
    free = [each for each in served if limit is None or busy.get(each, 0) < limit]
    never = datetime.min.replace(tzinfo=now.tzinfo)
    return sorted(free, key=lambda each: (busy.get(each, 0), served[each] or never, each))


def claim_in(
    session: Session, workspace_id: str, worker: str, now: datetime, limit: int | None
) -> Work | None:
    """Take the next task of a workspace, unless as many run as may."""
    _take_turn(session, workspace_id, now)
    if limit is not None and _running(session, [workspace_id]).get(workspace_id, 0) >= limit:
        return None
    rows = session.execute(_FIRSTS, {"workspace": workspace_id, "due": now}).all()
    if not rows:
        return None
    row = min(rows, key=lambda row: (row.priority, row.id))
    lease = claim_seen(session, Lease(row.id, row.fence, row.attempts), worker, now)
    if lease is None:
        return None
    inputs = load_inputs(session, row.id)
    return Work(lease, row.agent, row.params, inputs, row.request_id, row.trace_parent)


def _running(session: Session, workspaces: Collection[str]) -> dict[str, int]:
    query = (
        select(Task.workspace_id, func.count())
        .where(Task.state == State.STARTED, Task.workspace_id.in_(workspaces))
        .group_by(Task.workspace_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _take_turn(session: Session, workspace_id: str, now: datetime) -> None:
    """Hold the workspace's turn until the end of the transaction, and say that it was served."""
    served = {"of_workspace": workspace_id, "served_at": now}
    if changed(session, _SERVE, served) == 0:
        session.execute(insert_if_new(Turn, workspace_id=workspace_id, served_at=now))
        changed(session, _SERVE, served)


def _due(state: State) -> ColumnElement[bool]:
    due = bindparam("due", type_=InstantType())
    return and_(Task.state == state, Task.run_after <= due, Task.cancel_requested.is_(False))


def _first(state: State) -> Subquery:
    return (
        select(
            Task.priority, Task.id, Task.fence, Task.attempts,
            Task.agent, Task.params, Task.request_id, Task.trace_parent,
        )
        .where(Task.workspace_id == bindparam("workspace"), _due(state))
        .order_by(Task.priority, Task.id)
        .limit(1)
        .subquery()
    )  # fmt: skip


def _waiting_workspaces() -> Select[str, datetime]:
    # A scalar subquery, not EXISTS: databases turn that into a join over all waiting tasks.
    first = [
        select(Task.id).where(Task.workspace_id == Workspace.id, _due(state)).limit(1)
        for state in sorted(WAITING)
    ]
    found = func.coalesce(*(query.scalar_subquery() for query in first))
    query = select(Workspace.id, Turn.served_at)
    return query.outerjoin(Turn, Turn.workspace_id == Workspace.id).where(found.is_not(None))


_WAITING_WORKSPACES: Final = _waiting_workspaces()
_FIRSTS: Final = union_all(*(select(_first(state)) for state in sorted(WAITING)))
"""Asked for state by state, as the index has it: for both at once all would be sorted."""
_SERVE: Final = update(table_of(Turn)).where(
    table_of(Turn).c.workspace_id == bindparam("of_workspace")
)
