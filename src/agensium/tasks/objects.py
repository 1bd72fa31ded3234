"""Objects without an owner: noted before they are written, so that none is left behind."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
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


def discard(database: Database, storage: Storage, keys: Iterable[str]) -> int:
    """Delete objects and their notes; what cannot be deleted now stays noted for the sweeper.

    Returns:
        How many were deleted.

    """
    done = 0
    for key in keys:
        try:
            storage.delete(key)
        except StorageUnavailable as error:
            log.warning("object not deleted, will be swept: %s", error.detail)
            return done
        with database.write() as session:
            adopt(session, key)
        done += 1
    return done


def sweep_strays(database: Database, storage: Storage, now: datetime) -> int:
    """Delete the objects whose time has come; return how many."""
    with database.read() as session:
        due = select(StrayObject.object_key).where(StrayObject.delete_after <= now)
        keys = list(session.scalars(due.limit(BATCH)))
    return discard(database, storage, keys)
