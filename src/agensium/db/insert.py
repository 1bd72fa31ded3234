"""Inserting a row unless it is there: said differently by each database."""

from typing import Any

from sqlalchemy import Insert, insert

from agensium.db.base import Base


def insert_if_new(model: type[Base], **values: Any) -> Insert:  # noqa: ANN401 - any column's type
    """Return the statement that inserts a row, and does nothing where its key is taken."""
    words = insert(model).values(**values)
    return words.prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")
