"""Inserting rows where some may be there already: said differently by each database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from agensium.db.base import Base, table_of


def insert_if_new(model: type[Base], **values: Any) -> Insert:  # noqa: ANN401 - any column's type
    """Return the statement that inserts a row, and does nothing where its key is taken."""
    words = insert(model).values(**values)
    return words.prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")


def insert_or_update(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows in one statement; where a key is taken, the row there gets the new values."""
    if rows:
        words = _words(model, tuple(rows[0]), session.get_bind().dialect.name)
        session.execute(words, rows)


@cache
def _words(model: type[Base], names: tuple[str, ...], dialect: str) -> Insert:
    table = table_of(model)
    keys = {column.name for column in table.primary_key}
    others = [name for name in names if name not in keys]
    if dialect == "sqlite":
        added = sqlite.insert(table)
        new = {name: added.excluded[name] for name in others}
        return added.on_conflict_do_update(index_elements=list(keys), set_=new)
    put = mysql.insert(table)
    return put.on_duplicate_key_update({name: put.inserted[name] for name in others})
