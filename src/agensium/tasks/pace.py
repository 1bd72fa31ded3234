"""How far a job has come and how long the rest may take."""

from datetime import datetime

from agensium.tasks.states import State


def percent_done(state: State, done: int, total: int) -> float | None:
    """Return how much of the bytes was read, in percent; none when that is not known."""
    if state is State.SUCCESS:
        return 100.0
    return round(100 * done / total, 1) if total else None


def seconds_left(
    started_at: datetime | None, at: datetime | None, done: int, total: int
) -> float | None:
    """Return how many seconds the rest takes at the pace so far; none when that is not known.

    Args:
        started_at: when the attempt began.
        at: when this much was done.
        done: bytes that were read until then.
        total: bytes to read.

    """
    if started_at is None or at is None or not 0 < done <= total:
        return None
    return round((at - started_at).total_seconds() * (total - done) / done, 1)
