"""The states of a task, in Celery's words, and which may follow which."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a task stands."""

    PENDING = "PENDING"
    """Accepted; nobody works on it yet."""
    STARTED = "STARTED"
    """A worker holds its lease."""
    RETRY = "RETRY"
    """An attempt ended without a result; another one follows."""
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVOKED = "REVOKED"
    """Somebody cancelled it."""


TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.PENDING: frozenset({State.STARTED, State.REVOKED}),
    State.STARTED: frozenset({State.SUCCESS, State.FAILURE, State.RETRY, State.REVOKED}),
    State.RETRY: frozenset({State.STARTED, State.FAILURE, State.REVOKED}),
    State.SUCCESS: frozenset(),
    State.FAILURE: frozenset(),
    State.REVOKED: frozenset(),
}

WAITING: Final = frozenset({State.PENDING, State.RETRY})
TERMINAL: Final = frozenset(state for state, following in TRANSITIONS.items() if not following)
REOPENABLE: Final = frozenset({State.FAILURE, State.REVOKED})
"""What nothing but its owner's wish sends back to `RETRY`."""


class Priority(StrEnum):
    """How urgent a task is among those of its own workspace."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Its place; the smallest goes first."""
        return tuple(Priority).index(self)

    @classmethod
    def of_rank(cls, rank: int) -> "Priority":
        """Return the priority with this place."""
        return tuple(cls)[rank]
