"""Who sweeps: of all workers one, chosen through the database.

The leader renews its term whenever it sweeps. When it dies, its term ends and the next one that
asks takes over. Two leaders for a moment do no harm: every step of a sweep is a guarded write.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from agensium.db.insert import insert_if_new
from agensium.tasks.leases import changed
from agensium.tasks.models import Leadership

SWEEPING: Final = "sweeping"
TERM: Final = timedelta(seconds=40)
"""Two sweeps and a bit: a leader that is late once stays the leader."""


def lead(session: Session, duty: str, holder: str, now: datetime) -> bool:
    """Take over or renew a duty; return whether it is the holder's now."""
    if _renew(session, duty, holder, now):
        return True
    session.execute(insert_if_new(Leadership, duty=duty, holder=holder, expires_at=now))
    return _renew(session, duty, holder, now)


def resign(session: Session, duty: str, holder: str, now: datetime) -> None:
    """Give a duty up, so that the next one need not wait for the end of the term."""
    mine = update(Leadership).where(Leadership.duty == duty, Leadership.holder == holder)
    session.execute(mine.values(expires_at=now))


def depose(session: Session) -> None:
    """End all terms: for a service that knows that no other worker lives."""
    session.execute(delete(Leadership))


def _renew(session: Session, duty: str, holder: str, now: datetime) -> bool:
    open_to_us = or_(Leadership.holder == holder, Leadership.expires_at <= now)
    statement = (
        update(Leadership)
        .where(Leadership.duty == duty, open_to_us)
        .values(holder=holder, expires_at=now + TERM)
        .execution_options(synchronize_session=False)
    )
    return changed(session, statement) == 1
