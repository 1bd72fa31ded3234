"""Migrations: bringing the database to the shape that the code expects."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from agensium.core.errors import DatabaseUnavailable
from agensium.db.database import Database, take_time

FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing, up to a revision; doing it twice changes nothing.

    Raises:
        DatabaseUnavailable: the database does not answer.

    """
    database.ping()
    with database.engine.connect() as connection:
        take_time(connection)
        command.upgrade(alembic_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back, down to a revision; data in dropped columns is gone."""
    with database.engine.connect() as connection:
        take_time(connection)
        command.downgrade(alembic_config(connection), revision)


def current_revision(database: Database) -> str | None:
    """Return the database's revision, or nothing for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """Return the revision that the code expects."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def require_current(database: Database) -> None:
    """Make sure that the database has the shape that the code expects.

    Raises:
        DatabaseUnavailable: it has not, or it does not answer.

    """
    database.ping()
    found, expected = current_revision(database), head_revision()
    if found != expected:
        raise DatabaseUnavailable(
            f"The database is at revision {found or 'none'}, not at {expected}.",
            hint="Run: agensium migrate",
        )


def alembic_config(connection: object, metadata: MetaData | None = None) -> Config:
    """Return the configuration for a command on an open connection.

    Args:
        connection: the connection to work on.
        metadata: the models, for the commands that compare them with the database.

    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(connection=connection, metadata=metadata)
    return config
