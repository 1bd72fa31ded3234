"""Workspaces: every row of every other table belongs to one."""

from datetime import datetime
from typing import Final

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from agensium.db.base import Base
from agensium.db.types import code

DEFAULT_WORKSPACE: Final = "default"


class Workspace(Base):
    """A group of people who see the same tasks."""

    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(code(26), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
