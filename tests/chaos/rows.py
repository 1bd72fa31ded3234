"""What the database holds in the end, read past the product."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Engine, text


@dataclass(frozen=True)
class TaskRow:
    """A task, with its artifacts: name, key and hash."""

    id: str
    state: str
    attempts: int
    error_code: str | None
    artifacts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Rows:
    """All that the audit asks the database."""

    tasks: dict[str, TaskRow]
    owned: dict[str, str]
    """Keys of objects that a row owns, with their hashes."""
    noted: frozenset[str]
    """Keys that are noted to be deleted."""
    births: dict[str, list[str]] = field(default_factory=dict)
    """The tasks that were made for each idempotency key of the run."""


def read_rows(engine: Engine) -> Rows:
    """Read them."""
    with engine.connect() as connection:

        def rows(query: str) -> list[tuple[str, ...]]:
            return [tuple(row) for row in connection.execute(text(query))]

        artifacts: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for task_id, *rest in rows("SELECT task_id, name, object_key, sha256 FROM artifact"):
            artifacts[task_id].append((rest[0], rest[1], rest[2]))
        tasks = {
            row[0]: TaskRow(row[0], row[1], int(row[2]), row[3], tuple(artifacts[row[0]]))
            for row in rows("SELECT id, state, attempts, error_code FROM task")
        }
        owned = {key: digest for key, digest in rows("SELECT object_key, sha256 FROM dataset")}  # noqa: C416 - tuples of any length
        owned |= {key: digest for made in artifacts.values() for _, key, digest in made}
        noted = frozenset(row[0] for row in rows("SELECT object_key FROM stray_object"))
    return Rows(tasks, owned, noted)


def let_strays_expire(engine: Engine) -> None:
    """Do what a day would do: whatever nobody owns by now is due to be deleted."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE stray_object SET delete_after = '2020-01-01 00:00:00'"))


def count_unfinished(engine: Engine) -> int:
    """Return how many tasks are in no final state."""
    query = "SELECT COUNT(*) FROM task WHERE state NOT IN ('SUCCESS', 'FAILURE', 'REVOKED')"
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def count_strays(engine: Engine) -> int:
    """Return how many objects are noted to be deleted."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM stray_object")).scalar_one())
