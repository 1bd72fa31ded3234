"""Figures about all tasks at this moment, from the database: the same from every process."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agensium.tasks.models import Task
from agensium.tasks.states import TERMINAL, WAITING, State
from agensium.tasks.workers import WorkerView, counts_of_all, list_workers


@dataclass(frozen=True)
class Figures:
    """What there is to do, who does it, and what was done.

    Attributes:
        unfinished: how many tasks are in each state that is not final.
        oldest_seconds: how long the oldest task that may run has been waiting; 0 when none waits.
        workers: all workers.
        counts: what they counted so far, by name and labels.

    """

    unfinished: dict[State, int]
    oldest_seconds: float
    workers: tuple[WorkerView, ...]
    counts: dict[tuple[str, ...], float]


def read_figures(session: Session, now: datetime) -> Figures:
    """Read the figures; only tasks that are not over are looked at."""
    states = [state for state in State if state not in TERMINAL]
    counted = select(Task.state, func.count()).where(Task.state.in_(states)).group_by(Task.state)
    found = {state: int(count) for state, count in session.execute(counted)}
    oldest = session.scalar(
        select(func.min(Task.run_after)).where(Task.state.in_(WAITING), Task.run_after <= now)
    )
    return Figures(
        unfinished={state: found.get(state, 0) for state in states},
        oldest_seconds=0.0 if oldest is None else (now - oldest).total_seconds(),
        workers=list_workers(session, now),
        counts=counts_of_all(session),
    )
