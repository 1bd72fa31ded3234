from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.servers.mariadb import MariaDB, run_mariadb


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        found = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return found


@pytest.fixture
def own_mariadb(mariadb: MariaDB) -> Iterator[MariaDB]:
    # Asking for the shared one skips this loudly where there is no MariaDB.
    assert mariadb.port
    with run_mariadb() as server:
        yield server


def test_a_table_can_be_written_and_read(database_url: str) -> None:
    rows(database_url, "CREATE TABLE words (word VARCHAR(20))")
    rows(database_url, "INSERT INTO words VALUES ('naïve 🦔')")
    assert rows(database_url, "SELECT word FROM words") == [("naïve 🦔",)]


def test_every_test_gets_an_empty_database(database_url: str) -> None:
    rows(database_url, "CREATE TABLE words (word VARCHAR(20))")


def test_a_fresh_database_speaks_utf8mb4(mariadb_url: str) -> None:
    found = rows(mariadb_url, "SELECT @@character_set_database, @@collation_connection")
    assert found == [("utf8mb4", "utf8mb4_unicode_ci")]


def test_rows_survive_a_kill(own_mariadb: MariaDB) -> None:
    with own_mariadb.fresh_database() as url:
        rows(url, "CREATE TABLE words (word VARCHAR(20))")
        rows(url, "INSERT INTO words VALUES ('kept')")
        own_mariadb.kill()
        assert not own_mariadb.process.alive
        own_mariadb.restart()
        assert rows(url, "SELECT word FROM words") == [("kept",)]
