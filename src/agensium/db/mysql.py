"""MySQL and MariaDB: how we connect, and how few round trips a transaction takes."""

import time
from typing import Any, Final

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import PoolResetState

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 10
"""How long a statement may take: a network that swallows packets answers never."""
LOCK_SECONDS: Final = 4
IDLE_SECONDS: Final = 10
"""How long the server waits for our next word. A process that freezes in the middle of a
transaction holds its locks for so long, and no longer: then the server ends the connection."""
RECYCLE_SECONDS: Final = 1800
TRUSTED_SECONDS: Final = 1.0
"""A connection that answered within this time is used without asking whether it lives."""
TIMED_OUT: Final = 3024
"""The connector's word for a connection that it gave up because nothing came."""
IDLED_OUT: Final = 4031
"""MySQL's word for a connection that it ended because nothing came."""
_USED: Final = "agensium_used"
_LIVES: Final = "agensium_lives"

OPTIONS: Final[dict[str, Any]] = {
    "pool_recycle": RECYCLE_SECONDS,
    "pool_reset_on_return": None,
    "pool_size": 10,
    "max_overflow": 20,
    "pool_timeout": CONNECT_SECONDS,
    "isolation_level": "READ COMMITTED",
    "connect_args": {
        # The other one is chosen where it can be loaded, and keeps other time-outs: one for all.
        "use_pure": True,
        "connection_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "write_timeout": READ_SECONDS,
        "init_command": (
            f"SET SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}, wait_timeout = {IDLE_SECONDS}"
        ),
    },
}


def tune_mysql(engine: Engine) -> None:
    """Ask for a sign of life only where one is due, and roll back only what was begun."""
    event.listen(engine, "connect", _trust)
    event.listen(engine, "checkout", _look_after_idling)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "reset", _roll_back)
    event.listen(engine, "handle_error", _drop_timed_out)


def _trust(connection: Any, record: Any) -> None:  # noqa: ANN401 - the driver's own types
    # The connector asks for a sign of life before each statement: twice the round trips. Whether
    # the connection lives the statement itself tells as well.
    record.info[_LIVES] = connection.is_connected
    connection.is_connected = lambda: True
    record.info[_USED] = time.monotonic()


def _look_after_idling(connection: Any, record: Any, _: object) -> None:  # noqa: ANN401
    del connection
    idle = time.monotonic() - record.info[_USED]
    if idle > TRUSTED_SECONDS and not record.info[_LIVES]():
        raise InvalidatePoolError


def _note_use(connection: Any, record: Any) -> None:  # noqa: ANN401
    if connection is not None:
        record.info[_USED] = time.monotonic()


def _roll_back(connection: Any, _: object, state: PoolResetState) -> None:  # noqa: ANN401
    # A session has ended its transaction by now; only what went past it has not.
    if not state.transaction_was_reset and not state.terminate_only and connection.in_transaction:
        connection.rollback()


def _drop_timed_out(context: ExceptionContext) -> None:
    # SQLAlchemy does not know these numbers: it would keep the dead connection.
    if getattr(context.original_exception, "errno", None) in {TIMED_OUT, IDLED_OUT}:
        context.is_disconnect = True
