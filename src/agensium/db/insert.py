"""Inserting rows where some may be there already: said differently by each database."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from agensium.db.base import Base


def insert_if_new(model: type[Base], **values: Any) -> Insert:  # noqa: ANN401 - any column's type
    """Return the statement that inserts a row, and does nothing where its key is taken."""
    words = insert(model).values(**values)
    return words.prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")


def insert_or_update(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows in one statement; where a key is taken, the row there gets the new values."""
    if not rows:
        return
    table = cast("Table", model.__table__)
    keys = {column.name for column in table.primary_key}
    names = [name for name in rows[0] if name not in keys]
    words: Insert
    if session.get_bind().dialect.name == "sqlite":
        added = sqlite.insert(table)
        words = added.on_conflict_do_update(
            index_elements=list(keys), set_={name: added.excluded[name] for name in names}
        )
    else:
        put = mysql.insert(table)
        words = put.on_duplicate_key_update({name: put.inserted[name] for name in names})
    session.execute(words, rows)
