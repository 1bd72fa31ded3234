from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import agensium.accounts.models
import agensium.tasks.events
import agensium.tasks.uploads.models
import agensium.tasks.webhooks.models
import agensium.tasks.workers  # noqa: F401 - they register their tables
from agensium.accounts.models import DEFAULT_WORKSPACE, Workspace
from agensium.db.base import Base
from agensium.db.database import Database, connect
from agensium.db.migrate import (
    alembic_config,
    current_revision,
    downgrade,
    head_revision,
    require_current,
    upgrade,
)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_models_and_migrations_agree(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        command.check(alembic_config(connection, Base.metadata))
    database.dispose()


def test_migrations_go_up_down_and_up_again(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)
    assert tables(database) == set(Base.metadata.tables)
    downgrade(database, "base")
    assert tables(database) == set()
    upgrade(database)
    upgrade(database)
    assert current_revision(database) == head_revision()
    require_current(database)
    database.dispose()


def test_there_is_a_default_workspace(database_url: str) -> None:
    database = connect(database_url)
    upgrade(database)
    with database.read() as session:
        workspace = session.get_one(Workspace, DEFAULT_WORKSPACE)
        assert workspace.created_at.tzinfo is not None
    database.dispose()
