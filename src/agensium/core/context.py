"""What is being worked on right now: the ids that every line of the log carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
TASK_ID: Final[ContextVar[str | None]] = ContextVar("task_id", default=None)


@contextmanager
def about(task_id: str, request_id: str | None) -> Iterator[None]:
    """Let everything in this context be about a task and the request that brought it.

    A thread that is started inside begins without them, unless it runs in a copy of the context.
    """
    task, request = TASK_ID.set(task_id), REQUEST_ID.set(request_id)
    try:
        yield
    finally:
        TASK_ID.reset(task)
        REQUEST_ID.reset(request)
