"""Accepting a request: it was sent before, an earlier report answers it, or a new task waits."""

from sqlalchemy.exc import IntegrityError

from agensium.db.database import Database
from agensium.queue.bell import Bell
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock
from agensium.tasks.repeats import repeated
from agensium.tasks.reuse import Earlier, find_earlier, reuse
from agensium.tasks.submission import Accepted, Submission
from agensium.tasks.submit import check_roles, submit, write_task


def accept(
    database: Database, storage: Storage, bell: Bell, asked: Submission, clock: Clock
) -> Accepted:
    """Find or make the task of a request.

    Raises:
        InvalidRequest: a file that the agent needs is missing, or one is too many.
        KeyReused: the request's key came before with another request.
        DatabaseUnavailable: nothing was accepted.

    """
    check_roles(asked.agent, asked.files)
    found = _repeated(database, asked)
    if found is not None:
        return found
    try:
        return _find_or_make(database, storage, bell, asked, clock)
    except IntegrityError:
        # The same key came twice at the same time, and the other request was quicker.
        found = _repeated(database, asked)
        if found is None:
            raise
        return found


def _find_or_make(
    database: Database, storage: Storage, bell: Bell, asked: Submission, clock: Clock
) -> Accepted:
    made = database.transact(
        lambda session: find_earlier(session, asked) or write_task(session, asked, clock())
    )
    if isinstance(made, Earlier):
        done = reuse(database, storage, asked, clock, made)
        return done or Accepted(submit(database, bell, asked, clock))
    bell.ring(made)
    return Accepted(made)


def _repeated(database: Database, asked: Submission) -> Accepted | None:
    if asked.key is None:
        return None
    with database.read() as session:
        return repeated(session, asked)
