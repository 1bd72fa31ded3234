"""How Alembic runs our migrations: always on a connection that the caller opened."""

from alembic import context

attributes = context.config.attributes
connection = attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=attributes.get("metadata"),
    # SQLite cannot alter a table in place: Alembic copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
