"""The trace that a task belongs to."""

import sqlalchemy as sa
from alembic import op

from agensium.db.types import code

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("task", sa.Column("trace_parent", code(55), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("task", "trace_parent")
