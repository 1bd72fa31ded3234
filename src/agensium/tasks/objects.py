"""Objects without an owner: noted before they are written, so that none is left behind."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.orm import Session

from agensium.core.errors import DatabaseContended, DatabaseUnavailable, StorageUnavailable
from agensium.db.base import table_of
from agensium.db.database import Database
from agensium.db.insert import insert_or_update
from agensium.storage.storage import Storage
from agensium.tasks.models import StrayObject

log = logging.getLogger(__name__)

GRACE: Final = timedelta(hours=24)
"""How long an upload or an attempt may take before its objects count as left behind."""

BATCH: Final = 200
FAILURES: Final = 3
"""So many failures mean that the store is down; one alone must not hold up others."""

DOOMED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Due since ever: the deletion of the object has begun, and nobody can adopt it any more."""

_STRAYS: Final = table_of(StrayObject)
_FORGET: Final = delete(_STRAYS).where(_STRAYS.c.object_key.in_(bindparam("keys", expanding=True)))
_ADOPT: Final = _FORGET.where(_STRAYS.c.delete_after != DOOMED)


def note_strays(session: Session, keys: Iterable[str], delete_after: datetime) -> None:
    """Write down objects that nobody owns, to be deleted after this instant."""
    rows = [{"object_key": key, "delete_after": delete_after} for key in keys]
    insert_or_update(session, StrayObject, rows)


def adopt(session: Session, *keys: str) -> None:
    """Note that objects have an owner now.

    Raises:
        StorageUnavailable: one had none for too long and is being deleted.

    """
    done = session.execute(_ADOPT, {"keys": keys})
    if cast("CursorResult[Any]", done).rowcount != len(keys):
        raise StorageUnavailable("The file took too long and was deleted.", hint="Send it again.")


def forget(session: Session, *keys: str) -> None:
    """Remove the notes of objects that do not exist."""
    session.execute(_FORGET, {"keys": keys})


def discard(database: Database, storage: Storage, keys: Iterable[str], *, patience: int = 1) -> int:
    """Delete objects and their notes; what cannot be deleted now is noted for the next sweep.

    What has an owner stays: after a commit whose answer was lost, only the database knows.

    Args:
        database: where they are noted.
        storage: where they are.
        keys: which.
        patience: after so many failures nothing more is tried: often a sender waits.

    Returns:
        How many were deleted.

    """
    wanted = list(keys)
    done = failed = 0
    for key in database.transact(lambda session: _doom(session, wanted)):
        try:
            storage.delete(key)
        except StorageUnavailable as error:
            log.warning("object not deleted, will be swept: %s", error.detail)
            failed += 1
            if failed == patience:
                break
            continue
        database.transact(lambda session, key=key: forget(session, key))  # type: ignore[misc]
        done += 1
    return done


def discard_after(
    error: BaseException | None, database: Database, storage: Storage, keys: Iterable[str]
) -> None:
    """Delete the objects of what failed; who did not answer just now is not asked again.

    Somebody waits for an answer. What lies there is noted: the sweep deletes it, at once when the
    store is back, or a day later when not even that could be written down.
    """
    wanted = list(keys)
    if isinstance(error, DatabaseUnavailable) and not isinstance(error, DatabaseContended):
        return
    if isinstance(error, StorageUnavailable):
        database.transact(lambda session: _doom(session, wanted))
        return
    discard(database, storage, wanted)


def _doom(session: Session, keys: list[str]) -> list[str]:
    """Let nobody adopt these objects any more; return those that nobody had adopted before."""
    noted = StrayObject.object_key.in_(keys)
    session.execute(update(StrayObject).where(noted).values(delete_after=DOOMED))
    return list(session.scalars(select(StrayObject.object_key).where(noted)))


def sweep_strays(database: Database, storage: Storage, now: datetime) -> int:
    """Delete the objects whose time has come; return how many."""
    with database.read() as session:
        due = select(StrayObject.object_key).where(StrayObject.delete_after <= now)
        keys = list(session.scalars(due.limit(BATCH)))
    return discard(database, storage, keys, patience=FAILURES)


def expire_all_strays(session: Session, now: datetime) -> None:
    """Let the next sweep delete them all: for a service that knows that nothing is under way."""
    session.execute(update(StrayObject).values(delete_after=now))
