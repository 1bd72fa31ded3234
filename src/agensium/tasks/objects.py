"""Objects without an owner: noted before they are written, so that none is left behind."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import StorageUnavailable
from agensium.db.database import Database
from agensium.storage.storage import Storage
from agensium.tasks.models import StrayObject

log = logging.getLogger(__name__)

GRACE: Final = timedelta(hours=24)
"""How long an upload or an attempt may take before its objects count as left behind."""

BATCH: Final = 200


def note_strays(session: Session, keys: Iterable[str], delete_after: datetime) -> None:
    """Write down objects that nobody owns, to be deleted after this instant."""
    for key in keys:
        session.merge(StrayObject(object_key=key, delete_after=delete_after))


def adopt(session: Session, key: str) -> None:
    """Note that an object has an owner now."""
    session.execute(delete(StrayObject).where(StrayObject.object_key == key))


def discard(database: Database, storage: Storage, keys: Iterable[str], now: datetime) -> int:
    """Delete objects and their notes; what cannot be deleted now is noted for the next sweep.

    Returns:
        How many were deleted.

    """
    left = list(keys)
    done = 0
    while left:
        try:
            storage.delete(left[0])
        except StorageUnavailable as error:
            log.warning("object not deleted, will be swept: %s", error.detail)
            break
        key = left.pop(0)
        database.transact(lambda session, key=key: adopt(session, key))  # type: ignore[misc]
        done += 1
    if left:
        database.transact(lambda session: note_strays(session, left, now))
    return done


def sweep_strays(database: Database, storage: Storage, now: datetime) -> int:
    """Delete the objects whose time has come; return how many."""
    with database.read() as session:
        due = select(StrayObject.object_key).where(StrayObject.delete_after <= now)
        keys = list(session.scalars(due.limit(BATCH)))
    return discard(database, storage, keys, now)


def expire_all_strays(session: Session, now: datetime) -> None:
    """Let the next sweep delete them all: for a service that knows that nothing is under way."""
    session.execute(update(StrayObject).values(delete_after=now))
