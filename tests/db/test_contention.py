"""Two transactions that wait for each other: the database ends one, and it is done again."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from agensium.accounts.models import Workspace
from agensium.core.errors import DatabaseContended, DatabaseUnavailable
from agensium.db import mysql
from agensium.db.database import Database, connect
from agensium.db.migrate import upgrade


@pytest.fixture
def database(mariadb_url: str) -> Database:
    database = connect(mariadb_url)
    upgrade(database)
    now = datetime.now(UTC)
    with database.write() as session:
        session.add_all(Workspace(id=each, name="0", created_at=now) for each in ("a", "b"))
    return database


def rename(session: Session, workspace: str, name: str) -> None:
    session.execute(update(Workspace).where(Workspace.id == workspace).values(name=name))


def cross(database: Database, *, again: bool) -> list[BaseException]:
    """Update a then b, and b then a, so that each waits for the other."""
    both_hold = threading.Barrier(2, timeout=20)
    errors: list[BaseException] = []

    def work(first: str, second: str) -> None:
        calls = 0

        def change(session: Session) -> None:
            nonlocal calls
            calls += 1
            rename(session, first, first)
            if calls == 1:
                both_hold.wait()
            rename(session, second, first)

        try:
            if again:
                database.transact(change)
            else:
                with database.write() as session:
                    change(session)
        except DatabaseUnavailable as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def test_a_deadlock_is_an_error_that_may_pass(database: Database) -> None:
    (error,) = cross(database, again=False)
    assert isinstance(error, DatabaseContended)
    assert error.retryable
    database.dispose()


def test_a_deadlocked_transaction_is_done_again(database: Database) -> None:
    assert cross(database, again=True) == []
    database.dispose()


def test_who_freezes_in_a_transaction_holds_its_locks_for_seconds_only(database: Database) -> None:
    """As a stopped process does: it keeps its connection and says nothing."""
    frozen = database.sessions()
    limit = frozen.scalar(text("SELECT @@session.wait_timeout"))
    assert limit == mysql.IDLE_SECONDS
    frozen.execute(text("SET SESSION wait_timeout = 1"))
    rename(frozen, "a", "frozen")
    while True:  # each time it waits for the lock for some seconds
        try:
            database.transact(lambda session: rename(session, "a", "free"))
            break
        except DatabaseContended:
            continue
    with pytest.raises(DBAPIError) as woken:  # what it began is gone, and it is told so
        rename(frozen, "a", "woken")
    assert woken.value.connection_invalidated
    frozen.close()
    with database.read() as session:
        assert session.get_one(Workspace, "a").name == "free"
    database.dispose()
