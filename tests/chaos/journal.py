"""The journal: triggers in the database write down every new task and every change of its state.

Nothing can escape it: it is written in the transaction of the change itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine, text

TERMINAL: Final = frozenset({"SUCCESS", "FAILURE", "REVOKED"})

_TABLE: Final = """
    CREATE TABLE chaos_change (
        number {serial}, task_id VARCHAR(26) NOT NULL, state VARCHAR(16) NOT NULL,
        worker VARCHAR(255), at VARCHAR(32) NOT NULL
    )
"""
_INSERT: Final = (
    "INSERT INTO chaos_change (task_id, state, worker, at) "
    "SELECT NEW.id, NEW.state, NEW.worker, {now} {dual}"
)
_WHERE: Final = "NOT (OLD.state {same} NEW.state AND OLD.finished_at {same} NEW.finished_at)"
_MARIADB_TRIGGER: Final = (
    "CREATE TRIGGER chaos_task AFTER UPDATE ON task FOR EACH ROW "
    + _INSERT.format(now="DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f')", dual="FROM DUAL")
    + " WHERE "
    + _WHERE.format(same="<=>")
)
_SQLITE_TRIGGER: Final = (
    f"CREATE TRIGGER chaos_task AFTER UPDATE ON task WHEN {_WHERE.format(same='IS')} BEGIN "
    + _INSERT.format(now="strftime('%Y-%m-%d %H:%M:%f', 'now')", dual="")
    + "; END"
)


_BIRTHS: Final = "CREATE TABLE chaos_birth (task_id VARCHAR(26) NOT NULL, request_id VARCHAR(64))"
_BIRTH: Final = "INSERT INTO chaos_birth (task_id, request_id) VALUES (NEW.id, NEW.request_id)"
_BIRTH_TRIGGER: Final = "CREATE TRIGGER chaos_new AFTER INSERT ON task FOR EACH ROW "


@dataclass(frozen=True)
class Change:
    """A task came into a state; `at` is in seconds since 1970."""

    state: str
    worker: str | None
    at: float

    @property
    def is_terminal(self) -> bool:
        return self.state in TERMINAL


def begin_journal(engine: Engine) -> None:
    """Let the database write changes down from now on."""
    sqlite = engine.dialect.name == "sqlite"
    serial = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT PRIMARY KEY AUTO_INCREMENT"
    with engine.begin() as connection:
        connection.execute(text(_TABLE.format(serial=serial)))
        connection.exec_driver_sql(_SQLITE_TRIGGER if sqlite else _MARIADB_TRIGGER)
        connection.execute(text(_BIRTHS))
        birth = f"BEGIN {_BIRTH}; END" if sqlite else _BIRTH
        connection.exec_driver_sql(_BIRTH_TRIGGER + birth)


def read_journal(engine: Engine) -> dict[str, list[Change]]:
    """Return the changes of each task, the earliest first."""
    found: dict[str, list[Change]] = defaultdict(list)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT task_id, state, worker, at FROM chaos_change ORDER BY number")
        )
        for task_id, state, worker, at in rows:
            found[task_id].append(Change(state, worker, _seconds(at)))
    return dict(found)


def read_births(engine: Engine) -> dict[str, list[str]]:
    """Return the tasks that were made for each request id, those that were deleted too."""
    found: dict[str, list[str]] = defaultdict(list)
    with engine.connect() as connection:
        for task_id, request_id in connection.execute(
            text("SELECT task_id, request_id FROM chaos_birth")
        ):
            found[request_id].append(task_id)
    return dict(found)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
