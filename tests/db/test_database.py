from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from agensium.accounts.models import Workspace
from agensium.core.errors import DatabaseUnavailable, InvalidSettings
from agensium.db import mysql
from agensium.db.database import connect
from agensium.db.migrate import require_current, upgrade
from tests.servers.mariadb import MariaDB
from tests.servers.proxy import run_proxy


def test_an_instant_keeps_its_microseconds_and_zone(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)
    instant = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    with database.write() as session:
        session.add(Workspace(id="w", name="Ünïcode ✓", created_at=instant))
    with database.read() as session:
        found = session.get_one(Workspace, "w")
        assert (found.name, found.created_at) == ("Ünïcode ✓", instant)
    database.dispose()


def test_ids_are_told_apart_by_case(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)
    now = datetime.now(UTC)
    with database.write() as session:
        session.add_all(Workspace(id=each, name=each, created_at=now) for each in ("a", "A"))
    with database.read() as session:
        query = select(Workspace.name).where(Workspace.id == "A")
        assert list(session.scalars(query)) == ["A"]
    database.dispose()


def test_an_error_in_a_transaction_leaves_nothing_behind(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)

    def break_off() -> None:
        with database.write() as session:
            session.add(Workspace(id="x", name="x", created_at=datetime.now(UTC)))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with database.read() as session:
        assert session.get(Workspace, "x") is None
    database.dispose()


def test_a_database_that_does_not_answer_is_said_so() -> None:
    database = connect("mysql+mysqlconnector://nobody:nothing@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        database.ping()
    database.dispose()


def test_an_old_database_is_said_so(sqlite_url: str) -> None:
    database = connect(sqlite_url)
    with pytest.raises(DatabaseUnavailable, match="revision none"):
        require_current(database)
    database.dispose()


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "mysql+nodriver://u:p@h/d"])
def test_an_address_that_cannot_be_understood_is_said_so(url: str) -> None:
    with pytest.raises(InvalidSettings, match="DATABASE_URL"):
        connect(url)


def test_a_database_behind_a_black_hole_is_said_so_and_used_again(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(mysql.OPTIONS["connect_args"], "read_timeout", 1)
    with mariadb.fresh_database() as url, run_proxy(mariadb.port) as network:
        database = connect(url.replace(f":{mariadb.port}/", f":{network.port}/"))

        def ask_on_both_sides_of_the_cut() -> None:
            with database.read() as session:
                session.execute(text("SELECT 1"))
                network.hang()
                session.execute(text("SELECT 2"))

        with pytest.raises(DatabaseUnavailable):
            ask_on_both_sides_of_the_cut()
        network.reset()
        network.heal()
        database.ping()
        database.dispose()


def test_a_connection_is_asked_whether_it_lives_only_after_idling(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pings() -> int:
        with database.read() as session:
            row = session.execute(text("SHOW SESSION STATUS LIKE 'Com_admin_commands'")).one()
        return int(row[1])

    with mariadb.fresh_database() as url:
        database = connect(url)
        before = pings()
        assert [pings(), pings()] == [before, before]
        monkeypatch.setattr(mysql, "TRUSTED_SECONDS", -1)
        assert pings() == before + 1
        database.dispose()


def test_a_connection_that_died_while_idle_is_replaced_unheard(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mysql, "TRUSTED_SECONDS", -1)
    with mariadb.fresh_database() as url:
        database = connect(url)
        with database.read() as session:
            number = session.scalar(text("SELECT connection_id()"))
        mariadb.execute(f"KILL {number}")
        database.ping()
        database.dispose()


def test_what_went_past_a_session_is_rolled_back(mariadb: MariaDB) -> None:
    with mariadb.fresh_database() as url:
        database = connect(url)
        with database.write() as session:
            session.execute(text("CREATE TABLE one (x INT)"))
        raw = database.engine.raw_connection()
        raw.cursor().execute("INSERT INTO one VALUES (1)")
        raw.close()
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM one")) == 0
        database.dispose()
