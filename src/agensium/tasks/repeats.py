"""Repeated requests: the same idempotency key gives the same task, as the IETF's draft has it."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from agensium.core.errors import InvalidRequest, KeyReused
from agensium.tasks.identity import fingerprint
from agensium.tasks.models import IdempotencyKey, Task
from agensium.tasks.submission import Accepted, Submission

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(
    r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})'
)


def parse_key(header: str | None) -> str | None:
    """Return the key in the header: a quoted string, as the draft has it, or a bare word.

    Raises:
        InvalidRequest: it is neither.

    """
    if header is None:
        return None
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise InvalidRequest(
            f"The {HEADER} cannot be read.",
            hint="Send 1 to 255 printable ASCII characters in quotes, such as a new UUID.",
        )
    return match[1] or match[2]


def repeated(session: Session, asked: Submission) -> Accepted | None:
    """Return what the first request with this key was answered with, if there was one.

    Raises:
        KeyReused: it was another request.

    """
    if asked.key is None:
        return None
    found = session.get(IdempotencyKey, (asked.workspace_id, asked.key))
    if found is None:
        return None
    if found.fingerprint != fingerprint(asked):
        raise KeyReused(
            f"This {HEADER} was sent before with another request.",
            hint="Take a new key for each new request; repeat a request with the same bytes.",
        )
    task = session.get_one(Task, found.task_id)
    return Accepted(task.id, task.reused_from, repeated=True)


def remember(session: Session, asked: Submission, task_id: str, now: datetime) -> None:
    """Write down which task a request with a key has made.

    Raises:
        IntegrityError: at the end of the transaction, when another request was quicker.

    """
    if asked.key is None:
        return
    session.flush()
    row = IdempotencyKey(
        workspace_id=asked.workspace_id,
        key=asked.key,
        fingerprint=fingerprint(asked),
        task_id=task_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
