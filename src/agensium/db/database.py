"""The connection to the database: reading and writing transactions."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from agensium.core.errors import DatabaseContended, DatabaseUnavailable, InvalidSettings
from agensium.db.mysql import IDLED_OUT, TIMED_OUT, tune_mysql
from agensium.db.mysql import OPTIONS as MYSQL

T = TypeVar("T")

BUSY_SECONDS: Final = 10
ATTEMPTS: Final = 5
_CONTENTION: Final = frozenset({1205, 1213})
"""MySQL's lock wait timeout and deadlock: it rolled back, and the same transaction may succeed."""
_UNAVAILABLE: Final = frozenset(
    {1040, 1053, 1114, 1290, 1836, 2006, 2013, 2055, TIMED_OUT, IDLED_OUT}
)
"""MySQL's words for too many connections, shutdown, full, read-only and lost connections."""
_READING: Final = "agensium_reading"


@dataclass(frozen=True)
class Database:
    """Sessions on one database.

    Raises:
        DatabaseUnavailable: from either context, when the database does not answer.

    """

    engine: Engine
    sessions: sessionmaker[Session]
    turn: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Whose turn it is to write: SQLite lets those who wait sleep, up to 100 ms at a time; a lock
    of this process wakes them at once."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end, or leaves nothing behind on an error."""
        with self.turn, _translated(), self.sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads, so that on SQLite it waits for no writer."""
        with _translated(), self.sessions() as session:
            session.connection(execution_options={_READING: True})
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do some work in a writing transaction, again if another transaction was in its way.

        Args:
            work: writes through the session and returns a value; it may be called several times.

        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as session:
                    return work(session)
            except DatabaseContended:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(0.02 * attempt * (1 + random.random()))  # noqa: S311 - no secret
        raise AssertionError("unreachable")

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            DatabaseUnavailable: it gives none.

        """
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """Return the database at this address; nothing is connected yet.

    Args:
        url: such as ``mysql+mysqlconnector://user:password@host:3306/name`` or
            ``sqlite:////path/to/file``.

    Raises:
        InvalidSettings: the address cannot be understood.

    """
    engine = _engine(url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    if engine.dialect.name != "sqlite":
        tune_mysql(engine)
        return Database(engine, sessions)
    _tune_sqlite(engine)
    return Database(engine, sessions, threading.RLock())


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        options = _SQLITE if parsed.get_backend_name() == "sqlite" else MYSQL
        return create_engine(parsed, **options)
    except (ArgumentError, ImportError, ValueError) as error:
        raise InvalidSettings(
            "DATABASE_URL cannot be used.",
            hint="It looks like mysql+mysqlconnector://user:password@host:3306/database.",
            detail=str(error),
        ) from error


_SQLITE: Final[dict[str, Any]] = {"connect_args": {"timeout": BUSY_SECONDS}}


def take_time(connection: Connection) -> None:
    """Let the statements of a connection take as long as they need, as migrations do."""
    if connection.dialect.name != "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.read_timeout = driver.write_timeout = None


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own type
        # The driver's own transaction control would delay BEGIN; the listener below says it.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that starts as a reader can fail at its first write; this one waits its turn.
        reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        number = getattr(error.orig, "errno", None)
        if number in _CONTENTION:
            raise DatabaseContended(
                "The database is busy.", hint="Try again in a moment.", detail=str(error)
            ) from error
        gone = error.connection_invalidated or number in _UNAVAILABLE
        if gone or isinstance(error, OperationalError | InterfaceError):
            raise _unavailable(error) from error
        raise


def _unavailable(error: Exception) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        "The database does not answer.", hint="Try again in a moment.", detail=str(error)
    )
